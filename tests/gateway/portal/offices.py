"""An intake of one's own, the gateway before it, and the stand-in of the portal on a real socket."""

from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from fastapi import FastAPI, Response

from contracts.directory import AgencyRegistered
from contracts.intake import (
    DossierFiled,
    DossierFiling,
    DossierParticulars,
    DossierProgressed,
    DossierRecord,
    DossierView,
    TimelineEntry,
)
from contracts.intake.clock import ClockView
from contracts.vocabulary import VIETNAM, DossierStatus
from gateway import service
from gateway.portal.line import PortalLine
from gateway.portal.pushing import push_due
from gateway.upstream import InProcess, Upstreams
from suite.sandbox.faults import Faults
from suite.sandbox.national import NationalAccount, NationalLedger, create_national
from suite.sandbox.national.app import ADAPTER
from suite.sandbox.serving import served
from tests.builders import AGENCY, filing

START = datetime(2026, 3, 16, 9, tzinfo=VIETNAM)


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at.astimezone(UTC)

    def go(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass
class Office:
    """Dossiers as intake has them, whole."""

    records: dict[str, DossierRecord] = field(default_factory=dict)
    away: bool = False
    purged: set[str] = field(default_factory=set)

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.get("/v1/dossiers/{code}/record")
        async def record(code: str) -> Response:
            if self.away:
                return Response(status_code=503)
            if code in self.purged:
                return Response(status_code=410)
            if code not in self.records:
                return Response(status_code=404)
            body = self.records[code].model_dump_json()
            return Response(body, media_type="application/json")

        @app.get("/v1/dossiers")
        async def listed(limit: int = 50, cursor: str = "") -> dict:
            codes = sorted(code for code in self.records if code > cursor)
            page = [self.records[code].view.model_dump(mode="json") for code in codes[:limit]]
            return {"items": page, "next_cursor": codes[limit - 1] if len(codes) > limit else None}

        return app

    def file(self, number: int = 1, agency: str = AGENCY, **changes) -> DossierFiled:
        """A dossier taken in, and what is announced of it."""
        told = DossierFiling.model_validate(
            filing(number, received_at=START, agency=agency, **changes)
        )
        view = DossierView(
            code=told.code,
            procedure=told.procedure,
            procedure_version=1,
            agency=told.agency,
            competent_agency=told.agency,
            returning_agency=told.agency,
            channel=told.channel,
            return_mode=told.return_mode,
            status=DossierStatus.ACCEPTED,
            submitted_at=None,
            received_at=START,
            due_at=START + timedelta(days=3),
            done_at=None,
            returned_at=None,
            revision=1,
            clock=ClockView(
                rule_set="R2025", starts_on=None, limit=None, due_on=None, calendar="test"
            ),
        )
        self.records[told.code] = DossierRecord(
            filing=told,
            view=view,
            steps=[],
            procedure_name="Thành lập hộ kinh doanh",
            field="ho-kinh-doanh",
            field_name="Hộ kinh doanh",
            agency_name="Sở Nông nghiệp",
            competent_agency_name="Sở Nông nghiệp",
        )
        return DossierFiled(
            **view.model_dump(
                include={"code", "procedure", "agency", "competent_agency", "returning_agency"}
                | {"channel", "return_mode", "status", "received_at", "revision"}
            ),
            field="ho-kinh-doanh",
        )

    def step(self, code: str, status: DossierStatus, hours: float, **told) -> DossierProgressed:
        """A row of progress, and what is announced of it."""
        record = self.records[code]
        at = START + timedelta(hours=hours)
        entry = TimelineEntry(
            status=status,
            occurred_at=at,
            recorded_at=at,
            actor=told.get("actor", "Trần Thị B"),
            unit=None,
            note=told.get("note"),
            due_at=None,
        )
        changes = {"status": status, "revision": record.view.revision + 1}
        if status is DossierStatus.DONE:
            changes["done_at"] = at
        if status is DossierStatus.RETURNED:
            changes["returned_at"] = at
        self.records[code] = record.model_copy(
            update={
                "view": record.view.model_copy(update=changes),
                "steps": [*record.steps, entry],
            }
        )
        return DossierProgressed(code=code, revision=changes["revision"], status=status)


def filed_on_portal(code: str) -> dict:
    """What a filing tells of a dossier that was filed on the national portal."""
    return {
        "flags": {"national_portal": True},
        "particulars": DossierParticulars(portal_code=code).model_dump(mode="json"),
    }


@dataclass
class World:
    """A gateway that tells a portal of an office's dossiers."""

    gateway: object
    office: Office
    ledger: NationalLedger
    faults: Faults
    clock: Clock

    @property
    def running(self):
        return self.gateway.running

    @property
    def line(self) -> PortalLine:
        return self.running.own(PortalLine)

    async def hear(self, *events) -> None:
        await self.gateway.hear(*events)

    async def push(self) -> None:
        await push_due(self.running)

    async def push_all(self, tries: int = 400, **by: float) -> None:
        """Push until nothing waits; between two looks the clock goes on."""
        for _ in range(tries):
            await self.push()
            if not await self.rows("state = 'waiting'"):
                return
            self.clock.go(**(by or {"minutes": 5}))
        raise AssertionError(await self.rows("state = 'waiting'"))

    async def rows(self, where: str = "1 = 1") -> list:
        return await self.running.database.engine.execute(
            "SELECT code, state, wanted, sent, attempts, reason, words, try_at, rows_sent"
            f" FROM national_sync WHERE {where} ORDER BY code"
        )

    async def sync(self, code: str, **told) -> dict:
        async with self.gateway.calls(**told) as client:
            answer = await client.get(f"/v1/dossiers/{code}/national-sync")
            assert answer.status_code == 200, answer.text
            return answer.json()

    def progress(self, code: str) -> list[str]:
        return [kept.content["TrangThai"] for kept in self.ledger.dossier(code).progress]


@asynccontextmanager
async def world(lone, tmp_path, faults: Faults | None = None, ledger=None, **settings):
    """The whole of it; the office is heard of, the portal listens."""
    faults, ledger, office, clock = (
        faults or Faults(),
        ledger or NationalLedger(),
        Office(),
        Clock(),
    )
    account = NationalAccount()
    password = tmp_path / "portal-password"
    password.write_text(account.password)
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(served(create_national(ledger, faults=faults)))
        told = {
            "national_adapter_url": url + ADAPTER,
            "national_username": account.username,
            "national_password_file": password,
            "national_unit": "H29",
            "national_calls_per_second": 0,
            "national_read_seconds": 0.5,
        } | settings
        gateway = await stack.enter_async_context(lone(service, **told))
        behind = InProcess(office.app())
        gateway.running.keep(Upstreams({"intake": behind}))
        gateway.running.database.now = clock
        await gateway.hear(
            AgencyRegistered(code="H29", name="TP", kind="city", revision=1),
            AgencyRegistered(code=AGENCY, name="Sở", kind="department", parent="H29", revision=1),
        )
        yield World(gateway, office, ledger, faults, clock)
