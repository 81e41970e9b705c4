"""What `docker-compose.yml` starts: each container with limits, without rights, in an order that works."""

import re
from pathlib import Path

import pytest
import yaml

from chassis.settings import Settings
from suite.services import SERVICES

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
CONTAINERS = COMPOSE["services"]
APIS = tuple(SERVICES)
WORKERS = tuple(f"{name}-worker" for name in SERVICES)
OURS = (*APIS, *WORKERS, "migrate")
METRICS = "9464"


def amount(text: str) -> int:
    """Bytes of Compose's ``256m`` or ``1g``."""
    number, unit = re.fullmatch(r"(\d+)([mg])", text).groups()
    return int(number) * {"m": 2**20, "g": 2**30}[unit]


def test_the_containers_are_those_of_the_suite_and_its_two_servers():
    assert set(CONTAINERS) == {*OURS, "postgres", "rabbitmq"}


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_container_has_limits_and_no_rights(name):
    container = CONTAINERS[name]
    user = str(container["user"])
    assert user not in {"root", "0"}
    assert not user.startswith("0:")
    assert container["read_only"] is True
    assert container["cap_drop"] == ["ALL"]
    assert "cap_add" not in container
    assert container["security_opt"] == ["no-new-privileges:true"]
    assert not container.get("privileged")
    assert 2**26 <= amount(container["mem_limit"]) <= 2**30
    assert 0 < float(container["cpus"]) <= 2
    assert 0 < container["pids_limit"] <= 512
    assert all("size=" in mount for mount in container["tmpfs"])
    assert {"pid", "ipc", "network_mode", "devices"} & set(container) == set()
    assert "/var/run/docker.sock" not in str(container.get("volumes", ""))


@pytest.mark.parametrize("name", OURS)
def test_a_container_of_ours_is_nobody_on_the_machine(name):
    container = CONTAINERS[name]
    user, group = container["user"].split(":")
    assert int(user) >= 10001
    assert int(group) >= 10001
    for mount in container.get("volumes", []):
        assert mount.split(":")[0] in COMPOSE["volumes"], (
            "a volume of ours, no folder of the machine"
        )
    assert all("noexec" in mount and "nosuid" in mount for mount in container["tmpfs"])
    told = (ROOT / "Dockerfile").read_text("utf-8")
    assert f"USER {container['user']}" in told


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_container_waits_for_health_and_is_asked_for_its_own(name):
    container = CONTAINERS[name]
    for needed, how in container.get("depends_on", {}).items():
        once = CONTAINERS[needed].get("restart") == "no"
        expected = "service_completed_successfully" if once else "service_healthy"
        assert how == {"condition": expected}, (name, needed)
        assert once or "healthcheck" in CONTAINERS[needed]
    if name == "migrate":
        assert container["restart"] == "no"
        assert "postgres" in container["depends_on"]
        return
    assert container["restart"] == "unless-stopped"
    check = container["healthcheck"]
    assert check["test"][0] == "CMD"
    assert {"interval", "timeout", "retries", "start_period"} <= set(check)
    assert container["stop_grace_period"]
    if name in OURS:
        assert "migrate" in container["depends_on"]
        address = re.search(r"http://127\.0\.0\.1:(\d+)(/[a-z/]+)", check["test"][-1])
        told = container["environment"]
        listens = {told.get("MOTCUA_PORT"), told["MOTCUA_METRICS_PORT"]}
        assert address[1] in listens
        assert address[2] == "/health/ready"
    if name in WORKERS:
        assert "rabbitmq" in container["depends_on"]


def test_a_process_is_given_more_time_to_stop_than_it_gives_its_requests():
    from suite.serving import GRACE_SECONDS

    for name in (*APIS, *WORKERS):
        seconds = int(CONTAINERS[name]["stop_grace_period"].removesuffix("s"))
        assert seconds > GRACE_SECONDS, name


@pytest.mark.parametrize("name", [*APIS, *WORKERS])
def test_metrics_can_be_read_inside_and_by_nobody_outside(name):
    container = CONTAINERS[name]
    told = container["environment"]
    assert told["MOTCUA_METRICS_HOST"] == "0.0.0.0"
    assert told["MOTCUA_METRICS_PORT"] == METRICS
    assert told.get("MOTCUA_PORT") != METRICS
    assert "inside" in container["networks"]
    assert METRICS not in str(container.get("ports", ""))
    assert Settings(
        metrics_host=told["MOTCUA_METRICS_HOST"], metrics_port=told["MOTCUA_METRICS_PORT"]
    )


def test_only_the_gateway_has_a_port_and_only_on_loopback():
    assert {name for name, container in CONTAINERS.items() if "ports" in container} == {"gateway"}
    assert all(port.startswith("127.0.0.1:") for port in CONTAINERS["gateway"]["ports"])
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    outside = {name for name, c in CONTAINERS.items() if "outside" in c["networks"]}
    assert outside == {"gateway", "gateway-worker", "postal-worker"}


def test_secrets_are_files_that_are_made_and_never_environment(tmp_path):
    made = (ROOT / "deploy" / "make-secrets").read_text("utf-8")
    for name, secret in COMPOSE["secrets"].items():
        assert secret == {"file": f"var/secrets/{name}"}
        stem = name.split("-")[0]
        assert f'"{stem}-$name"' in made or f"keep {name}" in made, name
    for name, container in CONTAINERS.items():
        for secret in container.get("secrets", []):
            source = secret["source"] if isinstance(secret, dict) else secret
            assert source in COMPOSE["secrets"], (name, source)
        for key, value in container.get("environment", {}).items():
            assert key.endswith("_FILE") or "PASSWORD" not in key, (name, key)
            assert not re.search(r"//[^/@]+:[^/@]+@", str(value)), (name, key)


def test_what_is_told_to_the_portal_and_the_bus_can_be_set():
    told = CONTAINERS["gateway-worker"]["environment"]
    outward = {k: v for k, v in told.items() if k.startswith(("MOTCUA_NATIONAL_", "MOTCUA_LGSP_"))}
    known = {f"MOTCUA_{name.upper()}" for name in Settings.model_fields}
    assert set(outward) <= known
    secrets = CONTAINERS["gateway-worker"]["secrets"]
    for name, value in outward.items():
        if name.endswith("_FILE"):
            assert value.removeprefix("/run/secrets/") in secrets
        else:
            assert value == f"${{{name}:-}}"
    needed = {"ADAPTER_URL", "UNIT", "USERNAME", "PASSWORD_FILE"}
    assert {f"MOTCUA_NATIONAL_{name}" for name in needed} <= set(outward)
    assert {"MOTCUA_LGSP_URL", "MOTCUA_LGSP_AGENCIES"} <= set(outward)


def test_what_is_left_out_of_the_environment_is_as_the_settings_have_it():
    own = Settings()
    told = (ROOT / "docker-compose.yml").read_text("utf-8")
    found = re.findall(r"\"\$\{MOTCUA_([A-Z_]+):-([^}]*)\}\"", told)
    assert {"TRUSTED_PROXIES", "WEBHOOK_NETWORKS_CONFIRMED"} <= {name for name, _ in found}
    for name, default in found:
        known = getattr(own, name.lower())
        assert str(known).lower() == default.lower(), name
