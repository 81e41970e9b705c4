"""What intake announces on the bus."""

from contracts.envelope import Event
from contracts.intake.catalogue import BEGINNING
from contracts.intake.counted import CountedFlags
from contracts.vocabulary import (
    AdministrativeLevel,
    Breach,
    Channel,
    DossierStatus,
    OnlineService,
    RecipientRule,
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
    recipient_rule: RecipientRule = RecipientRule.ANYONE
    published_on: ReckonedDay | None = None
    decision: str | None = None
    version: int = 1
    """The version these fields describe."""
    valid_from: ReckonedDay = BEGINNING
    """The first day it is in force: the version with the latest such day decides."""
    revision: int = 1
    """Grows with every change of any version: of one version the largest heard is how it stands."""
    decided_on: ReckonedDay | None = None
    updated_on: ReckonedDay | None = None
    published_on_time: bool | None = None
    """Whether it was announced within the working days allowed after its decision (công bố đúng hạn), by the
    working calendar known when this was told; None where a day is not told, as with every question below."""
    updated_on_time: bool | None = None
    """Whether it was updated for everybody to read within those allowed (cập nhật, công khai đúng hạn)."""
    levels: list[AdministrativeLevel] = []
    agencies: list[str] = []
    posted_at_office: bool | None = None
    posted_online: bool | None = None
    content_complete: bool | None = None
    iso: bool | None = None
    electronic_dossiers: bool | None = None
    eligible_online: bool | None = None
    fees_due: bool | None = None
    online_payment: bool | None = None
    payment_integrated: bool | None = None
    abolished_on: ReckonedDay | None = None
    """The first day on which the procedure is no more (ngày bãi bỏ)."""
    successors: list[str] = []


class FieldEntered(Event):
    """A field of administration was entered into the catalogue or changed (danh mục lĩnh vực)."""

    topic = "field.entered"
    publisher = "intake"

    code: str
    name: str
    name_en: str | None = None
    valid_from: ReckonedDay | None = None
    """The first day there was such a field; always when none is told."""
    abolished_on: ReckonedDay | None = None
    """The first day on which it is no more."""
    successors: list[str] = []
    """The fields that its procedures belong to since (lĩnh vực thay thế)."""
    revision: int = 1
    """Grows with every change: the largest heard is how it stands."""


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
    flags: CountedFlags | None = None
    """What national scores count of it; None in events of versions that told nothing of it."""
    online_service: OnlineService | None = None
    """How far the version of the procedure it was filed under can be done online."""


class DossierAmended(Event):
    """What was filed of a dossier was replaced (cập nhật hồ sơ): the whole of it at this revision.

    It tells nothing of where the dossier stands; a `DossierProgressed` of the same or a later revision
    does. A consumer keeps what the largest revision of `DossierFiled` and this event say.
    """

    topic = "dossier.amended"
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
    flags: CountedFlags | None = None
    """What national scores count of it; None in events of versions that told nothing of it."""
    online_service: OnlineService | None = None
    """How far the version of the procedure it was filed under can be done online."""


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
    settled_at: Reckoned | None = None
    """When the agency's time ended, with a result or without: one ended while the applicant was waited for
    ended, for the agency, with its request."""
    statistical_due_at: Reckoned | None = None
    """The due moment as statistics count it."""
    paused_since: Reckoned | None = None
    """Since when the applicant is waited for."""
    supplements: int = 0
    """How often papers were asked for."""
    supplement_requested_at: Reckoned | None = None
    """When papers were first asked for since its receipt."""
    supplement_waited_until: Reckoned | None = None
    """When those papers were no longer waited for: they had come, or the dossier had ended."""
    supplement_again_at: Reckoned | None = None
    """When papers were asked for a second time since its receipt."""
    agency_days: int | None = None
    """Working days the agency took from receipt to the end of its time, without those of the applicant
    and of the post; None before it ended."""
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
    by_post: bool = False
    """Whether the post's confirmed delivery is what returned it (phát qua bưu chính)."""
    revision: int = 0
    """The revision of the dossier's position at which it was returned."""
