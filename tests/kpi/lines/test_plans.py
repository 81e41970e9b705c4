"""Every plan's score names what it lacks; K46, K39 before its day, and one merged agency today."""

import pytest

from contracts.channels import ChannelOpened
from contracts.directory import AgencyRegistered
from contracts.vocabulary import AgencyKind, Channel
from services.kpi import service
from tests.kpi.lines.of_the_catalogue import POSTED
from tests.kpi.lines.telling import CITY, PLAN_2017, PLAN_2018, World, day
from tests.kpi.reporting import decided, sent, two

DEPARTMENT, DISTRICT, UNIT, WARD = (
    AgencyKind.DEPARTMENT,
    AgencyKind.DISTRICT,
    AgencyKind.UNIT,
    AgencyKind.WARD,
)


async def heard(kpi, world, one, other):
    own = AgencyRegistered(code=world.agency, name="Của kế hoạch", kind=world.kind, parent="H29")
    await kpi.hear(CITY, own, *world.events)
    for series, body in world.reports:
        made = await sent(one, series, body)
        await decided(other, made["id"], "approve")


def city_2020():
    """All but three targets of the city's plan: too few inspected, nothing certified, one field late."""
    world = World("plan", "city", "")
    office, district = world.below("a", DEPARTMENT), world.below("d", DISTRICT)
    # Nine at a department and one at a district, which is late in one field of its two.
    world.settled(6, "x", office, field="giao-duc", score=5, channel=Channel.ONLINE)
    world.settled(2, "b", office, field="dang-ky-doanh-nghiep", channel=Channel.ONLINE)
    world.settled(1, "h", district, field="ho-kinh-doanh", channel=Channel.ONLINE)
    post = {"channel": Channel.POST, "taken": True, "sent": True}
    world.settled(1, "l", district, field="g", late=True, procedure=f"{world.agency}-p0", **post)
    told = {"by_post": True, "portal": True, "level": 4, "electronic_dossiers": True}
    world.procedures(1, **told)
    for agency, received in ((office, 8), (district, 2)):
        world.told("k03", agency, value=True).told("k17", agency, value=True)
        world.told("k09.register", agency, count=received)
        world.told("k18", agency, count=3, among=3).told("k19", agency, count=2, among=2)
    world.told("k02", count=9, among=10)
    # One of four was inspected: 25 %.
    world.below("b", DEPARTMENT)
    world.below("c", DEPARTMENT)
    for name in "bc":
        agency = f"{world.agency}.{name}"
        world.told("k03", agency, value=True).told("k17", agency, value=True)
        world.told("k09.register", agency, count=0)
        world.told("k18", agency, count=1, among=1).told("k19", agency, count=1, among=1)
    world.inspected("k20", office)
    # K05: the department alone is above 95 % in every field: one unit of two.
    return (
        "hcmc-2020",
        world,
        "16/20",
        {
            "k04": "not_met",
            "k05": "not_met",
            "k13": "no_data",
            "k20": "not_met",
        },
    )


def city_2017():
    """Two of five rated, four of five satisfied at exactly 80 %, every ward with a kiosk."""
    world = World("plan", "surveys", "", period=PLAN_2017)
    ward = world.below("w", WARD)
    world.settled(4, "y", ward, score=4, at=day(2017, 9, 5))
    world.settled(1, "n", ward, score=2, at=day(2017, 9, 5))
    world.settled(7, "u", ward, at=day(2017, 9, 5))
    world.has(ChannelOpened(channel="plan-k", agency=ward, opened_at=day(2017, 9, 1)))
    return "hcmc-2017", world, "2/3", {"k37": "not_met"}


def food_safety():
    """Every procedure on time but one at nine of ten; graded Khá; nothing told of the leaders."""
    world = World("plan", "board", "", kind=DEPARTMENT)
    unit = world.below("u", UNIT)
    world.procedures(1, level=3, **POSTED)
    procedure = f"{world.agency}-p0"
    world.settled(9, "y", procedure=procedure, score=5, channel=Channel.ONLINE, sent=True)
    world.settled(1, "n", procedure=procedure, late=True)
    world.told("k25", count=7, among=7).told("k29", value="Khá").inspected("k28b", unit)
    for month in (3, 9):
        world.told("k28a", occurred_on=f"2020-0{month}-03", about="Đợt", manner="planned")
    return "food-safety-2020", world, "6/9", {"k23": "not_met", "k26": "no_data", "k29": "not_met"}


