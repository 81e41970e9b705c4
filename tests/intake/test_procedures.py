"""The catalogue over HTTP, on both engines: versions, their days, and what a dossier pins."""

from datetime import datetime, timedelta

import pytest

from contracts.vocabulary import VIETNAM
from services.intake import service
from tests.builders import AGENCY, PROCEDURE, filing, procedure, step


def limit(days):
    return {"time_limit": {"amount": days, "unit": "working_day"}}


async def publish(client, code=PROCEDURE, status=200, headers=None, **told):
    answer = await client.put(
        f"/v1/procedures/{code}", json=procedure(**told), headers=headers or {}
    )
    assert answer.status_code == status, answer.text
    return answer.json()


async def history(client, code=PROCEDURE):
    answer = await client.get(f"/v1/procedures/{code}/versions")
    assert answer.status_code == 200, answer.text
    return [
        (one["version"], one["valid_from"], one["time_limit"]["amount"])
        for one in answer.json()["items"]
    ]


async def agencies(client):
    await client.put("/v1/agencies/H29", json={"name": "Thành phố", "kind": "city"})
    department = {"name": "Sở", "kind": "department", "parent": "H29"}
    await client.put(f"/v1/agencies/{AGENCY}", json=department)


def today():
    return datetime.now(VIETNAM).date()


async def test_what_changes_makes_a_version_from_its_day_and_what_does_not_makes_none(lone):
    async with lone(service) as intake, intake.calls() as client:
        first = await publish(client)
        assert (first["version"], first["valid_from"]) == (1, "1900-01-01")
        assert await publish(client) == first
        second = await publish(client, **limit(5))
        assert (second["version"], second["valid_from"]) == (2, str(today()))
        assert await publish(client, **limit(5)) == second
        corrected = await publish(client, **limit(4))
        assert (corrected["version"], corrected["valid_from"]) == (2, str(today()))
        assert await history(client) == [(1, "1900-01-01", 3), (2, str(today()), 4)]
        told = await intake.announced("procedure.published")
        assert [(one["version"], one["revision"]) for one in told] == [(1, 1), (2, 2), (2, 3)]


async def test_versions_are_told_in_the_order_of_their_days_whenever_they_were_published(lone):
    async with lone(service) as intake, intake.calls() as client:
        await publish(client, **limit(10))
        await publish(client, valid_from="2024-01-01", **limit(3))
        await publish(client, valid_from="2018-01-01", **limit(7))
        await publish(client, valid_from="2020-01-01", **limit(5))
        expected = [
            (1, "1900-01-01", 10),
            (3, "2018-01-01", 7),
            (4, "2020-01-01", 5),
            (2, "2024-01-01", 3),
        ]
        assert await history(client) == expected
        for day, amount in [
            ("1999-01-01", 10),
            ("2017-12-31", 10),
            ("2018-01-01", 7),
            ("2019-12-31", 7),
            ("2020-01-01", 5),
            ("2023-12-31", 5),
            ("2024-01-01", 3),
        ]:
            view = (await client.get(f"/v1/procedures/{PROCEDURE}?on={day}")).json()
            assert view["time_limit"]["amount"] == amount, day
        assert (await client.get(f"/v1/procedures/{PROCEDURE}")).json()["version"] == 2
        await publish(client, valid_from="1900-01-01", **limit(9))
        await publish(client, valid_from="2018-01-01", **limit(6))
        assert (await history(client))[:2] == [(1, "1900-01-01", 9), (3, "2018-01-01", 6)]


async def test_a_version_of_tomorrow_is_not_in_force_today(lone):
    tomorrow = str(today() + timedelta(days=2))
    async with lone(service) as intake, intake.calls() as client:
        await publish(client, field="cu")
        await publish(client, valid_from=tomorrow, field="moi", **limit(8))
        assert (await client.get(f"/v1/procedures/{PROCEDURE}")).json()["version"] == 1
        listed = (await client.get("/v1/procedures")).json()["items"]
        assert [(one["code"], one["version"]) for one in listed] == [(PROCEDURE, 1)]
        for field, found in [("cu", [PROCEDURE]), ("moi", [])]:
            page = (await client.get(f"/v1/procedures?field={field}")).json()
            assert [one["code"] for one in page["items"]] == found
        await publish(client, field="cu", **limit(4))
        assert [number for number, _, _ in await history(client)] == [1, 3, 2]


