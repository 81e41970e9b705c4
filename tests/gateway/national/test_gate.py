"""What an old system meets at the gate: room for its habits, and refusals in the one form that it reads."""

import base64
import json
from contextlib import asynccontextmanager

import httpx
import pytest

from gateway.dialect.routes import router
from gateway.dialect.weighing import MOST_DOSSIERS
from gateway.limits.admission import Compartment
from gateway.limits.kinds import MESSAGE, OWN, SPECIAL
from gateway.uses import OF_A_CLIENT, OF_AN_ACCOUNT, LoginGuard
from tests.conftest import open_suite
from tests.gateway.national.speaking import (
    AGENCY,
    CODE,
    HEADERS,
    Legacy,
    account,
    dossier,
    founded,
    row,
)

MAPI = ("/dvcqg/mapi", "/dvcqg/XrdAdapter/RestService/forward/mapi")


@pytest.fixture
def limited(engine, tmp_path, request):
    """`async with limited(limit_write=...)`: a city whose gateway counts."""

    @asynccontextmanager
    async def opened(**told):
        async with open_suite(engine, tmp_path, request, limits=True, **told) as suite:
            async with suite.partner() as partner:
                await founded(partner)
            yield suite

    return opened


def seen_from(suite, address: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(suite.app, client=(address, 1)), base_url="http://test"
    )


def assert_told_to_wait(answer, code: str = "9") -> None:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    told = answer.json()
    assert told["error_code"] == code, told
    assert f"gửi lại sau {answer.headers['retry-after']} giây" in told["message"]
    assert 1 <= int(answer.headers["retry-after"]) <= 120
    assert "thành công" not in told["message"].lower()


@pytest.mark.parametrize("base", MAPI)
async def test_a_system_may_log_in_for_every_call(limited, base):
    async with limited() as suite, suite.public() as http:
        username, password = await account(suite.running)
        told = {"username": username, "password": password}
        for _ in range(40):
            answer = await http.post(f"{base}/login", json=told, headers=HEADERS)
            assert answer.json()["error_code"] == "0", answer.text
        assert '"dialect";q=1200;w=60' in answer.headers["ratelimit-policy"]


async def test_logins_are_counted_by_account_and_network_under_every_address(limited):
    async with limited(limit_dialect="2/60") as suite, suite.public() as http:
        told = {"username": "c-mot", "password": "sai"}
        for base in MAPI:
            answer = await http.post(f"{base}/login", json=told)
            assert answer.json()["error_code"] == "7"
        for base in MAPI:
            refused = await http.post(f"{base}/login", json=told)
            assert_told_to_wait(refused)
            assert refused.json()["session"] == ""
        basic = await http.post("/dvcqg/nhanhsdvcqg", json={"refId": "1"}, auth=("c-mot", "sai"))
        assert_told_to_wait(basic, "-1")
        other = await http.post(f"{MAPI[0]}/login", json=told | {"username": "c-hai"})
        assert other.json()["error_code"] == "7"
        async with seen_from(suite, "198.51.100.7") as elsewhere:
            answer = await elsewhere.post(f"{MAPI[0]}/login", json=told)
            assert answer.json()["error_code"] == "7"


async def test_many_accounts_from_one_network_are_bounded_and_told_so_in_the_dialect(limited):
    async with limited(limit_network="8/3600") as suite, seen_from(suite, "192.0.2.9") as http:
        for n in range(8):
            told = {"username": f"c-{n}", "password": "sai"}
            answer = await http.post(f"{MAPI[n % 2]}/login", json=told)
            assert answer.json()["error_code"] == "7"
        for path in (*(f"{base}/{step}" for base in MAPI for step in ("login", "g")),):
            assert_told_to_wait_long(await http.post(path, json={"session": "x"}))
        assert_told_to_wait_long(await http.post("/dvcqg/nhanhsdvcqg", json={}), "-1")


def assert_told_to_wait_long(answer, code: str = "9") -> None:
    assert (answer.status_code, answer.json()["error_code"]) == (200, code), answer.text
    assert int(answer.headers["retry-after"]) > 120


