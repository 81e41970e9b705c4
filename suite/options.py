"""What commands of `motcua` share: options, and how they end in a sentence."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

import typer

if TYPE_CHECKING:
    from chassis.settings import Settings

T = TypeVar("T", str, str | None, list[str] | None)

Data = Annotated[
    Path | None, typer.Option("--data", help="Folder of the embedded databases and secrets.")
]
Port = Annotated[int | None, typer.Option(min=1, max=65535, help="Port to listen on.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
ServiceName = Annotated[str, typer.Argument(help="intake, rating, postal, kpi or gateway.")]


class WorldName(StrEnum):
    """The worlds of the demonstration."""

    CITY_2020 = "city-2020"
    DISTRICT_2018 = "district-2018"


def agency_code(told: T) -> T:
    """What was told where a command takes the code of an agency, or several. Raises `typer.BadParameter`.

    A command is not behind the API, which would not let another code in, nor find it again in an address.
    """
    from pydantic import TypeAdapter, ValidationError

    from contracts.wire import Code

    for code in (told,) if isinstance(told, str) else told or ():
        try:
            TypeAdapter(Code).validate_python(code)
        except ValidationError:
            good = False
        else:
            good = "/" not in str(code)
        if not good:
            raise typer.BadParameter(
                f"{code!r} is no code of an agency: letters A-Z and a-z, digits, . _ and -, beginning "
                "with a letter or a digit, at most 64 characters, e.g. H29 or 000.00.19.H29."
            )
    return told


def fail(sentence: str) -> NoReturn:
    """End with a sentence and status 1."""
    typer.echo(f"motcua: {sentence}", err=True)
    sys.exit(1)


def settings_of(data: Path | None, **told: Any) -> Settings:
    """The settings of the environment, with what the command line said over them.

    One that cannot be ends the command in a sentence that names it, and does not repeat the others.
    """
    from pydantic import ValidationError

    from chassis.settings import Settings

    given = {key: value for key, value in told.items() if value is not None}
    if data is not None:
        given["data"] = data
    try:
        return Settings(**given)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False)[0]
        name = f"MOTCUA_{first['loc'][0]}".upper() if first["loc"] else "Settings"
        fail(f"{name}: {first['msg'].removeprefix('Value error, ')}")


def known(service: str) -> str:
    """A service's name. Raises `typer.BadParameter` when there is none of it."""
    from suite.services import SERVICES

    if service not in SERVICES:
        raise typer.BadParameter(f"There is no service {service}; there are {', '.join(SERVICES)}.")
    return service
