"""What is done with the register of corrective actions: entered, changed, told when overdue."""

import hashlib
import secrets
from dataclasses import dataclass
from itertools import groupby

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.problems import Conflict, FieldError, NotFound
from contracts.rating import ActionChange, ActionEntry
from contracts.vocabulary import ActionState, AlertRule
from services.rating.acts import noted
from services.rating.alerts.raising import Alarm, raise_alert
from services.rating.cases.commands import expect_case
from services.rating.cases.office import day_of
from services.rating.corrective import queries
from services.rating.domain import redacted
from services.rating.lists import reached
from services.rating.tables import CorrectiveAction

BATCH = 200


class UnknownAction(NotFound):
    """No such corrective action is within your reach."""

    title_vi = "Không tìm thấy biện pháp khắc phục"


class ActionDropped(Conflict):
    """The corrective action was dropped, and stays as it is."""

    title_vi = "Biện pháp khắc phục đã dừng, không thay đổi được"


@dataclass(frozen=True)
class Entered:
    """An action, and whether it had been entered before."""

    action: CorrectiveAction
    repeated: bool


async def enter(told: ActionEntry, caller: Principal, uow: UnitOfWork) -> Entered:
    """Enter a corrective action; the same again is the one there is.

    Raises `UnknownAgency`, `UnknownCase`.
    """
    running = running_of(uow)
    await reached(told.agency, caller, running)
    agency = await running.tree.canonical(told.agency)
    content = told.model_copy(update={"agency": agency}).model_dump_json()
    natural_key = hashlib.sha256(content.encode()).hexdigest()
    known = await queries.entered(natural_key, uow)
    if known is not None:
        return Entered(known, repeated=True)
    for case in told.cases:
        await expect_case(case, caller, uow)
    action = CorrectiveAction.of(
        id=secrets.token_hex(16),
        agency=agency,
        period=told.period,
        plan=told.plan,
        criterion=told.criterion,
        share=[told.share.count, told.share.among] if told.share else None,
        cause=redacted(told.cause),
        measure=redacted(told.measure),
        deadline=told.deadline,
        state=ActionState.PLANNED,
        cases=list(told.cases),
        natural_key=natural_key,
        entered_on=day_of(uow.now),
    )
    uow.add(action)
    noted(uow, action.id, "action.enter", agency=agency, after=action.state)
    return Entered(action, repeated=False)


async def change(
    action_id: str, told: ActionChange, caller: Principal, uow: UnitOfWork
) -> CorrectiveAction:
    """Say what became of a corrective action; the same again changes nothing.

    Raises `UnknownAction`, `UnknownCase`, `ActionDropped`.
    """
    action = await expect_action(action_id, caller, uow)
    wanted = _wanted(told)
    changed = {name: value for name, value in wanted.items() if getattr(action, name) != value}
    if not changed:
        return action
    if action.state is ActionState.DROPPED:
        detail = "Enter a new one."
        error = FieldError(pointer="/state", code="settled", detail=detail)
        raise ActionDropped(detail, errors=[error])
    for case in told.cases or ():
        if case not in action.cases:
            await expect_case(case, caller, uow)
    before = action.state
    action.change(**changed, revision=action.revision + 1)
    if "deadline" in changed:
        action.overdue_told_at = None
    note = "; ".join(sorted(changed) + ([told.note] if told.note else []))
    states = {"before": before, "after": action.state}
    noted(uow, action.id, "action.change", agency=action.agency, note=note, **states)
    return action


async def expect_action(action_id: str, caller: Principal, uow: UnitOfWork) -> CorrectiveAction:
    """An action within the caller's reach. Raises `UnknownAction`."""
    found = await uow.get(CorrectiveAction, action_id)
    if found is None or not await running_of(uow).tree.covers(caller, found.agency):
        raise UnknownAction("No corrective action of this id is within your reach.")
    return found


async def tell_overdue(uow: UnitOfWork) -> list[AlertRule]:
    """Tell agencies of corrective actions that are overdue; returns what was raised."""
    today, raised = day_of(uow.now), []
    found = await queries.overdue(today, BATCH, uow)
    for agency, group in groupby(found, key=lambda one: one.agency):
        theirs = list(group)
        for action in theirs:
            action.overdue_told_at = uow.now
            action.revision += 1
        alarm = Alarm(
            rule=AlertRule.ACTIONS_OVERDUE,
            agency=agency,
            count=len(theirs),
            since=min(action.deadline for action in theirs),
            until=max(action.deadline for action in theirs),
            mark=f"{today}|{theirs[0].id}",
        )
        if await raise_alert(alarm, uow):
            raised.append(alarm.rule)
    return raised


def _wanted(told: ActionChange) -> dict[str, object]:
    named = told.model_fields_set - {"note"}
    wanted = {name: getattr(told, name) for name in named if getattr(told, name) is not None}
    for name in ("result", "evidence"):
        if name in wanted:
            wanted[name] = redacted(str(wanted[name]))
    if "cases" in wanted:
        wanted["cases"] = list(told.cases or ())
    return wanted
