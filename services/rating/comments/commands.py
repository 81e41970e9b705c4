"""Moderation of comments: it hides a text, never a score, and opens an original for those who may."""

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.problems import NotFound
from contracts.rating import Moderation
from contracts.vocabulary import CommentState
from services.rating.acts import noted
from services.rating.cases.seen import seen_by
from services.rating.comments import queries
from services.rating.comments.queries import Placed
from services.rating.sealed import SealedWords


class UnknownComment(NotFound):
    """No such comment is within your reach."""

    title_vi = "Không tìm thấy ý kiến"


async def moderate(comment_id: str, told: Moderation, caller: Principal, uow: UnitOfWork) -> Placed:
    """Show or hide a comment (duyệt ý kiến); the same again changes nothing. Raises `UnknownComment`."""
    found = await _expect(comment_id, caller, uow)
    row, state = found.comment, CommentState(told.state)
    if (row.state, row.reason) == (state, told.reason):
        return found
    before = row.state
    row.state, row.reason = state, told.reason
    row.revision += 1
    why = " ".join(filter(None, (told.reason, told.note)))
    states = {"before": before, "after": state}
    noted(uow, comment_id, "comment.moderate", agency=found.agency, note=why or None, **states)
    return found


async def original_of(
    comment_id: str, caller: Principal, uow: UnitOfWork
) -> tuple[Placed, str | None]:
    """A comment as it was written; that it was read is noted. None once its time is over.

    Raises `UnknownComment`, `CommentKeyMissing`.
    """
    found = await _expect(comment_id, caller, uow)
    row = found.comment
    noted(uow, comment_id, "comment.original", agency=found.agency)
    if row.sealed is None:
        return found, None
    words = running_of(uow).own(SealedWords)
    return found, words.opened(row.sealed, "comment", "sealed", row.invitation)


async def _expect(comment_id: str, caller: Principal, uow: UnitOfWork) -> Placed:
    found = await queries.comment_of(comment_id, uow)
    if found is not None:
        seen = await seen_by(caller, running_of(uow))
        if seen.shows(found.agency, restricted=found.comment.restricted):
            return found
    raise UnknownComment("No comment of this id is within your reach.")
