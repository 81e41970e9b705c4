"""Nobody ends an item's way by writing a message of their own, whatever keys are published."""

import httpx
import pytest

from services.postal import accounts, jobs, pull_jobs
from tests.postal.recordings.vnpost_d import encrypted, private_key, private_pem
from tests.postal.test_pulling import DELIVERED, ON_THE_WAY, Carrier
from tests.postal.test_service import ADDRESS, ITEM, order, postal, standing


async def decrypting(uow) -> None:
    """The account of the second variant: no key to check signatures with, one to decrypt with."""
    nothing = {"public_key_pem": None, "secret": None, "base_url": None, "username": None}
    await accounts.open_account(
        "vnpost-d",
        "city",
        **nothing,
        password=None,
        customer_code=None,
        private_key_pem=private_pem(private_key("receiver")),
        uow=uow,
    )


def minted(status: int, sent: str) -> dict:
    """What anybody can write who has read the carrier's published key."""
    body = {"data": [{"itemCode": ITEM, "status": status}], "sendDate": sent}
    return body | {"signature": encrypted(body, "receiver")}


@pytest.mark.parametrize("status", [14, 19, 9, 109])
async def test_an_end_that_anybody_can_mint_is_provisional_until_the_post_says_the_same(
    lone, status
):
    async with postal(lone) as (one, partner, _post):
        await one.running.do(decrypting)
        shipment = (await partner.post("/v1/shipments", json=order())).json()["id"]
        answer = await partner.post(ADDRESS, json=minted(status, "20/03/2020 09:00:00"))
        assert answer.json()["items"] == [{"outcome": "applied", "detail": None}]
        claimed, provisional = await standing(partner, shipment)
        assert provisional
        assert await one.announced("shipment.delivered") == []
        carrier = Carrier(ON_THE_WAY)
        line = one.running.own(jobs.CarrierLine)
        await line.http.aclose()
        line.http = httpx.AsyncClient(transport=httpx.MockTransport(carrier))
        await pull_jobs.pull_claims(one.running)
        assert carrier.asked == [ITEM]
        # A cancellation of what the post turns out to have is a wish; the other ends are still claims.
        expected = ("return_proposed", False) if status == 9 else (claimed, True)
        assert await standing(partner, shipment) == expected
        assert await one.announced("shipment.delivered") == []
        view = (await partner.get(f"/v1/shipments/{shipment}")).json()
        assert {event["strength"] for event in view["events"]} == {"unproven", "pull"}
        assert view["delivered_at"] is None
        if status == 14:
            carrier.history.append(DELIVERED)
            await one.running.database.engine.execute("UPDATE shipment SET pull_at = ordered_at")
            await pull_jobs.pull_claims(one.running)
            assert await standing(partner, shipment) == ("delivered", False)


async def test_custody_that_anybody_can_mint_stops_no_clock_until_the_post_says_the_same(lone):
    async with postal(lone) as (one, partner, _post):
        await one.running.do(decrypting)
        shipment = (await partner.post("/v1/shipments", json=order())).json()["id"]
        await partner.post(ADDRESS, json=minted(7, "19/03/2020 09:00:00"))
        await partner.post(ADDRESS, json=minted(10, "19/03/2020 10:00:00"))
        view = (await partner.get(f"/v1/shipments/{shipment}")).json()
        assert (view["status"], view["accepted_at"]) == ("in_transit", None)
        assert await one.announced("shipment.accepted") == []
        carrier = Carrier(ON_THE_WAY)
        line = one.running.own(jobs.CarrierLine)
        await line.http.aclose()
        line.http = httpx.AsyncClient(transport=httpx.MockTransport(carrier))
        await one.running.database.engine.execute("UPDATE shipment SET pull_at = ordered_at")
        await pull_jobs.pull_claims(one.running)
        assert len(await one.announced("shipment.accepted")) == 1


async def test_a_minted_message_needs_the_account_that_takes_that_variant(lone):
    async with postal(lone) as (_, partner, _post):
        answer = await partner.post(ADDRESS, json=minted(14, "20/03/2020 09:00:00"))
        assert (answer.status_code, answer.json()["code"]) == (401, "carrier-signature-invalid")
