"""Whose figures a caller may ask for."""

from chassis.auth import Principal
from chassis.running import Running
from contracts.problems import NotFound


class UnknownAgency(NotFound):
    """No such agency is within your reach."""

    title_vi = "Không tìm thấy cơ quan này"


async def within_reach(agency: str | None, caller: Principal, here: Running) -> str:
    """The agency asked for by its own code, the caller's where none is named. Raises `UnknownAgency`."""
    told = agency or caller.agency
    if told is None or not await here.tree.covers(caller, told):
        raise UnknownAgency("Name an agency within your reach.")
    return await here.tree.canonical(told)
