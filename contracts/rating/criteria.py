"""Criteria of quality, reckoned from dossiers and answers, as they are told to partners."""

from contracts.rating.questionnaires import Bilingual
from contracts.vocabulary import FigureState, QualityClass
from contracts.wire import Day, View


class CriterionMean(View):
    """The mean of one criterion over a unit's dossiers, as an exact fraction: `sum` over `count`."""

    criterion: int
    """Its number, 1 to 9."""
    label: Bilingual
    state: FigureState
    """``no_data`` where it is not known of any dossier; ``suppressed`` of too few ratings."""
    sum: int | None
    """Points of all dossiers it is known of; of a unit as a whole its points."""
    count: int | None
    """Of how many dossiers it is known; 1 of a unit as a whole. Those not known are not counted as 0."""
    whole_unit: bool
    """Whether it is known of the unit as a whole and not of single dossiers."""


class ClassCount(View):
    """How many dossiers come to a class (xếp loại)."""

    quality_class: QualityClass
    dossiers: int


class RestsOn(View):
    """How many dossiers have so many of the nine criteria known."""

    known: int
    dossiers: int


class UnitCriteria(View):
    """The criteria of one unit's dossiers (tiêu chí đánh giá của đơn vị)."""

    agency: str
    name: str | None
    dossiers: int
    """Dossiers with a result in the period."""
    rated: int | None
    """Of them those whose citizens answered; null where they are too few to be told."""
    criteria: list[CriterionMean]
    state: FigureState
    """Whether classes are told."""
    classes: list[ClassCount]
    """Best first; empty where they are not told."""
    rests_on: list[RestsOn]
    """On how many criteria the classes rest; empty where they are not told."""


class CriteriaView(View):
    """The criteria of an agency's dossiers over a period, altogether and unit by unit."""

    standard: str
    """The version of the standard, e.g. ``tt01-2018/1``."""
    source: str
    full: int
    """What all criteria come to at most; classes are set by shares of it."""
    fewest_known: int
    """Of fewer known criteria a dossier is not classified."""
    first: Day
    end: Day
    """Exclusive."""
    total: UnitCriteria
    """The agency asked for, with everything below it."""
    units: list[UnitCriteria]
    """Each agency that received any of the dossiers, without what is below it."""
