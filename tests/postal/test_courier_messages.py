"""Messages of carriers beside the post, at their addresses and on both engines."""

import json
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from contracts.directory import AgencyRegistered
from contracts.intake import DossierFiled
from contracts.vocabulary import AgencyKind
from services.postal import accounts, folding, service
from services.postal.tables import CarrierMessage
from suite.examples import EXAMPLES
from tests.postal.recordings import native
from tests.postal.recordings.shared_word import NEXT_WORD, WORD

FILED: DossierFiled = EXAMPLES["dossier.filed"].event
ITEM = "CV497960035VN"
NONE = dict.fromkeys(["public_key_pem", "base_url", "username", "password", "customer_code"])
EMS = {"tracking_code": ITEM, "status_code": "7", "datetime": "20/03/2020 09:00:00"}
OURS = "/v1/carriers/native/city/events"


@asynccontextmanager
async def postal(lone, *opened, **settings):
    """Postal with a dossier and accounts, each `(interface, name, secret)`; their carriers have no token."""
    async with lone(service, settle_seconds=0.05, **settings) as one, one.calls() as partner:
        await one.hear(
            AgencyRegistered(code="H29", name="TP", kind=AgencyKind.CITY),
            AgencyRegistered(
                code=FILED.agency, name="Ban", kind=AgencyKind.DEPARTMENT, parent="H29"
            ),
            FILED,
        )
        for interface, name, secret in opened:
            await one.running.do(open_account, interface, name, secret)
        async with one.anonymous() as carrier:
            yield one, partner, carrier


async def open_account(interface, name, secret, uow):
    await accounts.open_account(interface, name, secret=secret, uow=uow, **NONE)


async def shipment_of(partner, carrier, account="city"):
    told = {"dossier": FILED.code, "leg": "outbound_result", "carrier": carrier, "item_code": ITEM}
    made = await partner.post("/v1/shipments", json=told | {"account": account})
    assert made.status_code == 201, made.text
    return made.json()["id"]


def reported(code, at="2020-03-20T09:00:00+07:00", **more):
    event = {"item_code": ITEM, "code": code, "occurred_at": at} | more
    return json.dumps({"type": "item.reported", "data": {"events": [event]}}).encode()


async def report(carrier, raw, address=OURS, **signed):
    headers = native.signed_headers(raw, **signed) | {"content-type": "application/json"}
    return await carrier.post(address, content=raw, headers=headers)


# A secret in the address


async def test_a_carrier_that_signs_nothing_shows_the_secret_of_its_address(lone):
    async with postal(lone, ("ems", "city", WORD)) as (_, partner, carrier):
        shipment = await shipment_of(partner, "ems")
        told = {"json": EMS, "headers": {"ems-transaction": "TX-1"}}
        address = "/v1/carriers/ems/city/events"
        for wrong in ("", "?secret=", f"?secret=x{WORD}", f"?secret={WORD[:-1]}"):
            refused = await carrier.post(address + wrong, **told)
            assert refused.status_code == 401, wrong
            assert refused.json()["code"] == "carrier-signature-invalid"
            assert WORD[:-1] not in refused.text
        taken = await carrier.post(f"{address}?secret={WORD}", **told)
        assert (taken.status_code, taken.json()) == (
            200,
            {"code": "success", "transaction": "TX-1"},
        )
        view = (await partner.get(f"/v1/shipments/{shipment}")).json()
        assert (view["status"], view["provisional"], view["delivered_at"]) == (
            "delivered",
            True,
            None,
        )
        assert [event["strength"] for event in view["events"]] == ["weak"]


async def test_a_header_does_not_stand_in_for_the_address(lone):
    async with postal(lone, ("ems", "city", WORD)) as (_, _partner, carrier):
        for name in ("motcua-address-secret", "Motcua-Address-Secret"):
            refused = await carrier.post(
                "/v1/carriers/ems/city/events", json=EMS, headers={name: WORD}
            )
            assert refused.status_code == 401
            taken = await carrier.post(
                f"/v1/carriers/ems/city/events?secret={WORD}", json=EMS, headers={name: "x"}
            )
            assert taken.status_code == 200


async def test_an_account_without_a_secret_takes_nothing(lone):
    async with postal(lone, ("ems", "city", None)) as (_, _partner, carrier):
        for query in ("", "?secret=", "?secret=None", f"?secret={WORD}"):
            refused = await carrier.post(f"/v1/carriers/ems/city/events{query}", json=EMS)
            assert refused.status_code == 401


