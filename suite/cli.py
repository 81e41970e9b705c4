"""The command `motcua`. Commands import what they need when they run, so that `--help` is quick."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from suite.agency_commands import agency as agencies
from suite.carrier_commands import list_carriers
from suite.code_commands import codes
from suite.dead_commands import dead
from suite.import_command import import_file
from suite.kiosk_commands import kiosk
from suite.kpi_commands import kpi
from suite.national_commands import national
from suite.options import AsJson, Data, Port, ServiceName, WorldName, agency_code
from suite.options import fail as _fail
from suite.options import known as _known
from suite.options import settings_of as _settings
from suite.origin_commands import origin
from suite.partner_commands import partner
from suite.personal_commands import keys, retention
from suite.rating_commands import ratings
from suite.report_commands import report
from suite.webhook_commands import webhook

app = typer.Typer(
    name="motcua",
    help="Một Cửa: one-stop dossiers, the post, ratings, and the reform targets counted from them.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
carrier = typer.Typer(help="Our accounts with carriers of the post.", no_args_is_help=True)
calendar = typer.Typer(help="The operator's word on single days.", no_args_is_help=True)
outbox = typer.Typer(help="Events on their way out.", no_args_is_help=True)
for name, group in (
    ("partner", partner),
    ("agency", agencies),
    ("carrier", carrier),
    ("calendar", calendar),
    ("kpi", kpi),
    ("ratings", ratings),
    ("outbox", outbox),
    ("dead", dead),
    ("keys", keys),
    ("retention", retention),
    ("origin", origin),
    ("kiosk", kiosk),
    ("report", report),
    ("national", national),
    ("webhook", webhook),
):
    app.add_typer(group, name=name)
carrier.add_typer(codes, name="codes")
app.command("import")(import_file)
carrier.command("list")(list_carriers)


def main() -> None:
    """Run the command line; failures end in one sentence and a status that is not zero."""
    from contracts.problems import Problem

    try:
        app()
    except Problem as problem:
        _fail(problem.detail)
    except (RuntimeError, OSError, ValueError, LookupError) as failed:
        _fail(f"{type(failed).__name__}: {failed}")


def _run(work: Any) -> None:
    import uvloop

    uvloop.run(work)


@app.command()
def up(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Port = None,
    data: Data = None,
) -> None:
    """Run everything in one process; migrates first, then prints its addresses."""
    from chassis.telemetry import configure_logs
    from suite.serving import serve_together

    settings = _settings(data, host=host, port=port)
    if port is not None or host is not None:
        here = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104 - a comparison
        told = settings.model_fields_set
        if "public_url" not in told:
            settings = settings.model_copy(update={"public_url": f"http://{here}:{settings.port}"})
    configure_logs(settings.log_level)

    async def ready() -> None:
        typer.echo(f"motcua is up at {settings.public_url}")
        typer.echo(f"  board      {settings.public_url}/board")
        typer.echo(f"  API        {settings.public_url}/docs")
        typer.echo(f"  health     {settings.public_url}/health/ready")
        typer.echo(f"  data       {settings.data}")
        typer.echo("Stop with Ctrl-C.")
        sys.stdout.flush()

    _run(serve_together(settings, ready))


@app.command()
def serve(
    service: ServiceName,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Port = None,
    data: Data = None,
) -> None:
    """Run one service's API."""
    from chassis.telemetry import configure_logs
    from suite.serving import serve_service

    settings = _settings(data, host=host, port=port)
    configure_logs(settings.log_level)
    _run(serve_service(_known(service), settings))


@app.command()
def work(service: ServiceName, data: Data = None) -> None:
    """Run one service's worker: relay, consumers, retries, jobs."""
    from chassis.telemetry import configure_logs
    from suite.serving import work_service

    settings = _settings(data)
    if not settings.broker_url:
        raise ValueError("A worker of its own needs MOTCUA_BROKER_URL; one process does with `up`.")
    configure_logs(settings.log_level)
    _run(work_service(_known(service), settings))


