"""Comments over HTTP: redacted for those who moderate, as they were written for those who may open them.

A caller is a system, which speaks for an agency: whether the officer before it handled a dossier cannot be
told here. So nothing here leads to a dossier, and no time is finer than a day.
"""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from chassis.edge import StrictRoute
from chassis.permissions import CaseWorker, OriginalReader
from chassis.web import Here, Reading, Works, refusals
from contracts.rating import CommentPage, CommentView, Moderation, OriginalView
from contracts.vocabulary import CommentState, PersonalKind
from contracts.wire import Code
from services.rating.cases.seen import seen_by
from services.rating.comments import commands, queries
from services.rating.comments.queries import Placed
from services.rating.lists import CursorUnknown, UnknownAgency, cursor_after, cursor_read
from services.rating.routes.headers import UNCACHED
from services.rating.sealed import CommentKeyMissing

router = APIRouter(prefix="/v1", route_class=StrictRoute)


@router.get(
    "/rating-comments",
    tags=["rating cases"],
    responses=refusals(CursorUnknown, UnknownAgency),
)
async def list_comments(  # noqa: PLR0917 - FastAPI passes them by name
    caller: CaseWorker,
    here: Here,
    uow: Reading,
    response: Response,
    agency: Annotated[Code | None, Query(description="With everything below it.")] = None,
    state: CommentState | None = None,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> CommentPage:
    """Comments without what may be somebody's, oldest first (ý kiến người dân).

    Those that tell of harassment are not among them: they are read in their cases.
    """
    response.headers.update(UNCACHED)
    seen = await seen_by(caller, here, agency)
    if not seen.plain:
        return CommentPage(items=[])
    found = await queries.comments(state, seen, cursor_read(cursor), limit + 1, uow)
    more = None
    if len(found) > limit:
        last = found[limit - 1].comment
        if last.written_on is not None and last.id is not None:
            more = cursor_after(last.written_on, last.id)
    return CommentPage(items=[_view(one) for one in found[:limit]], next_cursor=more)


@router.post(
    "/rating-comments/{id}/moderation",
    tags=["rating cases"],
    response_model=CommentView,
    responses=refusals(commands.UnknownComment),
)
async def moderate_comment(id: Code, told: Moderation, caller: CaseWorker, work: Works) -> Response:
    """Show a comment or hide it with a reason (duyệt ý kiến). The rating counts as it did."""
    return await work.answer(commands.moderate, id, told, caller, show=_moderated)


@router.get(
    "/rating-comments/{id}/original",
    tags=["rating cases"],
    responses=refusals(commands.UnknownComment, CommentKeyMissing),
)
async def read_original(
    id: Code, caller: OriginalReader, work: Works, response: Response
) -> OriginalView:
    """A comment as it was written; each reading is recorded."""
    response.headers.update(UNCACHED)
    _, text = await work(commands.original_of, id, caller)
    return OriginalView(id=id, text=text)


def _view(found: Placed) -> CommentView:
    row = found.comment
    return CommentView(
        id=row.id or "",
        agency=found.agency,
        procedure=found.procedure,
        text=row.redacted,
        personal=[PersonalKind(kind) for kind in row.kinds],
        state=row.state,
        reason=row.reason,
        written_on=row.written_on,
        revision=row.revision,
    )


def _moderated(found: Placed) -> tuple[int, BaseModel]:
    return 200, _view(found)
