"""JSON Schema as people read it: types in words, fields as rows, an example made from the shape."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Node = Mapping[str, Any]
"""An object of an OpenAPI document."""

DEEPEST = 6
"""Levels of nesting shown and exemplified; beyond, a shape is called an object."""

LIMITS = {
    "minLength": "≥ {} characters",
    "maxLength": "≤ {} characters",
    "minItems": "≥ {} items",
    "maxItems": "≤ {} items",
    "minimum": "≥ {}",
    "maximum": "≤ {}",
    "exclusiveMinimum": "> {}",
    "exclusiveMaximum": "< {}",
    "pattern": "matches {}",
}
"""Constraints worth telling, and how."""

SAMPLES = {
    "date-time": "2020-03-16T09:00:00+07:00",
    "date": "2020-03-16",
    "uri": "/",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "binary": "…",
}
"""Examples of strings by format, where the document gives none of its own."""

PLAIN_SAMPLES: Mapping[str, Any] = {
    "string": "…",
    "integer": 1,
    "number": 1,
    "boolean": False,
    "null": None,
}


@dataclass(frozen=True, kw_only=True)
class FieldRow:
    """One field of a body; `name` is its path from the top, e.g. ``items[].status``."""

    name: str
    type: str
    required: bool
    meaning: str
    limits: list[str]
    again: bool = False
    """Whether its own fields are those of a shape it stands in, shown further up already."""


class Document:
    """An OpenAPI document whose references can be followed."""

    def __init__(self, root: Node) -> None:
        self.root = root

    def resolve(self, node: Node) -> Node:
        """The object a reference stands for; what is written beside the reference wins.

        Raises `KeyError` for a reference to nowhere.
        """
        followed: set[str] = set()
        while "$ref" in node and node["$ref"] not in followed:
            followed.add(node["$ref"])
            beside = {key: value for key, value in node.items() if key != "$ref"}
            node = {**self._at(node["$ref"]), **beside}
        return node

    def limits(self, node: Node) -> list[str]:
        """The constraints of a value, in words."""
        schema, _ = self.choices(node)
        told = [text.format(schema[key]) for key, text in LIMITS.items() if key in schema]
        if "enum" in schema:
            told.insert(0, " | ".join(str(value) for value in schema["enum"]))
        if schema.get("default") is not None and not isinstance(schema["default"], dict | list):
            told.append(f"default {json.dumps(schema['default'], ensure_ascii=False)}")
        return told

    def choices(self, node: Node) -> tuple[Node, list[Node]]:
        """A value's shape without "or null" around it, and the alternatives where it has several."""
        schema = self.resolve(node)
        if len(schema.get("allOf", [])) == 1:
            outside = {key: value for key, value in schema.items() if key != "allOf"}
            schema = {**self.resolve(schema["allOf"][0]), **outside}
        ways = [self.resolve(way) for way in schema.get("anyOf", schema.get("oneOf", []))]
        real = [way for way in ways if way.get("type") != "null"]
        if len(real) == 1:
            kept = {key: value for key, value in schema.items() if key not in {"anyOf", "oneOf"}}
            return {**real[0], **kept}, []
        return schema, real

    def _at(self, reference: str) -> Node:
        node: Any = self.root
        for part in reference.removeprefix("#/").split("/"):
            node = node[part.replace("~1", "/").replace("~0", "~")]
        return dict(node)


def type_of(document: Document, node: Node) -> str:
    """A value's type in a few words.

    >>> type_of(Document({}), {"type": "array", "items": {"type": "string", "format": "date"}})
    'list of date'
    """
    schema, ways = document.choices(node)
    if ways:
        return " or ".join(dict.fromkeys(type_of(document, way) for way in ways))
    if "const" in schema:
        return json.dumps(schema["const"], ensure_ascii=False)
    kind = schema.get("type", "object" if "properties" in schema else "any")
    if kind == "array":
        return f"list of {type_of(document, schema.get('items', {}))}"
    values = schema.get("additionalProperties")
    if kind == "object" and isinstance(values, dict) and "properties" not in schema:
        return f"map to {type_of(document, values)}"
    return str(schema.get("format", kind)) if kind == "string" else str(kind)


def fields_of(document: Document, node: Node) -> list[FieldRow]:
    """The fields of a body, nested ones after the field they belong to."""
    return _fields(document, node, "", ())


def _fields(document: Document, node: Node, prefix: str, above: tuple[str, ...]) -> list[FieldRow]:
    schema, ways = document.choices(node)
    if schema.get("type") == "array":
        return _fields(document, schema.get("items", {}), f"{prefix}[]", above)
    rows: list[FieldRow] = []
    for way in ways:
        rows += [row for row in _fields(document, way, prefix, above) if row not in rows]
    identity = schema.get("title", prefix)
    for name, entry in schema.get("properties", {}).items():
        inner, _ = document.choices(entry)
        path = f"{prefix}.{name}" if prefix else name
        again = _shape_name(document, entry) in (*above, identity)
        rows.append(
            FieldRow(
                name=path,
                type=type_of(document, entry),
                required=name in schema.get("required", []),
                meaning=inner.get("description", ""),
                limits=document.limits(entry),
                again=again,
            )
        )
        if not again and len(above) < DEEPEST:
            rows += _fields(document, entry, path, (*above, identity))
    return rows


def _shape_name(document: Document, node: Node) -> str | None:
    schema, _ = document.choices(node)
    while schema.get("type") == "array":
        schema, _ = document.choices(schema.get("items", {}))
    title: str | None = schema.get("title") if "properties" in schema else None
    return title


def example_of(document: Document, node: Node, depth: int = 0) -> Any:
    """An example of a value, from the document's own examples first, else from its shape."""
    schema, ways = document.choices(node)
    given = _own_example(schema)
    if given is not None:
        return given
    if ways:
        return example_of(document, ways[0], depth)
    kind = schema.get("type")
    if depth > DEEPEST:
        return None
    if kind == "array":
        return [example_of(document, schema.get("items", {}), depth + 1)]
    if kind == "object" or "properties" in schema:
        return {
            name: example_of(document, entry, depth + 1)
            for name, entry in schema.get("properties", {}).items()
        }
    return SAMPLES.get(schema.get("format", ""), PLAIN_SAMPLES.get(str(kind)))


def example_text(example: Any) -> str | None:
    """An example as it is sent: text as it is, anything else as JSON; none where it is empty."""
    if example is None or example in ({}, [], "…"):
        return None
    return (
        example if isinstance(example, str) else json.dumps(example, ensure_ascii=False, indent=2)
    )


def _own_example(schema: Node) -> Any:
    for candidate in (schema.get("const"), schema.get("example"), *schema.get("examples", [])[:1]):
        if candidate is not None:
            return candidate
    if "enum" in schema:
        return schema["enum"][0]
    return schema.get("default")
