"""Rows that agencies report, or that are taken over from elsewhere; approved by a second client."""

from contracts.channels import ChannelClosed, ChannelOpened, SiteRegistered
from contracts.vocabulary import AgencyKind
from tests.kpi.lines.of_dossiers import MET, NO, ratio
from tests.kpi.lines.telling import PLAN_2017, PLAN_2018, QUARTERS_2020, World, day

DEPARTMENT, DISTRICT, WARD, UNIT = (
    AgencyKind.DEPARTMENT,
    AgencyKind.DISTRICT,
    AgencyKind.WARD,
    AgencyKind.UNIT,
)
OPENED = day(2017, 10, 3)


def reported(series):
    """A ratio told in one report."""

    def tell(world, yes, no):
        world.told(series, count=yes, among=yes + no)

    return tell


def everything(row, *, quarters=False, **told):
    """All of it; all but one; nothing approved."""
    for stands, verdict, count in (("at", MET, 20), ("below", NO, 19)):
        world = World(row, stands, verdict, count, 20, kind=DEPARTMENT, **told)
        if quarters:
            for period in QUARTERS_2020[:3]:
                world.told(row, count=5, among=5, **period)
            world.told(row, count=count - 15, among=5, **QUARTERS_2020[3])
        else:
            world.told(row, count=count, among=20)
        yield world
    world = World(row, "nothing", "no_data", state="no_data", kind=DEPARTMENT, **told)
    if quarters:
        world.told(row, count=5, among=5, **QUARTERS_2020[0])
    if row in {"k18", "k19", "k25"}:
        world.missing = [world.agency]
    yield world


def agencies_that(series, *lines):
    """So many agencies say yes, so many no, so many nothing."""
    for stands, verdict, yes, no, nothing in lines:
        world = World(series, stands, verdict, yes, yes + no + nothing, unknown=nothing)
        kinds = [DEPARTMENT, DISTRICT]
        for n in range(yes + no + nothing):
            office = world.below(f"a{n}", kinds[n % 2])
            if n < yes + no:
                world.told(series, office, value=n < yes)
        # A ward is asked nothing, nor who was no more on the last day of the year.
        world.below("w", WARD, parent=f"{world.agency}.a0")
        world.below("e", DEPARTMENT, valid_to="2020-12-31")
        # Who ends with the year was there on its last day.
        yield world


def inspections(row, kinds, *lines):
    """So many agencies that the register of inspections names, so many that it does not."""
    for stands, verdict, yes, no in lines:
        world = World(row, stands, verdict, yes, yes + no)
        offices = [world.below(f"a{n}", kinds[n % len(kinds)]) for n in range(yes + no)]
        day_of = "2020-05-04"
        if row == "k47":
            world.period, day_of = PLAN_2018, "2018-05-04"
        world.inspected(row, *offices[:yes], day=day_of)
        # Twice is not two agencies.
        world.inspected(row, *offices[: yes and 1], day=day_of, manner="unannounced")
        if not yes:
            world.state, world.unknown = "no_data", no
        yield world


def regular():
    """K28: two regular inspections, and every unit inspected."""
    for stands, value, second in (
        ("at", "true", "planned"),
        ("below", "false", "unannounced"),
        ("above", "true", "planned"),
    ):
        verdict = MET if value == "true" else NO
        world = World("k28", stands, verdict, value=value, kind=DEPARTMENT)
        offices = [world.below(f"u{n}", UNIT) for n in range(2)]
        manners = ["planned", second, *(["planned"] if stands == "above" else [])]
        for n, manner in enumerate(manners):
            world.told("k28a", occurred_on=f"2020-0{n + 2}-03", about="Đợt", manner=manner)
        yield world.inspected("k28b", *offices)
    world = World("k28", "one-unit", NO, value="false", kind=DEPARTMENT)
    units = [world.below(f"u{n}", UNIT) for n in range(2)]
    for month in (3, 9):
        world.told("k28a", occurred_on=f"2020-0{month}-03", about="Đợt", manner="planned")
    yield world.inspected("k28b", units[0])


def graded():
    for stands, grade, verdict in (
        ("at", "Tốt", MET),
        ("below", "Khá", NO),
        ("above", "Xuất sắc", MET),
    ):
        yield World("k29", stands, verdict, value=grade).told("k29", value=grade)
    yield World("k29", "nothing", "no_data", state="no_data")


