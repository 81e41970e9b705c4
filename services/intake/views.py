"""How intake shows what it remembers."""

from collections.abc import Sequence

from contracts.intake import (
    AgencyPage,
    AgencyView,
    ClockView,
    DossierPage,
    DossierView,
    ProcedurePage,
    ProcedureView,
    ProgressAnswer,
    ProgressOutcome,
    TimeLimit,
    TimelineEntry,
    TimelineView,
)
from contracts.vocabulary import VIETNAM
from services.intake.commands import Filing
from services.intake.commands.procedures import content
from services.intake.tables import Agency, Dossier, Procedure, Step, Version


def dossier(row: Dossier) -> DossierView:
    """A dossier as its agency sees it, instants in Vietnam's time."""
    values = dict(row.__dict__)
    for name in ("submitted_at", "received_at", "due_at", "done_at", "returned_at"):
        if values[name] is not None:
            values[name] = values[name].astimezone(VIETNAM)
    values["clock"] = _clock(row)
    here = f"/v1/dossiers/{row.code}"
    values["links"] = {
        "self": here,
        "progress": f"{here}/progress",
        "timeline": f"{here}/timeline",
        "shipments": f"{here}/shipments",
        "rating_invitations": f"{here}/rating-invitations",
    }
    # The row passed the contract or the domain: it is not checked again.
    return DossierView.model_construct(**{name: values[name] for name in DossierView.model_fields})


def filing(filed: Filing) -> tuple[int, DossierView]:
    """201 for a new dossier, 200 for one that was filed before with the same content."""
    return (200 if filed.repeated else 201), dossier(filed.dossier)


def progress(reported: tuple[Dossier, list[str]]) -> tuple[int, ProgressAnswer]:
    """What became of each row."""
    row, outcomes = reported
    return 200, ProgressAnswer(
        items=[ProgressOutcome(outcome=outcome) for outcome in outcomes],
        status=row.status,
        revision=row.revision,
    )


def page(rows: Sequence[Dossier], limit: int) -> DossierPage:
    """A page of at most `limit` dossiers; one more row tells that there is another page."""
    shown = rows[:limit]
    following = shown[-1].code if len(rows) > limit else None
    return DossierPage(items=[dossier(row) for row in shown], next_cursor=following)


def timeline(code: str, steps: Sequence[Step]) -> TimelineView:
    """A dossier's steps."""
    return TimelineView(
        code=code, items=[TimelineEntry.model_validate(step.__dict__) for step in steps]
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
    )
