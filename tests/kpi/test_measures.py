"""Every measure of a dossier, hand-counted where it begins to count and where it does not yet."""

from datetime import datetime, timedelta
from functools import reduce

import pytest
from hypothesis import given

from contracts.intake import CountedFlags
from contracts.vocabulary import (
    VIETNAM,
    Channel,
    DossierStatus,
    DurationKind,
    OnlineService,
    Provenance,
    TimeUnit,
)
from services.kpi import facts
from services.kpi.facts import Fact, absorb
from services.kpi.facts.measures import ORDERED, RATED, RECEIVED, RETURNED, SETTLED
from services.kpi.tables import Cell, ProcedureCell
from tests.kpi.worlds import NOON, amended, ended, filed, lives, progressed, rated, tallied

DUE = datetime(2020, 3, 13, 17, tzinfo=VIETNAM)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def measures(*events) -> dict[str, object]:
    return {name: day for day, name in facts.dated(reduce(absorb, events, Fact("d1")))}


def names(*events) -> set[str]:
    return set(measures(*events))


def settled(done_at, due_at=DUE, **told):
    return names(filed(), progressed(done_at=done_at, due_at=due_at, **told))


def test_the_cells_hold_every_measure_and_nothing_else():
    keys = {"bucket", "agency", "field", "procedure"}
    assert set(Cell.model_fields) - keys == set(facts.MEASURES)
    assert set(ProcedureCell.model_fields) - keys == set(facts.PROCEDURE_MEASURES)
    assert len(facts.MEASURES) == len(set(facts.MEASURES))
    assert set(facts.PROCEDURE_MEASURES) <= set(facts.MEASURES)


@given(lives())
def test_measures_of_one_role_count_on_one_day_and_each_once(events):
    told = list(facts.dated(reduce(absorb, events, Fact("d1"))))
    assert len({name for _, name in told}) == len(told)
    assert {name for _, name in told} <= set(facts.MEASURES)
    for role in (RECEIVED, SETTLED, RETURNED, RATED, ("settled_c", "on_time_c"), ORDERED[:1]):
        assert len({day for day, name in told if name in role}) <= 1, role


PARTS = [
    *[("received", part) for part in ("received_elsewhere", "digitised", "verified_identity")],
    *[("received", part) for part in ("reused", "connected_data", "fee_due", "paid_online")],
    *[("settled", part) for part in ("early", "late", "electronic_result", "certified_copy")],
    *[("on_time", "early"), ("on_time_d", "early_d"), ("settled", "settled_a")],
    *[(f"settled_{mark}", f"on_time_{mark}") for mark in "abcd"],
    *[("ratable", "ratable_online"), ("rated", "rated_online"), ("ratable_online", "rated_online")],
    *[("satisfied", "satisfied_online"), ("rated_online", "satisfied_online")],
]


@given(lives())
def test_a_part_never_exceeds_its_whole_in_any_cell(events):
    for amounts in tallied(reduce(absorb, events, Fact("d1"))).cells.values():
        for whole, part in PARTS:
            assert amounts.get(part, 0) <= amounts.get(whole, 0), part

        def total(*parts, amounts=amounts):
            return sum(amounts.get(part, 0) for part in parts)

        ways = ("received_counter", "received_post", "received_full_online")
        assert total("received") == total(*ways, "received_partial_online")
        assert total("settled") == total("on_time", "late")
        assert total("settled_d") == total("on_time_d", "late_d")


def test_an_online_dossier_is_full_online_by_the_procedure_it_was_filed_under():
    def ways(service):
        told = filed(channel=Channel.ONLINE, online_service=service)
        return {name for name in names(told) if name.endswith("_online")} - {"received_online"}

    assert ways(OnlineService.FULL) == {"received_full_online"}
    for other in (OnlineService.PARTIAL, OnlineService.NONE, None):
        assert ways(other) == {"received_partial_online"}
    assert "received_full_online" not in names(filed(online_service=OnlineService.FULL))