def surveyed():
    """K30 and K31: a percentage as it was announced, of four places at most."""
    for stands, told, verdict, count, among in (
        ("at", "85", NO, 85, 100),
        ("below", "84.9999", NO, 849999, 1_000_000),
        ("above", "85.0001", MET, 850001, 1_000_000),
    ):
        yield World("k30", stands, verdict, count, among).told("k30", value=told)
    for stands, ours, verdict, value in (
        ("at", "86.250", NO, "0"),
        ("below", "86.24", NO, "-0.0001"),
        ("above", "86.26", MET, "0.0001"),
    ):
        world = World("k31", stands, verdict, value=value)
        yield world.told("k30", value=ours).told("k31.city", value="86.25")
    world = World("k31", "nothing", "no_data", state="no_data")
    yield world.told("k30", value="99")


def dialogues():
    """K32: in the half-year that had the fewest."""
    for stands, verdict, fewest, days in (
        ("at", MET, 1, ("2020-06-30", "2020-07-01")),
        ("below", NO, 0, ("2020-03-02", "2020-06-30")),
        ("above", MET, 2, ("2020-01-01", "2020-06-30", "2020-07-01", "2020-12-31")),
    ):
        world = World("k32", stands, verdict, fewest)
        for told in days:
            world.told("k32", occurred_on=told, about="Đất đai")
        # The year after is another period.
        yield world.told("k32", occurred_on="2021-01-01", about="Đất đai")


def rolled_out():
    """K38: who can be rated by a kiosk or a site that is open on the last day."""
    for stands, verdict, count in (("at", MET, 3), ("below", NO, 2), ("closed", NO, 2)):
        world = World("k38", stands, verdict, count, 3, period=PLAN_2017)
        ward, tax = world.below("w", WARD), world.below("t", AgencyKind.TAX)
        land = world.below("l", AgencyKind.LAND_REGISTRY)
        # Kinds that the sentence does not name, and one that begins after the year.
        world.below("d", DEPARTMENT)
        world.below("n", WARD, valid_from="2018-01-01")
        world.has(
            ChannelOpened(channel=f"{ward}-k", agency=ward, opened_at=OPENED),
            SiteRegistered(channel=f"{tax}-s", agency=tax, opened_at=day(2017, 12, 31)),
        )
        if stands != "below":
            world.has(ChannelOpened(channel=f"{land}-k", agency=land, opened_at=OPENED))
        if stands == "closed":
            shut = day(2017, 12, 31)
            world.has(ChannelClosed(channel=f"{land}-k", agency=land, closed_at=shut))
        yield world


def handed_in():
    """K39: reports received of those that were due by now; a plan without a target for them."""
    for stands, handed in (("all", 2), ("half", 1), ("none", 0)):
        world = World("k39", stands, "undecided", handed, 2, period=PLAN_2017)
        offices = [world.below("a", DEPARTMENT), world.below("b", DISTRICT)]
        world.below("w", WARD)
        world.below("e", DEPARTMENT, valid_to="2017-12-31")
        for office in offices[:handed]:
            world.told("k39.report", office, value=True)
        yield world


def moved():
    """K34: yes, no, and nobody said."""
    yield World("k34", "at", MET, value="true").told("k34", value=True)
    yield World("k34", "below", NO, value="false").told("k34", value=False)
    yield World("k34", "nothing", "no_data", state="no_data")


WORLDS = [
    *ratio("k02", (17, 20), (11, 13), (6, 7), reported("k02")),
    *agencies_that("k03", ("at", MET, 1, 1, 0), ("below", NO, 1, 2, 0), ("above", MET, 2, 1, 0)),
    *ratio("k13", (3, 10), (2, 7), (1, 3), reported("k13")),
    *agencies_that(
        "k17", ("at", MET, 3, 0, 0), ("below", NO, 2, 1, 0), ("untold", "no_data", 2, 0, 1)
    ),
    *everything("k18", quarters=True),
    *everything("k19"),
    *inspections(
        "k20", [DEPARTMENT, DISTRICT], ("at", MET, 3, 7), ("below", NO, 2, 5), ("above", MET, 1, 2)
    ),
    *everything("k25", quarters=True),
    *everything("k26"),
    *regular(),
    *graded(),
    *surveyed(),
    *dialogues(),
    *moved(),
    *rolled_out(),
    *handed_in(),
    *everything("k43", period=PLAN_2018),
    *inspections(
        "k47", [WARD, UNIT], ("at", MET, 2, 0), ("below", NO, 1, 1), ("nothing", "no_data", 0, 2)
    ),
]
