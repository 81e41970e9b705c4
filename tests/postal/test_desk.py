"""What waits for an operator, who is shown it, and what a citizen is told of the post; both engines."""

from datetime import date, datetime

import pytest

from chassis.database import UnitOfWork
from contracts.vocabulary import VIETNAM, Carrier, DeskState, ShipmentStatus
from services.postal import codes, service
from services.postal.carriers import INTERFACES
from services.postal.desk.sections import QUEUES, SECTIONS
from services.postal.domain import CarrierEvent, Strength, TimeQuality
from services.postal.reach import Reach
from services.postal.tracked import held_until
from tests.intake.test_lists import asked
from tests.postal.test_codes import pooled
from tests.postal.test_incidents import LOST
from tests.postal.test_reconciling import accepted, state
from tests.postal.test_service import DOSSIER, FILED, ITEM, OTHER, order, postal, tell
from tests.postal.test_silence import days_later, sweep
from tests.postal.test_whose_word import PROOF, SISTER, THEIRS, two_provinces

RECEIVER = "Phạm Thị Nhận Thay"


async def overview(caller, **asked):
    answer = await caller.get("/v1/post/overview", params=asked)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    return {one["state"]: one["count"] for one in told["states"]} | {"told": told}


async def items(caller, state, **asked):
    answer = await caller.get("/v1/post/items", params={"state": state} | asked)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def test_orphans_belong_to_nobody_and_are_gone_once_somebody_registers_them(lone):
    async with postal(lone) as (one, partner, post), one.calls(None) as suite:
        assert await tell(partner, post, 7) == ["orphan"]
        assert await tell(partner, post, 10, sent="20/03/2020 08:00:00") == ["orphan"]
        assert "orphan" not in await overview(partner)
        assert await items(partner, "orphan") == []
        assert (await overview(suite))["orphan"] == 1
        assert "orphan" not in await overview(suite, agency="H29")
        [orphan] = await items(suite, "orphan")
        assert (orphan["item_code"], orphan["carrier"]) == (ITEM, "vnpost-d")
        assert orphan["shipment"] is orphan["dossier"] is orphan["agency"] is None
        told = (await overview(suite))["told"]
        assert told["states"][0]["oldest_at"] == orphan["since"]
        await partner.post("/v1/shipments", json=order())
        assert (await overview(suite))["orphan"] == 0
        assert await items(suite, "orphan") == []


async def test_an_orphan_that_an_order_is_numbered_with_is_none_any_more(lone):
    async with postal(lone) as (one, partner, post), one.calls(None) as suite:
        await tell(partner, post, 7)
        shipment = (await partner.post("/v1/shipments", json=order(item_code=OTHER))).json()["id"]
        await one.running.database.engine.execute(
            f"UPDATE shipment SET item_code = '{ITEM}' WHERE id = '{shipment}'"
        )
        assert (await overview(suite))["orphan"] == 0
        assert await items(suite, "orphan") == []


async def test_what_was_an_orphan_before_the_mark_is_one_after(lone):
    event = "event_key, carrier, item_code, code, status, time_quality, strength, recorded_at"
    event += ", quarantined, said_by"
    told = "'vnpost-d', '{item}', '7', 'accepted', 'batch', 'partial', '{at}', {no}, 'city'"
    moments = ("2020-03-19 08:00:00", "2020-03-18 08:00:00")
    earlier = [
        f"INSERT INTO item (carrier, item_code, revision) VALUES ('vnpost-d', '{one}', 1)"
        for one in (ITEM, OTHER)
    ]
    for key, (item, at) in enumerate([(ITEM, moments[0]), (ITEM, moments[1]), (OTHER, moments[0])]):
        values = told.format(item=item, at=at, no="false")
        earlier.append(f"INSERT INTO carrier_event ({event}) VALUES ('{key}', {values})")
    columns = "id, dossier, agency, leg, attempt, carrier, account, item_code, ordered_at"
    columns += (
        ", ordered_by, status, milestone, provisional, contested, proof, pull_attempts, revision"
    )
    earlier.append(
        f"INSERT INTO shipment ({columns}) VALUES ('s', 'd', 'H29', 'outbound_result', 1, 'vnpost-d',"
        f" 'city', '{OTHER}', '{moments[0]}', 'c', 'accepted', 'transit', false, false, 'none', 0, 1)"
    )
    async with lone(service, earlier=("0004", earlier)) as one, one.calls(None) as suite:
        [orphan] = await items(suite, "orphan")
        assert orphan["item_code"] == ITEM
        # The first word counts, as long as it may have been left lying.
        assert orphan["since"].startswith("2020-03-18T15:00:00")


