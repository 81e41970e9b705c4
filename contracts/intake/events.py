"""What intake announces on the bus."""

from contracts.envelope import Event
from contracts.intake.catalogue import BEGINNING
from contracts.vocabulary import (
    Breach,
    Channel,
    DossierStatus,
    OnlineService,
    ReturnMode,
    TimeUnit,
)
from contracts.wire import Reckoned, ReckonedDay


class ProcedurePublished(Event):
    """A procedure was published or changed (công bố thủ tục)."""

    topic = "procedure.published"
    publisher = "intake"

    code: str
    name: str
    field: str
    field_name: str | None = None
    online_level: int
    by_post: bool
    on_national_portal: bool
    online_service: OnlineService | None = None
    same_day: bool = False
    published_on: ReckonedDay | None = None
    decision: str | None = None
    version: int = 1
    """The version these fields describe."""
    valid_from: ReckonedDay = BEGINNING
    """The first day it is in force: the version with the latest such day decides."""
    revision: int = 1
    """Grows with every change of any version: of one version the largest heard is how it stands."""


class DossierFiled(Event):
    """A dossier was handed over to the suite (hồ sơ được ghi nhận)."""

    topic = "dossier.filed"
    publisher = "intake"

    code: str
    procedure: str
    field: str
    agency: str
    competent_agency: str
    returning_agency: str
    channel: Channel
    return_mode: ReturnMode
    submitted_at: Reckoned | None = None
    revision: int
    """Filing is the first revision of a dossier's position, given by the fields below."""
    status: DossierStatus
    received_at: Reckoned | None = None
    due_at: Reckoned | None = None
    due_unit: TimeUnit | None = None
    statistical_due_at: Reckoned | None = None
    """The due moment as statistics count it."""
    breaches: list[Breach] = []
    """In which ways what was reported left the rules."""


class DossierProgressed(Event):
    """A dossier's position changed (cập nhật tiến độ): where it stands at this revision of it.

    The event carries the whole position, so a consumer keeps the largest `revision` it has heard and
    needs no order among events.
    """

    topic = "dossier.progressed"
    publisher = "intake"

    code: str
    revision: int
    status: DossierStatus
    received_at: Reckoned | None = None
    due_at: Reckoned | None = None
    due_unit: TimeUnit | None = None
    """What the limit is counted in: a day's limit is kept until the day ends."""
    done_at: Reckoned | None = None
    returned_at: Reckoned | None = None
    ended_at: Reckoned | None = None
    """When it was refused, stopped or withdrawn, if that is how it stands."""
    statistical_due_at: Reckoned | None = None
    """The due moment as statistics count it."""
    paused_since: Reckoned | None = None
    """Since when the applicant is waited for."""
    supplements: int = 0
    """How often papers were asked for."""
    reappointments: int = 0
    """How often the promised day was moved."""
    breaches: list[Breach] = []
    """In which ways what was reported left the rules, each named as often as it happened."""


class DossierReturned(Event):
    """A result reached the citizen's side of the desk (trả kết quả), in the way it was asked for."""

    topic = "dossier.returned"
    publisher = "intake"

    code: str
    procedure: str
    agency: str
    returning_agency: str
    channel: Channel
    return_mode: ReturnMode
    returned_at: Reckoned
    revision: int = 0
    """The revision of the dossier's position at which it was returned."""
