"""Lists of dossiers: every filter says what it means, and no page reads a table through."""

import asyncio
import random
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from benchmarks.backlog import fill
from chassis.database import UnitOfWork
from contracts.vocabulary import VIETNAM
from services.intake import queries, service
from services.intake.queries import DossierQuestion
from tests.builders import PROCEDURE, filing, procedure, step

WARDS = [f"W{n}" for n in range(6)]
NOW = datetime(2020, 3, 20, 12, tzinfo=VIETNAM)
HOURS = "1.000001"


@asynccontextmanager
async def city(lone):
    """A city of six wards with sixty dossiers, and a tax office with one, at noon of 20 March 2020."""
    async with lone(service) as intake, intake.calls() as client:
        intake.running.database.now = lambda: NOW.astimezone(UTC)
        await client.put("/v1/agencies/H29", json={"name": "Thành phố", "kind": "city"})
        for ward in WARDS:
            entry = {"name": ward, "kind": "ward", "parent": "H29"}
            await client.put(f"/v1/agencies/{ward}", json=entry)
        async with intake.calls("T1") as tax:
            await tax.put("/v1/agencies/T1", json={"name": "Thuế", "kind": "tax"})
            await tax.put(f"/v1/procedures/{PROCEDURE}", json=procedure())
            hours = procedure(time_limit={"amount": 4, "unit": "working_hour"})
            await tax.put(f"/v1/procedures/{HOURS}", json=hours)
            await tax.post("/v1/dossiers", json=filing(999, agency="T1"))
        await _dossiers(client)
        yield intake, client


async def _dossiers(client):
    chance = random.Random(29)
    for number in range(60):
        received = datetime(2020, 3, 10 + chance.randrange(10), 9, tzinfo=VIETNAM)
        body = filing(
            number,
            agency=chance.choice(WARDS),
            competent_agency=chance.choice(WARDS),
            channel=chance.choice(["counter", "online", "post"]),
            procedure=chance.choice([PROCEDURE, HOURS]),
            received_at=received.isoformat(),
        )
        answer = await client.post("/v1/dossiers", json=body)
        assert answer.status_code == 201, answer.text
        status = chance.choice([None, None, "processing", "waiting_supplement", "done"])
        if status:
            at = (received + timedelta(hours=1)).isoformat()
            rows = {"items": [step(status, at)]}
            await client.post(f"/v1/dossiers/{body['code']}/progress", json=rows)


async def listed(client, query, limit=7):
    """Every page of a list; the total, where it is asked for, is the same on all of them."""
    found, cursor = [], ""
    while True:
        answer = await client.get(f"/v1/dossiers?{query}&limit={limit}{cursor}")
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["items"]
        if page["next_cursor"] is None:
            codes = [view["code"] for view in found]
            assert codes == sorted(set(codes))
            return codes, page["total"]
        cursor = f"&cursor={page['next_cursor']}"


def late(view):
    if view["status"] not in {"accepted", "processing"}:
        return False
    due = datetime.fromisoformat(view["due_at"])
    if view["clock"]["limit"]["unit"] == "working_hour":
        return due <= NOW
    return due.date() < NOW.date()


FILTERS = {
    "": lambda v: True,
    "agency=W3": lambda v: v["agency"] == "W3",
    "agency=H29&status=done": lambda v: v["status"] == "done",
    "agency=W1&status=processing": lambda v: (v["agency"], v["status"]) == ("W1", "processing"),
    "status=withdrawn": lambda v: False,
    "channel=post": lambda v: v["channel"] == "post",
    f"procedure={HOURS}&status=accepted": lambda v: (
        (v["procedure"], v["status"]) == (HOURS, "accepted")
    ),
    "competent_agency=W2": lambda v: v["competent_agency"] == "W2",
    "overdue=true": late,
    "overdue=false": lambda v: not late(v),
    "overdue=true&agency=W4": lambda v: late(v) and v["agency"] == "W4",
    "from=2020-03-12T09:00:00%2B07:00&to=2020-03-14T09:00:00%2B07:00": lambda v: (
        "2020-03-12" <= v["received_at"][:10] < "2020-03-14"
    ),
    "from=2020-03-12&to=2020-03-14": lambda v: "2020-03-12" <= v["received_at"][:10] < "2020-03-14",
    "due_from=2020-03-18&due_to=2020-03-25": lambda v: (
        v["status"] in {"accepted", "processing"}
        and "2020-03-18" <= v["due_at"][:10] < "2020-03-25"
    ),
}


