"""Applicants and the words of steps at rest: sealed, bound to their row, opened only with the keys."""

import asyncio
import json
from datetime import datetime
from hashlib import sha256

import pytest

from chassis.running import Running, opened
from chassis.secrets import put_in_front, secret_keys
from contracts.vocabulary import DossierStatus
from services.intake import domain, service
from services.intake.commands import keys
from services.intake.keyring import KEK_FILE, Keyring
from suite import personal_tasks
from tests.builders import AGENCY, step
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
)

CODE = file_of()["code"]


async def test_no_person_stands_in_the_database_in_plain_text(lone):
    async with city_of(lone) as (intake, client):
        headers = {"Idempotency-Key": "k-1"}
        assert (
            await client.post("/v1/dossiers", json=file_of(), headers=headers)
        ).status_code == 201
        rows = {"items": [step("done", actor=OFFICER, note=NOTE, unit="Phòng một cửa")]}
        assert (await client.post(f"/v1/dossiers/{CODE}/progress", json=rows)).status_code == 200
        await client.post("/v1/dossiers/search", json={"phone": PERSON["phone"]})
        told = await every_row(intake)
        assert CODE in told
        assert "Phòng một cửa" in told
        assert [canary for canary in CANARIES if canary.lower() in told.lower()] == []


async def test_the_timeline_shows_actor_and_note_as_they_were_reported(lone):
    async with city_of(lone) as (_, client):
        await client.post("/v1/dossiers", json=file_of())
        rows = {"items": [step("done", actor=OFFICER, note=NOTE), step("returned")]}
        await client.post(f"/v1/dossiers/{CODE}/progress", json=rows)
        items = (await client.get(f"/v1/dossiers/{CODE}/timeline")).json()["items"]
        assert [(i["actor"], i["note"]) for i in items] == [(OFFICER, NOTE), (None, None)]
        again = await client.post(f"/v1/dossiers/{CODE}/progress", json=rows)
        assert [i["outcome"] for i in again.json()["items"]] == ["duplicate", "duplicate"]


async def test_steps_of_one_instant_stand_as_the_position_is_folded(lone):
    async with city_of(lone) as (_, client):
        await client.post("/v1/dossiers", json=file_of())
        life = ["submitted", "accepted", "processing", "done", "returned"]
        told = [step(status) for status in reversed(life)]
        await client.post(f"/v1/dossiers/{CODE}/progress", json={"items": told})
        items = (await client.get(f"/v1/dossiers/{CODE}/timeline")).json()["items"]
        assert [item["status"] for item in items] == life


async def test_a_repeated_filing_is_compared_with_the_sealed_applicant(lone):
    async with city_of(lone) as (_, client):
        await client.post("/v1/dossiers", json=file_of())
        assert (await client.post("/v1/dossiers", json=file_of())).status_code == 200
        other = file_of(applicant=PERSON | {"phone": "0900000001", "address": "Số 2"})
        answer = await client.post("/v1/dossiers", json=other)
        assert answer.status_code == 409
        pointers = [e["pointer"] for e in answer.json()["errors"]]
        assert pointers == ["/applicant/address", "/applicant/phone"]
        assert "0900000001" not in answer.text


async def test_filing_stays_one_statement_once_the_keys_are_at_hand(lone):
    async with city_of(lone) as (intake, client):
        await client.post("/v1/dossiers", json=file_of())
        await asyncio.sleep(0.05)
        before = intake.running.database.engine.statements
        assert (await client.post("/v1/dossiers", json=file_of(2))).status_code == 201
        await asyncio.sleep(0.05)
        # PostgreSQL: the filing, and the NOTIFY that wakes the relay; SQLite: the row and its event.
        assert intake.running.database.engine.statements - before == 2


