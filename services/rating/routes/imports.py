"""Files of ratings that were gathered otherwise, over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from chassis.edge import LIMIT_KEY, BodyNotJson, BodyTooLarge, StrictRoute
from chassis.permissions import RatingWriter
from chassis.web import Here, refusals
from contracts.rating import RatingImportView
from services.rating.importing.columns import MappingUnusable
from services.rating.importing.files import (
    CONTENT_TYPES,
    RatingFileOfAnotherType,
    RatingFileUnusable,
    format_of_type,
)
from services.rating.importing.going import Handed, go_through, read_mapping

router = APIRouter(prefix="/v1", route_class=StrictRoute)

MAX_BYTES = 2 * 1024 * 1024
MAX_ROWS = 2_000
"""What is gone through while the caller waits; the command line takes more."""

_ANY_FILE: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
_BODY = {"required": True, "content": dict.fromkeys(CONTENT_TYPES, _ANY_FILE)}


@router.post(
    "/rating-imports",
    tags=["ratings"],
    responses=refusals(
        RatingFileOfAnotherType, RatingFileUnusable, MappingUnusable, BodyTooLarge, BodyNotJson
    ),
    openapi_extra={"requestBody": _BODY, LIMIT_KEY: MAX_BYTES},
)
async def import_ratings(
    request: Request,
    caller: RatingWriter,
    here: Here,
    mapping: Annotated[
        str | None,
        Query(max_length=16_000, description="JSON: what their columns and words mean here."),
    ] = None,
    dry_run: Annotated[bool, Query(description="Check everything, take nothing.")] = False,
) -> RatingImportView:
    """Enter ratings gathered otherwise (nhập đánh giá); a row that came before counts once."""
    if request.headers.get("content-encoding", "identity") != "identity":
        raise BodyNotJson("Send the file without a content encoding.")
    kind = format_of_type(request.headers.get("content-type", ""))
    meant = read_mapping(mapping)
    handed = Handed(await request.body(), kind, meant, dry_run=dry_run, most_rows=MAX_ROWS)
    return await go_through(handed, caller, here)
