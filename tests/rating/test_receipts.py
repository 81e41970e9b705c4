"""The link a receipt carries: minted when a receipt is printed, never by itself; on both engines."""

import asyncio
from datetime import timedelta

from services.rating import service
from tests.rating.builders import CODE, STRANGER, directory, filed, links, returned, rows_of

WANTED = {"occasion": "received"}


async def invite(client, code=CODE, body=None):
    return await client.post(f"/v1/dossiers/{code}/rating-invitations", json=body or WANTED)


async def test_a_receipt_has_one_link_however_often_it_is_printed(lone):
    async with lone(service, public_url="https://mot-cua.example") as rating:
        async with rating.calls() as client:
            await rating.hear(*directory(), filed())
            assert await links(client) == []
            first = await invite(client)
            again = await invite(client)
            assert (first.status_code, again.status_code) == (201, 200)
            assert first.json() == again.json()
            assert first.json()["occasion"] == "received"
            assert first.json()["url"] == f"https://mot-cua.example/r/{first.json()['token']}"
            assert first.headers["cache-control"] == "no-store"
            assert await links(client) == [first.json()]
            assert len(await rows_of(rating, "invitation_reading")) == 4


async def test_twenty_prints_at_once_carry_one_link(lone):
    async with lone(service) as rating, rating.calls() as client:
        await rating.hear(*directory(), filed())
        answers = await asyncio.gather(*(invite(client) for _ in range(20)))
        assert {a.status_code for a in answers} <= {200, 201}
        assert len({a.json()["token"] for a in answers}) == 1
        assert len(await rows_of(rating, "invitation")) == 1


async def test_the_result_is_listed_first_though_it_came_last(lone):
    async with lone(service) as rating, rating.calls() as client:
        await rating.hear(*directory(), filed())
        await invite(client)
        await rating.hear(returned())
        assert [one["occasion"] for one in await links(client)] == ["returned", "received"]


async def test_the_receipts_link_asks_about_the_reception_and_says_so_when_it_is_told(lone):
    async with lone(service) as rating, rating.calls() as client:
        await rating.hear(*directory(), filed())
        token = (await invite(client)).json()["token"]
        form = (await client.get(f"/v1/rating-forms/{token}")).json()
        assert (form["questionnaire"], form["occasion"]) == ("received-5/1", "received")
        [question] = form["questions"]
        assert "tiếp nhận" in question["label"]
        assert [option["id"] for option in question["options"]] == ["5", "4", "3", "2", "1"]
        given = {"token": token, "answers": {"overall": "2"}}
        assert (await client.post("/v1/ratings", json=given)).status_code == 201
        [told] = await rating.announced("rating.submitted")
        assert told["occasion"] == "received"
        assert (await invite(client)).json()["used"] is True


async def test_a_stranger_and_a_reader_get_no_link(lone):
    async with lone(service, settle_seconds=0.05) as rating:
        await rating.hear(*directory(), filed())
        async with rating.calls(STRANGER) as stranger:
            assert (await invite(stranger)).status_code == 404
        async with rating.calls("H29", "dossiers:read", "ratings:read") as reader:
            assert (await invite(reader)).status_code == 403
        async with rating.calls() as client:
            assert (await invite(client, "no-such-dossier")).status_code == 404
            other = await invite(client, body={"occasion": "returned"})
            assert other.status_code == 422
        assert await rows_of(rating, "invitation") == []


async def test_the_receipts_link_is_good_from_the_first_print(lone):
    async with lone(service, rating_days=10) as rating, rating.calls() as client:
        await rating.hear(*directory(), filed())
        await invite(client)
        [row] = await rows_of(rating, "invitation")
        assert row.expires_at - row.minted_at == timedelta(days=10)
