"""What was measured of some agencies over a period: what every figure is read from. Values only."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from services.kpi.domain import Span
from services.kpi.indicators.entities import AgencyRow, Amounts, Owed, ProcedureRow
from services.kpi.reports.values import Approved

NOTHING_OWED = Owed(0, 0)


class Summed(dict[Any, Any]):
    """Sums that nobody changes once they are made, so what is told of them is worked out once."""

    @cached_property
    def text(self) -> str:
        """Cells in one order, whatever order they and their measures came in; nothing of empty ones."""
        return "".join(
            f"{key} {told}\n" for key in sorted(self) if (told := _text_of_amounts(self[key]))
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Counted:
    """Measures of the agencies and the period asked for. Nobody changes them once they are made."""

    agency: str
    period: Span
    by_field: Mapping[tuple[str, str], Amounts] = field(default_factory=dict)
    fields_now: Mapping[str, str] = field(default_factory=dict)
    """Fields that count as another here."""
    at_the_end: Sequence[ProcedureRow] = ()
    before: Sequence[ProcedureRow] = ()
    """The catalogue on the day before the period."""
    of_procedures: Mapping[str, Amounts] = field(default_factory=dict)
    """By procedure, also of those the catalogue has no more on the period's last day."""
    directory: Sequence[AgencyRow] = ()
    reports: Mapping[str, Sequence[Approved]] = field(default_factory=dict)
    owing_by_series: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Agencies that owe a series, of those asked for."""
    keepers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Of series that dossiers are counted among: whose report tells of an agency."""
    days_owed: Mapping[tuple[str, str], Span] = field(default_factory=dict)
    """Of which days, by series and agency; of the whole period where it is not told."""
    owed_by_series: Mapping[str, Owed] = field(default_factory=dict)
    on_the_watch_list: int = 0

    def cells(self) -> Mapping[tuple[str, str], Amounts]:
        """By agency and field."""
        return self.by_field

    def fields_named(self, codes: Collection[str]) -> Collection[str]:
        """The fields that a definition names, as they are called here."""
        return {self.fields_now.get(code, code) for code in codes}

    def procedures(self, at: Literal["start", "end"] = "end") -> Sequence[ProcedureRow]:
        """Every procedure that the agencies handle, with its dossiers in the period."""
        return self.at_the_end if at == "end" else self.before

    def by_procedure(self) -> Mapping[str, Amounts]:
        """Dossiers of every procedure that has any, in the catalogue or not."""
        listed = {row.code: row.amounts for row in self.at_the_end}
        return listed | dict(self.of_procedures)

    def agencies(self) -> Sequence[AgencyRow]:
        """The agencies asked for."""
        return self.directory

    def reported(self, series: str) -> Sequence[Approved]:
        """Approved reports of a series."""
        return self.reports.get(series, ())

    def owing(self, series: str) -> Collection[str]:
        """Agencies that owe a series."""
        return self.owing_by_series.get(series, ())

    def keeper(self, series: str, agency: str) -> str:
        """Whose report of a series tells of an agency; itself where nobody above it owes one."""
        return self.keepers.get(series, {}).get(agency, agency)

    def owed_days(self, series: str, agency: str) -> Span:
        """Of which days of the period an agency owes a series."""
        return self.days_owed.get((series, agency), self.period)

    def owed(self, series: str) -> Owed:
        """Reports of a series that are due by now."""
        return self.owed_by_series.get(series, NOTHING_OWED)

    def watched(self) -> int:
        """How many fields are on the watch list."""
        return self.on_the_watch_list

    @cached_property
    def rows(self) -> int:
        """How much room it takes, about."""
        lists = (self.by_field, self.at_the_end, self.before, self.of_procedures, self.directory)
        return sum(map(len, lists)) + sum(map(len, self.reports.values()))

    @cached_property
    def readers(self) -> dict[Any, Any]:
        """Who has read figures of it, by how they may be shown: each figure is worked out once."""
        return {}

    def total(self, measure: str) -> int:
        """How much of a measure there is, in all cells."""
        if measure not in self._totals:
            cells = self.by_field.values()
            self._totals[measure] = sum(amounts.get(measure, 0) for amounts in cells)
        return self._totals[measure]

    @cached_property
    def _totals(self) -> dict[str, int]:
        return {}

    @cached_property
    def digest(self) -> str:
        """SHA-256 of what was counted: equal digests, equal figures."""
        digest = hashlib.sha256(_text_of_cells(self.by_field).encode())
        listed = {row.code for row in self.at_the_end}
        for code, amounts in sorted(self.of_procedures.items()):
            if code not in listed and (told := _text_of_amounts(amounts)):
                digest.update(f"{code} {told}\n".encode())
        for rows in (self.at_the_end, self.before):
            digest.update("".join(map(_text_of_procedure, rows)).encode())
        for row in self.directory:
            digest.update(f"{row}\n".encode())
        for series, reports in sorted(self.reports.items()):
            for report in sorted(map(repr, reports)):
                digest.update(f"{series} {report}".encode())
        digest.update(repr(sorted(self.owed_by_series.items(), key=str)).encode())
        digest.update(str(self.on_the_watch_list).encode())
        return digest.hexdigest()


def _text_of_cells(by_field: Mapping[tuple[str, str], Amounts]) -> str:
    return by_field.text if isinstance(by_field, Summed) else Summed(by_field).text


def _text_of_procedure(row: ProcedureRow) -> str:
    return f"{row.told} {_text_of_amounts(row.amounts)}\n"


def _text_of_amounts(amounts: Amounts) -> str:
    if not amounts:
        return ""
    return " ".join([f"{name}={amounts[name]}" for name in sorted(amounts) if amounts[name]])
