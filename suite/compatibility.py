"""What would break somebody: the published contracts held against those of the last release.

Of what we send, nothing may go or change its type; of what we take, nothing new may be required and
nothing taken before may be refused. Anything else may be added.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

Schema = Mapping[str, Any]
METHODS = ("get", "put", "post", "delete", "patch")
SENT, TAKEN = "sent", "taken"


def contracts_folder() -> Path:
    """Where the contracts live."""
    return Path(str(resources.files("contracts")))


def breaking_changes() -> list[str]:
    """What the published contracts break of the released ones, a line each."""
    released, published = contracts_folder() / "released", contracts_folder() / "published"
    found: list[str] = []
    for path in sorted(released.rglob("*.json")):
        name = path.relative_to(released)
        if name.parts[0] not in {"events", "gateway.openapi.json"}:
            continue
        current = published / name
        if not current.exists():
            found.append(f"{name}: gone")
            continue
        before = json.loads(path.read_text("utf-8"))
        after = json.loads(current.read_text("utf-8"))
        compare = openapi_breaks if name.name.endswith("openapi.json") else event_breaks
        found += [f"{name}: {line}" for line in compare(before, after)]
    return found


def release_contracts() -> int:
    """Make the published contracts the ones that later changes are held against."""
    released, published = contracts_folder() / "released", contracts_folder() / "published"
    wanted = [published / "gateway.openapi.json", *sorted((published / "events").glob("*.json"))]
    for path in released.rglob("*.json"):
        path.unlink()
    for path in wanted:
        target = released / path.relative_to(published)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    return len(wanted)


def event_breaks(before: Schema, after: Schema) -> list[str]:
    """What a listener of an event would miss."""
    return list(_Comparison(before, after).schema(before, after, SENT, "data"))


def openapi_breaks(before: Schema, after: Schema) -> list[str]:
    """What a partner's program would stumble over."""
    comparison = _Comparison(before, after)
    found: list[str] = []
    for path, operations in before["paths"].items():
        for method in METHODS:
            if method in operations:
                place = f"{method.upper()} {path}"
                now = after["paths"].get(path, {}).get(method)
                if now is None:
                    found.append(f"{place}: gone")
                else:
                    found += comparison.operation(operations[method], now, place)
    return found


class _Comparison:
    """Two documents, each with its own definitions."""

    def __init__(self, before: Schema, after: Schema) -> None:
        self._before, self._after = before, after
        self._seen: set[tuple[str, str, str]] = set()

    def operation(self, before: Schema, after: Schema, place: str) -> Iterator[str]:
        """What one operation breaks."""
        was = set(before.get("x-motcua-scopes", []))
        now = set(after.get("x-motcua-scopes", []))
        if now and not (was & now):
            yield f"{place}: needs another scope"
        known = {(p["in"], p["name"]) for p in before.get("parameters", [])}
        for parameter in after.get("parameters", []):
            key = (parameter["in"], parameter["name"])
            if parameter.get("required") and key not in known:
                yield f"{place}: requires the new parameter {parameter['name']}"
        missing = known - {(p["in"], p["name"]) for p in after.get("parameters", [])}
        yield from (f"{place}: no longer takes {name}" for _, name in sorted(missing))
        for status, answer in before.get("responses", {}).items():
            if status.startswith("2"):
                now_answer = after.get("responses", {}).get(status)
                if now_answer is None:
                    yield f"{place}: no longer answers {status}"
                else:
                    yield from self._content(answer, now_answer, SENT, f"{place} -> {status}")
        if "requestBody" in before:
            yield from self._content(
                before["requestBody"], after.get("requestBody", {}), TAKEN, place
            )

    def _content(self, before: Schema, after: Schema, way: str, place: str) -> Iterator[str]:
        for kind, told in before.get("content", {}).items():
            now = after.get("content", {}).get(kind)
            if now is None:
                yield f"{place}: no longer {kind}"
            else:
                yield from self.schema(told.get("schema", {}), now.get("schema", {}), way, place)

    def schema(self, before: Schema, after: Schema, way: str, place: str) -> Iterator[str]:
        """What one schema breaks, on its way out (sent) or in (taken)."""
        pair = (str(before.get("$ref")), str(after.get("$ref")), way)
        if "$ref" in before:
            if pair in self._seen:
                return
            self._seen.add(pair)
        before, after = _resolved(before, self._before), _resolved(after, self._after)
        was, now = _types(before, self._before), _types(after, self._after)
        narrower = was - now if way == TAKEN else now - was
        if was and now and narrower:
            yield f"{place}: {'no longer takes' if way == TAKEN else 'may now be'} {sorted(narrower)}"
        yield from self._words(before, after, way, place)
        properties = before.get("properties", {})
        for name, told in properties.items():
            there = after.get("properties", {}).get(name)
            if there is None:
                yield f"{place}/{name}: gone"
            else:
                yield from self.schema(told, there, way, f"{place}/{name}")
        if way == TAKEN:
            new = set(after.get("required", [])) - set(before.get("required", []))
            yield from (f"{place}/{name}: newly required" for name in sorted(new))
        else:
            optional = set(before.get("required", [])) - set(after.get("required", []))
            yield from (f"{place}/{name}: no longer always sent" for name in sorted(optional))
        if "items" in before and "items" in after:
            yield from self.schema(before["items"], after["items"], way, f"{place}[]")

    def _words(self, before: Schema, after: Schema, way: str, place: str) -> Iterator[str]:
        if way == TAKEN and "enum" in before and "enum" in after:
            gone = set(before["enum"]) - set(after["enum"])
            yield from (f"{place}: no longer takes {word}" for word in sorted(gone))


def _resolved(schema: Schema, document: Schema) -> Schema:
    reference = schema.get("$ref")
    if not isinstance(reference, str):
        return schema
    found: Any = document
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return dict(found)


def _types(schema: Schema, document: Schema) -> set[str]:
    if "anyOf" in schema:
        return set().union(*(_types(_resolved(s, document), document) for s in schema["anyOf"]))
    told = schema.get("type")
    return set() if told is None else {told} if isinstance(told, str) else set(told)
