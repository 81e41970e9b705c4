"""Periods, what is owed, and what approved figures come to together: hand-counted."""

from datetime import date, timedelta
from random import Random

import pytest

from contracts.periods import Span
from contracts.vocabulary import (
    Cadence,
    DueState,
    FigureSource,
    Manner,
    ReportState,
    TaskState,
)
from services.kpi.indicators.series import SERIES
from services.kpi.reports import periods
from services.kpi.reports.due import (
    Handed,
    Obligation,
    Received,
    obligations,
    owed_days,
    owed_periods,
    owing,
    received,
    standing,
)
from services.kpi.reports.values import (
    Approved,
    Total,
    latest,
    occurrences,
    tasks,
    total,
)

YEAR = Span(date(2020, 1, 1), date(2021, 1, 1))
QUARTERS = [
    Span(date(2020, 1, 1), date(2020, 4, 1)),
    Span(date(2020, 4, 1), date(2020, 7, 1)),
    Span(date(2020, 7, 1), date(2020, 10, 1)),
    Span(date(2020, 10, 1), date(2021, 1, 1)),
]


def row(series="k18", agency="A", period=YEAR, **told):
    kind = told.pop("kind", SERIES[series].kind)
    return Approved(
        series=series,
        agency=agency,
        period=period,
        kind=kind,
        source=FigureSource.SELF_REPORTED,
        **told,
    )


# periods


@pytest.mark.parametrize(
    ("cadence", "first", "end", "known"),
    [
        (Cadence.YEAR, (2020, 1, 1), (2021, 1, 1), True),
        (Cadence.YEAR, (2019, 12, 15), (2020, 12, 15), True),
        (Cadence.YEAR, (2020, 1, 15), (2021, 1, 15), False),
        (Cadence.HALF, (2020, 7, 1), (2021, 1, 1), True),
        (Cadence.HALF, (2020, 6, 15), (2020, 12, 15), True),
        (Cadence.HALF, (2020, 4, 1), (2020, 10, 1), False),
        (Cadence.QUARTER, (2019, 12, 15), (2020, 3, 15), True),
        (Cadence.QUARTER, (2020, 1, 1), (2020, 3, 31), False),
        (Cadence.MONTH, (2020, 2, 1), (2020, 3, 1), True),
        (Cadence.MONTH, (2020, 1, 15), (2020, 2, 15), True),
        (Cadence.MONTH, (2020, 1, 15), (2020, 2, 14), False),
        (Cadence.MONTH, (2020, 1, 16), (2020, 2, 16), False),
        (Cadence.ONCE, (2020, 1, 1), (2021, 1, 1), False),
    ],
)
def test_periods_are_the_calendars_or_end_on_the_14th(cadence, first, end, known):
    assert periods.knows(cadence, Span(date(*first), date(*end))) is known


def test_a_plan_is_owed_the_periods_that_lie_within_it():
    assert owed_periods(SERIES["k18"], YEAR) == QUARTERS
    halves = [Span(date(2020, 1, 1), date(2020, 7, 1)), Span(date(2020, 7, 1), date(2021, 1, 1))]
    assert owed_periods(SERIES["k32"], YEAR) == halves
    months = Span(date(2018, 1, 1), date(2018, 10, 1))
    assert len(owed_periods(SERIES["k43"], months)) == 3
    # Nine months hold no year: then it is owed for the nine months.
    assert owed_periods(SERIES["k10"], months) == [months]
    assert owed_periods(SERIES["k34"], months) == [months]
    assert owed_periods(SERIES["k42.baseline"], months) == [
        Span(date(2017, 1, 1), date(2018, 1, 1))
    ]
    # A plan that begins within a quarter owes that quarter to nobody.
    assert owed_periods(SERIES["k18"], Span(date(2017, 8, 21), date(2018, 1, 1))) == [
        Span(date(2017, 10, 1), date(2018, 1, 1))
    ]


# what is owed

FIRST = Obligation(SERIES["k18"], "hcmc-2020", "A", QUARTERS[0])


def handed(period=QUARTERS[0], state=ReportState.SUBMITTED, about=None, agency="A", series="k18"):
    return Handed(
        report="r1", series=series, agency=agency, period=period, about=about, state=state
    )


def stands(owed, handed, on):
    [due] = standing([owed], handed, on)
    return due.state, due.late_since


