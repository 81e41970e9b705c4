"""What the holder of a token may do with it; the tokens of each way, known by hash once they are asked."""

from collections.abc import Sequence

from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.problems import FieldError
from contracts.vocabulary import Provenance
from services.rating import domain
from services.rating.commands.refused import (
    RatingAlreadyGiven,
    RatingCodeMistyped,
    RatingKeyReplaced,
    RatingLinkExpired,
    RatingLinkReplaced,
    RatingLinkTooEarly,
    RatingLinkVoid,
    UnknownRatingLink,
)
from services.rating.links import Links
from services.rating.tables import Invitation, RatingToken


async def held_invitation(token: str, uow: UnitOfWork) -> tuple[Invitation, RatingToken]:
    """The invitation of a token or code, usable or not, and the token as it is known.

    Raises `RatingCodeMistyped`, `UnknownRatingLink`, `RatingLinkReplaced`, or `RatingLinkTooEarly` for
    what was printed before the citizen could have the result.
    """
    known = await uow.get(RatingToken, _told_hash(token))
    if known is None:
        raise UnknownRatingLink("Open the link as it was sent to you.")
    invitation = await uow.get(Invitation, known.invitation)
    if invitation is None:
        raise RatingLinkTooEarly("Try again once the result is in your hands.")
    if known.issue < invitation.issue:
        raise RatingLinkReplaced("Use the link or the code that was given to you last.")
    return invitation, known


async def usable_invitation(token: str, uow: UnitOfWork) -> tuple[Invitation, RatingToken]:
    """The invitation a token can still be spent on, and the token as it is known.

    Raises as `held_invitation` and `expect_usable` do; whoever holds the token of a link may learn what
    became of it.
    """
    invitation, known = await held_invitation(token, uow)
    expect_usable(invitation, uow)
    return invitation, known


def expect_usable(invitation: Invitation, uow: UnitOfWork) -> None:
    """Raise `RatingAlreadyGiven`, `RatingLinkVoid` or `RatingLinkExpired` where nothing can be given."""
    if invitation.used_at is not None:
        raise RatingAlreadyGiven("Each link takes one rating.")
    if invitation.voided_at is not None:
        raise RatingLinkVoid("It may open again once that is settled.")
    if invitation.expires_at <= uow.now:
        raise RatingLinkExpired("A link is good for a limited number of days.")


def link_of(invitation: Invitation, uow: UnitOfWork) -> RatingToken:
    """The token of the plain link, to be stored with a new invitation."""
    return _rows(invitation, (domain.WAYS[0],), uow)[0]


async def keep_ways(invitations: Sequence[Invitation], uow: UnitOfWork) -> None:
    """Know the tokens of every way of some invitations, now that they are given out.

    Raises `RatingKeyReplaced` where a link that is out was made with another key.
    """
    rows = [row for one in invitations for row in _rows(one, domain.WAYS, uow)]
    known = await uow.get_many(RatingToken, [(row.token_hash,) for row in rows])
    for row in rows:
        if (row.token_hash,) in known:
            continue
        if row.provenance is domain.WAYS[0]:
            raise RatingKeyReplaced(
                "Ask the operator to restore the key; links given out still work."
            )
        uow.keep(row)


def keep_anew(invitation: Invitation, uow: UnitOfWork) -> None:
    """Know the tokens of every way of an invitation that has just been issued anew."""
    for row in _rows(invitation, domain.WAYS, uow):
        uow.keep(row)


def _rows(invitation: Invitation, ways: Sequence[Provenance], uow: UnitOfWork) -> list[RatingToken]:
    links = running_of(uow).own(Links)
    return [
        RatingToken.of(
            token_hash=domain.token_hash(links.secret(invitation, way)),
            invitation=invitation.id,
            provenance=way,
            issue=invitation.issue,
            made_at=uow.now,
        )
        for way in ways
    ]


def _told_hash(told: str) -> str:
    code = domain.code_in(told)
    if code is None:
        return domain.token_hash(told)
    if not domain.holds(code):
        raise RatingCodeMistyped(
            "Compare it with what is printed.",
            errors=[
                FieldError(pointer="/token", code="mistyped", detail="Look at each character.")
            ],
        )
    return domain.token_hash(code)
