"""The badge of a target, or of a plan's score: a small picture for portals, with its numbers in words."""

from __future__ import annotations

from typing import Final

from contracts.kpi import Scoreboard, ScoreboardTarget
from gateway.web.board import board_row
from gateway.web.layout import PAGES
from gateway.web.wording import last_day, wording

LONGEST: Final = 36
"""Characters of the second line that fit; the whole of it is in the picture's words."""


def plan_badge(board: Scoreboard, target: ScoreboardTarget | None, language: str) -> str:
    """The picture as SVG: the figure and its verdict, or so many targets met of so many."""
    t = wording("board", language)
    if target is None:
        top = t["score"].format(met=board.met, due=board.due)
        below = board.title
        verdict = reach = goal = None
    else:
        row = board_row(target, language)
        state = "no_data" if target.state == "ok" else target.state
        said = t[f"verdict_{target.verdict}"]
        top = f"{row.figure} · {said}" if row.figure else t[f"state_{state}"]
        below, verdict = row.title, target.verdict
        reach = row.bar.reach if row.bar else None
        goal = row.bar.goal if row.bar else None
        if target.shown:
            below = f"{target.shown}: {below}"
    whose = board.agency_name or board.agency
    return PAGES.environment.get_template("board_badge.svg").render(
        language=language,
        title=f"{whose}: {top}",
        described=f"{below}. {t['badge_until'].format(last=last_day(board.period_to))}",
        top=top,
        below=below if len(below) <= LONGEST else f"{below[: LONGEST - 1].rstrip()}…",
        verdict=verdict,
        reach=reach,
        goal=goal,
    )
