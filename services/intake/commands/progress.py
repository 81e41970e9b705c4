"""Reporting what happened to a dossier."""

from collections.abc import Sequence
from typing import Any

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.intake import Progress, ProgressRow
from contracts.problems import FieldError, Invalid
from contracts.vocabulary import DossierStatus, PauseKind
from services.intake import queries
from services.intake.commands import personal
from services.intake.commands.named import rows_by_own_codes
from services.intake.commands.position import reposition
from services.intake.commands.reach import reachable_dossier
from services.intake.tables import Dossier, Step


class UnknownStage(Invalid):
    """The dossier was filed without a stage of this id."""

    title_vi = "Hồ sơ không có bước liên thông này"


async def report_progress(
    code: str, progress: Progress, caller: Principal, uow: UnitOfWork
) -> tuple[Dossier, list[str]]:
    """Remember what happened to a dossier (cập nhật tiến độ), in whatever order it is told.

    Returns the dossier where it stands now, and for each row ``applied`` or ``duplicate``. Raises
    `UnknownDossier`, `UnknownStage`.
    """
    dossier = await reachable_dossier(code, caller, uow)
    _expect_stages(dossier, progress.items)
    known = {step.key: step for step in await queries.steps_of(code, uow)}
    return dossier, await remember_steps(dossier, known, progress.items, caller, uow)


def _expect_stages(dossier: Dossier, rows: Sequence[ProgressRow]) -> None:
    stages = {stage["id"] for stage in dossier.stages}
    unknown = [place for place, row in enumerate(rows) if row.stage and row.stage not in stages]
    if unknown:
        told = ", ".join(sorted(stages)) or "it was filed without stages"
        raise UnknownStage(
            f"Name a stage the dossier was filed with: {told}.",
            errors=[
                FieldError(pointer=f"/items/{place}/stage", code="unknown-stage", detail=told)
                for place in unknown
            ],
        )


async def remember_steps(
    dossier: Dossier,
    known: dict[str, Step],
    rows: Sequence[ProgressRow],
    caller: Principal,
    uow: UnitOfWork,
) -> list[str]:
    """Add to a dossier's `known` steps, by key, what is new among rows, and move its position by them.

    Returns ``applied`` or ``duplicate`` for each row.
    """
    outcomes: list[str] = []
    for row in await rows_by_own_codes(rows, running_of(uow).tree):
        steps = _steps_told(row)
        told = [(await personal.step_key(step, known, dossier, uow), step) for step in steps]
        new = [(key, step) for key, step in told if key not in known]
        outcomes.append("applied" if new else "duplicate")
        for key, step in new:
            plain = {name: value for name, value in step.items() if name not in personal.WORDS}
            known[key] = Step.of(
                dossier=dossier.code,
                key=key,
                recorded_at=uow.now,
                recorded_by=caller.client,
                **plain,
            )
            await personal.seal_words(known[key], step, dossier, uow)
            uow.add(known[key])
    if "applied" in outcomes:
        await reposition(dossier, known.values(), uow)
    return outcomes


_PAUSED = {
    PauseKind.SUPPLEMENT: DossierStatus.WAITING_SUPPLEMENT,
    PauseKind.PAYMENT: DossierStatus.WAITING_PAYMENT,
}


def _steps_told(row: ProgressRow) -> list[dict[str, Any]]:
    """The steps a row tells of: itself, and the two ends of a pause told with it."""
    told = row.model_dump(exclude={"pause"})
    if row.pause is None:
        return [told]
    aside = told | dict.fromkeys(("due_at", "note", "begun_at", "expected_by"))
    asked = aside | {"status": _PAUSED[row.pause.kind], "occurred_at": row.pause.asked_at}
    if row.pause.answered_at is None:
        return [told, asked]
    answered = {"status": DossierStatus.PROCESSING, "occurred_at": row.pause.answered_at}
    return [told, asked, aside | answered]