def test_the_way_a_dossier_came_in_is_one_of_three():
    assert {"received_counter"} == names(filed()) - {"received"}
    assert {"received_post"} == names(filed(channel=Channel.POST)) - {"received"}


def test_a_dossier_received_for_another_agency_is_told_apart():
    elsewhere = filed().model_copy(update={"competent_agency": "B"})
    assert "received_elsewhere" in names(elsewhere)
    assert "received_elsewhere" not in names(filed())


@pytest.mark.parametrize(
    "flag",
    ["digitised", "reused", "verified_identity", "connected_data", "fee_due", "paid_online"],
)
def test_a_flag_of_a_filing_counts_by_receipt(flag):
    told = measures(filed(flags=CountedFlags(**{flag: True})), progressed(done_at=NOON + DAY))
    assert told[flag] == told["received"] == NOON.date()
    assert flag not in measures(filed(flags=CountedFlags()))
    assert flag not in measures(filed())


@pytest.mark.parametrize("flag", ["electronic_result", "certified_copy"])
def test_a_flag_of_a_result_counts_once_there_is_one_even_if_told_later(flag):
    with_flag = CountedFlags(**{flag: True})
    assert flag not in names(filed(flags=with_flag))
    told = measures(filed(), progressed(done_at=NOON + DAY), amended(revision=3, flags=with_flag))
    assert told[flag] == told["settled"] == (NOON + DAY).date()
    again = amended(revision=4, flags=CountedFlags())
    assert flag not in names(filed(), progressed(done_at=NOON), amended(flags=with_flag), again)


def test_filed_on_the_national_portal_counts_only_where_it_was_told():
    assert "received_national_portal" in names(filed(flags=CountedFlags(national_portal=True)))
    for told in (CountedFlags(national_portal=False), CountedFlags(), None):
        assert "received_national_portal" not in names(filed(flags=told))


def test_early_is_before_the_due_day_and_late_is_after_it():
    assert {"early", "on_time"} <= settled(DUE - DAY)
    last = settled(DUE.replace(hour=23, minute=59))
    assert ("on_time" in last, "early" in last, "late" in last) == (True, False, False)
    assert settled(DUE.replace(hour=0) + DAY) & {"early", "on_time", "late"} == {"late"}
    assert settled(DUE, due_at=None) & {"early", "on_time", "late"} == {"on_time"}


def test_each_definition_draws_the_line_of_an_ordinary_dossier_where_it_says():
    definitions = {f"on_time_{mark}" for mark in "abcd"}
    assert definitions <= settled(DUE)
    # Past the closing hour of the due day: OT-A compares the instant, the others the day.
    assert settled(DUE + MINUTE) & definitions == {"on_time_b", "on_time_c", "on_time_d"}
    assert settled(DUE.replace(hour=0) + DAY) & definitions == set()
    assert {f"settled_{mark}" for mark in "abcd"} <= settled(DUE + DAY)


def test_a_limit_in_hours_is_kept_to_the_minute_but_for_the_day_of_ot_b():
    late = settled(DUE + MINUTE, due_unit=TimeUnit.WORKING_HOUR)
    assert {name for name in late if name.startswith("on_time_")} == {"on_time_b"}


def test_without_a_promise_ot_a_counts_nothing_and_the_others_count_it_on_time():
    told = settled(NOON + 90 * DAY, due_at=None)
    assert {"settled_a", "on_time_a"}.isdisjoint(told)
    assert {"on_time_b", "on_time_c", "on_time_d"} <= told
    assert "early_d" not in told


@pytest.mark.parametrize(
    ("status", "among"),
    [
        (DossierStatus.REFUSED, {"settled_c", "settled_d", "refused"}),
        (DossierStatus.STOPPED, {"settled_c", "settled_d", "stopped"}),
        (DossierStatus.WITHDRAWN, {"settled_b", "settled_c", "settled_d", "withdrawn"}),
    ],
)
def test_what_ended_without_a_result_counts_by_the_definitions_that_say_so(status, among):
    told = names(filed(), ended(status=status, at=DUE))
    assert {name for name in told if name.startswith("settled")} | {str(status)} == among
    assert str(status) in told
    assert told & {"settled", "on_time", "late", "settled_a"} == set()
    late = names(filed(), ended(status=status, at=DUE + DAY))
    assert {name for name in late if name.startswith("on_time")} <= {"on_time_b"} & late
    assert "late_d" in names(filed(), ended(status=status, at=DUE + 5 * DAY, due_at=DUE))


