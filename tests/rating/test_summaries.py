"""What is published of ratings: exact shares, who stayed silent, and nothing about a few."""

import csv
import io
from datetime import datetime, timedelta

import openpyxl
import pytest

from contracts.vocabulary import Provenance
from services.rating import service
from tests.builders import AGENCY, PROCEDURE
from tests.rating.builders import RETURNED, STRANGER, agency, directory, published
from tests.rating.citizens import Citizens

ASKED = {"from": "2020-03-15", "to": "2020-04-01"}
LATER = RETURNED + timedelta(days=60)


async def summary(client, ending="", **asked):
    answer = await client.get(f"/v1/ratings/summary{ending}", params=ASKED | asked)
    assert answer.status_code == 200, answer.text
    return answer if ending else answer.json()


async def opened(rating, *further):
    await rating.hear(*directory(), published(), *further)
    rating.running.database.now = lambda: LATER
    return Citizens(rating)


async def test_a_summary_tells_the_share_what_it_is_counted_from_and_how_sure_it_is(lone):
    async with lone(service) as rating, rating.calls() as client:
        citizens = await opened(rating)
        await citizens.rate("5554443321")
        await citizens.invited(10)
        told = await summary(client)
        assert told["definition"]["id"] == "satisfaction/1"
        assert (told["minimum"], told["mature_days"]) == (10, 15)
        assert (told["agency"], told["agency_name"]) == ("H29", "Thành phố Hồ Chí Minh")
        assert datetime.fromisoformat(told["as_of"]) == LATER
        assert told["rows"] == []
        total = told["total"]
        assert (total["key"], total["state"]) == ("total", "ok")
        figures = total["figures"]
        assert figures["ratings"] == 10
        assert figures["histogram"] == {"s1": 1, "s2": 1, "s3": 2, "s4": 3, "s5": 3}
        assert [figures[one] for one in ("positive", "neutral", "negative")] == [6, 2, 2]
        assert figures["satisfaction"] == {
            "definition": "satisfaction/1",
            "count": 6,
            "among": 10,
            "value": "0.600000",
            "low": "0.312673",
            "high": "0.831820",
        }
        assert figures["coverage"] == {
            "invited": 20,
            "mature": 20,
            "rated": 10,
            "declined": 0,
            "ignored": 0,
            "value": "0.500000",
        }


async def test_the_mean_is_another_definition_with_another_number(lone):
    async with lone(service) as rating, rating.calls() as client:
        citizens = await opened(rating)
        await citizens.rate("5554443321")
        told = await summary(client, definition="satisfaction-mean/1")
        score = told["total"]["figures"]["satisfaction"]
        assert (score["definition"], score["count"], score["among"]) == (
            "satisfaction-mean/1",
            *(26, 40),
        )
        assert (score["value"], score["low"]) == ("0.650000", None)
        answer = await client.get(
            "/v1/ratings/summary", params=ASKED | {"definition": "satisfaction/2"}
        )
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown-definition")


async def test_what_officers_entered_stands_beside_and_in_no_figure(lone):
    async with lone(service) as rating, rating.calls() as client:
        citizens = await opened(rating)
        await citizens.rate("1" * 10)
        await citizens.rate("5" * 12, provenance=Provenance.ASSISTED)
        figures = (await summary(client))["total"]["figures"]
        assert (figures["ratings"], figures["assisted"]) == (10, 12)
        assert figures["satisfaction"]["value"] == "0.000000"
        assert (figures["coverage"]["rated"], figures["coverage"]["mature"]) == (10, 22)
        rows = (await summary(client, by="provenance"))["rows"]
        assert {row["key"]: row["state"] for row in rows} == {
            "assisted": "empty",
            "self_link": "ok",
        }
        assert rows[0]["figures"]["assisted"] == 12
        assert rows[0]["figures"]["satisfaction"] is None


async def test_who_was_asked_lately_is_no_silence_yet(lone):
    async with lone(service) as rating, rating.calls() as client:
        citizens = await opened(rating)
        await citizens.rate("5" * 10)
        await citizens.invited(4)
        await citizens.rate("5" * 2, days=10)
        await citizens.invited(3, days=10)
        rating.running.database.now = lambda: RETURNED + timedelta(days=20)
        told = await summary(client)
        cover = told["total"]["figures"]["coverage"]
        assert (cover["invited"], cover["mature"], cover["rated"]) == (19, 16, 12)
        assert told["provisional"]
        rating.running.database.now = lambda: LATER
        told = await summary(client)
        assert told["total"]["figures"]["coverage"]["mature"] == 19
        assert not told["provisional"]


