import random
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.vocabulary import VIETNAM, Carrier, Leg, Milestone, Proof, ShipmentStatus
from services.postal.domain import (
    TRUSTED,
    CarrierEvent,
    Position,
    Strength,
    TimeQuality,
    event_key,
    fold,
    history,
    is_late,
    plausible,
    status_on,
)
from services.postal.places import PLACES, REOPENABLE, is_terminal

MORNING = datetime(2020, 3, 16, 8, 0, tzinfo=VIETNAM)
RESULT = Leg.OUTBOUND_RESULT
DOSSIER = Leg.INBOUND_DOSSIER
ITEM = "CV497960035VN"


def told(
    status: str,
    hours: float = 0,
    *,
    by: str = "pull",
    timed: str = "event",
    code: str | None = None,
    **more,
) -> CarrierEvent:
    occurred_at = None if timed == "received" else MORNING + timedelta(hours=hours)
    content = {"carrier": Carrier.VNPOST_D, "code": code or status, "occurred_at": occurred_at}
    content |= {"time_quality": TimeQuality(timed)}
    names = ("office", "attempt", "slip", "retracts")
    keyed = {name: more[name] for name in names if name in more}
    key = more.pop("event_key", None) or event_key(
        item_code=ITEM,
        **{**content, "code": f"{content['code']} by {by}"},
        **keyed,
    )
    recorded_at = more.pop("recorded_at", MORNING + timedelta(hours=hours))
    return CarrierEvent(
        event_key=key,
        status=ShipmentStatus(status),
        strength=Strength(by),
        recorded_at=recorded_at,
        **content,
        **more,
    )


def hint(status: str, hours: float = 0, **more) -> CarrierEvent:
    return told(status, hours, by="partial", timed="batch", **more)


FEW_EVENTS = st.lists(
    st.builds(
        told,
        st.sampled_from([status.value for status in ShipmentStatus]),
        st.integers(0, 4),  # few hours, so that equal moments and equal events come up
        by=st.sampled_from([strength.value for strength in Strength]),
        timed=st.sampled_from([quality.value for quality in TimeQuality]),
        code=st.sampled_from(["6", "14", "x"]),
        attempt=st.sampled_from([None, 1, 2]),
        receiver_name=st.sampled_from([None, "Nguyễn Văn A"]),
        slip=st.sampled_from([None, "BP-17"]),
    ),
    max_size=8,
)


# The machine


def test_every_status_has_a_place_and_five_of_them_are_ends():
    assert set(PLACES) == set(ShipmentStatus)
    ends = {status for status in ShipmentStatus if is_terminal(status)}
    assert ends == {"delivered", "returned", "cancelled", "lost", "destroyed"}
    assert all(PLACES[end].milestone is Milestone.END for end in ends)


def test_an_item_nobody_spoke_of_is_registered():
    assert fold([], RESULT) == Position()
    assert Position().status is ShipmentStatus.REGISTERED
    assert Position().milestone is Milestone.PRE


def test_an_item_goes_its_way_from_the_order_to_the_delivery():
    way = ["order_created", "pickup_scheduled", "accepted", "in_transit", "at_delivery_office"]
    way += ["out_for_delivery", "delivered"]
    events = [told(status, hours) for hours, status in enumerate(way)]
    for count, status in enumerate(way, start=1):
        assert fold(events[:count], RESULT).status is ShipmentStatus(status)
    end = fold(events, RESULT)
    assert end.accepted_at == MORNING + timedelta(hours=2)
    assert end.delivered_at == MORNING + timedelta(hours=6)
    assert end.milestone is Milestone.END
    assert not end.provisional
    assert not end.contested
    assert end.decided_by == events[-1].event_key


def test_another_attempt_at_delivery_goes_back_to_being_out():
    events = [told("out_for_delivery", 1), told("delivery_failed", 2), told("out_for_delivery", 24)]
    assert fold(events, RESULT).status is ShipmentStatus.OUT_FOR_DELIVERY


