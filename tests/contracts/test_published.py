"""The published contracts are fresh, and break nobody who built on the last release."""

import copy
import json

import pytest

from suite.compatibility import breaking_changes, contracts_folder, event_breaks, openapi_breaks
from suite.schemas import events, write_contracts


def test_the_published_contracts_are_fresh():
    assert write_contracts(check=True) == [], "run `make schemas`"


def test_nothing_breaks_what_was_released():
    assert breaking_changes() == []


def read(name):
    return json.loads((contracts_folder() / "published" / name).read_text("utf-8"))


@pytest.mark.parametrize("topic", events())
def test_every_example_is_valid_by_its_schema_and_opens(topic):
    from contracts.envelope import Envelope

    envelope = Envelope.model_validate(read(f"examples/{topic}.json"))
    assert envelope.type == f"vn.motcua.{topic}"
    assert envelope.open().topic == topic
    schema = read(f"events/{topic}.schema.json")
    assert set(schema.get("required", [])) <= set(envelope.data)
    assert set(envelope.data) <= set(schema["properties"])


def test_a_field_taken_from_an_event_is_noticed():
    before = read("events/dossier.filed.schema.json")
    after = copy.deepcopy(before)
    del after["properties"]["agency"]
    assert "data/agency: gone" in event_breaks(before, after)
    after = copy.deepcopy(before)
    after["properties"]["agency"]["type"] = "integer"
    assert event_breaks(before, after) == ["data/agency: may now be ['integer']"]
    after = copy.deepcopy(before)
    after["properties"]["news"] = {"type": "string"}
    assert event_breaks(before, after) == []


def test_a_route_or_a_field_of_the_api_that_changes_is_noticed():
    before = read("gateway.openapi.json")
    after = copy.deepcopy(before)
    del after["paths"]["/v1/dossiers"]["post"]
    assert "POST /v1/dossiers: gone" in openapi_breaks(before, after)
    after = copy.deepcopy(before)
    after["components"]["schemas"]["DossierFiling"]["required"].append("submitted_at")
    assert "POST /v1/dossiers/submitted_at: newly required" in openapi_breaks(before, after)
    after = copy.deepcopy(before)
    after["components"]["schemas"]["Channel"]["enum"].remove("post")
    assert any("no longer takes post" in line for line in openapi_breaks(before, after))
    after = copy.deepcopy(before)
    del after["components"]["schemas"]["DossierView"]["properties"]["due_at"]
    assert any("due_at: gone" in line for line in openapi_breaks(before, after))
    after = copy.deepcopy(before)
    after["components"]["schemas"]["DossierFiling"]["properties"]["news"] = {"type": "string"}
    assert openapi_breaks(before, after) == []