async def test_a_dossier_pins_the_version_of_its_day_of_receipt(lone):
    async with lone(service) as intake, intake.calls() as client:
        await agencies(client)
        await publish(client)
        await publish(client, valid_from="2020-03-17", field="khac", **limit(1))
        cases = [
            ({"received_at": "2020-03-16T23:59:00+07:00"}, 1, "2020-03-19T17:00:00+07:00"),
            ({"received_at": "2020-03-16T17:00:00Z"}, 2, "2020-03-18T17:00:00+07:00"),
            ({"received_at": None, "submitted_at": "2020-03-16T09:00:00+07:00"}, 1, None),
            ({"received_at": None, "submitted_at": "2020-03-17T09:00:00+07:00"}, 2, None),
            ({"received_at": None}, 2, None),
        ]
        for number, (told, version, due_at) in enumerate(cases, 1):
            answer = await client.post("/v1/dossiers", json=filing(number, **told))
            assert answer.status_code == 201, answer.text
            view = answer.json()
            assert (view["procedure_version"], view["due_at"]) == (version, due_at), told
        fields = [one["field"] for one in await intake.announced("dossier.filed")]
        assert fields == ["ho-kinh-doanh", "khac", "ho-kinh-doanh", "khac", "khac"]


async def test_what_is_published_later_moves_no_promise(lone):
    async with lone(service) as intake, intake.calls() as client:
        await agencies(client)
        await publish(client)
        first = (await client.post("/v1/dossiers", json=filing(1))).json()
        await publish(client, valid_from="1900-01-01", **limit(1))
        await publish(client, valid_from="2020-01-01", **limit(2))
        progress = {"items": [step("processing", "2020-03-17T10:00:00+07:00")]}
        await client.post(f"/v1/dossiers/{first['code']}/progress", json=progress)
        kept = (await client.get(f"/v1/dossiers/{first['code']}")).json()
        assert (kept["due_at"], kept["procedure_version"]) == (first["due_at"], 1)
        second = (await client.post("/v1/dossiers", json=filing(2))).json()
        assert second["procedure_version"] == 2
        assert second["due_at"] == "2020-03-18T17:00:00+07:00"


async def test_a_filing_under_many_versions_is_still_one_statement(lone):
    async with lone(service) as intake, intake.calls() as client:
        await agencies(client)
        await publish(client)
        for year in range(2015, 2025):
            await publish(client, valid_from=f"{year}-01-01", **limit(year - 2010))
        await client.post("/v1/dossiers", json=filing(1))
        database = intake.running.database
        commits, statements = database.writer.commits, database.engine.statements
        view = (await client.post("/v1/dossiers", json=filing(2))).json()
        assert view["clock"]["limit"]["amount"] == 10
        assert database.writer.commits - commits == 1
        if database.is_postgres:
            assert database.engine.statements - statements <= 2  # the second is a debounced NOTIFY


async def test_the_online_limit_of_a_version_may_be_shorter_than_the_counters(lone):
    async with lone(service) as intake, intake.calls() as client:
        await agencies(client)
        online = {"time_limits": {"online": {"amount": 1, "unit": "working_day"}}}
        await publish(client, **online)
        counter = (await client.post("/v1/dossiers", json=filing(1))).json()
        shorter = (await client.post("/v1/dossiers", json=filing(2, channel="online"))).json()
        assert counter["due_at"] == "2020-03-19T17:00:00+07:00"
        assert shorter["due_at"] == "2020-03-17T17:00:00+07:00"


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ({"online_level": 1}, "none"),
        ({"online_level": 2}, "none"),
        ({"online_level": 3}, "partial"),
        ({"online_level": 4}, "full"),
        ({"online_level": 2, "online_service": "partial"}, "partial"),
    ],
)
async def test_how_far_a_procedure_is_online_is_told_by_its_level_unless_said(lone, told, shown):
    async with lone(service) as intake, intake.calls() as client:
        assert (await publish(client, **told))["online_service"] == shown
        assert (await publish(client, **told | {"online_service": shown}))["version"] == 1
        [event] = await intake.announced("procedure.published")
        assert event["online_service"] == shown


async def test_a_version_keeps_its_decision_and_day_of_publication(lone):
    told = {"decision": "1234/QĐ-UBND", "published_on": "2020-02-01", "same_day": True}
    async with lone(service) as intake, intake.calls() as client:
        await publish(client, **told)
        await publish(client, valid_from="2021-01-01", decision="99/QĐ-UBND")
        old = (await client.get(f"/v1/procedures/{PROCEDURE}?on=2020-06-01")).json()
        assert {name: old[name] for name in told} == told
        new = (await client.get(f"/v1/procedures/{PROCEDURE}")).json()
        assert (new["decision"], new["published_on"], new["same_day"]) == (
            "99/QĐ-UBND",
            None,
            False,
        )


