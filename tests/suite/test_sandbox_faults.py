import asyncio
import json
import time
from collections import Counter

import httpx
import pytest

from suite.sandbox.faults import (
    INSERTS,
    LOGINS,
    READS,
    WRITES,
    Fault,
    FaultPlan,
    Faults,
)
from suite.sandbox.national import NationalLedger
from tests.suite.national import CODE, dossier, portal, progress


@pytest.fixture
def ledger():
    return NationalLedger()


@pytest.fixture
def faults():
    return Faults(slow_seconds=0.3)


@pytest.fixture
async def caller(ledger, faults):
    async with portal(ledger, faults) as made:
        yield made


async def test_a_slow_answer_is_right_and_late(caller, faults, ledger):
    faults.ask(Fault.SLOW)
    began = time.monotonic()
    assert (await caller.insert()).json()["error_code"] == "0"
    assert time.monotonic() - began >= 0.3
    assert ledger.exists(CODE)


@pytest.mark.parametrize(("fault", "effect"), [(Fault.TIMEOUT, False), (Fault.TIMEOUT_AFTER, True)])
async def test_a_call_that_is_never_answered_times_out(caller, faults, ledger, fault, effect):
    faults.ask(fault)
    with pytest.raises(httpx.ReadTimeout):
        await caller.insert()
    assert ledger.exists(CODE) is effect


async def test_a_server_error_has_no_effect(caller, faults, ledger):
    faults.ask(Fault.SERVER_ERROR)
    assert (await caller.insert()).status_code == 500
    assert not ledger.exists(CODE)


async def test_a_session_that_expires_in_the_middle_must_be_renewed(caller, faults, ledger):
    faults.ask(Fault.SESSION_EXPIRED)
    assert "Phiên" in (await caller.insert()).json()["message"]
    assert "Phiên" in (await caller.insert()).json()["message"]
    assert not ledger.exists(CODE)
    await caller.login()
    assert (await caller.insert()).json()["error_code"] == "0"


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (Fault.CODE_00, {"error_code": "00", "message": "Đồng bộ hồ sơ thành công"}),
        (
            Fault.RESPONSE_CODE,
            {"response_code": "00", "response_data": "Đồng bộ hồ sơ thành công"},
        ),
        (Fault.STATUS_ONLY, {"Status": "200", "Message": "Đồng bộ hồ sơ thành công"}),
        (Fault.TEXT_ONLY, {"message": "Đồng bộ hồ sơ thành công"}),
    ],
)
async def test_success_is_told_in_other_words(caller, faults, ledger, fault, told):
    faults.ask(fault)
    answer = await caller.insert()
    assert (answer.status_code, answer.json()) == (200, told)
    assert ledger.exists(CODE)


async def test_what_is_read_comes_along_in_the_other_convention(caller, faults):
    await caller.insert()
    faults.ask(Fault.RESPONSE_CODE)
    told = (await caller.look_up()).json()
    assert (told["response_code"], told["response_data"][0]["MaHoSo"]) == ("00", CODE)


async def test_an_insert_is_told_that_the_dossier_came_another_way_and_may_be_updated(
    caller, faults, ledger
):
    faults.ask(Fault.EXISTS)
    told = (await caller.insert()).json()
    assert told["error_code"] in {"3", "-3"}
    assert "đã tồn tại" in told["message"]
    assert ledger.dossier(CODE).content is None
    assert (await caller.update()).json()["error_code"] == "0"
    assert ledger.dossier(CODE).content == dossier()


async def test_rubbish_does_not_exist_by_another_way(caller, faults, ledger):
    faults.ask(Fault.EXISTS)
    assert "HinhThuc" in (await caller.insert(HinhThuc="9")).json()["message"]
    assert not ledger.exists(CODE)


async def test_an_error_may_be_told_although_it_took_effect(caller, faults, ledger):
    faults.ask(Fault.ERROR_AFTER)
    assert (await caller.insert()).json()["error_code"] == "-1"
    assert ledger.dossier(CODE).content == dossier()
    assert not ledger.refusals


async def test_a_connection_may_end_although_it_took_effect(caller, faults, ledger):
    await caller.insert()
    faults.ask(Fault.RESET_AFTER)
    with pytest.raises(httpx.TransportError):
        await caller.report(progress())
    assert [one.times for one in ledger.dossier(CODE).progress] == [1]
    assert (await caller.report(progress())).json()["error_code"] == "0"
    assert [one.times for one in ledger.dossier(CODE).progress] == [2]


