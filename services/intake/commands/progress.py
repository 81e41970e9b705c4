"""Reporting what happened to a dossier."""

from collections.abc import Sequence

from chassis.auth import Principal
from chassis.database import UnitOfWork
from contracts.intake import Progress, ProgressRow
from services.intake import queries
from services.intake.commands import personal
from services.intake.commands.position import reposition
from services.intake.commands.reach import reachable_dossier
from services.intake.tables import Dossier, Step


async def report_progress(
    code: str, progress: Progress, caller: Principal, uow: UnitOfWork
) -> tuple[Dossier, list[str]]:
    """Remember what happened to a dossier (cập nhật tiến độ), in whatever order it is told.

    Returns the dossier where it stands now, and for each row ``applied`` or ``duplicate``. Raises
    `UnknownDossier`.
    """
    dossier = await reachable_dossier(code, caller, uow)
    known = {step.key: step for step in await queries.steps_of(code, uow)}
    return dossier, await remember_steps(dossier, known, progress.items, caller, uow)


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
    for row in rows:
        key = await personal.step_key(row.model_dump(), known, dossier, uow)
        outcomes.append("duplicate" if key in known else "applied")
        if key not in known:
            known[key] = Step.of(
                dossier=dossier.code,
                key=key,
                recorded_at=uow.now,
                recorded_by=caller.client,
                **row.model_dump(),
            )
            await personal.seal_words(known[key], dossier, uow)
            uow.add(known[key])
    if "applied" in outcomes:
        await reposition(dossier, list(known.values()), uow)
    return outcomes
