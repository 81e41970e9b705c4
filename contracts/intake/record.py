"""A dossier whole, for the one who tells the national portal of it."""

from contracts.intake.dossiers import DossierFiling, DossierView
from contracts.intake.progress import TimelineEntry
from contracts.wire import View


class DossierRecord(View):
    """Everything that is known of a dossier; the gateway alone reads it, and each reading leaves a trace.

    A dossier whose personal data were purged has no record.
    """

    filing: DossierFiling
    """As it was filed, or last amended."""
    view: DossierView
    """Where it stands."""
    steps: list[TimelineEntry]
    """Everything reported of it, oldest first."""
    procedure_name: str
    """As the catalogue has it now (tên TTHC)."""
    field: str
    field_name: str | None
    agency_name: str
    competent_agency_name: str
    """The processing unit's name (đơn vị xử lý), where the particulars tell none."""
