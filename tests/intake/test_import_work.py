"""Imports that are interrupted, and imports that two go through at once: nothing lost, nothing twice."""

import asyncio
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from chassis.database import UnitOfWork
from chassis.running import Running, opened
from contracts.intake import ImportRow
from contracts.vocabulary import ImportFormat, ImportState
from services.intake import service
from services.intake.bulk.rows import Row
from services.intake.bulk.spool import ORPHAN_SECONDS, Spool
from services.intake.bulk.work import perform, run_imports
from services.intake.commands import imports as commands
from services.intake.tables import ImportJob
from tests.builders import filing, step
from tests.intake.imports import (
    OWN_HEADER,
    hand_over,
    imported,
    many,
    ndjson,
    outcomes,
    own_row,
    prepare,
    results,
)


async def _view(client, answer) -> dict:
    return (await client.get(answer.json()["links"]["self"])).json()


def _twin(intake) -> Running:
    """The same service on the same database, as another process would have it."""
    return Running(service, intake.running.settings, intake.running.verifier)


async def _filed_once(intake, client, view, count) -> None:
    assert (view["state"], view["rows_done"], view["counts"]["filed"]) == ("done", count, count)
    told = Counter(event["code"] for event in await intake.announced("dossier.filed"))
    assert set(told.values()) == {1}
    assert len(told) == count
    assert [row["line"] for row in await results(client, view)] == list(range(1, count + 1))


async def test_a_worker_that_stops_between_two_batches_is_followed_by_another(lone):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        answer = await hand_over(client, many(2300))
        work = asyncio.create_task(run_imports(intake.running))
        while (await _view(client, answer))["rows_done"] == 0:
            await asyncio.sleep(0)
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        half = await _view(client, answer)
        assert half["state"] == "running"
        assert 0 < half["rows_done"] < 2300
        async with opened(_twin(intake)) as another:
            await run_imports(another)
        await _filed_once(intake, client, await _view(client, answer), 2300)


async def test_two_workers_at_once_file_every_row_once(lone):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        answer = await hand_over(client, many(3000))
        async with opened(_twin(intake)) as another:
            await asyncio.gather(run_imports(intake.running), run_imports(another))
            await run_imports(another)
        await _filed_once(intake, client, await _view(client, answer), 3000)


async def test_the_workers_lock_lets_one_process_at_a_time_go_through_files(lone):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        async with opened(_twin(intake)) as another, another.database.lock("job-import") as held:
            assert held is not None
            async with intake.running.database.lock("job-import") as second:
                assert second is None


async def test_an_import_that_shares_a_file_with_requests_agrees_with_them(lone):
    """Requests file the same codes while the import runs: each dossier is there once."""
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        answer = await hand_over(client, many(600))
        _, *sent = await asyncio.gather(
            run_imports(intake.running),
            *(client.post("/v1/dossiers", json=filing(n)) for n in range(1, 600, 10)),
        )
        assert {one.status_code for one in sent} <= {200, 201}
        view = await _view(client, answer)
        assert view["counts"]["filed"] + view["counts"]["repeated"] == 600
        assert sum(one.status_code == 201 for one in sent) == view["counts"]["repeated"]
        assert len(await intake.announced("dossier.filed")) == 600


async def test_a_value_the_engine_cannot_hold_costs_its_own_row(lone):
    """What the contract lets through and an engine refuses is found by halves."""
    rows = [Row(n, ImportRow.model_validate(filing(n)), (), filing(n)["code"]) for n in range(1, 8)]
    broken = rows[3].filing.model_copy(
        update={"applicant": rows[3].filing.applicant.model_copy(update={"name": "\ud800"})}
    )
    rows[3] = Row(4, broken, (), broken.code)
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        answer = await hand_over(client, many(7))
        running = intake.running
        job = await UnitOfWork(running.database).get(ImportJob, answer.json()["id"])
        job = await running.do(commands.begin_import, job.id, [])
        from chassis.auth import Principal
        from services.intake.bulk.work import _store

        caller = Principal("c-test", "H29", frozenset(), 0.0)
        batch = commands.Batch(rows=rows, share=None, seconds=0.0)
        await _store(job, batch, caller, running)
        view = await _view(client, answer)
        assert (view["counts"]["filed"], view["counts"]["invalid"]) == (6, 1)
        assert (await outcomes(client, view))[3] == (4, "invalid", [("value-not-storable", "")])


async def test_a_file_that_never_comes_through_is_given_up(lone):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        answer = await hand_over(client, many(3))
        job_id = answer.json()["id"]
        for _ in range(commands.ATTEMPTS):
            job = await intake.running.do(commands.begin_import, job_id, [])
            assert job.state is ImportState.RUNNING
        await run_imports(intake.running)
        view = await _view(client, answer)
        assert (view["state"], view["reason"]["code"]) == ("failed", "given-up")
        again = await hand_over(client, many(3))
        assert again.status_code == 202
        assert again.json()["id"] != job_id
        await run_imports(intake.running)
        assert (await _view(client, again))["counts"]["filed"] == 3


