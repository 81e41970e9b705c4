"""An item of which nothing is heard: said once for each silence, and never taken for an end."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chassis.running import Running, opened
from contracts.vocabulary import VIETNAM
from services.postal import jobs
from services.postal.silence import silent_from, working_days_between
from tests.postal.test_service import order, postal, tell
from tests.postal.test_whose_word import view

EARLIEST = datetime(2000, 1, 1, tzinfo=VIETNAM)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=36_500)).map(lambda since: EARLIEST + since)


@given(MOMENTS, st.integers(1, 60))
def test_a_silence_is_too_long_when_its_working_days_are_over_and_not_before(heard_at, days):
    due_at = silent_from(heard_at, days)
    assert working_days_between(heard_at, due_at) == days
    assert working_days_between(heard_at, due_at - timedelta(microseconds=1)) == days - 1
    assert due_at == silent_from(heard_at.astimezone(UTC), days)


@given(MOMENTS, st.integers(0, 400))
def test_working_days_are_those_of_the_week_one_by_one(earlier, days):
    later = earlier + timedelta(days=days)
    between = [earlier.date() + timedelta(days=n) for n in range(1, days)]
    assert working_days_between(earlier, later) == sum(day.weekday() < 5 for day in between)


def test_the_evening_in_vietnam_is_not_yet_the_next_day():
    late = datetime.fromisoformat("2020-03-16T17:30:00+00:00")  # Tuesday 00:30 there
    assert silent_from(late, 1).isoformat() == "2020-03-19T00:00:00+07:00"


@asynccontextmanager
async def days_later(one, days):
    """The service's clock some days on."""
    database = one.running.database
    now = database.now
    database.now = lambda: now() + timedelta(days=days)
    yield
    database.now = now


async def accepted(partner, post):
    made = (await partner.post("/v1/shipments", json=order())).json()["id"]
    assert await tell(partner, post, 7) == ["applied"]
    return made


async def sweep(one):
    await jobs.notice_silence(one.running)


async def test_the_post_silent_for_thirty_days_is_told_once_and_ends_nothing(lone):
    async with postal(lone) as (one, partner, post):
        made = await accepted(partner, post)
        before = await view(partner, made)
        await sweep(one)
        assert await one.announced("shipment.stalled") == []
        async with days_later(one, 30):
            for _ in range(3):
                await sweep(one)
            shown = await view(partner, made)
        [stalled] = await one.announced("shipment.stalled")
        assert (stalled["shipment"], stalled["carrier"]) == (made, "vnpost-d")
        assert stalled["last_heard_at"] == "2020-03-19T08:00:00+07:00"
        assert stalled["working_days"] > 30
        assert shown["stalled_at"] is not None
        assert (shown["status"], shown["milestone"]) == (before["status"], before["milestone"])
        assert len(await one.announced("shipment.moved")) == 2, (
            "registered, accepted, and nothing since"
        )


async def test_any_word_ends_a_silence_and_the_next_one_is_told_again(lone):
    async with postal(lone) as (one, partner, post):
        made = await accepted(partner, post)
        async with days_later(one, 30):
            await sweep(one)
            # Late history is a word too; the same once more is none.
            assert await tell(partner, post, 10, sent="19/03/2020 09:00:00") == ["applied"]
            assert (await view(partner, made))["stalled_at"] is None
            await sweep(one)
        assert len(await one.announced("shipment.stalled")) == 1
        async with days_later(one, 60):
            assert await tell(partner, post, 10, sent="19/03/2020 10:00:00") == ["duplicate"]
            await sweep(one)
            assert len(await one.announced("shipment.stalled")) == 2
            assert await tell(partner, post, 14, sent="21/03/2020 09:00:00") == ["applied"]
            assert (await view(partner, made))["stalled_at"] is None
        async with days_later(one, 90):
            await sweep(one)
        assert len(await one.announced("shipment.stalled")) == 2


async def test_only_what_the_post_has_in_its_hands_can_fall_silent(lone):
    async with postal(lone) as (one, partner, post):
        made = (await partner.post("/v1/shipments", json=order())).json()["id"]
        await tell(partner, post, 1)
        async with days_later(one, 30):
            await sweep(one)
            assert (await view(partner, made))["stalled_at"] is None
        await tell(partner, post, 7)
        [[looks]] = await one.running.database.engine.execute(
            "SELECT count(*) FROM shipment WHERE stalls_at IS NOT NULL"
        )
        assert looks == 1


async def test_what_an_operator_reopens_is_waited_for_again(lone):
    async with postal(lone) as (one, partner, post):
        made = await accepted(partner, post)
        proof = {"status": "delivered", "occurred_at": "2020-03-20T07:45:00+07:00"}
        told = (await partner.post(f"/v1/shipments/{made}/confirm", json=proof)).json()
        async with days_later(one, 30):
            await sweep(one)
            assert await one.announced("shipment.stalled") == []
            key = told["events"][-1]["event_key"]
            body = {"retracts": key, "reason": "Nhầm bưu gửi"}
            await partner.post(f"/v1/shipments/{made}/corrections", json=body)
            await sweep(one)
        assert len(await one.announced("shipment.stalled")) == 1


async def test_two_sweepers_at_once_do_not_tell_one_silence_twice(lone):
    async with postal(lone) as (one, partner, post):
        for number in range(12):
            item = f"SILENT-{number}"
            made = await partner.post(
                "/v1/shipments", json=order(item_code=item, attempt=number + 1)
            )
            assert made.status_code == 201
            await tell(partner, post, 7, sent="19/03/2020 08:00:00")
            record = {"itemCode": item, "status": 7}
            body = post.signed([record], "19/03/2020 08:00:00")
            await partner.post("/v1/carriers/vnpost-d/city/events", json=body)
        running = one.running
        async with opened(Running(running.service, running.settings, running.verifier)) as other:
            now = running.database.now
            running.database.now = other.database.now = lambda: now() + timedelta(days=30)
            await asyncio.gather(*(jobs.notice_silence(each) for each in (running, other) * 2))
        told = [event["shipment"] for event in await one.announced("shipment.stalled")]
        assert len(told) == len(set(told)) == 12


async def test_days_that_were_set_anew_hold_for_items_that_wait_already(lone):
    async with postal(lone, postal_stalled_days=1) as (one, partner, post):
        made = await accepted(partner, post)
        running = one.running
        patient = running.settings.model_copy(update={"postal_stalled_days": 40})
        async with opened(Running(running.service, patient, running.verifier)) as other:
            other.database.now = lambda: running.database.now() + timedelta(days=30)
            await jobs.notice_silence(other)
        assert await one.announced("shipment.stalled") == []
        async with days_later(one, 30):
            assert (await view(partner, made))["stalled_at"] is None
        async with days_later(one, 80):
            await sweep(one)
        assert len(await one.announced("shipment.stalled")) == 1
