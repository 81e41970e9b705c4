"""The register of corrective actions: entered once, changed with its history, told of when overdue."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest

from services.rating import service
from services.rating.alerts.watching import watch_actions
from tests.builders import AGENCY
from tests.rating.builders import STRANGER, directory, rows_of
from tests.rating.giving import WORKER, cases, post, told

ENTRY = {
    "agency": AGENCY,
    "period": "2026-Q4",
    "plan": "hanoi-dard-2020",
    "criterion": "overall",
    "share": {"count": 61, "among": 100},
    "cause": "Thiếu người ở quầy buổi sáng",
    "measure": "Bố trí thêm hai cán bộ",
    "deadline": "2030-01-31",
}


async def test_an_action_is_entered_once_and_keeps_its_history(lone):
    async with lone(service) as rating, rating.calls() as client:
        await rating.hear(*directory())
        made = await post(client, "/v1/corrective-actions", ENTRY, 201)
        again = await post(client, "/v1/corrective-actions", ENTRY)
        assert made["id"] == again["id"]
        assert (made["state"], made["overdue"], made["share"]) == ("planned", False, ENTRY["share"])
        changes = f"/v1/corrective-actions/{made['id']}/changes"
        await post(client, changes, {"state": "underway", "note": "theo Kế hoạch 12/KH"})
        done = {"state": "done", "result": "Chờ còn 10 phút", "evidence": "Báo cáo 34/BC"}
        for _ in range(2):
            shown = await post(client, changes, done)
        assert (shown["state"], shown["result"]) == ("done", "Chờ còn 10 phút")
        one = (await client.get(f"/v1/corrective-actions/{made['id']}")).json()
        assert [(step["before"], step["after"], step["note"]) for step in one["history"]] == [
            (None, "planned", None),
            ("planned", "underway", "state; theo Kế hoạch 12/KH"),
            ("underway", "done", "evidence; result; state"),
        ]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"share": {"count": 2, "among": 1}}, "/share"),
        ({"share": {"count": 0, "among": 0}}, "/share/among"),
        ({"cause": ""}, "/cause"),
        ({"deadline": "31/01/2030"}, "/deadline"),
        ({"cases": ["x"] * 101}, "/cases"),
        ({"state": "done"}, "/state"),
    ],
)
async def test_a_wrong_entry_is_named(lone, change, pointer):
    async with lone(service) as rating, rating.calls() as client:
        await rating.hear(*directory())
        refused = await post(client, "/v1/corrective-actions", ENTRY | change, 422)
        assert refused["errors"][0]["pointer"] == pointer
        assert await rows_of(rating, "corrective_action") == []


@pytest.mark.parametrize(
    "change", [{}, {"note": "vì sao"}, {"state": "done"}, {"state": "late"}, {"cause": "khác"}]
)
async def test_a_change_changes_something_and_what_is_done_has_a_result(lone, change):
    async with lone(service) as rating, rating.calls() as client:
        await rating.hear(*directory())
        made = await post(client, "/v1/corrective-actions", ENTRY, 201)
        await post(client, f"/v1/corrective-actions/{made['id']}/changes", change, 422)


async def test_what_was_dropped_stays_so(lone):
    async with lone(service) as rating, rating.calls() as client:
        await rating.hear(*directory())
        made = await post(client, "/v1/corrective-actions", ENTRY, 201)
        changes = f"/v1/corrective-actions/{made['id']}/changes"
        await post(client, changes, {"state": "dropped", "note": "trùng"})
        await post(client, changes, {"state": "dropped"})
        refused = await post(client, changes, {"state": "underway"}, 409)
        assert refused["code"] == "action-dropped"


async def test_actions_are_linked_to_cases_that_may_be_seen(lone):
    async with lone(service) as rating, rating.calls("H29", WORKER) as client:
        await told(rating, 1)
        await told(rating, 2, comment="Cán bộ vòi vĩnh")
        [case] = await cases(client)
        restricted = next(row.id for row in await rows_of(rating, "rating_case") if row.restricted)
        made = await post(client, "/v1/corrective-actions", ENTRY | {"cases": [case["id"]]}, 201)
        assert made["cases"] == [case["id"]]
        for unseen in (restricted, "nothing"):
            refused = await post(client, "/v1/corrective-actions", ENTRY | {"cases": [unseen]}, 404)
            assert refused["code"] == "unknown-case"


async def test_actions_of_others_do_not_exist(lone):
    async with lone(service) as rating, rating.calls() as city, rating.calls(STRANGER) as other:
        await rating.hear(*directory())
        made = await post(city, "/v1/corrective-actions", ENTRY, 201)
        await post(other, "/v1/corrective-actions", ENTRY, 404)
        address = f"/v1/corrective-actions/{made['id']}"
        assert (await other.get(address)).status_code == 404
        await post(other, f"{address}/changes", {"state": "underway"}, 404)
        assert (await other.get("/v1/corrective-actions")).json()["items"] == []


async def test_the_register_is_listed_by_deadline_and_fetched_for_a_spreadsheet(lone):
    async with lone(service) as rating, rating.calls() as client:
        await rating.hear(*directory())
        for day in (3, 1, 2):
            entry = ENTRY | {"deadline": f"2020-01-0{day}", "measure": f"=HYPERLINK({day})"}
            await post(client, "/v1/corrective-actions", entry, 201)
        found, query = [], "?limit=2&overdue=true"
        while query:
            page = (await client.get(f"/v1/corrective-actions{query}")).json()
            found += [(one["deadline"], one["overdue"]) for one in page["items"]]
            more = page["next_cursor"]
            query = f"?limit=2&overdue=true&cursor={more}" if more else ""
        assert found == [(f"2020-01-0{day}", True) for day in (1, 2, 3)]
        answer = await client.get("/v1/corrective-actions.csv?plan=hanoi-dard-2020")
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert [row["measure"] for row in rows] == [f"'=HYPERLINK({day})" for day in (1, 2, 3)]
        assert {row["state_vi"] for row in rows} == {"Đã lập kế hoạch"}
        none = await client.get("/v1/corrective-actions.csv?plan=hcmc-2017")
        assert len(none.text.splitlines()) == 1


async def test_an_overdue_action_is_told_of_once(lone):
    async with lone(service) as rating, rating.calls() as client:
        await rating.hear(*directory())
        made = await post(client, "/v1/corrective-actions", ENTRY | {"deadline": "2020-01-01"}, 201)
        for _ in range(2):
            await watch_actions(rating.running)
        [alert] = await rating.announced("alert.raised")
        assert (alert["rule"], alert["count"]) == ("actions_overdue", 1)
        later = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()
        await post(client, f"/v1/corrective-actions/{made['id']}/changes", {"deadline": later})
        rating.running.database.now = lambda: datetime.now(UTC) + timedelta(days=20)
        await watch_actions(rating.running)
        assert len(await rating.announced("alert.raised")) == 2


async def test_texts_of_officers_are_screened(lone):
    async with lone(service) as rating, rating.calls() as client:
        await rating.hear(*directory())
        entry = ENTRY | {"cause": "Chị Lan 0903123456 nghỉ"}
        assert (await post(client, "/v1/corrective-actions", entry, 201))[
            "cause"
        ] == "Chị Lan […] nghỉ"
