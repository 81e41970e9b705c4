"""Comparing a day's dossiers here with the portal's (đối soát): a page at a time, to be taken up again."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import httpx

from chassis.database import UnitOfWork
from chassis.running import Running
from contracts.intake import DossierPage, DossierView
from contracts.problems import Unavailable
from contracts.syncing import Difference, SyncState
from contracts.vocabulary import VIETNAM, Scope
from gateway.keys import GATEWAY, SigningKey
from gateway.national.fields import CODE_OF_STATUS
from gateway.portal import commands
from gateway.portal.answers import Outcome, plain_text, rows_of_result
from gateway.portal.line import PortalLine
from gateway.tables import NationalDay, NationalDifference, NationalSync, NationalTally
from gateway.upstream import Upstreams

log = logging.getLogger("motcua.national")

PAGE = 100
LONGEST_STATUS = 40
"""Of what the portal says a dossier's status is."""


class PortalAway(Unavailable):
    """The national portal does not answer just now."""

    title_vi = "Cổng Dịch vụ công quốc gia tạm thời chưa trả lời"


class IntakeAway(Unavailable):
    """Intake does not answer just now."""

    title_vi = "Dịch vụ tiếp nhận tạm thời chưa trả lời"


@dataclass(frozen=True)
class Compared:
    """A dossier of a day, and how it compares."""

    code: str
    agency: str
    difference: Difference
    there: bool
    """Whether the portal has it."""
    ours: str | None = None
    theirs: str | None = None
    asked_at: datetime | None = None
    """When the portal said so; none where it was not asked, or did not say."""


async def reconcile_yesterday(running: Running) -> None:
    """Compare the Vietnamese day before, once, after the hour that is set."""
    if not running.own(PortalLine).open:
        return
    now = running.database.now().astimezone(VIETNAM)
    if now.time() < running.settings.national_compare_at:
        return
    day = now.date() - timedelta(days=1)
    row = await UnitOfWork(running.database).get(NationalDay, day)
    if row is not None and row.completed_at is not None:
        return
    try:
        await reconcile(day, running)
    except Unavailable as away:
        log.warning("comparison waits", extra={"reason": str(away)})


async def reconcile(day: date, running: Running, *, anew: bool = False) -> None:
    """Compare a day, from where it was left; `anew` from its beginning. Raises `PortalAway`, `IntakeAway`.

    It shares the pace of pushes and holds up none of them: it asks one question at a time.
    """
    run, cursor = await running.do(_begin, day, anew)
    while True:
        page = await _ours(day, cursor, running)
        compared = [await _compare(one, running) for one in await _counted(page.items, running)]
        cursor = page.next_cursor
        if not await running.do(_keep, day, run, compared, cursor) or cursor is None:
            return


async def _begin(day: date, anew: bool, uow: UnitOfWork) -> tuple[int, str | None]:
    row = await uow.get(NationalDay, day)
    if row is None:
        row = NationalDay.of(day=day, begun_at=uow.now)
        uow.add(row)
    elif anew or row.completed_at is not None:
        row.change(begun_at=uow.now, completed_at=None, cursor=None, run=row.run + 1)
        row.revision += 1
    return row.run, row.cursor


async def _keep(
    day: date, run: int, compared: Sequence[Compared], cursor: str | None, uow: UnitOfWork
) -> bool:
    """Keep a page, unless another comparison of the day has begun; returns whether it was kept."""
    row = await uow.get(NationalDay, day)
    if row is None or row.run != run:
        return False
    row.cursor = cursor
    row.completed_at = uow.now if cursor is None else None
    row.revision += 1
    for one in compared:
        key = (day, run, one.agency, one.difference)
        uow.increase(NationalTally, key, {"count": 1, "there": int(one.there)})
        if one.difference is not Difference.SAME:
            await _differ(day, run, one, uow)
        if one.asked_at is not None:
            await commands.find(one.code, one.agency, one.asked_at, uow, there=one.there)
    return True


async def _differ(day: date, run: int, one: Compared, uow: UnitOfWork) -> None:
    row = await uow.get(NationalDifference, day, one.code)
    if row is None:
        row = NationalDifference.of(day=day, code=one.code)
        uow.add(row)
    row.change(run=run, agency=one.agency, difference=one.difference)
    row.change(ours=one.ours, theirs=one.theirs)


async def _ours(day: date, cursor: str | None, running: Running) -> DossierPage:
    token = running.own(SigningKey).token(GATEWAY, None, [Scope.DOSSIERS_READ])
    first = datetime.combine(day, time(), VIETNAM)
    asked = {"from": first.isoformat(), "to": (first + timedelta(days=1)).isoformat()}
    asked |= {"limit": str(PAGE)} | ({"cursor": cursor} if cursor else {})
    try:
        answer = await running.own(Upstreams)["intake"].client.get(
            "/v1/dossiers", params=asked, headers={"Authorization": f"Bearer {token}"}
        )
    except (httpx.HTTPError, Unavailable) as away:
        raise IntakeAway("Intake does not answer.", retry_after=5) from away
    if answer.status_code != httpx.codes.OK:
        raise IntakeAway(f"Intake answers {answer.status_code}.", retry_after=5)
    return DossierPage.model_validate_json(answer.content)


async def _counted(items: Sequence[DossierView], running: Running) -> list[DossierView]:
    """Without what agencies only try out."""
    return [one for one in items if not await running.tree.in_sandbox(one.agency)]


async def _compare(one: DossierView, running: Running) -> Compared:
    row = await UnitOfWork(running.database).get(NationalSync, one.code)
    ours = CODE_OF_STATUS.get(one.status)
    if row is not None and row.filed_there:
        # It is there under the portal's own code, by which nobody can ask.
        told = row.state is SyncState.SENT
        difference = Difference.SAME if told else _why(row)
        return Compared(one.code, one.agency, difference, True, str(one.status))
    asked_at = running.database.now()
    there, theirs = await _theirs(one.code, running)
    if there and theirs and theirs == ours:
        difference = Difference.SAME
    elif there is None:
        difference = Difference.NOT_COMPARED
    elif row is None or row.state in {SyncState.PARKED, SyncState.WAITING}:
        difference = _why(row)
    elif not there:
        difference = Difference.MISSING_THERE
    else:
        difference = Difference.STATUS_DIFFERS if theirs else Difference.NOT_COMPARED
    asked = asked_at if there is not None else None
    return Compared(one.code, one.agency, difference, bool(there), str(one.status), theirs, asked)


def _why(row: NationalSync | None) -> Difference:
    """Why the portal cannot have it as it is here."""
    if row is None:
        return Difference.UNKNOWN_HERE
    return Difference.PARKED if row.state is SyncState.PARKED else Difference.NOT_YET_SENT


async def _theirs(code: str, running: Running) -> tuple[bool | None, str | None]:
    """Whether the portal has a dossier, and the status it gives it. Raises `PortalAway`."""
    line = running.own(PortalLine)
    for _ in range(3):
        if not line.admits():
            raise PortalAway(f"The portal is away: {line.trouble}.", retry_after=60)
        answer = await line.call("TraCuuHoSo", mahoso=code)
        if answer.outcome is Outcome.NOT_FOUND:
            return False, None
        if answer.outcome is Outcome.DONE:
            rows = rows_of_result(answer.result)
            if rows is None:
                return None, None
            if not rows:
                return False, None
            told = str(rows[0].get("TrangThaiHoSo") or "")
            return True, plain_text(told)[:LONGEST_STATUS] or None
    return None, None
