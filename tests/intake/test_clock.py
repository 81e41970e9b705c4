from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.intake import TimeLimit
from contracts.vocabulary import VIETNAM, TimeUnit
from services.intake.clock import (
    RULE_SETS,
    Calendar,
    DayKind,
    Office,
    OfficeHours,
    Override,
    ReceiptDay,
    RuleSet,
    due,
    end_of_hours,
    pause_of,
    published_rows,
    rule_set_on,
    standard_calendar,
    vietnam_day,
)

CALENDAR = standard_calendar()
OFFICE = Office(CALENDAR)
INSTANTS = st.datetimes(
    datetime.fromisoformat("2016-01-01"),
    datetime.fromisoformat("2028-12-31"),
    timezones=st.sampled_from([UTC, VIETNAM]),
)
LIMITS = st.builds(TimeLimit, amount=st.integers(0, 60), unit=st.sampled_from(TimeUnit))


def at(day: str, clock: str = "09:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}:00").replace(tzinfo=VIETNAM)


def limit(amount: int, unit: TimeUnit = TimeUnit.WORKING_DAY) -> TimeLimit:
    return TimeLimit(amount=amount, unit=unit)


@pytest.mark.parametrize(
    ("received", "days", "promised"),
    [
        ("2018-12-28", 2, "2019-01-03"),
        ("2019-01-04", 1, "2019-01-05"),
        ("2019-04-26", 1, "2019-05-02"),
        ("2020-01-22", 1, "2020-01-30"),
        ("2025-12-31", 2, "2026-01-06"),
        ("2026-01-08", 2, "2026-01-10"),
        ("2026-02-13", 1, "2026-02-23"),
        ("2026-08-21", 3, "2026-08-25"),
        ("2026-08-27", 3, "2026-09-04"),
        ("2026-11-23", 1, "2026-11-24"),
        ("2017-01-25", 1, "2017-02-02"),
        ("2019-02-01", 1, "2019-02-11"),
        ("2021-02-09", 1, "2021-02-17"),
        ("2023-01-19", 1, "2023-01-27"),
        ("2024-04-26", 2, "2024-05-03"),
        ("2025-04-25", 2, "2025-04-28"),
    ],
)
def test_a_result_is_promised_for_the_day_the_state_calendar_gives(received, days, promised):
    promise = due(at(received), limit(days), OFFICE)
    assert promise.due_on == date.fromisoformat(promised)
    assert promise.due_at == at(promised, "17:00")


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2017-01-26", "2017-02-01"),
        ("2018-02-14", "2018-02-20"),
        ("2019-02-02", "2019-02-10"),
        ("2020-01-23", "2020-01-29"),
        ("2021-02-10", "2021-02-16"),
        ("2022-01-29", "2022-02-06"),
        ("2023-01-20", "2023-01-26"),
        ("2024-02-08", "2024-02-14"),
        ("2025-01-25", "2025-02-02"),
        ("2026-02-14", "2026-02-22"),
    ],
)
def test_nobody_works_at_tet_and_everybody_does_the_days_around_it(first, last):
    before = date.fromisoformat(first) - timedelta(days=1)
    after = date.fromisoformat(last) + timedelta(days=1)
    assert CALENDAR.is_working(before)
    assert CALENDAR.next_working(before + timedelta(days=1)) == after


def test_24_november_is_worked_unless_the_culture_day_is_switched_on():
    rested = standard_calendar(culture_day=True)
    assert due(at("2026-11-23"), limit(1), Office(rested)).due_on == date(2026, 11, 25)
    assert rested.is_working(date(2025, 11, 24))
    assert rested.edition != CALENDAR.edition


def test_published_rows_are_one_a_day_in_order_and_each_names_its_source():
    rows = published_rows()
    assert all(earlier.day < later.day for earlier, later in pairwise(rows))
    assert all(row.reason and row.source for row in rows)


def test_every_make_up_day_is_a_saturday_near_the_day_it_makes_up_for():
    worked = sorted(CALENDAR.working_days)
    assert [day.isoformat() for day in worked] == [
        "2019-01-05",
        "2019-05-04",
        "2024-05-04",
        "2025-04-26",
        "2026-01-10",
        "2026-08-22",
    ]
    assert {day.strftime("%a") for day in worked} == {"Sat"}


@pytest.mark.parametrize(
    ("year", "rests"),
    # The Labour Code gives 10 days, from 2021 on 11, none lost to a weekend; each swap adds one.
    [
        (2017, 10),
        (2018, 10 + 1),
        (2019, 10 + 1),
        (2020, 10),
        (2021, 11),
        (2022, 11),
        (2023, 11),
        (2024, 11 + 1),
        (2025, 11 + 1),
        (2026, 11 + 2),
        (2027, 11),
    ],
)
def test_a_year_rests_as_many_weekdays_as_law_and_swaps_give(year, rests):
    weekdays_off = [day for day in CALENDAR.days_off if day.year == year and day.weekday() < 5]
    assert len(weekdays_off) == rests


