"""Whatever the portal answers, its circuit hears of it, and the next dossier is told."""

import asyncio
from collections import deque
from contextlib import asynccontextmanager

import pytest

from gateway.portal import reconciling
from gateway.portal.circuit import CircuitState
from suite.sandbox.faults import Fault
from suite.sandbox.national import NationalLedger, create_national
from suite.sandbox.national.app import ADAPTER
from suite.sandbox.serving import served
from tests.gateway.portal.offices import START, world

CODE = "000.00.19.H29-200316-0001"
TOO_DEEP = b"[" * 100_000
WRITTEN_TOO_DEEP = b'{"error_code":' + b"[" * 900 + b"]" * 900 + b"}"
UNREADABLE = [TOO_DEEP, b'{"a":' * 100_000, b'{"error_code":' + b"1" * 5000 + b"}"]
UNKEEPABLE = b'{"error_code": "-1", "message": "L\\u1ed7i \\u0000 h\\ud800 th\\u1ed1ng"}'


class Odd:
    """The stand-in, of which the next calls are answered with what a test says."""

    def __init__(self, app) -> None:
        self.app = app
        self.answers: deque[bytes] = deque()

    async def __call__(self, scope, receive, send) -> None:
        if self.answers and scope["path"].endswith(("/g", "/login")):
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": self.answers.popleft()})
            return
        await self.app(scope, receive, send)


@asynccontextmanager
async def odd_world(lone, tmp_path, **settings):
    ledger = NationalLedger()
    odd = Odd(create_national(ledger))
    async with (
        served(odd) as url,
        world(lone, tmp_path, ledger=ledger, national_adapter_url=url + ADAPTER, **settings) as w,
    ):
        await w.hear(w.office.file())
        await w.push()
        w.line.circuit.answered()
        yield w, odd


async def half_opened(w) -> None:
    w.line.circuit.broke(w.running.database.now())
    w.clock.go(minutes=10)
    assert w.line.circuit.state is CircuitState.OPEN


@pytest.mark.parametrize(
    "body",
    [*UNREADABLE, WRITTEN_TOO_DEEP, UNKEEPABLE],
    ids=["lists", "objects", "number", "code", "words"],
)
async def test_an_odd_answer_to_the_try_of_an_open_circuit_leaves_the_next_try_free(
    lone, tmp_path, body
):
    async with odd_world(lone, tmp_path) as (w, odd):
        await w.hear(*(w.office.file(number) for number in range(2, 6)))
        await half_opened(w)
        odd.answers.append(body)
        await w.push()
        assert w.line.circuit.state is not CircuitState.HALF_OPEN
        await w.push_all()
        assert len(w.ledger.dossiers) == 5


@pytest.mark.parametrize("body", UNREADABLE, ids=["lists", "objects", "number"])
async def test_what_cannot_be_read_blames_the_portal_and_not_the_dossier(lone, tmp_path, body):
    async with odd_world(lone, tmp_path) as (w, odd):
        await w.hear(w.office.file(2))
        odd.answers.append(body)
        await w.push()
        [row] = await w.rows("state = 'waiting'")
        assert row[5] == "try-again"
        assert "cannot be read" in row[6] or "too deep" in row[6]
        # Enough of them open the circuit, and from then on no attempt is counted.
        for _ in range(40):
            odd.answers.append(body)
            await w.push()
            w.clock.go(hours=2)
        assert w.line.circuit.state is not CircuitState.CLOSED
        [row] = await w.rows("state = 'waiting'")
        assert row[4] < w.running.settings.national_attempts
        odd.answers.clear()
        await w.push_all()
        assert len(w.ledger.dossiers) == 2


async def test_words_that_no_database_keeps_are_kept_without_them(lone, tmp_path):
    async with odd_world(lone, tmp_path) as (w, odd):
        await w.hear(w.office.file(2))
        odd.answers.append(UNKEEPABLE)
        await w.push()
        [row] = await w.rows("state = 'waiting'")
        assert (row[5], row[6]) == ("unclear", "Lỗi h thống")


async def test_a_session_that_cannot_be_sent_back_is_forgotten(lone, tmp_path):
    async with odd_world(lone, tmp_path) as (w, odd):
        await w.hear(w.office.file(2))
        w.line._session = None
        odd.answers.append(b'{"error_code": "0", "session": "\\ud800"}')
        await w.push()
        [row] = await w.rows("state = 'waiting'")
        assert row[5] == "try-again"
        await w.push_all()
        assert len(w.ledger.dossiers) == 2


async def test_a_password_that_is_no_text_is_an_account_that_does_not_work(lone, tmp_path):
    async with odd_world(lone, tmp_path) as (w, _):
        w.running.settings.national_password_file.write_bytes(b"\xff\xfe\xff")
        w.line._session = None
        await w.hear(w.office.file(2))
        await w.push()
        [row] = await w.rows("state = 'waiting'")
        assert row[4] == 0
        assert w.line.trouble.startswith("login: password")


async def test_a_try_that_is_broken_off_leaves_the_next_one_free(lone, tmp_path):
    async with world(lone, tmp_path, national_read_seconds=30) as w:
        await w.hear(w.office.file(1), w.office.file(2))
        await half_opened(w)
        w.faults.ask(Fault.TIMEOUT, service="DongBoHoSoMC")
        working = asyncio.create_task(w.push())
        while not w.faults.happened:
            await asyncio.sleep(0.01)
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
        assert w.line.circuit.state is CircuitState.OPEN
        await w.push_all(minutes=11)
        assert len(w.ledger.dossiers) == 2


async def test_a_status_of_the_portals_that_no_database_keeps_is_compared(lone, tmp_path):
    async with odd_world(lone, tmp_path) as (w, odd):
        told = b'{"error_code": "0", "result": [{"TrangThaiHoSo": "2\\u0000\\ud800' + b"x" * 999
        odd.answers.append(told + b'"}]}')
        await reconciling.reconcile(START.date(), w.running)
        async with w.gateway.calls() as client:
            asked = f"/v1/national-sync/reconciliation?date={START.date()}"
            [one] = (await client.get(asked)).json()["differing"]
        assert one["difference"] == "status_differs"
        assert one["theirs"] == "2" + "x" * 39
