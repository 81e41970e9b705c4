"""The national score: each component at its line, just below it, and with nothing to count."""

from fractions import Fraction

import pytest

from contracts.vocabulary import FigureKind, FigureState, OnlineService
from services.kpi.indicators import INDICATORS
from tests.kpi.measured import Told, cell, figure_of, reader, rows, told


def points(group, part, **world):
    """What a component adds to its group."""
    read = reader(**world).read(INDICATORS[f"766.{group}"], None)
    [found] = [one for one in read.parts if one.id == f"766.{part}"]
    return found


def procedures(attribute, yes, no, **also):
    """A catalogue in which so many say yes, and so many no."""
    values = [True] * yes + [False] * no
    return rows(*({attribute: value} | also for value in values))


def online(with_dossiers, without):
    counts = [1] * with_dossiers + [0] * without
    told = {"online_service": OnlineService.PARTIAL}
    return rows(*(told | {"amounts": {"received_online": count}} for count in counts))


def services(offered, others):
    full, none = OnlineService.FULL, OnlineService.NONE
    return rows(*({"online_service": one} for one in [full] * offered + [none] * others))


LINES = [
    # group, component, all points, world with everything, expected of another world
    ("transparency", "publish_on_time", 6, procedures("published_on_time", 2, 0)),
    ("transparency", "update_on_time", 4, procedures("updated_on_time", 2, 0)),
    ("transparency", "content_full", 2, procedures("content_complete", 2, 0)),
    ("transparency", "dossier_sync", 6, cell(synchronised=9, received=9)),
    ("progress_score", "progress", 20, cell(on_time_c=4, within_c=1, settled_c=4, open=1)),
    ("online", "online_provided", 2, services(4, 1)),
    ("online", "online_with_dossiers", 4, online(3, 0)),
    ("online", "online_share", 6, cell(received_online=1, received=2)),
    ("payment", "paid_online", 6, cell(paid_online=3, fee_due=3)),
    ("payment", "payment_offered", 2, procedures("online_payment", 4, 1, fees_due=True)),
    ("payment", "payment_integrated", 2, procedures("payment_integrated", 4, 1, fees_due=True)),
    ("satisfaction", "receiving_satisfaction", 6, cell(on_time_c=95, s1=2, s2=3, settled_c=100)),
    ("satisfaction", "petition_on_time", 6, told("766.petition_on_time", Told("A", 3, 3))),
    (
        "satisfaction",
        "petition_satisfaction",
        6,
        told("766.petition_satisfaction", Told("A", 3, 3)),
    ),
    ("digitisation", "original_result", 6, cell(electronic_result=2, settled=2)),
    ("digitisation", "digitised", 4, cell(digitised=2, received=2)),
    ("digitisation", "certified_copy", 2, cell(certified_copy=2, settled=2)),
    ("digitisation", "reused", 2, cell(reused=4, received=5)),
    ("digitisation", "personal_storage", 4, told("766.personal_storage", Told("A", 1, 1))),
    ("digitisation", "connected_dossier", 2, cell(connected_data=2, received=2)),
    ("digitisation", "connected_procedures", 2, told("766.connected_procedures", Told("A", 7, 7))),
]


@pytest.mark.parametrize(("group", "part", "most", "world"), LINES, ids=lambda one: str(one)[:30])
def test_a_component_at_its_line_has_all_of_its_points(group, part, most, world):
    found = points(group, part, **world)
    assert (found.points, found.most) == (most, most)


BELOW = [
    ("transparency", "publish_on_time", procedures("published_on_time", 1, 1), "3"),
    ("transparency", "update_on_time", procedures("updated_on_time", 3, 1), "3"),
    ("transparency", "content_full", procedures("content_complete", 1, 3), "0.5"),
    ("transparency", "dossier_sync", cell(synchronised=8, received=9), "16/3"),
    ("progress_score", "progress", cell(on_time_c=4, within_c=0, settled_c=4, open=1), "16"),
    ("online", "online_provided", services(2, 3), "1"),
    ("online", "online_with_dossiers", online(1, 1), "2"),
    ("online", "online_share", cell(received_online=1, received=4), "3"),
    ("payment", "paid_online", cell(paid_online=1, fee_due=3), "2"),
    ("payment", "payment_offered", procedures("online_payment", 2, 3, fees_due=True), "1"),
    ("payment", "payment_integrated", procedures("payment_integrated", 2, 3, fees_due=True), "1"),
    ("satisfaction", "receiving_satisfaction", cell(on_time_c=50, s2=5, settled_c=100), "3"),
    ("satisfaction", "petition_on_time", told("766.petition_on_time", Told("A", 1, 3)), "2"),
    (
        "satisfaction",
        "petition_satisfaction",
        told("766.petition_satisfaction", Told("A", 1, 3)),
        "2",
    ),
    ("digitisation", "original_result", cell(electronic_result=1, settled=2), "3"),
    ("digitisation", "personal_storage", told("766.personal_storage", Told("A", 1, 4)), "1"),
    (
        "digitisation",
        "connected_procedures",
        told("766.connected_procedures", Told("A", 3, 4)),
        "1.5",
    ),
    ("digitisation", "digitised", cell(digitised=1, received=2), "2"),
    ("digitisation", "certified_copy", cell(certified_copy=1, settled=2), "1"),
    ("digitisation", "reused", cell(reused=2, received=5), "1"),
    ("digitisation", "connected_dossier", cell(connected_data=1, received=2), "1"),
]


