"""The job that ends invitations nobody answered, so that participation is told honestly."""

from chassis.running import Running
from services.rating.commands import AT_ONCE, end_unanswered

END_SECONDS = 300.0
"""Between two looks; a link that is over takes nothing meanwhile."""


async def end_invitations(running: Running) -> None:
    """End every invitation whose time is over, some at a time."""
    while await running.do(end_unanswered) == AT_ONCE:
        pass
