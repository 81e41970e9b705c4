"""Where what was reported left the rules (vi phạm): each with its rule, none of them refused or repaired.

The figures are those of the rule set of the dossier's acceptance. Where a decree fixes none there is
nothing to break.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from contracts.vocabulary import Breach, Channel, DossierStatus, PauseKind
from services.intake.clock.deadlines import answered_by, last_answer
from services.intake.clock.due import Office
from services.intake.clock.hours import vietnam_day
from services.intake.clock.reading import Reading
from services.intake.clock.rules import Rule
from services.intake.clock.stages import StageReading
from services.intake.domain.moves import Happening
from services.intake.domain.statuses import PROCESSING, SUBMITTED
from services.intake.domain.walk import Filed, Passage

RULE_OF: dict[Breach, Rule] = {
    Breach.LATE_ACCEPTANCE: Rule.ACCEPTANCE,
    Breach.LATE_FORWARDING: Rule.FORWARDING,
    Breach.LATE_SUPPLEMENT_REQUEST: Rule.SUPPLEMENT,
    Breach.SECOND_SUPPLEMENT: Rule.SUPPLEMENT,
    Breach.CLOSED_EARLY: Rule.NO_ANSWER,
    Breach.LATE_REFUSAL: Rule.REFUSAL,
    Breach.LATE_APOLOGY: Rule.APOLOGY,
    Breach.SECOND_REAPPOINTMENT: Rule.APOLOGY,
    Breach.LATE_STAGE: Rule.STAGES,
    Breach.LATE_HANDOVER: Rule.HANDOVER,
    Breach.WITHDRAWN_AFTER_DECISION: Rule.WITHDRAWAL,
    Breach.LATE_CORRECTION: Rule.CORRECTION,
    Breach.OTHER_PORTAL: Rule.CHANNELS,
}
"""The rule each breach is of; those left out are of no clock rule."""

FIRST_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Violation:
    """One breach, and where it shows."""

    breach: Breach
    occurred_at: datetime
    before: DossierStatus | None = None
    after: DossierStatus | None = None
    allowed_until: datetime | None = None
    """Until when it would have been in order; None where time is not what was broken."""
    allowed_on: date | None = None
    """The last day on which it would have been in order, where days count."""

    @property
    def rule(self) -> Rule | None:
        """The clock rule that was broken."""
        return RULE_OF.get(self.breach)


@dataclass(frozen=True)
class Case:
    """Everything that is judged: the way, the filing, the clock, the stages, how the office counts."""

    passages: Sequence[Passage]
    filed: Filed
    reading: Reading
    stages: Sequence[StageReading]
    office: Office


def violations(case: Case, others: Sequence[Violation] = ()) -> list[Violation]:
    """The violations of a dossier, oldest first; `others` are those that its way does not show."""
    # A filing alone shows no more than how soon it was answered; there are many of them.
    judges = _JUDGES if any(p.step.key for p in case.passages) else (_acceptance,)
    found = [violation for judge in judges for violation in judge(case)]
    if not found and not others:
        return []
    return sorted([*found, *others], key=lambda one: (one.occurred_at, one.breach))


def _unexpected(case: Case) -> Iterator[Violation]:
    for passage in case.passages:
        at_once = _is(passage, Happening.SETTLE_AT_ONCE) and passage.before is SUBMITTED
        if (passage.moved and passage.move is None) or (at_once and not case.filed.same_day):
            yield _of(Breach.UNEXPECTED_MOVE, passage)
        elif passage.move is not None and Breach.REOPENED in passage.move.guard:
            yield _of(Breach.REOPENED, passage)


def _acceptance(case: Case) -> Iterator[Violation]:
    filed, rules = case.filed, case.reading.rules
    if filed.channel is not Channel.ONLINE:
        return
    answers = [p for p in case.passages if p.moved and p.before is SUBMITTED]
    if not answers:
        return
    answer = min(answers, key=lambda passage: passage.at)
    if filed.submitted_at is not None:
        allowed = answered_by(filed.submitted_at, rules.acceptance_hours, case.office)
        if answer.at > allowed:
            yield replace(_of(Breach.LATE_ACCEPTANCE, answer), allowed_until=allowed)
    since = rules.sole_portal_since
    if filed.national_portal is False and since is not None and vietnam_day(answer.at) >= since:
        yield _of(Breach.OTHER_PORTAL, answer)


def _forwarding(case: Case) -> Iterator[Violation]:
    if not case.reading.runs:
        return
    received_at = case.reading.runs[0].since
    told = (p for p in case.passages if _is(p, Happening.FORWARD) and p.step.status is PROCESSING)
    passage = next(told, None)
    if passage is None or case.filed.channel is not Channel.COUNTER:
        return
    allowed = _forwarded_by(received_at, case)
    if passage.at > allowed:
        yield replace(_of(Breach.LATE_FORWARDING, passage), allowed_until=allowed)


def _forwarded_by(received_at: datetime, case: Case) -> datetime:
    """The end of the day's hours, or the first hour of the next working day for what came late."""
    hours, calendar = case.office.hours, case.office.calendar
    opening = hours.opening(received_at, calendar)
    cutoff = opening.replace(
        hour=case.reading.rules.forwarding_cutoff.hour,
        minute=case.reading.rules.forwarding_cutoff.minute,
    )
    if opening.date() == vietnam_day(received_at) and opening < cutoff:
        return opening.replace(hour=hours.closes_at.hour, minute=hours.closes_at.minute)
    if opening.date() == vietnam_day(received_at):
        tomorrow = calendar.next_working(opening.date() + timedelta(days=1))
        opening = datetime.combine(tomorrow, hours.sessions[0][0], opening.tzinfo)
    return hours.advance(opening, FIRST_HOUR, calendar)


