"""The gate before everything the gateway serves: quotas of the caller first, then room for the work."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis import telemetry
from chassis.auth import Principal, Verifier
from chassis.refusing import wants_english
from chassis.settings import Settings
from contracts.problems import Problem
from gateway.door import Forward
from gateway.limits.admission import Compartment
from gateway.limits.callers import bearer_token, network, proofs, rating_link, spends
from gateway.limits.kinds import FREE, GATEWAY, RATING, Call, Calls
from gateway.limits.lag import Lag
from gateway.limits.passage import PASSAGE, Passage
from gateway.limits.policies import Policies
from gateway.limits.quotas import Quotas, Spent
from gateway.limits.refusal import (
    capacity_refused,
    dialect_refused,
    quota_refused,
    seconds_to_wait,
)
from gateway.web.refusal import Refusal, refusal_page
from gateway.web.wording import language_of


class Gate:
    """What all requests of one gateway have in common: who has asked how much, and what is under way."""

    def __init__(self, settings: Settings, lag: Lag, services: Iterable[str]) -> None:
        self.lag = lag
        self.quotas = Quotas(Policies.of(settings))
        units = settings.admission_units
        self.compartments = {
            name: Compartment(units, lambda: lag.seconds) for name in (GATEWAY, *services)
        }


class Limited:
    """Lets a request through, or says when to come back. Health is never refused.

    What kind of call a request is says also which route of the door it is for, so it is handed there
    straight away: a router asks its routes one after the other, and the door opens many.
    """

    def __init__(
        self, app: ASGIApp, gate: Gate, calls: Calls, verifier: Verifier, doors: Iterable[Forward]
    ) -> None:
        self.app = app
        self._gate = gate
        self._calls = calls
        self._verifier = verifier
        self._doors = {f"{door.opening.method} {door.path}": door for door in doors}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["path"].startswith(FREE):
            await self.app(scope, receive, send)
            return
        self._gate.lag.start()
        call = self._calls.find(scope["method"], scope["path"])
        spent, receive = await self._spent(call, scope, receive)
        told = _with_standings(send, spent)
        if spent.violated:
            for quota in spent.violated:
                telemetry.LIMITED.labels(quota).inc()
            await _too_much(call, spent, scope)(scope, receive, told)
            return
        try:
            await self._admitted(call, spent, scope, receive, told)
        finally:
            if spent.held:
                self._gate.quotas.give_back(spent)

    async def _admitted(
        self, call: Call, spent: Spent, scope: Scope, receive: Receive, send: Send
    ) -> None:
        kind = call.kind
        passage = Passage(self._gate.compartments, self._gate.quotas, spent)
        if not await passage.enter(call.service, kind.rank, kind.units):
            await _no_room(call, scope)(scope, receive, send)
            return
        scope[PASSAGE] = passage
        try:
            door = self._doors.get(call.opened)
            if door is None:
                await self.app(scope, receive, send)
            else:
                scope["route"] = door
                await door.handle(scope, receive, send)
        finally:
            passage.leave()

    async def _spent(self, call: Call, scope: Scope, receive: Receive) -> tuple[Spent, Receive]:
        principal, refused = await self._principal(scope)
        if refused is not None:
            return refused, receive
        link = b""
        if call.kind is RATING:
            link, receive = await rating_link(scope, receive)
        return self._gate.quotas.take(spends(call, scope, principal, link)), receive

    async def _principal(self, scope: Scope) -> tuple[Principal | None, Spent | None]:
        """Who asks; a network that has used its quota up has no more signatures verified."""
        token = bearer_token(scope)
        if not token:
            return None, None
        principal = self._verifier.remembered(token)
        if principal is None:
            refused = self._gate.quotas.exhausted(proofs(network(scope)))
            if refused is not None:
                return None, refused
            try:
                principal = await self._verifier.principal(token)
            except Problem:
                return None, None
        return principal, None


def _with_standings(send: Send, spent: Spent) -> Send:
    async def told(message: Message) -> None:
        if message["type"] == "http.response.start" and spent.standings:
            message["headers"] = [*message.get("headers", ()), *spent.headers]
        await send(message)

    return told


def _too_much(call: Call, spent: Spent, scope: Scope) -> Response:
    if call.page:
        page = refusal_page(Refusal.TOO_MANY, _language(scope), scope["path"])
        page.headers["Retry-After"] = str(seconds_to_wait(spent.wait))
        return page
    if call.dialect:
        return dialect_refused(scope["path"], spent.wait)
    return quota_refused(spent.violated, spent.wait, english=wants_english(Request(scope)))


def _no_room(call: Call, scope: Scope) -> Response:
    if call.page:
        return refusal_page(Refusal.UNAVAILABLE, _language(scope), scope["path"])
    if call.dialect:
        return dialect_refused(scope["path"])
    return capacity_refused(english=wants_english(Request(scope)))


def _language(scope: Scope) -> str:
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [None])[0]
    return language_of(asked)