def test_a_proposed_return_may_be_withdrawn_by_another_attempt():
    events = [told("return_proposed", 1), told("out_for_delivery", 2)]
    assert fold(events, RESULT).status is ShipmentStatus.OUT_FOR_DELIVERY


@pytest.mark.parametrize(
    "status",
    ["in_transit", "at_delivery_office", "out_for_delivery", "delivery_failed", "returning"],
)
def test_custody_shows_in_any_later_scan_when_the_acceptance_was_not_told(status):
    assert fold(
        [told("order_created"), told(status, 3)], RESULT
    ).accepted_at == MORNING + timedelta(hours=3)


@pytest.mark.parametrize("status", ["order_created", "pickup_failed", "return_proposed", "lost"])
def test_what_is_no_scan_shows_no_custody(status):
    assert fold([told(status)], RESULT).accepted_at is None


def test_papers_fetched_by_the_postman_are_in_custody_on_inbound_legs_only():
    picked_up = hint("pickup_scheduled", code="6")
    for leg in Leg:
        inbound = leg in {Leg.INBOUND_DOSSIER, Leg.INBOUND_SUPPLEMENT}
        assert (fold([picked_up], leg).accepted_at is not None) is inbound
        expected = ShipmentStatus.ACCEPTED if inbound else ShipmentStatus.PICKUP_SCHEDULED
        assert fold([picked_up], leg).status is status_on(leg, picked_up) is expected


def test_a_cancellation_before_custody_ends_the_way_and_after_it_proposes_a_return():
    cancelled = told("cancelled", 5)
    assert fold([told("order_created"), cancelled], RESULT).status is ShipmentStatus.CANCELLED
    after = fold([told("accepted", 1), cancelled], RESULT)
    assert after.status is ShipmentStatus.RETURN_PROPOSED
    assert after.milestone is Milestone.RETURN
    assert fold([told("accepted", 6), cancelled], RESULT).status is ShipmentStatus.CANCELLED
    rescheduled = [told("accepted", 1), told("pickup_scheduled", 2), cancelled]
    assert fold(rescheduled, RESULT).status is ShipmentStatus.RETURN_PROPOSED


# Rule 1: the same event again is the same key


def test_the_same_event_written_otherwise_has_the_same_key():
    at = datetime(2020, 3, 16, 9, tzinfo=VIETNAM)
    content = {"carrier": Carrier.EMS, "code": "7", "time_quality": TimeQuality.EVENT}
    key = event_key(item_code="CV497960035VN", occurred_at=at, **content)
    blanks = event_key(item_code=" cv 497 960 035 vn", occurred_at=at.astimezone(UTC), **content)
    assert key == blanks
    assert len(key) == 64


@pytest.mark.parametrize(
    "other",
    [
        {"carrier": Carrier.UPU},
        {"item_code": "EJ012345678VN"},
        {"code": "8"},
        {"occurred_at": MORNING + timedelta(microseconds=1)},
        {"office": "700000"},
        {"attempt": 2},
        {"slip": "BP-17"},
        {"retracts": "0" * 64},
    ],
)
def test_each_part_of_an_event_tells_it_from_others(other):
    content = {"carrier": Carrier.EMS, "item_code": ITEM, "code": "7", "occurred_at": MORNING}
    content |= {"time_quality": TimeQuality.EVENT}
    assert event_key(**content) != event_key(**{**content, **other})


def test_parts_cannot_be_moved_into_their_neighbours():
    content = {"carrier": Carrier.EMS, "item_code": ITEM, "time_quality": TimeQuality.RECEIVED}
    assert event_key(code="7|A", **content) != event_key(code="7", office="A", **content)
    assert event_key(code="7", office="A", **content) != event_key(code="7", slip="A", **content)


@pytest.mark.parametrize("quality", ["batch", "received"])
def test_the_time_of_a_message_is_left_out_of_the_key_of_its_events(quality):
    content = {"carrier": Carrier.VNPOST_D, "item_code": ITEM, "code": "14"}
    content |= {"time_quality": TimeQuality(quality)}
    later = MORNING + timedelta(days=2)
    assert event_key(occurred_at=MORNING, **content) == event_key(occurred_at=later, **content)


