"""A batch of rows, filed in one unit of work: each has its own outcome, none fails its neighbours."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from chassis.auth import Principal
from chassis.database import UnitOfWork
from contracts.intake import ImportReason, ImportRow
from contracts.problems import Problem
from contracts.vocabulary import ImportOutcome
from services.intake.bulk.rows import Row
from services.intake.bulk.steps import steps_of_row
from services.intake.commands.filing import DossierCodeTaken, admit, refusal
from services.intake.commands.progress import remember_steps
from services.intake.queries.imports import steps_of_many
from services.intake.tables import Dossier, Step

BREATH = 16
"""Rows between two pauses in which requests are served: a row takes a fraction of a millisecond."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of one row: an `ImportResult` before it is shown."""

    line: int
    code: str | None
    outcome: ImportOutcome
    reasons: tuple[ImportReason, ...] = ()


Places = tuple[str, str | None, str | None, str]


async def file_rows(rows: Sequence[Row], caller: Principal, uow: UnitOfWork) -> list[Judged]:
    """What became of each row, in their order; everything that was taken is in the unit of work."""
    batch = _Batch(caller, uow)
    await batch.look_up([row.filing for row in rows if row.filing is not None])
    results: list[Judged] = []
    for number, row in enumerate(rows):
        if number % BREATH == BREATH - 1:
            await asyncio.sleep(0)
        results.append(await batch.file(row))
    return results


class _Batch:
    """What rows of one batch share: the dossiers that were there, their steps, places refused."""

    def __init__(self, caller: Principal, uow: UnitOfWork) -> None:
        self._caller = caller
        self._uow = uow
        self._dossiers: dict[str, Dossier] = {}
        self._steps: dict[str, dict[str, Step]] = {}
        self._refused: dict[Places, Problem] = {}

    async def look_up(self, filings: Sequence[ImportRow]) -> None:
        """Read what is there under the codes of a batch, in two questions."""
        found = await self._uow.get_many(Dossier, [(filing.code,) for filing in filings])
        self._dossiers = {code: dossier for (code,), dossier in found.items()}
        self._steps = await steps_of_many(list(self._dossiers), self._uow)

    async def file(self, row: Row) -> Judged:
        """File one row."""
        if row.filing is None:
            return _result(row, ImportOutcome.INVALID, *row.reasons)
        try:
            outcome = await self._outcome(row.filing)
        except DossierCodeTaken as taken:
            return _result(row, ImportOutcome.CONFLICT, *_reasons(taken, row))
        except Problem as refused:
            return _result(row, ImportOutcome.INVALID, *_reasons(refused, row))
        notes = list(row.reasons)
        if outcome is ImportOutcome.FILED and self._stands_elsewhere(row.filing):
            detail = "Its dates put the dossier into another status than the row names."
            field = row.shown(("status",))
            notes.append(ImportReason(code="status-disagrees", field=field, detail=detail))
        return _result(row, outcome, *notes)

    async def _outcome(self, filing: ImportRow) -> ImportOutcome:
        earlier = self._dossiers.get(filing.code)
        if earlier is not None:
            steps = list(self._steps[filing.code].values())
            refused = await refusal(earlier, filing, self._caller, self._uow, steps)
            if refused is not None:
                raise refused
            outcomes = await self._remember(earlier, filing)
            return ImportOutcome.PROGRESSED if "applied" in outcomes else ImportOutcome.REPEATED
        dossier = await self._admit(filing)
        self._dossiers[filing.code], self._steps[filing.code] = dossier, {}
        await self._remember(dossier, filing)
        return ImportOutcome.FILED

    async def _admit(self, filing: ImportRow) -> Dossier:
        # An unknown agency or procedure is looked up anew each time: once for a batch is enough.
        places = (
            filing.agency,
            filing.competent_agency,
            filing.returning_agency,
            filing.procedure,
        )
        if places in self._refused:
            raise self._refused[places]
        try:
            return await admit(filing, self._caller, self._uow)
        except Problem as refused:
            self._refused[places] = refused
            raise

    async def _remember(self, dossier: Dossier, filing: ImportRow) -> list[str]:
        steps = steps_of_row(filing)
        if not steps:
            return []
        known = self._steps[filing.code]
        return await remember_steps(dossier, known, steps, self._caller, self._uow)

    def _stands_elsewhere(self, filing: ImportRow) -> bool:
        stands = self._dossiers[filing.code].status
        return filing.status is not None and filing.status is not stands


def _reasons(problem: Problem, row: Row) -> list[ImportReason]:
    told = [
        ImportReason(code=error.code, field=row.shown(_path(error.pointer)), detail=error.detail)
        for error in problem.errors
    ]
    return told or [ImportReason(code=type(problem).code(), detail=problem.detail)]


def _path(pointer: str) -> list[str]:
    steps = pointer.split("/")[1:]
    return [step.replace("~1", "/").replace("~0", "~") for step in steps]


def _result(row: Row, outcome: ImportOutcome, *reasons: ImportReason) -> Judged:
    return Judged(row.line, row.code, outcome, reasons)
