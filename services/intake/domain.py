"""What a dossier's steps mean: national codes, legal moves, its position, its keys. Values only."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from contracts.vocabulary import DossierStatus

SUBMITTED = DossierStatus.SUBMITTED
ACCEPTED = DossierStatus.ACCEPTED
REFUSED = DossierStatus.REFUSED
PROCESSING = DossierStatus.PROCESSING
WAITING_SUPPLEMENT = DossierStatus.WAITING_SUPPLEMENT
WAITING_PAYMENT = DossierStatus.WAITING_PAYMENT
WITHDRAWN = DossierStatus.WITHDRAWN
STOPPED = DossierStatus.STOPPED
DONE = DossierStatus.DONE
RETURNED = DossierStatus.RETURNED

NATIONAL_STATUSES: Mapping[int, DossierStatus] = {
    1: SUBMITTED,
    2: ACCEPTED,
    3: REFUSED,
    4: PROCESSING,
    5: WAITING_SUPPLEMENT,
    6: WAITING_PAYMENT,
    7: WITHDRAWN,
    8: STOPPED,
    9: DONE,
    10: RETURNED,
}
"""Statuses by their code on the national portal (TrangThaiHoSo của Cổng DVCQG)."""

_CODES = {status: code for code, status in NATIONAL_STATUSES.items()}


def national_code(status: DossierStatus) -> int:
    """The national code of a status, 1 to 10; it also ranks steps that share an instant.

    >>> national_code(DossierStatus.DONE)
    9
    """
    return _CODES[status]


def national_status(code: int) -> DossierStatus | None:
    """The status a national code stands for; none for codes of no known state, such as 0 and 11."""
    return NATIONAL_STATUSES.get(code)


@dataclass(frozen=True)
class Move:
    """A step from one status to another that the law knows, and its ground in words.

    Articles are those of Nghị định 118/2025/NĐ-CP.
    """

    before: DossierStatus
    after: DossierStatus
    ground: str


LEGAL_MOVES = (
    Move(SUBMITTED, ACCEPTED, "full and valid: code and receipt are issued (Điều 17.3)"),
    Move(SUBMITTED, REFUSED, "not eligible: refused in writing (Điều 17.1c)"),
    Move(SUBMITTED, WAITING_SUPPLEMENT, "papers are missing at intake, asked once (Điều 17.2a)"),
    Move(SUBMITTED, WITHDRAWN, "the applicant stops before a decision (Điều 21)"),
    Move(WAITING_SUPPLEMENT, SUBMITTED, "papers asked at intake are handed in (Điều 17.2a)"),
    Move(WAITING_SUPPLEMENT, ACCEPTED, "the dossier is complete: it is accepted (Điều 17.3)"),
    Move(ACCEPTED, PROCESSING, "forwarded to the office that handles it (Điều 18.2, 19)"),
    Move(ACCEPTED, DONE, "settled at once, on the day of receipt or by the system (Điều 17.4)"),
    Move(ACCEPTED, WAITING_SUPPLEMENT, "papers are missing, asked once, in full (Điều 19.5)"),
    Move(ACCEPTED, WAITING_PAYMENT, "fees or taxes fall due (Điều 24)"),
    Move(ACCEPTED, STOPPED, "conditions are not met: written reasons (Điều 19.3)"),
    Move(ACCEPTED, WITHDRAWN, "the applicant stops before a decision (Điều 21)"),
    Move(PROCESSING, DONE, "decided: the result is ready (Điều 19)"),
    Move(PROCESSING, WAITING_SUPPLEMENT, "papers are missing, asked once, in full (Điều 19.5)"),
    Move(PROCESSING, WAITING_PAYMENT, "fees or taxes fall due (Điều 24)"),
    Move(PROCESSING, STOPPED, "conditions are not met: written reasons (Điều 19.3)"),
    Move(PROCESSING, WITHDRAWN, "the applicant stops before a decision (Điều 21)"),
    Move(WAITING_SUPPLEMENT, PROCESSING, "papers are complete: the limit starts anew (Điều 19.5)"),
    Move(WAITING_SUPPLEMENT, STOPPED, "no answer within 15 days: closed (Điều 19.5)"),
    Move(WAITING_SUPPLEMENT, WITHDRAWN, "the applicant stops before a decision (Điều 21)"),
    Move(WAITING_PAYMENT, PROCESSING, "the duty is paid (Điều 24)"),
    Move(WAITING_PAYMENT, WITHDRAWN, "the applicant stops before a decision (Điều 21)"),
    Move(DONE, RETURNED, "the result is handed over (Điều 22)"),
    Move(DONE, PROCESSING, "an error in the result is corrected (Điều 23.1)"),
    Move(RETURNED, PROCESSING, "an error in the result is corrected (Điều 23.1)"),
    Move(RETURNED, DONE, "the corrected result is ready (Điều 23.1)"),
)
"""The state machine of a dossier (vòng đời hồ sơ). Other moves happen: they are named, not refused.

