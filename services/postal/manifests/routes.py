"""Handover manifests over HTTP: as values, for the gateway to draw; and signed ones."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from chassis.edge import StrictRoute
from chassis.permissions import ShipmentReader, ShipmentWriter
from chassis.web import Reading, Works, refusals
from contracts.post_papers import Handover, HandoverAnswer, HandoverOutcome, ManifestView
from contracts.vocabulary import VIETNAM
from contracts.wire import Code, Day
from services.postal.cursors import CursorUnknown
from services.postal.envelopes.commands import NotYetHappened
from services.postal.manifests import commands, views
from services.postal.reach import UnknownAgency

router = APIRouter(prefix="/v1", route_class=StrictRoute, tags=["shipments"])
LONGEST_PART = 2000


@router.get("/manifests/outbound", responses=refusals(UnknownAgency, CursorUnknown))
async def read_manifest(  # noqa: PLR0917 - FastAPI passes them by name
    caller: ShipmentReader,
    uow: Reading,
    agency: Annotated[Code | None, Query(description="It and everything below it.")] = None,
    account: Annotated[Code | None, Query(description="One account with a carrier.")] = None,
    date: Annotated[Day | None, Query(description="Today if left out.")] = None,
    state: Literal["waiting", "handed_over"] = "waiting",
    cursor: Annotated[str | None, Query(max_length=300)] = None,
    limit: Annotated[int, Query(ge=1, le=LONGEST_PART)] = 500,
) -> ManifestView:
    """What is to be handed to the post by the end of a day, or was on it (bảng kê bàn giao)."""
    wanted = commands.ManifestWanted(
        agency=agency,
        account=account,
        day=date or uow.now.astimezone(VIETNAM).date(),
        state=state,
        cursor=cursor,
        limit=limit,
    )
    return views.manifest(await commands.draw_up(wanted, caller, uow))


@router.post("/manifests", response_model=HandoverAnswer, responses=refusals(NotYetHappened))
async def hand_over(handover: Handover, caller: ShipmentWriter, work: Works) -> Response:
    """Take a signed manifest as proof that the post has its items (biên bản bàn giao).

    Each item is answered for itself, and counts like a confirmation `accepted` with this slip. The same
    again changes nothing.
    """

    def shown(items: list[HandoverOutcome]) -> tuple[int, HandoverAnswer]:
        return 200, HandoverAnswer(slip_number=handover.slip_number, items=items)

    return await work.answer(commands.hand_over, handover, caller, show=shown)
