"""Alerts: raised once, when it is quiet or has been long enough, by whichever process is first."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from services.rating import service
from services.rating.alerts.watching import (
    watch_actions,
    watch_anomalies,
    watch_cases,
    watch_shares,
)
from tests.builders import AGENCY
from tests.rating.builders import rows_of
from tests.rating.giving import cases, post, told

NEGATIVE_LAST = 30


def clock(rating, **later):
    """Let the service's clock show so much more than now."""
    moment = datetime.now(UTC) + timedelta(**later)
    rating.running.database.now = lambda: moment


async def alerts(rating):
    return await rating.announced("alert.raised")


async def test_cases_are_told_of_together_once_it_is_quiet(lone):
    async with lone(service) as rating:
        for number in range(1, 4):
            await told(rating, number)
        await watch_cases(rating.running)
        assert await alerts(rating) == []
        clock(rating, minutes=6)
        for _ in range(2):
            await watch_cases(rating.running)
        [alert] = await alerts(rating)
        assert (alert["rule"], alert["agency"], alert["count"]) == ("cases_opened", AGENCY, 3)
        assert len(await rows_of(rating, "rating_alert")) == 1
        clock(rating, minutes=7)
        await told(rating, 4)
        clock(rating, minutes=20)
        await watch_cases(rating.running)
        assert [one["count"] for one in await alerts(rating)] == [3, 1]


async def test_an_alert_does_not_wait_for_ever(lone):
    async with lone(service, rating_alert_cap_minutes=30) as rating:
        await told(rating, 1)
        for minutes in (4, 8, 12, 16, 20, 24, 28):
            clock(rating, minutes=minutes)
            await told(rating, minutes)
            await watch_cases(rating.running)
        assert await alerts(rating) == []
        clock(rating, minutes=31)
        await watch_cases(rating.running)
        assert [one["count"] for one in await alerts(rating)] == [8]


async def test_two_processes_raise_one_alert(lone):
    async with lone(service, rating_alert_quiet_minutes=0) as rating:
        for number in range(1, 4):
            await told(rating, number)
        await asyncio.gather(*(watch_cases(rating.running) for _ in range(8)))
        assert [one["count"] for one in await alerts(rating)] == [3]
        clock(rating, days=30)
        await asyncio.gather(*(watch_cases(rating.running) for _ in range(8)))
        rules = [one["rule"] for one in await alerts(rating)]
        assert rules == ["cases_opened", "cases_overdue"]


async def test_an_alert_tells_followers_of_the_agency_and_nothing_of_a_citizen(lone):
    async with lone(service, rating_alert_quiet_minutes=0) as rating:
        await told(rating, comment="Chờ quá lâu")
        await watch_cases(rating.running)
        [envelope] = [one for one in await rating.envelopes() if one.topic == "alert.raised"]
        assert envelope.agency == AGENCY
        assert set(envelope.data) == {"alert", "agency", "rule", "count", "since", "until"}
        assert "T" not in envelope.data["since"]


async def test_harassment_is_told_to_who_stands_above_alone(lone):
    async with lone(service, rating_alert_quiet_minutes=0) as rating:
        await told(rating, comment="Cán bộ vòi vĩnh")
        await watch_cases(rating.running)
        [envelope] = [one for one in await rating.envelopes() if one.topic == "alert.raised"]
        assert (envelope.data["rule"], envelope.agency) == ("integrity_cases", "H29")
        assert AGENCY not in str(envelope.data)


async def test_switched_off_nothing_is_raised_and_nothing_is_lost(lone):
    async with lone(service, rating_alerts=False, rating_alert_quiet_minutes=0) as rating:
        await told(rating)
        for watch in (watch_cases, watch_actions, watch_shares, watch_anomalies):
            await watch(rating.running)
        assert await alerts(rating) == []
        rating.running.settings.rating_alerts = True
        await watch_cases(rating.running)
        assert [one["rule"] for one in await alerts(rating)] == ["cases_opened"]


async def test_an_overdue_case_is_told_of_once_and_again_after_a_new_day_was_set(lone):
    async with lone(service, rating_alert_quiet_minutes=0) as rating, rating.calls() as client:
        await told(rating)
        await watch_cases(rating.running)
        clock(rating, days=30)
        for _ in range(2):
            await watch_cases(rating.running)
        assert [one["rule"] for one in await alerts(rating)] == ["cases_opened", "cases_overdue"]
        [case] = await cases(client)
        due = (datetime.now(UTC) + timedelta(days=40)).date().isoformat()
        later = {"owner": "Quầy 1", "due_on": due}
        await post(client, f"/v1/rating-cases/{case['id']}/assignments", later)
        await watch_cases(rating.running)
        clock(rating, days=50)
        await watch_cases(rating.running)
        assert [one["rule"] for one in await alerts(rating)][2:] == ["cases_overdue"]


async def test_an_answered_case_is_never_overdue(lone):
    async with lone(service, rating_alert_quiet_minutes=0) as rating, rating.calls() as client:
        await told(rating)
        [case] = await cases(client)
        await post(client, f"/v1/rating-cases/{case['id']}/replies", {"text": "Xin lỗi."})
        clock(rating, days=30)
        await watch_cases(rating.running)
        assert "cases_overdue" not in str(await alerts(rating))
        assert [one["overdue"] for one in await cases(client)] == [False]


@pytest.mark.parametrize(("negative", "raised"), [(9, 1), (8, 0)])
async def test_too_many_negative_among_the_last_are_told_of_once_a_week(lone, negative, raised):
    async with lone(service, rating_alert_quiet_minutes=10_000) as rating:
        for number in range(1, NEGATIVE_LAST + 1):
            await told(rating, number, "1" if number <= negative else "5")
        for _ in range(2):
            await watch_shares(rating.running)
        found = await alerts(rating)
        assert [one["rule"] for one in found] == ["negative_share"] * raised


async def test_few_ratings_say_nothing(lone):
    async with lone(service, rating_alert_quiet_minutes=10_000) as rating:
        for number in range(1, 6):
            await told(rating, number, "1")
        await watch_shares(rating.running)
        assert await alerts(rating) == []


async def test_anomalies_of_the_last_week_are_told_of_once(lone):
    async with lone(service, rating_alert_quiet_minutes=10_000) as rating:
        for number in range(1, 6):
            await told(rating, number, "5")
        engine = rating.running.database.engine
        await engine.execute("UPDATE rating SET device = 'k-1', provenance = 'kiosk'")
        await watch_anomalies(rating.running)
        assert await alerts(rating) == []
        clock(rating, days=7)
        for _ in range(2):
            await watch_anomalies(rating.running)
        assert [(one["rule"], one["agency"]) for one in await alerts(rating)] == [
            ("anomalies", AGENCY)
        ]
