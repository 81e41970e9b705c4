"""An invitation that ends without a rating is known to have ended so; on both engines."""

import asyncio
from datetime import UTC, datetime, timedelta

from services.rating import commands, service
from services.rating.ending import end_invitations
from tests.rating.builders import CODE, directory, filed, links, progressed, returned, rows_of

LATER = timedelta(days=31)


def refusal(link):
    return {"token": link["token"]}


def given(link):
    return {"token": link["token"], "answers": {"overall": "4"}}


async def state(client, code=CODE):
    return (await links(client, code))[0]["state"]


async def test_a_citizen_may_decline_and_still_rate(lone):
    async with lone(service) as rating, rating.calls() as client:
        await rating.hear(*directory(), filed(), returned())
        [link] = await links(client)
        assert link["state"] == "open"
        first = await client.post("/v1/rating-refusals", json=refusal(link))
        assert first.status_code == 200, first.text
        assert first.headers["cache-control"] == "no-store"
        english = refusal(link) | {"language": "en"}
        again = await client.post("/v1/rating-refusals", json=english)
        assert again.json()["declined_at"] == first.json()["declined_at"]
        assert again.json()["message"] == "Noted. You can still rate."
        assert await state(client) == "declined"
        assert await rating.announced() == []
        assert (await client.post("/v1/ratings", json=given(link))).status_code == 201
        assert await state(client) == "rated"
        refused = await client.post("/v1/rating-refusals", json=refusal(link))
        assert (refused.status_code, refused.json()["code"]) == (409, "rating-already-given")


async def test_declining_and_rating_at_once_leaves_the_rating(lone):
    async with lone(service) as rating, rating.calls() as client:
        await rating.hear(*directory(), filed(), returned())
        [link] = await links(client)
        refusals = (client.post("/v1/rating-refusals", json=refusal(link)) for _ in range(10))
        ratings = (client.post("/v1/ratings", json=given(link)) for _ in range(10))
        answers = await asyncio.gather(*refusals, *ratings)
        assert {a.status_code for a in answers} <= {200, 201, 409}
        assert [a.status_code for a in answers].count(201) == 1
        assert await state(client) == "rated"


async def test_a_refusal_says_nothing_else(lone):
    async with lone(service) as rating, rating.calls() as client:
        await rating.hear(*directory(), filed(), returned())
        [link] = await links(client)
        answer = await client.post("/v1/rating-refusals", json=refusal(link) | {"score": 1})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/score")
        assert await state(client) == "open"


async def test_what_nobody_answered_is_ignored_once_its_time_is_over(lone):
    async with lone(service) as rating, rating.calls() as client:
        codes = [f"{CODE[:-1]}{n}" for n in range(7)]
        await rating.hear(*directory(), *(filed(code) for code in codes))
        await rating.hear(*(returned(code) for code in codes))
        declined, rated, void, *ignored = [(await links(client, code))[0] for code in codes]
        await client.post("/v1/rating-refusals", json=refusal(declined))
        await client.post("/v1/ratings", json=given(rated))
        await rating.hear(progressed(9, "withdrawn", codes[2]))
        await end_invitations(rating.running)
        assert await state(client, codes[3]) == "open"
        rating.running.database.now = lambda: datetime.now(UTC) + LATER
        assert await state(client, codes[3]) == "expired"
        ends = await asyncio.gather(*(rating.running.do(commands.end_unanswered) for _ in range(3)))
        assert max(ends) == len(ignored) == 4
        await end_invitations(rating.running)
        told = [await state(client, code) for code in codes]
        assert told == ["declined", "rated", "void", *["ignored"] * 4]
        assert void["state"] == "open"


async def test_more_than_one_step_holds_are_ended_in_several(lone):
    async with lone(service) as rating:
        codes = [f"A-{n}" for n in range(commands.AT_ONCE + 3)]
        for at in range(0, len(codes), 100):
            await rating.hear(*(returned(code) for code in codes[at : at + 100]))
        rating.running.database.now = lambda: datetime.now(UTC) + LATER
        assert await rating.running.do(commands.end_unanswered) == commands.AT_ONCE
        await end_invitations(rating.running)
        assert all(row.ignored_at for row in await rows_of(rating, "invitation"))


async def test_a_link_issued_anew_after_its_time_can_be_used_again(lone):
    async with lone(service) as rating, rating.calls() as client:
        await rating.hear(*directory(), filed(), returned())
        rating.running.database.now = lambda: datetime.now(UTC) + LATER
        await end_invitations(rating.running)
        body = {"occasion": "returned", "reissue": True}
        link = (await client.post(f"/v1/dossiers/{CODE}/rating-invitations", json=body)).json()
        assert link["state"] == "open"
        assert (await client.post("/v1/ratings", json=given(link))).status_code == 201
