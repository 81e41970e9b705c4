"""What commands of `motcua` share: options, and how they end in a sentence."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from chassis.settings import Settings

Data = Annotated[
    Path | None, typer.Option("--data", help="Folder of the embedded databases and secrets.")
]
Port = Annotated[int | None, typer.Option(min=1, max=65535, help="Port to listen on.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
ServiceName = Annotated[str, typer.Argument(help="intake, rating, postal, kpi or gateway.")]


def fail(sentence: str) -> NoReturn:
    """End with a sentence and status 1."""
    typer.echo(f"motcua: {sentence}", err=True)
    sys.exit(1)


def settings_of(data: Path | None, **told: Any) -> Settings:
    """The settings of the environment, with what the command line said over them."""
    from chassis.settings import Settings

    given = {key: value for key, value in told.items() if value is not None}
    if data is not None:
        given["data"] = data
    return Settings(**given)


def known(service: str) -> str:
    """A service's name. Raises `typer.BadParameter` when there is none of it."""
    from suite.services import SERVICES

    if service not in SERVICES:
        raise typer.BadParameter(f"There is no service {service}; there are {', '.join(SERVICES)}.")
    return service
