"""Where a dossier stands after a change, and what is promised and announced of it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.intake import (
    DossierFiled,
    DossierProgressed,
    DossierReturned,
    Stage,
    TimeLimit,
)
from contracts.vocabulary import VIETNAM, Breach, DossierStatus, PauseKind, TimeUnit
from services.intake import domain, queries
from services.intake.catalogue import Catalogue
from services.intake.clock.breaches import Case, Violation, violations
from services.intake.clock.hours import vietnam_day
from services.intake.clock.on_time import settled_at
from services.intake.clock.reading import OfficeKnown, read
from services.intake.clock.spent import agency_days, requests
from services.intake.clock.stages import last_due, read_stages
from services.intake.commands.watching import watch
from services.intake.domain.personal import closed_on
from services.intake.domain.post import (
    LegFacts,
    at_the_counter,
    custody_at,
    location,
    results,
)
from services.intake.tables import Dossier, Step


@dataclass(frozen=True)
class Standing:
    """A dossier folded from everything that is known of it: its case, position and violations."""

    case: Case
    position: domain.Position
    violations: list[Violation]


async def reposition(dossier: Dossier, steps: Collection[Step], uow: UnitOfWork) -> None:
    """Fold the position anew from everything that is known, and tell what changed."""
    returned_before = dossier.returned_at
    judge_receivers(dossier, uow)
    offices = await running_of(uow).own(Catalogue).offices()
    stands = standing(dossier, steps, offices)
    dossier.change(**kept(stands))
    _note_the_counter(dossier, stands)
    left = standing_rows(steps)
    dossier.change(closed_on=closed_on(dossier.status, left, dossier.received_at))
    place = (dossier.status, dossier.done_at, dossier.returned_at)
    dossier.change(result_location=location(*place, legs_of(dossier)))
    await watch(dossier, uow)
    dossier.revision += 1
    uow.record(_progressed(dossier, stands), subject=dossier.code, agency=dossier.agency)
    if returned_before is None and dossier.returned_at is not None:
        by_post = any(leg.confirmed_at == dossier.returned_at for leg in results(legs_of(dossier)))
        returned = DossierReturned.model_validate(dossier.__dict__ | {"by_post": by_post})
        uow.record(returned, subject=dossier.code, agency=dossier.agency)


def judge_receivers(dossier: Dossier, uow: UnitOfWork) -> None:
    """Note of each leg whether who took the result is whom the procedure allows."""
    if not dossier.legs:
        return
    settings = running_of(uow).settings
    words = domain.Words.of(settings.receiver_self_words, settings.receiver_authorised_words)
    legs = domain.judged(legs_of(dossier), dossier.recipient_rule, words)
    dossier.change(legs=[one.kept() for one in legs])


def _note_the_counter(dossier: Dossier, stands: Standing) -> None:
    """Note of each leg that brings papers what the counter asked for and answered."""
    if not dossier.legs:
        return
    asked = [p for p in stands.case.reading.pauses if p.kind is PauseKind.SUPPLEMENT]
    requests = [(pause.since, pause.until) for pause in asked]
    legs = at_the_counter(legs_of(dossier), stands.position.received_at, requests)
    dossier.change(legs=[one.kept() for one in legs])


def legs_of(dossier: Dossier) -> list[LegFacts]:
    """What the post said of a dossier's items, by leg and attempt."""
    return [domain.leg_of(one) for one in dossier.legs]


async def standing_of(dossier: Dossier, uow: UnitOfWork) -> Standing:
    """Where a dossier stands, read from its steps."""
    offices = await running_of(uow).own(Catalogue).offices()
    return standing(dossier, await queries.steps_of(dossier.code, uow), offices)


def standing(dossier: Dossier, steps: Iterable[Step], offices: OfficeKnown) -> Standing:
    """Where a dossier stands, by its filing and its steps."""
    told = [
        domain.Step(
            s.status, s.occurred_at, s.due_at, s.key, s.agency, s.stage, recorded_at=s.recorded_at
        )
        for s in standing_rows(steps)
    ]
    return stand(told, filed_of(dossier), pinned_limit(dossier), offices, _others(dossier))


def stand(
    steps: Sequence[domain.Step],
    filed: domain.Filed,
    limit: TimeLimit | None,
    offices: OfficeKnown,
    others: Sequence[Violation] = (),
) -> Standing:
    """Where a dossier stands: a function of the set of its steps, its filing and how the office counts."""
    passages = domain.walk(steps, filed)
    place = domain.position(passages, domain.in_order(steps), filed)
    reading = read(passages, filed, limit, offices)
    office = offices(reading.runs[-1].known_at if reading.runs else filed.filed_at)
    stages = read_stages(passages, filed, reading, office) if filed.stages else []
    if limit is None and reading.due_at is None and (last := last_due(stages)) is not None:
        # Without a limit of the procedure the dossier is due with its last stage.
        reading = replace(reading, due_at=last, statistical_due_at=last)
    case = Case(passages, filed, reading, stages, office)
    return Standing(case, place, violations(case, others))


