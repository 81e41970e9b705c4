"""The portal's catalogue is compared behind the request, and taken over as it was reviewed or not at all."""

import json
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
import pytest
from starlette.responses import Response

from chassis.web import create_app
from contracts.directory import AgencyRegistered
from gateway import service
from gateway.portal import catalogue, importing
from gateway.upstream import InProcess, Upstreams
from services.intake import service as intake_service
from suite.sandbox.faults import Fault
from tests.builders import procedure
from tests.gateway.portal.offices import world

KNOWN = "1.001612"
UNIT = "000.00.04.H29"
"""An agency of the stand-in, and of the directory here."""
AGENCY_WITHOUT = "000.00.01.H29"
"""One with nothing at work there."""
IMPORTS = "/v1/procedures/import"


@dataclass
class Side:
    """Both catalogues within reach, and an operator's system at the gateway."""

    world: object
    office: httpx.AsyncClient
    """Intake, which keeps our catalogue."""
    operator: httpx.AsyncClient
    """The gateway, with `catalogue:write` for H29."""
    intake: object
    """Intake's application."""

    async def work(self) -> None:
        """What the worker's job does in one round."""
        await importing.advance_imports(self.world.running)

    async def ask(self, **told) -> str:
        answer = await self.operator.post(IMPORTS, json=told)
        assert answer.status_code == 202, answer.text
        assert answer.headers["location"] == answer.json()["links"]["self"]
        return answer.json()["id"]

    async def compared(self, **told) -> dict:
        number = await self.ask(**told)
        await self.work()
        return await self.view(number)

    async def view(self, number: str, **asked) -> dict:
        answer = await self.operator.get(f"{IMPORTS}/{number}", params={"limit": 200} | asked)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def apply(self, number: str) -> httpx.Response:
        return await self.operator.post(f"{IMPORTS}/{number}/apply")

    async def ours(self) -> dict:
        found, cursor = {}, ""
        while cursor is not None:
            asked = {"limit": "200"} | ({"cursor": cursor} if cursor else {})
            page = (await self.office.get("/v1/procedures", params=asked)).json()
            found |= {one["code"]: one for one in page["items"]}
            cursor = page["next_cursor"]
        return found

    async def enter(self, code: str, **changes) -> None:
        answer = await self.office.put(f"/v1/procedures/{code}", json=procedure(**changes))
        assert answer.status_code == 200, answer.text


@dataclass
class Ending:
    """An intake that answers no more after so many entries."""

    app: object
    left: int

    async def __call__(self, scope, receive, send):
        if scope["method"] == "PUT":
            self.left -= 1
        if self.left < 0:
            await Response(status_code=503)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


@asynccontextmanager
async def both(lone, tmp_path, **settings):
    """The portal's catalogue and an intake with one of its own, the gateway between them."""
    # One key signs and is trusted, as in one installation.
    one = {"secrets_dir": tmp_path / "secrets"}
    async with (
        lone(intake_service, **one) as intake,
        world(lone, tmp_path, **one, **settings) as w,
    ):
        inside = create_app(intake.running)
        w.running.keep(Upstreams({"intake": InProcess(inside)}))
        await w.hear(
            *(
                AgencyRegistered(code=code, name="Sở", kind="department", parent="H29", revision=1)
                for code in (UNIT, AGENCY_WITHOUT)
            ),
            AgencyRegistered(code="X1", name="Khác", kind="city", revision=1),
        )
        # Versions begin today, which is the day of intake's own clock.
        w.clock.at = datetime.now(UTC)
        async with intake.calls(None) as office, w.gateway.calls() as operator:
            yield Side(w, office, operator, inside)


def refused(answer: httpx.Response, status: int, code: str) -> dict:
    told = answer.json()
    assert (answer.status_code, told["code"]) == (status, code), answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    return told


