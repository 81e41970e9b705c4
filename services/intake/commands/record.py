"""A dossier whole, for whoever hands it on to the national portal."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chassis.auth import Principal
from chassis.database import UnitOfWork
from contracts.intake import Applicant, DossierParticulars
from services.intake import queries
from services.intake.commands import personal
from services.intake.commands.amending import expect_not_purged
from services.intake.commands.audit import leave_trace
from services.intake.commands.position import standing_rows
from services.intake.commands.procedures import version_on
from services.intake.commands.reach import reachable_dossier
from services.intake.tables import Agency, Dossier, Version

RECORD = "dossier.record"


@dataclass(frozen=True, kw_only=True)
class Record:
    """Everything that is known of a dossier, opened."""

    dossier: Dossier
    applicant: Applicant
    particulars: DossierParticulars | None
    steps: Sequence[personal.LegibleStep]
    version: Version
    """The procedure as the catalogue has it today."""
    names: Mapping[str, str]
    """What agencies are called, by code."""


async def open_record(code: str, caller: Principal, uow: UnitOfWork) -> Record:
    """Everything that is known of a dossier (toàn bộ hồ sơ), opened; it leaves a trace.

    Raises `UnknownDossier`, `PersonalDataPurged`, `PersonalDataKeyMissing`, `SealedValueBroken`.
    """
    dossier = await reachable_dossier(code, caller, uow)
    expect_not_purged(dossier)
    told = await personal.applicant_of(dossier, uow)
    rows = standing_rows(await queries.steps_of(code, uow))
    steps = await personal.legible(rows, dossier, uow)
    _, version = await version_on(dossier.procedure, None, uow)
    agencies = [(one,) for one in dict.fromkeys((dossier.agency, dossier.competent_agency))]
    found = await uow.get_many(Agency, agencies)
    leave_trace(RECORD, code, caller, uow)
    return Record(
        dossier=dossier,
        applicant=Applicant.model_validate_json(json.dumps(told)),
        particulars=await personal.particulars_of(dossier, uow),
        steps=steps,
        version=version,
        names={key[0]: found[key].name if key in found else key[0] for key in agencies},
    )
