"""Targets, roundings, half-months."""

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from contracts.vocabulary import Operator, Verdict
from services.kpi.domain import (
    Span,
    bucket_of,
    cut,
    decimal_text,
    following,
    reaches,
    score,
)

days = st.dates(date(2015, 1, 1), date(2030, 1, 1))


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_a_rounded_value_never_passes_a_target_that_the_exact_one_misses(count, among):
    share = Fraction(count, among)
    for operator in (Operator.GT, Operator.GTE, Operator.LT, Operator.LTE):
        shown = Fraction(decimal_text(share, operator))
        for target in (share, Fraction(9, 10), Fraction(1, 3)):
            if not reaches(share, operator, target):
                assert not reaches(shown, operator, target)


@given(st.integers(-(10**18), 10**18), st.sampled_from(Operator))
def test_a_value_that_twelve_places_can_tell_is_told_exactly(units, operator):
    share = Fraction(units, 10**12)
    assert Fraction(decimal_text(share, operator)) == share


def test_a_value_that_all_but_reaches_one_is_not_shown_as_one():
    almost = 1 - Fraction(1, 10**70)
    assert decimal_text(almost, Operator.GTE) == "0.999999999999"
    assert decimal_text(2 - almost, Operator.LTE) == "1.000000000001"


def test_no_data_stays_due_and_is_not_met():
    told = [Verdict.MET] * 7 + [Verdict.NO_DATA, Verdict.NOT_DUE]
    assert score(told).shown == "7/8"


@given(days, st.integers(0, 800))
def test_a_period_is_cut_into_whole_half_months_and_edges_without_gap_or_overlap(first, length):
    period = Span(first, first + timedelta(days=length))
    parts = cut(period)
    covered = [day for span in parts.edges for day in _days(span)]
    if parts.whole:
        assert bucket_of(parts.whole.first) == parts.whole.first
        assert bucket_of(parts.whole.end) == parts.whole.end
        covered += _days(parts.whole)
    assert sorted(covered) == _days(period)


def test_the_period_of_2017_has_one_edge_before_its_half_months():
    parts = cut(Span(date(2017, 8, 21), date(2018, 1, 1)))
    assert parts.whole == Span(date(2017, 9, 1), date(2018, 1, 1))
    assert parts.edges == (Span(date(2017, 8, 21), date(2017, 9, 1)),)


def _days(span: Span) -> list[date]:
    return [span.first + timedelta(days=n) for n in range((span.end - span.first).days)]


@given(days)
def test_half_months_follow_each_other(day):
    bucket = bucket_of(day)
    assert bucket <= day < following(bucket)
    assert bucket_of(following(bucket)) == following(bucket)
    assert bucket_of(following(bucket) - timedelta(days=1)) == bucket
