"""Commands of `motcua kiosk`: devices at counters by which citizens rate."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Annotated

import typer

from suite.options import AsJson, Data, agency_code, settings_of

if TYPE_CHECKING:
    from contracts.rating.kiosks import KioskView

kiosk = typer.Typer(
    help="Devices at counters by which citizens rate (thiết bị đánh giá).", no_args_is_help=True
)
Id = Annotated[str, typer.Argument(help="The kiosk's id, from `motcua kiosk list`.")]


@kiosk.command("enrol")
def enrol_kiosk(
    agency: Annotated[str, typer.Option(help="Whose counter it stands at.", callback=agency_code)],
    counter: Annotated[str, typer.Option(help='What the counter is called, e.g. "Quầy số 3".')],
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Make a code that turns one device into the kiosk of a counter; good once, for ten minutes."""
    from suite import kiosk_tasks

    settings = settings_of(data)
    made = asyncio.run(kiosk_tasks.enrol(settings, agency, counter))
    if as_json:
        typer.echo(made.model_dump_json())
        return
    typer.echo(made.code)
    typer.echo(f"Type it in at {settings.public_url}/kiosk before {made.expires_at:%H:%M}.")


@kiosk.command("list")
def list_kiosks(
    agency: Annotated[
        str | None, typer.Option(help="This agency and those below it.", callback=agency_code)
    ] = None,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Show how each kiosk stands."""
    from suite import kiosk_tasks

    found = asyncio.run(kiosk_tasks.kiosks(settings_of(data), agency))
    if as_json:
        typer.echo(json.dumps([one.model_dump(mode="json") for one in found]))
        return
    for one in found:
        typer.echo(_line(one))


@kiosk.command("revoke")
def revoke_kiosk(id: Id, data: Data = None) -> None:
    """Take a kiosk out of use, from its next request on."""
    from suite import kiosk_tasks

    typer.echo(_line(asyncio.run(kiosk_tasks.revoke(settings_of(data), id))))


@kiosk.command("release")
def release_items(
    id: Id,
    reason: Annotated[str, typer.Option(help="Why they are to count, for those who ask later.")],
    data: Data = None,
) -> None:
    """Let items count that were held because too many came at once."""
    from suite import kiosk_tasks

    became = asyncio.run(kiosk_tasks.release(settings_of(data), id, reason))
    typer.echo(f"{became.taken} counted, {became.refused} could not count any more.")


def _line(one: KioskView) -> str:
    heard = f"{one.heard_at:%d/%m/%Y %H:%M}" if one.heard_at else "never"
    told = f"heard {heard}, waiting {one.waiting}, held {one.held}, out of order {one.gaps}"
    return f"{one.id} {one.state} {one.agency} {one.counter}: {told}, clock {one.skew_seconds:+} s"
