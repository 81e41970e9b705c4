"""The strict edge: what may come in at all, before anybody looks at what it means.

JSON bodies are UTF-8 without a byte order mark, at most so many bytes, nodes and levels, without
duplicate keys, NaN, Infinity, numbers beyond 64 bits, NUL or halves of characters. What passes is
validated from its bytes in strict mode: ``"3"`` is not a number and ``1600000000`` is not a date.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable
from typing import Any, NoReturn

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import TypeAdapter, ValidationError

from contracts.problems import BadRequest, FieldError, Invalid, TooLarge, UnsupportedMedia

MAX_BYTES = 256 * 1024
MAX_NODES = 10_000
MAX_DEPTH = 32
INT64 = 2**63
MAX_DIGITS = 32
LIMIT_KEY = "x-motcua-max-bytes"
"""Where a route says, in its OpenAPI, that it takes more than `MAX_BYTES`."""


class BodyTooLarge(TooLarge):
    """The body is larger than is taken here."""


class BodyUnreadable(BadRequest):
    """The body is not the JSON that is taken here."""

    title_vi = "Nội dung gửi lên không phải JSON hợp lệ"

    def __init__(self, detail: str, detail_vi: str) -> None:
        super().__init__(detail)
        self.detail_vi = detail_vi
        """The same in Vietnamese, for those whose answers know no other language."""


class BodyNotJson(UnsupportedMedia):
    """Bodies are application/json, without an encoding on top."""


class BodyInvalid(Invalid):
    """Something in the body must be changed."""

    title_vi = "Nội dung gửi lên chưa hợp lệ"


class QueryUnknown(Invalid):
    """The query names something that is not taken here."""

    title_vi = "Tham số truy vấn không được hỗ trợ"


class StrictRequest(Request):
    """A request whose body is capped while it streams in, and read strictly."""

    limit = MAX_BYTES
    value: Any = None
    """The body once it was read strictly."""

    async def stream(self) -> AsyncGenerator[bytes, None]:
        """The body, as long as it stays within the limit."""
        declared = self.headers.get("content-length", "")
        if declared.isdigit() and int(declared) > self.limit:
            raise _too_large(self.limit)
        taken = 0
        async for chunk in super().stream():
            taken += len(chunk)
            if taken > self.limit:
                raise _too_large(self.limit)
            yield chunk

    async def json(self) -> Any:
        """What `read` found; FastAPI asks for it, and would turn a refusal into a bare 400."""
        return self.value

    async def read(self, adapter: TypeAdapter[Any]) -> None:
        """Read the body as an instance of the route's body model, or refuse it."""
        if not _is_json(self):
            raise BodyNotJson("Send Content-Type: application/json.")
        if self.headers.get("content-encoding", "identity") != "identity":
            raise BodyNotJson("Send the body without a content encoding.")
        raw = await self.body()
        strict_json(raw)
        try:
            self.value = adapter.validate_json(raw, strict=True)
        except ValidationError as bad:
            errors = [{**e, "loc": ("body", *e["loc"])} for e in bad.errors(include_input=False)]
            raise RequestValidationError(errors) from None


class StrictRoute(APIRoute):
    """A route behind the strict edge."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's handler, given a strict request."""
        handle = super().get_route_handler()
        limit = int((self.openapi_extra or {}).get(LIMIT_KEY, MAX_BYTES))
        adapter: TypeAdapter[Any] | None = None
        optional = False
        if self.body_field is not None and self.body_field.field_info.annotation is not None:
            adapter = TypeAdapter(self.body_field.field_info.annotation)
            optional = not self.body_field.field_info.is_required()

        direct = None if optional else _direct_call(self)
        taken = _query_names(self.dependant)

        async def strict(request: Request) -> Response:
            strictly = StrictRequest(request.scope, request.receive)
            strictly.limit = limit
            if request.scope["query_string"]:
                _expect_known(strictly.query_params, taken)
            if direct is not None:
                return await direct(strictly, adapter)
            # A body that may be left out is; one that is sent is read as strictly as any.
            if adapter is not None and not (optional and not await strictly.body()):
                await strictly.read(adapter)
            return await handle(strictly)

        return strict


Direct = Callable[[StrictRequest, TypeAdapter[Any] | None], Coroutine[Any, Any, Response]]


def _direct_call(route: APIRoute) -> Direct | None:
    """A short way into a route that needs nothing worked out: dependencies of the request, one body.

    FastAPI's own way costs a fifth of a filing. It is taken by every route with parameters in its path,
    query or headers; the ones without are the ones that are called most.
    """
    needs = route.dependant
    worked_out = (needs.path_params, needs.query_params, needs.header_params, needs.cookie_params)
    simple = all(_of_request_alone(one) for one in needs.dependencies)
    returns = inspect.signature(route.endpoint, eval_str=True).return_annotation
    if any(worked_out) or not simple or returns is not Response or len(needs.body_params) > 1:
        return None
    asked = [(one.name, one.call) for one in needs.dependencies]
    bodies = [field.name for field in needs.body_params]
    endpoint = route.endpoint
    plain_request = needs.request_param_name

    async def call(request: StrictRequest, adapter: TypeAdapter[Any] | None) -> Response:
        values: dict[str, Any] = {plain_request: request} if plain_request else {}
        for name, dependency in asked:
            found = await dependency(request)  # type: ignore[misc]  # `_of_request_alone` saw to it
            if name is not None:
                values[name] = found
        if adapter is not None:
            await request.read(adapter)
            values[bodies[0]] = request.value
        answer: Response = await endpoint(**values)
        return answer

    return call


