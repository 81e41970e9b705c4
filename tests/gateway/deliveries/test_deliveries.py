"""Deliveries to endpoints that are slow, ill or away, and by workers that freeze; on both engines."""

import asyncio
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest

from chassis.database import UnitOfWork
from gateway.deliveries.schedule import PAUSES, SPAN, pause_after
from gateway.deliveries.work import Deliverer
from gateway.tables import WebhookProgress
from tests.gateway.deliveries.office import LOOPBACK, office, until
from tests.gateway.deliveries.receivers import receiving


@asynccontextmanager
async def subscribed(lone, **receiver_changes):
    """An office, a verified endpoint, a worker at work."""
    async with office(lone) as one, receiving(**receiver_changes) as receiver:
        webhook = await one.subscribe(receiver)
        async with one.delivering() as deliverer:

            async def active():
                return (await one.webhook(webhook["id"]))["state"] == "active"

            await until(active)
            yield one, receiver, webhook, deliverer


async def event_of(one, webhook, subject):
    found = [
        d for d in await one.deliveries(webhook["id"], "?limit=200") if d["subject"] == subject
    ]
    return found[0] if found else None


async def tried(one, webhook, subject, times=1):
    async def enough():
        delivery = await event_of(one, webhook, subject)
        return delivery if delivery and delivery["attempts"] >= times else None

    return await until(enough)


def test_the_schedule_is_the_published_one():
    seconds = [int(pause.total_seconds()) for pause in PAUSES]
    assert seconds == [0, 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]
    assert timedelta(hours=75) < SPAN < timedelta(hours=76)
    for attempts in range(1, 10):
        drawn = [pause_after(attempts, chance) / PAUSES[attempts] for chance in (0, 0.5, 1)]
        assert drawn == pytest.approx([0.8, 1, 1.2])


@pytest.mark.parametrize(
    ("fault", "status", "problem"),
    [
        (500, 500, "answered 500"),
        (404, 404, "answered 404"),
        (302, 302, "answered 302"),
        ("reset", None, "the connection ended"),
    ],
)
async def test_what_is_no_success_is_tried_again_and_logged(lone, fault, status, problem):
    async with subscribed(lone) as (one, receiver, webhook, _):
        receiver.always = fault
        [event_id] = await one.tell("a")
        delivery = await tried(one, webhook, "a")
        assert (delivery["state"], delivery["id"]) == ("waiting", event_id)
        [attempt] = delivery["log"]
        assert (attempt["status"], attempt["problem"]) == (status, problem)
        wait = datetime.fromisoformat(delivery["next_attempt_at"]) - datetime.fromisoformat(
            attempt["at"]
        )
        assert timedelta(seconds=4) <= wait <= timedelta(seconds=6)
        receiver.always = 200
        one.pass_time(seconds=7)
        delivery = await tried(one, webhook, "a", 2)
        assert (delivery["state"], delivery["next_attempt_at"]) == ("delivered", None)
        ids = {a.headers["webhook-id"] for a in receiver.arrivals if a.event["subject"] == "a"}
        assert ids == {event_id}


async def test_every_attempt_is_signed_anew_with_its_own_time(lone):
    async with subscribed(lone) as (one, receiver, webhook, _):
        receiver.plan.extend([500])
        await one.tell("a")
        await tried(one, webhook, "a")
        one.pass_time(seconds=7)
        await tried(one, webhook, "a", 2)
        first, second = (a for a in receiver.arrivals if a.event["subject"] == "a")
        assert first.body == second.body
        assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]
        assert first.headers["webhook-signature"] != second.headers["webhook-signature"]


async def test_an_event_whose_schedule_is_over_is_parked_shown_and_sent_again_on_demand(lone):
    async with subscribed(lone) as (one, receiver, webhook, _):
        receiver.always = 500
        await one.tell("a")
        for attempt in range(1, 11):
            await tried(one, webhook, "a", attempt)
            one.pass_time(hours=30)
        delivery = await event_of(one, webhook, "a")
        assert (delivery["state"], delivery["attempts"]) == ("parked", 10)
        assert len(delivery["log"]) == 10
        assert (await one.webhook(webhook["id"]))["parked"] == 1
        [shown] = await one.deliveries(webhook["id"], "?state=parked")
        assert shown["id"] == delivery["id"]
        receiver.always = 200
        address = f"/v1/webhooks/{webhook['id']}/redeliver"
        answer = await one.client.post(address, json={"parked": True})
        assert (answer.status_code, answer.json()) == (202, {"deliveries": 1})

        async def arrived():
            return (await event_of(one, webhook, "a"))["state"] == "delivered"

        await until(arrived)


async def test_a_failing_event_lets_the_others_pass(lone):
    async with subscribed(lone) as (one, receiver, webhook, _):
        receiver.plan.append(500)
        await one.tell("bad")
        await tried(one, webhook, "bad")
        await one.tell("good")
        await tried(one, webhook, "good")
        assert (await event_of(one, webhook, "bad"))["state"] == "waiting"


