"""How long an agency existed, and who took over from it (sáp nhập, chia tách, giải thể)."""

from collections.abc import Sequence

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.intake import AgencyEntry
from contracts.problems import Conflict, FieldError, Invalid
from services.intake.commands.agency_codes import agency_meant
from services.intake.tables import Agency


class AgencyOutOfReach(Invalid):
    """An agency is put under one of yours, and only yours take over from another."""

    title_vi = "Cơ quan mới, cơ quan chuyển đi và cơ quan kế thừa phải thuộc cơ quan của bên gọi"


class AgencyValidityInvalid(Invalid):
    """An agency ends after it begins."""

    title_vi = "Cơ quan phải kết thúc sau khi bắt đầu hoạt động"


class UnknownSuccessor(Invalid):
    """A successor is not in the directory."""

    title_vi = "Cơ quan kế thừa chưa có trong danh bạ"


class SuccessorCycle(Conflict):
    """An agency cannot succeed itself."""

    title_vi = "Cơ quan không thể kế thừa chính nó"


def expect_valid(entry: AgencyEntry) -> None:
    """Nothing, if an entry's days make sense. Raises `AgencyValidityInvalid`."""
    begins, ends = entry.valid_from, entry.valid_to
    if begins is not None and ends is not None and ends <= begins:
        detail = "valid_to is the first day it is no more, so it is later than valid_from."
        errors = [FieldError(pointer="/valid_to", code="not-later", detail=detail)]
        raise AgencyValidityInvalid(detail, errors=errors)


async def heirs_named(
    own: str, told: Sequence[str], former: Sequence[str], caller: Principal, uow: UnitOfWork
) -> list[str]:
    """The successors an entry names, by their own codes and each once.

    Raises `UnknownSuccessor`, `SuccessorCycle`, and `AgencyOutOfReach` for one that is new among the
    `former` and not the caller's: nobody hands dossiers to the figures of somebody else.
    """
    meant = [await agency_meant(code, uow) for code in told]
    known = await uow.get_many(Agency, [(code,) for code in meant])
    unknown = [place for place, code in enumerate(meant) if (code,) not in known]
    if unknown:
        detail = f"Register {', '.join(told[place] for place in unknown)} first."
        raise UnknownSuccessor(detail, errors=_errors(unknown, "unknown", "Register it first."))
    tree = running_of(uow).tree
    foreign = [
        place
        for place, code in enumerate(meant)
        if code not in former and not await tree.covers(caller, code)
    ]
    if foreign:
        detail = f"Name successors that are {caller.agency} or stand below it."
        raise AgencyOutOfReach(detail, errors=_errors(foreign, "out-of-reach", detail))
    await _expect_no_circle(own, meant, uow)
    return list(dict.fromkeys(meant))


def _errors(places: Sequence[int], code: str, detail: str) -> list[FieldError]:
    return [FieldError(pointer=f"/successors/{n}", code=code, detail=detail) for n in places]


async def _expect_no_circle(own: str, heirs: Sequence[str], uow: UnitOfWork) -> None:
    seen: set[str] = set()
    waiting = set(heirs)
    while waiting:
        if own in waiting:
            raise SuccessorCycle(f"{own} would take over from itself.")
        seen |= waiting
        found = await uow.get_many(Agency, [(code,) for code in waiting])
        waiting = {heir for agency in found.values() for heir in agency.successors} - seen
