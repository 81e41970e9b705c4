"""What is done about a case: it is assigned, answered, closed, handed over; the citizen judges the reply."""

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.problems import FieldError
from contracts.rating import (
    CaseAnswered,
    CaseAssignment,
    CaseClosing,
    CaseReply,
    PetitionHandover,
    ReplyJudged,
)
from contracts.vocabulary import CaseOutcome, CaseState
from services.rating import domain
from services.rating.acts import noted
from services.rating.cases import queries, rules
from services.rating.cases.office import Office, day_of
from services.rating.cases.opening import ENDED, end, open_again
from services.rating.cases.refused import (
    CaseHandedOver,
    CaseNotHandedOver,
    CaseSettled,
    NoReplyAwaited,
    PetitionConsentMissing,
    ReplyNotAsked,
    UnknownCase,
)
from services.rating.cases.seen import seen_by
from services.rating.commands.refused import UnknownRatingLink
from services.rating.sealed import SealedWords
from services.rating.tables import Invitation, RatingCase, RatingToken

TABLE = "rating_case"


async def expect_case(case_id: str, caller: Principal, uow: UnitOfWork) -> RatingCase:
    """A case the caller may see. Raises `UnknownCase`."""
    case = await uow.get(RatingCase, case_id)
    running = running_of(uow)
    if case is not None and case.agency is not None:
        seen = await seen_by(caller, running)
        if seen.shows(case.agency, restricted=case.restricted):
            return case
    raise UnknownCase("No case of this id is within your reach.")


async def assign(
    case_id: str, told: CaseAssignment, caller: Principal, uow: UnitOfWork
) -> RatingCase:
    """Say which desk owes the answer (giao xử lý). The same again changes nothing.

    Raises `UnknownCase`, `CaseSettled`.
    """
    case = await _expect_open(case_id, caller, uow)
    owner, due_on = domain.redacted(told.owner), told.due_on or case.due_on
    if (case.state, case.owner, case.due_on) == (CaseState.ASSIGNED, owner, due_on):
        return case
    before = case.state
    moved = due_on.isoformat() if due_on != case.due_on else None
    note = "; ".join(filter(None, (owner, moved, told.note)))
    case.owner, case.due_on = owner, due_on
    # What is answered already stays so: only who has it changes.
    case.state = CaseState.ASSIGNED if before is CaseState.OPENED else before
    case.overdue_told_at = None
    case.revision += 1
    states = {"before": before, "after": case.state}
    noted(uow, case.id, "case.assign", agency=case.agency, note=note, **states)
    return case


async def reply(case_id: str, told: CaseReply, caller: Principal, uow: UnitOfWork) -> RatingCase:
    """Tell the citizen (phản hồi). The same text again changes nothing, another one replaces it.

    Raises `UnknownCase`, `CaseSettled`.
    """
    case = await _expect_open(case_id, caller, uow)
    words = running_of(uow).own(SealedWords)
    known = case.reply if case.state is CaseState.ANSWERED else None
    if known is not None and words.opened(known, TABLE, "reply", case.id) == told.text:
        return case
    before = case.state
    case.reply = words.sealed(told.text, TABLE, "reply", case.id)
    case.state, case.answered_on = CaseState.ANSWERED, case.answered_on or day_of(uow.now)
    case.revision += 1
    noted(uow, case.id, "case.reply", agency=case.agency, before=before, after=case.state)
    if before is not CaseState.ANSWERED and not case.restricted and case.agency is not None:
        event = CaseAnswered.model_validate(case.__dict__ | {"case": case.id})
        uow.record(event, subject=case.id, agency=case.agency)
    return case


async def close(case_id: str, told: CaseClosing, caller: Principal, uow: UnitOfWork) -> RatingCase:
    """Let a case end (đóng việc). The same outcome again changes nothing.

    Raises `UnknownCase`, `CaseSettled`, `CaseNotHandedOver`.
    """
    case = await expect_case(case_id, caller, uow)
    outcome = CaseOutcome(told.outcome)
    if case.state in ENDED:
        if case.outcome is outcome:
            return case
        detail = f"It ended as {case.outcome}."
        raise CaseSettled(
            detail, errors=[FieldError(pointer="/outcome", code="differs", detail=detail)]
        )
    if outcome is CaseOutcome.HANDED_OVER and case.petition is None:
        raise CaseNotHandedOver("Hand it over first, at `pakn`.")
    end(case, outcome, uow, note=told.note)
    return case


