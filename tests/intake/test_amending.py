"""What was filed of a dossier is replaced: the promise, the person, the trace, and who may not."""

import asyncio
import json

import pytest

from chassis.auth import Principal
from chassis.database import Contention, UnitOfWork
from contracts.intake import BEGINNING, DossierFiling, LegalHoldOrder
from services.intake.commands import keys, retention
from services.intake.commands.amending import amend_dossier
from services.intake.commands.audit import OPERATOR
from services.intake.keyring import Keyring
from tests.builders import AGENCY, PROCEDURE, procedure, step
from tests.intake.personal import NOTE, OFFICER, PERSON, ask, at, city_of, every_row, file_of

CODE = file_of()["code"]
HERE = f"/v1/dossiers/{CODE}"
OTHER = {
    "kind": "business",
    "name": "Công ty Sen",
    "id_number": "0312345678",
    "phone": "0901112223",
}


async def amend(client, body: dict, **headers) -> dict:
    answer = await client.put(HERE, json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def refused(client, body: dict, status: int, code: str, **headers) -> list[str]:
    answer = await client.put(HERE, json=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    return [error["pointer"] for error in answer.json()["errors"]]


async def report(client, *statuses: str, **told) -> None:
    items = [
        step(status, f"2020-03-{17 + place}T10:00:00+07:00", **told)
        for place, status in enumerate(statuses)
    ]
    answer = await client.post(f"{HERE}/progress", json={"items": items})
    assert answer.status_code == 200, answer.text


async def topics(intake) -> list[str]:
    return [row[0] for row in await ask(intake, "SELECT topic FROM outbox ORDER BY id")]


async def test_the_same_content_changes_nothing_and_tells_nobody(lone):
    async with city_of(lone) as (intake, client):
        body = file_of(particulars={"fax": "028"})
        filed = (await client.post("/v1/dossiers", json=body)).json()
        before = await topics(intake)
        elsewhere = body | {"received_at": "2020-03-16T02:00:00Z"}
        assert await amend(client, elsewhere) == filed
        assert await topics(intake) == before
        assert await ask(intake, "SELECT count(*) FROM amendment") == [(0,)]


async def test_an_amendment_is_told_once_with_everything_that_was_filed(lone):
    async with city_of(lone) as (intake, client):
        await client.post("/v1/dossiers", json=file_of())
        told = await amend(
            client, file_of(return_mode="post", competent_agency="000.00.15.H29", applicant=OTHER)
        )
        assert (told["revision"], told["return_mode"]) == (2, "post")
        assert (await topics(intake))[-2:] == ["dossier.amended", "dossier.progressed"]
        [amended] = await intake.announced("dossier.amended")
        assert (amended["revision"], amended["return_mode"]) == (2, "post")
        assert (amended["agency"], amended["competent_agency"]) == (AGENCY, "000.00.15.H29")
        [progressed] = await intake.announced("dossier.progressed")
        assert progressed["revision"] == 2
        assert "Sen" not in json.dumps(await intake.announced())


async def test_another_receipt_channel_or_procedure_makes_the_promise_anew(lone):
    async with city_of(lone) as (_, client):
        limits = {"online": {"amount": 1, "unit": "working_day"}}
        await client.put(f"/v1/procedures/{PROCEDURE}", json=procedure(time_limits=limits))
        longer = procedure(time_limit={"amount": 10, "unit": "working_day"}, field="khac")
        await client.put("/v1/procedures/1.2", json=longer)
        filed = (await client.post("/v1/dossiers", json=file_of())).json()
        assert filed["due_at"] == "2020-03-19T17:00:00+07:00"
        # The catalogue has moved on since; what does not concern the limit leaves it as it was pinned.
        shorter = procedure(
            time_limit={"amount": 2, "unit": "working_day"}, valid_from=str(BEGINNING)
        )
        assert (await client.put(f"/v1/procedures/{PROCEDURE}", json=shorter)).status_code == 200
        kept = await amend(client, file_of(flags={"digitised": True}))
        assert (kept["due_at"], kept["clock"]["limit"]["amount"]) == (filed["due_at"], 3)
        online = await amend(client, file_of(channel="online"))
        assert (online["channel"], online["clock"]["limit"]["amount"]) == ("online", 2)
        later = await amend(client, file_of(received_at="2020-03-18T09:00:00+07:00"))
        assert later["due_at"] == "2020-03-20T17:00:00+07:00"
        other = await amend(client, file_of(procedure="1.2"))
        assert (other["procedure"], other["clock"]["limit"]["amount"]) == ("1.2", 10)
        assert other["due_at"] == "2020-03-30T17:00:00+07:00"
        # None of it looks like work before the receipt, or a receipt of the future.
        assert other["violations"] == []


async def test_a_receipt_that_is_amended_into_a_dossier_stands_as_if_filed_then(lone):
    async with city_of(lone) as (intake, client):
        at(intake, 2020, 3, 16, 3)
        online = {"channel": "online", "submitted_at": "2020-03-16T09:30:00+07:00"}
        body = file_of(received_at=None, **online)
        assert (await client.post("/v1/dossiers", json=body)).json()["status"] == "submitted"
        at(intake, 2020, 3, 18, 3)
        told = await amend(client, body | {"received_at": "2020-03-18T09:00:00+07:00"})
        assert told["status"] == "accepted"
        assert told["due_at"] == "2020-03-23T17:00:00+07:00"
        assert "impossible_date" not in [v["code"] for v in told["violations"]]


async def test_the_person_is_found_by_the_numbers_of_the_amendment_alone(lone):
    async with city_of(lone) as (_, client):
        await client.post("/v1/dossiers", json=file_of())
        await amend(client, file_of(applicant=OTHER))

        async def found(**what):
            answer = await client.post("/v1/dossiers/search", json=what)
            return [item["code"] for item in answer.json()["items"]]

        assert await found(id_number=PERSON["id_number"]) == []
        assert await found(phone=PERSON["phone"]) == []
        assert await found(id_number=OTHER["id_number"]) == [CODE]
        assert await found(phone=OTHER["phone"]) == [CODE]


async def test_an_amendment_is_remembered_by_its_fields_and_never_by_what_they_said(lone):
    async with city_of(lone) as (intake, client):
        at(intake, 2020, 3, 17, 3)
        await client.post("/v1/dossiers", json=file_of())
        await amend(client, file_of(applicant=OTHER, particulars={"note": "Ghi chú Sen"}))
        await report(client, "done", actor=OFFICER, note=NOTE)
        timeline = (await client.get(f"{HERE}/timeline")).json()
        [amendment] = timeline["amendments"]
        assert amendment == {
            "at": "2020-03-17T10:00:00+07:00",
            "by": "c-test",
            "revision": 2,
            "fields": [
                *(f"/applicant/{n}" for n in ("address", "email", "id_kind", "id_number", "kind")),
                *("/applicant/name", "/applicant/phone", "/particulars/note"),
            ],
        }
        assert [(i["actor"], i["note"]) for i in timeline["items"]] == [(OFFICER, NOTE)]
        told = (await every_row(intake)).lower()
        assert [
            one
            for one in ("canary", "công ty sen", "ghi chú", "0312345678", "0901112223")
            if one in told
        ] == []


async def test_an_older_filing_that_comes_again_is_refused_and_is_no_second_dossier(lone):
    async with city_of(lone) as (intake, client):
        first, second = file_of(particulars={"fax": "1"}), file_of(applicant=OTHER)
        await client.post("/v1/dossiers", json=first)
        await amend(client, second)
        await amend(client, file_of(applicant=OTHER, channel="online"))
        before = (await client.get(HERE)).json()
        for old in (first, second):
            answer = await client.post("/v1/dossiers", json=old)
            assert (answer.status_code, answer.json()["code"]) == (409, "dossier-code-taken")
        assert (await client.get(HERE)).json() == before
        current = await client.post("/v1/dossiers", json=file_of(applicant=OTHER, channel="online"))
        assert current.status_code == 200
        # What never stood there is a code given twice, as ever.
        never = await client.post("/v1/dossiers", json=file_of(channel="post"))
        assert never.status_code == 409
        assert [v["code"] for v in (await client.get(HERE)).json()["violations"]] == [
            "code_reissued"
        ]
        assert len(await ask(intake, "SELECT 1 FROM amendment")) == 2


async def test_an_amendment_that_expects_another_revision_is_refused(lone):
    async with city_of(lone) as (_, client):
        await client.post("/v1/dossiers", json=file_of())
        tag = (await client.get(HERE)).headers["etag"]
        await amend(client, file_of(channel="online"), **{"If-Match": tag})
        # The answer was lost, and the same is sent again.
        await amend(client, file_of(channel="online"), **{"If-Match": tag})
        body = file_of(channel="post")
        await refused(client, body, 412, "entry-changed", **{"If-Match": tag})
        await refused(client, body, 412, "entry-changed", **{"If-Match": "x"})
        assert (await client.get(HERE)).json()["channel"] == "online"
        await amend(client, body, **{"If-Match": "*"})


async def test_an_amendment_under_a_key_is_done_once(lone):
    async with city_of(lone) as (intake, client):
        await client.post("/v1/dossiers", json=file_of())
        key = {"Idempotency-Key": "k-1", "If-Match": '"r1"'}
        first = await amend(client, file_of(channel="online"), **key)
        await amend(client, file_of(channel="post"))
        assert await amend(client, file_of(channel="online"), **key) == first
        assert (await client.get(HERE)).json()["channel"] == "post"
        assert await ask(intake, "SELECT number, fields FROM amendment ORDER BY number") == [
            (1, '["/channel"]'),
            (2, '["/channel"]'),
        ]


async def test_who_may_not_amend_learns_nothing(lone):
    async with city_of(lone) as (intake, client):
        await client.post("/v1/dossiers", json=file_of(competent_agency="000.00.15.H29"))
        body = file_of(channel="online")
        async with intake.calls("H30") as stranger:
            there = await stranger.put(HERE, json=body)
            nowhere = await stranger.put("/v1/dossiers/X-1", json=body | {"code": "X-1"})
            assert there.status_code == nowhere.status_code == 404
            assert {k: v for k, v in there.json().items() if k != "request_id"} == {
                k: v for k, v in nowhere.json().items() if k != "request_id"
            }
        # It has a part in the dossier, and did not receive it.
        async with intake.calls("000.00.15.H29") as competent:
            await refused(competent, body, 403, "receiving-agency-alone")
        async with intake.calls("H29", "dossiers:read") as reader:
            await refused(reader, body, 403, "scope-missing")
        assert (await client.get(HERE)).json()["revision"] == 1


async def test_what_an_amendment_may_not_change_is_named(lone):
    async with city_of(lone) as (_, client):
        await client.post("/v1/dossiers", json=file_of())
        elsewhere = file_of(agency="000.00.15.H29")
        assert await refused(client, elsewhere, 409, "receiving-agency-fixed") == ["/agency"]
        assert await refused(client, file_of(2), 422, "code-differs") == ["/code"]
        await refused(client, file_of(procedure="9.9"), 422, "unknown-procedure")
        await refused(client, file_of(competent_agency="H99"), 404, "unknown-agency")
        assert await refused(client, file_of(channel="phone"), 422, "request-invalid")
        assert (await client.get(HERE)).json()["revision"] == 1


async def test_a_stage_that_work_was_told_of_stays(lone):
    async with city_of(lone) as (_, client):
        limit = {"amount": 2, "unit": "working_day"}
        tax, land = ({"id": i, "agency": AGENCY, "time_limit": limit} for i in ("tax", "land"))
        await client.post("/v1/dossiers", json=file_of(stages=[tax, land]))
        await report(client, "processing", stage="tax")
        assert await refused(client, file_of(stages=[land]), 409, "stage-reported") == ["/stages"]
        await amend(client, file_of(stages=[tax]))
        await report(client, "processing", "done", stage="tax")
        answer = await client.post(
            f"{HERE}/progress", json={"items": [step("processing", stage="land")]}
        )
        assert answer.json()["code"] == "unknown-stage"


async def test_a_purged_dossier_is_over_and_a_held_one_stays_as_it_is(lone):
    async with city_of(lone) as (intake, client):
        await client.post("/v1/dossiers", json=file_of())
        await amend(client, file_of(channel="online"))
        await report(client, "done")
        order = {"held": True, "reason": "Khiếu nại số 12/2026"}
        await client.post(f"{HERE}/legal-hold", json=order)
        await refused(client, file_of(channel="post"), 409, "dossier-held")
        assert (await amend(client, file_of(channel="online")))["channel"] == "online"
        await client.post(f"{HERE}/legal-hold", json=order | {"held": False})
        assert (await intake.running.do(retention.purge, "", 10))[1] == 1
        for body in (file_of(channel="post"), file_of(channel="online")):
            await refused(client, body, 410, "personal-data-purged")
        # Nor can anybody tell an old message from a new dossier now.
        before = (await client.get(HERE)).json()
        assert (await client.post("/v1/dossiers", json=file_of())).status_code == 409
        assert (await client.get(HERE)).json() == before


async def test_of_amendments_and_progress_at_once_none_is_lost(lone):
    async with city_of(lone) as (intake, client):
        await client.post("/v1/dossiers", json=file_of())
        bodies = [file_of(particulars={"note": f"lần {n}"}) for n in range(6)]
        rows = [step("processing", f"2020-03-17T1{n}:00:00+07:00", note=f"n{n}") for n in range(6)]
        answers = await asyncio.gather(
            *(client.put(HERE, json=body) for body in bodies),
            *(client.post(f"{HERE}/progress", json={"items": [row]}) for row in rows),
        )
        assert {answer.status_code for answer in answers} == {200}
        timeline = (await client.get(f"{HERE}/timeline")).json()
        assert [item["note"] for item in timeline["items"]] == [f"n{n}" for n in range(6)]
        revisions = [one["revision"] for one in timeline["amendments"]]
        assert len(revisions) == len(set(revisions)) == 6
        told = [event["revision"] for event in await intake.announced("dossier.progressed")]
        assert sorted(told) == list(range(2, 14))
        chain = await ask(intake, "SELECT replaced, content FROM amendment ORDER BY number")
        assert [one[1] for one in chain[:-1]] == [one[0] for one in chain[1:]]


async def test_of_two_amendments_that_expect_the_same_revision_one_is_told_so(lone):
    async with city_of(lone) as (intake, client):
        await client.post("/v1/dossiers", json=file_of())
        answers = await asyncio.gather(
            *(
                client.put(HERE, json=file_of(channel=channel), headers={"If-Match": '"r1"'})
                for channel in ("online", "post")
            )
        )
        assert sorted(answer.status_code for answer in answers) == [200, 412]
        assert len(await intake.announced("dossier.amended")) == 1


async def test_of_an_amendment_and_a_hold_or_a_purge_at_once_the_later_one_looks_again(lone):
    async with city_of(lone) as (intake, client):
        database = intake.running.database
        caller = Principal("c-test", "H29", frozenset(), 0)
        other = DossierFiling.model_validate_json(json.dumps(file_of(channel="online")))
        await client.post("/v1/dossiers", json=file_of())
        await report(client, "done")
        amending = UnitOfWork(database)
        await amend_dossier(CODE, other, None, caller, amending)
        order = LegalHoldOrder(held=True, reason="x")
        await intake.running.do(retention.order_hold, CODE, order, OPERATOR)
        with pytest.raises(Contention):
            await database.commit(amending)
        await refused(client, file_of(channel="online"), 409, "dossier-held")
        lifted = LegalHoldOrder(held=False, reason="x")
        await intake.running.do(retention.order_hold, CODE, lifted, OPERATOR)
        amending, purging = UnitOfWork(database), UnitOfWork(database)
        await amend_dossier(CODE, other, None, caller, amending)
        assert (await retention.purge("", 10, purging))[1] == 1
        await database.commit(purging)
        with pytest.raises(Contention):
            await database.commit(amending)
        assert await ask(intake, "SELECT sealed, particulars FROM dossier") == [(None, None)]
        assert await ask(intake, "SELECT count(*) FROM amendment") == [(0,)]


async def test_an_amendment_keeps_the_words_of_steps_readable_whatever_became_of_the_key(lone):
    async with city_of(lone) as (intake, client):
        await client.post("/v1/dossiers", json=file_of())
        await report(client, "processing", actor=OFFICER, note=NOTE)
        await intake.running.do(keys.retire)
        intake.running.own(Keyring).forget()
        await amend(client, file_of(applicant=OTHER))
        await intake.running.do(keys.reseal, "", 200, False)
        await amend(client, file_of(applicant=PERSON))
        [item] = (await client.get(f"{HERE}/timeline")).json()["items"]
        assert (item["actor"], item["note"]) == (OFFICER, NOTE)


async def test_a_dossier_of_an_earlier_version_is_sealed_by_its_amendment(lone):
    async with city_of(lone) as (intake, client):
        await client.post("/v1/dossiers", json=file_of())
        plain = json.dumps(PERSON, ensure_ascii=False)
        await intake.running.database.engine.execute(
            f"UPDATE dossier SET applicant = '{plain}', sealed = NULL, data_key = NULL,"
            """ applicant_kind = NULL, flags = '{"digitised":false,"paid_online":false,"""
            """"verified_identity":false}'"""
        )
        assert (await amend(client, file_of()))["revision"] == 1
        await amend(client, file_of(channel="online"))
        [[applicant, sealed]] = await ask(intake, "SELECT applicant, sealed FROM dossier")
        assert applicant is None
        assert sealed.startswith("s1.")
        # The first content is still known for what it was.
        assert (await client.post("/v1/dossiers", json=file_of())).status_code == 409
        assert (await client.get(HERE)).json()["violations"] == []


@pytest.mark.parametrize("changes", [{"channel": "online"}, {"applicant": OTHER}])
async def test_an_amendment_back_is_an_amendment(lone, changes):
    async with city_of(lone) as (intake, client):
        filed = (await client.post("/v1/dossiers", json=file_of())).json()
        await amend(client, file_of(**changes))
        back = await amend(client, file_of())
        assert back == filed | {"revision": 3}
        assert (await client.post("/v1/dossiers", json=file_of())).status_code == 200
        assert len(await ask(intake, "SELECT 1 FROM amendment")) == 2
