"""Where citizens can rate, as it is heard: in any order, any number of times (K38)."""

from datetime import date, datetime, timedelta
from itertools import permutations

import pytest

from chassis.database import UnitOfWork
from contracts.channels import ChannelClosed, ChannelOpened, SiteRegistered, SiteRemoved
from contracts.vocabulary import VIETNAM, Provenance
from services.kpi import service
from services.kpi.reports.queries import agencies_with_channel
from tests.kpi.test_service import AGENCIES
from tests.kpi.worlds import NOON, filed, progressed, rated

DAY = datetime(2017, 10, 3, 9, tzinfo=VIETNAM)
LATER = DAY + timedelta(days=30)
EVENTS = (
    ChannelOpened(channel="k1", agency="A", opened_at=DAY),
    ChannelClosed(channel="k1", agency="A", closed_at=LATER),
    SiteRegistered(channel="s1", agency="B", opened_at=DAY),
    ChannelOpened(channel="k2", agency="A", opened_at=LATER + timedelta(days=5)),
    SiteRemoved(channel="s1", agency="B", closed_at=DAY),
)


async def open_on(kpi, day):
    found = await agencies_with_channel(UnitOfWork(kpi.running.database), on=day)
    return "".join(sorted(found))


@pytest.mark.parametrize("batches", [1, 5])
async def test_channels_come_to_the_same_in_whatever_order_they_are_heard(lone, batches):
    orders = list(permutations(EVENTS))[:: 120 // 6]
    assert len(orders) == 6
    for order in orders:
        async with lone(service) as kpi:
            told = [*order, order[0], order[-1]]
            if batches == 1:
                await kpi.hear(*told)
            else:
                for event in told:
                    await kpi.hear(event)
            assert await open_on(kpi, date(2017, 10, 2)) == ""
            # The site was registered and taken out on one day.
            assert await open_on(kpi, date(2017, 10, 3)) == "A"
            assert await open_on(kpi, date(2017, 11, 1)) == "A"
            assert await open_on(kpi, date(2017, 11, 2)) == ""
            assert await open_on(kpi, date(2017, 11, 7)) == "A"
            now = await agencies_with_channel(UnitOfWork(kpi.running.database))
            assert now == {"A"}


async def test_an_end_that_is_heard_without_a_beginning_opens_nothing(lone):
    async with lone(service) as kpi:
        await kpi.hear(ChannelClosed(channel="k9", agency="A", closed_at=DAY))
        assert await open_on(kpi, date(2020, 1, 1)) == ""


async def test_an_agency_that_citizens_rated_can_be_rated_and_an_officers_entry_shows_nothing(lone):
    async with lone(service) as kpi:
        await kpi.hear(*AGENCIES)
        for code, agency, provenance in (
            ("d1", "A", Provenance.SELF_LINK),
            ("d2", "B", Provenance.ASSISTED),
        ):
            await kpi.hear(
                filed(code, agency=agency),
                progressed(code, done_at=NOON, returned_at=NOON),
                rated(code, provenance=provenance),
            )
        now = await agencies_with_channel(UnitOfWork(kpi.running.database))
        assert now == {"A"}
        # NOON is 10 March: its half-month is over with the 14th.
        assert await open_on(kpi, date(2020, 3, 13)) == ""
        assert await open_on(kpi, date(2020, 3, 14)) == "A"
