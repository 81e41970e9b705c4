"""The rules: each reads taps, and says which of them are to be looked into. Values only."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import TypeVar

from contracts.vocabulary import VIETNAM, AnomalyRule, OptionClass, Provenance
from services.rating.anomalies.shares import Share, difference
from services.rating.anomalies.thresholds import Thresholds, Window

KIOSKS = frozenset({Provenance.KIOSK, Provenance.KIOSK_COUNTER})
LINKS = frozenset({Provenance.SELF_LINK, Provenance.SELF_WEB, Provenance.SELF_QR})
AT_THE_OFFICE = KIOSKS | {Provenance.ASSISTED}
SATURDAY = 5

K = TypeVar("K")


@dataclass(frozen=True)
class Tap:
    """A rating, as far as the rules look at it."""

    agency: str
    device: str | None
    provenance: Provenance
    answers: str
    option_class: OptionClass
    submitted_at: datetime
    ratable_at: datetime

    @property
    def day(self) -> date:
        """The Vietnamese day it was given on."""
        return self.submitted_at.astimezone(VIETNAM).date()


@dataclass(frozen=True)
class Ground:
    """What the rules compare with."""

    parents: Mapping[str, str | None]
    """Who stands above each agency."""
    opens: time
    closes: time
    holidays: frozenset[date] = frozenset()


@dataclass(frozen=True)
class Flag:
    """Something to look into."""

    rule: AnomalyRule
    agency: str
    found: Share
    threshold: str
    device: str | None = None
    on: date | None = None
    against: Share | None = None
    interval: tuple[float, float] | None = None


def flags(taps: Sequence[Tap], ground: Ground, over: Thresholds) -> list[Flag]:
    """Everything in these taps that is to be looked into; they come in the order they were given."""
    found = [
        *_bursts(taps, over),
        *_runs(taps, over),
        *_assisted(taps, ground, over),
        *_kiosk_against_link(taps, over),
        *_too_soon(taps, over),
        *_outside_hours(taps, ground, over),
        *_only_positive(taps, over),
    ]
    return sorted(found, key=lambda one: (one.agency, one.rule, one.device or "", str(one.on)))


def _bursts(taps: Sequence[Tap], over: Thresholds) -> Iterator[Flag]:
    """Many within a short time: at the worst moment of each day."""
    devices = [tap for tap in taps if tap.device is not None]
    for (agency, device, day), theirs in _by(
        devices, lambda tap: (tap.agency, tap.device, tap.day)
    ):
        yield from _burst(agency, device, day, theirs, over.burst.device)
    for (agency, day), theirs in _by(taps, lambda tap: (tap.agency, tap.day)):
        yield from _burst(agency, None, day, theirs, over.burst.agency)


def _burst(
    agency: str, device: str | None, day: date, taps: Sequence[Tap], window: Window
) -> Iterator[Flag]:
    most, first = 0, 0
    for last, tap in enumerate(taps):
        while tap.submitted_at - taps[first].submitted_at > timedelta(seconds=window.seconds):
            first += 1
        most = max(most, last - first + 1)
    if most > window.most:
        told = f"more than {window.most} within {window.seconds} s"
        share = Share(most, len(taps))
        yield Flag(AnomalyRule.BURST, agency, share, told, device=device, on=day)


def _runs(taps: Sequence[Tap], over: Thresholds) -> Iterator[Flag]:
    """Many alike one after another, on one device or with one agency's help."""
    sources = [tap for tap in taps if tap.device or tap.provenance is Provenance.ASSISTED]
    for (agency, device), theirs in _by(sources, lambda tap: (tap.agency, tap.device)):
        longest = max(len(list(alike)) for _, alike in groupby(theirs, lambda tap: tap.answers))
        if longest >= over.run.length:
            told = f"{over.run.length} or more alike one after another"
            share = Share(longest, len(theirs))
            yield Flag(AnomalyRule.RUN, agency, share, told, device=device)


