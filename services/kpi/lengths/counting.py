"""Counts of days told apart by agency, field or month. Values in, values out."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from contracts.vocabulary import DurationBy, DurationKind
from services.kpi.calendars import key_of

Days = Mapping[DurationKind, Mapping[int, int]]
"""By kind of time: how many dossiers took so many days."""


@dataclass(frozen=True)
class Counted:
    """So many dossiers of a half-month, agency and field took so many days."""

    bucket: date
    agency: str
    field: str
    kind: DurationKind
    days: int
    n: int

    def key(self, by: DurationBy) -> str | None:
        """What it is told apart by; None where all are told together."""
        match by:
            case DurationBy.AGENCY:
                return self.agency
            case DurationBy.FIELD:
                return self.field
            case DurationBy.MONTH | DurationBy.REPORT_MONTH:
                return key_of(by, self.bucket)
        return None


def grouped(counted: Iterable[Counted], by: DurationBy) -> Mapping[str | None, Days]:
    """Days by what they are told apart by, in order."""
    found: dict[str | None, dict[DurationKind, Counter[int]]] = {}
    for one in sorted(counted, key=lambda one: one.key(by) or ""):
        days = found.setdefault(one.key(by), {}).setdefault(one.kind, Counter())
        days[one.days] += one.n
    return found
