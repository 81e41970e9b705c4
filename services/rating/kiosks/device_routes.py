"""What a kiosk itself calls: each request is proved by a key that never leaves the device."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request, Response

from chassis.auth import public_access
from chassis.database import UnitOfWork
from chassis.edge import StrictRoute
from chassis.web import Works, refusals
from contracts.problems import Problem
from contracts.rating.kiosks import (
    ItemReceipt,
    ItemsHandedOver,
    KioskEnrolled,
    KioskHeartbeat,
    KioskKeyWanted,
    KioskPulse,
    KioskScreen,
    KioskSelf,
)
from services.rating import queries
from services.rating.kiosks import commands, domain, refused, views
from services.rating.kiosks.waiting import awaited_screen
from services.rating.links import Links
from services.rating.routes.headers import UNCACHED

router = APIRouter(prefix="/v1/kiosks", route_class=StrictRoute, tags=["kiosks"])

code_holder = public_access("an enrolment code is its own proof, once")
device = public_access("a kiosk proves each request by its own key")

OF_PROOFS: tuple[type[Problem], ...] = (
    refused.KioskProofInvalid,
    refused.KioskProofReused,
    refused.KioskRevoked,
    refused.KioskKeyOver,
)


async def _proved(
    request: Request,
    proof: Annotated[
        str,
        Header(
            alias="Motcua-Proof",
            max_length=8192,
            description="A JWS (`typ` `kiosk-proof+jwt`, ES256) with `htm`, `htu` (the path), `iat`, "
            "`jti`, `seq`, and `bh`, the SHA-256 of the body in base64url.",
        ),
    ] = "",
) -> commands.Proved:
    hashed = domain.body_hash(await request.body())
    return commands.Proved(proof, request.method, request.url.path, hashed)


OwnRequest = Annotated[commands.Proved, Depends(_proved)]
"""A request as a kiosk proves it."""


@router.post(
    "",
    status_code=201,
    dependencies=[code_holder],
    responses=refusals(
        refused.EnrolmentCodeUnknown, refused.KioskKeyUnproved, refused.KioskKeyTaken
    ),
)
async def enrol_kiosk(wanted: KioskEnrolled, work: Works, response: Response) -> KioskSelf:
    """Become the kiosk that an enrolment code is for, with a key of the device's own."""
    response.headers.update(UNCACHED)
    return await _itself(await work(commands.enrol, wanted), work)


@router.get("/self/ticket", dependencies=[device], responses=refusals(*OF_PROOFS))
async def read_screen(
    proved: OwnRequest,
    work: Works,
    response: Response,
    shown: Annotated[
        str | None,
        Query(
            max_length=64,
            description="The ticket that is shown, empty for none: the answer waits for another one.",
        ),
    ] = None,
) -> KioskScreen:
    """What to show: the questions of the dossier at the counter, or those asked when there is none."""
    response.headers.update(UNCACHED)
    known = await work(commands.prove, proved)
    found = await awaited_screen(known.kiosk, shown, work.running)
    return views.screen(found, work.running.own(Links), work.running.database.now())


@router.post("/self/ratings", dependencies=[device], responses=refusals(*OF_PROOFS))
async def hand_over(handed: ItemsHandedOver, proved: OwnRequest, work: Works) -> ItemReceipt:
    """Hand over what citizens tapped, up to seven days later; each item is answered by itself."""
    handled = await work(commands.hand_over, proved, handed)
    return views.receipt(handled, work.running.database.now())


@router.post("/self/heartbeat", dependencies=[device], responses=refusals(*OF_PROOFS))
async def beat(told: KioskHeartbeat, proved: OwnRequest, work: Works) -> KioskPulse:
    """Say that the device is alive, and how many items wait there."""
    found = await work(commands.beat, proved, told)
    now = work.running.database.now()
    return KioskPulse(server_time=now, rotate=found.key.rotates_at <= now)


@router.post(
    "/self/key",
    status_code=201,
    dependencies=[device],
    responses=refusals(*OF_PROOFS, refused.KioskKeyUnproved, refused.KioskKeyTaken),
)
async def rotate_key(wanted: KioskKeyWanted, proved: OwnRequest, work: Works) -> KioskSelf:
    """Go on with another key; the one before is taken for some days yet."""
    return await _itself(await work(commands.rotate, proved, wanted), work)


async def _itself(found: commands.Device, work: Works) -> KioskSelf:
    uow = UnitOfWork(work.running.database)
    return views.itself(found, await queries.agency_name(found.kiosk.agency, uow))