def test_a_naive_instant_has_no_key():
    content = {"carrier": Carrier.EMS, "item_code": ITEM, "code": "7"}
    with pytest.raises(ValueError, match="offset"):
        event_key(occurred_at=datetime(2020, 3, 16), time_quality=TimeQuality.EVENT, **content)  # noqa: DTZ001 - the point of it


@settings(deadline=None)
@given(FEW_EVENTS)
def test_a_duplicate_changes_nothing(events):
    assert fold(events + events, RESULT) == fold(events, RESULT)


def test_of_two_tellings_of_one_event_the_trusted_one_counts():
    weak = told("delivered", by="weak", event_key="a")
    pulled = told("delivered", by="pull", event_key="a")
    assert fold([weak], RESULT).provisional
    for events in ([weak, pulled], [pulled, weak]):
        assert not fold(events, RESULT).provisional
        assert len(history(events, RESULT)) == 1


# Rule 2: the position is a function of the set of events


@settings(deadline=None)
@given(FEW_EVENTS, st.sampled_from(Leg), st.randoms(use_true_random=False))
def test_the_order_of_arrival_makes_no_difference(
    events: list[CarrierEvent], leg: Leg, shuffling: random.Random
):
    shuffled = events.copy()
    shuffling.shuffle(shuffled)
    assert fold(shuffled, leg) == fold(events, leg)
    assert history(shuffled, leg) == history(events, leg)


@settings(deadline=None)
@given(FEW_EVENTS)
def test_a_position_is_told_once_even_from_a_stream(events):
    assert fold(iter(events), RESULT) == fold(events, RESULT)


@settings(deadline=None)
@given(FEW_EVENTS)
def test_a_position_never_contradicts_itself(events):
    position = fold(events, RESULT)
    ended = is_terminal(position.status)
    delivered = position.status is ShipmentStatus.DELIVERED
    assert position.milestone is PLACES[position.status].milestone
    assert ended or not position.provisional
    assert (position.delivered_at is not None) == (delivered and not position.provisional)
    assert (position.proof is not Proof.NONE) == delivered
    assert position.status is not ShipmentStatus.UNMAPPED
    trusted = [event for event in events if event.trusted and event.timed]
    if position.contested:
        assert len(trusted) > 1
    if not trusted:
        assert not position.contested


def test_events_of_one_moment_end_where_the_item_got_furthest():
    batch = [hint("accepted"), hint("in_transit"), hint("at_delivery_office")]
    assert fold(batch, RESULT).status is ShipmentStatus.AT_DELIVERY_OFFICE


def test_a_late_message_does_not_take_an_item_back_by_the_time_of_its_sending():
    events = [told("out_for_delivery", 10), hint("in_transit", 11), hint("accepted", 12)]
    position = fold(events, RESULT)
    assert position.status is ShipmentStatus.OUT_FOR_DELIVERY
    assert position.accepted_at == MORNING + timedelta(hours=10)


def test_a_message_of_a_further_attempt_takes_it_back_all_the_same():
    failed = hint("delivery_failed", 10, attempt=1)
    assert fold([failed, hint("out_for_delivery", 11, attempt=2)], RESULT).status is (
        ShipmentStatus.OUT_FOR_DELIVERY
    )
    assert fold([failed, hint("out_for_delivery", 11, attempt=1)], RESULT).status is (
        ShipmentStatus.DELIVERY_FAILED
    )


def test_of_events_of_one_moment_the_one_whose_time_is_its_own_stands_first():
    own, sent = told("out_for_delivery"), hint("accepted")
    received = told("in_transit", timed="received", by="strong")
    assert history([received, sent, own], RESULT) == [own, sent, received]


