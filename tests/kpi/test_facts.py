"""What one dossier adds to the figures, however the news of it arrives."""

from copy import deepcopy
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import reduce
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from contracts.rating import CriteriaAnswered
from contracts.vocabulary import (
    VIETNAM,
    Channel,
    Leg,
    Occasion,
    OptionClass,
    Provenance,
    TimeUnit,
)
from services.kpi import facts
from services.kpi.domain import bucket_of
from services.kpi.facts import Fact, absorb
from tests.kpi.worlds import (
    NOON,
    accepted,
    amended,
    delivered,
    filed,
    lives,
    progressed,
    rated,
    tallied,
    voided,
)

RETURNED = progressed(done_at=NOON, returned_at=NOON)


def known(*events) -> Fact:
    return reduce(absorb, events, Fact("d1"))


def measures(*events) -> dict[str, date]:
    return {name: day for day, name in facts.dated(known(*events))}


@given(lives(), st.randoms(use_true_random=False))
def test_any_order_and_any_repetition_gives_the_same_fact(events, random):
    straight = known(*events)
    shuffled = events + random.choices(events, k=3)
    random.shuffle(shuffled)
    assert known(*shuffled) == straight


def counted(fact: Fact) -> tuple[dict, dict, dict]:
    """What a dossier adds to each kind of cells, day by day from what it tells."""
    kinds: tuple[dict, dict, dict] = ({}, {}, {})
    for day, name in facts.dated(fact):
        for told, place, measures_of in zip(
            kinds, ("field", "procedure"), (facts.MEASURES, facts.PROCEDURE_MEASURES), strict=False
        ):
            key = (bucket_of(day), fact.agency, getattr(fact, place))
            if None not in key and name in measures_of:
                told.setdefault(key, {})[name] = 1
    if fact.done_at is not None and None not in {fact.agency, fact.field}:
        for kind, days in facts.lengths(fact):
            place = (bucket_of(facts.day_of(fact.done_at)), fact.agency, fact.field)
            kinds[2][*place, kind, days] = {"n": 1}
    return kinds


@given(lives(), st.randoms(use_true_random=False))
def test_the_differences_add_up_to_what_the_last_fact_contributes(events, random):
    random.shuffle(events)
    tally = facts.Tally()
    fact = Fact("d1")
    for event in events:
        after = absorb(fact, event)
        before, changed = deepcopy(tally), tally.move(fact, after)
        moved = {key[0] for key, _ in amounts_of(tally) ^ amounts_of(before)}
        assert moved <= changed
        fact = after
    for told, wanted in zip(
        (tally.cells, tally.procedures, tally.durations), counted(fact), strict=True
    ):
        kept = {key: {n: a for n, a in amounts.items() if a} for key, amounts in told.items()}
        assert {key: amounts for key, amounts in kept.items() if amounts} == wanted
    assert facts.Tally().move(fact, fact) == set()


def amounts_of(tally):
    sums = (tally.cells, tally.procedures, tally.durations)
    return {
        (key, (kind, *sorted(amounts.items())))
        for kind, told in enumerate(sums)
        for key, amounts in told.items()
    }


@given(lives(), st.randoms(use_true_random=False))
def test_an_event_changes_no_field_but_those_that_are_written_for_it(events, random):
    random.shuffle(events)
    fact = Fact("d1")
    for event in events:
        after = absorb(fact, event)
        changed = {name for name in facts.FIELDS if getattr(fact, name) != getattr(after, name)}
        assert changed <= facts.changed_by({type(event)})
        fact = after


@given(lives())
def test_a_numerator_never_exceeds_its_denominator_in_any_cell(events):
    for amounts in tallied(known(*events)).cells.values():
        for part, whole in [
            ("received_online", "received"),
            ("received_by_post", "received"),
            ("settled_online", "settled"),
            ("on_time", "settled"),
            ("returned_by_post", "returned"),
            ("rated", "ratable"),
            ("satisfied", "rated"),
        ]:
            assert amounts.get(part, 0) <= amounts.get(whole, 0), part
        assert sum(amounts.get(f"s{n}", 0) for n in range(1, 6)) == amounts.get("rated", 0)


def test_a_fact_is_what_was_filed_or_last_amended_whichever_is_heard_first():
    told = (filed(), amended(revision=2, field="g"), amended(revision=5, channel=Channel.ONLINE))
    for events in permutations(told):
        fact = known(*events, *told)
        assert (fact.field, fact.channel, fact.filing_revision) == ("f", Channel.ONLINE, 5)
    # An amendment says nothing of where the dossier stands.
    assert known(amended(revision=5)).received_at is None


def test_a_fact_of_an_earlier_version_is_amended_too():
    before = replace(known(filed()), filing_revision=None)
    assert absorb(before, amended(revision=2, field="g")).field == "g"
    assert absorb(before, filed()).field == "f"


