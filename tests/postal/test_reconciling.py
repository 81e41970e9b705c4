"""What an office states it was charged and given, and how a month compares with what was expected."""

import asyncio
import csv
import io

import pytest

from tests.postal.test_service import ADDRESS, DOSSIER, ITEM, OTHER, order, postal, tell
from tests.postal.test_whose_word import SISTER, two_provinces, view

BILL = {"reference": "HĐ-2020-03", "occurred_at": "2020-04-02T09:00:00+07:00"}


async def state(partner, shipment, **changes):
    body = BILL | {"amounts": [{"purpose": "postage", "amount": 18_000}]} | changes
    return await partner.post(f"/v1/shipments/{shipment}/reconcile", json=body)


async def accepted(partner, post, item=ITEM, sent="19/03/2020 08:00:00", **changes):
    """An item the post has taken, and told its fee and what is due on delivery."""
    made = await partner.post("/v1/shipments", json=order(item_code=item, **changes))
    assert made.status_code == 201, made.text
    record = {"itemCode": item, "status": 7, "totalFee": 16_500, "codAmount": 50_000}
    answer = await partner.post(ADDRESS, json=post.signed([record], sent))
    assert answer.status_code == 200, answer.text
    return made.json()["id"]


async def month(partner, **query):
    asked = {"account": "city", "month": "2020-03"} | query
    answer = await partner.get("/v1/reconciliations", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def of(found, purpose):
    return [one for one in found if one["purpose"] == purpose]


async def test_a_statement_is_held_against_what_was_expected_and_corrected_by_a_later_one(lone):
    async with postal(lone) as (one, partner, post):
        shipment = await accepted(partner, post)
        first = await state(partner, shipment)
        assert first.status_code == 200, first.text
        [postage] = of(first.json()["money"], "postage")
        assert (postage["charged"], postage["estimated"]) == (18_000, 16_500)
        assert (postage["reconciliation"], postage["reference"]) == ("differs", "HĐ-2020-03")
        assert postage["charged_at"] == "2020-04-02T09:00:00+07:00"
        again = await state(partner, shipment)
        assert len(again.json()["events"]) == len(first.json()["events"]) == 2
        corrected = await state(
            partner,
            shipment,
            amounts=[{"purpose": "postage", "amount": 16_500}],
            reference="HĐ-2020-03b",
        )
        [postage] = of(corrected.json()["money"], "postage")
        assert (postage["charged"], postage["reconciliation"]) == (16_500, "agreed")
        back = (await state(partner, shipment)).json()
        assert of(back["money"], "postage")[0]["charged"] == 18_000
        assert len(back["events"]) == 4
        assert back["status"] == "accepted"
        assert len(await one.announced("shipment.moved")) == 2, "registered and accepted"


async def test_a_statement_may_itself_be_withdrawn(lone):
    async with postal(lone) as (_, partner, post):
        shipment = await accepted(partner, post)
        told = (await state(partner, shipment)).json()
        key = next(e["event_key"] for e in told["events"] if e["code"] == "operator:reconciled")
        body = {"retracts": key, "reason": "Nhầm hóa đơn"}
        shown = (await partner.post(f"/v1/shipments/{shipment}/corrections", json=body)).json()
        [postage] = of(shown["money"], "postage")
        assert (postage["charged"], postage["reconciliation"]) == (None, "open")


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"amounts": []}, "request-invalid", "/amounts"),
        ({"amounts": [{"purpose": "cod", "amount": -1}]}, "request-invalid", "/amounts/0/amount"),
        ({"amounts": [{"purpose": "cod", "amount": 1.5}]}, "request-invalid", "/amounts/0/amount"),
        (
            {"amounts": [{"purpose": "cod", "amount": 1}, {"purpose": "cod", "amount": 2}]},
            "statement-twofold",
            "/amounts/1/purpose",
        ),
        ({"reference": ""}, "request-invalid", "/reference"),
    ],
)
async def test_a_wrong_statement_says_what_to_change(lone, change, code, pointer):
    async with postal(lone) as (_, partner, post):
        shipment = await accepted(partner, post)
        answer = await state(partner, shipment, **change)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
        assert answer.json()["errors"][0]["pointer"] == pointer


