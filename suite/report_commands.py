"""The command `motcua report`; it imports what it needs when it runs, so that `--help` is quick."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from suite.options import AsJson, Data, agency_code, settings_of

if TYPE_CHECKING:
    from contracts.reports import DueView

report = typer.Typer(
    help="Figures that agencies report: what is owed (đôn đốc báo cáo).", no_args_is_help=True
)


@report.callback()
def _group() -> None:
    """Keep `due` a command of its own, however few there are."""


@report.command("due")
def list_due(
    agency: Annotated[
        str | None, typer.Option(help="This agency and those below it.", callback=agency_code)
    ] = None,
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="A day; today when left out.")
    ] = None,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Show which reports are due, late, or waiting for a second person, the longest owed first."""
    from suite import report_tasks

    found = asyncio.run(report_tasks.due(settings_of(data), agency, on.date() if on else None))
    if as_json:
        typer.echo(found.model_dump_json())
        return
    for one in found.items:
        typer.echo(_line(one))
    told = found.received
    typer.echo(f"{told.count} of {told.among} reports whose day is over were handed in.")


def _line(one: DueView) -> str:
    from contracts.labels import label

    late = f" since {one.late_since}" if one.late_since else ""
    state = f"{one.state}{late} ({label(one.state)})"
    period = f"{one.period_from} to before {one.period_to}"
    return f"{state} {one.agency} {one.series}, {period}, due {one.due_on}: {one.title_vi}"
