"""What every filing needs and seldom changes: procedures and the calendar, kept at hand.

A filing is one statement because these are not read again each time. Another process may use an entry
for `FRESH_SECONDS` after it was changed; a dossier pins the limit it was filed under either way.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from chassis.database import UnitOfWork
from chassis.running import Running
from contracts.intake import TimeLimit
from contracts.vocabulary import Channel, OnlineService, RecipientRule
from services.intake import domain
from services.intake.clock import (
    DayKind,
    Office,
    OfficeHours,
    Override,
    ReceiptDay,
    standard_calendar,
)
from services.intake.clock.reading import OfficeKnown
from services.intake.queries import declared_days
from services.intake.queries.directory import earlier_versions
from services.intake.tables import DeclaredDay, Procedure, Version

FRESH_SECONDS = 2.0

HEARD_EVERYWHERE = timedelta(seconds=FRESH_SECONDS)
"""How long after the operator's word on a day promises begin to follow it: every process has read it by
then, so a promise can be computed again, from what is stored, exactly as it was made."""


@dataclass(frozen=True)
class PublishedVersion:
    """A version of a procedure as filings need it: its field, and the limit of each channel."""

    number: int
    valid_from: date
    field: str
    limits: Mapping[Channel, TimeLimit | None]
    same_day: bool
    recipient_rule: RecipientRule
    online_service: OnlineService

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
            recipient_rule=version.recipient_rule,
            online_service=version.online_service or domain.service_at_level(version.online_level),
        )


@dataclass(frozen=True)
class Published:
    """Every version of a procedure."""

    versions: tuple[PublishedVersion, ...]

    @classmethod
    def of(cls, versions: Iterable[Version]) -> Published:
        """What filings need of a procedure."""
        return cls(tuple(map(PublishedVersion.of, versions)))

    def numbered(self, number: int) -> PublishedVersion:
        """The version of a number; the last one where none has it."""
        return next((one for one in self.versions if one.number == number), self.versions[-1])

    def on(self, day: date) -> PublishedVersion:
        """The version in force on a day."""
        if len(self.versions) == 1:
            return self.versions[0]
        return domain.in_force(self.versions, day)


@dataclass(frozen=True)
class _Days:
    """The office after each of the operator's words on days, and from when on each was followed."""

    heard_at: list[datetime]
    offices: list[Office]
    """One more than words: the first knows none of them."""

    def office_known(self, at: datetime | None) -> Office:
        """The office as it was known at an instant; None: as it is now."""
        if at is None or not self.heard_at:
            return self.offices[-1]
        return self.offices[bisect_right(self.heard_at, at)]


class Catalogue:
    """Procedures by code, the working calendar with the operator's overrides, and office hours."""

    def __init__(self, running: Running) -> None:
        settings = running.settings
        self._database = running.database
        self._standard = standard_calendar(culture_day=settings.culture_day_off)
        self._procedures: dict[str, tuple[float, Published]] = {}
        self._days: tuple[float, _Days] | None = None
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

    async def offices(self) -> OfficeKnown:
        """How the office counts, as it was known at an instant: its calendar, its hours, its custom."""
        if self._days is None or time.monotonic() - self._days[0] > FRESH_SECONDS:
            words = await declared_days(self._database)
            kept = self._days[1] if self._days else None
            days = kept if kept and len(kept.heard_at) == len(words) else self._heard(words)
            self._days = (time.monotonic(), days)
        return self._days[1].office_known

    async def office(self) -> Office:
        """How the office counts by everything that is known now."""
        return (await self.offices())(None)

    def _heard(self, words: list[DeclaredDay]) -> _Days:
        overrides = [
            Override(
                word.day,
                DayKind.WORKING_DAY if word.works else DayKind.DAY_OFF,
                word.reason,
                word.decision or "",
            )
            for word in words
        ]
        calendars = [self._standard]
        calendars += [self._standard.with_overrides(overrides[: n + 1]) for n in range(len(words))]
        heard_at = [word.declared_at + HEARD_EVERYWHERE for word in words]
        offices = [Office(calendar, self._hours, self._receipt) for calendar in calendars]
        return _Days(heard_at, offices)

    def forget(self, code: str) -> None:
        """Read a procedure anew at its next filing: it has just changed here."""
        self._procedures.pop(code, None)

    def forget_days(self) -> None:
        """Read the operator's days anew at the next filing: one has just been declared here."""
        self._days = None


async def open_catalogue(running: Running) -> Catalogue:
    """The catalogue of a service that opens."""
    return Catalogue(running)
