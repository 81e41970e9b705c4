"""The criteria of many dossiers, counted: sums, how many each rests on, and classes. Values only."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from contracts.rating import CriteriaAnswered
from contracts.vocabulary import QualityClass
from services.rating.criteria import points as reckoned
from services.rating.criteria.standard import Standard
from services.rating.questionnaires import questionnaires

FROM_ANSWERS = frozenset(
    {reckoned.CONTACTS, reckoned.AGENCIES, reckoned.PUBLICATION, reckoned.ATTITUDE}
)
"""Criteria that are known from what citizens answered."""

UNIT_LEVEL = frozenset({reckoned.ONE_STOP, reckoned.PETITIONS, reckoned.ONLINE})
"""Criteria that are known of a unit as a whole."""

COMPLAINT = "complaint"
"""The option of criterion 7 that says there is a complaint."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Dossiers of a unit that went alike and were rated alike."""

    agency: str
    time: int | None
    stages: int | None
    questionnaire: str | None
    answers: Mapping[str, str] | None
    dossiers: int


@dataclass(slots=True)
class Tally:
    """What the criteria of some dossiers come to."""

    dossiers: int = 0
    rated: int = 0
    """Of them those with answers that count."""
    sums: Counter[int] = field(default_factory=Counter)
    """Points of each criterion."""
    counts: Counter[int] = field(default_factory=Counter)
    """On how many dossiers each rests."""
    classes: Counter[QualityClass] = field(default_factory=Counter)
    rests_on: Counter[int] = field(default_factory=Counter)
    """How many dossiers have so many criteria known."""

    def add(self, alike: Alike, of_the_unit: Mapping[int, int], standard: Standard) -> None:
        """Count dossiers in, with the points of their unit."""
        known = points_of(alike, standard) | dict(of_the_unit)
        times = alike.dossiers
        self.dossiers += times
        self.rated += times if alike.answers is not None else 0
        for number, points in known.items():
            self.sums[number] += points * times
            self.counts[number] += times
        self.classes[standard.classify(known)] += times
        self.rests_on[len(known)] += times


def points_of(alike: Alike, standard: Standard) -> dict[int, int]:
    """The known points of a dossier's own criteria, by number."""
    told: dict[int, int | None] = {
        reckoned.TIME: alike.time,
        reckoned.STAGES: alike.stages,
    }
    if alike.questionnaire is not None and alike.answers is not None:
        said = answered(alike.questionnaire, alike.answers)
        told[reckoned.CONTACTS] = said.contacts
        told[reckoned.AGENCIES] = said.agencies
        told[reckoned.PUBLICATION] = said.publication
        told[reckoned.ATTITUDE] = reckoned.attitude_points(alike.time, said.complaint, standard)
    return {number: points for number, points in told.items() if points is not None}


def answered(questionnaire: str, answers: Mapping[str, str]) -> CriteriaAnswered:
    """What was answered to the criteria that citizens are asked."""
    points: dict[int, int] = {}
    complaint = None
    for question in questionnaires()[questionnaire].questions:
        option = answers.get(question.id)
        if option is None:
            continue
        if question.criterion == reckoned.ATTITUDE:
            complaint = option == COMPLAINT
        elif question.criterion in FROM_ANSWERS:
            points[question.criterion] = question.levels[option].score
    return CriteriaAnswered(
        contacts=points.get(reckoned.CONTACTS),
        agencies=points.get(reckoned.AGENCIES),
        publication=points.get(reckoned.PUBLICATION),
        complaint=complaint,
    )


def tally(
    all_of_them: Iterable[Alike], of_the_unit: Mapping[int, int], standard: Standard
) -> Tally:
    """What the criteria of dossiers come to, taken together."""
    counted = Tally()
    for alike in all_of_them:
        counted.add(alike, of_the_unit, standard)
    return counted
