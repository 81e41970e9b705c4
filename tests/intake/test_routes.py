"""Intake over HTTP, on both engines."""

import asyncio

import pytest

from services.intake import service
from tests.builders import AGENCY, PROCEDURE, filing, procedure, step


async def _prepare(client):
    assert (
        await client.put("/v1/agencies/H29", json={"name": "Thành phố Hồ Chí Minh", "kind": "city"})
    ).status_code == 200
    department = {"name": "Sở Nông nghiệp", "kind": "department", "parent": "H29"}
    assert (await client.put(f"/v1/agencies/{AGENCY}", json=department)).status_code == 200
    assert (await client.put(f"/v1/procedures/{PROCEDURE}", json=procedure())).status_code == 200


async def test_a_filed_dossier_is_promised_a_day(lone):
    async with lone(service) as intake, intake.calls() as client:
        await _prepare(client)
        answer = await client.post("/v1/dossiers", json=filing())
        assert answer.status_code == 201, answer.text
        view = answer.json()
        assert view["status"] == "accepted"
        assert view["due_at"] == "2020-03-19T17:00:00+07:00"
        assert view["clock"]["rule_set"] == "R2018"
        [filed] = await intake.announced("dossier.filed")
        assert filed["due_at"] == "2020-03-19T17:00:00+07:00"
        assert "applicant" not in filed


async def test_the_same_filing_again_answers_200_and_announces_nothing(lone):
    async with lone(service) as intake, intake.calls() as client:
        await _prepare(client)
        first = await client.post("/v1/dossiers", json=filing())
        again = await client.post("/v1/dossiers", json=filing())
        assert again.status_code == 200
        assert again.json() == first.json()
        assert len(await intake.announced("dossier.filed")) == 1


async def test_fifty_identical_filings_at_once_make_one_dossier(lone):
    async with lone(service) as intake, intake.calls() as client:
        await _prepare(client)
        answers = await asyncio.gather(
            *(client.post("/v1/dossiers", json=filing()) for _ in range(50))
        )
        assert sorted(a.status_code for a in answers) == [200] * 49 + [201]
        assert len({a.text for a in answers}) == 1
        assert len(await intake.announced("dossier.filed")) == 1


async def test_another_content_under_the_same_code_is_refused_naming_the_fields(lone):
    async with lone(service) as intake, intake.calls() as client:
        await _prepare(client)
        await client.post("/v1/dossiers", json=filing())
        answer = await client.post("/v1/dossiers", json=filing(channel="online"))
        assert answer.status_code == 409
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert problem["code"] == "dossier-code-taken"
        assert [e["pointer"] for e in problem["errors"]] == ["/channel"]


async def test_another_agency_cannot_learn_whose_code_it_is(lone):
    async with lone(service) as intake, intake.calls() as client:
        await _prepare(client)
        other = {"name": "Sở Y tế", "kind": "department", "parent": "H29"}
        await client.put("/v1/agencies/000.00.15.H29", json=other)
        await client.post("/v1/dossiers", json=filing())
        async with intake.calls("000.00.15.H29") as stranger:
            taken = await stranger.post("/v1/dossiers", json=filing(agency="000.00.15.H29"))
            assert taken.status_code == 409
            assert taken.json()["errors"] == []
            assert AGENCY not in taken.text.replace(filing()["code"], "")
            unknown = await stranger.get("/v1/dossiers/000.00.19.H29-200316-9999")
            foreign = await stranger.get(f"/v1/dossiers/{filing()['code']}")
            assert unknown.status_code == foreign.status_code == 404
            same = ("type", "title", "status", "detail", "code", "errors")
            assert [unknown.json()[k] for k in same] == [foreign.json()[k] for k in same]
            progress = {"items": [step("done")]}
            refused = await stranger.post(
                f"/v1/dossiers/{filing()['code']}/progress", json=progress
            )
            assert refused.status_code == 404
            mine = await stranger.post("/v1/dossiers", json=filing(2))
            assert mine.status_code == 404
            assert mine.json()["code"] == "unknown-agency"


