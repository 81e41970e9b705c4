"""When an alert about things that come one after another is due. Values only."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Pace:
    """An alert waits until it is quiet, but not for ever."""

    quiet: timedelta
    cap: timedelta

    def is_due(self, first: datetime, last: datetime, now: datetime) -> bool:
        """Whether what came between two moments is to be told now.

        >>> from datetime import UTC
        >>> pace = Pace(timedelta(minutes=5), timedelta(minutes=120))
        >>> start = datetime(2026, 1, 1, tzinfo=UTC)
        >>> def after(last: int, now: int) -> bool:
        ...     return pace.is_due(start, start + timedelta(minutes=last), start + timedelta(minutes=now))
        >>> after(0, 4), after(0, 5), after(118, 119), after(118, 120)
        (False, True, False, True)
        """
        return now - last >= self.quiet or now - first >= self.cap
