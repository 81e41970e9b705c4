"""What every test may ask for: real servers, databases of both engines, one service, the whole suite."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from joserfc.jwk import KeySet

from chassis import migrations
from chassis.auth import Verifier
from chassis.running import Running, opened
from chassis.service import Service
from chassis.settings import Settings
from chassis.web import create_app
from gateway.keys import SigningKey
from tests.databases import Databases, Embedded, Stock
from tests.servers import Postgres, RabbitMQ, postgres_server, rabbitmq_server

ENGINES = ("sqlite", "postgres")


def pytest_collection_modifyitems(items):
    """Mark what needs a server, so that `make test-embedded` can leave it out."""
    for item in items:
        params = item.callspec.params if hasattr(item, "callspec") else {}
        needs = {"postgres", "stock", "rabbitmq", "databases", "chromium"}
        on_servers = {params.get("engine"), params.get("lane")} & {"postgres", "processes"}
        if on_servers or needs & set(getattr(item, "fixturenames", ())):
            item.add_marker("servers")
        if item.get_closest_marker("servers") or item.path.parent.name == "stories":
            # It waits for other programs, on a machine that others may use too: see ADR 0034.
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_xdist_make_scheduler(config, log):
    """A file of tests stays with one runner, and all that use the ten processes stay with one too."""
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            path = nodeid.split("::", maxsplit=1)[0]
            ten = path.startswith("tests/stories/") or path == "tests/suite/test_partner_check.py"
            return "processes" if ten else path

    return Together(config, log)


def pytest_terminal_summary(terminalreporter):
    """Tell whole what failed at first: a test that needs a second run is one to mend."""
    for report in terminalreporter.stats.get("rerun", ()):
        terminalreporter.section(f"failed at first: {report.nodeid}", yellow=True)
        terminalreporter.line(str(report.longrepr))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def rabbitmq() -> Iterator[RabbitMQ]:
    with rabbitmq_server() as server:
        yield server


@pytest.fixture(scope="session")
def embedded(tmp_path_factory) -> Embedded:
    return Embedded(tmp_path_factory.mktemp("embedded"))


@pytest.fixture(scope="session")
def stock(postgres: Postgres) -> Iterator[Stock]:
    made = Stock(postgres)
    yield made
    made.close()


@pytest.fixture
async def chromium():
    """A headless browser, as people have one."""
    from playwright.async_api import async_playwright

    from tests.servers import find_chromium

    found = find_chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**found.launch)
        yield browser
        await browser.close()


@pytest.fixture
def databases(stock: Stock) -> Iterator[Databases]:
    fresh = Databases(stock)
    yield fresh
    fresh.drop()


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return request.param


@dataclass
class Lone:
    """One service on its own, without its worker; `client` calls it as partner `c-test` of H29."""

    running: Running
    key: SigningKey
    app: object

    @asynccontextmanager
    async def calls(
        self, agency: str | None = "H29", *scopes: str
    ) -> AsyncIterator[httpx.AsyncClient]:
        from contracts.vocabulary import Scope

        token = self.key.token("c-test", agency, scopes or [str(scope) for scope in Scope])
        async with self.anonymous() as client:
            client.headers["Authorization"] = f"Bearer {token}"
            yield client

    @asynccontextmanager
    async def anonymous(self) -> AsyncIterator[httpx.AsyncClient]:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            yield client

    async def hear(self, *events: object) -> None:
        """Let the service hear events, as if they had come over the bus."""
        from chassis.bus import Parcel
        from contracts.envelope import Envelope

        parcels = []
        for event in events:
            envelope = Envelope.around(
                event, id=uuid4().hex, subject="test", time=self.running.database.now()
            )
            parcels.append(Parcel(envelope.id, envelope.topic, envelope.model_dump_json()))
        await self.running.consumer.take(parcels)

    async def envelopes(self) -> list:
        """Every event the service has recorded in its envelope, in order."""
        from contracts.envelope import Envelope

        rows = await self.running.database.engine.execute("SELECT envelope FROM outbox ORDER BY id")
        return [Envelope.model_validate_json(row[0]) for row in rows]

    async def announced(self, topic: str | None = None) -> list[dict]:
        """The data of every event the service has recorded, in order."""
        import json

        rows = await self.running.database.engine.execute(
            "SELECT topic, envelope FROM outbox ORDER BY id"
        )
        return [json.loads(row[1])["data"] for row in rows if topic in (None, row[0])]


@pytest.fixture
def lone(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> Callable[..., object]:
    """`async with lone(service) as s`: one service, on SQLite and on PostgreSQL."""

    @asynccontextmanager
    async def open_lone(
        service: Service, *, earlier: tuple[str, list[str]] | None = None, **settings: object
    ) -> AsyncIterator[Lone]:
        """`earlier`: a revision and statements that fill it, before it is brought up to date."""
        url = ""
        async with AsyncExitStack() as stack:
            if engine == "postgres":
                fresh = Databases(request.getfixturevalue("stock"))
                stack.callback(fresh.drop)
                fresh.make(service, migrated=earlier is None)
                url = fresh.url
            # A test asks as fast as it can; those of the limits switch them on.
            settings.setdefault("limits", False)
            told = Settings(data=tmp_path / uuid4().hex, database_url=url, **settings)
            if earlier is not None:
                await _bring_up(service, told.database_for(service.name), *earlier)
            elif engine == "sqlite":
                request.getfixturevalue("embedded").make(service, told.database_for(service.name))
            key = SigningKey(told)
            keys = KeySet([key.public])

            async def fetch() -> KeySet:
                return keys

            verifier = Verifier(fetch, issuer=told.issuer, leeway=30)
            running = await stack.enter_async_context(opened(Running(service, told, verifier)))
            yield Lone(running, key, create_app(running))

    return open_lone


async def _bring_up(service: Service, url: str, revision: str, statements: list[str]) -> None:
    from sqlalchemy.ext.asyncio import create_async_engine

    migrations.upgrade(service.package, url, revision)
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        for statement in statements:
            await connection.exec_driver_sql(statement)
    await engine.dispose()
    migrations.upgrade(service.package, url)


@dataclass
class Suite:
    """The whole suite; `public()` is the gateway as the world sees it."""

    running: dict[str, Running]
    """The services' databases, whoever works on them."""
    app: object | None
    """The public application, where it runs in this process."""
    url: str = "http://test"

    @asynccontextmanager
    async def public(self) -> AsyncIterator[httpx.AsyncClient]:
        transport = None
        if self.app is not None:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=self.url, timeout=30) as client:
            yield client

    @asynccontextmanager
    async def partner(
        self, agency: str = "H29", scopes: str = ""
    ) -> AsyncIterator[httpx.AsyncClient]:
        """A partner's system with a token from the token endpoint."""
        from contracts.vocabulary import Scope
        from gateway.commands import add_partner

        held = scopes.split() or [str(scope) for scope in Scope]
        credentials = await self.running["gateway"].do(add_partner, "Đối tác thử", agency, held)
        async with self.public() as client:
            answer = await client.post(
                "/oauth/token",
                data={"grant_type": "client_credentials"},
                auth=(credentials.client_id, credentials.client_secret),
            )
            assert answer.status_code == 200, answer.text
            client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
            yield client

    async def settle(self, seconds: float = 30.0) -> None:
        from chassis.testing import settle

        await settle(self.running, seconds=seconds)


