"""Taking a bare root of the directory into the tree it belongs to (nhận cơ quan vào cây danh bạ)."""

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.intake import AgencyEntry
from contracts.vocabulary import AgencyKind
from services.intake import domain
from services.intake.commands.reach import beyond_reach
from services.intake.queries.directory import directly_below, receives_dossiers
from services.intake.tables import Agency


def bare_entry(code: str, kind: AgencyKind = AgencyKind.UNIT) -> AgencyEntry:
    """What is entered of an agency of which nothing but its code is known."""
    return AgencyEntry(name=code, kind=kind)


async def expect_adoptable(
    agency: Agency, entry: AgencyEntry, caller: Principal, uow: UnitOfWork
) -> None:
    """Nothing, if a caller may put an agency beyond its reach under one of its own.

    Entering a partner makes a root of an agency nobody registered before; whoever registers what stands
    above comes later. The code decides whose it is, not who asks first: a national identifier names the
    agency above it. And once the root is at work, moving it is the operator's. Raises `UnknownAgency`.
    """
    tree = running_of(uow).tree
    above = await tree.canonical(str(caller.agency))
    theirs = entry.parent is not None and await tree.covers(caller, entry.parent)
    if (
        not theirs
        or not domain.stands_below(agency.code, above)
        or await tree.in_sandbox(above)
        or not await _is_bare(agency, uow)
    ):
        raise beyond_reach(agency.code)


async def _is_bare(agency: Agency, uow: UnitOfWork) -> bool:
    """Whether nothing is known of a root but its code, and nobody has worked with it."""
    entered = bare_entry(agency.code).model_dump()
    if agency.revision != 1 or any(getattr(agency, n) != told for n, told in entered.items()):
        return False
    if await directly_below([agency.code], uow):
        return False
    return not await receives_dossiers(agency.code, uow)
