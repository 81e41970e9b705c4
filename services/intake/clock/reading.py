"""How long a dossier has run, by the law and for statistics, read from one and the same way of it.

By the law the limit starts anew when papers are complete (tính lại từ đầu); statistics take the time of
the applicant out of the time elapsed. Both are read from the same pauses, so neither has to be stored.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from contracts.intake import TimeLimit
from contracts.vocabulary import DossierStatus, PauseKind, TimeUnit
from services.intake.clock.deadlines import is_past
from services.intake.clock.due import Due, Office, due, later, pause_of
from services.intake.clock.hours import vietnam_day
from services.intake.clock.rules import RULE_SETS, RuleSet, rule_set_on
from services.intake.domain.statuses import ACCEPTED, ENDED, WAITING, WAITING_SUPPLEMENT
from services.intake.domain.walk import Filed, Passage

OfficeKnown = Callable[[datetime | None], Office]
"""How the office counted as far as was known at an instant; None: now. A promise stands as it was made."""


class StartReason(StrEnum):
    """Why the limit runs from an instant."""

    ACCEPTED = "accepted"
    SUPPLEMENTED = "supplemented"


@dataclass(frozen=True)
class Pause:
    """A stretch in which the time is not the agency's."""

    kind: PauseKind
    since: datetime
    until: datetime | None
    """None while it lasts."""
    answered: bool
    """Whether it ended with what was waited for; not so when the dossier was ended instead."""
    at_intake: bool = False
    """Asked before acceptance, when the limit does not run yet."""


@dataclass(frozen=True)
class Run:
    """One run of the limit (lần tính thời hạn): from acceptance, or anew from complete papers."""

    since: datetime
    reason: StartReason
    due: Due
    """As promised at its start, without the pauses in it."""
    known_at: datetime | None


@dataclass(frozen=True)
class Appointment:
    """A moment promised in words, over the computed one (ngày hẹn trả, hẹn lại)."""

    made_at: datetime
    before: datetime | None
    """What was promised until then."""
    due_at: datetime
    again: bool
    """Whether it puts off a promise in force (hẹn lại), rather than being the promise of a new run."""
    too_late: bool = False
    """Made when the promise was past already: it is told, and mends nothing."""


@dataclass(frozen=True)
class Reading:
    """A dossier's clock as its passages set it."""

    rules: RuleSet
    limit: TimeLimit | None
    runs: tuple[Run, ...] = ()
    pauses: tuple[Pause, ...] = ()
    appointments: tuple[Appointment, ...] = ()
    due_at: datetime | None = None
    """By the law: the promised moment, or the last one promised while the applicant is waited for."""
    statistical_due_at: datetime | None = None
    """For statistics: the first promise, later by every pause; a new appointment stands."""
    promised: tuple[datetime | None, ...] = field(default=(), repr=False)
    """What was promised by the law when each passage came, before it took effect."""

    @property
    def due_on(self) -> date | None:
        """The promised day in Vietnam."""
        return vietnam_day(self.due_at) if self.due_at else None

    @property
    def waiting(self) -> Pause | None:
        """What the applicant is waited for with."""
        last = self.pauses[-1] if self.pauses else None
        return last if last and last.until is None and last.kind is not PauseKind.CLOSED else None

    @property
    def supplements(self) -> int:
        """How often papers were asked for, at intake or later."""
        return sum(pause.kind is PauseKind.SUPPLEMENT for pause in self.pauses)

    @property
    def reappointments(self) -> int:
        """How often a promise in force was moved."""
        return sum(appointment.again for appointment in self.appointments)


def read(
    passages: Sequence[Passage],
    filed: Filed,
    limit: TimeLimit | None,
    office_known: OfficeKnown,
    rule_sets: Sequence[RuleSet] = RULE_SETS,
) -> Reading:
    """Read a dossier's clock from its passages.

    The rule set is that of the day of acceptance, or of submission until then. `limit` is the one pinned
    at filing. A dossier that was never accepted has no run and no due moment but an appointed one.
    """
    received_at = filed.received_at or next(
        (p.at for p in passages if p.step.status is ACCEPTED and p.step.stage is None), None
    )
    started_at = received_at or filed.submitted_at or filed.filed_at
    day = vietnam_day(started_at) if started_at else vietnam_day(passages[0].at)
    hand = _Hand(rule_set_on(day, rule_sets), filed, limit, office_known)
    for passage in passages:
        hand.take(passage)
    hand.receive(at_intake=False)
    return hand.reading()


