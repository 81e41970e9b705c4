"""What one invitation, and its rating, add to the cells. Values in, values out.

An invitation counts on the Vietnamese day on which its citizen could first rate (a cohort), and so does its
rating, whenever it was given: a share never sees a numerator without its denominator. What it adds is a
function of how it stands alone, so a change of it adds the signed difference.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from contracts.periods import bucket_of, quarter_of
from contracts.vocabulary import VIETNAM, Occasion, OptionClass, Provenance
from services.rating.domain.officers import closed_from
from services.rating.questionnaires import OVERALL

ASKED = "asked"
"""The source of what is counted of invitations; that of ratings is their provenance."""

EVERY = ""
"""The procedure of cells that count all procedures together."""

AMOUNTS = (
    *("invited", "declined", "ignored", "voided"),
    *("rated", "s1", "s2", "s3", "s4", "s5", "positive", "neutral", "negative"),
)
"""Everything that is counted in a cell."""

UNNAMED = ""
"""The officer of cells that count dossiers of which nobody was named."""

Place = Literal["half_month", "day", "answer", "officer"]
Cell = tuple[Place, tuple[object, ...]]
"""Which kind of cell, and its key in the order of its table."""

Contributions = Mapping[Cell, Mapping[str, int]]


@dataclass(frozen=True)
class Voice:
    """A rating, as far as it is counted."""

    questionnaire: str
    score: int
    option_class: OptionClass
    provenance: Provenance
    answers: tuple[tuple[str, str], ...]
    """Question and option, in order."""
    received_on: date
    """The day it came here, which decides whether results by officer had been closed."""


@dataclass(frozen=True)
class Counted:
    """How an invitation stands, as far as it is counted."""

    agency: str | None
    procedure: str | None
    occasion: Occasion
    questionnaire: str
    ratable_at: datetime
    void: bool = False
    declined: bool = False
    ignored: bool = False
    voice: Voice | None = None
    officer: str | None = None
    voided_on: date | None = None
    """Since when its rating is void."""


def contributions(counted: Counted | None) -> Contributions:
    """What an invitation adds to cells; nothing before it is known where it counts.

    What an officer entered counts under its provenance like every rating; who sums up leaves it out. Whose
    rating is void was asked, and is not heard.
    """
    if counted is None or counted.agency is None or counted.procedure is None:
        return {}
    found: dict[Cell, dict[str, int]] = {}
    day = counted.ratable_at.astimezone(VIETNAM).date()
    for source, questionnaire, amounts in _told(counted):
        for procedure in (EVERY, counted.procedure):
            rest = (counted.agency, counted.occasion, questionnaire, source)
            found["half_month", (procedure, bucket_of(day), *rest)] = dict(amounts)
            found["day", (procedure, day, *rest)] = dict(amounts)
    return found | _answers(counted, day) | _officers(counted, day)


def delta(before: Contributions, after: Contributions) -> dict[Cell, dict[str, int]]:
    """The signed difference from one set of contributions to another, without zeros, in a fixed order."""
    found: dict[Cell, dict[str, int]] = {}
    for key in [*after, *(key for key in before if key not in after)]:
        was, now = before.get(key, NOTHING), after.get(key, NOTHING)
        if was == now:
            continue
        changed = dict(now)
        for name, amount in was.items():
            changed[name] = changed.get(name, 0) - amount
        found[key] = {name: amount for name, amount in changed.items() if amount}
    return {key: found[key] for place in ORDER for key in found if key[0] == place}


NOTHING: Mapping[str, int] = {}

ORDER: tuple[Place, ...] = ("half_month", "day", "answer", "officer")
"""In which order cells are written, so that two writers wait for each other in one direction alone."""


def _told(counted: Counted) -> Iterator[tuple[str, str, Mapping[str, int]]]:
    """Source, questionnaire and amounts of what is counted."""
    asked, voice = counted.questionnaire, counted.voice
    if counted.voided_on is not None:
        yield ASKED, asked, {"invited": 1, "voided": 1}
        return
    if voice is not None:
        yield ASKED, asked, {"invited": 1}
        amounts = {"rated": 1, f"s{voice.score}": 1, str(voice.option_class): 1}
        yield str(voice.provenance), voice.questionnaire, amounts
        return
    if counted.void:
        return
    if counted.declined:
        yield ASKED, asked, {"invited": 1, "declined": 1}
    elif counted.ignored:
        yield ASKED, asked, {"invited": 1, "ignored": 1}
    else:
        yield ASKED, asked, {"invited": 1}


def _own_voice(counted: Counted) -> Voice | None:
    """The rating, where it is the citizen's own and stands."""
    voice = counted.voice
    if voice is None or counted.voided_on is not None or voice.provenance is Provenance.ASSISTED:
        return None
    return voice


def _officers(counted: Counted, day: date) -> dict[Cell, dict[str, int]]:
    """What is closed stays: a rating that came or went afterwards would show in the difference."""
    voice, quarter = counted.voice, quarter_of(day)
    closed = closed_from(quarter)
    if voice is None or voice.provenance is Provenance.ASSISTED:
        return {}
    if voice.received_on >= closed or (counted.voided_on or date.max) < closed:
        return {}
    key = (quarter, counted.agency, counted.officer or UNNAMED)
    return {("officer", key): {"rated": 1, str(voice.option_class): 1}}


def _answers(counted: Counted, day: date) -> dict[Cell, dict[str, int]]:
    voice = _own_voice(counted)
    if voice is None:
        return {}
    place = (bucket_of(day), counted.agency, counted.occasion, voice.questionnaire)
    return {
        ("answer", (*place, question, option)): {"chosen": 1}
        for question, option in voice.answers
        if question != OVERALL
    }
