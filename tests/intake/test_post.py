"""What the post means for a dossier, on both engines: its return, its proof, its place, its notices."""

import random
from contextlib import asynccontextmanager

import pytest

from services.intake import service
from tests.builders import AGENCY, PROCEDURE, filing, procedure, step
from tests.intake.posts import CODE, brought, closed, day, delivered, moved, opened


@asynccontextmanager
async def intake(lone, done=True, rule="anyone", **settings):
    """Intake with one dossier whose result is to go by post."""
    async with lone(service, **settings) as one, one.calls() as client:
        await client.put("/v1/agencies/H29", json={"name": "TP", "kind": "city"})
        department = {"name": "Sở", "kind": "department", "parent": "H29"}
        await client.put(f"/v1/agencies/{AGENCY}", json=department)
        entry = procedure(recipient_rule=rule)
        assert (await client.put(f"/v1/procedures/{PROCEDURE}", json=entry)).status_code == 200
        filed = await client.post("/v1/dossiers", json=filing(return_mode="post"))
        assert filed.status_code == 201, filed.text
        if done:
            await report(client, step("done"))
        yield one, client


async def report(client, *rows):
    answer = await client.post(f"/v1/dossiers/{CODE}/progress", json={"items": list(rows)})
    assert answer.status_code == 200, answer.text


async def dossier(client):
    return (await client.get(f"/v1/dossiers/{CODE}")).json()


async def rows(client, status="returned"):
    told = (await client.get(f"/v1/dossiers/{CODE}/timeline")).json()["items"]
    return [one for one in told if one["status"] == status]


async def test_a_confirmed_delivery_returns_the_result_once_with_its_proof(lone):
    async with intake(lone) as (one, client):
        for _ in range(2):
            await one.hear(*brought())
        view = await dossier(client)
        assert (view["status"], view["result_location"]) == ("returned", "citizen")
        assert view["returned_at"] == "2020-03-20T12:00:00+07:00"
        [row] = await rows(client)
        assert (row["source"], row["withdrawn"]) == ("post", False)
        [returned] = await one.announced("dossier.returned")
        assert returned["by_post"] is True
        [leg] = view["legs"]
        assert leg["proof"] == {
            "item_code": "CV497960035VN",
            "slip_number": "B1",
            "receiver": "N*** V** A",
            "receiver_relation": "self",
            "identity_shown": None,
            "evidence": [],
        }
        assert view["violations"] == []


async def test_whatever_the_order_of_the_news_the_dossier_stands_the_same(lone):
    news = [
        *brought(),
        moved(4, "delivered", day(2), accepted_at=day(1), delivered_at=day(2), contested=True),
        opened(),
        closed(),
    ]
    seen = []
    for seed in (None, 1, 2, 3):
        async with intake(lone) as (one, client):
            told = list(news)
            if seed is not None:
                random.Random(seed).shuffle(told)
            for event in told:
                await one.hear(event)
            view = await dossier(client)
            seen.append({name: view[name] for name in ("status", "legs", "incidents", "clock")})
    assert seen == [seen[0]] * len(seen)
    assert seen[0]["status"] == "done"


async def test_a_delivery_that_is_claimed_or_contested_returns_nothing(lone):
    async with intake(lone) as (one, client):
        at = {"accepted_at": day(1)}
        await one.hear(moved(2, "delivered", day(2), provisional=True, **at))
        assert (await dossier(client))["result_location"] == "post"
        await one.hear(moved(3, "delivered", day(2), contested=True, delivered_at=day(2), **at))
        view = await dossier(client)
        assert (view["status"], view["result_location"]) == ("done", "unknown")
        assert await rows(client) == []
        assert await one.announced("dossier.returned") == []


