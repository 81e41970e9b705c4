"""Commands of `motcua carrier codes`: the numbers that a carrier gave an account in advance."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer

from suite.options import AsJson, Data, fail, settings_of

codes = typer.Typer(
    help="Numbers of items that a carrier gave us in advance.", no_args_is_help=True
)
Interface = Annotated[str, typer.Argument(help="Which interface, e.g. vnpost-d.")]
Account = Annotated[str, typer.Option(help="What we call the account.")]


@codes.command("add")
def add_codes(
    interface: Interface,
    account: Account,
    file: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, help="The numbers, one a line.")
    ],
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Put the numbers of a file into an account's pool: all of them, or none when a line is wrong."""
    from suite import code_tasks

    added = asyncio.run(code_tasks.add(settings_of(data), interface, account, file))
    if as_json:
        typer.echo(json.dumps({"new": added.new, "known": added.known}))
        return
    typer.echo(f"{added.new} numbers added, {added.known} were there.")


@codes.command("level")
def show_levels(as_json: AsJson = False, data: Data = None) -> None:
    """Show how full each account's pool is."""
    from suite import code_tasks

    found = asyncio.run(code_tasks.levels(settings_of(data)))
    if as_json:
        typer.echo(json.dumps([level.model_dump(mode="json") for level in found]))
        return
    for level in found:
        warning = "  ask the carrier for more" if level.low else ""
        told = f"free {level.free}, taken {level.taken}, void {level.void}"
        typer.echo(f"{level.carrier} {level.account}: {told}{warning}")


@codes.command("void")
def void_code(
    interface: Interface,
    code: Annotated[str, typer.Argument(help="The number, e.g. of a spoilt label.")],
    data: Data = None,
) -> None:
    """Give a number out no more."""
    from suite import code_tasks

    if not asyncio.run(code_tasks.void(settings_of(data), interface, code)):
        fail("No pool of this carrier has the number.")
    typer.echo("The number is not given out any more.")
