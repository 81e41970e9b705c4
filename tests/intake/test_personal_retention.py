"""How long personal data stay: classes, holds, the purge, and what outlives it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.database import Contention, UnitOfWork
from contracts.intake import LegalHoldOrder
from contracts.vocabulary import DossierStatus
from services.intake import domain
from services.intake.commands import keys, retention
from services.intake.commands.audit import OPERATOR
from services.intake.domain.personal import OVER
from services.intake.keyring import Keyring
from services.intake.retention import retention_classes
from services.kpi.commands import verify
from suite import personal_tasks
from tests.builders import AGENCY, PROCEDURE, procedure, step
from tests.intake.personal import (
    CANARIES,
    NOTE,
    OFFICER,
    PERSON,
    ask,
    at,
    city_of,
    every_row,
    file_of,
    prepare,
)

CODE = file_of()["code"]
ENDS = ("done", "returned", "refused", "withdrawn", "stopped")
OPEN = ("processing", "waiting_supplement", "waiting_payment", "submitted", "accepted")


async def report(client, number: int, *statuses: str, **told) -> None:
    items = [
        step(status, f"2020-03-{18 + place}T10:00:00+07:00", **told)
        for place, status in enumerate(statuses)
    ]
    code = file_of(number)["code"]
    answer = await client.post(f"/v1/dossiers/{code}/progress", json={"items": items})
    assert answer.status_code == 200, answer.text


async def purge_all(intake) -> int:
    count, after = 0, ""
    while (told := await intake.running.do(retention.purge, after, 2)) is not None:
        after, more = told
        count += more
    return count


async def test_a_purge_removes_the_person_and_keeps_the_dossier(lone):
    async with city_of(lone) as (intake, client):
        await client.post("/v1/dossiers", json=file_of())
        await report(client, 1, "done", "returned", actor=OFFICER, note=NOTE, unit="Phòng A")
        before = (await client.get(f"/v1/dossiers/{CODE}")).json()
        steps = (await client.get(f"/v1/dossiers/{CODE}/timeline")).json()["items"]
        assert await purge_all(intake) == 1
        after = (await client.get(f"/v1/dossiers/{CODE}")).json()
        assert before["purged_at"] is None
        assert after["purged_at"].endswith("+07:00")
        assert after["revision"] == before["revision"] + 1
        changed = {"purged_at", "revision"}
        assert {k: v for k, v in after.items() if k not in changed} == {
            k: v for k, v in before.items() if k not in changed
        }
        items = (await client.get(f"/v1/dossiers/{CODE}/timeline")).json()["items"]
        assert items == [item | {"actor": None, "note": None} for item in steps]
        assert [item["unit"] for item in items] == ["Phòng A", "Phòng A"]
        found = await client.post("/v1/dossiers/search", json={"id_number": PERSON["id_number"]})
        assert found.json()["items"] == []
        columns = "applicant, sealed, data_key, id_number_digest, phone_digest, applicant_kind"
        assert await ask(intake, f"SELECT {columns} FROM dossier") == [(None,) * 5 + ("citizen",)]
        assert await ask(intake, "SELECT DISTINCT words, actor, note FROM step") == [(None,) * 3]
        [purged] = await intake.announced("dossier.purged")
        assert (purged["code"], purged["agency"], purged["revision"]) == (
            CODE,
            AGENCY,
            after["revision"],
        )
        assert await purge_all(intake) == 0


async def test_every_end_of_the_work_lets_the_time_run(lone):
    async with city_of(lone) as (intake, client):
        for number, end in enumerate(ENDS, 1):
            await client.post("/v1/dossiers", json=file_of(number))
            await report(client, number, end)
        days = await ask(intake, "SELECT DISTINCT closed_on FROM dossier")
        assert [str(day) for (day,) in days] == ["2020-03-18"]
        assert await purge_all(intake) == len(ENDS)


async def test_open_dossiers_never_expire(lone):
    async with city_of(lone) as (intake, client):
        for number, status in enumerate(OPEN, 1):
            await client.post("/v1/dossiers", json=file_of(number))
            await report(client, number, "processing", status)
        await client.post("/v1/dossiers", json=file_of(9))
        await client.post("/v1/dossiers", json=file_of(10))
        await report(client, 10, "done", "returned", "processing")
        at(intake, 2199, 1, 1)
        assert await purge_all(intake) == 0
        # Not even when another version left a closing day on it.
        await intake.running.database.engine.execute("UPDATE dossier SET closed_on = '2020-03-19'")
        assert await purge_all(intake) == 0
        found = await client.post("/v1/dossiers/search", json={"phone": PERSON["phone"]})
        assert len(found.json()["items"]) == 7


@given(
    st.lists(st.tuples(st.sampled_from(list(DossierStatus)), st.datetimes(timezones=st.just(UTC))))
)
def test_a_dossier_has_a_closing_day_only_while_its_status_is_an_end(rows):
    steps = [domain.Step(status, at, None, str(n)) for n, (status, at) in enumerate(rows)]
    position = domain.fold(steps, domain.Filed())
    closed = domain.closed_on(position.status, steps)
    assert (closed is None) is (position.status not in OVER)


async def test_the_time_is_counted_in_whole_years_after_the_year_of_the_end(lone):
    async with city_of(lone) as (intake, client):
        await client.put(f"/v1/procedures/{PROCEDURE}", json=procedure(retention="years-5"))
        await client.post("/v1/dossiers", json=file_of())
        await report(client, 1, "done")
        at(intake, 2025, 12, 31, 16, 59)
        assert await purge_all(intake) == 0
        at(intake, 2025, 12, 31, 17, 0)
        assert await purge_all(intake) == 1


async def test_a_permanent_dossier_and_one_of_an_unknown_class_stay(lone):
    async with city_of(lone) as (intake, client):
        await client.put(f"/v1/procedures/{PROCEDURE}", json=procedure(retention="permanent"))
        await client.post("/v1/dossiers", json=file_of())
        await report(client, 1, "done")
        at(intake, 2199, 1, 1)
        assert await purge_all(intake) == 0
        await intake.running.database.engine.execute("UPDATE procedure SET retention = 'gone'")
        assert await purge_all(intake) == 0


async def test_a_procedure_names_a_class_of_the_schedule(lone):
    async with city_of(lone) as (_, client):
        refused = await client.put(
            f"/v1/procedures/{PROCEDURE}", json=procedure(retention="for-a-while")
        )
        assert (refused.status_code, refused.json()["code"]) == (422, "unknown-retention-class")
        assert "years-10" in refused.json()["detail"]
        shown = await client.put(
            f"/v1/procedures/{PROCEDURE}", json=procedure(retention="years-10")
        )
        assert shown.json()["retention"] == "years-10"


async def test_an_operators_own_schedule_is_read_from_a_file(lone, tmp_path):
    schedule = tmp_path / "classes.csv"
    schedule.write_text("code,years,name_vi,name_en,source\nngan,0,Ngắn,Short,QĐ 1\n", "utf-8")
    settings = {"retention_classes_file": schedule, "retention_class": "ngan"}
    async with city_of(lone, **settings) as (intake, client):
        await client.post("/v1/dossiers", json=file_of())
        await report(client, 1, "done")
        at(intake, 2020, 12, 31)
        assert await purge_all(intake) == 0
        at(intake, 2021, 1, 1)
        assert await purge_all(intake) == 1


@pytest.mark.parametrize(
    "bad", ["a,x,A,A,s", ",2,A,A,s", "a,-1,A,A,s", "a,2,A,A,s\na,3,A,A,s", "a"]
)
def test_a_schedule_that_cannot_be_read_names_its_line(tmp_path, bad):
    schedule = tmp_path / "classes.csv"
    schedule.write_text(f"code,years,name_vi,name_en,source\n{bad}\n")
    with pytest.raises(ValueError, match=r"Line [23] of the retention classes"):
        retention_classes(schedule)


def test_the_shipped_schedule_spans_what_the_law_allows():
    years = {entry.years for entry in retention_classes().values()}
    assert years == {None, 2, 5, 10, 15, 20, 30, 50, 70}


async def test_a_held_dossier_stays_until_the_hold_is_lifted(lone):
    async with city_of(lone) as (intake, client):
        await client.post("/v1/dossiers", json=file_of())
        await report(client, 1, "done")
        address = f"/v1/dossiers/{CODE}/legal-hold"
        order = {"held": True, "reason": "Khiếu nại số 12/2026"}
        held = await client.post(address, json=order)
        assert (held.status_code, held.json()["held"]) == (200, True)
        assert held.json()["reason"] == order["reason"]
        assert await purge_all(intake) == 0
        due = await personal_tasks.due_to_purge(intake.running.settings)
        assert [(d["due"], d["held"]) for d in due if d["class"] == "copy"] == [(0, 1)]
        lifted = await client.post(address, json={"held": False, "reason": "Đã giải quyết"})
        assert lifted.json()["held"] is False
        again = await client.post(address, json={"held": False, "reason": "Đã giải quyết"})
        assert again.status_code == 200
        assert await purge_all(intake) == 1
        rows = await ask(intake, "SELECT action, reason FROM audit ORDER BY seq")
        assert rows == [
            ("legal_hold.set", "Khiếu nại số 12/2026"),
            ("legal_hold.lifted", "Đã giải quyết"),
            ("dossier.purged", None),
        ]


async def test_a_hold_is_the_operators_and_needs_a_reason(lone):
    async with city_of(lone) as (intake, client):
        await client.post("/v1/dossiers", json=file_of())
        address = f"/v1/dossiers/{CODE}/legal-hold"
        for body in ({"held": True}, {"held": True, "reason": ""}, {"reason": "x"}):
            assert (await client.post(address, json=body)).status_code == 422
        order = {"held": True, "reason": "x"}
        async with intake.calls("H29", "dossiers:write") as office:
            assert (await office.post(address, json=order)).json()["code"] == "scope-missing"
        async with intake.calls("000.00.15.H29") as stranger:
            assert (await stranger.post(address, json=order)).json()["code"] == "unknown-dossier"
        unknown = await client.post("/v1/dossiers/X-1/legal-hold", json=order)
        assert unknown.status_code == 404


async def test_of_a_hold_and_a_purge_at_once_the_later_one_looks_again(lone):
    async with city_of(lone) as (intake, client):
        database = intake.running.database
        order = LegalHoldOrder(held=True, reason="x")
        for number in (1, 2):
            await client.post("/v1/dossiers", json=file_of(number))
            await report(client, number, "done")
        purging = UnitOfWork(database)
        assert (await retention.purge("", 1, purging))[1] == 1
        await intake.running.do(retention.order_hold, CODE, order, OPERATOR)
        with pytest.raises(Contention):
            await database.commit(purging)
        holding = UnitOfWork(database)
        await retention.order_hold(file_of(2)["code"], order, OPERATOR, holding)
        assert await purge_all(intake) == 1
        with pytest.raises(Contention):
            await database.commit(holding)
        told = "SELECT code FROM dossier WHERE purged_at IS NULL"
        assert await ask(intake, told) == [(CODE,)]


async def test_a_repeated_filing_of_a_purged_dossier_compares_what_is_left(lone):
    async with city_of(lone) as (intake, client):
        await client.post("/v1/dossiers", json=file_of())
        await report(client, 1, "done", "returned", actor=OFFICER, note=NOTE)
        await purge_all(intake)
        again = await client.post("/v1/dossiers", json=file_of())
        assert again.status_code == 200
        assert again.json()["purged_at"] is not None
        other = file_of(applicant=PERSON | {"name": "Ai khác"})
        assert (await client.post("/v1/dossiers", json=other)).status_code == 200
        business = file_of(applicant=PERSON | {"kind": "business"}, channel="online")
        refused = await client.post("/v1/dossiers", json=business)
        pointers = [error["pointer"] for error in refused.json()["errors"]]
        assert pointers == ["/applicant", "/channel"]
        items = [
            step("done", "2020-03-18T10:00:00+07:00", actor=OFFICER, note=NOTE),
            step("returned", "2020-03-19T10:00:00+07:00", actor=OFFICER, note=NOTE),
        ]
        steps = await client.post(f"/v1/dossiers/{CODE}/progress", json={"items": items})
        assert [i["outcome"] for i in steps.json()["items"]] == ["duplicate", "duplicate"]
        told = await every_row(intake)
        assert [canary for canary in CANARIES if canary.lower() in told.lower()] == []


async def test_a_purged_dossier_that_is_reopened_expires_again(lone):
    async with city_of(lone) as (intake, client):
        await client.post("/v1/dossiers", json=file_of())
        await report(client, 1, "done", actor=OFFICER)
        await purge_all(intake)
        items = [step("processing", "2026-02-02T10:00:00+07:00", note=NOTE)]
        await client.post(f"/v1/dossiers/{CODE}/progress", json={"items": items})
        assert await purge_all(intake) == 0
        shown = (await client.get(f"/v1/dossiers/{CODE}/timeline")).json()["items"]
        assert [item["note"] for item in shown] == [None, NOTE]
        items = [step("done", "2026-02-03T10:00:00+07:00")]
        await client.post(f"/v1/dossiers/{CODE}/progress", json={"items": items})
        at(intake, 2028, 12, 31)
        assert await purge_all(intake) == 0
        at(intake, 2029, 1, 1)
        assert await purge_all(intake) == 1
        shown = (await client.get(f"/v1/dossiers/{CODE}/timeline")).json()["items"]
        assert [item["note"] for item in shown] == [None, None, None]


async def test_a_data_key_is_destroyed_with_the_last_dossier_it_sealed(lone):
    async with city_of(lone) as (intake, client):
        at(intake, 2020, 3, 20)
        for number in (1, 2):
            await client.post("/v1/dossiers", json=file_of(number))
        await report(client, 1, "done")
        at(intake, 2023, 1, 2)
        sealed = await ask(intake, "SELECT sealed FROM dossier ORDER BY code")
        assert await purge_all(intake) == 1
        assert await intake.running.do(keys.destroy_emptied) == 0
        await report(client, 2, "done")
        assert await purge_all(intake) == 1
        assert await intake.running.do(keys.destroy_emptied) == 1
        assert await intake.running.do(keys.destroy_emptied) == 0
        # A row that comes back out of an old copy stays closed, and says why.
        await intake.running.database.engine.execute(
            f"UPDATE dossier SET sealed = '{sealed[0][0]}', purged_at = NULL,"
            f" data_key = '{sealed[0][0].split('.')[1]}' WHERE code = '{CODE}'"
        )
        intake.running.own(Keyring).forget()
        answer = await client.post("/v1/dossiers", json=file_of())
        assert answer.status_code == 503
        assert "was destroyed" in answer.json()["detail"]


async def test_what_an_earlier_version_closed_expires_too(lone):
    async with city_of(lone) as (intake, client):
        await client.post("/v1/dossiers", json=file_of())
        await report(client, 1, "done", "returned")
        await client.post("/v1/dossiers", json=file_of(2))
        plain = '{"kind":"business","name":"Canary"}'
        await intake.running.database.engine.execute(
            f"UPDATE dossier SET closed_on = NULL, applicant = '{plain}', applicant_kind = NULL,"
            " sealed = NULL, data_key = NULL"
        )
        settings = intake.running.settings
        due = await personal_tasks.due_to_purge(settings)
        assert [(d["due"], d["held"]) for d in due if d["class"] == "copy"] == [(1, 0)]
        assert (await personal_tasks.purge(settings))[0] == 1
        kept = await ask(intake, "SELECT applicant_kind, applicant FROM dossier ORDER BY code")
        assert kept == [("business", None), (None, plain)]


async def test_figures_are_the_same_after_a_purge(suite):
    async with suite.partner() as client:
        await prepare(client)
        for number in range(1, 7):
            await client.post("/v1/dossiers", json=file_of(number))
            await report(client, number, *(["done", "returned"] if number > 2 else ["processing"]))
        await suite.settle()
        figure = "/v1/indicators/k15/value?agency=H29&from=2020-01-01&to=2021-01-01"
        board = "/v1/plans/hcmc-2020/scoreboard?agency=H29"
        before = [(await client.get(address)).json() for address in (figure, board)]
        for told in before:
            del told["as_of"]
        assert before[0]["among"] == 6
        intake = suite.running["intake"]
        assert await intake.do(retention.purge, "", 200) == (file_of(6)["code"], 4)
        await suite.settle()
        after = [(await client.get(address)).json() for address in (figure, board)]
        for told in after:
            del told["as_of"]
        assert after == before
        assert await verify(suite.running["kpi"].database) == []


def test_today_is_a_day_in_vietnam():
    eve = datetime(2025, 12, 31, 17, tzinfo=UTC)
    assert domain.quarter_of(eve) == "2026Q1"
