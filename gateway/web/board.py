"""The board: how a plan stands, target by target, as a page anybody can read and check."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from starlette.responses import HTMLResponse

from contracts.kpi import PlanList, Scoreboard, ScoreboardTarget
from contracts.vocabulary import FigureKind, FigureState, Verdict
from gateway.web.figures import bar_length, percent_of, shown_share
from gateway.web.layout import address, show
from gateway.web.wording import (
    ENGLISH,
    last_day,
    shown_count,
    shown_day,
    shown_instant,
    wording,
)

TILES_PER_ROW = 10
TILE = 24
"""Width of a tile of the overview with the gap after it, in the drawing's own units."""
TILE_GAP = 4

VERDICT_ORDER = (
    Verdict.MET,
    Verdict.NOT_MET,
    Verdict.NO_DATA,
    Verdict.UNDECIDED,
    Verdict.NOT_DUE,
)


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A bullet bar: how far the figure reaches and where the goal stands, both of 100."""

    reach: str | None
    goal: str | None


@dataclass(frozen=True, kw_only=True)
class Row:
    """One target as the board draws it."""

    target: ScoreboardTarget
    title: str
    figure: str | None
    """As people write it, e.g. ``84,9 %``; none where there is nothing to show."""
    base: str | None
    """What was counted among what."""
    bar: Bar | None
    """None where the target is no share of a hundred."""


@dataclass(frozen=True, kw_only=True)
class Tile:
    """A target in the overview drawing."""

    x: int
    y: int
    verdict: Verdict
    title: str
    """Which target it is, told to a pointer that rests on it."""


@dataclass(frozen=True, kw_only=True)
class Overview:
    """The drawing of all targets at once, and its size in its own units."""

    tiles: list[Tile]
    width: int
    height: int


def board_page(
    scoreboard: Scoreboard, language: str, query: Mapping[str, str] | None = None
) -> HTMLResponse:
    """Show a plan's scoreboard at ``/board/{plan}``; `query` is what its own links carry along."""
    t = wording("board", language)
    path = f"/board/{scoreboard.plan}"
    rows = [board_row(target, language) for target in scoreboard.targets]
    tally = Counter(target.verdict for target in scoreboard.targets)
    return show(
        "board.html",
        language,
        path=path,
        query=query,
        board=scoreboard,
        rows=rows,
        tally=[(verdict, tally[verdict]) for verdict in VERDICT_ORDER if tally[verdict]],
        missed=[row.title for row in rows if row.target.verdict is Verdict.NOT_MET],
        overview=overview(rows),
        score=t["score"].format(met=scoreboard.met, due=scoreboard.due),
        period=t["period_shown"].format(
            first=shown_day(scoreboard.period_from), last=last_day(scoreboard.period_to)
        ),
        as_of=t["as_of_shown"].format(instant=shown_instant(scoreboard.as_of)),
        csv=address(f"{path}.csv", "vi", query),
        json=address(f"{path}.json", "vi", query),
    )


def boards_page(plans: PlanList, language: str) -> HTMLResponse:
    """List the plans at ``/board``."""
    t = wording("board", language)
    return show(
        "boards.html",
        language,
        path="/board",
        t=t,
        plans=[
            {
                "address": address(f"/board/{plan.id}", language),
                "title": plan.title_en if language == ENGLISH else plan.title,
                "targets": t["target_count"].format(count=plan.targets),
                "period": t["period_shown"].format(
                    first=shown_day(plan.period_from), last=last_day(plan.period_to)
                ),
            }
            for plan in plans.items
        ],
    )


def board_row(target: ScoreboardTarget, language: str) -> Row:
    """What the board writes and draws for one target."""
    return Row(
        target=target,
        title=target.title_en if language == ENGLISH else target.title,
        figure=shown_figure(target, language),
        base=_base(target, language),
        bar=_bar(target),
    )


def shown_figure(target: ScoreboardTarget, language: str) -> str | None:
    """A target's figure as people write it; none unless there is one to show."""
    if target.state is not FigureState.OK:
        return None
    if target.kind is FigureKind.RATIO:
        share = _share(target)
        return (
            None if share is None else shown_share(share, target.operator, target.target, language)
        )
    if target.kind is FigureKind.COUNT and target.count is not None:
        return shown_count(target.count, language)
    return target.value and _shown_value(target.kind, target.value, language)


def overview(rows: list[Row]) -> Overview:
    """Lay the targets out as tiles, ten in a line, in the order of the plan."""
    laid = [
        Tile(
            x=place % TILES_PER_ROW * TILE,
            y=place // TILES_PER_ROW * TILE,
            verdict=row.target.verdict,
            title=row.title,
        )
        for place, row in enumerate(rows)
    ]
    return Overview(
        tiles=laid,
        width=max((tile.x for tile in laid), default=0) + TILE - TILE_GAP,
        height=max((tile.y for tile in laid), default=0) + TILE - TILE_GAP,
    )


def _share(target: ScoreboardTarget) -> Fraction | None:
    if target.count is not None and target.among:
        return Fraction(target.count, target.among)
    try:
        return None if target.value is None else Fraction(Decimal(target.value))
    except (InvalidOperation, ValueError, OverflowError):
        return None


def _base(target: ScoreboardTarget, language: str) -> str | None:
    if target.state is not FigureState.OK or target.count is None or target.among is None:
        return None
    return wording("board", language)["count_of"].format(
        count=shown_count(target.count, language), among=shown_count(target.among, language)
    )


def _bar(target: ScoreboardTarget) -> Bar | None:
    if target.kind is not FigureKind.RATIO:
        return None
    share = _share(target) if target.state is FigureState.OK else None
    goal = percent_of(target.target)
    if share is None and goal is None:
        return None
    return Bar(
        reach=None if share is None else bar_length(share * 100),
        goal=None if goal is None else bar_length(goal),
    )


def _shown_value(kind: FigureKind, value: str, language: str) -> str:
    if kind is FigureKind.BOOL:
        said_yes = value.casefold() in {"true", "1", "yes"}
        return wording("board", language)["yes" if said_yes else "no"]
    if kind is FigureKind.DELTA and not value.startswith(("-", "+", "0")):
        return f"+{value}"
    return value