@app.command()
def migrate(
    service: Annotated[str | None, typer.Argument(help="One service; all when left out.")] = None,
    data: Data = None,
) -> None:
    """Bring databases to their newest revision."""
    from suite.together import migrate as bring

    for done in bring(_settings(data), _known(service) if service else None):
        typer.echo(f"{done}: at its newest revision")


@carrier.command("add")
def add_carrier(
    interface: Annotated[str, typer.Argument(help="Which interface, e.g. vnpost-d.")],
    account: Annotated[str, typer.Option(help="What we call the account.")],
    public_key: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="The carrier's public key: PEM, whpk_, base64 or XML.",
        ),
    ] = None,
    private_key: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="A key the carrier handed you, to decrypt with."
        ),
    ] = None,
    secret_file: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="A secret shared with the carrier; else one is made."
        ),
    ] = None,
    new_secret: Annotated[
        bool,
        typer.Option("--new-secret", help="Make another secret; the one before counts as well."),
    ] = False,
    base_url: Annotated[str | None, typer.Option(help="Where the carrier is asked.")] = None,
    credentials: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="JSON file: username, password, customer_code (kept out of argv).",
        ),
    ] = None,
    agency: Annotated[
        str | None,
        typer.Option(
            help="Whose account it is: orders for this agency and those below. Else: all.",
            callback=agency_code,
        ),
    ] = None,
    option: Annotated[
        list[str] | None,
        typer.Option(help="NAME=VALUE the interface knows; without a value it is taken away."),
    ] = None,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Open an account with a carrier, or complete one: its keys, and where it is asked."""
    from suite import tasks

    wanted = tasks.CarrierAccount(
        interface=interface,
        account=account,
        public_key=tasks.read_public_key(public_key) if public_key else None,
        private_key=tasks.read_private_key(private_key) if private_key else None,
        options=tasks.read_options(option or []),
        base_url=base_url,
        agency=agency,
        credentials=(tasks.read_credentials(credentials) if credentials else {})
        | ({"secret": tasks.read_secret(secret_file)} if secret_file else {}),
        new_secret=new_secret,
    )
    opened = asyncio.run(tasks.add_carrier(_settings(data), wanted))
    if as_json:
        typer.echo(json.dumps(opened))
        return
    for key, value in opened.items():
        typer.echo(f"{key:10} {value}")
    if "address" in opened:
        typer.echo(
            "The carrier sends its messages to this address; it begins with MOTCUA_PUBLIC_URL."
        )
    if "secret" in opened or "?" in opened.get("address", ""):
        typer.echo(
            "The secret is shown this once: hand it to the carrier by a way nobody listens to."
        )


@calendar.command("set")
def declare_day(
    day: Annotated[str, typer.Argument(help="The day, e.g. 2026-11-24.")],
    reason: Annotated[str, typer.Option(help="Why, in words people read.")],
    works: Annotated[
        bool, typer.Option("--works/--off", help="Whether the office works that day.")
    ],
    decision: Annotated[
        str | None, typer.Option(help="Number of the decision that says so.")
    ] = None,
    data: Data = None,
) -> None:
    """Say of a single day whether the office works, over the calendar shipped."""
    from datetime import date

    from suite import tasks

    try:
        told = date.fromisoformat(day)
    except ValueError:
        raise typer.BadParameter("Write the day as YYYY-MM-DD, e.g. 2026-11-24.") from None
    asyncio.run(tasks.declare_day(_settings(data), told, reason, works=works, decision=decision))
    typer.echo(
        f"{told}: {'a working day' if works else 'a day off'}. Promises made from now on follow it."
    )


@outbox.command("status")
def outbox_status(as_json: AsJson = False, data: Data = None) -> None:
    """How many events wait in each service."""
    from suite import tasks

    waiting = asyncio.run(tasks.waiting_events(_settings(data)))
    if as_json:
        typer.echo(json.dumps(waiting))
        return
    for service, count in waiting.items():
        typer.echo(f"{service:10} {count:8} waiting")


@outbox.command("replay")
def replay_outbox(
    service: ServiceName,
    since: Annotated[
        str, typer.Option(help="Instant with offset, e.g. 2026-11-23T08:00:00+07:00.")
    ],
    data: Data = None,
) -> None:
    """Send again what was sent since an instant; listeners recognise what they know."""
    from datetime import datetime

    from suite import tasks

    example = "2026-11-23T08:00:00+07:00"
    try:
        instant = datetime.fromisoformat(since)
    except ValueError:
        raise typer.BadParameter(f"Write --since as an instant, e.g. {example}.") from None
    if instant.tzinfo is None:
        raise typer.BadParameter(f"Give --since its offset, e.g. {example}.")
    count = asyncio.run(tasks.replay_outbox(_settings(data), _known(service), instant))
    typer.echo(f"{count} events will be sent again.")


@app.command()
def demo(
    world: Annotated[
        WorldName,
        typer.Option(help="What is played: the city's year, or a district's nine months."),
    ] = WorldName.CITY_2020,
    dossiers: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=1_000_000,
            help="How many dossiers the year 2020 has (3200; the autumn of 2017 has a tenth as many"
            " besides), or how many the district settles (2000; a multiple of 1000).",
        ),
    ] = None,
    record: Annotated[
        Path | None,
        typer.Option(
            dir_okay=False, help="Write every call into this file, to count the figures again."
        ),
    ] = None,
    data: Data = None,
    stay: Annotated[bool, typer.Option("--serve", help="Stay up afterwards.")] = False,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the demo's gateway; 0 finds a free one.")
    ] = 0,
) -> None:
    """Replay a world through the public API, then print its scoreboards: by default a year of a city."""
    from suite.demo.run import run_demo
    from suite.demo.worlds import WORLDS

    folder = data or Path("var") / ("demo" if world is WorldName.CITY_2020 else world.value)
    played = WORLDS[world]()
    _run(run_demo(played, folder, dossiers=dossiers, record=record, stay=stay, port=port))


@app.command()
def sandbox(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8090,
    data: Data = None,
    national_faults: Annotated[
        float,
        typer.Option(
            min=0, max=1, help="Share of calls to the portal and the bus that go wrong, e.g. 0.2."
        ),
    ] = 0.0,
    post_faults: Annotated[
        float,
        typer.Option(min=0, max=1, help="Share of calls to the post that go wrong, e.g. 0.2."),
    ] = 0.0,
    seed: Annotated[int, typer.Option(help="The same seed lets the same calls go wrong.")] = 0,
) -> None:
    """Run the stand-ins of the post, the national portal and a provincial bus."""
    from suite.sandbox.faults import FaultPlan, Faults
    from suite.sandbox.post import EVER
    from suite.sandbox.serving import serve_sandbox

    faults = Faults(FaultPlan.spread(national_faults, seed))
    of_the_post = Faults(FaultPlan.spread(post_faults, seed, sorted(EVER)))
    serve_sandbox(host, port, _settings(data).data / "sandbox", faults, of_the_post)


@app.command()
def schemas(
    check: Annotated[
        bool, typer.Option("--check", help="Only tell whether they are fresh.")
    ] = False,
) -> None:
    """Write the published contracts: JSON Schemas, OpenAPI, AsyncAPI, examples."""
    from suite.schemas import write_contracts

    stale = write_contracts(check=check)
    if check and stale:
        _fail(
            f"{len(stale)} published contracts are not fresh, first {stale[0]}; run `make schemas`."
        )
    typer.echo("Published contracts are fresh." if not stale else f"{len(stale)} files written.")


@app.command()
def settings(
    markdown: Annotated[bool, typer.Option("--markdown", help="The settings page.")] = False,
    env: Annotated[bool, typer.Option("--env", help="An example .env file.")] = False,
    data: Data = None,
) -> None:
    """Show every setting and its value in force; secrets are never shown."""
    from chassis.settings import settings_example, settings_page

    if markdown or env:
        typer.echo(settings_page() if markdown else settings_example(), nl=False)
        return
    for key, value in _settings(data).model_dump(mode="json").items():
        shown = "(set)" if key.endswith("_url") and "@" in str(value) else value
        typer.echo(f"MOTCUA_{key.upper()}={'' if shown is None else shown}")


if __name__ == "__main__":
    main()
