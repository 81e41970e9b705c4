"""`motcua national`: what the national portal was told, told again, compared, and its catalogue."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from suite.options import AsJson, Data, fail, settings_of

if TYPE_CHECKING:
    from contracts.catalogue import CatalogueEntry
    from contracts.syncing import SyncView

R = TypeVar("R")

national = typer.Typer(
    help="The national portal (Cổng DVCQG): what it was told, and its catalogue.",
    no_args_is_help=True,
)


@national.command("status")
def show_status(
    code: Annotated[str | None, typer.Argument(help="One dossier; all when left out.")] = None,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """How much waits to be told, and what was put aside; or how far it is with one dossier."""
    from suite import national_tasks as tasks

    settings = settings_of(data)
    if code is not None:
        view = _done(tasks.status_of(settings, code), "check its code, or wait for the worker")
        typer.echo(view.model_dump_json() if as_json else _line(view))
        return
    found = asyncio.run(tasks.status(settings))
    if as_json:
        parked = [view.model_dump(mode="json") for view in found.some_parked]
        told = {"waiting": found.waiting, "oldest": found.oldest, "parked": found.parked}
        typer.echo(json.dumps(told | {"some_parked": parked}, ensure_ascii=False))
        return
    if not settings.national_adapter_url:
        typer.echo("Off: MOTCUA_NATIONAL_ADAPTER_URL is not set. Changes are marked and wait.")
    typer.echo(f"{found.waiting} wait" + (f", since {found.oldest}." if found.oldest else "."))
    for view in found.some_parked:
        typer.echo(_line(view))
    if found.parked:
        typer.echo(f"{found.parked} put aside. Next: mend them, motcua national resend --parked")


@national.command("resend")
def resend_some(
    code: Annotated[list[str] | None, typer.Argument(help="Dossiers, by their codes.")] = None,
    first: Annotated[
        str | None, typer.Option("--from", help="Last change on this day or later.")
    ] = None,
    end: Annotated[str | None, typer.Option("--to", help="Exclusive.")] = None,
    parked: Annotated[bool, typer.Option(help="What was put aside.")] = False,
    reason: Annotated[str | None, typer.Option(help="Put aside for this reason.")] = None,
    data: Data = None,
) -> None:
    """Let the portal be told of dossiers again; the worker does it."""
    from pydantic import ValidationError

    from suite import national_tasks as tasks

    try:
        told = tasks.resending(code or [], first, end, reason, parked=parked)
    except ValidationError as wrong:
        told_wrong = "; ".join(str(error["msg"]) for error in wrong.errors())
        fail(f"{told_wrong.removeprefix('Value error, ')}. Next: motcua national resend --help")
    answer = asyncio.run(tasks.resend(settings_of(data), told))
    typer.echo(f"{answer.resent} will be told again." + (" More: repeat." if answer.more else ""))
    if answer.unknown:
        fail(f"nothing to tell of {', '.join(answer.unknown)}. Next: motcua national status CODE")


@national.command("reconcile")
def reconcile_day(
    day: Annotated[str, typer.Argument(help="A Vietnamese day of receipt, as 2026-03-16.")],
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Compare a day's dossiers with the portal's now (đối soát)."""
    from suite import national_tasks as tasks

    try:
        asked = date.fromisoformat(day)
    except ValueError:
        fail(f"{day} is no day: write it as 2026-03-16.")
    view = _done(tasks.reconcile(settings_of(data), asked), f"motcua national reconcile {day}")
    if as_json:
        typer.echo(view.model_dump_json())
        return
    typer.echo(f"{view.date}: {view.ours} here, {view.theirs} there.")
    for count in view.by_agency:
        typer.echo(f"  {count.agency:24} {count.difference:16} {count.count}")
    for one in view.differing:
        typer.echo(f"  {one.code:32} {one.difference:16} {one.ours or ''} {one.theirs or ''}")


@national.command("catalogue")
def import_catalogue(
    number: Annotated[
        str | None, typer.Option("--apply", help="Take over the difference of this number.")
    ] = None,
    agency: Annotated[
        str | None, typer.Option(help="Only what the portal lists for this agency.")
    ] = None,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Read the portal's catalogue and show how it differs from ours; apply what was reviewed."""
    from suite import national_tasks as tasks

    settings = settings_of(data)
    if number is not None and agency is not None:
        fail("what was compared is applied as it is. Next: give --apply without --agency")
    if number is not None:
        view = _done(tasks.apply_catalogue(settings, number), "motcua national catalogue")
    else:
        view = _done(tasks.compare_catalogue(settings, agency), "motcua national catalogue")
    if as_json:
        typer.echo(view.model_dump_json())
    elif number is None:
        for entry in view.entries:
            typer.echo(f"{entry.kind:10} {entry.code:16} {_told(entry)}")
    if view.reason is not None:
        fail(f"{view.words} Next: motcua national catalogue")
    if as_json:
        return
    if number is not None:
        typer.echo(f"{view.written} procedures written.")
        return
    if not view.counts.new + view.counts.changed:
        typer.echo(f"{len(view.entries)} differ, nothing to take over.")
        return
    following = f"motcua national catalogue --apply {view.id}"
    typer.echo(f"{len(view.entries)} differ. Next: {following}")


def _done(work: Coroutine[Any, Any, R], following: str) -> R:
    """What comes of a task; a refusal ends the command with what to do next."""
    from contracts.problems import Problem

    try:
        return asyncio.run(work)
    except Problem as problem:
        fail(f"{problem.detail} Next: {following}")


def _line(view: SyncView) -> str:
    tail = f"  {view.reason}: {view.words or ''}" if view.reason else ""
    sent = f"revision {view.sent_revision} of {view.wanted_revision}"
    return f"{view.code:32} {view.state:8} {sent}, {view.failed_attempts} failed{tail}"


def _told(entry: CatalogueEntry) -> str:
    if entry.kind == "unreadable":
        return entry.reason or ""
    if entry.kind != "changed":
        return entry.name or ""
    return "; ".join(
        f"{name}: {_value(change.old)} -> {_value(change.new)}"
        for name, change in entry.fields.items()
    )


def _value(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or "-"
    return f"{value.amount} {value.unit}"