async def test_a_delivery_taken_back_withdraws_its_row_and_may_come_again(lone):
    async with intake(lone) as (one, client):
        await one.hear(*brought())
        at = {"accepted_at": day(1), "delivered_at": day(2)}
        await one.hear(moved(4, "delivered", day(2), contested=True, **at))
        view = await dossier(client)
        assert (view["status"], view["returned_at"]) == ("done", None)
        [row] = await rows(client)
        assert row["withdrawn"] is True
        [word] = await rows(client, "unmapped")
        assert (word["source"], word["withdraws"]) == ("post", True)
        told = (await one.announced("dossier.progressed"))[-1]
        assert (told["status"], told["returned_at"]) == ("done", None)
        await one.hear(moved(5, "delivered", day(2), **at), delivered(5, day(2)))
        assert (await dossier(client))["status"] == "returned"
        assert [each["withdrawn"] for each in await rows(client)] in ([True, False], [False, True])
        assert len(await one.announced("dossier.returned")) == 2


async def test_the_agencys_own_return_and_the_posts_are_one(lone):
    async with intake(lone) as (one, client):
        await report(client, step("returned", "2020-03-19T10:00:00+07:00"))
        await one.hear(*brought())
        view = await dossier(client)
        assert view["returned_at"] == "2020-03-19T10:00:00+07:00"
        assert len(await one.announced("dossier.returned")) == 1
        assert view["violations"] == []


async def test_a_result_delivered_before_anybody_said_it_was_done_is_told_not_refused(lone):
    async with intake(lone, done=False) as (one, client):
        await one.hear(*brought())
        view = await dossier(client)
        assert view["status"] == "returned"
        assert [each["code"] for each in view["violations"]] == ["unexpected_move"]
        assert view["done_at"] == "2020-03-19T12:00:00+07:00"
        [settled] = {event["settled_at"] for event in await one.announced("dossier.progressed")}
        assert settled == "2020-03-19T12:00:00+07:00"


async def test_custody_ends_the_agencys_time_and_an_order_does_not(lone):
    async with intake(lone, done=False) as (one, client):
        await one.hear(moved(1, "registered"))
        assert (await dossier(client))["done_at"] is None
        await one.hear(moved(2, "accepted", day(1), accepted_at=day(1)))
        view = await dossier(client)
        assert view["done_at"] == "2020-03-19T12:00:00+07:00"
        assert view["result_location"] == "post"
        await one.hear(moved(3, "registered"))
        assert (await dossier(client))["done_at"] is None


async def test_posting_and_arriving_start_no_clock_the_counters_receipt_does(lone):
    async with intake(lone, done=False) as (one, client):
        before = await dossier(client)
        inbound = {"leg": "inbound_dossier", "accepted_at": day(-9)}
        await one.hear(
            moved(2, "accepted", day(-9), **inbound),
            moved(3, "delivered", day(-5), delivered_at=day(-5), **inbound),
        )
        view = await dossier(client)
        for name in ("received_at", "due_at", "status", "done_at"):
            assert view[name] == before[name]
        [leg] = view["legs"]
        assert (leg["days"]["post"], leg["days"]["agency"]) == (4, 3)
        lines = (await client.get(f"/v1/dossiers/{CODE}/clock")).json()["lines"]
        assert any("tiếp nhận, không phải lúc gửi" in each["text_vi"] for each in lines)


async def test_a_result_that_is_held_then_back_is_told_once_each_and_sent_again(lone):
    async with intake(lone, result_archive_days=30) as (one, client):
        at = {"accepted_at": day(1), "failed_attempts": 2}
        held = {"awaited": [{"since": day(3)}]}
        for revision in (3, 4):
            await one.hear(moved(revision, "held_for_pickup", day(3), **at, **held))
        [told] = await one.announced("dossier.result_held")
        assert (told["attempt"], told["held_since"]) == (1, "2020-03-21T12:00:00+07:00")
        waited = {"awaited": [{"since": day(3), "until": day(8)}]}
        for revision in (5, 6):
            await one.hear(moved(revision, "returned", day(9), **at, **waited))
        [back] = await one.announced("dossier.result_back")
        assert (back["back_at"], back["archive_on"]) == ("2020-03-27T12:00:00+07:00", "2020-04-26")
        view = await dossier(client)
        assert (view["status"], view["result_location"]) == ("done", "counter")
        assert view["legs"][0]["days"] == {
            "agency": 1,
            "post": 3,
            "citizen": 5,
            "handed_late": False,
            "delivered_late": None,
        }
        await one.hear(*[moved(1, "registered", attempt=2)])
        assert [leg["superseded"] for leg in (await dossier(client))["legs"]] == [True, False]
        await one.hear(*brought(attempt=2, at=day(12)))
        view = await dossier(client)
        assert (view["status"], view["result_location"]) == ("returned", "citizen")