async def test_progress_in_any_order_and_repeated_gives_one_position(lone):
    rows = [
        step("processing", "2020-03-16T10:00:00+07:00"),
        step("done", "2020-03-18T10:00:00+07:00"),
        step("returned", "2020-03-19T08:00:00+07:00"),
    ]
    async with lone(service) as intake, intake.calls() as client:
        await _prepare(client)
        seen = []
        for number, order in enumerate([(0, 1, 2), (2, 1, 0), (1, 1, 2, 0, 0)], 1):
            code = (await client.post("/v1/dossiers", json=filing(number))).json()["code"]
            for place in order:
                answer = await client.post(
                    f"/v1/dossiers/{code}/progress", json={"items": [rows[place]]}
                )
                assert answer.status_code == 200, answer.text
            view = (await client.get(f"/v1/dossiers/{code}")).json()
            seen.append((view["status"], view["done_at"], view["returned_at"]))
        assert seen == [("returned", "2020-03-18T10:00:00+07:00", "2020-03-19T08:00:00+07:00")] * 3
        assert len(await intake.announced("dossier.returned")) == 3


async def test_an_online_dossier_is_submitted_until_it_is_accepted(lone):
    async with lone(service) as intake, intake.calls() as client:
        await _prepare(client)
        online = filing(channel="online", submitted_at="2020-03-15T22:00:00+07:00")
        del online["received_at"]
        view = (await client.post("/v1/dossiers", json=online)).json()
        assert view["status"] == "submitted"
        assert view["due_at"] is None
        accepted = {"items": [step("accepted", "2020-03-16T08:00:00+07:00")]}
        await client.post(f"/v1/dossiers/{online['code']}/progress", json=accepted)
        view = (await client.get(f"/v1/dossiers/{online['code']}")).json()
        assert view["status"] == "accepted"
        assert view["due_at"] == "2020-03-19T17:00:00+07:00"


async def test_one_filing_is_one_statement(lone):
    async with lone(service) as intake, intake.calls() as client:
        await _prepare(client)
        await client.post("/v1/dossiers", json=filing(1))
        database = intake.running.database
        await asyncio.sleep(0.1)
        commits, statements = database.writer.commits, database.engine.statements
        await client.post("/v1/dossiers", json=filing(2))
        await asyncio.sleep(0.1)
        assert database.writer.commits - commits == 1
        if database.is_postgres:
            # The second wakes the relay: a NOTIFY after the commit, outside of it.
            assert database.engine.statements - statements == 2


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"received_at": "2020-03-16T09:00:00"}, "/received_at"),
        ({"received_at": 1584324000}, "/received_at"),
        ({"received_at": "1899-03-16T09:00:00+07:00"}, "/received_at"),
        ({"channel": "pigeon"}, "/channel"),
        ({"code": ""}, "/code"),
        ({"surprise": 1}, "/surprise"),
        ({"applicant": {"kind": "citizen", "name": "Nguyễn\u0000A"}}, "/applicant/name"),
        ({"applicant": {"kind": "citizen", "name": "A\u200bB"}}, "/applicant/name"),
    ],
)
async def test_a_bad_field_is_named_and_never_repeated(lone, change, pointer):
    async with lone(service) as intake, intake.calls() as client:
        await _prepare(client)
        answer = await client.post("/v1/dossiers", json=filing(**change))
        assert answer.status_code == 422, answer.text
        assert [e["pointer"] for e in answer.json()["errors"]] == [pointer]
        assert await intake.announced("dossier.filed") == []


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"code":"a","code":"b"}', 400, "body-unreadable"),
        (b'{"code":NaN}', 400, "body-unreadable"),
        (b'{"code":1e999}', 400, "body-unreadable"),
        (b'{"code":99999999999999999999}', 400, "body-unreadable"),
        (b"\xef\xbb\xbf{}", 400, "body-unreadable"),
        ('{"code":"a"}'.encode("utf-16"), 400, "body-unreadable"),
        (b'{"code":', 400, "body-unreadable"),
        (b'{"code":"\\ud800"}', 422, "body-invalid"),
        (b"[" * 5000 + b"]" * 5000, 400, "body-unreadable"),
        (b'{"a":"' + b"x" * 10_000_000 + b'"}', 413, "body-too-large"),
        (b"[]", 422, "request-invalid"),
        (b"null", 422, "request-invalid"),
    ],
)
async def test_a_body_that_is_no_honest_json_is_refused(lone, body, status, code):
    async with lone(service) as intake, intake.calls() as client:
        answer = await client.post(
            "/v1/dossiers", content=body, headers={"content-type": "application/json"}
        )
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text[:300]
        assert answer.headers["content-type"] == "application/problem+json"


