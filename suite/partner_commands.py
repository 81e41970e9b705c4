"""`motcua partner`: the register of partners' systems."""

from __future__ import annotations

import asyncio
import json
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from suite.check_command import check_partner
from suite.options import AsJson, Data, agency_code, settings_of

if TYPE_CHECKING:
    from gateway.commands import Credentials, PartnerEntry

partner = typer.Typer(help="Partners' systems: who they are, what they may.", no_args_is_help=True)

key = typer.Typer(help="Public keys that a partner signs with.", no_args_is_help=True)
partner.add_typer(key, name="key")
partner.command("check")(check_partner)

SCOPES_HELP = (
    "Comma-separated, e.g. dossiers:write,dossiers:read. catalogue:write changes the one national "
    "catalogue for every partner: give it to the operator's own system only."
)
KeyName = Annotated[str, typer.Argument(help="The key's name (kid), as `partner show` tells it.")]
ClientId = Annotated[str, typer.Argument(help="The client_id (user name) of the partner.")]
Networks = Annotated[
    list[str] | None,
    typer.Option(
        "--network",
        help="Network it comes from (203.0.113.0/24), or any; again for more. Else: any, "
        "but with --dialect this machine alone; needed where MOTCUA_PUBLIC_URL is elsewhere.",
    ),
]
Expires = Annotated[
    str | None, typer.Option(help="Last day it is let in, YYYY-MM-DD; with --dialect else a year.")
]


