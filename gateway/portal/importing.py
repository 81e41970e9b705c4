"""An import of the portal's catalogue: asked for, compared, reviewed by a person, applied.

Reading the portal takes minutes, so whoever asks is answered at once and the worker does it, a slice at a
time; what was read is kept, and whoever takes it next goes on from there. The command line does the same work
in its own process.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from chassis.auth import Principal
from chassis.database import ITSELF, UnitOfWork
from chassis.running import Running, running_of
from contracts.catalogue import CatalogueImportState as State
from contracts.problems import Conflict, NotFound, Problem, Unavailable
from gateway.portal import catalogue, queries
from gateway.portal.commands import pause_after
from gateway.tables import CatalogueImport

log = logging.getLogger("motcua.national")

HELD_FOR = timedelta(minutes=10)
"""How long an import is left to the worker that took it, from its last sign of life on."""

MOST_ATTEMPTS = 8
"""How often an import is taken without coming further before it has failed: some twenty minutes."""

GOOD_FOR = timedelta(days=7)
"""How long a difference may be applied: the portal's catalogue moves on, and tells nobody."""

KEPT_FOR = timedelta(days=90)
LOOK_SECONDS = 2.0

WORKING = frozenset({State.COMPARING, State.APPLYING})
"""States in which a worker has something to do."""


class UnknownCatalogueImport(NotFound):
    """There is no such import of the catalogue."""

    title_vi = "Không có lần đồng bộ danh mục này"


class CatalogueImportNotReady(Conflict):
    """This import of the catalogue cannot be applied."""

    title_vi = "Lần đồng bộ danh mục này chưa áp dụng được"


@dataclass(frozen=True)
class Claim:
    """An import that is this worker's to bring further, and how far it is."""

    id: str
    turn: int
    state: State
    agency: str | None
    codes: tuple[str, ...] | None
    compared: int
    by: str
    """Who wants it: the client that asked for it, or had it applied."""


async def ask_for(agency: str | None, client: str, uow: UnitOfWork) -> CatalogueImport:
    """Ask for an import; while the same is being compared already, that one."""
    for row in await queries.imports_being_compared(uow):
        if row.agency == agency:
            return row
    row = CatalogueImport.of(
        id=secrets.token_hex(8),
        state=State.COMPARING,
        agency=agency,
        made_at=uow.now,
        asked_by=client,
        try_at=uow.now,
    )
    uow.add(row)
    return row


async def reachable(id: str, caller: Principal, uow: UnitOfWork) -> CatalogueImport:
    """An import within the caller's reach; those of the whole are. Raises `UnknownCatalogueImport`."""
    row = await uow.get(CatalogueImport, id)
    if row is None or (
        row.agency is not None and not await running_of(uow).tree.covers(caller, row.agency)
    ):
        raise UnknownCatalogueImport("No import of this number is within your reach.")
    return row


async def expect_current(row: CatalogueImport, running: Running) -> None:
    """Raise `CatalogueImportStale` where an import that could be applied has been overtaken."""
    if row.state is State.READY:
        catalogue.to_write(row.entries, await catalogue.ours_today(running))


async def order(id: str, caller: Principal, uow: UnitOfWork) -> CatalogueImport:
    """Have what was reviewed applied; ordered again it changes nothing.

    Raises `UnknownCatalogueImport`, `CatalogueImportNotReady`, `CatalogueImportStale`.
    """
    row = await reachable(id, caller, uow)
    if row.state in {State.APPLYING, State.APPLIED}:
        return row
    if row.state is State.COMPARING:
        raise CatalogueImportNotReady("It is still compared: wait until its state is ready.")
    if row.state is State.FAILED:
        raise CatalogueImportNotReady(f"It failed ({row.reason}): ask for another one.")
    if uow.now - (row.compared_at or row.made_at) > GOOD_FOR:
        raise catalogue.CatalogueImportStale(
            f"It was compared more than {GOOD_FOR.days} days ago: ask for another and review that."
        )
    row.change(state=State.APPLYING, applied_by=caller.client, try_at=uow.now)
    row.change(attempts=0, reason=None, words=None)
    row.revision += 1
    return row


async def advance_imports(running: Running) -> None:
    """Bring every import further that is due."""
    for due in await queries.imports_due(UnitOfWork(running.database)):
        await advance(due, running)


async def advance(id: str, running: Running) -> bool:
    """Do what an import waits for, if nobody else does; returns whether it was done here.

    What may pass, such as a portal that is away, is tried again later; not for a person at a terminal, who
    is told at once.
    """
    claimed = await running.do(claim, id)
    if claimed is None:
        return False
    try:
        await (_compare if claimed.state is State.COMPARING else _apply)(claimed, running)
    except Problem as trouble:
        again = claimed.by != ITSELF and isinstance(trouble, Unavailable)
        await running.do(stumble, claimed, trouble, again)
        log.warning("import of the catalogue stumbles", extra={"reason": trouble.code()})
    return True


async def see_through(id: str, running: Running) -> CatalogueImport:
    """Bring an import as far as it comes without a person; beside a worker that has it, wait for that.

    One that is tried again later is returned with the reason.
    """
    while True:
        row = await UnitOfWork(running.database).get(CatalogueImport, id)
        if row is None:
            raise UnknownCatalogueImport("Ask for one with `motcua national catalogue`.")
        if row.state not in WORKING:
            return row
        if not await advance(id, running):
            if row.reason is not None:
                return row
            await asyncio.sleep(LOOK_SECONDS)


