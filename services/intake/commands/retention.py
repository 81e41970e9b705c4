"""When the time of personal data is over: holds, and the purge that leaves the figures."""

from datetime import date

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.running import Running, running_of
from contracts.intake import DossierPurged, LegalHoldOrder
from contracts.vocabulary import VIETNAM
from services.intake.commands.audit import OPERATOR, leave_trace
from services.intake.commands.reach import reachable_dossier
from services.intake.domain.personal import closed_on
from services.intake.queries import personal as queries
from services.intake.retention import RetentionClass, retention_classes
from services.intake.tables import Dossier, LegalHold, Step


async def order_hold(
    code: str, order: LegalHoldOrder, caller: Principal, uow: UnitOfWork
) -> LegalHold | None:
    """Hold a dossier back from every purge, or let it go again; returns the hold in force.

    The dossier's revision grows, so that a purge running at the same time looks again. Raises
    `UnknownDossier`.
    """
    dossier = await reachable_dossier(code, caller, uow)
    hold = await uow.get(LegalHold, code)
    if hold is None and not order.held:
        return None
    dossier.revision += 1
    action = "legal_hold.set" if order.held else "legal_hold.lifted"
    leave_trace(action, code, caller, uow, reason=order.reason)
    if hold is None:
        hold = LegalHold.of(dossier=code, reason=order.reason, set_at=uow.now, set_by=caller.client)
        uow.add(hold)
    elif order.held:
        hold.reason = order.reason
    else:
        uow.remove(hold)
        return None
    return hold


def schedule(running: Running) -> dict[str, RetentionClass]:
    """The retention classes in force. Raises `ValueError` when the default is none of them."""
    settings = running.settings
    classes = retention_classes(settings.retention_classes_file)
    if settings.retention_class not in classes:
        raise ValueError(f"MOTCUA_RETENTION_CLASS is none of {', '.join(classes)}.")
    return classes


def cutoffs(running: Running) -> queries.Cutoffs:
    """Of each class, the day before which a dossier must have ended for its time to be over now."""
    today = running.database.now().astimezone(VIETNAM).date()
    found = {code: entry.over_before(today) for code, entry in schedule(running).items()}
    return {code: before for code, before in found.items() if before is not None}


async def date_endings(after: str, limit: int, uow: UnitOfWork) -> str | None:
    """Say of dossiers of an earlier version when they ended; the code to go on after, or None at the end."""
    rows = await queries.ended_without_a_day(after, limit, uow)
    steps = await queries.steps_of_many([row.code for row in rows], uow)
    for row in rows:
        row.closed_on = closed_on(row.status, steps[row.code], row.received_at) or _last_day_of(row)
    return rows[-1].code if rows else None


async def purge(after: str, limit: int, uow: UnitOfWork) -> tuple[str, int] | None:
    """Remove the personal data of dossiers whose time is over (tiêu huỷ), one batch, in order of codes.

    Applicant, particulars, digests, and the steps' actors and notes go; statuses, times, units and whatever
    is counted stay. Returns the code to go on after and how many were purged, or None at the end.
    """
    running = running_of(uow)
    default = running.settings.retention_class
    rows = await queries.due_for_purge(cutoffs(running), default, after, limit, uow)
    if not rows:
        return None
    steps = await queries.steps_of_many([row.code for row in rows], uow)
    for row in rows:
        _purge(row, steps[row.code], uow)
    return rows[-1].code, len(rows)


def _purge(dossier: Dossier, steps: list[Step], uow: UnitOfWork) -> None:
    if dossier.applicant is not None:
        dossier.applicant_kind = dossier.applicant["kind"]
    dossier.applicant = dossier.sealed = dossier.particulars = dossier.data_key = None
    dossier.id_number_digest = dossier.phone_digest = None
    dossier.purged_at = uow.now
    dossier.revision += 1
    for step in steps:
        step.words = step.actor = step.note = None
    leave_trace("dossier.purged", dossier.code, OPERATOR, uow)
    told = DossierPurged(
        code=dossier.code,
        agency=dossier.agency,
        revision=dossier.revision,
        purged_at=uow.now,
    )
    uow.record(told, subject=dossier.code, agency=dossier.agency)


def _last_day_of(dossier: Dossier) -> date:
    instant = dossier.returned_at or dossier.done_at or dossier.received_at or dossier.filed_at
    return instant.astimezone(VIETNAM).date()