@pytest.mark.parametrize(
    ("rule", "relation", "identity", "broken"),
    [
        ("anyone", None, None, False),
        ("in_person", "self", None, False),
        ("in_person", "authorised", None, True),
        ("in_person", None, None, True),
        ("authorised", "Authorised ", None, False),
        ("authorised", "hàng xóm", None, True),
        ("identity_shown", "self", None, True),
        ("identity_shown", None, True, False),
    ],
)
async def test_who_may_receive_is_the_procedures_rule(lone, rule, relation, identity, broken):
    async with intake(lone, rule=rule) as (one, client):
        shown = {"receiver_relation": relation, "identity_shown": identity}
        await one.hear(*brought(**shown))
        await one.hear(*brought(**shown))
        view = await dossier(client)
        assert view["status"] == "returned"
        assert view["recipient_rule"] == rule
        codes = [each["code"] for each in view["violations"]]
        assert codes == (["recipient_rule"] if broken else [])
        told = await one.announced("dossier.misreceived")
        assert [each["rule"] for each in told] == ([rule] if broken else [])


async def test_an_open_incident_freezes_the_result_until_it_is_closed(lone):
    async with intake(lone) as (one, client):
        await one.hear(*brought(), opened())
        assert (await dossier(client))["result_frozen"] is True
        await one.hear(closed(), opened())
        view = await dossier(client)
        assert view["result_frozen"] is False
        assert [each["state"] for each in view["incidents"]] == ["closed"]


async def test_the_record_for_the_portal_tells_only_what_stands(lone):
    async with intake(lone) as (one, client):
        await one.hear(*brought())
        at = {"accepted_at": day(1), "delivered_at": day(2)}
        await one.hear(moved(4, "delivered", day(2), contested=True, **at))
        record = (await client.get(f"/v1/dossiers/{CODE}/record")).json()
        assert [each["status"] for each in record["steps"]] == ["done"]


async def test_a_rule_is_a_versioned_part_of_the_procedure(lone):
    async with intake(lone, rule="in_person") as (_, client):
        entry = procedure(recipient_rule="authorised", valid_from="2030-01-01")
        assert (await client.put(f"/v1/procedures/{PROCEDURE}", json=entry)).status_code == 200
        told = (await client.get(f"/v1/procedures/{PROCEDURE}/versions")).json()["items"]
        assert [each["recipient_rule"] for each in told] == ["in_person", "authorised"]
        assert (await dossier(client))["recipient_rule"] == "in_person"
        wrong = await client.put(
            f"/v1/procedures/{PROCEDURE}", json=procedure(recipient_rule="nobody")
        )
        assert wrong.status_code == 422


async def test_the_clock_says_whose_time_it_was_in_both_languages(lone):
    async with intake(lone) as (one, client):
        waited = {"awaited": [{"since": day(3), "until": day(5)}], "accepted_at": day(1)}
        await one.hear(moved(3, "delivered", day(6), delivered_at=day(6), **waited))
        lines = (await client.get(f"/v1/dossiers/{CODE}/clock")).json()["lines"]
        told = [(each["text_vi"], each["text"]) for each in lines]
        for vi, en in (
            ("1 ngày của cơ quan", "1 day of the agency"),
            ("2 ngày của công dân", "2 days of the citizen"),
            ("3 ngày của bưu điện", "3 days of the post"),
        ):
            assert any(vi in a and en in b for a, b in told), told
