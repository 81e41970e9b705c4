"""Forms 07a and 07b: every column hand-counted, its equations, and the files made of it."""

import io
from datetime import date, datetime, timedelta

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.directory import AgencyRegistered
from contracts.vocabulary import (
    VIETNAM,
    AgencyKind,
    Channel,
    DossierStatus,
    OnlineService,
    PeriodKind,
)
from services.kpi import commands, service
from services.kpi.calendars import key_of, period_of
from services.kpi.form07a.counting import Line, breaches
from tests.kpi.test_service import AGENCIES, published
from tests.kpi.worlds import amended, ended, filed, lives, progressed

COLUMNS = (
    *("received", "full_online", "partial_online", "by_post", "counter", "carried_over"),
    *("settled", "early", "on_time", "late", "in_progress", "within", "overdue"),
)


def at(day: int, month: int = 3, hour: int = 12) -> datetime:
    return datetime(2020, month, day, hour, tzinfo=VIETNAM)


async def form(client, kind="report_month", key="2020-03", agency="H29"):
    answer = await client.get(f"/v1/reports/07a?agency={agency}&kind={kind}&key={key}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def told(row):
    return tuple(row[column] for column in COLUMNS)


A_MONTH = (
    # Carried over from the month before: one settled early in this one, one never.
    filed("c1", at=at(3, 2), due_at=at(20)),
    progressed("c1", 2, at(19), received_at=at(3, 2), due_at=at(20)),
    filed("c2", at=at(14, 2, 23), due_at=at(1)),
    # Received on the first instant of the period, and settled on the due day.
    filed("r1", at=at(15, 2, 0), due_at=at(18, 2), channel=Channel.POST),
    progressed("r1", 2, at(18, 2, 23), received_at=at(15, 2, 0), due_at=at(18, 2)),
    filed("r2", at=at(2), due_at=at(4), channel=Channel.ONLINE, online_service=OnlineService.FULL),
    progressed("r2", 2, at(5), received_at=at(2), due_at=at(4)),
    filed(
        "r3", at=at(2), due_at=at(14), channel=Channel.ONLINE, online_service=OnlineService.PARTIAL
    ),
    # Withdrawn while it was in time: settled without a result.
    filed("r4", at=at(3), due_at=at(14)),
    ended("r4", 2, DossierStatus.WITHDRAWN, at(10), received_at=at(3), due_at=at(14)),
    # Nothing of this period: settled before it, received after it, never received.
    filed("n1", at=at(1, 2), due_at=at(9, 2)),
    progressed("n1", 2, at(14, 2, 23), received_at=at(1, 2), due_at=at(9, 2)),
    filed("n2", at=at(15, 3, 0)),
    filed("n3", at=None, due_at=None),
)


async def test_every_column_of_a_month_is_counted_as_of_its_end(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES, published("p", field="f", field_name="Lĩnh vực F"))
        await kpi.hear(*A_MONTH)
        march = await form(client)
        [row] = march["rows"]
        # c1 is settled on the 19th of March, after the period; c2 and c1 are carried over and stay.
        assert told(row) == (6, 1, 1, 1, 1, 2, 3, 1, 1, 1, 3, 2, 1)
        assert (row["field"], row["field_name"]) == ("f", "Lĩnh vực F")
        assert told(march["total"]) == told(row)
        assert march["balanced"] is True
        assert (march["period_from"], march["period_to"]) == ("2020-02-15", "2020-03-15")
        assert march["provisional"] is False
        april = await form(client, key="2020-04")
        assert told(april["total"])[5:10] == (3, 1, 1, 0, 0)
        assert april["total"]["carried_over"] == row["in_progress"]
        assert april["balanced"] is True


async def test_what_is_due_on_the_last_day_is_within_its_time_when_the_period_ends(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES)
        await kpi.hear(filed("d1", at=at(2), due_at=at(14)), filed("d2", at=at(2), due_at=at(13)))
        march = (await form(client))["total"]
        assert (march["within"], march["overdue"]) == (1, 1)


async def test_no_time_passes_for_a_dossier_whose_applicant_was_waited_for_when_the_period_ended(
    lone,
):
    asked = {"received_at": at(2), "due_at": at(20)}
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES)
        for code, since, answered in (
            ("d1", at(4), at(30)),
            ("d2", at(6), at(30)),
            ("d3", at(4), at(8)),
        ):
            requested = {"supplement_requested_at": since, "supplement_waited_until": answered}
            await kpi.hear(
                filed(code, at=at(2), due_at=at(5)),
                progressed(code, 2, **asked | {"due_at": at(5)} | requested),
            )
        march = (await form(client))["total"]
        # d1 was asked in time; d2 was late already; d3 had its answer, and was late by the end.
        assert (march["in_progress"], march["within"], march["overdue"]) == (3, 1, 2)


