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

    from chassis.database import utc_now
    from services.intake.catalogue import HEARD_EVERYWHERE, Catalogue
    from services.intake.commands.directory import declare_day

    async with lone(service) as intake, intake.calls() as client:
        await _prepare(client)
        before = (await client.post("/v1/dossiers", json=filing(1))).json()
        await intake.running.do(declare_day, date(2020, 3, 18), False, "Mất điện", "12/QĐ")
        await intake.running.do(declare_day, date(2020, 3, 21), True, "Làm bù", None)
        at_once = (await client.post("/v1/dossiers", json=filing(4))).json()
        assert at_once["due_at"] == before["due_at"]  # another process may not have read it yet
        intake.running.own(Catalogue).forget_days()
        intake.running.database.now = lambda: utc_now() + HEARD_EVERYWHERE
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


async def test_the_clock_of_a_dossier_is_explained_line_by_line(lone):
    async with lone(service) as intake, intake.calls() as client:
        await _prepare(client)
        filed = (await client.post("/v1/dossiers", json=filing(1))).json()
        items = [
            step("waiting_supplement", "2020-03-17T10:00:00+07:00", note="thiếu giấy tờ"),
            step("processing", "2020-03-23T10:00:00+07:00", agency="000.00.19.H29"),
        ]
        at = f"/v1/dossiers/{filed['code']}"
        await client.post(f"{at}/progress", json={"items": items[:1]})
        waiting = (await client.get(f"{at}/clock?as_of=2020-03-20T09:00:00%2B07:00")).json()
        assert waiting["turn"] == "citizen"
        assert waiting["due_at"] == filed["due_at"]
        assert waiting["projected_due_at"] == "2020-03-25T17:00:00+07:00"
        assert waiting["spent"] == {"used": 1, "allowed": 3, "unit": "working_day"}
        await client.post(f"{at}/progress", json={"items": items[1:]})
        clock = (await client.get(f"{at}/clock")).json()
        assert (clock["rule_set"], clock["restarts"], clock["supplements"]) == ("R2018", 1, 1)
        assert clock["due_at"] == "2020-03-26T17:00:00+07:00"
        assert clock["statistical_due_at"] == "2020-03-25T17:00:00+07:00"
        assert clock["pauses"][0]["restarts"] is True
        assert {one["definition"] for one in clock["on_time"]} == {"OT-A", "OT-B", "OT-C", "OT-D"}
        assert any("tính lại từ đầu" in line["text_vi"] for line in clock["lines"])
        view = (await client.get(at)).json()
        assert view["due_at"] == clock["due_at"]
        assert view["clock"]["statistical_due_at"] == clock["statistical_due_at"]
        timeline = (await client.get(f"{at}/timeline")).json()
        assert [one["agency"] for one in timeline["holdings"]] == ["000.00.19.H29"]
        unknown = await client.get("/v1/dossiers/HS-0/clock")
        assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown-dossier")


async def test_a_pause_told_in_one_row_is_the_same_as_told_in_two(lone):
    async with lone(service) as intake, intake.calls() as client:
        await _prepare(client)
        for number in (1, 2):
            await client.post("/v1/dossiers", json=filing(number))
        asked, answered = "2020-03-17T10:00:00+07:00", "2020-03-23T10:00:00+07:00"
        done = "2020-03-24T10:00:00+07:00"
        apart = [
            step("waiting_supplement", asked),
            step("processing", answered),
            step("done", done),
        ]
        whole = [step("done", done, pause={"asked_at": asked, "answered_at": answered})]
        views = []
        for number, items in ((1, apart), (2, whole)):
            at = f"/v1/dossiers/{filing(number)['code']}"
            await client.post(f"{at}/progress", json={"items": items})
            repeated = await client.post(f"{at}/progress", json={"items": items})
            assert {one["outcome"] for one in repeated.json()["items"]} == {"duplicate"}
            views.append((await client.get(f"{at}/clock")).json())
        told = [
            (v["due_at"], v["restarts"], [p["until"] for p in v["pauses"]], v["status"])
            for v in views
        ]
        assert told[0] == told[1]


async def test_a_code_issued_again_with_other_content_is_refused_and_remembered(lone):
    async with lone(service) as intake, intake.calls() as client:
        await _prepare(client)
        filed = (await client.post("/v1/dossiers", json=filing(1))).json()
        other = filing(1) | {"return_mode": "online"}
        for headers in ({}, {}, {"Idempotency-Key": "k1"}, {"Idempotency-Key": "k1"}):
            refused = await client.post("/v1/dossiers", json=other, headers=headers)
            assert (refused.status_code, refused.json()["code"]) == (409, "dossier-code-taken")
            assert refused.json()["errors"][0]["pointer"] == "/return_mode"
        view = (await client.get(f"/v1/dossiers/{filed['code']}")).json()
        assert [one["code"] for one in view["violations"]] == ["code_reissued"]
        assert view["return_mode"] == "counter"
        assert view["revision"] == 2
        same = await client.post("/v1/dossiers", json=filing(1))
        assert same.status_code == 200