async def test_a_file_that_is_gone_fails_its_import_and_may_be_sent_again(lone):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        answer = await hand_over(client, many(3))
        [file] = Spool(intake.running.settings).folder.iterdir()
        file.unlink()
        await run_imports(intake.running)
        view = await _view(client, answer)
        assert (view["state"], view["reason"]["code"]) == ("failed", "gone")
        assert (await imported(intake, client, many(3)))["counts"]["filed"] == 3


async def test_fifty_identical_uploads_at_once_are_one_import(lone):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        answers = await asyncio.gather(*(hand_over(client, many(20)) for _ in range(50)))
        assert sorted(a.status_code for a in answers) == [200] * 49 + [202]
        assert len({a.json()["id"] for a in answers}) == 1
        assert len(list(Spool(intake.running.settings).folder.iterdir())) == 1
        await run_imports(intake.running)
        await _filed_once(intake, client, await _view(client, answers[0]), 20)


async def test_what_is_old_is_swept_away(lone):
    import os

    async with lone(service, import_keep_days=0) as intake, intake.calls() as client:
        await prepare(client)
        spool = Spool(intake.running.settings)
        answer = await hand_over(client, many(600))
        old = time.time() - ORPHAN_SECONDS - 60
        orphan, fresh = spool.folder / "orphan", spool.folder / "fresh"
        for path, at in ((orphan, old), (fresh, None)):
            path.write_bytes(b"x")
            os.utime(path, (at, at) if at else None)
        await run_imports(intake.running)
        assert [path.name for path in spool.folder.iterdir()] == ["fresh"]
        gone = await client.get(answer.json()["links"]["self"])
        assert (gone.status_code, gone.json()["code"]) == (404, "unknown-import")
        parts = await intake.running.database.engine.execute("SELECT count(*) FROM import_part")
        assert parts[0][0] == 0
        kept = await client.get(f"/v1/dossiers/{filing(1)['code']}")
        assert kept.status_code == 200


async def test_requests_are_served_while_a_file_is_gone_through(lone):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        await hand_over(client, many(3000))
        work = asyncio.create_task(run_imports(intake.running))
        answered = 0
        while not work.done():
            # On SQLite a read by key waits for nothing: it gives way to the import of itself.
            await asyncio.sleep(0)
            assert (await client.get("/v1/agencies/H29")).status_code == 200
            answered += 1
        await work
        assert answered > 20


async def test_a_worker_by_itself_finds_what_was_handed_over(lone):
    from chassis.bus import LocalBus
    from suite.services import topology

    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        bus = LocalBus(topology())
        await bus.open()
        await intake.running.start_work(bus)
        answer = await hand_over(client, many(10))
        until = time.monotonic() + 20
        while (await _view(client, answer))["state"] != "done":
            assert time.monotonic() < until
            await asyncio.sleep(0.05)
        await intake.running.stop_work()
        await bus.close()
        assert (await _view(client, answer))["counts"]["filed"] == 10


# `motcua import`, as a process of its own on the embedded default


def motcua(*arguments: object) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "suite.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
async def data(tmp_path: Path) -> Path:
    """A data folder with the directory and the catalogue in it."""
    from chassis.auth import Principal
    from chassis.settings import Settings
    from contracts.intake import AgencyEntry, ProcedureEntry
    from services.intake.commands import directory, procedures
    from suite.tasks import at_hand
    from tests.builders import AGENCY, PROCEDURE, procedure

    operator = Principal("operator", None, frozenset(), 0.0)
    async with at_hand(Settings(data=tmp_path), "intake") as (intake,):
        city = AgencyEntry(name="Thành phố", kind="city")
        await intake.do(directory.register_agency, "H29", city, operator, None)
        office = AgencyEntry(name="Sở", kind="department", parent="H29")
        await intake.do(directory.register_agency, AGENCY, office, operator, None)
        entry = ProcedureEntry.model_validate(procedure())
        await intake.do(procedures.publish_procedure, PROCEDURE, entry, None)
    return tmp_path


def _count(data: Path, table: str, where: str = "1") -> int:
    with sqlite3.connect(data / "intake.db") as database:
        return database.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()[0]