@partner.command("add")
def add_partner(
    name: Annotated[str, typer.Argument(help="What the partner's system is called.")],
    scopes: Annotated[str, typer.Option(help=SCOPES_HELP)],
    agency: Annotated[
        list[str] | None,
        typer.Option(
            help="Agency it may speak for; made when missing. Again for more.",
            callback=agency_code,
        ),
    ] = None,
    network: Networks = None,
    expires: Expires = None,
    dialect: Annotated[
        bool, typer.Option("--dialect", help="It speaks the national dialect: /dvcqg/mapi/login.")
    ] = False,
    sandbox: Annotated[
        bool,
        typer.Option("--sandbox", help="It tries things out, in an agency that counts nowhere."),
    ] = False,
    signs: Annotated[
        bool, typer.Option("--signs", help="No secret: it signs with a key (partner key add).")
    ] = False,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Enter a partner into the register and print its secret, once."""
    from contracts.gateway import ClientKind
    from gateway.commands import PartnerEntry
    from suite import partners

    if not agency and not sandbox:
        raise typer.BadParameter("Name the agency it speaks for: --agency CODE.")
    entry = PartnerEntry(
        name=name,
        agencies=agency or [],
        scopes=scopes.replace(",", " ").split(),
        kind=ClientKind.SANDBOX if sandbox else ClientKind.PARTNER,
        dialect=dialect,
        networks=network or [],
        expires_on=_day(expires, "--expires"),
        signs=signs,
    )
    made = asyncio.run(partners.enter_partner(settings_of(data), entry))
    _hand_over(made, entry, as_json=as_json)


def _hand_over(made: Credentials, entry: PartnerEntry, *, as_json: bool) -> None:
    if entry.dialect:
        _tell(
            {"username": made.client_id, "password": made.client_secret},
            "Next: POST /dvcqg/mapi/login."
            + ("" if entry.networks else " From this machine alone, until you name a --network."),
            as_json,
        )
    elif made.client_secret:
        _tell(
            {"client_id": made.client_id, "client_secret": made.client_secret},
            "Next: POST /oauth/token with grant_type=client_credentials and HTTP Basic.",
            as_json,
        )
    else:
        _tell(
            {"client_id": made.client_id},
            f"Next: motcua partner key add {made.client_id} FILE, with its public key.",
            as_json,
        )


@partner.command("list")
def list_partners(as_json: AsJson = False, data: Data = None) -> None:
    """The register: who is let in, for which agency, and when they last came."""
    from suite import partners

    lines = asyncio.run(partners.listed_partners(settings_of(data)))
    if as_json:
        typer.echo(json.dumps(lines, ensure_ascii=False))
        return
    for line in lines:
        marks = ("dialect " if line["dialect"] else "") + (
            "sandbox" if line["kind"] == "sandbox" else ""
        )
        typer.echo(
            f"{line['client_id']:20} {line['state']:9} {line['agency']:20} "
            f"last {line['last_used_at'] or 'never':32} {line['name']}  {marks}".rstrip()
        )
    typer.echo(f"{len(lines)} in the register.")


@partner.command("show")
def show_partner(client_id: ClientId, as_json: AsJson = False, data: Data = None) -> None:
    """All of a partner's entry, its keys, and who changed what."""
    from suite import partners

    shown = asyncio.run(partners.shown_partner(settings_of(data), client_id))
    if as_json:
        typer.echo(json.dumps(shown, ensure_ascii=False))
        return
    for key, value in shown.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for one in value:
                typer.echo(f"{key:14} " + "  ".join(f"{k}={v}" for k, v in one.items() if v))
        else:
            told = " ".join(value) if isinstance(value, list) else value
            typer.echo(f"{key:14} {'' if told is None else told}".rstrip())


@partner.command("disable")
def disable_partner(
    client_id: ClientId,
    reason: Annotated[str, typer.Option(help="Why, for the history.")] = "",
    data: Data = None,
) -> None:
    """Shut a partner out: no new token, and within a minute none it holds is taken anywhere."""
    from suite import partners

    asyncio.run(partners.disable_partner(settings_of(data), client_id, reason))
    typer.echo(f"{client_id} is shut out; tokens it holds are refused within a minute.")


@partner.command("enable")
def enable_partner(client_id: ClientId, data: Data = None) -> None:
    """Let a partner in again; it asks for a new token."""
    from suite import partners

    asyncio.run(partners.enable_partner(settings_of(data), client_id))
    typer.echo(f"{client_id} is let in again.")


@partner.command("rotate-secret")
def rotate_secret(
    client_id: ClientId,
    overlap_hours: Annotated[
        int,
        typer.Option(
            min=0, max=24 * 30, help="Hours the former secret is still taken; 0 when it got lost."
        ),
    ] = 24,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Give a partner a new secret, shown once; the former one is taken a while longer."""
    from suite import partners

    overlap = timedelta(hours=overlap_hours)
    made = asyncio.run(partners.rotate_secret(settings_of(data), client_id, overlap))
    _tell(
        made,
        f"The former secret is taken for {overlap_hours} more hours."
        if overlap_hours
        else "The former secret is taken no more, nor any token it obtained.",
        as_json,
    )


@partner.command("change")
def change_partner(
    client_id: ClientId, network: Networks = None, expires: Expires = None, data: Data = None
) -> None:
    """Change the networks a partner may come from, or the last day it is let in."""
    from suite import partners

    if network is None and expires is None:
        raise typer.BadParameter("Name --network or --expires.")
    day = _day(expires, "--expires")
    asyncio.run(partners.change_partner(settings_of(data), client_id, network, day))
    typer.echo(f"{client_id} is changed.")


@partner.command("grant")
def grant_agency(
    client_id: ClientId,
    agency: Annotated[
        str, typer.Option(help="Agency it may speak for besides.", callback=agency_code)
    ],
    begins: Annotated[
        str | None, typer.Option("--from", help="First day, YYYY-MM-DD; else today.")
    ] = None,
    ends: Annotated[
        str | None, typer.Option("--to", help="The day from which on it may not; else open.")
    ] = None,
    data: Data = None,
) -> None:
    """Let a partner speak for one more agency, or end that it may (--from as shown, --to the end)."""
    from suite import partners

    first, last = _day(begins, "--from"), _day(ends, "--to")
    asyncio.run(partners.grant_agency(settings_of(data), client_id, agency, first, last))
    typer.echo(f"{client_id} may speak for {agency}" + (f" before {last}." if last else "."))


@key.command("add")
def add_key(
    client_id: ClientId,
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="The public key: PEM or JWK.")
    ],
    drop_secret: Annotated[
        bool, typer.Option("--drop-secret", help="From now on it signs, and has no secret.")
    ] = False,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Enter a public key of a partner; two at most are in use, so that one can follow the other."""
    from suite import partners

    settings = settings_of(data)
    added = asyncio.run(
        partners.add_key(settings, client_id, file.read_bytes(), drop_secret=drop_secret)
    )
    following = (
        f"The partner names this key in its assertions (kid), and {settings.issuer_url} (aud)."
    )
    if not added["taken"]:
        following = f"Next, a second person: motcua partner key confirm {client_id} {added['kid']}"
    _tell(added, following, as_json)


@key.command("confirm")
def confirm_key(client_id: ClientId, kid: KeyName, data: Data = None) -> None:
    """Confirm a key that another operator entered, where MOTCUA_PARTNER_KEYS_CONFIRMED asks for it."""
    from suite import partners

    asyncio.run(partners.confirm_key(settings_of(data), client_id, kid))
    typer.echo(f"{kid} of {client_id} is taken from now on.")


@key.command("retire")
def retire_key(
    client_id: ClientId,
    kid: KeyName,
    lost: Annotated[
        bool, typer.Option("--lost", help="Refuse the tokens it obtained, too, within a minute.")
    ] = False,
    data: Data = None,
) -> None:
    """Take a key of a partner no more."""
    from suite import partners

    asyncio.run(partners.retire_key(settings_of(data), client_id, kid, lost=lost))
    typer.echo(f"{kid} of {client_id} is taken no more.")


def _day(text: str | None, option: str) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"Write {option} as YYYY-MM-DD, e.g. 2027-12-31.") from None


def _tell(made: dict[str, Any], following: str, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(made))
        return
    for key, value in made.items():
        once = "   (shown once; nobody keeps it)" if key in {"client_secret", "password"} else ""
        typer.echo(f"{key:14} {value}{once}")
    typer.echo(following)
