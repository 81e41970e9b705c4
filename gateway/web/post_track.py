"""The post's part of the tracking page: the way of each item as a line, and what its citizen can do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from urllib.parse import quote

from contracts.labels import label
from contracts.post_desk import PostLeg
from contracts.vocabulary import Leg, ShipmentStatus
from gateway.web.ages import shown_age
from gateway.web.wording import ENGLISH, shown_day, shown_instant, wording

Tongue = Literal["vi", "en"]
INBOUND: Final = frozenset({Leg.INBOUND_DOSSIER, Leg.INBOUND_SUPPLEMENT})
ORDINARY: Final = (
    ShipmentStatus.REGISTERED,
    ShipmentStatus.ACCEPTED,
    ShipmentStatus.IN_TRANSIT,
    ShipmentStatus.AT_DELIVERY_OFFICE,
    ShipmentStatus.DELIVERED,
)
"""The way of most items."""

TURNED_BACK: Final = frozenset(
    {ShipmentStatus.RETURN_PROPOSED, ShipmentStatus.RETURNING, ShipmentStatus.RETURNED}
)
GONE: Final = frozenset({ShipmentStatus.LOST, ShipmentStatus.DESTROYED})


TO_EITHER: Final = {
    ShipmentStatus.HELD_FOR_PICKUP: "advice_held",
    ShipmentStatus.CANCELLED: "advice_cancelled",
    ShipmentStatus.LOST: "advice_lost",
    ShipmentStatus.DESTROYED: "advice_lost",
    ShipmentStatus.PICKUP_FAILED: "advice_pickup_failed",
}
TO_THE_CITIZEN: Final = {
    **TO_EITHER,
    ShipmentStatus.REGISTERED: "advice_waiting",
    ShipmentStatus.ORDER_CREATED: "advice_waiting",
    ShipmentStatus.PICKUP_SCHEDULED: "advice_waiting",
    ShipmentStatus.PICKUP_FAILED: "advice_waiting",
    ShipmentStatus.OUT_FOR_DELIVERY: "advice_out",
    ShipmentStatus.DELIVERY_FAILED: "advice_failed",
    **dict.fromkeys(TURNED_BACK, "advice_returned"),
}
"""What the addressee of an item can do, by its status."""

TO_THE_OFFICE: Final = {
    **TO_EITHER,
    ShipmentStatus.REGISTERED: "advice_pickup",
    ShipmentStatus.ORDER_CREATED: "advice_pickup",
    ShipmentStatus.PICKUP_SCHEDULED: "advice_pickup",
    ShipmentStatus.HELD_FOR_PICKUP: "advice_held_for_office",
    **dict.fromkeys(TURNED_BACK, "advice_back_to_you"),
}
"""What the sender of papers to an office can do, by their status."""


@dataclass(frozen=True, kw_only=True)
class Stop:
    """A place on the line."""

    name: str
    day: str | None
    state: str
    """``was``, ``now``, ``ahead``, or ``bad`` for an end that nobody wished for."""
    at: str
    """Where on the line it stands, in hundredths of its length."""


@dataclass(frozen=True, kw_only=True)
class Way:
    """One item as the page shows it."""

    title: str
    status: str
    status_en: str
    carrier: str
    item_code: str | None
    link: str | None
    """Where the carrier shows it to everybody, if an operator has named that."""
    stops: Sequence[Stop]
    reached: str
    """How far the line is drawn through."""
    picture: str
    """What the drawing shows, in words."""
    advice: str | None
    attempts: str | None
    last_word: str


def ways(
    legs: Sequence[PostLeg], language: str, now: datetime, pages: Mapping[str, str]
) -> list[Way]:
    """The items of a dossier; `pages` are the carriers' public pages, by carrier."""
    return [_way(leg, language, now, pages) for leg in legs]


