"""The national portal's catalogue over HTTP: ask for a comparison, review it, have it applied."""

import json
from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.edge import StrictRoute
from chassis.permissions import CatalogueWriter
from chassis.web import Here, Reading, Works, refusals
from contracts.catalogue import (
    CatalogueEntryKind,
    CatalogueImportOrder,
    CatalogueImportState,
    CatalogueImportView,
)
from contracts.wire import Code
from gateway.followed.routes import UnknownAgency
from gateway.portal import importing
from gateway.portal.catalogue import CatalogueImportStale, PortalNotConnected, expect_connected
from gateway.portal.import_views import EntryQuestion, import_view
from gateway.portal.reconciling import IntakeAway
from gateway.tables import CatalogueImport

router = APIRouter(prefix="/v1", tags=["catalogue"], route_class=StrictRoute)

NOTHING = EntryQuestion(limit=0)
"""What differs is read by a call of its own: an answer that is kept under a key stays small."""


@router.post(
    "/procedures/import",
    status_code=202,
    response_model=CatalogueImportView,
    responses=refusals(UnknownAgency, PortalNotConnected),
)
async def compare_catalogue(
    caller: CatalogueWriter, here: Here, work: Works, told: CatalogueImportOrder | None = None
) -> Response:
    """Compare the national portal's catalogue with ours, to be reviewed (so sánh danh mục TTHC).

    The portal is read afterwards, one procedure after another, which takes minutes: ask `links.self` until
    `state` is `ready` or `failed`. Nothing here changes. While the same is being compared already, that
    comparison is answered.
    """
    agency = told.agency if told is not None else None
    if agency is not None and not await here.tree.covers(caller, agency):
        raise UnknownAgency("No agency of this code is within your reach.")
    expect_connected(here)
    answer = await work.answer(
        importing.ask_for,
        agency,
        caller.client,
        show=lambda row: (202, import_view(row, NOTHING)),
    )
    answer.headers["Location"] = json.loads(bytes(answer.body))["links"]["self"]
    return answer


@router.get("/procedures/import/{id}", responses=refusals(importing.UnknownCatalogueImport))
async def review_import(  # noqa: PLR0917 - FastAPI passes them by name
    id: Code,
    caller: CatalogueWriter,
    uow: Reading,
    kind: Annotated[CatalogueEntryKind | None, Query(description="Only these entries.")] = None,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> CatalogueImportView:
    """How far an import of the catalogue is, and what differs, by code; follow `next_cursor` for more."""
    row = await importing.reachable(id, caller, uow)
    return import_view(row, EntryQuestion(kind=kind, after=cursor, limit=limit))


@router.post(
    "/procedures/import/{id}/apply",
    status_code=202,
    response_model=CatalogueImportView,
    responses={
        200: {"model": CatalogueImportView, "description": "It was applied before."},
        **refusals(
            importing.UnknownCatalogueImport,
            importing.CatalogueImportNotReady,
            CatalogueImportStale,
            IntakeAway,
        ),
    },
)
async def apply_import(
    id: Code, caller: CatalogueWriter, here: Here, work: Works, uow: Reading
) -> Response:
    """Take over the new and changed procedures of an import that was reviewed, as versions from today on.

    If ours have changed since they were compared, nothing is applied. They are written afterwards: ask
    `links.self` until `state` is `applied`. Applied again, nothing happens.
    """
    await importing.expect_current(await importing.reachable(id, caller, uow), here)
    return await work.answer(importing.order, id, caller, show=_applying)


def _applying(row: CatalogueImport) -> tuple[int, CatalogueImportView]:
    status = 200 if row.state is CatalogueImportState.APPLIED else 202
    return status, import_view(row, NOTHING)
