"""A partner subscribes: challenge, types, reach, keys, state; on both engines."""

import pytest

from contracts.webhooks import WebhookState
from gateway.deliveries.signing import KEY_FILE
from gateway.deliveries.work import forget_deliveries
from tests.gateway.deliveries.office import CITY, OFFICE, OTHER, office, until
from tests.gateway.deliveries.receivers import receiving


async def is_active(one, webhook):
    return (await one.webhook(webhook["id"]))["state"] == "active"


async def test_an_endpoint_answers_a_challenge_and_hears_what_happened_since_it_subscribed(lone):
    async with office(lone) as one, receiving() as receiver:
        await one.tell("before")
        webhook = await one.subscribe(receiver)
        assert (webhook["state"], webhook["secret"]) == ("unverified", None)
        assert webhook["public_key"].startswith("whpk_")
        await one.tell("meanwhile")
        async with one.delivering():
            await until(lambda: receiver.subjects)
            await one.tell("later")

            async def settled():
                return (
                    len(receiver.subjects) == 2 and not (await one.webhook(webhook["id"]))["behind"]
                )

            await until(settled)
        assert receiver.subjects == ["meanwhile", "later"]
        told = await one.webhook(webhook["id"])
        assert (told["state"], told["behind"], told["failing_since"]) == ("active", 0, None)
        assert told["delivered_at"] is not None


async def test_an_endpoint_that_does_not_give_the_challenge_back_is_told_nothing(lone):
    async with office(lone) as one, receiving(verifies=False) as receiver:
        webhook = await one.subscribe(receiver)
        async with one.delivering():
            await one.tell("a")

            async def tried():
                return (await one.deliveries(webhook["id"]))[0]["log"]

            await until(tried)
            assert (await one.webhook(webhook["id"]))["state"] == "unverified"
            refused = await one.client.post(f"/v1/webhooks/{webhook['id']}/test")
            assert (refused.status_code, refused.json()["code"]) == (409, "webhook-not-verified")
            [challenge] = await one.deliveries(webhook["id"])
            assert challenge["log"][0]["problem"] == "challenge not given back"
            # Who may read the deliveries cannot answer the challenge in the endpoint's place.
            assert challenge["subject"] == webhook["id"]
            receiver.verifies = True
            await one.client.post(f"/v1/webhooks/{webhook['id']}/enable")
            await until(lambda: receiver.subjects)
        assert receiver.subjects == ["a"]


async def test_a_delivery_is_a_thin_cloud_event(lone):
    async with office(lone) as one, receiving() as receiver:
        await one.subscribe(receiver)
        async with one.delivering():
            [event_id] = await one.tell("000.00.19.H29-200316-0001")
            await one.tell("1.001612", topic="procedure.published", agency="*")
            await until(lambda: len(receiver.events) == 2)
        filed, published = receiver.events
        assert filed == {
            "specversion": "1.0",
            "id": event_id,
            "source": "motcua/intake",
            "type": "vn.motcua.dossier.filed",
            "subject": "000.00.19.H29-200316-0001",
            "time": filed["time"],
            "datacontenttype": "application/json",
            "agency": OFFICE,
            "revision": 1,
            "data": {"href": "http://127.0.0.1:8080/v1/dossiers/000.00.19.H29-200316-0001"},
        }
        assert "agency" not in published
        arrival = receiver.arrivals[-1]
        assert len(arrival.body) < 20_000
        assert arrival.headers["Content-Type"] == "application/cloudevents+json"
        assert b"c-somebody" not in arrival.body


async def test_only_asked_types_of_agencies_below_are_delivered(lone):
    async with office(lone) as one, receiving() as receiver:
        await one.subscribe(
            receiver, agency=OFFICE, types=["dossier.returned", "vn.motcua.agency.registered"]
        )
        async with one.delivering():
            await one.tell("foreign", topic="dossier.returned", agency=OTHER)
            await one.tell("not-asked", topic="dossier.filed")
            await one.tell("city", topic="agency.registered", agency=CITY)
            await one.tell("mine", topic="dossier.returned")
            await until(lambda: receiver.subjects)
        assert receiver.subjects == ["mine"]


