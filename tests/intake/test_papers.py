"""What stands on papers and in the register, who may see it, and what is remembered of that; both engines."""

import asyncio

import pytest
from sqlalchemy import select

from services.intake import domain, service
from tests.builders import AGENCY, PROCEDURE, filing, procedure, step

CODE = "000.00.19.H29-200316-0001"
STRANGER = "000.00.15.H29"
APPLICANT = {
    "kind": "citizen",
    "name": "Nguyễn Thị Ngọc Huyền",
    "id_kind": "citizen_id",
    "id_number": "079123456789",
    "phone": "0903 123 456",
    "address": "12 Nguyễn Huệ, Quận 1",
}
COMPONENTS = [
    {"name": "Giấy đề nghị đăng ký", "originals": 1, "copies": 0, "digitised": True},
    {"name": "Hợp đồng thuê mặt bằng", "originals": 0, "copies": 2, "digitised": False},
]
SAME = ("type", "title", "status", "detail", "code", "errors")


async def prepare(client):
    for code, name, parent in (
        ("H29", "Thành phố Hồ Chí Minh", None),
        (AGENCY, "Sở Nông nghiệp", "H29"),
        (STRANGER, "Sở Y tế", "H29"),
    ):
        entry = {"name": name, "kind": "department", "parent": parent}
        assert (await client.put(f"/v1/agencies/{code}", json=entry)).status_code == 200
    assert (await client.put(f"/v1/procedures/{PROCEDURE}", json=procedure())).status_code == 200


async def filed(client, number=1, **changes):
    answer = await client.post("/v1/dossiers", json=filing(number, **changes))
    assert answer.status_code == 201, answer.text
    return answer.json()["code"]


async def report(client, code, *rows):
    answer = await client.post(f"/v1/dossiers/{code}/progress", json={"items": list(rows)})
    assert answer.status_code == 200, answer.text


async def paper(client, kind, code=CODE, status=200):
    answer = await client.get(f"/v1/dossiers/{code}/papers/{kind}")
    assert answer.status_code == status, answer.text
    return answer.json()


async def readings(intake):
    table = intake.running.database.metadata.tables["audit"]
    return await intake.running.database.select(select(table).order_by(table.c.seq))


async def test_a_receipt_holds_what_was_filed_and_what_was_promised(lone):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        await filed(client, applicant=APPLICANT, components=COMPONENTS, return_mode="post")
        accepted = step("accepted", "2020-03-16T09:00:00+07:00", actor="Trần Văn Bình")
        await report(client, CODE, accepted)
        view = await paper(client, "receipt")
        assert (view["form"], view["circular"]) == (1, "Thông tư 01/2018/TT-VPCP")
        assert view["procedure_name"] == "Thành lập hộ kinh doanh"
        assert (view["agency"]["name"], view["parent"]["name"]) == (
            "Sở Nông nghiệp",
            "Thành phố Hồ Chí Minh",
        )
        assert view["applicant"] == APPLICANT | {"id_number": "*********789", "email": None}
        assert view["components"] == COMPONENTS
        assert view["limit"] == {"amount": 3, "unit": "working_day"}
        assert view["received_at"] == "2020-03-16T09:00:00+07:00"
        assert view["due_at"] == "2020-03-19T17:00:00+07:00"
        assert view["decree"] == "Nghị định 61/2018/NĐ-CP"
        assert view["officer"] == "Trần Văn Bình"
        assert view["return_mode"] == "post"
        assert len(view["pin"].replace(" ", "")) == 8


async def test_the_papers_a_dossier_holds_are_part_of_what_was_filed(lone):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        await filed(client, components=COMPONENTS)
        again = await client.post("/v1/dossiers", json=filing(components=COMPONENTS))
        assert again.status_code == 200
        other = await client.post("/v1/dossiers", json=filing(components=COMPONENTS[:1]))
        assert (other.status_code, other.json()["errors"][0]["pointer"]) == (409, "/components")
        many = filing(2, components=[{"name": "Đơn"}] * 101)
        refused = await client.post("/v1/dossiers", json=many)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/components")


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("supplement", "No supplement was asked for"),
        ("refusal", "not refused"),
        ("apology", "not been re-appointed"),
    ],
)
async def test_a_paper_without_cause_is_refused_and_nothing_is_remembered_of_it(lone, kind, said):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        await filed(client)
        refused = await paper(client, kind, status=409)
        assert refused["code"] == "paper-without-cause"
        assert said in refused["detail"]
        assert await readings(intake) == []


