"""What an operator does with the national portal from the command line."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date

from chassis.database import UnitOfWork
from chassis.running import Running
from chassis.settings import Settings
from chassis.web import create_app
from contracts.catalogue import CatalogueImportView
from contracts.syncing import ReconciliationView, Resending, ResentView, SyncState, SyncView
from gateway.portal import commands, importing, queries, reconciling
from gateway.portal.catalogue import expect_connected
from gateway.portal.comparing import compared_day
from gateway.portal.import_views import EntryQuestion, import_view
from gateway.portal.views import sync_view
from gateway.upstream import InProcess, Upstreams
from suite.tasks import OPERATOR, at_hand

EVERYTHING = EntryQuestion(limit=None)


@dataclass(frozen=True)
class Status:
    """How much there is to tell, and what was put aside."""

    waiting: int
    parked: int
    oldest: str | None
    some_parked: list[SyncView]


@asynccontextmanager
async def gateway_with_intake(settings: Settings) -> AsyncIterator[Running]:
    """The gateway, with intake within reach in this process."""
    async with at_hand(settings, "gateway", "intake") as (gateway, intake):
        gateway.keep(Upstreams({"intake": InProcess(create_app(intake))}))
        yield gateway


async def status(settings: Settings) -> Status:
    """How much waits, and the first dossiers that were put aside."""
    async with at_hand(settings, "gateway") as (gateway,):
        uow = UnitOfWork(gateway.database)
        found = await queries.backlog(uow)
        question = queries.SyncQuestion(agencies=None, state=SyncState.PARKED)
        parked = [sync_view(row) for row in await queries.synced(question, 20, uow)]
        oldest = found.oldest.isoformat() if found.oldest else None
        return Status(found.waiting, found.parked, oldest, parked)


async def status_of(settings: Settings, code: str) -> SyncView:
    """How far the portal has been told of one dossier. Raises `UnknownDossier`."""
    async with at_hand(settings, "gateway") as (gateway,):
        return sync_view(await gateway.do(commands.reachable, code, OPERATOR))


async def resend(settings: Settings, told: Resending) -> ResentView:
    """Let dossiers be told again."""
    async with at_hand(settings, "gateway") as (gateway,):
        return await commands.resend_many(told, None, OPERATOR, gateway)


async def reconcile(settings: Settings, day: date) -> ReconciliationView:
    """Compare a day with the portal now, anew. Raises `PortalNotConnected`, `PortalAway`."""
    async with gateway_with_intake(settings) as gateway:
        expect_connected(gateway)
        await reconciling.reconcile(day, gateway, anew=True)
        return await compared_day(day, None, UnitOfWork(gateway.database))


async def compare_catalogue(settings: Settings, agency: str | None) -> CatalogueImportView:
    """Lay out how the portal's catalogue differs from ours. Raises `PortalNotConnected`."""
    async with gateway_with_intake(settings) as gateway:
        expect_connected(gateway)
        asked = await gateway.do(importing.ask_for, agency, OPERATOR.client)
        return import_view(await importing.see_through(asked.id, gateway), EVERYTHING)


async def apply_catalogue(settings: Settings, id: str) -> CatalogueImportView:
    """Take over a difference as it was reviewed. Raises what `importing.order` raises."""
    async with gateway_with_intake(settings) as gateway:
        row = await gateway.do(importing.reachable, id, OPERATOR)
        await importing.expect_current(row, gateway)
        await gateway.do(importing.order, id, OPERATOR)
        return import_view(await importing.see_through(id, gateway), EVERYTHING)


def resending(
    codes: Sequence[str], first: str | None, end: str | None, reason: str | None, *, parked: bool
) -> Resending:
    """What the command line said, as a request. Raises `pydantic.ValidationError`."""
    told = {"codes": list(codes) or None, "from": first, "to": end}
    return Resending.model_validate(told | {"parked": parked, "reason": reason})
