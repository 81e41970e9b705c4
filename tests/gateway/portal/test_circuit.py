"""A portal that is away costs one try, not a call for each dossier; and nobody's attempts."""

from datetime import UTC, datetime, timedelta

from contracts.vocabulary import DossierStatus
from gateway.portal.circuit import FIRST_PAUSE, LONGEST_PAUSE, Circuit, CircuitState
from suite.sandbox.faults import Fault
from tests.gateway.portal.offices import world

NOW = datetime(2026, 3, 16, tzinfo=UTC)


def test_a_circuit_opens_after_consecutive_failures_and_lets_one_try():
    circuit = Circuit(failures=3)
    circuit.failed(NOW)
    circuit.failed(NOW)
    circuit.answered()
    circuit.failed(NOW)
    circuit.failed(NOW)
    assert circuit.admits(NOW)
    circuit.failed(NOW)
    assert not circuit.admits(NOW)
    later = NOW + FIRST_PAUSE
    assert circuit.admits(later)
    assert not circuit.admits(later)
    circuit.failed(later)
    assert not circuit.admits(later + FIRST_PAUSE)
    assert circuit.admits(later + 2 * FIRST_PAUSE)
    circuit.answered()
    assert circuit.admits(later)
    assert circuit.state is CircuitState.CLOSED


def test_the_pause_grows_and_ends_growing():
    circuit, at = Circuit(failures=1), NOW
    circuit.failed(at)
    for _ in range(30):
        at += LONGEST_PAUSE
        assert circuit.admits(at)
        circuit.failed(at)
    assert circuit.admits(at + LONGEST_PAUSE)


def test_a_try_without_a_call_leaves_the_way_free_for_another():
    circuit = Circuit(failures=1)
    circuit.failed(NOW)
    admission = circuit.admits(NOW + FIRST_PAUSE)
    circuit.release(admission)
    assert circuit.admits(NOW + FIRST_PAUSE)


def test_work_without_a_call_does_not_end_the_try_of_another():
    circuit = Circuit(failures=1)
    earlier = circuit.admits(NOW)
    circuit.failed(NOW)
    later = NOW + FIRST_PAUSE
    assert circuit.admits(later)
    circuit.release(earlier)
    assert not circuit.admits(later)
    assert circuit.state is CircuitState.HALF_OPEN


def test_who_asks_to_be_left_alone_is():
    circuit = Circuit()
    circuit.rest(NOW, 30)
    circuit.rest(NOW, 5)
    assert not circuit.admits(NOW + timedelta(seconds=29))
    assert circuit.admits(NOW + timedelta(seconds=31))


async def test_a_portal_that_is_down_for_four_days_loses_nothing_and_parks_nothing(lone, tmp_path):
    async with world(lone, tmp_path) as w:
        w.faults.down = True
        await w.hear(*(w.office.file(number) for number in range(1, 41)))
        codes = list(w.office.records)
        for hour in range(4 * 24):
            if hour < len(codes):
                await w.hear(w.office.step(codes[hour], DossierStatus.PROCESSING, 1 + hour))
            for _ in range(4):
                await w.push()
                w.clock.go(minutes=15)
        assert w.ledger.arrivals == []
        # Some failures open the circuit; from then on a look of the worker costs one try at most.
        assert w.line.calls <= 5 + w.running.settings.national_at_once + 4 * 4 * 24
        rows = await w.rows()
        assert {row[1] for row in rows} == {"waiting"}
        assert max(row[4] for row in rows) <= 2
        checks = await w.running.checks()
        assert checks["national"].startswith("behind")

        w.faults.down = False
        await w.push_all(minutes=1)
        assert {one.content["TrangThaiHoSo"] for one in w.ledger.dossiers.values()} == {"4"}
        assert len(w.ledger.dossiers) == 40
        assert all(w.progress(code) == ["2", "4"] for code in codes)
        assert all(one.times == 1 for d in w.ledger.dossiers.values() for one in d.progress)
        assert (await w.running.checks())["national"] == "ok"


async def test_an_account_that_is_refused_blames_no_dossier(lone, tmp_path):
    async with world(lone, tmp_path, national_username="somebody") as w:
        await w.hear(*(w.office.file(number) for number in range(1, 30)))
        for _ in range(20):
            await w.push()
            w.clock.go(minutes=10)
        assert w.line.calls <= 20 + w.running.settings.national_at_once
        assert {(row[1], row[4]) for row in await w.rows()} == {("waiting", 0)}
        assert w.line.trouble.startswith("login: ")


async def test_a_portal_that_asks_for_rest_gets_it_and_no_attempt_is_spent(lone, tmp_path):
    async with world(lone, tmp_path) as w:
        w.faults.retry_after = 60
        w.faults.ask(Fault.RATE_LIMIT, service="DongBoHoSoMC")
        await w.hear(w.office.file())
        await w.push()
        calls = w.line.calls
        w.clock.go(seconds=50)
        await w.push()
        assert w.line.calls == calls
        [row] = await w.rows()
        assert row[4] == 0
        await w.push_all()
        assert len(w.ledger.dossiers) == 1
