"""When something is next to be told of a dossier; values only."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from contracts.vocabulary import VIETNAM, DossierStatus, TimeUnit
from services.intake.clock import Office, rule_set_named, standard_calendar
from services.intake.clock.watching import Watch, Watched, late_from, next_watch, telling
from tests.intake.lives import filed, life, step

OFFICE = Office(standard_calendar())


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


RECEIVED, DUE = at("2020-03-16T09:00"), at("2020-03-19T17:00")
OPEN = Watched(
    status=DossierStatus.PROCESSING,
    received_at=RECEIVED,
    done_at=None,
    due_at=DUE,
    due_unit=TimeUnit.WORKING_DAY,
    asked_at=None,
    rules=rule_set_named("R2018"),
)
SOON = (at("2020-03-18T07:00"), Watch.DUE_SOON)
LATE = (at("2020-03-20T00:00"), Watch.OVERDUE)


def test_soon_due_is_told_when_the_working_day_before_opens_and_overdue_when_the_day_is_over():
    assert next_watch(OPEN, OFFICE, RECEIVED) == SOON
    told = frozenset({telling(Watch.DUE_SOON, DUE)})
    assert next_watch(replace(OPEN, told=told), OFFICE, RECEIVED) == LATE
    told |= {telling(Watch.OVERDUE, DUE.astimezone(UTC))}
    assert next_watch(replace(OPEN, told=told), OFFICE, RECEIVED) is None


def test_the_working_day_before_steps_over_weekends_holidays_and_onto_made_up_days():
    monday = replace(OPEN, due_at=at("2020-03-23T17:00"))
    assert next_watch(monday, OFFICE, RECEIVED)[0] == at("2020-03-20T07:00")
    tet = replace(OPEN, received_at=at("2020-01-10T09:00"), due_at=at("2020-01-30T17:00"))
    assert next_watch(tet, OFFICE, tet.received_at)[0] == at("2020-01-22T07:00")
    saturday = replace(OPEN, received_at=at("2019-01-02T09:00"), due_at=at("2019-01-07T17:00"))
    assert next_watch(saturday, OFFICE, saturday.received_at)[0] == at("2019-01-05T07:00")


def test_soon_due_is_not_told_of_a_day_before_receipt_nor_once_it_is_overdue():
    assert next_watch(OPEN, OFFICE, LATE[0]) == LATE
    assert next_watch(OPEN, OFFICE, LATE[0] - timedelta(seconds=1)) == SOON
    same_day = replace(OPEN, due_at=at("2020-03-16T17:00"))
    assert next_watch(same_day, OFFICE, RECEIVED) == (at("2020-03-17T00:00"), Watch.OVERDUE)
    next_day = replace(OPEN, due_at=at("2020-03-17T17:00"))
    assert next_watch(next_day, OFFICE, RECEIVED) == (at("2020-03-16T07:00"), Watch.DUE_SOON)


def test_a_limit_of_hours_is_over_at_its_minute_one_of_days_when_its_day_ends():
    due = at("2020-03-17T09:00")
    hours = replace(OPEN, due_at=due, due_unit=TimeUnit.WORKING_HOUR)
    assert late_from(hours) == due
    for unit in (TimeUnit.WORKING_DAY, TimeUnit.CALENDAR_DAY, TimeUnit.MONTH, None):
        assert late_from(replace(hours, due_unit=unit)) == at("2020-03-18T00:00")
    assert next_watch(hours, OFFICE, RECEIVED) == (at("2020-03-16T07:00"), Watch.DUE_SOON)


@pytest.mark.parametrize("status", DossierStatus)
def test_only_what_is_in_the_offices_hands_can_be_late(status):
    running = status in {DossierStatus.ACCEPTED, DossierStatus.PROCESSING}
    assert (late_from(replace(OPEN, status=status)) is not None) is running
    assert (next_watch(replace(OPEN, status=status), OFFICE, RECEIVED) is not None) is running


def test_a_result_that_was_ready_once_is_not_overdue_when_it_is_opened_again():
    assert next_watch(replace(OPEN, done_at=at("2020-03-18T10:00")), OFFICE, LATE[0]) is None


def test_payment_stops_the_watch_where_the_rules_let_it_pause():
    paying = replace(OPEN, status=DossierStatus.WAITING_PAYMENT)
    assert next_watch(paying, OFFICE, RECEIVED) is None
    strict = replace(paying, rules=replace(OPEN.rules, payment_pauses=False))
    assert next_watch(strict, OFFICE, RECEIVED) == SOON


def test_a_new_appointment_is_told_of_again_and_going_back_to_the_old_one_is_not():
    told = frozenset({telling(Watch.DUE_SOON, DUE), telling(Watch.OVERDUE, DUE)})
    moved = replace(OPEN, told=told, due_at=at("2020-03-26T17:00"))
    assert next_watch(moved, OFFICE, RECEIVED) == (at("2020-03-25T07:00"), Watch.DUE_SOON)
    assert next_watch(replace(moved, due_at=DUE), OFFICE, RECEIVED) is None


def test_unanswered_is_told_after_fifteen_days_under_the_decree_of_2025_and_never_before_it():
    asked = at("2025-08-01T10:00")
    waiting = replace(
        OPEN,
        status=DossierStatus.WAITING_SUPPLEMENT,
        asked_at=asked,
        rules=rule_set_named("R2025"),
    )
    # The fifteenth day, 16 August 2025, is a Saturday: the last day to answer is Monday the 18th.
    assert next_watch(waiting, OFFICE, asked) == (at("2025-08-19T00:00"), Watch.UNANSWERED)
    told = frozenset({telling(Watch.UNANSWERED, asked)})
    assert next_watch(replace(waiting, told=told), OFFICE, asked) is None
    for name in ("R2018", "R2021"):
        assert next_watch(replace(waiting, rules=rule_set_named(name)), OFFICE, asked) is None


def test_papers_are_awaited_since_the_first_of_the_last_requests():
    rows = [
        step("waiting_supplement", "2025-08-01 10:00"),
        step("processing", "2025-08-02 10:00"),
        step("waiting_supplement", "2025-08-03 10:00"),
        step("waiting_supplement", "2025-08-04 10:00"),
    ]
    filing = filed("2025-08-01")
    assert life(filing, *rows[::-1]).case.reading.waiting.since == at("2025-08-03T10:00")
    assert life(filing, *rows[:2]).case.reading.waiting is None
    assert life(filing).case.reading.waiting is None
