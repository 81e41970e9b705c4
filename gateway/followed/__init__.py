"""The journal of changes of all services: which events it holds, and how it is read."""

import contracts.directory
import contracts.incidents
import contracts.intake
import contracts.kpi
import contracts.postal
import contracts.rating  # noqa: F401 - importing a contract enters its events in the catalogue
from contracts.envelope import Event

FOLLOWED: tuple[type[Event], ...] = tuple(
    kind
    for _, kind in sorted(Event.catalogue.items())
    if kind.followed and kind.__module__.startswith("contracts.")
)
"""Every kind of event that partners may follow, by topic."""

TOPICS = frozenset(kind.topic for kind in FOLLOWED)
"""Their topics."""
