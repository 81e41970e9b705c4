"""Reporting what happened to a dossier."""

from chassis.auth import Principal
from chassis.database import UnitOfWork
from contracts.intake import (
    Progress,
)
from services.intake import domain, queries
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
    outcomes: list[str] = []
    for row in progress.items:
        key = domain.step_key(**row.model_dump())
        outcomes.append("duplicate" if key in known else "applied")
        if key not in known:
            known[key] = Step.of(
                dossier=code,
                key=key,
                recorded_at=uow.now,
                recorded_by=caller.client,
                **row.model_dump(),
            )
            uow.add(known[key])
    if "applied" in outcomes:
        await reposition(dossier, list(known.values()), uow)
    return dossier, outcomes
