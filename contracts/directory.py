"""The directory of agencies, as far as every service must know it: who stands under whom."""

from contracts.envelope import Event
from contracts.vocabulary import AgencyKind


class AgencyRegistered(Event):
    """An agency entered the directory, or its entry changed (danh bạ cơ quan)."""

    topic = "agency.registered"
    publisher = "intake"

    code: str
    name: str
    kind: AgencyKind
    parent: str | None = None
    tree: str | None = None
    revision: int = 1
    """Grows with every change of the entry: the largest one heard is how it stands."""