async def test_a_receipt_is_given_on_acceptance_and_not_before(lone):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        online = filing(channel="online", submitted_at="2020-03-15T22:00:00+07:00")
        del online["received_at"]
        await client.post("/v1/dossiers", json=online)
        assert "accepted" in (await paper(client, "receipt", status=409))["detail"]
        await report(client, CODE, step("accepted", "2020-03-16T08:00:00+07:00", actor="Bình"))
        view = await paper(client, "receipt")
        assert (view["officer"], view["received_at"]) == ("Bình", "2020-03-16T08:00:00+07:00")


async def test_a_supplement_tells_what_is_missing_and_until_when_by_the_decree(lone):
    missing = "Thiếu chữ ký.\nThiếu bản sao hợp đồng."
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        asked = {"note": missing, "actor": "Lê Thị Hoa", "unit": "Phòng Chuyên môn"}
        await filed(client)
        await report(client, CODE, step("waiting_supplement", "2020-03-17T10:00:00+07:00", **asked))
        old = await paper(client, "supplement")
        assert old["supplement"] == {
            "told_at": "2020-03-17T10:00:00+07:00",
            "reason": missing,
            "actor": "Lê Thị Hoa",
            "unit": "Phòng Chuyên môn",
            "answer_days": None,
            "answer_by": None,
        }
        newer = await filed(client, 2, received_at="2025-08-04T09:00:00+07:00")
        await report(
            client, newer, step("waiting_supplement", "2025-08-05T10:00:00+07:00", **asked)
        )
        new = await paper(client, "supplement", newer)
        assert (new["circular"], new["decree"]) == (
            "Thông tư 03/2025/TT-VPCP",
            "Nghị định 118/2025/NĐ-CP",
        )
        assert (new["supplement"]["answer_days"], new["supplement"]["answer_by"]) == (
            15,
            "2025-08-20",
        )


async def test_a_refusal_tells_why(lone):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        online = filing(channel="online", submitted_at="2020-03-15T22:00:00+07:00")
        del online["received_at"]
        await client.post("/v1/dossiers", json=online)
        await report(
            client,
            CODE,
            step("refused", "2020-03-16T08:00:00+07:00", note="Không thuộc thẩm quyền"),
        )
        view = await paper(client, "refusal")
        assert (view["form"], view["refusal"]["reason"]) == (3, "Không thuộc thẩm quyền")


async def test_an_apology_tells_the_promise_that_was_moved_and_how_often(lone):
    first, second = "2020-03-25T17:00:00+07:00", "2020-03-27T17:00:00+07:00"
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        await filed(client)
        late = step("processing", "2020-03-18T10:00:00+07:00", due_at=first, note="Chờ thuế")
        await report(client, CODE, late)
        apology = (await paper(client, "apology"))["apology"]
        assert (apology["old_due_at"], apology["new_due_at"], apology["count"]) == (
            "2020-03-19T17:00:00+07:00",
            first,
            1,
        )
        assert (apology["reason"], apology["allowed"]) == ("Chờ thuế", None)
        await report(client, CODE, step("processing", "2020-03-24T10:00:00+07:00", due_at=second))
        apology = (await paper(client, "apology"))["apology"]
        assert (apology["old_due_at"], apology["new_due_at"], apology["count"]) == (
            first,
            second,
            2,
        )


async def test_an_apology_for_hours_tells_the_hour(lone):
    hours = {"time_limit": {"amount": 4, "unit": "working_hour"}, "valid_from": "1900-01-01"}
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        await client.put(f"/v1/procedures/{PROCEDURE}", json=procedure(**hours))
        await filed(client)
        moved = step("processing", "2020-03-16T10:00:00+07:00", due_at="2020-03-17T17:00:00+07:00")
        await report(client, CODE, moved)
        apology = (await paper(client, "apology"))["apology"]
        assert apology["old_due_at"] == "2020-03-16T15:00:00+07:00"


async def test_a_control_slip_tells_who_had_the_dossier_until_when(lone):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        await filed(client)
        assert [s["status"] for s in (await paper(client, "control-slip"))["steps"]] == ["accepted"]
        rows = [
            step("done", "2020-03-18T10:00:00+07:00", unit="Văn phòng", actor="Bình"),
            step("processing", "2020-03-16T10:00:00+07:00", unit="Phòng Chuyên môn"),
        ]
        await report(client, CODE, *rows)
        steps = (await paper(client, "control-slip"))["steps"]
        assert [(s["status"], s["unit"], s["handed_over_at"]) for s in steps] == [
            ("accepted", "Sở Nông nghiệp", "2020-03-16T10:00:00+07:00"),
            ("processing", "Phòng Chuyên môn", "2020-03-18T10:00:00+07:00"),
            ("done", "Văn phòng", None),
        ]
        assert {s["due_at"] for s in steps} == {"2020-03-19T17:00:00+07:00"}


