"""Making the papers of a dossier and the register; that somebody was shown one leaves a trace."""

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Annotated

from pydantic import Field, TypeAdapter

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.intake import Applicant
from contracts.problems import Conflict, Invalid
from contracts.vocabulary import VIETNAM, PaperKind
from contracts.wire import Code, Instant
from services.intake import domain, queries
from services.intake.clock import Office
from services.intake.clock.breaches import Case
from services.intake.clock.reading import Reading
from services.intake.commands import personal
from services.intake.commands.audit import leave_trace
from services.intake.commands.position import standing_of, standing_rows
from services.intake.commands.reach import UnknownAgency, reachable_dossier
from services.intake.queries.papers import ReceivedQuestion, received_dossiers
from services.intake.tables import (
    Agency,
    Dossier,
    Procedure,
    TrackingPin,
)
from services.intake.tracking import Tracking

REGISTER = "register"


class PaperWithoutCause(Conflict):
    """Nothing has happened to the dossier that this paper could tell."""

    title_vi = "Hồ sơ chưa có căn cứ để lập biểu mẫu này"


class PeriodEmpty(Invalid):
    """A period ends after it begins."""

    title_vi = "Khoảng thời gian chưa hợp lệ"


class RegisterCursorUnknown(Invalid):
    """This is not where any part of a register begins."""

    title_vi = "Vị trí tiếp theo của sổ theo dõi không hợp lệ"


@dataclass(frozen=True, kw_only=True)
class Paper:
    """What a paper is made of."""

    kind: PaperKind
    issued_at: datetime
    dossier: Dossier
    applicant: Applicant
    steps: Sequence[personal.LegibleStep]
    """In time."""
    names: Mapping[str, str]
    """What agencies are called, by code."""
    parent: str | None
    procedure_name: str
    reading: Reading
    """The dossier's clock: what was promised, asked and appointed."""
    promises: Mapping[str, datetime | None]
    """What was promised once a step had come, by the step's key."""
    office: Office
    pin: str | None


@dataclass(frozen=True, kw_only=True)
class RegisterWanted:
    """Which part of which register is wanted."""

    agency: str | None
    first_on: date
    until: date
    """Exclusive."""
    cursor: str | None
    limit: int


@dataclass(frozen=True, kw_only=True)
class Register:
    """A part of the register (sổ theo dõi hồ sơ)."""

    wanted: RegisterWanted
    agency: str
    issued_at: datetime
    first_number: int
    dossiers: Sequence[Dossier]
    applicants: Sequence[Applicant | None]
    """None where personal data were purged."""
    names: Mapping[str, str]
    procedures: Mapping[str, str]
    next_cursor: str | None


