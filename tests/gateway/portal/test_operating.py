"""What operators see of the way to the portal, and what they can have told again."""

import asyncio
from datetime import datetime
from functools import partial

import pytest

from contracts.directory import AgencyRegistered
from contracts.vocabulary import DossierStatus
from gateway.portal import commands, jobs, reconciling, telling
from suite.sandbox.faults import Fault
from tests.builders import AGENCY
from tests.gateway.portal.offices import START, filed_on_portal, world

CODE = "000.00.19.H29-200316-0001"
OTHER = "H29.7"


def code_of(number: int) -> str:
    return f"000.00.19.H29-200316-{number:04d}"


async def parked(w, count: int) -> None:
    """Dossiers that the portal refuses without saying why, until they are put aside."""
    await w.hear(*(w.office.file(n, **filed_on_portal(f"G22-{n}")) for n in range(1, count + 1)))
    while await w.rows("state = 'waiting'"):
        await w.push()
        w.clock.go(hours=2)


async def test_what_was_put_aside_is_listed_and_told_again_when_it_is_mended(lone, tmp_path):
    async with world(lone, tmp_path, national_attempts=2) as w, w.gateway.calls() as client:
        await parked(w, 5)
        first = (await client.get("/v1/national-sync?state=parked&limit=3")).json()
        rest = await client.get(f"/v1/national-sync?state=parked&cursor={first['next_cursor']}")
        codes = [one["code"] for one in first["items"] + rest.json()["items"]]
        assert codes == [code_of(n) for n in range(1, 6)]
        assert rest.json()["next_cursor"] is None
        assert first["items"][0]["reason"] == "unclear"
        attempts = first["items"][0]["attempts"]
        assert [one["call"] for one in attempts] == ["DongBoTrangThaiHoSo"] * 2

        for number in range(1, 6):
            w.office.file(number)
        answer = await client.post("/v1/national-sync/resend", json={"parked": True})
        assert answer.json() == {"resent": 5, "more": False, "unknown": []}
        await w.push()
        assert {row[1] for row in await w.rows()} == {"sent"}
        assert len(w.ledger.dossiers) == 5


async def test_the_parked_of_one_reason_are_told_again_alone(lone, tmp_path):
    async with world(lone, tmp_path, national_attempts=1) as w, w.gateway.calls() as client:
        await parked(w, 2)
        told = {"parked": True, "reason": "refused"}
        assert (await client.post("/v1/national-sync/resend", json=told)).json()["resent"] == 0
        told["reason"] = "unclear"
        assert (await client.post("/v1/national-sync/resend", json=told)).json()["resent"] == 2


async def test_one_dossier_is_told_again_whatever_the_portal_has(lone, tmp_path):
    async with world(lone, tmp_path) as w, w.gateway.calls() as client:
        await w.hear(w.office.file())
        await w.push()
        w.ledger.dossier(CODE).versions[-1].content["ChuHoSo"] = "Ai đó khác"
        answer = await client.post(f"/v1/dossiers/{CODE}/national-sync/resend")
        assert answer.json()["state"] == "waiting"
        await w.push()
        assert w.ledger.dossier(CODE).content["ChuHoSo"] == "Nguyễn Văn A"
        assert w.progress(CODE) == ["2"]
        assert len(await w.gateway.announced("national.synchronised")) == 1


async def test_a_dossier_that_was_just_filed_is_waited_for(lone, tmp_path):
    async with world(lone, tmp_path, settle_seconds=20) as w, w.gateway.calls() as client:
        asked = asyncio.create_task(client.get(f"/v1/dossiers/{CODE}/national-sync"))
        again = asyncio.create_task(client.post(f"/v1/dossiers/{CODE}/national-sync/resend"))
        await asyncio.sleep(0.2)
        await w.hear(w.office.file())
        for answer in (await asked, await again):
            assert (answer.status_code, answer.json()["state"]) == (200, "waiting"), answer.text