def tracking_pages(setting: str) -> dict[str, str]:
    """The carriers' public pages as the setting names them; what is no https address is left out.

    >>> tracking_pages("ems=https://carrier.example/t/{item} ghn=javascript:x")
    {'ems': 'https://carrier.example/t/{item}'}
    """
    pairs = (each.partition("=") for each in setting.split())
    return {
        name: page for name, _, page in pairs if page.startswith("https://") and "{item}" in page
    }


def _way(leg: PostLeg, language: str, now: datetime, pages: Mapping[str, str]) -> Way:
    t = wording("post_track", language)
    stops = _stops(leg, language)
    gone = [stop for stop in stops if stop.state != "ahead"]
    title = label(leg.leg, _tongue(language))
    if leg.attempt > 1:
        title = f"{title}, {t['attempt'].format(attempt=leg.attempt)}"
    page = pages.get(leg.carrier)
    known = t["picture"].format(done=len(gone), total=len(stops), place=gone[-1].name)
    return Way(
        title=title,
        status=_status(leg, "vi"),
        status_en=_status(leg, "en"),
        carrier=label(leg.carrier, _tongue(language)),
        item_code=leg.item_code,
        link=page.replace("{item}", quote(leg.item_code, safe=""))
        if page and leg.item_code
        else None,
        stops=stops,
        reached=gone[-1].at,
        picture=known,
        advice=_advice(leg, language),
        attempts=t["failed"].format(count=leg.failed_attempts) if leg.failed_attempts else None,
        last_word=t["last_word"].format(
            age=shown_age(leg.last_word_at, now, language), instant=shown_instant(leg.last_word_at)
        ),
    )


def _stops(leg: PostLeg, language: str) -> list[Stop]:
    """The places of this item's way, those it has reached with their days."""
    days = {stop.status: stop.at for stop in leg.stops}
    settled = not (leg.provisional or leg.contested)
    if not settled:
        # An end that is only claimed, or contradicted, is none yet.
        days.pop(ShipmentStatus.DELIVERED, None)
        days.pop(ShipmentStatus.RETURNED, None)
    places = list(ORDINARY)
    if ShipmentStatus.HELD_FOR_PICKUP in days or leg.status is ShipmentStatus.HELD_FOR_PICKUP:
        places.insert(-1, ShipmentStatus.HELD_FOR_PICKUP)
    bad = settled and leg.status in TURNED_BACK | GONE | {ShipmentStatus.CANCELLED}
    end = leg.status if bad else None
    if end is not None:
        places = [place for place in places[:-1] if place in days] + [end]
    reached = [place for place in places if place in days or place is end]
    furthest = places.index(reached[-1]) if reached else 0
    told = []
    for number, place in enumerate(places):
        state = "was" if number < furthest else ("now" if number == furthest else "ahead")
        if place is end:
            state = "bad"
        told.append(
            Stop(
                name=label(place, _tongue(language)),
                day=shown_day(days[place].date()) if place in days else None,
                state=state,
                at=_place(number, len(places)),
            )
        )
    return told


def _place(number: int, count: int) -> str:
    # In the middle of its column, as its name below is.
    hundredths = (2 * number + 1) * 10_000 // (2 * count)
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def _status(leg: PostLeg, language: str) -> str:
    t = wording("post_track", language)
    if leg.contested:
        return t["contested"]
    said = label(leg.status, _tongue(language))
    return t["claimed"].format(status=said) if leg.provisional else said


def _advice(leg: PostLeg, language: str) -> str | None:
    """What the citizen can do, where there is something to do."""
    t = wording("post_track", language)
    if leg.contested or leg.provisional:
        return t["advice_contested" if leg.contested else "advice_claimed"]
    advice = (TO_THE_OFFICE if leg.leg in INBOUND else TO_THE_CITIZEN).get(leg.status)
    if advice is None:
        return None
    known = leg.status is ShipmentStatus.HELD_FOR_PICKUP and leg.held_until
    until = t["held_until"].format(day=shown_day(known)) if known else ""
    return f"{t[advice]} {until}".strip()


def _tongue(language: str) -> Tongue:
    return "en" if language == ENGLISH else "vi"
