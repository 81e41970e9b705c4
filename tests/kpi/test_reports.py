"""Reported figures on both engines: handed in, approved by a second person, refused in a sentence."""

import asyncio
from datetime import date

import pytest

from chassis.database import UnitOfWork
from contracts.directory import AgencyRegistered
from contracts.periods import Span
from contracts.vocabulary import AgencyKind, FigureSource, Manner, SeriesKind
from services.kpi import service
from services.kpi.reports import queries
from services.kpi.reports.values import occurrences, total
from tests.kpi.reporting import EVIDENCE, QUARTER, YEAR, client, decided, ratio, sent, two

AGENCIES = [
    AgencyRegistered(code="H29", name="Thành phố", kind=AgencyKind.CITY),
    AgencyRegistered(
        code="A", name="Sở A", kind=AgencyKind.DEPARTMENT, parent="H29", other_codes=["H29.01"]
    ),
    AgencyRegistered(code="B", name="Quận B", kind=AgencyKind.DISTRICT, parent="H29"),
    AgencyRegistered(code="W", name="Phường W", kind=AgencyKind.WARD, parent="B"),
    AgencyRegistered(code="X", name="Thành phố khác", kind=AgencyKind.CITY),
]
Q1, YEAR_OF = Span(date(2020, 1, 1), date(2020, 4, 1)), Span(date(2020, 1, 1), date(2021, 1, 1))


def told(agency="A", **said):
    return {"agency": agency, **YEAR, "evidence": EVIDENCE, **said}


def happened(day="2020-03-05", **said):
    return {"agency": "H29", "occurred_on": day, "evidence": EVIDENCE, **said}


async def approved(kpi, period=YEAR_OF, agencies=("H29", "A", "B", "W")):
    return await queries.approved(agencies, period, UnitOfWork(kpi.running.database))


async def test_a_figure_counts_once_another_client_has_approved_it(lone):
    async with lone(service) as kpi:
        await kpi.hear(*AGENCIES)
        async with two(kpi) as (one, other):
            made = await sent(one, "k18", ratio(note="Trừ văn bản mật"))
            assert (made["state"], made["count"], made["among"]) == ("submitted", 95, 100)
            assert (made["version"], made["source"]) == (1, "self_reported")
            assert await approved(kpi) == {}
            done = await decided(other, made["id"], "approve")
            assert (done["state"], done["decided_by"]) == ("approved", "c-two")
            assert done["badge_vi"] == "Cơ quan tự báo cáo, 34/BC-SNN · Đã duyệt"
            # Approved once more by the same client it stays as it is.
            assert await decided(other, made["id"], "approve") == done
            [figure] = (await approved(kpi))["k18"]
            assert (figure.agency, figure.count, figure.among) == ("A", 95, 100)
            assert (figure.period, figure.kind) == (Q1, SeriesKind.RATIO)
            assert (figure.source, figure.evidence_no) == (FigureSource.SELF_REPORTED, "34/BC-SNN")
            shown = (await one.get(f"/v1/reports/{made['id']}")).json()
            steps = [(step["by"], step["act"], step["after"]) for step in shown["history"]]
            assert steps == [("c-one", "submit", "submitted"), ("c-two", "approve", "approved")]
            assert shown["evidence"] == EVIDENCE | {
                "signer": {"position": "Phó Giám đốc", "name": None}
            }


async def test_nobody_approves_or_rejects_what_they_reported(lone):
    async with lone(service) as kpi:
        await kpi.hear(*AGENCIES)
        async with two(kpi) as (one, _other):
            made = await sent(one, "k18", ratio())
            refused = await decided(one, made["id"], "approve", 403)
            assert refused["code"] == "same-person"
            again = await decided(one, made["id"], "reject", 403, reason="Sai số")
            assert again["code"] == "same-person"
            assert (await one.get(f"/v1/reports/{made['id']}")).json()["state"] == "submitted"


