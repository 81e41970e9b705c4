"""The guide does what it says: every call in curl and in Python, against a real `motcua up`."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.guide.alike import JSON, answer_differs, differences, texts_alike
from tests.guide.kiosks import KIOSK_CALLS
from tests.guide.pages import PARTNERS, Block, Weather, blocks_of
from tests.guide.playing import BlockFailed, Played, play
from tests.guide.recording import Exchange
from tests.servers import find_curl

ROOT = Path(__file__).parents[2]
GUIDE = (
    *("guide.md", "guide-dossiers.md", "guide-services.md"),
    *("guide-national.md", "guide-webhooks.md", "guide-ratings.md"),
    "guide-reports.md",
)
CATALOGUE = ("guide-catalogue.md",)
"""A story of its own: its motcua is connected to a portal."""
STORIES = (GUIDE, CATALOGUE)
FIRST = ("first-dossier.md",)
CLIENTS = {"sh": "curl/", "python": "python-httpx/"}
OTHERS_CALLS = {
    "GET /health/live": "operators' probes call it",
    "GET /health/ready": "operators' probes call it",
    "POST /v1/carriers/{interface}/events": "carriers report there, in their own format and signed",
    "POST /v1/carriers/{interface}/{account}/events": "as above",
    "PUT /v1/rating-questionnaires/choices/{agency}/{occasion}": "operators choose what is asked",
    "POST /v1/lgsp/pushes/{id}/resend": "operators call it, where a bus is connected",
    **KIOSK_CALLS,
}
"""Calls that no partner makes, and who does."""

# The first test that asks for a story plays all of it, hundreds of calls.
pytestmark = pytest.mark.timeout(600)

stories = pytest.mark.parametrize(
    "language", [pytest.param("sh", marks=pytest.mark.servers), "python"]
)
needs_curl = pytest.mark.servers


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory):
    """What came of the stories, or of some pages; each is played once, when it is first asked for."""

    @cache
    def played(language: str, pages: tuple[str, ...]) -> list[Played]:
        if language == "sh":
            find_curl()
        return play(language, blocks_of(*pages), tmp_path_factory.mktemp("guide"))

    def told(language: str, *stories: tuple[str, ...]) -> list[Played]:
        return [one for pages in stories or STORIES for one in played(language, pages)]

    return told


def routes() -> dict[str, re.Pattern[str]]:
    """Every public route and its addresses; those with the most of their path written out stand first."""
    published = json.loads((ROOT / "contracts/published/gateway.openapi.json").read_text("utf-8"))
    told = [
        (f"{method.upper()} {path}", re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))))
        for path, methods in published["paths"].items()
        for method in methods
    ]
    return dict(sorted(told, key=lambda one: one[0].count("{")))


def route_of(exchange: Exchange) -> str:
    for route, pattern in routes().items():
        if route.startswith(f"{exchange.method} ") and pattern.fullmatch(exchange.path):
            return route
    raise AssertionError(f"{exchange.method} {exchange.path} is no public route")


def wrong(played: list[Played]) -> list[str]:
    """What the page shows, and is not so."""
    found = []
    for one in played:
        for kind, shown in one.block.shown:
            if kind != "http":
                told = [] if texts_alike(shown, one.printed) else [f"printed {one.printed}"]
            elif not one.exchanges:
                told = ["it calls nothing"]
            else:
                told = answer_differs(shown, one.exchanges[-1])
            found += ["\n".join([one.block.place, *told])] if told else []
    return found


@stories
def test_every_call_of_the_guide_is_answered_as_the_page_shows(story, language):
    found = wrong(story(language))
    assert not found, "\n\n".join(found)


@needs_curl
def test_the_first_dossier_is_answered_as_the_page_shows(story):
    found = wrong(story("sh", FIRST))
    assert not found, "\n\n".join(found)


@stories
def test_every_block_calls_something_in_its_own_language(story, language):
    for one in story(language):
        if one.block.kind == language and any(kind == "http" for kind, _ in one.block.shown):
            assert one.exchanges, one.block.place
            told = {exchange.client for exchange in one.exchanges}
            assert all(client.startswith(CLIENTS[language]) for client in told), one.block.place


@stories
def test_every_call_that_a_partner_may_make_is_in_the_guide(story, language):
    made = {route_of(exchange) for one in story(language) for exchange in one.exchanges}
    assert set(OTHERS_CALLS) <= set(routes())
    assert sorted(set(routes()) - made - set(OTHERS_CALLS)) == []


def test_the_examples_of_the_reference_are_what_the_guide_is_answered(story):
    """Stale? `make examples` plays the guide and keeps what is answered now."""
    kept = json.loads((ROOT / "contracts/published/calls.json").read_text("utf-8"))
    found: dict[tuple[str, str], Exchange] = {}
    for one in story("python"):
        for exchange in one.exchanges:
            found.setdefault((route_of(exchange), str(exchange.status)), exchange)
    for (route, status), exchange in found.items():
        shown = kept.get(route, {}).get(status)
        assert shown is not None, (route, status)
        kind = exchange.headers.get("content-type", "").partition(";")[0]
        if kind in JSON and exchange.body:
            now = json.loads(exchange.body)
            assert alike(shown["answered"]["body"], now), (route, status)
        if exchange.sent_json is not None:
            assert alike(shown["sent"]["body"], exchange.sent_json), (route, status)


def alike(one: Any, other: Any) -> bool:
    """Whether two JSON values have the same names in them, of a list those of its first item.

    What differs each time does not count, nor that a list is still empty in one of them.
    """
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return not one or not other or alike(one[0], other[0])
    return not isinstance(one, dict | list) and not isinstance(other, dict | list)


@stories
def test_what_is_sent_again_after_bad_weather_happens_once(story, language):
    bad = [one for one in story(language) if one.block.weather is not Weather.FAIR]
    assert {one.block.weather for one in bad} == {Weather.AWAY, Weather.LOST}
    for one in bad:
        tries = [exchange for exchange in one.exchanges if exchange.method != "GET"]
        assert len(tries) == (2 if one.block.weather is Weather.LOST else 1), one.block.place
        assert all(again.sent == tries[0].sent for again in tries), one.block.place


@needs_curl
def test_curl_and_python_say_the_same(story):
    curl, python = (
        {one.block.place: one.exchanges[-1:] for one in story(language)} for language in CLIENTS
    )
    pairs = pairs_of([block for pages in STORIES for block in blocks_of(*pages)])
    assert len(pairs) > 60
    for one, other in pairs:
        said = [essence(exchange) for exchange in curl[one.place]]
        assert said == [essence(exchange) for exchange in python[other.place]], one.place


def pairs_of(blocks: list[Block]) -> list[tuple[Block, Block]]:
    """Each call in curl, and the same in Python, which must stand directly below it."""
    found = []
    told = [block for block in blocks if block.kind in CLIENTS]
    for one, other in zip(told[::2], told[1::2], strict=True):
        assert (one.kind, other.kind) == ("sh", "python"), one.place
        assert one.shown == other.shown, one.place
        found.append((one, other))
    return found


GIVEN_OUT = {"token", "session", "username", "password", "retracts"}


def essence(exchange: Exchange) -> tuple[Any, ...]:
    """What is the same in both stories of a call: secrets, cursors and numbers given out are not."""
    sent = exchange.sent_json
    if isinstance(sent, dict):
        sent = {key: value for key, value in sent.items() if key not in GIVEN_OUT}
    return route_of(exchange), sorted(exchange.asked), exchange.status, sent


def test_the_pages_of_the_guide_lead_to_each_other_and_are_found():
    for page in (page for pages in STORIES for page in pages):
        text = (PARTNERS / page).read_text("utf-8")
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", text):
            assert (PARTNERS / target).resolve().exists(), (page, target)
        assert f"partners/{page}" in (ROOT / "docs" / "README.md").read_text("utf-8")
    for page in ("README.md", "README.vi.md"):
        assert "docs/partners/guide.md" in (ROOT / page).read_text("utf-8")


@pytest.mark.parametrize(
    ("shown", "real"),
    [
        ({"a": 1}, {"a": 2}),
        ({"a": 1}, {"a": True}),
        ({"a": 1}, {"a": 1.5}),
        ({"a": 1}, {"a": 1, "b": 2}),
        ({"a": 1, "b": 2}, {"a": 1}),
        ({"a": 1, "…": "…"}, {"b": 2}),
        ({"a": [1, 2]}, {"a": [1, 2, 3]}),
        ({"a": [1, 2, "…"]}, {"a": [1]}),
        ({"a": "x …"}, {"a": "y z"}),
        ({"a": "…"}, {"a": {"b": 1}}),
        ({"a": None}, {"a": "…"}),
    ],
)
def test_an_answer_that_is_another_one_is_noticed(shown, real):
    assert differences(shown, real) != []


def test_what_differs_each_time_is_not_compared():
    shown = {"id": "…", "at": "2025-…", "items": [{"n": 1, "…": "…"}, "…"], "…": "…"}
    real = {"id": 7, "at": "2025-09-15", "items": [{"n": 1, "m": 2}, {"n": 3}], "more": None}
    assert differences(shown, real) == []
    assert differences({"…": "…"}, {}) == []


def test_a_text_is_compared_line_by_line():
    assert texts_alike("one\n…\nlast\n", "one\ntwo\nthree\nlast")
    assert texts_alike('"1",…,"x"\n', '"1","2","x"\r\n')
    assert not texts_alike("one\nlast\n", "one\ntwo\nlast")
    assert not texts_alike("a…c\n", "a\nc")


def test_another_status_header_or_text_is_noticed():
    real = Exchange("GET", "/", {}, "", b"", "", 201, {"content-type": "text/csv"}, b"a,b")
    assert answer_differs("HTTP/1.1 201 Created\nContent-Type: text/csv\n\na,b\n", real) == []
    for shown in (
        "HTTP/1.1 200 OK\n",
        "HTTP/1.1 201 Created\nContent-Type: text/html\n",
        "HTTP/1.1 201 Created\nLocation: …\n",
        "HTTP/1.1 201 Created\n\na,c\n",
    ):
        assert answer_differs(shown, real) != [], shown


def test_a_block_that_fails_is_told_with_its_place(tmp_path):
    for kind, text in (("sh", "echo before\nfalse\n"), ("python", "print('before')\n1 / 0\n")):
        folder = tmp_path / kind
        folder.mkdir()
        with pytest.raises(BlockFailed, match=r"page\.md:7 (?s:.*)before"):
            play(kind, [Block("page.md", 7, kind, text)], folder)
