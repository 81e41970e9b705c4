"""Drawing up a handover manifest, and taking a signed one as proof of custody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from chassis.auth import Principal
from chassis.database import UnitOfWork
from contracts.post_papers import HandedItem, Handover, HandoverOutcome, ManifestTotal
from contracts.postal import ShipmentConfirmation
from contracts.problems import BadRequest, Problem
from contracts.vocabulary import VIETNAM, Carrier, Leg, ShipmentStatus
from services.postal import commands, cursors, s10
from services.postal import queries as shipments
from services.postal.envelopes.commands import expect_past
from services.postal.manifests import queries
from services.postal.reach import reach_of
from services.postal.tables import Shipment

OUTBOUND = frozenset({Leg.OUTBOUND_RESULT, Leg.OUTBOUND_ORIGINALS, Leg.BETWEEN_AGENCIES})
"""Legs on which an office hands papers to the post (bàn giao cho bưu điện)."""

ONE_DAY = timedelta(days=1)


class ItemUnnamed(BadRequest):
    """An item is named by its shipment, or by its carrier and its number."""

    title_vi = "Chưa nêu bưu gửi"


@dataclass(frozen=True, kw_only=True)
class ManifestWanted:
    """Which part of which manifest is wanted."""

    agency: str | None
    account: str | None
    day: date
    state: Literal["waiting", "handed_over"]
    cursor: str | None
    limit: int


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """A part of a manifest (bảng kê bàn giao)."""

    wanted: ManifestWanted
    agency: str
    agency_name: str | None
    issued_at: datetime
    first_number: int
    lines: Sequence[Shipment]
    slips: Mapping[str, str]
    """Numbers of slips, by shipment."""
    totals: Sequence[ManifestTotal]
    next_cursor: str | None


async def draw_up(wanted: ManifestWanted, caller: Principal, uow: UnitOfWork) -> Manifest:
    """A part of the manifest of an agency and those below it, in the order of their moments.

    `waiting` are outbound items registered by the end of the day that the post has not accepted yet;
    `handed_over` are those it accepted on that day. Raises `UnknownAgency`, `CursorUnknown`.
    """
    reach = await reach_of(wanted.agency, caller, uow)
    first = datetime.combine(wanted.day, time(), VIETNAM)
    handed_over = wanted.state == "handed_over"
    asked = queries.Asked(
        legs=OUTBOUND,
        agencies=reach.agencies,
        account=wanted.account,
        handed_over=handed_over,
        first=first,
        until=first + ONE_DAY,
    )
    after, counted = None, 0
    if wanted.cursor:
        at, key, counted = cursors.read(wanted.cursor)
        after = (at, key)
    found = await queries.lines_of(asked, after, wanted.limit + 1, uow)
    shown = found[: wanted.limit]
    following = None
    if len(found) > len(shown):
        last = shown[-1]
        moment = last.accepted_at if handed_over else last.ordered_at
        following = cursors.written(moment or last.ordered_at, last.id, counted + len(shown))
    name = await queries.agency_name(reach.agency, uow) if reach.agency else None
    return Manifest(
        wanted=wanted,
        agency=reach.agency or "",
        agency_name=name,
        issued_at=uow.now,
        first_number=counted + 1,
        lines=shown,
        slips=await _slips(shown, uow) if handed_over else {},
        totals=[_total(row) for row in await queries.totals_of(asked, uow)],
        next_cursor=following,
    )


async def hand_over(
    handover: Handover, caller: Principal, uow: UnitOfWork
) -> list[HandoverOutcome]:
    """Take a signed manifest as an operator's proof that the post has its items (biên bản bàn giao).

    Each item stands for itself: what is refused of one leaves the others. The same manifest again is a
    duplicate, item by item. Raises `NotYetHappened`.
    """
    expect_past(handover.handed_over_at, "/handed_over_at", uow)
    confirmation = ShipmentConfirmation(
        status=ShipmentStatus.ACCEPTED,
        occurred_at=handover.handed_over_at,
        slip_number=handover.slip_number,
        note=handover.note,
    )
    # Read in one go what is looked up again item by item.
    await uow.get_many(Shipment, [(one.shipment,) for one in handover.items if one.shipment])
    done: dict[tuple[Carrier, str | None], HandoverOutcome] = {}
    told = []
    for one in handover.items:
        try:
            told.append(await _handed(one, confirmation, done, caller, uow))
        except Problem as problem:
            told.append(
                HandoverOutcome(
                    outcome="refused",
                    shipment=one.shipment,
                    item_code=one.item_code,
                    code=problem.code(),
                    detail=problem.detail,
                )
            )
    return told


async def _handed(
    one: HandedItem,
    confirmation: ShipmentConfirmation,
    done: dict[tuple[Carrier, str | None], HandoverOutcome],
    caller: Principal,
    uow: UnitOfWork,
) -> HandoverOutcome:
    shipment = await _named(one, caller, uow)
    if shipment.leg not in OUTBOUND:
        raise commands.UnknownShipment("It travels to the office: record its pickup instead.")
    key = (shipment.carrier, shipment.item_code)
    if key not in done:
        # One envelope may hold several dossiers: it is handed over once, for all of them.
        confirmed = await commands.confirm(shipment.id, confirmation, caller, uow)
        done[key] = HandoverOutcome(
            outcome="duplicate" if confirmed.repeated else "applied",
            shipment=shipment.id,
            item_code=shipment.item_code,
        )
    return done[key].model_copy(update={"shipment": shipment.id})


async def _named(one: HandedItem, caller: Principal, uow: UnitOfWork) -> Shipment:
    if one.shipment is not None:
        return await commands.reachable_shipment(one.shipment, caller, uow)
    if one.carrier is None or one.item_code is None:
        raise ItemUnnamed("Send `shipment`, or `carrier` with `item_code`.")
    if s10.check(one.item_code) is s10.Verdict.BAD_CHECK_DIGIT:
        raise commands.ItemCodeInvalid("Its check digit is wrong: a digit was mistyped.")
    item_code = s10.normalise(one.item_code)
    aboard = await shipments.shipments_of_items(one.carrier, [item_code], uow)
    for shipment in aboard:
        if await commands.within_reach([shipment], caller, uow):
            return shipment
    raise commands.UnknownShipment("No item of this number is registered within your reach.")


async def _slips(lines: Sequence[Shipment], uow: UnitOfWork) -> dict[str, str]:
    told = await queries.slips_of([one.item_code for one in lines if one.item_code], uow)
    found: dict[str, str] = {}
    for shipment in lines:
        for row in told:
            same = (row.carrier, row.item_code) == (shipment.carrier, shipment.item_code)
            if same and row.status is ShipmentStatus.ACCEPTED and row.agency == shipment.agency:
                found.setdefault(shipment.id, str(row.slip))
    return found


def _total(row: Any) -> ManifestTotal:
    return ManifestTotal(
        carrier=row.carrier,
        account=row.account,
        items=row.items + row.unnumbered,
        dossiers=row.dossiers,
    )
