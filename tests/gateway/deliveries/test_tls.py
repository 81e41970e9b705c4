"""Deliveries over TLS: to the address that was checked, under the name that was written."""

from tests.gateway.deliveries.certificates import certified
from tests.gateway.deliveries.office import LOOPBACK, office, until
from tests.gateway.deliveries.receivers import receiving

NAME = "hooks.example.vn"


async def to_loopback(host, port):
    return ["127.0.0.1"]


async def state_of(one, webhook):
    return (await one.webhook(webhook["id"]))["state"]


async def test_the_name_is_asked_for_and_its_certificate_checked(lone, tmp_path):
    context, trusted = certified(tmp_path, NAME)
    asked = []
    context.sni_callback = lambda _socket, name, _context: asked.append(name)
    async with (
        office(lone, to_loopback, webhook_ca_file=trusted) as one,
        receiving(tls=context) as receiver,
    ):
        order = {"url": f"https://{NAME}:{receiver.port}/hooks", "networks": [LOOPBACK]}
        webhook = (await one.client.post("/v1/webhooks", json=order)).json()
        async with one.delivering():

            async def active():
                return await state_of(one, webhook) == "active"

            await until(active)
            await one.tell("a")
            await until(lambda: receiver.subjects == ["a"])
        assert set(asked) == {NAME}
        assert receiver.arrivals[-1].headers["Host"] == f"{NAME}:{receiver.port}"


async def problem_of_the_challenge(one, receiver, name):
    order = {"url": f"https://{name}:{receiver.port}/hooks", "networks": [LOOPBACK]}
    webhook = (await one.client.post("/v1/webhooks", json=order)).json()
    async with one.delivering():

        async def tried():
            [delivery] = await one.deliveries(webhook["id"])
            return delivery["log"]

        [attempt] = await until(tried)
    assert await state_of(one, webhook) != "active"
    assert receiver.arrivals == []
    return attempt["problem"]


async def test_a_certificate_of_another_name_is_not_accepted(lone, tmp_path):
    context, trusted = certified(tmp_path, "other.example.vn")
    async with (
        office(lone, to_loopback, webhook_ca_file=trusted) as one,
        receiving(tls=context) as receiver,
    ):
        assert "certificate" in await problem_of_the_challenge(one, receiver, NAME)


async def test_an_authority_that_nobody_named_is_not_accepted(lone, tmp_path):
    context, _ = certified(tmp_path, NAME)
    async with office(lone, to_loopback) as one, receiving(tls=context) as receiver:
        assert "certificate" in await problem_of_the_challenge(one, receiver, NAME)
