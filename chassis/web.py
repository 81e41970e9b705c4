"""A service over HTTP: problems, permissions, health, and the unit of work of a request."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator
from http import HTTPStatus
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.routing import BaseRoute

from chassis.auth import Permission, declared_access, public_access
from chassis.database import UnitOfWork
from chassis.edge import StrictRoute
from chassis.refusing import Edge, add_refusals, tell_as_problems
from chassis.running import Running
from contracts.gateway import Health
from contracts.problems import Invalid, Problem, ProblemView

log = logging.getLogger("motcua.web")

T = TypeVar("T")
KEY_HEADER = "idempotency-key"
MAX_KEY = 255


class IdempotencyKeyReused(Invalid):
    """This Idempotency-Key was used before with another request."""

    title_vi = "Khóa Idempotency-Key đã dùng cho yêu cầu khác"


class IdempotencyKeyInvalid(Invalid):
    """An Idempotency-Key is 1 to 255 printable ASCII characters."""

    title_vi = "Khóa Idempotency-Key chưa hợp lệ"


class RouteWithoutPermission(RuntimeError):
    """A route does not say who may call it."""


class Work:
    """The units of work of one request.

    `await work(command, ...)` runs a command and has its change committed before it returns, so an
    answer that leaves after it never promises what did not happen. `await work.answer(...)` also keeps
    the answer under the request's ``Idempotency-Key``, in the same transaction.
    """

    def __init__(self, request: Request) -> None:
        self._request = request
        self.running: Running = request.app.state.running

    async def __call__(self, command: Callable[..., Awaitable[T]], *arguments: Any) -> T:
        """Run a command; its change is durable when this returns."""
        return await self.running.database.run(command, *arguments)

    async def answer(
        self,
        command: Callable[..., Awaitable[T]],
        *arguments: Any,
        show: Callable[[T], tuple[int, BaseModel]],
    ) -> Response:
        """Run a command and answer with what `show` makes of its result: a status and a body.

        `show` may raise a problem: the request is refused, what the command changed stays.
        """
        key = self._request.headers.get(KEY_HEADER)
        if key is None:
            status, view = show(await self(command, *arguments))
            return _json(status, view.model_dump_json().encode())
        return await self._answer_once(key, command, arguments, show)

    async def _answer_once(
        self,
        key: str,
        command: Callable[..., Awaitable[T]],
        arguments: tuple[Any, ...],
        show: Callable[[T], tuple[int, BaseModel]],
    ) -> Response:
        if not (0 < len(key) <= MAX_KEY and key.isascii() and key.isprintable()):
            raise IdempotencyKeyInvalid("Send 1 to 255 printable ASCII characters.")
        request = await self._request_told()
        plain = hashlib.sha256(request).hexdigest()
        fingerprint = await self.running.fingerprint(request)
        client = await self._client() or f"public:{fingerprint[:16]}"

        async def once(uow: UnitOfWork) -> tuple[int, str] | Problem:
            earlier = await _earlier_answer(client, key, uow)
            if earlier is not None:
                # An answer kept by an earlier version has the plain digest.
                if earlier["fingerprint"] not in {fingerprint, plain}:
                    raise IdempotencyKeyReused("Use a new key for a new request.")
                return earlier["status"], earlier["body"]
            found = await command(*arguments, uow)
            try:
                status, view = show(found)
            except Problem as refused:
                return refused
            body = view.model_dump_json()
            answer = {"client": client, "key": key, "fingerprint": fingerprint, "status": status}
            uow.write("idempotency", answer | {"body": body, "answered_at": uow.now})
            return status, body

        answered = await self(once)
        if isinstance(answered, Problem):
            raise answered
        status, body = answered
        return _json(status, body.encode())

    async def _request_told(self) -> bytes:
        request = self._request
        return f"{request.method} {request.url.path}\n".encode() + await request.body()

    async def _client(self) -> str | None:
        """The caller's client; nobody's keys must clash with another nobody's."""
        authorization = self._request.headers.get("authorization", "")
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            return None
        return (await self.running.verifier.principal(token.strip())).client


async def _earlier_answer(client: str, key: str, uow: UnitOfWork) -> dict[str, Any] | None:
    codec = uow.database.codec("idempotency")
    found = await uow.database.fetch(codec, [(client, key)])
    return codec.load(found[0]) if found else None


def _json(status: int, body: bytes) -> Response:
    return Response(body, status, media_type="application/json")