async def test_a_later_change_leaves_an_earlier_period_as_it_was_but_for_what_it_says_of_it(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES, *A_MONTH)
        before = await form(client)
        await kpi.hear(progressed("c2", 2, at(1, 5), received_at=at(14, 2, 23), due_at=at(1)))
        after = await form(client)
        assert [told(row) for row in after["rows"]] == [told(row) for row in before["rows"]]
        may = await form(client, "month", "2020-05")
        assert (may["total"]["settled"], may["total"]["late"]) == (1, 1)


async def test_a_form_says_which_equation_fails_and_by_how_much(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES, *A_MONTH)
        await kpi.running.database.engine.execute(
            "UPDATE cell SET received = received + 1 WHERE received_counter = 1 AND received > 2"
        )
        broken = await form(client)
        assert broken["balanced"] is False
        assert broken["total"]["breaches"] == [
            "(3)=(4)+(5)+(6)+(7)+(8): 7≠6",
            "(3)=(9)+(13): 7≠6",
        ]
        answer = await client.get("/v1/reports/07a.csv?agency=H29&kind=report_month&key=2020-03")
        assert "(3)=(9)+(13): 7≠6" in answer.text
        await commands.rebuild(kpi.running.database)
        assert (await form(client))["balanced"] is True


def test_each_equation_is_asked_of_a_line():
    whole = Line(6, 1, 1, 1, 1, 2, 3, 1, 1, 1, 3, 2, 1, 2)
    assert list(breaches(whole)) == []
    assert len(list(breaches(Line(received=1)))) == 2
    assert [told.split(":")[0] for told in breaches(Line(before=1))] == [
        "(8)=(13) of the period before"
    ]
    assert [told.split(":")[0] for told in breaches(Line(late=1))] == ["(9)=(10)+(11)+(12)"]
    assert [told.split(":")[0] for told in breaches(Line(overdue=1))] == ["(13)=(14)+(15)"]


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
async def test_whatever_happened_every_period_balances_and_begins_with_what_the_last_one_left(
    lone, data
):
    events = [event for n in range(4) for event in data.draw(lives(f"d{n}"))]
    kind = data.draw(st.sampled_from(list(PeriodKind)))
    day = data.draw(st.dates(date(2019, 12, 1), date(2021, 1, 10)))
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES, *events)
        key = key_of(kind, day)
        left = {}
        for _ in range(3):
            told = await form(client, kind, key)
            assert told["balanced"] is True, told
            carried = {row["field"]: row["carried_over"] for row in told["rows"]}
            assert {field: n for field, n in carried.items() if n} == left or not left
            left = {row["field"]: n for row in told["rows"] if (n := row["in_progress"])}
            for column in COLUMNS:
                assert told["total"][column] == sum(row[column] for row in told["rows"])
            key = key_of(kind, period_of(kind, key).end)


async def test_an_amended_field_moves_a_dossier_and_its_carry_over(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES, filed("d1", at=at(1, 2)), amended("d1", 2, field="g"))
        [row] = (await form(client))["rows"]
        assert (row["field"], row["carried_over"], row["in_progress"]) == ("g", 1, 1)


async def test_a_form_is_a_file_with_vietnamese_headings_and_numbered_columns(lone):
    asked = "agency=H29&kind=report_quarter&key=2020-Q1"
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES, published("p", field="f", field_name="=Lĩnh vực"), *A_MONTH)
        written = await client.get(f"/v1/reports/07a.csv?{asked}")
        assert written.text.startswith('\ufeff"Biểu số 07a/BTP/KSTT"')
        lines = written.text.splitlines()
        assert lines[7].startswith('"(1)","(2)","(3)"')
        assert lines[7].endswith('"(15)"')
        assert lines[8].startswith('"1","\'=Lĩnh vực","')
        assert "07a-H29-report_quarter-2020-Q1.csv" in written.headers["content-disposition"]
        book = openpyxl.load_workbook(
            io.BytesIO((await client.get(f"/v1/reports/07a.xlsx?{asked}")).content)
        )
        rows = list(book["07a"].iter_rows(values_only=True))
        json = await form(client, "report_quarter", "2020-Q1")
        assert rows[8][2:] == told(json["rows"][0])
        assert rows[9][1:] == ("TỔNG CỘNG", *told(json["total"]))


