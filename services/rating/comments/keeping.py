"""A comment is kept: a redacted copy to read, what was written sealed, and that only for a time."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from chassis.database import UnitOfWork
from chassis.running import Running, running_of
from contracts.vocabulary import CommentState
from services.rating.acts import noted
from services.rating.cases import queries as cases
from services.rating.cases.office import Office, day_of
from services.rating.cases.opening import given_of
from services.rating.comments import queries
from services.rating.domain import screened
from services.rating.sealed import SealedWords
from services.rating.tables import Comment, Invitation, Rating

if TYPE_CHECKING:
    from services.rating.commands.giving import Told

BATCH = 200


async def remember_comment(
    invitation: Invitation, rating: Rating, told: Told, uow: UnitOfWork
) -> None:
    """Keep what a citizen wrote with a rating; with a changed rating, what they wrote instead."""
    known = await uow.get(Comment, invitation.id) if rating.version > 1 else None
    if not told.comment:
        if known is not None:
            uow.remove(known)
        return
    if known is None:
        known = Comment.of(invitation=invitation.id, id=secrets.token_hex(16), redacted="")
        uow.add(known)
    rules = running_of(uow).own(Office).rules
    known.restricted = known.restricted or rules.restricted(given_of(rating, told))
    known.state, known.reason = CommentState.PENDING, None
    known.written_on = day_of(uow.now)
    _write(known, told.comment, uow)


async def seal_earlier(running: Running) -> None:
    """Seal what an earlier version kept in plain text."""
    while await running.do(_seal_some):
        pass


async def forget_originals(running: Running) -> None:
    """Forget what was written, and how to reach whom, once its time is over; redacted copies stay."""
    while await running.do(_forget_some):
        pass


async def _seal_some(uow: UnitOfWork) -> bool:
    found = await queries.in_plain_text(BATCH, uow)
    for row in found:
        row.id = row.id or secrets.token_hex(16)
        row.written_on = row.written_on or day_of(uow.now)
        _write(row, row.text or "", uow)
    return len(found) == BATCH


async def _forget_some(uow: UnitOfWork) -> bool:
    days = running_of(uow).settings.rating_comment_days
    before = day_of(uow.now) - timedelta(days=days)
    comments = await queries.originals_before(before, BATCH, uow)
    for row in comments:
        row.sealed = None
        row.revision += 1
    ended = await cases.ended_with_contact(before, BATCH, uow)
    for case in ended:
        case.contact = case.reply = None
        case.revision += 1
        noted(uow, case.id, "case.forget", agency=case.agency)
    return BATCH in {len(comments), len(ended)}


def _write(row: Comment, text: str, uow: UnitOfWork) -> None:
    found = screened(text)
    words = running_of(uow).own(SealedWords)
    row.sealed = words.sealed(text, "comment", "sealed", row.invitation)
    row.text, row.redacted = None, found.redacted
    row.kinds = [kind.value for kind in found.kinds]
    row.revision += 1
