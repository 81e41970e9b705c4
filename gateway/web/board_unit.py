"""The page of a unit: every target of a plan for it, and its own fields."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from starlette.responses import HTMLResponse

from contracts.board import BoardUnit
from contracts.exploring import WatchedField, WatchListView
from gateway.web.board import VERDICT_ORDER, board_row, has_page, overview
from gateway.web.board_coverage import coverage_of
from gateway.web.board_frame import Frame, Spoken
from gateway.web.figures import bar_length, shown_share
from gateway.web.layout import show


@dataclass(frozen=True, kw_only=True)
class FieldLine:
    """A field of procedures, as it is written."""

    field: WatchedField
    name: Spoken
    received: str
    settled: str
    on_time: str | None
    reach: str | None
    late: str
    overdue: str
    between: str
    reasons: Sequence[str]


def unit_page(found: BoardUnit, frame: Frame) -> HTMLResponse:
    """Show ``/board/{plan}/units/{agency}``."""
    board = found.scoreboard
    rows = [board_row(target, frame.language) for target in board.targets]
    tally = Counter(target.verdict for target in board.targets)
    given = frame.page(f"/board/{board.plan}/units/{board.agency}", found.fields)
    return show(
        "board_unit.html",
        frame.language,
        **given,
        board=board,
        rows=rows,
        tally=[(verdict, tally[verdict]) for verdict in VERDICT_ORDER if tally[verdict]],
        overview=overview(rows),
        score=frame.t["score"].format(met=board.met, due=board.due),
        links={
            row.target.id: frame.to(row.target.id, agency=board.agency)
            for row in rows
            if has_page(row.target)
        },
        fields=field_lines(found.fields, frame),
        coverage=coverage_of(found.coverage, frame),
    )


def field_lines(view: WatchListView, frame: Frame, *, watched: bool = False) -> list[FieldLine]:
    """Every field, or only those that are watched, in the order told."""
    told = view.items if watched else [*view.items, *view.others]
    return [field_line(one, frame) for one in told]


def field_line(one: WatchedField, frame: Frame) -> FieldLine:
    """A field as it is written."""
    share = Fraction(one.on_time, one.settled) if one.settled else None
    return FieldLine(
        field=one,
        name=frame.field(one.field, one.name, one.name_en),
        received=frame.count(one.received),
        settled=frame.count(one.settled),
        on_time=None if share is None else shown_share(share, None, None, frame.language),
        reach=None if share is None else bar_length(share * 100),
        late=frame.count(one.late),
        overdue=frame.count(one.overdue),
        between=frame.count(one.between_agencies),
        reasons=[frame.name(reason) for reason in one.reasons],
    )