LEVELS = [
    *AGENCIES,
    AgencyRegistered(code="W", name="Phường W", kind=AgencyKind.WARD, parent="H29"),
    AgencyRegistered(code="V", name="Xã V", kind=AgencyKind.WARD, parent="H29"),
    AgencyRegistered(code="W1", name="Trung tâm", kind=AgencyKind.UNIT, parent="W"),
]
A_DISTRICT = [
    AgencyRegistered(code="Q", name="Quận Q", kind=AgencyKind.DISTRICT, parent="H29"),
    AgencyRegistered(code="QW", name="Phường QW", kind=AgencyKind.WARD, parent="Q"),
    AgencyRegistered(code="QU", name="Chi nhánh", kind=AgencyKind.UNIT, parent="Q"),
]


async def by_level(client, kind="report_month", key="2020-03", agency="H29"):
    answer = await client.get(f"/v1/reports/07b?agency={agency}&kind={kind}&key={key}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_province_tells_its_agencies_and_its_communes_apart(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        # Of a department the month of above in f; two of a ward, one of its centre, one of a commune.
        await kpi.hear(*LEVELS, *A_MONTH)
        await kpi.hear(
            filed("w1", agency="W", at=at(2), due_at=at(9)),
            progressed("w1", 2, at(9), received_at=at(2), due_at=at(9)),
            filed("w2", agency="W", at=at(2), due_at=at(9), field="g"),
            filed("u1", agency="W1", at=at(2), due_at=at(20)),
            filed("v1", agency="V", at=at(1, 2), due_at=at(20)),
        )
        told_apart = await by_level(client)
        province, commune = told_apart["parts"]
        assert [(part["level"], part["number"]) for part in told_apart["parts"]] == [
            ("province", "I"),
            ("commune", "II"),
        ]
        assert told(province["total"]) == (6, 1, 1, 1, 1, 2, 3, 1, 1, 1, 3, 2, 1)
        rows = {row["field"]: told(row) for row in commune["rows"]}
        assert rows == {
            "f": (3, 0, 0, 0, 2, 1, 1, 0, 1, 0, 2, 2, 0),
            "g": (1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1),
        }
        whole = await form(client)
        assert told_apart["total"] == whole["total"]
        assert (told_apart["balanced"], told_apart["form"]) == (True, "07b/BTP/KSTT")
        # A commune alone has nothing of the province's.
        [province, commune] = (await by_level(client, agency="W"))["parts"]
        assert (province["rows"], told(commune["total"])[0]) == ([], 3)


async def test_districts_stand_in_a_part_of_their_own_while_there_were_any(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*LEVELS, *A_DISTRICT)
        for code, agency in (("q1", "Q"), ("q2", "QU"), ("q3", "QW"), ("a1", "A")):
            await kpi.hear(filed(code, agency=agency, at=at(2), due_at=at(9)))
        told_apart = await by_level(client)
        received = {part["level"]: part["total"]["received"] for part in told_apart["parts"]}
        assert received == {"province": 1, "commune": 1, "district": 2}
        assert told_apart["total"]["received"] == 4


async def test_an_equation_that_fails_in_a_part_is_told_there_and_of_the_whole(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*LEVELS, filed("w1", agency="W", at=at(2)), filed("a1", at=at(2)))
        await kpi.running.database.engine.execute(
            "UPDATE cell SET received = received + 1 WHERE agency = 'W'"
        )
        told_apart = await by_level(client)
        assert told_apart["balanced"] is False
        province, commune = told_apart["parts"]
        assert (province["total"]["balanced"], commune["total"]["balanced"]) == (True, False)
        assert commune["rows"][0]["breaches"] == [
            "(3)=(4)+(5)+(6)+(7)+(8): 2≠1",
            "(3)=(9)+(13): 2≠1",
        ]


async def test_a_form_by_level_is_a_file_with_its_parts_one_below_the_other(lone):
    asked = "agency=H29&kind=report_month&key=2020-03"
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*LEVELS, filed("w1", agency="W", at=at(2)), *A_MONTH)
        written = (await client.get(f"/v1/reports/07b.csv?{asked}")).text
        first = [line.split(",")[:2] for line in written.splitlines()]
        assert first[0][0] == '\ufeff"Biểu số 07b/BTP/KSTT"'
        names = [name for _, name in (line for line in first[8:14] if len(line) > 1)]
        assert names == [
            '"Tình hình',
            '"f"',
            '"Cộng mục I"',
            '"Tổng hợp tình hình',
            '"f"',
            '"Cộng mục II"',
        ]
        book = openpyxl.load_workbook(
            io.BytesIO((await client.get(f"/v1/reports/07b.xlsx?{asked}")).content)
        )
        rows = list(book["07b"].iter_rows(values_only=True))
        json = await by_level(client)
        assert rows[14][1:] == ("TỔNG CỘNG", *told(json["total"]))


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("kind=report_quarter&key=2020-Q5", "period-unknown"),
        ("kind=report_quarter&key=2020-03", "period-unknown"),
        ("kind=year&key=2150", "period-not-begun"),
    ],
)
async def test_a_period_that_is_none_or_has_not_begun_is_refused_with_what_to_change(
    lone, query, code
):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES)
        answer = await client.get(f"/v1/reports/07a?agency=H29&{query}")
        assert (answer.status_code, answer.json()["code"]) == (422, code)
        assert answer.json()["detail"]


