"""The journal of changes over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis import journal
from chassis.edge import StrictRoute
from chassis.permissions import EventReader
from chassis.web import Here, refusals
from contracts.journal import Cursor, EventPage
from contracts.problems import NotFound
from contracts.wire import Code
from gateway.followed import TOPICS

router = APIRouter(prefix="/v1", route_class=StrictRoute)


class UnknownAgency(NotFound):
    """No such agency is within your reach."""

    title_vi = "Không tìm thấy cơ quan này"


@router.get(
    "/events",
    tags=["events"],
    responses=refusals(
        UnknownAgency,
        journal.ChangesNotKept,
        journal.CursorUnreadable,
        journal.EventTypeUnknown,
    ),
)
async def follow_events(  # noqa: PLR0917 - FastAPI passes them by name
    caller: EventReader,
    here: Here,
    after: Annotated[Cursor | None, Query(description="Where to go on from.")] = None,
    types: Annotated[
        str | None, Query(description="Some types only, with commas between.", max_length=2000)
    ] = None,
    agency: Annotated[Code | None, Query(description="It and everything below it.")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> EventPage:
    """What has changed since a cursor, oldest first (nhật ký thay đổi); follow `next_cursor` for more."""
    if agency is not None and not await here.tree.covers(caller, agency):
        raise UnknownAgency("No agency of this code is within your reach.")
    following = journal.Following(
        after=after,
        agencies=await here.tree.reach(agency or caller.agency),
        topics=journal.topics_of(TOPICS, None if types is None else types.split(",")),
        limit=limit,
    )
    return await journal.page(following, here.database)
