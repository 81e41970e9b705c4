"""Numbers that a carrier gave in advance: each on one item, whoever is quickest."""

import asyncio
import json
import logging
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from typer.testing import CliRunner

from chassis.running import Running, opened
from chassis.web import create_app
from contracts.problems import Problem
from contracts.vocabulary import Carrier
from services.postal import codes, jobs, orders, queries, sending
from services.postal.carriers import interface_of
from services.postal.carriers.base import CreatedOrder, OrderRefusedByCarrier
from services.postal.s10 import check_digit
from suite.cli import app
from tests.conftest import Lone
from tests.postal.test_orders import CITIZEN, OFFICE
from tests.postal.test_service import ADDRESS, order, postal
from tests.postal.test_whose_word import SISTER, two_provinces

POOL = {"item_code": None, "from_pool": True}


def numbers(count, first=10_000_000):
    serials = [f"{first + n:08d}" for n in range(count)]
    return [f"RN{serial}{check_digit(serial)}VN" for serial in serials]


async def stock(one, count, account="city"):
    await one.running.do(codes.add, Carrier.VNPOST_D, account, numbers(count))


@asynccontextmanager
async def pooled(lone, count, **settings):
    async with postal(lone, **settings) as (one, partner, post):
        await stock(one, count)
        yield one, partner, post


async def take(partner, attempt=1, **changes):
    return await partner.post("/v1/shipments", json=order(**POOL, attempt=attempt) | changes)


async def level(partner):
    answer = await partner.get("/v1/item-codes/level")
    assert answer.status_code == 200, answer.text
    return {one["account"]: one for one in answer.json()["items"]}


async def test_an_item_takes_a_number_of_the_pool_and_keeps_it(lone):
    async with pooled(lone, 3) as (_, partner, post):
        made = await take(partner)
        assert made.status_code == 201, made.text
        view = made.json()
        assert view["item_code"] in numbers(3)
        assert (view["account"], view["order"], view["status"]) == ("city", None, "registered")
        again = await take(partner)
        assert (again.status_code, again.json()["item_code"]) == (200, view["item_code"])
        found = (await level(partner))["city"]
        assert (found["free"], found["taken"], found["void"], found["low"]) == (2, 1, 0, True)
        record = {"itemCode": view["item_code"], "status": 7}
        body = post.signed([record], "19/03/2020 08:00:00")
        assert (await partner.post(ADDRESS, json=body)).json()["items"][0]["outcome"] == "applied"


async def test_an_empty_pool_says_what_to_do(lone):
    async with pooled(lone, 1) as (_, partner, _post):
        assert (await take(partner)).status_code == 201
        refused = await take(partner, attempt=2)
        assert (refused.status_code, refused.json()["code"]) == (409, "item-codes-exhausted")
        assert "motcua carrier codes add vnpost-d --account city" in refused.json()["detail"]
        assert refused.json()["title"] == "Hết dải mã bưu gửi"


async def test_a_number_is_sent_or_taken_but_not_both(lone):
    async with pooled(lone, 1) as (_, partner, _post):
        both = await take(partner, item_code="CV497960035VN")
        assert (both.status_code, both.json()["errors"][0]["pointer"]) == (422, "/from_pool")
        await partner.post("/v1/shipments", json=order())
        other = await take(partner)
        assert (other.status_code, other.json()["code"]) == (409, "shipment-taken")
        assert (await level(partner))["city"]["free"] == 1


async def test_orders_that_carry_no_number_of_ours_are_not_made_with_one(lone):
    async with pooled(lone, 1) as (_, partner, _post):
        told = {"sender": OFFICE, "receiver": CITIZEN}
        refused = await take(partner, **told)
        assert (refused.status_code, refused.json()["code"]) == (422, "item-code-needed")
        assert refused.json()["errors"][0]["pointer"] == "/from_pool"
        assert (await level(partner))["city"]["free"] == 1


def test_an_order_carries_the_number_it_was_given():
    content = {
        "sender": OFFICE,
        "receiver": CITIZEN,
        "contents": "x",
        "weight_grams": 100,
        "service_code": None,
        "collect": False,
    }
    [code] = numbers(1)
    assert sending.order_of("n", content, code).item_code == code
    assert sending.order_of("n", content).item_code is None
    assert interface_of("vnpost-d").carries_item_codes is False