async def test_whoever_is_shown_a_paper_or_a_register_is_remembered(lone):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        await filed(client)
        await filed(client, 2)
        await paper(client, "receipt")
        await client.get("/v1/registers/dossiers?from=2020-03-16&to=2020-03-17")
        told = [(r.client, r.action, r.object, r.reason) for r in await readings(intake)]
        assert told == [
            ("c-test", "paper.receipt", CODE, None),
            ("c-test", "register", "H29", "2020-03-16 - 2020-03-17, 2"),
        ]
        assert all(r.request_id for r in await readings(intake))


async def test_a_stranger_learns_nothing_of_papers_registers_and_pins(lone):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        await filed(client)
        async with intake.calls(STRANGER) as stranger:
            foreign = await paper(stranger, "receipt", status=404)
            unknown = await paper(stranger, "receipt", CODE[:-1] + "9", status=404)
            assert [foreign[k] for k in SAME] == [unknown[k] for k in SAME]
            pin = await stranger.post(f"/v1/dossiers/{CODE}/tracking-pin")
            assert pin.status_code == 404
            asked = f"/v1/registers/dossiers?agency={AGENCY}&from=2020-03-16"
            assert (await stranger.get(asked)).status_code == 404
            own = await stranger.get("/v1/registers/dossiers?from=2020-03-16")
            assert own.json()["items"] == []
        assert await readings(intake) != []
        async with intake.calls("H29", "dossiers:write") as writer:
            assert (await writer.get(f"/v1/dossiers/{CODE}/papers/receipt")).status_code == 403


async def test_a_register_is_in_the_order_of_receipt_and_goes_on_where_it_stopped(lone):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        same = "2020-03-16T10:00:00+07:00"
        for number, at in enumerate((same, same, "2020-03-16T08:00:00+07:00"), 1):
            await filed(client, number, received_at=at, applicant=APPLICANT)
        await filed(client, 4, received_at="2020-03-17T00:00:00+07:00")
        asked = {"from": "2020-03-16", "to": "2020-03-17", "limit": 2}
        first = (await client.get("/v1/registers/dossiers", params=asked)).json()
        rest = (
            await client.get(
                "/v1/registers/dossiers", params=asked | {"cursor": first["next_cursor"]}
            )
        ).json()
        lines = first["items"] + rest["items"]
        assert [(line["number"], line["code"][-1]) for line in lines] == [
            (1, "3"),
            (2, "1"),
            (3, "2"),
        ]
        assert rest["next_cursor"] is None
        assert (lines[0]["applicant"], lines[0]["phone"]) == (APPLICANT["name"], "*********456")
        assert "079123456789" not in str(lines)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("from=2020-03-16&to=2020-03-16", "period-empty"),
        ("from=2020-03-16&cursor=%21%21", "register-cursor-unknown"),
        ("from=2020-03-16&cursor=bm90aGluZw", "register-cursor-unknown"),
        ("from=2020-03-16&cursor=WyIwMDAxLTAxLTAxVDAwOjAwOjAwKzA3OjAwIiwgIngiLCAxXQ", None),
        ("from=0001-01-01", "request-invalid"),
        ("from=16/03/2020", "request-invalid"),
        ("limit=2001", "request-invalid"),
    ],
)
async def test_a_register_that_cannot_be_is_refused_with_what_to_change(lone, asked, code):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        answer = await client.get(f"/v1/registers/dossiers?{asked}")
        assert (answer.status_code, answer.json()["code"]) == (
            422,
            code or "register-cursor-unknown",
        )


async def track(client, code, pin):
    return await client.post("/v1/tracking", json={"code": code, "pin": pin})


async def test_a_reprint_shows_the_same_pin_and_a_replaced_one_opens_nothing(lone):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        await filed(client)
        await filed(client, 2)
        pin = (await paper(client, "receipt"))["pin"]
        assert (await paper(client, "receipt"))["pin"] == pin
        assert (await paper(client, "receipt", CODE[:-1] + "2"))["pin"] != pin
        assert (await track(client, CODE, pin)).status_code == 200
        replaced = await client.post(f"/v1/dossiers/{CODE}/tracking-pin")
        assert replaced.json() == {"code": CODE, "epoch": 1}
        newer = (await paper(client, "receipt"))["pin"]
        assert newer != pin
        assert (await track(client, CODE, pin)).status_code == 404
        assert (await track(client, CODE, newer)).status_code == 200
        again = await client.post(f"/v1/dossiers/{CODE}/tracking-pin")
        assert again.json()["epoch"] == 2
        assert (await track(client, CODE, newer)).status_code == 404