async def test_no_ratings_are_no_share_and_too_few_are_hidden(lone):
    async with lone(service) as rating, rating.calls() as client:
        citizens = await opened(rating)
        await citizens.invited(3)
        total = (await summary(client))["total"]
        assert (total["state"], total["figures"]["satisfaction"]) == ("empty", None)
        await citizens.rate("5" * 9)
        total = (await summary(client))["total"]
        assert (total["state"], total["figures"]) == ("suppressed", None)
        await citizens.rate("1")
        assert (await summary(client))["total"]["state"] == "ok"


async def test_a_hidden_row_cannot_be_worked_out_from_the_others(lone):
    """Neither in one table, nor from the totals of those that stand beside it."""
    wards = {f"000.00.{n}.H29": n for n in (21, 22, 23)}
    async with lone(service) as rating, rating.calls() as client:
        citizens = await opened(rating, *(agency(code, "H29", code) for code in wards))
        for code, count in zip(wards, (3, 12, 30), strict=True):
            await citizens.rate("5" * count, agency=code)
        told = await summary(client, by="agency")
        states = [row["state"] for row in told["rows"]]
        assert states == ["suppressed", "suppressed", "ok"]
        assert told["total"]["figures"]["ratings"] == 45
        alone = [(await summary(client, agency=code))["total"]["state"] for code in wards]
        assert alone == states
        text = (await summary(client, ".csv", by="agency")).text
        assert [row["state"] for row in csv.DictReader(io.StringIO(text))] == [
            "ok",
            *states,
        ]


async def test_what_is_hidden_of_an_agency_is_hidden_of_all_below_it(lone):
    above, below, beside = "000.00.21.H29", "000.01.21.H29", "000.00.22.H29"
    async with lone(service) as rating, rating.calls() as client:
        places = [agency(above, "H29"), agency(below, above), agency(beside, "H29")]
        citizens = await opened(rating, *places)
        await citizens.rate("5" * 15, agency=below)
        await citizens.rate("5" * 4, agency=beside)
        for code in (above, below, beside):
            assert (await summary(client, agency=code))["total"]["state"] == "suppressed", code
        assert (await summary(client))["total"]["figures"]["ratings"] == 19


async def test_a_hidden_procedure_cannot_be_worked_out_from_another(lone):
    async with lone(service) as rating, rating.calls() as client:
        citizens = await opened(rating, published(code="1.2", name="Thủ tục hai"))
        await citizens.rate("5" * 6)
        await citizens.rate("5" * 14, procedure="1.2")
        await citizens.rate("5" * 40, procedure="1.3")
        rows = (await summary(client, by="procedure"))["rows"]
        assert {row["key"]: row["state"] for row in rows} == {
            PROCEDURE: "suppressed",
            "1.2": "suppressed",
            "1.3": "ok",
        }
        assert [row["name_vi"] for row in rows][1:] == ["Thủ tục hai", "1.3"]
        alone = await summary(client, procedure="1.2")
        assert (alone["total"]["state"], alone["procedure"]) == ("suppressed", "1.2")
        assert (await summary(client, procedure="1.3"))["total"]["figures"]["ratings"] == 40


async def test_months_of_the_calendar_and_of_official_reports_are_both_told(lone):
    async with lone(service) as rating, rating.calls() as client:
        citizens = await opened(rating)
        await citizens.rate("5" * 10, days=-5)
        await citizens.rate("4" * 20)
        asked = {"from": "2020-01-01", "to": "2020-07-01"}
        months = (await summary(client, by="month", **asked))["rows"]
        assert [(m["key"], m["name_vi"], m["figures"]["ratings"]) for m in months] == [
            ("2020-03", "Tháng 3/2020", 30)
        ]
        official = (await summary(client, by="official_month", **asked))["rows"]
        assert [(m["key"], m["figures"]["ratings"]) for m in official] == [
            ("2020-03", 10),
            ("2020-04", 20),
        ]