async def test_a_message_is_for_the_account_whose_secret_it_shows(lone):
    opened = [("ems", "hai-phong", NEXT_WORD), ("ems", "city", WORD)]
    async with postal(lone, *opened) as (one, _partner, carrier):
        for word in (WORD, NEXT_WORD):
            told = EMS | {"status_code": "5", "locate": word[:20]}
            taken = await carrier.post(f"/v1/carriers/ems/events?secret={word}", json=told)
            assert taken.status_code == 200
        other = await carrier.post(f"/v1/carriers/ems/city/events?secret={NEXT_WORD}", json=EMS)
        assert other.status_code == 401
        rows = await one.running.database.engine.execute(
            "SELECT said_by FROM carrier_event ORDER BY recorded_at, said_by"
        )
        assert {row[0] for row in rows} == {"city", "hai-phong"}


async def test_the_token_in_the_body_of_viettel_post_counts_like_an_address(lone):
    body = {"ORDER_NUMBER": ITEM, "ORDER_STATUS": 501, "ORDER_STATUSDATE": "20/03/2020 09:00:00"}
    async with postal(lone, ("viettelpost", "city", WORD)) as (_, partner, carrier):
        shipment = await shipment_of(partner, "viettelpost")
        address = "/v1/carriers/viettelpost/events"
        refused = await carrier.post(address, json={"DATA": body, "TOKEN": "guess"})
        assert refused.status_code == 401
        taken = await carrier.post(address, json={"DATA": body, "TOKEN": WORD})
        assert taken.json() == {"items": [{"outcome": "applied", "detail": None}]}
        view = (await partner.get(f"/v1/shipments/{shipment}")).json()
        assert (view["status"], view["provisional"]) == ("delivered", True)


async def test_a_bad_record_is_answered_as_the_carrier_expects(lone):
    async with postal(lone, ("ems", "city", WORD)) as (_, _partner, carrier):
        answer = await carrier.post(
            f"/v1/carriers/ems/city/events?secret={WORD}", json={"status_code": "7"}
        )
        assert (answer.status_code, answer.json()["code"]) == (200, "error")


async def test_an_item_number_with_dots_can_be_registered(lone):
    label = "S1.A1.17373471"
    told = {"label_id": label, "status_id": 9, "action_time": "2020-03-20T09:00:00+07:00"}
    async with postal(lone, ("ghtk", "city", WORD)) as (_, partner, carrier):
        order = {"dossier": FILED.code, "leg": "outbound_result", "carrier": "ghtk"}
        made = await partner.post("/v1/shipments", json=order | {"item_code": label.lower()})
        assert (made.status_code, made.json()["item_code"]) == (201, label)
        taken = await carrier.post(f"/v1/carriers/ghtk/city/events?secret={WORD}", json=told)
        assert taken.json()["items"][0]["outcome"] == "applied"


# Our own format


async def test_a_signed_delivery_ends_a_shipment_with_its_proof(lone):
    async with postal(lone, ("native", "city", native.shown_secret("carrier"))) as told:
        one, partner, carrier = told
        shipment = await shipment_of(partner, "native")
        raw = reported(
            "delivered",
            receiver={"name": "Nguyễn Văn A", "relation": "con", "id_last4": "9123"},
            proof=[{"kind": "signature", "sha256": "ab" * 32}],
            slip_number="BP-17",
        )
        taken = await report(carrier, raw)
        assert (taken.status_code, taken.json()["items"][0]["outcome"]) == (200, "applied")
        view = (await partner.get(f"/v1/shipments/{shipment}")).json()
        assert (view["status"], view["provisional"], view["proof"]) == (
            "delivered",
            False,
            "evidenced",
        )
        assert len(await one.announced("shipment.delivered")) == 1
        rows = await one.running.database.engine.execute(
            "SELECT receiver_relation, slip, evidence FROM carrier_event"
        )
        assert [(row[0], row[1]) for row in rows] == [("con", "BP-17")]
        assert "ab" * 32 in str(rows[0][2])
        assert "9123" not in str([tuple(row) for row in rows])


async def test_a_number_is_taken_with_one_content(lone):
    async with postal(lone, ("native", "city", native.shown_secret("carrier"))) as told:
        one, partner, carrier = told
        shipment = await shipment_of(partner, "native")
        raw = reported("accepted")
        first = await report(carrier, raw)
        assert first.status_code == 200, first.text
        # A retry is signed anew, at its own time.
        seconds = int(one.running.database.now().timestamp()) - 60
        again = await report(carrier, raw, seconds=seconds)
        assert (again.status_code, again.json()) == (200, first.json())
        forged = await report(carrier, reported("delivered"))
        assert (forged.status_code, forged.json()["code"]) == (422, "carrier-message-id-reused")
        view = (await partner.get(f"/v1/shipments/{shipment}")).json()
        assert (view["status"], len(view["events"])) == ("accepted", 1)
        other = await report(carrier, reported("delivered"), number="msg_2")
        assert other.status_code == 200


