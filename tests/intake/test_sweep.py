"""What the sweep tells: soon due, overdue and unanswered, once each, on both engines."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from chassis.running import Running, opened
from contracts.vocabulary import VIETNAM
from services.intake import service
from services.intake.commands.watching import tell_what_is_due
from services.intake.sweep import sweep
from tests.builders import AGENCY, PROCEDURE, filing, procedure, step

TOPICS = ("dossier.due_soon", "dossier.overdue", "dossier.unanswered")


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


@asynccontextmanager
async def office(lone, now="2020-03-16T10:00"):
    """Intake on a day of its own, with a directory and a procedure of three working days."""
    async with lone(service) as intake, intake.calls() as client:
        set_now(intake, now)
        await client.put("/v1/agencies/H29", json={"name": "Thành phố", "kind": "city"})
        entry = {"name": "Sở", "kind": "department", "parent": "H29"}
        await client.put(f"/v1/agencies/{AGENCY}", json=entry)
        await client.put(f"/v1/procedures/{PROCEDURE}", json=procedure())
        yield intake, client


def set_now(intake, text):
    moment = at(text).astimezone(UTC)
    intake.running.database.now = lambda: moment


async def told(intake):
    found = []
    for topic in TOPICS:
        found += [(topic, event["code"]) for event in await intake.announced(topic)]
    return found


async def report(client, code, *rows):
    answer = await client.post(f"/v1/dossiers/{code}/progress", json={"items": list(rows)})
    assert answer.status_code == 200, answer.text


async def test_a_dossier_left_alone_is_told_of_twice_and_never_again(lone):
    async with office(lone) as (intake, client):
        code = (await client.post("/v1/dossiers", json=filing())).json()["code"]
        for now, expected in (
            ("2020-03-18T06:59", []),
            ("2020-03-18T07:00", TOPICS[:1]),
            ("2020-03-19T23:59", TOPICS[:1]),
            ("2020-03-20T00:00", TOPICS[:2]),
            ("2021-03-20T00:00", TOPICS[:2]),
        ):
            set_now(intake, now)
            await sweep(intake.running)
            await sweep(intake.running)
            assert await told(intake) == [(topic, code) for topic in expected], now
        [soon] = await intake.announced("dossier.due_soon")
        [late] = await intake.announced("dossier.overdue")
        assert soon["agency"] == AGENCY
        assert datetime.fromisoformat(soon["due_at"]) == at("2020-03-19T17:00")
        assert datetime.fromisoformat(late["late_at"]) == at("2020-03-20T00:00")
        [[watch_at]] = await intake.running.database.engine.execute("SELECT watch_at FROM dossier")
        assert watch_at is None
        entries = [e for e in await intake.envelopes() if "due" in e.topic]
        assert [(e.topic, e.client, e.revision) for e in entries] == [
            (TOPICS[0], "motcua", 2),
            (TOPICS[1], "motcua", 3),
        ]


async def test_a_dossier_settled_in_time_is_not_told_of(lone):
    async with office(lone) as (intake, client):
        code = (await client.post("/v1/dossiers", json=filing())).json()["code"]
        await report(client, code, step("done", "2020-03-17T10:00:00+07:00"))
        set_now(intake, "2021-01-01T00:00")
        await sweep(intake.running)
        assert await told(intake) == []


async def test_a_filing_handed_over_late_is_told_overdue_and_not_soon_due(lone):
    async with office(lone, now="2026-01-05T10:00") as (intake, client):
        code = (await client.post("/v1/dossiers", json=filing())).json()["code"]
        await sweep(intake.running)
        assert await told(intake) == [("dossier.overdue", code)]


async def test_a_new_appointment_is_told_of_anew_and_late_rows_repeat_nothing(lone):
    again = "2020-03-26T17:00:00+07:00"
    rows = [
        step("processing", "2020-03-16T11:00:00+07:00"),
        step("processing", "2020-03-18T10:00:00+07:00", due_at=again),
    ]
    async with office(lone) as (intake, client):
        code = (await client.post("/v1/dossiers", json=filing())).json()["code"]
        set_now(intake, "2020-03-18T08:00")
        await sweep(intake.running)
        await report(client, code, rows[1])
        await sweep(intake.running)
        await report(client, code, rows[0], rows[1])
        set_now(intake, "2020-03-20T08:00")
        await sweep(intake.running)
        assert await told(intake) == [("dossier.due_soon", code)]
        set_now(intake, "2020-03-25T08:00")
        await sweep(intake.running)
        assert await told(intake) == [("dossier.due_soon", code)] * 2
        set_now(intake, "2020-03-27T08:00")
        await sweep(intake.running)
        assert len(await intake.announced("dossier.overdue")) == 1


async def test_an_unanswered_request_is_told_of_once_where_the_decree_fixes_the_days(lone):
    async with office(lone, now="2025-08-01T08:00") as (intake, client):
        codes = []
        for number, received in enumerate(
            ["2025-08-01T08:00:00+07:00", "2025-06-02T08:00:00+07:00"]
        ):
            body = filing(number + 1, received_at=received)
            codes.append((await client.post("/v1/dossiers", json=body)).json()["code"])
            await report(client, codes[-1], step("waiting_supplement", "2025-08-01T09:00:00+07:00"))
        set_now(intake, "2025-08-18T23:59")
        await sweep(intake.running)
        assert await told(intake) == []
        set_now(intake, "2025-08-19T00:00")
        await sweep(intake.running)
        await sweep(intake.running)
        assert await told(intake) == [("dossier.unanswered", codes[0])]
        [event] = await intake.announced("dossier.unanswered")
        assert event["answer_days"] == 15
        await report(client, codes[0], step("processing", "2025-08-20T09:00:00+07:00"))
        # The limit started anew on the 20th: three working days, kept until the 25th is over.
        set_now(intake, "2025-08-25T23:59")
        await sweep(intake.running)
        assert ("dossier.overdue", codes[0]) not in await told(intake)
        set_now(intake, "2025-08-26T00:00")
        await sweep(intake.running)
        assert ("dossier.overdue", codes[0]) in await told(intake)


async def test_two_sweepers_and_a_restart_tell_each_dossier_once(lone):
    async with office(lone) as (intake, client):
        for number in range(1, 41):
            await client.post("/v1/dossiers", json=filing(number))
        set_now(intake, "2020-03-18T08:00")
        one = intake.running
        async with opened(Running(service, one.settings, one.verifier)) as other:
            other.database.now = one.database.now
            await asyncio.gather(*(who.do(tell_what_is_due, 7) for who in [one, other] * 6))
            await asyncio.gather(sweep(one), sweep(other))
        async with opened(Running(service, one.settings, one.verifier)) as restarted:
            restarted.database.now = one.database.now
            await sweep(restarted)
        codes = [code for _, code in await told(intake)]
        assert len(codes) == len(set(codes)) == 40


async def test_without_the_revision_two_sweepers_would_tell_twice(lone):
    """The control: the guard is what keeps the second one off."""
    async with office(lone) as (intake, client):
        await client.post("/v1/dossiers", json=filing())
        set_now(intake, "2020-03-18T08:00")
        database = intake.running.database

        async def slowly(uow):
            looked = await tell_what_is_due(7, uow)
            await asyncio.sleep(0.05)
            return looked

        database.codec("dossier").guarded = False
        await asyncio.gather(intake.running.do(slowly), intake.running.do(slowly))
        assert len(await told(intake)) == 2


async def test_a_step_reported_while_the_sweep_looks_is_not_overwritten(lone):
    async with office(lone) as (intake, client):
        code = (await client.post("/v1/dossiers", json=filing())).json()["code"]
        set_now(intake, "2020-03-18T08:00")

        async def interrupted(uow):
            looked = await tell_what_is_due(7, uow)
            if uow.attempt == 1:
                await report(client, code, step("done", "2020-03-18T07:30:00+07:00"))
            return looked

        await intake.running.do(interrupted)
        view = (await client.get(f"/v1/dossiers/{code}")).json()
        assert view["status"] == "done"
        assert await told(intake) == []


class OpenBus:
    """A bus that takes everything, for nobody."""

    ready = True

    async def publish(self, parcels):
        return [parcel.event_id for parcel in parcels]


async def test_the_worker_sweeps_by_itself(lone):
    async with lone(service, sweep_seconds=0.05) as intake, intake.calls() as client:
        await client.put("/v1/agencies/H29", json={"name": "Thành phố", "kind": "city"})
        await client.put(f"/v1/procedures/{PROCEDURE}", json=procedure())
        await client.post("/v1/dossiers", json=filing(agency="H29"))
        await intake.running.start_work(OpenBus())
        async with asyncio.timeout(20):
            while not await intake.announced("dossier.overdue"):
                await asyncio.sleep(0.02)
        assert len(await intake.announced("dossier.overdue")) == 1
        await intake.running.stop_work()


@pytest.mark.parametrize("topic", TOPICS)
def test_every_telling_has_an_example_in_which_nobody_is_named(topic):
    from suite.examples import EXAMPLES

    fields = set(type(EXAMPLES[topic].event).model_fields)
    assert not {"applicant", "name", "phone", "email", "address"} & fields


async def test_dossiers_older_than_the_sweep_are_looked_at_too(lone):
    """As after an update: rows that were there before have the defaults of the new columns."""
    async with office(lone) as (intake, client):
        code = (await client.post("/v1/dossiers", json=filing())).json()["code"]
        database = intake.running.database
        table = database.metadata.tables["dossier"]
        before = [c.name for c in table.columns if c.name not in {"late_at", "told"}]
        before = [name for name in before if not name.startswith("watch_")]
        columns = ", ".join(name for name in before if name != "code")
        await database.engine.execute(
            f"INSERT INTO dossier (code, {columns}) SELECT 'older', {columns} FROM dossier"
        )
        await sweep(intake.running)
        rows = await database.engine.execute(
            "SELECT code, watch_at, watch_for, late_at FROM dossier"
        )
        assert len({tuple(row)[1:] for row in rows}) == 1
        set_now(intake, "2020-03-21T08:00")
        await sweep(intake.running)
        expected = {("dossier.overdue", code), ("dossier.overdue", "older")}
        assert set(await told(intake)) == expected


async def test_a_dossier_that_is_changed_again_and_again_holds_up_no_other(lone):
    async with office(lone) as (intake, client):
        for number in range(1, 21):
            await client.post("/v1/dossiers", json=filing(number))
        set_now(intake, "2020-03-18T08:00")
        busy, minutes = filing(20)["code"], iter(range(10, 60))

        async def interrupted(uow):
            looked = await tell_what_is_due(20, uow)
            if uow.attempt < 4:
                at_minute = f"2020-03-18T07:{next(minutes)}:00+07:00"
                await report(client, busy, step("processing", at_minute))
            return looked

        assert await intake.running.do(interrupted) >= 1
        await sweep(intake.running)
        assert len(await told(intake)) == 20
