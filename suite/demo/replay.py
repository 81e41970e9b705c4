"""The driver of the demonstration: plays a stream against the public REST API, and nothing but that API.

It may be stopped and run again, against a server that was killed and restarted too: what was accepted already
is answered alike, and counts once.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field

import httpx

from contracts.vocabulary import ReportState
from suite.demo.calls import (
    Answer,
    Caller,
    Credentials,
    PublicApi,
    TcpCaller,
    TransportCaller,
)
from suite.demo.city import City, Procedure
from suite.demo.progress import Stage
from suite.demo.recording import RecordedCaller, Recording, TellPost
from suite.demo.reports import SelfReport
from suite.demo.steps import Callback, File, Progress, Rate, Ship, Step

WIDTH = 16
"""Calls under way at once."""

OK, CREATED, NOT_FOUND, CONFLICT, GONE = 200, 201, 404, 409, 410
TAKEN = frozenset({OK, CREATED})
KEPT_SURPRISES = 20


@dataclass
class Report:
    """What a replay did and met."""

    calls: Counter[str] = field(default_factory=Counter)
    """Steps taken, by their kind."""
    outcomes: Counter[str] = field(default_factory=Counter)
    """What became of the post's records, by the suite's own word."""
    rated: int = 0
    """Ratings that are in, whether from this run or an earlier one."""
    unexpected: int = 0
    """Answers nobody expected; the first of them in `surprises`."""
    surprises: list[str] = field(default_factory=list)

    def surprise(self, what: str) -> None:
        """Remember an answer that was not expected."""
        self.unexpected += 1
        if len(self.surprises) < KEPT_SURPRISES:
            self.surprises.append(what)


class Replay:
    """Plays steps: those of one dossier in their order, those of different ones side by side."""

    def __init__(
        self,
        api: PublicApi,
        *,
        tell_post: TellPost | None = None,
        account: str | None = "city",
        width: int = WIDTH,
    ) -> None:
        self.report = Report()
        self.api = api
        self.waiting: list[Rate] = []
        """Citizens whose invitation was not there yet."""
        self.shipped: set[tuple[str, str]] = set()
        """Dossiers with an item of the post, and their agencies."""
        self.filed: dict[str, str] = {}
        """Dossiers that were filed, and their agencies."""
        self._tell_post = tell_post
        self._events = (
            f"/v1/carriers/vnpost-d/{account}/events" if account else "/v1/carriers/vnpost-d/events"
        )
        self._width = width

    async def set_up(self, city: City, stage: Stage) -> None:
        """Enter the agencies, parents first, and publish the procedures."""
        root = city.agencies[0].code
        for agency in city.agencies:
            answer = await self.api.put(f"/v1/agencies/{agency.code}", agency.body, root)
            self._expect(answer, TAKEN, f"agency {agency.code}")
            stage.advance()

        async def publish(procedure: Procedure) -> None:
            for body in (procedure.body, *procedure.later):
                answer = await self.api.put(f"/v1/procedures/{procedure.code}", body, root)
                self._expect(answer, TAKEN, f"procedure {procedure.code}")
            stage.advance()

        await self.side_by_side(map(publish, city.procedures))

    async def read_back(self, stage: Stage) -> None:
        """Read every dossier once more: the record then holds the promise that stands."""

        async def read(dossier: str, agency: str) -> None:
            answer = await self.api.get(f"/v1/dossiers/{dossier}", agency)
            self._expect(answer, {OK}, f"reading {dossier}")
            stage.advance()

        await self.side_by_side(read(*one) for one in sorted(self.filed.items()))

    async def hand_in(
        self, reports: Iterable[SelfReport], approver: PublicApi, stage: Stage
    ) -> None:
        """Report figures, and have each approved by the other client."""

        async def one(report: SelfReport) -> None:
            path = f"/v1/indicators/{report.series}/reports"
            what = f"report of {report.series} by {report.agency}"
            answer = await self.api.post(path, report.body, report.agency)
            told = answer.json()
            if self._expect(answer, TAKEN, what) and told["state"] != ReportState.APPROVED:
                path = f"/v1/reports/{told['id']}/approve"
                answer = await approver.post(path, None, report.agency)
                self._expect(answer, TAKEN, f"approval of {what}")
            stage.advance()

        await self.side_by_side(map(one, reports))

    async def play(self, steps: Iterable[Step], stage: Stage) -> None:
        """Take every step. Raises `Unreachable` when the server stays away."""
        slots = asyncio.Semaphore(self._width)
        latest: dict[str, asyncio.Task[None]] = {}
        try:
            async with asyncio.TaskGroup() as group:
                for step in steps:
                    await slots.acquire()
                    dossiers = step.dossiers if isinstance(step, Callback) else (step.dossier,)
                    before = [latest[one] for one in dossiers if one in latest]
                    task = group.create_task(self._take(step, before, stage))
                    task.add_done_callback(lambda _: slots.release())
                    latest.update(dict.fromkeys(dossiers, task))
        except BaseExceptionGroup as failed:
            # One step's failure stops all; the rest of the group is those it took along.
            raise failed.exceptions[0] from failed

    async def rate_the_rest(self, *, seconds: float) -> None:
        """Let the citizens rate whose invitation was late; those never invited are a surprise."""
        until = asyncio.get_running_loop().time() + seconds
        while self.waiting and asyncio.get_running_loop().time() < until:
            again, self.waiting = self.waiting, []
            await self.side_by_side(self._rate(step) for step in again)
            if self.waiting:
                await asyncio.sleep(0.5)
        for step in self.waiting:
            self.report.surprise(f"no invitation to rate {step.dossier} ({step.occasion})")

    async def side_by_side(self, calls: Iterable[Awaitable[None]]) -> None:
        """Make calls that need no order among them, so many at once."""
        slots = asyncio.Semaphore(self._width)

        async def one(call: Awaitable[None]) -> None:
            async with slots:
                await call

        await asyncio.gather(*(one(call) for call in calls))

    async def _take(self, step: Step, before: list[asyncio.Task[None]], stage: Stage) -> None:
        if before:
            await asyncio.wait(before)
        if isinstance(step, File):
            await self._file(step)
        elif isinstance(step, Progress):
            await self._progress(step)
        elif isinstance(step, Ship):
            await self._ship(step)
        elif isinstance(step, Callback):
            await self._call_back(step)
        else:
            await self._rate(step)
        self.report.calls[type(step).__name__.lower()] += 1
        stage.advance()

    async def _file(self, step: File) -> None:
        answer = await self.api.post("/v1/dossiers", step.body, step.agency)
        self._expect(answer, TAKEN, f"filing {step.dossier}")
        self.filed[step.dossier] = step.agency

    async def _progress(self, step: Progress) -> None:
        path = f"/v1/dossiers/{step.dossier}/progress"
        answer = await self.api.post(path, {"items": list(step.items)}, step.agency)
        self._expect(answer, TAKEN, f"progress of {step.dossier}")

    async def _ship(self, step: Ship) -> None:
        # Postal hears of a dossier a moment after intake took it.
        answer = await self.api.post("/v1/shipments", step.body, step.agency, again_on={NOT_FOUND})
        self._expect(answer, TAKEN | {CONFLICT}, f"item of {step.dossier}")
        self.shipped.add((step.dossier, step.agency))

    async def _call_back(self, step: Callback) -> None:
        if self._tell_post is not None and step.truth:
            await self._tell_post(step.truth)
        answer = await self.api.post(self._events, step.raw, None)
        self._expect(answer, TAKEN, f"callback of {step.at.isoformat()}")
        told = answer.json()
        if isinstance(told, dict):
            self.report.outcomes.update(one["outcome"] for one in told.get("items", ()))

    async def _rate(self, step: Rate) -> None:
        path = f"/v1/dossiers/{step.dossier}/rating-invitations"
        answer = await self.api.get(path, step.agency)
        self._expect(answer, {OK, NOT_FOUND}, f"invitation of {step.dossier}")
        told = answer.json() if answer.status == OK else {"items": []}
        found = next((one for one in told["items"] if one["occasion"] == step.occasion), None)
        if found is None:
            self.waiting.append(step)
        elif found.get("used"):
            self.report.rated += 1
        else:
            body = {"token": found["token"], "answers": {"overall": step.option}, "language": "vi"}
            if step.comment:
                body["comment"] = step.comment
            answer = await self.api.post("/v1/ratings", body, None)
            if self._expect(answer, TAKEN | {CONFLICT, GONE}, f"rating of {step.dossier}"):
                self.report.rated += 1

    def _expect(self, answer: Answer, statuses: Iterable[int], what: str) -> bool:
        if answer.status in statuses:
            return True
        self.report.surprise(f"{what}: {answer.status} {answer.problem or repr(answer.body[:120])}")
        return False


def open_api(
    base_url: str,
    credentials: Credentials,
    city: City,
    *,
    transport: httpx.AsyncBaseTransport | None = None,
    width: int = WIDTH,
    patience: float | None = None,
    recording: Recording | None = None,
) -> tuple[PublicApi, Caller]:
    """The public API at an address, and the connections to close afterwards.

    `transport` reaches an application in the same process; without one calls go over TCP. What is called
    and answered is written into a `recording`.
    """
    caller: Caller
    caller = TransportCaller(base_url, transport) if transport else TcpCaller(base_url, width)
    if recording is not None:
        caller = RecordedCaller(caller, recording)
    more = {} if patience is None else {"patience": patience}
    return PublicApi(caller, credentials, city.parents, **more), caller


async def close_quietly(caller: Caller) -> None:
    """Let go of connections, even broken ones."""
    with suppress(OSError):
        await caller.close()
