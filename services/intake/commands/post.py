"""What the news of the post and of its incidents change of a dossier."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

from chassis.database import ITSELF, UnitOfWork
from chassis.running import running_of
from contracts.envelope import Event
from contracts.incidents import IncidentClosed, IncidentOpened
from contracts.intake import DossierMisreceived, DossierResultBack, DossierResultHeld
from contracts.vocabulary import DossierStatus, IncidentState
from services.intake import domain, queries
from services.intake.clock.hours import vietnam_day
from services.intake.commands.position import legs_of, reposition
from services.intake.domain.post import LegFacts, hear, results
from services.intake.tables import Dossier, Step

POST = "motcua:post"
"""Who recorded a step that the post's confirmed delivery made; no client has a colon in its name."""


async def hear_post(events: Sequence[Event], uow: UnitOfWork) -> None:
    """Let dossiers hear the post: one read for all of a batch, and one fold for each dossier it is about.

    A confirmed delivery of the result adds a row of progress (`returned`) whose source is the post. When it
    is contested or corrected a further row withdraws that one: rows are only ever added.
    """
    told: dict[str, list[Event]] = {}
    for event in events:
        told.setdefault(str(getattr(event, "dossier", "")), []).append(event)
    dossiers = await uow.get_many(Dossier, [(code,) for code in told])
    for code, theirs in told.items():
        dossier = dossiers.get((code,))
        if dossier is not None:
            await _hear(dossier, theirs, uow)


async def _hear(dossier: Dossier, events: Sequence[Event], uow: UnitOfWork) -> None:
    legs, incidents = tuple(legs_of(dossier)), list(dossier.incidents)
    for event in events:
        if isinstance(event, IncidentOpened | IncidentClosed):
            incidents = _with(incidents, event)
        else:
            legs = hear(legs, event)
    if legs == tuple(legs_of(dossier)) and incidents == dossier.incidents:
        return
    dossier.change(legs=[one.kept() for one in legs], incidents=incidents)
    steps = {step.key: step for step in await queries.steps_of(dossier.code, uow)}
    for row in _rows(dossier, legs, steps, uow):
        steps[row.key] = row
        uow.add(row)
    await reposition(dossier, steps.values(), uow)
    _tell(dossier, uow)


def _with(
    incidents: Iterable[Mapping[str, Any]], event: IncidentOpened | IncidentClosed
) -> list[dict[str, Any]]:
    """The incidents after hearing of one; that it was closed is final, whichever news comes first."""
    found = {one["id"]: dict(one) for one in incidents}
    closed = isinstance(event, IncidentClosed)
    if closed or event.incident not in found:
        found[event.incident] = {
            "id": event.incident,
            "leg": event.leg.value,
            "attempt": event.attempt,
            "kind": event.kind.value,
            "state": (IncidentState.CLOSED if closed else IncidentState.OPEN).value,
            "opened_at": event.opened_at.isoformat(),
        }
    return sorted(found.values(), key=lambda one: (one["opened_at"], one["id"]))


def _rows(
    dossier: Dossier, legs: Iterable[LegFacts], steps: Mapping[str, Step], uow: UnitOfWork
) -> list[Step]:
    """The rows to add, so that of the post's rows exactly those stand that it vouches for now."""
    withdrawn = {step.withdraws for step in steps.values() if step.withdraws}
    wanted: dict[str, datetime] = {}
    for leg in results(legs):
        if leg.confirmed_at is not None:
            again = 0
            while (key := _key(leg, leg.confirmed_at, again)) in withdrawn:
                again += 1
            wanted[key] = leg.confirmed_at
    standing = {
        step.key
        for step in steps.values()
        if step.recorded_by == POST and not step.withdraws and step.key not in withdrawn
    }
    gone = [
        _row(dossier, _digest("withdraws", key), domain.UNMAPPED, uow.now, uow, withdraws=key)
        for key in sorted(standing - wanted.keys())
    ]
    new = [
        _row(dossier, key, domain.RETURNED, at, uow)
        for key, at in wanted.items()
        if key not in standing
    ]
    return [*gone, *new]


def _row(
    dossier: Dossier,
    key: str,
    status: DossierStatus,
    occurred_at: datetime,
    uow: UnitOfWork,
    *,
    withdraws: str | None = None,
) -> Step:
    return Step.of(
        dossier=dossier.code,
        key=key,
        status=status,
        occurred_at=occurred_at,
        recorded_at=uow.now,
        recorded_by=POST,
        withdraws=withdraws,
    )


def _key(leg: LegFacts, at: datetime, again: int) -> str:
    return _digest("returned", leg.leg.value, leg.attempt, at.timestamp(), again)


def _digest(*content: object) -> str:
    return sha256(json.dumps(["post", *content]).encode()).hexdigest()[:32]


def _tell(dossier: Dossier, uow: UnitOfWork) -> None:
    """Tell what somebody has to act on: a result held or back, a delivery against the procedure's rule.

    Each once for what it is about; a further attempt takes the place of those before.
    """
    legs = legs_of(dossier)
    for leg in legs:
        if leg.misreceived and leg.confirmed_at is not None:
            told = {"rule": dossier.recipient_rule, "delivered_at": leg.confirmed_at}
            misreceived = DossierMisreceived.model_validate(
                dossier.__dict__ | {"leg": leg.leg, "shipment": leg.shipment} | _about(leg) | told
            )
            _once(dossier, f"misreceived {leg.attempt}", misreceived, uow)
    attempts = results(legs)
    if not attempts:
        return
    last = attempts[-1]
    if last.held_since is not None:
        held = dossier.__dict__ | _about(last) | {"held_since": last.held_since}
        mark = f"result_held {last.attempt} {last.held_since.astimezone(UTC).isoformat()}"
        _once(dossier, mark, DossierResultHeld.model_validate(held), uow)
    if last.back_at is not None:
        archived = archive_on(last.back_at, running_of(uow).settings.result_archive_days)
        back = dossier.__dict__ | _about(last) | {"back_at": last.back_at, "archive_on": archived}
        _once(dossier, f"result_back {last.attempt}", DossierResultBack.model_validate(back), uow)


def archive_on(back_at: datetime, days: int) -> date | None:
    """The day a result that came back is archived; none without a rule."""
    return vietnam_day(back_at) + timedelta(days=days) if days else None


def _about(leg: LegFacts) -> dict[str, Any]:
    return {"attempt": leg.attempt}


def _once(dossier: Dossier, mark: str, event: Event, uow: UnitOfWork) -> None:
    if mark not in dossier.told:
        dossier.told = [*dossier.told, mark]
        uow.record(event, subject=dossier.code, agency=dossier.agency, by=ITSELF)
