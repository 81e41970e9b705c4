"""What can be done to the directory of agencies, and to the working calendar."""

from datetime import date
from typing import Any

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.directory import AgencyRegistered
from contracts.intake import AgencyEntry
from contracts.problems import Conflict
from contracts.vocabulary import AgencyKind
from services.intake.commands.adopting import expect_adoptable
from services.intake.commands.agency_codes import agency_meant, carry_codes
from services.intake.commands.reach import EntryChanged, UnknownAgency, expect_revision
from services.intake.commands.succession import AgencyOutOfReach, expect_valid, heirs_named
from services.intake.queries.directory import directly_below
from services.intake.tables import Agency, DeclaredDay

__all__ = [
    "AgencyCycle",
    "AgencyOutOfReach",
    "EntryChanged",
    "SandboxFixed",
    "declare_day",
    "found_root",
    "place_agency",
    "reachable_agency",
    "register_agency",
]


class AgencyCycle(Conflict):
    """An agency cannot stand below itself."""

    title_vi = "Cơ quan không thể trực thuộc chính nó"


class SandboxFixed(Conflict):
    """An agency neither becomes a sandbox nor stops being one."""

    title_vi = "Không thể đổi cơ quan thành môi trường thử nghiệm hoặc ngược lại"


async def register_agency(
    code: str, entry: AgencyEntry, caller: Principal, expected: int | None, uow: UnitOfWork
) -> Agency:
    """Enter an agency into the directory, or replace its entry; `code` may be any code it carries.

    The code it is called by here stays one of its codes. A bare root beyond the caller's reach is taken in
    where its code says that it stands below the caller's. Raises `UnknownAgency` for one beyond the
    caller's reach, `AgencyOutOfReach` for one that is new or moved and not put under the caller's, or for
    a successor that is not theirs, `AgencyCycle`, `AgencyCodeTaken`, `AgencyValidityInvalid`, `SandboxFixed`,
    `UnknownSuccessor`, `SuccessorCycle`, and `EntryChanged` against another `expected` revision.
    """
    # Reach and circles are judged by the directory as it is, not as it was a moment ago.
    running_of(uow).tree.forget()
    own = await agency_meant(code, uow)
    agency = await uow.get(Agency, own)
    expect_revision(expected, agency.revision if agency else 0)
    if agency is not None and not await running_of(uow).tree.covers(caller, own):
        await expect_adoptable(agency, entry, caller, uow)
    parent = await _parent_of(own, entry, uow)
    if (agency is None or agency.parent != parent) and not await _may_place(
        own, agency, parent, caller, uow
    ):
        if own == caller.agency:
            raise AgencyOutOfReach(
                "Leave your own agency where it stands: who is above it moves it."
            )
        raise AgencyOutOfReach(f"Name a parent that is {caller.agency} or stands below it.")
    expect_valid(entry)
    former_kind = agency.kind if agency else None
    if AgencyKind.SANDBOX in {entry.kind, former_kind} and entry.kind != former_kind:
        raise SandboxFixed("A sandbox is made by `motcua partner add --sandbox`, and stays one.")
    former = agency.successors if agency else []
    wanted = entry.model_dump() | {
        "parent": parent,
        "tree": entry.tree or await _tree_of(parent, uow),
        "other_codes": list(dict.fromkeys(c for c in [*entry.other_codes, code] if c != own)),
        "successors": await heirs_named(own, entry.successors, former, caller, uow),
    }
    before = agency.other_codes if agency else []
    await carry_codes(own, wanted["other_codes"], before, uow)
    return await _as_entered(own, agency, wanted, uow)


