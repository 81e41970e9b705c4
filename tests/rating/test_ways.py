"""Each way to a citizen has a secret of its own, which tells where a rating came from; on both engines."""

import asyncio

import pytest

from contracts.vocabulary import Occasion, Provenance
from services.rating import service
from services.rating.links import Links
from services.rating.tables import Invitation
from tests.rating.builders import (
    CODE,
    STRANGER,
    delivered,
    directory,
    filed,
    links,
    returned,
    rows_of,
)

PNG = b"\x89PNG\r\n"
INVITATIONS = f"/v1/dossiers/{CODE}/rating-invitations"


def secrets_of(link):
    """What each way brings, as it is printed or linked."""
    told = {way: each.get("token") or each["code"] for way, each in link["ways"].items()}
    return {"self_link": link["token"]} | told


def given(token, option="5", **told):
    return {"token": token, "answers": {"overall": option}} | told


async def to_rate(rating, client, **told):
    await rating.hear(*directory(), filed(), returned(**told))
    return (await links(client))[0]


@pytest.mark.parametrize("way", ["self_link", "self_qr", "self_web", "paper", "postal_card"])
async def test_a_rating_tells_by_which_way_its_link_came(lone, way):
    async with lone(service) as rating, rating.calls() as client:
        link = await to_rate(rating, client)
        secrets = secrets_of(link)
        assert len(set(secrets.values())) == 5
        assert (await client.post("/v1/ratings", json=given(secrets[way]))).status_code == 201
        [told] = await rating.announced("rating.submitted")
        assert told["provenance"] == way
        for other in secrets.values():
            refused = await client.post("/v1/ratings", json=given(other))
            assert refused.json()["code"] == "rating-already-given"


async def test_the_ways_are_the_same_whenever_they_are_asked_for(lone):
    async with lone(service) as rating, rating.calls() as client:
        link = await to_rate(rating, client)
        before = await rows_of(rating, "rating_token")
        assert await links(client) == [link]
        assert await rows_of(rating, "rating_token") == before


async def test_ways_asked_for_by_many_at_once_are_kept_once(lone):
    async with lone(service) as rating, rating.calls() as client:
        await rating.hear(*directory(), filed(), returned())
        told = await asyncio.gather(*(links(client) for _ in range(20)))
        assert all(one == told[0] for one in told)
        assert len(await rows_of(rating, "rating_token")) == 5


@pytest.mark.parametrize(
    "typed",
    [
        lambda code: code.replace("-", " "),
        lambda code: code.replace("-", "").lower(),
        lambda code: code.replace("-", "\u2013"),
        lambda code: code.replace("0", "o").replace("1", "l"),
        lambda code: code.replace("0", "O").replace("1", "I"),
    ],
)
async def test_a_code_is_taken_as_people_type_it(lone, typed):
    async with lone(service) as rating, rating.calls() as client:
        code = secrets_of(await to_rate(rating, client))["paper"]
        form = await client.get(f"/v1/rating-forms/{typed(code)}")
        assert form.status_code == 200, form.text
        assert (await client.post("/v1/ratings", json=given(typed(code)))).status_code == 201


async def test_a_slip_of_the_hand_is_told_from_a_code_that_does_not_exist(lone):
    async with lone(service) as rating, rating.calls() as client:
        code = secrets_of(await to_rate(rating, client))["paper"]
        slipped = code[:-1] + ("2" if code[-1] != "2" else "3")
        swapped = next(
            code[:at] + code[at + 1] + code[at] + code[at + 2 :]
            for at in range(30)
            if "-" not in code[at : at + 2] and code[at] != code[at + 1]
        )
        for wrong in (slipped, swapped):
            answer = await client.post("/v1/ratings", json=given(wrong))
            assert (answer.status_code, answer.json()["code"]) == (422, "rating-code-mistyped")
            assert [one["pointer"] for one in answer.json()["errors"]] == ["/token"]
            assert wrong not in answer.text
        unknown = await client.post("/v1/ratings", json=given("0" * 27))
        assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown-rating-link")
        assert await rows_of(rating, "rating") == []


@pytest.mark.parametrize(
    ("format", "kind", "begins"),
    [("svg", "image/svg+xml", b"<?xml"), ("png", "image/png", PNG)],
)
async def test_the_qr_code_of_a_link_is_drawn_and_that_is_recorded(lone, format, kind, begins):
    async with lone(service) as rating, rating.calls() as client:
        await to_rate(rating, client)
        drawn = [
            await client.get(f"{INVITATIONS}/returned/qr?format={format}&way={way}")
            for way in ("self_qr", "postal_card")
        ]
        for answer in drawn:
            assert answer.status_code == 200, answer.text
            assert answer.headers["content-type"].startswith(kind)
            assert answer.headers["cache-control"] == "no-store"
            assert answer.content.startswith(begins)
        assert drawn[0].content != drawn[1].content
        readings = await rows_of(rating, "invitation_reading")
        assert [row.occasion for row in readings] == [None, "returned", "returned"]


