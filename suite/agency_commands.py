"""The command `motcua agency`: what the operator alone does with the directory."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from suite.options import Data, agency_code, settings_of

agency = typer.Typer(
    help="The directory of agencies, over its partners' heads.", no_args_is_help=True
)


@agency.command("place")
def place_agency(
    code: Annotated[
        str, typer.Argument(help="The agency, by any code it carries.", callback=agency_code)
    ],
    parent: Annotated[
        str, typer.Option(help="The agency above it from now on.", callback=agency_code)
    ],
    data: Data = None,
) -> None:
    """Put an agency under another, and so within the reach of whoever speaks for that one."""
    from suite import tasks

    own = asyncio.run(tasks.place_agency(settings_of(data), code, parent))
    typer.echo(f"{own} stands below {parent}. Figures follow as the news of it arrives.")
