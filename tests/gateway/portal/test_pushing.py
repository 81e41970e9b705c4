"""Every change of a dossier reaches the national portal, once with effect, whatever its answers."""

import asyncio

import pytest

from chassis.running import Running, opened
from contracts.directory import AgencyRegistered
from contracts.intake import DossierPurged
from contracts.vocabulary import DossierStatus
from gateway.portal.line import PortalLine
from gateway.portal.pushing import push_due
from gateway.upstream import Upstreams
from suite.sandbox.faults import Fault
from suite.sandbox.national.ledger import Filing
from tests.builders import AGENCY
from tests.gateway.portal.offices import START, filed_on_portal, world
from tests.suite import national

CODE = "000.00.19.H29-200316-0001"


async def test_a_filed_dossier_reaches_the_portal_with_its_receipt(lone, tmp_path):
    async with world(lone, tmp_path) as w:
        await w.hear(w.office.file())
        await w.push()
        assert w.ledger.dossier(CODE).content["TrangThaiHoSo"] == "2"
        assert w.progress(CODE) == ["2"]
        told = await w.sync(CODE)
        assert (told["state"], told["sent_revision"], told["progress_rows_sent"]) == ("sent", 1, 1)
        [event] = await w.gateway.announced("national.synchronised")
        assert event["code"] == CODE
        assert w.ledger.refusals == []


async def test_what_changed_meanwhile_is_told_in_one_go(lone, tmp_path):
    async with world(lone, tmp_path) as w:
        await w.hear(w.office.file())
        for hours, status in enumerate([DossierStatus.PROCESSING] * 23 + [DossierStatus.DONE], 1):
            await w.hear(w.office.step(CODE, status, hours))
        await w.push()
        kept = w.ledger.dossier(CODE)
        assert len(kept.versions) == 1
        assert kept.content["TrangThaiHoSo"] == "9"
        assert w.progress(CODE) == ["2"] + ["4"] * 23 + ["9"]
        services = [one.service for one in w.ledger.arrivals]
        assert services.count("DongBoHoSoMC") == 1
        # One login, one dossier, three chunks of at most ten rows.
        assert w.line.calls == 5


async def test_a_later_change_is_an_update_and_only_its_new_rows(lone, tmp_path):
    async with world(lone, tmp_path) as w:
        await w.hear(w.office.file())
        await w.push()
        await w.hear(w.office.step(CODE, DossierStatus.DONE, 2))
        await w.push()
        assert [one.times for one in w.ledger.dossier(CODE).progress] == [1, 1]
        assert w.ledger.refusals == []


@pytest.mark.parametrize("fault", sorted(set(Fault) - {Fault.DUPLICATE_REF}))
@pytest.mark.parametrize("service", ["DongBoHoSoMC", "CapNhatTienDoHoSoMC"])
async def test_whatever_one_call_meets_the_portal_has_the_dossier_in_the_end(
    lone, tmp_path, fault, service
):
    async with world(lone, tmp_path) as w:
        w.faults.slow_seconds = 0.1
        w.faults.ask(fault, service=service)
        await w.hear(w.office.file())
        await w.push_all()
        assert w.ledger.dossier(CODE).content["TrangThaiHoSo"] == "2"
        assert w.progress(CODE) == ["2"]
        assert len(w.ledger.dossier(CODE).versions) == 1


async def test_a_dossier_that_came_another_way_is_updated(lone, tmp_path):
    async with world(lone, tmp_path) as w:
        w.ledger.know(CODE)
        await w.hear(w.office.file())
        await w.push()
        assert (await w.sync(CODE))["state"] == "sent"


async def test_a_dossier_the_portal_lost_is_handed_over_anew(lone, tmp_path):
    async with world(lone, tmp_path) as w:
        await w.hear(w.office.file())
        await w.push()
        w.ledger.dossiers.clear()
        await w.hear(w.office.step(CODE, DossierStatus.DONE, 2))
        await w.push_all()
        assert w.ledger.dossier(CODE).content["TrangThaiHoSo"] == "9"


async def test_a_refused_dossier_is_put_aside_at_once_with_words_that_name_nobody(lone, tmp_path):
    async with world(lone, tmp_path) as w:
        event = w.office.file()
        record = w.office.records[CODE]
        filing = record.filing.model_copy(
            update={
                "particulars": {"identities": [{"kind": "citizen_id", "number": "07920112345X"}]}
            }
        )
        w.office.records[CODE] = type(record).model_validate(
            record.model_dump() | {"filing": filing.model_dump(warnings=False)}
        )
        await w.hear(event)
        await w.push()
        told = await w.sync(CODE)
        assert (told["state"], told["reason"], told["failed_attempts"]) == ("parked", "refused", 1)
        assert "SoDinhDanh" in told["words"]
        assert "07920112345X" not in str(told)
        calls = w.line.calls
        w.clock.go(days=30)
        await w.push()
        assert w.line.calls == calls

        w.office.records[CODE] = record
        await w.hear(w.office.step(CODE, DossierStatus.PROCESSING, 2))
        await w.push()
        assert (await w.sync(CODE))["state"] == "sent"


async def test_what_the_portal_refuses_without_a_reason_is_put_aside_in_the_end(lone, tmp_path):
    async with world(lone, tmp_path, national_attempts=4) as w:
        await w.hear(w.office.file(1), w.office.file(2, **filed_on_portal("G22-1")))
        for _ in range(6):
            await w.push()
            w.clock.go(hours=2)
        assert [(row[1], row[4], row[5]) for row in await w.rows()] == [
            ("sent", 0, None),
            ("parked", 4, "unclear"),
        ]
        assert len(w.ledger.refusals) == 4


