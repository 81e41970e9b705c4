"""`motcua ratings import FILE`: a file of ratings, gone through on behalf of the operator."""

from __future__ import annotations

import asyncio
import csv
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from chassis.auth import Principal
from chassis.settings import Settings
from contracts.rating import RatingImportMapping, RatingImportView
from contracts.spreadsheets import BYTE_ORDER_MARK, safe_cell
from services.rating.importing.files import SUFFIXES, RatingFileOfAnotherType, RatingFileUnusable
from services.rating.importing.going import Handed, go_through, read_mapping
from suite.tasks import at_hand

OPERATOR = Principal("operator", None, frozenset(), float("inf"))
"""Whoever can run commands here may enter ratings of every agency."""

MOST_BYTES = 64 * 1024 * 1024
MOST_ROWS = 200_000
"""What is held at once; a larger file is split."""

SAY_EVERY = 1_000
"""Rows between two lines where nobody watches a terminal."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What an operator asks for."""

    file: Path
    mapping: Path | None
    dry_run: bool
    results: Path
    """Where the results are written."""


async def gone_through(settings: Settings, wish: Wish) -> RatingImportView:
    """Enter the ratings of a file, and write what became of each row.

    Raises `RatingFileOfAnotherType`, `RatingFileUnusable`, `MappingUnusable`.
    """
    handed = await asyncio.to_thread(_handed, wish)
    async with at_hand(settings, "rating") as (rating,):
        with _shown(watched=sys.stderr.isatty()) as told:
            view = await go_through(handed, OPERATOR, rating, told)
    await asyncio.to_thread(_write, view, wish.results)
    return view


def _handed(wish: Wish) -> Handed:
    kind = SUFFIXES.get(wish.file.suffix.lower())
    if kind is None:
        raise RatingFileOfAnotherType(f"Name it {', '.join(SUFFIXES)}.")
    if wish.file.stat().st_size > MOST_BYTES:
        raise RatingFileUnusable(f"Take at most {MOST_BYTES:,} bytes at once; split the file.")
    meant = RatingImportMapping()
    if wish.mapping is not None:
        try:
            meant = read_mapping(wish.mapping.read_text("utf-8"))
        except UnicodeDecodeError:
            raise RatingFileUnusable("Save the mapping as UTF-8.") from None
    raw = wish.file.read_bytes()
    return Handed(raw, kind, meant, dry_run=wish.dry_run, most_rows=MOST_ROWS)


def _write(view: RatingImportView, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(BYTE_ORDER_MARK)
        rows = csv.writer(file)
        rows.writerow(["row", "outcome", "reasons"])
        for item in view.items:
            told = "; ".join(f"{one.field}: {one.detail} ({one.code})" for one in item.reasons)
            rows.writerow([item.row, item.outcome, safe_cell(told)])


@contextmanager
def _shown(*, watched: bool) -> Iterator[Callable[[int, int], None]]:
    """How far it is: a bar for who watches a terminal, plain lines otherwise."""
    if not watched:
        yield _lines()
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("ratings", total=None)

        def told(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        yield told


def _lines() -> Callable[[int, int], None]:
    said = 0

    def told(done: int, total: int) -> None:
        nonlocal said
        if done - said >= SAY_EVERY:
            said = done
            print(f"motcua: {done:,} of {total:,} rows", file=sys.stderr, flush=True)

    return told
