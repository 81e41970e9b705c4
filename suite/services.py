"""Which services there are, and who hears what."""

from chassis.bus import Topology
from chassis.service import Service
from gateway import service as gateway
from services.intake import service as intake
from services.kpi import service as kpi
from services.postal import service as postal
from services.rating import service as rating

SERVICES: dict[str, Service] = {s.name: s for s in (intake, rating, postal, kpi, gateway)}
"""Every service by its name; the gateway is the public one."""

BEHIND = tuple(name for name in SERVICES if name != gateway.name)
"""The services behind the gateway."""


def topology() -> Topology:
    """Who hears what: every process of a suite must know all of it."""
    return Topology({name: service.on.topics for name, service in SERVICES.items()})