async def test_days_that_are_no_whole_half_month_are_counted_but_never_published(lone):
    async with lone(service) as rating, rating.calls() as client:
        citizens = await opened(rating)
        await citizens.rate("5" * 10)
        await citizens.rate("1" * 10, days=1)
        days = {"from": "2020-03-19", "to": "2020-03-20"}
        assert (await summary(client, **days))["total"]["figures"]["histogram"]["s5"] == 10
        answer = await client.get("/v1/ratings/summary", params=days | {"public": "true"})
        assert (answer.status_code, answer.json()["code"]) == (422, "period-not-whole")
        assert (await summary(client, public=True))["total"]["figures"]["ratings"] == 20


async def test_a_rest_of_a_few_may_be_kept_from_the_public(lone):
    async with lone(service, rating_rest_minimum=3) as rating, rating.calls() as client:
        citizens = await opened(rating)
        await citizens.rate("5" * 11 + "1")
        assert (await summary(client))["total"]["state"] == "ok"
        assert (await summary(client, public=True))["total"]["state"] == "suppressed"
        await citizens.rate("11")
        assert (await summary(client, public=True))["total"]["state"] == "ok"


async def test_files_hold_the_same_figures_and_nothing_that_is_executed(lone):
    evil = '=HYPERLINK("http://x")'
    async with lone(service) as rating, rating.calls() as client:
        citizens = await opened(rating, agency(STRANGER, "H29", evil, revision=2))
        await citizens.rate("5" * 9 + "1", agency=STRANGER)
        await citizens.rate("4" * 20)
        told = await summary(client, by="agency")
        text = await summary(client, ".csv", by="agency")
        assert text.headers["content-type"] == "text/csv; charset=utf-8"
        assert text.text.startswith("\ufeff")
        rows = list(csv.DictReader(io.StringIO(text.text.removeprefix("\ufeff"))))
        assert [row["key"] for row in rows] == ["total", STRANGER, AGENCY]
        assert rows[1]["name_vi"] == f"'{evil}"
        for row, shown in zip(rows, [told["total"], *told["rows"]], strict=True):
            score = shown["figures"]["satisfaction"]
            assert (row["count"], row["among"]) == (str(score["count"]), str(score["among"]))
            assert [row[one] for one in ("value", "low", "high")] == [
                score[one] for one in ("value", "low", "high")
            ]
            assert (row["definition"], row["minimum"]) == ("satisfaction/1", "10")
            assert datetime.fromisoformat(row["as_of"]) == LATER
        book = await summary(client, ".xlsx", by="agency")
        sheet = openpyxl.load_workbook(io.BytesIO(book.content))["ratings"]
        names, total, strange, _ = sheet.iter_rows(values_only=True)
        assert dict(zip(names, total, strict=True))["ratings"] == 30
        assert dict(zip(names, strange, strict=True))["name_vi"] == f"'{evil}"
        assert not [cell for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"from": "2020-04-01", "to": "2020-04-01"}, "period-invalid"),
        ({"by": "question", "from": "2020-03-02"}, "period-not-whole"),
        ({"by": "question", "procedure": "1.2"}, "answers-not-by-procedure"),
        ({"agency": "H30"}, "unknown-agency"),
        ({"by": "officer"}, "request-invalid"),
    ],
)
async def test_what_cannot_be_summed_is_refused_with_what_to_change(lone, asked, code):
    async with lone(service) as rating, rating.calls() as client:
        await rating.hear(*directory())
        answer = await client.get("/v1/ratings/summary", params=ASKED | asked)
        assert answer.json()["code"] == code, answer.text


async def test_summaries_need_their_scope_and_stay_within_reach(lone):
    async with lone(service) as rating:
        citizens = await opened(rating)
        await citizens.rate("5" * 10)
        async with rating.calls("H29", "ratings:write") as writer:
            assert (await writer.get("/v1/ratings/summary", params=ASKED)).status_code == 403
        async with rating.calls(STRANGER, "ratings:read") as stranger:
            told = await summary(stranger)
            assert (told["agency"], told["total"]["state"]) == (STRANGER, "empty")
            beyond = await stranger.get("/v1/ratings/summary", params=ASKED | {"agency": AGENCY})
            assert beyond.status_code == 404
        async with rating.anonymous() as citizen:
            assert (await citizen.get("/v1/ratings/summary", params=ASKED)).status_code == 401
