"""What the board's pages share: whose and of when they are, how they are asked again, how they link on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any

from contracts.exploring import ExploredView
from contracts.kpi import PlanView, TargetView, VersionView
from contracts.labels import label
from contracts.periods import bucket_of, following
from contracts.vocabulary import FigureState, Structure
from gateway.web.figures import shown_share
from gateway.web.layout import address
from gateway.web.wording import (
    ENGLISH,
    last_day,
    shown_count,
    shown_day,
    shown_instant,
    wording,
)


@dataclass(frozen=True)
class Spoken:
    """Words, and the language they are in."""

    words: str
    lang: str


@dataclass(frozen=True)
class Frame:
    """Where a page stands."""

    plan: PlanView
    query: Mapping[str, str]
    """What the address says beside its path; every link carries it on."""
    language: str
    internal: bool = False
    """Whether a partner looks, by its own token."""

    @property
    def t(self) -> Mapping[str, str]:
        """What the board's pages say."""
        return wording("board", self.language)

    def title(self, vi: str, en: str) -> str:
        """What something is called in the page's language."""
        return en if self.language == ENGLISH else vi

    def field(self, code: str | None, vi: str | None, en: str | None) -> Spoken:
        """What a field is called in the page's language, as far as anybody has said; else in Vietnamese."""
        if self.language == ENGLISH and en:
            return Spoken(en, ENGLISH)
        return Spoken(vi or code or "", "vi")

    def name(self, word: StrEnum) -> str:
        """What people read for a word of the API."""
        return label(word, "en" if self.language == ENGLISH else "vi")

    def count(self, number: int) -> str:
        """A whole number, as people write it."""
        return shown_count(number, self.language)

    def in_force(self, told: VersionView) -> str | None:
        """When a version of a definition is in force, in words; none where that has no bounds."""
        first = shown_day(told.effective_from) if told.effective_from else None
        last = last_day(told.effective_to) if told.effective_to else None
        if first and last:
            return self.t["computed_between"].format(first=first, last=last)
        if first:
            return self.t["computed_since"].format(first=first)
        return self.t["computed_until"].format(last=last) if last else None

    def to(self, *steps: str, **changes: str) -> str:
        """The address of another page of this plan, asked as this one is."""
        path = "/".join(("/board", self.plan.id, *steps))
        return address(path, self.language, {**self.query, **changes})

    def to_unit(self, agency: str) -> str:
        """The address of a unit's page, which names its agency itself."""
        rest = {name: value for name, value in self.query.items() if name != "agency"}
        return address(f"/board/{self.plan.id}/units/{agency}", self.language, rest)

    def page(self, path: str, told: ExploredView) -> dict[str, Any]:
        """What every template of the board is given."""
        t = self.t
        return {
            "path": path,
            "query": self.query,
            "t": t,
            "frame": self,
            "private": self.internal,
            "told": told,
            "agency": told.agency_name or told.agency,
            "period": t["period_shown"].format(
                first=shown_day(told.period_from), last=last_day(told.period_to)
            ),
            "as_of": t["as_of_shown"].format(instant=shown_instant(told.as_of)),
            "structure_name": self.name(told.structure),
            "csv": address(f"{path}.csv", "vi", self.query),
            "json": address(f"{path}.json", "vi", self.query),
            "choices": self._choices(told),
            "few": t["few"].format(minimum=told.minimum),
        }

    def _choices(self, told: ExploredView) -> dict[str, list[tuple[str, str, bool]]]:
        """What the form offers: half-months of the plan, and both structures."""
        starts = list(self._half_months())
        ends = [*starts[1:], self.plan.period_to]
        return {
            "from": [(d.isoformat(), shown_day(d), d == told.period_from) for d in starts],
            "to": [(d.isoformat(), last_day(d), d == told.period_to) for d in ends],
            "structure": [(one.value, self.name(one), one is told.structure) for one in Structure],
        }

    def _half_months(self) -> Iterator[date]:
        day = self.plan.period_from
        while day < self.plan.period_to:
            yield day
            day = following(bucket_of(day))


def share_text(told: Any, test: TargetView | None, language: str) -> str | None:
    """A row's share as people write it, or its count; none where it stays hidden or there is none."""
    if told.state is not FigureState.OK or told.count is None:
        return None
    if not told.among:
        return shown_count(told.count, language)
    share = Fraction(told.count, told.among)
    if test is None:
        return shown_share(share, None, None, language)
    return shown_share(share, test.operator, test.target, language)
