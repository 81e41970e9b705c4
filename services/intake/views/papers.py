"""How intake shows the papers of a dossier, the register, and what a receipt's holder is told."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from contracts.intake import (
    Applicant,
    Component,
    DossierContents,
    PaperAgency,
    PaperApology,
    PaperApplicant,
    PaperNotice,
    PaperStep,
    PaperView,
    RegisterRow,
    RegisterView,
    TrackingPinView,
    TrackView,
)
from contracts.masking import masked_number
from contracts.vocabulary import VIETNAM, DossierStatus, PaperKind
from services.intake import domain
from services.intake.clock import Office, RuleSet, rule_set_named, rule_set_on
from services.intake.clock.deadlines import last_answer
from services.intake.commands.papers import REGISTER, Contents, Paper, Register
from services.intake.commands.personal import LegibleStep
from services.intake.commands.position import pinned_limit
from services.intake.commands.tracking import Tracked
from services.intake.tables import Dossier, TrackingPin

PURGED = "(dữ liệu cá nhân đã được xoá)"
"""What stands for an applicant whose data were removed: personal data removed."""


def paper(made: Paper) -> PaperView:
    """Everything a paper shows, instants in Vietnam's time."""
    row = made.dossier
    rules = rule_set_named(row.rule_set)
    form = domain.form_of(made.kind, row.rule_set)
    return PaperView(
        kind=made.kind,
        form=form.number,
        circular=form.circular,
        issued_at=_here(made.issued_at),
        code=row.code,
        procedure=row.procedure,
        procedure_name=made.procedure_name,
        agency=_agency(made, row.agency),
        parent=_agency(made, made.parent) if made.parent else None,
        competent_agency=_agency(made, row.competent_agency),
        returning_agency=_agency(made, row.returning_agency),
        channel=row.channel,
        return_mode=row.return_mode,
        status=row.status,
        applicant=_applicant(made.applicant),
        components=[Component.model_validate(one) for one in row.components or ()],
        limit=pinned_limit(row),
        submitted_at=_maybe_here(row.submitted_at),
        received_at=_maybe_here(row.received_at),
        due_at=_maybe_here(row.due_at),
        rule_set=row.rule_set,
        decree=rules.decree,
        officer=domain.accepting_officer(made.steps),
        pin=made.pin,
        **_cause(made, rules),
    )


def contents(told: Contents) -> DossierContents:
    """What a dossier is about and holds."""
    row, parent = told.dossier, told.parent
    return DossierContents(
        code=row.code,
        procedure=row.procedure,
        procedure_name=told.procedure_name,
        agency=PaperAgency(code=row.agency, name=told.names[row.agency]),
        parent=PaperAgency(code=parent, name=told.names[parent]) if parent else None,
        components=[Component.model_validate(one) for one in row.components or ()],
    )


def register(made: Register) -> RegisterView:
    """A part of the register."""
    form = domain.form_of(REGISTER, rule_set_on(made.wanted.first_on).name)
    lines = zip(made.dossiers, made.applicants, strict=True)
    return RegisterView(
        form=form.number,
        circular=form.circular,
        agency=PaperAgency(code=made.agency, name=made.names[made.agency]),
        period_from=made.wanted.first_on,
        period_to=made.wanted.until,
        issued_at=_here(made.issued_at),
        items=[_row(number, *line, made) for number, line in enumerate(lines, made.first_number)],
        next_cursor=made.next_cursor,
    )


def tracked(found: Tracked) -> TrackView:
    """Where a dossier stands: nothing of the applicant, nothing an officer wrote."""
    row = found.dossier
    return TrackView(
        code=row.code,
        status=row.status,
        unit=found.unit,
        submitted_at=_maybe_here(row.submitted_at),
        received_at=_maybe_here(row.received_at),
        due_at=_maybe_here(row.due_at),
        done_at=_maybe_here(row.done_at),
        returned_at=_maybe_here(row.returned_at),
    )


def new_pin(made: TrackingPin) -> tuple[int, TrackingPinView]:
    """That there is another PIN: the receipt shows it, no stored answer does."""
    return 200, TrackingPinView(code=made.dossier, epoch=made.epoch)


