"""The command `motcua kpi`; it imports what it needs when it runs, so that `--help` is quick."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from suite.options import Data, fail, settings_of

if TYPE_CHECKING:
    from services.kpi.indicators import Definitions

kpi = typer.Typer(
    help="The figures: check them, count them again; their definitions.", no_args_is_help=True
)

SHOWN = 50
"""Lines of differences that are shown."""


@kpi.command("verify")
def verify_figures(data: Data = None) -> None:
    """Count every cell again from the facts and compare; non-zero when any differs."""
    from suite import tasks

    with _watched() as told:
        differing = asyncio.run(tasks.verify_figures(settings_of(data), told))
    if differing:
        for line in differing[:SHOWN]:
            typer.echo(line, err=True)
        if len(differing) > SHOWN:
            typer.echo(f"... and {len(differing) - SHOWN} lines more.", err=True)
        fail(
            "Cells differ from the facts, so figures are told as under check; "
            "`motcua kpi rebuild` counts them anew."
        )
    typer.echo("Every cell equals its count from the facts.")


@kpi.command("rebuild")
def rebuild_figures(data: Data = None) -> None:
    """Count every cell anew from the facts; what differs is corrected by the difference."""
    from suite import tasks

    with _watched() as told:
        changed = asyncio.run(tasks.rebuild_figures(settings_of(data), told))
    typer.echo(f"{changed} cells counted anew.")


@kpi.command("definitions")
def show_definitions(
    markdown: Annotated[
        bool, typer.Option("--markdown", help="The page of the plans' rows, in Vietnamese.")
    ] = False,
) -> None:
    """Show what every figure counts and what is asked for, as this installation has it.

    The page is of the definitions that come with the suite alone.
    """
    from services.kpi.indicators import LIBRARY
    from services.kpi.indicators.page import definitions_page

    if markdown:
        typer.echo(definitions_page(LIBRARY), nl=False)
        return
    with _faults_told():
        found = _beside_shipped(settings_of(None).definitions)
    for versions in found.indicators.values():
        for kept in versions:
            one, target = kept.told, kept.told.target
            asked = target.shown if target else "-"
            told = f", {kept.origin.name} version {one.version} {kept.days}"
            own = "" if kept.origin.shipped and len(versions) == 1 else told
            typer.echo(f"{one.id} {asked} {one.title.vi} ({one.title.en}){own}")


Files = Annotated[
    list[Path] | None,
    typer.Argument(
        help="Files of the format kpi/1, read together and alone; or one folder of them, read beside "
        "those of the suite. When none is named, as kpi starts: those of the suite and of "
        "MOTCUA_DEFINITIONS.",
        exists=True,
    ),
]


@kpi.command("lint")
def lint_definitions(files: Files = None) -> None:
    """Read definition files: faults of the format, and what should be looked at.

    Non-zero when a file does not keep the format.
    """
    from services.kpi.indicators.folder import text_of
    from services.kpi.indicators.library import read
    from services.kpi.indicators.linter import findings

    with _faults_told():
        if not files:
            told = _beside_shipped(settings_of(None).definitions)
        elif len(files) == 1 and files[0].is_dir():
            told = _beside_shipped(files[0])
        else:
            told = read({str(path): text_of(path) for path in files})
    found = list(findings(told))
    for line in found:
        typer.echo(line)
    read_of = f"{len(told.indicators)} indicators and {len(told.plans)} plans read"
    looked_at = f"{len(found)} to look at" if found else "nothing to look at"
    typer.echo(f"{read_of}, {looked_at}.")


def _beside_shipped(folder: Path | None) -> Definitions:
    from services.kpi.indicators import SHIPPED
    from services.kpi.indicators.folder import beside_shipped

    return beside_shipped(folder) if folder else SHIPPED


@contextmanager
def _faults_told() -> Iterator[None]:
    """Ends with a line for each fault of the format."""
    from services.kpi.indicators import DefinitionInvalid

    try:
        yield
    except DefinitionInvalid as refused:
        for line in str(refused).splitlines():
            typer.echo(line, err=True)
        fail("The definitions do not keep the format kpi/1; nothing else was looked at.")


@contextmanager
def _watched() -> Iterator[Callable[[str, int, int], None]]:
    """Shows how far the work is, where somebody watches a terminal."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
    )

    if not sys.stderr.isatty():
        yield lambda _doing, _done, _total: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as progress:
        task = progress.add_task("opening", total=None)

        def told(doing: str, done: int, total: int) -> None:
            progress.update(task, description=doing, completed=done, total=total)

        yield told
