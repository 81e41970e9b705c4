"""A portal has the changes of a city sent to it, through the whole suite."""

import asyncio
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta

import pytest

from tests.builders import PROCEDURE, filing, procedure, step
from tests.conftest import open_suite
from tests.gateway.deliveries.office import LOOPBACK, until
from tests.gateway.deliveries.receivers import receiving


async def followed(suite, client, receiver, types, **changes) -> str:
    """A city with a procedure, and an active webhook of a receiver; gives its address."""
    await client.put("/v1/agencies/H29", json={"name": "Thành phố", "kind": "city"})
    await client.put(f"/v1/procedures/{PROCEDURE}", json=procedure())
    await suite.settle()
    order = {"url": receiver.url, "networks": [LOOPBACK], "types": types} | changes
    answer = await client.post("/v1/webhooks", json=order)
    assert answer.status_code == 201, answer.text
    address = f"/v1/webhooks/{answer.json()['id']}"

    async def active():
        return (await client.get(address)).json()["state"] == "active"

    await until(active)
    return address


async def test_a_portal_is_told_of_every_dossier_once_in_effect_also_after_it_was_disabled(suite):
    async with suite.partner("H29") as client, receiving() as receiver:
        types = ["dossier.filed", "dossier.returned"]
        address = await followed(suite, client, receiver, types, signing="v1")
        codes = []
        for number in range(1, 7):
            if number == 4:
                await client.patch(address, json={"state": "disabled"})
            body = filing(number, agency="H29")
            assert (await client.post("/v1/dossiers", json=body)).status_code == 201
            codes.append(body["code"])
        rows = {"items": [step("done"), step("returned", "2020-03-19T08:00:00+07:00")]}
        await client.post(f"/v1/dossiers/{codes[0]}/progress", json=rows)
        await client.post(f"{address}/enable")
        expected = [("dossier.filed", code) for code in codes]
        expected.append(("dossier.returned", codes[0]))

        def told():
            # In effect once: an id that came before is dropped, as the guide says.
            once = {event["id"]: event for event in receiver.events}.values()
            return sorted((e["type"].removeprefix("vn.motcua."), e["subject"]) for e in once)

        await until(lambda: len(told()) >= 7, seconds=40)
        assert told() == sorted(expected)
        page = (await client.get("/v1/events?types=dossier.filed,dossier.returned")).json()
        assert {e["id"] for e in page["items"]} >= {event["id"] for event in receiver.events}


@pytest.mark.servers
async def test_a_worker_killed_in_the_middle_of_a_burst_leaves_nothing_out(
    processes, tmp_path, request
):
    async with (
        open_suite("processes", tmp_path, request) as suite,
        suite.partner("H29") as client,
        receiving(seconds=0.05) as receiver,
    ):
        await followed(suite, client, receiver, ["dossier.filed"])
        codes = []
        for number in range(1, 121):
            body = filing(number, agency="H29")
            assert (await client.post("/v1/dossiers", json=body)).status_code == 201
            codes.append(body["code"])
            if number in (40, 80):
                before = len(receiver.events)
                worker = processes.started["work gateway"]
                worker.kill()
                await asyncio.to_thread(worker.wait)
                assert before < number, "killed when there was nothing left to tell"
                processes.spawn("work gateway")
        await asyncio.to_thread(processes.wait, "work gateway")
        # What a worker held is taken over after fifteen seconds without a sign of life.
        await until(lambda: {event["subject"] for event in receiver.events} >= set(codes), 60)
        by_id = {event["id"]: event["subject"] for event in receiver.events}
        assert sorted(by_id.values()) == sorted(codes)