def test_years_beyond_the_announced_ones_are_said_to_be_uncovered():
    assert all(CALENDAR.covers(year) for year in range(2017, 2027))
    assert not CALENDAR.covers(2016)
    assert not CALENDAR.covers(2027)
    assert CALENDAR.is_working(date(2031, 1, 1))
    assert not CALENDAR.is_working(date(2027, 1, 1))


def test_an_operators_override_wins_in_both_directions():
    swapped = CALENDAR.with_overrides(
        [
            Override(date(2027, 3, 12), DayKind.DAY_OFF, "Nghỉ hoán đổi"),
            Override(date(2027, 3, 20), DayKind.WORKING_DAY, "Làm bù"),
            Override(date(2026, 1, 2), DayKind.WORKING_DAY),
            Override(date(2026, 1, 10), DayKind.DAY_OFF),
        ],
        covering=[2027],
    )
    assert not swapped.is_working(date(2027, 3, 12))
    assert swapped.is_working(date(2027, 3, 20))
    assert swapped.is_working(date(2026, 1, 2))
    assert not swapped.is_working(date(2026, 1, 10))
    assert swapped.covers(2027)
    assert swapped.edition != CALENDAR.edition


def test_of_two_overrides_for_a_day_the_later_one_stands():
    day = date(2026, 5, 4)
    rested = CALENDAR.with_overrides(
        [Override(day, DayKind.WORKING_DAY), Override(day, DayKind.DAY_OFF)]
    )
    assert not rested.is_working(day)


def test_the_edition_follows_the_content_and_nothing_else():
    same = Calendar(CALENDAR.days_off, CALENDAR.working_days, CALENDAR.years)
    assert same.edition == CALENDAR.edition == CALENDAR.with_overrides([]).edition
    assert len(same.edition) == 12


def test_working_days_cannot_be_counted_backwards():
    with pytest.raises(ValueError, match="backwards"):
        CALENDAR.add_working_days(date(2020, 3, 16), -1)


@settings(max_examples=60, deadline=None)
@given(st.dates(date(2016, 1, 1), date(2028, 12, 31)), st.integers(0, 60))
def test_adding_working_days_and_counting_them_are_each_others_inverse(start, count):
    reached = CALENDAR.add_working_days(start, count)
    assert CALENDAR.is_working(reached)
    counted = CALENDAR.working_days_between(start, reached)
    assert counted == (count if count or CALENDAR.is_working(start) else 1)
    assert CALENDAR.working_days_between(reached, start) == -counted


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2017-05-05", "R2018"),
        ("2021-12-05", "R2018"),
        ("2021-12-06", "R2021"),
        ("2025-06-30", "R2021"),
        ("2025-07-01", "R2025"),
        ("2026-11-23", "R2025"),
    ],
)
def test_the_rules_are_those_in_force_on_the_day_of_acceptance(day, name):
    assert rule_set_on(date.fromisoformat(day)).name == name


def test_a_new_decree_is_one_more_rule_set_in_any_order():
    decreed = [RuleSet("R2030", date(2030, 1, 1), "Nghị định mới"), *RULE_SETS]
    assert rule_set_on(date(2030, 1, 1), decreed).name == "R2030"
    assert rule_set_on(date(2029, 12, 31), decreed).name == "R2025"


def test_the_day_of_receipt_is_vietnams_wherever_it_was_stamped():
    late_evening = datetime(2020, 3, 16, 23, 30, tzinfo=UTC)
    assert vietnam_day(late_evening) == date(2020, 3, 17)
    assert due(late_evening, limit(1), OFFICE).due_on == date(2020, 3, 18)


def test_an_instant_without_an_offset_is_refused():
    with pytest.raises(ValueError, match="offset"):
        due(at("2020-03-16").replace(tzinfo=None), limit(1), OFFICE)


def test_without_a_limit_nothing_is_promised():
    promise = due(at("2020-03-16"), None, OFFICE)
    assert (promise.due_on, promise.due_at, promise.unit) == (None, None, None)
    assert promise.starts_on == date(2020, 3, 17)
    assert promise.calendar == CALENDAR.edition