async def test_of_one_subject_one_delivery_is_under_way_at_a_time_and_first_attempts_keep_their_order(
    lone,
):
    async with subscribed(lone, seconds=0.02) as (one, receiver, _, _):
        ids = await one.tell(*(f"s{n % 3}" for n in range(60)))
        await until(lambda: len(receiver.events) == 60)
        assert receiver.most_at_once <= 3
        for subject in ("s0", "s1", "s2"):
            told = [e["id"] for e in receiver.events if e["subject"] == subject]
            assert told == [i for n, i in enumerate(ids) if f"s{n % 3}" == subject]


@pytest.mark.parametrize(("wish", "seconds"), [("120", 120), ("86400", 3600)])
async def test_an_endpoint_that_asks_for_a_pause_is_given_an_hour_at_most(lone, wish, seconds):
    async with subscribed(lone) as (one, receiver, webhook, _):
        receiver.always, receiver.headers = 429, {"Retry-After": wish}
        await one.tell("a")
        delivery = await tried(one, webhook, "a")
        wait = datetime.fromisoformat(delivery["next_attempt_at"]) - datetime.fromisoformat(
            delivery["log"][0]["at"]
        )
        assert wait == timedelta(seconds=seconds)
        receiver.always = 200
        await one.tell("b")
        await asyncio.sleep(1.2)
        assert "b" not in receiver.subjects
        one.pass_time(seconds=seconds + 1)
        await tried(one, webhook, "b")


async def test_an_endpoint_that_is_gone_is_disabled_and_keeps_its_place(lone):
    async with subscribed(lone) as (one, receiver, webhook, _):
        receiver.always = 410
        await one.tell("a")
        await tried(one, webhook, "a")
        await one.tell("b")

        async def disabled():
            told = await one.webhook(webhook["id"])
            return (told["state"], told["reason"]) == ("disabled", "gone")

        await until(disabled)
        receiver.always = 200
        await one.client.post(f"/v1/webhooks/{webhook['id']}/enable")
        await until(lambda: set(receiver.subjects) >= {"a", "b"} and len(receiver.subjects) == 3)


async def test_an_endless_answer_is_read_for_a_while_and_nothing_of_it_is_kept_but_its_beginning(
    lone,
):
    async with subscribed(lone) as (one, receiver, webhook, _):
        receiver.plan.append("huge")
        await one.tell("a")
        delivery = await tried(one, webhook, "a")
        assert delivery["state"] == "delivered"
        assert len(delivery["answer"]) <= 200
        await one.tell("b")
        await tried(one, webhook, "b")


async def test_nothing_personal_of_an_answer_is_kept(lone):
    async with subscribed(lone) as (one, receiver, webhook, _):
        receiver.always = "slip"
        await one.tell("a")
        delivery = await tried(one, webhook, "a")
        assert delivery["answer"] == "no such person […] […] why"


async def test_a_dead_endpoint_holds_up_nobody_and_is_tried_rarely(lone):
    async with office(lone) as one, receiving() as well, receiving() as ill:
        healthy, dead = await one.subscribe(well), await one.subscribe(ill)
        async with one.delivering() as deliverer:

            async def active():
                return all(
                    [(await one.webhook(w["id"]))["state"] == "active" for w in (healthy, dead)]
                )

            await until(active)
            ill.always = "hang"
            before = asyncio.get_running_loop().time()
            await one.tell(*(f"s{n}" for n in range(200)))
            await until(lambda: len(well.events) == 200, seconds=10)
            assert asyncio.get_running_loop().time() - before < 10
            assert len(ill.events) <= 16
            lane = deliverer.lanes[dead["id"]]
            assert len(lane.fresh) > 0


async def test_after_four_days_away_everything_arrives_once_the_owner_enables_it(lone):
    async with subscribed(lone) as (one, receiver, webhook, deliverer):

        def arrived(more_than):
            # A failure that is stored after the clock went on is tried again after the next hour.
            lane = deliverer.lanes.get(webhook["id"])
            return len(receiver.arrivals) > more_than and (lane is None or lane.idle)

        receiver.always = 503
        await one.tell(*(f"s{n}" for n in range(20)))
        await until(lambda: arrived(3))
        for hours in (1, 5, 24, 24, 24):
            one.pass_time(hours=hours)
            known = len(receiver.arrivals)
            await until(lambda known=known: arrived(known))

        async def disabled():
            told = await one.webhook(webhook["id"])
            return (told["state"], told["reason"]) == ("disabled", "unreachable")

        await until(disabled)
        one.pass_time(hours=18)
        await one.tell("during")
        tries = len(receiver.arrivals)
        assert tries < 100
        receiver.always = 200
        receiver.arrivals.clear()
        await one.client.post(f"/v1/webhooks/{webhook['id']}/enable")
        expected = {"during", *(f"s{n}" for n in range(20))}
        await until(lambda: set(receiver.subjects) == expected)
        assert len(receiver.subjects) == len(expected)