@pytest.mark.parametrize(
    ("group", "part", "world", "expected"), BELOW, ids=lambda one: str(one)[:30]
)
def test_a_component_below_its_line_has_its_share(group, part, world, expected):
    assert points(group, part, **world).points == Fraction(expected)


@pytest.mark.parametrize(("group", "part", "most", "_"), LINES, ids=lambda one: str(one)[:30])
def test_nothing_to_count_is_what_the_components_own_rule_says(group, part, most, _):
    nothing = told(f"766.{part}", Told("A", 0, 0))
    found = points(group, part, **nothing)
    if part == "receiving_satisfaction":
        assert (found.points, found.left_out) == (0, False)
    elif part.startswith("petition"):
        assert (found.points, found.left_out) == (6, False)
    else:
        assert (found.points, found.left_out) == (None, True)


def test_ratings_count_against_a_dossier_rated_in_the_two_lowest_levels():
    figure = figure_of(
        "766.receiving_satisfaction", **cell(on_time_c=9, s1=1, s2=1, s3=1, settled_c=10)
    )
    assert (figure.kind, figure.number) == (FigureKind.DELTA, Fraction(7, 10))
    few = reader(suppress_below=5, **cell(on_time_c=9, rated=3, s1=3, settled_c=10))
    assert few.figure(INDICATORS["766.satisfaction"]).state is FigureState.SUPPRESSED
    assert few.figure(INDICATORS["766.score"]).state is FigureState.SUPPRESSED


TOLD_OF_PROCEDURES = (
    *("published_on_time", "updated_on_time", "content_complete"),
    *("fees_due", "online_payment", "payment_integrated"),
)


def test_the_whole_score_is_a_hundred_and_waits_for_what_is_not_told():
    assert sum(part.most for part in INDICATORS["766.score"].value.score.parts) == 100
    for group in INDICATORS["766.score"].value.score.parts:
        parts = INDICATORS[group.indicator].value.score.parts
        assert sum(part.most for part in parts) == group.most
    everything = {
        **cell(
            **dict.fromkeys(("received", "settled", "on_time_c", "settled_c", "synchronised"), 10),
            **dict.fromkeys(("received_online", "fee_due", "paid_online", "reused"), 10),
            **dict.fromkeys(("electronic_result", "digitised", "certified_copy"), 10),
            connected_data=10,
        ),
        **rows(
            {"online_service": OnlineService.FULL, "amounts": {"received_online": 10}}
            | dict.fromkeys(TOLD_OF_PROCEDURES, True)
        ),
        "reports": {
            f"766.{name}": [Told("A", 1, 1)]
            for name in (
                *("petition_on_time", "petition_satisfaction"),
                *("personal_storage", "connected_procedures"),
            )
        },
    }
    full = figure_of("766.score", **everything)
    assert (full.kind, full.value) == (FigureKind.SCORE, 100)
    del everything["reports"]["766.personal_storage"]
    assert figure_of("766.score", **everything).state is FigureState.NO_DATA


def test_a_group_of_which_nothing_can_be_counted_is_left_out_of_the_whole():
    assert figure_of("766.payment").state is FigureState.EMPTY
    assert points("score", "payment").left_out


@pytest.mark.parametrize("part", ["payment_offered", "payment_integrated"])
def test_a_component_over_fees_waits_where_the_catalogue_tells_of_none(part):
    without_fees = points("payment", part, **rows({"fees_due": False}, {"fees_due": False}))
    assert (without_fees.figure.state, without_fees.left_out) == (FigureState.EMPTY, True)
    untold = points("payment", part, **rows({}, {"fees_due": False}))
    assert (untold.figure.state, untold.points, untold.left_out) == (
        FigureState.NO_DATA,
        None,
        False,
    )
    assert untold.figure.unplaced == 1
