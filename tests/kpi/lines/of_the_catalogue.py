"""Rows counted over procedures of the catalogue, each as it was on the day it is looked at."""

from contracts.vocabulary import Channel
from tests.kpi.lines.of_dossiers import MET, NO, ratio
from tests.kpi.lines.telling import PLAN_2018, World, published

POSTED = {"posted_at_office": True, "posted_online": True, "updated_on_time": True}


def level_four(world, yes, no):
    world.procedures(yes, "y", level=4)
    world.procedures(no - 1, "n", level=3)
    # Level 4 from the next year on.
    code = f"{world.agency}-later"
    world.has(
        published(code, world.agency, level=2),
        published(code, world.agency, level=4, valid_from="2021-01-01", version=2, revision=2),
    )
    # Abolished within the year, and of another agency.
    world.procedures(1, "gone", level=4, abolished_on="2020-12-31")
    world.has(published(f"{world.agency}-other", f"{world.agency}.other", level=4))


def on_the_portal(world, yes, no):
    world.procedures(yes, "y", level=3, portal=True)
    world.procedures(no, "n", level=4)
    world.procedures(2, "low", level=2, portal=True)


def electronic(world, yes, no):
    world.procedures(yes, "y", level=3, electronic_dossiers=True)
    world.procedures(no, "n", level=4, electronic_dossiers=False)
    world.procedures(2, "low", level=2, electronic_dossiers=True)


def posted_either_way(world, yes, no):
    world.procedures(yes, "y", by_post=True)
    world.procedures(no, "n", by_post=True)
    world.procedures(1, "closed")
    for n in range(yes):
        way = {"sent": True} if n else {"taken": True, "channel": Channel.POST}
        world.settled(1, f"d{n}-", procedure=f"{world.agency}-y{n}", **way)
    # Ordered and never taken by the post; and a procedure that is not opened to it.
    world.settled(1, "r", procedure=f"{world.agency}-n0", channel=Channel.POST)
    world.settled(1, "c", procedure=f"{world.agency}-closed0", sent=True)


def returned_by_post(world, yes, no):
    world.procedures(yes, "y", level=3)
    world.procedures(no, "n", level=4)
    world.procedures(1, "low", level=2)
    for n in range(yes):
        world.settled(1, f"d{n}-", procedure=f"{world.agency}-y{n}", sent=True)
    # The way in is not the way out.
    world.settled(1, "r", procedure=f"{world.agency}-n0", channel=Channel.POST, taken=True)
    world.settled(1, "c", procedure=f"{world.agency}-low0", sent=True)


def all_posted(row, lacking, **told):
    """All are posted; one is not; of one nobody told."""
    yield World(row, "at", MET, 2, 2, **told).procedures(2, **POSTED)
    yield (
        World(row, "below", NO, 1, 2, **told)
        .procedures(1, "y", **POSTED)
        .procedures(1, "n", **POSTED | {lacking: False})
    )
    yield (
        World(row, "untold", "no_data", 1, 2, unknown=1, **told)
        .procedures(1, "y", **POSTED)
        .procedures(1, "u", **POSTED | {lacking: None})
    )


def not_told():
    """K10: whatever the two that are not told turn out to be, half or more of four do, or cannot."""
    enough = World("k10", "untold-met", MET, 2, 4, unknown=1)
    enough.procedures(2, "y", level=3, electronic_dossiers=True)
    open_still = World("k10", "untold", "no_data", 1, 4, unknown=1)
    open_still.procedures(1, "y", level=3, electronic_dossiers=True)
    open_still.procedures(1, "m", level=3, electronic_dossiers=False)
    for world in (enough, open_still):
        world.procedures(1, "u", level=3)
        world.procedures(1, "n", level=3, electronic_dossiers=False)
        yield world


