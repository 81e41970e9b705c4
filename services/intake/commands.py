"""What can be done to a dossier: one function each, inside the caller's unit of work."""

from dataclasses import dataclass
from datetime import datetime

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.intake import (
    DossierFiled,
    DossierFiling,
    DossierProgressed,
    DossierReturned,
    Progress,
    TimeLimit,
)
from contracts.problems import Conflict, FieldError, Invalid, NotFound
from contracts.vocabulary import TimeUnit
from services.intake import domain, queries
from services.intake.catalogue import Catalogue, Published
from services.intake.clock import due
from services.intake.tables import Dossier, Step


class DossierCodeTaken(Conflict):
    """Another dossier already carries this code."""

    title_vi = "Mã hồ sơ đã được dùng"


class UnknownProcedure(Invalid):
    """No such procedure is in the catalogue."""

    title_vi = "Không có thủ tục này trong danh mục"


class UnknownAgency(NotFound):
    """No such agency is within your reach."""

    title_vi = "Không tìm thấy cơ quan này"


class UnknownDossier(NotFound):
    """No such dossier is within your reach."""

    title_vi = "Không tìm thấy hồ sơ"


@dataclass(frozen=True)
class Filing:
    """A dossier as it stands after a filing, and whether it stood there before."""

    dossier: Dossier
    repeated: bool


async def file_dossier(filing: DossierFiling, caller: Principal, uow: UnitOfWork) -> Filing:
    """Receive a dossier (tiếp nhận hồ sơ) and promise the citizen a day.

    Filing the same content again gives the dossier that is there. Raises `DossierCodeTaken` naming the
    fields that differ (only to an agency that may see them), `UnknownAgency`, `UnknownProcedure`.
    """
    running = running_of(uow)
    if uow.attempt > 1:
        # The code was presumed free, and the key said no: look who carries it.
        earlier = await uow.get(Dossier, filing.code)
        if earlier is not None:
            return await _filed_before(earlier, filing, caller, uow)
    for agency in {filing.agency, filing.competent_agency, filing.returning_agency} - {None}:
        if not await running.tree.knows(str(agency)):
            raise UnknownAgency(f"Register the agency {agency} first.")
    if not await running.tree.covers(caller, filing.agency):
        raise UnknownAgency(f"Register the agency {filing.agency} first.")
    procedure = await running.own(Catalogue).procedure(filing.procedure)
    if procedure is None:
        raise UnknownProcedure(f"Publish the procedure {filing.procedure} first.")
    dossier = await _new_dossier(filing, procedure, caller, uow)
    uow.add(dossier)
    uow.record(_filed(dossier), subject=dossier.code)
    return Filing(dossier, repeated=False)


async def report_progress(
    code: str, progress: Progress, caller: Principal, uow: UnitOfWork
) -> tuple[Dossier, list[str]]:
    """Remember what happened to a dossier (cập nhật tiến độ), in whatever order it is told.

    Returns the dossier where it stands now, and for each row ``applied`` or ``duplicate``. Raises
    `UnknownDossier`.
    """
    dossier = await reachable_dossier(code, caller, uow)
    known = {step.key: step for step in await queries.steps_of(code, uow)}
    outcomes: list[str] = []
    for row in progress.items:
        key = domain.step_key(**row.model_dump())
        outcomes.append("duplicate" if key in known else "applied")
        if key not in known:
            known[key] = Step.of(
                dossier=code,
                key=key,
                recorded_at=uow.now,
                recorded_by=caller.client,
                **row.model_dump(),
            )
            uow.add(known[key])
    if "applied" in outcomes:
        await _reposition(dossier, list(known.values()), uow)
    return dossier, outcomes


async def reachable_dossier(code: str, caller: Principal, uow: UnitOfWork) -> Dossier:
    """The dossier of this code, if the caller may see it; otherwise it is unknown to them."""
    dossier = await uow.get(Dossier, code)
    if dossier is None or not await running_of(uow).tree.covers(caller, dossier.agency):
        raise UnknownDossier("No dossier of this code is within your reach.")
    return dossier


async def _filed_before(
    earlier: Dossier, filing: DossierFiling, caller: Principal, uow: UnitOfWork
) -> Filing:
    if not await running_of(uow).tree.covers(caller, earlier.agency):
        raise DossierCodeTaken("Another dossier carries this code.")
    differing = domain.differing_fields(_content(earlier), _filing_content(filing))
    if differing:
        errors = [FieldError(pointer=p, code="differs", detail="Differs.") for p in differing]
        detail = f"It was filed with other content: {', '.join(differing)}."
        raise DossierCodeTaken(detail, errors=errors)
    return Filing(earlier, repeated=True)


