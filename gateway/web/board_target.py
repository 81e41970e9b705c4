"""The page of one target: its figure, its way there, what is behind it, and how it is counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from starlette.responses import HTMLResponse

from contracts.board import BoardTarget
from contracts.exploring import BreakdownRow, BreakdownView, TrendView
from contracts.vocabulary import FigureState, RowsOf, Verdict
from gateway.web.board import board_row
from gateway.web.board_coverage import coverage_of
from gateway.web.board_frame import Frame, Spoken, share_text
from gateway.web.board_tasks import tasks_told
from gateway.web.figures import bar_length, percent_of, shown_share
from gateway.web.layout import address, show
from gateway.web.wording import last_day, shown_day, shown_instant

MOST_ROWS: Final = 100
"""Rows of a long table on the page; all of them are in the CSV."""
LINE_HEIGHT: Final = 120
"""The height of the picture of half-months, in its own units."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A place of a table as it is written."""

    share: str | None
    """None where there is nothing to read."""
    base: str | None
    verdict: Verdict
    state: FigureState


@dataclass(frozen=True, kw_only=True)
class Line:
    """A row of a table: what it is of, and its cells."""

    name: str
    key: str
    link: str | None
    cells: Sequence[Cell | None]
    lang: str = "vi"
    """The language the name is in."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """A half-month as it is drawn and written."""

    name: str
    x: str
    width: str
    y: int
    height: int
    cell: Cell


@dataclass(frozen=True, kw_only=True)
class Trend:
    """Half-months one after the other, and where the goal stands."""

    columns: Sequence[Column]
    goal_y: int | None
    said: str


@dataclass(frozen=True, kw_only=True)
class Level:
    """One of five levels, as it is drawn and written."""

    number: int
    count: str
    share: str
    start: str
    length: str


def target_page(found: BoardTarget, frame: Frame, public_url: str) -> HTMLResponse:
    """Show ``/board/{plan}/{target}``."""
    row = board_row(found.target, frame.language)
    path = f"/board/{found.plan}/{found.target.id}"
    return show(
        "board_target.html",
        frame.language,
        **frame.page(path, found.coverage),
        hidden_as=frame.t["few"].format(minimum=_minimum(found)),
        row=row,
        target=found.target,
        figure=found.figure,
        definition=found.figure.definition,
        trend=_trend(found.trend, frame),
        heat=_heat(found, frame),
        agencies=None if found.cells else _lines(found.agencies, frame),
        fields=None if found.cells else _lines(found.fields, frame),
        procedures=_lines(found.procedures, frame),
        procedures_all=len(found.procedures.rows) if found.procedures else 0,
        most_rows=MOST_ROWS,
        hidden=_hidden(found, frame),
        distribution=found.distribution,
        levels=_levels(found, frame),
        coverage=coverage_of(found.coverage, frame),
        closed=_closed(found, frame),
        tasks=tasks_told(found.tasks, frame),
        badge=frame.to("badge.svg", target=found.target.id),
        snippet=snippet(found, frame, public_url),
    )


def snippet(found: BoardTarget, frame: Frame, public_url: str) -> str:
    """The HTML that shows the target's badge on another site."""
    root = public_url.rstrip("/")
    title = frame.title(found.target.title, found.target.title_en)
    alt = frame.t["badge_alt"].format(title=title)
    quoted = alt.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    at = address(f"{root}/board/{found.plan}/{found.target.id}", frame.language, frame.query)
    picture = address(
        f"{root}/board/{found.plan}/badge.svg",
        frame.language,
        {**frame.query, "target": found.target.id},
    )
    image = f'<img src="{_quoted(picture)}" width="280" height="68" alt="{quoted}">'
    return f'<a href="{_quoted(at)}">{image}</a>'


def _quoted(text: str) -> str:
    return text.replace("&", "&amp;")


@dataclass(frozen=True, kw_only=True)
class Closed:
    """A figure as it was closed, as it is written."""

    said: str
    """What it was and is, or that it is as it was."""
    editions: Sequence[tuple[str, str, str]]
    """Number, when, and why."""


def _closed(found: BoardTarget, frame: Frame) -> Closed | None:
    told = found.closed
    if told is None:
        return None
    t = frame.t
    said = frame.title(told.shown_vi or "", told.shown_en or "")
    unlike = t["closed_changed"] if told.changed else t["closed_same"]
    return Closed(
        said=f"{said[:1].upper()}{said[1:]}." if said else unlike,
        editions=[
            (
                frame.count(one.number),
                shown_instant(one.cut_at),
                one.reason or t["closed_first"],
            )
            for one in told.editions
        ],
    )


def _cell(told: BreakdownRow, view: BreakdownView, frame: Frame) -> Cell:
    test = view.test
    if view.rows_of is RowsOf.ITSELF:
        return Cell(share=None, base=None, verdict=told.verdict, state=told.state)
    if view.rows_of is RowsOf.FIELDS:
        test = None
    base = None
    if told.state is FigureState.OK and told.among and told.count is not None:
        base = f"{frame.count(told.count)}/{frame.count(told.among)}"
    return Cell(
        share=share_text(told, test, frame.language),
        base=base,
        verdict=told.verdict,
        state=told.state,
    )