def test_on_its_due_day_a_report_is_not_late_and_the_day_after_it_is():
    # The quarter ends on 31 March; fifteen days later is 15 April.
    assert FIRST.due_on == date(2020, 4, 15)
    assert stands(FIRST, [], date(2020, 4, 15)) == (DueState.DUE, None)
    assert stands(FIRST, [], date(2020, 4, 16)) == (DueState.LATE, date(2020, 4, 16))
    assert stands(FIRST, [], date(2020, 9, 1)) == (DueState.LATE, date(2020, 4, 16))


def test_nothing_is_owed_before_its_period_is_over():
    def owed(on):
        return [one.period for one in obligations(SERIES["k18"], "p", YEAR, ["A"], on)]

    assert owed(date(2020, 3, 31)) == []
    assert owed(date(2020, 4, 1)) == QUARTERS[:1]
    assert owed(date(2021, 1, 1)) == QUARTERS


def test_a_report_of_the_official_period_or_of_a_longer_one_answers_too():
    late = date(2020, 9, 1)
    assert stands(FIRST, [handed()], late) == (DueState.WAITING, None)
    assert stands(FIRST, [handed(state=ReportState.APPROVED)], late) == (DueState.APPROVED, None)
    official = Span(date(2019, 12, 15), date(2020, 3, 15))
    assert stands(FIRST, [handed(official)], late)[0] is DueState.WAITING
    assert stands(FIRST, [handed(YEAR)], late)[0] is DueState.WAITING
    for other in (
        handed(QUARTERS[1]),
        handed(agency="B"),
        handed(series="k25"),
    ):
        assert stands(FIRST, [other], late)[0] is DueState.LATE


def test_an_approved_report_says_more_than_one_that_waits():
    waiting = handed()
    approved = handed(state=ReportState.APPROVED)
    for order in ([waiting, approved], [approved, waiting]):
        assert stands(FIRST, order, date(2020, 9, 1))[0] is DueState.APPROVED


def test_a_dialogue_answers_the_half_year_it_was_held_in():
    half = Obligation(SERIES["k32"], "p", "A", Span(date(2020, 1, 1), date(2020, 7, 1)))

    def held(day):
        told = handed(Span(day, day + timedelta(days=1)), series="k32")
        return stands(half, [told], date(2020, 8, 1))[0]

    assert held(date(2020, 6, 30)) is DueState.WAITING
    assert held(date(2020, 7, 1)) is DueState.LATE


def test_tasks_are_told_when_each_of_them_is():
    nine = Span(date(2018, 1, 1), date(2018, 10, 1))
    owed = Obligation(SERIES["k46.tasks"], "p", "A", nine)

    def told(approved, waiting):
        rows = [
            handed(nine, ReportState.APPROVED, str(n), series="k46.tasks")
            for n in range(1, approved + 1)
        ] + [
            handed(nine, ReportState.SUBMITTED, str(n), series="k46.tasks")
            for n in range(approved + 1, approved + waiting + 1)
        ]
        return stands(owed, rows, date(2018, 12, 1))[0]

    assert told(7, 0) is DueState.LATE
    assert told(7, 1) is DueState.WAITING
    assert told(8, 0) is DueState.APPROVED


def test_an_agency_owes_the_periods_on_whose_last_day_it_was_there():
    def days(first=date.min, end=date.max, asked=YEAR, series="k18"):
        return owed_days(SERIES[series], asked, lambda day: first <= day < end)

    assert days() == YEAR
    # It ended in May: its second quarter is told by who took over from it.
    assert days(end=date(2020, 5, 15)) == Span(date(2020, 1, 1), date(2020, 4, 1))
    assert days(first=date(2020, 5, 15)) == Span(date(2020, 4, 1), date(2021, 1, 1))
    assert days(end=date(2020, 3, 31)) is None
    assert days(first=date(2021, 1, 1)) is None
    # Odd days hold no quarter, and a series of the year is owed by who is there at its end.
    odd = Span(date(2020, 2, 3), date(2020, 3, 9))
    assert (days(asked=odd), days(end=date(2020, 3, 8), asked=odd)) == (odd, None)
    assert days(end=date(2020, 12, 31), series="k19") is None