class _Hand:
    """The hand of the clock: takes one passage after the other."""

    def __init__(
        self, rules: RuleSet, filed: Filed, limit: TimeLimit | None, known: OfficeKnown
    ) -> None:
        self.rules, self.filed, self.limit, self.known = rules, filed, limit, known
        self.runs: list[Run] = []
        self.pauses: list[Pause] = []
        self.appointments: list[Appointment] = []
        self.promised: list[datetime | None] = []
        self.appointed: Appointment | None = None
        """The appointment the present promise rests on, if it was not computed."""
        self.due_at: datetime | None = None

    def take(self, passage: Passage) -> None:
        """Move by a passage."""
        self.receive(at_intake=passage.at_intake)
        self.promised.append(self.due_at)
        fresh = passage.after in WAITING or (passage.step.status is ACCEPTED and passage.moved)
        if not self.runs and passage.step.status is ACCEPTED and passage.step.stage is None:
            self._start(passage.at, passage.step.recorded_at)
            fresh = True
        if passage.moved:
            fresh = self._move(passage) or fresh
        if passage.step.due_at is not None:
            self._appoint(passage.at, passage.step.due_at, fresh=fresh)

    def receive(self, *, at_intake: bool) -> None:
        """Start by the receipt the filing told, once what came before it is over."""
        if self.filed.received_at is not None and not self.runs and not at_intake:
            self._start(self.filed.received_at, self.filed.filed_at)

    def reading(self) -> Reading:
        """What was read."""
        return Reading(
            rules=self.rules,
            limit=self.limit,
            runs=tuple(self.runs),
            pauses=tuple(self.pauses),
            appointments=tuple(self.appointments),
            due_at=self.due_at,
            statistical_due_at=self._statistical(),
            promised=tuple(self.promised),
        )

    def _start(self, since: datetime, known_at: datetime | None, *, anew: bool = False) -> None:
        reason = StartReason.SUPPLEMENTED if anew else StartReason.ACCEPTED
        promised = due(since, self.limit, self.known(known_at))
        self.runs.append(Run(since, reason, promised, known_at))
        self.appointed, self.due_at = None, promised.due_at

    def _move(self, passage: Passage) -> bool:
        """End and begin pauses; whether one ended so that the dossier goes on."""
        goes_on = False
        if self.pauses and self.pauses[-1].until is None:
            goes_on = passage.after not in ENDED
            self._end(self.pauses[-1], passage, answered=goes_on)
        if passage.after in WAITING:
            supplement = passage.after is WAITING_SUPPLEMENT
            kind = PauseKind.SUPPLEMENT if supplement else PauseKind.PAYMENT
            at_intake = passage.at_intake or not self.runs
            self.pauses.append(Pause(kind, passage.at, None, answered=False, at_intake=at_intake))
        elif passage.after in ENDED and self.runs:
            self.pauses.append(Pause(PauseKind.CLOSED, passage.at, None, answered=False))
        return goes_on

    def _end(self, pause: Pause, passage: Passage, *, answered: bool) -> None:
        before = self.pauses[-2] if len(self.pauses) > 1 else None
        self.pauses[-1] = replace(pause, until=passage.at, answered=answered)
        if not answered or pause.at_intake or not self.runs:
            return
        # Closed for want of papers and then reopened: the papers have come.
        reopened = pause.kind is PauseKind.CLOSED and _unanswered(before)
        asked = pause.kind is PauseKind.SUPPLEMENT or reopened
        if asked and self.rules.supplement_restarts:
            promised = self.appointed
            self._start(passage.at, passage.step.recorded_at, anew=True)
            if promised is not None and promised.made_at >= pause.since:
                # Told with the request: the promise for when the papers have come.
                self.appointed = replace(promised, made_at=passage.at)
                self.due_at = promised.due_at
        elif self.appointed is not None:
            self.due_at = self._later(self.appointed, self.runs[-1])
        else:
            self.due_at = self._paused_due(self.runs[-1], self.runs[-1].since)

    def _paused_due(self, run: Run, since: datetime) -> datetime | None:
        """The due moment of a run, later by the pauses from an instant on."""
        length = self._paused(run, since)
        return due(run.since, self.limit, self.known(run.known_at), paused=length).due_at

    def _later(self, appointment: Appointment, run: Run) -> datetime:
        """An appointed moment, later by the pauses since it was made."""
        length = self._paused(run, appointment.made_at)
        if not length or self.limit is None:
            return appointment.due_at
        return later(appointment.due_at, length, self.limit.unit, self.known(run.known_at))

    def _paused(self, run: Run, since: datetime) -> timedelta:
        if self.limit is None:
            return timedelta()
        office, unit = self.known(run.known_at), self.limit.unit
        stretches = [
            pause_of(max(pause.since, since), pause.until, unit, office)
            for pause in self.pauses
            if pause.until is not None and pause.until > since and self._counts(pause)
        ]
        return sum(stretches, timedelta())

    def _counts(self, pause: Pause) -> bool:
        paid = pause.kind is PauseKind.PAYMENT
        return not pause.at_intake and (self.rules.payment_pauses or not paid)

    def _appoint(self, made_at: datetime, due_at: datetime, *, fresh: bool) -> None:
        if not fresh and self._keeps(due_at):
            return
        again = not fresh and self.due_at is not None
        unit = self.limit.unit if self.limit else None
        too_late = again and is_past(made_at, self.due_at, unit)
        told = Appointment(made_at, self.due_at, due_at, again, too_late)
        self.appointments.append(told)
        if not too_late:
            self.appointed, self.due_at = told, due_at

    def _keeps(self, due_at: datetime) -> bool:
        """Whether a moment puts off nothing: what is promised already, or an earlier day of the office's own.

        Of a day's limit the day alone matters.
        """
        if self.due_at is None:
            return False
        if self.limit is not None and self.limit.unit is TimeUnit.WORKING_HOUR:
            return due_at <= self.due_at
        return vietnam_day(due_at) <= vietnam_day(self.due_at)

    def _statistical(self) -> datetime | None:
        if not self.runs or (not self.pauses and not self.appointments):
            return self.due_at
        run = self.runs[0]
        again = [one for one in self.appointments if one.again and not one.too_late]
        if again:
            return self._later(again[-1], run)
        anew = self.runs[1].since if len(self.runs) > 1 else None
        begun = self.runs[0].since
        asked = [one.since for one in self.pauses if one.since >= begun]
        until = min([*asked, *([anew] if anew else [])], default=None)
        worded = [
            one
            for one in self.appointments
            if not one.again and (until is None or one.made_at < until)
        ]
        return self._later(worded[-1], run) if worded else self._paused_due(run, run.since)


def _unanswered(pause: Pause | None) -> bool:
    return pause is not None and pause.kind is PauseKind.SUPPLEMENT and not pause.answered


def is_open(status: DossierStatus) -> bool:
    """Whether somebody still has to do something before there is a result."""
    return status not in ENDED and status not in {DossierStatus.DONE, DossierStatus.RETURNED}
