"""A rating becomes a case, and a rating that is changed or void changes its case."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.rating import CaseClosed
from contracts.vocabulary import CaseKind, CaseOutcome, CaseState, ReplyChannel
from services.rating.acts import noted
from services.rating.cases import queries
from services.rating.cases.office import Office, day_of
from services.rating.cases.rules import Given
from services.rating.sealed import SealedWords
from services.rating.tables import Comment, Invitation, KnownDossier, Rating, RatingCase

if TYPE_CHECKING:
    from services.rating.commands.giving import Told

UNIT_HEAD = "unit_head"
"""Who owes an answer until it is assigned: the head of the agency (thủ trưởng đơn vị)."""

ENDED = frozenset({CaseState.RESOLVED, CaseState.CLOSED})
TAKEN_BACK = frozenset({CaseOutcome.REVISED, CaseOutcome.VOID})
"""Ends that a later version of the rating undoes."""


async def follow_up(invitation: Invitation, rating: Rating, told: Told, uow: UnitOfWork) -> None:
    """Open the case a rating calls for, or bring the one there is in line with its newest version."""
    office = running_of(uow).own(Office)
    kind = office.rules.kind_of(given_of(rating, told), office.low)
    known = await queries.case_of(invitation.id, uow) if rating.version > 1 else None
    if known is None and kind is not None:
        known = await _opened(invitation, kind, rating, uow)
    elif known is not None:
        _adjust(known, kind, rating, uow)
    if known is None:
        return
    _take_in(known, told, uow)
    if known.restricted and told.comment:
        comment = await uow.get(Comment, invitation.id)
        if comment is not None:
            comment.restricted = True


async def follow_void(invitation: str, uow: UnitOfWork) -> None:
    """Close the case of a rating that does not count any more, unless it has ended."""
    case = await queries.case_of(invitation, uow)
    if case is not None and case.state not in ENDED:
        end(case, CaseOutcome.VOID, uow)


def given_of(rating: Rating, told: Told) -> Given:
    """What of a rating decides whether it becomes a case."""
    return Given(
        score=rating.score,
        option_class=rating.option_class,
        answers=rating.answers,
        provenance=rating.provenance,
        comment=told.comment or "",
        complaint=told.complaint,
        asks=told.contact is not None,
    )


def end(
    case: RatingCase,
    outcome: CaseOutcome,
    uow: UnitOfWork,
    *,
    act: str = "case.close",
    note: str | None = None,
) -> None:
    """Let a case end, and announce it unless it is restricted."""
    before = case.state
    case.state = CaseState.RESOLVED if act == "case.judge" else CaseState.CLOSED
    case.outcome, case.closed_on = outcome, day_of(uow.now)
    case.revision += 1
    states = {"before": before, "after": case.state}
    noted(uow, case.id, act, agency=case.agency, note=note, **states)
    if case.restricted or case.agency is None:
        return
    event = CaseClosed.model_validate(case.__dict__ | {"case": case.id})
    uow.record(event, subject=case.id, agency=case.agency)


def open_again(case: RatingCase, uow: UnitOfWork, act: str) -> None:
    """Let a case begin anew, with the whole time to answer it."""
    before, today = case.state, day_of(uow.now)
    case.state = CaseState.OPENED if case.owner == UNIT_HEAD else CaseState.ASSIGNED
    case.outcome = case.closed_on = case.answered_on = None
    case.opened_at, case.due_on = uow.now, running_of(uow).own(Office).due_on(today)
    case.alerted_at = case.overdue_told_at = None
    case.revision += 1
    noted(uow, case.id, act, agency=case.agency, before=before, after=case.state)


async def _opened(
    invitation: Invitation, kind: CaseKind, rating: Rating, uow: UnitOfWork
) -> RatingCase:
    agency, procedure = invitation.agency, invitation.procedure
    if agency is None:
        dossier = await uow.get(KnownDossier, invitation.dossier)
        if dossier is not None:
            agency, procedure = dossier.agency, dossier.procedure
    today = day_of(uow.now)
    case = RatingCase.of(
        id=secrets.token_hex(16),
        invitation=invitation.id,
        agency=agency,
        procedure=procedure,
        kind=kind,
        restricted=kind is CaseKind.INTEGRITY,
        option_class=rating.option_class,
        state=CaseState.OPENED,
        owner=UNIT_HEAD,
        channel=ReplyChannel.PAGE,
        opened_at=uow.now,
        opened_on=today,
        due_on=running_of(uow).own(Office).due_on(today),
    )
    uow.add(case)
    noted(uow, case.id, "case.open", agency=agency, after=case.state)
    return case


def _adjust(case: RatingCase, kind: CaseKind | None, rating: Rating, uow: UnitOfWork) -> None:
    """A citizen changed the rating: what it is now counts, and what once was restricted stays so."""
    case.option_class = rating.option_class
    case.revision += 1
    if kind is None:
        if case.state not in ENDED:
            end(case, CaseOutcome.REVISED, uow)
        return
    case.restricted = case.restricted or kind is CaseKind.INTEGRITY
    case.kind = CaseKind.INTEGRITY if case.restricted else kind
    if case.outcome in TAKEN_BACK:
        open_again(case, uow, "case.open")


def _take_in(case: RatingCase, told: Told, uow: UnitOfWork) -> None:
    """Where the citizen wants the reply, and whether the case may be handed over."""
    case.petition_consent = told.petition
    if told.contact is None:
        return
    case.channel, case.contact = told.contact.channel, None
    if told.contact.value is not None:
        words = running_of(uow).own(SealedWords)
        case.contact = words.sealed(told.contact.value, "rating_case", "contact", case.id)
