"""Whatever becomes of an invitation and its rating, the cells follow."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from services.rating import service
from services.rating.commands import end_unanswered
from tests.builders import AGENCY
from tests.rating.builders import (
    CODE,
    STRANGER,
    amended,
    delivered,
    directory,
    filed,
    links,
    published,
    returned,
)
from tests.rating.test_counting import cells_hold


async def told(rating, name):
    """How much of an amount all procedures of all agencies have together, in half-months."""
    kept = await cells_hold(rating)
    found: Counter = Counter()
    for ((place, key), amount), n in kept.items():
        if amount == name and place == "half_month" and key[0] == "":
            found[key[2], key[5]] += n
    return dict(found)


async def test_cells_follow_a_rating_that_is_changed_taken_out_and_put_back(lone):
    async with lone(service) as rating, rating.anonymous() as citizen, rating.calls() as client:
        await rating.hear(*directory(), published(), filed(), returned())
        token = (await links(client))[0]["token"]
        given = {"token": token, "answers": {"overall": "1"}}
        assert (await citizen.post("/v1/ratings", json=given)).status_code == 201
        assert await told(rating, "s1") == {(AGENCY, "self_link"): 1}
        changed = given | {"answers": {"overall": "4"}, "revises": 1}
        assert (await citizen.post("/v1/ratings", json=changed)).status_code == 200
        assert (await told(rating, "s1"), await told(rating, "s4")) == (
            {},
            {(AGENCY, "self_link"): 1},
        )
        voids = f"/v1/dossiers/{CODE}/ratings/returned/voids"
        assert (await client.post(voids, json={"reason": "test"})).status_code == 201
        assert await told(rating, "rated") == {}
        assert await told(rating, "voided") == {(AGENCY, "asked"): 1}
        await rating.hear(amended(agency=STRANGER, competent_agency=STRANGER))
        assert await told(rating, "voided") == {(STRANGER, "asked"): 1}
        assert (await client.post(f"{voids}/lift", json={"note": "Nhầm hồ sơ"})).status_code == 201
        assert await told(rating, "s4") == {(STRANGER, "self_link"): 1}
        await rating.hear(amended(revision=3))
        assert await told(rating, "s4") == {(AGENCY, "self_link"): 1}
        assert await told(rating, "invited") == {(AGENCY, "asked"): 1}


async def test_cells_follow_silence_refusal_and_a_link_issued_anew(lone):
    async with lone(service) as rating, rating.anonymous() as citizen, rating.calls() as client:
        second = f"{CODE[:-1]}2"
        news = (filed(), returned(), filed(second), delivered(second))
        await rating.hear(*directory(), published(), *news)
        token = (await links(client))[0]["token"]
        refused = await citizen.post("/v1/rating-refusals", json={"token": token})
        assert refused.status_code in {200, 201}, refused.text
        assert await told(rating, "declined") == {(AGENCY, "asked"): 1}
        now = datetime.now(UTC) + timedelta(days=31)
        rating.running.database.now = lambda: now
        await rating.running.do(end_unanswered)
        silent = await told(rating, "ignored")
        assert silent[AGENCY, "asked"] >= 1
        again = {"occasion": "returned", "reissue": True}
        address = f"/v1/dossiers/{second}/rating-invitations"
        assert (await client.post(address, json=again)).status_code == 201
        left = (await told(rating, "ignored")).get((AGENCY, "asked"), 0)
        assert left == silent[AGENCY, "asked"] - 1
