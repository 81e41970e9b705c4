"""The cells counted anew in SQL: the same as the facts say one by one, on both engines."""

import asyncio
from collections import Counter
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis.database import Contention, Database, UnitOfWork
from chassis.database.shapes import Verb
from contracts.vocabulary import (
    Channel,
    DossierStatus,
    OnlineService,
    OptionClass,
    Provenance,
    TimeUnit,
)
from services.kpi import commands, facts, service
from services.kpi.recount import comparing
from services.kpi.recount.clock import WELL_KNOWN, clock_of_vietnam
from services.kpi.recount.digests import digest_of
from services.kpi.recount.measures import PASSES
from services.kpi.recount.queries import KINDS
from services.kpi.tables import DossierFact
from tests.kpi.worlds import NOON, accepted, filed, lives, progressed, rated, tallied

MIDNIGHT = datetime(2020, 3, 14, 17, tzinfo=UTC)
"""Midnight in Vietnam, between two half-months."""

DAYS = {
    "min_value": datetime(1905, 1, 1),  # noqa: DTZ001 - Hypothesis adds the time zone
    "max_value": datetime(2100, 1, 1),  # noqa: DTZ001 - the same
}
NEW_YEARS = [datetime(year - 1, 12, 31, 17, tzinfo=UTC) for year in WELL_KNOWN]
"""Midnights between years whose half-months are looked up, and such as are worked out."""

moments = st.one_of(
    st.none(),
    st.sampled_from([at + timedelta(microseconds=n) for at in NEW_YEARS for n in (-1, 0)]),
    st.sampled_from([MIDNIGHT + timedelta(microseconds=n) for n in (-1, 0, 1)]),
    st.sampled_from([MIDNIGHT + timedelta(days=n) for n in (-14, -1, 1, 17)]),
    st.datetimes(timezones=st.just(UTC), **DAYS),
)
MOMENTS = (
    *("received_at", "due_at", "done_at", "returned_at", "inbound_accepted_at"),
    *("outbound_accepted_at", "inbound_ordered_at", "outbound_ordered_at"),
    *("synchronised_at", "missed_at", "rated_at", "ended_at", "settled_at"),
    *("statistical_due_at", "supplement_again_at"),
)
FLAGS = (
    *("digitised", "reused", "verified_identity", "connected_data", "fee_due", "paid_online"),
    *("electronic_result", "certified_copy", "national_portal"),
)
few = st.none() | st.integers(1, 3)
values = st.fixed_dictionaries(
    {
        "agency": st.sampled_from([None, "A", "B"]),
        "field": st.sampled_from([None, "f", "g"]),
        "procedure": st.sampled_from([None, "p", "q"]),
        "channel": st.none() | st.sampled_from(Channel),
        "due_unit": st.none() | st.sampled_from(TimeUnit),
        "rating_score": st.integers(1, 5),
        "rating_class": st.none() | st.sampled_from(OptionClass),
        "rating_provenance": st.none() | st.sampled_from(Provenance),
        "rating_version": few,
        "rating_void": few,
        "competent_agency": st.sampled_from([None, "A", "B"]),
        "status": st.none() | st.sampled_from(DossierStatus),
        "online_service": st.none() | st.sampled_from(OnlineService),
        "agency_days": few,
    }
    | dict.fromkeys(FLAGS, st.none() | st.booleans())
    | dict.fromkeys(MOMENTS, moments)
)


async def compared(kpi, **asked):
    """The cells of a service beside their count from its facts."""
    async with kpi.running.database.benches(len(KINDS)) as benches:
        return await comparing.compared(benches, commands.quietly, **asked)


def test_every_measure_has_its_line_in_sql():
    told = {name for one in PASSES for name in one.measures}
    assert told == set(facts.MEASURES)
    assert told >= set(facts.PROCEDURE_MEASURES)


def test_the_clock_of_vietnam_has_stood_seven_hours_ahead_since_june_1975():
    *_, (since, seconds) = clock_of_vietnam()
    assert (since, seconds) == (datetime(1975, 6, 12, 16, tzinfo=UTC), 7 * 3600)


@settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)
@given(told=st.lists(values, min_size=20, max_size=60))
async def test_sql_counts_what_the_facts_say_one_by_one(lone, told):
    made = [facts.Fact(code=f"d{n}", **one) for n, one in enumerate(told)]
    wanted: dict[str, Counter] = {table.__table__.name: Counter() for table in KINDS}
    tally = tallied(*made)
    for table, added in commands.CELLS.items():
        for key, amounts in added(tally).items():
            wanted[table.__table__.name].update({(key, name): n for name, n in amounts.items()})
    async with lone(service) as kpi:
        async with kpi.running.database.unit_of_work() as uow:
            for fact in made:
                uow.rewrite(DossierFact, facts.values_of(fact, 1), 0, ())
        found = await compared(kpi)
    counted: dict[str, Counter] = {name: Counter() for name in wanted}
    for bucket in found.buckets:
        cells = Counter()
        for key, amounts in bucket.missing.items():
            cells.update({(key, name): n for name, n in amounts.items()})
        counted[bucket.kind].update(cells)
        assert bucket.differing == len(bucket.missing)
        assert (bucket.kept, bucket.counted) == (digest_of({}), digest_of(bucket.missing))
    assert counted == wanted
    assert found.facts == len(made)


