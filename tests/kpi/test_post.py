"""Figures from custody, and what stands beside them: registered with the post, never accepted."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from contracts.postal import ShipmentAccepted, ShipmentDelivered, ShipmentMoved
from contracts.vocabulary import (
    Carrier,
    Channel,
    Leg,
    Proof,
    ReturnMode,
    ShipmentStatus,
)
from services.kpi import commands, service
from services.kpi.facts import Fact, absorb, dated
from services.kpi.indicators import ProcedureRow
from tests.kpi.measured import figure_of
from tests.kpi.test_service import AGENCIES, PERIOD, published, value
from tests.kpi.worlds import NOON, filed, progressed

OUT, IN = Leg.OUTBOUND_RESULT, Leg.INBOUND_DOSSIER
DAY = timedelta(days=1)


def moved(code="d1", revision=1, status="registered", leg=OUT, attempt=1, **told):
    return ShipmentMoved(
        **{
            "shipment": f"s-{code}-{leg}-{attempt}",
            "dossier": code,
            "leg": leg,
            "attempt": attempt,
            "revision": revision,
            "status": ShipmentStatus(status),
            "provisional": False,
            "contested": False,
            "late": False,
            "ordered_at": NOON + DAY,
        }
        | told
    )


def measures(fact):
    return {name for _, name in dated(fact)}


def known(*events):
    fact = Fact(code="d1")
    for event in events:
        fact = absorb(fact, event)
    return fact


BY_POST = filed("d1", channel=Channel.POST, return_mode=ReturnMode.POST)


def test_a_channel_or_a_return_mode_alone_is_never_by_post():
    told = measures(known(BY_POST, progressed("d1", done_at=NOON, returned_at=NOON + DAY)))
    assert not told & {"received_by_post", "returned_by_post"}


def test_registered_is_told_beside_until_custody_is_shown_and_again_when_it_is_taken_back():
    registered = [BY_POST, moved(), moved(leg=IN)]
    assert measures(known(*registered)) >= {"inbound_not_accepted", "outbound_not_accepted"}
    custody = moved(revision=2, status="accepted", accepted_at=NOON + 2 * DAY)
    told = measures(known(*registered, custody))
    assert "returned_by_post" in told
    assert "outbound_not_accepted" not in told
    corrected = moved(revision=3)
    told = measures(known(*registered, custody, corrected))
    assert "outbound_not_accepted" in told
    assert not told & {"returned_by_post", "returned"}


def test_what_was_called_off_is_not_waited_for():
    told = measures(known(BY_POST, moved(), moved(revision=2, status="cancelled")))
    assert "outbound_not_accepted" not in told


def test_a_delivery_that_is_contested_is_no_delivery():
    at = {"accepted_at": NOON, "delivered_at": NOON + DAY, "status": "delivered"}
    fact = known(moved(revision=2, **at))
    assert fact.outbound_delivered_at == NOON + DAY
    assert known(moved(revision=2, **at), moved(revision=3, contested=True, **at)) == known(
        moved(revision=3, contested=True, **at)
    )
    assert known(moved(revision=3, contested=True, **at)).outbound_delivered_at is None


def test_custody_of_one_attempt_survives_the_correction_of_another():
    first = moved(revision=2, status="returned", accepted_at=NOON)
    second = moved(attempt=2, revision=2, status="accepted", accepted_at=NOON + 3 * DAY)
    assert known(first, second).outbound_accepted_at == NOON
    corrected = known(first, second, moved(revision=3))
    assert corrected.outbound_accepted_at == NOON + 3 * DAY


def test_custody_counted_before_items_were_told_apart_is_not_lost():
    old = Fact(code="d1", outbound_accepted_at=NOON, inbound_accepted_at=NOON)
    fact = absorb(old, moved(attempt=2))
    assert (fact.outbound_accepted_at, fact.inbound_accepted_at) == (NOON, NOON)


@st.composite
def news(draw):
    told = []
    for leg in (IN, OUT):
        for attempt in (1, 2):
            for revision in range(1, 1 + draw(st.integers(0, 4))):
                custody = draw(st.none() | st.integers(0, 9).map(lambda n: NOON + n * DAY))
                status = draw(st.sampled_from(["accepted", "delivered", "cancelled"]))
                contested = draw(st.booleans())
                at = NOON + 10 * DAY if status == "delivered" else None
                place = {"leg": leg, "attempt": attempt, "revision": revision}
                told.append(
                    moved(
                        status=status,
                        contested=contested,
                        accepted_at=custody,
                        delivered_at=at,
                        **place,
                    )
                )
                about = place | {"shipment": told[-1].shipment, "dossier": "d1"}
                about |= {"carrier": Carrier.NATIVE}
                if custody:
                    told.append(ShipmentAccepted(**about, accepted_at=custody))
                if at and not contested:
                    told.append(ShipmentDelivered(**about, delivered_at=at, proof=Proof.NONE))
    return told


@given(news(), st.randoms(use_true_random=False))
def test_the_order_and_repetition_of_the_news_make_no_difference(told, random):
    shuffled = told + (random.choices(told, k=3) if told else [])
    random.shuffle(shuffled)
    assert known(BY_POST, *shuffled) == known(*told, BY_POST)


async def cases(client, indicator, part):
    address = f"/v1/indicators/{indicator}/cases?agency=H29&{PERIOD}&part={part}"
    return await client.get(address)


async def test_the_number_beside_a_figure_has_its_dossiers_and_goes_when_they_are_accepted(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES, published("p"))
        for n in range(4):
            code = f"d{n}"
            await kpi.hear(
                filed(code, agency="A", channel=Channel.POST),
                progressed(code, done_at=NOON, returned_at=NOON + DAY),
                moved(code),
                moved(code, leg=IN),
            )
        await kpi.hear(
            moved("d0", revision=2, status="accepted", accepted_at=NOON + 2 * DAY),
            moved("d1", revision=2, status="accepted", leg=IN, accepted_at=NOON),
        )
        k15, k16, k14 = [await value(client, one) for one in ("k15", "k16", "k14")]
        assert (k15["count"], k15["among"]) == (1, 4)
        assert [(one["id"], one["count"]) for one in k15["beside"]] == [("inbound_not_accepted", 3)]
        assert (k16["count"], k16["among"]) == (1, 4)
        assert [(one["id"], one["count"]) for one in k16["beside"]] == [
            ("outbound_not_accepted", 3)
        ]
        assert (k14["count"], k14["among"]) == (1, 1)
        assert [one["count"] for one in k14["beside"]] == [3, 3]
        for indicator in ("k14", "k16"):
            listed = (await cases(client, indicator, "outbound_not_accepted")).json()
            assert listed["items"] == ["d1", "d2", "d3"]
        other = await cases(client, "k16", "inbound_not_accepted")
        assert (other.status_code, other.json()["code"]) == (422, "unknown-part")
        assert "outbound_not_accepted" in other.json()["detail"]
        board = (await client.get("/v1/plans/hcmc-2020/scoreboard?agency=H29")).json()
        [row] = [one for one in board["targets"] if one["id"] == "k16"]
        assert row["beside"][0]["count"] == 3
        edge = await value(client, "k16", period="from=2020-03-09&to=2020-03-13")
        assert edge["beside"][0]["count"] == 3
        assert (await value(client, "k07"))["beside"] == []
        assert await commands.verify(kpi.running.database) == []


async def test_custody_taken_back_leaves_the_figure_and_a_rebuild_agrees(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES, filed("d1", agency="A"), moved())
        accepted = moved(revision=2, status="accepted", accepted_at=NOON)
        await kpi.hear(accepted)
        assert (await value(client, "k16"))["count"] == 1
        await kpi.hear(moved(revision=3), accepted)
        k16 = await value(client, "k16")
        assert (k16["count"], k16["among"], k16["beside"][0]["count"]) == (0, 0, 1)
        assert await commands.verify(kpi.running.database) == []
        assert await commands.rebuild(kpi.running.database) == 0


def test_eligible_procedures_count_by_the_results_the_post_took():
    def row(code, level, **by_post):
        return ProcedureRow(
            code, "f", level, by_post=True, on_national_portal=False, amounts=by_post
        )

    figure = figure_of(
        "k24",
        at_the_end=(
            row("a", 3, returned_by_post=2),
            row("b", 4, received_by_post=1),
            row("c", 2, returned_by_post=5),
        ),
    )
    assert (figure.count, figure.among) == (1, 2)
