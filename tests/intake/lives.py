"""Lives of dossiers for the clock's tests, told in local times of Vietnam."""

from datetime import datetime, timedelta

from contracts.intake import Stage, TimeLimit
from contracts.vocabulary import VIETNAM, Channel, DossierStatus, TimeUnit
from services.intake.clock import Office, standard_calendar
from services.intake.clock.on_time import Judged, judgements
from services.intake.commands.position import Standing, stand
from services.intake.domain import Filed, Step, step_key

OFFICE = Office(standard_calendar())
THREE_DAYS = TimeLimit(amount=3, unit=TimeUnit.WORKING_DAY)


def at(told: str) -> datetime:
    """`2025-07-07` is nine in the morning, `2025-07-07 15:30` says so itself."""
    day, _, clock = told.partition(" ")
    return datetime.fromisoformat(f"{day}T{clock or '09:00'}:00").replace(tzinfo=VIETNAM)


def step(status: str, when: str, due: str | None = None, **told) -> Step:
    word, moment = DossierStatus(status), at(when)
    due_at = at(due) if due else None
    key = step_key(word, moment, due_at=due_at, **told)
    return Step(word, moment, due_at, key, recorded_at=moment, **told)


def filed(received: str | None = None, submitted: str | None = None, **told) -> Filed:
    received_at = at(received) if received else None
    submitted_at = at(submitted) if submitted else None
    begun = received_at or submitted_at
    told = {"agency": "A", "competent_agency": "A", "filed_at": begun} | told
    return Filed(submitted_at=submitted_at, received_at=received_at, **told)


def life(filing: Filed, *steps: Step, limit: TimeLimit | None = THREE_DAYS, office=OFFICE):
    return stand(list(steps), filing, limit, lambda _: office)


def online(submitted: str, received: str | None = None, **told) -> Filed:
    return filed(received, submitted, channel=Channel.ONLINE, **told)


def stage(id: str, days: int, *after: str) -> Stage:
    limit = TimeLimit(amount=days, unit=TimeUnit.WORKING_DAY)
    return Stage(id=id, agency=id.upper(), time_limit=limit, after=list(after))


def breaches(standing: Standing) -> list[str]:
    return [str(one.breach) for one in standing.violations]


def on_time(standing: Standing, as_of: str = "2030-01-01") -> dict[str, str]:
    judged = Judged(standing.position, standing.case.reading, standing.case.office, at(as_of))
    return {str(one.definition): str(one.timeliness) for one in judgements(judged)}


def hours(count: int) -> timedelta:
    return timedelta(hours=count)
