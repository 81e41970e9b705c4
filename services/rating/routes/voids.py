"""Ratings that are not to count, for whoever operates the installation; no route shows one."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from chassis import telemetry
from chassis.edge import StrictRoute
from chassis.permissions import Operator
from chassis.web import Works, refusals
from contracts.rating import LiftWanted, RatingVoidView, VoidWanted
from contracts.vocabulary import Occasion
from contracts.wire import Code
from services.rating import commands, views
from services.rating.routes.headers import UNCACHED

router = APIRouter(prefix="/v1/dossiers/{code}/ratings/{occasion}/voids", route_class=StrictRoute)


async def _said(code: Code, occasion: Occasion, caller: Operator) -> commands.Said:
    return commands.Said(code, occasion, caller, telemetry.REQUEST_ID.get())


Said = Annotated[commands.Said, Depends(_said)]


@router.post(
    "",
    tags=["ratings"],
    status_code=201,
    responses=refusals(commands.UnknownDossier, commands.UnknownRating, commands.RatingAlreadyVoid),
)
async def void_rating(
    wanted: VoidWanted, said: Said, work: Works, response: Response
) -> RatingVoidView:
    """Let a rating not count (hủy đánh giá), with a reason that is kept; the rating itself stays."""
    response.headers.update(UNCACHED)
    return views.voided(await work(commands.void_rating, said, wanted), said.occasion)


@router.post(
    "/lift",
    tags=["ratings"],
    status_code=201,
    responses=refusals(commands.UnknownDossier, commands.UnknownRating, commands.RatingNotVoid),
)
async def lift_void(
    wanted: LiftWanted, said: Said, work: Works, response: Response
) -> RatingVoidView:
    """Let a rating count again (khôi phục đánh giá)."""
    response.headers.update(UNCACHED)
    return views.voided(await work(commands.lift_void, said, wanted), said.occasion)