def kept(standing: Standing) -> dict[str, Any]:
    """The columns of a dossier that tell where it stands."""
    reading, place = standing.case.reading, standing.position
    due_at = reading.due_at
    waiting = reading.waiting
    return {
        "status": place.status,
        "received_at": place.received_at,
        "done_at": place.done_at,
        "returned_at": place.returned_at,
        "ended_at": place.ended_at,
        "holder": place.holder,
        "rule_set": reading.rules.name,
        "calendar": standing.case.office.calendar.edition,
        "starts_on": reading.runs[-1].due.starts_on if reading.runs else None,
        "due_at": due_at,
        "due_on": vietnam_day(due_at) if due_at else None,
        "statistical_due_at": reading.statistical_due_at or due_at,
        "paused_since": waiting.since if waiting else None,
        "supplements": reading.supplements,
        "reappointments": reading.reappointments,
        "violations": [_violation_kept(one) for one in standing.violations],
    }


def filed_of(dossier: Dossier) -> domain.Filed:
    """What the filing of a dossier said, as the domain reads it."""
    return domain.Filed(
        submitted_at=dossier.submitted_at,
        received_at=dossier.filed_received_at,
        filed_at=dossier.pinned_at or dossier.filed_at,
        channel=dossier.channel,
        return_mode=dossier.return_mode,
        agency=dossier.agency,
        competent_agency=dossier.competent_agency,
        same_day=dossier.same_day,
        national_portal=dossier.flags.get("national_portal"),
        stages=tuple(Stage.model_validate(stage) for stage in dossier.stages),
        handed_over_at=custody_at(legs_of(dossier)),
    )


def standing_rows(steps: Iterable[Step]) -> list[Step]:
    """The rows that stand: without those that were withdrawn, and those that say so."""
    told = list(steps)
    withdrawn = {step.withdraws for step in told if step.withdraws}
    return [step for step in told if not step.withdraws and step.key not in withdrawn]


def pinned_limit(dossier: Dossier) -> TimeLimit | None:
    """The limit of the procedure's version a dossier was filed under."""
    if dossier.limit_amount is None or dossier.limit_unit is None:
        return None
    return TimeLimit(amount=dossier.limit_amount, unit=TimeUnit(dossier.limit_unit))


_COUNTED = {"flags", "online_service"}
_FILED = tuple(DossierFiled.model_fields.keys() - {"due_unit", "breaches"} - _COUNTED)


def told_of_filing(dossier: Dossier, counted: Mapping[str, Any]) -> DossierFiled:
    """What is announced of a new dossier, and of what national scores count."""
    # Everything in the row passed the contract or the domain: it is not checked again.
    inside = dossier.__dict__
    told = {name: inside[name] for name in _FILED}
    return DossierFiled.model_construct(
        **told, **counted, due_unit=inside["limit_unit"], breaches=_breaches(dossier)
    )


def _progressed(dossier: Dossier, stands: Standing) -> DossierProgressed:
    told = {"due_unit": dossier.limit_unit, "breaches": _breaches(dossier)}
    return DossierProgressed.model_validate(dossier.__dict__ | told | clocked(stands))


def clocked(stands: Standing) -> dict[str, Any]:
    """What is announced of a dossier's clock besides its columns."""
    reading = stands.case.reading
    settled, asked = settled_at(stands.position, reading), requests(reading)
    return {
        "settled_at": settled,
        "supplement_requested_at": asked[0].since if asked else None,
        "supplement_waited_until": asked[0].until if asked else None,
        "supplement_again_at": asked[1].since if len(asked) > 1 else None,
        "agency_days": agency_days(reading, settled, stands.case.office),
    }


def _breaches(dossier: Dossier) -> list[Breach]:
    return [Breach(violation["breach"]) for violation in dossier.violations]


def _others(dossier: Dossier) -> list[Violation]:
    """Violations that the steps do not show."""
    found = [
        Violation(Breach.CODE_REISSUED, datetime.fromisoformat(one["at"]))
        for one in dossier.reissues
    ]
    found += [
        Violation(Breach.RECIPIENT_RULE, leg.confirmed_at)
        for leg in legs_of(dossier)
        if leg.misreceived and leg.confirmed_at is not None
    ]
    if not dossier.agency_valid:
        at = dossier.filed_received_at or dossier.submitted_at or dossier.filed_at
        found.append(Violation(Breach.AGENCY_NOT_VALID, at))
    return found


def _violation_kept(violation: Violation) -> dict[str, Any]:
    told = {
        "breach": violation.breach.value,
        "occurred_at": _written(violation.occurred_at),
        "before": violation.before,
        "after": violation.after,
        "allowed_until": violation.allowed_until and _written(violation.allowed_until),
        "allowed_on": violation.allowed_on and violation.allowed_on.isoformat(),
    }
    return {name: value for name, value in told.items() if value is not None}


def _written(instant: datetime) -> str:
    return instant.astimezone(VIETNAM).isoformat()


def violation_of(kept: dict[str, Any]) -> Violation:
    """A violation as it was kept."""
    until, on = kept.get("allowed_until"), kept.get("allowed_on")
    return Violation(
        Breach(kept["breach"]),
        datetime.fromisoformat(kept["occurred_at"]),
        DossierStatus(kept["before"]) if "before" in kept else None,
        DossierStatus(kept["after"]) if "after" in kept else None,
        allowed_until=datetime.fromisoformat(until) if until else None,
        allowed_on=datetime.fromisoformat(on).date() if on else None,
    )
