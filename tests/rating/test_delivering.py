"""A result by post is rated once it is certainly delivered, never while anybody doubts it."""

from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import permutations

import pytest

from contracts.incidents import IncidentClosed, IncidentOpened
from contracts.postal import ShipmentContested, ShipmentMoved
from contracts.vocabulary import IncidentKind, IncidentOutcome, Leg, ShipmentStatus
from services.rating import service
from tests.rating.builders import CODE, RETURNED, delivered, directory, filed, links, returned

OUT = Leg.OUTBOUND_RESULT
LEG = {"shipment": "s-1", "dossier": CODE, "leg": OUT, "attempt": 1}
ANSWERS = {"answers": {"overall": "5"}}


def moved(revision, status="delivered", **told):
    at = RETURNED if status == "delivered" else None
    return ShipmentMoved(
        **LEG
        | {
            "revision": revision,
            "status": ShipmentStatus(status),
            "provisional": False,
            "contested": False,
            "late": False,
            "delivered_at": at,
        }
        | told
    )


def contested(revision):
    return ShipmentContested(**LEG, revision=revision)


INCIDENT = LEG | {"incident": "i-1", "kind": IncidentKind.LOST, "opened_at": RETURNED}
OPENED = IncidentOpened(**INCIDENT)
CLOSED = IncidentClosed(
    **INCIDENT, outcome=IncidentOutcome.FOUND, closed_at=RETURNED + timedelta(days=2)
)


@asynccontextmanager
async def rating_of(lone, mode="post"):
    async with lone(service) as rating, rating.calls() as client:
        await rating.hear(*directory(), filed(return_mode=mode))
        yield rating, client


async def void(client):
    """Whether the invitation to rate the result is void; that to rate its delivery by post is alike."""
    told = {one["occasion"]: one["void"] for one in await links(client)}
    assert told.get("delivered", told["returned"]) == told["returned"]
    return told["returned"]


@pytest.mark.parametrize("told", [{"provisional": True}, {"contested": True}])
async def test_a_delivery_that_is_claimed_or_contested_invites_nobody(lone, told):
    async with rating_of(lone) as (rating, client):
        await rating.hear(moved(2, **told))
        assert await links(client) == []
        await rating.hear(moved(3), delivered(revision=3))
        assert await void(client) is False


async def test_nobody_is_invited_while_an_incident_is_open(lone):
    async with rating_of(lone) as (rating, client):
        await rating.hear(OPENED)
        await rating.hear(moved(3), delivered(revision=3))
        assert await links(client) == []
        await rating.hear(CLOSED)
        await rating.hear(OPENED)
        assert await void(client) is False


async def test_a_contest_voids_an_unused_invitation_which_is_good_again_once_it_is_settled(lone):
    async with rating_of(lone) as (rating, client):
        await rating.hear(moved(3), delivered(revision=3))
        link = (await links(client))[0]
        await rating.hear(moved(4, contested=True), contested(4))
        assert await void(client) is True
        refused = await client.post("/v1/ratings", json=ANSWERS | {"token": link["token"]})
        assert (refused.status_code, refused.json()["code"]) == (410, "rating-link-void")
        form = await client.get(f"/v1/rating-forms/{link['token']}")
        assert form.status_code == 410
        await rating.hear(moved(5), delivered(revision=5))
        assert await void(client) is False
        given = await client.post("/v1/ratings", json=ANSWERS | {"token": link["token"]})
        assert given.status_code == 201, given.text


async def test_a_rating_that_was_given_stays_given(lone):
    async with rating_of(lone) as (rating, client):
        await rating.hear(moved(3), delivered(revision=3))
        link = (await links(client))[0]
        given = await client.post("/v1/ratings", json=ANSWERS | {"token": link["token"]})
        assert given.status_code == 201
        await rating.hear(moved(4, contested=True))
        after, delivery = await links(client)
        assert (after["used"], after["void"]) == (True, False)
        assert (delivery["occasion"], delivery["void"]) == ("delivered", True)
        assert len(await rating.announced("rating.submitted")) == 1


async def test_a_delivery_that_is_taken_back_voids_its_invitation(lone):
    async with rating_of(lone) as (rating, client):
        await rating.hear(moved(3))
        await rating.hear(moved(4, "in_transit"))
        assert await void(client) is True


async def test_a_result_handed_over_at_the_counter_needs_no_word_of_the_post(lone):
    async with rating_of(lone, "counter") as (rating, client):
        await rating.hear(returned())
        assert await void(client) is False
        await rating.hear(OPENED)
        assert await void(client) is True
        await rating.hear(CLOSED)
        assert await void(client) is False


async def test_what_the_post_returned_is_not_the_offices_own_handing_over(lone):
    async with rating_of(lone, "counter") as (rating, client):
        await rating.hear(moved(3), returned(by_post=True))
        assert await void(client) is False
        await rating.hear(moved(4, "in_transit"))
        assert await void(client) is True


async def test_whatever_the_order_of_the_news_the_citizen_is_asked_or_not_alike(lone):
    news = [moved(3), moved(4, contested=True), OPENED, CLOSED, moved(5)]
    for order in list(permutations(news))[::17]:
        async with rating_of(lone) as (rating, client):
            for event in order:
                await rating.hear(event)
            assert await void(client) is False, order


async def test_news_of_other_legs_ask_nobody(lone):
    async with rating_of(lone) as (rating, client):
        await rating.hear(moved(3, leg=Leg.INBOUND_DOSSIER))
        assert await links(client) == []
