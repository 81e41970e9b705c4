"""An agency reports what no event tells, a second person approves it, and kiosks and sites are heard of."""

from chassis.database import UnitOfWork
from contracts.vocabulary import VIETNAM
from gateway.origins import commands as origins
from services.kpi.reports.queries import agencies_with_channel
from tests.builders import AGENCY
from tests.kpi.reporting import ratio
from tests.rating.kiosk_device import Kiosk

REPORTER, APPROVER = "indicators:report", "indicators:read indicators:approve"


async def answered(answer, status=200):
    answer = await answer
    assert answer.status_code == status, answer.text
    return answer.json()


async def enter(city):
    await answered(city.put("/v1/agencies/H29", json={"name": "Thành phố", "kind": "city"}))
    department = {"name": "Sở A", "kind": "department", "parent": "H29"}
    await answered(city.put(f"/v1/agencies/{AGENCY}", json=department))
    await answered(city.put("/v1/agencies/H29.9", json=department | {"name": "Sở B"}))


async def test_a_figure_goes_from_one_partner_to_the_other_and_is_owed_no_more(suite):
    async with (
        suite.partner("H29") as city,
        suite.partner(AGENCY, REPORTER) as reporter,
        suite.partner("H29", APPROVER) as approver,
        suite.partner("H29.9", f"{REPORTER} {APPROVER}") as neighbour,
    ):
        await enter(city)
        await suite.settle()
        due = "/v1/reports/due?series=k18&on=2020-04-16"
        owed = await answered(approver.get(due))
        assert [(one["agency"], one["state"]) for one in owed["items"]] == [
            (AGENCY, "late"),
            ("H29.9", "late"),
        ]
        made = await answered(reporter.post("/v1/indicators/k18/reports", json=ratio(AGENCY)), 201)
        # A neighbour neither sees it nor decides it; a reporter has no say in approvals.
        assert (await neighbour.get(f"/v1/reports/{made['id']}")).status_code == 404
        refused = await neighbour.post(f"/v1/reports/{made['id']}/approve")
        assert (refused.status_code, refused.json()["code"]) == (404, "unknown-report")
        refused = await reporter.post(f"/v1/reports/{made['id']}/approve")
        assert (refused.status_code, refused.json()["code"]) == (403, "scope-missing")
        assert [one["state"] for one in (await answered(approver.get(due)))["items"]] == [
            "waiting",
            "late",
        ]
        done = await answered(approver.post(f"/v1/reports/{made['id']}/approve"))
        assert done["decided_by"] != done["submitted_by"]
        left = await answered(approver.get(due))
        assert [one["agency"] for one in left["items"]] == ["H29.9"]
        assert (left["received"]["count"], left["received"]["among"]) == (1, 2)


async def test_a_kiosk_and_a_site_are_channels_as_long_as_they_are_there(suite):
    kpi, gateway = suite.running["kpi"].database, suite.running["gateway"]

    async def rated_at():
        await suite.settle()
        return await agencies_with_channel(UnitOfWork(kpi))

    async with suite.partner("H29") as city, suite.public() as browser:
        await enter(city)
        await suite.settle()
        assert await rated_at() == frozenset()

        def now():
            return gateway.database.now().astimezone(VIETNAM)

        kiosk = await Kiosk.enrolled(city, browser, now, AGENCY)
        await gateway.do(origins.add_origin, "https://so-b.example.vn", "H29.9", "an operator")
        assert await rated_at() == {AGENCY, "H29.9"}
        await answered(city.delete(f"/v1/kiosks/{kiosk.id}"))
        await gateway.do(origins.remove_origin, "https://so-b.example.vn")
        assert await rated_at() == frozenset()
        # Registered again it is another registration, and counts again.
        await gateway.do(origins.add_origin, "https://so-b.example.vn", "H29.9", "an operator")
        assert await rated_at() == {"H29.9"}
