"""Sums are kept at hand between questions, and never stale, not even where another process has counted."""

from datetime import date, timedelta

from chassis.database import UnitOfWork
from chassis.running import Running, opened
from contracts.vocabulary import Channel
from services.kpi import commands, service
from services.kpi.asking import measured
from services.kpi.domain import Span
from services.kpi.indicators import INDICATORS, LIBRARY
from services.kpi.views import Asked
from tests.kpi.test_service import AGENCIES, published, value
from tests.kpi.worlds import NOON, filed, progressed

APRIL = NOON + timedelta(days=30)


async def hear_elsewhere(kpi, *events):
    """What another process of kpi hears, on the same database."""
    here = kpi.running
    async with opened(Running(service, here.settings, here.verifier)) as other:
        await other.do(commands.absorb, events)


async def digest_elsewhere(kpi, figure):
    """What another process, which has kept nothing, is told the same figure is counted from."""
    here = kpi.running
    async with opened(Running(service, here.settings, here.verifier)) as other:
        uow = UnitOfWork(other.database)
        period = Span(*(date.fromisoformat(figure[name]) for name in ("period_from", "period_to")))
        asked = Asked("H29", None, period, uow.now, 0, LIBRARY)
        of = [INDICATORS[figure["indicator"]]]
        counted = await measured(asked, of, other, uow, alone=True)
    return counted.digest


async def test_a_figure_asked_after_another_process_committed_an_event_counts_it(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES, filed("d1"), filed("d2", at=APRIL))
        assert (await value(client, "k07"))["among"] == 0
        await hear_elsewhere(kpi, progressed("d1", 2, NOON), filed("d3", channel=Channel.ONLINE))
        assert (await value(client, "k15"))["among"] == 3
        assert (await value(client, "k07"))["among"] == 1
        await hear_elsewhere(kpi, progressed("d2", 2, APRIL, received_at=APRIL))
        assert (await value(client, "k07"))["among"] == 2
        await hear_elsewhere(kpi, progressed("d2", 3, NOON, received_at=APRIL))
        assert (await value(client, "k07"))["among"] == 2
        assert await commands.verify(kpi.running.database) == []


async def test_half_months_that_move_in_turns_are_each_added_up_anew(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES)
        for n in range(4):
            await hear_elsewhere(kpi, filed(f"m{n}"))
            assert (await value(client, "k15"))["among"] == 2 * n + 1
            await hear_elsewhere(kpi, filed(f"a{n}", at=APRIL))
            assert (await value(client, "k15"))["among"] == 2 * n + 2


async def test_equal_digests_are_told_of_what_was_kept_and_of_what_is_read_anew(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES, filed("d1"), progressed("d1", 2, NOON))
        first, kept = await value(client, "k07"), await value(client, "k07")
        await hear_elsewhere(kpi, filed("d2"), progressed("d2", 2, NOON))
        moved = await value(client, "k07")
        read = await digest_elsewhere(kpi, first)
        assert first["cells_digest"] == kept["cells_digest"] != moved["cells_digest"]
        assert read == moved["cells_digest"]


async def test_a_rebuild_is_seen_by_those_who_keep_sums(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES, filed("d1"), filed("d2"))
        await kpi.running.database.engine.execute("UPDATE cell SET received = 7")
        assert (await value(client, "k15"))["among"] == 7
        assert await commands.rebuild(kpi.running.database) == 1
        assert (await value(client, "k15"))["among"] == 2


async def test_a_procedure_published_anew_is_counted_as_it_is_now(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES, published("p", online_level=2), published("q", online_level=4))
        assert (await value(client, "k06"))["count"] == 1
        await kpi.hear(published("p", online_level=4, revision=2))
        told = await value(client, "k06")
        assert (told["count"], told["among"]) == (2, 2)
        await kpi.hear(published("r", online_level=4))
        assert (await value(client, "k06"))["among"] == 3