async def test_a_partner_sees_and_changes_its_own_webhooks_alone(lone):
    async with office(lone) as one, receiving() as receiver:
        webhook = await one.subscribe(receiver)
        address = f"/v1/webhooks/{webhook['id']}"
        async with one.partner() as other:
            for method, path in (
                ("GET", address),
                ("PATCH", address),
                ("DELETE", address),
                ("POST", f"{address}/enable"),
                ("POST", f"{address}/rotate"),
                ("POST", f"{address}/test"),
                ("GET", f"{address}/deliveries"),
                ("POST", f"{address}/redeliver"),
            ):
                body = {} if method in {"PATCH", "POST"} else None
                answer = await other.request(method, path, json=body)
                assert (answer.status_code, answer.json()["code"]) == (404, "unknown-webhook"), path
            assert (await other.get("/v1/webhooks")).json()["items"] == []
        async with one.partner(scopes="events:read") as reader:
            answer = await reader.get("/v1/webhooks")
            assert (answer.status_code, answer.json()["code"]) == (403, "scope-missing")
        assert [w["id"] for w in (await one.client.get("/v1/webhooks")).json()["items"]] == [
            webhook["id"]
        ]


async def test_the_scope_of_webhooks_alone_lets_an_endpoint_hear_the_journal(lone):
    async with office(lone) as one, receiving() as receiver, one.partner() as partner:
        await one.subscribe(receiver, client=partner.id, agency=OFFICE)
        asked = await partner.get("/v1/events")
        assert (asked.status_code, asked.json()["code"]) == (403, "scope-missing")
        async with one.delivering():
            await one.tell("heard")
            await until(lambda: receiver.subjects == ["heard"])


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"agency": "H30"}, 404, "unknown-agency"),
        ({"types": ["dossier.eaten"]}, 422, "event-type-unknown"),
        ({"types": ["rating.submitted"]}, 422, "event-type-unknown"),
        ({"types": []}, 422, "request-invalid"),
        ({"networks": ["10.0.0.0/8"]}, 403, "operator-needed"),
        ({"client": "c-other"}, 403, "operator-needed"),
        ({"signing": "none"}, 422, "request-invalid"),
        ({"secret": "mine"}, 422, "request-invalid"),
    ],
)
async def test_a_subscription_that_cannot_be_says_what_to_change(lone, changes, status, code):
    async def resolve(host, port):
        return ["93.184.216.34"]

    async with office(lone, resolve) as one, one.partner() as partner:
        order = {"url": "https://hooks.example.vn/"} | changes
        answer = await partner.post("/v1/webhooks", json=order)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
        if "types" in changes:
            assert answer.json()["errors"][0]["pointer"] == "/types"


async def test_a_star_asks_for_every_type_also_those_there_will_be(lone):
    async with office(lone) as one, receiving() as receiver:
        webhook = await one.subscribe(receiver, types=["*"])
        assert webhook["types"] is None


async def test_the_same_address_again_is_taken_and_an_operator_can_register_for_a_partner(lone):
    async with office(lone) as one, receiving() as receiver, one.partner(OFFICE) as partner:
        webhook = await one.subscribe(receiver, client=partner.id, agency=OFFICE)
        assert webhook["client"] == partner.id
        order = {"url": receiver.url, "networks": ["127.0.0.0/8"], "client": partner.id}
        again = await one.client.post("/v1/webhooks", json=order | {"agency": OFFICE})
        assert (again.status_code, again.json()["code"]) == (409, "webhook-taken")
        beyond = await one.client.post("/v1/webhooks", json=order | {"agency": OTHER})
        assert (beyond.status_code, beyond.json()["code"]) == (404, "unknown-agency")
        mine = (await partner.get(f"/v1/webhooks/{webhook['id']}")).json()
        assert mine["networks"] == ["127.0.0.0/8"]
        # What was approved was approved for this address: another one loses it.
        moved = await partner.patch(
            f"/v1/webhooks/{webhook['id']}", json={"url": "http://127.0.0.2:9/x"}
        )
        assert (moved.status_code, moved.json()["code"]) == (422, "webhook-url-refused")