async def test_a_change_of_any_version_moves_the_etag_and_a_stale_one_is_refused(lone):
    async with lone(service) as intake, intake.calls() as client:
        await publish(client)
        tag = (await client.get(f"/v1/procedures/{PROCEDURE}")).headers["etag"]
        await publish(client, valid_from="2020-01-01", headers={"If-Match": tag}, **limit(5))
        problem = await publish(client, status=412, headers={"If-Match": tag}, **limit(6))
        assert problem["code"] == "entry-changed"
        old = await client.get(f"/v1/procedures/{PROCEDURE}?on=2019-01-01")
        versions = await client.get(f"/v1/procedures/{PROCEDURE}/versions")
        assert old.headers["etag"] == versions.headers["etag"] != tag


async def test_the_catalogue_is_read_page_by_page_and_by_field(lone):
    async with lone(service) as intake, intake.calls() as client:
        for n in range(11):
            await publish(client, f"1.{n:03}", field="dat-dai" if n % 2 else "ho-tich")
            await publish(client, f"1.{n:03}", valid_from="2020-01-01", field="ho-tich", **limit(n))
        seen, cursor = [], ""
        while True:
            more = f"&cursor={cursor}" if cursor else ""
            page = (await client.get(f"/v1/procedures?limit=4&field=ho-tich{more}")).json()
            assert len(page["items"]) <= 4
            seen += [one["code"] for one in page["items"]]
            cursor = page["next_cursor"]
            if not cursor:
                break
        assert seen == [f"1.{n:03}" for n in range(11)]
        assert (await client.get("/v1/procedures?field=dat-dai")).json()["items"] == []
        for path in ("/v1/procedures/nothing", "/v1/procedures/nothing/versions"):
            assert (await client.get(path)).json()["code"] == "procedure-not-found"


@pytest.mark.parametrize(
    ("told", "pointer"),
    [
        ({"valid_from": "01/01/2020"}, "/valid_from"),
        ({"valid_from": "0001-01-01"}, "/valid_from"),
        ({"valid_from": "9999-12-31"}, "/valid_from"),
        ({"online_level": 5}, "/online_level"),
        ({"online_service": "most"}, "/online_service"),
        ({"decision": "a\u0000"}, "/decision"),
    ],
)
async def test_an_entry_that_cannot_be_read_names_the_field(lone, told, pointer):
    async with lone(service) as intake, intake.calls() as client:
        problem = await publish(client, status=422, **told)
        assert [error["pointer"] for error in problem["errors"]] == [pointer]
        assert (await client.get(f"/v1/procedures/{PROCEDURE}")).status_code == 404


OLD = (
    "INSERT INTO procedure (code, name, field, time_limits, online_level, by_post, on_national_portal,"
    " revision) VALUES ('old', 'Cũ', 'f', '{}', 4, false, false, 7)"
)


async def test_a_procedure_published_before_there_were_versions_is_its_first_one(lone):
    async with lone(service, earlier=("0001", [OLD])) as intake, intake.calls() as client:
        view = (await client.get("/v1/procedures/old")).json()
        told = (view["version"], view["valid_from"], view["online_service"])
        assert told == (1, "1900-01-01", "full")
        await publish(client, "old", valid_from="2024-01-01")
        versions = (await client.get("/v1/procedures/old/versions")).json()["items"]
        shown = [(one["version"], one["online_service"]) for one in versions]
        assert shown == [(1, "full"), (2, "partial")]


async def test_a_same_day_procedure_is_settled_at_once_without_leaving_the_rules(lone):
    async with lone(service) as intake, intake.calls() as client:
        await agencies(client)
        await publish(client, same_day=True, **limit(1))
        await publish(client, "2.000001", **limit(1))
        for number, code, breaches in [(1, PROCEDURE, []), (2, "2.000001", ["unexpected_move"])]:
            moment = {"submitted_at": "2020-03-16T09:00:00+07:00", "received_at": None}
            told = filing(number, procedure=code, **moment)
            await client.post("/v1/dossiers", json=told)
            done = {"items": [step("done", "2020-03-16T10:00:00+07:00")]}
            await client.post(f"/v1/dossiers/{told['code']}/progress", json=done)
            view = (await client.get(f"/v1/dossiers/{told['code']}")).json()
            assert [one["code"] for one in view["violations"]] == breaches
