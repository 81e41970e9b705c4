"""The journal of changes, as whoever follows it sees it."""

from typing import Annotated

from pydantic import StringConstraints

from contracts.wire import Instant, View

Cursor = Annotated[str, StringConstraints(min_length=1, max_length=128)]
"""A place in a journal, as it was told: opaque, and good for as long as the journal is kept."""


class EventEntry(View):
    """One change: what happened to what, and when it was recorded; read the thing itself for the rest."""

    cursor: str
    """Send it as `after` to go on from here."""
    id: str
    """The event's id: the same however often it is told."""
    type: str
    """``vn.motcua.`` and the topic, as in the event's envelope."""
    subject: str
    """The code of the dossier, agency, procedure... it happened to."""
    agency: str | None
    """Whose change it is: a dossier's receiving agency. None: everybody's."""
    revision: int | None
    """The revision of the subject that it led to, where there is one: keep the largest."""
    at: Instant
    """When it was recorded."""


class EventPage(View):
    """A page of the journal, oldest first."""

    items: list[EventEntry]
    next_cursor: str
    """Where to go on: always there, since a journal has no last page."""
    total: int
    """How many entries for you follow `after`, these among them, in the next 50,000 of the installation."""
