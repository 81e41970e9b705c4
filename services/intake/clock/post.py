"""Whose days a leg of the post took: the office's, the post's, the citizen's. Each told, none of them mixed.

Days are counted by their dates in Vietnam, so that the parts of a way add up to the whole of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from contracts.vocabulary import Channel, Leg, ReturnMode, ShipmentStatus, Turn
from services.intake.clock.hours import vietnam_day
from services.intake.clock.words import Both, moment
from services.intake.domain.post import BRINGING, GONE, LegFacts, results


@dataclass(frozen=True)
class LegDays:
    """Whose days one attempt at a leg took (thời gian của từng bên)."""

    agency: int | None
    """On the way out: from the result, or its coming back, to custody. On the way in: from the counter's
    door until the papers were found complete, or more were asked for. None where an end is not known."""
    post: int | None
    """In the hands of the post, without the citizen's; none before custody, or without an end."""
    citizen: int
    """Held at the office for pickup, or refused; of a supplement also from the request to custody."""
    handed_late: bool | None
    """Whether the post got it after the promised day; none where that cannot be said."""
    delivered_late: bool | None
    """Whether it was handed over in time and yet came late, the citizen's days taken out; none where it did
    not come at all."""


def leg_days(
    leg: LegFacts,
    *,
    ready_at: datetime | None,
    due_on: date | None,
    until: datetime | None = None,
) -> LegDays:
    """Whose days a leg took.

    `ready_at`: when the result was ready, or back from the attempt before; on the way in, when the counter
    had looked at what came. `until`: up to where a leg that has not ended is counted; not counted when None.
    """
    end = leg.ended_at or until
    held = sum(_between(since, stop or end) or 0 for since, stop in leg.awaited)
    whole = _between(leg.accepted_at, end)
    post = max(whole - held, 0) if whole is not None else None
    citizen = held + (_between(leg.asked_at, leg.accepted_at) or 0)
    outbound = leg.leg in OUTBOUND
    ends = (ready_at, leg.accepted_at) if outbound else (leg.confirmed_at, ready_at)
    agency = _between(*ends)
    handed_late = delivered_late = None
    judged = leg.leg is Leg.OUTBOUND_RESULT and leg.attempt == 1 and due_on is not None
    if judged and due_on is not None and leg.accepted_at is not None:
        handed_late = vietnam_day(leg.accepted_at) > due_on
        came = leg.confirmed_at or (None if leg.ended_at else until)
        if came is not None:
            came_on = vietnam_day(came) - timedelta(days=citizen)
            delivered_late = not handed_late and came_on > due_on
    return LegDays(agency, post, citizen, handed_late, delivered_late)


OUTBOUND = frozenset({Leg.OUTBOUND_RESULT, Leg.OUTBOUND_ORIGINALS, Leg.BETWEEN_AGENCIES})


def ready_before(
    leg: LegFacts,
    legs: Sequence[LegFacts],
    done_at: datetime | None,
    received_at: datetime | None,
) -> datetime | None:
    """When what a leg carries was ready for it."""
    if leg.leg not in OUTBOUND:
        return leg.answered_at or (received_at if leg.leg is Leg.INBOUND_DOSSIER else None)
    if leg.leg is not Leg.OUTBOUND_RESULT:
        return None
    earlier = [one for one in results(legs) if one.attempt < leg.attempt and one.ended_at]
    return earlier[-1].ended_at if earlier else done_at


def result_turn(legs: Sequence[LegFacts], mode: ReturnMode) -> Turn:
    """Whose time it is once there is a result: the post's from custody on, never from an order alone.

    A result that is held, or back at the counter, waits for the citizen.
    """
    attempts = results(legs)
    if not attempts:
        return Turn.POST if mode is ReturnMode.POST else Turn.CITIZEN
    last = attempts[-1]
    if last.accepted_at is None:
        return Turn.AGENCY
    if last.contested or last.status in GONE:
        return Turn.AGENCY
    if last.held_since is not None or last.back_at is not None:
        return Turn.CITIZEN
    return Turn.POST


def inbound_turn(legs: Sequence[LegFacts], channel: Channel) -> Turn:
    """Whose time it is before a dossier is received: the office's once the post has brought it."""
    inbound = [one for one in legs if one.leg is Leg.INBOUND_DOSSIER]
    if inbound:
        last = max(inbound, key=lambda one: one.attempt)
        if last.confirmed_at is not None:
            return Turn.AGENCY
        return Turn.POST if last.accepted_at is not None else Turn.CITIZEN
    return Turn.POST if channel is Channel.POST else Turn.AGENCY


def supplement_turn(legs: Sequence[LegFacts], asked_at: datetime) -> Turn:
    """Whose time it is while papers are waited for: the post's while it carries what was asked for then."""
    sent = [one for one in legs if one.leg is Leg.INBOUND_SUPPLEMENT and one.asked_at == asked_at]
    if not sent:
        return Turn.CITIZEN
    last = max(sent, key=lambda one: one.attempt)
    if last.confirmed_at is not None:
        return Turn.AGENCY
    return Turn.CITIZEN if last.ended_at is not None else Turn.POST


