"""What intake announces of a dossier when nobody reports anything."""

from contracts.envelope import Event
from contracts.vocabulary import TimeUnit
from contracts.wire import Reckoned


class DossierDueSoon(Event):
    """A dossier is due on the next working day: the last day on which an apology is in time (sắp đến hạn).

    Told once for each due moment.
    """

    topic = "dossier.due_soon"
    publisher = "intake"

    code: str
    procedure: str
    agency: str
    competent_agency: str
    revision: int
    """The dossier's revision when it was told."""
    due_at: Reckoned
    due_unit: TimeUnit | None = None


class DossierOverdue(Event):
    """A dossier's promised time is over and there is no result (quá hạn). Told once for each due moment."""

    topic = "dossier.overdue"
    publisher = "intake"

    code: str
    procedure: str
    agency: str
    competent_agency: str
    revision: int
    """The dossier's revision when it was told."""
    due_at: Reckoned
    due_unit: TimeUnit | None = None
    late_at: Reckoned
    """From when it is overdue: a limit of days is kept until the due day ends."""


class DossierUnanswered(Event):
    """An applicant did not answer a request for papers in time (quá hạn bổ sung).

    Told once for each request.
    """

    topic = "dossier.unanswered"
    publisher = "intake"

    code: str
    procedure: str
    agency: str
    competent_agency: str
    revision: int
    """The dossier's revision when it was told."""
    asked_at: Reckoned
    """When the papers were asked for."""
    answer_days: int
    """Days the rules give for an answer."""
