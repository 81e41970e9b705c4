"""A row of progress holds all that the national dialect tells of one, and old rows stay what they are."""

from datetime import timedelta

import pytest

from contracts.vocabulary import DossierStatus
from services.intake.commands import keys, retention
from services.intake.domain import step_key
from services.intake.keyring import Keyring
from tests.builders import step
from tests.intake.lives import at as moment
from tests.intake.personal import NOTE, OFFICER, ask, city_of, every_row, file_of

CODE = file_of()["code"]
TITLE = "Chuyên viên Canary"
FULL = step(
    "done",
    actor=OFFICER,
    title=TITLE,
    unit="Phòng A",
    note=NOTE,
    begun_at="2020-03-17T08:00:00+07:00",
    expected_by="2020-03-18T17:00:00+07:00",
)
MORNING = moment("2020-03-16")


async def report(client, *rows) -> list[str]:
    answer = await client.post(f"/v1/dossiers/{CODE}/progress", json={"items": list(rows)})
    assert answer.status_code == 200, answer.text
    return [item["outcome"] for item in answer.json()["items"]]


async def timeline(client) -> list[dict]:
    return (await client.get(f"/v1/dossiers/{CODE}/timeline")).json()["items"]


async def test_everything_that_is_told_of_a_row_is_told_again(lone):
    async with city_of(lone) as (_, client):
        await client.post("/v1/dossiers", json=file_of())
        assert await report(client, FULL) == ["applied"]
        [item] = await timeline(client)
        assert {name: item[name] for name in FULL} == FULL
        [kept] = (await client.get(f"/v1/dossiers/{CODE}/record")).json()["steps"]
        assert kept == item


async def test_a_plan_of_the_office_is_no_promise(lone):
    async with city_of(lone) as (_, client):
        filed = (await client.post("/v1/dossiers", json=file_of())).json()
        planned = {"expected_by": "2020-06-01T17:00:00+07:00", "title": TITLE}
        await report(client, step("processing", "2020-03-16T10:00:00+07:00", **planned))
        view = (await client.get(f"/v1/dossiers/{CODE}")).json()
        assert (view["due_at"], view["violations"]) == (filed["due_at"], [])
        assert TITLE not in str(view)


async def test_a_row_that_says_more_is_another_row_and_a_repeat_is_none(lone):
    async with city_of(lone) as (_, client):
        await client.post("/v1/dossiers", json=file_of())
        bare = step("done", actor=OFFICER, note=NOTE)
        titled = bare | {"title": TITLE}
        begun = bare | {"begun_at": "2020-03-17T08:00:00+07:00"}
        assert await report(client, bare, titled, begun) == ["applied"] * 3
        abroad = begun | {"begun_at": "2020-03-17T01:00:00Z"}
        nothing = bare | {"title": None, "begun_at": None, "expected_by": None}
        assert await report(client, abroad, nothing, titled, bare) == ["duplicate"] * 4


async def test_the_ends_of_a_pause_are_not_when_the_work_began(lone):
    async with city_of(lone) as (_, client):
        await client.post("/v1/dossiers", json=file_of())
        pause = {
            "asked_at": "2020-03-17T09:00:00+07:00",
            "answered_at": "2020-03-17T15:00:00+07:00",
        }
        await report(client, FULL | {"pause": pause})
        asked, answered, told = await timeline(client)
        assert (asked["begun_at"], answered["expected_by"]) == (None, None)
        assert (asked["title"], told["begun_at"]) == (TITLE, FULL["begun_at"])


async def test_a_title_is_sealed_resealed_and_purged_with_the_officer(lone):
    async with city_of(lone) as (intake, client):
        await client.post("/v1/dossiers", json=file_of())
        await report(client, FULL, step("returned", "2020-03-19T10:00:00+07:00", title=TITLE))
        assert "canary" not in (await every_row(intake)).lower()
        await intake.running.do(keys.retire)
        intake.running.own(Keyring).forget()
        await intake.running.do(keys.reseal, "", 200, False)
        assert [item["title"] for item in await timeline(client)] == [TITLE, TITLE]
        assert await report(client, FULL) == ["duplicate"]
        await intake.running.do(retention.purge, "", 10)
        first, _ = await timeline(client)
        assert (first["title"], first["actor"], first["note"]) == (None, None, None)
        assert (first["unit"], first["begun_at"]) == (FULL["unit"], FULL["begun_at"])
        assert await ask(intake, "SELECT DISTINCT words FROM step") == [(None,)]


def test_rows_that_tell_none_of_it_keep_the_key_they_always_had():
    done = DossierStatus.DONE
    assert step_key(done, MORNING) == "00c3296642d68278eaa32b942f7dc3f1"
    told = {"actor": "A", "unit": "B", "note": "C", "due_at": MORNING, "agency": "X", "stage": "s"}
    assert step_key(done, MORNING, **told) == "0e099c52bc5d18197c64a63aa4c92dd5"
    assert step_key(done, MORNING, title="", **told) == step_key(done, MORNING, **told)


def test_what_is_told_besides_is_told_apart():
    later = MORNING + timedelta(hours=1)
    told = [
        {"title": "a"},
        {"title": "a", "begun_at": MORNING},
        {"begun_at": MORNING},
        {"expected_by": MORNING},
        {"begun_at": MORNING, "expected_by": later},
        {"begun_at": later, "expected_by": MORNING},
        {"agency": "a", "title": "a"},
        {"note": "a", "title": "a"},
    ]
    found = {step_key(DossierStatus.DONE, MORNING, **one) for one in told}
    assert len(found) == len(told)


@pytest.mark.parametrize("name", ["title", "begun_at", "expected_by"])
async def test_a_row_that_cannot_be_kept_is_named(lone, name):
    async with city_of(lone) as (_, client):
        await client.post("/v1/dossiers", json=file_of())
        rows = {"items": [step("done", **{name: "x" * 501})]}
        answer = await client.post(f"/v1/dossiers/{CODE}/progress", json=rows)
        assert answer.status_code == 422
        assert [error["pointer"] for error in answer.json()["errors"]] == [f"/items/0/{name}"]
