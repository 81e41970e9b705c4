"""What is remembered of the way to the portal: changes heard of, attempts begun, and what became of them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.hearing import reaches
from chassis.inbox import Heard
from chassis.running import Running, running_of
from contracts.intake import DossierPurged
from contracts.problems import Conflict, NotFound
from contracts.syncing import (
    DossierMissed,
    DossierSynchronised,
    Resending,
    ResentView,
    SyncState,
)
from gateway.portal import queries
from gateway.portal.line import PortalLine
from gateway.tables import NationalSync

HELD_FOR = timedelta(minutes=10)
"""How long a dossier that a worker has taken is left to it: longer than it takes in all."""

FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)
UNCOUNTED_PAUSE = timedelta(seconds=30)
"""Before a dossier is told again that failed through no fault of its own."""

REMEMBERED = 10
"""Attempts of a dossier that are remembered."""

NOT_CONFIGURED = "not-configured"
"""Why a change waits where no portal is set up."""

MANY = 10_000
"""Dossiers that one call lets be told again."""
PAGE = 500

ENDED = frozenset({SyncState.PURGED, SyncState.LEFT_OUT})


class UnknownDossier(NotFound):
    """No such dossier is within your reach."""

    title_vi = "Không tìm thấy hồ sơ"


class NothingToTell(Conflict):
    """The national portal is not told of this dossier any more, or never was."""

    title_vi = "Hồ sơ này không còn được đồng bộ với Cổng Dịch vụ công quốc gia"


@dataclass(frozen=True)
class Claim:
    """A dossier that is this worker's to tell, and what the portal is known to have of it."""

    code: str
    turn: int
    """How often it was taken, whether the attempt was counted or not."""
    known: bool | None
    content: int
    rows: tuple[str, ...]


@dataclass
class Told:
    """What the portal has been told in one attempt, up to where it ended."""

    known: bool | None
    content: int
    rows: list[str]
    call: str = ""
    """The last service that was called."""
    agency: str | None = None
    filed_there: bool = False
    by_words: bool = False


