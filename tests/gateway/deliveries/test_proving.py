"""An address proves itself by a challenge of its own: what another address answered does not count."""

import asyncio

from gateway.deliveries import commands
from tests.gateway.deliveries.office import LOOPBACK, office, until
from tests.gateway.deliveries.receivers import Receiver, receiving


async def state_of(one, webhook):
    return (await one.webhook(webhook["id"]))["state"]


async def test_an_address_written_while_it_is_disabled_is_told_nothing_before_it_has_proved_itself(
    lone,
):
    async with office(lone) as one, receiving() as old, receiving(verifies=False) as new:
        webhook = await one.subscribe(old)
        address = f"/v1/webhooks/{webhook['id']}"
        async with one.delivering():

            async def active():
                return await state_of(one, webhook) == "active"

            await until(active)
            change = {"url": new.url, "networks": [LOOPBACK], "state": "disabled"}
            await one.client.patch(address, json=change)
            enabled = await one.client.post(f"{address}/enable")
            assert enabled.json()["state"] == "unverified"
            await one.tell("a")
            await until(lambda: new.arrivals)
        assert new.subjects == []


async def test_an_answer_to_the_challenge_of_an_address_of_before_proves_nothing(lone):
    """Whoever answers slowly could have its webhook changed to somebody else's address meanwhile."""
    async with office(lone) as one, receiving() as old, receiving(verifies=False) as new:
        answers = asyncio.Event()

        async def slowly(*arguments):
            await answers.wait()
            return await Receiver._answer(old, *arguments)

        old._answer = slowly
        webhook = await one.subscribe(old)
        async with one.delivering():
            await until(lambda: old.under_way)
            change = {"url": new.url, "networks": [LOOPBACK]}
            await one.client.patch(f"/v1/webhooks/{webhook['id']}", json=change)
            answers.set()
            await one.tell("a")
            await until(lambda: new.arrivals)

            async def stored():
                found = await one.deliveries(webhook["id"], "?state=delivered")
                return [d for d in found if d["kind"] == "challenge"]

            await until(stored)
            assert await state_of(one, webhook) == "unverified"
        assert new.subjects == []


async def test_a_change_to_an_address_that_is_subscribed_already_is_refused(lone):
    async with office(lone) as one, receiving() as receiver:
        first = await one.subscribe(receiver)
        second = await one.subscribe(receiver, url=f"{receiver.url}/other")
        address = f"/v1/webhooks/{second['id']}"
        order = {"url": first["url"], "networks": [LOOPBACK]}
        taken = await one.client.patch(address, json=order)
        assert (taken.status_code, taken.json()["code"]) == (409, commands.WebhookTaken.code())
        assert (await one.webhook(second["id"]))["url"] == second["url"]
        # Its own address is no other's.
        own = await one.client.patch(address, json={"url": second["url"]})
        assert own.status_code == 200