async def hand_over(
    case_id: str, told: PetitionHandover, caller: Principal, uow: UnitOfWork
) -> RatingCase:
    """Let a case go on as a petition (phản ánh, kiến nghị), with the days the law gives one.

    The same again changes nothing; a number may be told later. Raises `UnknownCase`, `CaseSettled`,
    `PetitionConsentMissing`, `CaseHandedOver`.
    """
    case = await expect_case(case_id, caller, uow)
    if case.petition is not None:
        known = case.petition
        if known["system"] != told.system or known.get("number", told.number) != told.number:
            raise CaseHandedOver(f"It went to {known['system']}.")
        if told.number is not None and "number" not in known:
            case.petition = {**known, "number": told.number}
            case.revision += 1
            noted(uow, case.id, "case.petition", agency=case.agency, note="number")
        return case
    if case.state in ENDED:
        raise CaseSettled(f"It ended as {case.outcome}.")
    if not case.petition_consent:
        raise PetitionConsentMissing("Ask the citizen, or answer the case here.")
    office, today = running_of(uow).own(Office), day_of(uow.now)
    days = rules.petition_days(office.rules.petition, today, office.holidays)
    petition = {"system": told.system, "handed_over_on": today.isoformat()}
    petition |= {name: day.isoformat() for name, day in days.items()}
    petition |= {"publish_working_days": str(office.rules.petition.publish)}
    case.petition = petition | ({"number": told.number} if told.number else {})
    before, case.due_on = case.state, days["process_by"]
    case.state = CaseState.ASSIGNED if before is CaseState.OPENED else before
    case.revision += 1
    states = {"before": before, "after": case.state}
    noted(uow, case.id, "case.petition", agency=case.agency, note=told.system, **states)
    return case


async def contact_of(
    case_id: str, caller: Principal, uow: UnitOfWork
) -> tuple[RatingCase, str | None]:
    """How the citizen of a case wants to be reached; that it was read is noted.

    Raises `UnknownCase`, `CommentKeyMissing`.
    """
    case = await expect_case(case_id, caller, uow)
    noted(uow, case.id, "case.contact", agency=case.agency)
    if case.contact is None:
        return case, None
    return case, running_of(uow).own(SealedWords).opened(case.contact, TABLE, "contact", case.id)


async def case_of_link(token: str, uow: UnitOfWork) -> RatingCase:
    """The case of whoever holds a rating link. Raises `UnknownRatingLink`, `NoReplyAwaited`."""
    known = await uow.get(RatingToken, domain.token_hash(token))
    invitation = await uow.get(Invitation, known.invitation) if known else None
    if known is None or invitation is None or known.issue < invitation.issue:
        raise UnknownRatingLink("Open the link as it was sent to you.")
    case = await queries.case_of(invitation.id, uow)
    if case is None:
        raise NoReplyAwaited("A reply is owed where one was asked for, or the rating was low.")
    return case


def is_asked(case: RatingCase) -> bool:
    """Whether the citizen is asked now if the matter is settled: once, after a reply, whoever closed it."""
    if case.resolved is not None or case.reply is None or case.answered_on is None:
        return False
    judged = {CaseOutcome.REVISED, CaseOutcome.VOID, CaseOutcome.HANDED_OVER}
    return case.outcome not in judged


async def judge(token: str, told: ReplyJudged, uow: UnitOfWork) -> RatingCase:
    """The citizen says whether their matter is settled; no opens it again, once.

    The same word again changes nothing. Raises as `case_of_link` does, and `ReplyNotAsked`.
    """
    case = await case_of_link(token, uow)
    if case.resolved is not None and case.resolved is told.resolved:
        return case
    if not is_asked(case):
        raise ReplyNotAsked("It is asked once, when there is a reply.")
    case.resolved = told.resolved
    if not told.resolved:
        case.reopened += 1
        open_again(case, uow, "case.judge")
    elif case.state in ENDED:
        case.revision += 1
        noted(uow, case.id, "case.judge", agency=case.agency, after=case.state)
    else:
        end(case, CaseOutcome.RESOLVED, uow, act="case.judge")
    return case


async def _expect_open(case_id: str, caller: Principal, uow: UnitOfWork) -> RatingCase:
    case = await expect_case(case_id, caller, uow)
    if case.state in ENDED:
        raise CaseSettled(f"It ended as {case.outcome}.")
    return case