async def test_a_sealed_applicant_moved_to_another_dossier_does_not_open(lone):
    async with city_of(lone) as (intake, client):
        await client.post("/v1/dossiers", json=file_of())
        await client.post(
            "/v1/dossiers", json=file_of(2, applicant={"kind": "citizen", "name": "B"})
        )
        other = file_of(2)["code"]
        [[sealed]] = await ask(intake, f"SELECT sealed FROM dossier WHERE code = '{CODE}'")
        await intake.running.database.engine.execute(
            f"UPDATE dossier SET sealed = '{sealed}' WHERE code = '{other}'"
        )
        answer = await client.post("/v1/dossiers", json=file_of(2))
        assert answer.status_code == 503
        assert answer.json()["code"] == "sealed-value-broken"
        assert sealed.split(".")[1] in answer.json()["detail"]
        assert (await client.get(f"/v1/dossiers/{other}")).status_code == 200


async def test_a_lost_key_is_told_by_its_name_and_is_no_failure(lone):
    async with city_of(lone) as (intake, client):
        await client.post("/v1/dossiers", json=file_of())
        folder = intake.running.settings.secrets
        kept = (folder / KEK_FILE).read_text()
        keyring = intake.running.own(Keyring)
        lost = keyring.kek_in_use
        (folder / KEK_FILE).write_text("00" * 32)
        keyring.forget()
        for answer in (
            await client.post("/v1/dossiers", json=file_of()),
            await client.post("/v1/dossiers", json=file_of(2)),
            await client.post("/v1/dossiers/search", json={"id_number": PERSON["id_number"]}),
        ):
            assert answer.status_code == 503, answer.text
            assert answer.json()["code"] == "personal-data-key-missing"
            assert lost in answer.json()["detail"]
        assert (await client.get(f"/v1/dossiers/{CODE}")).status_code == 200
        assert (await keys.standing(intake.running)).missing == (lost,)
        await intake.running.do(_retire_unreadable)
        keyring.forget()
        assert (await client.post("/v1/dossiers", json=file_of(2))).status_code == 201
        (folder / KEK_FILE).write_text("00" * 32 + "\n" + kept)
        assert (await client.post("/v1/dossiers", json=file_of())).status_code == 200


async def _retire_unreadable(uow):
    return await keys.retire(uow, unreadable_alone=True)


async def test_two_processes_that_make_the_same_key_end_with_one(lone):
    async with city_of(lone) as (intake, _):
        running = intake.running
        async with opened(Running(service, running.settings, running.verifier)) as other:
            rings = [running.own(Keyring), other.own(Keyring)]
            now = running.database.now()
            made = await asyncio.gather(
                *(ring.sealing(f"A{n}", now) for n in range(12) for ring in rings)
            )
            assert len({key.id for key in made}) == 12
            assert await ask(intake, "SELECT count(*) FROM data_key") == [(12,)]
            for mine, theirs in zip(made[::2], made[1::2], strict=True):
                assert mine.open(theirs.seal(b"x", b"p"), b"p") == b"x"


async def test_an_agency_has_a_key_for_each_quarter(lone):
    async with city_of(lone) as (intake, client):
        for number, moment in enumerate(
            [(2026, 3, 31, 16), (2026, 3, 31, 17, 30), (2026, 5, 1)], 1
        ):
            at(intake, *moment)
            await client.post("/v1/dossiers", json=file_of(number))
        rows = await ask(
            intake, "SELECT quarter FROM data_key WHERE purpose = 'seal' ORDER BY quarter"
        )
        assert rows == [("2026Q1",), ("2026Q2",)]


async def test_a_rotated_key_encryption_key_leaves_the_old_one_unneeded(lone):
    async with city_of(lone) as (intake, client):
        await client.post("/v1/dossiers", json=file_of())
        settings = intake.running.settings
        before = intake.running.own(Keyring).kek_in_use
        count = await personal_tasks.rotate_keys(settings, new_key=True)
        assert count == 2
        told = await personal_tasks.keys_standing(settings)
        assert told.wrapped_by == {told.kek_in_use: 2, before: 0}
        newest = secret_keys(settings.secrets, KEK_FILE)[0]
        (settings.secrets / KEK_FILE).write_text(newest.hex())
        assert await personal_tasks.rotate_keys(settings, new_key=False) == 0
        # The process that runs meanwhile follows by itself.
        intake.running.own(Keyring).forget()
        assert (await client.post("/v1/dossiers", json=file_of())).status_code == 200
        assert (await client.post("/v1/dossiers", json=file_of(2))).status_code == 201


