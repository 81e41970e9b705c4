"""What intake does by itself: look for dossiers of which something is to be told by now."""

from chassis.running import Running
from services.intake.commands.watching import tell_what_is_due

BATCH = 500
"""Dossiers told of in one commit."""


async def sweep(running: Running) -> None:
    """Tell everything that is to be told by now, exactly once, in batches by the index of moments."""
    while await running.do(tell_what_is_due, BATCH):
        pass
