"""A dossier whole, as whoever hands it on to the national portal is told it."""

from contracts.intake import Component, DossierFiling, DossierFlags, DossierRecord, Stage
from contracts.vocabulary import VIETNAM
from services.intake import views
from services.intake.commands.record import Record
from services.intake.tables import Dossier


def record(told: Record) -> DossierRecord:
    """A dossier whole."""
    row = told.dossier
    return DossierRecord(
        filing=_filing(row, told),
        view=views.dossier(row),
        steps=views.entries(told.steps),
        procedure_name=told.version.name,
        field=told.version.field,
        field_name=told.version.field_name,
        agency_name=told.names[row.agency],
        competent_agency_name=told.names[row.competent_agency],
    )


def _filing(row: Dossier, told: Record) -> DossierFiling:
    submitted, received = row.submitted_at, row.filed_received_at
    return DossierFiling(
        code=row.code,
        procedure=row.procedure,
        agency=row.agency,
        competent_agency=row.competent_agency,
        returning_agency=row.returning_agency,
        channel=row.channel,
        return_mode=row.return_mode,
        submitted_at=submitted and submitted.astimezone(VIETNAM),
        received_at=received and received.astimezone(VIETNAM),
        applicant=told.applicant,
        flags=DossierFlags.model_validate(row.flags),
        stages=[Stage.model_validate(one) for one in row.stages],
        components=[Component.model_validate(one) for one in row.components or []],
        particulars=told.particulars,
    )