async def test_each_account_counts_its_own_numbers(lone):
    opened = [("native", name, native.shown_secret(name)) for name in ("city", "hai-phong")]
    async with postal(lone, *opened) as (_, _partner, carrier):
        for name in ("city", "hai-phong"):
            taken = await report(
                carrier,
                reported("accepted", office_code=name),
                "/v1/carriers/native/events",
                signers=[("v1", name)],
            )
            assert taken.status_code == 200, taken.text


async def test_of_two_contents_that_come_at_once_under_one_number_one_is_taken(lone):
    import asyncio

    async with postal(lone, ("native", "city", native.shown_secret("carrier"))) as told:
        one, _partner, carrier = told
        answers = await asyncio.gather(
            *(report(carrier, reported(code)) for code in ("accepted", "in_transit", "delivered"))
        )
        assert sorted(answer.status_code for answer in answers) == [200, 422, 422]
        rows = await one.running.database.engine.execute("SELECT code FROM carrier_event")
        assert len(rows) == 1


async def test_a_message_of_which_nothing_can_be_used_says_what_to_correct(lone):
    async with postal(lone, ("native", "city", native.shown_secret("carrier"))) as told:
        one, _partner, carrier = told
        raw = json.dumps(
            {
                "type": "item.reported",
                "data": {
                    "events": [
                        {"item_code": "confidential-7", "code": "accepted"},
                        {"code": "accepted", "occurred_at": "2020-03-20T09:00:00+07:00"},
                    ]
                },
            }
        ).encode()
        refused = await report(carrier, raw)
        assert (refused.status_code, refused.json()["code"]) == (422, "no-event-usable")
        errors = {error["pointer"]: error["detail"] for error in refused.json()["errors"]}
        assert "occurred_at" in errors["/data/events/0"]
        assert "item_code" in errors["/data/events/1"]
        assert "confidential" not in refused.text
        # Once corrected it may keep its number: nothing was taken under it.
        corrected = await report(carrier, reported("accepted"))
        assert corrected.status_code == 200
        assert await one.running.database.engine.execute("SELECT id FROM carrier_message")


async def test_one_event_that_can_be_used_is_enough(lone):
    async with postal(lone, ("native", "city", native.shown_secret("carrier"))) as told:
        _, _partner, carrier = told
        good = json.loads(reported("accepted"))["data"]["events"]
        raw = json.dumps({"type": "item.reported", "data": {"events": [*good, {"code": 7}]}})
        taken = await report(carrier, raw.encode())
        assert [one["outcome"] for one in taken.json()["items"]] == ["orphan", "invalid"]


@pytest.mark.parametrize("without", ["webhook-id", "webhook-timestamp", "webhook-signature"])
async def test_a_missing_header_is_401_and_never_a_failure(lone, without):
    async with postal(lone, ("native", "city", native.shown_secret("carrier"))) as told:
        _, _partner, carrier = told
        raw = reported("accepted")
        headers = native.signed_headers(raw)
        del headers[without]
        refused = await carrier.post(OURS, content=raw, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (401, "carrier-signature-invalid")
        assert without in refused.json()["detail"] or "signature" in refused.json()["detail"]


async def test_numbers_are_forgotten_once_nobody_can_send_them_again(lone):
    async with postal(lone, ("native", "city", native.shown_secret("carrier"))) as told:
        one, _partner, _carrier = told
        now = one.running.database.now()
        kept, old = now - timedelta(days=29), now - timedelta(days=31)
        await one.running.do(_numbered, {f"kept-{n}": kept for n in range(3)})
        await one.running.do(
            _numbered, {f"old-{n}": old for n in range(folding.FORGOTTEN_AT_ONCE + 3)}
        )
        await folding.forget_old(one.running)
        rows = await one.running.database.engine.execute("SELECT id FROM carrier_message")
        assert sorted(row[0] for row in rows) == ["kept-0", "kept-1", "kept-2"]
        assert any(job.name == "forget" for job in service.jobs)


async def _numbered(told, uow):
    for number, instant in told.items():
        uow.add(
            CarrierMessage.of(
                interface="native", account="city", id=number, digest="x", received_at=instant
            )
        )
