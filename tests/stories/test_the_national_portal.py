"""A dossier on its way to the national portal, through every service: ended midway, nothing is lost."""

import asyncio
import signal
import subprocess
import sys
import time
from contextlib import asynccontextmanager
from datetime import date, timedelta
from functools import partial

import httpx
import pytest

from gateway.national.fields import CODE_OF_STATUS
from gateway.portal import circuit
from gateway.portal.reconciling import reconcile
from suite.sandbox.faults import Fault, FaultPlan, Faults
from suite.sandbox.national import NationalAccount, NationalLedger, create_national
from suite.sandbox.national.app import ADAPTER
from suite.sandbox.serving import served
from tests.builders import filing, procedure, step
from tests.conftest import open_suite

AGENCY = "000.00.19.H29"
PERIOD = "from=2020-01-01&to=2021-01-01"


def settings(url: str, folder) -> dict:
    account = NationalAccount()
    password = folder / "portal-password"
    password.write_text(account.password)
    return {
        "national_adapter_url": url + ADAPTER,
        "national_username": account.username,
        "national_password_file": password,
        "national_unit": "H29",
        "national_push_seconds": 0.1,
        "national_calls_per_second": 0,
        "national_read_seconds": 2,
    }


async def enter(client: httpx.AsyncClient) -> None:
    """The directory and the catalogue."""
    for path, body in (
        ("/v1/agencies/H29", {"name": "Thành phố", "kind": "city"}),
        (f"/v1/agencies/{AGENCY}", {"name": "Sở", "kind": "department", "parent": "H29"}),
        ("/v1/procedures/1.001612", procedure()),
    ):
        assert (await client.put(path, json=body)).status_code == 200