def changed():
    """K42: levels on 31 December 2017 and on 30 September 2018."""
    for stands, verdict, at_end, value in (
        ("at", NO, 2, "0"),
        ("below", NO, 1, "-1"),
        ("above", MET, 3, "1"),
    ):
        world = World("k42", stands, verdict, at_end, value=value, period=PLAN_2018)
        world.procedures(2, "old", level=3)
        first, last = f"{world.agency}-old0", f"{world.agency}-new"
        if stands == "below":
            world.has(version(first, world, 2, "2018-09-30"))
        if stands == "above":
            world.has(version(last, world, 4, "2018-01-01", number=1))
        # On the day after the last one it is level 3, and does not count yet.
        world.has(version(f"{world.agency}-later", world, 3, "2018-10-01", number=1))
        yield world


def version(code, world, level, day, number=2):
    return published(
        code, world.agency, level=level, valid_from=day, version=number, revision=number
    )


def under_iso():
    """K44: of the district and of its wards, both; and its two halves each as a row of its own."""
    for stands, told, ward in (("at", True, True), ("below", False, False), ("untold", None, None)):
        verdict = {True: MET, False: NO, None: "no_data"}[told]
        value = {True: "true", False: "false", None: None}[told]
        state = "ok" if value else "no_data"
        whole = World("k44", stands, verdict, value=value, state=state, period=PLAN_2018)
        yield whole.procedures(2, "d", levels=["district"], iso=True).procedures(
            1, "w", levels=["commune"], iso=ward
        )
    # In one of them the ward's is not told to be the ward's: it breaks it or is none of it.
    for stands, iso, verdict in (("unplaced", False, "no_data"), ("unplaced-met", True, MET)):
        value, state = ("true", "ok") if iso else (None, "no_data")
        whole = World("k44", stands, verdict, value=value, state=state, period=PLAN_2018)
        whole.procedures(2, "d", levels=["district"], iso=True).procedures(1, "u", iso=iso)
        yield whole.procedures(1, "w", levels=["commune"], iso=True)
    for row, level, other in (
        ("k44.district", "district", "commune"),
        ("k44.ward", "commune", "district"),
    ):
        for stands, verdict, count, second in (
            ("at", MET, 2, True),
            ("below", NO, 1, False),
            ("untold", "no_data", 1, None),
        ):
            world = World(row, stands, verdict, count, 2, period=PLAN_2018)
            world.unknown = int(second is None)
            world.procedures(1, "a", levels=[level], iso=True)
            world.procedures(1, "b", levels=[level], iso=second)
            yield world.procedures(1, "c", levels=[other], iso=False)
        for stands, verdict, iso in (
            ("unplaced", "no_data", False),
            ("unplaced-met", MET, True),
            ("unplaced-untold", "no_data", None),
        ):
            world = World(row, stands, verdict, 2, 2, unplaced=1, period=PLAN_2018)
            world.procedures(2, "a", levels=[level], iso=True)
            world.procedures(1, "u", levels=[], iso=iso)
            yield world.procedures(1, "c", levels=[other], iso=False)
        broken = World(row, "unplaced-broken", NO, 1, 2, unplaced=1, period=PLAN_2018)
        broken.procedures(1, "a", levels=[level], iso=True)
        broken.procedures(1, "b", levels=[level], iso=False)
        yield broken.procedures(1, "u", iso=True)
        alone = World(row, "alone", "no_data", 0, 0, unplaced=1, state="no_data", period=PLAN_2018)
        yield alone.procedures(1, "u", iso=True)


WORLDS = [
    *ratio("k06", (3, 10), (2, 7), (1, 3), level_four),
    *ratio("k08", (1, 2), (3, 7), (4, 7), on_the_portal),
    *ratio("k10", (1, 2), (3, 7), (4, 7), electronic),
    *not_told(),
    *ratio("k14", (1, 2), (1, 3), (2, 3), posted_either_way),
    *ratio("k24", (3, 10), (2, 7), (1, 3), returned_by_post),
    *all_posted("k27", "updated_on_time"),
    *all_posted("k33", "posted_online"),
    *changed(),
    *under_iso(),
    *all_posted("k45", "posted_at_office", period=PLAN_2018),
]
