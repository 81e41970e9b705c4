"""What an operator is shown of accounts with carriers at the command line."""

from __future__ import annotations

from typing import Any

from chassis.settings import Settings
from services.postal.accounts import AccountState, states
from suite.tasks import at_hand


async def accounts(settings: Settings) -> list[dict[str, Any]]:
    """Every account: whose it is, what it lacks for what, and how old its news are; no secrets."""
    async with at_hand(settings, "postal") as (postal,):
        return [_shown(one) for one in await postal.do(states)]


def _shown(state: AccountState) -> dict[str, Any]:
    return {
        "interface": state.interface,
        "account": state.account,
        "agency": state.agency,
        "lacks": {purpose: list(missing) for purpose, missing in state.lacks.items()},
        "feeds": [
            {
                "feed": feed.feed,
                "asked_at": feed.asked_at.isoformat() if feed.asked_at else None,
                "heard_at": feed.heard_at.isoformat() if feed.heard_at else None,
                "age_seconds": feed.age_seconds,
                "attempts": feed.attempts,
                "problem": feed.problem,
            }
            for feed in state.feeds
        ],
    }
