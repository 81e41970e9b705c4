"""Waiting until the figures are still: ratings in, deliveries confirmed, two readings alike."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from contracts.vocabulary import FigureState
from suite.demo.replay import OK, Replay
from suite.demo.scoreboard import Board

PLANS = ("hcmc-2020", "hcmc-2017")
"""The plans whose scoreboards are read; the first is the main one."""

PAUSE = 0.7
"""Seconds between two readings that must be alike."""

RATINGS = "k37"
"""The indicator whose denominator is every rating."""

EVER = "from=2017-01-01&to=2199-01-01"
OWN_MOMENT = frozenset({"as_of"})
"""What differs between readings of the same figures."""


async def still_boards(
    replay: Replay,
    agency: str,
    *,
    plans: Sequence[str] = PLANS,
    seconds: float = 90.0,
) -> dict[str, Board]:
    """The scoreboards once nothing moves them any more, by plan.

    What is not in after that many seconds is told as a surprise of the replay's report; the boards are
    those of that moment. Raises `LookupError` when a plan has no scoreboard.
    """
    until = asyncio.get_running_loop().time() + seconds
    await replay.rate_the_rest(seconds=seconds)
    await _post_confirmed(replay, until)
    last: dict[str, Board] = {}
    while True:
        boards = {plan: await _board(replay, plan, agency) for plan in plans}
        alike = _figures(boards) == _figures(last)
        missing = await _missing_ratings(replay, agency) if alike else None
        if alike and not missing:
            return boards
        if asyncio.get_running_loop().time() > until:
            replay.report.surprise(missing or "the figures still moved when the waiting ended")
            return boards
        last = boards
        await asyncio.sleep(PAUSE)


async def _board(replay: Replay, plan: str, agency: str) -> Board:
    answer = await replay.api.get(f"/v1/plans/{plan}/scoreboard?agency={agency}", agency)
    board = answer.json()
    if answer.status != OK or not isinstance(board, dict):
        raise LookupError(f"no scoreboard of {plan}: {answer.status} {answer.problem}")
    return board


def _figures(boards: dict[str, Board]) -> dict[str, dict[str, Any]]:
    return {
        plan: {name: value for name, value in board.items() if name not in OWN_MOMENT}
        for plan, board in boards.items()
    }


async def _missing_ratings(replay: Replay, agency: str) -> str | None:
    path = f"/v1/indicators/{RATINGS}/value?agency={agency}&{EVER}"
    figure = (await replay.api.get(path, agency)).json()
    figure = figure if isinstance(figure, dict) else {}
    counted = figure.get("among") or 0
    # Of a handful of ratings nothing is shown, not even how many there are.
    if counted >= replay.report.rated or figure.get("state") == FigureState.SUPPRESSED:
        return None
    return f"{RATINGS} counts {counted} of {replay.report.rated} ratings"


async def _post_confirmed(replay: Replay, until: float) -> None:
    unsure = replay.shipped
    while unsure:
        found: set[tuple[str, str]] = set()

        async def look(dossier: str, agency: str, found: set[tuple[str, str]] = found) -> None:
            answer = await replay.api.get(f"/v1/dossiers/{dossier}/shipments", agency)
            told = answer.json() if answer.status == OK else {"items": [{"provisional": True}]}
            if any(item["provisional"] for item in told["items"]):
                found.add((dossier, agency))

        await replay.side_by_side(look(*one) for one in sorted(unsure))
        unsure = found
        if unsure and asyncio.get_running_loop().time() > until:
            replay.report.surprise(f"{len(unsure)} deliveries were never confirmed by the post")
            return
        if unsure:
            await asyncio.sleep(1)
