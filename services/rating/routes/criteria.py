"""The nine criteria of Thông tư 01/2018/TT-VPCP over HTTP."""

from dataclasses import dataclass
from itertools import groupby
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.edge import StrictRoute
from chassis.permissions import RatingReader
from chassis.running import Running
from chassis.web import Here, Reading, refusals
from contracts.problems import Invalid
from contracts.rating import CriteriaView
from contracts.wire import Code, Day
from services.rating import criteria as reckoned
from services.rating import criteria_views
from services.rating.choosing import UnknownAgency
from services.rating.criteria import points
from services.rating.criteria_views import Counted, Reckoned
from services.rating.queries_criteria import (
    Stretch,
    agency_kind,
    agency_names,
    alike_dossiers,
    online_dossiers,
)

router = APIRouter(prefix="/v1", route_class=StrictRoute)

Count = Annotated[int | None, Query(ge=0, le=10_000_000)]


class PeriodUnusable(Invalid):
    """Criteria are told of whole calendar months: both days are the first of a month, `to` the later one."""

    title_vi = "Kỳ báo cáo phải gồm các tháng trọn vẹn"


class UnitFactsIncomplete(Invalid):
    """Facts of a unit are told together or not at all, and a part is never more than its whole."""

    title_vi = "Số liệu của đơn vị chưa đầy đủ hoặc không khớp"


@dataclass(frozen=True)
class UnitFacts:
    """What is told of a unit as a whole, because no dossier tells it."""

    one_stop: points.OneStop | None
    petitions: points.Petitions | None
    eligible: tuple[int, int] | None
    """Procedures that could be online, and those of them at level 3 and 4."""


async def unit_facts(  # noqa: PLR0917 - FastAPI passes them by name
    procedures: Count = None,
    procedures_received: Count = None,
    procedures_decided: Count = None,
    petitions: Count = None,
    petitions_in_time: Count = None,
    petitions_protracted: Count = None,
    eligible_procedures: Count = None,
    online_procedures: Count = None,
) -> UnitFacts:
    """Facts of the unit, for criteria 5 (`procedures…`), 8 (`petitions…`) and 9 (`…_procedures`)."""
    one_stop = _together(procedures, procedures_received, procedures_decided)
    handled = _together(petitions, petitions_in_time, petitions_protracted)
    online = _together(eligible_procedures, online_procedures)
    return UnitFacts(
        one_stop=points.OneStop(*one_stop) if one_stop else None,
        petitions=points.Petitions(*handled) if handled else None,
        eligible=(online[0], online[1]) if online else None,
    )


@router.get(
    "/ratings/criteria",
    tags=["ratings"],
    responses=refusals(UnknownAgency, PeriodUnusable, UnitFactsIncomplete),
)
async def read_criteria(  # noqa: PLR0917 - FastAPI passes them by name
    caller: RatingReader,
    here: Here,
    uow: Reading,
    facts: Annotated[UnitFacts, Depends(unit_facts)],
    first: Annotated[Day, Query(alias="from", description="First day of a month, in Vietnam.")],
    end: Annotated[Day, Query(alias="to", description="First day of a later month; exclusive.")],
    agency: Annotated[
        Code | None, Query(description="It and everything below it; the caller's own.")
    ] = None,
) -> CriteriaView:
    """The criteria of an agency's dossiers: means as exact fractions, and how many come to each class."""
    stretch = _stretch(first, end)
    whose = await _within_reach(agency, caller, here)
    standard = reckoned.standard()
    reach = await here.tree.reach(whose)
    of_the_unit = await _of_the_unit(facts, whose, reach, stretch, uow)
    alike = await alike_dossiers(reach, stretch, standard.questionnaires, uow)
    alike.sort(key=lambda one: one.agency)
    names = await agency_names({whose, *(one.agency for one in alike)}, uow)
    units = [
        Counted(code, names.get(code), reckoned.tally(those, {}, standard))
        for code, those in groupby(alike, key=lambda one: one.agency)
    ]
    total = reckoned.tally(alike, of_the_unit, standard)
    asked = Counted(whose, names.get(whose), total)
    counted = Reckoned(standard, stretch, asked, of_the_unit, units)
    return criteria_views.criteria(counted, here.settings.suppress_below)


async def _of_the_unit(
    facts: UnitFacts,
    whose: str,
    reach: frozenset[str] | None,
    stretch: Stretch,
    uow: UnitOfWork,
) -> dict[int, int]:
    standard = reckoned.standard()
    kind = await agency_kind(whose, uow)
    service = None
    if facts.eligible is not None:
        told = await online_dossiers(reach, stretch, uow.now, uow)
        service = points.OnlineService(*facts.eligible, told.dossiers, told.filed_online, told.late)
    found = {
        points.ONE_STOP: points.one_stop_points(facts.one_stop, kind, standard),
        points.PETITIONS: points.petition_points(facts.petitions, standard),
        points.ONLINE: points.online_points(service, standard),
    }
    return {number: known for number, known in found.items() if known is not None}


async def _within_reach(agency: str | None, caller: Principal, here: Running) -> str:
    told = agency or caller.agency
    if told is None or not await here.tree.covers(caller, told):
        raise UnknownAgency("Name an agency within your reach.")
    return await here.tree.canonical(told)


def _stretch(first: Day, end: Day) -> Stretch:
    # Of days at will the difference of two periods would tell a single rating.
    if first.day != 1 or end.day != 1 or first >= end:
        raise PeriodUnusable("Ask e.g. from=2026-01-01 to=2026-04-01.")
    return Stretch(first, end)


def _together(*counts: int | None) -> tuple[int, ...] | None:
    told = tuple(count for count in counts if count is not None)
    if not told:
        return None
    if len(told) != len(counts) or any(part > told[0] for part in told[1:]):
        raise UnitFactsIncomplete("Send the whole first and each part of it, or none of them.")
    return told