@dataclass(frozen=True)
class Trouble:
    """Why an attempt did not end well."""

    reason: str
    words: str | None = None
    park: bool = False
    """Trying again would change nothing."""
    counts: bool = True
    """Whether it is this dossier's attempt that failed, not the portal's or intake's day."""
    rest: float | None = None
    purged: bool = field(default=False, kw_only=True)


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many failures: twice as long each time, an hour at most, spread.

    >>> timedelta(seconds=8) <= pause_after(1) <= timedelta(seconds=12)
    True
    """
    doubled: timedelta = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(attempts, 20))
    return doubled * random.uniform(0.8, 1.2)  # noqa: S311 - jitter


async def mark(heard: Sequence[Heard], uow: UnitOfWork) -> None:
    """Remember of each dossier the largest revision that was heard of, and whose it is."""
    events = [one.event for one in heard]
    rows = await uow.get_many(NationalSync, [(event.code,) for event in events])
    for event in events:
        row = rows.get((event.code,))
        if row is None:
            row = rows[event.code,] = NationalSync.of(
                code=event.code, state=SyncState.SENT, wanted=0, heard_at=uow.now
            )
            uow.add(row)
        else:
            row.revision += 1
        if isinstance(event, DossierPurged):
            _purge(row)
            continue
        agency = getattr(event, "agency", None)
        if agency is not None:
            row.agency = agency
            if row.state is not SyncState.PURGED:
                await _leave_out(row, uow)
        _want(row, event.revision, uow)


async def _leave_out(row: NationalSync, uow: UnitOfWork) -> None:
    if row.agency is not None and await running_of(uow).tree.in_sandbox(row.agency):
        row.state, row.try_at, row.wanted_since = SyncState.LEFT_OUT, None, None


def _want(row: NationalSync, revision: int, uow: UnitOfWork) -> None:
    if revision <= row.wanted:
        return
    row.wanted, row.heard_at = revision, uow.now
    if row.state in ENDED or revision <= row.sent:
        return
    if row.state is not SyncState.WAITING:
        # One that was put aside may be mended by what changed.
        row.state, row.try_at, row.wanted_since = SyncState.WAITING, uow.now, uow.now
        row.attempts = 0
        if not running_of(uow).own(PortalLine).open:
            row.reason = NOT_CONFIGURED


def _purge(row: NationalSync) -> None:
    """Nothing can be told any more; counts stay, what was said in passing goes."""
    row.change(state=SyncState.PURGED, try_at=None, wanted_since=None, rows=[], history=[])
    row.change(words=None, reason=None, held=False, again=False)


async def claim(code: str, uow: UnitOfWork) -> Claim | None:
    """Take a dossier to tell, if it is still to be told; for a while nobody else will.

    The attempt is counted before it is made, so that one which ends this process is counted too.
    """
    row = await uow.get(NationalSync, code)
    if row is None or row.state is not SyncState.WAITING:
        return None
    if row.try_at is None or row.try_at > uow.now:
        return None
    if row.agency is not None and await running_of(uow).tree.in_sandbox(row.agency):
        row.change(state=SyncState.LEFT_OUT, try_at=None, wanted_since=None)
        row.revision += 1
        return None
    row.turn += 1
    row.attempts += 1
    row.try_at, row.held = uow.now + HELD_FOR, True
    row.revision += 1
    return Claim(code, row.turn, row.known, row.content, tuple(row.rows))


async def acknowledge(claimed: Claim, told: Told, uow: UnitOfWork) -> None:
    """Remember in the middle of an attempt what the portal has acknowledged so far."""
    row = await _mine(claimed, uow)
    if row is not None:
        _keep(row, told)
        row.revision += 1


async def finish(claimed: Claim, told: Told, revision: int, uow: UnitOfWork) -> None:
    """The portal has all of a dossier at a revision; what changed since is told next."""
    row = await _mine(claimed, uow)
    if row is None:
        return
    _keep(row, told)
    row.change(held=False, sent=revision, sent_at=uow.now, attempts=0, reason=None, words=None)
    _remember(row, told.call, "done by words" if told.by_words else "done", None, uow)
    if row.first_sent_at is None:
        row.first_sent_at = uow.now
        _announce(row.code, row.agency, uow.now, revision, uow)
    if row.again:
        row.change(again=False, content=0, sent=0)
    if row.wanted > row.sent:
        row.change(try_at=uow.now, wanted_since=uow.now)
    else:
        row.change(state=SyncState.SENT, try_at=None, wanted_since=None)
    row.revision += 1


async def find(code: str, agency: str, asked_at: datetime, uow: UnitOfWork, *, there: bool) -> None:
    """The portal was asked whether it has a dossier: announce what was announced otherwise.

    Nothing is sent for it: that is for whoever reads the comparison to decide.
    """
    row = await uow.get(NationalSync, code)
    if row is not None:
        if (row.first_sent_at is not None) is there:
            return
        if row.sent_at is not None and row.sent_at >= asked_at:
            # It was told since: the answer is older than what is known.
            return
        row.first_sent_at = asked_at if there else None
        row.revision += 1
    if there:
        _announce(code, agency, asked_at, row.sent if row is not None else 0, uow)
    else:
        missed = DossierMissed(code=code, agency=agency, missed_at=asked_at)
        uow.record(missed, subject=code, agency=agency)


def _announce(code: str, agency: str | None, at: datetime, revision: int, uow: UnitOfWork) -> None:
    event = DossierSynchronised(code=code, agency=agency, synchronised_at=at, revision=revision)
    uow.record(event, subject=code, agency=agency)


async def stumble(claimed: Claim, told: Told, trouble: Trouble, uow: UnitOfWork) -> None:
    """Remember why an attempt failed, and when the next one is due, if any."""
    row = await _mine(claimed, uow)
    if row is None:
        return
    row.revision += 1
    if trouble.purged:
        _purge(row)
        return
    _keep(row, told)
    row.change(held=False, reason=trouble.reason, words=trouble.words)
    _remember(row, told.call, trouble.reason, trouble.words, uow)
    pause = pause_after(row.attempts)
    if not trouble.counts:
        row.attempts -= 1
        pause = UNCOUNTED_PAUSE * random.uniform(1.0, 2.0)  # noqa: S311 - jitter
    if trouble.rest is not None:
        pause = max(pause, timedelta(seconds=trouble.rest))
    row.try_at = uow.now + pause
    if row.again:
        row.change(again=False, content=0, sent=0)
    if trouble.park or row.attempts >= running_of(uow).settings.national_attempts:
        row.change(state=SyncState.PARKED, try_at=None)


async def resend(code: str, caller: Principal, uow: UnitOfWork) -> NationalSync:
    """Let one dossier be told again, fields and what rows are not acknowledged.

    Raises `UnknownDossier` and `NothingToTell`.
    """
    row = await reachable(code, caller, uow)
    if row.state in ENDED:
        raise NothingToTell("Its data were removed, or its agency is for trying things out.")
    again(row, uow)
    return row


async def reachable(code: str, caller: Principal, uow: UnitOfWork) -> NationalSync:
    """What is known of a dossier's way to the portal, if the caller may see it. Raises `UnknownDossier`."""
    row = await uow.get(NationalSync, code)
    if row is None or not await reaches(caller, row.agency, running_of(uow)):
        raise UnknownDossier("No dossier of this code is within your reach.")
    return row


