"""The public document is one that somebody new can read: sentences, scopes, examples and problems."""

import json
import re
from functools import partial

import pytest

from contracts.vocabulary import Scope
from gateway.limits.kinds import DIALECT, FREE
from gateway.openapi import TAGS, calls, operations
from gateway.web.outline import outline
from suite.schemas import gateway_openapi, service_openapi
from suite.services import BEHIND

DOCUMENT = gateway_openapi()

OPERATIONS = dict(operations(DOCUMENT))
every_operation = pytest.mark.parametrize("route", OPERATIONS)


def media_of(operation, *statuses: str):
    for status, answer in operation["responses"].items():
        if status.startswith(statuses):
            yield from answer.get("content", {}).items()


@every_operation
def test_every_operation_has_a_summary_a_description_and_a_group(route):
    operation = OPERATIONS[route]
    assert re.fullmatch(r"[A-Z][^.]{3,60}", operation["summary"]), operation["summary"]
    assert operation["description"].strip().endswith("."), route
    [tag] = operation["tags"]
    assert tag in TAGS, f"say in gateway/openapi.py what {tag} are"


@every_operation
def test_every_body_that_is_sent_or_answered_has_an_example_in_each_of_its_types(route):
    """Missing? Show the call in the guide and run `make examples`."""
    operation = OPERATIONS[route]
    taken = operation.get("requestBody", {}).get("content", {}).items()
    bare = [kind for kind, media in [*taken, *media_of(operation, "2")] if "example" not in media]
    assert bare == [], route


@every_operation
def test_an_example_has_the_fields_its_schema_asks_for_and_no_others(route):
    operation = OPERATIONS[route]
    bodies = list(operation.get("requestBody", {}).get("content", {}).items())
    for kind, media in [*bodies, *media_of(operation, "2", "4")]:
        if kind == "application/json" and "example" in media:
            assert unlike(media["schema"], media["example"]) == [], (route, kind)


def unlike(schema, value, at="") -> list[str]:
    """Where a JSON value has other fields than its schema; words and types are the services' tests."""
    while "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    if "anyOf" in schema:
        return min((unlike(one, value, at) for one in schema["anyOf"]), key=len)
    shape = {list: "array", dict: "object"}.get(type(value))
    if shape and schema.get("type", shape) != shape:
        return [f"{at} is an {shape}"]
    if shape == "array":
        return [found for one in value for found in unlike(schema.get("items", {}), one, f"{at}[]")]
    if shape is None or "properties" not in schema:
        return []
    properties = schema["properties"]
    found = [f"{at}/{name} is missing" for name in schema.get("required", []) if name not in value]
    for name, one in value.items():
        if name in properties:
            found += unlike(properties[name], one, f"{at}/{name}")
        elif not schema.get("additionalProperties", False):
            found.append(f"{at}/{name} is not in the schema")
    return found


@every_operation
def test_every_operation_tells_what_can_be_met_at_the_door(route):
    operation = OPERATIONS[route]
    told = {status: answer["description"] for status, answer in operation["responses"].items()}
    if route.split()[1].startswith((*FREE, DIALECT)):
        assert "429" not in told
        return
    assert "`quota-exceeded`: " in told["429"]
    assert "`temporary-reduced-capacity`: " in told["503"]
    if operation["security"]:
        assert "`token-missing`: " in told["401"]
        assert "`scope-missing`: " in told["403"]
    if "application/json" in operation.get("requestBody", {}).get("content", {}):
        for status, code in (("400", "body-unreadable"), ("413", "body-too-large")):
            assert f"`{code}`: " in told[status]
        assert "`body-not-json`: " in told["415"]


OAUTH_REFUSES = {"POST /oauth/token": {"400", "401"}}
"""What RFC 6749 has a shape of its own for."""


@pytest.mark.parametrize(
    "document", [gateway_openapi, *(partial(service_openapi, name) for name in BEHIND)]
)
def test_every_refusal_is_told_in_the_type_it_is_sent_in(document):
    told = document()
    for route, operation in operations(told):
        for status, answer in operation["responses"].items():
            if not status.startswith(("4", "5")):
                continue
            oauth = status in OAUTH_REFUSES.get(route, ())
            kind = "application/json" if oauth else "application/problem+json"
            # Whether a process is ready is told in one shape, also with 503.
            kind = "application/json" if route == "GET /health/ready" else kind
            assert list(answer["content"]) == [kind], (route, status)
            shape = "TokenRefusal" if oauth else "ProblemView"
            assert answer["content"][kind]["schema"]["$ref"].endswith(f"/{shape}"), (route, status)
    for name in re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(told)):
        assert name in told["components"]["schemas"]


def test_every_scope_that_is_asked_for_is_told_in_words():
    told = DOCUMENT["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]
    assert set(told["scopes"]) == {str(scope) for scope in Scope}
    assert all(" · " in text for text in told["scopes"].values())
    for route, operation in OPERATIONS.items():
        for way in operation["security"]:
            assert set(way["oauth2"]) <= set(told["scopes"]), route


def test_every_refusal_in_words_has_its_code_on_the_page():
    groups = outline(DOCUMENT, "Other")
    assert [group.name for group in groups] == [tag["name"] for tag in DOCUMENT["tags"]]
    for operation in (one for group in groups for one in group.operations):
        for answer in operation.answers:
            if answer.status.startswith(("4", "5")) and operation.path != "/oauth/token":
                assert answer.problems, (operation.anchor, answer.status)


def test_the_guides_answers_are_of_routes_there_are_and_hold_no_key():
    assert set(calls()) - set(OPERATIONS) == set(), "run `make examples`"
    assert set(OPERATIONS) == set(calls())
    text = json.dumps(calls(), ensure_ascii=False)
    assert not re.search(r"eyJ\w|whsec_|Bearer \w|/r/[\w-]{20}", text)