def agriculture():
    """At the city's average, and not above it; a dialogue in each half-year."""
    world = World("plan", "farming", "", kind=DEPARTMENT)
    world.told("k30", value="86.2").told("k31.city", value="86.2").told("k34", value=True)
    world.told("k32", occurred_on="2020-01-09").told("k32", occurred_on="2020-12-31")
    world.procedures(2, **POSTED)
    return "hanoi-dard-2020", world, "4/5", {"k31": "not_met"}


def district_2018():
    """Seven of eight: one of two wards was inspected."""
    world = World("plan", "district", "", kind=DISTRICT, period=PLAN_2018)
    wards = [world.below(name, WARD) for name in "vw"]
    at = day(2018, 5, 3)
    world.settled(10, "y", score=5, at=at)
    posted = POSTED | {"iso": True}
    world.procedures(1, "d", levels=["district"], level=3, valid_from="2018-02-01", **posted)
    world.procedures(1, "w", levels=["commune"], **posted)
    world.told("k43", count=12, among=12).inspected("k47", wards[0], day="2018-05-04")
    return "binh-thanh-2018", world, "7/8", {"k47": "not_met"}


@pytest.mark.parametrize(
    "told",
    [city_2020, city_2017, food_safety, agriculture, district_2018],
    ids=lambda one: one.__name__,
)
async def test_the_score_of_a_plan_names_what_it_lacks(lone, told):
    plan, world, shown, lacking = told()
    async with lone(service) as kpi, two(kpi) as (one, other):
        await heard(kpi, world, one, other)
        board = (await one.get(f"/v1/plans/{plan}/scoreboard?agency={world.agency}")).json()
        verdicts = {
            row["id"]: row["verdict"] for row in board["targets"] if row["verdict"] != "met"
        }
        assert (board["shown"], verdicts) == (shown, lacking)
        if plan == "binh-thanh-2018":
            # K46 is the plan's own score, over the plan's own days.
            figure = (await one.get(f"/v1/indicators/k46/value?{world.asked}")).json()
            assert (figure["count"], figure["among"], figure["verdict"]) == (7, 8, "undecided")


async def test_a_report_is_not_missed_before_its_last_day_is_over(lone):
    world = World("plan", "surveys", "", period=PLAN_2017)
    office, _ = world.below("a", DEPARTMENT), world.below("b", DISTRICT)
    world.told("k39.report", office, value=True)
    async with lone(service) as kpi, two(kpi) as (one, other):
        await heard(kpi, world, one, other)
        counted = {}
        for on in ("2018-01-15", "2018-01-16"):
            asked = f"/v1/reports/due?on={on}&series=k39.report&agency={world.agency}"
            told = (await one.get(asked)).json()["received"]
            counted[on] = told["count"], told["among"]
        assert counted == {"2018-01-15": (0, 0), "2018-01-16": (1, 2)}
        figure = (await one.get(f"/v1/indicators/k39/value?{world.asked}")).json()
        assert (figure["count"], figure["among"]) == (1, 2)


async def test_a_merged_agency_counts_with_its_successor_today_and_is_asked_nothing_more(lone):
    world = World("plan", "merged", "")
    heir = world.below("h", DEPARTMENT)
    gone = world.below("g", DEPARTMENT, valid_to="2020-07-01", successors=[heir])
    # Nine of ten there, ten of ten here: apart one unit is above 90 %, together 19 of 20 are.
    world.settled(9, "y", gone).settled(1, "n", gone, late=True).settled(10, "y", heir)
    for first, end, received in (("01", "04", 20), ("04", "07", 0)):
        days = {"period_from": f"2020-{first}-01", "period_to": f"2020-{end}-01"}
        world.told("k09.register", gone, count=received // 2, **days)
        world.told("k09.register", heir, count=received // 2, **days)
    for first, end in (("2020-07-01", "2020-10-01"), ("2020-10-01", "2021-01-01")):
        world.told("k09.register", heir, count=0, period_from=first, period_to=end)
    world.told("k17", heir, value=True)
    async with lone(service) as kpi, two(kpi) as (one, other):
        await heard(kpi, world, one, other)

        async def counted(row, structure):
            asked = f"/v1/indicators/{row}/value?{world.asked}&structure={structure}"
            told = (await one.get(asked)).json()
            return told["count"], told["among"]

        assert (await counted("k04", "then"), await counted("k04", "today")) == ((1, 2), (1, 1))
        for structure in ("then", "today"):
            assert await counted("k41", structure) == (19, 20)
            # Of its quarters until it ended, and of its successor's all year: nobody is missing.
            assert await counted("k09", structure) == (20, 20)
            assert await counted("k17", structure) == (1, 1)