async def resend_many(
    told: Resending, agencies: frozenset[str] | None, caller: Principal, running: Running
) -> ResentView:
    """Let dossiers be told again, a page in each unit of work; `MANY` at most."""
    if told.codes is not None:
        return await running.do(resend_these, told.codes, caller)
    resent, after = 0, None
    while resent < MANY:
        codes = await running.do(_resend_page, told, agencies, after)
        resent += len(codes)
        if len(codes) < PAGE:
            return ResentView(resent=resent)
        after = codes[-1]
    return ResentView(resent=resent, more=True)


async def _resend_page(
    told: Resending, agencies: frozenset[str] | None, after: str | None, uow: UnitOfWork
) -> list[str]:
    """Let the next dossiers be told again that answer a choice; returns their codes."""
    question = queries.SyncQuestion(
        agencies=agencies,
        state=SyncState.PARKED if told.parked else None,
        reason=told.reason,
        first=told.from_,
        end=told.to,
        after=after,
    )
    rows = await queries.synced(question, PAGE, uow)
    for row in rows:
        if row.state not in ENDED:
            again(row, uow)
    return [row.code for row in rows]


async def resend_these(codes: Sequence[str], caller: Principal, uow: UnitOfWork) -> ResentView:
    """Let the named dossiers be told again; those nobody can tell of are named."""
    rows = await uow.get_many(NationalSync, [(code,) for code in codes])
    unknown = []
    for code in dict.fromkeys(codes):
        row = rows.get((code,))
        seen = row is not None and await reaches(caller, row.agency, running_of(uow))
        if row is None or not seen or row.state in ENDED:
            unknown.append(code)
        else:
            again(row, uow)
    return ResentView(resent=len(set(codes)) - len(unknown), unknown=unknown)


def again(row: NationalSync, uow: UnitOfWork) -> None:
    """Tell a dossier again, whatever the portal has of it. One that a worker has is told after that."""
    row.revision += 1
    if row.held:
        row.again = True
        return
    row.change(content=0, sent=0, attempts=0, wanted=max(row.wanted, 1), try_at=uow.now)
    row.change(state=SyncState.WAITING, wanted_since=row.wanted_since or uow.now)


async def _mine(claimed: Claim, uow: UnitOfWork) -> NationalSync | None:
    """The row of a claim, unless another worker has taken it since or nothing is to be told any more."""
    row = await uow.get(NationalSync, claimed.code)
    if row is None or row.turn != claimed.turn or row.state is not SyncState.WAITING:
        return None
    return row


def _keep(row: NationalSync, told: Told) -> None:
    row.change(known=told.known, content=told.content, rows=list(told.rows))
    row.agency = row.agency or told.agency
    row.filed_there = row.filed_there or told.filed_there
    row.rows_sent = len(told.rows)


def _remember(
    row: NationalSync, call: str, outcome: str, words: str | None, uow: UnitOfWork
) -> None:
    entry: dict[str, Any] = {"at": uow.now.isoformat(), "call": call, "outcome": outcome}
    if words:
        entry["words"] = words
    row.history = [*row.history[-(REMEMBERED - 1) :], entry]
