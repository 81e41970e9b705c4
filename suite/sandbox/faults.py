"""What can go wrong with a call to a stand-in, and the plan that decides when it does.

Whether a call fails, and how, follows from the seed, what the call is about, and how often that was
called before: the order in which concurrent calls arrive changes nothing.
"""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Fault(StrEnum):
    """One way in which an answer is not the expected one."""

    SLOW = "slow"
    """Answers late."""
    TIMEOUT = "timeout"
    """Never answers; nothing took effect."""
    TIMEOUT_AFTER = "timeout-after"
    """Never answers; it took effect."""
    SERVER_ERROR = "server-error"
    """500; nothing took effect."""
    SESSION_EXPIRED = "session-expired"
    """The session ends in the middle of the work."""
    CODE_00 = "code-00"
    """Took effect, and says so with ``error_code`` "00"."""
    RESPONSE_CODE = "response-code"
    """Took effect, and says so with ``response_code`` "00"."""
    STATUS_ONLY = "status-only"
    """Took effect, and says so with ``Status`` and ``Message``."""
    TEXT_ONLY = "text-only"
    """Took effect, and says so with the words "thành công" alone."""
    EXISTS = "exists"
    """An insert is told "đã tồn tại": the dossier came by another way before."""
    ERROR_AFTER = "error-after"
    """Answers with an error; it took effect."""
    RESET_AFTER = "reset-after"
    """Ends the connection without an answer; it took effect."""
    RATE_LIMIT = "rate-limit"
    """429 with ``Retry-After``; nothing took effect."""
    RATE_LIMIT_SILENT = "rate-limit-silent"
    """429 without ``Retry-After``; nothing took effect."""
    UTF_16 = "utf-16"
    """Took effect; the answer is UTF-16 and claims to be UTF-8."""
    WINDOWS_1258 = "windows-1258"
    """Took effect; the answer is Windows-1258 and claims to be UTF-8."""
    MAINTENANCE = "maintenance"
    """A maintenance page in HTML with status 200; nothing took effect."""
    TRUNCATED = "truncated"
    """Took effect; the JSON of the answer is cut short."""
    DUPLICATE_REF = "duplicate-ref"
    """What the portal hands over is handed over twice, under one refId."""


WITHOUT_EFFECT = frozenset(
    {
        Fault.TIMEOUT,
        Fault.SERVER_ERROR,
        Fault.SESSION_EXPIRED,
        Fault.RATE_LIMIT,
        Fault.RATE_LIMIT_SILENT,
        Fault.MAINTENANCE,
    }
)
"""Faults of a call that does nothing."""

OTHER_WORDS = frozenset(
    {Fault.CODE_00, Fault.RESPONSE_CODE, Fault.STATUS_ONLY, Fault.TEXT_ONLY, Fault.SLOW}
)
"""No failure at all: a success that looks or feels different."""

GARBLED = frozenset({Fault.UTF_16, Fault.WINDOWS_1258, Fault.TRUNCATED})
"""It took effect, and the answer cannot be read as it claims to be."""

UNANSWERED_AFTER = frozenset({Fault.ERROR_AFTER, Fault.RESET_AFTER, Fault.TIMEOUT_AFTER})
"""It took effect, and the caller is told nothing, or the opposite."""

READS = (WITHOUT_EFFECT | OTHER_WORDS | GARBLED) - {Fault.STATUS_ONLY, Fault.TEXT_ONLY}
"""Faults of a call that only reads: there is no effect to hide, and the result must come along."""

LOGINS = frozenset(
    {
        Fault.SLOW,
        Fault.TIMEOUT,
        Fault.SERVER_ERROR,
        Fault.CODE_00,
        Fault.RATE_LIMIT,
        Fault.RATE_LIMIT_SILENT,
        Fault.UTF_16,
        Fault.MAINTENANCE,
        Fault.TRUNCATED,
    }
)
"""Faults of a login."""

WRITES = WITHOUT_EFFECT | OTHER_WORDS | GARBLED | UNANSWERED_AFTER
"""Faults of a call that writes."""

INSERTS = WRITES | {Fault.EXISTS}
"""Faults of an insert."""

HAND_OVERS = frozenset({Fault.DUPLICATE_REF})
"""Faults of the portal's own calls to a partner."""


@dataclass(frozen=True)
class FaultPlan:
    """How large a share of calls fails in which way, from a seed."""

    shares: Mapping[Fault, float] = field(default_factory=dict)
    """Weight of each kind; all of them together are the share of calls that fail."""
    seed: int = 0

    def __post_init__(self) -> None:
        if any(share < 0 for share in self.shares.values()) or self.total > 1:
            raise ValueError("The shares of faults must lie between 0 and 1, together at most 1.")

    @classmethod
    def spread(
        cls, share: float, seed: int = 0, kinds: Collection[Fault] = tuple(Fault)
    ) -> FaultPlan:
        """A plan in which every kind is equally frequent among the calls it can happen to."""
        return cls({kind: share / len(kinds) for kind in kinds}, seed)

    @property
    def total(self) -> float:
        """The share of calls that fail."""
        # Summed shares of 1 may come out a hair above it.
        return round(sum(self.shares.values()), 9)

    def fault_of(self, subject: str, turn: int, possible: Collection[Fault]) -> Fault | None:
        """What happens to the call about a subject that is made for the ``turn``-th time."""
        chance, choice = _chances(f"{self.seed}|{subject}|{turn}")
        weights = [(kind, share) for kind, share in self.shares.items() if kind in possible]
        weight = sum(share for _, share in weights)
        if chance >= self.total or not weight:
            return None
        for kind, share in weights:
            choice -= share / weight
            if choice < 0:
                return kind
        return weights[-1][0]


class Faults:
    """The switchboard of a stand-in: its plan, single faults asked for, and whether it is down."""

    def __init__(
        self, plan: FaultPlan | None = None, *, slow_seconds: float = 1.0, retry_after: int = 1
    ) -> None:
        self.plan = plan or FaultPlan()
        self.slow_seconds = slow_seconds
        self.retry_after = retry_after
        self.down = False
        """While it is, every connection ends without an answer."""
        self.happened: Counter[Fault] = Counter()
        """How often each kind happened."""
        self._turns: Counter[str] = Counter()
        self._asked: deque[tuple[Fault, str | None]] = deque()

    def ask(self, *faults: Fault, service: str | None = None) -> None:
        """Let the next calls (of a service) that these faults can happen to meet them, in this order."""
        self._asked.extend((fault, service) for fault in faults)

    def draw(self, service: str, subject: str, possible: Collection[Fault]) -> Fault | None:
        """What happens to this call; counted."""
        about = f"{service}|{subject}"
        self._turns[about] += 1
        fault = self._next_asked(service, possible)
        if fault is None:
            fault = self.plan.fault_of(about, self._turns[about], possible)
        if fault is not None:
            self.happened[fault] += 1
        return fault

    def _next_asked(self, service: str, possible: Iterable[Fault]) -> Fault | None:
        for position, (fault, where) in enumerate(self._asked):
            if fault in possible and where in {None, service}:
                del self._asked[position]
                return fault
        return None


def _chances(text: str) -> tuple[float, float]:
    digest = hashlib.sha256(text.encode()).digest()
    scale = 2.0**64
    return (
        int.from_bytes(digest[:8], "big") / scale,
        int.from_bytes(digest[8:16], "big") / scale,
    )
