"""How the due moment of a dossier is told."""

from contracts.intake.catalogue import TimeLimit
from contracts.wire import Day, View


class ClockView(View):
    """How the due moment came about (thời hạn và cách tính)."""

    rule_set: str
    """Which rules applied, e.g. ``R2018``."""
    starts_on: Day | None
    """The day counting starts (the day after receipt)."""
    limit: TimeLimit | None
    due_on: Day | None
    """The promised day (ngày hẹn trả kết quả)."""
    calendar: str
    """Edition of the working-day calendar used."""
