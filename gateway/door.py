"""What the public door opens: each route by name, and nothing else.

A route's permission, its parameters and its problems are the service's own, as published in
``contracts/published/<service>.openapi.json``; the door checks the caller and hands the request over.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from starlette.requests import Request
from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.types import Receive, Scope, Send

from chassis.auth import Permission, Verifier, bearer
from chassis.auth import ScopeMissing as ScopeMissingProblem
from chassis.refusing import problem_response, wants_english
from contracts.problems import Problem
from contracts.vocabulary import Scope as Grant
from gateway.upstream import Upstream

OPEN: Mapping[str, tuple[str, ...]] = {
    "intake": (
        "PUT /v1/agencies/{code}",
        "GET /v1/agencies/{code}",
        "GET /v1/agencies",
        "PUT /v1/procedures/{code}",
        "GET /v1/procedures/{code}",
        "GET /v1/procedures/{code}/versions",
        "GET /v1/procedures",
        "POST /v1/dossiers",
        "GET /v1/dossiers",
        "GET /v1/dossiers/{code}",
        "POST /v1/dossiers/{code}/progress",
        "GET /v1/dossiers/{code}/timeline",
        "GET /v1/dossiers/{code}/clock",
        "GET /v1/events",
        "POST /v1/dossiers/search",
        "POST /v1/dossiers/{code}/legal-hold",
        "POST /v1/dossiers/{code}/tracking-pin",
        "POST /v1/dossiers/import",
        "GET /v1/imports/{id}",
        "GET /v1/imports/{id}/results",
    ),
    "postal": (
        "POST /v1/shipments",
        "GET /v1/shipments/{id}",
        "POST /v1/shipments/{id}/confirm",
        "GET /v1/dossiers/{code}/shipments",
        "POST /v1/carriers/{interface}/events",
        "POST /v1/carriers/{interface}/{account}/events",
    ),
    "rating": (
        "GET /v1/dossiers/{code}/rating-invitations",
        "GET /v1/rating-forms/{token}",
        "POST /v1/ratings",
    ),
    "kpi": (
        "GET /v1/indicators",
        "GET /v1/indicators/{id}/value",
        "GET /v1/indicators/{id}/cases",
        "GET /v1/plans",
        "GET /v1/plans/{id}/scoreboard",
    ),
}
"""Routes of each service that the public reaches, by method and path."""

SHUT: Mapping[str, tuple[str, ...]] = {
    "intake": (
        "GET /v1/dossiers/{code}/papers/{kind}",
        "GET /v1/registers/dossiers",
        "POST /v1/tracking",
    ),
    "rating": ("POST /v1/dossiers/{code}/rating-invitations",),
}
"""Routes that the gateway alone calls: what it makes of their answers is what the public sees."""


WHOLE_FILES = frozenset({"/v1/dossiers/import", "/v1/imports/{id}/results"})
"""Routes a whole file travels through: it may take longer than other requests."""


class DoorNotPublished(RuntimeError):
    """A route is opened that its service does not publish: run `motcua schemas`."""


@dataclass(frozen=True)
class Opening:
    """One route through the door."""

    service: str
    method: str
    path: str
    operation: Mapping[str, Any]
    """The service's own OpenAPI operation."""

    @property
    def scopes(self) -> tuple[Grant, ...] | None:
        """The scopes of which a caller needs one; None when anybody may call."""
        told = self.operation.get("x-motcua-scopes")
        return None if told is None else tuple(Grant(scope) for scope in told)


def published(service: str) -> dict[str, Any]:
    """A service's published OpenAPI document."""
    file = resources.files("contracts") / "published" / f"{service}.openapi.json"
    found: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return found


@cache
def openings() -> tuple[Opening, ...]:
    """Every route the door opens. Raises `DoorNotPublished`."""
    found: list[Opening] = []
    for service, routes in OPEN.items():
        paths = published(service)["paths"]
        for route in routes:
            method, path = route.split()
            operation = paths.get(path, {}).get(method.lower())
            if operation is None:
                raise DoorNotPublished(f"{service} does not publish {route}.")
            found.append(Opening(service, method, path, operation))
    return tuple(found)


class Forward(BaseRoute):
    """A route that checks the caller and hands the request to a service."""

    def __init__(self, opening: Opening, upstream: Upstream, verifier: Verifier) -> None:
        self.opening = opening
        self.path = opening.path
        self._upstream = upstream
        self._verifier = verifier
        pattern = re.sub(r"\\\{[a-z_]+\\\}", "[^/]+", re.escape(opening.path))
        self._pattern = re.compile(pattern)
        self._permission = Permission(opening.scopes) if opening.scopes is not None else None

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether a request is for this route."""
        if scope["type"] != "http" or not self._pattern.fullmatch(scope["path"]):
            return Match.NONE, {}
        wanted = (
            {self.opening.method, "HEAD"} if self.opening.method == "GET" else {self.opening.method}
        )
        full = scope["method"] in wanted
        return (Match.FULL if full else Match.PARTIAL), {"route": self}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        try:
            if scope["method"] not in {self.opening.method, "HEAD"}:
                raise MethodNotTaken(f"This address takes {self.opening.method}.")
            if self._permission is not None:
                await self._check(Request(scope, receive))
        except Problem as problem:
            request = Request(scope)
            await problem_response(problem, english=wants_english(request))(scope, receive, send)
            return
        if scope["method"] == "HEAD":
            # The service is asked for the whole; the server leaves the body out.
            scope = {**scope, "method": "GET"}
        unhurried = self.opening.path in WHOLE_FILES
        await self._upstream.forward(scope, receive, send, unhurried=unhurried)

    def url_path_for(self, name: str, /, **_: Any) -> Any:
        """Forwarded routes have no names."""
        raise NoMatchFound(name, {})

    async def _check(self, request: Request) -> None:
        assert self._permission is not None  # noqa: S101 - only called with one
        principal = await bearer(request)
        if not principal.scopes.intersection(self._permission.scopes):
            raise ScopeMissingProblem(
                f"This needs the scope {' or '.join(self._permission.scopes)}."
            )


class MethodNotTaken(Problem):
    """This address does not take this method."""

    status = 405
    title_vi = "Địa chỉ này không nhận phương thức này"
