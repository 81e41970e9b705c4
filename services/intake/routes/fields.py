"""Fields of administration over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.edge import StrictRoute
from chassis.permissions import CatalogueReader, CatalogueWriter
from chassis.web import Reading, Works, entity_tag, expected_revision, refusals
from contracts.intake import FieldEntry, FieldPage, FieldView
from contracts.wire import Code
from services.intake.commands import fields
from services.intake.commands.reach import EntryChanged
from services.intake.queries.directory import fields_after
from services.intake.routes.directory import IfMatch

router = APIRouter(prefix="/v1", route_class=StrictRoute, tags=["catalogue"])


@router.put(
    "/fields/{code}",
    response_model=FieldView,
    responses=refusals(
        EntryChanged,
        fields.FieldValidityInvalid,
        fields.UnknownFieldSuccessor,
        fields.FieldSuccessorCycle,
    ),
)
async def enter_field(
    code: Code, entry: FieldEntry, _: CatalogueWriter, work: Works, if_match: IfMatch = None
) -> Response:
    """Enter a field of administration, or replace its entry (danh mục lĩnh vực)."""
    return await work.answer(
        fields.enter_field,
        code,
        entry,
        expected_revision(if_match),
        show=lambda row: (200, FieldView.model_validate(row)),
    )


@router.get("/fields")
async def list_fields(
    _: CatalogueReader,
    uow: Reading,
    cursor: Code | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> FieldPage:
    """The fields that have been entered, by code; follow `next_cursor` for more."""
    rows = await fields_after(cursor, limit + 1, uow)
    following = rows[limit - 1].code if len(rows) > limit else None
    items = [FieldView.model_validate(row) for row in rows[:limit]]
    return FieldPage(items=items, next_cursor=following)


@router.get("/fields/{code}", responses=refusals(fields.FieldNotFound))
async def read_field(code: Code, _: CatalogueReader, uow: Reading, response: Response) -> FieldView:
    """A field of administration: what it is called, how long there is one, and what takes its place."""
    row = await fields.field_entered(code, uow)
    response.headers["ETag"] = entity_tag(row.revision)
    return FieldView.model_validate(row)