async def test_a_report_is_sent_back_with_a_reason_and_handed_in_again(lone):
    async with lone(service) as kpi:
        await kpi.hear(*AGENCIES)
        async with two(kpi) as (one, other):
            first = await sent(one, "k18", ratio())
            assert (await decided(other, first["id"], "reject", 422, reason=""))[
                "code"
            ] == "request-invalid"
            back = await decided(other, first["id"], "reject", reason="Thiếu phụ lục")
            assert (back["state"], back["reason"]) == ("rejected", "Thiếu phụ lục")
            settled = await decided(other, first["id"], "approve", 409)
            assert settled["code"] == "report-settled"
            # The same content is another report now.
            second = await sent(one, "k18", ratio())
            assert second["id"] != first["id"]
            assert second["version"] == 2
            await decided(other, second["id"], "approve")
            assert [f.report for f in (await approved(kpi))["k18"]] == [second["id"]]


async def test_only_who_reported_withdraws_and_only_before_it_is_decided(lone):
    async with lone(service) as kpi:
        await kpi.hear(*AGENCIES)
        async with two(kpi) as (one, other):
            made = await sent(one, "k18", ratio())
            refused = await decided(other, made["id"], "withdraw", 403)
            assert refused["code"] == "not-the-reporter"
            gone = await decided(one, made["id"], "withdraw")
            assert gone["state"] == "withdrawn"
            assert await decided(one, made["id"], "withdraw") == gone
            assert (await decided(other, made["id"], "approve", 409))["code"] == "report-settled"
            again = await sent(one, "k18", ratio())
            await decided(other, again["id"], "approve")
            assert (await decided(one, again["id"], "withdraw", 409))["code"] == "report-settled"


async def test_the_same_again_is_the_report_that_stands(lone):
    async with lone(service) as kpi:
        await kpi.hear(*AGENCIES)
        async with two(kpi) as (one, _other):
            first = await sent(one, "k18", ratio())
            assert (await sent(one, "k18", ratio("H29.01"), 200))["id"] == first["id"]
            bodies = [ratio("B", count=n % 2) for n in range(6)]
            answers = await asyncio.gather(
                *(one.post("/v1/indicators/k18/reports", json=body) for body in bodies)
            )
            assert sorted(answer.status_code for answer in answers) == [200] * 4 + [201] * 2
            listed = (await one.get("/v1/reports?agency=B")).json()["items"]
            assert sorted(item["version"] for item in listed) == [1, 2]


async def test_a_later_report_takes_the_place_of_the_earlier_once_it_is_approved(lone):
    async with lone(service) as kpi:
        await kpi.hear(*AGENCIES)
        async with two(kpi) as (one, other):
            first = await sent(one, "k18", ratio())
            await decided(other, first["id"], "approve")
            later = await sent(one, "k18", ratio(count=96))
            # Until then both are seen, and the first one counts.
            states = {
                item["id"]: item["state"] for item in (await one.get("/v1/reports")).json()["items"]
            }
            assert states == {first["id"]: "approved", later["id"]: "submitted"}
            assert [f.count for f in (await approved(kpi))["k18"]] == [95]
            done = await decided(other, later["id"], "approve")
            assert done["replaces"] == first["id"]
            assert [f.count for f in (await approved(kpi))["k18"]] == [96]
            before = (await one.get(f"/v1/reports/{first['id']}")).json()
            assert before["state"] == "superseded"
            assert before["history"][-1]["note"] == later["id"]


async def test_an_earlier_report_is_not_approved_over_a_later_one(lone):
    async with lone(service) as kpi:
        await kpi.hear(*AGENCIES)
        async with two(kpi) as (one, other):
            first = await sent(one, "k18", ratio())
            later = await sent(one, "k18", ratio(count=96))
            await decided(other, later["id"], "approve")
            refused = await decided(other, first["id"], "approve", 409)
            assert refused["code"] == "later-report-stands"


async def test_days_are_not_told_twice_in_periods_that_overlap(lone):
    async with lone(service) as kpi:
        await kpi.hear(*AGENCIES)
        async with two(kpi) as (one, _other):
            await sent(one, "k18", ratio())
            official = {"period_from": "2019-12-15", "period_to": "2020-03-15"}
            refused = await sent(one, "k18", ratio(**official), 409)
            assert refused["code"] == "report-period-overlaps"
            assert refused["errors"][0]["pointer"] == "/period_from"
            assert "2020-01-01" in refused["detail"]
            assert (await sent(one, "k18", ratio(**YEAR), 409))["code"] == "report-period-overlaps"
            # Another agency, and the next quarter, are others' days.
            await sent(one, "k18", ratio("B", **official))
            await sent(one, "k18", ratio(period_from="2020-04-01", period_to="2020-07-01"))