def _supplements(case: Case) -> Iterator[Violation]:
    rules, asked = case.reading.rules, 0
    for passage in case.passages:
        if not passage.moved or passage.after is not DossierStatus.WAITING_SUPPLEMENT:
            continue
        asked += 1
        if rules.supplements is not None and asked > rules.supplements:
            yield _of(Breach.SECOND_SUPPLEMENT, passage)
        elif not passage.at_intake and case.reading.runs:
            run = [r for r in case.reading.runs if r.since <= passage.at] or case.reading.runs[:1]
            allowed = case.office.calendar.add_working_days(
                vietnam_day(run[-1].since), rules.supplement_days
            )
            yield from _after(allowed, Breach.LATE_SUPPLEMENT_REQUEST, passage)


def _closing(case: Case) -> Iterator[Violation]:
    days = case.reading.rules.answer_days
    asked = [p for p in case.reading.pauses if p.kind is PauseKind.SUPPLEMENT]
    for passage in case.passages:
        if days is None or not _is(passage, Happening.CLOSE_UNANSWERED):
            continue
        since = next(p.since for p in asked if p.until == passage.at)
        last = last_answer(since, days, case.office)
        if vietnam_day(passage.at) <= last:
            yield replace(_of(Breach.CLOSED_EARLY, passage), allowed_on=last)


def _refusals(case: Case) -> Iterator[Violation]:
    for passage, promised in zip(case.passages, case.reading.promised, strict=True):
        if _is(passage, Happening.FIND_INELIGIBLE) and promised is not None:
            yield from _after(vietnam_day(promised), Breach.LATE_REFUSAL, passage)


def _appointments(case: Case) -> Iterator[Violation]:
    rules = case.reading.rules
    moved = [one for one in case.reading.appointments if one.again]
    for place, one in enumerate(moved):
        if rules.reappointments is not None and place >= rules.reappointments:
            yield Violation(Breach.SECOND_REAPPOINTMENT, one.made_at)
        if one.before is not None:
            allowed = case.office.calendar.subtract_working_days(
                vietnam_day(one.before), rules.apology_days
            )
            if vietnam_day(one.made_at) > allowed:
                yield Violation(Breach.LATE_APOLOGY, one.made_at, allowed_on=allowed)


def _stages(case: Case) -> Iterator[Violation]:
    for stage in case.stages:
        if stage.late and stage.done_at is not None:
            yield Violation(Breach.LATE_STAGE, stage.done_at, allowed_until=stage.due_at)


def _handover(case: Case) -> Iterator[Violation]:
    filed, days = case.filed, case.reading.rules.handover_days
    if days is None or not case.reading.runs or filed.competent_agency == filed.agency:
        return
    received_on = vietnam_day(case.reading.runs[0].since)
    told = [p for p in case.passages if p.step.agency == filed.competent_agency]
    # Where nobody says who has it, that work on it began is the best there is.
    begun = [p for p in case.passages if _is(p, Happening.FORWARD)]
    handed = next(iter(told or begun), None)
    if handed is not None:
        allowed = case.office.calendar.add_working_days(received_on, days)
        yield from _after(allowed, Breach.LATE_HANDOVER, handed)


def _withdrawals(case: Case) -> Iterator[Violation]:
    for passage in case.passages:
        fixed = Rule.WITHDRAWAL in case.reading.rules.grounds
        guard = passage.move.guard if passage.move is not None else ()
        if fixed and Breach.WITHDRAWN_AFTER_DECISION in guard:
            yield _of(Breach.WITHDRAWN_AFTER_DECISION, passage)


def _corrections(case: Case) -> Iterator[Violation]:
    days = case.reading.rules.correction_days
    found_on: date | None = None
    for passage in case.passages:
        if _is(passage, Happening.FIND_ERROR):
            found_on = vietnam_day(passage.at)
        elif found_on is not None and days and passage.moved and passage.after in _RESULT:
            allowed = case.office.calendar.add_working_days(found_on, days)
            yield from _after(allowed, Breach.LATE_CORRECTION, passage)
            found_on = None


def _dates(case: Case) -> Iterator[Violation]:
    """Work dated before the receipt's day, and anything dated after the day it was told on."""
    received_at = case.reading.runs[0].since if case.reading.runs else None
    for passage in case.passages:
        day, recorded_at = vietnam_day(passage.at), passage.step.recorded_at
        early = received_at is not None and not passage.at_intake and day < vietnam_day(received_at)
        if early or (recorded_at is not None and day > vietnam_day(recorded_at)):
            yield _of(Breach.IMPOSSIBLE_DATE, passage)


_RESULT = frozenset({DossierStatus.DONE, DossierStatus.RETURNED})

_JUDGES: tuple[Callable[[Case], Iterator[Violation]], ...] = (
    _unexpected,
    _dates,
    _acceptance,
    _forwarding,
    _supplements,
    _closing,
    _refusals,
    _appointments,
    _stages,
    _handover,
    _withdrawals,
    _corrections,
)


def _is(passage: Passage, event: Happening) -> bool:
    return passage.move is not None and passage.move.event is event


def _of(breach: Breach, passage: Passage) -> Violation:
    return Violation(breach, passage.at, passage.before, passage.after)


def _after(allowed: date, breach: Breach, passage: Passage) -> Iterator[Violation]:
    if vietnam_day(passage.at) > allowed:
        yield replace(_of(breach, passage), allowed_on=allowed)
