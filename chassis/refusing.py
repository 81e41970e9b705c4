"""How a service refuses: every problem and every failure as problem+json (RFC 9457)."""

from __future__ import annotations

import logging
import time
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from prometheus_client import Counter, Histogram
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis import telemetry
from chassis.database import CALLER, ITSELF, TRACE, Unstorable
from chassis.field_words import summary_of, words_of
from contracts.problems import FieldError, Invalid, NotFound, Problem, ProblemView

log = logging.getLogger("motcua.web")

PROBLEM_JSON = "application/problem+json"
PROBLEM_TYPE = "urn:motcua:problem:"


class RequestInvalid(Invalid):
    """Something in the request must be changed."""


class ValueNotStorable(Invalid):
    """The request holds a value that cannot be stored."""

    title_vi = "Yêu cầu có giá trị không lưu được"


def add_refusals(app: FastAPI) -> None:
    """Answer every refusal and every failure with problem+json."""
    app.add_exception_handler(Problem, _refuse)
    app.add_exception_handler(RequestValidationError, _refuse_invalid)
    app.add_exception_handler(Unstorable, _refuse_unstorable)
    app.add_exception_handler(HTTPException, _refuse_http)


def problem_response(problem: Problem, *, english: bool) -> Response:
    """A refusal as problem+json, Vietnamese title unless English is asked for."""
    kind = type(problem)
    view = ProblemView(
        type=PROBLEM_TYPE + kind.code(),
        title=kind.title() if english else kind.title_vi,
        status=kind.status,
        detail=problem.detail,
        code=kind.code(),
        request_id=telemetry.REQUEST_ID.get(),
        errors=problem.errors,
    )
    headers = {"Cache-Control": "no-store"}
    if problem.retry_after is not None:
        headers["Retry-After"] = str(problem.retry_after)
    if kind.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(view.model_dump_json(), kind.status, headers, media_type=PROBLEM_JSON)


def tell_as_problems(document: dict[str, Any]) -> None:
    """Let an OpenAPI document tell every refusal as problem+json, and in no other type.

    FastAPI files a refusal under the type of the answer that succeeds, and has a shape of its own for
    bodies that are refused. Refusals of another shape, such as OAuth's, stay as they are told.
    """
    problem = {"schema": {"$ref": "#/components/schemas/ProblemView"}}
    for methods in document.get("paths", {}).values():
        for operation in methods.values():
            for status, answer in operation["responses"].items():
                content = answer.get("content", {})
                told = [kind for kind, media in content.items() if _is_refusal(media)]
                if told and status.startswith(("4", "5")):
                    answer["content"] = {k: v for k, v in content.items() if k not in told}
                    answer["content"][PROBLEM_JSON] = problem
    schemas = document.get("components", {}).get("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)


def _is_refusal(media: dict[str, Any]) -> bool:
    reference = str(media.get("schema", {}).get("$ref", ""))
    return reference.endswith(("/ProblemView", "/HTTPValidationError"))


def wants_english(request: Request) -> bool:
    """Whether the caller prefers English to Vietnamese."""
    asked = request.headers.get("accept-language", "").lower()
    english, vietnamese = asked.find("en"), asked.find("vi")
    return english >= 0 and (vietnamese < 0 or english < vietnamese)


async def _refuse(request: Request, problem: Exception) -> Response:
    if not isinstance(problem, Problem):
        raise problem
    return problem_response(problem, english=wants_english(request))


async def _refuse_invalid(request: Request, invalid: Exception) -> Response:
    if not isinstance(invalid, RequestValidationError):
        raise invalid
    english = wants_english(request)
    errors = [
        FieldError(
            pointer=_pointer(error["loc"]),
            code=str(error["type"]).replace("_", "-"),
            detail=words_of(error, english=english),
        )
        for error in list(invalid.errors())[:50]
    ]
    told = summary_of(len(errors), errors[0].pointer, english=english)
    return problem_response(RequestInvalid(told, errors=errors), english=english)


def _pointer(loc: tuple[Any, ...]) -> str:
    parts = [str(part).replace("~", "~0").replace("/", "~1") for part in loc]
    if parts and parts[0] == "body":
        parts = parts[1:]
    return "".join(f"/{part}" for part in parts).encode("utf-8", "replace").decode()


async def _refuse_unstorable(request: Request, _: Exception) -> Response:
    problem = ValueNotStorable("Remove characters or numbers that a database cannot hold.")
    return problem_response(problem, english=wants_english(request))


async def _refuse_http(request: Request, failure: Exception) -> Response:
    if not isinstance(failure, HTTPException):
        raise failure
    if failure.status_code == HTTPStatus.NOT_FOUND:
        nowhere = NotFound("Nothing is at this address; /docs shows every one there is.")
        return problem_response(nowhere, english=wants_english(request))
    phrase = HTTPStatus(failure.status_code).phrase
    kind = type(
        phrase.title().replace(" ", "").replace("-", ""),
        (Problem,),
        {"status": failure.status_code, "__doc__": phrase + ".", "title_vi": "Không phục vụ được"},
    )
    answer = problem_response(kind(phrase + "."), english=wants_english(request))
    answer.headers.update(failure.headers or {})
    return answer


class Edge:
    """Outermost layer: request id, trace, metrics, safe headers, and an answer even to a failure."""

    def __init__(self, app: ASGIApp, service: str) -> None:
        self.app = app
        self.service = service
        self._counters: dict[tuple[str, int], tuple[Counter, Histogram]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = _begin(scope)
        status = 0
        started = time.perf_counter()

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [
                    *(h for h in message.get("headers", []) if h[0].lower() not in _OURS),
                    (b"x-request-id", request_id.encode()),
                    (b"x-content-type-options", b"nosniff"),
                ]
            await send(message)

        try:
            await self.app(scope, receive, told)
        except Exception as failed:
            log.exception("request failed", extra={"service": self.service})
            if status:
                raise
            await _failure(failed)(scope, receive, told)
        finally:
            route = getattr(scope.get("route"), "path", "unmatched")
            counted = self._counters.get((route, status))
            if counted is None:
                counted = (
                    telemetry.REQUESTS.labels(self.service, route, status),
                    telemetry.DURATION.labels(self.service, route),
                )
                self._counters[route, status] = counted
            counted[0].inc()
            counted[1].observe(time.perf_counter() - started)


_WANTED = {b"x-request-id", b"traceparent"}
_OURS = {b"x-request-id", b"x-content-type-options"}


def _begin(scope: Scope) -> str:
    """Note whose trace a request belongs to, and that nobody has said who calls; return its id."""
    headers = {key: value for key, value in scope["headers"] if key in _WANTED}
    request_id = _request_id(headers.get(b"x-request-id"))
    telemetry.REQUEST_ID.set(request_id)
    trace = headers.get(b"traceparent")
    TRACE.set(trace.decode("latin-1")[:64] if trace else None)
    CALLER.set(ITSELF)
    return request_id


def _request_id(given: bytes | None) -> str:
    if given is not None and len(given) <= 64 and given.isascii():  # noqa: PLR2004 - characters
        text = given.decode()
        if text.replace("-", "").replace("_", "").isalnum():
            return text
    return uuid4().hex


class InternalFailure(Problem):
    """Something went wrong on our side; nothing was stored that was not answered for."""

    title_vi = "Có lỗi ở phía hệ thống"


def _failure(_: Exception) -> Response:
    return problem_response(InternalFailure("Tell the operator this request's id."), english=False)
