"""Messages that are kept and not worked out yet: by the process that took them, else by the worker."""

import asyncio
import logging
import time
from collections import deque
from contextlib import suppress
from datetime import timedelta

from chassis import telemetry
from chassis.database import UnitOfWork
from chassis.running import Running
from contracts.postal import CarrierRecordOutcome
from contracts.problems import Problem, Unavailable
from services.postal import queries
from services.postal.inbound import Kept, forget_messages, put_off, work_out
from services.postal.replays import forget_numbers

log = logging.getLogger("motcua.postal")

TOGETHER = 32
"""Messages the worker works out in one transaction."""

AT_THE_DOOR = 4
"""Messages worked out in one transaction where others are waiting to be kept."""

ROOM = 2
"""Messages whose answer waits here at one time; who comes beyond them is answered at once."""

LATER = 500
"""Messages answered at once that this process still sees to by itself, when nobody waits."""

OURS_FOR = 1.0
"""Seconds for which it does; then they are the worker's."""

ANSWER_WITHIN = 2.0
"""Seconds a carrier waits at most to hear what became of its records; they are kept whatever it hears."""

FORGOTTEN_AT_ONCE = 200
FOLD_SECONDS = 1.0
FORGET_SECONDS = 3600.0


class Folding:
    """Works kept messages out in this process, those that wait together, and tells what became of them."""

    def __init__(self, running: Running) -> None:
        self.room = ROOM
        self._running = running
        self._queue: deque[str] = deque()
        self._later: deque[tuple[float, str]] = deque(maxlen=LATER)
        self._waiting: dict[str, asyncio.Future[list[CarrierRecordOutcome] | None]] = {}
        self._task: asyncio.Task[None] | None = None

    async def outcomes_of(self, kept: Kept) -> list[CarrierRecordOutcome]:
        """What became of the records of a message, or that they are stored when that takes too long."""
        if kept.outcomes is not None:
            return kept.outcomes
        told = self._waiting.get(kept.digest)
        if told is None:
            if len(self._queue) >= self.room:
                self._later.append((time.monotonic(), kept.digest))
                self._start()
                return kept.stored()
            told = self._enter(kept.digest)
        # Not `wait_for`: before Python 3.12 it can swallow a cancellation.
        with suppress(TimeoutError):
            async with asyncio.timeout(ANSWER_WITHIN):
                return await asyncio.shield(told) or kept.stored()
        return kept.stored()

    async def aclose(self) -> None:
        """Finish what is under way; what only waits is the worker's."""
        self._queue.clear()
        self._later.clear()
        if self._task is not None:
            await self._task

    @property
    def busy(self) -> bool:
        """Whether messages are being worked out, or wait here to be."""
        return self._task is not None and not self._task.done()

    def _enter(self, digest: str) -> asyncio.Future[list[CarrierRecordOutcome] | None]:
        told = asyncio.get_running_loop().create_future()
        self._waiting[digest] = told
        self._queue.append(digest)
        self._start()
        return told

    def _start(self) -> None:
        if not self.busy:
            self._task = asyncio.create_task(self._run(), name="postal-folding")

    def _taken(self) -> list[str]:
        if self._queue:
            return [self._queue.popleft() for _ in range(min(AT_THE_DOOR, len(self._queue)))]
        taken: list[str] = []
        while self._later and len(taken) < AT_THE_DOOR:
            answered_at, digest = self._later.popleft()
            if time.monotonic() - answered_at < OURS_FOR:
                taken.append(digest)
        return taken

    async def _run(self) -> None:
        while taken := self._taken():
            begun = time.monotonic()
            found: dict[str, list[CarrierRecordOutcome]] = {}
            try:
                found = await self._running.do(work_out, taken)
            except Unavailable as away:
                log.warning("messages left to the worker", extra={"problem": away.code()})
            except Exception:
                log.exception("messages left to the worker")
            for digest in taken:
                told = self._waiting.pop(digest, None)
                if told is not None:
                    told.set_result(found.get(digest))
            if self._queue or self._later:
                # Half of the time belongs to keeping what comes next.
                await asyncio.sleep(time.monotonic() - begun)


async def open_folding(running: Running) -> Folding:
    """What works messages out in this process."""
    return Folding(running)


async def fold_kept(running: Running) -> None:
    """Work out every kept message that nobody has, until none is due."""
    while due := await queries.messages_to_work_out(TOGETHER, UnitOfWork(running.database)):
        digests = [batch.digest for batch in due]
        try:
            await running.do(work_out, digests)
        except Unavailable:
            raise
        except Exception:
            # One of them is the matter; its neighbours are none the worse for it.
            log.exception("messages are worked out one by one")
            for digest in digests:
                await _work_alone(digest, running)
    telemetry.CARRIER_WAITING.set(await queries.messages_waiting(UnitOfWork(running.database)))


async def forget_old(running: Running) -> None:
    """Erase messages, and forget numbers of messages, that are older than they are kept for."""
    kept_for = timedelta(days=running.settings.carrier_message_days)
    for forget in (forget_messages, forget_numbers):
        forgotten = FORGOTTEN_AT_ONCE
        while forgotten == FORGOTTEN_AT_ONCE:
            forgotten = await running.do(forget, kept_for, FORGOTTEN_AT_ONCE)


async def _work_alone(digest: str, running: Running) -> None:
    try:
        await running.do(work_out, [digest])
    except Unavailable:
        raise
    except Exception as failed:
        reason = failed.code() if isinstance(failed, Problem) else type(failed).__name__
        log.exception("message not worked out", extra={"kind": type(failed).__name__})
        telemetry.CARRIER_PUT_OFF.inc()
        await running.do(put_off, digest, reason)