async def forget_imports(running: Running) -> None:
    """Take away imports of long ago; what they changed stands in the catalogue's versions."""
    uow = UnitOfWork(running.database)
    for old in await queries.imports_before(uow.now - KEPT_FOR, uow):
        await running.do(_forget, old)


async def claim(id: str, uow: UnitOfWork) -> Claim | None:
    """Take an import to bring it further, if it is due; for a while nobody else will."""
    row = await uow.get(CatalogueImport, id)
    if row is None or row.try_at is None or row.try_at > uow.now:
        return None
    row.revision += 1
    if row.attempts >= MOST_ATTEMPTS:
        # Each attempt is counted before it is made: this one has ended every worker that took it.
        _fail(row, row.reason or "given-up", row.words or "It was begun too often. See the log.")
        return None
    row.change(turn=row.turn + 1, attempts=row.attempts + 1, try_at=uow.now + HELD_FOR)
    codes = tuple(row.codes) if row.codes is not None else None
    by = row.applied_by or row.asked_by
    return Claim(id, row.turn, row.state, row.agency, codes, row.compared, by)


async def stumble(claimed: Claim, trouble: Problem, again: bool, uow: UnitOfWork) -> None:
    """Remember why an import did not come further, and when it is tried again, if it is."""
    row = await _mine(claimed, uow)
    if row is None:
        return
    if again and row.attempts < MOST_ATTEMPTS:
        row.change(reason=trouble.code(), words=trouble.detail)
        row.try_at = uow.now + pause_after(row.attempts)
    else:
        _fail(row, trouble.code(), trouble.detail)


async def _compare(claimed: Claim, running: Running) -> None:
    catalogue.expect_connected(running)
    ours, codes, done = await catalogue.ours_today(running), claimed.codes, claimed.compared
    if codes is None:
        codes = tuple(await catalogue.listed(claimed.agency, running))
        if not await running.do(keep_list, claimed, codes):
            return
    while done < len(codes):
        count, entries = await catalogue.compare_some(codes[done:], ours, running)
        done += count
        if not await running.do(keep_compared, claimed, done, entries):
            return
    missing = catalogue.gone(codes, ours) if claimed.agency is None else []
    await running.do(_finish_comparing, claimed, missing)


async def _apply(claimed: Claim, running: Running) -> None:
    row = await UnitOfWork(running.database).get(CatalogueImport, claimed.id)
    if row is None or row.applied_by is None:
        return
    wanted = catalogue.to_write(row.entries, await catalogue.ours_today(running))
    written = row.written
    try:
        for told, ours in wanted:
            await catalogue.write(told, ours, row.applied_by, running)
            written += 1
            at_slice = written % catalogue.SLICE == 0
            if at_slice and not await running.do(_keep_written, claimed, written):
                return
    except Problem:
        await running.do(_keep_written, claimed, written)
        raise
    await running.do(_finish_applying, claimed, written)


async def keep_list(claimed: Claim, codes: Sequence[str], uow: UnitOfWork) -> bool:
    """Remember what the portal lists; whether the import is still this worker's."""
    row = await _mine(claimed, uow)
    if row is not None:
        row.codes = list(codes)
        _further(row, uow)
    return row is not None


async def keep_compared(
    claimed: Claim, compared: int, entries: Sequence[catalogue.Entry], uow: UnitOfWork
) -> bool:
    """Remember how far the comparison is; whether the import is still this worker's."""
    row = await _mine(claimed, uow)
    if row is not None:
        row.change(compared=compared, entries=[*row.entries, *entries])
        _further(row, uow)
    return row is not None


async def _finish_comparing(
    claimed: Claim, missing: Sequence[catalogue.Entry], uow: UnitOfWork
) -> None:
    row = await _mine(claimed, uow)
    if row is None:
        return
    entries = sorted([*row.entries, *missing], key=lambda entry: str(entry["code"]))
    row.change(state=State.READY, entries=entries, compared_at=uow.now)
    _rest(row)


async def _keep_written(claimed: Claim, written: int, uow: UnitOfWork) -> bool:
    row = await _mine(claimed, uow)
    if row is not None and written > row.written:
        row.written = written
        _further(row, uow)
    return row is not None


async def _finish_applying(claimed: Claim, written: int, uow: UnitOfWork) -> None:
    row = await _mine(claimed, uow)
    if row is not None:
        row.change(state=State.APPLIED, written=written, applied_at=uow.now)
        _rest(row)


async def _forget(id: str, uow: UnitOfWork) -> None:
    row = await uow.get(CatalogueImport, id)
    if row is not None:
        uow.remove(row)


async def _mine(claimed: Claim, uow: UnitOfWork) -> CatalogueImport | None:
    """The import of a claim, unless another worker has taken it since; about to be changed."""
    row = await uow.get(CatalogueImport, claimed.id)
    if row is None or row.turn != claimed.turn or row.state is not claimed.state:
        return None
    row.revision += 1
    return row


def _further(row: CatalogueImport, uow: UnitOfWork) -> None:
    row.change(attempts=0, reason=None, words=None, try_at=uow.now + HELD_FOR)


def _rest(row: CatalogueImport) -> None:
    row.change(try_at=None, attempts=0, reason=None, words=None)


def _fail(row: CatalogueImport, reason: str, words: str) -> None:
    row.change(state=State.FAILED, reason=reason, words=words, try_at=None)
