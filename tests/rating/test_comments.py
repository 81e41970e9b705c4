"""Comments: sealed as they were written, read redacted, hidden with a reason; on both engines."""

import logging
from datetime import UTC, datetime, timedelta

import pytest

from services.rating import service
from services.rating.comments.keeping import forget_originals, seal_earlier
from tests.builders import AGENCY
from tests.rating.builders import STRANGER, rows_of
from tests.rating.giving import INTEGRITY, ORIGINALS, WORKER, cases, code, comments, post, told

PHONE = "0903 123 456"
WRITTEN = f"Cán bộ thân thiện, gọi tôi {PHONE}"
SHOWN = "Cán bộ thân thiện, gọi tôi […]"


async def test_a_comment_is_read_without_what_may_be_somebodys(lone):
    async with lone(service) as rating, rating.calls() as client:
        await told(rating, option="5", comment=WRITTEN)
        [comment] = await comments(client)
        today = datetime.now(UTC) + timedelta(hours=7)
        assert comment["text"] == SHOWN
        assert comment["personal"] == ["phone"]
        assert (comment["state"], comment["agency"]) == ("pending", AGENCY)
        assert comment["written_on"] == today.date().isoformat()
        assert code(1) not in str(comment)
        assert "score" not in str(comment)


async def test_what_was_written_stands_in_no_table_in_clear(lone, caplog):
    caplog.set_level(logging.DEBUG)
    contact = {"channel": "phone", "value": PHONE}
    async with lone(service) as rating, rating.calls() as client:
        await told(rating, comment=WRITTEN, contact=contact, complaint=True)
        [case] = await cases(client)
        await post(client, f"/v1/rating-cases/{case['id']}/replies", {"text": f"Đã gọi {PHONE}"})
        note = {"outcome": "resolved", "note": f"đã gọi {PHONE}"}
        await post(client, f"/v1/rating-cases/{case['id']}/closings", note)
        for table in sorted(rating.running.database.metadata.tables):
            assert PHONE not in str(await rows_of(rating, table)), table
        assert PHONE not in str(await rating.announced())
        assert "thân thiện" not in str(await rating.announced())
        assert PHONE not in caplog.text


async def test_the_original_is_opened_by_a_permission_of_its_own_and_each_reading_is_noted(lone):
    async with lone(service) as rating:
        await told(rating, option="5", comment=WRITTEN)
        async with rating.calls("H29", WORKER) as client:
            [comment] = await comments(client)
            address = f"/v1/rating-comments/{comment['id']}/original"
            assert (await client.get(address)).status_code == 403
        async with rating.calls("H29", ORIGINALS) as client:
            assert (await client.get(address)).status_code == 404
        assert await rows_of(rating, "rating_act") == []
        async with rating.calls("H29", WORKER, ORIGINALS) as client:
            answer = await client.get(address)
            assert answer.json() == {"id": comment["id"], "text": WRITTEN}
            assert answer.headers["cache-control"] == "no-store"
        [act] = await rows_of(rating, "rating_act")
        assert (act.act, act.client, act.subject) == ("comment.original", "c-test", comment["id"])


async def test_moderation_hides_a_text_and_changes_no_rating(lone):
    async with lone(service) as rating, rating.calls() as client:
        await told(rating, option="5", comment=WRITTEN)
        [comment] = await comments(client, "?state=pending")
        before = await rows_of(rating, "rating")
        address = f"/v1/rating-comments/{comment['id']}/moderation"
        hidden = {"state": "hidden", "reason": "personal", "note": "còn tên người"}
        for _ in range(2):
            shown = await post(client, address, hidden)
            assert (shown["state"], shown["reason"]) == ("hidden", "personal")
        assert await comments(client, "?state=pending") == []
        assert (await post(client, address, {"state": "shown"}))["reason"] is None
        assert await rows_of(rating, "rating") == before
        acts = await rows_of(rating, "rating_act")
        states = [(act.before, act.after) for act in acts]
        assert states == [("pending", "hidden"), ("hidden", "shown")]
        assert acts[0].note == "personal còn tên người"


@pytest.mark.parametrize(
    "body",
    [
        {"state": "hidden"},
        {"state": "shown", "reason": "insult"},
        {"state": "pending"},
        {"state": "hidden", "reason": "unwelcome"},
        {},
    ],
)
async def test_a_comment_is_hidden_with_a_reason_or_not_at_all(lone, body):
    async with lone(service) as rating, rating.calls() as client:
        await told(rating, option="5", comment=WRITTEN)
        [comment] = await comments(client)
        await post(client, f"/v1/rating-comments/{comment['id']}/moderation", body, 422)
        assert [one["state"] for one in await comments(client)] == ["pending"]


async def test_comments_of_others_do_not_exist(lone):
    async with lone(service) as rating, rating.calls("H29") as city:
        await told(rating, option="5", comment=WRITTEN)
        [comment] = await comments(city)
        async with rating.calls(STRANGER) as other:
            assert await comments(other) == []
            address = f"/v1/rating-comments/{comment['id']}"
            await post(other, f"{address}/moderation", {"state": "shown"}, 404)
            assert (await other.get(f"{address}/original")).status_code == 404
            assert (await other.get(f"/v1/rating-comments?agency={AGENCY}")).status_code == 404
        assert len(await comments(city, f"?agency={AGENCY}")) == 1
        assert await comments(city, f"?agency={STRANGER}") == []


