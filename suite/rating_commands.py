"""The command `motcua ratings`; it imports what it needs when it runs, so that `--help` is quick."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from suite.options import AsJson, Data, fail, settings_of

ratings = typer.Typer(
    help="Ratings gathered otherwise, and the figures of all: check them, count them again.",
    no_args_is_help=True,
)
SHOWN = 50


@ratings.command("verify")
def verify(data: Data = None) -> None:
    """Count every cell again from invitations and ratings and compare; non-zero when any differs."""
    from services.rating.counting import compare, digest
    from suite.tasks import at_hand

    async def compared() -> tuple[list[str], str, str]:
        async with at_hand(settings_of(data), "rating") as (rating,):
            found = await compare(rating.database)
        lines = [f"{' '.join(map(str, cell))}: {told}" for cell, told in found.missing.items()]
        return lines, digest(found.kept), digest(found.wanted)

    differing, kept, wanted = asyncio.run(compared())
    typer.echo(f"kept    {kept}")
    typer.echo(f"counted {wanted}")
    if differing:
        for line in differing[:SHOWN]:
            typer.echo(line, err=True)
        fail(f"{len(differing)} cells differ; `motcua ratings rebuild` counts them anew.")
    typer.echo("Every cell equals its count from invitations and ratings.")


@ratings.command("rebuild")
def rebuild(data: Data = None) -> None:
    """Count every cell anew from invitations and ratings; ratings given meanwhile are not lost."""
    from services.rating import counting
    from suite.tasks import at_hand

    async def rebuilt() -> int:
        async with at_hand(settings_of(data), "rating") as (rating,):
            return await counting.rebuild(rating.database)

    typer.echo(f"{asyncio.run(rebuilt())} cells counted anew.")


class RatingsNotTaken(ValueError):
    """Some rows of a file of ratings were not taken."""


@ratings.command("import")
def import_ratings(
    file: Annotated[
        Path,
        typer.Argument(help="CSV, XLSX or NDJSON, told by its name.", exists=True, dir_okay=False),
    ],
    mapping: Annotated[
        Path | None,
        typer.Option(
            help="JSON file: what its columns and words mean.", exists=True, dir_okay=False
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check everything, take nothing.")
    ] = False,
    results: Annotated[
        Path | None, typer.Option(help="Where the results go; beside the file when left out.")
    ] = None,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Enter ratings of paper slips, of the phone, of other software; a row that came before counts once."""
    from suite.rating_importing import Wish, gone_through

    wish = Wish(
        file=file,
        mapping=mapping,
        dry_run=dry_run,
        results=results or file.with_name(f"{file.name}.results.csv"),
    )
    view = asyncio.run(gone_through(settings_of(data), wish))
    counts = view.counts
    if as_json:
        typer.echo(view.model_dump_json(exclude={"items"}))
    else:
        told = ", ".join(f"{n:,} {word.replace('_', ' ')}" for word, n in counts if n)
        typer.echo(f"{len(view.items):,} rows: {told or 'none'}.")
        for warning in view.warnings:
            typer.echo(f"  {warning.field}: {warning.detail}")
        typer.echo(f"Results: {wish.results}")
        if dry_run:
            typer.echo("Nothing was taken: leave --dry-run out.")
    if counts.invalid:
        raise RatingsNotTaken(f"{counts.invalid:,} rows were not taken; {wish.results} says why.")