async def test_dossiers_of_some_days_and_named_ones_are_told_again(lone, tmp_path):
    async with world(lone, tmp_path) as w, w.gateway.calls() as client:
        await w.hear(w.office.file(1))
        w.clock.go(days=1)
        await w.hear(w.office.file(2))
        w.clock.go(days=1)
        await w.hear(w.office.file(3))
        await w.push()

        async def resent(**told):
            answer = await client.post("/v1/national-sync/resend", json=told)
            assert answer.status_code == 200, answer.text
            return answer.json()

        days = await resent(**{"from": "2026-03-17", "to": "2026-03-18"})
        assert days["resent"] == 1
        assert [row[0] for row in await w.rows("state = 'waiting'")] == [code_of(2)]
        named = await resent(codes=[code_of(1), "H29-nowhere", code_of(1)])
        assert named == {"resent": 1, "more": False, "unknown": ["H29-nowhere"]}


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"codes": []},
        {"codes": ["x"], "parked": True},
        {"from": "2026-03-17"},
        {"from": "2026-03-18", "to": "2026-03-18"},
        {"reason": "refused"},
        {"parked": True, "everything": True},
    ],
)
async def test_a_resending_that_does_not_say_which_is_refused(lone, tmp_path, told):
    async with world(lone, tmp_path) as w, w.gateway.calls() as client:
        answer = await client.post("/v1/national-sync/resend", json=told)
        assert answer.status_code == 422, answer.text
        assert answer.json()["errors"]


async def test_nobody_sees_or_resends_another_agencys_dossiers(lone, tmp_path):
    async with world(lone, tmp_path) as w:
        await w.hear(AgencyRegistered(code="X1", name="Khác", kind="city", revision=1))
        await w.hear(w.office.file())
        await w.push()
        async with w.gateway.calls("X1") as stranger:
            answers = [
                await stranger.get(f"/v1/dossiers/{CODE}/national-sync"),
                await stranger.post(f"/v1/dossiers/{CODE}/national-sync/resend"),
                await stranger.get(f"/v1/dossiers/{CODE}-none/national-sync"),
            ]
            assert {(a.status_code, a.json()["code"]) for a in answers} == {
                (404, "unknown-dossier")
            }
            told = {"codes": [CODE]}
            named = (await stranger.post("/v1/national-sync/resend", json=told)).json()
            assert named == {"resent": 0, "more": False, "unknown": [CODE]}
            everything = {"from": "2000-01-01", "to": "2100-01-01"}
            answer = await stranger.post("/v1/national-sync/resend", json=everything)
            assert answer.json()["resent"] == 0
            assert (await stranger.get("/v1/national-sync")).json()["items"] == []
            assert (await stranger.get(f"/v1/national-sync?agency={AGENCY}")).status_code == 404
        async with w.gateway.calls("H29", "dossiers:read") as reader:
            assert (await reader.get(f"/v1/dossiers/{CODE}/national-sync")).status_code == 200
            answer = await reader.post(f"/v1/dossiers/{CODE}/national-sync/resend")
            assert answer.status_code == 403


async def test_a_resending_during_an_attempt_is_told_after_it(lone, tmp_path):
    async with world(lone, tmp_path) as w, w.gateway.calls() as client:
        w.faults.slow_seconds = 0.3
        w.faults.ask(Fault.SLOW, service="DongBoHoSoMC")
        await w.hear(w.office.file())
        working = asyncio.create_task(w.push())
        while not w.ledger.dossiers:
            await asyncio.sleep(0.01)
        await client.post(f"/v1/dossiers/{CODE}/national-sync/resend")
        await working
        await w.push()
        assert [one.times for one in w.ledger.dossier(CODE).versions] == [2]
        assert [one.times for one in w.ledger.dossier(CODE).progress] == [1]


async def test_metrics_tell_what_waits_and_how_long(lone, tmp_path):
    async with world(lone, tmp_path, national_attempts=1) as w:
        await parked(w, 2)
        await w.hear(w.office.file(9))
        w.clock.go(minutes=90)
        await jobs.gauge(w.running)

        def value(metric) -> float:
            return metric.collect()[0].samples[0].value

        assert (value(telling.WAITING), value(telling.PARKED)) == (1, 2)
        assert value(telling.OLDEST) == 5400
        assert (await w.running.checks())["national"] == (
            "behind: the oldest change waits for 90 min"
        )


async def compare(w, **told):
    await jobs.reconcile_yesterday(w.running)
    async with w.gateway.calls(**told) as client:
        answer = await client.get("/v1/national-sync/reconciliation?date=2026-03-16")
        assert answer.status_code == 200, answer.text
        return answer.json()


