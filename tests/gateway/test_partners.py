"""The register of partners: entered, looked at, shut out, let in again, and what it remembers."""

import asyncio
from contextlib import asynccontextmanager
from datetime import date, timedelta

import httpx
import pytest

from gateway import commands, service
from gateway.app import create_gateway
from gateway.commands import PartnerEntry, PartnerInvalid, UnknownScope
from gateway.queries import changes_of
from gateway.tables import Client, ClientGrant, ClientUse
from gateway.upstream import Upstreams
from tests.conftest import Lone

FORM = {"grant_type": "client_credentials"}


class Silent:
    """A service behind the gateway that says nothing but that it was reached."""

    async def forward(self, scope, receive, send, *, patience=None):
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def aclose(self):
        pass


@asynccontextmanager
async def door(lone: Lone, address: str = "127.0.0.1"):
    """The public door of a lone gateway, called from an address."""
    behind = {name: Silent() for name in ("intake", "rating", "postal", "kpi")}
    lone.running.keep(Upstreams(behind))
    app = create_gateway(lone.running)
    transport = httpx.ASGITransport(app, client=(address, 50000), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


async def entered(lone: Lone, **told):
    given = {"name": "Hệ thống một cửa", "agencies": ["H29"], "scopes": ["dossiers:read"]} | told
    return await lone.running.do(commands.enter_partner, PartnerEntry(**given), "an.operator")


async def token_of(client: httpx.AsyncClient, made, secret=None) -> httpx.Response:
    return await client.post(
        "/oauth/token", data=FORM, auth=(made.client_id, secret or made.client_secret)
    )


def bearing(answer: httpx.Response) -> dict[str, str]:
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


async def history(lone: Lone, client: str) -> list[tuple[str, str]]:
    from chassis.database import UnitOfWork

    found = await changes_of(client, UnitOfWork(lone.running.database))
    return [(one.act, one.by) for one in reversed(found)]


async def test_a_disabled_client_is_out_at_once_and_its_tokens_with_it(lone):
    async with lone(service) as one, door(one) as client:
        made = await entered(one)
        held = await token_of(client, made)
        reached = await client.get("/v1/dossiers", headers=bearing(held))
        assert reached.status_code == 204
        await one.running.do(commands.disable, made.client_id, "mất khóa", "an.operator")
        refused = await token_of(client, made)
        assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
        for _ in range(70):
            shut = await client.get("/v1/dossiers", headers=bearing(held))
            if shut.status_code != 204:
                break
            await asyncio.sleep(0.1)
        assert (shut.status_code, shut.json()["code"]) == (401, "token-invalid")
        # Let in again, what it held before stays worth nothing; what it obtains now is good.
        await one.running.do(commands.enable, made.client_id, "an.operator")
        again = await token_of(client, made)
        assert (await client.get("/v1/dossiers", headers=bearing(again))).status_code == 204
        assert (await client.get("/v1/dossiers", headers=bearing(held))).status_code == 401
        assert await history(one, made.client_id) == [
            ("added", "an.operator"),
            ("disabled", "an.operator"),
            ("enabled", "an.operator"),
        ]


async def test_a_client_of_some_networks_is_turned_away_elsewhere(lone):
    async with lone(service) as one:
        made = await entered(one, networks=["10.2.0.0/16"])
        async with door(one, "10.2.3.4") as inside, door(one, "203.0.113.9") as outside:
            held = await token_of(inside, made)
            assert held.status_code == 200
            assert (await token_of(outside, made)).status_code == 401
            assert (await inside.get("/v1/dossiers", headers=bearing(held))).status_code == 204
            turned = await outside.get("/v1/dossiers", headers=bearing(held))
            assert (turned.status_code, turned.json()["code"]) == (403, "network-not-admitted")


async def test_a_new_secret_and_the_former_one_are_both_taken_for_a_while(lone):
    async with lone(service) as one, door(one) as client:
        made = await entered(one)
        second = await one.running.do(
            commands.rotate_secret, made.client_id, timedelta(hours=1), "an.operator"
        )
        assert (await token_of(client, made)).status_code == 200
        assert (await token_of(client, second)).status_code == 200
        third = await one.running.do(
            commands.rotate_secret, made.client_id, timedelta(0), "an.operator"
        )
        assert (await token_of(client, made)).status_code == 401
        assert (await token_of(client, second)).status_code == 401
        assert (await token_of(client, third)).status_code == 200


async def test_no_token_outlives_the_last_day_of_its_client(lone):
    async with lone(service) as one, door(one) as client:
        made = await entered(one, expires_on=date(2999, 1, 1))

        async def soon(uow):
            found = await uow.get(Client, made.client_id)
            found.change(expires_at=uow.now + timedelta(seconds=40), revision=found.revision + 1)

        await one.running.do(soon)
        held = (await token_of(client, made)).json()
        assert held["expires_in"] <= 40

        async def over(uow):
            found = await uow.get(Client, made.client_id)
            found.change(expires_at=uow.now - timedelta(seconds=1), revision=found.revision + 1)

        await one.running.do(over)
        assert (await token_of(client, made)).status_code == 401


async def test_the_register_tells_when_a_client_last_came_without_a_write_for_each_request(lone):
    async with lone(service) as one, door(one, "203.0.113.9") as client:
        made = await entered(one)
        held = await token_of(client, made)
        first = await one.running.do(used, made.client_id)
        assert first.network == "203.0.113.9"
        for _ in range(20):
            await client.get("/v1/dossiers", headers=bearing(held))
        assert (await one.running.do(used, made.client_id)).last_at == first.last_at


async def used(client, uow):
    return await uow.get(ClientUse, client)


async def test_the_history_of_the_register_only_grows(lone):
    async with lone(service) as one:
        made = await entered(one)
        for statement in ("UPDATE client_change SET act = 'x'", "DELETE FROM client_change"):
            with pytest.raises(Exception, match="(?i)only grows|constraint_trigger"):
                await one.running.database.engine.execute(statement)
        assert await history(one, made.client_id) == [("added", "an.operator")]


async def test_who_could_speak_for_an_agency_before_an_update_still_can(lone):
    entered = (
        "INSERT INTO client (id, name, agency, scopes, secret_hash, added_at, revision) "
        "VALUES ('c-old', 'Cũ', 'H29', 'dossiers:read', 'x', '2020-01-01 00:00:00+00:00', 1)"
    )
    async with lone(service, earlier=("0001", [entered])) as one:

        async def grants(uow):
            return await uow.all(ClientGrant)

        [grant] = await one.running.do(grants)
        assert (grant.client, grant.agency, grant.valid_to) == ("c-old", "H29", None)


@pytest.mark.parametrize(
    "told",
    [
        {"name": ""},
        {"name": "a\x00b"},
        {"name": "x" * 201},
        {"agencies": []},
        {"networks": ["10.0.0.1/8"]},
        {"networks": ["::ffff:10.0.0.0/104"]},
        {"networks": ["everywhere"]},
        {"networks": ["10.0.0.0/33"]},
        {"expires_on": date(2020, 1, 1)},
        {"expires_on": date.max},
        {"dialect": True, "agencies": ["H29", "H30"]},
        {"dialect": True, "signs": True},
    ],
)
async def test_an_entry_that_cannot_be_meant_is_refused_with_what_to_change(lone, told):
    async with lone(service) as one:
        with pytest.raises(PartnerInvalid):
            await entered(one, **told)
        with pytest.raises(UnknownScope):
            await entered(one, scopes=[])


async def test_who_speaks_for_several_agencies_is_given_no_secret(lone):
    async with lone(service) as one, door(one) as client:
        made = await entered(one, agencies=["H29", "H30"])
        assert made.client_secret == ""
        for shown in ("", "x"):
            answer = await client.post("/oauth/token", data=FORM, auth=(made.client_id, shown))
            assert answer.status_code == 401
        with pytest.raises(commands.SecretNotGiven):
            await one.running.do(
                commands.rotate_secret, made.client_id, timedelta(hours=1), "an.operator"
            )


# the national dialect


async def login(lone: Lone, username, password, address="10.2.0.1"):
    return await lone.running.do(commands.dialect_client, username, password, address)


DIALECT = {"dialect": True, "networks": ["10.2.0.0/16"], "scopes": ["dossiers:write"]}


async def test_dialect_credentials_open_their_agency_and_nothing_else(lone):
    async with lone(service) as one, door(one, "10.2.0.1") as client:
        made = await entered(one, **DIALECT)
        opened = await login(one, made.client_id, made.client_secret)
        assert (opened.id, opened.agency) == (made.client_id, "H29")
        assert timedelta(days=364) < opened.expires_at - opened.added_at < timedelta(days=367)
        assert (await one.running.do(used, made.client_id)).network == "10.2.0.1"
        assert (await token_of(client, made)).status_code == 401


async def test_a_refused_login_does_not_tell_what_was_wrong(lone):
    async with lone(service) as one:
        made = await entered(one, **DIALECT)
        plain = await entered(one)
        gone = await entered(one, **DIALECT)
        await one.running.do(commands.disable, gone.client_id, "", "an.operator")
        attempts = [
            (made.client_id, "wrong", "10.2.0.1"),
            (made.client_id, made.client_secret, "203.0.113.9"),
            (made.client_id, made.client_secret, None),
            ("c-nobody", made.client_secret, "10.2.0.1"),
            (plain.client_id, plain.client_secret, "10.2.0.1"),
            (gone.client_id, gone.client_secret, "10.2.0.1"),
            ("a\x00b", "\x00", "10.2.0.1"),
            ("x" * 1_000_000, "y" * 1_000_000, "10.2.0.1"),
            ("\ud800", "\ud800", "10.2.0.1"),
            ("", "", "10.2.0.1"),
        ]
        told = set()
        for attempt in attempts:
            with pytest.raises(commands.LoginRefused) as refused:
                await login(one, *attempt)
            told.add((refused.value.code(), refused.value.detail))
        assert len(told) == 1


async def test_guessing_is_stopped_without_shutting_out_the_owner_elsewhere(lone):
    async with lone(service) as one:
        made = await entered(one, **DIALECT)
        for _ in range(10):
            with pytest.raises(commands.LoginRefused):
                await login(one, made.client_id, "wrong", "10.2.9.9")
        with pytest.raises(commands.TooManyLogins) as stopped:
            await login(one, made.client_id, made.client_secret, "10.2.9.9")
        assert 0 < stopped.value.retry_after <= 900
        assert (await login(one, made.client_id, made.client_secret)).id == made.client_id


async def test_dialect_credentials_without_a_network_open_on_this_machine_alone(lone):
    async with lone(service) as one:
        made = await entered(one, **(DIALECT | {"networks": []}))
        assert (await login(one, made.client_id, made.client_secret, "127.0.0.1")).id
        with pytest.raises(commands.LoginRefused):
            await login(one, made.client_id, made.client_secret, "10.2.0.1")
        spoken = await entered(one, **(DIALECT | {"networks": ["any"]}))
        for address in ("10.2.0.1", "203.0.113.9", "2001:db8::1"):
            assert (await login(one, spoken.client_id, spoken.client_secret, address)).id


async def test_dialect_credentials_name_their_networks_where_callers_are_elsewhere(lone):
    async with lone(service, public_url="https://motcua.example") as one:
        with pytest.raises(PartnerInvalid, match=r"--network CIDR"):
            await entered(one, **(DIALECT | {"networks": []}))
        for networks in (["10.2.0.0/16"], ["any"]):
            assert (await entered(one, **(DIALECT | {"networks": networks}))).client_id
        assert (await entered(one)).client_id


async def test_dialect_credentials_never_come_to_speak_for_a_second_agency(lone):
    async with lone(service) as one:
        made = await entered(one, **DIALECT)
        grant = ClientGrant.of(client=made.client_id, agency="H30", valid_from=date(2020, 1, 1))
        with pytest.raises(PartnerInvalid):
            await one.running.do(commands.grant_agency, grant, "an.operator")