async def test_contested_and_unconfirmed_ends_wait_within_their_agencys_reach(lone):
    async with two_provinces(lone) as (one, ours, theirs, post):
        mine = (await ours.post("/v1/shipments", json=order())).json()["id"]
        sister = order(dossier=SISTER.code, item_code=OTHER)
        second = (await ours.post("/v1/shipments", json=sister)).json()["id"]
        await ours.post(f"/v1/shipments/{mine}/confirm", json=PROOF)
        other = PROOF | {"status": "returned", "occurred_at": "2020-03-25T09:00:00+07:00"}
        await ours.post(f"/v1/shipments/{mine}/confirm", json=other)
        told = post.signed([{"itemCode": OTHER, "status": 14}], "19/03/2020 08:00:00")
        await ours.post("/v1/carriers/vnpost-d/city/events", json=told)
        assert (await overview(ours))["provisional"] == 0
        await one.running.database.engine.execute("UPDATE shipment SET pull_at = NULL")
        now = await overview(ours)
        assert (now["contested"], now["provisional"]) == (1, 1)
        [contested] = await items(ours, "contested")
        assert (contested["shipment"], contested["dossier"]) == (mine, DOSSIER)
        assert (contested["agency"], contested["leg"]) == (FILED.agency, "outbound_result")
        [waiting] = await items(ours, "provisional")
        assert (waiting["shipment"], waiting["status"]) == (second, "delivered")
        narrower = await overview(ours, agency=SISTER.agency)
        assert (narrower["contested"], narrower["provisional"]) == (0, 1)
        strangers = await overview(theirs)
        assert (strangers["contested"], strangers["provisional"]) == (0, 0)
        assert await items(theirs, "contested") == []
        refused = await theirs.get("/v1/post/overview?agency=H29")
        assert (refused.status_code, refused.json()["code"]) == (404, "unknown-agency")


WAITS = {
    DeskState.CONTESTED: "contested = true",
    DeskState.PROVISIONAL: "provisional = true, pull_at = NULL",
    DeskState.STALLED: "stalled_at = ordered_at",
    DeskState.DISPUTED: "disputed = true",
    DeskState.WITHOUT_PROOF: "status = 'delivered', proof = 'claimed'",
}


@pytest.mark.parametrize("reason", QUEUES)
async def test_what_the_page_counts_is_what_both_lists_have(lone, reason):
    async with two_provinces(lone) as (one, ours, theirs, post), one.calls(None) as suite:
        for attempt in range(1, 4):
            await accepted(ours, post, f"DESK-{attempt}", attempt=attempt)
        other = order(dossier=THEIRS.code, item_code=OTHER)
        assert (await theirs.post("/v1/shipments", json=other)).status_code == 201
        for caller in (suite, ours, theirs):
            assert (await overview(caller))[reason] == 0
        await one.running.database.engine.execute(f"UPDATE shipment SET {WAITS[reason]}")
        for caller, count in ((suite, 4), (ours, 3), (theirs, 1)):
            asked = {"queue": QUEUES[reason].value}
            queue = (await caller.get("/v1/shipments", params=asked)).json()["items"]
            desk = await items(caller, reason)
            assert (await overview(caller))[reason] == len(queue) == len(desk) == count
            assert [one["id"] for one in queue] == [one["shipment"] for one in desk]


@pytest.mark.parametrize("reason", QUEUES)
async def test_what_waits_is_found_by_an_index_that_holds_nothing_else(lone, reason):
    async with postal(lone) as (one, _partner, _post):
        database, section = one.running.database, SECTIONS[reason]
        with asked(database) as statements:
            for reach in (Reach(None, None), Reach("H29", frozenset({"H29", "H30"}))):
                await section.count(reach, UnitOfWork(database))
                await section.listed(reach, None, 10, UnitOfWork(database))
                after = (database.now(), "5f")
                await section.listed(reach, after, 10, UnitOfWork(database))
        assert len(statements) == 6
        for statement, parameters in statements:
            plan = await planned(database, statement, parameters)
            assert f"shipment_{QUEUES[reason]}" in plan, statement


async def planned(database, statement, parameters):
    """How the engine finds the rows; PostgreSQL would read a table of no rows as a whole."""
    if not database.is_postgres:
        return str(await database.engine.execute(f"EXPLAIN QUERY PLAN {statement}", *parameters))
    async with database.engine.dedicated() as connection:
        await connection.execute("SET enable_seqscan = off")
        return str(await connection.fetch(f"EXPLAIN {statement}", *parameters))


