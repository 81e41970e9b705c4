"""A gateway with a partner, and what it takes to see webhooks arrive."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx

from chassis import journal
from chassis.bus import Parcel
from chassis.running import Running, opened
from contracts.directory import AgencyRegistered
from contracts.envelope import Envelope
from contracts.vocabulary import AgencyKind, Scope
from gateway import service as gateway
from gateway.commands import add_partner
from gateway.deliveries.targets import Names
from gateway.deliveries.work import Deliverer
from suite.examples import EXAMPLES

CITY, OFFICE, OTHER = "H29", "000.00.19.H29", "000.00.15.H29"
LOOPBACK = "127.0.0.0/8"


@dataclass
class Office:
    """The gateway at hand."""

    door: object
    client: httpx.AsyncClient
    """A partner of the city that is also its operator."""
    client_id: str
    moved: timedelta = timedelta()

    @property
    def running(self):
        return self.door.running

    def pass_time(self, **span):
        """Let the gateway's clock go on."""
        self.moved += timedelta(**span)
        self.running.database.now = lambda: datetime.now(UTC) + self.moved

    async def tell(self, *subjects, topic="dossier.filed", agency=OFFICE):
        """Things happen, and are in the journal."""
        parcels = []
        for subject in subjects:
            envelope = Envelope.around(
                EXAMPLES[topic].event,
                id=uuid4().hex,
                subject=subject,
                time=self.running.database.now(),
                agency=agency,
                client="c-somebody",
            )
            parcels.append(Parcel(envelope.id, envelope.topic, envelope.model_dump_json()))
        await self.running.consumer.take(parcels)
        await journal.place(self.running.database)
        return [parcel.event_id for parcel in parcels]

    async def subscribe(self, receiver, **changes):
        order = {"url": receiver.url, "networks": [LOOPBACK]} | changes
        answer = await self.client.post("/v1/webhooks", json=order)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def webhook(self, id):
        return (await self.client.get(f"/v1/webhooks/{id}")).json()

    async def deliveries(self, id, query=""):
        answer = await self.client.get(f"/v1/webhooks/{id}/deliveries{query}")
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]

    @asynccontextmanager
    async def partner(self, agency=CITY, scopes="webhooks:manage"):
        """Another partner's system."""
        made = await self.running.do(add_partner, "Đối tác", agency, scopes.split())
        async with self.door.anonymous() as client:
            token = self.door.key.token(made.client_id, agency, scopes.split())
            client.headers["Authorization"] = f"Bearer {token}"
            client.id = made.client_id
            yield client

    @asynccontextmanager
    async def delivering(self, name=None):
        """A worker delivers meanwhile."""
        deliverer = Deliverer(self.running, name)
        task = asyncio.create_task(deliverer.run())
        try:
            yield deliverer
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def office(lone, resolve=None, **settings):
    """A gateway that knows a city with two agencies."""
    # The receivers of these tests are on this machine.
    settings.setdefault("webhook_loopback", True)
    async with lone(gateway, **settings) as door:
        if resolve is not None:
            door.running.own(Names).resolve = resolve
        await door.hear(
            AgencyRegistered(code=CITY, name="Thành phố", kind=AgencyKind.CITY),
            *(
                AgencyRegistered(code=code, name=code, kind=AgencyKind.DEPARTMENT, parent=CITY)
                for code in (OFFICE, OTHER)
            ),
        )
        scopes = [str(scope) for scope in Scope]
        made = await door.running.do(add_partner, "Đối tác thử", CITY, scopes)
        token = door.key.token(made.client_id, CITY, scopes)
        async with door.anonymous() as client:
            client.headers["Authorization"] = f"Bearer {token}"
            yield Office(door, client, made.client_id)


@asynccontextmanager
async def other_worker(one):
    """Another process of the gateway on the same database."""
    first = one.running
    async with opened(Running(gateway, first.settings, first.verifier)) as other:

        def now():
            return first.database.now()

        other.database.now = now
        yield other


async def until(condition, seconds=20.0):
    """Wait for something to become true."""
    async with asyncio.timeout(seconds):
        while True:
            found = condition()
            if asyncio.iscoroutine(found):
                found = await found
            if found:
                return found
            await asyncio.sleep(0.02)
