"""What was measured is kept between questions, and whatever changes is seen by the next one."""

from contextlib import asynccontextmanager
from datetime import date, timedelta

import pytest

from chassis.database import UnitOfWork
from chassis.running import Running, opened
from contracts.channels import ChannelClosed, ChannelOpened
from contracts.directory import AgencyRegistered
from contracts.vocabulary import AgencyKind, Channel
from services.kpi import commands, keeping, service
from services.kpi.asking import measured
from services.kpi.domain import Span
from services.kpi.indicators import INDICATORS, LIBRARY
from services.kpi.indicators.needs import Need, needs_of
from services.kpi.views import Asked
from tests.kpi.reporting import decided, ratio, sent, two
from tests.kpi.test_service import AGENCIES, published
from tests.kpi.worlds import NOON, accepted, amended, filed, progressed, rated

PERIODS = (
    Span(date(2020, 1, 1), date(2021, 1, 1)),
    Span(date(2020, 3, 1), date(2020, 3, 11)),
    Span(date(2019, 1, 1), date(2020, 1, 1)),
)
DAY = timedelta(days=1)

HEARD = (
    filed("d1", channel=Channel.ONLINE),
    filed("d2", at=NOON - DAY, due_at=NOON + DAY),
    progressed("d1", 2, NOON),
    # It moves what is open and late at the end of a period, and no cell.
    progressed("d2", 3, None, due_at=NOON + 4000 * DAY),
    amended("d2", revision=4, agency="B"),
    rated("d1", 2),
    rated("d1", 5, version=2),
    accepted("d2"),
    published("p", online_level=2),
    published("p", online_level=4, revision=2),
    AgencyRegistered(code="W", name="Phường W", kind=AgencyKind.WARD, parent="A"),
    AgencyRegistered(code="W", name="Phường W", kind=AgencyKind.WARD, parent="X", revision=2),
    ChannelOpened(channel="k1", agency="H29", opened_at=NOON),
    ChannelClosed(channel="k1", agency="H29", closed_at=NOON + DAY),
)

OF_EVERYTHING = {Need.OPEN, Need.WATCHED, Need.CHANNELS}
EACH_KIND = {needs_of([one], LIBRARY): one for one in INDICATORS.values()}.values()
"""One figure of each set of sources."""


@asynccontextmanager
async def elsewhere(kpi):
    """Another process on the same database, which has kept nothing."""
    here = kpi.running
    async with opened(Running(service, here.settings, here.verifier)) as other:
        yield other


async def digests(running, periods=PERIODS):
    """Of every figure of each period: what it is counted from."""
    found = {}
    for period in periods:
        for indicator in EACH_KIND:
            uow = UnitOfWork(running.database)
            asked = Asked("H29", None, period, uow.now, 0, LIBRARY)
            counted = await measured(asked, [indicator], running, uow, alone=True)
            found[indicator.id, period] = counted.digest
    return found


@pytest.mark.timeout(400)
async def test_every_figure_is_counted_from_what_a_process_that_kept_nothing_reads(lone):
    async with lone(service) as kpi, elsewhere(kpi) as hears:
        await kpi.hear(*AGENCIES)
        seen = [await digests(kpi.running, PERIODS[:1])]
        for event in HEARD:
            await _heard_elsewhere(hears, event)
            seen.append(await digests(kpi.running, PERIODS[:1]))
            assert seen[-1] != seen[-2], event
            async with elsewhere(kpi) as fresh:
                assert await digests(fresh, PERIODS[:1]) == seen[-1]
        async with two(kpi) as (one, other):
            report = await sent(one, "k18", ratio())
            await decided(other, report["id"], "approve")
        assert await digests(kpi.running, PERIODS[:1]) != seen[-1]
        async with elsewhere(kpi) as fresh:
            assert await digests(fresh) == await digests(kpi.running)


async def _heard_elsewhere(other, event):
    from tests.conftest import Lone

    await Lone(other, None, None).hear(event)


async def test_nothing_is_measured_again_while_nothing_changes(lone, monkeypatch):
    measures = []

    async def kept(question, measure, tree, uow):
        async def counts():
            measures.append(question)
            return await measure()

        return await keeping.kept(question, counts, tree, uow)

    monkeypatch.setattr("services.kpi.asking.kept", kept)
    async with lone(service) as kpi:
        await kpi.hear(*AGENCIES, filed("d1"))
        first = await digests(kpi.running)
        asked = len(measures)
        assert await digests(kpi.running) == first
        assert len(measures) == asked
        await kpi.hear(filed("d3"))
        await digests(kpi.running)
        of_a_period = [one for one in measures[asked:] if one.needs.isdisjoint(OF_EVERYTHING)]
        assert {one.period for one in of_a_period} == set(PERIODS[:2])


async def test_what_time_alone_changes_is_not_kept(lone):
    async with lone(service) as kpi:
        now = kpi.running.database.now
        await kpi.hear(*AGENCIES, filed("d1", at=now()))
        await kpi.hear(progressed("d1", 2, now(), now(), received_at=now()))
        period = Span(now().date() - 40 * DAY, now().date() + 2 * DAY)
        for days, young in ((0, 1), (5, 1), (40, 0)):
            uow = UnitOfWork(kpi.running.database)
            uow.now = now() + days * DAY
            asked = Asked("H29", None, period, uow.now, 0, LIBRARY)
            counted = await measured(asked, [INDICATORS["k36"]], kpi.running, uow, alone=True)
            assert counted.total("young") == young


async def test_answers_asked_for_longest_ago_make_room(lone, monkeypatch):
    monkeypatch.setattr(keeping, "ROOM", 2)
    async with lone(service) as kpi:
        await kpi.hear(*AGENCIES, filed("d1"), filed("d2", agency="B"))
        first = await digests(kpi.running)
        assert await digests(kpi.running) == first
        assert await commands.verify(kpi.running.database) == []
        [shelf] = [one for key, one in keeping._SHELVES.items() if key is kpi.running.database]
        assert 1 <= len(shelf.kept) < len(EACH_KIND) * len(PERIODS)
