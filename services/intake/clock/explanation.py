"""A dossier's clock explained line by line (giải trình thời hạn): what people ask for most."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from contracts.labels import LABELS
from contracts.vocabulary import VIETNAM, Channel, PauseKind, TimeUnit, Turn
from services.intake.clock import words
from services.intake.clock.breaches import Case, Violation
from services.intake.clock.deadlines import answered_by, last_answer
from services.intake.clock.due import due, later, pause_of
from services.intake.clock.hours import vietnam_day
from services.intake.clock.on_time import Judgement
from services.intake.clock.post import (
    inbound_turn,
    leg_days,
    leg_lines,
    ready_before,
    result_turn,
    supplement_turn,
)
from services.intake.clock.reading import Pause, Run, StartReason, is_open
from services.intake.clock.rules import RULES, Rule
from services.intake.clock.words import Both, moment
from services.intake.domain.position import Position
from services.intake.domain.post import LegFacts
from services.intake.domain.statuses import DONE, SUBMITTED, WAITING


@dataclass(frozen=True)
class Line:
    """One line: the rule it rests on, the instant it is about, Vietnamese, English."""

    rule: Rule | None
    at: datetime | None
    vi: str
    en: str


@dataclass(frozen=True)
class Explained:
    """Everything an explanation is made of."""

    case: Case
    position: Position
    violations: list[Violation]
    judgements: list[Judgement]
    as_of: datetime
    legs: Sequence[LegFacts] = ()
    """What the post said of its items."""

    @property
    def run(self) -> Run | None:
        """The present run of the limit."""
        return self.case.reading.runs[-1] if self.case.reading.runs else None

    @property
    def measured_to(self) -> datetime:
        """Up to where the present run is measured: its pause, its end, else the instant asked for."""
        waiting = self.case.reading.waiting
        ends = (self.position.done_at, self.position.ended_at, waiting.since if waiting else None)
        return min([self.as_of, *filter(None, ends)])


def turn(explained: Explained) -> Turn:
    """Whose time it is: the post's before a dossier sent by post is received, and once its result is out."""
    status, filed = explained.position.status, explained.case.filed
    waiting = explained.case.reading.waiting
    if status in WAITING:
        return supplement_turn(explained.legs, waiting.since) if waiting else Turn.CITIZEN
    if status is SUBMITTED:
        return inbound_turn(explained.legs, filed.channel)
    if status is DONE:
        return result_turn(explained.legs, filed.return_mode)
    return Turn.AGENCY if is_open(status) else Turn.NOBODY


def projected_due(explained: Explained) -> datetime | None:
    """What would be promised if what the dossier waits for came at the instant asked for."""
    reading, office, now = explained.case.reading, explained.case.office, explained.as_of
    if explained.position.status is SUBMITTED and not reading.runs:
        return due(now, reading.limit, office).due_at
    waiting = reading.waiting
    if waiting is None or waiting.at_intake or explained.run is None or reading.due_at is None:
        return reading.due_at
    if waiting.kind is PauseKind.SUPPLEMENT and reading.rules.supplement_restarts:
        return due(now, reading.limit, office).due_at
    if reading.limit is None or not reading.rules.payment_pauses:
        return reading.due_at
    length = pause_of(waiting.since, now, reading.limit.unit, office)
    return later(reading.due_at, length, reading.limit.unit, office) if length else reading.due_at


def spent(explained: Explained) -> tuple[int, int | None, TimeUnit] | None:
    """Used and allowed units of the present run, the applicant's pauses taken out."""
    run, limit, office = explained.run, explained.case.reading.limit, explained.case.office
    if run is None or limit is None:
        return None
    unit = TimeUnit.CALENDAR_DAY if limit.unit is TimeUnit.MONTH else limit.unit
    end = explained.measured_to
    used = pause_of(run.since, end, unit, office)
    for pause in explained.case.reading.pauses:
        until = min(pause.until or end, end)
        if until > run.since and not pause.at_intake:
            used -= pause_of(max(pause.since, run.since), until, unit, office)
    allowed = None if limit.unit is TimeUnit.MONTH else limit.amount
    return units(max(used, timedelta()), unit), allowed, unit


def units(length: timedelta, unit: TimeUnit) -> int:
    """A length in whole units: hours for working hours, days otherwise."""
    if unit is TimeUnit.WORKING_HOUR:
        return int(length / timedelta(hours=1))
    return length.days


def apologise_by(explained: Explained) -> date | None:
    """The last day to appoint a new day: working days before the due day of a dossier still open."""
    reading = explained.case.reading
    if reading.due_on is None or not is_open(explained.position.status) or reading.waiting:
        return None
    calendar = explained.case.office.calendar
    return calendar.subtract_working_days(reading.due_on, reading.rules.apology_days)


