"""The command `motcua webhook`: the second operator's word on approved networks."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated

import typer

from suite.options import AsJson, Data, settings_of

webhook = typer.Typer(help="Webhooks whose networks wait for your word.", no_args_is_help=True)


@webhook.command("waiting")
def waiting(as_json: AsJson = False, data: Data = None) -> None:
    """Webhooks with networks that one operator has approved and a second one has yet to confirm."""
    from suite import webhook_tasks as tasks

    lines = asyncio.run(tasks.waiting(settings_of(data)))
    if as_json:
        typer.echo(json.dumps(lines, ensure_ascii=False))
        return
    for line in lines:
        typer.echo(
            f"{line['id']}  {line['client']}  {line['url']}  {' '.join(line['networks'])}  "
            f"approved by {line['approved_by']}, revision {line['revision']}"
        )
    typer.echo(f"{len(lines)} wait.")


@webhook.command("confirm")
def confirm(
    id: Annotated[str, typer.Argument(help="The webhook's id, as `webhook waiting` tells it.")],
    revision: Annotated[int, typer.Option(help="Its revision that you have looked at.")],
    data: Data = None,
) -> None:
    """Confirm the networks of a webhook, where MOTCUA_WEBHOOK_NETWORKS_CONFIRMED asks for it."""
    from suite import webhook_tasks as tasks

    asyncio.run(tasks.confirm(settings_of(data), id, revision))
    typer.echo(f"{id} is sent its challenge now, and the changes once it has answered.")
