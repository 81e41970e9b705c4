"""What the national portal is told besides: sealed, compared, handed on whole, gone with the person."""

import asyncio
import json

import pytest

from contracts.intake import DossierParticulars
from services.intake.commands import keys, retention
from services.intake.keyring import Keyring
from tests.builders import AGENCY, step
from tests.intake.personal import NOTE, OFFICER, PERSON, ask, at, city_of, every_row, file_of

CODE = file_of()["code"]
TOLD = {
    "abstract": "Cấp đổi giấy phép cho bà Yến Canary",
    "receipt_number": "BN-CANARY-17",
    "tech_id": "tech-canary-0001",
    "portal_code": "G22-CANARY-0001",
    "fax": "028 canary 3829",
    "note": "Ghi chú Canary",
    "other": "Thông tin khác Canary",
    "return_note": "Trả tại nhà Canary",
    "unit": "Phòng Canary",
    "paid_through": "national",
    "identities": [{"kind": "citizen_id", "number": "079190654321"}],
    "databases": ["7"],
    "files": [
        {
            "id": "1",
            "name": "Đơn của Canary.pdf",
            "component": "KQ.1",
            "url": "https://kho.example.vn/canary.pdf",
            "digitised": True,
            "reused": 2,
            "from_national_store": False,
            "replaces_result": "KQ.G15.000342",
        }
    ],
    "fees": [{"name": "Lệ phí Canary", "code": "LP1", "collection": "1", "amount": 100000}],
    "papers": [{"name": "Bản vẽ Canary", "quantity": 2, "kind": "1"}],
    "supplements": [
        {
            "id": "9",
            "asked_by": OFFICER,
            "content": NOTE,
            "asked_at": "2020-03-17T09:00:00+07:00",
            "due_before": "2020-03-19T17:00:00+07:00",
            "papers": [{"name": "Giấy Canary"}],
        }
    ],
    "results": [{"name": "Giấy phép Canary", "code": "KQ.G15.000342"}],
}


def whole(**changes) -> dict:
    return file_of(particulars=TOLD | changes)


def pointers(answer) -> list[str]:
    assert (answer.status_code, answer.json()["code"]) == (409, "dossier-code-taken"), answer.text
    return [error["pointer"] for error in answer.json()["errors"]]


async def record_of(client, code: str = CODE) -> dict:
    answer = await client.get(f"/v1/dossiers/{code}/record")
    assert answer.status_code == 200, answer.text
    return answer.json()


def as_told(particulars: dict) -> dict:
    return DossierParticulars.model_validate_json(json.dumps(particulars)).model_dump(mode="json")


async def test_particulars_stand_nowhere_in_plain_text_and_nobody_is_shown_them(lone):
    async with city_of(lone) as (intake, client):
        filed = await client.post("/v1/dossiers", json=whole())
        assert filed.status_code == 201, filed.text
        listed = await client.get("/v1/dossiers")
        told = [filed.text, listed.text, (await client.get(f"/v1/dossiers/{CODE}")).text]
        told += [json.dumps(await intake.announced()), await every_row(intake)]
        assert [text for text in told if "canary" in text.lower()] == []


async def test_a_filing_that_tells_the_same_particulars_is_a_repeat_and_others_are_named(lone):
    async with city_of(lone) as (_, client):
        await client.post("/v1/dossiers", json=whole())
        assert (await client.post("/v1/dossiers", json=whole())).status_code == 200
        elsewhere = {**TOLD["supplements"][0], "asked_at": "2020-03-17T02:00:00Z"}
        same = whole(supplements=[elsewhere])
        assert (await client.post("/v1/dossiers", json=same)).status_code == 200
        other = await client.post("/v1/dossiers", json=whole(abstract="Khác", fees=[]))
        assert pointers(other) == ["/particulars/abstract", "/particulars/fees"]
        assert "Khác" not in other.text
        none = await client.post("/v1/dossiers", json=file_of())
        assert "/particulars/receipt_number" in pointers(none)


async def test_particulars_that_tell_nothing_are_none(lone):
    async with city_of(lone) as (intake, client):
        await client.post("/v1/dossiers", json=file_of(particulars={"files": [], "fax": None}))
        assert await ask(intake, "SELECT particulars FROM dossier") == [(None,)]
        assert (await client.post("/v1/dossiers", json=file_of())).status_code == 200
        assert pointers(await client.post("/v1/dossiers", json=file_of(particulars={"fax": "1"})))


async def test_a_filing_with_particulars_costs_no_further_statement(lone):
    async with city_of(lone) as (intake, client):
        await client.post("/v1/dossiers", json=file_of(1))
        await asyncio.sleep(0.05)
        counts = {}
        for number in range(2, 10):
            told = {"particulars": TOLD} if number % 2 else {}
            before = intake.running.database.engine.statements
            filed = await client.post("/v1/dossiers", json=file_of(number, **told))
            assert filed.status_code == 201
            # PostgreSQL: the relay is woken a moment later.
            await asyncio.sleep(0.05)
            # Now and then the directory is looked at anew, whatever is filed.
            spent = intake.running.database.engine.statements - before
            counts[bool(told)] = min(spent, counts.get(bool(told), spent))
        assert counts[True] == counts[False]


