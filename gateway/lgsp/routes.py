"""What was pushed to the bus, over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.edge import StrictRoute
from chassis.permissions import IndicatorReader, Operator
from chassis.web import Here, Reading, Works, refusals
from contracts.lgsp import LgspPushList, LgspPushView, Month, month_of, preceding_month
from contracts.vocabulary import VIETNAM
from contracts.wire import Code
from gateway.lgsp import commands, queries
from gateway.tables import LgspPush

router = APIRouter(prefix="/v1/lgsp/pushes", route_class=StrictRoute, tags=["lgsp"])

Asked = Annotated[
    Month | None, Query(description="A calendar month, e.g. 2020-03; last month when left out.")
]


@router.get("")
async def list_pushes(
    caller: IndicatorReader, here: Here, uow: Reading, month: Asked = None
) -> LgspPushList:
    """What was pushed of a month for the caller's agencies, and how far it is."""
    today = uow.now.astimezone(VIETNAM).date()
    told = month or preceding_month(month_of(today))
    found = await queries.pushes_of(told, await here.tree.reach(caller.agency), uow)
    return LgspPushList(month=told, items=[LgspPushView.model_validate(one) for one in found])


@router.post(
    "/{id}/resend",
    status_code=202,
    response_model=LgspPushView,
    responses=refusals(commands.UnknownPush, commands.PushUnderWay),
)
async def resend_push(id: Code, caller: Operator, work: Works) -> Response:
    """Count an aggregate anew and send it again, from the gateway's next look on."""
    return await work.answer(commands.resend, id, caller, show=_accepted)


def _accepted(push: LgspPush) -> tuple[int, LgspPushView]:
    return 202, LgspPushView.model_validate(push)