async def test_forty_orders_at_once_from_two_processes_have_forty_numbers(lone):
    count = 40
    async with pooled(lone, count) as (one, _, _post), AsyncExitStack() as stack:
        here = one.running
        other = Running(here.service, here.settings, here.verifier)
        there = Lone(await stack.enter_async_context(opened(other)), one.key, create_app(other))
        callers = [await stack.enter_async_context(each.calls()) for each in (one, there)]
        wanted = [(callers[n % 2], n % 50 + 1, "outbound_result") for n in range(count)]

        async def patient(caller, attempt, leg):
            for _ in range(20):
                answer = await take(caller, attempt, leg=leg)
                if answer.status_code != 503:
                    break
                await asyncio.sleep(0.05)
            return answer

        answers = await asyncio.gather(*(patient(*each) for each in wanted))
        assert {answer.status_code for answer in answers} == {201}, [a.text for a in answers][:2]
        given = [answer.json()["item_code"] for answer in answers]
        assert sorted(given) == numbers(count)
        refused = await take(callers[0], 50)
        assert refused.json()["code"] == "item-codes-exhausted"


async def test_the_same_order_many_times_at_once_takes_one_number(lone):
    async with pooled(lone, 12) as (_, partner, _post):
        answers = await asyncio.gather(*(take(partner) for _ in range(10)))
        assert len({answer.json()["item_code"] for answer in answers}) == 1
        assert (await level(partner))["city"]["taken"] == 1


async def test_a_change_that_fails_takes_no_number(lone):
    async def begun(uow):
        assert await codes.take("s-1", Carrier.VNPOST_D, "city", uow) in numbers(2)
        raise RuntimeError("the lights went out")

    async with pooled(lone, 2) as (one, partner, _post):
        with pytest.raises(RuntimeError):
            await one.running.do(begun)
        assert (await level(partner))["city"]["free"] == 2


async def test_a_number_the_post_has_spoken_of_or_somebody_wrote_is_not_given_out(lone):
    spoken, written, left = numbers(3)
    async with pooled(lone, 3) as (_, partner, post):
        record = {"itemCode": spoken, "status": 7}
        await partner.post(ADDRESS, json=post.signed([record], "19/03/2020 08:00:00"))
        by_hand = await partner.post("/v1/shipments", json=order(item_code=written))
        assert by_hand.status_code == 201
        assert (await take(partner, 2)).json()["item_code"] == left
        assert (await take(partner, 3)).json()["code"] == "item-codes-exhausted"
        found = (await level(partner))["city"]
        assert found["taken"] == 2


async def test_a_pool_is_of_one_account_and_of_whoever_may_use_it(lone):
    async with two_provinces(lone) as (one, ours, theirs, _post):
        engine = one.running.database.engine
        await engine.execute("UPDATE carrier_account SET agency = 'H29'")
        await stock(one, 2)
        async with one.calls(SISTER.agency) as sister:
            assert (await level(sister))["city"]["free"] == 2
            mine = await take(sister, dossier=SISTER.code)
            assert mine.status_code == 201, mine.text
        assert await level(theirs) == {}
        stranger = await take(theirs, dossier="000.00.07.H30-200316-0001")
        assert (stranger.status_code, stranger.json()["code"]) == (422, "item-code-needed")
        assert (await level(ours))["city"]["free"] == 1


async def test_a_pool_that_runs_low_is_told_of_once(lone, caplog):
    async with pooled(lone, 4, postal_codes_low=3) as (one, partner, _post):
        caplog.set_level(logging.WARNING)
        for attempt in (1, 2, 3):
            await jobs.watch_codes(one.running)
            await take(partner, attempt)
        await jobs.watch_codes(one.running)
        gauge = {"carrier": "vnpost-d", "account": "city"}
        assert REGISTRY.get_sample_value("motcua_item_codes_free", gauge) == 1
        assert [r.message for r in caplog.records if "run low" in r.message] == [
            "item codes of the account city run low"
        ]
        await one.running.do(codes.add, Carrier.VNPOST_D, "city", numbers(9, 20_000_000))
        await jobs.watch_codes(one.running)
        assert (await level(partner))["city"]["low"] is False


@asynccontextmanager
async def ordered_under_our_number(lone):
    """An order that waits with a number of the pool, as of an interface whose orders carry one."""
    async with pooled(lone, 1) as (one, partner, _post):
        [code] = numbers(1)
        wish = order(item_code=None) | {"sender": OFFICE, "receiver": CITIZEN}
        made = (await partner.post("/v1/shipments", json=wish)).json()["id"]
        engine = one.running.database.engine
        for table in ("carrier_order", "shipment"):
            await engine.execute(f"UPDATE {table} SET item_code = '{code}'")
        await engine.execute(f"UPDATE item_code SET state = 'taken', shipment = '{made}'")
        yield one, partner, made, code


