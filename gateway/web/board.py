"""The board: how a plan stands, target by target, as a page anybody can read and check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from starlette.responses import HTMLResponse

from contracts.kpi import PartView, PlanList, Scoreboard, ScoreboardTarget
from contracts.vocabulary import FigureKind, FigureState, Operator, Verdict
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
    beside: tuple[str, ...] = ()
    """Numbers told beside the figure, each with its name."""
    parts: tuple[PartLine, ...] = ()
    """What it is made of, where it is made of several."""
    lowest: str | None = None
    """Whose figure it is, where one of several was picked."""
    goal: str | None = None
    """What the plan asks for, as people write it; grades keep their Vietnamese names."""


@dataclass(frozen=True, kw_only=True)
class PartLine:
    """A part of a figure: a condition of several, a component of a score."""

    title: str
    figure: str | None
    goal: str | None
    verdict: Verdict | None
    """None of what is asked nothing by itself."""
    points: str | None
    state: FigureState


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
    scoreboard: Scoreboard,
    language: str,
    query: Mapping[str, str] | None = None,
    *,
    private: bool = False,
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
        private=private,
        board=scoreboard,
        links={
            one.id: address(f"{path}/{one.id}", language, query)
            for one in scoreboard.targets
            if has_page(one)
        },
        others=[
            (
                address(f"{path}/{one.id}", language, query),
                one.title_en if language == ENGLISH else one.title,
            )
            for one in scoreboard.others
        ],
        watch_list=address(f"{path}/watch-list", language, query),
        rows=rows,
        tally=[(verdict, tally[verdict]) for verdict in VERDICT_ORDER if tally[verdict]],
        missed=[row for row in rows if row.target.verdict not in {Verdict.MET, Verdict.NOT_DUE}],
        overview=overview(rows),
        score=t["score"].format(met=scoreboard.met, due=scoreboard.due),
        period=t["period_shown"].format(
            first=shown_day(scoreboard.period_from), last=last_day(scoreboard.period_to)
        ),
        as_of=t["as_of_shown"].format(instant=shown_instant(scoreboard.as_of)),
        csv=address(f"{path}.csv", "vi", query),
        json=address(f"{path}.json", "vi", query),
    )


@dataclass(frozen=True, kw_only=True)
class Debt:
    """Systems that still come in by a password (nợ chuyển đổi), and until when the last of them may."""

    systems: int
    ends_on: date
    """Exclusive."""


def boards_page(plans: PlanList, language: str, debt: Debt | None = None) -> HTMLResponse:
    """List the plans at ``/board``, and what is still to be done about how systems connect."""
    t = wording("board", language)
    many = "passwords" if debt and debt.systems > 1 else "password"
    return show(
        "boards.html",
        language,
        path="/board",
        t=t,
        debt=debt
        and t[many].format(count=shown_count(debt.systems, language), last=last_day(debt.ends_on)),
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
        parts=tuple(_part(part, language) for part in target.parts),
        lowest=target.of,
        goal=_goal(target, language),
        beside=tuple(
            f"{one.title_en if language == ENGLISH else one.title_vi}: "
            f"{shown_count(one.count, language)}"
            for one in target.beside
        ),
    )


def has_page(target: ScoreboardTarget) -> bool:
    """Whether there is more to tell of a target: not where nothing says how it is counted then."""
    return target.definition is None or target.definition.in_force


def shown_figure(target: ScoreboardTarget | PartView, language: str) -> str | None:
    """A target's figure as people write it; none unless there is one to show."""
    if target.state is not FigureState.OK:
        return None
    if target.kind is FigureKind.RATIO:
        share = _share(target)
        return None if share is None else shown_share(share, *_held_against(target), language)
    if target.kind is FigureKind.COUNT and target.count is not None:
        return shown_count(target.count, language)
    counted = target.count is not None
    return target.value and _shown_value(target.kind, target.value, language, counted=counted)


def _goal(target: ScoreboardTarget | PartView, language: str) -> str | None:
    if target.kind is FigureKind.BOOL and target.shown is not None:
        t = wording("board", language)
        return t["no" if target.shown.casefold() == "không" else "yes"].casefold()
    return target.shown


def _held_against(target: ScoreboardTarget | PartView) -> tuple[Operator | None, str | None]:
    return (None, None) if isinstance(target, PartView) else (target.operator, target.target)


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


def _share(target: ScoreboardTarget | PartView) -> Fraction | None:
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
    """How far it reaches of a hundred, or of the larger of the two where it is no share."""
    ok = target.state is FigureState.OK
    if target.kind is FigureKind.RATIO:
        share = _share(target) if ok else None
        goal = percent_of(target.target)
        reach = None if share is None else share * 100
    elif target.kind in {FigureKind.COUNT, FigureKind.SCORE} and ok:
        told = _decimal(target.value)
        reach = Fraction(target.count) if told is None and target.count is not None else told
        goal = _decimal(target.target)
        whole = _most(target) or max(reach or Fraction(), goal or Fraction())
        if not whole or goal is None:
            return None
        reach = None if reach is None else reach * 100 / whole
        goal = goal * 100 / whole
    else:
        return None
    if reach is None and goal is None:
        return None
    return Bar(
        reach=None if reach is None else bar_length(reach),
        goal=None if goal is None else bar_length(goal),
    )


def _most(target: ScoreboardTarget) -> Fraction:
    """The most points that its parts can add."""
    points = (_decimal(part.most) for part in target.parts if not part.left_out)
    return sum((one for one in points if one is not None), Fraction())


def _decimal(told: str | None) -> Fraction | None:
    percent = percent_of(told)
    return None if percent is None else percent / 100


def _part(part: PartView, language: str) -> PartLine:
    t = wording("board", language)
    points = None
    if part.left_out:
        points = t["left_out"]
    elif part.most is not None:
        told = t["points_unknown"] if part.points is None else _decimal_text(part.points, language)
        points = t["points_of"].format(points=told, most=_decimal_text(part.most, language))
    return PartLine(
        title=part.title_en if language == ENGLISH else part.title_vi,
        figure=shown_figure(part, language),
        goal=_goal(part, language),
        verdict=part.verdict if part.shown else None,
        points=points,
        state=part.state,
    )


def _shown_value(kind: FigureKind, value: str, language: str, *, counted: bool) -> str:
    t = wording("board", language)
    if kind is FigureKind.BOOL:
        said_yes = value.casefold() in {"true", "1", "yes"}
        return t["yes" if said_yes else "no"]
    if kind is FigureKind.SCORE:
        return t["points"].format(points=_decimal_text(value, language))
    if kind is FigureKind.DELTA:
        told = _decimal(value)
        # The difference of two shares is told in hundredths, that of two numbers as it is.
        if not counted and told is not None and told.denominator != 1:
            share = shown_share(told, None, None, language).removesuffix("%").rstrip()
            return t["hundredths"].format(points=share if share.startswith("-") else f"+{share}")
        return value if value.startswith(("-", "+", "0")) else f"+{value}"
    return value


def _decimal_text(value: str, language: str) -> str:
    return value if language == ENGLISH else value.replace(".", ",")
