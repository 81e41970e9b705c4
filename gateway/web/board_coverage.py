"""Who told anything of a page's period, and since when nothing was heard from each unit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from contracts.exploring import FigureCoverage, UnitHeard
from gateway.web.board_frame import Frame
from gateway.web.wording import shown_day, shown_instant

MOST_UNITS: Final = 100
"""Units named on the page, the longest silent first; all of them are in the CSV."""


@dataclass(frozen=True, kw_only=True)
class UnitLine:
    """A unit, whether it told anything of the period, and when it was last heard from."""

    name: str
    link: str
    told: str
    last: str
    """A day, or that there was none."""
    since: str
    """How long ago that is."""


def coverage_of(coverage: FigureCoverage, frame: Frame) -> Mapping[str, Any]:
    """What `board_coverage.html` is given."""
    t = frame.t
    units = sorted(coverage.agencies, key=_longest_silent)
    said = [
        t["coverage_told"].format(
            told=frame.count(coverage.told), units=frame.count(coverage.units)
        )
    ]
    if never := sum(one.last_on is None for one in units):
        said.append(t["coverage_never"].format(count=frame.count(never)))
    heard = [one for one in units if one.last_on is not None]
    return {
        "said": said,
        "longest": _line(heard[0], frame) if len(heard) > 1 else None,
        "units": [_line(one, frame) for one in units[:MOST_UNITS]],
        "all": frame.count(len(units)),
        "cut": t["rows_cut_silent"].format(
            shown=frame.count(MOST_UNITS), all=frame.count(len(units))
        )
        if len(units) > MOST_UNITS
        else None,
        "sources": _sources(coverage, frame),
    }


def _longest_silent(one: UnitHeard) -> tuple[bool, date, str]:
    return one.last_on is not None, one.last_on or date.min, one.agency


def _line(one: UnitHeard, frame: Frame) -> UnitLine:
    return UnitLine(
        name=one.name or one.agency,
        link=frame.to_unit(one.agency),
        told=frame.t["coverage_has" if one.told else "coverage_has_none"],
        last=frame.t["never"] if one.last_on is None else shown_day(one.last_on),
        since="–" if one.last_on is None else _since(one, frame),
    )


def _since(one: UnitHeard, frame: Frame) -> str:
    days = one.quiet_days or 0
    few = {0: "today", 1: "yesterday"}.get(days, "days_ago")
    return frame.t[few].format(days=frame.count(days))


def _sources(coverage: FigureCoverage, frame: Frame) -> Sequence[tuple[str, str]]:
    """What of each kind is newest, as it is written."""
    return [
        (
            frame.title(one.title_vi, one.title_en),
            shown_instant(one.newest_at) if one.newest_at else frame.t["nothing"],
        )
        for one in coverage.sources
    ]