def _cause(made: Paper, rules: RuleSet) -> dict[str, Any]:
    if made.kind is PaperKind.SUPPLEMENT:
        step = domain.last(domain.WAITING_SUPPLEMENT, made.steps)
        return {"supplement": step and _notice(step, rules.answer_days, made.office)}
    if made.kind is PaperKind.REFUSAL:
        step = domain.last(domain.REFUSED, made.steps)
        return {"refusal": step and _notice(step, None, made.office)}
    if made.kind is PaperKind.APOLOGY:
        return {"apology": _apology(made, rules)}
    if made.kind is PaperKind.CONTROL_SLIP:
        return {"steps": _slip(made)}
    return {}


def _notice(step: LegibleStep, answer_days: int | None, office: Office) -> PaperNotice:
    last = last_answer(step.occurred_at, answer_days, office) if answer_days else None
    return PaperNotice(
        told_at=_here(step.occurred_at),
        reason=step.note,
        actor=step.actor,
        unit=step.unit,
        answer_days=answer_days,
        answer_by=last,
    )


def _apology(made: Paper, rules: RuleSet) -> PaperApology | None:
    made_again = [one for one in made.reading.appointments if one.again]
    if not made_again:
        return None
    appointment = made_again[-1]
    step = next(
        one
        for one in made.steps
        if (one.occurred_at, one.due_at) == (appointment.made_at, appointment.due_at)
    )
    return PaperApology(
        told_at=_here(appointment.made_at),
        old_due_at=_maybe_here(appointment.before),
        new_due_at=_here(appointment.due_at),
        reason=step.note,
        actor=step.actor,
        unit=step.unit,
        count=len(made_again),
        allowed=rules.reappointments,
    )


def _slip(made: Paper) -> list[PaperStep]:
    """The dossier's way through the office; its filing is the first line unless a step tells of it."""
    row, steps = made.dossier, made.steps
    began_at = row.submitted_at or row.filed_received_at or row.filed_at
    lines: list[dict[str, Any]] = []
    if not steps or began_at < steps[0].occurred_at:
        status = DossierStatus.SUBMITTED if row.submitted_at else DossierStatus.ACCEPTED
        first = {"status": status, "unit": made.names[row.agency], "actor": None, "note": None}
        lines.append(first | {"received_at": began_at, "due_at": None})
    lines += [
        {"status": s.status, "unit": s.unit, "actor": s.actor, "note": s.note}
        | {"received_at": s.occurred_at, "due_at": made.promises.get(s.key)}
        for s in steps
    ]
    promised = made.reading.runs[0].due.due_at if made.reading.runs else None
    return _with_hand_overs(lines, promised)


def _with_hand_overs(lines: Sequence[dict[str, Any]], promised: datetime | None) -> list[PaperStep]:
    told: list[PaperStep] = []
    for place, line in enumerate(lines):
        promised = line["due_at"] or promised
        following = lines[place + 1]["received_at"] if place + 1 < len(lines) else None
        moments = {
            "received_at": _here(line["received_at"]),
            "handed_over_at": _maybe_here(following),
            "due_at": _maybe_here(promised),
        }
        told.append(PaperStep(**(line | moments)))
    return told


def _row(number: int, row: Dossier, applicant: Applicant | None, made: Register) -> RegisterRow:
    assert row.received_at is not None  # noqa: S101 - it was found by its receipt
    return RegisterRow(
        number=number,
        code=row.code,
        procedure=row.procedure,
        procedure_name=made.procedures[row.procedure],
        applicant=applicant.name if applicant else PURGED,
        address=applicant.address if applicant else None,
        phone=masked_number(applicant.phone) if applicant and applicant.phone else None,
        agency=row.agency,
        competent_agency=row.competent_agency,
        competent_name=made.names[row.competent_agency],
        channel=row.channel,
        received_at=_here(row.received_at),
        due_at=_maybe_here(row.due_at),
        done_at=_maybe_here(row.done_at),
        returned_at=_maybe_here(row.returned_at),
        return_mode=row.return_mode,
        status=row.status,
    )


def _applicant(applicant: Applicant) -> PaperApplicant:
    told = applicant.model_dump()
    number = applicant.id_number
    return PaperApplicant(**told | {"id_number": masked_number(number) if number else None})


def _agency(made: Paper, code: str) -> PaperAgency:
    return PaperAgency(code=code, name=made.names.get(code, code))


def _here(instant: datetime) -> datetime:
    return instant.astimezone(VIETNAM)


def _maybe_here(instant: datetime | None) -> datetime | None:
    return None if instant is None else instant.astimezone(VIETNAM)
