"""The codes an agency carries: its own, and others that mean it."""

from collections.abc import Sequence

from chassis.database import UnitOfWork
from contracts.problems import Conflict, FieldError
from services.intake.tables import Agency, AgencyCode


class AgencyCodeTaken(Conflict):
    """Another agency already carries this code."""

    title_vi = "Mã định danh đã được cơ quan khác dùng"


async def agency_meant(code: str, uow: UnitOfWork) -> str:
    """The own code of the agency that carries a code; the code itself where nobody does."""
    # Agencies older than the register of codes stand in the directory alone.
    if await uow.get(Agency, code) is not None:
        return code
    named = await uow.get(AgencyCode, code)
    return named.agency if named else code


async def agencies_meant(codes: Sequence[str], uow: UnitOfWork) -> list[str]:
    """The own code of whoever carries each code, or the code itself where nobody does; each once."""
    own = await uow.get_many(Agency, [(code,) for code in codes])
    named = await uow.get_many(AgencyCode, [(code,) for code in codes if (code,) not in own])
    others = {code: row.agency for (code,), row in named.items()}
    return list(dict.fromkeys(others.get(code, code) for code in codes))


async def carry_codes(
    own: str, others: Sequence[str], before: Sequence[str], uow: UnitOfWork
) -> None:
    """Let an agency carry its own code and these others, and no more those it carried before.

    Raises `AgencyCodeTaken`, naming the places in `others` that another agency carries.
    """
    named = await uow.get_many(AgencyCode, [(code,) for code in [own, *others, *before]])
    agencies = await uow.get_many(Agency, [(code,) for code in others])
    taken = [
        place
        for place, code in enumerate(others)
        if (code,) in agencies or ((code,) in named and named[code,].agency != own)
    ]
    if taken:
        raise AgencyCodeTaken(
            f"Another agency carries {', '.join(others[place] for place in taken)}.",
            errors=[
                FieldError(
                    pointer=f"/other_codes/{place}",
                    code="taken",
                    detail="Take it away from the other agency first, or leave it out here.",
                )
                for place in taken
            ],
        )
    for code in [own, *others]:
        # Its own code may have been given away a moment ago: the key then says no, and we look again.
        if (code,) not in named or named[code,].agency != own:
            uow.add(AgencyCode.of(code=code, agency=own))
    for code in set(before) - set(others):
        if (code,) in named:
            uow.remove(named[code,])
