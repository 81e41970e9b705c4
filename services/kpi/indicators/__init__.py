"""The reform indicators (chỉ tiêu cải cách hành chính) as data, format ``kpi/1``, and their evaluator.

``definitions.yaml`` says what each figure counts, ``plans.yaml`` which plan asks for it. The format is
declarative: no expressions, so a figure can be told in words, checked before it runs, and led back to
its dossiers. A figure's ``value`` is one of:

- ``ratio: {of, among, fields?}``: measures summed over the agencies asked for;
- ``units: {of, among, each: field, test}``: the agencies in every one of whose fields the ratio passes
  the test, among those with anything to count;
- ``procedures: {where?, holds}``: the procedures of the catalogue that hold something, among those
  that meet a condition, also the ones without a single dossier;
- ``reported: true``: a figure that is not counted from events; until it is handed in there is no data.
"""

from services.kpi.indicators.definitions import (
    INDICATORS,
    PLANS,
    Indicator,
    Plan,
    PlanTarget,
    Test,
)
from services.kpi.indicators.evaluation import Measures, ProcedureRow, evaluate

__all__ = [
    "INDICATORS",
    "PLANS",
    "Indicator",
    "Measures",
    "Plan",
    "PlanTarget",
    "ProcedureRow",
    "Test",
    "evaluate",
]
