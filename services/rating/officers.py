"""Results by officer: who is named, and what the head of a unit may see of it."""

from datetime import date, datetime

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.periods import Span
from contracts.problems import Conflict, NotFound
from contracts.rating.officers import OfficerNamed, OfficerResults, OfficerRow
from contracts.rating.summary import ScoreView
from contracts.vocabulary import VIETNAM, FigureState, Occasion
from services.rating import queries, queries_of_summaries, summary_views
from services.rating.commands.refused import RatingAlreadyGiven, UnknownDossier
from services.rating.counting import counted, recount
from services.rating.domain import suppression
from services.rating.domain.officers import closed_from, following_quarter
from services.rating.domain.satisfaction import DEFINITIONS, SATISFACTION, share, wilson
from services.rating.domain.suppression import Rule
from services.rating.links import Links
from services.rating.tables import KnownDossier, OfficerCell


class UnknownInvitation(NotFound):
    """Nobody is invited to rate this occasion of the dossier."""

    title_vi = "Chưa có lời mời đánh giá cho lần này của hồ sơ"


class QuarterNotClosed(Conflict):
    """Results by officer are told once they are closed and do not change any more."""

    title_vi = "Kỳ này chưa khóa số liệu theo cán bộ"


async def name_officer(
    code: str, occasion: Occasion, named: OfficerNamed, caller: Principal, uow: UnitOfWork
) -> str:
    """Say who handled a dossier, before it is rated; returns what the officer is called in results.

    Raises `UnknownDossier`, `UnknownInvitation`, and `RatingAlreadyGiven` afterwards: moving a rating from
    one officer to another would show what it says.
    """
    here = running_of(uow)
    dossier = await uow.get(KnownDossier, code)
    if dossier is None or not await here.tree.covers(caller, dossier.agency):
        raise UnknownDossier("No dossier of this code is within your reach.")
    invitation = await queries.invitation_for(code, occasion, uow)
    if invitation is None:
        raise UnknownInvitation("Name the officer once the citizen is invited.")
    if invitation.used_at is not None:
        raise RatingAlreadyGiven("An officer is named before the citizen rates.")
    before = counted(invitation, None)
    told = here.own(Links).officer(invitation.agency or dossier.agency, named.officer)
    if invitation.officer != told:
        invitation.officer = told
        invitation.revision += 1
        recount(before, counted(invitation, None), uow)
    return told


async def results(agency: str, quarter: date, name: str, uow: UnitOfWork) -> OfficerResults:
    """What was said of an agency's officers in a closed quarter. Raises `QuarterNotClosed`.

    Of one agency alone, of whole quarters alone, and only once they do not grow any more: so no two answers
    differ by a few ratings.
    """
    _expect_closed(quarter, uow.now)
    period = Span(quarter, following_quarter(quarter))
    rows = [one for one in await queries_of_summaries.officers(agency, quarter, uow) if one.rated]
    rule = Rule(running_of(uow).settings.rating_publish_minimum)
    hidden = suppression.hidden({one.officer: (one.rated, one.positive) for one in rows}, rule)
    return OfficerResults(
        agency=agency,
        quarter=name,
        period_from=period.first,
        period_to=period.end,
        definition=summary_views.definition(DEFINITIONS[SATISFACTION]),
        minimum=rule.minimum,
        rows=[_row(one, hidden=one.officer in hidden) for one in rows],
        as_of=uow.now,
    )


def _expect_closed(quarter: date, now: datetime) -> None:
    closed = closed_from(quarter)
    if now.astimezone(VIETNAM).date() < closed:
        raise QuarterNotClosed(f"Ask from {closed.isoformat()} on.")


def _row(cell: OfficerCell, *, hidden: bool) -> OfficerRow:
    officer, state = cell.officer or None, suppression.state(cell.rated, hidden=hidden)
    if state is not FigureState.OK:
        return OfficerRow(officer=officer, state=state, ratings=None, satisfaction=None)
    low, high = wilson(cell.positive, cell.rated)
    told = ScoreView(
        definition=SATISFACTION,
        count=cell.positive,
        among=cell.rated,
        value=share(cell.positive, cell.rated),
        low=low,
        high=high,
    )
    return OfficerRow(officer=officer, state=state, ratings=cell.rated, satisfaction=told)
