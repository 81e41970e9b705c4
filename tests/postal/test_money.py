"""Money told of an item, whatever the order in which it was told."""

import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.vocabulary import Leg, MoneyPurpose, MoneyStep, Proof, Reconciliation
from services.postal.domain import Strength, fold, withdrawn
from services.postal.money import money_of
from services.postal.tracks import Evidence, Sum
from tests.postal.test_domain import MORNING, RESULT, hint, told
from tests.postal.test_service import ITEM, order, postal, tell

COD, FEE, POSTAGE = MoneyPurpose.COD, MoneyPurpose.AGENCY_FEE, MoneyPurpose.POSTAGE
SCAN = Evidence("signature", "a" * 64)


def money(purpose, step, amount=None, receipt=None):
    return (Sum(MoneyPurpose(purpose), MoneyStep(step), amount, receipt),)


def paid(purpose, step, amount=None, hours=0.0, by="pull", **more):
    receipt = more.pop("receipt", None)
    code = more.pop("code", f"{purpose} {step} {amount}")
    sums = money(purpose, step, amount, receipt)
    return told("unmapped", hours, by=by, code=code, sums=sums, **more)


def only(*events):
    [found] = money_of(events)
    return found


SUMS = st.lists(
    st.builds(
        Sum,
        st.sampled_from(MoneyPurpose),
        st.sampled_from(MoneyStep),
        st.sampled_from([None, 0, 50_000, 60_000]),
        st.sampled_from([None, "BL-1"]),
    ),
    max_size=2,
).map(tuple)

TELLINGS = st.lists(
    st.builds(
        told,
        st.sampled_from(["unmapped", "accepted", "out_for_delivery", "delivered", "returned"]),
        st.integers(0, 3),
        by=st.sampled_from([strength.value for strength in Strength]),
        timed=st.sampled_from(["event", "batch", "received"]),
        code=st.sampled_from(["14", "21", "x"]),
        receiver_name=st.sampled_from([None, "Nguyễn Văn A"]),
        evidence=st.sampled_from([(), (SCAN,)]),
        slip=st.sampled_from([None, "BP-17"]),
        sums=SUMS,
    ),
    max_size=8,
)


@given(TELLINGS, st.randoms())
def test_neither_order_nor_repetition_changes_where_an_item_stands_or_its_money(events, chance):
    shuffled = events + chance.choices(events, k=5) if events else []
    chance.shuffle(shuffled)
    assert fold(shuffled, RESULT) == fold(events, RESULT)
    assert money_of(shuffled) == money_of(events)


@given(TELLINGS, TELLINGS, st.randoms())
def test_what_is_retracted_is_as_if_it_had_never_been_told(events, wrong, chance):
    keys = {one.event_key for one in events}
    wrong = [one for one in wrong if one.event_key not in keys]
    later = MORNING + timedelta(days=9)
    corrections = [
        told(
            "unmapped",
            by="operator",
            timed="received",
            code=f"operator:correction {number}",
            retracts=one.event_key,
            recorded_at=later + timedelta(minutes=number),
        )
        for number, one in enumerate(wrong)
    ]
    every = events + wrong + corrections
    chance.shuffle(every)
    for leg in (RESULT, Leg.INBOUND_DOSSIER):
        assert fold(every, leg) == fold(events + corrections, leg) == fold(events, leg)
    assert money_of(every) == money_of(events)
    assert set(withdrawn(every)) == {one.event_key for one in wrong}


@given(TELLINGS, TELLINGS, st.randoms())
def test_a_retracted_retraction_retracts_nothing(events, chosen, chance):
    withdrawals = []
    for number, one in enumerate(chosen):
        first = told(
            "unmapped",
            by="operator",
            timed="received",
            code=f"first {number}",
            retracts=one.event_key,
            recorded_at=MORNING + timedelta(days=9),
        )
        second = told(
            "unmapped",
            by="operator",
            timed="received",
            code=f"second {number}",
            retracts=first.event_key,
            recorded_at=MORNING + timedelta(days=10),
        )
        withdrawals += [first, second]
    every = events + chosen + withdrawals
    chance.shuffle(every)
    assert fold(every, RESULT) == fold(events + chosen, RESULT)
    assert money_of(every) == money_of(events + chosen)


@given(TELLINGS)
def test_no_estimate_and_no_weak_word_ever_shows_a_payment(events):
    doubtful = [
        one
        for one in events
        if not one.trusted or all(sum_.step in {"estimated", "due"} for sum_ in one.sums)
    ]
    for found in money_of(doubtful):
        paid_out = (found.collected, found.remitted, found.charged)
        assert paid_out == (None, None, None)
        assert (found.collected_at, found.remitted_at, found.charged_at) == (None, None, None)
        assert not found.disputed or found.purpose is not POSTAGE


def test_a_weak_source_claims_and_the_carriers_own_answer_settles():
    claim = hint("unmapped", 1, code="21", sums=money("cod", "remitted"))
    found = only(claim)
    assert (found.claimed, found.remitted_at) == ((MoneyStep.REMITTED,), None)
    found = only(claim, paid("cod", "remitted", 50_000, 2))
    assert (found.claimed, found.remitted) == ((), 50_000)
    assert found.remitted_at == MORNING + timedelta(hours=2)


def test_an_estimate_may_change_and_the_latest_stands():
    found = only(paid("postage", "estimated", 16_500, 1), paid("postage", "estimated", 18_000, 2))
    assert (found.estimated, found.disputed, found.charged) == (18_000, False, None)