async def test_a_period_that_lasts_is_provisional_and_compared_with_now(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES)
        now = datetime.now(VIETNAM)
        soon, past = now + timedelta(days=2), now - timedelta(days=2)
        await kpi.hear(filed("d1", at=past, due_at=soon), filed("d2", at=past, due_at=past))
        year = await form(client, "report_year", key_of("report_year", now.date()))
        assert year["provisional"] is True
        assert (year["total"]["within"], year["total"]["overdue"]) == (1, 1)


async def test_another_agencys_form_is_not_told(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES)
        answer = await client.get("/v1/reports/07a?agency=X&kind=year&key=2020")
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown-agency")


def of_an_earlier_version(code, **columns):
    told = {"code": code, "agency": "A", "field": "f", "procedure": "p", "channel": "counter"}
    told |= {"status": "done", "revision": 1} | columns
    values = ", ".join(str(one) if isinstance(one, int) else f"'{one}'" for one in told.values())
    return f"INSERT INTO dossier_fact ({', '.join(told)}) VALUES ({values})"


async def test_dossiers_of_an_earlier_version_are_in_the_form_once_cells_are_counted_anew(lone):
    def moment(day):
        return f"2020-03-{day:02} 05:00:00.000000"

    rows = [
        of_an_earlier_version("d1", received_at=moment(2), done_at=moment(4), due_at=moment(4)),
        of_an_earlier_version("d2", received_at=moment(5), done_at=moment(4), due_at=moment(9)),
        of_an_earlier_version("d3", received_at=moment(5), ended_at=moment(16), status="stopped"),
        of_an_earlier_version("d4", received_at=moment(5), status="processing"),
    ]
    async with lone(service, earlier=("0009", rows)) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES)
        assert await commands.verify(kpi.running.database) != []
        await commands.rebuild(kpi.running.database)
        assert await commands.verify(kpi.running.database) == []
        march = await form(client)
        # d2 ended before it was received: it left when it came, and was not in time.
        assert told(march["total"]) == (4, 0, 0, 0, 4, 0, 2, 0, 1, 1, 2, 2, 0)
        assert march["balanced"] is True
        assert (await form(client, key="2020-04"))["total"]["settled"] == 1


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
async def test_a_month_by_the_calendar_is_what_the_provincial_bus_is_told_of_it(lone, data):
    """The two are counted apart; only what a past request for papers says is known to this form alone."""
    events = [event for n in range(4) for event in data.draw(lives(f"d{n}"))]
    alone = dict.fromkeys(("supplement_requested_at", "supplement_waited_until"))
    events = [
        one.model_copy(update=alone) if one.topic == "dossier.progressed" else one for one in events
    ]
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES, *events)
        for key in ("2020-01", "2020-06", "2020-12"):
            total = (await form(client, "month", key))["total"]
            bus = (await client.get(f"/v1/lgsp/statistic?agency=H29&month={key}")).json()
            assert (total["carried_over"], total["received"]) == (bus["PreExtisting"], bus["Total"])
            assert total["early"] + total["on_time"] == bus["SolvedInTime"]
            assert (total["late"], total["settled"]) == (bus["SolvedLate"], bus["TotalSolved"])
            assert (total["within"], total["overdue"]) == (bus["Pending"], bus["PendingLate"])