@pytest.mark.parametrize(
    ("received", "amount", "unit", "starts", "promised"),
    [
        # Received on Friday: working days start on Monday, calendar days on Saturday.
        ("2020-03-13", 1, TimeUnit.WORKING_DAY, "2020-03-16", "2020-03-16"),
        ("2020-03-13", 1, TimeUnit.CALENDAR_DAY, "2020-03-14", "2020-03-16"),
        ("2020-03-13", 5, TimeUnit.CALENDAR_DAY, "2020-03-14", "2020-03-18"),
        # 22 to 29 January 2020 is Tết: a due date in it rolls forward past all of it.
        ("2020-01-20", 5, TimeUnit.CALENDAR_DAY, "2020-01-21", "2020-01-30"),
        ("2019-01-31", 1, TimeUnit.MONTH, "2019-02-01", "2019-02-28"),
        ("2020-01-31", 1, TimeUnit.MONTH, "2020-02-01", "2020-03-02"),
        ("2020-11-16", 2, TimeUnit.MONTH, "2020-11-17", "2021-01-18"),
        ("2020-12-15", 12, TimeUnit.MONTH, "2020-12-16", "2021-12-15"),
    ],
)
def test_each_unit_counts_in_its_own_way(received, amount, unit, starts, promised):
    promise = due(at(received), limit(amount, unit), OFFICE)
    assert promise.starts_on == date.fromisoformat(starts)
    assert promise.due_on == date.fromisoformat(promised)
    assert promise.due_at == at(promised, "17:00")
    assert promise.unit is unit


@pytest.mark.parametrize("unit", list(TimeUnit))
def test_a_limit_of_nothing_is_due_the_same_working_day(unit):
    promise = due(at("2020-03-16", "08:00"), limit(0, unit), OFFICE)
    assert promise.due_on == promise.starts_on == date(2020, 3, 16)


@pytest.mark.parametrize("unit", list(TimeUnit))
@pytest.mark.parametrize("received", ["2020-03-13T17:30", "2020-03-14T09:00"])
def test_a_limit_of_nothing_waits_for_an_office_that_has_closed(unit, received):
    promise = due(at(*received.split("T")), limit(0, unit), OFFICE)
    assert promise.due_on == promise.starts_on == date(2020, 3, 16)


@pytest.mark.parametrize(
    ("received", "hours", "promised"),
    [
        ("2020-03-16T09:00", 2, "2020-03-16T11:00"),
        ("2020-03-16T09:30", 2, "2020-03-16T11:30"),
        ("2020-03-16T10:30", 2, "2020-03-16T14:30"),
        ("2020-03-16T12:00", 1, "2020-03-16T14:30"),
        ("2020-03-16T07:00", 8, "2020-03-16T17:00"),
        ("2020-03-16T05:00", 8, "2020-03-16T17:00"),
        ("2020-03-16T09:00", 8, "2020-03-17T09:00"),
        ("2020-03-13T16:00", 8, "2020-03-16T16:00"),
        ("2020-03-13T17:00", 1, "2020-03-16T08:00"),
        ("2020-01-22T16:00", 8, "2020-01-30T16:00"),
        ("2026-01-09T16:00", 8, "2026-01-10T16:00"),
    ],
)
def test_working_hours_run_through_office_hours_only(received, hours, promised):
    promise = due(at(*received.split("T")), limit(hours, TimeUnit.WORKING_HOUR), OFFICE)
    assert promise.due_at == at(*promised.split("T"))


def test_an_office_may_keep_other_hours():
    city = OfficeHours(((time(7, 30), time(11, 30)), (time(13, 0), time(16, 30))))
    assert end_of_hours(date(2020, 3, 16), city) == at("2020-03-16", "16:30")
    assert due(at("2020-03-16"), limit(1), Office(CALENDAR, city)).due_at == at(
        "2020-03-17", "16:30"
    )
    in_hours = due(
        at("2020-03-16", "11:00"), limit(1, TimeUnit.WORKING_HOUR), Office(CALENDAR, city)
    )
    assert in_hours.due_at == at("2020-03-16", "13:30")


@pytest.mark.parametrize(
    "sessions",
    [
        (),
        ((time(9), time(9)),),
        ((time(17), time(9)),),
        ((time(9), time(12)), (time(11), time(17))),
    ],
)
def test_hours_that_no_office_keeps_are_refused(sessions):
    with pytest.raises(ValueError, match="office hours"):
        OfficeHours(sessions)


@settings(max_examples=150, deadline=None)
@given(INSTANTS, LIMITS)
def test_a_promise_is_a_working_moment_after_receipt(received_at, allowed):
    promise = due(received_at, allowed, OFFICE)
    assert CALENDAR.is_working(promise.due_on)
    assert promise.due_at >= received_at
    assert promise.due_at.utcoffset() == timedelta(hours=7)
    assert vietnam_day(promise.due_at) == promise.due_on
    assert vietnam_day(received_at) <= promise.starts_on <= promise.due_on


@settings(max_examples=150, deadline=None)
@given(INSTANTS, LIMITS, st.integers(0, 30))
def test_a_longer_limit_is_never_due_earlier(received_at, allowed, more):
    longer = TimeLimit(amount=allowed.amount + more, unit=allowed.unit)
    assert due(received_at, longer, OFFICE).due_at >= due(received_at, allowed, OFFICE).due_at


