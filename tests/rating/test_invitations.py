"""Who is invited, when, and who may have the link; on both engines."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import uuid4

import pytest

from chassis.bus import Parcel
from contracts.envelope import Envelope
from services.rating import domain, service
from services.rating.links import Links
from services.rating.tables import Invitation
from tests.builders import AGENCY
from tests.rating.builders import (
    CODE,
    RETURNED,
    STRANGER,
    agency,
    delivered,
    directory,
    filed,
    links,
    returned,
    rows_of,
)

SAME = ("type", "title", "status", "detail", "code", "errors")


def content_of(path):
    """Every byte of an embedded database, with its journal."""
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


def key_of(settings):
    """The rating key, from a file that is for its owner alone."""
    file = settings.secrets / "rating.key"
    assert file.stat().st_mode & 0o077 == 0
    return bytes.fromhex(file.read_text())


@pytest.mark.parametrize("mode", ["counter", "online"])
async def test_a_returned_result_invites_once_however_often_and_in_whatever_order_it_is_told(
    lone, mode
):
    events = [filed(return_mode=mode), returned(return_mode=mode), returned(return_mode=mode)]
    async with (
        lone(service, public_url="https://mot-cua.example/") as rating,
        rating.calls() as client,
    ):
        await rating.hear(*directory())
        for number, order in enumerate(permutations(events)):
            code = f"{CODE[:-1]}{number}"
            for event in order:
                await rating.hear(event.model_copy(update={"code": code}))
            [one] = await links(client, code)
            assert one["occasion"] == "returned"
            assert one["used"] is False
            assert one["url"] == f"https://mot-cua.example/r/{one['token']}"
            assert await links(client, code) == [one]


async def test_a_whole_batch_with_repeats_invites_once(lone):
    async with lone(service) as rating, rating.calls() as client:
        await rating.hear(*directory())
        await rating.hear(
            delivered(), returned(), filed(), returned(), delivered(attempt=2), filed()
        )
        assert [one["occasion"] for one in await links(client)] == ["returned", "delivered"]


async def test_the_same_delivery_of_news_twice_invites_once(lone):
    async with lone(service) as rating:
        event = returned()
        now = rating.running.database.now()
        envelope = Envelope.around(event, id=uuid4().hex, subject=CODE, time=now)
        parcel = Parcel(envelope.id, envelope.topic, envelope.model_dump_json())
        await asyncio.gather(*(rating.running.consumer.take([parcel]) for _ in range(5)))
        [before] = await rows_of(rating, "invitation")
        await rating.running.consumer.take([parcel])
        assert await rows_of(rating, "invitation") == [before]


async def test_a_result_by_post_waits_for_its_confirmed_delivery(lone):
    async with lone(service) as rating, rating.calls() as client:
        await rating.hear(*directory(), filed(return_mode="post"), returned(return_mode="post"))
        assert await links(client) == []
        for leg in (
            "inbound_dossier",
            "inbound_supplement",
            "outbound_originals",
            "between_agencies",
        ):
            await rating.hear(delivered(leg=leg))
        assert await links(client) == []
        await rating.hear(delivered())
        assert [one["occasion"] for one in await links(client)] == ["returned", "delivered"]


async def test_the_post_may_be_faster_than_the_news_of_the_dossier(lone):
    events = [filed(return_mode="post"), returned(return_mode="post"), delivered()]
    async with lone(service) as rating, rating.calls() as client:
        await rating.hear(*directory())
        for number, order in enumerate(permutations(events)):
            code = f"{CODE[:-1]}{number}"
            for event in order:
                named = "dossier" if event.topic == "shipment.delivered" else "code"
                await rating.hear(event.model_copy(update={named: code}))
            told = [one["occasion"] for one in await links(client, code)]
            assert told == ["returned", "delivered"]


async def test_a_link_is_good_for_its_days_from_when_it_could_first_be_used(lone):
    ahead = datetime.now(UTC) + timedelta(days=3)
    async with lone(service, rating_days=10) as rating, rating.calls() as client:
        await rating.hear(*directory(), returned(), returned("A-2", returned_at=ahead))
        [late], [early] = await links(client), await links(client, "A-2")
        left = datetime.fromisoformat(late["expires_at"]) - datetime.now(UTC)
        assert timedelta(days=10) - timedelta(minutes=1) < left <= timedelta(days=10)
        assert datetime.fromisoformat(late["expires_at"]) > RETURNED + timedelta(days=2000)
        assert datetime.fromisoformat(early["expires_at"]) == ahead + timedelta(days=10)
        assert early["expires_at"].endswith("+07:00")


async def test_of_a_token_only_its_hash_is_stored(lone, engine):
    async with lone(service) as rating, rating.calls() as client:
        await rating.hear(*directory(), filed(), returned())
        [one] = await links(client)
        token = one["token"]
        await client.get(f"/v1/rating-forms/{token}")
        given = {"token": token, "answers": {"overall": "5"}, "comment": "Tốt"}
        answer = await client.post("/v1/ratings", json=given, headers={"Idempotency-Key": "k-1"})
        assert answer.status_code == 201
        secrets = {token, *(one["ways"][way]["token"] for way in ("self_qr", "self_web"))}
        codes = [one["ways"][way]["code"] for way in ("paper", "postal_card")]
        secrets |= {code.replace("-", "") for code in codes}
        hashes = {row.token_hash for row in await rows_of(rating, "rating_token")}
        assert hashes == {domain.token_hash(secret) for secret in secrets}
        secrets |= set(codes)
        kept = [
            str(tuple(row))
            for table in rating.running.database.metadata.tables
            for row in await rows_of(rating, table)
        ]
        assert len(kept) > 8
        assert any(domain.token_hash(token) in text for text in kept)
        assert not any(secret in text for text in kept for secret in secrets)
        if engine == "sqlite":
            raw = content_of(rating.running.database.engine.path)
            assert domain.token_hash(token).encode() in raw
            assert not any(secret.encode() in raw for secret in secrets)


async def test_the_token_is_derived_from_the_key_file_and_the_invitation(lone):
    async with lone(service) as rating, rating.calls() as client:
        await rating.hear(*directory(), returned())
        [one], [stored] = await links(client), await rows_of(rating, "invitation")
        assert len(stored.id) == 32
        assert one["token"] == domain.token_of(key_of(rating.running.settings), stored.id)


async def test_links_made_with_another_key_are_not_given_out_wrongly(lone):
    async with lone(service) as rating, rating.calls() as client:
        await rating.hear(*directory(), returned())
        token = (await links(client))[0]["token"]
        rating.running.own(Links)._key = bytes(32)
        answer = await client.get(f"/v1/dossiers/{CODE}/rating-invitations")
        assert (answer.status_code, answer.json()["code"]) == (503, "rating-key-replaced")
        assert (await client.get(f"/v1/rating-forms/{token}")).status_code == 200


async def test_each_reading_of_the_links_is_recorded(lone):
    async with lone(service) as rating, rating.calls() as client:
        await rating.hear(*directory(), returned())
        for request in ("request-1", "request-2"):
            address = f"/v1/dossiers/{CODE}/rating-invitations"
            answer = await client.get(address, headers={"X-Request-Id": request})
            assert answer.headers["cache-control"] == "no-store"
        read = await rows_of(rating, "invitation_reading")
        assert [(row.client, row.dossier, row.request) for row in read] == [
            ("c-test", CODE, "request-1"),
            ("c-test", CODE, "request-2"),
        ]
        assert datetime.now(UTC) - read[0].at < timedelta(minutes=1)


async def test_a_stranger_cannot_tell_a_foreign_dossier_from_none_not_even_by_the_time(lone):
    async with lone(service, settle_seconds=0.2) as rating, rating.calls(STRANGER) as stranger:
        await rating.hear(*directory(), filed(), returned())
        loop = asyncio.get_running_loop()
        answers, waits = [], []
        for code in (CODE, "no-such-code"):
            started = loop.time()
            answers.append(await stranger.get(f"/v1/dossiers/{code}/rating-invitations"))
            waits.append(loop.time() - started)
        foreign, unknown = answers
        assert foreign.status_code == unknown.status_code == 404
        assert foreign.json()["code"] == "unknown-dossier"
        assert [foreign.json()[k] for k in SAME] == [unknown.json()[k] for k in SAME]
        assert min(waits) >= 0.2
        assert await rows_of(rating, "invitation_reading") == []
        async with rating.calls(AGENCY) as owner, rating.calls(None) as suite:
            assert len(await links(owner)) == len(await links(suite)) == 1


async def test_a_dossier_whose_news_is_on_its_way_is_waited_for(lone):
    async with lone(service) as rating, rating.calls(AGENCY) as client:
        asking = asyncio.create_task(client.get(f"/v1/dossiers/{CODE}/rating-invitations"))
        await asyncio.sleep(0.1)
        assert not asking.done()
        await rating.hear(filed())
        answer = await asking
        assert (answer.status_code, answer.json()) == (200, {"items": []})


async def test_an_agency_whose_place_in_the_tree_is_on_its_way_is_waited_for(lone):
    async with lone(service) as rating, rating.calls("H29") as client:
        await rating.hear(filed())
        asking = asyncio.create_task(client.get(f"/v1/dossiers/{CODE}/rating-invitations"))
        await asyncio.sleep(0.1)
        await rating.hear(agency(AGENCY, "H29"))
        assert (await asking).status_code == 200


async def test_only_those_who_may_hand_out_links_get_them(lone):
    async with lone(service) as rating:
        await rating.hear(*directory(), returned())
        address = f"/v1/dossiers/{CODE}/rating-invitations"
        async with rating.calls("H29", "ratings:read", "dossiers:write") as reader:
            refused = await reader.get(address)
            assert (refused.status_code, refused.json()["code"]) == (403, "scope-missing")
        async with rating.anonymous() as anybody:
            assert (await anybody.get(address)).status_code == 401


async def test_the_database_holds_one_invitation_for_each_occasion(lone):
    """The promise does not rest on the consumers alone."""
    async with lone(service) as rating:
        await rating.hear(returned())
        [row] = await rows_of(rating, "invitation")

        async def second(uow):
            if uow.attempt > 1:
                raise LookupError("the key said no")
            uow.add(Invitation.of(**dict(row._mapping) | {"id": "y"}))

        with pytest.raises(LookupError):
            await rating.running.do(second)