async def test_a_rate_limit_comes_with_and_without_a_time_to_wait(caller, faults, ledger):
    faults.ask(Fault.RATE_LIMIT, Fault.RATE_LIMIT_SILENT)
    with_time, without = await caller.insert(), await caller.insert()
    assert with_time.status_code == without.status_code == 429
    assert (with_time.headers["retry-after"], "retry-after" in without.headers) == ("1", False)
    assert not ledger.exists(CODE)


@pytest.mark.parametrize(
    ("fault", "charset"), [(Fault.UTF_16, "utf-16"), (Fault.WINDOWS_1258, "cp1258")]
)
async def test_an_answer_may_lie_about_its_letters(caller, faults, ledger, fault, charset):
    faults.ask(fault)
    answer = await caller.insert()
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    with pytest.raises(UnicodeDecodeError):
        answer.content.decode()
    assert json.loads(answer.content.decode(charset))["error_code"] == "0"
    assert ledger.exists(CODE)


async def test_a_maintenance_page_is_html_with_status_200(caller, faults, ledger):
    faults.ask(Fault.MAINTENANCE)
    answer = await caller.insert()
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert "bảo trì" in answer.text
    assert not ledger.exists(CODE)


async def test_an_answer_may_be_cut_short(caller, faults, ledger):
    faults.ask(Fault.TRUNCATED)
    answer = await caller.insert()
    assert answer.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        answer.json()
    assert ledger.exists(CODE)


async def test_a_fault_waits_for_a_call_it_can_happen_to(caller, faults):
    faults.ask(Fault.EXISTS, service="DongBoHoSoMC")
    assert (await caller.look_up()).json()["error_code"] == "0"
    assert "đã tồn tại" in (await caller.insert()).json()["message"]
    assert faults.happened == Counter({Fault.EXISTS: 1})


async def test_the_switches_work_over_http(caller, faults):
    asked = {"faults": ["server-error"], "service": "TraCuuHoSo"}
    await caller.client.post("/sandbox/national/faults", json=asked)
    assert (await caller.look_up()).status_code == 500
    told = (await caller.client.get("/sandbox/national/faults")).json()
    assert told["happened"] == {"server-error": 1}
    wrong = await caller.client.post("/sandbox/national/faults", json={"faults": ["flood"]})
    assert wrong.status_code == 422


def fates(plan, calls=2000, possible=INSERTS):
    return [plan.fault_of(f"insert|D{n}", 1, possible) for n in range(calls)]


def test_the_same_seed_lets_the_same_calls_go_wrong():
    first, same = fates(FaultPlan.spread(0.2, 7)), fates(FaultPlan.spread(0.2, 7))
    assert first == same
    assert first != fates(FaultPlan.spread(0.2, 8))


def test_the_share_is_kept_and_every_possible_kind_happens():
    for possible in (READS, WRITES, INSERTS, LOGINS):
        told = fates(FaultPlan.spread(0.2, 7), 5000, possible)
        happened = Counter(told)
        assert 0.17 < 1 - happened.pop(None) / 5000 < 0.23
        assert set(happened) == set(possible)


def test_a_call_that_failed_may_go_well_the_next_time():
    plan = FaultPlan.spread(0.5, 1)
    assert any(plan.fault_of("D1", turn, WRITES) is None for turn in range(20))
    assert any(plan.fault_of("D1", turn, WRITES) for turn in range(20))


def test_a_plan_of_single_kinds_has_no_others():
    plan = FaultPlan({Fault.SLOW: 0.1, Fault.EXISTS: 0.1}, 3)
    assert set(fates(plan)) == {None, Fault.SLOW, Fault.EXISTS}
    assert set(fates(FaultPlan({}, 3))) == {None}
    assert None not in fates(FaultPlan({Fault.SLOW: 1.0}, 3))


@pytest.mark.parametrize("shares", [{Fault.SLOW: -0.1}, {Fault.SLOW: 0.7, Fault.TIMEOUT: 0.4}])
def test_shares_that_cannot_be_are_refused(shares):
    with pytest.raises(ValueError, match="between 0 and 1"):
        FaultPlan(shares)


async def test_concurrent_calls_meet_the_same_faults_in_any_order():
    async def run(codes):
        # An expired session would hit whoever comes next: here each call has a fate of its own.
        kinds = (Fault.SERVER_ERROR, Fault.MAINTENANCE, Fault.RATE_LIMIT)
        faults, ledger = Faults(), NationalLedger()
        async with portal(ledger, faults) as caller:
            faults.plan = FaultPlan.spread(0.6, 7, kinds)
            await asyncio.gather(*(caller.insert(MaHoSo=code) for code in codes))
        return set(ledger.dossiers)

    codes = [f"D{n}" for n in range(30)]
    kept = await run(codes)
    assert 0 < len(kept) < 30
    assert await run(codes[::-1]) == kept
