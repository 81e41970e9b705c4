"""Carriers beside the post: what their messages are trusted for, and that no bytes confuse them."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from standardwebhooks import Webhook

from contracts.postal import CarrierRecordOutcome
from contracts.vocabulary import Carrier, CarrierOutcome, ShipmentStatus
from services.postal.carriers import INTERFACES, messages_through
from services.postal.carriers.base import (
    ADDRESS_SECRET,
    Batch,
    CarrierMessageTooLarge,
    CarrierSignatureInvalid,
    SendsMessages,
    TakesOrders,
    TellsHistory,
    UnreadableCarrierMessage,
)
from services.postal.carriers.native import Native
from services.postal.domain import Strength
from services.postal.places import is_terminal
from tests.postal.recordings import native, recording_of
from tests.postal.recordings.shared_word import WORD

SHARING = (Carrier.EMS, Carrier.VIETTELPOST, Carrier.GHN, Carrier.GHTK, Carrier.UPU)
OURS = (*SHARING, Carrier.NATIVE)
ITEM = "CV497960035VN"
REFUSALS = (CarrierMessageTooLarge, CarrierSignatureInvalid, UnreadableCarrierMessage)
ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from([ITEM, "501", "delivered", "EMI", "16/03/2020 09:00:00", WORD]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)
FIELDS = {
    Carrier.EMS: ["tracking_code", "status_code", "datetime", "locate", "order_code"],
    Carrier.VIETTELPOST: ["DATA", "TOKEN"],
    Carrier.GHN: ["OrderCode", "Status", "Time", "ReasonCode", "Warehouse"],
    Carrier.GHTK: ["label_id", "status_id", "action_time", "pick_money", "return_part_package"],
    Carrier.UPU: ["events"],
    Carrier.NATIVE: ["type", "timestamp", "data"],
}
WITHIN = {
    Carrier.VIETTELPOST: ("DATA", ["ORDER_NUMBER", "ORDER_STATUS", "ORDER_STATUSDATE"]),
    Carrier.UPU: ("events", ["item_id", "event", "event_at", "reason_code"]),
    Carrier.NATIVE: (
        "data",
        ["item_code", "code", "occurred_at", "receiver", "proof", "cod", "fee", "attempt"],
    ),
}


def read(carrier: Carrier, raw: bytes, **beside):
    """The batch of a message that shows whom it is from, or None where it is refused as it may be."""
    headers = native.signed_headers(raw) if carrier is Carrier.NATIVE else {ADDRESS_SECRET: WORD}
    interface, account = messages_through(carrier), recording_of(carrier).account()
    try:
        return interface.read(raw, headers | beside, account)
    except REFUSALS:
        return None


def assert_whole(batch: Batch | None, carrier: Carrier) -> None:
    if batch is not None:
        strong = carrier is Carrier.NATIVE
        assert batch.strength is (Strength.STRONG if strong else Strength.WEAK)
        assert 0 < len(batch.records) <= 1000


@pytest.mark.parametrize("carrier", OURS)
@settings(deadline=None, max_examples=60)
@given(raw=st.binary(max_size=200), kind=st.sampled_from(["application/json", ""]))
def test_whatever_the_bytes_a_message_is_read_or_refused(carrier, raw, kind):
    assert_whole(read(carrier, raw, **{"content-type": kind}), carrier)


@settings(deadline=None, max_examples=60)
@given(raw=st.binary(max_size=200))
def test_whatever_the_bytes_a_form_is_read_or_refused(raw):
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert_whole(read(Carrier.GHTK, raw, **form), Carrier.GHTK)


@pytest.mark.parametrize("carrier", OURS)
@settings(deadline=None, max_examples=60)
@given(told=st.data())
def test_whatever_a_field_holds_a_message_is_read_or_refused(carrier, told):
    body = told.draw(st.dictionaries(st.sampled_from(FIELDS[carrier]), ANY_JSON))
    if carrier in WITHIN and told.draw(st.booleans()):
        place, names = WITHIN[carrier]
        inner = told.draw(st.dictionaries(st.sampled_from(names), ANY_JSON))
        body[place] = {
            Carrier.UPU: [inner],
            Carrier.NATIVE: {"events": [inner]},
        }.get(carrier, inner)
    if carrier is Carrier.NATIVE:
        body["type"] = "item.reported"
    assert_whole(read(carrier, json.dumps(body).encode()), carrier)


@settings(deadline=None, max_examples=200)
@given(
    st.dictionaries(
        st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature"]),
        st.text(st.characters(max_codepoint=255), max_size=40)
        | st.sampled_from(["v1,", "v1a,", "v1,AAAA", "msg.1", "99999999999999"]),
        min_size=1,
    )
)
def test_whatever_the_headers_hold_a_stranger_gets_a_refusal(changed):
    raw = b'{"type":"item.reported","data":{"events":[{}]}}'
    headers = native.signed_headers(raw, signers=[("v1", "stranger")]) | changed
    with pytest.raises(CarrierSignatureInvalid):
        Native().read(raw, headers, native.account())


# How far each is trusted, and for what


def test_carriers_without_a_documented_call_are_not_asked_and_not_ordered_from():
    for carrier in OURS:
        assert isinstance(INTERFACES[carrier], SendsMessages)
        assert not isinstance(INTERFACES[carrier], TakesOrders | TellsHistory)


def test_those_that_sign_nothing_are_told_a_secret_by_their_address():
    told = {name for name, one in INTERFACES.items() if getattr(one, "address_secret", False)}
    assert told >= set(SHARING)
    assert Carrier.NATIVE not in told
    assert Carrier.VNPOST_D not in told


ENDS = {
    Carrier.EMS: {"7", "9", "13"},
    Carrier.VIETTELPOST: {"107", "201", "501", "503", "504"},
    Carrier.GHN: {"delivered", "returned", "cancel", "lost", "damage"},
    Carrier.GHTK: {"-1", "5", "13", "21"},
    Carrier.UPU: {"EMI"},
}


@pytest.mark.parametrize("carrier", SHARING)
def test_only_the_codes_that_say_so_end_an_items_way(carrier):
    table = INTERFACES[carrier].meanings
    assert {code for code in table if is_terminal(table[code].status)} == ENDS[carrier]


@pytest.mark.parametrize("code", ["45", "49", "123", "410", "6", "11"])
def test_messengers_claims_and_money_move_nothing(code):
    assert INTERFACES[Carrier.GHTK].meaning(code).status is ShipmentStatus.UNMAPPED


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        ([CarrierOutcome.APPLIED], "success"),
        ([CarrierOutcome.ORPHAN], "success"),
        ([CarrierOutcome.DUPLICATE], "success"),
        ([CarrierOutcome.STORED], "success"),
        ([CarrierOutcome.INVALID], "error"),
    ],
)
def test_ems_gets_its_own_acknowledgement_with_its_transaction(outcomes, code):
    told = [CarrierRecordOutcome(outcome=one) for one in outcomes]
    ems = messages_through("ems")
    assert ems.acknowledge(told, {"ems-transaction": "TX-17"}) == {
        "code": code,
        "transaction": "TX-17",
    }
    assert ems.acknowledge(told, {})["transaction"] is None
    assert ems.acknowledge(told, {"ems-transaction": "x" * 500})["transaction"] is None


# Our own format beside the library of the standard


def test_what_the_library_of_the_standard_signs_is_read():
    raw = json.dumps(
        {"type": "item.reported", "data": {"events": [{"item_code": ITEM}]}}, ensure_ascii=False
    )
    now = datetime.now(UTC)
    sender = Webhook(native.shown_secret("carrier"))
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": sender.sign("msg_1", now, raw),
    }
    assert len(Native().read(raw.encode(), headers, native.account()).records) == 1
    assert (
        headers["webhook-signature"]
        == native.signed_headers(raw.encode(), seconds=int(now.timestamp()))["webhook-signature"]
    )


def test_how_far_a_message_may_be_from_the_clock_is_a_parameter():
    signed_at = datetime(2020, 3, 17, 10, 16, tzinfo=UTC)
    raw = b'{"type":"item.reported","data":{"events":[{}]}}'
    headers = native.signed_headers(raw, seconds=int(signed_at.timestamp()))
    late = signed_at + timedelta(minutes=30)
    patient = Native(tolerance=timedelta(hours=1), clock=lambda: late)
    assert patient.read(raw, headers, native.account()).message_id == "msg_1"
    with pytest.raises(CarrierSignatureInvalid):
        Native(clock=lambda: late).read(raw, headers, native.account())


def test_a_number_cannot_be_moved_into_the_time_it_is_signed_with():
    """`a.1` at `2` and `a` at `1.2` are signed alike: neither is taken."""
    raw = b"x"
    for number, seconds in [("a.1", "1584324000"), ("a", "1.1584324000")]:
        headers = native.signed_headers(raw, number=number, seconds=seconds)
        with pytest.raises(CarrierSignatureInvalid):
            Native().read(raw, headers, native.account())
