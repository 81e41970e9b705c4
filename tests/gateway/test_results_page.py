"""Results of ratings for everybody: what the page, its twins and the badge tell, and what they never tell."""

import csv
import io
import json
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from contracts.rating import RatingResults
from gateway.periods import PeriodKind, offered, period_at, period_of
from gateway.web.badge import badge
from gateway.web.results import results_page
from gateway.web.results_csv import COLUMNS, results_csv
from tests.gateway.page_samples import Reading
from tests.gateway.result_samples import (
    AGENCY,
    SAMPLES,
    TODAY,
    URL,
    nobody,
    plenty,
    results,
    too_few,
)
from tests.gateway.test_rating_routes import problem, said

SVG = "{http://www.w3.org/2000/svg}"


def reading(found, language="vi") -> Reading:
    return Reading(bytes(results_page(found, language, TODAY, URL).body).decode())


def words(found, language="vi") -> str:
    return " ".join(reading(found, language).spoken.replace("\u00a0", " ").split())


def test_the_share_is_told_with_its_definition_its_interval_and_its_base():
    text = words(plenty())
    for told in (
        "92,6 % khoảng tin cậy 95 %: 91,0 % – 94,0 %",
        "1.234 do người dân tự đánh giá",
        "50,1 % (1.234/2.460)",
        "12 (0,9 %) phiếu, không tính vào tỷ lệ hài lòng",
        "satisfaction/1",
        "Rất hài lòng 741 60,0 %",
        "tạm tính",
    ):
        assert told in text, told


def test_the_five_levels_are_drawn_whole_and_said_in_words():
    page = reading(plenty())
    levels = [each for each in page.all("rect") if (each.get("class") or "").startswith("level ")]
    drawn = [each for each in levels if each["x"] != "1"]
    ends = [float(each["x"][:-1]) + float(each["width"][:-1]) for each in drawn]
    starts = [float(each["x"][:-1]) for each in drawn]
    assert starts[0] == 0
    assert all(abs(end - start) < 0.02 for end, start in zip(ends, [*starts[1:], 100], strict=True))
    assert len({each.get("fill") for each in drawn}) == 5
    assert "Không hài lòng: 1,7\u00a0%" in page.spoken


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_is_hidden_has_no_number_in_any_shape(language):
    found = too_few()
    assert ("ít hơn 5" if language == "vi" else "fewer than 5") in words(found, language)
    page = reading(found, language)
    assert [each for each in page.all("svg") if each.get("role") == "img"] == []
    rows = list(csv.DictReader(io.StringIO(results_csv(found).lstrip("\ufeff"))))
    for row in rows:
        assert row["state"] == "suppressed"
        assert {row[c] for c in COLUMNS[COLUMNS.index("ratings") : -1]} == {""}
    drawn = badge(found, language)
    assert ("chưa đủ đánh giá" if language == "vi" else "not enough ratings") in drawn
    assert "<rect width" not in drawn


def test_nobody_having_rated_is_said_and_is_no_share():
    assert "chưa có phiếu nào" in words(nobody())
    assert "chưa đủ đánh giá" in badge(nobody(), "vi")


def test_agencies_lead_to_their_own_results_of_the_same_period():
    page = reading(plenty(), "en")
    links = [each["href"] for each in page.all("a")]
    assert "/ratings/000.00.19.H29.P01?period=2026-q1&occasion=returned&lang=en" in links
    assert not [each for each in links if each.startswith(f"/ratings/{AGENCY}?") and "csv" in each]


def test_periods_are_picked_by_a_form_that_needs_no_script():
    page = reading(SAMPLES["another period"]())
    [form] = page.all("form")
    assert (form["method"], form["action"]) == ("get", f"/ratings/{AGENCY}")
    chosen = [each["value"] for each in page.all("option") if "selected" in each]
    assert chosen == ["official-2019-12", "returned"]


@pytest.mark.parametrize("kind", PeriodKind)
def test_periods_of_a_kind_follow_each_other_without_a_gap(kind):
    for day in (date(2026, 1, 14), date(2026, 1, 15), date(2025, 12, 31), date(2024, 2, 29)):
        now = period_at(kind, day)
        assert now.first <= day < now.end
        assert now.before(1).end == now.first
        assert period_of(now.key) == now
        assert len({one.key for one in offered(day)[kind]}) == len(offered(day)[kind])


@pytest.mark.parametrize(
    "key", ["", "2020-00", "2020-13", "2020-q5", "20200", "1899", "٢٠٢٠", "2020\n", "official-2020"]
)
def test_what_names_no_period_is_none(key):
    assert period_of(key) is None


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", SAMPLES)
def test_the_badge_is_a_picture_that_tells_its_numbers_in_words(language, name):
    drawn = badge(SAMPLES[name](), language)
    root = ET.fromstring(drawn)
    assert (root.get("role"), root.get("width")) == ("img", "280")
    shown = {each.text for each in root.iter(f"{SVG}text")}
    told = root.find(f"{SVG}title").text + root.find(f"{SVG}desc").text
    assert all(text in told for text in shown)
    assert "http" not in drawn.replace("http://www.w3.org/2000/svg", "")
    assert not list(root.iter(f"{SVG}script"))
    assert len(drawn) < 2000