async def test_a_dossier_filed_on_the_portal_is_told_by_its_status_and_a_refusal_as_11(
    lone, tmp_path
):
    async with world(lone, tmp_path) as w:
        portal_code = "000.00.00.G22-260316-0007"
        w.ledger.file(Filing("ref-1", national.dossier(MaHoSo=portal_code)))
        await w.hear(w.office.file(**filed_on_portal(portal_code)))
        await w.push()
        await w.hear(w.office.step(CODE, DossierStatus.REFUSED, 2))
        await w.push()
        told = [kept.content for kept in w.ledger.filed[portal_code].statuses]
        assert [(one["TrangThai"], one["MaHoSoDonVi"]) for one in told] == [
            ("2", CODE),
            ("11", CODE),
        ]
        assert w.ledger.dossiers == {}


async def test_two_workers_never_tell_of_one_dossier_at_once(lone, tmp_path):
    async with world(lone, tmp_path) as w:
        w.faults.slow_seconds = 0.05
        await w.hear(*(w.office.file(number) for number in range(1, 13)))
        for _ in range(12):
            w.faults.ask(Fault.SLOW, service="DongBoHoSoMC")
        second = Running(w.running.service, w.running.settings, w.running.verifier)
        async with opened(second):
            second.database.now = w.clock
            second.keep(w.running.own(Upstreams))
            await asyncio.gather(push_due(w.running), push_due(second), push_due(second))
        assert len(w.ledger.dossiers) == 12
        assert all(
            [kept.times for kept in [*one.versions, *one.progress]] == [1, 1]
            for one in w.ledger.dossiers.values()
        )
        assert w.ledger.refusals == []


async def test_a_worker_that_never_comes_back_loses_nothing_and_doubles_nothing(lone, tmp_path):
    """Ended after the portal took the insert, before anything was remembered of it."""
    async with world(lone, tmp_path) as w:
        await w.hear(w.office.file())
        w.faults.slow_seconds = 30
        w.faults.ask(Fault.SLOW, service="CapNhatTienDoHoSoMC")
        working = asyncio.create_task(w.push())
        while not w.ledger.dossiers or not w.ledger.dossier(CODE).progress:
            await asyncio.sleep(0.01)
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)

        w.clock.go(minutes=5)
        await w.push()
        assert (await w.sync(CODE))["state"] == "waiting"
        w.clock.go(minutes=6)
        await w.push()
        assert (await w.sync(CODE))["state"] == "sent"
        assert len(w.ledger.dossier(CODE).versions) == 1
        assert w.progress(CODE) == ["2"]


async def test_intake_that_is_away_costs_no_attempt_and_no_call(lone, tmp_path):
    async with world(lone, tmp_path) as w:
        await w.hear(w.office.file())
        w.office.away = True
        for _ in range(20):
            await w.push()
            w.clock.go(hours=1)
        assert w.line.calls == 0
        [row] = await w.rows()
        assert (row[1], row[4], row[5]) == ("waiting", 0, "intake-away")
        w.office.away = False
        await w.push()
        assert (await w.sync(CODE))["state"] == "sent"


async def test_a_purged_dossier_is_told_no_more_and_keeps_its_counts(lone, tmp_path):
    async with world(lone, tmp_path) as w:
        await w.hear(w.office.file())
        await w.push()
        await w.hear(DossierPurged(code=CODE, agency=AGENCY, purged_at=START, revision=2))
        told = await w.sync(CODE)
        assert (told["state"], told["progress_rows_sent"]) == ("purged", 1)
        async with w.gateway.calls() as client:
            answer = await client.post(f"/v1/dossiers/{CODE}/national-sync/resend")
        assert (answer.status_code, answer.json()["code"]) == (409, "nothing-to-tell")


async def test_what_is_tried_out_in_a_sandbox_never_goes_out(lone, tmp_path):
    async with world(lone, tmp_path) as w:
        await w.hear(AgencyRegistered(code="SANDBOX", name="Thử", kind="sandbox", revision=1))
        await w.hear(w.office.file(agency="SANDBOX"))
        await w.push()
        assert w.line.calls == 0
        assert [row[1] for row in await w.rows()] == ["left_out"]


async def test_without_an_address_changes_are_marked_and_nothing_is_called(lone, tmp_path):
    async with world(lone, tmp_path, national_adapter_url="") as w:
        await w.hear(w.office.file(), w.office.step(CODE, DossierStatus.DONE, 2))
        await w.push()
        [row] = await w.rows()
        assert (row[1], row[2], row[3]) == ("waiting", 2, 0)
        assert w.line.calls == 0
        assert "national" not in await w.running.checks()
        assert (await w.sync(CODE))["reason"] == "not-configured"


async def test_events_out_of_order_and_repeated_want_the_latest(lone, tmp_path):
    async with world(lone, tmp_path) as w:
        filed = w.office.file()
        late = w.office.step(CODE, DossierStatus.PROCESSING, 1)
        last = w.office.step(CODE, DossierStatus.DONE, 2)
        await w.hear(last)
        await w.push()
        await w.hear(filed, late, last)
        await w.push()
        assert w.line.calls == 3
        told = await w.sync(CODE)
        assert (told["wanted_revision"], told["sent_revision"], told["agency"]) == (
            3,
            3,
            filed.agency,
        )


async def test_the_session_is_renewed_once_for_all(lone, tmp_path):
    async with world(lone, tmp_path) as w:
        await w.hear(*(w.office.file(number) for number in range(1, 9)))
        await w.push()
        logins = w.line.calls - 16
        assert logins == 1
        assert isinstance(w.line, PortalLine)
