"""Carriers' lists: read on from a saved place, each page and its place kept together or not at all."""

import logging
import random
from dataclasses import dataclass
from datetime import timedelta

from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.vocabulary import Carrier
from services.postal import asking, queries
from services.postal.accounts import account_of
from services.postal.carriers import INTERFACES
from services.postal.carriers.base import Account, BadRecord, FeedPage, HasFeed
from services.postal.domain import Strength
from services.postal.messages import absorb
from services.postal.sending import CLAIMED_FOR
from services.postal.tables import CarrierAccount, CarrierFeed

log = logging.getLogger("motcua.postal")

FeedKey = tuple[Carrier, str, str]
"""Interface, account, and the list's name."""


@dataclass(frozen=True)
class Turn:
    """A list that is this worker's to read, from where, and with which account."""

    feed: FeedKey
    cursor: str
    account: Account


async def open_feeds(uow: UnitOfWork) -> None:
    """Begin the lists of accounts that have become complete, each at its very beginning."""
    known = {key_of(feed) for feed in await queries.feeds(uow)}
    for row, interface in await _readable(uow):
        for name, start in interface.feeds.items():
            if (row.interface, row.name, name) not in known:
                uow.add(
                    CarrierFeed.of(
                        interface=row.interface,
                        account=row.name,
                        feed=name,
                        cursor=start,
                        opened_at=uow.now,
                        next_at=uow.now,
                    )
                )


async def claim(key: FeedKey, uow: UnitOfWork) -> Turn | None:
    """Take a list to read, if it is due; for a while nobody else will.

    The attempt is counted before it is made, so that one which ends this process is counted too.
    """
    feed = await uow.get(CarrierFeed, *key)
    if feed is None or feed.next_at > uow.now:
        return None
    row = await uow.get(CarrierAccount, feed.interface, feed.account)
    if row is None or _lacks(row):
        feed.next_at = uow.now + asking.FEED_LONGEST_PAUSE
        feed.problem = "carrier-account-incomplete"
        feed.revision += 1
        return None
    feed.attempts += 1
    feed.asked_at = uow.now
    feed.next_at = uow.now + CLAIMED_FOR
    feed.revision += 1
    return Turn(key, feed.cursor, account_of(row))


async def take_page(turn: Turn, page: FeedPage, uow: UnitOfWork) -> Turn | None:
    """Keep a page's records and how far the list is read; returns the turn that follows, if there is more.

    Nothing is kept where somebody else has read on meanwhile.
    """
    feed = await uow.get(CarrierFeed, *turn.feed)
    if feed is None or feed.cursor != turn.cursor:
        return None
    if page.records:
        await absorb(page.records, feed.interface, Strength.PULL, feed.account, uow)
        _tell_left_out(turn, page)
    pause = timedelta(seconds=running_of(uow).settings.carrier_feed_seconds)
    feed.cursor = page.cursor
    feed.heard_at = uow.now
    feed.next_at = uow.now + (CLAIMED_FOR if page.more else _by_chance(pause))
    feed.attempts, feed.problem = 0, None
    feed.revision += 1
    return Turn(turn.feed, page.cursor, turn.account) if page.more else None


async def failed(turn: Turn, problem: str, uow: UnitOfWork) -> None:
    """Remember why a list could not be read; where it is read from does not change."""
    feed = await uow.get(CarrierFeed, *turn.feed)
    if feed is None or feed.cursor != turn.cursor:
        return
    feed.problem = problem
    feed.next_at = uow.now + _by_chance(asking.feed_pause(feed.attempts))
    feed.revision += 1


def key_of(feed: CarrierFeed) -> FeedKey:
    """What a list is known by."""
    return feed.interface, feed.account, feed.feed


def _tell_left_out(turn: Turn, page: FeedPage) -> None:
    left_out = sum(isinstance(one, BadRecord) for one in page.records)
    if left_out:
        told = {"carrier": turn.feed[0], "kind": turn.feed[2], "count": left_out}
        log.warning("records of a carrier's list left out", extra=told)


async def _readable(uow: UnitOfWork) -> list[tuple[CarrierAccount, HasFeed]]:
    found: list[tuple[CarrierAccount, HasFeed]] = []
    for row in await queries.accounts(uow):
        interface = INTERFACES.get(row.interface)
        if isinstance(interface, HasFeed) and not _lacks(row):
            found.append((row, interface))
    return found


def _lacks(row: CarrierAccount) -> tuple[str, ...]:
    interface = INTERFACES.get(row.interface)
    if not isinstance(interface, HasFeed):
        return ("interface",)
    return interface.missing_for_feeds(account_of(row))


def _by_chance(pause: timedelta) -> timedelta:
    return asking.jittered(pause, random.random())  # noqa: S311 - no secret hangs on it
