"""The published contracts, generated: JSON Schemas and examples of events, OpenAPI, AsyncAPI."""

from __future__ import annotations

import json
import tempfile
from importlib import resources
from pathlib import Path
from typing import Any

from fastapi import FastAPI

import contracts.channels
import contracts.incidents
import contracts.intake
import contracts.postal
import contracts.rating
import contracts.syncing  # noqa: F401 - importing a contract enters its events in the catalogue
from chassis.running import Running
from chassis.settings import Settings
from chassis.web import create_app
from contracts.envelope import TYPE_PREFIX, Envelope, Event
from suite.examples import EXAMPLES
from suite.services import BEHIND, SERVICES, topology
from suite.together import own_verifier


def write_contracts(*, check: bool = False) -> list[str]:
    """Write every published contract; return the names of those that were not fresh.

    With `check` nothing is written.
    """
    folder = Path(str(resources.files("contracts"))) / "published"
    stale: list[str] = []
    for name, text in sorted(_everything(folder, check=check).items()):
        path = folder / name
        if path.exists() and path.read_text("utf-8") == text:
            continue
        stale.append(name)
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    return stale


def _everything(folder: Path, *, check: bool) -> dict[str, str]:
    files: dict[str, str] = {}
    for name in BEHIND:
        document = service_openapi(name)
        files[f"{name}.openapi.json"] = _text(document)
        if not check:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{name}.openapi.json").write_text(_text(document), "utf-8")
    for topic, event in sorted(events().items()):
        files[f"events/{topic}.schema.json"] = _text(event_schema(event))
        files[f"examples/{topic}.json"] = _text(event_example(event))
    files["asyncapi.json"] = _text(asyncapi())
    files["gateway.openapi.json"] = _text(gateway_openapi())
    return files


def events() -> dict[str, type[Event]]:
    """Every event of the suite by its topic (events of tests are not of the suite)."""
    return {t: e for t, e in Event.catalogue.items() if e.__module__.startswith("contracts.")}


def service_openapi(name: str) -> dict[str, Any]:
    """A service's own OpenAPI document."""
    return _app_of(name).openapi()


def gateway_openapi() -> dict[str, Any]:
    """What the public reaches, in one document."""
    from gateway.openapi import public_openapi  # noqa: PLC0415 - it reads what was just written

    return public_openapi(_app_of("gateway"))


def _app_of(name: str) -> FastAPI:

    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder))
        return create_app(Running(SERVICES[name], settings, own_verifier(settings)))


def event_schema(event: type[Event]) -> dict[str, Any]:
    """The JSON Schema of an event's ``data``."""
    schema = event.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:motcua:event:{event.topic}",
        "x-motcua-publisher": event.publisher,
        "x-motcua-heard-by": topology().listeners(event.topic),
        **schema,
    }


def event_example(event: type[Event]) -> dict[str, Any]:
    """A whole envelope with an example of the event."""
    example = EXAMPLES[event.topic]
    envelope = Envelope.around(
        example.event,
        id="0" * 31 + "1",
        subject=example.subject,
        time=example.time,
        agency=example.agency,
        client="c-0123456789abcdef",
    )
    told: dict[str, Any] = json.loads(envelope.model_dump_json(exclude_none=True))
    return told


def asyncapi() -> dict[str, Any]:
    """AsyncAPI 3.0 of every event on the bus."""
    messages = {topic: _message(event) for topic, event in sorted(events().items())}
    channels = {
        topic: {
            "address": topic,
            "messages": {topic: {"$ref": f"#/components/messages/{topic}"}},
            "description": f"Published by {events()[topic].publisher}.",
        }
        for topic in messages
    }
    operations: dict[str, Any] = {}
    for topic, event in sorted(events().items()):
        ref = {"$ref": f"#/channels/{topic}"}
        operations[f"{event.publisher}.send.{topic}"] = {"action": "send", "channel": ref}
        for listener in topology().listeners(topic):
            operations[f"{listener}.receive.{topic}"] = {"action": "receive", "channel": ref}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Một Cửa",
            "version": "1",
            "description": "Events travel as CloudEvents 1.0 (JSON, structured) on one topic exchange. "
            "Extension attributes: `agency` (whose change it is, `*` for everybody's; absent for "
            "what nobody may follow), `revision` (of the subject, where there is one), `client` "
            "(who caused it), `traceparent`.",
        },
        "defaultContentType": "application/cloudevents+json",
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages},
    }


def _message(event: type[Event]) -> dict[str, Any]:
    summary = (event.__doc__ or "").strip().split("\n")[0]
    return {
        "name": TYPE_PREFIX + event.topic,
        "title": event.__name__,
        "summary": summary,
        "contentType": "application/cloudevents+json",
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-2020-12",
            "schema": {"$ref": f"events/{event.topic}.schema.json"},
        },
        "examples": [{"payload": event_example(event)["data"]}],
    }


def _text(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
