"""Who told anything in a period, and how fresh what was heard is."""

from datetime import timedelta

from chassis.database import UnitOfWork
from chassis.running import Running
from services.kpi import queries
from services.kpi.asking import units_of
from services.kpi.domain import cut
from services.kpi.exploring import queries as cells
from services.kpi.exploring.views import HeardOf
from services.kpi.indicators.needs import Need
from services.kpi.views import Asked


async def heard_of(asked: Asked, here: Running, uow: UnitOfWork) -> HeardOf:
    """Agencies with nobody below them, and those above that told something themselves."""
    units = await units_of(asked, here, uow)
    parts = cut(asked.period)
    told: set[str] = set()
    if parts.whole is not None:
        told |= await cells.told_something(units, parts.whole, uow)
    for edge in parts.edges:
        counted = await queries.measure(asked.agency, units, edge, frozenset[Need](), uow)
        told |= {agency for (agency, _), amounts in counted.cells().items() if amounts}
    last = min(asked.period.end - timedelta(days=1), asked.today)
    there = [row.code for row in await queries.directory(units, last, uow) if not row.gone]
    listed = {*there} | told
    above = set()
    for code in listed:
        above |= set((await here.tree.lineage(code))[1:])
    wanted = {code for code in listed if code not in above or code in told}
    return HeardOf(
        units=sorted(wanted),
        silent=sorted(wanted - told),
        days=await cells.last_days(units, uow),
        heard_at=await cells.last_heard(uow),
        newest=await cells.newest(uow),
    )
