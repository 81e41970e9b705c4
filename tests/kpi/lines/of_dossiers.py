"""Rows counted over dossiers: settled, on time, by post, rated."""

from datetime import datetime, timedelta

from contracts.vocabulary import VIETNAM, AgencyKind, Channel, Provenance
from tests.kpi.lines.telling import QUARTERS_2020, World, iso

ONLINE, POST = Channel.ONLINE, Channel.POST
NO, MET = "not_met", "met"


def ratio(row, at, below, above, tell, *, strict=False, **told):
    """Three worlds of a ratio, each from so many that count and so many that do not."""
    for stands, (count, among), verdict in (
        ("at", at, NO if strict else MET),
        ("below", below, NO),
        ("above", above, MET),
    ):
        world = World(row, stands, verdict, count, among, **told)
        tell(world, count, among - count)
        yield world


def satisfied_in_two_fields(world, yes, no):
    world.settled(yes, "y", field="giao-duc", score=4)
    world.settled(no, "n", field="y-te", score=3)
    # Another field, and what an officer entered, are no part of it.
    world.settled(5, "o", field="f", score=1)
    world.settled(2, "h", field="y-te", score=1, provenance=Provenance.ASSISTED)


def online(world, yes, no):
    world.settled(yes, "y", channel=ONLINE)
    world.settled(no, "n")


def business_online(world, yes, no):
    world.settled(yes, "y", channel=ONLINE, field="dang-ky-doanh-nghiep")
    world.settled(no, "n", field="dang-ky-doanh-nghiep")
    world.settled(3, "o")


def households_online(world, yes, no):
    district = world.below("d", AgencyKind.DISTRICT)
    ended = world.below("e", AgencyKind.DISTRICT, valid_to="2020-07-01")
    other = world.below("o", AgencyKind.DEPARTMENT)
    world.settled(yes - 1, "y", district, channel=ONLINE, field="ho-kinh-doanh")
    # A district that is no more by the end of the year handled it while it was there.
    world.settled(1, "y", ended, channel=ONLINE, field="ho-kinh-doanh")
    world.settled(no, "n", district, field="ho-kinh-doanh")
    world.settled(2, "o", other, channel=ONLINE, field="ho-kinh-doanh")


def by_post_in(world, yes, no):
    world.settled(yes, "y", channel=POST, taken=True)
    # One that names the post and was never taken by it counts as received only.
    world.settled(1, "r", channel=POST)
    world.settled(no - 1, "n")


def by_post_out(world, yes, no):
    world.settled(yes, "y", sent=True)
    world.settled(no, "n")
    # A result that nobody has yet is not returned.
    world.settled(2, "w", returned=False)


def satisfied(world, yes, no):
    world.settled(yes - 1, "y", score=4)
    world.settled(1, "v", score=5)
    world.settled(no, "n", score=3)
    world.settled(2, "h", score=1, provenance=Provenance.ASSISTED)


def satisfied_online(world, yes, no):
    world.settled(yes, "y", score=4, channel=ONLINE)
    world.settled(no, "n", score=2, channel=ONLINE)
    world.settled(5, "c", score=1)


def on_time(world, yes, no):
    world.settled(yes, "y")
    world.settled(no, "n", late=True)


def participating(world, yes, no):
    world.settled(yes, "y", score=1)
    world.settled(no - 1, "n")
    # Not at the counter yet, but online: it can be rated.
    world.settled(1, "o", channel=ONLINE, returned=False)
    world.settled(2, "w", returned=False)


def weakest(world, yes, no):
    """The lowest procedure decides, and of two that are as low the first by its code."""
    world.of = f"{world.agency}-p0"
    world.procedures(3)
    for n in (0, 1):
        procedure = f"{world.agency}-p{n}"
        world.settled(yes, f"y{n}-", procedure=procedure)
        world.settled(no, f"n{n}-", procedure=procedure, late=True)


def abolished():
    """K23: a procedure that is no more by the end of the year was late while there was one."""
    world = World("k23", "abolished", NO, 1, 2, of="k23.abolished-p1")
    world.procedures(1).procedures(1, first=1, abolished_on="2020-07-01")
    world.settled(20, "y", procedure="k23.abolished-p0")
    world.settled(1, "a", procedure="k23.abolished-p1")
    world.settled(1, "n", procedure="k23.abolished-p1", late=True)
    yield world


