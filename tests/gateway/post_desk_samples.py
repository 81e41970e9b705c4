"""Desks of invented items, and items as a citizen sees them."""

from datetime import date, timedelta

from contracts.post_desk import (
    AccountTruth,
    DeskCount,
    DeskItem,
    DeskPage,
    IncidentCount,
    PostageMonth,
    PostLeg,
    PostOverview,
    PostStop,
    UnknownCode,
)
from contracts.postal import ItemCodeLevel
from contracts.vocabulary import DeskState, ShipmentStatus
from gateway.web.desk import REFUSED, Desk
from tests.gateway.paper_samples import CODE, at

NOW = at("2020-03-20T08:00:00")
ITEM = "CV497960035VN"


def an_item(state, days=2, **changes):
    usual = {
        "state": state,
        "since": NOW - timedelta(days=days),
        "carrier": "vnpost-d",
        "item_code": ITEM,
        "status": "delivered",
        "shipment": "5f0c9c1e6d2f4f0f9b1d3a7c8e9f0a1b",
        "dossier": CODE,
        "agency": "000.00.19.H29",
        "leg": "outbound_result",
        "attempt": 1,
        "account": "city",
    }
    return DeskItem.model_validate(usual | changes)


def an_orphan(days=1):
    bare = dict.fromkeys(("shipment", "dossier", "agency", "leg", "attempt", "account"))
    return an_item("orphan", days, status="unmapped", **bare)


def a_month(month, items, *amounts, **counts):
    usual = {"disputed": 0, "unreconciled": 0} | counts
    told = dict(zip(("expected", "charged", "difference"), amounts, strict=True))
    whose = {"carrier": "vnpost-d", "account": "city", "month": month, "items": items}
    return PostageMonth.model_validate(whose | told | usual)


def a_busy_desk() -> Desk:
    """Every state there is, with something in most of them."""
    lists = {
        DeskState.ORPHAN: [an_orphan(5), an_orphan(0)],
        DeskState.CONTESTED: [an_item("contested", 9)],
        DeskState.PROVISIONAL: [an_item("provisional", day) for day in (4, 3, 2, 1)],
        DeskState.DISPUTED: [an_item("disputed", 2)],
        DeskState.WITHOUT_PROOF: [an_item("without_proof", 1)],
        DeskState.ORDER_PROBLEM: [
            an_item(
                "order_problem",
                1,
                item_code=None,
                status="registered",
                reason=REFUSED,
            )
        ],
    }
    counts = {DeskState.ORPHAN: 2, DeskState.CONTESTED: 1, DeskState.PROVISIONAL: 1234}
    counts |= {DeskState.ORDER_PROBLEM: 1, DeskState.STALLED: 0}
    counts |= {DeskState.DISPUTED: 1, DeskState.WITHOUT_PROOF: 1}
    return Desk(
        PostOverview(
            agency=None,
            as_of=NOW,
            states=[
                DeskCount(
                    state=state,
                    count=count,
                    oldest_at=lists[state][0].since if state in lists else None,
                )
                for state, count in counts.items()
            ],
            accounts=[
                AccountTruth(carrier="vnpost-d", account="city", heard_at=NOW - timedelta(hours=2)),
                AccountTruth(carrier="ems", account="north", heard_at=NOW - timedelta(days=6)),
                AccountTruth(carrier="ghtk", account="", heard_at=None),
            ],
            incidents=[
                IncidentCount(kind="lost", count=2, oldest_at=NOW - timedelta(days=6)),
                IncidentCount(kind="misdelivered", count=1, oldest_at=NOW - timedelta(hours=3)),
            ],
            postage=[
                a_month("2020-02", 1_204, 19_866_000, 19_902_500, 36_500, disputed=2),
                a_month("2020-03", 311, None, None, None, unreconciled=311),
            ],
            pools=[
                ItemCodeLevel(
                    carrier="vnpost-d", account="city", free=4_100, taken=890, void=10, low=False
                ),
                ItemCodeLevel(carrier="ems", account="north", free=12, taken=488, void=0, low=True),
            ],
            unknown_codes=[
                UnknownCode(
                    carrier="vnpost-d", code="77", count=3, last_at=NOW - timedelta(hours=5)
                )
            ],
        ),
        {state: DeskPage(items=items) for state, items in lists.items()},
    )


def a_quiet_desk() -> Desk:
    """Nothing waits, and nothing beside the counts is known."""
    states = [
        DeskCount(state=state, count=0, oldest_at=None)
        for state in (DeskState.CONTESTED, DeskState.PROVISIONAL)
    ]
    return Desk(PostOverview(agency="H29", as_of=NOW, states=states, accounts=[]))


def a_leg(status="in_transit", *stops, **changes) -> PostLeg:
    """An item on its way, with the `changes` a test is about."""
    days = {"registered": 16, "accepted": 17, "in_transit": 18, "at_delivery_office": 19}
    days |= {"held_for_pickup": 20, "delivered": 20, "returned": 20}
    told = stops or ("registered", "accepted", "in_transit")
    usual = {
        "leg": "outbound_result",
        "attempt": 1,
        "carrier": "vnpost-d",
        "item_code": ITEM,
        "status": status,
        "milestone": "transit",
        "provisional": False,
        "contested": False,
        "stops": [PostStop(status=stop, at=at(f"2020-03-{days[stop]}T08:00:00")) for stop in told],
        "failed_attempts": 0,
        "last_word_at": NOW,
    }
    return PostLeg.model_validate(usual | changes)


def every_kind_of_leg() -> list[PostLeg]:
    """Every status an item can have, and ends that are claimed or contradicted."""
    on_the_way = ("registered", "accepted", "in_transit", "at_delivery_office")
    legs = [
        a_leg(status, *on_the_way, failed_attempts=1, leg=leg)
        for status in ShipmentStatus
        for leg in ("outbound_result", "inbound_dossier")
    ]
    return [
        *legs,
        a_leg("registered", "registered", item_code=None),
        a_leg("held_for_pickup", *on_the_way, "held_for_pickup", held_until=date(2020, 3, 27)),
        a_leg("delivered", *on_the_way, "delivered"),
        a_leg("delivered", *on_the_way, provisional=True),
        a_leg("delivered", *on_the_way, "delivered", contested=True),
        a_leg("returned", *on_the_way, "returned"),
    ]
