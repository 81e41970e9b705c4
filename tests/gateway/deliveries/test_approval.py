"""Networks that an operator approves for a webhook, and the second operator who confirms them."""

from contextlib import asynccontextmanager

import pytest

from gateway.commands import add_partner
from gateway.queries import changes_of
from tests.gateway.deliveries.office import CITY, LOOPBACK, office, until
from tests.gateway.deliveries.receivers import receiving

OPERATES = "partners:admin"


@asynccontextmanager
async def confirming(lone, **receiver):
    """A city where a second operator confirms networks, that operator, an endpoint inside."""
    async with (
        office(lone, webhook_networks_confirmed=True) as one,
        one.partner(scopes=OPERATES) as second,
        receiving(**receiver) as inside,
    ):
        yield one, second, inside


async def confirmed(who, webhook, revision=None):
    body = {"revision": webhook["revision"] if revision is None else revision}
    return await who.post(f"/v1/webhooks/{webhook['id']}/confirm", json=body)


async def settled(one, receiver):
    """What arrived, after as long as a worker took to send something to an endpoint it may send to."""
    async with receiving() as other:
        marker = await one.subscribe(other)
        await one.running.database.engine.execute(
            f"UPDATE webhook SET unconfirmed = false, revision = 9 WHERE id = '{marker['id']}'"
        )
        await until(lambda: other.arrivals)
    return receiver.arrivals


def history(one):
    async def told(uow):
        entries = await changes_of(one.client_id, uow)
        return [
            (one.act, one.by, one.told["webhook"], one.told["networks"])
            for one in reversed(entries)
            if one.act.startswith("webhook-")
        ]

    return one.running.do(told)


@pytest.mark.parametrize("network", [LOOPBACK, "127.0.0.1/32", "::1/128"])
async def test_the_machine_itself_is_approved_only_where_a_setting_allows_it(lone, network):
    async with office(lone, webhook_loopback=False) as one:
        order = {"url": "http://127.0.0.1:8391/x", "networks": ["10.0.0.0/8", network]}
        answer = await one.client.post("/v1/webhooks", json=order)
        assert (answer.status_code, answer.json()["code"]) == (422, "webhook-url-refused")
        [error] = answer.json()["errors"]
        assert (error["pointer"], error["code"]) == ("/networks/1", "network-loopback")


async def test_what_was_approved_of_the_machine_itself_before_is_called_no_more(lone):
    async with office(lone) as one, receiving() as receiver:
        webhook = await one.subscribe(receiver)
        one.running.settings.webhook_loopback = False
        async with one.delivering():

            async def tried():
                [challenge] = await one.deliveries(webhook["id"])
                return challenge["log"]

            [attempt] = await until(tried)
        assert (attempt["problem"], receiver.arrivals) == ("network-loopback", [])


async def test_nothing_is_sent_into_a_network_before_a_second_operator_confirms_it(lone):
    async with confirming(lone) as (one, second, inside):
        webhook = await one.subscribe(inside)
        address = f"/v1/webhooks/{webhook['id']}"
        assert (webhook["state"], webhook["unconfirmed"]) == ("unverified", True)
        async with one.delivering():
            await one.tell("meanwhile")
            await one.client.post(f"{address}/enable")
            tested = await one.client.post(f"{address}/test")
            assert (tested.status_code, tested.json()["code"]) == (409, "webhook-not-verified")
            assert await settled(one, inside) == []
            told = await confirmed(second, webhook, (await one.webhook(webhook["id"]))["revision"])
            assert (told.status_code, told.json()["unconfirmed"]) == (200, False)
            await until(lambda: inside.subjects == ["meanwhile"])
        who = [("webhook-networks-approved", one.client_id)]
        who.append(("webhook-networks-confirmed", second.id))
        mine = [entry for entry in await history(one) if entry[2] == webhook["id"]]
        assert [entry[:2] for entry in mine] == who
        assert all(entry[3] == [LOOPBACK] for entry in mine)


async def test_whoever_approved_it_does_not_confirm_it_nor_does_who_is_no_operator(lone):
    async with confirming(lone) as (one, second, inside), one.partner() as partner:
        webhook = await one.subscribe(inside, client=partner.id)
        own = await confirmed(one.client, webhook)
        assert (own.status_code, own.json()["code"]) == (409, "other-operator-needed")
        refused = await confirmed(partner, webhook)
        assert (refused.status_code, refused.json()["code"]) == (403, "scope-missing")
        async with one.partner("000.00.15.H29", OPERATES) as elsewhere:
            beyond = await confirmed(elsewhere, webhook)
            assert (beyond.status_code, beyond.json()["code"]) == (404, "unknown-webhook")
        assert (await one.webhook(webhook["id"]))["unconfirmed"]
        assert (await confirmed(second, webhook)).status_code == 200
        # Once more is no harm.
        assert (await confirmed(second, webhook)).status_code == 200


async def test_what_was_changed_since_the_second_operator_looked_is_not_confirmed(lone):
    async with confirming(lone) as (one, second, inside):
        webhook = await one.subscribe(inside)
        wider = {"networks": [LOOPBACK, "10.0.0.0/8"]}
        await one.client.patch(f"/v1/webhooks/{webhook['id']}", json=wider)
        refused = await confirmed(second, webhook)
        assert (refused.status_code, refused.json()["code"]) == (409, "webhook-changed")
        now = await one.webhook(webhook["id"])
        assert (now["unconfirmed"], now["networks"]) == (True, wider["networks"])
        assert (await confirmed(second, now)).status_code == 200


async def test_other_networks_of_an_active_webhook_wait_too_and_it_proves_itself_anew(lone):
    async with confirming(lone) as (one, second, inside):
        webhook = await one.subscribe(inside)
        await confirmed(second, webhook)
        address = f"/v1/webhooks/{webhook['id']}"
        async with one.delivering():

            async def active():
                return (await one.webhook(webhook["id"]))["state"] == "active"

            await until(active)
            same = await one.client.patch(address, json={"networks": [LOOPBACK], "types": ["*"]})
            assert (same.json()["state"], same.json()["unconfirmed"]) == ("active", False)
            for change in ({"networks": ["127.0.0.0/16"]}, {"state": "disabled"}):
                changed = (await one.client.patch(address, json=change)).json()
            assert (changed["state"], changed["unconfirmed"]) == ("disabled", True)
            inside.arrivals.clear()
            await one.tell("a")
            enabled = (await one.client.post(f"{address}/enable")).json()
            assert (enabled["state"], enabled["unconfirmed"]) == ("unverified", True)
            assert await settled(one, inside) == []
            await confirmed(second, enabled)
            await until(lambda: inside.subjects == ["a"])
        assert inside.arrivals[0].event["type"].endswith("webhook.challenge")


async def test_without_the_setting_one_operator_is_enough_and_is_remembered(lone):
    async with office(lone) as one, receiving() as inside:
        webhook = await one.subscribe(inside)
        assert not webhook["unconfirmed"]
        [entry] = await history(one)
        assert entry == ("webhook-networks-approved", one.client_id, webhook["id"], [LOOPBACK])


async def test_a_public_endpoint_needs_no_operator(lone):
    async def resolve(host, port):
        return ["93.184.216.34"]

    async with office(lone, resolve, webhook_networks_confirmed=True) as one:
        made = await one.running.do(add_partner, "Đối tác", CITY, ["webhooks:manage"])
        order = {"url": "https://hooks.example.vn/", "client": made.client_id}
        webhook = (await one.client.post("/v1/webhooks", json=order)).json()
        assert not webhook["unconfirmed"]