async def test_a_day_is_compared_dossier_by_dossier_and_every_difference_has_its_reason(
    lone, tmp_path
):
    async with world(lone, tmp_path, national_attempts=1) as w:
        assert (await compare(w))["state"] == "none"
        await w.hear(*(w.office.file(number) for number in range(1, 5)))
        await w.push()
        del w.ledger.dossiers[code_of(2)]
        w.ledger.dossier(code_of(3)).versions[-1].content["TrangThaiHoSo"] = "9"
        w.office.file(5)
        await w.hear(w.office.file(6, **filed_on_portal("G22-6")))
        await w.push()
        # Past midnight, before and after the hour that is set.
        w.clock.go(hours=16)
        assert (await compare(w))["state"] == "none"
        w.clock.go(hours=2)
        await w.hear(w.office.step(code_of(4), DossierStatus.DONE, 20))
        day = await compare(w)
        assert (day["state"], day["ours"], day["theirs"]) == ("complete", 6, 4)
        assert {(one["code"], one["difference"]) for one in day["differing"]} == {
            (code_of(2), "missing_there"),
            (code_of(3), "status_differs"),
            (code_of(4), "not_yet_sent"),
            (code_of(5), "unknown_here"),
            (code_of(6), "parked"),
        }
        assert [one["agency"] for one in day["by_agency"]] == [AGENCY] * 6
        calls = w.line.calls
        await compare(w)
        assert w.line.calls == calls, "a day that was compared is not compared again by itself"


async def test_a_comparison_announces_what_was_announced_otherwise(lone, tmp_path):
    async with world(lone, tmp_path, national_attempts=1) as w, w.gateway.calls() as client:
        await w.hear(*(w.office.file(number) for number in range(1, 4)))
        await w.push()
        # The second is lost there; the fourth came another way, and the fifth is unheard of here.
        del w.ledger.dossiers[code_of(2)]
        w.office.file(5)
        w.ledger.know(code_of(5))
        w.clock.go(hours=18)
        w.faults.ask(*[Fault.ERROR_AFTER] * 2, service="DongBoHoSoMC")
        await w.hear(w.office.file(4))
        await w.push()
        asked_at = w.running.database.now()
        await compare(w)

        async def announced(topic: str) -> list[str]:
            return [event["code"] for event in await w.gateway.announced(topic)]

        [missed] = await w.gateway.announced("national.missed")
        assert (missed["code"], missed["agency"]) == (code_of(2), AGENCY)
        assert datetime.fromisoformat(missed["missed_at"]) == asked_at
        there = await announced("national.synchronised")
        assert sorted(there) == [code_of(n) for n in (1, 2, 3, 4, 5)]
        assert (await w.sync(code_of(2)))["first_sent_at"] is None
        assert (await w.sync(code_of(4)))["first_sent_at"] is not None

        # Compared anew nothing is new; told again it is there again.
        w.clock.go(hours=1)
        await reconciling.reconcile(START.date(), w.running, anew=True)
        assert await announced("national.missed") == [code_of(2)]
        await client.post(f"/v1/dossiers/{code_of(2)}/national-sync/resend")
        await w.push_all()
        assert (await announced("national.synchronised"))[-1] == code_of(2)
        assert (await w.sync(code_of(2)))["first_sent_at"] is not None


async def test_an_answer_that_is_older_than_the_last_telling_announces_nothing(lone, tmp_path):
    async with world(lone, tmp_path) as w:
        await w.hear(w.office.file())
        asked_at = w.running.database.now()
        w.clock.go(seconds=1)
        await w.push()
        told = {"there": False}
        await w.running.do(partial(commands.find, **told), CODE, AGENCY, asked_at)
        assert await w.gateway.announced("national.missed") == []
        assert (await w.sync(CODE))["first_sent_at"] is not None


async def test_a_comparison_goes_on_where_the_portal_left_it(lone, tmp_path):
    async with world(lone, tmp_path) as w:
        await w.hear(*(w.office.file(number) for number in range(1, 151)))
        await w.push()
        w.clock.go(days=1)
        w.faults.down = True
        assert (await compare(w))["state"] == "running"
        w.faults.down = False
        w.clock.go(minutes=10)
        day = await compare(w)
        assert (day["state"], day["ours"], day["theirs"], day["differing"]) == (
            "complete",
            150,
            150,
            [],
        )
        await reconciling.reconcile(w.clock.at.date().replace(day=16), w.running, anew=True)
        again = await compare(w)
        assert (again["ours"], again["theirs"]) == (150, 150)
