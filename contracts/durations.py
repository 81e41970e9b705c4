"""How long dossiers took, as exact quantiles of whole days."""

from contracts.vocabulary import DurationBy, DurationKind, FigureState, Structure
from contracts.wire import Day, Instant, View


class LengthsView(View):
    """How long the dossiers of a row took, by one kind of time."""

    kind: DurationKind
    state: FigureState
    """Empty where no dossier tells this time."""
    count: int
    """Dossiers that tell it."""
    median: int | None = None
    """At least half of them took no longer (trung vị), in days."""
    p90: int | None = None
    """At least nine tenths of them took no longer (bách phân vị 90)."""
    longest: int | None = None


class DurationRow(View):
    """One agency, field or month, or everything asked for."""

    key: str | None = None
    """None on the total."""
    name: str | None = None
    lengths: list[LengthsView]
    """By every kind of time: elapsed, and the agency's own."""


class DurationTable(View):
    """How long the dossiers took whose result lies in a period (thời gian giải quyết)."""

    agency: str
    agency_name: str | None
    structure: Structure
    period_from: Day
    period_to: Day
    """Exclusive."""
    as_of: Instant
    by: DurationBy
    total: DurationRow
    rows: list[DurationRow]