async def test_two_overlapping_periods_handed_in_at_once_are_not_both_taken(lone):
    async with lone(service) as kpi:
        await kpi.hear(*AGENCIES)
        async with two(kpi) as (one, _other):
            bodies = [ratio(), ratio(**YEAR)]
            answers = await asyncio.gather(
                *(one.post("/v1/indicators/k18/reports", json=body) for body in bodies)
            )
            assert sorted(answer.status_code for answer in answers) == [201, 409]


@pytest.mark.parametrize(
    ("series", "body", "pointers"),
    [
        ("k18", ratio(count=101), ["/count"]),
        ("k18", ratio(among=None), ["/among"]),
        ("k18", ratio(value="95"), ["/value"]),
        ("k18", ratio(about="A", manner="planned"), ["/about", "/manner"]),
        ("k18", {"agency": "A"}, ["/period_from", "/period_to", "/count", "/among"]),
        ("k09.register", told(count=3, among=4), ["/among"]),
        ("k03", told(value="true"), ["/value"]),
        ("k29", told("H29", value="Giỏi"), ["/value"]),
        ("k29", told("H29", value=True), ["/value"]),
        ("k30", told("H29", value="100.01"), ["/value"]),
        ("k30", told("H29", value="86.12345"), ["/value"]),
        ("k30", told("H29", value="86,25"), ["/value"]),
        ("k20", happened(), ["/about", "/manner"]),
        ("k20", happened("2199-01-01", about="A", manner="planned"), ["/occurred_on"]),
        ("k32", happened(manner="planned"), ["/manner"]),
        ("k32", happened(count=2), ["/count"]),
        ("k46.tasks", told("H29", about="9", value="done"), ["/about"]),
        ("k46.tasks", told("H29", about="1", value="soon"), ["/value"]),
    ],
)
async def test_what_a_series_does_not_take_is_told_by_pointers(lone, series, body, pointers):
    async with lone(service) as kpi:
        await kpi.hear(*AGENCIES)
        async with client(kpi, "c-one") as one:
            refused = await sent(one, series, body, 422)
            assert refused["code"] == "figure-unsuited"
            assert [error["pointer"] for error in refused["errors"]] == pointers
            assert all(error["detail"].endswith(".") for error in refused["errors"])


@pytest.mark.parametrize(
    ("period", "says"),
    [
        ({"period_from": "2020-01-02", "period_to": "2020-04-01"}, "a whole quarter"),
        ({"period_from": "2020-01-01", "period_to": "2020-07-01"}, "a whole quarter"),
        ({"period_from": "2099-01-01", "period_to": "2099-04-01"}, "has begun"),
    ],
)
async def test_a_period_the_series_does_not_know_is_refused(lone, period, says):
    async with lone(service) as kpi:
        await kpi.hear(*AGENCIES)
        async with client(kpi, "c-one") as one:
            refused = await sent(one, "k18", ratio(**period), 422)
            assert (refused["code"], says in refused["detail"]) == ("period-unknown", True)