def test_an_event_of_no_known_time_stands_where_it_was_received():
    events = [told("accepted", 1), told("in_transit", timed="received", by="strong", hours=2)]
    assert fold(events, RESULT).status is ShipmentStatus.IN_TRANSIT


def test_history_behind_the_position_is_late_and_what_moves_it_is_not():
    first = [told("out_for_delivery", 10)]
    accepted, delivered = told("accepted", 1), told("delivered", 12)
    before = fold(first, RESULT)
    with_history = fold([*first, accepted], RESULT)
    assert is_late(accepted, before, with_history)
    assert with_history.accepted_at == accepted.occurred_at != before.accepted_at
    assert not is_late(delivered, before, fold([*first, delivered], RESULT))


def test_an_unmapped_event_is_kept_and_moves_nothing_and_is_not_late():
    unmapped = told("unmapped", 12, code="27")
    before = fold([told("accepted")], RESULT)
    after = fold([told("accepted"), unmapped], RESULT)
    assert after == before
    assert not is_late(unmapped, before, after)


# Rule 3: an end stays, and contradictions are told


@settings(deadline=None)
@given(FEW_EVENTS)
def test_a_trusted_end_does_not_regress_whatever_else_is_told(events):
    delivered = told("delivered", 0.5)
    earlier = [event for event in events if event.trusted and is_terminal(event.status)]
    position = fold([*events, delivered], RESULT)
    assert is_terminal(position.status) or earlier
    assert not position.provisional


def test_a_later_scan_of_a_delivered_item_is_contested_and_does_not_overwrite():
    events = [told("delivered", 1), told("out_for_delivery", 5)]
    position = fold(events, RESULT)
    assert position.status is ShipmentStatus.DELIVERED
    assert position.contested
    assert not is_late(events[1], fold(events[:1], RESULT), position)


@pytest.mark.parametrize("second", ["returned", "cancelled", "lost", "destroyed"])
def test_two_different_ends_from_trusted_sources_are_contested_and_the_first_stands(second):
    # A cancellation is an end only before custody, so it is told first.
    first, later = ("cancelled", "delivered") if second == "cancelled" else ("delivered", second)
    position = fold([told(first, 1), told(later, 1.5)], RESULT)
    assert position.status is ShipmentStatus(first)
    assert position.contested


def test_the_same_end_at_another_time_is_contested():
    assert fold([told("delivered", 1), told("delivered", 9, by="operator")], RESULT).contested


def test_the_same_end_told_twice_by_slightly_different_clocks_is_one():
    events = [told("delivered", 1), told("delivered", 1.25, by="operator")]
    position = fold(events, RESULT)
    assert not position.contested
    assert position.delivered_at == MORNING + timedelta(hours=1)
    assert fold(events, RESULT, same_within=timedelta(minutes=1)).contested


def test_times_of_messages_never_make_an_item_contested():
    delivered = told("delivered", 1)
    for other in (
        told("returned", 9, timed="batch", by="strong"),
        told("returned", 9, timed="received", by="strong"),
        hint("returned", 9),
        told("returned", 9, by="weak"),
    ):
        position = fold([delivered, other], RESULT)
        assert position.status is ShipmentStatus.DELIVERED
        assert not position.contested


def test_an_earlier_scan_told_after_the_end_is_mere_history():
    delivered, earlier = told("delivered", 9), told("in_transit", 3)
    position = fold([delivered, earlier], RESULT)
    assert position.status is ShipmentStatus.DELIVERED
    assert not position.contested
    assert is_late(earlier, fold([delivered], RESULT), position)


@pytest.mark.parametrize("end", sorted(REOPENABLE))
def test_a_lost_item_that_is_seen_again_was_not_lost(end):
    found = fold([told(end, 1), told("in_transit", 9)], RESULT)
    assert found.status is ShipmentStatus.IN_TRANSIT
    assert not found.contested
    delivered = fold([told(end, 1), told("in_transit", 9), told("delivered", 12)], RESULT)
    assert delivered.status is ShipmentStatus.DELIVERED
    assert not delivered.contested
    assert fold([told(end, 1), hint("in_transit", 9)], RESULT).status is ShipmentStatus(end)