def test_received_among_due_counts_what_was_handed_in_once_its_day_is_over():
    owed = list(obligations(SERIES["k18"], "p", YEAR, ["A", "B", "C"], date(2020, 7, 16)))
    assert len(owed) == 6
    rows = [
        handed(agency="A"),
        handed(QUARTERS[1], ReportState.APPROVED, agency="A"),
        handed(agency="B"),
    ]

    def counted(on):
        return received(standing(owed, rows, on), on)

    # On 15 July the second quarter is due, and not over.
    assert counted(date(2020, 7, 15)) == Received(2, 3, 2, 3)
    assert counted(date(2020, 7, 16)) == Received(3, 6, 1, 3)
    assert received([], date(2020, 7, 16)) == Received(0, 0, 0, 0)


def test_what_is_owed_longest_stands_first():
    owed = list(obligations(SERIES["k18"], "p", YEAR, ["B", "A"], date(2021, 1, 1)))
    Random(7).shuffle(owed)
    told = [(due.owed.due_on, due.owed.agency) for due in standing(owed, [], date(2021, 2, 1))]
    assert told == sorted(told)
    assert len(told) == 8


def test_who_owes_a_series_is_the_plans_agency_or_those_of_its_kinds():
    below = {"H29": "city", "A": "department", "B": "district", "W": "ward"}
    assert owing(SERIES["k20"], "H29", below) == ["H29"]
    assert owing(SERIES["k18"], "H29", below) == ["A", "B"]
    assert owing(SERIES["k44.ward"], "B", below) == ["W"]


# what they come to


def test_ratios_are_summed_over_agencies_and_whose_are_missing_is_told():
    rows = [
        row(period=QUARTERS[0], count=9, among=10),
        row(period=QUARTERS[1], count=10, among=10),
        row(agency="B", count=70, among=80),
        row(agency="stranger", count=1, among=1),
    ]
    assert total(rows, ["A", "B"], YEAR) == Total(89, 100, ("A",))
    rest = [row(period=period, count=0, among=0) for period in QUARTERS[2:]]
    told = total([*rows, *rest], ["A", "B"], YEAR)
    assert told == Total(89, 100, ())
    assert told.complete
    assert total(rows, ["A", "B", "C"], YEAR).missing == ("A", "C")


def test_a_hole_in_the_middle_of_a_year_is_missing():
    holed = [row(period=QUARTERS[n], count=1, among=1) for n in (0, 1, 3)]
    assert total(holed, ["A"], YEAR) == Total(3, 3, ("A",))


def test_what_the_agency_above_told_for_everybody_counts_alone():
    rows = [row(count=9, among=10), row(agency="H29", count=800, among=900)]
    assert total(rows, ["A", "B"], YEAR, whole="H29") == Total(800, 900, ())
    # Told for a quarter only, it stands for nobody.
    rows[1] = row(agency="H29", period=QUARTERS[0], count=800, among=900)
    assert total(rows, ["A", "B"], YEAR, whole="H29") == Total(9, 10, ("B",))


def test_of_grades_and_answers_the_one_of_the_latest_period_stands():
    grades = [
        row("k29", period=Span(date(2019, 1, 1), date(2020, 1, 1)), value="Tốt"),
        row("k29", value="Khá"),
        row("k29", agency="B", value="Yếu", period=QUARTERS[0]),
    ]
    found = latest(grades)
    assert found is not None
    assert found.value == "Khá"
    assert latest([]) is None


def test_occurrences_are_counted_by_who_reports_and_by_what_they_were_about():
    days = [Span(date(2020, 3, day), date(2020, 3, day + 1)) for day in (1, 2, 3)]
    rows = [
        row("k20", "H29", days[0], about="A", manner=Manner.PLANNED),
        row("k20", "H29", days[1], about="A", manner=Manner.UNANNOUNCED),
        row("k20", "H29", days[2], about="B", manner=Manner.PLANNED),
        row("k28a", "U", days[2]),
    ]
    found = occurrences(rows)
    assert (found.count, found.by_agency, found.by_about) == (
        4,
        {"H29": 3, "U": 1},
        {"A": 2, "B": 1},
    )
    assert occurrences(rows, manner=Manner.PLANNED).by_about == {"A": 1, "B": 1}


def test_tasks_are_told_by_their_number():
    rows = [
        row("k46.tasks", about="1", value="done"),
        row("k46.tasks", about="2", value="under_way"),
    ]
    assert tasks(rows) == {"1": TaskState.DONE, "2": TaskState.UNDER_WAY}