async def test_a_partner_that_says_who_it_is_in_the_form_has_a_quota_of_its_own(limited):
    def assertion(client: str) -> str:
        parts = ({"alg": "ES256", "kid": "k", "typ": "client-authentication+jwt"}, {"sub": client})
        told = [base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=") for one in parts]
        return b".".join([*told, b"c2ln"]).decode()

    grant = {"grant_type": "client_credentials"}
    by_jwt = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    shown = (
        lambda client: {"client_id": client, "client_secret": "sai"},
        lambda client: {
            "client_assertion_type": by_jwt,
            "client_assertion": assertion(client),
        },
    )
    async with limited(limit_token="2/60") as suite, suite.public() as public:
        for n, show in enumerate(shown):
            for _ in range(2):
                answer = await public.post("/oauth/token", data=grant | show(f"c-mot-{n}"))
                assert answer.status_code == 401, answer.text
            refused = await public.post("/oauth/token", data=grant | show(f"c-mot-{n}"))
            assert refused.status_code == 429
            assert refused.json()["violated-policies"] == ["token"]
            assert '"token";r=0' in refused.headers["ratelimit"]
            other = await public.post("/oauth/token", data=grant | show(f"c-hai-{n}"))
            assert other.status_code == 401


def test_one_account_is_guessed_no_faster_from_many_networks_and_its_owner_is_not_shut_out():
    guard = LoginGuard(lambda: 0.0)
    guard.succeeded("c-mot", "10.0.0.1")
    taken = 0
    for n in range(50):
        for _ in range(OF_A_CLIENT.failures):
            if guard.wait("c-mot", f"192.0.2.{n}") == 0:
                guard.failed("c-mot", f"192.0.2.{n}")
                taken += 1
    assert taken == OF_AN_ACCOUNT.failures
    assert guard.wait("c-mot", "10.0.0.1") == 0
    # Neither do others at its own network shut it out; what fails in its own name there does.
    for n in range(100):
        guard.failed(f"c-{n}", "10.0.0.1")
    assert guard.wait("c-hai", "10.0.0.1") > 0
    assert guard.wait("c-mot", "10.0.0.1") == 0
    for _ in range(OF_A_CLIENT.failures):
        guard.failed("c-mot", "10.0.0.1")
    assert guard.wait("c-mot", "10.0.0.1") > 0


def test_every_address_of_the_dialect_is_one_the_gate_knows():
    addresses = {
        f"POST {route.path}" for route in router.routes if route.path.startswith("/dvcqg/")
    }
    assert len(addresses) == 5
    assert addresses <= set(SPECIAL)
    assert addresses <= set(OWN)
    assert {SPECIAL[one] for one in addresses if not one.endswith("/login")} == {MESSAGE}


async def test_without_room_the_dialect_is_told_so_in_its_own_form(limited):
    async with limited() as suite, suite.public() as http:
        await http.get("/health/live")
        rooms = suite.app.state.gate.compartments
        rooms["gateway"].used = rooms["gateway"].units
        for path, code in (("/dvcqg/mapi/login", "9"), ("/dvcqg/nhanhsdvcqg", "-1")):
            assert_told_to_wait(await http.post(path, json={}), code)
        rooms["gateway"].used = 0
        answer = await http.post("/dvcqg/mapi/g", json={"madonvi": AGENCY})
        assert answer.json()["error_code"] == "1"


@asynccontextmanager
async def logged_in(suite, **told):
    async with suite.public() as http:
        legacy = Legacy(http)
        assert (await legacy.log_in(*await account(suite.running, **told)))["error_code"] == "0"
        yield legacy


def numbered(count: int):
    return [dossier(MaHoSo=f"{AGENCY}-260316-{n:04d}") for n in range(1, count + 1)]


async def sent(legacy, service, **members):
    envelope = {"session": legacy.session, "madonvi": AGENCY, "service": service}
    return await legacy.http.post(f"{legacy.base}/g", json=envelope | members)


async def test_dossiers_and_news_of_them_spend_what_their_client_may_write(limited):
    async with limited(limit_write="6/3600") as suite, logged_in(suite) as legacy:
        five = await sent(legacy, "DongBoHoSoMC", data=numbered(5))
        assert five.json()["error_code"] == "0", five.text
        assert '"write";r=1;t=' in five.headers["ratelimit"]
        two = await sent(legacy, "DongBoHoSoMC", data=numbered(2), isUpdating="True")
        assert_told_to_wait_long(two)
        rows = [row("4", f"2026031710{n:02d}00", MaHoSo=f"{AGENCY}-260316-0001") for n in range(9)]
        # Rows of one dossier travel together, as they do to the address of our own.
        news = await sent(legacy, "CapNhatTienDoHoSoMC", data=rows)
        assert news.json()["error_code"] == "0", news.text
        assert '"write";r=0;t=' in news.headers["ratelimit"]
        portal = {"session": legacy.session, "refId": "R-1", "data": dossier()}
        for answer, code in (
            (await sent(legacy, "CapNhatTienDoHoSoMC", data=rows), "9"),
            (await sent(legacy, "DongBoTrangThaiHoSo", MaHoSoDonVi=CODE), "9"),
            (await legacy.http.post("/dvcqg/nhanhsdvcqg", json=portal), "-1"),
        ):
            assert_told_to_wait_long(answer, code)
        found = await legacy.call("TraCuuHoSo", mahoso=f"{AGENCY}-260316-0001")
        assert found["error_code"] == "0"
        async with logged_in(suite) as other:
            # A message that costs more than the whole quota is not refused for ever.
            many = await sent(other, "DongBoHoSoMC", data=numbered(7), isUpdating="True")
            assert len(many.json()["result"]) == 7, many.text


async def test_more_dossiers_than_a_message_may_hold_are_sent_in_parts(city, spoken):
    many = numbered(MOST_DOSSIERS + 1)
    rows = [row("4", "20260317100000", MaHoSo=one["MaHoSo"]) for one in many]
    small = [{"MaHoSo": one["MaHoSo"], "MaTTHC": one["MaTTHC"]} for one in many]
    async with spoken() as legacy:
        for service, data in (
            ("DongBoHoSoMC", json.dumps(small)),
            ("DongBoTrangThaiHoSo", small),
            ("CapNhatTienDoHoSoMC", rows),
        ):
            told = await legacy.call(service, data=data)
            assert told["error_code"] == "2"
            assert f"tối đa {MOST_DOSSIERS} hồ sơ" in told["message"]
            assert "chia thành nhiều lần gửi" in told["message"]
        assert (await legacy.call("TraCuuHoSo", mahoso=many[0]["MaHoSo"]))["error_code"] == "4"
        one = [row("4", f"20260317{n // 60:02d}{n % 60:02d}00", MaHoSo="X") for n in range(300)]
        assert (await legacy.call("CapNhatTienDoHoSoMC", data=one))["error_code"] == "4"


async def test_what_intake_is_asked_fills_its_room_and_news_go_before_filings(city, spoken):
    rooms: dict[str, Compartment] = city.app.state.gate.compartments
    intake = rooms["intake"]
    # A loop that keeps time, however busy the machine of the tests is.
    intake._lag = lambda: 0.0
    intake.part = 1.0
    async with spoken() as legacy:
        client = city.app.state.upstreams["intake"].client
        filled, ask = set(), client.request

        async def watched(*told, **more):
            filled.add((intake.used, rooms["gateway"].used))
            return await ask(*told, **more)

        client.request = watched
        assert (await legacy.call("DongBoHoSoMC", data=[dossier()]))["error_code"] == "0"
        assert filled == {(1, 0)}
        assert (intake.used, rooms["gateway"].used) == (0, 0)
        # Nine tenths are full: filings wait, what has happened already is still told.
        busy = round(intake.units * 0.9)
        intake.used += busy
        refused = await sent(legacy, "DongBoHoSoMC", data=[dossier(GhiChu="khác")])
        assert_told_to_wait(refused)
        assert "quá tải" in refused.json()["message"]
        news = await legacy.call("CapNhatTienDoHoSoMC", data=[row("4", "20260317100000")])
        assert news["error_code"] == "0", news
        intake.used -= busy
        assert intake.used == 0
