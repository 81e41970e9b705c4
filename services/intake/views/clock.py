"""How intake shows a dossier's clock."""

from datetime import datetime

from contracts.intake import (
    ClockExplanation,
    ClockLine,
    JudgementView,
    PauseView,
    SpentView,
    StageView,
)
from contracts.vocabulary import VIETNAM, PauseKind, TimeUnit
from services.intake import views
from services.intake.clock import explanation
from services.intake.clock.due import pause_of
from services.intake.clock.explanation import Explained
from services.intake.clock.on_time import Judged, Judgement, judgements
from services.intake.clock.reading import Pause
from services.intake.clock.stages import StageReading
from services.intake.commands.position import Standing, legs_of
from services.intake.tables import Dossier


def explain(row: Dossier, standing: Standing, as_of: datetime) -> ClockExplanation:
    """A dossier's clock at an instant, instants in Vietnam's time."""
    case, reading = standing.case, standing.case.reading
    judged = Judged(standing.position, reading, case.office, as_of)
    explained = Explained(
        case, standing.position, standing.violations, judgements(judged), as_of, legs_of(row)
    )
    run, used, due_at = explained.run, explanation.spent(explained), reading.due_at
    return ClockExplanation(
        code=row.code,
        as_of=as_of.astimezone(VIETNAM),
        status=standing.position.status,
        rule_set=reading.rules.name,
        decree=reading.rules.decree,
        calendar=case.office.calendar.edition,
        limit=reading.limit,
        started_at=_local(run.since if run else None),
        starts_on=run.due.starts_on if run else None,
        restarts=max(len(reading.runs) - 1, 0),
        due_at=_local(due_at),
        due_on=due_at.astimezone(VIETNAM).date() if due_at else None,
        statistical_due_at=_local(reading.statistical_due_at or due_at),
        projected_due_at=_local(explanation.projected_due(explained) or due_at),
        apologise_by=explanation.apologise_by(explained),
        answer_by=explanation.answer_by(explained),
        turn=explanation.turn(explained),
        spent=SpentView(used=used[0], allowed=used[1], unit=used[2]) if used else None,
        pauses=[_pause(pause, explained) for pause in reading.pauses],
        supplements=reading.supplements,
        reappointments=reading.reappointments,
        stages=[_stage(stage) for stage in case.stages],
        on_time=[_judgement(one) for one in explained.judgements],
        violations=[views.violation(one) for one in standing.violations],
        lines=[
            ClockLine(rule=line.rule, at=_local(line.at), text_vi=line.vi, text=line.en)
            for line in explanation.lines(explained)
        ],
    )


def _local(instant: datetime | None) -> datetime | None:
    return instant.astimezone(VIETNAM) if instant else None


def _judgement(one: Judgement) -> JudgementView:
    return JudgementView(
        definition=one.definition,
        timeliness=one.timeliness,
        end_at=_local(one.end_at),
        due_at=_local(one.due_at),
    )


def _pause(pause: Pause, explained: Explained) -> PauseView:
    reading, length = explained.case.reading, None
    if reading.limit is not None:
        unit = reading.limit.unit
        unit = TimeUnit.CALENDAR_DAY if unit is TimeUnit.MONTH else unit
        end = pause.until or explained.as_of
        length = explanation.units(pause_of(pause.since, end, unit, explained.case.office), unit)
    return PauseView(
        kind=pause.kind,
        since=pause.since.astimezone(VIETNAM),
        until=_local(pause.until),
        length=length,
        restarts=any(run.since == pause.until for run in reading.runs[1:])
        and pause.kind is not PauseKind.PAYMENT,
    )


def _stage(reading: StageReading) -> StageView:
    return StageView(
        id=reading.stage.id,
        agency=reading.stage.agency,
        limit=reading.stage.time_limit,
        after=list(reading.stage.after),
        started_at=_local(reading.started_at),
        due_at=_local(reading.due_at),
        done_at=_local(reading.done_at),
        late=reading.late,
    )
