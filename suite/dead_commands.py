"""`motcua dead`: events that were given up, listed and tried again."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from suite.options import AsJson, Data, ServiceName, known, settings_of

if TYPE_CHECKING:
    from suite.dead import TakenIn

dead = typer.Typer(help="Events that were given up and put aside.", no_args_is_help=True)


@dead.command("list")
def list_dead(as_json: AsJson = False, data: Data = None) -> None:
    """What was parked in each service, and why; what the broker gave up is taken in first."""
    from suite import tasks

    parked, taken = asyncio.run(tasks.parked_events(settings_of(data)))
    _tell_away(taken)
    if as_json:
        typer.echo(json.dumps(parked))
        return
    for row in parked:
        typer.echo(
            f"{row['service']:8} {row['event_id']} {row['topic']:22} {row['attempts']} tries  {row['reason']}"
        )
    typer.echo(f"{len(parked)} parked." + (" Next: motcua dead replay SERVICE" if parked else ""))


@dead.command("replay")
def replay_dead(
    service: ServiceName,
    event_id: Annotated[list[str] | None, typer.Argument(help="Some; all when left out.")] = None,
    data: Data = None,
) -> None:
    """Try parked events again."""
    from suite import tasks

    replayed = asyncio.run(tasks.replay_parked(settings_of(data), known(service), event_id or []))
    _tell_away(replayed.taken)
    typer.echo(f"{replayed.well} went well, {replayed.not_well} are still parked.")
    for unknown in replayed.unknown:
        typer.echo(f"motcua: {service} has parked no event {unknown}.", err=True)
    if replayed.not_well or replayed.unknown:
        sys.exit(1)


def _tell_away(taken: TakenIn) -> None:
    if taken.trouble:
        typer.echo(f"motcua: {taken.trouble}", err=True)
