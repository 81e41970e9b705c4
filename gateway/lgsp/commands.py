"""What can be done with pushes: plan a month's, keep what came of an attempt, ask for one again."""

import random
import secrets
from collections.abc import Collection
from typing import Any

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.lgsp import LgspKind, PushState
from contracts.problems import Conflict, NotFound
from gateway.lgsp import queries
from gateway.lgsp.sending import NotTaken, pause_after
from gateway.tables import LgspPush


class UnknownPush(NotFound):
    """There is no such push within your reach."""

    title_vi = "Không tìm thấy lần gửi này"


class PushUnderWay(Conflict):
    """It is waiting to be sent already."""

    title_vi = "Số liệu này đang chờ gửi"


async def plan(month: str, agencies: Collection[str], uow: UnitOfWork) -> int:
    """Let every aggregate of a month that is not pushed yet wait to be sent; returns how many."""
    known = {(one.agency, one.kind) for one in await queries.pushes_of(month, agencies, uow)}
    wanted = [(agency, kind) for agency in agencies for kind in LgspKind]
    new = [one for one in wanted if one not in known]
    for agency, kind in new:
        uow.add(
            LgspPush.of(
                id=secrets.token_hex(16),
                kind=kind,
                agency=agency,
                month=month,
                state=PushState.WAITING,
                try_at=uow.now,
            )
        )
    return len(new)


async def begin(push_id: str, content: dict[str, Any] | None, uow: UnitOfWork) -> LgspPush | None:
    """Count an attempt before it is made, and keep what it sends; none where nothing is to be sent.

    What was counted first stands: an attempt after it sends the same, so that the bus can tell a repeat.
    """
    push = await uow.get(LgspPush, push_id)
    if push is None or push.try_at is None or push.try_at > uow.now:
        return None
    if push.content is None:
        push.content = content
    push.attempts += 1
    push.revision += 1
    return push


async def sent(tried: LgspPush, uow: UnitOfWork) -> None:
    """The bus has it."""
    await _end(tried, PushState.SENT, uow)


async def withheld(tried: LgspPush, uow: UnitOfWork) -> None:
    """There are too few ratings to tell of."""
    await _end(tried, PushState.WITHHELD, uow)


async def failed(tried: LgspPush, why: NotTaken, uow: UnitOfWork) -> PushState | None:
    """Keep why an attempt failed, and when the next is made, if any; returns what becomes of it."""
    push = await _still_waiting(tried, uow)
    if push is None:
        return None
    push.problem = why.problem
    if push.attempts >= running_of(uow).settings.lgsp_attempts:
        push.state, push.try_at = PushState.GIVEN_UP, None
    else:
        chance = random.random()  # noqa: S311 - spreads load, guards nothing
        push.try_at = uow.now + pause_after(max(push.attempts, 1), chance, why.wish)
    push.revision += 1
    return push.state


async def resend(push_id: str, caller: Principal, uow: UnitOfWork) -> LgspPush:
    """Let an aggregate be counted anew and sent again. Raises `UnknownPush` and `PushUnderWay`."""
    push = await uow.get(LgspPush, push_id)
    if push is None or not await running_of(uow).tree.covers(caller, push.agency):
        raise UnknownPush("See /v1/lgsp/pushes for those there are.")
    if push.state is PushState.WAITING and push.attempts == 0:
        raise PushUnderWay("It has not been tried since it was last asked for.")
    push.state, push.content, push.problem = PushState.WAITING, None, None
    push.attempts, push.try_at = 0, uow.now
    push.resends += 1
    push.revision += 1
    return push


async def _end(tried: LgspPush, state: PushState, uow: UnitOfWork) -> None:
    push = await _still_waiting(tried, uow)
    if push is None:
        return
    push.state, push.try_at, push.problem = state, None, None
    if state is PushState.SENT:
        push.sent_at = uow.now
    push.revision += 1


async def _still_waiting(tried: LgspPush, uow: UnitOfWork) -> LgspPush | None:
    """The push as it was tried; none where it was asked for again meanwhile, which must not be lost."""
    push = await uow.get(LgspPush, tried.id)
    if push is None or push.try_at is None or push.resends != tried.resends:
        return None
    return push