async def test_the_pin_is_stored_nowhere(lone, engine):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        await filed(client)
        await client.post(f"/v1/dossiers/{CODE}/tracking-pin", headers={"Idempotency-Key": "k"})
        pin = (await paper(client, "receipt"))["pin"]
        stored = ""
        database = intake.running.database
        for table in database.metadata.sorted_tables:
            stored += str(await database.select(select(table)))
        assert CODE in stored
        assert pin not in stored
        assert pin.replace(" ", "") not in stored
        file = intake.running.settings.secrets / "tracking.key"
        assert file.stat().st_mode & 0o077 == 0
        key = bytes.fromhex(file.read_text())
        assert domain.grouped(domain.pin_of(key, CODE, 1)) == pin


async def test_two_replacements_at_once_leave_one_pin_that_works(lone):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        await filed(client)
        answers = await asyncio.gather(
            *(client.post(f"/v1/dossiers/{CODE}/tracking-pin") for _ in range(10))
        )
        assert {a.status_code for a in answers} == {200}
        pin = (await paper(client, "receipt"))["pin"]
        assert (await track(client, CODE, pin)).status_code == 200


async def test_a_pin_is_taken_as_it_was_meant(lone):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        await filed(client)
        pin = (await paper(client, "receipt"))["pin"]
        looks_like = pin.lower().replace("0", "o").replace("1", "l").replace(" ", "-")
        for typed in (pin, pin.replace(" ", ""), looks_like, f" {pin} "):
            answer = await track(client, CODE.lower(), typed)
            # The code was typed small: it is found as it was filed.
            assert answer.status_code == 200, typed
        assert answer.json()["code"] == CODE


async def test_an_unknown_code_and_a_wrong_pin_are_answered_alike(lone):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        await filed(client)
        statements = intake.running.database.engine
        wrong = await track(client, CODE, "00000000")
        await asyncio.sleep(0.1)  # the filing's NOTIFY is on its way, and is none of tracking's
        before = statements.statements
        wrong = await track(client, CODE, "00000000")
        between = statements.statements
        unknown = await track(client, CODE[:-1] + "9", "00000000")
        after = statements.statements
        assert between - before == after - between > 0
        assert wrong.status_code == unknown.status_code == 404
        assert [wrong.json()[k] for k in SAME] == [unknown.json()[k] for k in SAME]


async def test_tracking_tells_where_a_dossier_stands_and_nothing_of_anybody(lone):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        await filed(client, applicant=APPLICANT, returning_agency="H29")
        pin = (await paper(client, "receipt"))["pin"]
        note = step("processing", note="Gọi bà Huyền", actor="Lê Thị Hoa", unit="Phòng của Hoa")
        await report(client, CODE, note)
        view = (await track(client, CODE, pin)).json()
        assert (view["status"], view["unit"]) == ("processing", "Sở Nông nghiệp")
        assert set(view) == {
            *("code", "status", "unit", "submitted_at", "received_at", "due_at"),
            *("done_at", "returned_at"),
        }
        assert "Huyền" not in str(view)
        await report(client, CODE, step("done"))
        assert (await track(client, CODE, pin)).json()["unit"] == "Thành phố Hồ Chí Minh"


async def test_a_control_slip_follows_the_promise_through_restarts(lone):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        await filed(client)
        rows = [
            step("waiting_supplement", "2020-03-17T10:00:00+07:00"),
            step("processing", "2020-03-23T10:00:00+07:00"),
            step("done", "2020-03-25T10:00:00+07:00"),
        ]
        await report(client, CODE, *rows)
        steps = (await paper(client, "control-slip"))["steps"]
        assert [s["due_at"][:10] for s in steps[-2:]] == ["2020-03-26", "2020-03-26"]
        assert steps[0]["due_at"][:10] == "2020-03-19"


async def test_papers_of_a_far_promise_are_drawn(lone):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        far = await filed(client, 7, received_at="2199-12-30T09:00:00+07:00")
        for kind in ("receipt", "control-slip"):
            assert (await paper(client, kind, far))["code"] == far
        register = await client.get("/v1/registers/dossiers?from=2199-12-30&to=2199-12-31")
        assert register.status_code == 200


async def test_a_dossiers_contents_name_its_papers_and_nobody(lone):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        await filed(client, applicant=APPLICANT, components=COMPONENTS)
        told = await client.get(f"/v1/dossiers/{CODE}/contents")
        assert told.status_code == 200, told.text
        assert told.json() == {
            "code": CODE,
            "procedure": PROCEDURE,
            "procedure_name": "Thành lập hộ kinh doanh",
            "agency": {"code": AGENCY, "name": "Sở Nông nghiệp"},
            "parent": {"code": "H29", "name": "Thành phố Hồ Chí Minh"},
            "components": COMPONENTS,
        }
        assert not [word for word in APPLICANT.values() if word in told.text]
        async with intake.calls(STRANGER) as stranger:
            assert (await stranger.get(f"/v1/dossiers/{CODE}/contents")).status_code == 404
        assert await readings(intake) == []
