"""The commands `motcua keys` and `motcua retention`: what an operator does about personal data."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from typing import Annotated

import typer

from suite.options import AsJson, Data, settings_of

keys = typer.Typer(help="The keys that seal personal data.", no_args_is_help=True)
retention = typer.Typer(
    help="How long personal data are kept, and what is purged.", no_args_is_help=True
)

Reason = Annotated[str, typer.Option(help="Why, with the number of the paper that asks for it.")]


@keys.command("status")
def keys_status(as_json: AsJson = False, data: Data = None) -> None:
    """Which keys there are, and how many dossiers they seal; non-zero when one is missing."""
    from suite import personal_tasks as tasks

    told = asyncio.run(tasks.keys_standing(settings_of(data)))
    if as_json:
        typer.echo(json.dumps(asdict(told)))
    else:
        for kek, count in told.wrapped_by.items():
            note = "in use" if kek == told.kek_in_use else "older"
            note = "MISSING: put its line back into intake-kek.key" if kek in told.missing else note
            typer.echo(f"key-encryption key {kek}  wraps {count} data keys  ({note})")
        typer.echo(f"data keys          {told.sealing} sealing, {told.retired} retired")
        typer.echo(
            f"dossiers           {told.sealed} sealed, {told.waiting} under a retired key, {told.plain} plain"
        )
        if told.waiting or told.plain:
            typer.echo("Next: motcua keys reseal")
    if told.missing:
        raise typer.Exit(1)


@keys.command("rotate")
def rotate_keys(
    new_key: Annotated[
        bool,
        typer.Option("--new/--no-new", help="Make a new key, or use the first of the file."),
    ] = True,
    data: Data = None,
) -> None:
    """Put a new key-encryption key in front of intake-kek.key, and wrap every data key with it."""
    from suite import personal_tasks as tasks

    count = asyncio.run(tasks.rotate_keys(settings_of(data), new_key=new_key))
    typer.echo(f"{count} data keys are wrapped with the key-encryption key in use.")
    typer.echo(
        "The older line stays in intake-kek.key for backups; remove it with the last of them."
    )


@keys.command("retire")
def retire_keys(
    unreadable: Annotated[
        bool,
        typer.Option("--unreadable", help="Only those whose key-encryption key is lost for good."),
    ] = False,
    data: Data = None,
) -> None:
    """Let data keys be followed by new ones, for example when one may be known to others."""
    from suite import personal_tasks as tasks

    count = asyncio.run(tasks.retire_keys(settings_of(data), unreadable=unreadable))
    typer.echo(f"{count} data keys retired. Other processes follow within a minute.")
    if count and not unreadable:
        typer.echo("Next: motcua keys reseal")


@keys.command("reseal")
def reseal(
    everything: Annotated[
        bool, typer.Option("--all", help="Also what is well sealed: digests are made anew.")
    ] = False,
    data: Data = None,
) -> None:
    """Seal anew what stands under retired keys, or in plain text from an earlier version."""
    from suite import personal_tasks as tasks

    count, destroyed = asyncio.run(tasks.reseal(settings_of(data), everything=everything))
    typer.echo(f"{count} dossiers sealed anew, {destroyed} emptied data keys destroyed.")


@retention.command("due")
def due(as_json: AsJson = False, data: Data = None) -> None:
    """How many dossiers of each class are due to be purged, and how many are held back."""
    from suite import personal_tasks as tasks

    told = asyncio.run(tasks.due_to_purge(settings_of(data)))
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    typer.echo(f"{'class':14} {'years':>7} {'ended before':14} {'due':>8} {'held':>8}")
    for line in told:
        years = "for ever" if line["years"] is None else line["years"]
        name = line["class"] + ("*" if line["default"] else "")
        before = line["ended_before"] or "never"
        typer.echo(f"{name:14} {years:>8} {before:13} {line['due']:>8} {line['held']:>8}")
    typer.echo("* of procedures that name no class")


@retention.command("purge")
def purge(
    execute: Annotated[
        bool, typer.Option("--execute", help="Really remove them; otherwise it only tells.")
    ] = False,
    data: Data = None,
) -> None:
    """Remove the personal data of dossiers whose retention is over; figures stay as they are."""
    from suite import personal_tasks as tasks

    if not execute:
        count = sum(line["due"] for line in asyncio.run(tasks.due_to_purge(settings_of(data))))
        typer.echo(f"{count} dossiers would be purged. Nothing was changed.")
        typer.echo("Next: motcua retention due, then motcua retention purge --execute")
        return
    count, destroyed = asyncio.run(tasks.purge(settings_of(data)))
    typer.echo(f"{count} dossiers purged, {destroyed} emptied data keys destroyed.")


@retention.command("hold")
def hold(
    code: Annotated[str, typer.Argument(help="The dossier's code.")],
    reason: Reason,
    data: Data = None,
) -> None:
    """Hold a dossier back from every purge."""
    from suite import personal_tasks as tasks

    asyncio.run(tasks.order_hold(settings_of(data), code, reason, held=True))
    typer.echo(f"{code} is held back until `motcua retention lift`.")


@retention.command("lift")
def lift(
    code: Annotated[str, typer.Argument(help="The dossier's code.")],
    reason: Reason,
    data: Data = None,
) -> None:
    """Let a dossier go again that was held back."""
    from suite import personal_tasks as tasks

    asyncio.run(tasks.order_hold(settings_of(data), code, reason, held=False))
    typer.echo(f"{code} is not held back.")