def test_a_name_cannot_break_out_of_the_badge_nor_of_the_snippet():
    name = '"><script>alert(1)</script>'
    found = plenty()
    told = found.agencies.model_copy(update={"agency_name": name})
    found = type(found)(
        agencies=told, procedures=found.procedures, period=found.period, occasion=found.occasion
    )
    assert "<script" not in badge(found, "vi")
    page = reading(found)
    assert page.all("script") == []
    assert page.faults == []
    [code] = [part for part in page.spoken.split("\n") if "<a href=" in part]
    assert Reading(code.strip()).all("script") == []


class Summaries:
    """Answers as rating does, and remembers what it was asked."""

    def __init__(self, made=plenty) -> None:
        self.found = made()
        self.asked = []
        self.refuses = None

    @property
    def app(self):
        return Starlette(routes=[Route("/v1/ratings/summary", self.summary)])

    async def summary(self, request):
        self.asked.append(dict(request.query_params) | {"as": request.headers["authorization"][:7]})
        if self.refuses:
            return problem(*self.refuses)
        by = {"agency": self.found.agencies, "procedure": self.found.procedures}
        return JSONResponse(by[request.query_params["by"]].model_dump(mode="json"))


async def test_the_page_asks_for_what_anybody_may_see_of_whole_periods(before):
    rating = Summaries()
    async with before(rating) as client:
        answer = await client.get(f"/ratings/{AGENCY}?period=official-2020-03")
        assert answer.status_code == 200
        whose = {"agency": AGENCY, "from": "2020-02-15", "to": "2020-03-15", "as": "Bearer "}
        told = whose | {"occasion": "returned", "public": "true"}
        assert rating.asked == [told | {"by": "agency"}, told | {"by": "procedure"}]
        assert answer.headers["cache-control"] == "no-cache"
        assert (await client.head(f"/ratings/{AGENCY}")).status_code == 200


async def test_who_has_the_same_figures_is_not_sent_them_again(before):
    rating = Summaries()
    async with before(rating) as client:
        for twin in ("", ".json", ".csv", "/badge.svg"):
            path = f"/ratings/{AGENCY}{twin}"
            first = await client.get(path)
            tag = first.headers["etag"]
            again = await client.get(path, headers={"If-None-Match": f'"other", {tag}'})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
            other = await client.get(path, headers={"If-None-Match": 'W/"other"'})
            assert other.status_code == 200
            rating.found = nobody()
            changed = await client.get(path, headers={"If-None-Match": tag})
            assert changed.status_code == 200
            rating.found = plenty()


async def test_the_twins_hold_what_the_page_shows(before):
    async with before(Summaries()) as client:
        told = RatingResults.model_validate_json((await client.get(f"/ratings/{AGENCY}.json")).text)
        assert told.total.figures.ratings == 1234
        assert [row.key for row in told.procedures if row.figures is None] == ["2.000635"]
        sheet = await client.get(f"/ratings/{AGENCY}.csv?period=2026-q1")
        assert "ratings-000.00.19.H29-2026-q1.csv" in sheet.headers["content-disposition"]
        rows = list(csv.DictReader(io.StringIO(sheet.text.lstrip("\ufeff"))))
        assert len(rows) == 1 + 4 + 4
        assert (rows[0]["ratings"], rows[0]["s5"], rows[0]["coverage"]) == ("1234", "741", "0.5")


async def test_the_badge_may_stand_on_any_site_and_is_kept_for_five_minutes(before):
    async with before(Summaries()) as client:
        answer = await client.get(f"/ratings/{AGENCY}/badge.svg?lang=en&period=2026-q1")
        assert answer.headers["content-type"].startswith("image/svg+xml")
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
        assert answer.headers["cache-control"] == "public, max-age=300"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "quarter 1, 2026" in answer.text


@pytest.mark.parametrize(
    "path",
    [
        f"/ratings/{AGENCY}?period=2020-13",
        f"/ratings/{AGENCY}?occasion=never",
        "/ratings/%3Cscript%3E",
        "/ratings/a%20b",
    ],
)
async def test_what_is_no_agency_or_period_is_no_page_and_nobody_is_asked(before, path):
    rating = Summaries()
    async with before(rating) as client:
        answer = await client.get(path)
        assert (answer.status_code, "Không tìm thấy trang" in said(answer)) == (404, True)
        assert rating.asked == []


async def test_an_unknown_agency_is_none_and_a_service_that_is_away_is_told_as_such(before):
    rating = Summaries()
    async with before(rating) as client:
        named, rating.found = rating.found, results(nobody().total, agency_name=None)
        assert (await client.get("/ratings/H98")).status_code == 404
        rating.found = named
        rating.refuses = (404, "unknown-agency")
        assert (await client.get("/ratings/H98")).status_code == 404
        told = await client.get("/ratings/H98.json")
        assert (told.status_code, json.loads(told.text)["code"]) == (404, "no-such-results")
        rating.refuses = (503, "storage-full")
        for twin in ("", ".json", ".csv", "/badge.svg"):
            away = await client.get(f"/ratings/{AGENCY}{twin}")
            assert (away.status_code, "retry-after" in away.headers) == (503, True)