async def test_an_order_under_our_number_is_sent_with_it_and_keeps_it(lone):
    async with ordered_under_our_number(lone) as (one, partner, made, code):
        sent = await one.running.do(orders.claim, made)
        assert sent.order.item_code == code
        await one.running.do(orders.made, made, CreatedOrder(made, None, "MVN1"))
        shown = (await partner.get(f"/v1/shipments/{made}")).json()
        assert (shown["item_code"], shown["status"]) == (code, "order_created")
        assert shown["order"]["state"] == "made"
        assert (await level(partner))["city"]["taken"] == 1


async def test_a_carrier_that_gives_another_number_all_the_same_is_followed_by_it(lone):
    async with ordered_under_our_number(lone) as (one, partner, made, _code):
        await one.running.do(orders.made, made, CreatedOrder(made, "CV000000005VN", "MVN1"))
        shown = (await partner.get(f"/v1/shipments/{made}")).json()
        assert (shown["item_code"], shown["status"]) == ("CV000000005VN", "order_created")
        found = (await level(partner))["city"]
        assert (found["free"], found["taken"], found["void"]) == (0, 0, 1)


async def test_a_refused_order_under_our_number_is_sent_again_under_it(lone):
    async with ordered_under_our_number(lone) as (one, partner, made, code):
        await one.running.do(orders.failed, made, OrderRefusedByCarrier("x"))
        again = order(item_code=None, from_pool=True) | {"sender": OFFICE, "receiver": CITIZEN}
        answer = await partner.post("/v1/shipments", json=again)
        assert (answer.status_code, answer.json()["item_code"]) == (200, code)
        assert answer.json()["order"]["state"] == "waiting"
        assert (await level(partner))["city"]["free"] == 0


# As an operator types it


def motcua(*arguments, data):
    return CliRunner().invoke(app, ["carrier", *arguments, "--data", str(data)])


def file_of(folder: Path, *lines):
    file = folder / "codes.txt"
    file.write_text("\n".join(lines), "utf-8")
    return ["codes", "add", "vnpost-d", "--account", "city", "--file", str(file)]


def test_a_file_of_numbers_is_added_and_the_same_file_adds_nothing(tmp_path):
    data = tmp_path / "data"
    lines = [*numbers(1_100), ""]
    assert isinstance(motcua(*file_of(tmp_path, *lines), data=data).exception, Problem)
    assert motcua("add", "vnpost-d", "--account", "city", data=data).exit_code == 0
    done = motcua(*file_of(tmp_path, *lines), data=data)
    assert (done.exit_code, "1100 numbers added, 0 were there." in done.output) == (0, True)
    again = motcua(*file_of(tmp_path, *lines), "--json", data=data)
    assert json.loads(again.output) == {"new": 0, "known": 1100}
    assert motcua("codes", "void", "vnpost-d", lines[0], data=data).exit_code == 0
    assert motcua("codes", "void", "vnpost-d", "NOBODY", data=data).exit_code == 1
    [found] = json.loads(motcua("codes", "level", "--json", data=data).output)
    assert (found["free"], found["void"], found["low"]) == (1_099, 1, False)
    assert "vnpost-d city: free 1099" in motcua("codes", "level", data=data).output
    motcua("add", "vnpost-d", "--account", "other", data=data)
    file = file_of(tmp_path, *lines[:2])
    file[file.index("city")] = "other"
    taken = motcua(*file, data=data).exception
    assert "line 1: in the pool of the account city already" in taken.detail


def test_a_file_with_wrong_lines_adds_nothing_and_names_them_all(tmp_path):
    data = tmp_path / "data"
    motcua("add", "vnpost-d", "--account", "city", data=data)
    [good, other] = numbers(2)
    wrong = good[:10] + str((int(good[10]) + 1) % 10) + "VN"
    done = motcua(*file_of(tmp_path, good, wrong, "", "*", good, other), data=data)
    assert done.exception.code() == "item-codes-unusable"
    assert done.exception.detail == (
        "Nothing was added. line 2: its check digit is wrong; "
        "line 4: no number of 4 to 40 letters, digits and hyphens; line 5: the same as line 1."
    )
    assert json.loads(motcua("codes", "level", "--json", data=data).output) == []
    many = [f"CV{n:08d}0VN" for n in range(60)]
    told = motcua(*file_of(tmp_path, *many), data=data).exception.detail
    assert told.count("check digit") == 20
    assert "more" in told


async def test_every_free_number_is_found_whatever_was_passed_over(lone):
    async with pooled(lone, 5) as (one, _, _post):
        passed = numbers(3)
        uow = one.running.database.unit_of_work
        async with uow() as reading:
            found = await queries.free_codes(Carrier.VNPOST_D, "city", passed, 64, reading)
        assert [row.code for row in found] == numbers(5)[3:]