async def _new_dossier(
    filing: DossierFiling, procedure: Published, caller: Principal, uow: UnitOfWork
) -> Dossier:
    limit = procedure.limits[filing.channel]
    position = domain.fold([], domain.Filed(filing.submitted_at, filing.received_at))
    return Dossier.of(
        **_filing_content(filing),
        **await _promise(position, limit, filing.submitted_at, uow),
        field=procedure.field,
        limit_amount=limit.amount if limit else None,
        limit_unit=limit.unit if limit else None,
        filed_by=caller.client,
        filed_at=uow.now,
        status=position.status,
        received_at=position.received_at,
    )


async def _reposition(dossier: Dossier, steps: list[Step], uow: UnitOfWork) -> None:
    """Fold the position anew from everything that is known, and tell what changed."""
    returned_before, received_before = dossier.returned_at, dossier.received_at
    position = domain.fold(
        [domain.Step(s.status, s.occurred_at, s.due_at, s.key) for s in steps],
        domain.Filed(dossier.submitted_at, dossier.filed_received_at),
    )
    dossier.status = position.status
    dossier.received_at = position.received_at
    dossier.done_at = position.done_at
    dossier.returned_at = position.returned_at
    if dossier.received_at != received_before:
        promised = await _promise(position, _pinned_limit(dossier), dossier.submitted_at, uow)
        for name, value in promised.items():
            setattr(dossier, name, value)
    elif position.due_override is not None:
        # A promise stands as it was made, whatever the calendar says since; only a new appointment moves it.
        dossier.due_at = position.due_override
    dossier.revision += 1
    uow.record(_progressed(dossier), subject=dossier.code)
    if returned_before is None and dossier.returned_at is not None:
        uow.record(DossierReturned.model_validate(dossier), subject=dossier.code)


async def _promise(
    position: domain.Position,
    limit: TimeLimit | None,
    submitted_at: datetime | None,
    uow: UnitOfWork,
) -> dict[str, object]:
    """What is promised of a dossier: nothing until it is accepted, but the rules it stands under."""
    catalogue = running_of(uow).own(Catalogue)
    calendar = await catalogue.calendar()
    started_at = position.received_at or submitted_at or uow.now
    promised = due(started_at, limit, calendar, catalogue.hours)
    accepted = position.received_at is not None
    return {
        "rule_set": promised.rule_set,
        "calendar": promised.calendar,
        "starts_on": promised.starts_on if accepted else None,
        "due_on": promised.due_on if accepted else None,
        "due_at": position.due_override or (promised.due_at if accepted else None),
    }


def _pinned_limit(dossier: Dossier) -> TimeLimit | None:
    if dossier.limit_amount is None or dossier.limit_unit is None:
        return None
    return TimeLimit(amount=dossier.limit_amount, unit=TimeUnit(dossier.limit_unit))


def _filing_content(filing: DossierFiling) -> dict[str, object]:
    """A filing as it is kept, so that a repeated one can be compared with it."""
    return {
        "code": filing.code,
        "procedure": filing.procedure,
        "agency": filing.agency,
        "competent_agency": filing.competent_agency or filing.agency,
        "returning_agency": filing.returning_agency or filing.agency,
        "channel": filing.channel,
        "return_mode": filing.return_mode,
        "applicant": filing.applicant.model_dump(mode="json", exclude_none=True),
        "flags": filing.flags.model_dump(mode="json"),
        "submitted_at": filing.submitted_at,
        "filed_received_at": filing.received_at,
    }


def _content(dossier: Dossier) -> dict[str, object]:
    return {name: getattr(dossier, name) for name in _CONTENT}


_CONTENT = (
    *("code", "procedure", "agency", "competent_agency", "returning_agency", "channel"),
    *("return_mode", "applicant", "flags", "submitted_at", "filed_received_at"),
)


_FILED = tuple(name for name in DossierFiled.model_fields if name != "due_unit")


def _filed(dossier: Dossier) -> DossierFiled:
    # Everything in the row passed the contract or the domain: it is not checked again.
    inside = dossier.__dict__
    told = {name: inside[name] for name in _FILED}
    return DossierFiled.model_construct(**told, due_unit=inside["limit_unit"])


def _progressed(dossier: Dossier) -> DossierProgressed:
    return DossierProgressed.model_validate(dossier.__dict__ | {"due_unit": dossier.limit_unit})