async def until(condition, seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not await condition():
        assert time.monotonic() < end
        await asyncio.sleep(0.05)


@asynccontextmanager
async def standing_in(faults: Faults | None = None):
    ledger = NationalLedger()
    async with served(create_national(ledger, faults=faults)) as url:
        yield ledger, url


@pytest.mark.parametrize("lane", ["sqlite", "postgres"])
async def test_what_happens_to_a_dossier_is_at_the_portal_and_in_the_figures(
    lane, tmp_path, request
):
    async with (
        standing_in() as (ledger, url),
        open_suite(lane, tmp_path, request, **settings(url, tmp_path)) as suite,
        suite.partner() as client,
    ):
        await enter(client)
        for number in range(1, 4):
            answer = await client.post("/v1/dossiers", json=filing(number))
            assert answer.status_code == 201, answer.text
        code = filing(1)["code"]
        for status in ("processing", "done", "returned"):
            told = {"items": [step(status, f"2020-03-18T1{len(status) % 3}:00:00+07:00")]}
            assert (await client.post(f"/v1/dossiers/{code}/progress", json=told)).is_success

        async def there() -> bool:
            kept = ledger.dossiers.get(code)
            return len(ledger.dossiers) == 3 and kept.content["TrangThaiHoSo"] == "10"

        await until(there)

        async def counted(there: int = 3) -> bool:
            asked = f"/v1/indicators/766.dossier_sync/value?agency=H29&{PERIOD}"
            figure = (await client.get(asked)).json()
            return (figure["count"], figure["among"]) == (there, 3)

        await until(counted)

        async def remembered() -> bool:
            # The portal has the fields before the last of it is acknowledged.
            told = (await client.get(f"/v1/dossiers/{code}/national-sync")).json()
            return (told["state"], told["wanted_revision"]) == ("sent", told["sent_revision"])

        await until(remembered)
        assert all(one.times == 1 for d in ledger.dossiers.values() for one in d.progress)
        assert ledger.refusals == []

        # What a comparison does not find there counts no more.
        del ledger.dossiers[filing(2)["code"]]
        await reconcile(date(2020, 3, 16), suite.running["gateway"])
        await until(partial(counted, 2))


@pytest.mark.parametrize("lane", ["sqlite", "postgres"])
async def test_twenty_dossiers_go_on_while_every_fifth_call_fails_and_both_sides_are_equal(
    lane, tmp_path, request, monkeypatch
):
    # The clock is the real one: the pauses of a circuit that opens would be most of the time.
    monkeypatch.setattr(circuit, "FIRST_PAUSE", timedelta(milliseconds=100))
    monkeypatch.setattr(circuit, "LONGEST_PAUSE", timedelta(milliseconds=500))
    kinds = set(Fault) - {Fault.DUPLICATE_REF, Fault.TIMEOUT, Fault.TIMEOUT_AFTER}
    faults = Faults(FaultPlan.spread(0.2, 7, kinds), slow_seconds=0.1)
    paths = [["processing", "done", "returned"], ["processing"] * 4, ["refused"], []]
    async with (
        standing_in(faults) as (ledger, url),
        open_suite(lane, tmp_path, request, **settings(url, tmp_path)) as suite,
        suite.partner() as client,
    ):
        await enter(client)
        engine = suite.running["gateway"].database.engine
        codes = [filing(number)["code"] for number in range(1, 21)]

        async def all_told() -> bool:
            # Nobody waits for a pause here, nor for what was asked for.
            await engine.execute(
                "UPDATE national_sync SET try_at = heard_at WHERE state = 'waiting' AND NOT held"
            )
            rows = await engine.execute("SELECT count(*) FROM national_sync WHERE state = 'sent'")
            return rows[0][0] == len(codes)

        for number in range(1, 21):
            assert (await client.post("/v1/dossiers", json=filing(number))).status_code == 201
        await suite.settle()
        await until(all_told, 60)
        for turn in range(4):
            for position, code in enumerate(codes):
                for status in paths[position % 4][turn : turn + 1]:
                    told = {"items": [step(status, f"2020-03-18T{10 + turn}:00:00+07:00")]}
                    path = f"/v1/dossiers/{code}/progress"
                    assert (await client.post(path, json=told)).is_success
            await suite.settle()
            await until(all_told, 60)

        assert sum(faults.happened.values()) >= 10
        for position, code in enumerate(codes):
            shown = (await client.get(f"/v1/dossiers/{code}")).json()
            kept = ledger.dossier(code)
            assert kept.content["TrangThaiHoSo"] == CODE_OF_STATUS[shown["status"]]
            rows = [one.content["TrangThai"] for one in kept.progress]
            told = [CODE_OF_STATUS[status] for status in paths[position % 4]]
            assert rows == ["2", *told]
            assert [one.number for one in kept.progress] == sorted(o.number for o in kept.progress)
        assert ledger.refusals == []


@pytest.mark.servers
async def test_a_gateway_worker_that_is_killed_again_and_again_loses_and_doubles_nothing(
    processes, tmp_path, request
):
    faults = Faults(slow_seconds=0.02)
    async with (
        standing_in(faults) as (ledger, url),
        open_suite("processes", tmp_path, request) as suite,
        suite.partner() as client,
    ):
        await enter(client)
        codes = []
        for number in range(1, 61):
            body = filing(number)
            codes.append(body["code"])
            assert (await client.post("/v1/dossiers", json=body)).status_code == 201
        told = in_environment(settings(url, tmp_path), processes)
        await asyncio.to_thread(stop_usual_worker, processes)
        try:
            for _ in range(4):
                worker = start(processes, told)
                before = len(ledger.arrivals)
                end = time.monotonic() + 20
                while len(ledger.arrivals) < before + 12 and time.monotonic() < end:
                    await asyncio.sleep(0.005)
                worker.send_signal(signal.SIGKILL)
                await asyncio.to_thread(worker.wait)
                # What it held is held for ten minutes: here they are over.
                await suite.running["gateway"].database.engine.execute(
                    "UPDATE national_sync SET try_at = now() - interval '1 second' WHERE held"
                )
            worker = start(processes, told)

            async def all_there() -> bool:
                rows = await suite.running["gateway"].database.engine.execute(
                    "SELECT count(*) FROM national_sync WHERE state <> 'sent'"
                )
                return len(ledger.dossiers) == len(codes) and rows[0][0] == 0

            await until(all_there, 40)
            worker.terminate()
            assert await asyncio.to_thread(worker.wait, 20) == 0
        finally:
            worker.kill()
            await asyncio.to_thread(back_to_usual, processes)
        assert sorted(ledger.dossiers) == sorted(codes)
        for kept in ledger.dossiers.values():
            assert len(kept.versions) == 1
            assert [one.content["TrangThai"] for one in kept.progress] == ["2"]


def in_environment(told: dict, processes) -> dict[str, str]:
    given = {f"MOTCUA_{name.upper()}": str(value) for name, value in told.items()}
    return given | {"MOTCUA_METRICS_PORT": str(processes.ports["work gateway"])}


def start(processes, told: dict[str, str]) -> subprocess.Popen:
    environment = processes.environment() | told
    command = [sys.executable, "-m", "suite.cli", "work", "gateway"]
    with (processes.folder / "killed-gateway.log").open("ab") as log:
        return subprocess.Popen(command, env=environment, stdout=log, stderr=log)


def stop_usual_worker(processes) -> None:
    usual = processes.started.pop("work gateway")
    usual.terminate()
    assert usual.wait(30) == 0


def back_to_usual(processes) -> None:
    processes.spawn("work gateway")
    processes.wait("work gateway")
