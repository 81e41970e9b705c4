"""Tasks of a plan: how far each is by approved reports, by when it is due, and on what that rests."""

from datetime import date

import pytest

from contracts.directory import AgencyRegistered
from contracts.periods import Span
from contracts.vocabulary import AgencyKind, TaskState
from services.kpi import service
from services.kpi.indicators.series import SERIES, Series, SeriesInvalid, read
from services.kpi.tasks.standing import Told, tasks_of
from tests.kpi.reporting import EVIDENCE, client, decided, sent, two
from tests.kpi.test_service import AGENCIES

PLAN = Span(date(2018, 1, 1), date(2018, 10, 1))
DISTRICT = "000.00.44.H29"
NINE_MONTHS = {"period_from": "2018-01-01", "period_to": "2018-10-01"}


def told(number="1", state=TaskState.DONE, *, approved=True, period=PLAN, report="r"):
    return Told(number, period, state, approved, report)


def first(on, *reports, series=SERIES["k46.tasks"]):
    """How the first task stands on a day."""
    return tasks_of(series, PLAN, reports, on)[0]


@pytest.mark.parametrize(
    ("on", "reports", "expected"),
    [
        ("2018-09-30", [], (None, None, False)),
        ("2018-10-01", [], (None, "due", True)),
        ("2018-10-15", [], (None, "due", True)),
        ("2018-10-16", [], (None, "late", True)),
        ("2018-10-16", [told(approved=False)], (None, "waiting", True)),
        ("2018-10-16", [told(number="2")], (None, "late", True)),
        ("2018-09-30", [told(state=TaskState.UNDER_WAY)], ("under_way", "approved", False)),
        ("2018-10-01", [told(state=TaskState.UNDER_WAY)], ("under_way", "approved", True)),
        ("2018-10-16", [told(), told(approved=False)], ("done", "approved", False)),
    ],
)
def test_a_task_stands_by_what_was_approved_and_by_the_day(on, reports, expected):
    task = first(date.fromisoformat(on), *reports)
    state = task.told.state if task.told else None
    assert (state, task.reported, task.overdue) == expected
    assert (task.due_on, task.report_due_on) == (date(2018, 9, 30), date(2018, 10, 15))


def test_the_approved_report_of_the_latest_period_within_the_plan_counts():
    halves = [Span(date(2018, 1, 1), date(2018, 7, 1)), Span(date(2018, 7, 1), PLAN.end)]
    after = Span(date(2018, 10, 1), date(2019, 1, 1))
    told_of = [
        told(state=TaskState.UNDER_WAY, period=halves[1], report="second"),
        told(state=TaskState.DONE, period=halves[0], report="first"),
        told(state=TaskState.NOT_STARTED, period=after, report="after"),
    ]
    assert first(date(2019, 1, 1), *told_of).told.report == "second"


NAMED = """format: kpi/1
series:
  - id: m.tasks
    title: {vi: "Nhiệm vụ", en: "A task"}
    kind: task
    tasks: 2
    named:
      - {vi: "Xây dựng kế hoạch", en: "Write the plan", due_on: 2018-03-31}
      - {vi: "Tổng kết", en: "Review it"}
    owner: plan
    plans: [binh-thanh-2018]
    every: once
    due_days: 15
    source: self_reported
    evidence: required
"""


def test_a_task_that_is_written_down_has_its_name_and_its_own_day():
    series: Series = read(NAMED)["m.tasks"]
    one, other = tasks_of(series, PLAN, [], date(2018, 4, 1))
    assert (one.named.en, one.due_on, one.overdue) == ("Write the plan", date(2018, 3, 31), True)
    assert (other.named.vi, other.due_on, other.overdue) == ("Tổng kết", date(2018, 9, 30), False)
    assert not tasks_of(series, PLAN, [], one.due_on)[0].overdue
    for wrong in ("tasks: 3", "tasks: 1"):
        with pytest.raises(SeriesInvalid, match="name each of the tasks, in the order of their"):
            read(NAMED.replace("tasks: 2", wrong))


async def get(http, path, status=200):
    answer = await http.get(f"/v1/plans/{path}")
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_the_tasks_of_a_plan_are_told_with_state_deadline_and_document(lone):
    district = AgencyRegistered(code=DISTRICT, name="Quận", kind=AgencyKind.DISTRICT, parent="H29")
    async with lone(service) as kpi, two(kpi) as (one, other):
        await kpi.hear(*AGENCIES, district)
        for number, value, act in (
            ("1", "done", "approve"),
            ("2", "under_way", "approve"),
            ("3", "done", "reject"),
            ("4", "done", None),
        ):
            body = {"agency": DISTRICT, "about": number, "value": value, "evidence": EVIDENCE}
            made = await sent(one, "k46.tasks", body | NINE_MONTHS)
            if act:
                more = {"reason": "Thiếu tài liệu."} if act == "reject" else {}
                await decided(other, made["id"], act, **more)
        asked = await get(one, "binh-thanh-2018/tasks")
        assert (asked["agency"], asked["done"], asked["among"]) == (DISTRICT, 1, 8)
        states = [(row["state"], row["reported"]) for row in asked["items"]]
        assert states[:4] == [
            ("done", "approved"),
            ("under_way", "approved"),
            (None, "late"),
            (None, "waiting"),
        ]
        first_row = asked["items"][0]
        assert first_row["document"] == {
            "document_no": "34/BC-SNN",
            "title": "Báo cáo kết quả quý I",
            "issued_on": "2020-04-10",
        }
        assert (first_row["due_on"], first_row["report_due_on"]) == ("2018-09-30", "2018-10-15")
        assert (await one.get(f"/v1/reports/{first_row['report']}")).json()["about"] == "1"
        public = await get(one, "binh-thanh-2018/tasks?public=true")
        assert public["items"][0]["report"] is None
        assert public["items"][3]["reported"] == "late"
        assert (await get(one, "hcmc-2020/tasks"))["among"] == 0
        assert (await get(one, "none/tasks", 404))["code"] == "unknown-plan"
        indicators = (await one.get("/v1/indicators")).json()["items"]
        of_tasks = {
            row["definition"]["id"]: row["tasks_of"] for row in indicators if row["tasks_of"]
        }
        assert of_tasks == {"k46": ["binh-thanh-2018"]}
        board = await get(one, f"binh-thanh-2018/scoreboard?agency={DISTRICT}")
        assert [row["id"] for row in board["others"]] == ["k44", "k46"]


async def test_tasks_of_an_agency_beyond_reach_are_not_told(lone):
    async with lone(service) as kpi, client(kpi, "c-a", "A") as http:
        await kpi.hear(*AGENCIES)
        assert (await get(http, "binh-thanh-2018/tasks", 404))["code"] == "unknown-agency"
        assert (await get(http, "binh-thanh-2018/tasks?agency=A"))["done"] == 0
