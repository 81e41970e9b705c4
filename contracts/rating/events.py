"""What rating announces on the bus."""

from typing import Annotated

from pydantic import ConfigDict, Field

from contracts.envelope import Event
from contracts.vocabulary import AlertRule, CaseKind, CaseOutcome, Occasion, OptionClass, Provenance
from contracts.wire import Instant, ReckonedDay, Wire

Points = Annotated[int, Field(ge=0, le=2)]


class CriteriaAnswered(Wire):
    """What a citizen answered to the criteria of Thông tư 01/2018/TT-VPCP that citizens are asked."""

    model_config = ConfigDict(extra="ignore")

    contacts: Points | None = None
    """Points of criterion 3: how often the office had to be contacted."""
    agencies: Points | None = None
    """Points of criterion 4: how many agencies had to be contacted."""
    publication: Points | None = None
    """Points of criterion 6: where the procedure was published."""
    complaint: bool | None = None
    """Whether there is a complaint about the attitude; criterion 7 depends on the time taken as well."""


class RatingSubmitted(Event):
    """A citizen rated a dossier (đánh giá mức độ hài lòng). No text, no person; for kpi alone."""

    topic = "rating.submitted"
    publisher = "rating"
    followed = False

    dossier: str
    occasion: Occasion
    version: Annotated[int, Field(ge=1)] = 1
    """Of the rating: of several told of one occasion the largest stands."""
    questionnaire: str
    option: str
    """The option chosen for the overall question."""
    score: Annotated[int, Field(ge=1, le=5)]
    """The option on a scale of five."""
    option_class: OptionClass
    provenance: Provenance
    submitted_at: Instant
    criteria: CriteriaAnswered | None = None
    """None of a questionnaire that does not ask for them, and in events of earlier versions."""


class RatingVoided(Event):
    """A rating does not count any more (hủy đánh giá): test entries, a second person, a court's order."""

    topic = "rating.voided"
    publisher = "rating"
    followed = False

    dossier: str
    occasion: Occasion
    version: Annotated[int, Field(ge=1)]
    """The version that is void, and all before it; a later one that is told stands again."""
    voided_at: Instant


class CaseAnswered(Event):
    """A citizen who was unhappy has a reply (đã phản hồi người dân). Neither text nor dossier.

    Restricted cases are not told of. That a case was opened is told by `alert.raised` alone, later and in
    numbers, because the moment of a rating would tell whose it is.
    """

    topic = "case.answered"
    publisher = "rating"

    case: str
    agency: str
    kind: CaseKind
    due_on: ReckonedDay
    answered_on: ReckonedDay
    revision: int


class CaseClosed(Event):
    """A case of a rating has ended (đã đóng việc)."""

    topic = "case.closed"
    publisher = "rating"

    case: str
    agency: str
    kind: CaseKind
    outcome: CaseOutcome
    due_on: ReckonedDay
    closed_on: ReckonedDay
    revision: int


class AlertRaised(Event):
    """Something about ratings is to be looked into (cảnh báo): how much of what, and since when."""

    topic = "alert.raised"
    publisher = "rating"

    alert: str
    agency: str
    rule: AlertRule
    count: int
    since: ReckonedDay
    until: ReckonedDay
