"""How long the agency took (thời gian giải quyết của cơ quan), over all runs of the limit."""

from collections.abc import Sequence
from datetime import datetime

from contracts.vocabulary import PauseKind, TimeUnit
from services.intake.clock.due import Office, pause_of
from services.intake.clock.reading import Pause, Reading


def agency_days(reading: Reading, settled_at: datetime | None, office: Office) -> int | None:
    """Working days from the receipt to the end of the agency's time, without those of its pauses.

    A day counts as in a promise: not the first, but the last. None for a dossier whose time has not
    begun or not ended, or ended before it began.
    """
    if settled_at is None or not reading.runs or settled_at < reading.runs[0].since:
        return None
    since, unit = reading.runs[0].since, TimeUnit.WORKING_DAY
    days = pause_of(since, settled_at, unit, office).days
    for pause in reading.pauses:
        begun, ended = max(pause.since, since), min(pause.until or settled_at, settled_at)
        days -= pause_of(begun, ended, unit, office).days
    return max(days, 0)


def requests(reading: Reading) -> Sequence[Pause]:
    """The stretches in which papers were waited for that were asked for since the receipt."""
    return [p for p in reading.pauses if p.kind is PauseKind.SUPPLEMENT and not p.at_intake]