Steps that keep the status, as when one office forwards to the next, are no moves.
"""

_GROUNDS = {(move.before, move.after): move.ground for move in LEGAL_MOVES}


def ground_of(before: DossierStatus, after: DossierStatus) -> str | None:
    """The legal ground of a move in words; none where the law knows no such move.

    >>> ground_of(DossierStatus.DONE, DossierStatus.RETURNED)
    'the result is handed over (Điều 22)'
    """
    return _GROUNDS.get((before, after))


@dataclass(frozen=True)
class Step:
    """One remembered row of progress (một bước xử lý); `key` tells it from other rows."""

    status: DossierStatus
    occurred_at: datetime
    due_at: datetime | None
    key: str


@dataclass(frozen=True)
class Filed:
    """What the filing said of the dossier's first instants."""

    submitted_at: datetime | None = None
    received_at: datetime | None = None


@dataclass(frozen=True)
class Position:
    """Where a dossier stands (tình trạng hồ sơ)."""

    status: DossierStatus
    received_at: datetime | None
    """When it was accepted: as the filing says, else the first `accepted` step."""
    done_at: datetime | None
    """When the result was first ready; if nobody said so, when it was first returned."""
    returned_at: datetime | None
    """When the result was first handed over."""
    due_override: datetime | None
    """The promised moment of the latest step that re-appointed it (hẹn lại)."""


_BEFORE_ACCEPTANCE = frozenset({SUBMITTED, REFUSED, WAITING_SUPPLEMENT})
"""Statuses a dossier may have before it is accepted, so that its receipt ends them."""


def in_order(rows: Iterable[Step]) -> list[Step]:
    """The distinct steps, oldest first.

    Steps of one instant stand in the order of their national codes, so that a batch stamped with
    one time ends where the dossier got furthest; steps alike in both stand in the order of keys.
    """
    return sorted({row.key: row for row in rows}.values(), key=_order)


def fold(rows: Iterable[Step], filed: Filed) -> Position:
    """The position of a dossier as a function of the set of its steps, however they arrive.

    The status is the latest step's. A receipt stated by the filing alone counts against the steps
    that may come before it (submitted, refused, waiting for a supplement): the earlier ones are over.
    Later work outranks the receipt even when its clock ran behind.
    """
    steps = in_order(rows)
    received_at = filed.received_at or _first(ACCEPTED, steps)
    returned_at = _first(RETURNED, steps)
    appointments = [step.due_at for step in steps if step.due_at is not None]
    return Position(
        status=_status(steps, filed),
        received_at=received_at,
        done_at=_first(DONE, steps) or returned_at,
        returned_at=returned_at,
        due_override=appointments[-1] if appointments else None,
    )


class Breach(StrEnum):
    """A way in which a dossier's steps left the law (vi phạm quy trình): told, never refused."""

    UNEXPECTED_MOVE = "unexpected_move"
    """The law knows no such move."""
    SECOND_SUPPLEMENT = "second_supplement"
    """Papers were asked for more than once (Điều 16.3 asks once, in full)."""
    SECOND_REAPPOINTMENT = "second_reappointment"
    """The result was re-appointed more than once (Điều 19.6)."""


@dataclass(frozen=True)
class Violation:
    """One breach, and the move in which it shows."""

    breach: Breach
    before: DossierStatus
    after: DossierStatus
    occurred_at: datetime


def violations(rows: Iterable[Step], filed: Filed) -> list[Violation]:
    """The breaches in a dossier's steps, oldest first; judged by the law of 2025 whatever its year.

    The filing's receipt counts as a step where no row says `accepted`.
    """
    steps = list(rows)
    if filed.received_at and _first(ACCEPTED, steps) is None:
        steps.append(Step(ACCEPTED, filed.received_at, None, ""))
    found: list[Violation] = []
    before, supplements = SUBMITTED, 0
    appointment: datetime | None = None
    for step in in_order(steps):
        moved = step.status is not before
        asks = moved and step.status is WAITING_SUPPLEMENT
        reappoints = step.due_at is not None and step.due_at != appointment
        breaches = {
            Breach.UNEXPECTED_MOVE: moved and ground_of(before, step.status) is None,
            Breach.SECOND_SUPPLEMENT: asks and supplements > 0,
            Breach.SECOND_REAPPOINTMENT: reappoints and appointment is not None,
        }
        told = [breach for breach, is_so in breaches.items() if is_so]
        found += [Violation(breach, before, step.status, step.occurred_at) for breach in told]
        supplements += asks
        appointment = step.due_at or appointment
        before = step.status
    return found