async def test_a_new_address_must_answer_a_challenge_of_its_own(lone):
    async with office(lone) as one, receiving() as old, receiving(verifies=False) as new:
        webhook = await one.subscribe(old)
        async with one.delivering():
            await until(lambda: is_active(one, webhook))
            change = {"url": new.url, "networks": ["127.0.0.0/8"], "types": ["dossier.filed"]}
            changed = (await one.client.patch(f"/v1/webhooks/{webhook['id']}", json=change)).json()
            assert (changed["state"], changed["types"]) == (
                "unverified",
                ["vn.motcua.dossier.filed"],
            )
            await until(lambda: new.arrivals)
            await one.tell("a")
            new.verifies = True
            await one.client.post(f"/v1/webhooks/{webhook['id']}/enable")
            await until(lambda: new.subjects)
        assert (old.subjects, new.subjects) == ([], ["a"])
        everything = await one.client.patch(f"/v1/webhooks/{webhook['id']}", json={"types": ["*"]})
        assert everything.json()["types"] is None


async def test_nothing_is_lost_while_it_is_disabled(lone):
    async with office(lone) as one, receiving() as receiver:
        webhook = await one.subscribe(receiver)
        address = f"/v1/webhooks/{webhook['id']}"
        async with one.delivering():
            await until(lambda: is_active(one, webhook))
            stopped = await one.client.patch(address, json={"state": "disabled"})
            assert (stopped.json()["state"], stopped.json()["reason"]) == ("disabled", "owner")
            await one.tell(*(f"s{n}" for n in range(30)))
            tested = await one.client.post(f"{address}/test")
            assert tested.status_code == 202
            await until(lambda: receiver.subjects == [webhook["id"]])
            assert (await one.webhook(webhook["id"]))["behind"] == 30
            started = await one.client.post(f"{address}/enable")
            assert started.json()["state"] == WebhookState.ACTIVE
            await until(lambda: len(receiver.subjects) == 31)
        assert sorted(receiver.subjects[1:]) == sorted(f"s{n}" for n in range(30))


async def test_a_webhook_taken_away_is_told_nothing_more(lone):
    async with office(lone) as one, receiving() as receiver:
        webhook = await one.subscribe(receiver)
        async with one.delivering() as deliverer:
            await until(lambda: is_active(one, webhook))
            gone = await one.client.delete(f"/v1/webhooks/{webhook['id']}")
            assert gone.status_code == 204
            await one.tell("a")
            await until(lambda: not deliverer.lanes)
        assert receiver.subjects == []
        await forget_deliveries(one.running)
        for table in ("webhook", "webhook_progress", "webhook_delivery"):
            [[count]] = await one.running.database.engine.execute(f"SELECT count(*) FROM {table}")
            assert count == 0


@pytest.mark.parametrize(
    "stop",
    [
        "UPDATE client SET disabled_at = added_at",
        "UPDATE client SET scopes = 'events:read'",
        "UPDATE client_grant SET agency = '000.00.15.H29' WHERE client = '{client}'",
        "UPDATE client_grant SET valid_to = valid_from WHERE client = '{client}'",
        "UPDATE client SET expires_at = added_at",
        "DELETE FROM client",
        "UPDATE known_agency SET parent = NULL, revision = 2 WHERE code = '000.00.19.H29'",
    ],
)
async def test_who_may_no_longer_hear_is_told_nothing(lone, stop):
    async with office(lone) as one, receiving() as receiver, one.partner() as partner:
        webhook = await one.subscribe(receiver, client=partner.id, agency=OFFICE)
        async with one.delivering():
            await until(lambda: is_active(one, webhook))
            stop = stop.format(client=partner.id)
            if stop.startswith(("UPDATE client SET", "DELETE FROM client")):
                stop += f" WHERE id = '{partner.id}'"
            await one.running.database.engine.execute(stop)
            one.running.tree.forget()
            await one.tell("secret")

            async def stopped():
                row = await one.running.database.engine.execute("SELECT state, reason FROM webhook")
                return tuple(row[0]) == ("disabled", "grant-lost")

            await until(stopped)
        assert receiver.subjects == []


async def test_keys_are_sealed_where_they_are_stored(lone):
    async with office(lone) as one, receiving() as receiver:
        webhook = await one.subscribe(receiver, signing="v1")
        secret = webhook["secret"]
        assert secret.startswith("whsec_")
        assert "secret" not in await one.webhook(webhook["id"])
        [[key]] = await one.running.database.engine.execute("SELECT key FROM webhook")
        assert key.startswith("s1.")
        assert secret.removeprefix("whsec_") not in key
        file = one.running.settings.secrets / KEY_FILE
        assert file.stat().st_mode & 0o077 == 0