async def test_orders_that_ended_without_an_item_wait_and_lists_have_pages(lone):
    async with postal(lone) as (one, partner, _):
        codes = [f"000.00.19.H29-200316-{number:04d}" for number in range(2, 7)]
        await one.hear(*(FILED.model_copy(update={"code": code}) for code in codes))
        party = {"name": "A", "phone": "0901234567", "address": "1 Đường số 1"}
        party |= {"province_code": "70", "ward_code": "70101"}
        for code in codes:
            told = order(dossier=code, item_code=None, sender=party, receiver=party)
            assert (await partner.post("/v1/shipments", json=told)).status_code == 201
        assert (await overview(partner))["order_problem"] == 0
        await one.running.database.engine.execute(
            "UPDATE carrier_order SET state = 'refused', try_at = NULL, problem = 'order-refused'"
        )
        assert (await overview(partner))["order_problem"] == 5
        seen, after = [], None
        while True:
            asked = {"state": "order_problem", "limit": 2} | ({"after": after} if after else {})
            page = (await partner.get("/v1/post/items", params=asked)).json()
            seen += page["items"]
            after = page["next_cursor"]
            if after is None:
                break
        assert [each["dossier"] for each in seen] == codes
        assert {each["reason"] for each in seen} == {"order-refused"}
        assert "Đường" not in str(seen)


async def test_a_reason_without_data_is_left_out_and_lists_nothing(lone):
    async with postal(lone) as (one, partner, _post), one.calls(None) as suite:
        told = (await overview(suite))["told"]
        assert [one["state"] for one in told["states"]] == [str(state) for state in SECTIONS]
        for state in DeskState:
            assert await items(partner, state) == []
        unknown = await partner.get("/v1/post/items?state=lost-in-thought")
        assert unknown.status_code == 422
        bad = await partner.get("/v1/post/items?state=contested&after=x")
        assert (bad.status_code, bad.json()["code"]) == (422, "cursor-unknown")


async def test_the_age_of_the_last_word_and_codes_nobody_explains_are_told(lone):
    async with postal(lone) as (one, partner, post), one.calls(None) as suite:
        before = (await overview(partner))["told"]["accounts"]
        assert before == [{"carrier": "vnpost-d", "account": "city", "heard_at": None}]
        await partner.post("/v1/shipments", json=order())
        # A code nobody has seen, and one that is known to say nothing of the place.
        await tell(partner, post, 77, 21)
        told = (await overview(suite))["told"]
        assert told["accounts"][0]["heard_at"] is not None
        [code] = told["unknown_codes"]
        assert (code["carrier"], code["code"], code["count"]) == ("vnpost-d", "77", 1)
        assert (await overview(partner))["told"]["unknown_codes"] is None


def told_without_a_status(row):
    columns = "event_key, carrier, item_code, code, status, time_quality, strength, recorded_at"
    key, carrier, code = row
    return (
        f"INSERT INTO carrier_event ({columns}, quarantined, said_by, evidence, sums) VALUES"
        f" ('{key}', '{carrier}', 'X{key}', '{code}', 'unmapped', 'batch', 'partial',"
        f" '2020-03-19 08:00:00', false, 'city', '[]', '[]')"
    )


async def test_codes_nobody_explains_are_told_of_every_carrier(lone):
    async with postal(lone) as (one, partner, _), one.calls(None) as suite:
        known = {
            name: next(iter(interface.meanings))
            for name, interface in INTERFACES.items()
            if interface.meanings
        }
        assert set(known) == set(INTERFACES), "every carrier has a table"
        rows = [(name, name, code) for name, code in known.items()]
        rows += [(f"{name}?", name, "nobody-explains") for name in INTERFACES]
        for row in rows:
            await one.running.database.engine.execute(told_without_a_status(row))
        told = (await overview(suite))["told"]["unknown_codes"]
        assert {(each["carrier"], each["code"]) for each in told} == {
            (name, "nobody-explains") for name in INTERFACES
        }
        assert (await overview(partner))["told"]["unknown_codes"] is None


async def account_of(caller):
    [account] = (await overview(caller))["told"]["accounts"]
    return account["heard_at"]


