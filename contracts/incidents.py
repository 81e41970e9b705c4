"""Incidents of the post: what postal accepts, shows and announces of them."""

from contracts.envelope import Event
from contracts.vocabulary import IncidentKind, IncidentOutcome, IncidentState, Leg
from contracts.wire import Code, Instant, Text, View, Wire


class IncidentReport(Wire):
    """Something went wrong with an item, as an officer says (báo sự cố bưu gửi)."""

    kind: IncidentKind
    note: Text | None = None
    """What is known of it, without personal details."""


class IncidentClosing(Wire):
    """What the issuing agency did about an incident (kết quả xử lý sự cố)."""

    outcome: IncidentOutcome
    note: Text | None = None
    """How, without personal details; e.g. the number of the decision."""


class IncidentView(View):
    """An incident of the post (sự cố bưu gửi)."""

    id: str
    shipment: str
    dossier: str
    leg: Leg
    attempt: int
    kind: IncidentKind
    state: IncidentState
    opened_at: Instant
    opened_by: str
    """The client that reported it; ``motcua`` where what the post said opened it."""
    note: str | None
    outcome: IncidentOutcome | None
    """What the issuing agency did; none while it is open."""
    closed_at: Instant | None
    closed_by: str | None
    closing_note: str | None
    revision: int
    links: dict[str, str] = {}


class IncidentPage(View):
    """A page of incidents, the longest open first."""

    items: list[IncidentView]
    next_cursor: str | None = None


class IncidentOpened(Event):
    """Something went wrong with an item of the post (phát sinh sự cố bưu gửi).

    Until it is closed the result of the dossier is frozen: no rating is asked for.
    """

    topic = "incident.opened"
    publisher = "postal"

    incident: Code
    shipment: str
    dossier: str
    leg: Leg
    attempt: int
    kind: IncidentKind
    opened_at: Instant


class IncidentClosed(Event):
    """The issuing agency has settled an incident (đã xử lý sự cố bưu gửi)."""

    topic = "incident.closed"
    publisher = "postal"

    incident: Code
    shipment: str
    dossier: str
    leg: Leg
    attempt: int
    kind: IncidentKind
    outcome: IncidentOutcome
    opened_at: Instant
    closed_at: Instant