async def test_a_rotation_that_stopped_half_way_is_finished_later(lone):
    async with city_of(lone) as (intake, _):
        ring = intake.running.own(Keyring)
        made = [await ring.sealing(f"A{n}", intake.running.database.now()) for n in range(7)]
        put_in_front(intake.running.settings.secrets, KEK_FILE)
        ring.forget()
        assert await intake.running.do(keys.rewrap, 3) == 3
        for key in made:
            assert (await ring.named(key.id)).secret == key.secret
        assert [await intake.running.do(keys.rewrap, 3) for _ in range(3)] == [3, 1, 0]
        ring.forget()
        for key in made:
            assert (await ring.named(key.id)).secret == key.secret


async def test_retired_keys_are_left_batch_by_batch_and_then_destroyed(lone):
    async with city_of(lone) as (intake, client):
        at(intake, 2026, 11, 1)
        for number in range(1, 6):
            await client.post("/v1/dossiers", json=file_of(number))
        rows = {"items": [step("done", actor=OFFICER, note=NOTE)]}
        await client.post(f"/v1/dossiers/{CODE}/progress", json=rows)
        assert await intake.running.do(keys.retire) == 1
        intake.running.own(Keyring).forget()
        told = await keys.standing(intake.running)
        assert (told.sealed, told.waiting, told.retired) == (5, 5, 1)
        assert (await intake.running.do(keys.reseal, "", 2, False))[1] == 2
        assert (await keys.standing(intake.running)).waiting == 3
        # Somebody stops it here; the next run finds what is left, from the beginning.
        assert (await intake.running.do(keys.reseal, "", 200, False))[1] == 3
        assert await intake.running.do(keys.reseal, "", 200, False) is None
        assert await intake.running.do(keys.destroy_emptied) == 0
        at(intake, 2026, 11, 1, 1)
        assert await intake.running.do(keys.destroy_emptied) == 1
        destroyed = "SELECT wrapped FROM data_key WHERE destroyed_at IS NOT NULL"
        assert await ask(intake, destroyed) == [(None,)]
        intake.running.own(Keyring).forget()
        assert (await client.post("/v1/dossiers", json=file_of())).status_code == 200
        [item] = (await client.get(f"/v1/dossiers/{CODE}/timeline")).json()["items"]
        assert (item["actor"], item["note"]) == (OFFICER, NOTE)
        found = await client.post("/v1/dossiers/search", json={"phone": PERSON["phone"]})
        assert len(found.json()["items"]) == 5


async def test_a_step_reported_while_its_dossier_is_sealed_anew_is_not_lost(lone):
    async with city_of(lone) as (intake, client):
        at(intake, 2026, 11, 1)
        await client.post("/v1/dossiers", json=file_of())
        for number in range(8):
            await intake.running.do(keys.retire)
            intake.running.own(Keyring).forget()
            row = step("processing", f"2020-03-17T1{number}:00:00+07:00", note=f"lần {number}")
            answer, _ = await asyncio.gather(
                client.post(f"/v1/dossiers/{CODE}/progress", json={"items": [row]}),
                intake.running.do(keys.reseal, "", 200, False),
            )
            assert answer.status_code == 200, answer.text
        await intake.running.do(keys.reseal, "", 200, False)
        at(intake, 2026, 11, 2)
        await intake.running.do(keys.destroy_emptied)
        intake.running.own(Keyring).forget()
        items = (await client.get(f"/v1/dossiers/{CODE}/timeline")).json()["items"]
        assert [i["note"] for i in items] == [f"lần {n}" for n in range(8)]


