"""Consumers: every event has its effect once, and a bad one harms nobody but itself."""

import asyncio
from datetime import timedelta

import pytest
from pydantic import ValidationError

from chassis import inbox
from chassis.bus import Parcel
from chassis.database import StorageAway
from contracts.envelope import Envelope, Event, Heading
from suite.examples import EXAMPLES
from tests.chassis.small import ParcelPosted, ledger, parcel, running, totals


def posted(n: int, **changes) -> Parcel:
    return parcel(ParcelPosted(code=f"p{n}", weight=n), f"event-{n}", **changes)


async def test_an_event_heard_twice_counts_once(settings):
    async with running(ledger(), settings) as one:
        await one.consumer.take([posted(1), posted(2), posted(1)])
        await one.consumer.take([posted(2), posted(3)])
        await one.consumer.take([posted(n, redelivered=True) for n in (1, 2, 3)])
        assert await totals(one) == (3, 6)


async def test_a_batch_is_two_statements(settings):
    async with running(ledger(), settings) as one:
        await one.consumer.take([posted(0)])
        before = one.database.engine.statements, one.database.writer.commits
        await one.consumer.take([posted(n) for n in range(1, 101)])
        assert one.database.writer.commits - before[1] == 1
        if one.database.is_postgres:
            assert one.database.engine.statements - before[0] <= 2
        assert (await totals(one))[0] == 101


async def test_a_failing_event_waits_and_its_neighbours_go_on(settings):
    broken = True

    async def hear(event, _):
        if broken and event.code == "p13":
            raise ValueError("thirteen")

    async with running(ledger(hear), settings) as one:
        await one.consumer.take([posted(n) for n in range(10, 20)])
        assert (await totals(one))[0] == 9
        [row] = await one.database.engine.execute(
            "SELECT event_id, attempts, reason, parked_at FROM delivery"
        )
        assert (row[0], row[1], row[3]) == ("event-13", 1, None)
        assert row[2].startswith("ValueError at hear")
        assert "thirteen" not in row[2]
        broken = False
        one.database.now = lambda: inbox_later(one)
        assert await one.consumer.retry_due() == 1
        assert (await totals(one))[0] == 10
        assert await one.database.engine.execute("SELECT event_id FROM delivery") == []
        await one.consumer.take([posted(13)])
        assert (await totals(one))[0] == 10


def inbox_later(_):
    from chassis.database import utc_now

    return utc_now() + timedelta(hours=1)


async def test_an_event_that_keeps_failing_is_parked_with_its_reason_and_can_be_replayed(settings):
    broken = True

    async def hear(_event, _uow):
        if broken:
            raise RuntimeError("no")

    async with running(ledger(hear), settings) as one:
        one.database.now = lambda: inbox_later(one)
        await one.consumer.take([posted(1)])
        clock = [2]

        def now():
            from chassis.database import utc_now

            return utc_now() + timedelta(hours=clock[0])

        one.database.now = now
        for _ in range(inbox.TRIES + 2):
            await one.consumer.retry_due()
            clock[0] += 1
        [parked] = await one.consumer.parked()
        assert (parked.event_id, parked.attempts) == ("event-1", inbox.TRIES)
        assert await one.consumer.retry_due() == 0
        assert await one.consumer.replay() == (0, 1)
        broken = False
        assert await one.consumer.replay(["event-1"]) == (1, 0)
        assert await totals(one) == (1, 1)
        assert await one.consumer.parked() == []


@pytest.mark.parametrize(
    "envelope",
    [
        "not json",
        "[]",
        '{"id":"e"}',
        '{"id":"e","source":"s","type":"vn.motcua.no.such","subject":"x","time":"2020-01-01T00:00:00Z","data":{}}',
        '{"id":"e","source":"s","type":"vn.motcua.test-parcel.posted","subject":"x","time":"2020-01-01T00:00:00Z","data":{"code":1}}',
    ],
)
async def test_what_cannot_be_read_is_parked_at_once_and_harms_nobody(settings, envelope):
    async with running(ledger(), settings) as one:
        await one.consumer.take(
            [posted(1), Parcel("bad", "test-parcel.posted", envelope), posted(2)]
        )
        assert (await totals(one))[0] == 2
        assert [row.event_id for row in await one.consumer.parked()] == ["bad"]
        await one.consumer.take([Parcel("bad", "test-parcel.posted", envelope)])
        assert len(await one.consumer.parked()) == 1


async def test_a_database_that_is_away_is_not_the_events_fault(settings, monkeypatch):
    async with running(ledger(), settings) as one:
        store = one.database.writer._store

        async def away(_):
            raise StorageAway("away")

        monkeypatch.setattr(one.database.writer, "_store", away)
        with pytest.raises(StorageAway):
            await one.consumer.take([posted(1), posted(2)])
        monkeypatch.setattr(one.database.writer, "_store", store)
        assert await one.database.engine.execute("SELECT event_id FROM delivery") == []
        await one.consumer.take([posted(1), posted(2)])
        assert (await totals(one))[0] == 2


async def test_two_consumers_of_the_same_events_count_them_once(settings):
    async with running(ledger(), settings) as one:
        batches = [[posted(n) for n in range(k, k + 40)] for k in (0, 20, 40)]
        await asyncio.gather(*(one.consumer.take(batch) for batch in batches))
        assert (await totals(one))[0] == 80


def test_an_envelope_is_read_with_the_event_inside_as_it_is_in_two_steps():
    for topic, example in EXAMPLES.items():
        text = Envelope.text(example.event, id="e", subject="s", time=example.time, agency="A")
        envelope = Envelope.model_validate_json(text)
        # Told by its own topic, and by another's, as a bus might that was told wrong.
        for told in (topic, "dossier.filed", "no.such"):
            heading, event = Envelope.read(text, told)
            assert (type(event), event) == (Event.catalogue[topic], envelope.open())
            names = Heading.model_fields
            assert {n: getattr(heading, n) for n in names} == {
                n: getattr(envelope, n) for n in names
            }


def test_what_is_wrong_with_an_envelope_is_told_as_it_is_in_two_steps():
    [well] = [parcel(ParcelPosted(code="a", weight=1)).envelope]
    for text in ("no json", "[]", "{}", well.replace('"weight":1', '"weight":"x"')):
        with pytest.raises(ValidationError) as one_step:
            Envelope.read(text, ParcelPosted.topic)
        with pytest.raises(ValidationError) as two_steps:
            Envelope.model_validate_json(text).open()
        assert one_step.value.errors() == two_steps.value.errors()
    with pytest.raises(LookupError):
        Envelope.read(well.replace(ParcelPosted.topic, "no.such"), ParcelPosted.topic)
