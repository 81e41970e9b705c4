"""Two small services to try the chassis with: `shop` announces parcels, `ledger` counts them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

from fastapi import APIRouter
from joserfc.jwk import KeySet
from sqlalchemy.orm import registry
from sqlmodel import Field

from chassis.auth import Verifier, public_access
from chassis.bus import Bus, LocalBus, Parcel, Topology
from chassis.database import UnitOfWork
from chassis.database.shapes import CONTENDED
from chassis.edge import StrictRoute
from chassis.inbox import Subscriptions
from chassis.running import Running, opened
from chassis.service import Service
from chassis.settings import Settings
from chassis.tables import Stored
from chassis.web import Works
from contracts.envelope import Envelope, Event
from contracts.wire import View, Wire


class ParcelPosted(Event):
    """A parcel was posted (only in tests)."""

    topic = "test-parcel.posted"
    publisher = "shop"

    code: str
    weight: int


class NobodyListens(Event):
    """Something nobody hears (only in tests)."""

    topic = "test-parcel.ignored"
    publisher = "shop"

    code: str


class ShopBase(Stored, registry=registry()):
    pass


class Sale(ShopBase, table=True):
    code: str = Field(primary_key=True)
    weight: int
    revision: int = 1


class LedgerBase(Stored, registry=registry()):
    pass


class Entry(LedgerBase, table=True):
    code: str = Field(primary_key=True)
    weight: int


class Total(LedgerBase, table=True):
    __table_args__ = ({"info": {CONTENDED: True}},)

    name: str = Field(primary_key=True)
    count: int = 0
    weight: int = 0


class Bin(LedgerBase, table=True):
    shelf: int = Field(primary_key=True)
    place: int = Field(primary_key=True)
    count: int = 0
    weight: int = 0


class Selling(Wire):
    code: str
    weight: int


class Sold(View):
    code: str


shop_router = APIRouter(route_class=StrictRoute)


@shop_router.post("/sales", status_code=201, dependencies=[public_access("a test")])
async def sell(selling: Selling, work: Works) -> Sold:
    await work(post_parcel, selling.code, selling.weight)
    return Sold(code=selling.code)


async def post_parcel(code: str, weight: int, uow: UnitOfWork) -> Sale:
    sale = Sale.of(code=code, weight=weight)
    uow.add(sale)
    uow.record(ParcelPosted(code=code, weight=weight), subject=code)
    return sale


def shop() -> Service:
    return Service(
        name="shop",
        title="Sells.",
        metadata=ShopBase.metadata,
        router=shop_router,
        tree=lambda _: None,
        package="",
    )


def ledger(hear: Callable | None = None) -> Service:
    on = Subscriptions()

    async def count(event: ParcelPosted, uow: UnitOfWork) -> None:
        if hear is not None:
            await hear(event, uow)
        uow.add(Entry.of(code=event.code, weight=event.weight))
        uow.increase(Total, ("all",), {"count": 1, "weight": event.weight})

    on(ParcelPosted)(count)
    return Service(
        name="ledger",
        title="Counts.",
        metadata=LedgerBase.metadata,
        router=APIRouter(),
        on=on,
        tree=lambda _: None,
        package="",
    )


async def no_keys() -> KeySet:
    return KeySet([])


VERIFIER = Verifier(no_keys, issuer="test", leeway=0)


def topology() -> Topology:
    return Topology({"shop": frozenset(), "ledger": frozenset({ParcelPosted.topic})})


@asynccontextmanager
async def running(service: Service, settings: Settings) -> AsyncIterator[Running]:
    one = Running(service, settings, VERIFIER)
    await create_tables(one)
    async with opened(one):
        yield one


async def create_tables(one: Running) -> None:
    from sqlalchemy import create_engine
    from sqlalchemy.ext.asyncio import create_async_engine

    database = one.database
    if database.is_postgres:
        engine = create_async_engine(database.url)
        async with engine.begin() as connection:
            await connection.run_sync(database.metadata.create_all)
        await engine.dispose()
        return
    Path(database.url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(database.url.set(drivername="sqlite"))
    database.metadata.create_all(engine)
    engine.dispose()


def parcel(event: Event, event_id: str | None = None, **changes) -> Parcel:
    from datetime import UTC, datetime

    envelope = Envelope.around(
        event, id=event_id or uuid4().hex, subject="test", time=datetime.now(UTC)
    )
    return Parcel(envelope.id, envelope.topic, envelope.model_dump_json(), **changes)


async def totals(one: Running) -> tuple[int, int]:
    rows = await one.database.engine.execute("SELECT count, weight FROM total WHERE name = 'all'")
    return (rows[0][0], rows[0][1]) if rows else (0, 0)


async def until(condition: Callable, seconds: float = 20.0) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.02)


def local_bus() -> Bus:
    return LocalBus(topology())