async def test_lists_and_answers_of_a_carrier_are_news_of_it_too(lone):
    async with postal(lone) as (one, partner, post):
        engine = one.running.database.engine
        made = await accepted(partner, post)
        message = await account_of(partner)
        assert message is not None
        await engine.execute("DELETE FROM inbound_batch")
        assert await account_of(partner) is None, "a message that is forgotten is not remembered"
        assert (await overview(partner))["told"]["kept_days"] == 30
        feed = "interface, account, feed, cursor, opened_at, heard_at, attempts, next_at, revision"
        at = "'2020-03-19 08:00:00'"
        await engine.execute(
            f"INSERT INTO carrier_feed ({feed}) VALUES"
            f" ('vnpost-d', 'city', 'status', '', {at}, {at}, 0, {at}, 1)"
        )
        assert (await account_of(partner)).startswith("2020-03-19T15:00:00")
        later = "'2020-03-20 08:00:00'"
        await engine.execute(
            f"UPDATE shipment SET asked_at = {later}, heard_at = {later} WHERE id = '{made}'"
        )
        assert (await account_of(partner)).startswith("2020-03-20T15:00:00")


async def test_open_incidents_are_counted_within_reach_until_they_are_closed(lone):
    async with two_provinces(lone) as (_, ours, theirs, _post):
        made = (await ours.post("/v1/shipments", json=order())).json()["id"]
        assert (await overview(ours))["told"]["incidents"] == []
        await ours.post(f"/v1/shipments/{made}/confirm", json=LOST)
        [incident] = (await ours.get("/v1/incidents")).json()["items"]
        [told] = (await overview(ours))["told"]["incidents"]
        assert told == {"kind": "lost", "count": 1, "oldest_at": incident["opened_at"]}
        assert (await overview(theirs))["told"]["incidents"] == []
        closing = {"outcome": "reissued"}
        await ours.post(f"/v1/incidents/{incident['id']}/close", json=closing)
        assert (await overview(ours))["told"]["incidents"] == []


async def test_pools_are_told_of_accounts_within_reach_and_left_out_where_there_are_none(lone):
    async with postal(lone) as (_, partner, _post):
        assert (await overview(partner))["told"]["pools"] is None
    async with pooled(lone, 3, postal_codes_low=2) as (one, partner, _post):
        told = (await overview(partner))["told"]["pools"]
        level = {"carrier": "vnpost-d", "account": "city", "free": 3, "taken": 0, "void": 0}
        assert told == [level | {"low": False}]
        nobodys = ["RN900000001VN"]
        await one.running.do(codes.add, Carrier.VNPOST_D, "other", nobodys)
        async with one.calls(None) as suite:
            pools = (await overview(suite))["told"]["pools"]
            assert [(each["account"], each["low"]) for each in pools] == [
                *(("city", False), ("other", True))
            ]
        assert (await overview(partner))["told"]["pools"] == told


async def test_postage_is_summed_by_month_and_one_item_is_charged_for_once(lone):
    async with two_provinces(lone) as (one, ours, theirs, post):
        one.running.database.now = lambda: datetime(2020, 4, 10, 9, tzinfo=VIETNAM)
        assert (await overview(ours))["told"]["postage"] is None
        first = await accepted(ours, post)
        # The same envelope carries the papers of another dossier.
        sister = order(dossier=SISTER.code)
        assert (await ours.post("/v1/shipments", json=sister)).status_code == 201
        second = await accepted(ours, post, OTHER, attempt=2, sent="31/03/2020 23:30:00")
        await accepted(ours, post, "APRIL-1", attempt=3, sent="01/04/2020 00:30:00")
        await accepted(ours, post, "FEBRUARY-1", attempt=4, sent="29/02/2020 23:30:00")
        assert (await state(ours, first)).status_code == 200
        march, april = (await overview(ours))["told"]["postage"]
        usual = {"carrier": "vnpost-d", "account": "city", "disputed": 0}
        assert march == usual | {
            "month": "2020-03",
            "items": 2,
            "expected": 33_000,
            "charged": 18_000,
            "difference": 1_500,
            "unreconciled": 1,
        }
        assert april == usual | {
            "month": "2020-04",
            "items": 1,
            "expected": 16_500,
            "charged": None,
            "difference": None,
            "unreconciled": 1,
        }
        whole = await ours.get("/v1/reconciliations?account=city&month=2020-03")
        [postage] = [t for t in whole.json()["totals"] if t["purpose"] == "postage"]
        assert (postage["expected"], postage["actual"]) == (march["expected"], march["charged"])
        assert (postage["rows"], postage["open"]) == (march["items"], march["unreconciled"])
        await state(ours, second, amounts=[{"purpose": "postage", "amount": 16_500}])
        march, _april = (await overview(ours))["told"]["postage"]
        assert (march["charged"], march["difference"], march["unreconciled"]) == (34_500, 1_500, 0)
        assert (await overview(theirs))["told"]["postage"] is None


