import httpx
import pytest

from suite.sandbox.faults import Fault, FaultPlan, Faults
from suite.sandbox.lgsp import PUSHES, BusAccount, BusLedger, create_lgsp
from suite.sandbox.serving import create_sandbox, served

STATISTIC = {
    "Month": 3,
    "Year": 2020,
    "NewReception": 3,
    "PreExtisting": 1,
    "Total": 4,
    "TotalSolved": 3,
    "SolvedInTime": 2,
    "SolvedInTimePercent": 66.6,
    "SolvedLate": 1,
    "TotalPending": 1,
    "Pending": 0,
    "PendingLate": 1,
    "OrganizationInchargeIdlevel1": "H29",
}
VOTE = {"TotalVoted": 7, "PercentGood": 14.2, "OrganizationInchargeIdlevel1": "H29"}


async def token_of(client, **changes):
    account = BusAccount()
    form = {
        "grant_type": "client_credentials",
        "client_id": account.client_id,
        "client_secret": account.client_secret,
    } | changes
    return await client.post("/lgsp/token", data=form)


@pytest.fixture
def ledger(tmp_path):
    return BusLedger(tmp_path)


@pytest.fixture
def faults():
    return Faults()


@pytest.fixture
async def bus(ledger, faults):
    async with served(create_lgsp(ledger, faults=faults)) as url:
        async with httpx.AsyncClient(base_url=url, timeout=1) as client:
            token = (await token_of(client)).json()["access_token"]
            client.headers["Authorization"] = f"Bearer {token}"
            yield client


async def test_what_was_sent_is_kept_and_repeats_are_counted(bus, ledger, tmp_path):
    for _ in range(2):
        answer = await bus.post("/lgsp/Statistic", json=STATISTIC)
        assert answer.json() == {"Status": "200", "Message": "Thành công"}
    await bus.post("/lgsp/Vote", json=VOTE)
    for told in (ledger, BusLedger(tmp_path)):
        assert [(one.content, one.times) for one in told.kept["Statistic"]] == [(STATISTIC, 2)]
        assert [(one.content, one.times) for one in told.kept["Vote"]] == [(VOTE, 1)]
    assert (await bus.get("/sandbox/lgsp")).json()["Statistic"][0]["times"] == 2


@pytest.mark.parametrize(
    ("service", "changes"),
    [
        ("Statistic", {"Total": 5}),
        ("Statistic", {"Month": "3"}),
        ("Statistic", {"NewReception": -1}),
        ("Statistic", {"SolvedInTimePercent": 666}),
        ("Statistic", {"SolvedInTimePercent": None}),
        ("Statistic", {"OrganizationInchargeIdlevel1": ""}),
        ("Vote", {"TotalVoted": None}),
        ("Vote", {"TotalVoted": True}),
    ],
)
async def test_rubbish_is_refused(bus, ledger, service, changes):
    content = (STATISTIC if service == "Statistic" else VOTE) | changes
    answer = await bus.post(f"/lgsp/{service}", json=content)
    assert answer.json()["Status"] == "400"
    assert ledger.kept == {"Statistic": [], "Vote": []}
    assert len(ledger.refusals) == 1


async def test_a_stranger_gets_no_token_and_without_one_nothing_is_taken(bus, ledger):
    assert (await token_of(bus, client_secret="x")).status_code == 401
    answer = await bus.post("/lgsp/Vote", json=VOTE, headers={"Authorization": "Bearer x"})
    assert (answer.status_code, ledger.kept["Vote"]) == (401, [])


@pytest.mark.parametrize(
    ("fault", "effect"),
    [
        (Fault.ERROR_AFTER, 1),
        (Fault.TEXT_ONLY, 1),
        (Fault.UTF_16, 1),
        (Fault.SERVER_ERROR, 0),
        (Fault.SESSION_EXPIRED, 0),
        (Fault.MAINTENANCE, 0),
        (Fault.RATE_LIMIT, 0),
    ],
)
async def test_the_bus_fails_in_the_same_ways(bus, faults, ledger, fault, effect):
    faults.ask(fault)
    answer = await bus.post("/lgsp/Vote", json=VOTE)
    assert len(ledger.kept["Vote"]) == effect
    assert b'"Status":"200"' not in answer.content
    assert faults.happened == {fault: 1}


async def test_the_bus_may_reset_and_be_down(bus, faults, ledger):
    faults.ask(Fault.RESET_AFTER)
    with pytest.raises(httpx.TransportError):
        await bus.post("/lgsp/Vote", json=VOTE)
    assert len(ledger.kept["Vote"]) == 1
    faults.down = True
    with pytest.raises(httpx.TransportError):
        await token_of(bus)


def test_every_kind_a_push_can_meet_is_met():
    plan = FaultPlan.spread(0.5, 7)
    met = {plan.fault_of(f"Vote|{n}", 1, PUSHES) for n in range(2000)}
    assert met == {None, *PUSHES}


async def test_one_address_serves_the_post_the_portal_and_the_bus(tmp_path):
    faults = Faults()
    async with served(create_sandbox(tmp_path, faults)) as url:
        async with httpx.AsyncClient(base_url=url) as client:
            assert (await token_of(client)).status_code == 200
            post = {"username": "motcua", "password": "sandbox", "customerCode": "C000000001"}
            faults.down = True
            assert (await client.post("/GetAccessToken", json=post)).status_code == 200
            for address in ("/lgsp/token", "/XrdAdapter/RestService/forward/mapi/g"):
                with pytest.raises(httpx.TransportError):
                    await client.post(address, json={})
