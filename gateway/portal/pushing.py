"""Telling the national portal of a dossier: its fields, then what rows of progress it does not have yet.

A dossier is told by one worker at a time, and always as it stands when it is told. Whatever ends an
attempt, the next one begins with what is certain: an insert whose answer was lost is looked up before
anything is sent, fields that the portal may have are sent again as they are (which changes nothing there),
and a row is sent again only if its acknowledgement never came.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

import httpx

from chassis.database import UnitOfWork
from chassis.running import Running
from contracts.intake import DossierRecord
from contracts.problems import Unavailable
from contracts.vocabulary import Scope
from gateway.keys import GATEWAY, SigningKey
from gateway.national import dossier_fields, portal_status_fields, progress_fields
from gateway.portal import commands, queries
from gateway.portal.answers import Answer, Outcome, rows_of_result
from gateway.portal.circuit import CircuitState
from gateway.portal.commands import Claim, Told, Trouble
from gateway.portal.line import PortalLine
from gateway.upstream import Upstreams

log = logging.getLogger("motcua.national")

ROWS_A_CALL = 10
PUSH_SECONDS = 480.0
"""How long telling one dossier may take in all; less than it is held for."""

IDLE_SECONDS = 0.02
FILED_THERE = "2"
"""``type`` of `DongBoTrangThaiHoSo` for a dossier that was filed on the portal."""

Acknowledge = Callable[[Told], Awaitable[None]]


class Untold(Exception):
    """The portal was not told of all of a dossier."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.reason)
        self.trouble = trouble


async def push_due(running: Running) -> None:
    """Tell the portal of every dossier that is due, until none is or the portal is away."""
    line = running.own(PortalLine)
    if not line.open:
        return
    await _Shift(running, line).work()


class _Shift:
    """Several workers over what is due; they stay as long as one of them is busy."""

    def __init__(self, running: Running, line: PortalLine) -> None:
        self._running = running
        self._line = line
        self._next: list[str] = []
        self._looking = asyncio.Lock()
        self._busy = 0

    async def work(self) -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(self._running.settings.national_at_once):
                group.create_task(self._one())

    async def _one(self) -> None:
        while True:
            code = await self._due()
            if code is None:
                if not self._busy:
                    return
                await asyncio.sleep(IDLE_SECONDS)
                continue
            admission = self._line.admits()
            if not admission:
                self._next.clear()
                if not self._busy:
                    return
                await asyncio.sleep(IDLE_SECONDS)
                continue
            self._busy += 1
            try:
                await push(code, self._running)
            except Unavailable as away:
                log.warning("push waits", extra={"reason": str(away)})
                return
            finally:
                # Where nothing was called, nothing has shown whether the portal is back.
                self._line.circuit.release(admission)
                self._busy -= 1

    async def _due(self) -> str | None:
        async with self._looking:
            if not self._next:
                room = self._running.settings.national_at_once * 8
                self._next = await queries.due(room, UnitOfWork(self._running.database))
                self._next.reverse()
            return self._next.pop() if self._next else None


async def push(code: str, running: Running) -> None:
    """Tell the portal of one dossier, if it is still to be told and nobody else does."""
    claimed = await running.do(commands.claim, code)
    if claimed is not None:
        told = Told(claimed.known, claimed.content, list(claimed.rows))
        await _tell(claimed, told, running, running.own(PortalLine))


async def _tell(claimed: Claim, told: Told, running: Running, line: PortalLine) -> None:
    async def acknowledge(so_far: Told) -> None:
        await running.do(commands.acknowledge, claimed, so_far)

    trying = line.circuit.state is not CircuitState.CLOSED
    try:
        async with asyncio.timeout(PUSH_SECONDS):
            record = await _record(claimed.code, running)
            told.agency = record.view.agency
            await tell(record, claimed, told, line, acknowledge)
    except Untold as untold:
        trouble = untold.trouble
    except TimeoutError:
        trouble = Trouble("too-slow")
    except Unavailable:
        # Our own database is away: the dossier is told again when nobody holds it any more.
        raise
    except Exception as failed:
        log.exception("dossier not told", extra={"kind": type(failed).__name__})
        trouble = Trouble("cannot-be-told", type(failed).__name__)
    else:
        await running.do(commands.finish, claimed, told, record.view.revision)
        return
    if trouble.reason == Outcome.TRY_AGAIN and (trying or not _closed(line)):
        # The portal as a whole is away, which is not this dossier's fault.
        trouble = replace(trouble, counts=False)
    await running.do(commands.stumble, claimed, told, trouble)
    log.warning("dossier not told", extra={"reason": trouble.reason})


def _closed(line: PortalLine) -> bool:
    return line.circuit.state is CircuitState.CLOSED


async def _record(code: str, running: Running) -> DossierRecord:
    """A dossier whole, from intake. Raises `Untold`."""
    token = running.own(SigningKey).token(GATEWAY, None, [Scope.DOSSIERS_READ])
    client = running.own(Upstreams)["intake"].client
    try:
        answer = await client.get(
            f"/v1/dossiers/{code}/record", headers={"Authorization": f"Bearer {token}"}
        )
    except (httpx.HTTPError, Unavailable) as away:
        raise Untold(Trouble("intake-away", type(away).__name__, counts=False)) from away
    match answer.status_code:
        case httpx.codes.OK:
            return DossierRecord.model_validate_json(answer.content)
        case httpx.codes.GONE:
            raise Untold(Trouble("personal-data-purged", purged=True))
        case httpx.codes.CONFLICT | httpx.codes.NOT_FOUND:
            raise Untold(Trouble("unknown-dossier"))
        case status:
            raise Untold(Trouble("intake-away", f"HTTP {status}", counts=False))


