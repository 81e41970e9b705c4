"""What the answers of one citizen come to, all in all: by the overall question, or derived by rules.

Rules are data and count in whole numbers, so that the same answers come to the same on every machine.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from contracts.vocabulary import OptionClass
from contracts.wire import Code, Line, Wire


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rating counts as, whatever was asked."""

    option: str
    """The level reached: the option of the overall question, or the level that was derived."""
    score: int
    """On a scale of 1 to 5."""
    option_class: OptionClass


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer as rules see it."""

    score: int
    """How far above the least of its question."""
    most: int
    """How far above the least one could answer."""
    option_class: OptionClass


class When(Wire):
    """When a rule holds: all that is named must be true; a rule that names nothing always holds."""

    negative: Annotated[int, Field(ge=1)] | None = None
    """At least so many answers count as negative."""
    not_positive: Annotated[int, Field(ge=1)] | None = None
    """At least so many answers count as neutral or negative."""
    points: tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=1, le=1_000_000)]] | None = (
        None
    )
    """At least this fraction of what could be reached, as numerator and denominator."""

    @property
    def always(self) -> bool:
        """Whether it holds for any answers."""
        return self.negative is None and self.not_positive is None and self.points is None

    def holds(self, answers: Sequence[Answered]) -> bool:
        """Whether it holds for these answers.

        >>> good = Answered(score=2, most=2, option_class=OptionClass.POSITIVE)
        >>> fair = Answered(score=1, most=2, option_class=OptionClass.NEUTRAL)
        >>> When(points=(3, 4)).holds([good, fair]), When(points=(4, 5)).holds([good, fair])
        (True, False)
        >>> When(negative=1).holds([good, fair]), When(not_positive=1).holds([good, fair])
        (False, True)
        """
        kinds = [one.option_class for one in answers]
        if self.negative is not None and kinds.count(OptionClass.NEGATIVE) < self.negative:
            return False
        positive = kinds.count(OptionClass.POSITIVE)
        if self.not_positive is not None and len(kinds) - positive < self.not_positive:
            return False
        if self.points is not None:
            count, among = self.points
            reached, most = sum(one.score for one in answers), sum(one.most for one in answers)
            return reached * among >= most * count
        return True


class Level(Wire):
    """A level that the overall can come to, and when it does."""

    id: Code
    score: Annotated[int, Field(ge=1, le=5)]
    option_class: OptionClass
    when: When = When()


class Derived(Wire):
    """How the overall follows from the answers: the first level whose condition holds."""

    because: Line
    """Why it is derived so, or that it is our own choice."""
    levels: Annotated[tuple[Level, ...], Field(min_length=2)]

    def outcome(self, answers: Sequence[Answered]) -> Outcome:
        """What answers come to. Raises `ValueError` where no level takes them."""
        for level in self.levels:
            if level.when.holds(answers):
                return Outcome(level.id, level.score, level.option_class)
        raise ValueError("the last level must take whatever is left")
