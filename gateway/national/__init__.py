"""The national dialect (phương ngữ Cổng DVCQG) in both directions: values in, values out, no I/O.

`reading` makes filings of what a one-stop system sends, `steps` rows of progress, whatever state it is
in; `writing` makes of a dossier's record what the national portal is sent. Names and codes stand in
`fields`, what a list within a dossier is made of in `parts`.
"""

from gateway.national.reading import DossierReading, read_dossier
from gateway.national.steps import (
    ProgressReading,
    StatusReading,
    read_portal_status,
    read_progress,
)
from gateway.national.values import Hours
from gateway.national.writing import dossier_fields, portal_status_fields, progress_fields

__all__ = [
    "DossierReading",
    "Hours",
    "ProgressReading",
    "StatusReading",
    "dossier_fields",
    "portal_status_fields",
    "progress_fields",
    "read_dossier",
    "read_portal_status",
    "read_progress",
]
