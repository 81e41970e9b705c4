"""Following the changes of all services over HTTP, on both engines."""

import re
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from chassis import journal
from chassis.bus import Parcel
from chassis.database import ITSELF
from contracts.envelope import Envelope
from gateway import service as gateway
from gateway.followed import FOLLOWED
from services.intake import service as intake_service
from suite.examples import EXAMPLES
from tests.builders import AGENCY, PROCEDURE, filing, procedure, step

OTHER = "000.00.15.H29"


async def _prepare(client):
    await client.put("/v1/agencies/H29", json={"name": "Thành phố", "kind": "city"})
    for code in (AGENCY, OTHER):
        entry = {"name": code, "kind": "department", "parent": "H29"}
        assert (await client.put(f"/v1/agencies/{code}", json=entry)).status_code == 200
    assert (await client.put(f"/v1/procedures/{PROCEDURE}", json=procedure())).status_code == 200


@asynccontextmanager
async def offices(lone):
    """Intake and the gateway, each on its own; `carry` is the bus between them."""
    async with lone(intake_service) as intake, lone(gateway) as door:
        async with intake.calls() as client, door.calls() as reader:
            yield intake, door, client, reader


async def carry(intake, door):
    rows = await intake.running.database.engine.execute(
        "SELECT event_id, topic, envelope FROM outbox ORDER BY id"
    )
    heard = gateway.on.topics
    parcels = [Parcel(*row, redelivered=True) for row in rows if row[1] in heard]
    await door.running.consumer.take(parcels)
    # The directory may have been looked at in the same hundredth of a second, before it was committed.
    door.running.tree.forget()
    await journal.place(door.running.database)


async def _filed(client, intake, door):
    await _prepare(client)
    code = filing()["code"]
    await client.post("/v1/dossiers", json=filing())
    rows = {"items": [step("done"), step("returned", "2020-03-19T08:00:00+07:00")]}
    await client.post(f"/v1/dossiers/{code}/progress", json=rows)
    await client.post("/v1/dossiers", json=filing(2, agency=OTHER))
    await carry(intake, door)
    return code


def told(answer):
    assert answer.status_code == 200, answer.text
    return [(e["type"].removeprefix("vn.motcua."), e["subject"]) for e in answer.json()["items"]]


async def test_changes_are_told_in_order_thin_and_with_a_total(lone):
    async with offices(lone) as (intake, door, client, reader):
        code = await _filed(client, intake, door)
        answer = await reader.get("/v1/events")
        other = filing(2)["code"]
        assert told(answer) == [
            ("agency.registered", "H29"),
            ("agency.registered", AGENCY),
            ("agency.registered", OTHER),
            ("procedure.published", PROCEDURE),
            ("dossier.filed", code),
            ("dossier.progressed", code),
            ("dossier.returned", code),
            ("dossier.filed", other),
        ]
        page = answer.json()
        assert page["total"] == 8
        fields = {"cursor", "id", "type", "subject", "agency", "revision", "at"}
        assert {frozenset(entry) for entry in page["items"]} == {frozenset(fields)}
        assert [e["revision"] for e in page["items"]] == [1, 1, 1, 1, 1, 2, 2, 1]
        assert page["items"][3]["agency"] is None
        assert "Nguyễn" not in answer.text
        [[by]] = await door.running.database.engine.execute("SELECT DISTINCT client FROM journal")
        assert by == "c-test"


async def test_a_cursor_leads_through_page_after_page_to_the_present(lone):
    async with offices(lone) as (intake, door, client, reader):
        await _filed(client, intake, door)
        whole, pages = told(await reader.get("/v1/events")), []
        address = "/v1/events?limit=3"
        for left in (8, 5, 2, 0):
            answer = await reader.get(address)
            assert answer.json()["total"] == left
            pages += told(answer)
            address = f"/v1/events?limit=3&after={answer.json()['next_cursor']}"
        assert pages == whole
        await client.post("/v1/dossiers", json=filing(3))
        assert told(await reader.get(address)) == []
        await carry(intake, door)
        assert told(await reader.get(address)) == [("dossier.filed", filing(3)["code"])]


async def test_an_agency_hears_of_its_own_dossiers_and_of_the_catalogue_alone(lone):
    async with offices(lone) as (intake, door, client, reader):
        code = await _filed(client, intake, door)
        async with door.calls(OTHER) as other:
            mine = told(await other.get("/v1/events"))
            assert code not in {subject for _, subject in mine}
            assert ("dossier.filed", filing(2)["code"]) in mine
            assert ("procedure.published", PROCEDURE) in mine
            foreign = await other.get(f"/v1/events?agency={AGENCY}")
            assert (foreign.status_code, foreign.json()["code"]) == (404, "unknown-agency")
        asked = told(await reader.get(f"/v1/events?agency={AGENCY}&types=dossier.filed"))
        assert asked == [("dossier.filed", code)]


