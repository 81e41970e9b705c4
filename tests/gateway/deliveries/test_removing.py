"""A webhook taken away goes at once, whatever it was sent; its deliveries follow in small pieces."""

from datetime import timedelta

from contracts.webhooks import DeliveryKind, DeliveryState
from gateway.deliveries import queries, serving
from gateway.deliveries.lanes import Attempt
from gateway.deliveries.posting import Outcome
from gateway.deliveries.work import forget_deliveries
from gateway.tables import WebhookDelivery
from tests.gateway.deliveries.office import OFFICE, office, until
from tests.gateway.deliveries.receivers import receiving

MANY = 3 * queries.TAKEN_AWAY + 7


def delivery(webhook, event, **changes):
    told = {"kind": DeliveryKind.EVENT, "topic": "dossier.filed", "subject": event}
    told |= {"agency": OFFICE, "state": DeliveryState.DELIVERED} | changes
    return WebhookDelivery.of(webhook=webhook, event=event, **told)


async def sent(one, webhook, count, ended_at):
    """A subscription was sent so many events."""

    async def enter(uow):
        for number in range(count):
            uow.add(delivery(webhook, f"e{number}", recorded_at=uow.now, ended_at=ended_at))

    await one.running.do(enter)


async def left(one, table="webhook_delivery"):
    [[count]] = await one.running.database.engine.execute(f"SELECT count(*) FROM {table}")
    return count


def engine_statements(one):
    return one.running.database.engine.statements


async def test_the_removal_costs_the_same_whatever_was_sent_and_the_worker_cleans_up(lone):
    async with office(lone) as one, receiving() as receiver:
        kept = await one.subscribe(receiver, url=f"{receiver.url}/kept")
        costs = []
        for count in (1, MANY):
            webhook = await one.subscribe(receiver)
            await sent(one, webhook["id"], count, one.running.database.now())
            before = engine_statements(one)
            answer = await one.client.delete(f"/v1/webhooks/{webhook['id']}")
            assert answer.status_code == 204
            costs.append(engine_statements(one) - before)
            address = f"/v1/webhooks/{webhook['id']}/deliveries"
            assert (await one.client.get(address)).status_code == 404
        assert costs[0] == costs[1]
        assert (await left(one, "webhook"), await left(one, "webhook_progress")) == (1, 1)
        before = engine_statements(one)
        await forget_deliveries(one.running)
        assert engine_statements(one) - before <= 3 + 1 + 4
        [[webhook]] = await one.running.database.engine.execute(
            "SELECT webhook FROM webhook_delivery"
        )
        assert webhook == kept["id"]


async def test_a_result_that_comes_too_late_brings_nothing_of_the_subscription_back(lone):
    async with office(lone) as one, receiving() as receiver:
        webhook = await one.subscribe(receiver)
        share = await one.running.do(serving.take_share, "worker", ())
        [(_, progress)] = share.taken
        now = one.running.database.now()
        late = Attempt(delivery(webhook["id"], "late", recorded_at=now), Outcome(200, 1, None), now)
        await one.client.delete(f"/v1/webhooks/{webhook['id']}")
        results = serving.Results(webhook["id"], progress.token, 1, [late])
        assert await one.running.do(serving.store, [results]) == {}
        await forget_deliveries(one.running)
        assert await left(one) == 0


async def test_what_ended_long_ago_goes_in_pieces_and_the_rest_stays(lone):
    async with office(lone) as one, receiving() as receiver:
        webhook = await one.subscribe(receiver)
        async with one.delivering():

            async def active():
                return (await one.webhook(webhook["id"]))["state"] == "active"

            await until(active)
        settings, now = one.running.settings, one.running.database.now()
        await sent(one, webhook["id"], MANY, now - timedelta(days=settings.webhook_keep_days + 1))
        await forget_deliveries(one.running)
        assert await left(one) == 1
        [challenge] = await one.deliveries(webhook["id"])
        assert challenge["kind"] == "challenge"
