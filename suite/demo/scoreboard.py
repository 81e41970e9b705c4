"""Scoreboards of plans on the terminal (bảng chỉ tiêu), and as files for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import ROUND_DOWN, Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from contracts.vocabulary import FigureKind, Verdict

Board = dict[str, Any]
"""A scoreboard as ``GET /v1/plans/{id}/scoreboard`` answers it."""

WORDS = {
    Verdict.MET: ("Đạt", "green"),
    Verdict.NOT_MET: ("Chưa đạt", "red"),
    Verdict.NOT_DUE: ("Chưa đến hạn", "dim"),
    Verdict.NO_DATA: ("Chưa có số liệu", "yellow"),
    Verdict.UNDECIDED: ("Chưa kết luận", "yellow"),
}
"""What people read for a verdict (kết luận), and its colour."""

WIDE = 132
"""Columns of a line where there is no terminal to ask."""

SIGNS = {"gt": ">", "gte": "≥", "lt": "<", "lte": "≤", "eq": "="}
SENTENCE = 110
"""Letters of a plan's sentence that are shown; the board has all of it."""


def console() -> Console:
    """The console of the demonstration: as wide as the terminal, or wide enough to be read in a file."""
    found = Console(highlight=False)
    return found if found.is_terminal else Console(highlight=False, width=WIDE)


def print_scoreboard(board: Board, screen: Console) -> None:
    """Print one scoreboard: every target, its figure, what it is held against, and why."""
    agency = board.get("agency_name") or board.get("agency", "")
    period = f"{board.get('period_from', '')} – {board.get('period_to', '')}"
    screen.print()
    screen.print(Text(str(board.get("title") or board["plan"]), style="bold"))
    screen.print(f"{agency} · {period} · đạt {board['met']}/{board['due']} chỉ tiêu đến hạn")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("Chỉ tiêu", ratio=3)
    table.add_column("Kết quả", justify="right", no_wrap=True)
    table.add_column("Số lượng", justify="right", no_wrap=True)
    table.add_column("Yêu cầu", justify="right", no_wrap=True)
    table.add_column("Kết luận", no_wrap=True)
    table.add_column("Căn cứ", ratio=4)
    for target in board["targets"]:
        table.add_row(*_row(target))
    screen.print(table)


def write_scoreboards(boards: Mapping[str, Board], folder: Path, main: str) -> list[Path]:
    """Write ``scoreboard.json``, the board of the main plan, and one more file for each other plan."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for plan, board in boards.items():
        file = folder / ("scoreboard.json" if plan == main else f"scoreboard-{plan}.json")
        file.write_text(json.dumps(board, ensure_ascii=False, indent=2) + "\n", "utf-8")
        written.append(file)
    return written


def shown_figure(target: Mapping[str, Any]) -> str:
    """A target's figure as people read it; a share is cut, not rounded, so that 89,996 % stays below 90 %.

    >>> shown_figure({"kind": "ratio", "value": "0.89996"})
    '89,99 %'
    >>> shown_figure({"kind": "ratio", "value": None})
    '–'
    """
    value = target.get("value")
    if value is None:
        return "–"
    if target.get("kind", FigureKind.RATIO) != FigureKind.RATIO:
        return str(value)
    return _percent(str(value), places=2)


def _row(target: Mapping[str, Any]) -> tuple[str | Text, ...]:
    verdict = Verdict(target["verdict"])
    word, colour = WORDS[verdict]
    count, among = target.get("count"), target.get("among")
    counted = "–" if count is None else f"{count}" if among is None else f"{count}/{among}"
    source = str(target.get("source") or "")
    if len(source) > SENTENCE:
        source = source[:SENTENCE].rsplit(" ", 1)[0] + " …"
    provisional = " (tạm tính)" if target.get("provisional") else ""
    return (
        Text(f"{target['id'].upper()} {target['title']}"),
        shown_figure(target),
        counted,
        _asked(target),
        Text(word + provisional, style=colour),
        Text(source, style="dim"),
    )


def _asked(target: Mapping[str, Any]) -> str:
    if target.get("shown"):
        return str(target["shown"])
    if target.get("target") is None:
        return "–"
    sign = SIGNS.get(str(target.get("operator")), "")
    return f"{sign} {_percent(str(target['target']), places=0)}".strip()


def _percent(value: str, *, places: int) -> str:
    try:
        share = Decimal(value) * 100
    except InvalidOperation:
        return value
    cut = share.quantize(Decimal(1).scaleb(-places), rounding=ROUND_DOWN)
    return f"{cut} %".replace(".", ",")
