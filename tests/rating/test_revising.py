"""A rating is changed for a few minutes by the link that gave it, or is void; what it was is kept."""

import asyncio
from datetime import UTC, datetime, timedelta

from services.rating import service
from tests.rating.builders import CODE, directory, filed, links, returned, rows_of


async def to_rate(rating, client):
    await rating.hear(*directory(), filed(), returned())
    return (await links(client))[0]


def given(token, option="5", **told):
    return {"token": token, "answers": {"overall": option}} | told


async def rate(client, *told, **more):
    return await client.post("/v1/ratings", json=given(*told, **more))


async def test_a_rating_is_changed_within_its_minutes_and_every_version_is_kept(lone):
    async with lone(service) as rating, rating.calls() as client:
        token = (await to_rate(rating, client))["token"]
        first = await rate(client, token, "1", comment="Chậm quá")
        receipt = first.json()
        until = datetime.fromisoformat(receipt["revisable_until"])
        assert receipt["version"] == 1
        assert until - datetime.fromisoformat(receipt["accepted_at"]) == timedelta(minutes=10)
        second = await rate(client, token, "4", comment="Cũng được", revises=1)
        assert (second.status_code, second.json()["version"]) == (200, 2)
        assert second.json()["revisable_until"] == receipt["revisable_until"]
        third = await rate(client, token, "5", revises=2)
        assert (third.status_code, third.json()["version"]) == (200, 3)
        [row] = await rows_of(rating, "rating")
        assert (row.score, row.version) == (5, 3)
        earlier = await rows_of(rating, "earlier_rating")
        assert sorted((row.version, row.score) for row in earlier) == [(1, 1), (2, 4)]
        assert await rows_of(rating, "comment") == []
        comments = await rows_of(rating, "earlier_comment")
        assert sorted((row.version, row.redacted) for row in comments) == [
            (1, "Chậm quá"),
            (2, "Cũng được"),
        ]
        told = await rating.announced("rating.submitted")
        assert [(one["version"], one["score"]) for one in told] == [(1, 1), (2, 4), (3, 5)]


async def test_the_form_of_a_used_link_is_shown_again_to_be_changed_and_its_standing_told(lone):
    async with lone(service, rating_revision_minutes=10) as rating, rating.calls() as client:
        token = (await to_rate(rating, client))["token"]
        form, standing = f"/v1/rating-forms/{token}", f"/v1/rating-standings/{token}"
        assert (await client.get(standing)).json()["code"] == "unknown-rating"
        asked = (await client.get(form)).json()
        receipt = (await rate(client, token, "1", comment="Chậm quá")).json()
        assert (await client.get(form)).json()["code"] == "rating-already-given"
        assert (await client.get(form, params={"revises": 1})).json() == asked
        stale = await client.get(form, params={"revises": 2})
        assert (stale.status_code, stale.json()["code"]) == (409, "rating-revised-meanwhile")
        told = (await client.get(standing)).json()
        assert told == {
            "accepted_at": receipt["accepted_at"],
            "version": 1,
            "revisable": True,
            "revisable_until": receipt["revisable_until"],
        }
        assert len(await rating.announced("rating.submitted")) == 1


async def test_where_ratings_are_never_changed_a_standing_says_so(lone):
    async with lone(service, rating_revision_minutes=0) as rating, rating.calls() as client:
        token = (await to_rate(rating, client))["token"]
        await rate(client, token)
        told = (await client.get(f"/v1/rating-standings/{token}")).json()
        assert (told["revisable"], told["revisable_until"]) == (False, None)
        form = await client.get(f"/v1/rating-forms/{token}", params={"revises": 1})
        assert (form.status_code, form.json()["code"]) == (409, "rating-already-given")


async def test_without_the_version_it_is_told_how_and_until_when_a_rating_can_be_changed(lone):
    async with lone(service) as rating, rating.calls() as client:
        token = (await to_rate(rating, client))["token"]
        receipt = (await rate(client, token)).json()
        again = await rate(client, token, "1")
        assert (again.status_code, again.json()["code"]) == (409, "rating-already-given")
        [how] = again.json()["errors"]
        assert how["pointer"] == "/revises"
        assert "`revises`: 1 " in how["detail"]
        assert receipt["revisable_until"][:19] in how["detail"]
        assert len(await rating.announced("rating.submitted")) == 1


async def test_a_version_that_is_not_the_one_that_stands_is_refused(lone):
    async with lone(service) as rating, rating.calls() as client:
        token = (await to_rate(rating, client))["token"]
        early = await rate(client, token, revises=1)
        assert (early.status_code, early.json()["code"]) == (409, "rating-revised-meanwhile")
        await rate(client, token)
        await rate(client, token, "4", revises=1)
        for version in (1, 3):
            late = await rate(client, token, "2", revises=version)
            assert (late.status_code, late.json()["code"]) == (409, "rating-revised-meanwhile")
        assert (await rate(client, token, revises=0)).status_code == 422
        wrong = await rate(client, token, "9", revises=2)
        assert (wrong.status_code, wrong.json()["code"]) == (422, "answers-invalid")
        [row] = await rows_of(rating, "rating")
        assert (row.score, row.version) == (4, 2)


async def test_forty_changes_of_one_version_at_once_make_one(lone):
    async with lone(service) as rating, rating.calls() as client:
        token = (await to_rate(rating, client))["token"]
        await rate(client, token)
        changes = (rate(client, token, str(1 + n % 5), revises=1) for n in range(40))
        answers = await asyncio.gather(*changes)
        assert sorted(a.status_code for a in answers) == [200] + [409] * 39
        assert len(await rows_of(rating, "earlier_rating")) == 1
        assert len(await rating.announced("rating.submitted")) == 2


