"""Reads an OpenAPI 3 document into what the reference page shows: groups of operations."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.web.schemas import (
    Document,
    FieldRow,
    Node,
    example_of,
    example_text,
    fields_of,
    type_of,
)

METHODS = ("get", "post", "put", "patch", "delete")

PROBLEM_CODES = "x-problem-codes"
"""Where an answer may list its problem codes; its description and its examples are read as well."""

TOLD_CODE = re.compile(r"`(?P<code>[a-z0-9]+(?:-[a-z0-9]+)*)`: (?P<title>[^;]+)(?:; )?")
"""How an answer's description tells its problems: a code in backticks, a colon, its title."""

SUCCESS = "2"
"""What the status of an answer that fulfils the request begins with."""


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """Something an operation takes in its path, query or headers."""

    name: str
    where: str
    required: bool
    type: str
    meaning: str
    limits: list[str]


@dataclass(frozen=True, kw_only=True)
class Content:
    """A body: its media type, its fields and an example."""

    media_type: str
    type: str
    fields: list[FieldRow]
    example: str | None


@dataclass(frozen=True, kw_only=True)
class ToldProblem:
    """A refusal by its stable code; the title is empty where the document has none."""

    code: str
    title: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What may come back."""

    status: str
    meaning: str
    problems: list[ToldProblem]
    content: Content | None


@dataclass(frozen=True, kw_only=True)
class Operation:
    """A method on a path."""

    anchor: str
    method: str
    path: str
    summary: str
    description: str
    deprecated: bool
    secured: bool
    scopes: list[str]
    parameters: list[Parameter]
    body: Content | None
    answers: list[Answer]

    @property
    def successes(self) -> list[Answer]:
        """The answers that fulfil the request and have something in them."""
        return [each for each in self.answers if each.status.startswith(SUCCESS) and each.content]


@dataclass(kw_only=True)
class Group:
    """The operations of one tag."""

    name: str
    description: str
    anchor: str
    operations: list[Operation] = field(default_factory=list)


def outline(openapi: Mapping[str, Any], unnamed: str) -> list[Group]:
    """The document's operations by tag, in the order of its tags, then of its paths.

    Operations without a tag come last, in a group called `unnamed`.
    """
    document = Document(openapi)
    groups: dict[str, Group] = {}
    for tag in openapi.get("tags", []):
        groups[tag["name"]] = _group(tag["name"], tag.get("description", ""))
    loose = _group(unnamed, "")
    for operation, tags in _operations(document):
        for tag in tags:
            groups.setdefault(tag, _group(tag, "")).operations.append(operation)
        if not tags:
            loose.operations.append(operation)
    return [group for group in (*groups.values(), loose) if group.operations]


def _operations(document: Document) -> Iterator[tuple[Operation, list[str]]]:
    for path, entry in document.root.get("paths", {}).items():
        item = document.resolve(entry)
        for method in METHODS:
            if method in item:
                yield _operation(document, method, path, item), item[method].get("tags", [])


def _operation(document: Document, method: str, path: str, item: Node) -> Operation:
    spoken = item[method]
    security = spoken.get("security", document.root.get("security", []))
    summary = spoken.get("summary") or f"{method.upper()} {path}"
    return Operation(
        anchor=slug(f"{method} {path}"),
        method=method.upper(),
        path=path,
        summary=summary,
        description=spoken.get("description", ""),
        deprecated=bool(spoken.get("deprecated")),
        # An empty requirement beside others means that the operation is open as well.
        secured=bool(security) and {} not in security,
        scopes=_scopes(security),
        parameters=list(
            _parameters(document, [*item.get("parameters", []), *spoken.get("parameters", [])])
        ),
        body=_content(document, document.resolve(spoken.get("requestBody", {}))),
        answers=[
            _answer(document, status, document.resolve(answer))
            for status, answer in sorted(spoken.get("responses", {}).items())
        ],
    )


def _parameters(document: Document, entries: Iterable[Node]) -> Iterator[Parameter]:
    for entry in entries:
        parameter = document.resolve(entry)
        schema = parameter.get("schema", {})
        yield Parameter(
            name=parameter["name"],
            where=parameter["in"],
            required=bool(parameter.get("required")),
            type=type_of(document, schema),
            meaning=parameter.get("description") or document.resolve(schema).get("description", ""),
            limits=document.limits(schema),
        )


def _content(document: Document, holder: Node) -> Content | None:
    for media_type, media in holder.get("content", {}).items():
        schema = media.get("schema", {})
        return Content(
            media_type=media_type,
            type=type_of(document, schema),
            fields=fields_of(document, schema),
            example=example_text(_given_example(document, media, schema)),
        )
    return None


def _given_example(document: Document, media: Node, schema: Node) -> Any:
    if "example" in media:
        return media["example"]
    for example in media.get("examples", {}).values():
        resolved = document.resolve(example)
        if "value" in resolved:
            return resolved["value"]
    return example_of(document, schema)


def _answer(document: Document, status: str, answer: Node) -> Answer:
    description = answer.get("description", "")
    told = {found["code"]: found["title"] for found in TOLD_CODE.finditer(description)}
    for code in _listed_codes(document, answer):
        told.setdefault(code, "")
    return Answer(
        status=status,
        meaning=TOLD_CODE.sub("", description),
        problems=[ToldProblem(code=code, title=title) for code, title in told.items()],
        content=_content(document, answer),
    )


def _listed_codes(document: Document, answer: Node) -> Iterator[str]:
    yield from answer.get(PROBLEM_CODES, [])
    for media_type, media in answer.get("content", {}).items():
        if not media_type.endswith("problem+json"):
            continue
        named = [document.resolve(each).get("value") for each in media.get("examples", {}).values()]
        for example in [media.get("example"), *named]:
            if isinstance(example, dict) and isinstance(example.get("code"), str):
                yield example["code"]


def _scopes(security: Iterable[Mapping[str, list[str]]]) -> list[str]:
    return list(
        dict.fromkeys(scope for way in security for scopes in way.values() for scope in scopes)
    )


def _group(name: str, description: str) -> Group:
    return Group(name=name, description=description, anchor=slug(f"group {name}"))


def slug(text: str) -> str:
    """An id for a place on a page.

    >>> slug("get /v1/dossiers/{code}")
    'get-v1-dossiers-code'
    """
    return re.sub(r"[^\w]+", "-", text.lower()).strip("-")