async def test_particulars_moved_to_another_place_do_not_open(lone):
    async with city_of(lone) as (intake, client):
        await client.post("/v1/dossiers", json=whole())
        await client.post("/v1/dossiers", json=file_of(2, particulars={"fax": "1"}))
        execute = intake.running.database.engine.execute
        await execute(
            "UPDATE dossier SET particulars = (SELECT d.particulars FROM dossier d WHERE d.code ="
            f" '{CODE}') WHERE code = '{file_of(2)['code']}'"
        )
        moved = await client.get(f"/v1/dossiers/{file_of(2)['code']}/record")
        assert (moved.status_code, moved.json()["code"]) == (503, "sealed-value-broken")
        await execute(f"UPDATE dossier SET particulars = sealed WHERE code = '{CODE}'")
        swapped = await client.get(f"/v1/dossiers/{CODE}/record")
        assert (swapped.status_code, swapped.json()["code"]) == (503, "sealed-value-broken")


async def test_particulars_leave_a_retired_key_with_the_applicant(lone):
    async with city_of(lone) as (intake, client):
        at(intake, 2026, 11, 1)
        await client.post("/v1/dossiers", json=whole())
        assert await intake.running.do(keys.retire) == 1
        intake.running.own(Keyring).forget()
        assert (await intake.running.do(keys.reseal, "", 200, False))[1] == 1
        at(intake, 2026, 11, 1, 1)
        assert await intake.running.do(keys.destroy_emptied) == 1
        intake.running.own(Keyring).forget()
        assert (await record_of(client))["filing"]["particulars"] == as_told(TOLD)
        assert (await client.post("/v1/dossiers", json=whole())).status_code == 200


async def test_a_purge_takes_particulars_away_and_the_record_with_them(lone):
    async with city_of(lone) as (intake, client):
        await client.post("/v1/dossiers", json=whole())
        rows = {"items": [step("returned", actor=OFFICER, note=NOTE)]}
        await client.post(f"/v1/dossiers/{CODE}/progress", json=rows)
        assert (await intake.running.do(retention.purge, "", 10))[1] == 1
        assert await ask(intake, "SELECT particulars FROM dossier") == [(None,)]
        gone = await client.get(f"/v1/dossiers/{CODE}/record")
        assert (gone.status_code, gone.json()["code"]) == (410, "personal-data-purged")
        for body in (whole(), file_of()):
            assert (await client.post("/v1/dossiers", json=body)).status_code == 200


async def test_a_record_is_the_dossier_whole_and_its_reading_is_remembered(lone):
    async with city_of(lone) as (intake, client):
        body = whole(paid_through="other") | {
            "submitted_at": "2020-03-15T20:00:00+07:00",
            "flags": {"national_portal": True},
            "components": [{"name": "Đơn", "originals": 1}],
        }
        assert (await client.post("/v1/dossiers", json=body)).status_code == 201
        rows = {"items": [step("done", actor=OFFICER, note=NOTE, unit="Phòng A")]}
        await client.post(f"/v1/dossiers/{CODE}/progress", json=rows)
        async with intake.calls(None, "dossiers:read") as gateway:
            told = await record_of(gateway)
            kept = await gateway.get(f"/v1/dossiers/{CODE}/record")
            assert kept.headers["cache-control"] == "no-store"
            assert kept.headers["etag"] == '"r2"'
            assert (await gateway.get("/v1/dossiers/X-1/record")).status_code == 404
        assert told["filing"]["applicant"] == PERSON
        assert told["filing"]["particulars"] == as_told(body["particulars"])
        for name in ("code", "procedure", "agency", "channel", "received_at", "submitted_at"):
            assert told["filing"][name] == body[name]
        assert told["view"] == (await client.get(f"/v1/dossiers/{CODE}")).json()
        [item] = told["steps"]
        assert (item["actor"], item["note"], item["unit"]) == (OFFICER, NOTE, "Phòng A")
        assert (told["procedure_name"], told["field"]) == (
            "Thành lập hộ kinh doanh",
            "ho-kinh-doanh",
        )
        assert (told["agency_name"], told["competent_agency_name"]) == ("Sở Nông nghiệp",) * 2
        # What the record says was filed is what was filed.
        assert (await client.post("/v1/dossiers", json=told["filing"])).status_code == 200
        traces = "SELECT action, object, client, agency FROM audit"
        assert await ask(intake, traces) == [("dossier.record", CODE, "c-test", None)] * 2


async def test_a_record_is_nobodys_who_may_not_see_the_dossier(lone):
    async with city_of(lone) as (intake, client):
        await client.post("/v1/dossiers", json=whole())
        async with intake.calls("000.00.15.H29") as stranger:
            answer = await stranger.get(f"/v1/dossiers/{CODE}/record")
            assert (answer.status_code, answer.json()["code"]) == (404, "unknown-dossier")
        async with intake.calls(AGENCY, "dossiers:write") as writer:
            answer = await writer.get(f"/v1/dossiers/{CODE}/record")
            assert (answer.status_code, answer.json()["code"]) == (403, "scope-missing")
        assert await ask(intake, "SELECT count(*) FROM audit") == [(0,)]


@pytest.mark.parametrize(
    ("particulars", "pointer"),
    [
        ({"abstract": "x" * 1001}, "/particulars/abstract"),
        ({"files": [{"name": "x"}] * 101}, "/particulars/files"),
        ({"fees": [{"name": "x", "amount": -1}]}, "/particulars/fees/0/amount"),
        ({"paid_through": "cash"}, "/particulars/paid_through"),
        ({"secret": "x"}, "/particulars/secret"),
    ],
)
async def test_particulars_that_cannot_be_kept_are_named(lone, particulars, pointer):
    async with city_of(lone) as (_, client):
        answer = await client.post("/v1/dossiers", json=file_of(particulars=particulars))
        assert answer.status_code == 422
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
