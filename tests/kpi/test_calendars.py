"""Which days a period is made of, by the calendar and by the reporting rule."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.periods import Span, cut
from contracts.vocabulary import PeriodKind
from services.kpi.calendars import EXAMPLES, before, key_of, period_of

kinds = st.sampled_from(list(PeriodKind))
days = st.dates(date(1950, 1, 1), date(2150, 12, 31))


@pytest.mark.parametrize(
    ("kind", "key", "first", "end"),
    [
        ("year", "2020", date(2020, 1, 1), date(2021, 1, 1)),
        ("half", "2020-H1", date(2020, 1, 1), date(2020, 7, 1)),
        ("quarter", "2020-Q3", date(2020, 7, 1), date(2020, 10, 1)),
        ("month", "2020-02", date(2020, 2, 1), date(2020, 3, 1)),
        ("report_year", "2020", date(2019, 12, 15), date(2020, 12, 15)),
        ("report_half", "2020-H2", date(2020, 6, 15), date(2020, 12, 15)),
        ("report_quarter", "2020-Q1", date(2019, 12, 15), date(2020, 3, 15)),
        ("report_month", "2020-01", date(2019, 12, 15), date(2020, 1, 15)),
        ("report_month", "2020-03", date(2020, 2, 15), date(2020, 3, 15)),
    ],
)
def test_a_period_has_its_days(kind, key, first, end):
    assert period_of(kind, key) == Span(first, end)


@given(kinds, days)
def test_every_day_lies_in_one_period_of_a_kind_and_the_next_one_begins_where_it_ends(kind, day):
    key = key_of(kind, day)
    span = period_of(kind, key)
    assert span.holds(day)
    following = key_of(kind, span.end)
    assert period_of(kind, following).first == span.end
    assert before(kind, following) == key
    assert key_of(kind, span.end - timedelta(days=1)) == key


@given(kinds, days)
def test_every_period_is_made_of_whole_half_months(kind, day):
    assert cut(period_of(kind, key_of(kind, day))).edges == ()


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        *[
            ("quarter", key)
            for key in ("2020", "2020-Q0", "2020-Q5", "2020-q1", "20-Q1", "", "2020-1")
        ],
        *[("month", key) for key in ("2020-00", "2020-13", "2020-3", "2020-03-01", " 2020-03")],
        *[("half", key) for key in ("2020-H0", "2020-H3", "2020-Q1")],
        *[("year", key) for key in ("0000", "9999", "2020-01", "٢٠٢٠")],
        ("week", "2020-01"),
    ],
)
def test_what_names_no_period_is_told_so(kind, key):
    with pytest.raises(ValueError, match="named like|not a valid PeriodKind"):
        period_of(kind, key)


def test_every_kind_has_an_example_that_names_a_period():
    assert {
        kind: key_of(kind, period_of(kind, EXAMPLES[kind]).first) for kind in PeriodKind
    } == EXAMPLES