async def place_agency(code: str, parent: str, operator: Principal, uow: UnitOfWork) -> Agency:
    """Put an agency under another for the operator, whoever is at work with it; its entry stays.

    It belongs to the tree of its new parent, unless it was told one of its own. Raises `UnknownAgency`,
    `AgencyCycle`, and `SandboxFixed` where one of the two stands in a sandbox and the other does not.
    """
    agency = await reachable_agency(code, uow)
    tree = running_of(uow).tree
    if await tree.in_sandbox(agency.code) != await tree.in_sandbox(parent):
        raise SandboxFixed("What stands in a sandbox stays in it, and nothing else comes into one.")
    inherited = agency.tree == await _tree_of(agency.parent, uow)
    told = {name: getattr(agency, name) for name in AgencyEntry.model_fields}
    told |= {"parent": parent, "tree": None if inherited else agency.tree}
    return await register_agency(agency.code, AgencyEntry.model_validate(told), operator, None, uow)


async def found_root(code: str, entry: AgencyEntry, uow: UnitOfWork) -> Agency:
    """Enter a root of the directory for the operator, where no agency carries this code yet."""
    agency = await uow.get(Agency, await agency_meant(code, uow))
    if agency is not None:
        return agency
    await carry_codes(code, [], [], uow)
    return await _as_entered(code, None, entry.model_dump(), uow)


async def reachable_agency(code: str, uow: UnitOfWork) -> Agency:
    """The agency that carries this code. Raises `UnknownAgency`."""
    agency = await uow.get(Agency, await agency_meant(code, uow))
    if agency is None:
        raise UnknownAgency("No agency of this code is in the directory.")
    return agency


async def declare_day(
    day: date, works: bool, reason: str, decision: str | None, uow: UnitOfWork
) -> DeclaredDay:
    """Say of a single day whether the office works, over the calendar shipped (ngày nghỉ, ngày làm bù).

    Promises made from now on follow it; those already made stand.
    """
    declared = DeclaredDay.of(
        day=day, declared_at=uow.now, works=works, reason=reason, decision=decision
    )
    uow.add(declared)
    return declared


async def _as_entered(
    code: str, agency: Agency | None, wanted: dict[str, Any], uow: UnitOfWork
) -> Agency:
    """The agency as its entry wants it, announced if that changes anything."""
    if agency is None:
        agency = Agency.of(code=code, **wanted)
        uow.add(agency)
        uow.record(AgencyRegistered.model_validate(agency), subject=code, agency=code)
        return agency
    if all(getattr(agency, name) == value for name, value in wanted.items()):
        return agency
    tree = agency.tree
    _change(agency, wanted, uow)
    if agency.tree != tree:
        await _let_the_tree_follow(agency, tree, uow)
    return agency


async def _let_the_tree_follow(root: Agency, former: str | None, uow: UnitOfWork) -> None:
    """Move everything below an agency that was of its former tree into its new one."""
    waiting = [root.code]
    while waiting:
        children = await directly_below(waiting, uow)
        # What follows is no longer of the former tree, so a circle ends where it began.
        following = [one for one in children if one.tree == former]
        for one in following:
            _change(one, {"tree": root.tree}, uow)
        waiting = [one.code for one in following]


def _change(agency: Agency, wanted: dict[str, Any], uow: UnitOfWork) -> None:
    for name, value in wanted.items():
        setattr(agency, name, value)
    agency.revision += 1
    uow.record(AgencyRegistered.model_validate(agency), subject=agency.code, agency=agency.code)


async def _parent_of(code: str, entry: AgencyEntry, uow: UnitOfWork) -> str | None:
    if entry.parent is None:
        return None
    parent = await agency_meant(entry.parent, uow)
    if await uow.get(Agency, parent) is None:
        raise UnknownAgency(f"Register the agency {entry.parent} first.")
    if code in await running_of(uow).tree.lineage(parent):
        raise AgencyCycle(f"{entry.parent} stands below {code}.")
    return parent


async def _may_place(
    code: str, agency: Agency | None, parent: str | None, caller: Principal, uow: UnitOfWork
) -> bool:
    """Whether a caller may put an agency, new or moved, under this parent."""
    if caller.agency is None:
        return True
    if parent is None:
        return agency is None and code == caller.agency
    return await running_of(uow).tree.covers(caller, parent)


async def _tree_of(parent: str | None, uow: UnitOfWork) -> str | None:
    above = await uow.get(Agency, parent) if parent else None
    return above.tree if above else None