@settings(max_examples=100, deadline=None)
@given(INSTANTS, LIMITS, st.timedeltas(timedelta(0), timedelta(days=40)))
def test_a_later_receipt_is_never_due_earlier(received_at, allowed, later):
    first = due(received_at, allowed, OFFICE)
    assert due(received_at + later, allowed, OFFICE).due_at >= first.due_at


@settings(max_examples=100, deadline=None)
@given(INSTANTS, LIMITS)
def test_an_offset_makes_no_difference(received_at, allowed):
    assert due(received_at.astimezone(UTC), allowed, OFFICE) == due(
        received_at.astimezone(VIETNAM), allowed, OFFICE
    )


@settings(max_examples=60, deadline=None)
@given(INSTANTS, LIMITS, st.sets(st.dates(date(2017, 1, 1), date(2028, 12, 31)), max_size=5))
def test_another_day_off_never_makes_a_promise_earlier(received_at, allowed, days):
    rested = CALENDAR.with_overrides([Override(day, DayKind.DAY_OFF) for day in days])
    assert (
        due(received_at, allowed, Office(rested)).due_at >= due(received_at, allowed, OFFICE).due_at
    )


def by_single_days(start: date, count: int, calendar: Calendar) -> date:
    """Counted on the fingers: the slow way that nobody doubts."""
    day = start
    while count:
        day += timedelta(days=1)
        count -= calendar.is_working(day)
    return calendar.next_working(day)


@settings(max_examples=200, deadline=None)
@given(
    st.dates(date(2016, 1, 1), date(2028, 12, 31)),
    st.integers(0, 400),
    st.dictionaries(
        st.dates(date(2016, 1, 1), date(2030, 12, 31)), st.sampled_from(DayKind), max_size=30
    ),
)
def test_the_calendar_counts_as_one_counts_day_by_day(start, count, words):
    calendar = CALENDAR.with_overrides([Override(day, kind) for day, kind in words.items()])
    reached = calendar.add_working_days(start, count)
    assert reached == by_single_days(start, count, calendar)
    between = (start + timedelta(days=n) for n in range(1, (reached - start).days + 1))
    assert calendar.working_days_between(start, reached) == sum(map(calendar.is_working, between))
    if count and calendar.is_working(start):
        assert calendar.subtract_working_days(reached, count) == start


def test_what_comes_after_the_cut_off_counts_as_received_on_the_next_working_day():
    strict = Office(CALENDAR, receipt=ReceiptDay(cutoff=time(15, 0)))
    assert due(at("2020-03-13", "14:59"), limit(2), strict).due_on == date(2020, 3, 17)
    assert due(at("2020-03-13", "15:00"), limit(2), strict).due_on == date(2020, 3, 18)
    calendar_days = limit(2, TimeUnit.CALENDAR_DAY)
    assert due(at("2020-03-17", "15:00"), calendar_days, strict).due_on == date(2020, 3, 20)


def test_an_office_may_count_the_day_of_receipt():
    eager = Office(CALENDAR, receipt=ReceiptDay(counts=True))
    assert due(at("2020-03-16"), limit(1), eager).due_on == date(2020, 3, 16)
    assert due(at("2020-03-16"), limit(3), eager).due_on == date(2020, 3, 18)
    assert due(at("2020-03-15"), limit(1), eager).due_on == date(2020, 3, 16)


def test_a_pause_lengthens_a_run_by_its_own_kind_of_time():
    since, until = at("2020-03-13", "10:00"), at("2020-03-17", "10:00")
    for unit, length in (
        (TimeUnit.WORKING_DAY, timedelta(days=2)),
        (TimeUnit.CALENDAR_DAY, timedelta(days=4)),
        (TimeUnit.WORKING_HOUR, timedelta(hours=16)),
    ):
        assert pause_of(since, until, unit, OFFICE) == length
        assert pause_of(until, since, unit, OFFICE) == timedelta()
    paused = due(at("2020-03-12"), limit(3), OFFICE, paused=timedelta(days=2))
    assert paused.due_on == date(2020, 3, 19)


@settings(max_examples=100, deadline=None)
@given(INSTANTS, st.timedeltas(timedelta(0), timedelta(days=40)))
def test_office_time_between_two_instants_is_what_advancing_takes(start, later):
    worked = OFFICE.hours.elapsed(start, start + later, CALENDAR)
    assert OFFICE.hours.advance(start, worked, CALENDAR) <= max(
        start + later, OFFICE.hours.opening(start, CALENDAR)
    )
    assert OFFICE.hours.elapsed(start, OFFICE.hours.advance(start, worked, CALENDAR), CALENDAR) == (
        worked
    )
