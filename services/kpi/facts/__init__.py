"""What is known of one dossier, how it absorbs what happened, and what it adds to the figures."""

from services.kpi.facts.absorbing import absorb, changed_by, dossier_of
from services.kpi.facts.fact import Fact, day_of
from services.kpi.facts.keeping import FIELDS, columns_of, fact_of, values_of
from services.kpi.facts.measures import (
    MEASURES,
    OPEN_MEASURES,
    PROCEDURE_MEASURES,
    YOUNG,
    dated,
    lengths,
)
from services.kpi.facts.tally import Sums, Tally

__all__ = [
    "FIELDS",
    "MEASURES",
    "OPEN_MEASURES",
    "PROCEDURE_MEASURES",
    "YOUNG",
    "Fact",
    "Sums",
    "Tally",
    "absorb",
    "changed_by",
    "columns_of",
    "dated",
    "day_of",
    "dossier_of",
    "fact_of",
    "lengths",
    "values_of",
]
