"""What the post said of a dossier, as intake shows and announces it."""

from contracts.envelope import Event
from contracts.vocabulary import IncidentKind, IncidentState, Leg, RecipientRule, ShipmentStatus
from contracts.wire import Instant, Reckoned, ReckonedDay, View


class LegProofView(View):
    """What shows a delivery (bằng chứng phát), as it is attached to the dossier."""

    item_code: str | None
    slip_number: str | None
    """Number of the postal slip (số phiếu)."""
    receiver: str | None
    """Who took it, masked like ``N*** V** A``."""
    receiver_relation: str | None
    """What the receiver is to the addressee, in the carrier's own word."""
    identity_shown: bool | None
    evidence: list[str]
    """SHA-256 digests of the documents that show it."""


class LegDaysView(View):
    """Whose days a leg took (thời gian của từng bên), each counted by the dates in Vietnam."""

    agency: int | None
    """From the result to the custody of the post, none before it; on the way in from the counter's door
    until the papers were found complete, or more were asked for."""
    post: int | None
    """In the hands of the post, without the citizen's days."""
    citizen: int
    """Waiting for the citizen: held at the office for pickup, or refused; a supplement also from its
    request to custody."""
    handed_late: bool | None
    """Whether the post got it after the promised day (giao muộn); none where nothing was promised."""
    delivered_late: bool | None
    """Whether it was handed over in time and yet came late, the citizen's days taken out (phát muộn)."""


class LegView(View):
    """One attempt at a leg of the post, as the post told it (chặng bưu chính của hồ sơ)."""

    leg: Leg
    attempt: int
    shipment: str
    status: ShipmentStatus
    provisional: bool
    contested: bool
    stalled: bool
    """Whether nothing has been heard of it for too long."""
    ordered_at: Instant | None
    accepted_at: Instant | None
    """When the post took custody (bưu điện chấp nhận)."""
    status_at: Instant | None
    delivered_at: Instant | None
    """When it was delivered, once that is confirmed and nobody contradicts it."""
    failed_attempts: int
    superseded: bool
    """Whether a further attempt has taken its place."""
    days: LegDaysView
    proof: LegProofView | None


class DossierIncidentView(View):
    """An incident of the post that concerns a dossier (sự cố bưu gửi)."""

    id: str
    leg: Leg
    attempt: int
    kind: IncidentKind
    state: IncidentState


class DossierResultHeld(Event):
    """The result waits at a post office for the citizen, who is to be told (giữ lại chờ nhận).

    Told once for each stretch of waiting.
    """

    topic = "dossier.result_held"
    publisher = "intake"

    code: str
    procedure: str
    agency: str
    returning_agency: str
    revision: int
    """The dossier's revision when it was told."""
    attempt: int
    held_since: Reckoned


class DossierResultBack(Event):
    """The post brought the result back to the counter; the citizen is to be told (chuyển hoàn về Một cửa).

    Told once for each attempt. The result is sent again as a further attempt, or fetched.
    """

    topic = "dossier.result_back"
    publisher = "intake"

    code: str
    procedure: str
    agency: str
    returning_agency: str
    revision: int
    """The dossier's revision when it was told."""
    attempt: int
    back_at: Reckoned
    archive_on: ReckonedDay | None = None
    """The day on which the office archives it, where the operator has set a rule."""


class DossierMisreceived(Event):
    """A delivery broke the procedure's rule on who may receive (người nhận không đúng quy định).

    Told once for each attempt.
    """

    topic = "dossier.misreceived"
    publisher = "intake"

    code: str
    agency: str
    leg: Leg
    attempt: int
    shipment: str
    rule: RecipientRule
    delivered_at: Instant