@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
async def test_any_order_repetition_and_redelivery_gives_the_digest_of_a_count_anew(lone, data):
    codes = [f"d{n}" for n in range(data.draw(st.integers(1, 4)))]
    events = [event for code in codes for event in data.draw(lives(code))]
    random = data.draw(st.randoms(use_true_random=False))
    digests = set()
    async with lone(service) as kpi:
        database = kpi.running.database
        for _ in range(3):
            for table in (DossierFact, *KINDS):
                await database.engine.execute(f"DELETE FROM {table.__table__.name}")
            told = events + random.choices(events, k=3)
            random.shuffle(told)
            while told:
                size = random.randint(1, 7)
                if random.random() < 0.3:
                    # The worker dies before its commit: all of the batch is told again.
                    with pytest.raises(Died):
                        await database.run(_die_after, told[:size])
                await kpi.hear(*told[:size])
                told = told[size:]
            found = await commands.check(database)
            assert found.lines() == []
            assert [one.kept for one in found.buckets] == [one.counted for one in found.buckets]
            digests.add(found.digest)
    assert len(digests) == 1


class Died(Exception):
    """A worker ends in the middle."""


async def _die_after(events, uow):
    await commands.absorb(events, uow)
    raise Died


async def test_a_check_names_the_half_month_and_the_cell_that_differ(lone):
    async with lone(service) as kpi:
        database = kpi.running.database
        await kpi.hear(filed("d1"), filed("d2", at=NOON + timedelta(days=20)))
        await database.engine.execute("UPDATE cell SET received = 7 WHERE bucket = '2020-03-01'")
        found = await commands.check(database)
        assert [(one.kind, one.first) for one in found.differing] == [("cell", date(2020, 3, 1))]
        first, second = found.lines()
        assert first.startswith("cell 2020-03-01: kept ")
        assert second == "cell 2020-03-01 A f: {'received': -6} too few"


async def test_a_cell_that_counts_nothing_does_not_differ_from_none(lone):
    async with lone(service) as kpi:
        database = kpi.running.database
        await kpi.hear(filed("d1"))
        before = await commands.check(database)
        await database.engine.execute(
            "INSERT INTO duration_cell (bucket, agency, field, kind, days, n) "
            "VALUES ('2020-03-01', 'A', 'f', 'elapsed', 3, 0)"
        )
        after = await commands.check(database)
        assert (after.lines(), after.digest) == ([], before.digest)


async def test_the_digest_of_cells_is_that_of_the_same_values_in_python(lone):
    async with lone(service) as kpi:
        agencies = ["a", "B", "Ă", "a-1", "a 1", "a10", "a9", "Đ", "đ"]
        await kpi.hear(*(filed(f"d{n}", agency=one) for n, one in enumerate(agencies)))
        found = await commands.check(kpi.running.database)
        cells = {
            (date(2020, 3, 1), one, "f"): {"received": 1, "received_counter": 1} for one in agencies
        }
        told = {one.kind: one for one in found.buckets}["cell"]
        rows = await kpi.running.database.engine.execute("SELECT * FROM cell")
        assert len(rows) == len(cells)
        assert told.kept == told.counted == digest_of(cells)


async def test_where_very_many_cells_differ_the_first_are_named_and_all_are_counted(lone):
    async with lone(service) as kpi:
        database = kpi.running.database
        await kpi.hear(*(filed(f"d{n}", agency=f"A{n}") for n in range(5)))
        await database.engine.execute("DELETE FROM cell")
        found = await compared(kpi, shown=2)
        assert found.cells == 5
        _, first, second, more = found.lines()
        assert first.startswith("cell 2020-03-01 A0 f: ")
        assert second.startswith("cell 2020-03-01 A1 f: ")
        assert more == "cell 2020-03-01: 3 more cells"


CELLS_MOVED = "SELECT edition FROM cell_edition WHERE bucket > '1900-01-01'"


async def test_cells_are_corrected_some_at_a_time_and_each_change_is_told(lone):
    async with lone(service) as kpi:
        database = kpi.running.database
        await kpi.hear(*(filed(f"d{n}", agency=f"A{n}") for n in range(5)))
        before = await database.engine.execute(CELLS_MOVED)
        await database.engine.execute("UPDATE cell SET received = 9")
        async with database.benches(len(KINDS)) as benches:
            found = await comparing.compared(benches, commands.quietly)
            await comparing.corrected(benches, found, commands.quietly, at_once=2)
        assert (await commands.check(database)).lines() == []
        after = await database.engine.execute(CELLS_MOVED)
        assert [row[0] for row in after] == [row[0] + 3 for row in before]


