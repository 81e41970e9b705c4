"""Nobody is asked about a dossier that was withdrawn, whatever the order of the news; on both engines."""

import asyncio
from itertools import permutations

import pytest

from services.rating import service
from tests.builders import AGENCY, PROCEDURE
from tests.rating.builders import (
    CODE,
    STRANGER,
    amended,
    delivered,
    directory,
    filed,
    links,
    progressed,
    returned,
    rows_of,
)
from tests.rating.test_delivering import CLOSED, OPENED, contested, moved

RECEIVED = {"occasion": "received"}


async def states(client):
    return {one["occasion"]: one["state"] for one in await links(client)}


async def test_a_withdrawal_voids_what_was_not_used_and_taking_it_back_makes_it_good_again(lone):
    async with lone(service) as rating, rating.calls() as client:
        await rating.hear(*directory(), filed(), returned())
        await client.post(f"/v1/dossiers/{CODE}/rating-invitations", json=RECEIVED)
        result, receipt = await links(client)
        await rating.hear(progressed(5, "withdrawn"))
        assert await states(client) == {"returned": "void", "received": "void"}
        for link in (result, receipt):
            given = {"token": link["token"], "answers": {"overall": "5"}}
            refused = await client.post("/v1/ratings", json=given)
            assert (refused.status_code, refused.json()["code"]) == (410, "rating-link-void")
        await rating.hear(progressed(6))
        assert await states(client) == {"returned": "open", "received": "open"}
        assert (await client.post("/v1/ratings", json=given)).status_code == 201
        await rating.hear(progressed(7, "withdrawn"))
        assert await states(client) == {"returned": "void", "received": "rated"}


@pytest.mark.parametrize("batched", [False, True])
async def test_doubts_of_the_post_and_a_withdrawal_add_up_in_any_order(lone, batched):
    news = [moved(3), moved(4, contested=True), moved(5), progressed(2, "withdrawn"), progressed(3)]
    for order in list(permutations(news))[::13]:
        async with lone(service) as rating, rating.calls() as client:
            await rating.hear(*directory(), filed(return_mode="post"))
            for batch in [order] if batched else [[event] for event in order]:
                await rating.hear(*batch)
            assert await states(client) == {"returned": "open", "delivered": "open"}, order


@pytest.mark.parametrize(
    "left",
    [
        [moved(3), progressed(2, "withdrawn"), OPENED, CLOSED],
        [moved(3), OPENED, progressed(2, "withdrawn"), progressed(3)],
        [moved(3), contested(4), progressed(2, "withdrawn"), progressed(3)],
    ],
)
async def test_while_one_reason_is_left_nobody_is_asked_whatever_came_first(lone, left):
    for order in list(permutations(left))[::5]:
        async with lone(service) as rating, rating.calls() as client:
            await rating.hear(*directory(), filed(return_mode="post"))
            for event in order:
                await rating.hear(event)
            assert set((await states(client)).values()) <= {"void"}, order


async def test_a_receipt_printed_for_a_withdrawn_dossier_asks_nothing(lone):
    async with lone(service) as rating, rating.calls() as client:
        await rating.hear(*directory(), filed(), progressed(2, "withdrawn"))
        answer = await client.post(f"/v1/dossiers/{CODE}/rating-invitations", json=RECEIVED)
        assert answer.json()["state"] == "void"
        await rating.hear(progressed(3))
        assert await states(client) == {"received": "open"}


async def test_a_late_word_of_an_earlier_position_changes_nothing(lone):
    async with lone(service) as rating, rating.calls() as client:
        await rating.hear(*directory(), filed(), returned(), progressed(6))
        await rating.hear(progressed(5, "withdrawn"))
        assert await states(client) == {"returned": "open"}


async def test_the_delivery_is_rated_apart_from_the_result(lone):
    async with lone(service) as rating, rating.calls() as client:
        await rating.hear(*directory(), filed(return_mode="post"), delivered())
        result, delivery = await links(client)
        form = (await client.get(f"/v1/rating-forms/{delivery['token']}")).json()
        assert (form["questionnaire"], form["occasion"]) == ("delivered-5/1", "delivered")
        assert "bưu điện" in form["questions"][0]["label"]
        for link, option in ((result, "5"), (delivery, "2")):
            given = {"token": link["token"], "answers": {"overall": option}}
            assert (await client.post("/v1/ratings", json=given)).status_code == 201
        told = await rating.announced("rating.submitted")
        assert [(one["occasion"], one["option"]) for one in told] == [
            ("returned", "5"),
            ("delivered", "2"),
        ]


async def test_a_result_handed_over_at_the_counter_has_no_delivery_to_rate(lone):
    async with lone(service) as rating, rating.calls() as client:
        await rating.hear(*directory(), filed(), returned(), returned(by_post=True))
        assert await states(client) == {"returned": "open"}


async def placed(rating):
    return {(row.agency, row.procedure) for row in await rows_of(rating, "invitation")}


async def test_an_invitation_counts_where_its_dossier_is_counted_whichever_news_come_first(lone):
    told = [
        filed(),
        amended(revision=2, agency=STRANGER),
        amended(revision=3, procedure="1.2"),
        delivered(),
    ]
    for order in permutations(told):
        async with lone(service) as rating:
            await rating.hear(*directory())
            for event in order:
                await rating.hear(event)
            assert await placed(rating) == {(AGENCY, "1.2")}, order


async def test_an_invitation_minted_before_its_dossier_was_heard_of_finds_its_place(lone):
    async with lone(service) as rating:
        await rating.hear(*directory(), delivered())
        assert await placed(rating) == {(None, None)}
        await rating.hear(filed())
        assert await placed(rating) == {(AGENCY, PROCEDURE)}


async def test_whoever_hears_what_at_the_same_time_the_outcome_is_one(lone):
    news = [
        *(filed(), amended(revision=2, procedure="1.2"), returned()),
        *(progressed(2), progressed(5, "withdrawn"), progressed(4)),
    ]
    async with lone(service) as rating, rating.calls() as client:
        await rating.hear(*directory())
        for number in range(4):
            code = f"{CODE[:-1]}{number}"
            told = [event.model_copy(update={"code": code}) for event in news]
            await asyncio.gather(*(rating.hear(event) for event in told[number:] + told[:number]))
            assert {one["state"] for one in await links(client, code)} <= {"void"}
            assert await placed(rating) <= {(AGENCY, "1.2")}
            await rating.hear(told[3].model_copy(update={"revision": 6}))
            assert [one["state"] for one in await links(client, code)] == ["open"]