async def test_other_refusals_say_what_to_change(lone):
    async with lone(service) as kpi:
        await kpi.hear(*AGENCIES)
        async with client(kpi, "c-one", "A") as one, client(kpi, "c-two", "X") as stranger:
            bare = await sent(one, "k18", ratio(evidence=None), 422)
            assert (bare["code"], bare["errors"][0]["pointer"]) == ("evidence-missing", "/evidence")
            assert bare["detail"] == "Tell number, title, day, signer and file of the document."
            short = EVIDENCE | {"file": EVIDENCE["file"] | {"sha256": "abc"}}
            wrong = await sent(one, "k18", ratio(evidence=short), 422)
            assert wrong["errors"][0]["pointer"] == "/evidence/file/sha256"
            assert (await sent(one, "k01", ratio(), 404))["code"] == "unknown-series"
            # Another's agency, and none at all, are the same to who asks.
            assert (await sent(one, "k18", ratio("B"), 404))["code"] == "unknown-agency"
            assert (await sent(one, "k18", ratio("NEW"), 404))["code"] == "unknown-agency"
            made = await sent(one, "k18", ratio())
            for act in ("approve", "withdraw"):
                gone = await decided(stranger, made["id"], act, 404)
                assert gone["code"] == "unknown-report"
            assert (await stranger.get(f"/v1/reports/{made['id']}")).status_code == 404
            assert (await stranger.get("/v1/reports")).json()["items"] == []
            bad = await one.get("/v1/reports?cursor=abc")
            assert bad.json()["code"] == "cursor-unknown"
        async with client(kpi, "c-one") as one:
            ward = await sent(one, "k18", ratio("W"), 422)
            assert (ward["code"], ward["errors"][0]["pointer"]) == ("not-its-series", "/agency")
            beside = happened(about="X", manner="planned")
            assert (await sent(one, "k20", beside, 422))["code"] == "about-unknown"
        async with client(kpi, "c-reads", "H29", "indicators:read") as reader:
            assert (await sent(reader, "k18", ratio(), 403))["code"] == "scope-missing"


async def test_every_kind_of_figure_is_kept_exactly(lone):
    async with lone(service) as kpi:
        await kpi.hear(*AGENCIES)
        nine = {"period_from": "2018-01-01", "period_to": "2018-10-01"}
        async with two(kpi) as (one, other):
            for series, body in {
                "k03": told(value=True),
                "k29": told("H29", value="Tốt"),
                "k30": told("H29", value="86.2500"),
                "k31.city": told("H29", value="84"),
                "k20": happened(about="H29.01", manner="unannounced"),
                "k32": happened("2020-06-30", about="Đất đai"),
                "k46.tasks": told("H29", about="3", value="done", **nine),
                "k42.baseline": told(
                    "H29", count=13, period_from="2017-01-01", period_to="2018-01-01"
                ),
            }.items():
                made = await sent(one, series, body)
                assert made["value"] == body.get("value"), series
                await decided(other, made["id"], "approve")
        found = await approved(kpi)
        assert set(found) == {"k03", "k29", "k30", "k31.city", "k20", "k32"}
        assert found["k03"][0].value is True
        assert found["k29"][0].value == "Tốt"
        assert [(f.count, f.among) for f in found["k30"] + found["k31.city"]] == [
            (8625, 10000),
            (84, 100),
        ]
        [inspection] = found["k20"]
        assert (inspection.about, inspection.manner) == ("A", Manner.UNANNOUNCED)
        assert inspection.occurred_on == date(2020, 3, 5)
        assert occurrences(found["k20"]).by_about == {"A": 1}
        first_half = Span(date(2020, 1, 1), date(2020, 7, 1))
        assert set(await approved(kpi, first_half)) == {"k20", "k32"}
        assert set(await approved(kpi, Span(date(2020, 1, 1), date(2020, 6, 30)))) == {"k20"}
        before = await approved(kpi, Span(date(2017, 1, 1), date(2019, 1, 1)))
        assert before["k42.baseline"][0].count == 13
        assert before["k46.tasks"][0].about == "3"


async def test_approved_ratios_of_a_city_are_summed_and_tell_who_is_missing(lone):
    async with lone(service) as kpi:
        await kpi.hear(*AGENCIES)
        async with two(kpi) as (one, other):
            for body in (ratio("A", 9, 10), ratio("B", 70, 90)):
                await decided(other, (await sent(one, "k18", body))["id"], "approve")
            await sent(one, "k18", ratio("A", 10, 10))
        rows = (await approved(kpi, Q1))["k18"]
        found = total(rows, ["A", "B"], Q1)
        assert (found.count, found.among, found.missing) == (79, 100, ())
        assert total(rows, ["A", "B"], YEAR_OF).missing == ("A", "B")