async def test_a_card_is_drawn_before_the_delivery_and_opens_with_it(lone):
    async with lone(service) as rating, rating.calls() as client:
        await rating.hear(*directory(), filed(return_mode="post"))
        path = f"{INVITATIONS}/returned/qr"
        early = await client.get(f"{path}?way=postal_card")
        assert early.status_code == 200
        none = await client.get(f"{path}?way=self_qr")
        assert (none.status_code, none.json()["code"]) == (404, "unknown-invitation")
        assert await links(client) == []
        tokens = await rows_of(rating, "rating_token")
        assert len(tokens) == 5
        await rating.hear(delivered())
        link = (await links(client))[0]
        assert (await client.get(f"{path}?way=postal_card")).content == early.content
        card = secrets_of(link)["postal_card"]
        assert (await client.post("/v1/ratings", json=given(card))).status_code == 201


async def test_a_card_scanned_too_early_is_told_so_and_spends_nothing(lone):
    async with lone(service) as rating, rating.calls() as client:
        await rating.hear(*directory(), filed(return_mode="post"))
        await client.get(f"{INVITATIONS}/returned/qr?way=postal_card")
        code = card_of(rating)
        answer = await client.post("/v1/ratings", json=given(code))
        assert (answer.status_code, answer.json()["code"]) == (409, "rating-link-too-early")
        await rating.hear(delivered())
        assert (await client.post("/v1/ratings", json=given(code))).status_code == 201


def card_of(rating):
    """What stands on the card in the envelope, which the drawing alone shows."""
    made = rating.running.own(Links)
    asked = Invitation.of(id=made.invitation(CODE, Occasion.RETURNED), issue=1)
    return made.code(asked, Provenance.POSTAL_CARD)


async def test_a_stranger_gets_no_drawing(lone):
    async with lone(service, settle_seconds=0.05) as rating, rating.calls(STRANGER) as stranger:
        await rating.hear(*directory(), filed(), returned())
        assert (await stranger.get(f"{INVITATIONS}/returned/qr")).status_code == 404
        async with rating.calls("H29", "ratings:read") as reader:
            assert (await reader.get(f"{INVITATIONS}/returned/qr")).status_code == 403


async def reissued(client, occasion="returned"):
    return await client.post(INVITATIONS, json={"occasion": occasion, "reissue": True})


async def test_a_new_issue_takes_the_place_of_every_link_and_code_before(lone):
    async with lone(service) as rating, rating.calls() as client:
        before = secrets_of(await to_rate(rating, client))
        answer = await reissued(client)
        assert answer.status_code == 201, answer.text
        after = secrets_of(answer.json())
        assert set(before.values()).isdisjoint(after.values())
        for old in before.values():
            for refused in (
                await client.post("/v1/ratings", json=given(old)),
                await client.get(f"/v1/rating-forms/{old}"),
            ):
                assert (refused.status_code, refused.json()["code"]) == (
                    410,
                    "rating-link-replaced",
                )
        assert [secrets_of(one) for one in await links(client)] == [after]
        assert (await client.post("/v1/ratings", json=given(after["self_qr"]))).status_code == 201
        *_, made, _ = await rows_of(rating, "invitation_reading")
        assert (made.occasion, made.issue) == ("returned", 2)


async def test_what_was_rated_or_never_asked_is_not_issued_anew(lone):
    async with lone(service, settle_seconds=0.05) as rating, rating.calls() as client:
        link = await to_rate(rating, client)
        none = await reissued(client, "received")
        assert (none.status_code, none.json()["code"]) == (404, "unknown-invitation")
        await client.post("/v1/ratings", json=given(link["token"]))
        refused = await reissued(client)
        assert (refused.status_code, refused.json()["code"]) == (409, "rating-already-given")
        async with rating.calls(STRANGER) as stranger:
            assert (await reissued(stranger)).status_code == 404


async def test_only_a_receipts_link_is_minted_on_request(lone):
    async with lone(service) as rating, rating.calls() as client:
        await to_rate(rating, client)
        for occasion in ("returned", "delivered"):
            answer = await client.post(INVITATIONS, json={"occasion": occasion})
            assert answer.status_code == 422
            assert [one["pointer"] for one in answer.json()["errors"]] == ["/occasion"]


async def test_many_new_issues_at_once_leave_one_that_works(lone):
    async with lone(service) as rating, rating.calls() as client:
        await to_rate(rating, client)
        answers = await asyncio.gather(*(reissued(client) for _ in range(8)))
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.json()["token"] for answer in answers}) == 8
        [link] = await links(client)
        forms = [await client.get(f"/v1/rating-forms/{a.json()['token']}") for a in answers]
        assert sorted(form.status_code for form in forms) == [200] + [410] * 7
        assert link["token"] in {answer.json()["token"] for answer in answers}