async def issue_paper(code: str, kind: PaperKind, caller: Principal, uow: UnitOfWork) -> Paper:
    """Make a paper of a dossier (lập biểu mẫu) from what is known of it now.

    Raises `UnknownDossier`, and `PaperWithoutCause` naming what is missing.
    """
    dossier = await reachable_dossier(code, caller, uow)
    applicant = await applicant_of(dossier, uow)
    if applicant is None:
        raise PaperWithoutCause("Its personal data were removed when their retention was over.")
    rows = standing_rows(await queries.steps_of(code, uow))
    steps = await personal.legible(rows, dossier, uow)
    case = (await standing_of(dossier, uow)).case
    reappointed = case.reading.reappointments > 0
    missing = domain.missing_cause(
        kind, dossier.status, dossier.received_at, steps, reappointed=reappointed
    )
    if missing is not None:
        raise PaperWithoutCause(missing)
    receiving = await uow.get(Agency, dossier.agency)
    parent = receiving.parent if receiving else None
    agencies = (dossier.agency, dossier.competent_agency, dossier.returning_agency, parent)
    procedure = await uow.get(Procedure, dossier.procedure)
    leave_trace(f"paper.{kind}", code, caller, uow)
    return Paper(
        kind=kind,
        issued_at=uow.now,
        dossier=dossier,
        applicant=applicant,
        steps=steps,
        names=await _names(agencies, uow),
        parent=parent,
        procedure_name=procedure.name if procedure else dossier.procedure,
        reading=case.reading,
        promises=_promises(case),
        office=case.office,
        pin=await _pin(code, uow) if kind is PaperKind.RECEIPT else None,
    )


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What a dossier is about and holds (thành phần hồ sơ)."""

    dossier: Dossier
    procedure_name: str
    parent: str | None
    names: Mapping[str, str]


async def contents_of(code: str, caller: Principal, uow: UnitOfWork) -> Contents:
    """What a dossier is about and holds, with nothing of the applicant. Raises `UnknownDossier`."""
    dossier = await reachable_dossier(code, caller, uow)
    receiving = await uow.get(Agency, dossier.agency)
    parent = receiving.parent if receiving else None
    procedures = await _procedures([dossier.procedure], uow)
    return Contents(
        dossier=dossier,
        procedure_name=procedures[dossier.procedure],
        parent=parent,
        names=await _names((dossier.agency, parent), uow),
    )


async def open_register(wanted: RegisterWanted, caller: Principal, uow: UnitOfWork) -> Register:
    """A part of the register of an agency and those below it, in the order of receipt.

    Raises `UnknownAgency`, `PeriodEmpty`, `RegisterCursorUnknown`.
    """
    running = running_of(uow)
    agency = wanted.agency or caller.agency
    if agency is None or not await running.tree.knows(agency):
        raise UnknownAgency("Name an agency of the directory.")
    if not await running.tree.covers(caller, agency):
        raise UnknownAgency("No agency of this code is within your reach.")
    if wanted.until <= wanted.first_on:
        raise PeriodEmpty("Send `to` as a day after `from`: it is not part of the period.")
    after, counted = _cursor_read(wanted.cursor) if wanted.cursor else (None, 0)
    question = ReceivedQuestion(
        agencies=await running.tree.below(agency),
        received_from=datetime.combine(wanted.first_on, time(), VIETNAM),
        received_to=datetime.combine(wanted.until, time(), VIETNAM),
        after=after,
    )
    found = await received_dossiers(question, wanted.limit + 1, uow)
    shown = found[: wanted.limit]
    period = f"{wanted.first_on} - {wanted.until}, {len(shown)}"
    leave_trace(REGISTER, agency, caller, uow, reason=period)
    return Register(
        wanted=wanted,
        agency=agency,
        issued_at=uow.now,
        first_number=counted + 1,
        dossiers=shown,
        applicants=[await applicant_of(dossier, uow) for dossier in shown],
        names=await _names([agency, *(d.competent_agency for d in shown)], uow),
        procedures=await _procedures((d.procedure for d in shown), uow),
        next_cursor=_cursor(shown[-1], counted + len(shown)) if len(found) > len(shown) else None,
    )


async def applicant_of(dossier: Dossier, uow: UnitOfWork) -> Applicant | None:
    """Who a dossier is for: the one place papers read it from. None once it was purged."""
    told = await personal.applicant_of(dossier, uow)
    return None if told is None else Applicant.model_validate_json(json.dumps(told))


def _promises(case: Case) -> dict[str, datetime | None]:
    after = [*case.reading.promised[1:], case.reading.due_at]
    return {p.step.key: due for p, due in zip(case.passages, after, strict=False)}


async def _pin(code: str, uow: UnitOfWork) -> str:
    replaced = await uow.get(TrackingPin, code)
    return running_of(uow).own(Tracking).pin(code, replaced.epoch if replaced else 0)


async def _names(codes: Iterable[str | None], uow: UnitOfWork) -> dict[str, str]:
    keys = dict.fromkeys((code,) for code in codes if code is not None)
    found = await uow.get_many(Agency, keys)
    return {key[0]: found[key].name if key in found else key[0] for key in keys}


async def _procedures(codes: Iterable[str], uow: UnitOfWork) -> dict[str, str]:
    keys = dict.fromkeys((code,) for code in codes)
    found = await uow.get_many(Procedure, keys)
    return {key[0]: found[key].name if key in found else key[0] for key in keys}


def _cursor(last: Dossier, counted: int) -> str:
    assert last.received_at is not None  # noqa: S101 - it was found by its receipt
    told = json.dumps([last.received_at.isoformat(), last.code, counted])
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def _cursor_read(cursor: str) -> tuple[tuple[datetime, str], int]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        told = base64.b64decode(padded, altchars=b"-_", validate=True)
        received_at, code, counted = _CURSOR.validate_json(told)
    except ValueError as bad:
        raise RegisterCursorUnknown("Send `next_cursor` as it was given.") from bad
    return (received_at, code), counted


_CURSOR: TypeAdapter[tuple[Instant, str, int]] = TypeAdapter(
    tuple[Instant, Code, Annotated[int, Field(ge=1, le=10**9)]]
)
"""The receipt and the code of the last line, and its number."""