async def test_what_tells_of_harassment_is_not_among_the_comments(lone):
    async with lone(service) as rating, rating.calls("H29", WORKER, INTEGRITY) as client:
        await told(rating, 1, "5", comment="Cán bộ vòi vĩnh")
        await told(rating, 2, "5", comment="Tốt")
        assert [one["text"] for one in await comments(client)] == ["Tốt"]
        [case] = await cases(client, "?kind=integrity")
        assert case["comment"] == "Cán bộ vòi vĩnh"
        address = f"/v1/rating-comments/{case['comment_id']}/moderation"
        async with rating.calls("H29", WORKER) as plain:
            await post(plain, address, {"state": "shown"}, 404)
        await post(client, address, {"state": "hidden", "reason": "insult"})


async def test_the_list_goes_on_where_it_ended(lone):
    async with lone(service) as rating, rating.calls() as client:
        for number in range(1, 6):
            await told(rating, number, "5", comment=f"Ý kiến {number}")
        found, query = [], "?limit=2"
        while query:
            page = (await client.get(f"/v1/rating-comments{query}")).json()
            found += [one["text"] for one in page["items"]]
            more = page["next_cursor"]
            query = f"?limit=2&cursor={more}" if more else ""
        assert sorted(found) == [f"Ý kiến {number}" for number in range(1, 6)]
        for cursor in ("x", "W10", "eyJhIjoxfQ"):
            refused = await client.get(f"/v1/rating-comments?cursor={cursor}")
            assert (refused.status_code, refused.json()["code"]) == (422, "cursor-unknown")


@pytest.mark.parametrize(
    "comment",
    [
        "<script>alert(1)</script>",
        "👨‍👩‍👧 cảm ơn".replace("\u200d", ""),
        "Nguye\u0302\u0303n rất chậm",
        "'; DROP TABLE comment; --",
        "=HYPERLINK(1)",
    ],
)
async def test_what_looks_like_code_is_text(lone, comment):
    import unicodedata

    async with lone(service) as rating, rating.calls() as client:
        await told(rating, option="5", comment=comment)
        [shown] = await comments(client)
        assert shown["text"] == unicodedata.normalize("NFC", comment)


@pytest.mark.parametrize("comment", ["x" * 100_000, "ế" * 4001, "A\u200bB", "a" + "\u0301" * 9])
async def test_a_comment_that_is_too_much_is_refused_by_name(lone, comment):
    async with lone(service) as rating, rating.anonymous() as citizen:
        given = {"token": "x" * 43, "answers": {"overall": "5"}, "comment": comment}
        answer = await citizen.post("/v1/ratings", json=given)
        assert answer.status_code == 422
        assert [error["pointer"] for error in answer.json()["errors"]] == ["/comment"]
        assert len(answer.text) < 1000


async def test_the_score_counts_whatever_the_comment(lone):
    async with lone(service) as rating:
        await told(rating, 1, "1", comment="Cán bộ vòi vĩnh, gọi 0903123456")
        await told(rating, 2, "1")
        first, second = await rating.announced("rating.submitted")
        assert (first["score"], first["option_class"]) == (second["score"], second["option_class"])


async def test_originals_are_forgotten_after_their_time_and_redacted_copies_stay(lone):
    async with lone(service, rating_comment_days=10) as rating, rating.calls() as client:
        contact = {"channel": "email", "value": "a@vi-du.vn"}
        await told(rating, comment=WRITTEN, contact=contact)
        [case] = await cases(client)
        await post(client, f"/v1/rating-cases/{case['id']}/closings", {"outcome": "unfounded"})
        await forget_originals(rating.running)
        [comment] = await rows_of(rating, "comment")
        assert comment.sealed
        later = datetime.now(UTC) + timedelta(days=11)
        rating.running.database.now = lambda: later
        await forget_originals(rating.running)
        [comment] = await rows_of(rating, "comment")
        assert (comment.sealed, comment.redacted) == (None, SHOWN)
        [kept] = await rows_of(rating, "rating_case")
        assert (kept.contact, kept.reply) == (None, None)
        original = await client.get(f"/v1/rating-comments/{comment.id}/original")
        assert original.json()["text"] is None
        contact = await client.get(f"/v1/rating-cases/{case['id']}/contact")
        assert contact.json()["value"] is None


async def test_what_an_earlier_version_kept_in_plain_text_is_sealed(lone):
    before = (
        "INSERT INTO rating (invitation, questionnaire, answers, score, option_class, provenance, "
        "language, submitted_at) VALUES ('i-1', 'overall-5/1', '{\"overall\":\"5\"}', 5, 'positive', "
        "'self_link', 'vi', '2020-03-19 08:00:00+00:00')"
    )
    earlier = [
        before,
        f"INSERT INTO comment (invitation, text, redacted) VALUES ('i-1', '{WRITTEN}', 'alt')",
    ]
    async with lone(service, earlier=("0004", earlier)) as rating:
        await seal_earlier(rating.running)
        [row] = await rows_of(rating, "comment")
        assert (row.text, row.redacted) == (None, SHOWN)
        assert row.sealed
        assert row.id
        await seal_earlier(rating.running)
        assert (await rows_of(rating, "comment"))[0].sealed == row.sealed


async def test_a_sealed_comment_opens_in_its_own_row_alone(lone):
    async with lone(service) as rating, rating.calls() as client:
        await told(rating, 1, "5", comment="Một")
        await told(rating, 2, "5", comment="Hai")
        one, two = await comments(client)
        engine = rating.running.database.engine
        rows = {row.id: row.sealed for row in await rows_of(rating, "comment")}
        await engine.execute(
            f"UPDATE comment SET sealed = '{rows[two['id']]}' WHERE id = '{one['id']}'"
        )
        refused = await client.get(f"/v1/rating-comments/{one['id']}/original")
        assert (refused.status_code, refused.json()["code"]) == (503, "comment-key-missing")
