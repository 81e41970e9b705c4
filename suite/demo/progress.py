"""How far the demonstration has come: bars on a terminal, a line every tenth elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

LINES = 10
"""How many lines a stage prints where there is no terminal."""


class Stage(Protocol):
    """A part of the work whose size is known."""

    def advance(self, count: int = 1) -> None:
        """Say that so much more of it is done."""


class _Bar:
    def __init__(self, bars: Progress, title: str, total: int) -> None:
        self._bars = bars
        self._task = bars.add_task(title, total=total)

    def advance(self, count: int = 1) -> None:
        self._bars.advance(self._task, count)


class _Lines:
    def __init__(self, console: Console, title: str, total: int) -> None:
        self._console = console
        self._title = title
        self._total = max(total, 1)
        self._count = 0
        self._told = 0
        self._began = time.monotonic()

    def advance(self, count: int = 1) -> None:
        self._count += count
        tenth = self._count * LINES // self._total
        if tenth > self._told:
            self._told = tenth
            spent = time.monotonic() - self._began
            part = f"{self._count:>6}/{self._total} {spent:6.1f} s"
            self._console.print(f"{self._title:<40} {part}", highlight=False)


@contextmanager
def stage(title: str, total: int, console: Console) -> Iterator[Stage]:
    """A stage of the work, shown while the block runs."""
    if not console.is_terminal:
        yield _Lines(console, title, total)
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description:<40}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as bars:
        yield _Bar(bars, title, total)