async def test_a_month_tells_what_was_expected_what_it_came_to_and_the_difference(lone):
    async with postal(lone) as (_, partner, post):
        first = await accepted(partner, post)
        second = await accepted(partner, post, OTHER, attempt=2, sent="31/03/2020 23:30:00")
        await accepted(partner, post, "APRIL-1", attempt=3, sent="01/04/2020 00:30:00")
        await state(
            partner,
            first,
            amounts=[
                {"purpose": "postage", "amount": 18_000},
                {"purpose": "cod", "amount": 50_000, "receipt": "BL-1"},
            ],
        )
        found = await month(partner)
        rows = {(row["item_code"], row["purpose"]): row for row in found["items"]}
        assert set(rows) == {(i, p) for i in (ITEM, OTHER) for p in ("cod", "postage")}
        mine = rows[ITEM, "postage"]
        assert (mine["expected"], mine["actual"], mine["difference"]) == (16_500, 18_000, 1_500)
        assert (mine["dossiers"], mine["shipments"]) == ([DOSSIER], [first])
        assert rows[ITEM, "cod"]["reconciliation"] == "agreed"
        other = rows[OTHER, "postage"]
        assert (other["actual"], other["difference"], other["shipments"]) == (None, None, [second])
        assert other["accepted_at"] == "2020-03-31T23:30:00+07:00"
        [total] = of(found["totals"], "postage")
        assert (total["rows"], total["open"]) == (2, 1)
        assert (total["expected"], total["actual"]) == (33_000, 18_000)
        assert len((await month(partner, month="2020-04"))["items"]) == 2
        for nothing in ({"account": "other"}, {"carrier": "ems"}, {"month": "2020-05"}):
            assert (await month(partner, **nothing))["items"] == []


async def test_a_month_is_read_in_parts_and_each_item_once(lone):
    async with postal(lone) as (_, partner, post):
        items = [f"PART-{n}" for n in range(5)]
        for attempt, item in enumerate(items, 1):
            await accepted(partner, post, item, attempt=attempt)
        seen, cursor = [], None
        for _part in range(9):
            query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
            part = await month(partner, **query)
            seen += [row["item_code"] for row in part["items"] if row["purpose"] == "postage"]
            cursor = part["next_cursor"]
            if cursor is None:
                break
        assert seen == items
        asked = {"account": "city", "month": "2020-03", "cursor": "x"}
        wrong = await partner.get("/v1/reconciliations", params=asked)
        assert (wrong.status_code, wrong.json()["code"]) == (422, "cursor-unknown")
        late = await partner.get("/v1/reconciliations", params=asked | {"month": "2020-13"})
        assert late.status_code == 422


async def test_a_month_as_a_file_holds_nothing_a_spreadsheet_would_compute(lone):
    async with postal(lone) as (_, partner, post):
        shipment = await accepted(partner, post)
        await accepted(partner, post, OTHER, attempt=2)
        await state(partner, shipment, reference="=HYPERLINK(1)")
        asked = {"account": "city", "month": "2020-03", "limit": 1}
        answer = await partner.get("/v1/reconciliations.csv", params=asked)
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert 'filename="reconciliation-city-2020-03.csv"' in answer.headers["content-disposition"]
        assert answer.content.startswith("\ufeff".encode())
        rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
        taken = {row["item_code"] for row in rows}
        rest = await partner.get(answer.links["next"]["url"])
        rows += list(csv.DictReader(io.StringIO(rest.text.removeprefix("\ufeff"))))
        assert "next" not in rest.links
        assert len(taken) == 1
        assert {row["item_code"] for row in rows} == {ITEM, OTHER}
        mine = next(r for r in rows if r["item_code"] == ITEM and r["purpose"] == "postage")
        assert mine["reference"] == "'=HYPERLINK(1)"
        assert (mine["expected"], mine["actual"], mine["difference"]) == ("16500", "18000", "1500")
        assert (mine["purpose_vi"], mine["reconciliation_vi"]) == ("Cước bưu chính", "Lệch")


async def test_an_item_is_one_row_whatever_papers_it_carries_and_shows_nobody_elses(lone):
    async with two_provinces(lone) as (one, ours, theirs, post):
        mine = await accepted(ours, post)
        beside = (await ours.post("/v1/shipments", json=order(dossier=SISTER.code))).json()["id"]
        await state(ours, mine)
        rows = of((await month(ours))["items"], "postage")
        assert [(row["shipments"], row["actual"]) for row in rows] == [
            (sorted([mine, beside]), 18_000)
        ]
        async with one.calls(SISTER.agency) as sister:
            [row] = of((await month(sister))["items"], "postage")
            assert (row["shipments"], row["dossiers"]) == ([beside], [SISTER.code])
            # What another office states is theirs alone.
            assert (row["actual"], row["reconciliation"]) == (None, "open")
            assert (await state(sister, mine)).status_code == 404
        assert (await month(theirs))["items"] == []


