"""What can be done to the directory of agencies and the catalogue of procedures."""

from datetime import date

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.directory import AgencyRegistered
from contracts.intake import AgencyEntry, ProcedureEntry, ProcedurePublished
from contracts.problems import Conflict, Invalid, NotFound, PreconditionFailed
from services.intake.commands import UnknownAgency
from services.intake.tables import Agency, CalendarDay, Procedure


class AgencyOutOfReach(Invalid):
    """An agency is put under one of yours, and stays there."""

    title_vi = "Cơ quan phải đặt dưới cơ quan của bên gọi"


class AgencyCycle(Conflict):
    """An agency cannot stand below itself."""

    title_vi = "Cơ quan không thể trực thuộc chính nó"


class ProcedureNotFound(NotFound):
    """No such procedure is in the catalogue."""

    title_vi = "Không có thủ tục này trong danh mục"


class EntryChanged(PreconditionFailed):
    """The entry has changed since you read it."""


async def register_agency(
    code: str, entry: AgencyEntry, caller: Principal, expected: int | None, uow: UnitOfWork
) -> Agency:
    """Enter an agency into the directory, or replace its entry.

    Raises `UnknownAgency` for one beyond the caller's reach, `AgencyOutOfReach` for one that is new or
    moved and not put under the caller's, `AgencyCycle`, and `EntryChanged` against another `expected`
    revision.
    """
    tree = running_of(uow).tree
    agency = await uow.get(Agency, code)
    _expect(expected, agency.revision if agency else 0)
    if agency is not None and not await tree.covers(caller, code):
        raise UnknownAgency("No agency of this code is within your reach.")
    if entry.parent is not None:
        if await uow.get(Agency, entry.parent) is None:
            raise UnknownAgency(f"Register the agency {entry.parent} first.")
        if code in await tree.lineage(entry.parent):
            raise AgencyCycle(f"{entry.parent} stands below {code}.")
    if (agency is None or agency.parent != entry.parent) and not await _may_place(
        code, agency, entry, caller, uow
    ):
        if code == caller.agency:
            raise AgencyOutOfReach(
                "Leave your own agency where it stands: who is above it moves it."
            )
        raise AgencyOutOfReach(f"Name a parent that is {caller.agency} or stands below it.")
    tree_name = entry.tree or await _tree_of(entry.parent, uow)
    if agency is None:
        agency = Agency.of(code=code, **entry.model_dump(exclude={"tree"}), tree=tree_name)
        uow.add(agency)
    else:
        wanted = entry.model_dump(exclude={"tree"}) | {"tree": tree_name}
        if all(getattr(agency, name) == value for name, value in wanted.items()):
            return agency
        for name, value in wanted.items():
            setattr(agency, name, value)
        agency.revision += 1
    uow.record(AgencyRegistered.model_validate(agency), subject=code)
    return agency


async def found_root(code: str, entry: AgencyEntry, uow: UnitOfWork) -> Agency:
    """Enter a root of the directory for the operator, where no agency of this code is there yet."""
    agency = await uow.get(Agency, code)
    if agency is not None:
        return agency
    agency = Agency.of(code=code, **entry.model_dump())
    uow.add(agency)
    uow.record(AgencyRegistered.model_validate(agency), subject=code)
    return agency


async def reachable_agency(code: str, uow: UnitOfWork) -> Agency:
    """The agency of this code. Raises `UnknownAgency`."""
    agency = await uow.get(Agency, code)
    if agency is None:
        raise UnknownAgency("No agency of this code is in the directory.")
    return agency


async def publish_procedure(
    code: str, entry: ProcedureEntry, expected: int | None, uow: UnitOfWork
) -> Procedure:
    """Publish a procedure (công bố thủ tục), or replace its entry. Raises `EntryChanged`."""
    procedure = await uow.get(Procedure, code)
    _expect(expected, procedure.revision if procedure else 0)
    told = entry.model_dump(mode="json")
    if procedure is None:
        procedure = Procedure.of(code=code, **told)
        uow.add(procedure)
    else:
        if all(getattr(procedure, name) == value for name, value in told.items()):
            return procedure
        for name, value in told.items():
            setattr(procedure, name, value)
        procedure.revision += 1
    uow.record(ProcedurePublished.model_validate(procedure), subject=code)
    return procedure


async def published_procedure(code: str, uow: UnitOfWork) -> Procedure:
    """The procedure of this code. Raises `ProcedureNotFound`."""
    procedure = await uow.get(Procedure, code)
    if procedure is None:
        raise ProcedureNotFound("No procedure of this code is in the catalogue.")
    return procedure


async def declare_day(
    day: date, works: bool, reason: str, decision: str | None, uow: UnitOfWork
) -> CalendarDay:
    """Say of a single day whether the office works, over the calendar shipped (ngày nghỉ, ngày làm bù).

    Promises made from now on follow it; those already made stand.
    """
    declared = CalendarDay.of(day=day, works=works, reason=reason, decision=decision)
    uow.put(declared)
    return declared


async def _may_place(
    code: str, agency: Agency | None, entry: AgencyEntry, caller: Principal, uow: UnitOfWork
) -> bool:
    if caller.agency is None:
        return True
    if entry.parent is None:
        return agency is None and code == caller.agency
    return await running_of(uow).tree.covers(caller, entry.parent)


async def _tree_of(parent: str | None, uow: UnitOfWork) -> str | None:
    above = await uow.get(Agency, parent) if parent else None
    return above.tree if above else None


def _expect(expected: int | None, revision: int) -> None:
    if expected is not None and expected != revision:
        raise EntryChanged("Read it again, and send If-Match with its new ETag.")
