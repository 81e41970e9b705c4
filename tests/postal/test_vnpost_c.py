"""The old MyVNPost at work: what is signed as a whole ends an item's way, and nothing else does."""

import json
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.directory import AgencyRegistered
from contracts.vocabulary import VIETNAM, AgencyKind
from services.postal import accounts, service
from services.postal.carriers import rsa_keys
from services.postal.carriers.base import (
    FRESH,
    Batch,
    CarrierSignatureInvalid,
    UnreadableCarrierMessage,
)
from services.postal.carriers.vnpost_c import VnpostC
from services.postal.domain import Strength
from tests.postal.recordings.vnpost_c import (
    SECRET,
    account,
    headers_of,
    private_key,
    public_xml,
    raw_message,
)
from tests.postal.recordings.vnpost_d import private_base64, private_pem, public_pem
from tests.postal.test_service import DOSSIER, FILED, ITEM

ADDRESS = f"/v1/carriers/vnpost-c/city/events?secret={SECRET}"
SENT = datetime(2020, 3, 16, 10, 15, 30, tzinfo=VIETNAM)


def message(code, sent, **more):
    data = {"ItemCode": ITEM, "OrderCode": "DH1", "OrderStatusId": code}
    return raw_message({"data": data, "sent": sent} | more)


def written(instant: datetime) -> str:
    return instant.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M:%S")


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_whatever_the_bytes_a_message_is_read_or_refused(raw):
    with pytest.raises((UnreadableCarrierMessage, CarrierSignatureInvalid)):
        VnpostC().read(raw, headers_of({}, raw), account())


@settings(deadline=None)
@given(st.text(max_size=60))
def test_whatever_is_signed_it_is_read_or_refused(told):
    raw = raw_message({"data": told, "sent": "16/03/2020 10:15:30"})
    with suppress(UnreadableCarrierMessage):
        VnpostC().read(raw, headers_of({}, raw), account())


def test_a_signature_grows_weaker_with_its_age():
    batch = Batch(Strength.STRONG, SENT, ())
    assert batch.strength_on(SENT + FRESH) is Strength.STRONG
    assert batch.strength_on(SENT + FRESH + timedelta(seconds=1)) is Strength.PARTIAL
    assert Batch(Strength.STRONG, None, ()).strength_on(SENT) is Strength.PARTIAL
    assert Batch(Strength.WEAK, SENT, ()).strength_on(SENT + 2 * FRESH) is Strength.WEAK
    assert Batch(Strength.PARTIAL, None, ()).strength_on(SENT) is Strength.PARTIAL


def test_a_key_is_the_same_in_every_form_it_is_handed_out_in():
    key = private_key("carrier")
    pem = public_pem(key)
    bare = "".join(line for line in pem.splitlines() if "-----" not in line)
    forms = [pem, f"  {pem}\n", bare, public_xml(key), public_xml(key).replace("><", ">\n  <")]
    assert {rsa_keys.public_pem(form) for form in forms} == {pem}
    own = private_pem(key)
    assert rsa_keys.private_pem(private_base64(key)) == rsa_keys.private_pem(own) == own
    for broken in ("", "junk", "<RSAKeyValue/>", pem[:100], private_base64(key)[:80]):
        with pytest.raises(ValueError, match=r".+"):
            rsa_keys.public_key(broken)
        with pytest.raises(ValueError, match=r".+"):
            rsa_keys.private_key(broken)


@asynccontextmanager
async def postal(lone):
    async with lone(service, settle_seconds=0.05) as one, one.calls() as partner:
        await one.hear(
            AgencyRegistered(code="H29", name="TP", kind=AgencyKind.CITY),
            AgencyRegistered(
                code=FILED.agency, name="Ban", kind=AgencyKind.DEPARTMENT, parent="H29"
            ),
            FILED,
        )
        await one.running.do(open_account)
        order = {"leg": "outbound_result", "carrier": "vnpost-c", "item_code": ITEM}
        made = await partner.post("/v1/shipments", json=order | {"dossier": DOSSIER})
        assert made.status_code == 201, made.text
        yield one, partner, made.json()["id"]


async def open_account(uow) -> None:
    own = account()
    await accounts.open_account(
        "vnpost-c",
        "city",
        public_key_pem=own.public_key_pem,
        secret=own.secret,
        base_url=None,
        username=None,
        password=None,
        customer_code=None,
        uow=uow,
    )


async def standing(partner, shipment):
    view = (await partner.get(f"/v1/shipments/{shipment}")).json()
    return view["status"], view["provisional"]


async def test_a_delivery_that_is_signed_as_a_whole_counts_at_once_and_once(lone):
    async with postal(lone) as (one, partner, shipment):
        sent = one.running.database.now() - timedelta(minutes=2)
        told = message(100, written(sent))
        for _ in range(3):
            answer = await partner.post(ADDRESS, content=told)
            assert (answer.status_code, answer.json()) == (200, "ok")
        assert await standing(partner, shipment) == ("delivered", False)
        later = await partner.post(ADDRESS, content=message(100, written(sent + timedelta(0, 60))))
        assert later.status_code == 200
        assert len(await one.announced("shipment.delivered")) == 1
        view = (await partner.get(f"/v1/shipments/{shipment}")).json()
        assert len(view["events"]) == 1
        assert view["events"][0]["strength"] == "strong"


async def test_an_old_message_that_somebody_kept_ends_nothing_by_itself(lone):
    async with postal(lone) as (one, partner, shipment):
        sent = one.running.database.now() - FRESH - timedelta(hours=1)
        answer = await partner.post(ADDRESS, content=message(100, written(sent)))
        assert answer.status_code == 200
        assert await standing(partner, shipment) == ("delivered", True)
        assert await one.announced("shipment.delivered") == []


async def test_neither_the_address_nor_a_strangers_signature_is_enough(lone):
    async with postal(lone) as (one, partner, shipment):
        sent = written(one.running.database.now())
        good, forged = message(100, sent), message(100, sent, signed_by="stranger")
        edited = json.dumps(json.loads(message(91, sent)) | {"Data": json.loads(good)["Data"]})
        for address, body in [
            (ADDRESS, forged),
            (ADDRESS, edited.encode()),
            ("/v1/carriers/vnpost-c/city/events", good),
            ("/v1/carriers/vnpost-c/events?secret=guess", good),
        ]:
            answer = await partner.post(address, content=body)
            assert (answer.status_code, answer.json()["code"]) == (401, "carrier-signature-invalid")
            assert SECRET not in answer.text
        assert await standing(partner, shipment) == ("registered", False)
        assert await one.running.database.engine.execute("SELECT 1 FROM carrier_event") == []