def answer_by(explained: Explained) -> date | None:
    """The last day for the applicant to answer a request for papers, where the rules fix one."""
    reading = explained.case.reading
    days, waiting = reading.rules.answer_days, reading.waiting
    if days is None or waiting is None or waiting.kind is not PauseKind.SUPPLEMENT:
        return None
    return last_answer(waiting.since, days, explained.case.office)


def lines(explained: Explained) -> list[Line]:
    """The explanation, in the order one would tell it."""
    told = [
        *_beginning(explained),
        *_course(explained),
        *_by_post(explained),
        *_promise(explained),
        *_what_comes(explained),
    ]
    rules = explained.case.reading.rules
    for violation in explained.violations:
        vi, en = words.violation(violation)
        told.append(Line(violation.rule, violation.occurred_at, f"Vi phạm: {vi}", f"Breach: {en}"))
    return [
        Line(
            one.rule,
            one.at,
            one.vi + words.ground(one.rule, rules),
            one.en + words.ground(one.rule, rules),
        )
        for one in told
    ]


def _beginning(explained: Explained) -> Iterator[Line]:
    case, reading = explained.case, explained.case.reading
    rules = reading.rules
    yield Line(
        None,
        None,
        f"Áp dụng {rules.decree} (bộ quy tắc {rules.name}), theo ngày tiếp nhận",
        f"{rules.decree} applies (rule set {rules.name}), by the day of receipt",
    )
    if case.filed.submitted_at is not None and case.filed.channel is Channel.ONLINE:
        at = case.filed.submitted_at
        until = moment(answered_by(at, rules.acceptance_hours, case.office))
        yield Line(
            Rule.ACCEPTANCE,
            at,
            f"Nộp trực tuyến lúc {moment(at)}: cơ quan trả lời chậm nhất {until}",
            f"Filed online at {moment(at)}: the office answers by {until} at the latest",
        )
    if not reading.runs:
        yield Line(
            Rule.START,
            None,
            "Chưa được tiếp nhận: thời hạn chưa tính",
            "Not accepted yet: the limit does not run",
        )
    if reading.limit is None:
        yield Line(
            None,
            None,
            "Thủ tục không quy định thời hạn giải quyết",
            "The procedure states no time limit",
        )
    else:
        vi, en = words.limit(reading.limit)
        yield Line(None, None, f"Thời hạn giải quyết: {vi}", f"Time limit: {en}")


def _course(explained: Explained) -> Iterator[Line]:
    """Runs, pauses and appointments in the order they came."""
    reading = explained.case.reading
    told: list[tuple[datetime, int, Line]] = []
    told += [(run.since, 2, _of_run(run)) for run in reading.runs]
    told += [(pause.since, 1, _of_pause(pause, explained)) for pause in reading.pauses]
    for one in reading.appointments:
        due_at = moment(one.due_at)
        vi, en = f"Hẹn trả kết quả {due_at}", f"Promised in words for {due_at}"
        if one.again and one.too_late:
            before = moment(one.before) if one.before else "?"
            vi = f"Hẹn lại {due_at} khi hạn {before} đã qua: hạn không đổi"
            en = f"A new day, {due_at}, when {before} was past: the due moment stands"
        elif one.again:
            before = moment(one.before) if one.before else "?"
            vi = f"Xin lỗi và hẹn lại từ {before} sang {due_at}"
            en = f"Apology, and a new day: from {before} to {due_at}"
        rule = Rule.APOLOGY if one.again else Rule.START
        told.append((one.made_at, 3, Line(rule, one.made_at, vi, en)))
    yield from (line for _, _, line in sorted(told, key=lambda one: one[:2]))


def _of_run(run: Run) -> Line:
    first = words.day(run.due.starts_on)
    promised = moment(run.due.due_at) if run.due.due_at else None
    vi, en = (f", hạn {promised}", f", due {promised}") if promised else ("", "")
    if run.reason is StartReason.SUPPLEMENTED:
        return Line(
            Rule.SUPPLEMENT,
            run.since,
            f"Hồ sơ đủ lúc {moment(run.since)}: tính lại từ đầu, từ ngày {first}{vi}",
            f"Complete at {moment(run.since)}: starts anew, counted from {first}{en}",
        )
    return Line(
        Rule.START,
        run.since,
        f"Tiếp nhận lúc {moment(run.since)}: tính từ ngày {first}{vi}",
        f"Accepted at {moment(run.since)}: counted from {first}{en}",
    )


_PAUSED: dict[PauseKind, Both] = {
    PauseKind.SUPPLEMENT: ("Yêu cầu bổ sung hồ sơ", "Papers were asked for"),
    PauseKind.PAYMENT: ("Chờ thực hiện nghĩa vụ tài chính", "Waiting for a payment"),
    PauseKind.CLOSED: ("Hồ sơ kết thúc", "The dossier ended"),
}


