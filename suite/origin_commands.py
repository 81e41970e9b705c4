"""The command `motcua origin`: which web sites may show the rating widget."""

from __future__ import annotations

import asyncio
import getpass
import json
from typing import Annotated

import typer

from suite.options import AsJson, Data, agency_code, settings_of

origin = typer.Typer(help="Web sites that may show the rating widget.", no_args_is_help=True)

Site = Annotated[str, typer.Argument(help="As browsers send it, e.g. https://motcua.example.vn")]


@origin.command("add")
def add_origin(
    site: Site,
    agency: Annotated[str, typer.Option(help="The agency whose site it is.", callback=agency_code)],
    by: Annotated[str | None, typer.Option(help="Who enters it; else the user's name.")] = None,
    data: Data = None,
) -> None:
    """Let a web site show the rating widget."""
    from suite import origin_tasks as tasks

    asyncio.run(tasks.add_origin(settings_of(data), site, agency, by or getpass.getuser()))
    typer.echo(f"{site} may show the rating widget; gateways know it within 10 seconds.")


@origin.command("list")
def list_origins(as_json: AsJson = False, data: Data = None) -> None:
    """Which sites may show it, whose they are, who entered them; and who asked without being registered."""
    from suite import origin_tasks as tasks

    entries, strangers = asyncio.run(tasks.origins(settings_of(data)))
    if as_json:
        told = [entry.model_dump(mode="json") | {"registered": True} for entry in entries]
        told += [each.model_dump(mode="json") | {"registered": False} for each in strangers]
        typer.echo(json.dumps(told))
        return
    for entry in entries:
        typer.echo(
            f"{entry.origin}  {entry.agency}  {entry.added_by}  {entry.added_at:%Y-%m-%d %H:%M} UTC"
        )
    if not entries:
        typer.echo("None. Next: motcua origin add https://... --agency CODE")
    if strangers:
        typer.echo("Not registered, and asked for rating forms; add those that are yours:")
    for each in strangers:
        typer.echo(f"{each.origin}  {each.times} times, last {each.last_at:%Y-%m-%d %H:%M} UTC")


@origin.command("remove")
def remove_origin(site: Site, data: Data = None) -> None:
    """Let a web site show it no more."""
    from suite import origin_tasks as tasks

    asyncio.run(tasks.remove_origin(settings_of(data), site))
    typer.echo(f"{site} may not show the rating widget any more, 10 seconds from now.")