async def test_an_unknown_procedure_or_agency_has_its_own_code(lone):
    async with lone(service) as intake, intake.calls() as client:
        await _prepare(client)
        nowhere = await client.post("/v1/dossiers", json=filing(agency="000.00.99.H29"))
        assert (nowhere.status_code, nowhere.json()["code"]) == (404, "unknown-agency")
        nothing = await client.post("/v1/dossiers", json=filing(procedure="9.999999"))
        assert (nothing.status_code, nothing.json()["code"]) == (422, "unknown-procedure")


async def test_an_idempotency_key_gives_the_stored_answer_and_refuses_another_body(lone):
    async with lone(service) as intake, intake.calls() as client:
        await _prepare(client)
        key = {"Idempotency-Key": "k-1"}
        first = await client.post("/v1/dossiers", json=filing(), headers=key)
        again = await client.post("/v1/dossiers", json=filing(), headers=key)
        assert (first.status_code, again.status_code) == (201, 201)
        assert first.content == again.content
        other = await client.post("/v1/dossiers", json=filing(2), headers=key)
        assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")


async def test_a_token_without_the_scope_or_without_our_signature_is_refused(lone):
    async with lone(service) as intake, intake.calls("H29", "dossiers:read") as client:
        missing = await client.post("/v1/dossiers", json=filing())
        assert (missing.status_code, missing.json()["code"]) == (403, "scope-missing")
        client.headers["Authorization"] = "Bearer " + "x" * 40
        forged = await client.get("/v1/dossiers/x")
        assert (forged.status_code, forged.json()["code"]) == (401, "token-invalid")
        del client.headers["Authorization"]
        bare = await client.get("/v1/dossiers/x")
        assert (bare.status_code, bare.json()["code"]) == (401, "token-missing")


async def test_the_operators_word_on_a_day_moves_later_promises(lone):
    from datetime import date

    from services.intake.catalogue import Catalogue
    from services.intake.commands.directory import declare_day

    async with lone(service) as intake, intake.calls() as client:
        await _prepare(client)
        before = (await client.post("/v1/dossiers", json=filing(1))).json()
        await intake.running.do(declare_day, date(2020, 3, 18), False, "Mất điện", "12/QĐ")
        await intake.running.do(declare_day, date(2020, 3, 21), True, "Làm bù", None)
        intake.running.own(Catalogue).forget_days()
        after = (await client.post("/v1/dossiers", json=filing(2))).json()
        assert before["due_at"] == "2020-03-19T17:00:00+07:00"
        assert after["due_at"] == "2020-03-20T17:00:00+07:00"
        assert before["clock"]["calendar"] != after["clock"]["calendar"]
        saturday = filing(3, received_at="2020-03-20T09:00:00+07:00")
        assert (await client.post("/v1/dossiers", json=saturday)).json()["clock"][
            "starts_on"
        ] == "2020-03-21"
        kept = (await client.get(f"/v1/dossiers/{before['code']}")).json()
        assert kept["due_at"] == before["due_at"]
        progress = {"items": [step("processing", "2020-03-17T10:00:00+07:00")]}
        await client.post(f"/v1/dossiers/{before['code']}/progress", json=progress)
        kept = (await client.get(f"/v1/dossiers/{before['code']}")).json()
        assert kept["due_at"] == before["due_at"]
        again = "2020-03-25T17:00:00+07:00"
        progress = {"items": [step("processing", "2020-03-18T10:00:00+07:00", due_at=again)]}
        await client.post(f"/v1/dossiers/{before['code']}/progress", json=progress)
        assert (await client.get(f"/v1/dossiers/{before['code']}")).json()["due_at"] == again
