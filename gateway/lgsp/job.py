"""What the gateway's worker does by itself: push last month's aggregates of each configured agency."""

from __future__ import annotations

import logging
from typing import Any

import httpx

from chassis.database import UnitOfWork
from chassis.running import Running
from chassis.service import Job
from contracts.lgsp import LgspKind
from contracts.vocabulary import VIETNAM, Scope
from gateway.keys import GATEWAY, SigningKey
from gateway.lgsp import commands, queries
from gateway.lgsp.line import BusLine
from gateway.lgsp.sending import NotTaken, month_due
from gateway.tables import LgspPush
from gateway.upstream import Upstreams

log = logging.getLogger("motcua.lgsp")

BATCH = 50


async def push(running: Running) -> None:
    """Plan what is due this month, then send everything whose turn it is, one after the other."""
    settings = running.settings
    if not settings.lgsp_url:
        return
    today = running.database.now().astimezone(VIETNAM).date()
    agencies = await _known(settings.lgsp_agencies, running)
    await running.do(commands.plan, month_due(today, settings.lgsp_push_day), agencies)
    while due := await queries.pushes_due(BATCH, UnitOfWork(running.database)):
        for one in due:
            await _push(one, running)


async def _push(waiting: LgspPush, running: Running) -> None:
    try:
        content = waiting.content or await _counted(waiting, running)
        if content is None:
            await running.do(commands.withheld, waiting)
            return
        begun = await running.do(commands.begin, waiting.id, content)
        if begun is None or begun.content is None:
            return
        await running.own(BusLine).send(begun.kind, begun.content)
    except NotTaken as why:
        state = await running.do(commands.failed, waiting, why)
        log.warning("aggregate not pushed", extra={"kind": waiting.kind, "outcome": state})
        return
    await running.do(commands.sent, waiting)


async def _counted(waiting: LgspPush, running: Running) -> dict[str, Any] | None:
    """What kpi counts, without fields that have no value; none where too few ratings may be told of."""
    token = running.own(SigningKey).token(GATEWAY, None, [Scope.INDICATORS_READ])
    try:
        answer = await running.own(Upstreams)["kpi"].client.get(
            f"/v1/lgsp/{waiting.kind}",
            params={"agency": waiting.agency, "month": waiting.month},
            headers={"Authorization": f"Bearer {token}"},
        )
    except httpx.HTTPError as away:
        raise NotTaken("The service that counts does not answer.") from away
    if answer.status_code != httpx.codes.OK:
        raise NotTaken(f"The service that counts answered {answer.status_code}.")
    told: dict[str, Any] = answer.json()
    if waiting.kind is LgspKind.VOTE and told["TotalVoted"] is None:
        return None
    return {name: value for name, value in told.items() if value is not None}


async def _known(listed: str, running: Running) -> list[str]:
    """The agencies of a setting by their own codes, without those the directory does not have.

    A slip of the pen would tell the bus of an agency without dossiers.
    """
    codes = [code.strip() for code in listed.split(",") if code.strip()]
    unknown = [code for code in codes if not await running.tree.knows(code)]
    if unknown:
        log.warning(
            "agencies not in the directory are not pushed", extra={"reason": ", ".join(unknown)}
        )
    known = [await running.tree.canonical(code) for code in codes if code not in unknown]
    return list(dict.fromkeys(known))


lgsp_job = Job(name="lgsp", every=lambda settings: settings.lgsp_seconds, run=push)