def test_on_time_lasts_until_the_due_day_ends_in_vietnam():
    due = datetime(2020, 3, 13, 17, tzinfo=VIETNAM)
    evening = datetime(2020, 3, 13, 23, 30, tzinfo=VIETNAM)
    next_day = datetime(2020, 3, 14, 0, 30, tzinfo=VIETNAM)
    assert "on_time" in measures(filed(), progressed(done_at=evening, due_at=due))
    assert "on_time" not in measures(filed(), progressed(done_at=next_day, due_at=due))


def test_a_limit_in_hours_is_kept_to_the_minute():
    due = datetime(2020, 3, 13, 10, tzinfo=VIETNAM)
    late = progressed(
        done_at=due + timedelta(minutes=1), due_at=due, due_unit=TimeUnit.WORKING_HOUR
    )
    assert "on_time" not in measures(filed(), late)
    punctual = progressed(done_at=due, due_at=due, due_unit=TimeUnit.WORKING_HOUR)
    assert "on_time" in measures(filed(), punctual)


def test_the_postal_channel_counts_only_once_the_post_had_the_dossier():
    by_post = filed(channel=Channel.POST)
    assert "received_by_post" not in measures(by_post)
    custody = accepted(leg=Leg.INBOUND_DOSSIER, at=NOON - timedelta(days=2))
    assert measures(by_post, custody)["received_by_post"] == NOON.date()


def test_a_result_given_to_the_post_is_returned_from_custody_on():
    told = measures(filed(), progressed(done_at=NOON), accepted(at=NOON + timedelta(days=1)))
    assert told["returned"] == told["returned_by_post"] == (NOON + timedelta(days=1)).date()
    assert "returned" not in measures(filed(), progressed(done_at=NOON))
    assert "returned_by_post" not in measures(filed(), progressed(done_at=NOON), delivered())


def test_a_rating_counts_in_the_period_in_which_its_result_was_returned():
    returned = progressed(done_at=NOON, returned_at=NOON)
    told = measures(filed(), returned, rated(at=NOON.replace(year=2026)))
    assert told["rated"] == told["satisfied"] == told["s5"] == NOON.date()


def test_two_ratings_of_one_instant_give_the_same_fact_whichever_comes_first():
    glad = rated(score=5)
    so_so = glad.model_copy(update={"score": 3, "option_class": OptionClass.NEUTRAL})
    assert known(glad, so_so) == known(so_so, glad) == known(glad, so_so, glad)


def test_what_was_answered_to_criteria_stands_whichever_telling_comes_first():
    told = rated(criteria=CriteriaAnswered(contacts=0, complaint=False))
    for events in ((told, rated()), (rated(), told), (rated(), told, rated())):
        found = known(*events)
        assert (found.answered_contacts, found.answered_complaint) == (0, False)
    # A later version that does not tell them takes them back.
    assert known(told, rated(version=2)).answered_contacts is None


@given(st.permutations([rated(score=n, version=n) for n in (1, 2, 3)] + [voided(version=1)] * 2))
def test_of_several_versions_of_a_rating_the_largest_stands(events):
    assert known(*events).rating_score == 3
    assert measures(filed(), RETURNED, *events)["s3"] == NOON.date()


@given(st.permutations([rated(score=2, version=1), rated(score=5, version=2), voided(version=2)]))
def test_a_rating_that_is_void_counts_in_nothing_and_a_later_version_does_again(events):
    told = measures(filed(), RETURNED, *events)
    assert {"rated", "satisfied", "assisted", "s2", "s5"}.isdisjoint(told)
    assert "ratable" in told
    assert known(filed(), RETURNED, *events).unrated_since == NOON
    again = rated(score=1, version=3)
    for order in ((*events, again), (again, *events)):
        assert measures(filed(), RETURNED, *order)["s1"] == NOON.date()


def test_a_void_of_another_occasion_is_none_of_this_rating():
    other = voided(version=9, occasion=Occasion.DELIVERED)
    assert known(rated(), other) == known(rated())


def test_a_rating_that_an_officer_entered_stands_beside_and_in_no_headline():
    told = measures(filed(), RETURNED, rated(score=5, provenance=Provenance.ASSISTED))
    assert told["assisted"] == told["ratable"] == NOON.date()
    assert {"rated", "satisfied", "s5"}.isdisjoint(told)


def test_a_citizen_who_rates_anew_takes_the_place_of_the_officers_entry():
    entry = rated(score=5, provenance=Provenance.ASSISTED)
    own = rated(score=2, version=2)
    for order in ((entry, own), (own, entry)):
        told = measures(filed(), RETURNED, *order)
        assert told["rated"] == told["s2"] == NOON.date()
        assert "assisted" not in told


def test_the_first_sending_stands_when_an_item_is_sent_again():
    again = accepted(at=NOON + timedelta(days=5), attempt=2)
    assert known(again, accepted()).outbound_accepted_at == NOON
    assert known(accepted(), again).outbound_accepted_at == NOON


def test_a_fact_without_its_filing_adds_nothing_yet():
    fact = known(progressed(done_at=NOON), rated())
    assert tallied(fact) == facts.Tally()