async def _work(request: Request) -> Work:
    # Dependencies are coroutines throughout: FastAPI runs any other kind in a thread of its own.
    return Work(request)


Works = Annotated[Work, Depends(_work)]
"""The request's units of work."""


async def _running(request: Request) -> Running:
    running: Running = request.app.state.running
    return running


Here = Annotated[Running, Depends(_running)]
"""The service at hand."""


async def _reading(request: Request) -> UnitOfWork:
    running: Running = request.app.state.running
    return UnitOfWork(running.database)


Reading = Annotated[UnitOfWork, Depends(_reading)]
"""A unit of work that is only read from; it is never committed."""


def entity_tag(revision: int) -> str:
    """The ETag of a thing at a revision of it (RFC 9110)."""
    return f'"r{revision}"'


def expected_revision(if_match: str | None) -> int | None:
    """The revision a caller expects by If-Match; -1, which nothing has, for a tag not of ours."""
    if if_match is None or if_match.strip() == "*":
        return None
    found = re.fullmatch(r'"r(\d{1,9})"', if_match.strip())
    return int(found[1]) if found else -1


def refusals(*kinds: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """The problems a route can answer with, for its OpenAPI."""
    told: dict[int | str, dict[str, Any]] = {}
    for kind in kinds:
        entry = told.setdefault(kind.status, {"model": ProblemView, "description": ""})
        entry["description"] += (
            f"{'; ' if entry['description'] else ''}`{kind.code()}`: {kind.title()}"
        )
    return told


class Application(FastAPI):
    """An application whose document tells refusals in the type they are sent in."""

    def openapi(self) -> dict[str, Any]:
        """The application's OpenAPI document."""
        fresh = self.openapi_schema is None
        document = super().openapi()
        if fresh:
            tell_as_problems(document)
        return document


def create_app(running: Running) -> FastAPI:
    """The service's HTTP application. Raises `RouteWithoutPermission` if a route declares none."""
    service = running.service
    app = Application(
        title=f"motcua {service.name}",
        description=service.title,
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    app.router.route_class = StrictRoute
    app.state.running = running
    app.state.verifier = running.verifier
    # Flat, because a router that includes others is asked for its routes anew at every request; of
    # modules, because FastAPI's caches keep functions, and what is closed over in them, for ever.
    app.router.routes.extend(every_route(service.router.routes))
    app.router.routes.extend(_health.routes)
    declare_access(app)
    add_refusals(app)
    app.add_middleware(Edge, service=service.name)
    return app


def every_route(routes: Iterable[BaseRoute]) -> Iterator[APIRoute]:
    """Every route of an application, also those of routers it includes.

    FastAPI keeps an included router whole, as one entry that points to it.
    """
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        included: APIRouter | None = getattr(route, "original_router", None)
        if included is not None:
            yield from every_route(included.routes)


def declare_access(app: FastAPI) -> None:
    """Write each route's permission into its OpenAPI; refuse to start without one."""
    for route in every_route(app.routes):
        access = declared_access(route.dependant.dependencies)
        if access is None:
            raise RouteWithoutPermission(f"{route.methods} {route.path} declares no permission.")
        extra = dict(route.openapi_extra or {})
        if isinstance(access, Permission):
            extra["x-motcua-scopes"] = [str(scope) for scope in access.scopes]
            extra["security"] = [{"oauth2": [str(scope) for scope in access.scopes]}]
        else:
            extra["x-motcua-public"] = access.reason
            extra["security"] = []
        route.openapi_extra = extra


_health = APIRouter(route_class=StrictRoute)
_ANYBODY = [public_access("health is read by load balancers, and holds nothing of anybody")]


@_health.get("/health/live", dependencies=_ANYBODY, tags=["health"])
async def live(request: Request) -> Health:
    """Whether the process answers at all."""
    running: Running = request.app.state.running
    return Health(status="ok", service=running.service.name)


@_health.get("/health/ready", dependencies=_ANYBODY, tags=["health"])
async def ready(request: Request, response: Response) -> Health:
    """Whether requests can be served, and what stands in their way."""
    health = await health_of(request.app.state.running)
    response.status_code = HTTPStatus.OK if health.status != "down" else 503
    return health


async def health_of(running: Running) -> Health:
    """How a service is: without its database it is down; without the bus it is degraded."""
    checks = await running.checks()
    if checks["database"] != "ok":
        status = "down"
    else:
        status = "ok" if all(value == "ok" for value in checks.values()) else "degraded"
    return Health(status=status, service=running.service.name, checks=checks)