async def test_an_inter_agency_dossier_is_due_with_its_last_stage(lone):
    async with lone(service) as intake, intake.calls() as client:
        await _prepare(client)
        entry = {"name": "Liên thông đất đai", "field": "dat-dai"}
        await client.put("/v1/procedures/1.009999", json=entry)
        stages = [
            {
                "id": "tax",
                "agency": "000.00.19.H29",
                "time_limit": {"amount": 2, "unit": "working_day"},
            },
            {
                "id": "land",
                "agency": "H29",
                "time_limit": {"amount": 3, "unit": "working_day"},
                "after": ["tax"],
            },
        ]
        told = filing(1) | {"procedure": "1.009999", "stages": stages}
        filed = (await client.post("/v1/dossiers", json=told)).json()
        assert filed["due_at"] == "2020-03-23T17:00:00+07:00"
        at = f"/v1/dossiers/{filed['code']}"
        done = step("done", "2020-03-20T10:00:00+07:00", stage="tax")
        answer = (await client.post(f"{at}/progress", json={"items": [done]})).json()
        assert answer["status"] == "processing"
        clock = (await client.get(f"{at}/clock")).json()
        assert [one["late"] for one in clock["stages"]] == [True, False]
        assert clock["due_at"] == "2020-03-25T17:00:00+07:00"
        assert [one["code"] for one in clock["violations"]] == ["late_stage"]
        cyclic = told | {"code": "X-1", "stages": [stages[1], stages[0]]}
        refused = await client.post("/v1/dossiers", json=cyclic)
        assert refused.status_code == 422
        assert "does not stand before it" in refused.json()["errors"][0]["detail"]


async def test_an_unmapped_report_is_kept_and_moves_nothing(lone):
    async with lone(service) as intake, intake.calls() as client:
        await _prepare(client)
        filed = (await client.post("/v1/dossiers", json=filing(1))).json()
        at = f"/v1/dossiers/{filed['code']}"
        row = step("unmapped", "2020-03-17T10:00:00+07:00", note="0")
        answer = (await client.post(f"{at}/progress", json={"items": [row]})).json()
        assert (answer["status"], answer["items"]) == ("accepted", [{"outcome": "applied"}])
        timeline = (await client.get(f"{at}/timeline")).json()
        assert [one["status"] for one in timeline["items"]] == ["unmapped"]
        unknown = await client.post(
            f"{at}/progress", json={"items": [step("0", row["occurred_at"])]}
        )
        assert unknown.status_code == 422


async def test_a_query_parameter_nobody_reads_is_refused(lone):
    async with lone(service) as intake, intake.calls() as client:
        await _prepare(client)
        misspelt = await client.get("/v1/dossiers?stauts=done&id_number=079201234123")
        assert (misspelt.status_code, misspelt.json()["code"]) == (422, "query-unknown")
        assert [e["pointer"] for e in misspelt.json()["errors"]] == ["/stauts", "/id_number"]
        assert "status" in misspelt.json()["errors"][0]["detail"]
        assert "079201234123" not in misspelt.text
        assert (await client.get("/v1/dossiers?status=done")).status_code == 200


async def test_a_row_about_a_stage_that_was_never_filed_is_refused(lone):
    async with lone(service) as intake, intake.calls() as client:
        await _prepare(client)
        filed = (await client.post("/v1/dossiers", json=filing(1))).json()
        rows = [step("done", "2020-03-17T10:00:00+07:00", stage="tax")]
        address = f"/v1/dossiers/{filed['code']}/progress"
        refused = await client.post(address, json={"items": rows})
        assert (refused.status_code, refused.json()["code"]) == (422, "unknown-stage")
        assert refused.json()["errors"][0]["pointer"] == "/items/0/stage"
        assert (await client.get(f"/v1/dossiers/{filed['code']}/timeline")).json()["items"] == []


async def test_whoever_has_a_part_in_a_dossier_may_see_it_and_report_on_it(lone):
    async with lone(service) as intake, intake.calls() as client:
        await _prepare(client)
        tax, other = {"name": "Cục Thuế", "kind": "tax"}, {"name": "Nơi khác", "kind": "unit"}
        async with intake.calls("G12") as revenue, intake.calls("H30") as stranger:
            await revenue.put("/v1/agencies/G12", json=tax)
            await stranger.put("/v1/agencies/H30", json=other)
            limit = {"amount": 2, "unit": "working_day"}
            stages = [{"id": "tax", "agency": "G12", "time_limit": limit}]
            told = filing(1) | {"stages": stages}
            filed = (await client.post("/v1/dossiers", json=told)).json()
            at = f"/v1/dossiers/{filed['code']}"
            rows = [step("done", "2020-03-17T10:00:00+07:00", stage="tax")]
            assert (await revenue.get(at)).status_code == 200
            reported = await revenue.post(f"{at}/progress", json={"items": rows})
            assert reported.json()["items"] == [{"outcome": "applied"}]
            assert (await revenue.get("/v1/dossiers")).json()["items"] == []
            for call in (stranger.get(at), stranger.post(f"{at}/progress", json={"items": rows})):
                assert (await call).status_code == 404
