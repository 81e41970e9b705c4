"""What postal does by itself with carriers' lists: reads each on, page by page."""

import asyncio
import logging

from chassis.database import UnitOfWork
from chassis.running import Running
from contracts.problems import Problem, Unavailable
from services.postal import feeds, queries
from services.postal.carriers import interface_of
from services.postal.carriers.base import CarrierUnavailable, FeedPage, HasFeed
from services.postal.feeds import FeedKey, Turn
from services.postal.jobs import AT_ONCE, CarrierLine
from services.postal.telling import FEED_AGE

log = logging.getLogger("motcua.postal")

PAGES = 100
"""Pages of one list read in one go; then the others have their turn."""

PAGE_SECONDS = 60.0
"""How long one page may take in all, access token included; less than a list is claimed for."""


async def read_feeds(running: Running) -> None:
    """Read every list that is due, and tell how old what we know is."""
    await running.do(feeds.open_feeds)
    room = asyncio.Semaphore(AT_ONCE)

    async def one(key: FeedKey) -> None:
        async with room:
            await _read(key, running)

    due = await queries.feeds_due(UnitOfWork(running.database))
    await asyncio.gather(*(one(feeds.key_of(feed)) for feed in due))
    await _tell_ages(running)


async def _read(key: FeedKey, running: Running) -> None:
    turn = await running.do(feeds.claim, key)
    pages = 0
    while turn is not None and pages < PAGES:
        pages += 1
        try:
            page = await _page(turn, running)
            following = await running.do(feeds.take_page, turn, page)
        except Exception as broken:
            # A page that trips us up must not keep the other lists from being read.
            if isinstance(broken, Unavailable) and not isinstance(broken, CarrierUnavailable):
                raise
            await _failed(turn, broken, running)
            return
        turn = following


async def _failed(turn: Turn, broken: Exception, running: Running) -> None:
    known = isinstance(broken, Problem)
    problem = broken.code() if isinstance(broken, Problem) else type(broken).__name__
    told = {"carrier": turn.feed[0], "kind": turn.feed[2], "problem": problem}
    log.warning("list of a carrier not read", extra=told, exc_info=None if known else broken)
    await running.do(feeds.failed, turn, problem)


async def _page(turn: Turn, running: Running) -> FeedPage:
    interface = interface_of(turn.feed[0])
    if not isinstance(interface, HasFeed):
        raise CarrierUnavailable("Lists are no longer read through this interface.")
    http = running.own(CarrierLine).http
    try:
        async with asyncio.timeout(PAGE_SECONDS):
            return await interface.read_page(turn.feed[2], turn.cursor, turn.account, http)
    except TimeoutError as slow:
        raise CarrierUnavailable("The carrier did not answer in time.") from slow


async def _tell_ages(running: Running) -> None:
    uow = UnitOfWork(running.database)
    for feed in await queries.feeds(uow):
        since = uow.now - (feed.heard_at or feed.opened_at)
        FEED_AGE.labels(*feeds.key_of(feed)).set(max(0.0, since.total_seconds()))
