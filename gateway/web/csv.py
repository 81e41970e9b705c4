"""The board as a file for a spreadsheet: the same figures, and nothing a spreadsheet would execute."""

import csv
import io
from enum import StrEnum

from contracts.kpi import Scoreboard, ScoreboardTarget
from contracts.spreadsheets import BYTE_ORDER_MARK, safe_cell
from gateway.web.wording import VIETNAMESE, wording

COLUMNS = (
    "plan",
    "agency",
    "period_from",
    "period_to",
    "as_of",
    "id",
    "title",
    "title_en",
    "kind",
    "count",
    "among",
    "value",
    "operator",
    "target",
    "shown",
    "state",
    "provisional",
    "verdict",
    "verdict_vi",
    "source",
    "note",
)
"""One row per target; the first five say which board it is, so that a row stands alone."""


def scoreboard_csv(scoreboard: Scoreboard) -> str:
    """A scoreboard as CSV (RFC 4180, every cell quoted, with a byte order mark)."""
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    writer.writerows(_row(scoreboard, target) for target in scoreboard.targets)
    return BYTE_ORDER_MARK + written.getvalue()


def _row(scoreboard: Scoreboard, target: ScoreboardTarget) -> list[str]:
    words = wording("board", VIETNAMESE)
    cells: dict[str, object] = {
        "plan": scoreboard.plan,
        "agency": scoreboard.agency,
        "period_from": scoreboard.period_from.isoformat(),
        "period_to": scoreboard.period_to.isoformat(),
        "as_of": scoreboard.as_of.isoformat(),
        "verdict_vi": words[f"verdict_{target.verdict}"],
        **scoreboard_row(target),
    }
    return [safe_cell(_plain(cells[column])) for column in COLUMNS]


def scoreboard_row(target: ScoreboardTarget) -> dict[str, object]:
    """What a target tells, by name."""
    return dict(target)


def _plain(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.value if isinstance(value, StrEnum) else value
