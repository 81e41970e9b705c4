"""Files of dossiers over HTTP."""

from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from chassis.database import StorageFull
from chassis.edge import LIMIT_KEY, BodyNotJson, StrictRoute
from chassis.permissions import DossierReader, DossierWriter
from chassis.web import Reading, Works, refusals
from contracts.intake import ImportView
from contracts.wire import Code
from services.intake.bulk.files import CONTENT_TYPES, FileOfAnotherType, format_of_type
from services.intake.bulk.results import as_csv, as_ndjson
from services.intake.bulk.spool import FileEmpty, FileTooLarge, Spool
from services.intake.commands import UnknownAgency
from services.intake.commands.imports import Handed, UnknownImport, open_import, reachable_import
from services.intake.views import imports as shown

router = APIRouter(prefix="/v1", route_class=StrictRoute)

_ANY_FILE: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
_BODY = {"required": True, "content": dict.fromkeys(CONTENT_TYPES, _ANY_FILE)}
NO_LIMIT = 2**50
"""The edge counts no further: how large a file may be is a setting."""


class ResultFormat(StrEnum):
    """What kind of file the results come in."""

    CSV = "csv"
    NDJSON = "ndjson"


@router.post(
    "/dossiers/import",
    tags=["imports"],
    status_code=202,
    response_model=ImportView,
    responses=refusals(FileOfAnotherType, FileTooLarge, FileEmpty, UnknownAgency, StorageFull),
    openapi_extra={"requestBody": _BODY, LIMIT_KEY: NO_LIMIT},
)
async def import_dossiers(  # noqa: PLR0917 - FastAPI passes them by name
    request: Request,
    caller: DossierWriter,
    work: Works,
    agency: Annotated[
        Code | None, Query(description="Receiving agency of rows that name none.")
    ] = None,
    dry_run: Annotated[bool, Query(description="Check everything, file nothing.")] = False,
    again: Annotated[bool, Query(description="Go through a file that is done once more.")] = False,
) -> Response:
    """Hand over a file of dossiers (nhập hàng loạt); the same file again is the import it was."""
    if request.headers.get("content-encoding", "identity") != "identity":
        raise BodyNotJson("Send the file without a content encoding.")
    kind = format_of_type(request.headers.get("content-type", ""))
    spool = Spool(work.running.settings)
    received = await spool.receive(request.stream(), kind)
    handed = Handed(
        digest=received.digest,
        format=kind,
        size=received.size,
        dry_run=dry_run,
        default_agency=agency,
        file=received.name,
    )
    fresh = False
    try:
        job, fresh = await work(open_import, handed, again, caller)
    finally:
        if not fresh:
            spool.drop(received.name)
    view = shown.one(job)
    return Response(
        view.model_dump_json(),
        202 if fresh else 200,
        {"Location": view.links["self"]},
        media_type="application/json",
    )


@router.get("/imports/{id}", tags=["imports"], responses=refusals(UnknownImport))
async def read_import(id: Code, caller: DossierReader, uow: Reading) -> ImportView:
    """How far an import has come."""
    return shown.one(await reachable_import(id, caller, uow))


@router.get(
    "/imports/{id}/results",
    tags=["imports"],
    responses={
        200: {"content": {"text/csv": _ANY_FILE, "application/x-ndjson": _ANY_FILE}},
        **refusals(UnknownImport),
    },
    response_class=StreamingResponse,
)
async def read_import_results(
    id: Code,
    caller: DossierReader,
    uow: Reading,
    format: Annotated[ResultFormat, Query()] = ResultFormat.CSV,
) -> StreamingResponse:
    """What became of each row so far, as a file: line, outcome, and the reason."""
    job = await reachable_import(id, caller, uow)
    name = f"import-{job.id}.{format.value}"
    is_csv = format is ResultFormat.CSV
    pieces = (as_csv if is_csv else as_ndjson)(job.id, uow.database)
    return StreamingResponse(
        pieces,
        media_type="text/csv; charset=utf-8" if is_csv else "application/x-ndjson",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )
