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
from gateway.passing import READING, WHOLE_FILE, WRITING, Patience
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
        "PUT /v1/fields/{code}",
        "GET /v1/fields/{code}",
        "GET /v1/fields",
        "POST /v1/dossiers",
        "GET /v1/dossiers",
        "GET /v1/dossiers/{code}",
        "PUT /v1/dossiers/{code}",
        "POST /v1/dossiers/{code}/progress",
        "GET /v1/dossiers/{code}/timeline",
        "GET /v1/dossiers/{code}/clock",
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
        "POST /v1/shipments/{id}/corrections",
        "POST /v1/shipments/{id}/cancel",
        "POST /v1/shipments/price",
        "POST /v1/shipments/{id}/pickup",
        "POST /v1/shipments/{id}/opening",
        "POST /v1/manifests",
        "GET /v1/post/overview",
        "GET /v1/post/items",
        "GET /v1/dossiers/{code}/shipments",
        "POST /v1/shipments/{id}/reconcile",
        "GET /v1/shipments",
        "GET /v1/reconciliations",
        "GET /v1/reconciliations.csv",
        "GET /v1/item-codes/level",
        "POST /v1/shipments/{id}/incidents",
        "GET /v1/incidents",
        "POST /v1/incidents/{id}/close",
        "POST /v1/carriers/{interface}/events",
        "POST /v1/carriers/{interface}/{account}/events",
    ),
    "rating": (
        "GET /v1/dossiers/{code}/rating-invitations",
        "POST /v1/dossiers/{code}/rating-invitations",
        "GET /v1/dossiers/{code}/rating-invitations/{occasion}/qr",
        "GET /v1/rating-forms/{token}",
        "POST /v1/ratings",
        "POST /v1/rating-refusals",
        "POST /v1/dossiers/{code}/ratings/{occasion}/voids",
        "POST /v1/dossiers/{code}/ratings/{occasion}/voids/lift",
        "GET /v1/ratings/summary",
        "GET /v1/ratings/summary.csv",
        "GET /v1/ratings/summary.xlsx",
        "GET /v1/ratings/officers",
        "PUT /v1/dossiers/{code}/rating-invitations/{occasion}/officer",
        "GET /v1/ratings/criteria",
        "POST /v1/rating-imports",
        "GET /v1/rating-questionnaires",
        "PUT /v1/rating-questionnaires/choices/{agency}/{occasion}",
        "GET /v1/ratings/anomalies",
        "GET /v1/rating-replies/{token}",
        "POST /v1/rating-replies/{token}",
        "GET /v1/rating-comments",
        "POST /v1/rating-comments/{id}/moderation",
        "GET /v1/rating-comments/{id}/original",
        "GET /v1/rating-cases",
        "GET /v1/rating-cases/{id}",
        "GET /v1/rating-cases/{id}/contact",
        "POST /v1/rating-cases/{id}/assignments",
        "POST /v1/rating-cases/{id}/replies",
        "POST /v1/rating-cases/{id}/closings",
        "POST /v1/rating-cases/{id}/pakn",
        "POST /v1/corrective-actions",
        "GET /v1/corrective-actions",
        "GET /v1/corrective-actions.csv",
        "GET /v1/corrective-actions/{id}",
        "POST /v1/corrective-actions/{id}/changes",
        "POST /v1/kiosks/enrolments",
        "GET /v1/kiosks",
        "POST /v1/kiosks",
        "GET /v1/kiosks/self/ticket",
        "POST /v1/kiosks/self/ratings",
        "POST /v1/kiosks/self/heartbeat",
        "POST /v1/kiosks/self/key",
        "DELETE /v1/kiosks/{id}",
        "POST /v1/kiosks/{id}/release",
        "PUT /v1/kiosks/{id}/ticket",
        "DELETE /v1/kiosks/{id}/ticket",
    ),
    "kpi": (
        "GET /v1/indicators",
        "GET /v1/indicators/{id}/value",
        "GET /v1/indicators/{id}/cases",
        "GET /v1/indicators/{id}/evidence",
        "GET /v1/periods",
        "GET /v1/periods/{kind}/{key}",
        "GET /v1/periods/{kind}/{key}/editions/{number}",
        "GET /v1/periods/{kind}/{key}/verify",
        "POST /v1/periods/{kind}/{key}/close",
        "POST /v1/periods/{kind}/{key}/restatements",
        "GET /v1/plans",
        "GET /v1/indicators/{id}/breakdown",
        "GET /v1/indicators/{id}/trend",
        "GET /v1/indicators/{id}/distribution",
        "GET /v1/watch-list",
        "GET /v1/coverage",
        "GET /v1/plans/{id}/procedures/{code}",
        "GET /v1/plans/{id}/scoreboard",
        "GET /v1/plans/{id}/tasks",
        "GET /v1/series",
        "POST /v1/indicators/{id}/reports",
        "GET /v1/reports",
        "GET /v1/reports/due",
        "GET /v1/reports/{id}",
        "POST /v1/reports/{id}/approve",
        "POST /v1/reports/{id}/reject",
        "POST /v1/reports/{id}/withdraw",
        "GET /v1/lgsp/statistic",
        "GET /v1/lgsp/vote",
        "GET /v1/durations",
        "POST /v1/national-evaluations",
        "GET /v1/national-evaluations",
        "GET /v1/national-evaluations/differences",
        "GET /v1/national-evaluations/differences.csv",
        "GET /v1/national-evaluations/{id}",
        "PUT /v1/national-departments/{id}",
        "GET /v1/quality-scores",
        "GET /v1/reports/07a",
        "GET /v1/reports/07a.csv",
        "GET /v1/reports/07a.xlsx",
        "GET /v1/reports/07b",
        "GET /v1/reports/07b.csv",
        "GET /v1/reports/07b.xlsx",
    ),
}
"""Routes of each service that the public reaches, by method and path."""

SHUT: Mapping[str, tuple[str, ...]] = {
    "intake": (
        "GET /v1/dossiers/{code}/papers/{kind}",
        "GET /v1/dossiers/{code}/contents",
        "GET /v1/dossiers/{code}/record",
        "GET /v1/registers/dossiers",
        "POST /v1/tracking",
    ),
    "postal": ("GET /v1/dossiers/{code}/post", "GET /v1/manifests/outbound"),
    "rating": ("GET /v1/rating-standings/{token}",),
}
"""Routes that the gateway alone calls: what it makes of their answers is what the public sees."""


WHOLE_FILES = frozenset(
    {
        "/v1/dossiers/import",
        "/v1/imports/{id}/results",
        "/v1/rating-imports",
        "/v1/indicators/{id}/evidence",
    }
)
"""Routes a whole file travels through: it may take longer than other requests."""


def pattern_of(path: str) -> re.Pattern[str]:
    """Addresses that a path with parameters stands for; never one that is opened as it is written.

    >>> bool(pattern_of("/v1/dossiers/{code}").fullmatch("/v1/dossiers/A-1"))
    True
    >>> pattern_of("/v1/dossiers/{code}").fullmatch("/v1/dossiers/search") is None
    True
    """
    shape = re.sub(r"\\\{[a-z_]+\\\}", "[^/]+", re.escape(path))
    written = {route.split()[1] for routes in OPEN.values() for route in routes} - {path}
    beside = sorted(each for each in written if "{" not in each and re.fullmatch(shape, each))
    return re.compile("".join(rf"(?!{re.escape(each)}\Z)" for each in beside) + shape)


def methods_of(path: str) -> str:
    """The methods that an address takes, as the Allow header tells them."""
    opened = {
        route.split()[0]
        for routes in OPEN.values()
        for route in routes
        if route.endswith(f" {path}")
    }
    return ", ".join(sorted(opened | ({"HEAD"} if "GET" in opened else set())))


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
        self._pattern = pattern_of(opening.path)
        self._allow = methods_of(opening.path)
        self._patience = _patience(opening)
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
                raise MethodNotTaken(f"This address takes {self._allow}.")
            if self._permission is not None:
                await self._check(scope)
        except Problem as problem:
            answer = problem_response(problem, english=wants_english(Request(scope)))
            if isinstance(problem, MethodNotTaken):
                answer.headers["Allow"] = self._allow
            await answer(scope, receive, send)
            return
        if scope["method"] == "HEAD":
            # The service is asked for the whole; the server leaves the body out.
            scope = {**scope, "method": "GET"}
        await self._upstream.forward(scope, receive, send, patience=self._patience)

    def url_path_for(self, name: str, /, **_: Any) -> Any:
        """Forwarded routes have no names."""
        raise NoMatchFound(name, {})

    async def _check(self, scope: Scope) -> None:
        assert self._permission is not None  # noqa: S101 - only called with one
        # Not whom the gate counted: what was revoked or comes from elsewhere is found here alone.
        principal = await bearer(Request(scope))
        if not principal.scopes.intersection(self._permission.scopes):
            raise ScopeMissingProblem(
                f"This needs the scope {' or '.join(self._permission.scopes)}."
            )


def _patience(opening: Opening) -> Patience:
    if opening.path in WHOLE_FILES:
        return WHOLE_FILE
    return READING if opening.method == "GET" else WRITING


class MethodNotTaken(Problem):
    """This address does not take this method."""

    status = 405
    title_vi = "Địa chỉ này không nhận phương thức này"