async def test_figures_are_under_check_from_the_check_that_finds_a_difference_to_the_one_that_finds_none(
    lone,
):
    async with lone(service) as kpi, kpi.calls() as client:
        from tests.kpi.test_service import AGENCIES, PERIOD

        database = kpi.running.database
        await kpi.hear(*AGENCIES, filed("d1"))

        async def marked():
            figure = await client.get(f"/v1/indicators/k15/value?agency=H29&{PERIOD}")
            board = await client.get("/v1/plans/hcmc-2020/scoreboard?agency=H29")
            return figure.json()["under_check"], board.json()["under_check"]

        assert await marked() == (False, False)
        await database.engine.execute("DELETE FROM cell")
        assert await marked() == (False, False)
        assert len(await commands.verify(database)) == 2
        assert await marked() == (True, True)
        assert await commands.rebuild(database) == 1
        assert await marked() == (False, False)


async def test_events_absorbed_while_cells_are_corrected_are_not_lost(lone):
    async with lone(service) as kpi:
        database = kpi.running.database
        await kpi.hear(*(filed(f"d{n}") for n in range(40)))
        await database.engine.execute("UPDATE cell SET received = 3")
        more = [progressed(f"d{n}", 2, NOON, NOON) for n in range(40)]
        await asyncio.gather(commands.rebuild(database), *(kpi.hear(*more[n::8]) for n in range(8)))
        assert await commands.verify(database) == []
        rows = await database.engine.execute("SELECT received, settled FROM cell")
        assert [tuple(row) for row in rows] == [(40, 40)]


def test_equal_cells_have_equal_digests_and_zeros_say_nothing():
    key = (date(2020, 1, 1), "A", "f")
    assert digest_of({key: {"received": 1, "rated": 0}}) == digest_of({key: {"received": 1}})
    assert digest_of({key: {"received": 1}}) != digest_of({key: {"received": 2}})


@asynccontextmanager
async def two_workers(kpi):
    """Two workers' databases: the service's own, and another over the same tables."""
    own = kpi.running.database
    other = Database(own.url.render_as_string(hide_password=False), own.metadata, now=own.now)
    await other.open()
    try:
        yield own, other
    finally:
        await other.close()


INTERLEAVED = (
    [filed(f"d{n}") for n in range(20)],
    [progressed(f"d{n}", 2, NOON, NOON) for n in range(20)],
    [rated(f"d{n}") for n in range(20)],
    [accepted(f"d{n}", at=NOON + timedelta(days=9)) for n in range(20)],
)
"""What two workers hear of the same dossiers at once."""


async def test_two_workers_that_hear_of_the_same_dossiers_at_once_count_each_once(lone):
    async with lone(service) as kpi, two_workers(kpi) as workers:
        batches = [(n % 2, batch) for n, batch in enumerate(INTERLEAVED * 2)]
        await asyncio.gather(*(workers[n].run(commands.absorb, batch) for n, batch in batches))
        assert await commands.verify(workers[0]) == []
        rows = await workers[0].engine.execute(
            "SELECT sum(received), sum(settled), sum(rated), sum(returned_by_post) FROM cell"
        )
        assert tuple(map(int, rows[0])) == (20, 20, 20, 20)


@pytest.mark.parametrize("guarded", [True, False])
async def test_cells_go_wrong_where_a_fact_is_written_that_somebody_else_changed_meanwhile(
    lone, guarded
):
    """What the guard of a fact is for: without it the same two batches leave cells that are wrong."""
    async with lone(service) as kpi, two_workers(kpi) as (own, other):
        await own.run(commands.absorb, INTERLEAVED[0])
        first, second = UnitOfWork(own), UnitOfWork(other)
        await commands.absorb(INTERLEAVED[1], first)
        await commands.absorb(INTERLEAVED[2], second)
        await own.commit(first)
        if guarded:
            with pytest.raises(Contention):
                await other.commit(second)
            await other.run(commands.absorb, INTERLEAVED[2])
            assert await commands.verify(own) == []
        else:
            await other.commit(without_guard(second))
            differing = await commands.verify(own)
            assert (
                differing[1]
                == "cell 2020-03-01 A f: {'rated': 20, 's5': 20, 'satisfied': 20} too few"
            )


def without_guard(uow):
    """The unit of work of a worker that takes every fact for unchanged since it read it."""
    for shape, rows in uow._writes.rows.items():
        if shape.table.name == "dossier_fact" and shape.verb is Verb.UPDATE:
            rows[:] = [(code, was + 1, *values) for code, was, *values in rows]
    return uow
