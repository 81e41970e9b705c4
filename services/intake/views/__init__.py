"""How intake shows what it remembers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from contracts.intake import (
    AgencyPage,
    AgencyView,
    AmendmentView,
    ClockView,
    DossierPage,
    DossierView,
    FoundDossier,
    FoundPage,
    HoldingView,
    LegalHoldView,
    MaskedApplicant,
    ProcedurePage,
    ProcedureView,
    ProgressAnswer,
    ProgressOutcome,
    TimeLimit,
    TimelineEntry,
    TimelineView,
    ViolationView,
)
from contracts.masking import masked_number
from contracts.vocabulary import VIETNAM
from services.intake import domain
from services.intake.clock import words
from services.intake.clock.breaches import Violation
from services.intake.commands import Filing
from services.intake.commands.amending import Amended
from services.intake.commands.personal import LegibleStep
from services.intake.commands.position import filed_of, violation_of
from services.intake.commands.post import POST
from services.intake.commands.procedures import content
from services.intake.commands.search import Found
from services.intake.tables import Agency, Amendment, Dossier, LegalHold, Procedure, Version
from services.intake.views.post import by_post

INSTANTS = (
    *("submitted_at", "received_at", "due_at", "done_at", "returned_at", "ended_at"),
    "purged_at",
)
"""Instants of a dossier that are shown in Vietnam's time."""


def dossier(row: Dossier) -> DossierView:
    """A dossier as its agency sees it, instants in Vietnam's time."""
    values = dict(row.__dict__)
    for name in INSTANTS:
        if values[name] is not None:
            values[name] = values[name].astimezone(VIETNAM)
    values["clock"] = _clock(row)
    values |= by_post(row)
    values["violations"] = [violation(violation_of(one)) for one in row.violations]
    here = f"/v1/dossiers/{row.code}"
    values["links"] = {
        "self": here,
        "progress": f"{here}/progress",
        "timeline": f"{here}/timeline",
        "clock": f"{here}/clock",
        "shipments": f"{here}/shipments",
        "rating_invitations": f"{here}/rating-invitations",
    }
    # The row passed the contract or the domain: it is not checked again.
    return DossierView.model_construct(**{name: values[name] for name in DossierView.model_fields})


def filing(filed: Filing) -> tuple[int, DossierView]:
    """201 for a new dossier, 200 for one that was filed before with the same content.

    Raises the refusal of one that was filed with another.
    """
    if filed.refused is not None:
        raise filed.refused
    return (200 if filed.repeated else 201), dossier(filed.dossier)


def progress(reported: tuple[Dossier, list[str]]) -> tuple[int, ProgressAnswer]:
    """What became of each row."""
    row, outcomes = reported
    return 200, ProgressAnswer(
        items=[ProgressOutcome(outcome=outcome) for outcome in outcomes],
        status=row.status,
        revision=row.revision,
    )


def page(rows: Sequence[Dossier], limit: int, total: int | None = None) -> DossierPage:
    """A page of at most `limit` dossiers; one more row tells that there is another page."""
    shown = rows[:limit]
    following = shown[-1].code if len(rows) > limit else None
    items = [dossier(row) for row in shown]
    return DossierPage(items=items, next_cursor=following, total=total)


def amended(told: Amended) -> tuple[int, DossierView]:
    """A dossier as it stands after an amendment."""
    return 200, dossier(told.dossier)


def timeline(
    row: Dossier, steps: Sequence[LegibleStep], amendments: Sequence[Amendment] = ()
) -> TimelineView:
    """A dossier's steps, which agencies had it, and its amendments, instants in Vietnam's time."""
    told = [
        domain.Step(s.status, s.occurred_at, s.due_at, s.key, s.agency)
        for s in steps
        if s.recorded_by != POST
    ]
    held = domain.holdings(told, filed_of(row))
    return TimelineView(
        code=row.code,
        items=entries(steps),
        holdings=[HoldingView.model_validate(_in_vietnam(one)) for one in held],
        amendments=[AmendmentView.model_validate(_in_vietnam(one)) for one in amendments],
    )


def entries(steps: Sequence[LegibleStep]) -> list[TimelineEntry]:
    """Steps as a timeline shows them."""
    withdrawn = {step.withdraws for step in steps if step.withdraws}
    return [
        TimelineEntry.model_validate(
            _in_vietnam(step)
            | {
                "source": "post" if step.recorded_by == POST else "office",
                "withdrawn": step.key in withdrawn,
                "withdraws": step.withdraws is not None,
            }
        )
        for step in steps
    ]


def _in_vietnam(told: object) -> dict[str, Any]:
    return {
        name: value.astimezone(VIETNAM) if isinstance(value, datetime) else value
        for name, value in vars(told).items()
    }


def violation(told: Violation) -> ViolationView:
    """A violation, in words."""
    vi, en = words.violation(told)
    return ViolationView(
        code=told.breach,
        rule=told.rule,
        occurred_at=told.occurred_at.astimezone(VIETNAM),
        before=told.before,
        after=told.after,
        allowed_until=told.allowed_until and told.allowed_until.astimezone(VIETNAM),
        allowed_on=told.allowed_on,
        text_vi=vi,
        text=en,
    )


def agencies(rows: Sequence[Agency], limit: int) -> AgencyPage:
    """A page of at most `limit` agencies; one more row tells that there is another page."""
    shown = [AgencyView.model_validate(row) for row in rows[:limit]]
    return AgencyPage(items=shown, next_cursor=shown[-1].code if len(rows) > limit else None)


def procedure(newest: Procedure, version: Version) -> ProcedureView:
    """A procedure in one of its versions."""
    told = {"code": newest.code, "version": version.version, "valid_from": version.valid_from}
    return ProcedureView.model_validate(content(version) | told)


def procedures(found: Sequence[tuple[Procedure, Version]], limit: int) -> ProcedurePage:
    """A page of at most `limit` procedures; one more tells that there is another page."""
    shown = [procedure(*one) for one in found[:limit]]
    return ProcedurePage(items=shown, next_cursor=shown[-1].code if len(found) > limit else None)


def found(page: Found) -> FoundPage:
    """A page of found dossiers, numbers masked."""
    items = [
        FoundDossier(**dict(dossier(row)), applicant_masked=masked(applicant))
        for row, applicant in page.items
    ]
    return FoundPage(items=items, next_cursor=items[-1].code if page.more else None)


def masked(applicant: Mapping[str, Any]) -> MaskedApplicant:
    """An applicant by name, with the last three digits of numbers."""
    shown = {
        name: masked_number(applicant[name]) for name in ("id_number", "phone") if name in applicant
    }
    return MaskedApplicant(kind=applicant["kind"], name=applicant["name"], **shown)


def legal_hold(code: str, hold: LegalHold | None) -> LegalHoldView:
    """Whether a dossier is held back, and why."""
    if hold is None:
        return LegalHoldView(code=code, held=False)
    since = hold.set_at.astimezone(VIETNAM)
    return LegalHoldView(code=code, held=True, reason=hold.reason, set_at=since)


def _clock(row: Dossier) -> ClockView:
    limit = None
    if row.limit_amount is not None and row.limit_unit is not None:
        limit = TimeLimit.model_construct(amount=row.limit_amount, unit=row.limit_unit)
    return ClockView.model_construct(
        rule_set=row.rule_set,
        starts_on=row.starts_on,
        limit=limit,
        due_on=row.due_on,
        calendar=row.calendar,
        paused_since=row.paused_since and row.paused_since.astimezone(VIETNAM),
        statistical_due_at=row.statistical_due_at and row.statistical_due_at.astimezone(VIETNAM),
    )
