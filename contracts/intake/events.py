"""What intake announces on the bus."""

from contracts.envelope import Event
from contracts.vocabulary import (
    Channel,
    DossierStatus,
    ReturnMode,
    TimeUnit,
)
from contracts.wire import Instant, Moment


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
    revision: int = 1


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
    submitted_at: Instant | None = None
    revision: int
    """Filing is the first revision of a dossier's position, given by the fields below."""
    status: DossierStatus
    received_at: Instant | None = None
    due_at: Moment | None = None
    due_unit: TimeUnit | None = None


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
    received_at: Instant | None = None
    due_at: Moment | None = None
    due_unit: TimeUnit | None = None
    """What the limit is counted in: a day's limit is kept until the day ends."""
    done_at: Instant | None = None
    returned_at: Instant | None = None


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
    returned_at: Instant
