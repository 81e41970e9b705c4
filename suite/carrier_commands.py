"""The command `motcua carrier list`: our accounts with carriers, and what ails them."""

from __future__ import annotations

import asyncio
import json

import typer

from suite.options import AsJson, Data, settings_of


def list_carriers(as_json: AsJson = False, data: Data = None) -> None:
    """Show every account with a carrier: what it lacks, how old its news are. Never a key or a secret."""
    from suite import carrier_tasks as tasks

    accounts = asyncio.run(tasks.accounts(settings_of(data)))
    if as_json:
        typer.echo(json.dumps(accounts, ensure_ascii=False))
        return
    for account in accounts:
        whose = account["agency"] or "everybody"
        typer.echo(f"{account['interface']}  {account['account']}  for {whose}")
        for purpose, missing in account["lacks"].items():
            typer.echo(f"    for {purpose} it lacks: {', '.join(missing)}")
        for feed in account["feeds"]:
            typer.echo(f"    list {feed['feed']}: {_told(feed)}")
    typer.echo(f"{len(accounts)} accounts.")


def _told(feed: dict[str, object]) -> str:
    heard = feed["heard_at"]
    age = f"read {feed['age_seconds']} s ago, at {heard}" if heard else "never read yet"
    problem = f"; {feed['attempts']} tries since, {feed['problem']}" if feed["problem"] else ""
    return age + problem