LANES = ("sqlite", "postgres", "processes")


@pytest.fixture(params=LANES)
def lane(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
async def suite(lane: str, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Suite]:
    """The whole suite three times: one process on SQLite with the local bus, one process on PostgreSQL
    with RabbitMQ, and ten processes on PostgreSQL with RabbitMQ."""
    if lane == "processes":
        request.getfixturevalue("processes")
    async with open_suite(lane, tmp_path, request) as opened_suite:
        yield opened_suite


@asynccontextmanager
async def open_suite(lane, folder: Path, request, **settings) -> AsyncIterator[Suite]:
    from suite.services import SERVICES
    from suite.together import own_verifier, together

    told = {
        "data": folder,
        "public_url": "http://test",
        "limits": False,
        "webhook_loopback": True,
        **settings,
    }
    if lane == "processes":
        from tests.processes import Processes

        ten: Processes = request.getfixturevalue("processes")
        told |= {"database_url": ten.database_url, "secrets_dir": ten.folder / "secrets"}
        told = Settings(**told)
        async with AsyncExitStack() as stack:
            running = {}
            for name, service in SERVICES.items():
                one = Running(service, told, own_verifier(told))
                running[name] = await stack.enter_async_context(opened(one))
                # The processes keep data keys at hand: one that was gone would still seal, and find nothing.
                kept = {"data_key", "edition_chain"}
                tables = [
                    f'"{t.name}"' for t in service.metadata.sorted_tables if t.name not in kept
                ]
                await one.database.engine.execute(f"TRUNCATE {', '.join(tables)}")
                if "edition_chain" in service.metadata.tables:
                    # So do they keep what the editions had closed that are gone.
                    grown = "UPDATE edition_chain SET revision = revision + 1"
                    await one.database.engine.execute(grown)
            one_suite = Suite(running, None, ten.url)
            yield one_suite
            await one_suite.settle()
        return
    if lane == "postgres":
        databases: Databases = request.getfixturevalue("databases")
        broker: RabbitMQ = request.getfixturevalue("rabbitmq")
        for service in SERVICES.values():
            databases.make(service)
        told |= {
            "database_url": databases.url,
            "broker_url": broker.url,
            "broker_prefix": f"{broker.prefix}.{uuid4().hex[:6]}",
        }
    told = Settings(**told)
    if lane == "sqlite":
        request.getfixturevalue("embedded").fill(told)
    async with together(told) as at_work:
        yield Suite(at_work.running, at_work.app)
    if lane == "postgres":
        await broker.forget(told.broker_prefix, SERVICES)


@pytest.fixture(scope="session")
def processes(stock: Stock, rabbitmq: RabbitMQ, tmp_path_factory):
    """Ten processes for all stories; each story begins on emptied tables."""
    from suite.services import SERVICES
    from tests.processes import Processes

    fresh = Databases(stock)
    for service in SERVICES.values():
        fresh.make(service, migrated=False)
    ten = Processes(
        tmp_path_factory.mktemp("processes"),
        fresh.url,
        rabbitmq.url,
        f"{rabbitmq.prefix}.{uuid4().hex[:6]}",
    )
    try:
        ten.start()
        yield ten
    finally:
        codes = ten.stop()
        fresh.drop()
    assert set(codes.values()) == {0}, codes