def _assisted(taps: Sequence[Tap], ground: Ground, over: Thresholds) -> Iterator[Flag]:
    """An agency that helps far more than the others under the same one do, taken together."""
    limit = over.assisted_share
    totals = {
        agency: Share(sum(tap.provenance is Provenance.ASSISTED for tap in theirs), len(theirs))
        for agency, theirs in _by(taps, lambda tap: tap.agency)
    }
    for agency, own in totals.items():
        if own.among < limit.least or not own.count:
            continue
        above = ground.parents.get(agency)
        beside = [
            share
            for other, share in totals.items()
            if other != agency and (other == above or ground.parents.get(other) == above)
        ]
        others = Share(sum(one.count for one in beside), sum(one.among for one in beside))
        # As whole numbers, because a share of nothing is none.
        if others.among and own.count * others.among > limit.times * others.count * own.among:
            told = f"more than {limit.times} times the others' share"
            yield Flag(AnomalyRule.ASSISTED_SHARE, agency, own, told, against=others)


def _kiosk_against_link(taps: Sequence[Tap], over: Thresholds) -> Iterator[Flag]:
    limit = over.kiosk_against_link
    for agency, theirs in _by(taps, lambda tap: tap.agency):
        kiosk = _positive(tap for tap in theirs if tap.provenance in KIOSKS)
        link = _positive(tap for tap in theirs if tap.provenance in LINKS)
        if min(kiosk.among, link.among) < limit.least:
            continue
        low, high = difference(kiosk, link)
        if abs(kiosk.value - link.value) >= limit.gap and not low <= 0 <= high:
            told = f"{limit.gap} or more apart, and not by chance"
            rule = AnomalyRule.KIOSK_AGAINST_LINK
            yield Flag(rule, agency, kiosk, told, against=link, interval=(low, high))


def _too_soon(taps: Sequence[Tap], over: Thresholds) -> Iterator[Flag]:
    limit = over.too_soon
    longest = timedelta(seconds=limit.seconds)
    near = [tap for tap in taps if tap.provenance in AT_THE_OFFICE]
    for (agency, device), theirs in _by(near, lambda tap: (tap.agency, tap.device)):
        soon = sum(timedelta() <= tap.submitted_at - tap.ratable_at <= longest for tap in theirs)
        if soon >= limit.count:
            told = f"{limit.count} or more within {limit.seconds} s of the hand-over"
            yield Flag(AnomalyRule.TOO_SOON, agency, Share(soon, len(theirs)), told, device=device)


def _outside_hours(taps: Sequence[Tap], ground: Ground, over: Thresholds) -> Iterator[Flag]:
    limit = over.outside_hours
    near = [tap for tap in taps if tap.provenance in AT_THE_OFFICE]
    for (agency, device), theirs in _by(near, lambda tap: (tap.agency, tap.device)):
        closed = sum(_closed(tap.submitted_at, ground, limit.minutes) for tap in theirs)
        if closed >= limit.count:
            told = f"{limit.count} or more while the office was closed"
            share = Share(closed, len(theirs))
            yield Flag(AnomalyRule.OUTSIDE_HOURS, agency, share, told, device=device)


def _closed(moment: datetime, ground: Ground, minutes: int) -> bool:
    local = moment.astimezone(VIETNAM)
    if local.weekday() >= SATURDAY or local.date() in ground.holidays:
        return True
    slack = timedelta(minutes=minutes)
    opens = datetime.combine(local.date(), ground.opens, VIETNAM) - slack
    closes = datetime.combine(local.date(), ground.closes, VIETNAM) + slack
    return not opens <= local <= closes


def _only_positive(taps: Sequence[Tap], over: Thresholds) -> Iterator[Flag]:
    limit = over.only_positive
    devices = [tap for tap in taps if tap.device is not None]
    for (agency, device), theirs in _by(devices, lambda tap: (tap.agency, tap.device)):
        share = _positive(theirs)
        if share.among >= limit.least and share.count == share.among:
            told = f"all of {limit.least} or more"
            yield Flag(AnomalyRule.ONLY_POSITIVE, agency, share, told, device=device)


def _positive(taps: Iterable[Tap]) -> Share:
    told = list(taps)
    return Share(sum(tap.option_class is OptionClass.POSITIVE for tap in told), len(told))


def _by(taps: Iterable[Tap], key: Callable[[Tap], K]) -> Iterator[tuple[K, list[Tap]]]:
    """Taps by a key, each kept in its order."""
    groups: dict[K, list[Tap]] = {}
    for tap in taps:
        groups.setdefault(key(tap), []).append(tap)
    yield from groups.items()
