"""The directory of agencies, as far as every service must know it: who stands under whom."""

from contracts.envelope import Event
from contracts.vocabulary import AgencyKind
from contracts.wire import Day


class AgencyRegistered(Event):
    """An agency entered the directory, or its entry changed (danh bạ cơ quan)."""

    topic = "agency.registered"
    publisher = "intake"

    code: str
    name: str
    kind: AgencyKind
    parent: str | None = None
    tree: str | None = None
    other_codes: list[str] = []
    """Other codes that mean this agency."""
    valid_from: Day | None = None
    valid_to: Day | None = None
    """Exclusive: the first day on which it was no more."""
    successors: list[str] = []
    """Who took over from it (cơ quan kế thừa)."""
    revision: int = 1
    """Grows with every change of the entry: the largest one heard is how it stands."""
