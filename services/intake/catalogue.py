"""What every filing needs and seldom changes: procedures and the calendar, kept at hand.

A filing is one statement because these are not read again each time. Another process may use an entry
for `FRESH_SECONDS` after it was changed; a dossier pins the limit it was filed under either way.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from chassis.database import UnitOfWork
from chassis.running import Running
from contracts.intake import TimeLimit
from contracts.vocabulary import Channel
from services.intake import domain
from services.intake.clock import (
    Calendar,
    DayKind,
    Office,
    OfficeHours,
    Override,
    ReceiptDay,
    standard_calendar,
)
from services.intake.queries import calendar_overrides
from services.intake.queries_directory import earlier_versions
from services.intake.tables import Procedure, Version

FRESH_SECONDS = 2.0


@dataclass(frozen=True)
class PublishedVersion:
    """A version of a procedure as filings need it: its field, and the limit of each channel."""

    number: int
    valid_from: date
    field: str
    limits: Mapping[Channel, TimeLimit | None]
    same_day: bool

    @classmethod
    def of(cls, version: Version) -> PublishedVersion:
        """What a filing needs of a version; a channel without a limit of its own has the general one."""
        general = version.time_limit
        limits = {channel: version.time_limits.get(channel) or general for channel in Channel}
        return cls(
            number=version.version,
            valid_from=version.valid_from,
            field=version.field,
            limits={
                c: TimeLimit.model_validate(told) if told else None for c, told in limits.items()
            },
            same_day=version.same_day,
        )


@dataclass(frozen=True)
class Published:
    """Every version of a procedure."""

    versions: tuple[PublishedVersion, ...]

    @classmethod
    def of(cls, versions: Iterable[Version]) -> Published:
        """What filings need of a procedure."""
        return cls(tuple(map(PublishedVersion.of, versions)))

    def on(self, day: date) -> PublishedVersion:
        """The version in force on a day."""
        if len(self.versions) == 1:
            return self.versions[0]
        return domain.in_force(self.versions, day)


class Catalogue:
    """Procedures by code, the working calendar with the operator's overrides, and office hours."""

    def __init__(self, running: Running) -> None:
        settings = running.settings
        self._database = running.database
        self._standard = standard_calendar(culture_day=settings.culture_day_off)
        self._procedures: dict[str, tuple[float, Published]] = {}
        self._office: tuple[float, Office] | None = None
        self._hours = OfficeHours(
            (
                (settings.morning_opens, settings.morning_closes),
                (settings.afternoon_opens, settings.afternoon_closes),
            )
        )
        self._receipt = ReceiptDay(settings.receipt_cutoff, settings.receipt_day_counts)

    async def procedure(self, code: str) -> Published | None:
        """The procedure of this code."""
        kept = self._procedures.get(code)
        if kept is not None and time.monotonic() - kept[0] < FRESH_SECONDS:
            return kept[1]
        uow = UnitOfWork(self._database)
        newest = await uow.get(Procedure, code)
        if newest is None:
            self._procedures.pop(code, None)
            return None
        # Read in this order, a version that has just become an earlier one is not missed.
        published = Published.of([*await earlier_versions([code], uow), newest])
        self._procedures[code] = (time.monotonic(), published)
        return published

    async def office(self) -> Office:
        """How the office counts: the calendar in force with the operator's overrides, hours, custom."""
        if self._office is None or time.monotonic() - self._office[0] > FRESH_SECONDS:
            calendar = self._standard.with_overrides(
                Override(
                    day, DayKind.WORKING_DAY if works else DayKind.DAY_OFF, reason, decision or ""
                )
                for day, works, reason, decision in await calendar_overrides(self._database)
            )
            office = Office(self._calendar_as_kept(calendar), self._hours, self._receipt)
            self._office = (time.monotonic(), office)
        return self._office[1]

    def _calendar_as_kept(self, calendar: Calendar) -> Calendar:
        # An equal calendar keeps its identity, so that what was computed on it may be kept too.
        kept = self._office[1].calendar if self._office else self._standard
        return kept if kept.edition == calendar.edition else calendar

    def forget(self, code: str) -> None:
        """Read a procedure anew at its next filing: it has just changed here."""
        self._procedures.pop(code, None)

    def forget_days(self) -> None:
        """Read the operator's days anew at the next filing: one has just been declared here."""
        self._office = None


async def open_catalogue(running: Running) -> Catalogue:
    """The catalogue of a service that opens."""
    return Catalogue(running)