async def test_reports_are_listed_the_latest_first_page_by_page(lone):
    async with lone(service) as kpi:
        await kpi.hear(*AGENCIES)
        async with two(kpi) as (one, other):
            made = [(await sent(one, "k18", ratio(count=n)))["id"] for n in range(5)]
            await decided(other, made[0], "approve")
            found, cursor = [], ""
            while cursor is not None:
                more = f"&cursor={cursor}" if cursor else ""
                page = (await one.get(f"/v1/reports?series=k18&limit=2{more}")).json()
                found += [item["id"] for item in page["items"]]
                cursor = page["next_cursor"]
            assert found == made[::-1]
            only = (await one.get("/v1/reports?state=approved")).json()["items"]
            assert [item["id"] for item in only] == made[:1]
            assert (await one.get("/v1/reports?series=k19")).json()["items"] == []


async def test_what_is_owed_is_told_with_its_day_until_it_is_approved(lone):
    async with lone(service) as kpi:
        await kpi.hear(*AGENCIES)
        async with two(kpi) as (one, other):

            async def due(on, more=""):
                answer = await one.get(f"/v1/reports/due?on={on}&series=k18{more}")
                assert answer.status_code == 200, answer.text
                return answer.json()

            assert (await due("2020-03-31"))["items"] == []
            before = await due("2020-04-15")
            assert [
                (item["agency"], item["state"], item["due_on"]) for item in before["items"]
            ] == [("A", "due", "2020-04-15"), ("B", "due", "2020-04-15")]
            assert before["received"] == {
                "count": 0,
                "among": 0,
                "agencies": 0,
                "among_agencies": 0,
            }
            made = await sent(one, "k18", ratio())
            after = await due("2020-04-16")
            assert [(i["agency"], i["state"], i["late_since"]) for i in after["items"]] == [
                ("A", "waiting", None),
                ("B", "late", "2020-04-16"),
            ]
            assert after["items"][0]["report"] == made["id"]
            assert after["items"][1]["agency_name"] == "Quận B"
            assert after["received"] == {
                "count": 1,
                "among": 2,
                "agencies": 1,
                "among_agencies": 2,
            }
            await decided(other, made["id"], "approve")
            assert [item["agency"] for item in (await due("2020-04-16"))["items"]] == ["B"]
            assert len((await due("2020-04-16", "&approved=true"))["items"]) == 2
            assert [i["agency"] for i in (await due("2020-08-01", "&agency=A"))["items"]] == ["A"]


async def test_who_is_not_there_at_the_end_of_a_period_owes_nothing_for_it(lone):
    async with lone(service) as kpi:
        gone = AGENCIES[1].model_copy(update={"valid_to": date(2020, 6, 30), "revision": 2})
        came = AGENCIES[2].model_copy(update={"valid_from": date(2020, 6, 30), "revision": 2})
        await kpi.hear(AGENCIES[0], gone, came)
        async with client(kpi, "c-one") as one:
            found = (await one.get("/v1/reports/due?on=2020-12-01&series=k18")).json()["items"]
            owed = [(item["agency"], item["period_to"]) for item in found]
            assert owed == [("A", "2020-04-01"), ("B", "2020-07-01"), ("B", "2020-10-01")]


async def test_series_tell_what_a_report_must_say(lone):
    async with lone(service) as kpi, client(kpi, "c-one") as one:
        items = {item["id"]: item for item in (await one.get("/v1/series")).json()["items"]}
        owner = {"kinds": ["ward"], "plans": ["binh-thanh-2018"], "offices": False}
        assert items["k44.ward"]["owner"] == owner
        assert items["k20"]["about"] == "agency"
        assert items["k20"]["manner"] is True
        assert items["k46.tasks"]["about"] == "task"
        assert items["k31.city"]["indicators"] == ["k31"]
        assert (await one.get("/v1/reports/due?series=k01")).json()["code"] == "unknown-series"


async def test_the_key_of_a_write_gives_the_same_answer_again(lone):
    async with lone(service) as kpi:
        await kpi.hear(*AGENCIES)
        async with two(kpi) as (one, _other):
            key = {"Idempotency-Key": "k-1"}
            first = await one.post("/v1/indicators/k18/reports", json=ratio(), headers=key)
            again = await one.post("/v1/indicators/k18/reports", json=ratio(), headers=key)
            assert (first.status_code, again.status_code) == (201, 201)
            assert first.json() == again.json()
            assert QUARTER["period_from"] == first.json()["period_from"]
