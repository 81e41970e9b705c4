"""Web sites with the rating widget: registered ones read what the rating routes answer, no others do."""

import json
import subprocess
import sys

import pytest

from chassis.settings import Settings
from gateway.door import openings
from gateway.origins import commands
from gateway.origins.domain import OriginUnreadable, checked_origin
from gateway.origins.register import FRESH, Origins
from suite.together import together
from tests.conftest import Suite

SITE = "https://motcua.example.vn"
LINK = "t" * 43
RATING = {"token": LINK, "answers": {"overall": "5"}}


@pytest.fixture
async def city(tmp_path, embedded):
    settings = Settings(data=tmp_path, settle_seconds=0.05)
    embedded.fill(settings)
    async with together(settings) as at_work:
        await at_work.running["gateway"].do(commands.add_origin, SITE, "H29", "an operator")
        yield Suite(at_work.running, at_work.app)


def cors(answer) -> dict[str, str]:
    return {k: v for k, v in answer.headers.items() if k.startswith("access-control-")}


async def test_a_registered_site_reads_forms_and_sends_ratings(city):
    async with city.public() as browser:
        form = await browser.get(f"/v1/rating-forms/{LINK}", headers={"Origin": SITE})
        sent = await browser.post("/v1/ratings", json=RATING, headers={"Origin": SITE})
    for answer in (form, sent):
        assert answer.status_code == 404, answer.text
        assert answer.headers["access-control-allow-origin"] == SITE
        assert "RateLimit" in answer.headers["access-control-expose-headers"]
        assert "access-control-allow-credentials" not in answer.headers
        assert answer.headers["vary"] == "Origin"


@pytest.mark.parametrize(
    ("path", "method"),
    [
        (f"/v1/rating-forms/{LINK}", "GET"),
        ("/v1/ratings", "POST"),
        ("/v1/rating-refusals", "POST"),
    ],
)
async def test_the_gateway_itself_answers_a_preflight(city, path, method):
    asked = {"Origin": SITE, "Access-Control-Request-Method": method}
    asked["Access-Control-Request-Headers"] = "content-type"
    async with city.public() as browser:
        answer = await browser.options(path, headers=asked)
    assert (answer.status_code, answer.content) == (204, b"")
    assert cors(answer)["access-control-allow-origin"] == SITE
    assert cors(answer)["access-control-allow-methods"] == method
    assert "content-type" in cors(answer)["access-control-allow-headers"].lower()
    assert "authorization" not in cors(answer)["access-control-allow-headers"].lower()
    assert answer.headers["vary"] == "Origin"


async def test_a_refusal_for_asking_too_often_is_readable_too(city):
    async with city.public() as browser:
        for _ in range(7):
            answer = await browser.get(f"/v1/rating-forms/{LINK}", headers={"Origin": SITE})
    assert (answer.status_code, cors(answer)["access-control-allow-origin"]) == (429, SITE)


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "https://motcua.example.vn.evil.example",
        "https://sub.motcua.example.vn",
        "https://motcua.example.vn:8443",
        "http://motcua.example.vn",
        "https://MOTCUA.example.vn",
        "https://motcua.example.vn/",
        "null",
        "*",
        "",
        "https://motcua.example.vn, https://evil.example",
        "é",
    ],
)
async def test_any_other_origin_gets_no_cors_header(city, origin):
    asked = {"Origin": origin.encode("latin-1"), "Access-Control-Request-Method": "POST"}
    async with city.public() as browser:
        for answer in (
            await browser.get(f"/v1/rating-forms/{LINK}", headers={"Origin": asked["Origin"]}),
            await browser.post("/v1/ratings", json=RATING, headers={"Origin": asked["Origin"]}),
            await browser.options("/v1/ratings", headers=asked),
        ):
            assert cors(answer) == {}
            # A cache must not hand one site what was answered to another.
            assert answer.headers["vary"] == "Origin"
    assert answer.status_code == 405


async def test_every_other_route_gets_no_cors_header_from_anybody(city):
    widgets = {"/v1/rating-forms/{token}", "/v1/ratings", "/v1/rating-refusals"}
    others = [o for o in openings() if o.path not in widgets]
    assert len(others) > 25
    asked = {"Origin": SITE, "Access-Control-Request-Method": "GET"}
    async with city.partner() as partner:
        for path in [o.path for o in others] + ["/oauth/token", "/board", f"/r/{LINK}", "/docs"]:
            for method in ("GET", "OPTIONS"):
                answer = await partner.request(method, path, headers=asked)
                assert cors(answer) == {}, path


async def test_a_site_taken_out_is_a_stranger_once_the_register_was_read_again(city):
    gateway = city.running["gateway"]
    now = [0.0]
    origins = Origins(gateway, lambda: now[0])
    assert await origins.allows(SITE)
    await gateway.do(commands.remove_origin, SITE)
    assert await origins.allows(SITE)
    now[0] = FRESH
    assert not await origins.allows(SITE)


@pytest.mark.parametrize("origin", ["https://a.vn", "https://a-b.vn:8443", "http://localhost:3000"])
def test_an_origin_is_taken_as_browsers_send_it(origin):
    assert checked_origin(origin) == origin


@pytest.mark.parametrize(
    ("origin", "says"),
    [
        ("http://a.vn", "https"),
        ("https://a.vn/", "slash"),
        ("https://a.vn/widget", "path"),
        ("https://*.a.vn", "wildcard"),
        ("*", "wildcard"),
        ("null", "https://host"),
        ("a.vn", "https://host"),
        ("https://A.vn", "small letters"),
        ("https://một.vn", "xn--"),
        ("https://a.vn:443", "443"),
        ("http://localhost:80", "80"),
        ("https://u:p@a.vn", "https://host"),
        ("https://a..vn", "https://host"),
        ("https://" + "a" * 300 + ".vn", "https://host"),
        ("javascript:alert(1)", "https://host"),
        ("https://a.vn\n", "https://host"),
    ],
)
def test_what_no_browser_sends_is_refused_and_told_how(origin, says):
    with pytest.raises(OriginUnreadable) as refused:
        checked_origin(origin)
    assert says in refused.value.detail


def motcua(folder, *arguments: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "suite.cli", "origin", *arguments, "--data", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_an_operator_keeps_the_register(tmp_path):
    added = motcua(tmp_path, "add", SITE, "--agency", "H29", "--by", "an operator")
    assert added.returncode == 0, added.stderr
    again = motcua(tmp_path, "add", SITE, "--agency", "H30", "--by", "another")
    assert again.returncode == 0
    [entry] = json.loads(motcua(tmp_path, "list", "--json").stdout)
    assert (entry["origin"], entry["agency"], entry["added_by"]) == (SITE, "H29", "an operator")
    assert entry["added_at"]
    wrong = motcua(tmp_path, "add", "http://a.vn", "--agency", "H29")
    assert (wrong.returncode, "https" in wrong.stderr) == (1, True)
    assert motcua(tmp_path, "remove", SITE).returncode == 0
    assert motcua(tmp_path, "remove", SITE).returncode == 1
    assert "None" in motcua(tmp_path, "list").stdout