async def test_many_that_fail_at_once_are_one_sign_that_an_endpoint_is_away(lone):
    async with subscribed(lone) as (one, receiver, webhook, deliverer):
        await one.tell(*(f"s{n}" for n in range(30)))
        await until(lambda: len(receiver.events) == 30)
        receiver.always, receiver.held = 500, asyncio.Event()
        receiver.most_at_once = 0
        await one.tell(*(f"t{n}" for n in range(30)))
        await until(lambda: receiver.under_way >= 8)
        receiver.held.set()

        async def paused():
            progress = await UnitOfWork(one.running.database).get(WebhookProgress, webhook["id"])
            return progress if progress.not_before else None

        await until(lambda: deliverer.lanes[webhook["id"]].idle)
        progress = await until(paused)
        assert progress.probes == 1
        assert progress.not_before - one.running.database.now() < timedelta(seconds=7)


async def test_an_endpoint_that_answers_again_is_given_everything_at_once(lone):
    async with subscribed(lone) as (one, receiver, webhook, _):
        receiver.always = 500
        await one.tell(*(f"s{n}" for n in range(10)))

        async def failing():
            return (await one.webhook(webhook["id"]))["waiting"] >= 3

        await until(failing)
        receiver.always = 200
        receiver.arrivals.clear()
        one.pass_time(seconds=10)
        await until(lambda: set(receiver.subjects) == {f"s{n}" for n in range(10)})

        async def well():
            return (await one.webhook(webhook["id"]))["failing_since"] is None

        await until(well)


async def test_an_order_to_deliver_again_outlives_the_attempt_that_was_under_way(lone):
    async with subscribed(lone) as (one, receiver, webhook, _):
        receiver.always = 500
        [event_id] = await one.tell("a")
        await tried(one, webhook, "a")
        receiver.always, receiver.held = 200, asyncio.Event()
        one.pass_time(seconds=10)
        await until(lambda: receiver.under_way)
        answer = await one.client.post(
            f"/v1/webhooks/{webhook['id']}/redeliver", json={"ids": [event_id]}
        )
        assert answer.json() == {"deliveries": 1}
        receiver.held.set()
        await until(lambda: receiver.subjects == ["a"] * 3)
        delivery = await tried(one, webhook, "a")
        assert delivery["state"] == "delivered"
        assert [attempt["status"] for attempt in delivery["log"]] == [500, 200, 200]


async def test_events_of_a_span_of_time_and_by_id_are_delivered_again_under_their_ids(lone):
    async with subscribed(lone) as (one, receiver, webhook, _):
        one.pass_time(hours=1)
        ids = await one.tell("a", "b", "c")
        await until(lambda: len(receiver.events) == 3)
        await tried(one, webhook, "c")
        address = f"/v1/webhooks/{webhook['id']}/redeliver"
        now = one.running.database.now()
        span = {
            "recorded_from": (now - timedelta(minutes=5)).isoformat(),
            "recorded_to": (now + timedelta(minutes=5)).isoformat(),
        }
        answer = await one.client.post(address, json=span)
        assert answer.json() == {"deliveries": 3}
        await until(lambda: len(receiver.events) == 6)
        answer = await one.client.post(address, json={"ids": [ids[1]]})
        assert answer.json() == {"deliveries": 1}
        await until(lambda: len(receiver.events) == 7)
        told = [event["id"] for event in receiver.events]
        assert (told.count(ids[0]), told.count(ids[2])) == (2, 2)
        assert told.count(ids[1]) == 3
        for unclear in ({}, {"ids": ids, "parked": True}, {"recorded_from": span["recorded_to"]}):
            refused = await one.client.post(address, json=unclear)
            assert (refused.status_code, refused.json()["code"]) == (422, "redelivery-unclear")
        refused = await one.client.post(address, json={"ids": [ids[0], "e" * 32]})
        assert refused.json()["errors"][0]["pointer"] == "/ids/1"


async def test_a_worker_that_ends_in_the_middle_leaves_nothing_out(lone):
    async with office(lone) as one, receiving(seconds=0.01) as receiver:
        webhook = await one.subscribe(receiver)
        subjects = [f"s{n}" for n in range(120)]
        async with one.delivering():
            await one.tell(*subjects)
            await until(lambda: len(receiver.events) > 20)
        assert len(set(receiver.subjects)) < 120
        async with one.delivering():
            await until(lambda: set(receiver.subjects) == set(subjects))

            async def rested():
                return (await one.webhook(webhook["id"]))["behind"] == 0

            await until(rested)
        assert len(receiver.subjects) - 120 <= 16


async def test_one_question_reads_the_journal_for_all_endpoints(lone):
    async with office(lone) as one, receiving() as receiver:
        for n in range(20):
            await one.subscribe(receiver, url=f"{receiver.url}/{n}", networks=[LOOPBACK])
        deliverer = Deliverer(one.running)
        await deliverer.beat()
        statements = one.running.database.engine.statements
        few = await deliverer.round()
        assert not few
        # By key at most: whatever is asked of the journal is asked once for all of them.
        assert one.running.database.engine.statements - statements <= 2
        await deliverer.close()
