"""What citizens said of the dossiers of one officer: for the head of the unit alone, by quarter."""

from typing import Annotated

from pydantic import StringConstraints

from contracts.rating.summary import DefinitionOfSatisfaction, ScoreView
from contracts.vocabulary import FigureState
from contracts.wire import Code, Day, Instant, View, Wire

Quarter = Annotated[str, StringConstraints(pattern=r"^20[0-9]{2}-Q[1-4]$")]
"""A calendar quarter in Vietnam, e.g. ``2026-Q1``."""


class OfficerNamed(Wire):
    """Who handled a dossier (cán bộ xử lý), before it is rated."""

    officer: Code
    """Any word of yours for the officer, the same for all dossiers; only a digest of it is kept."""


class OfficerPseudonym(View):
    """What the officer is called in results."""

    officer: str
    """A digest of your word, different in every agency; nobody but you can tell whom it means."""


class OfficerRow(View):
    """What was said of the dossiers of one officer."""

    officer: str | None
    """None: dossiers of which no officer was named."""
    state: FigureState
    """``suppressed``: too few ratings, or a hidden row could be worked out."""
    ratings: int | None
    satisfaction: ScoreView | None


class OfficerResults(View):
    """Results of an agency by officer in a quarter that is over for good (kết quả theo cán bộ)."""

    agency: str
    quarter: Quarter
    period_from: Day
    period_to: Day
    """Exclusive."""
    definition: DefinitionOfSatisfaction
    minimum: int
    """Fewer ratings than this are not shown."""
    rows: list[OfficerRow]
    as_of: Instant
