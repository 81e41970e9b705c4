"""The set-up files of PostgreSQL and RabbitMQ, tried on real servers: who may what, by which password."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from chassis.bus import Parcel, Undeliverable
from chassis.database import Database
from chassis.dead_letters import collect_dead
from chassis.rabbit import RabbitBus
from chassis.settings import Settings
from services.kpi import commands
from suite.schemas import events
from suite.services import SERVICES, topology
from tests.servers import private_postgres, private_rabbitmq
from tests.servers.postgres import find_postgres

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A copy of ``deploy`` in which the secrets of an installation were made."""
    folder = tmp_path_factory.mktemp("installation")
    shutil.copytree(ROOT / "deploy", folder / "deploy")
    for _ in range(2):
        done = subprocess.run([folder / "deploy" / "make-secrets"], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    assert done.stdout == ""  # what is there stays
    return folder


@pytest.fixture(scope="module")
def secrets(folder):
    return folder / "var" / "secrets"


@pytest.fixture(scope="module")
def server(folder, secrets):
    """PostgreSQL as the image leaves it after its first start: databases and roles, passwords asked for."""
    with private_postgres(fsync=False) as node:
        environment = os.environ | {
            "PGHOST": "127.0.0.1",
            "PGPORT": str(node.port),
            "POSTGRES_USER": "postgres",
            "MOTCUA_SECRETS": str(secrets),
            "PATH": f"{find_postgres()}{os.pathsep}{os.environ['PATH']}",
        }
        script = folder / "deploy" / "postgres" / "10-databases.sh"
        done = subprocess.run(["sh", script], env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        rules = node.room / "cluster" / "pg_hba.conf"
        asked = [f"host all {role} 127.0.0.1/32 scram-sha-256" for role in roles()]
        rules.write_text("\n".join(asked) + "\n" + rules.read_text())
        reload = [find_postgres() / "psql", "-U", "postgres", "-qc", "SELECT pg_reload_conf()"]
        subprocess.run(reload, env=environment, check=True, capture_output=True)
        yield node


def roles() -> list[str]:
    return ["motcua_owner", *(f"motcua_{name}" for name in SERVICES)]


def settings_of(role, node, secrets, folder) -> Settings:
    """The settings of a container: the address without a password, the password's file beside it."""
    who = "motcua_owner" if role == "owner" else "motcua_{service}"
    address = f"postgresql+asyncpg://{who}@127.0.0.1:{node.port}/motcua_{{service}}"
    return Settings(
        data=folder / "data",
        secrets_dir=folder / "keys",
        database_url=address,
        database_password_file=secrets / f"postgres-{role}",
    )


@pytest.fixture(scope="module")
def migrated(server, secrets, folder):
    """Every service's tables, made by the command and the account that compose makes them with."""
    told = settings_of("owner", server, secrets, folder)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MOTCUA_")} | {
        "MOTCUA_DATA": str(told.data),
        "MOTCUA_SECRETS_DIR": str(told.secrets_dir),
        "MOTCUA_DATABASE_URL": told.database_url,
        "MOTCUA_DATABASE_PASSWORD_FILE": str(told.database_password_file),
    }
    command = [sys.executable, "-m", "suite.cli", "migrate"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return server


async def connect(told: Settings, service: str) -> asyncpg.Connection:
    return await asyncpg.connect(told.database_for(service).replace("+asyncpg", ""), timeout=10)


@pytest.mark.parametrize("name", SERVICES)
async def test_a_services_role_works_on_its_rows_and_changes_no_table(
    name, migrated, secrets, folder
):
    told = settings_of(name, migrated, secrets, folder)
    connection = await connect(told, name)
    try:
        assert await connection.fetchval("SELECT current_user") == f"motcua_{name}"
        for table in SERVICES[name].metadata.sorted_tables:
            await connection.fetchval(f'SELECT count(*) FROM "{table.name}"')
            await connection.execute(f'DELETE FROM "{table.name}" WHERE false')
        await connection.execute(
            "INSERT INTO outbox (event_id, topic, envelope, recorded_at)"
            " VALUES ('e', 't', '{}', now())"
        )
        await connection.execute("UPDATE outbox SET sent_at = now()")
        await connection.execute("DELETE FROM outbox")
        for forbidden in (
            "CREATE TABLE mine (a int)",
            "ALTER TABLE outbox ADD COLUMN mine int",
            "DROP TABLE outbox",
            "TRUNCATE outbox",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(forbidden)
    finally:
        await connection.close()
    for other in SERVICES:
        if other != name:
            url = told.database_for(name).replace("+asyncpg", "")
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await asyncpg.connect(f"{url.rpartition('/')[0]}/motcua_{other}")


async def test_the_role_of_kpi_counts_the_figures_anew(migrated, secrets, folder):
    told = settings_of("kpi", migrated, secrets, folder)
    database = Database(told.database_for("kpi"), SERVICES["kpi"].metadata)
    await database.open()
    try:
        assert await commands.rebuild(database) == 0
        assert (await commands.check(database)).facts == 0
    finally:
        await database.close()


async def test_a_wrong_password_is_refused(migrated, secrets, folder):
    told = settings_of("intake", migrated, secrets, folder)
    wrong = told.model_copy(update={"database_password_file": secrets / "postgres-kpi"})
    with pytest.raises(asyncpg.InvalidPasswordError):
        await connect(wrong, "intake")


def permissions(definitions: dict, user: str) -> dict:
    [found] = [one for one in definitions["permissions"] if one["user"] == user]
    return found


def test_the_brokers_users_are_those_of_compose_and_their_topics_those_of_the_suite(secrets):
    import yaml

    told = json.loads((secrets / "rabbitmq-definitions.json").read_text("utf-8"))
    names = {user["name"] for user in told["users"]}
    assert names == {f"motcua_{name}" for name in (*SERVICES, "operator")}
    assert "@" not in json.dumps(told["users"])
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"]
    used = {
        re.match(r"amqp://([a-z_]+)@", container["environment"]["MOTCUA_BROKER_URL"])[1]
        for container in compose.values()
        if "MOTCUA_BROKER_URL" in container.get("environment", {})
    }
    assert used == names
    writes = {one["user"]: re.compile(one["write"]) for one in told["topic_permissions"]}
    for topic, event in events().items():
        may = {user for user, pattern in writes.items() if pattern.search(topic)}
        assert may == {f"motcua_{event.publisher}"}, topic
    bus = RabbitBus("amqp://nowhere/", topology())
    for user in names - {"motcua_operator"}:
        for right in ("configure", "write", "read"):
            for name in (
                *(bus.queue(service) for service in SERVICES),
                "motcua.events",
                "motcua.dead",
            ):
                assert re.search(permissions(told, user)[right], name)


async def test_a_worker_publishes_its_own_topics_and_no_others_and_the_operator_reads_the_dead(
    secrets, tmp_path
):
    with private_rabbitmq() as node:
        node.ctl("import_definitions", str(secrets / "rabbitmq-definitions.json"))

        def bus_of(who: str) -> tuple[str, RabbitBus]:
            told = Settings(
                data=tmp_path,
                broker_url=f"amqp://motcua_{who}@127.0.0.1:{node.port}/",
                broker_password_file=secrets / f"rabbitmq-{who}",
            )
            return told.broker, RabbitBus(told.broker, topology())

        for publisher in SERVICES:
            _, bus = bus_of(publisher)
            await bus.open()
            for topic, event in events().items():
                parcel = Parcel(f"{publisher}-{topic}", topic, "{}")
                if event.publisher == publisher:
                    assert list(await bus.publish([parcel])) == [parcel.event_id]
                else:
                    with pytest.raises(Undeliverable):
                        await bus.publish([parcel])
            await bus.close()

        async def never(*_):
            raise AssertionError

        url, operator = bus_of("operator")
        found = await collect_dead(url, "motcua", SERVICES, never)
        assert (found.taken, found.left) == (0, 0)
        with pytest.raises(Undeliverable):
            await operator.publish([Parcel("x", "dossier.filed", "{}")])
        await operator.close()
        wrong = url.replace("motcua_operator", "motcua_intake")
        with pytest.raises(Undeliverable):
            await collect_dead(wrong, "motcua", SERVICES, never)
