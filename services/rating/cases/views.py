"""How cases are shown: never a score, a dossier, or a time of day."""

from collections.abc import Mapping, Sequence
from datetime import date

from contracts.rating import (
    CaseStepView,
    ContactView,
    PetitionView,
    RatingCasePage,
    RatingCaseView,
    ReplyView,
)
from contracts.vocabulary import CaseState, PersonalKind
from services.rating.cases.commands import is_asked
from services.rating.cases.office import day_of
from services.rating.cases.queries import OPEN
from services.rating.lists import cursor_after
from services.rating.tables import Comment, RatingAct, RatingCase


def case(
    row: RatingCase, comment: Comment | None, today: date, acts: Sequence[RatingAct] = ()
) -> RatingCaseView:
    """One case as whoever works on it sees it."""
    text = comment.redacted if comment is not None else None
    return RatingCaseView(
        id=row.id,
        agency=row.agency,
        procedure=row.procedure,
        kind=row.kind,
        state=row.state,
        option_class=row.option_class,
        comment=text,
        comment_id=comment.id if comment is not None else None,
        personal=[PersonalKind(kind) for kind in comment.kinds] if comment is not None else [],
        owner=row.owner,
        channel=row.channel,
        has_contact=row.contact is not None,
        petition_consent=row.petition_consent,
        opened_on=row.opened_on,
        due_on=row.due_on,
        overdue=row.state in OPEN and row.due_on < today,
        answered_on=row.answered_on,
        resolved=row.resolved,
        reopened=row.reopened,
        outcome=row.outcome,
        closed_on=row.closed_on,
        petition=petition(row, text) if row.petition is not None else None,
        steps=[_step(act) for act in acts],
        revision=row.revision,
    )


def page(
    rows: Sequence[RatingCase], comments: Mapping[str, Comment], today: date, limit: int
) -> RatingCasePage:
    """A page of cases, of which one more than fits was asked for."""
    shown = rows[:limit]
    items = [case(row, comments.get(row.invitation), today) for row in shown]
    more = cursor_after(shown[-1].due_on, shown[-1].id) if len(rows) > limit else None
    return RatingCasePage(items=items, next_cursor=more)


def petition(row: RatingCase, text: str | None) -> PetitionView:
    """A case as it goes on in another system."""
    told = row.petition or {}
    return PetitionView.model_validate(
        {
            **{name: told.get(name) for name in ("system", "number", "publish_working_days")},
            **{name: told.get(name) for name in ("refuse_by", "supplement_by", "process_by")},
            "handed_over_on": told.get("handed_over_on"),
            "case": row.id,
            "agency": row.agency,
            "procedure": row.procedure,
            "text": text,
        }
    )


def contact(row: RatingCase, value: str | None) -> ContactView:
    """How a citizen wants to be reached."""
    return ContactView(case=row.id, channel=row.channel, value=value)


def reply(row: RatingCase, text: str | None) -> ReplyView:
    """What the holder of a link is told."""
    answered = row.state not in OPEN
    return ReplyView(
        state=row.state,
        due_on=None if answered else row.due_on,
        text=text if answered else None,
        channel=row.channel,
        asked=is_asked(row),
    )


def _step(act: RatingAct) -> CaseStepView:
    return CaseStepView(
        on=day_of(act.at),
        act=act.act,
        by=act.client,
        before=CaseState(act.before) if act.before else None,
        after=CaseState(act.after) if act.after else None,
        note=act.note,
    )
