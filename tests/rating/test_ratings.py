"""What a citizen sees and gives by a one-use link; on both engines."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

import pytest

from chassis.web import every_route
from services.rating import service
from tests.builders import AGENCY, PROCEDURE
from tests.rating.builders import (
    CODE,
    agency,
    amended,
    directory,
    filed,
    links,
    published,
    returned,
    rows_of,
)

NOWHERE = "x" * 43


async def invited(rating, code=CODE):
    """A citizen with a result in hand and a link: its token."""
    await rating.hear(*directory(), published(), filed(code), returned(code))
    async with rating.calls() as client:
        return (await links(client, code))[0]["token"]


async def test_the_form_shows_names_of_the_procedure_and_the_agency_and_nothing_of_anybody(lone):
    async with lone(service) as rating, rating.anonymous() as citizen:
        token = await invited(rating)
        answer = await citizen.get(f"/v1/rating-forms/{token}")
        assert answer.status_code == 200, answer.text
        assert answer.headers["cache-control"] == "no-store"
        form = answer.json()
        assert (form["language"], form["languages"]) == ("vi", ["vi", "en"])
        assert form["questionnaire"] == "overall-5/1"
        assert form["procedure"] == "Thành lập hộ kinh doanh"
        assert form["agency"] == "Sở Nông nghiệp"
        [question] = form["questions"]
        assert (question["id"], question["required"]) == ("overall", True)
        assert question["options"][0] == {"id": "5", "label": "Rất hài lòng"}
        assert [option["id"] for option in question["options"]] == ["5", "4", "3", "2", "1"]
        assert CODE not in answer.text
        assert "2020" not in answer.text


async def test_the_form_speaks_english_when_asked(lone):
    async with lone(service) as rating, rating.anonymous() as citizen:
        token = await invited(rating)
        form = (await citizen.get(f"/v1/rating-forms/{token}?language=en")).json()
        assert form["language"] == "en"
        assert form["questions"][0]["options"][4]["label"] == "Very dissatisfied"
        other = await citizen.get(f"/v1/rating-forms/{token}?language=fr")
        assert other.status_code == 422


async def test_the_form_shows_the_newest_names(lone):
    async with lone(service) as rating, rating.anonymous() as citizen:
        token = await invited(rating)
        await rating.hear(
            published(name="Tên mới", revision=3), published(name="Tên cũ", revision=2)
        )
        await rating.hear(published(name="Tên cũ hơn", revision=1))
        await rating.hear(agency(AGENCY, "H29", "Sở Nông nghiệp và Môi trường", revision=2))
        form = (await citizen.get(f"/v1/rating-forms/{token}")).json()
        assert form["procedure"] == "Tên mới"
        assert form["agency"] == "Sở Nông nghiệp và Môi trường"


async def test_the_form_names_the_procedure_as_last_amended_whichever_news_comes_first(lone):
    told = [
        filed(),
        amended(revision=2, procedure="1.2"),
        amended(revision=4, procedure="1.3"),
        returned(procedure="1.2"),
    ]
    for events in (told, told[::-1], [*told[2:], *told[:2]]):
        for batches in ([events], [[event] for event in events]):
            async with lone(service) as rating, rating.anonymous() as citizen:
                names = (published(code=f"1.{n}", name=f"Thủ tục {n}") for n in (2, 3))
                await rating.hear(*directory(), published(), *names)
                for batch in batches:
                    await rating.hear(*batch)
                async with rating.calls() as client:
                    [link] = await links(client)
                form = (await citizen.get(f"/v1/rating-forms/{link['token']}")).json()
                assert form["procedure"] == "Thủ tục 3"


async def test_the_form_does_without_names_that_have_not_been_heard(lone):
    async with lone(service) as rating, rating.anonymous() as citizen:
        await rating.hear(returned())
        async with rating.calls(AGENCY) as client:
            token = (await links(client))[0]["token"]
        form = (await citizen.get(f"/v1/rating-forms/{token}")).json()
        assert (form["procedure"], form["agency"]) == (None, None)
        assert form["questions"]


async def test_opening_the_form_spends_nothing(lone):
    async with lone(service) as rating, rating.anonymous() as citizen:
        token = await invited(rating)
        before = await rows_of(rating, "invitation")
        for _ in range(5):
            assert (await citizen.get(f"/v1/rating-forms/{token}")).status_code == 200
        assert (await citizen.head(f"/v1/rating-forms/{token}")).status_code == 405
        assert await rows_of(rating, "invitation") == before
        assert await rating.announced() == []
        given = {"token": token, "answers": {"overall": "4"}}
        assert (await citizen.post("/v1/ratings", json=given)).status_code == 201


@pytest.mark.parametrize(
    ("option", "score", "counts_as"),
    [("5", 5, "positive"), ("4", 4, "positive"), ("3", 3, "neutral"), ("1", 1, "negative")],
)
async def test_the_server_says_what_an_answer_counts_and_when(lone, option, score, counts_as):
    async with lone(service) as rating, rating.anonymous() as citizen:
        token = await invited(rating)
        started = datetime.now(UTC)
        answer = await citizen.post(
            "/v1/ratings", json={"token": token, "answers": {"overall": option}}
        )
        assert answer.status_code == 201, answer.text
        receipt = answer.json()
        assert started <= datetime.fromisoformat(receipt["accepted_at"]) <= datetime.now(UTC)
        assert receipt["accepted_at"].endswith("+07:00")
        assert receipt["message"] == "Đánh giá đã được ghi nhận. Cảm ơn quý vị."
        [submitted] = await rating.announced("rating.submitted")
        at = submitted.pop("submitted_at")
        assert datetime.fromisoformat(at) == datetime.fromisoformat(receipt["accepted_at"])
        assert submitted == {
            "dossier": CODE,
            "occasion": "returned",
            "version": 1,
            "questionnaire": "overall-5/1",
            "option": option,
            "score": score,
            "option_class": counts_as,
            "provenance": "self_link",
            "criteria": None,
        }


async def test_a_comment_is_kept_apart_and_goes_nowhere(lone, caplog):
    caplog.set_level(logging.DEBUG)
    comment = "Cán bộ thân thiện.\nGọi tôi 0903 123 456"
    async with lone(service) as rating, rating.anonymous() as citizen:
        token = await invited(rating)
        given = {"token": token, "answers": {"overall": "5"}, "comment": comment, "language": "en"}
        answer = await citizen.post("/v1/ratings", json=given)
        assert answer.json()["message"] == "Your rating has been recorded. Thank you."
        assert "thân thiện" not in answer.text
        [row] = await rows_of(rating, "comment")
        assert (row.text, row.redacted) == (None, "Cán bộ thân thiện.\nGọi tôi […]")
        assert "thân thiện" not in row.sealed
        for table in sorted(rating.running.database.metadata.tables):
            if table != "comment":
                assert "thân thiện" not in str(await rows_of(rating, table)), table
        assert not [
            r for r in caplog.records if r.name.startswith("motcua") and token in r.getMessage()
        ]
        assert "thân thiện" not in caplog.text


@pytest.mark.parametrize("comment", [None, "", "  \n "])
async def test_no_comment_leaves_no_row(lone, comment):
    async with lone(service) as rating, rating.anonymous() as citizen:
        given = {"token": await invited(rating), "answers": {"overall": "5"}, "comment": comment}
        assert (await citizen.post("/v1/ratings", json=given)).status_code == 201
        assert await rows_of(rating, "comment") == []


@pytest.mark.parametrize("ways", [1, 5])
async def test_a_hundred_ratings_of_one_invitation_at_once_count_once(lone, ways):
    async with lone(service) as rating, rating.anonymous() as citizen, rating.calls() as client:
        tokens = [await invited(rating)]
        other = (await links(client))[0]["ways"].values()
        tokens += [way.get("token") or way["code"] for way in other]
        bodies = [
            {"token": tokens[n % ways], "answers": {"overall": str(1 + n % 5)}} for n in range(100)
        ]
        answers = await asyncio.gather(*(citizen.post("/v1/ratings", json=b) for b in bodies))
        assert sorted(a.status_code for a in answers) == [201] + [409] * 99
        assert {a.json()["code"] for a in answers if a.status_code == 409} == {
            "rating-already-given"
        }
        winner = next(b for a, b in zip(answers, bodies, strict=True) if a.status_code == 201)
        [submitted] = await rating.announced("rating.submitted")
        assert submitted["option"] == winner["answers"]["overall"]
        assert len(await rows_of(rating, "rating")) == 1


async def test_a_used_link_is_told_to_be_used(lone):
    async with lone(service) as rating, rating.anonymous() as citizen, rating.calls() as client:
        token = await invited(rating)
        given = {"token": token, "answers": {"overall": "5"}}
        assert (await citizen.post("/v1/ratings", json=given)).status_code == 201
        for answer in (
            await citizen.post("/v1/ratings", json=given),
            await citizen.get(f"/v1/rating-forms/{token}"),
        ):
            assert (answer.status_code, answer.json()["code"]) == (409, "rating-already-given")
            assert answer.json()["title"] == "Liên kết đánh giá đã được sử dụng"
        assert [one["used"] for one in await links(client)] == [True]
        await rating.hear(returned())
        assert [one["token"] for one in await links(client)] == [token]


async def test_a_link_past_its_time_is_told_to_be_over(lone):
    async with lone(service, rating_days=1) as rating, rating.anonymous() as citizen:
        token = await invited(rating)
        rating.running.database.now = lambda: datetime.now(UTC) + timedelta(days=1, seconds=1)
        for answer in (
            await citizen.post("/v1/ratings", json={"token": token, "answers": {"overall": "5"}}),
            await citizen.get(f"/v1/rating-forms/{token}"),
        ):
            assert (answer.status_code, answer.json()["code"]) == (410, "rating-link-expired")
        assert await rows_of(rating, "rating") == []


async def test_an_unknown_link_is_unknown_whatever_it_looks_like(lone):
    async with lone(service) as rating, rating.anonymous() as citizen:
        token = await invited(rating)
        stored = (await rows_of(rating, "invitation"))[0]
        unknown = [
            NOWHERE,
            token[:-1],
            f"{token}=",
            stored.id,
            (await rows_of(rating, "rating_token"))[0].token_hash,
            CODE,
            "%C3%A9%FF",
        ]
        for wrong in unknown:
            answer = await citizen.get(f"/v1/rating-forms/{wrong}")
            assert (answer.status_code, answer.json()["code"]) == (404, "unknown-rating-link"), (
                wrong
            )
        answer = await citizen.post(
            "/v1/ratings", json={"token": NOWHERE, "answers": {"overall": "5"}}
        )
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown-rating-link")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"answers": {"overall": "6"}}, "/answers/overall"),
        ({"answers": {"speed": "5", "overall": "5"}}, "/answers/speed"),
        ({"answers": {"speed": "5"}}, "/answers/overall"),
        ({"answers": {"overall": 5}}, "/answers/overall"),
        ({"answers": {}}, "/answers"),
        ({"token": "short"}, "/token"),
        ({"token": "x" * 129}, "/token"),
        ({"language": "fr"}, "/language"),
        ({"comment": "x" * 4001}, "/comment"),
        ({"comment": "A\u200bB"}, "/comment"),
        ({"score": 5}, "/score"),
        ({"submitted_at": "2020-03-19T08:00:00+07:00"}, "/submitted_at"),
        ({"id": "x"}, "/id"),
        ({"provenance": "kiosk"}, "/provenance"),
        ({"device": "k-1"}, "/device"),
        ({"revises": "1"}, "/revises"),
    ],
)
async def test_a_wrong_answer_is_named_never_repeated_and_spends_nothing(lone, change, pointer):
    async with lone(service) as rating, rating.anonymous() as citizen:
        given = {"token": await invited(rating), "answers": {"overall": "5"}}
        answer = await citizen.post("/v1/ratings", json=given | change)
        assert answer.status_code == 422, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["errors"][0]["pointer"] == pointer
        assert given["token"] not in answer.text
        assert await rows_of(rating, "rating") == []
        assert (await citizen.post("/v1/ratings", json=given)).status_code == 201


async def test_what_does_not_fit_the_questionnaire_has_its_own_code(lone):
    async with lone(service) as rating, rating.anonymous() as citizen:
        token = await invited(rating)
        answer = await citizen.post(
            "/v1/ratings", json={"token": token, "answers": {"overall": "0", "a": "b"}}
        )
        problem = answer.json()
        assert problem["code"] == "answers-invalid"
        assert [(e["pointer"], e["code"]) for e in problem["errors"]] == [
            ("/answers/overall", "unknown-option"),
            ("/answers/a", "unknown-question"),
        ]


async def test_an_idempotency_key_gives_the_stored_receipt_and_the_link_alone_does_not(lone):
    async with lone(service) as rating, rating.anonymous() as citizen:
        given = {"token": await invited(rating), "answers": {"overall": "5"}}
        key = {"Idempotency-Key": "k-1"}
        first = await citizen.post("/v1/ratings", json=given, headers=key)
        again = await citizen.post("/v1/ratings", json=given, headers=key)
        assert (first.status_code, again.status_code) == (201, 201)
        assert first.content == again.content
        assert first.headers["cache-control"] == again.headers["cache-control"] == "no-store"
        bare = await citizen.post("/v1/ratings", json=given)
        assert bare.status_code == 409
        other = await citizen.post("/v1/ratings", json=given | {"language": "en"}, headers=key)
        assert (other.status_code, other.json()["code"]) == (409, "rating-already-given")
        assert len(await rating.announced("rating.submitted")) == 1


async def test_no_table_but_the_invitation_joins_a_rating_to_its_dossier(lone):
    async with lone(service) as rating, rating.anonymous() as citizen:
        given = {"token": await invited(rating), "answers": {"overall": "2"}, "comment": "Chậm"}
        assert (await citizen.post("/v1/ratings", json=given)).status_code == 201
        for table in ("rating", "comment"):
            [row] = await rows_of(rating, table)
            assert CODE not in str(row)
            assert PROCEDURE not in str(row)


async def test_nobody_reads_a_single_rating(lone):
    """Cases tell the class of an answer, never the answer, and lead to no dossier."""
    async with lone(service) as rating, rating.calls() as client:
        given = {"token": await invited(rating), "answers": {"overall": "5"}}
        await client.post("/v1/ratings", json=given)
        assert (await client.get("/v1/ratings")).status_code == 405
        reading = [r.path for r in every_route(service.router.routes) if "GET" in r.methods]
        assert [p for p in reading if p.startswith("/v1/ratings/") and "{" in p] == []
        asked = {"from": "2020-03-15", "to": "2020-04-01"}
        for by in ("none", "agency", "procedure", "month", "provenance", "questionnaire"):
            told = (await client.get("/v1/ratings/summary", params=asked | {"by": by})).json()
            for row in (told["total"], *told["rows"]):
                assert row["figures"] is None or row["figures"]["ratings"] == 0, by