# Queues


async def waiting(partner, queue, **query):
    answer = await partner.get("/v1/shipments", params={"queue": queue} | query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_what_waits_for_a_person_is_listed_by_why(lone):
    async with two_provinces(lone) as (one, ours, theirs, post):
        made = await accepted(ours, post)
        names = ["without_proof", "unconfirmed", "contested", "stalled", "disputed"]
        for queue in names:
            assert (await waiting(ours, queue))["items"] == []
        told = {"status": "delivered", "occurred_at": "2020-03-20T09:05:00+07:00"}
        shown = (await ours.post(f"/v1/shipments/{made}/confirm", json=told)).json()
        assert (shown["status"], shown["proof"]) == ("delivered", "claimed")
        [found] = (await waiting(ours, "without_proof"))["items"]
        assert (found["id"], len(found["events"])) == (made, 2)
        assert (await waiting(theirs, "without_proof"))["items"] == []
        proof = told | {"slip_number": "BP-1"}
        assert (await ours.post(f"/v1/shipments/{made}/confirm", json=proof)).json()["proof"] == (
            "validated"
        )
        assert (await waiting(ours, "without_proof"))["items"] == []
        other = {"status": "returned", "occurred_at": "2020-03-25T09:05:00+07:00"}
        await ours.post(f"/v1/shipments/{made}/confirm", json=other)
        assert [s["id"] for s in (await waiting(ours, "contested"))["items"]] == [made]
        second = await accepted(ours, post, OTHER, attempt=2)
        record = {"itemCode": OTHER, "status": 14}
        await ours.post(ADDRESS, json=post.signed([record], "21/03/2020 08:00:00"))
        assert (await waiting(ours, "unconfirmed"))["items"] == []
        await one.running.database.engine.execute("UPDATE shipment SET pull_at = NULL")
        assert [s["id"] for s in (await waiting(ours, "unconfirmed"))["items"]] == [second]
        unknown = await ours.get("/v1/shipments", params={"queue": "sideways"})
        assert unknown.status_code == 422


async def test_a_queue_is_read_in_parts(lone):
    async with postal(lone) as (one, partner, post):
        made = [await accepted(partner, post, f"QUEUE-{n}", attempt=n) for n in range(1, 6)]
        await one.running.database.engine.execute("UPDATE shipment SET stalled_at = ordered_at")
        seen, cursor = [], None
        for _part in range(9):
            query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
            part = await waiting(partner, "stalled", **query)
            seen += [one["id"] for one in part["items"]]
            cursor = part["next_cursor"]
            if cursor is None:
                break
        assert seen == made


async def test_amounts_of_trusted_sources_that_differ_wait_for_a_person_until_one_is_stated(lone):
    async with postal(lone) as (one, partner, post):
        made = await accepted(partner, post)
        engine = one.running.database.engine
        # As a carrier with whole signatures would have told it.
        for number, amount in enumerate((40_000, 50_000)):
            sums = f'[{{"purpose":"cod","step":"remitted","amount":{amount},"receipt":null}}]'
            kept = (
                "carrier, item_code, time_quality, recorded_at, occurred_at, said_by, quarantined"
            )
            await engine.execute(
                f"INSERT INTO carrier_event (event_key, code, status, strength, sums, {kept}) "
                f"SELECT event_key || '{number}', 'x{number}', 'unmapped', 'strong', '{sums}', {kept} "
                "FROM carrier_event WHERE code = '7'"
            )
        await tell(partner, post, 10)
        assert [s["id"] for s in (await waiting(partner, "disputed"))["items"]] == [made]
        [cod] = of((await view(partner, made))["money"], "cod")
        assert (cod["disputed"], cod["reconciliation"]) == (True, "disputed")
        settled = await state(partner, made, amounts=[{"purpose": "cod", "amount": 50_000}])
        [cod] = of(settled.json()["money"], "cod")
        assert (cod["disputed"], cod["remitted"]) == (False, 50_000)
        assert (await waiting(partner, "disputed"))["items"] == []


async def test_ten_equal_statements_at_once_are_one(lone):
    async with postal(lone) as (_, partner, post):
        made = await accepted(partner, post)
        answers = await asyncio.gather(*(state(partner, made) for _ in range(10)))
        assert {answer.status_code for answer in answers} == {200}
        assert len((await view(partner, made))["events"]) == 2