def test_an_import_killed_in_the_middle_goes_on_at_the_row_it_stopped(data):
    returned = {
        "status": "returned",
        "done_at": "2020-03-18T10:00:00+07:00",
        "returned_at": "2020-03-19T08:00:00+07:00",
    }
    file = data / "backlog.ndjson"
    file.write_bytes(ndjson(*(filing(number, **returned) for number in range(1, 6001))))
    command = [sys.executable, "-m", "suite.cli", "import", str(file), "--data", str(data)]
    killed = 0
    for _ in range(3):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        before = _count(data, "dossier")
        until = time.monotonic() + 60
        while _count(data, "dossier") <= before and process.poll() is None:
            assert time.monotonic() < until
            time.sleep(0.005)
        if process.poll() is None:
            process.kill()
            killed += 1
        process.wait()
    assert killed >= 2
    assert 0 < _count(data, "dossier") < 6000
    done = motcua("import", file, "--data", data, "--resume")
    assert done.returncode == 0, done.stderr
    assert "goes on after row" in done.stderr
    assert "6,000 rows: 6,000 filed." in done.stdout
    for table, where, count in (
        ("dossier", "status = 'returned'", 6000),
        ("step", "1", 12000),
        ("outbox", "topic = 'dossier.filed'", 6000),
        ("outbox", "topic = 'dossier.returned'", 6000),
    ):
        assert _count(data, table, where) == count, (table, where)
    written = (data / "backlog.ndjson.results.csv").read_text("utf-8-sig").splitlines()
    assert len(written) == 6001
    again = motcua("import", file, "--data", data)
    assert "6,000 rows: 6,000 filed." in again.stdout
    assert _count(data, "dossier") == 6000
    assert motcua("import", file, "--data", data, "--resume").returncode == 1


def test_the_command_says_what_was_not_taken_and_where_the_reasons_are(data):
    file = data / "office.csv"
    rows = [
        OWN_HEADER,
        own_row(1),
        own_row(2, **{"applicant.kind": "ghost"}),
        own_row(3, "hôm qua"),
    ]
    file.write_text("\n".join(rows), "utf-8")
    kept = data / "why.csv"
    done = motcua("import", file, "--data", data, "--results", kept, "--dry-run")
    assert done.returncode == 1
    assert "1 filed, 2 invalid" in done.stdout
    assert "2 rows were not taken" in done.stderr
    assert _count(data, "dossier") == 0
    told = kept.read_text("utf-8-sig")
    assert '"3","000.00.19.H29-200316-0002","invalid","Chưa hợp lệ","enum"' in told
    assert '"date-unreadable"' in told
    assert motcua("import", file, "--data", data).returncode == 1
    assert _count(data, "dossier") == 1
    for name, content, sentence in (
        ("wrong.txt", b"x", "Name it"),
        ("wrong.xlsx", b"x", "The content is not xlsx"),
        ("header.csv", b"a,b\n", "missing-column: Add the columns code or MaHoSo"),
    ):
        (data / name).write_bytes(content)
        refused = motcua("import", data / name, "--data", data)
        assert refused.returncode == 1
        assert sentence in refused.stderr
        assert "Traceback" not in refused.stderr


def test_memory_does_not_grow_with_the_file(data):
    """The file is 20,000 rows longer; the process is not larger for it than a batch or two."""
    peaks = []
    for name, rows in (("short", many(1500)), ("long", many(21500, 2000))):
        file = data / f"{name}.ndjson"
        file.write_bytes(rows)
        script = (
            "import sys; sys.argv[0] = 'motcua'\n"
            "from suite.cli import app\n"
            "try: app()\n"
            "finally: print(next(l for l in open('/proc/self/status') if l.startswith('VmHWM')))"
        )
        command = [sys.executable, "-c", script, "import", str(file), "--data", str(data)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=150, check=False)
        assert done.returncode == 0, done.stderr
        [told] = [line for line in done.stdout.splitlines() if line.startswith("VmHWM")]
        peaks.append(int(told.split()[1]) // 1024)
    assert peaks[1] < 250
    assert peaks[1] - peaks[0] < 25


async def test_an_operators_import_is_not_a_partners_business(lone):
    from chassis.auth import Principal

    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        operator = Principal("operator", None, frozenset(), 0.0)
        file = intake.running.settings.data / "own.ndjson"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(ndjson(filing(1, progress=[step("done")])))
        handed = commands.Handed(
            digest="0" * 64,
            format=ImportFormat.NDJSON,
            size=1,
            dry_run=False,
            default_agency=None,
            file=None,
        )
        job, _ = await intake.running.do(commands.open_import, handed, False, operator)
        await run_imports(intake.running)
        assert (await client.get(f"/v1/imports/{job.id}")).status_code == 404
        job = await perform(job, file, intake.running)
        assert (job.state, job.filed) == (ImportState.DONE, 1)
        shown = (await client.get(f"/v1/dossiers/{filing(1)['code']}")).json()
        assert shown["status"] == "done"