def test_what_ended_while_the_applicant_was_waited_for_is_judged_by_the_request():
    told = measures(filed(due_at=DUE), ended(at=DUE + 20 * DAY, settled_at=DUE - DAY, due_at=DUE))
    assert {"on_time_c", "on_time_d", "early_d"} <= set(told)
    assert told["settled_d"] == told["stopped"] == (DUE + 20 * DAY).date()


def test_ot_c_goes_by_the_statistical_promise_and_papers_asked_for_twice_are_late():
    later = {"statistical_due_at": DUE + 3 * DAY}
    told = settled(DUE + 2 * DAY, **later)
    assert ("on_time_c" in told, "on_time_d" in told) == (True, False)
    once = {"supplement_requested_at": NOON, "supplement_waited_until": NOON + DAY}
    assert "on_time_c" in settled(DUE, **once)
    twice = settled(DUE, **once, supplement_again_at=NOON + 2 * DAY)
    assert ("on_time_c" in twice, "settled_c" in twice, "on_time_d" in twice) == (False, True, True)


def test_a_slip_of_a_date_is_in_no_share_of_time_but_balances():
    told = settled(NOON - 2 * DAY)
    assert {name for name in told if name.startswith(("settled_", "on_time"))} == {"settled_d"}
    assert {"settled", "late", "late_d"} <= told
    # It left when it came.
    day = measures(filed(), progressed(done_at=NOON - 2 * DAY))["settled_d"]
    assert day == NOON.date()


def test_a_dossier_refused_before_its_receipt_is_refused_and_settles_nothing():
    never = filed(at=None, due_at=None)
    told = names(never, ended(status=DossierStatus.REFUSED, received_at=None, due_at=None))
    assert told == {"refused"}


def test_ratings_of_dossiers_filed_online_are_counted_apart():
    online = (filed(channel=Channel.ONLINE), progressed(done_at=NOON))
    assert {"ratable_online"} <= names(*online) - {"rated_online"}
    assert {"rated_online", "satisfied_online"} <= names(*online, rated(score=4))
    assert {"rated_online", "satisfied_online"} & names(*online, rated(score=3)) == {"rated_online"}
    helped = names(*online, rated(provenance=Provenance.ASSISTED))
    assert "rated_online" not in helped
    at_the_counter = (filed(), progressed(done_at=NOON, returned_at=NOON), rated())
    assert "rated_online" not in names(*at_the_counter)


def test_a_procedure_is_counted_by_what_its_figures_need():
    paid = CountedFlags(fee_due=True, paid_online=True)
    fact = reduce(
        absorb,
        [filed(channel=Channel.ONLINE, flags=paid), progressed(done_at=NOON)],
        Fact("d1"),
    )
    [(key, amounts)] = tallied(fact).procedures.items()
    assert key[1:] == ("A", "p")
    assert set(amounts) == {
        *("received", "received_online", "settled", "settled_online", "on_time"),
        *("fee_due", "paid_online"),
    }


def test_lengths_are_days_in_vietnam_from_receipt_to_result_and_the_agencys_own():
    def lengths(done_at, **told):
        fact = reduce(absorb, [filed(), progressed(done_at=done_at, **told)], Fact("d1"))
        return dict(facts.lengths(fact))

    assert lengths(NOON + timedelta(hours=11)) == {DurationKind.ELAPSED: 0}
    assert lengths(NOON + timedelta(hours=12)) == {DurationKind.ELAPSED: 1}
    told = lengths(NOON + 9 * DAY, agency_days=3)
    assert told == {DurationKind.ELAPSED: 9, DurationKind.AGENCY: 3}
    assert lengths(NOON - DAY, agency_days=3) == {}
    assert lengths(None) == {}