async def test_every_filter_finds_what_it_says_on_every_page_and_counts_it(lone):
    async with city(lone) as (_, client):
        everything = (await client.get("/v1/dossiers?limit=200")).json()["items"]
        assert len(everything) == 60
        for query, says in FILTERS.items():
            expected = [view["code"] for view in everything if says(view)]
            assert await listed(client, query) == (expected, None), query
            assert await listed(client, f"{query}&total=true", 200) == (expected, len(expected))
        answers = {query: says for query, says in FILTERS.items() if query != "status=withdrawn"}
        assert all(any(map(says, everything)) for says in answers.values())


async def test_a_day_limit_is_kept_until_the_day_ends_and_one_of_hours_until_its_minute(lone):
    async with city(lone) as (intake, client):
        await client.post("/v1/dossiers", json=filing(900, agency="W0"))
        hours = filing(901, agency="W0", procedure=HOURS)
        due = (await client.post("/v1/dossiers", json=hours)).json()["due_at"]
        for now, by_days, by_hours in (
            (datetime.fromisoformat(due) - timedelta(seconds=1), False, False),
            (datetime.fromisoformat(due), False, True),
            (datetime(2020, 3, 19, 23, 59, tzinfo=VIETNAM), False, True),
            (datetime(2020, 3, 20, tzinfo=VIETNAM), True, True),
        ):
            intake.running.database.now = lambda now=now: now.astimezone(UTC)
            codes, _ = await listed(client, "overdue=true&agency=W0", 200)
            assert (filing(900)["code"] in codes, filing(901)["code"] in codes) == (
                by_days,
                by_hours,
            ), now


@pytest.mark.parametrize(
    "query", ["from=2020-03-12T09:00:00", "to=1584324000", "from=12/03/2020", "due_to=2020-13-01"]
)
async def test_a_span_without_an_offset_or_a_real_day_is_refused(lone, query):
    async with lone(service) as intake, intake.calls() as client:
        answer = await client.get(f"/v1/dossiers?{query}")
        assert (answer.status_code, answer.json()["code"]) == (422, "request-invalid")


@contextmanager
def asked(database):
    """The statements sent to a database meanwhile, with their parameters."""
    statements = []

    def note(_connection, _cursor, statement, parameters, *_):
        statements.append((statement, parameters))

    before = database.engine.statements
    readers = database._readers.sync_engine
    event.listen(readers, "before_cursor_execute", note)
    yield statements
    event.remove(readers, "before_cursor_execute", note)
    statements += [("by key", ())] * (database.engine.statements - before)


async def test_a_list_and_a_dossier_are_read_with_four_statements_at_most(lone):
    async with city(lone) as (intake, client):
        database = intake.running.database
        code = (await client.get("/v1/dossiers?limit=1")).json()["items"][0]["code"]
        for address in (
            "/v1/dossiers?limit=20",
            "/v1/dossiers?limit=20&agency=H29&status=done&overdue=false&total=true",
            f"/v1/dossiers/{code}",
        ):
            with asked(database) as statements:
                assert (await client.get(address)).status_code == 200
            assert 1 <= len(statements) <= 4, (address, statements)