def _query_names(needs: Dependant) -> frozenset[str]:
    """The query parameters a route takes, its dependencies' among them."""
    own = {field.alias for field in needs.query_params}
    return frozenset(own.union(*map(_query_names, needs.dependencies)))


def _expect_known(sent: Iterable[str], taken: frozenset[str]) -> None:
    """Refuse a query parameter that nobody reads: a filter that is misspelt would let everything through."""
    unknown = [name for name in sent if name not in taken]
    if unknown:
        known = (
            f"Take it away, or send one of: {', '.join(sorted(taken))}."
            if taken
            else "Take it away."
        )
        errors = [
            FieldError(pointer=f"/{_escaped(name)[:100]}", code="unknown-parameter", detail=known)
            for name in unknown[:20]
        ]
        raise QueryUnknown("The query names a parameter that is not taken here.", errors=errors)


def _of_request_alone(dependency: Dependant) -> bool:
    """Whether a dependency is a coroutine that is given the request and nothing else."""
    call = getattr(dependency.call, "__call__", None)  # noqa: B004 - of an instance, its class's
    coroutine = inspect.iscoroutinefunction(dependency.call) or inspect.iscoroutinefunction(call)
    parts = (
        dependency.path_params,
        dependency.query_params,
        dependency.header_params,
        dependency.cookie_params,
        dependency.body_params,
        dependency.dependencies,
    )
    return coroutine and dependency.request_param_name is not None and not any(parts)


def strict_json(raw: bytes) -> Any:
    """The value of a JSON text, or `BodyUnreadable`, `BodyInvalid` naming what is wrong and where."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as bad:
        raise BodyUnreadable("The body is not UTF-8.", "không phải UTF-8") from bad
    if text.startswith("\ufeff"):
        raise BodyUnreadable("Send the body without a byte order mark.", "có dấu BOM ở đầu")
    if text.count("[") + text.count("{") + text.count(",") > MAX_NODES * 2:
        raise _too_many_values()
    try:
        value = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_constant=_no_constant,
            parse_int=_int64,
            parse_float=_finite,
        )
    except RecursionError:
        raise _too_deep() from None
    except json.JSONDecodeError as bad:
        raise BodyUnreadable(
            f"The body is not JSON: {bad.msg} at character {bad.pos}.",
            f"sai cú pháp tại ký tự thứ {bad.pos}",
        ) from None
    _measure(value)
    return value


def _is_json(request: Request) -> bool:
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    return kind == "application/json" or (
        kind.startswith("application/") and kind.endswith("+json")
    )


def _too_large(limit: int) -> BodyTooLarge:
    return BodyTooLarge(f"Send at most {limit} bytes in one request.")


def _too_many_values() -> BodyUnreadable:
    return BodyUnreadable(
        f"The body holds more than {MAX_NODES} values.", f"có quá {MAX_NODES} giá trị"
    )


def _too_deep() -> BodyUnreadable:
    return BodyUnreadable(
        f"The body is nested more than {MAX_DEPTH} levels deep.", f"lồng nhau quá {MAX_DEPTH} cấp"
    )


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise BodyUnreadable("An object names one key twice.", "một trường được ghi hai lần")
    return value


def _no_constant(_: str) -> NoReturn:
    raise BodyUnreadable("NaN and Infinity are not JSON.", "có NaN hoặc Infinity")


def _int64(digits: str) -> int:
    if len(digits) > MAX_DIGITS or not -INT64 <= int(digits) < INT64:
        raise BodyUnreadable("A number does not fit into 64 bits.", "có số nguyên vượt quá 64 bit")
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits) if len(digits) <= MAX_DIGITS else float("inf")
    if number in (float("inf"), float("-inf")):
        raise BodyUnreadable("A number is too large or too long.", "có số quá lớn hoặc quá dài")
    return number


def _measure(value: Any) -> None:
    waiting: list[tuple[Any, str, int]] = [(value, "", 1)]
    nodes = 0
    while waiting:
        item, pointer, depth = waiting.pop()
        nodes += 1
        if depth > MAX_DEPTH:
            raise _too_deep()
        if nodes > MAX_NODES:
            raise _too_many_values()
        if isinstance(item, str):
            _storable(item, pointer)
        elif isinstance(item, dict):
            for key, inner in item.items():
                _storable(key, pointer)
                waiting.append((inner, f"{pointer}/{_escaped(key)}", depth + 1))
        elif isinstance(item, list):
            waiting.extend((x, f"{pointer}/{i}", depth + 1) for i, x in enumerate(item))


def _storable(text: str, pointer: str) -> None:
    if "\x00" in text:
        _refuse(pointer, "nul-character", "Remove the NUL character.")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            _refuse(pointer, "lone-surrogate", "Remove the half of a character (lone surrogate).")


def _refuse(pointer: str, code: str, detail: str) -> NoReturn:
    safe = pointer.encode("utf-8", "replace").decode()
    raise BodyInvalid(detail, errors=[FieldError(pointer=safe, code=code, detail=detail)])


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