async def test_types_are_named_with_or_without_their_prefix_and_unknown_ones_are_refused(lone):
    async with offices(lone) as (intake, door, client, reader):
        await _filed(client, intake, door)
        for types in ("dossier.returned,agency.registered", "vn.motcua.dossier.returned"):
            found = {topic for topic, _ in told(await reader.get(f"/v1/events?types={types}"))}
            assert found == {one.removeprefix("vn.motcua.") for one in types.split(",")}
        for types in ("", "dossier.eaten", "dossier.filed,", "rating.submitted"):
            answer = await reader.get(f"/v1/events?types={types}")
            assert (answer.status_code, answer.json()["code"]) == (422, "event-type-unknown")
            assert "dossier.filed" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("after=x", 422, "cursor-unreadable"),
        ("after=", 422, "request-invalid"),
        ("after=" + "a" * 200, 422, "request-invalid"),
        ("after=%00", 422, "cursor-unreadable"),
        ("after=" + journal.Mark(999, "deadbeef").cursor, 410, "changes-not-kept"),
        ("limit=0", 422, "request-invalid"),
        ("limit=501", 422, "request-invalid"),
        ("limit=ten", 422, "request-invalid"),
        ("agency=%20", 422, "request-invalid"),
    ],
)
async def test_a_question_that_cannot_be_answered_says_what_to_change(lone, query, status, code):
    async with offices(lone) as (intake, door, client, reader):
        await _filed(client, intake, door)
        answer = await reader.get(f"/v1/events?{query}")
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
        assert answer.headers["content-type"] == "application/problem+json"


async def test_following_needs_its_own_scope(lone):
    async with lone(gateway) as door, door.calls("H29", "dossiers:read") as client:
        answer = await client.get("/v1/events")
        assert (answer.status_code, answer.json()["code"]) == (403, "scope-missing")


async def test_the_follower_of_the_guide_hears_every_change_once_in_order(lone):
    guide = (Path(__file__).parents[2] / "docs" / "partners" / "changes.md").read_text("utf-8")
    [code] = re.findall(r"```python\n(.*?)```", guide, re.DOTALL)
    room = {}
    exec(code, room)
    async with offices(lone) as (intake, door, client, reader):
        await _filed(client, intake, door)
        heard = []
        async for _, entry in room["follow"](reader, pause=0.01):
            heard.append((entry["type"].removeprefix("vn.motcua."), entry["subject"]))
            if len(heard) == 8:
                await client.post("/v1/dossiers", json=filing(3))
                await carry(intake, door)
            if len(heard) == 9:
                break
        assert heard == told(await reader.get("/v1/events"))


async def test_an_agency_that_the_directory_does_not_know_sees_the_catalogue_alone(lone):
    async with offices(lone) as (intake, door, client, _):
        async with door.calls("X1") as stranger:
            assert told(await stranger.get("/v1/events")) == []
            await _filed(client, intake, door)
            seen = told(await stranger.get("/v1/events"))
            assert seen == [("procedure.published", PROCEDURE)]


async def test_every_event_that_may_be_followed_is_entered_and_no_rating_is(lone):
    """A rating of a small agency could be traced to its citizen by the moment it was given."""
    async with lone(gateway) as door, door.calls() as client:
        envelopes = [
            Envelope.around(
                EXAMPLES[kind.topic].event,
                id=f"{n:032x}",
                subject=EXAMPLES[kind.topic].subject,
                time=EXAMPLES[kind.topic].time,
                agency=AGENCY,
            )
            for n, kind in enumerate(FOLLOWED)
        ]
        parcels = [Parcel(e.id, e.topic, e.model_dump_json()) for e in envelopes]
        await door.running.consumer.take(parcels)
        await journal.place(door.running.database)
        async with door.calls(None) as everybody:
            entered = [topic for topic, _ in told(await everybody.get("/v1/events"))]
        assert entered == [kind.topic for kind in FOLLOWED]
        assert {"shipment.delivered", "dossier.filed", "agency.registered"} <= set(entered)
        assert "rating.submitted" not in gateway.on.topics
        rows = await door.running.database.engine.execute("SELECT DISTINCT client FROM journal")
        assert [row[0] for row in rows] == [ITSELF]
        refused = await client.get("/v1/events?types=rating.submitted")
        assert refused.json()["code"] == "event-type-unknown"


async def test_a_cursor_of_the_journal_that_intake_kept_says_to_start_over(lone):
    async with offices(lone) as (intake, door, client, reader):
        await _filed(client, intake, door)
        old = journal.Mark(3, "0123abcd").cursor
        answer = await reader.get(f"/v1/events?after={old}")
        assert (answer.status_code, answer.json()["code"]) == (410, "changes-not-kept")