async def test_filing_and_its_first_step_with_keys_and_traces_take_five_statements_at_most(lone):
    """Dossier, step, outbox (also who did it) and two idempotency keys; a national peer takes 39."""
    items = [step("processing", "2020-03-16T10:00:00+07:00")]
    async with city(lone) as (intake, client):
        database = intake.running.database
        # The agency's first filing also makes the keys its personal data are sealed with.
        zeroth = {"Idempotency-Key": "zeroth"}
        await client.post("/v1/dossiers", json=filing(700, agency="W0"), headers=zeroth)
        await asyncio.sleep(0.1)
        code = filing(701)["code"]
        before = database.writer.commits
        with asked(database) as statements:
            key = {"Idempotency-Key": "first"}
            answer = await client.post("/v1/dossiers", json=filing(701, agency="W0"), headers=key)
            assert answer.status_code == 201
            key = {"Idempotency-Key": "second"}
            address = f"/v1/dossiers/{code}/progress"
            answer = await client.post(address, json={"items": items}, headers=key)
            assert answer.status_code == 200
            commits = database.writer.commits - before
        assert commits == 2
        if database.is_postgres:
            # A NOTIFY may wake the relay after each commit, outside of it.
            assert len(statements) - commits <= 5, statements


CITY = frozenset(f"A{n}" for n in range(700))
QUESTIONS = {
    "agency": ({"agencies": frozenset({"A7"})}, "dossier_by_agency"),
    "agency, status": (
        {"agencies": frozenset({"A7"}), "status": "processing"},
        "dossier_by_status",
    ),
    "agency, overdue": ({"agencies": frozenset({"A7"}), "overdue": True}, "dossier_open"),
    "agency, due": ({"agencies": frozenset({"A7"}), "due_from": NOW}, "dossier_open"),
    "city": ({"agencies": CITY}, "dossier_by_agency"),
    "city, status": ({"agencies": CITY, "status": "stopped"}, "dossier_by_status"),
    "city, overdue": ({"agencies": CITY, "overdue": True}, "dossier_open"),
    "everything, status": ({"agencies": None, "status": "processing"}, "dossier_by_status"),
    "everything": ({"agencies": None}, ""),
}


async def test_no_page_by_agency_status_or_due_date_reads_the_table_through(lone):
    async with lone(service) as intake:
        database = intake.running.database
        await fill(intake.running, 70_000, near=100, open_share=5)
        plans = {}
        for name, (told, _) in QUESTIONS.items():
            question = DossierQuestion(now=database.now(), after="bench-00035000", **told)
            with asked(database) as statements:
                await queries.dossiers(question, 21, UnitOfWork(database))
            [(statement, parameters)] = statements
            plans[name] = await _plan(database, statement, parameters)
        with asked(database) as statements:
            await queries.watched_until(database.now(), 500, UnitOfWork(database))
        plans["sweep"] = await _plan(database, *statements[0])
        through = {name: plan for name, plan in plans.items() if _reads_through(plan)}
        assert through == {}
        wanted = {name: index for name, (_, index) in QUESTIONS.items()}
        wanted["sweep"] = "dossier_watched"
        assert {name: plan for name, plan in plans.items() if wanted[name] not in plan} == {}


async def _plan(database, statement, parameters):
    explain = "EXPLAIN " if database.is_postgres else "EXPLAIN QUERY PLAN "
    rows = await database.engine.execute(explain + statement, *parameters)
    return "\n".join(str(tuple(row)[-1]) for row in rows)


def _reads_through(plan):
    lines = [line for line in plan.splitlines() if "dossier" in line]
    return any("Seq Scan" in line or ("SCAN" in line and "USING" not in line) for line in lines)


async def test_an_agency_that_the_directory_does_not_know_sees_nothing(lone):
    async with lone(service) as intake, intake.calls() as client:
        async with intake.calls("X1") as stranger:
            assert (await stranger.get("/v1/dossiers")).json()["items"] == []
            await client.put("/v1/agencies/H29", json={"name": "Thành phố", "kind": "city"})
            await client.put(f"/v1/procedures/{PROCEDURE}", json=procedure())
            await client.post("/v1/dossiers", json=filing(agency="H29"))
            assert (await stranger.get("/v1/dossiers")).json()["items"] == []
        assert len((await client.get("/v1/dossiers")).json()["items"]) == 1