async def test_a_silent_item_waits_from_when_its_silence_is_found_too_long(lone):
    async with postal(lone) as (one, partner, post):
        made = await accepted(partner, post)
        await sweep(one)
        assert (await overview(partner))["stalled"] == 0
        async with days_later(one, 30):
            await sweep(one)
            [waiting] = await items(partner, "stalled")
            told = (await overview(partner))["told"]["states"]
            shown = (await partner.get(f"/v1/shipments/{made}")).json()
        assert waiting["since"] == shown["stalled_at"]
        assert next(s["oldest_at"] for s in told if s["state"] == "stalled") == waiting["since"]
        assert await tell(partner, post, 10, sent="20/03/2020 08:00:00") == ["applied"]
        assert (await overview(partner))["stalled"] == 0


def said(status, day, hour=8):
    at = datetime(2020, 3, day, hour, tzinfo=VIETNAM)
    return CarrierEvent(
        event_key=f"{status}{day}{hour}",
        carrier=Carrier.NATIVE,
        code=status,
        status=ShipmentStatus(status),
        time_quality=TimeQuality.EVENT,
        strength=Strength.STRONG,
        recorded_at=at,
        occurred_at=at,
    )


@pytest.mark.parametrize(
    ("told", "hold_days", "until"),
    [
        ([("held_for_pickup", 20)], 0, None),
        ([("held_for_pickup", 20)], 7, date(2020, 3, 27)),
        (
            [("held_for_pickup", 20), ("unmapped", 21), ("held_for_pickup", 22)],
            7,
            date(2020, 3, 27),
        ),
        (
            [("held_for_pickup", 20), ("in_transit", 21), ("held_for_pickup", 22)],
            7,
            date(2020, 3, 29),
        ),
        ([("held_for_pickup", 20), ("in_transit", 21)], 7, None),
        ([], 7, None),
    ],
)
def test_a_hold_is_counted_from_the_day_it_began(told, hold_days, until):
    assert held_until([said(*each) for each in told], hold_days) == until


async def test_a_citizen_is_told_how_long_an_item_is_held_where_a_setting_says_so(lone):
    for settings, until in (({}, None), ({"post_hold_days": 7}, "2020-03-26")):
        async with postal(lone, **settings) as (_, partner, post):
            made = (await partner.post("/v1/shipments", json=order())).json()["id"]
            assert await tell(partner, post, 7, sent="17/03/2020 08:00:00") == ["applied"]
            held = {"status": "held_for_pickup", "occurred_at": "2020-03-19T08:00:00+07:00"}
            answer = await partner.post(f"/v1/shipments/{made}/confirm", json=held)
            assert answer.status_code == 200, answer.text
            [leg] = (await partner.get(f"/v1/dossiers/{DOSSIER}/post")).json()["legs"]
            assert (leg["status"], leg["held_until"]) == ("held_for_pickup", until)


async def test_a_citizen_is_told_the_way_and_no_names(lone):
    async with two_provinces(lone) as (_, ours, theirs, post):
        shipment = (await ours.post("/v1/shipments", json=order())).json()["id"]
        for code, sent in ((7, "17"), (10, "18"), (11, "19"), (15, "19"), (14, "20")):
            assert await tell(ours, post, code, sent=f"{sent}/03/2020 08:00:00") == ["applied"]
        claimed = (await ours.get(f"/v1/dossiers/{DOSSIER}/post")).json()["legs"][0]
        assert (claimed["status"], claimed["provisional"]) == ("delivered", True)
        assert [stop["status"] for stop in claimed["stops"]] == [
            *("registered", "accepted", "in_transit", "at_delivery_office"),
        ]
        proof = PROOF | {"receiver_name": RECEIVER, "note": RECEIVER}
        assert (await ours.post(f"/v1/shipments/{shipment}/confirm", json=proof)).is_success
        answer = await ours.get(f"/v1/dossiers/{DOSSIER}/post")
        [leg] = answer.json()["legs"]
        assert (leg["provisional"], leg["failed_attempts"]) == (False, 1)
        assert leg["stops"][1]["at"] == "2020-03-17T08:00:00+07:00"
        assert leg["stops"][-1] == {"status": "delivered", "at": PROOF["occurred_at"]}
        assert leg["item_code"] == ITEM
        assert RECEIVER not in answer.text
        assert PROOF["slip_number"] not in answer.text
        assert (await theirs.get(f"/v1/dossiers/{DOSSIER}/post")).status_code == 404
        assert (await theirs.get(f"/v1/dossiers/{THEIRS.code}/post")).json() == {"legs": []}