async def _as_an_earlier_version_wrote(intake, client):
    """A dossier and a step in plain text."""
    await client.post("/v1/dossiers", json=file_of(applicant={"kind": "citizen", "name": "X"}))
    told = step("done", "2020-03-18T10:00:00+07:00", actor=OFFICER, note=NOTE)
    await client.post(f"/v1/dossiers/{CODE}/progress", json={"items": [step("done")]})
    key = domain.step_key(
        DossierStatus.DONE, datetime.fromisoformat(told["occurred_at"]), actor=OFFICER, note=NOTE
    )
    plain = json.dumps(PERSON, ensure_ascii=False)
    await intake.running.database.engine.execute(
        f"UPDATE dossier SET applicant = '{plain}', sealed = NULL, data_key = NULL,"
        " applicant_kind = NULL, closed_on = NULL"
    )
    await intake.running.database.engine.execute(
        f"UPDATE step SET key = '{key}', actor = '{OFFICER}', note = '{NOTE}'"
    )
    return {"items": [told]}


async def test_what_an_earlier_version_wrote_is_read_recognised_and_sealed(lone):
    async with city_of(lone) as (intake, client):
        rows = await _as_an_earlier_version_wrote(intake, client)

        async def as_ever():
            assert (await client.post("/v1/dossiers", json=file_of())).status_code == 200
            again = await client.post(f"/v1/dossiers/{CODE}/progress", json=rows)
            assert again.json()["items"] == [{"outcome": "duplicate"}]
            [item] = (await client.get(f"/v1/dossiers/{CODE}/timeline")).json()["items"]
            assert (item["actor"], item["note"]) == (OFFICER, NOTE)

        await as_ever()
        assert (await keys.standing(intake.running)).plain == 1
        after, count = await intake.running.do(keys.reseal, "", 200, False)
        assert (after, count) == (CODE, 1)
        told = await every_row(intake)
        assert [canary for canary in CANARIES if canary.lower() in told.lower()] == []
        await as_ever()
        found = await client.post("/v1/dossiers/search", json={"id_number": PERSON["id_number"]})
        assert [i["code"] for i in found.json()["items"]] == [CODE]
        assert (await keys.standing(intake.running)).plain == 0


async def test_a_new_step_of_an_earlier_versions_dossier_seals_the_dossier_too(lone):
    async with city_of(lone) as (intake, client):
        await _as_an_earlier_version_wrote(intake, client)
        row = step("returned", "2020-03-19T10:00:00+07:00", note="đã trao")
        answer = await client.post(f"/v1/dossiers/{CODE}/progress", json={"items": [row]})
        assert answer.status_code == 200
        [[applicant, sealed]] = await ask(intake, "SELECT applicant, sealed FROM dossier")
        assert applicant is None
        assert sealed.startswith("s1.")
        assert (await client.post("/v1/dossiers", json=file_of())).status_code == 200
        items = (await client.get(f"/v1/dossiers/{CODE}/timeline")).json()["items"]
        assert [i["note"] for i in items] == [NOTE, "đã trao"]


async def test_a_key_used_for_another_request_is_still_refused(lone):
    async with city_of(lone) as (intake, client):
        headers = {"Idempotency-Key": "k-1"}
        first = await client.post("/v1/dossiers", json=file_of(), headers=headers)
        again = await client.post("/v1/dossiers", json=file_of(), headers=headers)
        assert (first.status_code, again.text) == (201, first.text)
        other = await client.post("/v1/dossiers", json=file_of(2), headers=headers)
        assert other.json()["code"] == "idempotency-key-reused"
        body = first.request.content
        plain = sha256(b"POST /v1/dossiers\n" + body).hexdigest()
        [[kept]] = await ask(intake, "SELECT fingerprint FROM idempotency")
        assert kept != plain
        await intake.running.database.engine.execute(
            f"UPDATE idempotency SET fingerprint = '{plain}'"
        )
        again = await client.post("/v1/dossiers", json=file_of(), headers=headers)
        assert again.text == first.text


@pytest.mark.parametrize("agency", [AGENCY, "000.00.15.H29"])
async def test_every_agency_seals_with_a_key_of_its_own(lone, agency):
    async with city_of(lone) as (intake, client):
        await client.post("/v1/dossiers", json=file_of(agency=agency))
        rows = await ask(intake, "SELECT DISTINCT agency FROM data_key")
        assert rows == [(agency,)]