async def tell(
    record: DossierRecord, claimed: Claim, told: Told, line: PortalLine, acknowledge: Acknowledge
) -> None:
    """Tell the portal what it does not have of a dossier; `told` is kept up to date. Raises `Untold`."""
    particulars = record.filing.particulars
    if record.filing.flags.national_portal and particulars and particulars.portal_code:
        await _tell_status(record, told, line)
        return
    if told.content < record.view.revision:
        await _tell_fields(record, claimed, told, line)
    await _tell_rows(record, told, line, acknowledge)


async def _tell_status(record: DossierRecord, told: Told, line: PortalLine) -> None:
    """What stands of a dossier that was filed on the portal, which has its fields already."""
    told.filed_there = True
    row = portal_status_fields(record)
    key = key_of(row, record)
    if key in told.rows and told.content:
        return
    answer = await _call(line, told, "DongBoTrangThaiHoSo", type=FILED_THERE, data=[row])
    if answer.outcome is not Outcome.DONE:
        raise _untold(answer)
    told.known, told.content = True, record.view.revision
    if key not in told.rows:
        told.rows.append(key)


async def _tell_fields(record: DossierRecord, claimed: Claim, told: Told, line: PortalLine) -> None:
    """Insert or update: by what is known, else by asking, else by the answer."""
    # Attempts that were not counted are attempts all the same: what they sent may have arrived.
    if told.known is None and claimed.turn > 1:
        told.known = await _is_there(record.filing.code, told, line)
    fields = dossier_fields(record)
    updating = bool(told.known)
    for _ in range(2):
        answer = await _call(line, told, "DongBoHoSoMC", isUpdating=str(updating), data=[fields])
        if answer.outcome is Outcome.DONE:
            told.known, told.content = True, record.view.revision
            return
        if answer.outcome is (Outcome.NOT_FOUND if updating else Outcome.EXISTS):
            updating = not updating
            told.known = updating
            continue
        told.known = told.known if answer.outcome is Outcome.REFUSED else None
        raise _untold(answer)
    told.known = None
    raise Untold(Trouble("contradictory", answer.words))


async def _is_there(code: str, told: Told, line: PortalLine) -> bool:
    answer = await _call(line, told, "TraCuuHoSo", mahoso=code)
    if answer.outcome is Outcome.NOT_FOUND:
        return False
    rows = rows_of_result(answer.result) if answer.outcome is Outcome.DONE else None
    if rows is None:
        raise _untold(answer)
    return bool(rows)


async def _tell_rows(
    record: DossierRecord, told: Told, line: PortalLine, acknowledge: Acknowledge
) -> None:
    """Rows of progress without an acknowledgement, oldest first, ten at a time."""
    waiting = _unacknowledged(progress_fields(record), record, told.rows)
    while waiting:
        chunk, waiting = waiting[:ROWS_A_CALL], waiting[ROWS_A_CALL:]
        await _tell_chunk(chunk, told, line)
        if waiting:
            await acknowledge(told)


def _unacknowledged(
    rows: Sequence[Mapping[str, Any]], record: DossierRecord, known: Sequence[str]
) -> list[tuple[str, Mapping[str, Any]]]:
    keyed = {key_of(row, record): row for row in rows}
    return [(key, row) for key, row in keyed.items() if key not in set(known)]


async def _tell_chunk(
    chunk: Sequence[tuple[str, Mapping[str, Any]]], told: Told, line: PortalLine
) -> None:
    rows = [row for _, row in chunk]
    answer = await _call(line, told, "CapNhatTienDoHoSoMC", data=rows)
    if answer.outcome is Outcome.EXISTS and len(chunk) > 1:
        # Some of them are there: one by one shows which.
        for one in chunk:
            await _tell_chunk([one], told, line)
        return
    if answer.outcome is Outcome.NOT_FOUND:
        # The portal has lost it, so it is handed over anew.
        told.known, told.content = False, 0
    if answer.outcome not in {Outcome.DONE, Outcome.EXISTS}:
        raise _untold(answer)
    told.rows.extend(key for key, _ in chunk)


async def _call(line: PortalLine, told: Told, service: str, **fields: Any) -> Answer:
    told.call = service
    answer = await line.call(service, **fields)
    told.by_words = told.by_words or (answer.outcome is Outcome.DONE and answer.by_words)
    return answer


def _untold(answer: Answer) -> Untold:
    park = answer.outcome is Outcome.REFUSED
    # A limit of its own pace says nothing of a dossier.
    counts = answer.rest is None and answer.words != "429"
    return Untold(
        Trouble(str(answer.outcome), answer.words, park=park, counts=counts, rest=answer.rest)
    )


def key_of(row: Mapping[str, Any], record: DossierRecord) -> str:
    """What a row of progress is known by once the portal has acknowledged it.

    An officer who is only the agency's name is left out: a new name of it makes no new row.
    """
    named = record.competent_agency_name
    officer = row.get("NguoiXuLy", "")
    parts = [
        row.get("TrangThai", ""),
        row.get("ThoiDiemXuLy", row.get("NgayXuLy", "")),
        "" if officer and named.startswith(officer) else officer,
        row.get("PhongBanXuLy", ""),
        row.get("NoiDungXuLy", row.get("NoiDung", "")),
    ]
    return sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:20]