_WAYS: dict[Leg, Both] = {
    Leg.INBOUND_DOSSIER: ("Hồ sơ gửi qua bưu chính", "The dossier by post"),
    Leg.INBOUND_SUPPLEMENT: ("Giấy tờ bổ sung gửi qua bưu chính", "Supplement by post"),
    Leg.OUTBOUND_RESULT: ("Kết quả gửi qua bưu chính", "The result by post"),
    Leg.OUTBOUND_ORIGINALS: ("Bản chính gửi trả qua bưu chính", "Originals by post"),
    Leg.BETWEEN_AGENCIES: ("Chuyển giữa các cơ quan", "Between agencies"),
}

_ENDS: dict[ShipmentStatus, Both] = {
    ShipmentStatus.DELIVERED: ("đã phát", "delivered"),
    ShipmentStatus.RETURNED: ("chuyển hoàn về nơi gửi", "back at its sender"),
    ShipmentStatus.CANCELLED: ("đã hủy", "cancelled"),
    ShipmentStatus.LOST: ("bị mất", "lost"),
    ShipmentStatus.DESTROYED: ("bị hủy hoại", "destroyed"),
}

Told = tuple[datetime | None, str, str]
"""The instant it is about, Vietnamese, English."""


def leg_lines(leg: LegFacts, days: LegDays, as_of: datetime) -> Iterator[Told]:
    """One leg explained: whose time each part of it was."""
    vi, en = _WAYS[leg.leg]
    vi, en = f"{vi}, lần {leg.attempt}", f"{en}, attempt {leg.attempt}"
    if leg.accepted_at is None:
        at = leg.ordered_at
        since = f" từ {moment(at)}" if at else ""
        begun = f" since {moment(at)}" if at else ""
        yield (
            at,
            f"{vi}: đã đăng ký{since}, bưu điện chưa chấp nhận nên chưa tính là qua bưu chính",
            f"{en}: registered{begun}, not accepted by the post yet, so it is not by post yet",
        )
        return
    accepted = moment(leg.accepted_at)
    by_agency = _counted(days.agency, "cơ quan", "the agency")
    before = by_agency if leg.leg in OUTBOUND else ("", "")
    if leg.asked_at is not None:
        before = _counted(_between(leg.asked_at, leg.accepted_at), "công dân", "the citizen")
    yield (
        leg.accepted_at,
        f"{vi}: bưu điện chấp nhận lúc {accepted}{before[0]}",
        f"{en}: accepted by the post at {accepted}{before[1]}",
    )
    for begun_at, until in leg.awaited:
        stop = until or leg.ended_at or as_of
        count = _counted(_between(begun_at, stop), "công dân", "the citizen")
        yield (
            begun_at,
            f"{vi}: chờ người nhận từ {moment(begun_at)} đến {moment(stop)}{count[0]}",
            f"{en}: waited for the citizen from {moment(begun_at)} to {moment(stop)}{count[1]}",
        )
    yield from _end_lines(leg, days, (vi, en), as_of)


def _end_lines(leg: LegFacts, days: LegDays, way: Both, as_of: datetime) -> Iterator[Told]:
    vi, en = way
    by_post = _counted(days.post, "bưu điện", "the post")
    end = leg.ended_at
    if end is None:
        said_vi, said_en = f"đến {moment(as_of)} chưa xong", f"under way at {moment(as_of)}"
        if leg.contested:
            said_vi, said_en = "có mâu thuẫn, chờ xác minh", "contested, to be settled"
        elif leg.provisional:
            said_vi, said_en = "bưu điện báo đã xong, chờ xác nhận", "claimed, to be confirmed"
    else:
        said_vi, said_en = (f"{word} {moment(end)}" for word in _ENDS[leg.status])
    yield end, f"{vi}: {said_vi}{by_post[0]}", f"{en}: {said_en}{by_post[1]}"
    if leg.leg in BRINGING and days.agency is not None and end is not None:
        count = _counted(days.agency, "cơ quan", "the agency")
        seen = "Bộ phận Một cửa đã kiểm tra giấy tờ", "the counter has looked at the papers"
        if leg.leg is Leg.INBOUND_DOSSIER:
            seen = (
                "thời hạn tính từ lúc Bộ phận Một cửa tiếp nhận, không phải lúc gửi",
                "the limit runs from the counter's receipt, not from posting",
            )
        yield end, f"{vi}: {seen[0]}{count[0]}", f"{en}: {seen[1]}{count[1]}"
    if days.handed_late:
        yield leg.accepted_at, f"{vi}: giao bưu điện sau ngày hẹn", f"{en}: handed to the post late"
    if days.delivered_late:
        yield (
            end,
            f"{vi}: giao bưu điện đúng hẹn, phát sau ngày hẹn",
            f"{en}: handed over in time, delivered late",
        )


def _counted(days: int | None, vi: str, en: str) -> Both:
    if days is None:
        return "", ""
    plural = "day" if days == 1 else "days"
    return f", {days} ngày của {vi}", f", {days} {plural} of {en}"


def _between(since: datetime | None, until: datetime | None) -> int | None:
    if since is None or until is None:
        return None
    return max((vietnam_day(until) - vietnam_day(since)).days, 0)
