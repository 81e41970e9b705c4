"""What was open at an instant, and how it stood then by two definitions."""

from datetime import datetime, timedelta

import pytest

from chassis.database import UnitOfWork
from contracts.vocabulary import VIETNAM, DossierStatus, TimeUnit
from services.kpi import service
from services.kpi.calendars import period_of
from services.kpi.facts import OPEN_MEASURES
from services.kpi.open_at import open_at
from services.kpi.queries import measure
from services.kpi.structure import Units
from tests.kpi.test_service import AGENCIES
from tests.kpi.worlds import ended, filed, progressed

HERE = {"A": "A", "B": "A"}


def at(day: int, hour: int = 12, month: int = 3) -> datetime:
    return datetime(2020, month, day, hour, tzinfo=VIETNAM)


async def stood(kpi, instant, units=None):
    uow = UnitOfWork(kpi.running.database)
    told = await open_at(Units(units or HERE), instant, instant, uow)
    return {key: tuple(amounts[name] for name in OPEN_MEASURES) for key, amounts in told.items()}


async def one_stood(lone, instant, *events):
    async with lone(service) as kpi:
        await kpi.hear(*AGENCIES, *events)
        return (await stood(kpi, instant)).get(("A", "f"))


WITHIN, OVERDUE = (1, 1, 0, 1, 0), (1, 0, 1, 0, 1)


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        (at(2, 12), None),
        (at(2, 13), WITHIN),
        (at(7, 0), WITHIN),
        (at(7, 1), OVERDUE),
        (at(20, 12), OVERDUE),
        (at(20, 13), None),
    ],
)
async def test_a_dossier_is_open_from_its_receipt_to_its_result_and_late_from_the_end_of_its_day(
    lone, instant, expected
):
    events = (
        filed(at=at(2), due_at=at(6)),
        progressed(done_at=at(20), received_at=at(2), due_at=at(6)),
    )
    assert await one_stood(lone, instant, *events) == expected


async def test_an_hour_is_over_with_its_minute(lone):
    told = filed(at=at(2), due_at=at(2, 15), due_unit=TimeUnit.WORKING_HOUR)
    assert await one_stood(lone, at(2, 15), told) == WITHIN
    assert await one_stood(lone, at(2, 15) + timedelta(minutes=1), told) == OVERDUE


async def test_what_ended_without_a_result_is_open_until_then_and_never_if_nobody_told_when(lone):
    events = (filed(at=at(2), due_at=at(30)), ended(at=at(10), received_at=at(2), due_at=at(30)))
    assert await one_stood(lone, at(10), *events) == WITHIN
    assert await one_stood(lone, at(11), *events) is None
    forgotten = progressed(received_at=at(2)).model_copy(update={"status": DossierStatus.STOPPED})
    assert await one_stood(lone, at(11), filed(at=at(2)), forgotten) is None


async def test_a_request_for_papers_stops_both_clocks_and_a_second_one_is_late_by_ot_c_alone(lone):
    asked = {"supplement_requested_at": at(4), "supplement_waited_until": at(10)}
    told = {"received_at": at(2), "due_at": at(6), "statistical_due_at": at(12)}
    events = (filed(at=at(2), due_at=at(6)), progressed(**told, **asked))
    assert await one_stood(lone, at(9), *events) == WITHIN
    # Answered: by the statistical promise in time, by the other one not.
    assert await one_stood(lone, at(11), *events) == (1, 1, 0, 0, 1)
    again = {"supplement_again_at": at(11), "paused_since": at(11)}
    events = (
        filed(at=at(2), due_at=at(6)),
        progressed(**told | {"due_at": at(20)}, **asked, **again),
    )
    assert await one_stood(lone, at(11), *events) == (1, 1, 0, 1, 0)
    assert await one_stood(lone, at(11, 13), *events) == (1, 0, 1, 1, 0)


async def test_agencies_count_as_what_they_are_asked_for_and_others_not_at_all(lone):
    async with lone(service) as kpi:
        await kpi.hear(*AGENCIES)
        await kpi.hear(*(filed(f"d{n}", agency=who, at=at(2)) for n, who in enumerate("ABX")))
        assert (await stood(kpi, at(3)))["A", "f"] == (2, 2, 0, 2, 0)
        assert await stood(kpi, at(3), {"B": "B"}) == {("B", "f"): WITHIN}


async def test_ot_c_of_a_period_is_what_left_in_time_and_what_is_open_in_time_among_all(lone):
    """Four received: one settled in time, one late, one open in time, one open and late."""
    async with lone(service) as kpi:
        await kpi.hear(*AGENCIES)
        for code, due, done in (
            ("d1", 5, 4),
            ("d2", 5, 6),
            ("d3", 25, 26),
            ("d4", 5, 26),
        ):
            told = {"received_at": at(2), "due_at": at(due)}
            await kpi.hear(
                filed(code, at=at(2), due_at=at(due)), progressed(code, 2, at(done), **told)
            )
        period = period_of("report_month", "2020-03")
        uow = UnitOfWork(kpi.running.database)
        counted = (await measure("A", Units({"A": "A"}), period, frozenset(), uow)).cells()[
            "A", "f"
        ]
        end = datetime.combine(period.end, datetime.min.time(), VIETNAM)
        still = (await open_at(Units({"A": "A"}), end, end, uow))["A", "f"]
        assert (counted["on_time_c"] + still["within_c"], counted["settled_c"] + still["open"]) == (
            2,
            4,
        )