# Rule 4: late proof


def test_a_delivery_without_a_receiver_or_slip_is_claimed_only():
    assert fold([told("delivered")], RESULT).proof is Proof.CLAIMED


def test_proof_that_comes_after_the_delivery_still_counts():
    delivered = told("delivered", 1)
    late = told("unmapped", 30, code="proof", receiver_name="Nguyễn Văn A", slip="BP-17")
    assert fold([delivered, late], RESULT).proof is Proof.EVIDENCED
    assert not fold([delivered, late], RESULT).contested
    assert not is_late(late, fold([delivered], RESULT), fold([delivered, late], RESULT))
    confirmed = told("delivered", 1, by="operator", slip="BP-17")
    assert fold([delivered, confirmed], RESULT).proof is Proof.VALIDATED


def test_a_receiver_named_by_a_source_that_is_not_trusted_proves_nothing():
    named = hint("delivered", 1, receiver_name="Nguyễn Văn A")
    assert fold([named], RESULT).proof is Proof.CLAIMED
    assert fold([named, told("delivered", 1)], RESULT).proof is Proof.CLAIMED
    proof = told("unmapped", 2, code="proof", receiver_name="Nguyễn Văn A")
    assert fold([named, proof], RESULT).proof is Proof.CLAIMED
    assert fold([named, proof, told("delivered", 1)], RESULT).proof is Proof.EVIDENCED


def test_the_slip_of_the_handover_is_no_proof_of_delivery():
    events = [told("accepted", slip="BP-1"), told("delivered", 9)]
    assert fold(events, RESULT).proof is Proof.CLAIMED


# Rule 5: what cannot have happened then


@pytest.mark.parametrize(
    ("occurred_at", "expected"),
    [
        (MORNING + timedelta(minutes=10), True),
        (MORNING + timedelta(minutes=10, seconds=1), False),
        (MORNING - timedelta(days=8), True),
        (MORNING - timedelta(days=8, seconds=1), False),
        (None, True),
    ],
)
def test_events_of_the_future_or_from_before_the_order_are_not_plausible(occurred_at, expected):
    assert plausible(occurred_at, MORNING, MORNING - timedelta(days=7)) is expected


def test_how_far_clocks_and_papers_may_be_off_is_for_the_operator_to_say():
    soon = MORNING + timedelta(hours=1)
    assert plausible(soon, MORNING, None, ahead=timedelta(hours=2))
    before = MORNING - timedelta(hours=1)
    assert not plausible(before, MORNING, MORNING, before_order=timedelta(0))
    assert plausible(datetime(1999, 1, 1, tzinfo=timezone(timedelta(hours=7))), MORNING, None)


# Rule 6: claims and leftovers never end anything; the carriers' tables hold the rest


def test_an_unmapped_event_ends_nothing_even_from_a_trusted_source():
    assert fold([told("accepted"), told("unmapped", 5, code="23")], RESULT).status is (
        ShipmentStatus.ACCEPTED
    )


# Rule 7: corrections


def test_a_retracted_event_counts_no_more_and_stays_out_of_the_history():
    wrong = told("returned", 1)
    right = told("delivered", 1.5)
    correction = told("unmapped", 30, by="operator", code="correction", retracts=wrong.event_key)
    assert fold([wrong, right], RESULT).contested
    settled = fold([wrong, right, correction], RESULT)
    assert settled.status is ShipmentStatus.DELIVERED
    assert not settled.contested
    assert wrong not in history([wrong, right, correction], RESULT)


def test_a_correction_may_itself_be_withdrawn():
    delivered = told("delivered", 1)
    correction = told("unmapped", 2, by="operator", code="c1", retracts=delivered.event_key)
    withdrawal = told("unmapped", 3, by="operator", code="c2", retracts=correction.event_key)
    assert fold([delivered, correction], RESULT).status is ShipmentStatus.REGISTERED
    for events in ([delivered, correction, withdrawal], [withdrawal, correction, delivered]):
        assert fold(events, RESULT).status is ShipmentStatus.DELIVERED


