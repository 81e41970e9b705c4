"""A year of dossiers, told to a portal of which every fifth call fails: both sides end up equal."""

import random
from collections import Counter, defaultdict

from contracts.intake import DossierAmended
from contracts.vocabulary import DossierStatus
from gateway.national import dossier_fields, progress_fields
from gateway.portal.answers import Outcome
from suite.sandbox.faults import UNANSWERED_AFTER, Fault, FaultPlan, Faults
from tests.gateway.portal.offices import world

DOSSIERS = 200
STARTED_AT_ONCE = 3
PATHS = (
    (DossierStatus.PROCESSING, DossierStatus.DONE, DossierStatus.RETURNED),
    (DossierStatus.PROCESSING, DossierStatus.WAITING_SUPPLEMENT, DossierStatus.PROCESSING),
    (DossierStatus.REFUSED,),
    (DossierStatus.PROCESSING,) * 12 + (DossierStatus.DONE,),
    (),
)
WAITED_FOR = {Fault.TIMEOUT, Fault.TIMEOUT_AFTER}
HURRIED = set(Fault) - {Fault.DUPLICATE_REF} - WAITED_FOR
"""Faults that cost no waiting; those that do have a small share of their own, for the test to end."""

LOST = UNANSWERED_AFTER | {Fault.TRUNCATED}
"""The call took effect, and nobody here can know."""


class Heeded(Faults):
    """Faults that remember which call they happened to."""

    def __init__(self, *told, **options) -> None:
        super().__init__(*told, **options)
        self.met: defaultdict[tuple[str, str], Counter] = defaultdict(Counter)

    def draw(self, service, subject, possible):
        fault = super().draw(service, subject, possible)
        if fault is not None:
            self.met[service, subject][fault] += 1
        return fault


class Overheard:
    """What the line was asked to write, call by call, and how each ended."""

    def __init__(self, line) -> None:
        self.calls = defaultdict(list)
        self.rows = defaultdict(list)
        self.late = Counter()
        """Calls that were given up; on a busy machine also such as nothing had happened to."""
        self._call = line.call
        line.call = self.call

    async def call(self, service, **fields):
        answer = await self._call(service, **fields)
        done = answer.outcome is Outcome.DONE
        for row in fields.get("data", ()):
            self.rows[service, row["MaHoSo"], str(row)].append(done)
        if "data" in fields:
            about = service, fields["data"][0]["MaHoSo"]
            self.calls[about].append(done)
            self.late[about] += "Timeout" in (answer.words or "")
        return answer


class City:
    """Dossiers on their paths, of which every look of the worker finds another part done."""

    def __init__(self, w, seed: int) -> None:
        self.w = w
        self.chosen = random.Random(seed)
        self.left = {n: list(self.chosen.choice(PATHS)) for n in range(1, DOSSIERS + 1)}
        self.begun: dict[int, int] = {}
        """Rows of progress of those that were filed."""
        self.looks = Counter()
        """Between how many looks of the worker something was heard of a dossier."""

    async def go_on(self, day: int) -> None:
        for number in list(self.begun):
            if self.left[number] and self.chosen.random() < 0.5:
                await self._progress(number, day)
            elif self.chosen.random() < 0.02:
                await self._hear(number, amended(self.w.office, code_of(number), day))
        for number in list(self.left)[len(self.begun) :][:STARTED_AT_ONCE]:
            self.begun[number] = 0
            await self._hear(number, self.w.office.file(number))

    async def _progress(self, number: int, day: int) -> None:
        taken = self.chosen.randint(1, 4)
        statuses, self.left[number] = self.left[number][:taken], self.left[number][taken:]
        events = []
        for hour, status in enumerate(statuses, 1):
            self.begun[number] += 1
            events.append(self.w.office.step(code_of(number), status, day * 24 + hour))
        # Some changes are heard of only by what came after them.
        heard = [one for one in events[:-1] if self.chosen.random() < 0.8]
        await self._hear(number, *heard, events[-1])

    async def _hear(self, number: int, *events) -> None:
        await self.w.hear(*events)
        self.looks[code_of(number)] += 1

    @property
    def over(self) -> bool:
        return len(self.begun) == DOSSIERS and not any(self.left.values())


