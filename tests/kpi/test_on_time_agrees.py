"""The same dossier is on time or late by every definition, in its own clock and in the figures."""

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.intake import DossierProgressed, TimeLimit
from contracts.vocabulary import VIETNAM, DossierStatus, TimeUnit
from services.intake.clock.on_time import Judged, judgements
from services.intake.commands.position import clocked, kept
from services.intake.domain import Step
from services.kpi import facts
from services.kpi.facts.timeliness import overdue_by_ot_c, overdue_by_ot_d
from tests.intake.lives import filed as filing
from tests.intake.lives import life
from tests.kpi.worlds import filed

FIRST = datetime(2025, 7, 1, tzinfo=VIETNAM)
AS_OF = datetime(2025, 9, 15, 12, tzinfo=VIETNAM)
moments = st.integers(0, 24 * 40).map(lambda hours: FIRST + timedelta(hours=hours))
statuses = st.sampled_from([one for one in DossierStatus if one is not DossierStatus.UNMAPPED])
limits = st.builds(
    TimeLimit,
    amount=st.integers(0, 12),
    unit=st.sampled_from([TimeUnit.WORKING_DAY, TimeUnit.CALENDAR_DAY, TimeUnit.WORKING_HOUR]),
)
steps = st.builds(
    lambda status, at, due: Step(status, at, due, f"{status}{at}{due}", recorded_at=at),
    statuses,
    moments,
    st.none() | moments,
)
SETTLED = {"early": True, "on_time": True, "late": False}
OPEN = {"within": False, "overdue": True, "on_time": False, "late": True}


def measured(standing, limit) -> facts.Fact:
    told = kept(standing) | clocked(standing) | {"due_unit": limit and limit.unit}
    event = DossierProgressed.model_validate({"code": "d1", "revision": 2} | told)
    return facts.absorb(facts.absorb(facts.Fact("d1"), filed()), event)


@settings(max_examples=600, deadline=None)
@given(st.none() | moments, st.lists(steps, max_size=6), limits)
def test_a_settled_dossier_is_judged_alike_by_every_definition(received, rows, limit):
    told_of = filing(received and f"{received:%Y-%m-%d %H:%M}", "2025-06-30")
    standing = life(told_of, *rows, limit=limit)
    fact = measured(standing, limit)
    told = {name for _, name in facts.dated(fact)}
    judged = Judged(standing.position, standing.case.reading, standing.case.office, AS_OF)
    for one in judgements(judged):
        mark, said = str(one.definition)[-1].lower(), SETTLED.get(str(one.timeliness))
        if mark == "d" and judged.impossible:
            # The balance of form 07a needs it, and a slip of a date was not in time.
            assert {"settled_d", "late_d"} <= told or fact.received_at is None
        elif fact.left_at is not None or (mark == "b" and fact.time_ended_at):
            assert (f"settled_{mark}" in told) == (said is not None)
            assert (f"on_time_{mark}" in told) == (said is True)
            if mark == "d":
                assert ("early_d" in told) == (str(one.timeliness) == "early")
        elif standing.case.reading.runs and mark in "cd" and fact.received_at is not None:
            over = {"c": overdue_by_ot_c, "d": overdue_by_ot_d}[mark](fact, AS_OF)
            assert over == OPEN[str(one.timeliness)]
