"""What is known of one dossier, how it absorbs what happened, and what it adds to the figures."""

from services.kpi.facts.absorbing import absorb, dossier_of
from services.kpi.facts.fact import Fact, day_of
from services.kpi.facts.measures import (
    MEASURES,
    OPEN_MEASURES,
    PROCEDURE_MEASURES,
    YOUNG,
    Contributions,
    Told,
    contributions,
    dated,
    delta,
    duration_contributions,
    lengths,
    procedure_contributions,
)

__all__ = [
    "MEASURES",
    "OPEN_MEASURES",
    "PROCEDURE_MEASURES",
    "YOUNG",
    "Contributions",
    "Fact",
    "Told",
    "absorb",
    "contributions",
    "dated",
    "day_of",
    "delta",
    "dossier_of",
    "duration_contributions",
    "lengths",
    "procedure_contributions",
]
