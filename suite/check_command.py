"""`motcua partner check`: whether a partner's credentials do what the guide says."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from suite.options import AsJson, agency_code

if TYPE_CHECKING:
    from suite.checking.access import Access
    from suite.checking.findings import Finding


def check_partner(
    url: Annotated[str, typer.Argument(help="Where motcua is, e.g. https://motcua.example.")],
    credentials: Annotated[
        Path,
        typer.Option(
            exists=True, dir_okay=False, help="What `partner add --json` printed, in a file."
        ),
    ],
    key: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="The private key, PEM: sign with it."),
    ] = None,
    kid: Annotated[str | None, typer.Option(help="The key's name; else its thumbprint.")] = None,
    agency: Annotated[
        str | None,
        typer.Option(
            help="The agency to speak for, where there are several.", callback=agency_code
        ),
    ] = None,
    procedure: Annotated[
        str | None, typer.Option(help="Procedure of the test dossier; else the first there is.")
    ] = None,
    files: Annotated[
        bool, typer.Option("--files", help="Leave a test dossier in a real agency, too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Walk through the calls of the guide with a partner's credentials and tell what works.

    In a sandbox everything is tried; elsewhere nothing is written, unless --files says so.
    """
    from suite.checking.access import read_access
    from suite.checking.findings import Verdict

    if not url.startswith(("http://", "https://")):
        raise typer.BadParameter("Write the address with http:// or https:// in front.")
    access = read_access(credentials, key, kid)
    told: dict[str, Any] = {"agency": agency, "procedure": procedure, "files": files}
    found = asyncio.run(_walk(url, access, told, as_json=as_json))
    if any(finding.verdict is Verdict.FAILS for finding in found):
        sys.exit(1)


async def _walk(url: str, access: Access, told: dict[str, Any], *, as_json: bool) -> list[Finding]:
    import httpx
    from rich.console import Console

    from suite.checking.findings import summary, tell
    from suite.checking.visit import Visit
    from suite.checking.walk import walk

    screen, found = Console(), []
    async with httpx.AsyncClient(base_url=url.rstrip("/"), timeout=15) as http:
        async for finding in walk(Visit(http, access, **told)):
            found.append(finding)
            if not as_json:
                tell(finding, screen)
    if as_json:
        works = not any(finding.verdict == "fails" for finding in found)
        steps = [finding.told() for finding in found]
        typer.echo(json.dumps({"works": works, "steps": steps}, ensure_ascii=False))
    else:
        typer.echo(summary(found) + ".")
    return found
