"""The house rules that can be asked of the running code: routes, events, settings, labels, migrations."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from chassis import migrations
from chassis.auth import declared_access
from chassis.running import Running
from chassis.settings import Settings, settings_example, settings_page
from chassis.web import RouteWithoutPermission, create_app, every_route
from gateway.door import OPEN, SHUT, openings
from suite.examples import EXAMPLES
from suite.schemas import events
from suite.services import BEHIND, SERVICES, topology
from suite.together import own_verifier

ROOT = Path(__file__).parents[2]


def app_of(name: str, folder: Path):
    settings = Settings(data=folder)
    return create_app(Running(SERVICES[name], settings, own_verifier(settings)))


@pytest.mark.parametrize("name", SERVICES)
def test_every_route_declares_who_may_call_it(name, tmp_path):
    routes = list(every_route(app_of(name, tmp_path).routes))
    assert len(routes) >= 4
    for route in routes:
        assert declared_access(route.dependant.dependencies) is not None, route.path
        assert "security" in route.openapi_extra, route.path


def test_a_route_without_a_permission_does_not_start(tmp_path):
    from dataclasses import replace

    from fastapi import APIRouter

    router = APIRouter()

    @router.get("/open-by-mistake")
    async def mistake() -> str:
        return ""

    settings = Settings(data=tmp_path)
    service = replace(SERVICES["rating"], router=router)
    with pytest.raises(RouteWithoutPermission, match="open-by-mistake"):
        create_app(Running(service, settings, own_verifier(settings)))


@pytest.mark.parametrize("name", BEHIND)
def test_every_public_route_of_a_service_is_opened_or_left_shut_by_name(name, tmp_path):
    """A new route is public only when the door says so; none is forgotten."""
    routes = {
        f"{method} {route.path}"
        for route in every_route(app_of(name, tmp_path).routes)
        if route.path.startswith("/v1")
        for method in route.methods
    }
    assert not set(OPEN[name]) & set(SHUT.get(name, ()))
    assert routes == set(OPEN[name]) | set(SHUT.get(name, ()))


@pytest.mark.parametrize("name", BEHIND)
def test_every_write_declares_its_problems(name, tmp_path):
    for route in every_route(app_of(name, tmp_path).routes):
        if route.methods & {"POST", "PUT"}:
            assert route.responses, f"{route.methods} {route.path}"


def test_every_event_has_an_example_and_its_publisher_exists():
    assert set(EXAMPLES) == set(events())
    for topic, event in events().items():
        assert event.publisher in SERVICES, topic
        assert re.fullmatch(r"[a-z]+\.[a-z_]+", topic)
        assert EXAMPLES[topic].event.topic == topic


def test_every_subscription_is_to_an_event_that_somebody_publishes():
    for service, topics in topology().hears.items():
        assert topics <= set(events()), service


def test_every_setting_is_on_the_settings_page_and_has_a_sentence():
    page = (ROOT / "docs" / "operations" / "settings.md").read_text("utf-8")
    assert page == settings_page(), "run `make docs`"
    assert (ROOT / ".env.example").read_text("utf-8") == settings_example(), "run `make docs`"
    assert [n for n, f in Settings.model_fields.items() if not f.description] == []


def test_the_list_of_indicators_is_the_one_of_the_definitions():
    from services.kpi.indicators import LIBRARY
    from services.kpi.indicators.page import definitions_page

    page = (ROOT / "docs" / "leaders" / "indicators.md").read_text("utf-8")
    assert page == definitions_page(LIBRARY), "run `make docs`"
    assert [n for n in range(1, 48) if f"\n| K{n:02}, " not in page] == []


def test_every_dependency_has_its_reason():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = [
        re.split(r"[=<>\[]", dependency)[0].lower()
        for dependency in project["dependencies"] + project["optional-dependencies"]["dev"]
    ]
    [page] = (ROOT / "docs" / "decisions").glob("0011*.md")
    text = page.read_text("utf-8").lower()
    assert [name for name in names if f"`{name}" not in text] == []


@pytest.mark.parametrize("name", SERVICES)
def test_every_migration_runs_up_matches_the_tables_and_runs_down(name, engine, tmp_path, request):
    service = SERVICES[name]
    url = Settings(data=tmp_path).database_for(name)
    if engine == "postgres":
        url = request.getfixturevalue("databases").make(service, migrated=False)
    migrations.upgrade(service.package, url)
    assert migrations.drift(service.metadata, url) == []
    head = (migrations.folder_of(service.package) / "HEAD").read_text().strip()
    assert migrations.head_of(service.package) == head
    migrations.downgrade(service.package, url)
    migrations.upgrade(service.package, url)


def test_every_plan_and_indicator_cites_its_sentence():
    from services.kpi import indicators

    assert len(indicators.INDICATORS) == 77
    for definition in indicators.INDICATORS.values():
        assert definition.source.sentence, definition.id


def test_compose_starts_exactly_what_the_suite_names_with_settings_that_exist():
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    started = {}
    for name, container in compose["services"].items():
        command = container.get("command")
        if isinstance(command, list) and command[0] in {"serve", "work", "migrate"}:
            started[name] = tuple(command)
    expected = {("serve", name) for name in SERVICES} | {("work", name) for name in SERVICES}
    expected |= {("migrate",)}
    assert set(started.values()) == expected
    known = {f"MOTCUA_{name.upper()}" for name in Settings.model_fields}
    for name, container in compose["services"].items():
        environment = container.get("environment", {})
        used = {key for key in environment if key.startswith("MOTCUA_")}
        assert used <= known, name


def test_the_door_opens_only_what_is_published():
    assert len(openings()) == sum(map(len, OPEN.values()))