async def test_a_reviewed_import_is_applied_once_and_changes_nothing_twice(lone, tmp_path):
    async with both(lone, tmp_path) as s:
        await s.enter(KNOWN)
        await s.enter("9.9")
        before = await s.ours()
        number = await s.ask()
        first = await s.view(number)
        assert (first["state"], first["listed"], first["entries"]) == ("comparing", None, [])
        assert "apply" not in first["links"]
        s.world.faults.ask(Fault.MAINTENANCE, Fault.TRUNCATED, service="LayThuTuc")
        await s.work()
        ready = await s.view(number)
        assert (ready["state"], ready["asked_by"]) == ("ready", "c-test")
        assert ready["listed"] == ready["compared"] > 200
        assert ready["counts"] == {
            "new": ready["listed"] - 1,
            "changed": 1,
            "gone": 1,
            "unreadable": 0,
        }
        assert await s.ours() == before, "nothing changes before it is applied"

        answer = await s.operator.post(ready["links"]["apply"])
        assert (answer.status_code, answer.json()["state"]) == (202, "applying")
        assert (await s.apply(number)).status_code == 202
        await s.work()
        done = await s.view(number)
        assert (done["state"], done["applied_by"]) == ("applied", "c-test")
        assert done["written"] == ready["listed"]
        after = await s.ours()
        assert len(after) == ready["listed"] + 1
        assert after["9.9"] == before["9.9"], "dossiers name it"
        assert after[KNOWN]["version"] == 2

        again = await s.apply(number)
        assert (again.status_code, again.json()["written"]) == (200, done["written"])
        await s.work()
        assert await s.ours() == after
        assert (await s.compared())["counts"] == {
            "new": 0,
            "changed": 0,
            "gone": 1,
            "unreadable": 0,
        }


async def test_a_reviewer_sees_what_each_field_would_become_page_by_page(lone, tmp_path):
    async with both(lone, tmp_path) as s:
        await s.enter(KNOWN, time_limit={"amount": 30, "unit": "working_day"})
        number = (await s.compared())["id"]
        [changed] = (await s.view(number, kind="changed"))["entries"]
        assert changed["code"] == KNOWN
        assert changed["fields"]["time_limits.counter"] == {
            "old": {"amount": 30, "unit": "working_day"},
            "new": {"amount": 3, "unit": "working_day"},
        }
        page = await s.view(number, kind="new", limit=2)
        one = page["entries"][0]
        assert one["fields"]["name"] == {"old": None, "new": one["name"]}
        assert {"field", "field_name"} <= one["fields"].keys()
        codes = [entry["code"] for entry in page["entries"]]
        while page["next_cursor"] is not None:
            page = await s.view(number, kind="new", cursor=page["next_cursor"], limit=100)
            codes += [entry["code"] for entry in page["entries"]]
        assert codes == sorted(set(codes))
        assert len(codes) == page["counts"]["new"]


async def test_only_what_the_portal_lists_for_an_agency_is_compared(lone, tmp_path):
    async with both(lone, tmp_path) as s:
        await s.enter("9.9")
        whole, part = await s.compared(), await s.compared(agency=UNIT)
        assert (part["agency"], part["state"]) == (UNIT, "ready")
        assert 0 < part["listed"] < whole["listed"]
        assert part["counts"] == {"new": part["listed"], "changed": 0, "gone": 0, "unreadable": 0}


async def test_while_the_same_is_being_compared_nobody_reads_the_portal_twice(lone, tmp_path):
    async with both(lone, tmp_path) as s:
        number = await s.ask()
        assert await s.ask() == number
        bare = await s.operator.post(IMPORTS)
        assert (bare.status_code, bare.json()["id"]) == (202, number)
        assert await s.ask(agency=UNIT) != number
        await s.work()
        assert await s.ask() != number
        key = {"Idempotency-Key": "import-2026"}
        answers = [await s.operator.post(IMPORTS, json={}, headers=key) for _ in range(2)]
        assert answers[0].json() == answers[1].json()
        assert answers[1].headers["location"] == answers[1].json()["links"]["self"]


async def test_an_import_whose_base_has_moved_is_not_applied_at_all(lone, tmp_path):
    async with both(lone, tmp_path) as s:
        ready = await s.compared(agency=UNIT)
        moved = ready["entries"][0]["code"]
        await s.enter(moved)
        told = refused(await s.apply(ready["id"]), 409, "catalogue-import-stale")
        assert moved in told["detail"]
        assert "ask for another import" in told["detail"]
        assert (await s.ours()).keys() == {moved}
        assert (await s.view(ready["id"]))["state"] == "ready"


async def test_an_import_that_is_overtaken_before_the_worker_writes_fails_whole(lone, tmp_path):
    async with both(lone, tmp_path) as s:
        ready = await s.compared(agency=UNIT)
        assert (await s.apply(ready["id"])).status_code == 202
        moved = ready["entries"][-1]["code"]
        await s.enter(moved)
        await s.work()
        failed = await s.view(ready["id"])
        assert (failed["state"], failed["reason"]) == ("failed", "catalogue-import-stale")
        assert failed["written"] == 0
        assert (await s.ours()).keys() == {moved}
        told = refused(await s.apply(ready["id"]), 409, "catalogue-import-not-ready")
        assert "ask for another" in told["detail"]


