"""What figures are counted from: measures, procedures, agencies and reports. Values only."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as kept
from functools import cached_property
from typing import Literal, Protocol

from contracts.vocabulary import AgencyKind, OnlineService
from services.kpi.domain import Span
from services.kpi.reports.values import Approved

Amounts = Mapping[str, int]
PARTLY_ONLINE = 3
"""The level of 2017-2022 from which a procedure is handed in online."""

Told = bool | None
"""Yes, no, or not told."""


@dataclass(frozen=True)
class ProcedureRow:
    """A procedure of the catalogue on a day, and its dossiers in the period."""

    code: str
    field: str
    online_level: int
    by_post: bool
    on_national_portal: bool
    online_service: OnlineService | None = None
    levels: frozenset[str] = frozenset()
    """The levels of administration that handle it (cấp thực hiện)."""
    posted_at_office: Told = None
    posted_online: Told = None
    content_complete: Told = None
    published_on_time: Told = None
    updated_on_time: Told = None
    iso: Told = None
    electronic_dossiers: Told = None
    eligible_online: Told = None
    fees_due: Told = None
    online_payment: Told = None
    payment_integrated: Told = None
    amounts: Amounts = kept(default_factory=dict)

    @property
    def online(self) -> bool:
        """Whether it can be handed in online, wholly or in part (dịch vụ công trực tuyến)."""
        if self.online_service is not None:
            return self.online_service is not OnlineService.NONE
        return self.online_level >= PARTLY_ONLINE

    @property
    def level(self) -> frozenset[str] | None:
        """As conditions name it; None where no level is told."""
        return self.levels or None

    @cached_property
    def told(self) -> str:
        """SHA-256 of everything that is told of it beside its dossiers."""
        held = {
            name: getattr(self, name) for name in self.__dataclass_fields__ if name != "amounts"
        }
        words = {name: value for name, value in sorted(held.items()) if value}
        told = repr(words | {"levels": sorted(self.levels)})
        return hashlib.sha256(told.encode()).hexdigest()

    def with_dossiers(self, amounts: Amounts) -> ProcedureRow:
        """The same with its dossiers in the period."""
        # Thousands are made for a question: a copy of what is known, not built anew field by field.
        made: ProcedureRow = object.__new__(ProcedureRow)
        made.__dict__.update(self.__dict__, amounts=amounts, told=self.told)
        return made


@dataclass(frozen=True)
class AgencyRow:
    """An agency asked for."""

    code: str
    kind: AgencyKind
    rating_channel: Told = None
    """Whether citizens can rate it: by a kiosk, a portal's widget, or a link that was used."""
    gone: bool = False
    """Whether it was there no more, or not yet, on the period's last day."""


@dataclass(frozen=True)
class Owed:
    """Reports that are due by now (báo cáo phải nộp), and those of them that have come."""

    due: int
    received: int


class Measures(Protocol):
    """What was measured of the agencies and the period asked for."""

    @property
    def agency(self) -> str:
        """The agency asked for."""

    @property
    def period(self) -> Span:
        """Of which days."""

    def cells(self) -> Mapping[tuple[str, str], Amounts]:
        """By agency and field."""

    def fields_named(self, codes: Collection[str]) -> Collection[str]:
        """The fields a definition names, or by today's structure what took their place."""

    def procedures(self, at: Literal["start", "end"] = "end") -> Sequence[ProcedureRow]:
        """Every procedure that the agencies handle, as at the period's end or the day before it began."""

    def by_procedure(self) -> Mapping[str, Amounts]:
        """Dossiers of every procedure that has any, in the catalogue or not."""

    def agencies(self) -> Sequence[AgencyRow]:
        """The agencies asked for, as at the period's end; also those that are gone by then."""

    def reported(self, series: str) -> Sequence[Approved]:
        """Approved reports of a series about the period."""

    def owing(self, series: str) -> Collection[str]:
        """Agencies that owe a series, of those asked for."""

    def keeper(self, series: str, agency: str) -> str:
        """Whose report of a series tells of an agency: its own, or of the nearest above it that owes one;
        itself where nobody does.
        """

    def owed_days(self, series: str, agency: str) -> Span:
        """Of which days of the period an agency owes a series."""

    def owed(self, series: str) -> Owed:
        """Reports of a series that are due by now."""

    def watched(self) -> int:
        """How many fields are on the watch list."""
