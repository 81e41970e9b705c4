"""The command `motcua import`; it imports what it needs when it runs, so that `--help` is quick."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from suite.options import AsJson, Data, agency_code, settings_of


class FileNotTaken(ValueError):
    """A file could not be imported, or not to its end."""


class RowsNotTaken(ValueError):
    """Some rows of a file were not taken."""


def import_file(
    file: Annotated[
        Path, typer.Argument(help="NDJSON, CSV or XLSX, told by its name.", exists=True)
    ],
    agency: Annotated[
        str | None,
        typer.Option(help="Receiving agency of rows that name none.", callback=agency_code),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check everything, file nothing.")
    ] = False,
    results: Annotated[
        Path | None, typer.Option(help="Where the results go; beside the file when left out.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Only go on with an import that is half done.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Go through a file that is done once more.")
    ] = False,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """File the dossiers of a file; a file that was interrupted goes on where it stopped."""
    from suite.importing import Wish, gone_through

    wish = Wish(
        file=file,
        agency=agency,
        dry_run=dry_run,
        again=again,
        resume=resume,
        results=results or file.with_name(f"{file.name}.results.csv"),
    )
    view = asyncio.run(gone_through(settings_of(data), wish))
    if as_json:
        typer.echo(view.model_dump_json())
    else:
        told = ", ".join(f"{count:,} {word}" for word, count in view.counts if count)
        typer.echo(f"{view.rows_done:,} rows: {told or 'none'}.")
        for warning in view.warnings:
            typer.echo(f"  {warning.field}: {warning.detail}")
        typer.echo(f"Results: {wish.results}")
    if view.reason is not None:
        where = f" ({view.reason.field})" if view.reason.field else ""
        raise FileNotTaken(f"{view.reason.code}{where}: {view.reason.detail}")
    if bad := view.counts.conflict + view.counts.invalid:
        raise RowsNotTaken(f"{bad:,} rows were not taken; {wish.results} says why.")