def _of_pause(pause: Pause, explained: Explained) -> Line:
    vi, en = _PAUSED[pause.kind]
    reading = explained.case.reading
    if pause.kind is PauseKind.CLOSED and pause.until is None:
        at = moment(pause.since)
        return Line(None, pause.since, f"{vi} lúc {at}", f"{en} at {at}")
    until_vi, until_en = "đến nay", "until now"
    if pause.until is not None:
        until_vi, until_en = f"đến {moment(pause.until)}", f"until {moment(pause.until)}"
    length: Both = ("", "")
    if reading.limit is not None and not pause.at_intake:
        unit = TimeUnit.CALENDAR_DAY if reading.limit.unit is TimeUnit.MONTH else reading.limit.unit
        end = pause.until or explained.as_of
        count = units(pause_of(pause.since, end, unit, explained.case.office), unit)
        days_vi, days_en = words.amount(count, unit)
        length = (f": {days_vi}", f": {days_en}")
    rule = Rule.SUPPLEMENT if pause.kind is PauseKind.SUPPLEMENT else None
    since = moment(pause.since)
    return Line(
        rule,
        pause.since,
        f"{vi} từ {since} {until_vi}{length[0]}",
        f"{en} from {since} {until_en}{length[1]}",
    )


def _by_post(explained: Explained) -> Iterator[Line]:
    """The post's part, leg by leg: whose time it was."""
    place, reading = explained.position, explained.case.reading
    for leg in explained.legs:
        ready_at = ready_before(leg, explained.legs, place.done_at, place.received_at)
        days = leg_days(leg, ready_at=ready_at, due_on=reading.due_on, until=explained.as_of)
        for at, vi, en in leg_lines(leg, days, explained.as_of):
            yield Line(None, at, vi, en)


def _promise(explained: Explained) -> Iterator[Line]:
    reading = explained.case.reading
    used = spent(explained)
    if used is not None:
        count, allowed, unit = used
        vi, en = words.amount(count, unit)
        of_vi, of_en = words.amount(allowed, unit) if allowed is not None else ("", "")
        vi, en = f"Đã dùng {vi}", f"{en} used"
        if allowed is not None:
            vi, en = f"{vi} trên {of_vi}", f"{en} of {of_en}"
        yield Line(None, explained.measured_to, vi, en)
    if reading.due_at is not None:
        due_at = moment(reading.due_at)
        yield Line(Rule.START, reading.due_at, f"Hạn trả kết quả: {due_at}", f"Due: {due_at}")
    counted = reading.statistical_due_at
    if counted is not None and counted != reading.due_at:
        yield Line(
            None,
            counted,
            f"Theo cách tính thống kê (trừ thời gian chờ người nộp): {moment(counted)}",
            f"As statistics count it (the applicant's time taken out): {moment(counted)}",
        )


def _what_comes(explained: Explained) -> Iterator[Line]:
    projected, waiting = projected_due(explained), explained.case.reading.waiting
    if waiting is not None and not waiting.at_intake and projected is not None:
        yield Line(
            Rule.SUPPLEMENT if waiting.kind is PauseKind.SUPPLEMENT else None,
            projected,
            f"Nếu hoàn thành lúc {moment(explained.as_of)}: hạn mới {moment(projected)}",
            f"If completed at {moment(explained.as_of)}: due {moment(projected)}",
        )
    answer = answer_by(explained)
    if answer is not None:
        told = words.day(answer)
        yield Line(
            Rule.NO_ANSWER,
            None,
            f"Người nộp trả lời chậm nhất ngày {told}, sau đó hồ sơ được đóng",
            f"The applicant answers by {told}; after that the dossier may be closed",
        )
    apology = apologise_by(explained)
    if apology is not None:
        told = words.day(apology)
        yield Line(
            Rule.APOLOGY,
            None,
            f"Nếu không kịp: xin lỗi và hẹn lại chậm nhất ngày {told}",
            f"If it cannot be kept: apology and a new day by {told}",
        )
    yield from _duties(explained)
    vi, en = LABELS[Turn][turn(explained)]
    yield Line(None, None, f"Thời gian hiện tính cho: {vi}", f"Whose time it is now: {en}")


def _duties(explained: Explained) -> Iterator[Line]:
    """What rules ask for that no report shows: told, not judged."""
    case, reading = explained.case, explained.case.reading
    done_at, due_on = explained.position.done_at, reading.due_on
    if explained.position.status is DONE and done_at and due_on and vietnam_day(done_at) < due_on:
        vi, en = RULES[Rule.EARLY_RETURN]
        yield Line(Rule.EARLY_RETURN, done_at, vi, en)
    hours = reading.rules.fee_hours
    paid = [p.until for p in reading.pauses if p.kind is PauseKind.PAYMENT and p.answered]
    if hours is not None and paid and paid[-1] is not None:
        until = case.office.hours.advance(paid[-1], timedelta(hours=hours), case.office.calendar)
        yield Line(
            Rule.FEES,
            until.astimezone(VIETNAM),
            f"Phí, lệ phí đã nộp chuyển vào ngân sách chậm nhất {moment(until)}",
            f"The fee paid reaches the budget by {moment(until)}",
        )
