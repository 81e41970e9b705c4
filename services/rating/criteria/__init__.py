"""Criteria of quality that are reckoned from a dossier and from what its citizen answered (TT 01/2018)."""

from services.rating.criteria.counting import (
    FROM_ANSWERS,
    UNIT_LEVEL,
    Alike,
    Tally,
    answered,
    tally,
)
from services.rating.criteria.points import (
    OneStop,
    OnlineService,
    Petitions,
    attitude_points,
    one_stop_points,
    online_points,
    petition_points,
    stage_points,
    time_points,
)
from services.rating.criteria.standard import Standard, standard

__all__ = [
    "FROM_ANSWERS",
    "UNIT_LEVEL",
    "Alike",
    "OneStop",
    "OnlineService",
    "Petitions",
    "Standard",
    "Tally",
    "answered",
    "attitude_points",
    "one_stop_points",
    "online_points",
    "petition_points",
    "stage_points",
    "standard",
    "tally",
    "time_points",
]
