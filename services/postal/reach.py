"""Whose items a question is about."""

from dataclasses import dataclass

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.problems import NotFound


class UnknownAgency(NotFound):
    """No such agency is within your reach."""

    title_vi = "Không tìm thấy cơ quan"


@dataclass(frozen=True)
class Reach:
    """Agencies whose items are asked for; `everything` also takes in what belongs to nobody."""

    agency: str | None
    agencies: frozenset[str] | None
    """None: whoever's."""

    @property
    def everything(self) -> bool:
        """Whether also items are asked for that belong to nobody."""
        return self.agency is None


async def reach_of(agency: str | None, caller: Principal, uow: UnitOfWork) -> Reach:
    """An agency with everything below it; the caller's own when None. Raises `UnknownAgency`."""
    tree = running_of(uow).tree
    asked = agency or caller.agency
    if asked is None:
        return Reach(None, None)
    if not await tree.knows(asked) or not await tree.covers(caller, asked):
        raise UnknownAgency("No agency of this code is within your reach.")
    canonical = await tree.canonical(asked)
    return Reach(canonical, await tree.reach(canonical))
