"""The reform indicators (chỉ tiêu cải cách hành chính) as data, format ``kpi/1``, and their evaluator.

The files in ``shipped`` say what each figure counts and which plan asks for it. The format is declarative:
no expressions, so a figure can be told in words, checked before it runs, and led back to its dossiers. A
figure's ``value`` is one of the nodes in ``nodes.py``:

- ``count``, ``ratio``: measures summed over the agencies asked for, of all fields or some;
- ``share``, ``tally``: agencies, fields or procedures that hold something, among all of them, also those
  without a single dossier; what holds may itself ask something of every field;
- ``lowest``: the ratio where it is lowest;
- ``reported``: what agencies or other systems report, once it is approved;
- ``difference``: one figure less another;
- ``whole``: several things asked for together; ``score``: points added up; ``plan_score``: targets met;
- ``reports``: reports received of those due; ``watched``: fields on the watch list.
"""

from services.kpi.indicators.definitions import Indicator, Plan, PlanTarget
from services.kpi.indicators.entities import AgencyRow, Measures, Owed, ProcedureRow
from services.kpi.indicators.faults import DefinitionInvalid
from services.kpi.indicators.library import INDICATORS, LIBRARY, PLANS, SHIPPED
from services.kpi.indicators.nodes import Test
from services.kpi.indicators.reading import PartRead, Read, Reader
from services.kpi.indicators.versions import Definitions, Library

__all__ = [
    "INDICATORS",
    "LIBRARY",
    "PLANS",
    "SHIPPED",
    "AgencyRow",
    "DefinitionInvalid",
    "Definitions",
    "Indicator",
    "Library",
    "Measures",
    "Owed",
    "PartRead",
    "Plan",
    "PlanTarget",
    "ProcedureRow",
    "Read",
    "Reader",
    "Test",
]