def _lines(view: BreakdownView | None, frame: Frame) -> Sequence[Line] | None:
    """A table of one column: those that fall short first."""
    if view is None:
        return None
    worst = {Verdict.NOT_MET: 0, Verdict.NO_DATA: 1, Verdict.NOT_DUE: 2}
    rows = sorted(view.rows, key=lambda row: worst.get(row.verdict, 3))[:MOST_ROWS]
    return [_line(row, view, frame) for row in rows]


def _line(row: BreakdownRow, view: BreakdownView, frame: Frame) -> Line:
    lang = "vi"
    if row.agency is not None:
        name, key, link = row.agency_name or row.agency, row.agency, frame.to_unit(row.agency)
    elif row.field is not None:
        spoken = frame.field(row.field, row.field_name, row.field_name_en)
        name, key, link, lang = spoken.words, row.field, None, spoken.lang
    elif row.procedure is not None:
        name, key = row.procedure_name or row.procedure, row.procedure
        link = frame.to("procedures", row.procedure)
    else:
        name, key, link = frame.t["outside"], "", None
    return Line(name=name, key=key, link=link, cells=[_cell(row, view, frame)], lang=lang)


@dataclass(frozen=True, kw_only=True)
class Heat:
    """Units by fields, with the units' own column before."""

    fields: Sequence[Spoken]
    lines: Sequence[Line]
    together: Line
    test: str | None


def _heat(found: BoardTarget, frame: Frame) -> Heat | None:
    cells, agencies, fields = found.cells, found.agencies, found.fields
    if cells is None or agencies is None or fields is None or not cells.rows:
        return None
    columns = {
        row.field or "": frame.field(row.field, row.field_name, row.field_name_en)
        for row in cells.rows
    }
    order = sorted(columns, key=lambda field: columns[field].words)
    at = {(row.agency, row.field): _cell(row, cells, frame) for row in cells.rows}
    sums = {row.field: _cell(row, fields, frame) for row in fields.rows}
    lines = [
        Line(
            name=row.agency_name or row.agency or "",
            key=row.agency or "",
            link=frame.to_unit(row.agency or ""),
            cells=[
                _cell(row, agencies, frame),
                *(at.get((row.agency, field)) for field in order),
            ],
        )
        for row in agencies.rows
    ]
    together = Line(
        name=frame.t["together"],
        key="",
        link=None,
        cells=[_cell(cells.total, cells, frame), *(sums.get(field) for field in order)],
    )
    return Heat(
        fields=[columns[field] for field in order],
        lines=lines,
        together=together,
        test=cells.test.shown if cells.test else None,
    )


def _minimum(found: BoardTarget) -> int:
    """Among how many anything on the page must be counted to be shown; 0 where nothing is hidden."""
    views = (found.agencies, found.cells, found.fields, found.procedures)
    views_that_hide = [one.minimum for one in views if one is not None and one.hidden]
    if found.trend is not None:
        views_that_hide.append(found.trend.minimum)
    return max(views_that_hide, default=0)


def _hidden(found: BoardTarget, frame: Frame) -> str | None:
    least = _minimum(found)
    return frame.t["few_note"].format(minimum=least) if least else None


def _trend(view: TrendView | None, frame: Frame) -> Trend | None:
    if view is None or not view.points:
        return None
    target = view.target
    shares = [
        Fraction(p.count, p.among) if p.among and p.count is not None else None for p in view.points
    ]
    counts = [p.count or 0 for p in view.points]
    of_counts = all(p.among is None for p in view.points)
    most = max(counts) or 1
    width = Fraction(100, len(view.points))
    columns = []
    for place, point in enumerate(view.points):
        share = Fraction(counts[place], most) if of_counts else shares[place]
        height = int(min(share or Fraction(), Fraction(1)) * LINE_HEIGHT)
        base = None
        if point.state is FigureState.OK and point.among and point.count is not None:
            base = f"{frame.count(point.count)}/{frame.count(point.among)}"
        columns.append(
            Column(
                name=f"{shown_day(point.first)} – {last_day(point.end)}",
                x=bar_length(width * place + width / 8),
                width=bar_length(width * 3 / 4),
                y=LINE_HEIGHT - height,
                height=height,
                cell=Cell(
                    share=share_text(point, target, frame.language),
                    base=base,
                    verdict=point.verdict,
                    state=point.state,
                ),
            )
        )
    goal = None if of_counts or target is None else percent_of(target.target)
    inside = goal is not None and 0 <= goal <= 100  # noqa: PLR2004 - of a hundred
    goal_y = LINE_HEIGHT - int(goal * LINE_HEIGHT / 100) if goal is not None and inside else None
    said = "; ".join(f"{one.name}: {one.cell.share or frame.t['nothing']}" for one in columns)
    return Trend(columns=columns, goal_y=goal_y, said=said)


def _levels(found: BoardTarget, frame: Frame) -> Sequence[Level]:
    told = found.distribution
    if told is None or not told.ratings:
        return []
    drawn, so_far = [], 0
    for one in told.levels:
        start = Fraction(100 * so_far, told.ratings)
        length = Fraction(100 * one.count, told.ratings)
        drawn.append(
            Level(
                number=one.level,
                count=frame.count(one.count),
                share=shown_share(Fraction(one.count, told.ratings), None, None, frame.language),
                start=bar_length(start),
                length=bar_length(length) if one.count else "",
            )
        )
        so_far += one.count
    return drawn
