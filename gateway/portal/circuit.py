"""Whether the portal is worth a call just now: a circuit that opens when it is away. Values only."""

import random
from datetime import datetime, timedelta
from enum import StrEnum

FAILURES = 5
"""Consecutive calls without an answer that open the circuit."""

FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=5)


class CircuitState(StrEnum):
    """How the way to the portal is."""

    CLOSED = "closed"
    HALF_OPEN = "half_open"
    """One dossier is told, to see whether the portal is back."""
    OPEN = "open"


class Circuit:
    """Lets work begin while the portal answers, and one piece of work to try once it may be back.

    >>> from datetime import UTC
    >>> now = datetime(2026, 1, 1, tzinfo=UTC)
    >>> circuit = Circuit(failures=2)
    >>> circuit.failed(now); circuit.failed(now)
    >>> later = now + LONGEST_PAUSE
    >>> [bool(circuit.admits(at)) for at in (now, later, later)]
    [False, True, False]
    """

    def __init__(self, failures: int = FAILURES) -> None:
        self._limit = failures
        self._failures = 0
        self._pause = FIRST_PAUSE
        self._until: datetime | None = None
        self._resting: datetime | None = None
        self._admitted = 0
        self._trying = 0
        """The admission of the try that is under way; 0 where none is."""

    @property
    def state(self) -> CircuitState:
        """How it stands."""
        if self._until is None:
            return CircuitState.CLOSED
        return CircuitState.HALF_OPEN if self._trying else CircuitState.OPEN

    def admits(self, now: datetime) -> int:
        """The number of an admission to begin work, 0 for none.

        Of an open circuit one piece of work is admitted, when its pause is over.
        """
        if self._resting is not None and now < self._resting:
            return 0
        if self._until is not None and (self._trying or now < self._until):
            return 0
        self._admitted += 1
        if self._until is not None:
            self._trying = self._admitted
        return self._admitted

    def answered(self) -> None:
        """An answer came."""
        self._failures = 0
        self._until, self._trying, self._pause = None, 0, FIRST_PAUSE

    def failed(self, now: datetime) -> None:
        """A call got no answer."""
        self._failures += 1
        if self._trying or (self._until is None and self._failures >= self._limit):
            self._open(now)

    def broke(self, now: datetime) -> None:
        """Nothing can be called, such as when no session is given: open at once."""
        if self._until is None or self._trying:
            self._open(now)

    def rest(self, now: datetime, seconds: float) -> None:
        """The portal asks to be left alone."""
        until = now + timedelta(seconds=seconds)
        self._resting = max(until, self._resting or until)

    def release(self, admission: int) -> None:
        """Work ended: if it was the try and nothing was heard of it, another may be made."""
        if self._trying == admission:
            self._trying = 0

    def _open(self, now: datetime) -> None:
        # Spread, so that several installations do not knock at one moment.
        self._until = now + self._pause * random.uniform(0.8, 1.0)  # noqa: S311 - jitter
        self._trying = 0
        self._pause = min(LONGEST_PAUSE, self._pause * 2)
