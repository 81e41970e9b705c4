"""What kpi's worker does by itself: every night the cells are checked against the facts."""

import logging
from datetime import datetime, time, timedelta

from chassis import telemetry
from chassis.running import Running
from chassis.service import Job
from contracts.vocabulary import VIETNAM
from services.kpi import commands

log = logging.getLogger("motcua.kpi")

LOOK_SECONDS = 900.0
NIGHT = time(1, 30)
"""From when on, in Vietnam, the check of a night is due."""


def due_since(now: datetime) -> datetime:
    """When the last nightly check was due.

    >>> due_since(datetime(2020, 3, 10, 1, 0, tzinfo=VIETNAM)).isoformat()
    '2020-03-09T01:30:00+07:00'
    """
    here = now.astimezone(VIETNAM)
    tonight = datetime.combine(here.date(), NIGHT, VIETNAM)
    return tonight if tonight <= here else tonight - timedelta(days=1)


async def check_figures(kpi: Running) -> None:
    """Check every cell against the facts once a night (kiểm tra số liệu hằng đêm).

    What differs is told by a metric, by a line of the log and beside every figure, and is corrected by
    nobody but an operator: figures never change silently.
    """
    checked = await kpi.do(commands.checked_at)
    if checked is not None and checked >= due_since(kpi.database.now()):
        return
    found = await commands.check(kpi.database)
    telemetry.FIGURES_DIFFERING.set(found.cells)
    if found.differing:
        log.error("cells differ from the facts", extra={"service": "kpi", "count": found.cells})


JOBS = (Job(name="check-figures", every=lambda _: LOOK_SECONDS, run=check_figures),)