def young():
    """Dossiers of these days: those that have not had their time are waited for."""
    now = datetime.now(VIETNAM)
    days = {
        "period_from": iso((now - timedelta(days=60)).date()),
        "period_to": iso((now + timedelta(days=10)).date()),
    }
    for stands, rated, verdict in (("young", 2, MET), ("young-below", 1, "not_due")):
        world = World("k36", stands, verdict, rated, 5, period=days)
        world.settled(rated, "y", score=5, at=now - timedelta(days=5))
        world.settled(5 - rated, "n", at=now - timedelta(days=40))
        world.settled(3, "w", at=now - timedelta(days=5))
        yield world


def units_above_ninety():
    at = World("k04", "at", MET, 2, 2)
    below = World("k04", "below", NO, 1, 2)
    nothing = World("k04", "nothing", "no_data", 0, 0, state="empty")
    for world in (at, below, nothing):
        one, two = (world.below(name, AgencyKind.DEPARTMENT) for name in "ab")
        if world is nothing:
            continue
        world.settled(1, "y", one)
        world.settled(9 if world is below else 10, "x", two, field="g")
        world.settled(1, "n", two, field="g", late=True)
        # All of it together would be above the line by far.
        world.settled(20, "m", two, field="h")
        # Nothing settled: neither kept nor broken.
        world.below("c", AgencyKind.DEPARTMENT)
    return at, below, nothing


def units_above_ninety_five():
    for stands, verdict, good, bad in (
        ("at", MET, 7, 3),
        ("below", NO, 9, 4),
        ("above", MET, 5, 2),
    ):
        world = World("k05", stands, verdict, good, good + bad)
        for n in range(good):
            world.settled(1, "y", world.below(f"g{n}", AgencyKind.DEPARTMENT))
        for n in range(bad - 1):
            world.settled(1, "n", world.below(f"b{n}", AgencyKind.DISTRICT), late=True)
        # 19 of 20 is 95 %, and not above it.
        last = world.below("l", AgencyKind.WARD)
        world.settled(19, "y", last)
        world.settled(1, "n", last, late=True)
        yield world


def registered_in_part():
    """K09: registers that tell less than was received here make up for nobody else's."""
    world = World("k09", "more", NO, 13, 17)
    office, district = (
        world.below("a", AgencyKind.DEPARTMENT),
        world.below("d", AgencyKind.DISTRICT),
    )
    ward = world.below("w", AgencyKind.WARD, parent=district)
    # Six received of four told: six of six. Three and two of nine: the ward's are in its district's.
    world.settled(6, agency=office).told("k09.register", office, count=4)
    world.settled(3, agency=district).settled(2, agency=ward)
    world.told("k09.register", district, count=9)
    # The city's own are in nobody's register.
    world.settled(2)
    yield world


def registered():
    """K09: received here, among what each agency's own register has, told by quarters."""
    for stands, verdict, received in (("at", MET, 4), ("below", NO, 3), ("nothing", "no_data", 4)):
        world = World("k09", stands, verdict, received, 4)
        office = world.below("a", AgencyKind.DEPARTMENT)
        world.settled(received, agency=office)
        quarters = QUARTERS_2020[:3] if stands == "nothing" else QUARTERS_2020
        for period in quarters:
            world.told("k09.register", office, count=1, **period)
        # It was no more before the year: it owes nothing, and nobody waits for it.
        world.below("z", AgencyKind.DISTRICT, valid_to="2020-01-01")
        if stands == "nothing":
            world.count, world.among = None, None
            world.state, world.missing = "no_data", [office]
        yield world


WORLDS = [
    *ratio("k01", (17, 20), (11, 13), (6, 7), satisfied_in_two_fields),
    *units_above_ninety(),
    *units_above_ninety_five(),
    *ratio("k07", (1, 5), (1, 6), (2, 9), online),
    *registered(),
    *registered_in_part(),
    *ratio("k11", (9, 10), (8, 9), (10, 11), business_online),
    *ratio("k12", (2, 5), (3, 8), (3, 7), households_online),
    *ratio("k15", (1, 10), (1, 11), (1, 9), by_post_in),
    *ratio("k16", (1, 10), (1, 11), (1, 9), by_post_out),
    *ratio("k21", (17, 20), (11, 13), (6, 7), satisfied, strict=True),
    *ratio("k22", (17, 20), (11, 13), (6, 7), satisfied_online, strict=True),
    *ratio("k23", (9, 10), (8, 9), (10, 11), weakest, strict=True),
    *abolished(),
    *ratio("k36", (2, 5), (3, 8), (3, 7), participating),
    *young(),
    *ratio("k37", (8, 10), (7, 9), (9, 11), satisfied, strict=True),
    *ratio("k40", (8, 10), (7, 9), (9, 11), satisfied, strict=True),
    *ratio("k41", (9, 10), (8, 9), (10, 11), on_time, strict=True),
]