async def test_an_import_of_last_month_is_not_applied(lone, tmp_path):
    async with both(lone, tmp_path) as s:
        ready = await s.compared(agency=UNIT)
        s.world.clock.go(days=8)
        refused(await s.apply(ready["id"]), 409, "catalogue-import-stale")
        assert await s.ours() == {}
        s.world.clock.go(days=90)
        await importing.forget_imports(s.world.running)
        refused(await s.apply(ready["id"]), 404, "unknown-catalogue-import")


async def test_what_is_not_compared_yet_or_unknown_is_not_applied(lone, tmp_path):
    async with both(lone, tmp_path) as s:
        refused(await s.apply(await s.ask()), 409, "catalogue-import-not-ready")
        refused(await s.apply("none"), 404, "unknown-catalogue-import")
        refused(await s.operator.get(f"{IMPORTS}/none"), 404, "unknown-catalogue-import")


async def test_an_import_goes_on_where_the_portal_left_it(lone, tmp_path):
    async with both(lone, tmp_path) as s:
        s.world.faults.down = True
        number = await s.ask()
        await s.work()
        waits = await s.view(number)
        assert (waits["state"], waits["reason"]) == ("comparing", "portal-away")
        assert waits["next_try_at"] is not None
        s.world.faults.down = False
        await s.work()
        assert (await s.view(number))["listed"] is None, "not before its time"
        s.world.clock.go(minutes=10)
        await s.work()
        ready = await s.view(number)
        assert (ready["state"], ready["reason"], ready["next_try_at"]) == ("ready", None, None)
        assert ready["counts"]["unreadable"] == 0


async def test_a_worker_that_ends_in_the_middle_leaves_what_it_has_read(lone, tmp_path):
    async with both(lone, tmp_path) as s:
        number, running = await s.ask(), s.world.running
        first = await running.do(importing.claim, number)
        codes = await catalogue.listed(None, running)
        await running.do(importing.keep_list, first, codes)
        count, entries = await catalogue.compare_some(codes, {}, running)
        await running.do(importing.keep_compared, first, count, entries)
        assert await running.do(importing.claim, number) is None, "it is another worker's"
        halfway = await s.view(number)
        assert (halfway["compared"], halfway["listed"]) == (count, len(codes))
        assert (halfway["counts"]["new"], halfway["entries"]) == (count, [])

        s.world.clock.go(minutes=11)
        before = s.world.line.calls
        await s.work()
        assert s.world.line.calls - before == len(codes) - count
        assert not await running.do(importing.keep_compared, first, count, entries)
        assert (await s.view(number))["counts"]["new"] == len(codes)


async def test_a_portal_that_stays_away_makes_nothing_look_gone(lone, tmp_path):
    async with both(lone, tmp_path) as s:
        await s.enter(KNOWN)
        number = await s.ask()
        s.world.faults.down = True
        for _ in range(importing.MOST_ATTEMPTS):
            assert (await s.view(number))["state"] == "comparing"
            await s.work()
            s.world.clock.go(hours=1)
        failed = await s.view(number)
        assert (failed["state"], failed["reason"]) == ("failed", "portal-away")
        assert (failed["counts"]["gone"], failed["entries"]) == (0, [])
        assert failed["words"]


async def test_at_a_terminal_the_first_trouble_ends_an_import_and_anothers_is_left_to_the_worker(
    lone, tmp_path
):
    async with both(lone, tmp_path) as s:
        running = s.world.running
        s.world.faults.down = True
        own = await running.do(importing.ask_for, UNIT, "motcua")
        ended = await importing.see_through(own.id, running)
        assert (ended.state, ended.reason) == ("failed", "portal-away")
        others = await s.ask()
        assert (await running.do(importing.ask_for, None, "motcua")).id == others
        waits = await importing.see_through(others, running)
        assert (waits.state, waits.reason) == ("comparing", "portal-away")
        s.world.faults.down = False
        s.world.clock.go(minutes=10)
        assert (await importing.see_through(others, running)).state == "ready"


async def test_an_agency_of_which_the_portal_lists_nothing_has_nothing_to_take_over(lone, tmp_path):
    async with both(lone, tmp_path) as s:
        await s.enter(KNOWN)
        nothing = await s.compared(agency=AGENCY_WITHOUT)
        assert (nothing["state"], nothing["listed"], nothing["entries"]) == ("ready", 0, [])
        assert (await s.apply(nothing["id"])).status_code == 202
        await s.work()
        done = await s.view(nothing["id"])
        assert (done["state"], done["written"]) == ("applied", 0)


