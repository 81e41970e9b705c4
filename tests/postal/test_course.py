"""How an item went and who took it, as a function of the set of what was said of it."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from contracts.vocabulary import VIETNAM, Carrier, Leg, ShipmentStatus
from services.postal.course import course, receipt
from services.postal.domain import CarrierEvent, Strength, TimeQuality, fold
from services.postal.tracks import Evidence

NOON = datetime(2020, 3, 19, 12, tzinfo=VIETNAM)
S = ShipmentStatus
LEG = Leg.OUTBOUND_RESULT


def said(status, hours, strength=Strength.STRONG, **told):
    at = NOON + timedelta(hours=hours)
    return CarrierEvent(
        event_key=f"{status}{hours}{strength}{told.get('reason', '')}",
        carrier=Carrier.NATIVE,
        code=str(status),
        status=status,
        time_quality=TimeQuality.EVENT,
        strength=strength,
        recorded_at=at,
        occurred_at=at,
        **told,
    )


def went(*events, refused=("refused",)):
    return course(events, LEG, fold(events, LEG), refused)


def shown(*events):
    return receipt(events, LEG, fold(events, LEG))


WAY = [
    said(S.ACCEPTED, 0),
    said(S.DELIVERY_FAILED, 20, reason="nobody"),
    said(S.DELIVERY_FAILED, 44, reason="refused"),
    said(S.HELD_FOR_PICKUP, 50),
    said(S.OUT_FOR_DELIVERY, 90),
    said(S.DELIVERED, 92, slip="B1", receiver_name="Nguyễn Văn A", receiver_relation="self"),
]


def test_the_citizens_time_is_what_was_refused_or_held_until_somebody_moves_it_again():
    told = went(*WAY)
    [(since, until)] = told.awaited
    assert (since, until) == (NOON + timedelta(hours=44), NOON + timedelta(hours=90))
    assert (told.failed_attempts, told.status_at) == (2, NOON + timedelta(hours=92))


def test_a_reason_that_no_contract_calls_a_refusal_leaves_the_time_with_the_post():
    [(since, _)] = went(*WAY, refused=()).awaited
    assert since == NOON + timedelta(hours=50)


def test_what_waits_still_has_no_end_of_waiting():
    assert went(*WAY[:4]).awaited == ((NOON + timedelta(hours=44), None),)


def test_a_confirmed_delivery_shows_slip_relation_and_a_masked_name():
    told = shown(*WAY)
    assert (told.slip_number, told.receiver, told.receiver_relation) == ("B1", "N*** V** A", "self")
    assert "Nguyễn" not in str(told.kept())


def test_nothing_is_shown_of_a_delivery_that_is_only_claimed_or_contested():
    claimed = said(S.DELIVERED, 92, Strength.WEAK, receiver_name="B", slip="X")
    assert shown(*WAY[:5], claimed).kept() == {}
    assert shown(*WAY, said(S.OUT_FOR_DELIVERY, 120)).kept() == {}


def test_late_proof_is_added_and_an_operators_word_counts_most():
    late = said(S.UNMAPPED, 100, evidence=(Evidence("photo", "a" * 64),))
    officer = said(S.DELIVERED, 91.5, Strength.OPERATOR, slip="B2", identity_shown=True)
    told = shown(*WAY, late, officer)
    assert (told.slip_number, told.identity_shown, told.evidence) == ("B2", True, ("a" * 64,))
    assert told.receiver == "N*** V** A"


statuses = st.sampled_from([one for one in ShipmentStatus if one is not S.CANCELLED])
events = st.lists(
    st.builds(
        lambda status, hours, strength, reason: said(status, hours, strength, reason=reason),
        statuses,
        st.integers(0, 200),
        st.sampled_from(list(Strength)),
        st.sampled_from([None, "refused", "nobody"]),
    ),
    max_size=10,
)


@given(events, st.randoms(use_true_random=False))
def test_the_order_and_repetition_of_what_was_said_make_no_difference(told, random):
    shuffled = told + random.choices(told, k=2) if told else []
    random.shuffle(shuffled)
    assert went(*shuffled) == went(*told)
    assert shown(*shuffled) == shown(*told)


@given(events)
def test_stretches_of_waiting_follow_each_other_and_end_with_the_way(told):
    waits = went(*told).awaited
    flat = [moment for stretch in waits for moment in stretch if moment is not None]
    assert flat == sorted(flat)
    assert all(until is not None for _, until in waits[:-1])