def step_key(
    status: DossierStatus,
    occurred_at: datetime,
    *,
    actor: str | None = None,
    unit: str | None = None,
    note: str | None = None,
    due_at: datetime | None = None,
) -> str:
    """The key of a step by its content, 32 hexadecimal digits: an equal key is the same row again.

    The same instant written with another offset, and an empty text for none, make no difference.
    Raises `ValueError` for a naive instant.
    """
    content = [
        status.value,
        _instant_text(occurred_at),
        actor or None,
        unit or None,
        note or None,
        _instant_text(due_at) if due_at else None,
    ]
    told = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return sha256(told.encode()).hexdigest()[:32]


def differing_fields(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[str]:
    """Where two contents differ, as sorted JSON Pointers (RFC 6901).

    An absent field equals a null one. Lists of unequal length differ as a whole. Values compare
    with ``==``: hand over instants as datetimes, so that their offsets make no difference.

    >>> differing_fields({"code": "A", "flags": {"digitised": True}}, {"code": "A"})
    ['/flags']
    >>> differing_fields({"applicant": {"name": "A"}}, {"applicant": {"name": "B", "phone": None}})
    ['/applicant/name']
    """
    return sorted(_differences(a, b, ""))


@dataclass(frozen=True)
class DossierCode:
    """The parts of a dossier code (mã số hồ sơ) written as the decree asks (NĐ 118/2025, Điều 28)."""

    organisation: str
    day: date
    """The day of receipt, as written into the code."""
    sequence: int
    """The dossier's number in that agency on that day."""


_DOSSIER_CODE = re.compile(
    r"(?P<organisation>[A-Za-z0-9.]+)-(?P<day>[0-9]{6})-(?P<sequence>[0-9]{4,8})"
)


def parse_dossier_code(code: str) -> DossierCode | None:
    """The parts of a code such as ``000.00.19.H29-200316-0001``; none when it is written otherwise.

    A partner's code stands whether it parses or not.

    >>> parse_dossier_code("000.00.19.H29-200316-0001")
    DossierCode(organisation='000.00.19.H29', day=datetime.date(2020, 3, 16), sequence=1)
    >>> parse_dossier_code("HS-17") is None
    True
    """
    found = _DOSSIER_CODE.fullmatch(code.strip())
    if found is None:
        return None
    year, month, day = (int(found["day"][place : place + 2]) for place in (0, 2, 4))
    try:
        received_on = date(2000 + year, month, day)
    except ValueError:
        return None
    return DossierCode(found["organisation"].upper(), received_on, int(found["sequence"]))


def _order(step: Step) -> tuple[datetime, int, str]:
    return step.occurred_at, national_code(step.status), step.key


def _is_over(step: Step, filed: Filed) -> bool:
    if filed.received_at is None or step.status not in _BEFORE_ACCEPTANCE:
        return False
    moment = step.occurred_at, national_code(step.status)
    return moment < (filed.received_at, national_code(ACCEPTED))


def _status(steps: Sequence[Step], filed: Filed) -> DossierStatus:
    told = [step.status for step in steps if not _is_over(step, filed)]
    if told:
        return told[-1]
    return ACCEPTED if filed.received_at else SUBMITTED


def _first(status: DossierStatus, steps: Sequence[Step]) -> datetime | None:
    return next((step.occurred_at for step in steps if step.status is status), None)


def _instant_text(instant: datetime) -> str:
    if instant.tzinfo is None:
        raise ValueError("an instant without an offset is not a moment")
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def _differences(a: object, b: object, pointer: str) -> Iterable[str]:
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        for name in a.keys() | b.keys():
            step = str(name).replace("~", "~0").replace("/", "~1")
            yield from _differences(a.get(name), b.get(name), f"{pointer}/{step}")
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for place, (mine, theirs) in enumerate(zip(a, b, strict=True)):
            yield from _differences(mine, theirs, f"{pointer}/{place}")
    elif a != b or isinstance(a, bool) is not isinstance(b, bool):
        yield pointer