@pytest.mark.parametrize("by", ["strong", "pull", "partial", "weak"])
def test_a_carrier_cannot_retract(by):
    delivered = told("delivered", 1)
    other = told("unmapped", 2, by=by, code="c", retracts=delivered.event_key)
    assert fold([delivered, other], RESULT).status is ShipmentStatus.DELIVERED


# Rule 8: only a trusted source ends an item's way


@pytest.mark.parametrize("by", [strength.value for strength in Strength])
@pytest.mark.parametrize("end", ["delivered", "returned", "cancelled", "lost", "destroyed"])
def test_an_end_is_provisional_exactly_when_its_source_is_not_trusted(end, by):
    position = fold([told(end, by=by)], RESULT)
    assert position.status is ShipmentStatus(end)
    assert position.provisional is (Strength(by) not in TRUSTED)


@pytest.mark.parametrize("by", ["pull", "operator", "strong"])
@pytest.mark.parametrize("hours", [-2, 0, 2])
def test_a_confirmation_turns_a_claim_into_a_delivery_whenever_it_says_it_was(by, hours):
    claim = hint("delivered", 5)
    before = fold([claim], RESULT)
    assert before.provisional
    assert before.delivered_at is None
    assert before.accepted_at is None
    confirmation = told("delivered", 5 + hours, by=by)
    after = fold([claim, confirmation], RESULT)
    assert not after.provisional
    assert not after.contested
    assert after.delivered_at == after.accepted_at == confirmation.occurred_at
    assert not is_late(confirmation, before, after)


def test_a_claim_told_after_the_confirmation_is_late_and_changes_nothing():
    confirmed, claim = told("delivered", 5), hint("delivered", 9)
    before, after = fold([confirmed], RESULT), fold([confirmed, claim], RESULT)
    assert after == before
    assert is_late(claim, before, after)


def test_a_trusted_end_replaces_another_end_that_was_only_claimed():
    for hours in (1, 9):
        position = fold([hint("delivered", 5), told("returned", hours)], RESULT)
        assert position.status is ShipmentStatus.RETURNED
        assert not position.provisional
        assert not position.contested


def test_a_claimed_end_yields_to_a_later_scan_the_carrier_itself_tells():
    claim = hint("delivered", 5)
    assert fold([claim, told("out_for_delivery", 4)], RESULT).provisional
    later = fold([claim, told("delivery_failed", 9)], RESULT)
    assert later.status is ShipmentStatus.DELIVERY_FAILED
    assert not later.provisional
    assert not later.contested


def test_a_claimed_end_does_not_yield_to_a_scan_of_unknown_time():
    scan = told("in_transit", 9, by="strong", timed="received")
    assert fold([hint("delivered", 5), scan], RESULT).status is ShipmentStatus.DELIVERED


def test_a_claimed_end_does_not_yield_to_another_message_of_the_same_trust():
    position = fold([hint("delivered", 5), hint("in_transit", 9), hint("returned", 10)], RESULT)
    assert position.status is ShipmentStatus.DELIVERED
    assert position.provisional


def test_a_confirmation_known_to_the_day_is_sharpened_by_one_known_to_the_minute():
    by_day = told("delivered", -8, timed="batch")
    exact = told("delivered", 3)
    assert fold([by_day], RESULT).delivered_at == by_day.occurred_at
    assert fold([by_day, exact], RESULT).delivered_at == exact.occurred_at
    assert not fold([by_day, exact], RESULT).contested


def test_an_inbound_dossier_is_delivered_when_it_reaches_the_counter():
    events = [hint("pickup_scheduled", 1, code="6"), told("delivered", 20)]
    position = fold(events, DOSSIER)
    assert position.status is ShipmentStatus.DELIVERED
    assert position.accepted_at == MORNING + timedelta(hours=1)