async def test_after_its_minutes_a_rating_stays(lone):
    async with lone(service, rating_revision_minutes=5) as rating, rating.calls() as client:
        token = (await to_rate(rating, client))["token"]
        await rate(client, token)
        rating.running.database.now = lambda: datetime.now(UTC) + timedelta(minutes=5, seconds=1)
        late = await rate(client, token, "1", revises=1)
        assert (late.status_code, late.json()["code"]) == (409, "rating-already-given")
        assert late.json()["errors"] == []


async def test_where_no_minutes_are_given_nothing_is_changed(lone):
    async with lone(service, rating_revision_minutes=0) as rating, rating.calls() as client:
        token = (await to_rate(rating, client))["token"]
        assert (await rate(client, token)).json()["revisable_until"] is None
        assert (await rate(client, token, revises=1)).status_code == 409


async def test_only_the_link_that_gave_a_rating_changes_it(lone):
    async with lone(service) as rating, rating.calls() as client:
        link = await to_rate(rating, client)
        await rate(client, link["token"])
        other = await rate(client, link["ways"]["self_qr"]["token"], "1", revises=1)
        assert (other.status_code, other.json()["code"]) == (409, "rating-already-given")
        assert other.json()["errors"] == []


async def test_a_change_by_one_key_is_answered_alike(lone):
    async with lone(service) as rating, rating.calls() as client:
        token = (await to_rate(rating, client))["token"]
        await rate(client, token)
        sent = {"json": given(token, "2", revises=1), "headers": {"Idempotency-Key": "k-2"}}
        first, again = [await client.post("/v1/ratings", **sent) for _ in range(2)]
        assert (first.status_code, again.status_code) == (200, 200)
        assert first.content == again.content


VOIDS = f"/v1/dossiers/{CODE}/ratings/returned/voids"
OPERATOR = "partners:admin"


async def test_a_rating_that_is_void_counts_no_more_and_is_kept_and_can_count_again(lone):
    async with (
        lone(service) as rating,
        rating.calls() as client,
        rating.calls("H29", OPERATOR) as operator,
    ):
        token = (await to_rate(rating, client))["token"]
        await rate(client, token, "1", comment="Thử")
        answer = await operator.post(VOIDS, json={"reason": "test", "note": "Phiếu thử 12"})
        assert answer.status_code == 201, answer.text
        told = answer.json()
        assert (told["void"], told["reason"], told["note"]) == (True, "test", "Phiếu thử 12")
        assert "score" not in answer.text
        assert "Thử" not in answer.text
        again = await operator.post(VOIDS, json={"reason": "court_order"})
        assert (again.status_code, again.json()["code"]) == (409, "rating-already-void")
        change = await rate(client, token, "5", revises=1)
        assert (change.status_code, change.json()["code"]) == (410, "rating-taken-out")
        [voided] = await rating.announced("rating.voided")
        assert (voided["dossier"], voided["occasion"], voided["version"]) == (CODE, "returned", 1)
        lifted = await operator.post(f"{VOIDS}/lift", json={"note": "Nhầm"})
        assert (lifted.status_code, lifted.json()["void"]) == (201, False)
        twice = await operator.post(f"{VOIDS}/lift", json={"note": "Nhầm"})
        assert (twice.status_code, twice.json()["code"]) == (409, "rating-not-void")
        submitted = await rating.announced("rating.submitted")
        assert [(one["version"], one["score"]) for one in submitted] == [(1, 1), (2, 1)]
        assert submitted[0]["submitted_at"] == submitted[1]["submitted_at"]
        rows = sorted(await rows_of(rating, "rating_void"), key=lambda row: row.id)
        assert [(row.lifts, row.reason, row.note, row.version) for row in rows] == [
            (False, "test", "Phiếu thử 12", 1),
            (True, None, "Nhầm", 2),
        ]
        assert all(row.client for row in rows)
        assert len(await rows_of(rating, "comment")) == 1


async def test_a_void_has_a_reason_and_another_one_is_written_out(lone):
    async with (
        lone(service) as rating,
        rating.calls() as client,
        rating.calls("H29", OPERATOR) as operator,
    ):
        await rate(client, (await to_rate(rating, client))["token"])
        for wrong in ({}, {"reason": "other"}, {"reason": "unkind"}, {"reason": "test", "x": 1}):
            assert (await operator.post(VOIDS, json=wrong)).status_code == 422
        assert (await operator.post(f"{VOIDS}/lift", json={})).status_code == 422
        assert await rows_of(rating, "rating_void") == []


async def test_only_an_operator_of_the_agency_voids_and_only_what_was_rated(lone):
    async with lone(service) as rating, rating.calls() as client:
        link = await to_rate(rating, client)
        test = {"reason": "test"}
        async with rating.calls("H29", OPERATOR) as operator:
            none = await operator.post(VOIDS, json=test)
            assert (none.status_code, none.json()["code"]) == (404, "unknown-rating")
            await rate(client, link["token"])
            other = VOIDS.replace("returned", "received")
            assert (await operator.post(other, json=test)).status_code == 404
        async with rating.calls("H29", "ratings:write", "ratings:read") as partner:
            assert (await partner.post(VOIDS, json=test)).status_code == 403
        async with rating.calls("000.00.15.H29", OPERATOR) as stranger:
            unknown = await stranger.post(VOIDS, json=test)
            assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown-dossier")
        assert await rows_of(rating, "rating_void") == []
