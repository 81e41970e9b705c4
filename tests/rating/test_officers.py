"""What the head of a unit learns of its officers, and what nobody learns."""

from datetime import datetime, timedelta

import pytest

from contracts.vocabulary import VIETNAM
from services.rating import service
from tests.builders import AGENCY
from tests.rating.builders import RETURNED, STRANGER, directory, published, rows_of
from tests.rating.citizens import Citizens

CLOSED = datetime(2020, 5, 31, tzinfo=VIETNAM)
"""The first quarter of 2020 ended sixty days before."""

HEAD = (AGENCY, "ratings:officers")


async def opened(rating):
    await rating.hear(*directory(), published())
    rating.running.database.now = lambda: RETURNED + timedelta(days=1)
    return Citizens(rating)


async def handled(rating, citizens, officer, options, **where):
    """Dossiers of one officer, rated after the officer was named."""
    codes = await citizens.invited(len(options), **where)
    async with rating.calls() as client:
        for code in codes:
            called = await name(client, code, officer)
    await citizens.rate_these(codes, options)
    return called


async def name(client, code, officer, occasion="returned"):
    address = f"/v1/dossiers/{code}/rating-invitations/{occasion}/officer"
    answer = await client.put(address, json={"officer": officer})
    assert answer.status_code == 200, answer.text
    return answer.json()["officer"]


async def results(client, **asked):
    answer = await client.get("/v1/ratings/officers", params={"quarter": "2020-Q1"} | asked)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()


async def test_the_head_of_a_unit_sees_shares_of_officers_with_enough_ratings(lone):
    async with lone(service) as rating, rating.calls(*HEAD) as head:
        citizens = await opened(rating)
        first = await handled(rating, citizens, "cb-01", "5" * 9 + "1")
        second = await handled(rating, citizens, "cb-02", "4" * 6 + "2" * 6)
        await citizens.rate("5" * 30)
        rating.running.database.now = lambda: CLOSED
        told = await results(head)
        assert (told["agency"], told["minimum"]) == (AGENCY, 10)
        assert (told["period_from"], told["period_to"]) == ("2020-01-01", "2020-04-01")
        rows = {row["officer"]: row for row in told["rows"]}
        assert {key: (row["state"], row["ratings"]) for key, row in rows.items()} == {
            first: ("ok", 10),
            second: ("ok", 12),
            None: ("ok", 30),
        }
        assert (rows[first]["satisfaction"]["count"], rows[first]["satisfaction"]["among"]) == (
            9,
            10,
        )
        assert set(rows[first]) == {"officer", "state", "ratings", "satisfaction"}


async def test_few_ratings_of_an_officer_stay_hidden_and_cannot_be_worked_out(lone):
    """The unit's total is published elsewhere: what is left of it must not be one officer's."""
    async with lone(service) as rating, rating.calls(*HEAD) as head:
        citizens = await opened(rating)
        few = await handled(rating, citizens, "cb-01", "1" * 9)
        next_smallest = await handled(rating, citizens, "cb-02", "5" * 12)
        many = await handled(rating, citizens, "cb-03", "5" * 20)
        rating.running.database.now = lambda: CLOSED
        rows = {row["officer"]: row for row in (await results(head))["rows"]}
        assert {key: row["state"] for key, row in rows.items()} == {
            few: "suppressed",
            next_smallest: "suppressed",
            many: "ok",
        }
        for hidden in (few, next_smallest):
            assert (rows[hidden]["ratings"], rows[hidden]["satisfaction"]) == (None, None)


async def test_the_difference_of_two_looks_never_is_a_few_ratings(lone):
    """Only whole quarters are told, and only once no link that counts in them can be used."""
    async with lone(service) as rating, rating.calls(*HEAD) as head:
        citizens = await opened(rating)
        await handled(rating, citizens, "cb-01", "5" * 10)
        for at in (RETURNED + timedelta(days=1), CLOSED - timedelta(hours=1)):
            rating.running.database.now = lambda at=at: at
            answer = await head.get("/v1/ratings/officers", params={"quarter": "2020-Q1"})
            assert (answer.status_code, answer.json()["code"]) == (409, "quarter-not-closed")
            assert "2020-05-31" in answer.json()["detail"]
        for asked in ({"quarter": "2020-03"}, {"quarter": "2020-Q5"}, {"from": "2020-03-01"}):
            assert (await head.get("/v1/ratings/officers", params=asked)).status_code == 422
        rating.running.database.now = lambda: CLOSED
        before = (await results(head))["rows"]
        async with rating.calls() as client:
            late = await citizens.invited(3)
            for code in late:
                await name(client, code, "cb-01")
        await citizens.rate_these(late, "111")
        assert (await results(head))["rows"] == before


async def test_an_officer_is_named_before_the_rating_and_not_after(lone):
    async with lone(service) as rating, rating.calls() as client:
        citizens = await opened(rating)
        [code] = await citizens.invited(1)
        first = await name(client, code, "cb-01")
        assert await name(client, code, "cb-02") != first
        await citizens.rate_these([code], "1")
        address = f"/v1/dossiers/{code}/rating-invitations/returned/officer"
        answer = await client.put(address, json={"officer": "cb-01"})
        assert (answer.status_code, answer.json()["code"]) == (409, "rating-already-given")
        answer = await client.put(
            address.replace("returned", "received"), json={"officer": "cb-01"}
        )
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown-invitation")


async def test_the_word_for_an_officer_is_kept_nowhere_and_differs_between_agencies(lone):
    async with lone(service) as rating, rating.calls() as client:
        citizens = await opened(rating)
        [ours] = await citizens.invited(1)
        [theirs] = await citizens.invited(1, agency=STRANGER)
        told = [await name(client, code, "can-bo-0042") for code in (ours, theirs)]
        assert len(set(told)) == 2
        for table in sorted(rating.running.database.metadata.tables):
            assert "can-bo-0042" not in str(await rows_of(rating, table)), table
        assert await rating.announced() == []


@pytest.mark.parametrize("scope", ["ratings:read", "ratings:write", "indicators:read"])
async def test_nobody_else_sees_results_by_officer(lone, scope):
    async with lone(service) as rating:
        await opened(rating)
        asked = {"quarter": "2020-Q1"}
        async with rating.calls(AGENCY, scope) as caller:
            assert (await caller.get("/v1/ratings/officers", params=asked)).status_code == 403
        async with rating.calls(STRANGER, "ratings:officers") as other:
            answer = await other.get("/v1/ratings/officers", params=asked | {"agency": AGENCY})
            assert answer.status_code == 404