async def test_an_installation_without_a_portal_says_what_to_set(lone, tmp_path):
    async with both(lone, tmp_path, national_adapter_url="") as s:
        told = refused(await s.operator.post(IMPORTS, json={}), 409, "portal-not-connected")
        assert "MOTCUA_NATIONAL_ADAPTER_URL" in told["detail"]
        # Asked for elsewhere: a worker without the address ends it with the same reason.
        row = await s.world.running.do(importing.ask_for, None, "c-test")
        await s.work()
        failed = await s.view(row.id)
        assert (failed["state"], failed["reason"]) == ("failed", "portal-not-connected")


async def test_intake_that_ends_in_the_middle_is_waited_for_and_nothing_is_written_twice(
    lone, tmp_path
):
    async with both(lone, tmp_path) as s:
        ready = await s.compared(agency=UNIT)
        assert ready["listed"] > 3
        assert (await s.apply(ready["id"])).status_code == 202
        behind = s.world.running.own(Upstreams)
        s.world.running.keep(Upstreams({"intake": InProcess(Ending(s.intake, 3))}))
        await s.work()
        waits = await s.view(ready["id"])
        assert (waits["state"], waits["reason"]) == ("applying", "intake-away")
        assert waits["written"] == len(await s.ours()) == 3
        s.world.running.keep(behind)
        s.world.clock.go(minutes=1)
        await s.work()
        done = await s.view(ready["id"])
        assert (done["state"], done["written"]) == ("applied", ready["listed"])
        assert {one["version"] for one in (await s.ours()).values()} == {1}


async def test_an_import_that_ends_every_worker_is_given_up(lone, tmp_path):
    async with both(lone, tmp_path) as s:
        number = await s.ask()
        for _ in range(importing.MOST_ATTEMPTS):
            assert await s.world.running.do(importing.claim, number) is not None
            s.world.clock.go(minutes=11)
        await s.work()
        failed = await s.view(number)
        assert (failed["state"], failed["reason"]) == ("failed", "given-up")


@pytest.mark.parametrize(
    "told",
    [{"unit": "H29"}, {"agency": ""}, {"agency": 7}, []],
)
async def test_an_order_that_says_something_else_is_refused(lone, tmp_path, told):
    async with both(lone, tmp_path) as s:
        refused(await s.operator.post(IMPORTS, json=told), 422, "request-invalid")


async def test_nobody_without_the_scope_or_the_agency_asks_sees_or_applies(lone, tmp_path):
    async with both(lone, tmp_path) as s:
        ready = await s.compared(agency=UNIT)
        at = f"{IMPORTS}/{ready['id']}"
        async with s.world.gateway.calls("H29", "catalogue:read") as reader:
            for answer in (
                await reader.post(IMPORTS, json={}),
                await reader.get(at),
                await reader.post(f"{at}/apply"),
            ):
                refused(answer, 403, "scope-missing")
        async with s.world.gateway.calls("X1") as stranger:
            answer = await stranger.post(IMPORTS, json={"agency": UNIT})
            refused(answer, 404, "unknown-agency")
            refused(await stranger.get(at), 404, "unknown-catalogue-import")
            refused(await stranger.post(f"{at}/apply"), 404, "unknown-catalogue-import")
            whole = await s.ask()
            assert (await stranger.get(f"{IMPORTS}/{whole}")).status_code == 200
        assert await s.ours() == {}


async def test_a_difference_that_was_kept_before_can_be_applied_after_an_update(lone, tmp_path):
    entry = {
        "code": "9.9",
        "kind": "new",
        "name": "Thủ tục",
        "told": {"name": "Thủ tục", "field": "HKD", "field_name": None, "limits": {}},
        "ours": None,
    }
    kept = (
        "INSERT INTO catalogue_diff (id, made_at, entries, applied_at, revision) VALUES"
        f" ('ready', '2026-03-16 02:00:00+00:00', '{json.dumps([entry])}', NULL, 1),"
        " ('done', '2026-03-16 02:00:00+00:00', '[]', '2026-03-16 03:00:00+00:00', 2)"
    )
    async with lone(service, earlier=("0010", [kept])) as gateway, gateway.calls() as client:
        ready = (await client.get(f"{IMPORTS}/ready")).json()
        assert (ready["state"], ready["counts"]["new"]) == ("ready", 1)
        assert ready["entries"][0]["fields"]["field"] == {"old": None, "new": "HKD"}
        done = (await client.get(f"{IMPORTS}/done")).json()
        assert (done["state"], done["applied_by"]) == ("applied", "motcua")
