"""Whose days a leg took, and the fold of what the post said: values in, values out."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from contracts.postal import ShipmentStalled
from contracts.vocabulary import (
    Carrier,
    Channel,
    DossierStatus,
    Leg,
    ResultLocation,
    ReturnMode,
    ShipmentStatus,
    Turn,
)
from services.intake.clock.post import (
    inbound_turn,
    leg_days,
    ready_before,
    result_turn,
    supplement_turn,
)
from services.intake.domain.post import LegFacts, at_the_counter, hear, leg_of, location
from tests.intake.posts import CODE, accepted, day, delivered, moved

OUT, IN, MORE = Leg.OUTBOUND_RESULT, Leg.INBOUND_DOSSIER, Leg.INBOUND_SUPPLEMENT
DUE = date(2020, 3, 20)


def heard(*events):
    legs = ()
    for event in events:
        legs = hear(legs, event)
    return legs


def went(*awaited, accepted_at=None, end=None, status="delivered", **told):
    at = accepted_at or day(1)
    return LegFacts(
        OUT,
        told.pop("attempt", 1),
        status=ShipmentStatus(status),
        accepted_at=at,
        status_at=end,
        delivered_at=end if status == "delivered" else None,
        awaited=awaited,
        **told,
    )


def days(leg, ready_at=None, until=None, due_on=DUE):
    return leg_days(leg, ready_at=ready_at or day(0), due_on=due_on, until=until)


def test_the_days_of_agency_post_and_citizen_are_told_apart_and_add_up():
    told = days(went((day(3), day(7)), end=day(9)))
    assert (told.agency, told.post, told.citizen) == (1, 4, 4)
    assert told.agency + told.post + told.citizen == 9


def test_handed_over_late_is_not_delivered_late():
    late = days(went(accepted_at=day(3), end=day(4)))
    assert (late.handed_late, late.delivered_late) == (True, False)
    slow = days(went(accepted_at=day(1), end=day(6)))
    assert (slow.handed_late, slow.delivered_late) == (False, True)


def test_the_citizens_days_make_no_delivery_late():
    assert days(went((day(2), day(8)), end=day(8))).delivered_late is False


def test_without_a_promise_or_an_end_nothing_is_late():
    assert days(went(end=day(9)), due_on=None).handed_late is None
    under_way = days(went(status="in_transit"))
    assert (under_way.post, under_way.delivered_late) == (None, None)
    assert days(went(status="in_transit"), until=day(4)).post == 3


def test_before_custody_nobody_but_the_agency_has_it():
    registered = LegFacts(OUT, 1)
    told = days(registered)
    assert (told.agency, told.post, told.citizen) == (None, None, 0)
    assert result_turn([registered], ReturnMode.POST) is Turn.AGENCY


def test_a_further_attempt_is_ready_when_the_one_before_came_back():
    first = went(end=day(5), status="returned")
    second = went(attempt=2, accepted_at=day(7), end=day(8))
    ready = ready_before(second, [first, second], day(0), None)
    assert ready == day(5)
    assert days(second, ready_at=ready).agency == 2
    assert days(second, ready_at=ready).handed_late is None


def test_whose_turn_it_is_follows_the_last_attempt():
    held = went((day(3), None), status="held_for_pickup")
    back = went(end=day(5), status="returned")
    assert result_turn([held], ReturnMode.POST) is Turn.CITIZEN
    assert result_turn([back], ReturnMode.POST) is Turn.CITIZEN
    again = LegFacts(OUT, 2)
    assert result_turn([back, again], ReturnMode.POST) is Turn.AGENCY
    assert result_turn([went(status="in_transit")], ReturnMode.COUNTER) is Turn.POST
    assert result_turn([went(end=day(4), status="lost")], ReturnMode.POST) is Turn.AGENCY
    assert result_turn([], ReturnMode.COUNTER) is Turn.CITIZEN


def test_an_inbound_dossier_is_the_offices_once_the_post_has_brought_it():
    way = LegFacts(IN, 1, accepted_at=day(1), status=ShipmentStatus.IN_TRANSIT)
    assert inbound_turn([way], Channel.POST) is Turn.POST
    arrived = LegFacts(IN, 1, status=ShipmentStatus.DELIVERED, delivered_at=day(3))
    assert inbound_turn([arrived], Channel.POST) is Turn.AGENCY
    assert inbound_turn([LegFacts(IN, 1)], Channel.POST) is Turn.CITIZEN


def brought(leg, took, came=None, **told):
    status = ShipmentStatus.IN_TRANSIT if came is None else ShipmentStatus.DELIVERED
    at = {"accepted_at": took, "status_at": came, "delivered_at": came}
    return LegFacts(leg, told.pop("attempt", 1), **{"status": status} | at | told)


def test_the_office_answers_for_papers_at_its_counter_until_it_asks_for_more():
    legs = [brought(IN, day(1), day(3)), brought(MORE, day(7), day(8))]
    first, more = at_the_counter(legs, day(9), [(day(4), day(9))])
    assert (first.answered_at, more.asked_at, more.answered_at) == (day(4), day(4), day(9))
    ways = [days(one, ready_at=ready_before(one, legs, None, day(9))) for one in (first, more)]
    assert [(one.agency, one.post, one.citizen) for one in ways] == [(1, 2, 0), (1, 1, 3)]
    # From the posting to the receipt every day is somebody's, and nobody's twice.
    assert sum(one.agency + one.post + one.citizen for one in ways) == 8


def test_a_supplement_answers_the_request_that_was_open_when_the_post_took_it():
    requests = [(day(2), day(5)), (day(8), None)]
    legs = [brought(MORE, day(3), day(4)), brought(MORE, day(6), attempt=2)]
    legs += [brought(MORE, day(9), attempt=3), LegFacts(MORE, 4)]
    told = at_the_counter(legs, day(0), requests)
    assert [one.asked_at for one in told] == [day(2), None, day(8), None]
    assert [one.answered_at for one in told] == [day(5), None, None, None]
    assert at_the_counter(told, day(0), requests) == told
    assert [leg_of(one.kept()) for one in told] == list(told)


def test_while_papers_are_waited_for_it_is_the_posts_turn_once_it_has_them():
    def whose(*legs):
        return supplement_turn(at_the_counter(legs, None, [(day(2), None)]), day(2))

    assert whose() is Turn.CITIZEN
    assert whose(LegFacts(MORE, 1)) is Turn.CITIZEN
    assert whose(brought(MORE, day(1), day(2))) is Turn.CITIZEN
    assert whose(brought(MORE, day(3))) is Turn.POST
    assert whose(brought(MORE, day(3), day(4), provisional=True)) is Turn.POST
    assert whose(brought(MORE, day(3), day(4))) is Turn.AGENCY
    back = brought(MORE, day(3), day(4), status=ShipmentStatus.RETURNED)
    assert whose(back) is Turn.CITIZEN
    assert whose(back, brought(MORE, day(5), attempt=2)) is Turn.POST


def test_where_the_result_is():
    done, returned = DossierStatus.DONE, DossierStatus.RETURNED
    place = ResultLocation
    back = went(end=day(5), status="returned")
    assert location(DossierStatus.PROCESSING, None, None, []) is None
    assert location(done, day(0), None, [LegFacts(OUT, 1)]) is place.COUNTER
    assert location(returned, day(0), day(1), [went(status="in_transit")]) is place.POST
    assert location(done, day(0), None, [back]) is place.COUNTER
    assert location(returned, day(0), day(6), [back]) is place.CITIZEN
    assert location(returned, day(0), day(1), [back]) is place.COUNTER
    assert location(done, day(0), None, [went(end=day(5), status="lost")]) is place.UNKNOWN
    lost_then_sent = [went(end=day(5), status="lost"), went(attempt=2, end=day(8))]
    assert location(returned, day(0), day(8), lost_then_sent) is place.CITIZEN


def silent(at):
    return ShipmentStalled(
        shipment="s-outbound_result-1",
        dossier=CODE,
        leg=OUT,
        attempt=1,
        carrier=Carrier.NATIVE,
        last_heard_at=at,
        working_days=5,
    )


def test_silence_is_a_warning_until_something_newer_is_heard():
    [leg] = heard(moved(2, "in_transit", day(1), accepted_at=day(1)), silent(day(1)))
    assert leg.stalled
    [leg] = heard(silent(day(1)), moved(3, "in_transit", day(9), accepted_at=day(1)))
    assert not leg.stalled
    [leg] = heard(moved(3, "delivered", day(1), delivered_at=day(1)), silent(day(1)))
    assert not leg.stalled


@st.composite
def news(draw):
    """Everything told of the attempts of one leg, each revision by all that belongs to it."""
    told = []
    for attempt in range(1, 2 + draw(st.integers(0, 1))):
        for revision in range(1, 2 + draw(st.integers(0, 4))):
            at = day(draw(st.integers(1, 30)))
            status = draw(st.sampled_from(list(ShipmentStatus)))
            contested = draw(st.booleans())
            certain = status is ShipmentStatus.DELIVERED and not contested
            custody = draw(st.none() | st.just(day(1)))
            shown = {"accepted_at": custody, "delivered_at": at if certain else None}
            shown |= {"contested": contested, "attempt": attempt}
            told.append(moved(revision, status, at, **shown))
            if custody:
                told.append(accepted(revision, custody, attempt=attempt))
            if certain:
                told.append(delivered(revision, at, attempt=attempt, slip_number=f"B{revision}"))
        if draw(st.booleans()):
            told.append(silent(day(draw(st.integers(1, 30)))))
    return told


@given(news(), st.randoms(use_true_random=False))
def test_the_order_and_repetition_of_the_news_make_no_difference(told, random):
    shuffled = told + random.choices(told, k=3)
    random.shuffle(shuffled)
    assert heard(*shuffled) == heard(*told)


@given(news())
def test_a_leg_is_remembered_as_it_is(told):
    for leg in heard(*told):
        assert leg_of(leg.kept()) == leg


@given(
    st.lists(st.integers(0, 40), min_size=5, max_size=5).map(sorted),
    st.integers(0, 23),
)
def test_no_day_is_counted_twice_or_lost(moments, hour):
    ready, custody, since, until, end = (day(one, hour) for one in moments)
    told = days(went((since, until), accepted_at=custody, end=end), ready_at=ready)
    assert told.agency + told.post + told.citizen == (end - ready) // timedelta(days=1)
