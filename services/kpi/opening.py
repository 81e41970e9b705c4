"""What kpi reads when it starts: the definitions it counts by, those of the operator among them."""

from __future__ import annotations

import logging

from chassis.running import Running
from services.kpi.indicators import SHIPPED, Definitions
from services.kpi.indicators.folder import beside_shipped
from services.kpi.indicators.linter import findings

log = logging.getLogger("motcua.kpi")


async def open_definitions(here: Running) -> Definitions:
    """The definitions this installation counts by. Raises `DefinitionInvalid`, and then nothing starts."""
    folder = here.settings.definitions
    if folder is None:
        return SHIPPED
    made = beside_shipped(folder)
    for line in findings(made):
        log.warning("definitions: %s", line)
    return made


def definitions_of(here: Running) -> Definitions:
    """The definitions a service at work counts by."""
    return here.own(Definitions)