@pytest.mark.servers
async def test_workers_of_their_own_share_the_endpoints_and_take_over_from_one_that_is_killed(
    processes, tmp_path, request
):
    endpoints, dossiers = 12, 40
    async with (
        open_suite("processes", tmp_path, request) as suite,
        suite.partner("H29") as client,
        receiving(seconds=0.03) as receiver,
    ):
        database = suite.running["gateway"].database

        async def alive(count):
            rows = await database.engine.execute("SELECT name FROM webhook_worker")
            names = {name for (name,) in map(tuple, rows)}
            return names if len(names) == count else None

        async def held():
            rows = await database.engine.execute("SELECT holder, webhook FROM webhook_progress")
            shares = defaultdict(set)
            for holder, webhook in map(tuple, rows):
                shares[holder].add(webhook)
            return shares

        async def shared_by(count):
            shares = await held()
            equal = {len(share) for share in shares.values()} == {endpoints // count}
            return shares if equal and None not in shares else None

        paths = {await followed(suite, client, receiver, ["dossier.filed"]): "/hooks"}
        for number in range(1, endpoints):
            order = {"url": f"{receiver.url}/{number}", "networks": [LOOPBACK]}
            answer = await client.post("/v1/webhooks", json=order | {"types": ["dossier.filed"]})
            paths[f"/v1/webhooks/{answer.json()['id']}"] = f"/hooks/{number}"
        await until(lambda: len(receiver.arrivals) == endpoints)
        with processes.another("work gateway 2"):
            known = await until(lambda: alive(2))
            with processes.another("work gateway 3") as third:
                [newest] = await until(lambda: alive(3)) - known
                shares = await until(lambda: shared_by(3), 30)
                codes = []
                for number in range(1, dossiers + 1):
                    body = filing(number, agency="H29")
                    assert (await client.post("/v1/dossiers", json=body)).status_code == 201
                    codes.append(body["code"])
                    if number == dossiers // 2:
                        third.kill()
                expected = {(path, code) for path in paths.values() for code in codes}

                def arrived():
                    return Counter((a.path, a.event["subject"]) for a in receiver.arrivals)

                await until(lambda: expected <= set(arrived()), 60)
                assert await until(lambda: shared_by(2), 30)
        _expect_one_sender(receiver)
        of_the_killed = {paths[f"/v1/webhooks/{webhook}"] for webhook in shares[newest]}
        twice = {path for (path, _), count in arrived().items() if count > 1}
        assert twice <= of_the_killed


def _expect_one_sender(receiver):
    """Of one subject an endpoint is told one thing at a time: two senders at once would overlap."""
    last = {}
    for arrival in sorted(receiver.arrivals, key=lambda a: a.began):
        key = arrival.path, arrival.event["subject"]
        assert last.get(key, 0.0) <= arrival.began, key
        last[key] = arrival.ended


@pytest.mark.parametrize("lane", ["sqlite", "postgres"])
async def test_a_portal_that_was_away_for_four_days_is_told_everything_once_when_it_is_enabled(
    suite,
):
    database, moved = suite.running["gateway"].database, timedelta()

    def pass_time(**span):
        nonlocal moved
        moved += timedelta(**span)
        database.now = lambda: datetime.now(UTC) + moved

    async with suite.partner("H29") as client, receiving() as receiver:
        address = await followed(suite, client, receiver, ["dossier.filed"])

        async def filed(*numbers):
            codes = [filing(number, agency="H29")["code"] for number in numbers]
            for number in numbers:
                answer = await client.post("/v1/dossiers", json=filing(number, agency="H29"))
                assert answer.status_code == 201, answer.text
            await suite.settle()
            return codes

        async def stands(**expected):
            told = (await client.get(address)).json()
            return expected.items() <= told.items()

        receiver.always = 503
        before = await filed(*range(1, 9))
        await until(lambda: len(set(receiver.subjects)) >= 3)
        # A pause of 24 hours may be a fifth longer.
        for hours in (1, 5, 29, 29, 29):
            pass_time(hours=hours)
            known = len(receiver.events)
            await until(lambda known=known: len(receiver.events) > known)
        await until(lambda: stands(state="disabled", reason="unreachable"))
        pass_time(hours=18)
        during = await filed(*range(9, 13))
        known = len(receiver.events)
        receiver.always = 200
        await asyncio.sleep(1)
        assert len(receiver.events) == known, "nothing is sent to a disabled subscription"
        told = (await client.get(address)).json()
        assert (told["missed_at"], told["behind"] >= len(during)) == (None, True), told
        receiver.arrivals.clear()
        assert (await client.post(f"{address}/enable")).status_code == 200
        await until(lambda: len(receiver.events) >= 12)
        at_rest = {"state": "active", "failing_since": None, "waiting": 0, "parked": 0, "behind": 0}
        await until(lambda: stands(**at_rest))
        page = (await client.get("/v1/events?types=dossier.filed")).json()
        journal = {event["id"]: event["subject"] for event in page["items"]}
        assert set(journal.values()) == {*before, *during}
        assert Counter(event["id"] for event in receiver.events) == Counter(list(journal))