def test_contradicting_amounts_of_trusted_sources_are_disputed_until_an_operator_states_one():
    one, other = paid("cod", "collected", 50_000, 1), paid("cod", "collected", 60_000, 2)
    found = only(one, other)
    assert (found.disputed, found.reconciliation) == (True, Reconciliation.DISPUTED)
    assert not only(one, hint("unmapped", 2, code="y", sums=other.sums)).disputed
    settled = only(one, other, paid("cod", "collected", 50_000, 3, by="operator"))
    assert (settled.disputed, settled.collected) == (False, 50_000)


def test_a_later_statement_corrects_an_earlier_one():
    due = paid("agency_fee", "due", 50_000)
    first = paid("agency_fee", "remitted", 45_000, 1, by="operator", slip="UNC-1")
    found = only(due, first)
    assert (found.reconciliation, found.reference) == (Reconciliation.DIFFERS, "UNC-1")
    second = paid("agency_fee", "remitted", 50_000, 2, by="operator", slip="UNC-2", receipt="BL-7")
    found = only(second, due, first)
    assert (found.reconciliation, found.reference) == (Reconciliation.AGREED, "UNC-2")
    assert (found.expected, found.actual, found.receipt) == (50_000, 50_000, "BL-7")
    assert only(due).reconciliation is Reconciliation.OPEN


def test_purposes_are_counted_apart():
    found = money_of([paid("cod", "due", 1), paid("postage", "charged", 2), paid("cod", "due", 1)])
    assert [(one.purpose, one.due, one.charged) for one in found] == [
        (COD, 1, None),
        (POSTAGE, None, 2),
    ]
    assert money_of([]) == ()


# Proof


@pytest.mark.parametrize("status", ["delivered", "unmapped"])
@pytest.mark.parametrize(
    ("by", "proof"),
    [("pull", Proof.EVIDENCED), ("operator", Proof.VALIDATED), ("partial", Proof.CLAIMED)],
)
def test_a_document_of_a_trusted_source_is_evidence_also_when_it_comes_late(status, by, proof):
    delivered = told("delivered", 1, code="14")
    assert fold([delivered], RESULT).proof is Proof.CLAIMED
    late = told(status, 1, by=by, code="scan", evidence=(SCAN,), recorded_at=MORNING)
    position = fold([late, delivered], RESULT)
    assert (position.proof, position.contested) == (proof, False)


# At work


async def test_what_a_message_says_of_money_is_shown_as_claimed_only(lone):
    async with postal(lone) as (_one, partner, post):
        shipment = (await partner.post("/v1/shipments", json=order())).json()["id"]
        record = {"itemCode": ITEM, "status": 7, "codAmount": 50_000, "totalFee": "16500"}
        settled = {"itemCode": ITEM, "status": 21, "codAmount": 0, "totalFee": 0}
        body = post.signed([record, settled], "19/03/2020 08:00:00")
        assert (await partner.post("/v1/carriers/vnpost-d/events", json=body)).status_code == 200
        view = (await partner.get(f"/v1/shipments/{shipment}")).json()
        cod, postage = view["money"]
        assert (cod["purpose"], cod["due"], cod["remitted_at"]) == ("cod", 50_000, None)
        assert cod["claimed"] == ["due", "remitted"]
        assert (postage["estimated"], postage["charged"]) == (16_500, None)
        assert [len(event["money"]) for event in view["events"]].count(2) == 1
        assert view["status"] == "accepted"


async def test_an_item_whose_check_digit_is_wrong_is_flagged_and_never_refused(lone):
    wrong = "CV497960036VN"
    async with postal(lone) as (one, partner, post):
        made = (await partner.post("/v1/shipments", json=order())).json()
        assert made["suspect_number"] is False
        assert await tell(partner, post, 7) == ["applied"]
        refused = await partner.post("/v1/shipments", json=order(item_code=wrong, attempt=2))
        assert (refused.status_code, refused.json()["code"]) == (422, "item-code-invalid")
        told_ = [{"itemCode": wrong, "status": 7}]
        body = post.signed(told_, "19/03/2020 08:00:00")
        answer = await partner.post("/v1/carriers/vnpost-d/events", json=body)
        assert answer.json()["items"][0]["outcome"] == "orphan"
        await one.running.database.engine.execute(
            f"UPDATE shipment SET item_code = '{wrong}'"  # as an order that the carrier numbered
        )
        view = (await partner.get(f"/v1/shipments/{made['id']}")).json()
        assert (view["suspect_number"], view["events"][0]["code"]) == (True, "7")


async def test_a_batch_split_anywhere_gives_the_same_events_position_and_money(lone):
    records = [
        {"status": 1, "totalFee": 16_500},
        {"status": 7, "codAmount": 50_000},
        {"status": 12},
        {"status": 15},
        {"status": 12},
        {"status": 21},
        {"status": 14},
    ]
    chance = random.Random(7)
    async with postal(lone) as (_one, partner, post):
        seen = []
        for number in range(len(records) + 1):
            item = f"X{number}-SPLIT"
            made = await partner.post(
                "/v1/shipments", json=order(item_code=item, attempt=number + 1)
            )
            told_ = [record | {"itemCode": item} for record in records]
            parts = [told_[:number], told_[number:]]
            chance.shuffle(parts)
            for part in filter(None, parts):
                body = post.signed(part, "19/03/2020 08:00:00")
                answer = await partner.post("/v1/carriers/vnpost-d/events", json=body)
                assert answer.status_code == 200, answer.text
            view = (await partner.get(f"/v1/shipments/{made.json()['id']}")).json()
            codes = sorted((event["code"], event["status"]) for event in view["events"])
            told_of = {name: view[name] for name in ("status", "provisional", "accepted_at")}
            seen.append((codes, told_of, view["money"]))
        assert all(one == seen[0] for one in seen)
        assert seen[0][1]["status"] == "delivered"