def code_of(number: int) -> str:
    return f"000.00.19.H29-200316-{number:04d}"


def amended(office, code: str, day: int) -> DossierAmended:
    """A dossier whose owner is told otherwise from now on."""
    record = office.records[code]
    filing = record.filing.applicant.model_copy(update={"name": f"Nguyễn Văn A {day}"})
    view = record.view.model_copy(update={"revision": record.view.revision + 1})
    told = record.filing.model_copy(update={"applicant": filing})
    office.records[code] = record.model_copy(update={"filing": told, "view": view})
    kept = {"code", "procedure", "agency", "competent_agency", "returning_agency", "channel"}
    kept |= {"return_mode", "revision"}
    return DossierAmended(field=record.field, **view.model_dump(include=kept))


async def test_a_year_under_faults_ends_with_both_sides_equal_and_in_order(lone, tmp_path):
    shares = dict.fromkeys(HURRIED, 0.19 / len(HURRIED)) | dict.fromkeys(WAITED_FOR, 0.003)
    # Only the first telling of a dossier can meet it.
    shares[Fault.EXISTS] = 0.05
    faults = Heeded(FaultPlan(shares, seed=2026), slow_seconds=0.02, retry_after=1)
    async with world(lone, tmp_path, faults, national_read_seconds=0.3, national_at_once=8) as w:
        overheard, city = Overheard(w.line), City(w, 2026)
        for day in range(0, 365, 5):
            await city.go_on(day)
            await w.push()
            w.clock.go(days=5)
        for day in range(365, 465):
            if city.over:
                break
            await city.go_on(day)
        await w.push_all(minutes=20)

        assert city.over
        assert {row[1] for row in await w.rows()} == {"sent"}
        assert set(faults.happened) >= HURRIED - {Fault.SESSION_EXPIRED}
        assert sum(faults.happened.values()) > 250
        both_sides_are_equal(w)
        nothing_acknowledged_is_sent_again(w, overheard, city.looks)
        what_was_sent_again_is_explained_by_what_was_lost(w, overheard, faults)
        # Whatever was unclear was asked for, not tried: nothing gave the portal a reason to refuse.
        assert w.ledger.refusals == []
        events = await w.gateway.announced("national.synchronised")
        assert sorted(event["code"] for event in events) == sorted(w.office.records)


def both_sides_are_equal(w) -> None:
    assert w.ledger.dossiers.keys() == w.office.records.keys()
    assert len(w.ledger.dossiers) == DOSSIERS
    for code, record in w.office.records.items():
        kept = w.ledger.dossier(code)
        assert kept.content == dossier_fields(record)
        # Every row once, and in the order in which they happened, whatever push it came by.
        assert [one.content for one in kept.progress] == progress_fields(record)
        assert [one.number for one in kept.progress] == sorted(o.number for o in kept.progress)
    # Most were told several times, as they went on.
    assert sum(len(one.versions) > 1 for one in w.ledger.dossiers.values()) > DOSSIERS * 0.7


def nothing_acknowledged_is_sent_again(w, overheard: Overheard, looks: Counter) -> None:
    for (service, code, _), ends in overheard.rows.items():
        if service == "CapNhatTienDoHoSoMC":
            assert ends == [False] * (len(ends) - 1) + [True], (code, ends)
    for code in w.office.records:
        # Fields are acknowledged once for what was heard between two looks of the worker.
        assert sum(overheard.calls["DongBoHoSoMC", code]) <= looks[code]


def what_was_sent_again_is_explained_by_what_was_lost(w, overheard: Overheard, faults) -> None:
    again = 0
    for code, kept in w.ledger.dossiers.items():
        about = "CapNhatTienDoHoSoMC", code
        lost = overheard.late[about] + sum(faults.met[about][fault] for fault in LOST)
        assert all(one.times - 1 <= lost for one in kept.progress), code
        again += sum(one.times - 1 for one in kept.progress)
        about = "DongBoHoSoMC", code
        lost = overheard.late[about] + sum(faults.met[about][fault] for fault in LOST)
        taken = sum(one.times for one in kept.versions)
        assert taken - sum(overheard.calls[about]) <= lost, code
    # Some were lost at all: else nothing was tried here.
    assert again > 20
