"""The lines of forms 07a and 07b, and the equations that hold on every one. Values in, values out.

What came in and went out is summed from the cells, what is open at both ends of the period is counted from
the facts: so an equation compares what was found in two ways, and one that fails is worth telling.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from operator import add

Amounts = Mapping[str, int]


@dataclass(frozen=True)
class Line:
    """One line, by the numbers of the form's columns; `before` is no column of it."""

    received: int = 0
    full_online: int = 0
    partial_online: int = 0
    by_post: int = 0
    counter: int = 0
    carried_over: int = 0
    settled: int = 0
    early: int = 0
    on_time: int = 0
    late: int = 0
    in_progress: int = 0
    within: int = 0
    overdue: int = 0
    before: int = 0
    """What all earlier periods together received and did not settle."""

    def __add__(self, other: "Line") -> "Line":
        """Both lines together."""
        return Line(*map(add, self.told(), other.told()))

    def told(self) -> tuple[int, ...]:
        """Its numbers, in the order they are declared."""
        return tuple(self.__dict__.values())


@dataclass(frozen=True)
class Counted:
    """What lines are made of, by field."""

    within_period: Mapping[str, Amounts]
    """Sums of the cells of the period."""
    until_period: Mapping[str, Amounts]
    """Sums of all cells before it."""
    open_before: Mapping[str, Amounts]
    """What was open when the period began."""
    open_after: Mapping[str, Amounts]
    """What was open when it ended, or is now."""


def lines(counted: Counted) -> dict[str, Line]:
    """The line of every field that has anything to tell, in the order of their codes."""
    parts = counted.within_period, counted.until_period, counted.open_before, counted.open_after
    found: dict[str, Line] = {}
    for field in sorted(set().union(*parts)):
        line = _line(*(part.get(field, Counter()) for part in parts))
        if any(line.told()):
            found[field] = line
    return found


def breaches(line: Line) -> Iterator[str]:
    """The equations of the form that do not hold on a line, with both sides."""
    equations = (
        (
            "(3)=(4)+(5)+(6)+(7)+(8)",
            line.received,
            line.full_online
            + line.partial_online
            + line.by_post
            + line.counter
            + line.carried_over,
        ),
        ("(9)=(10)+(11)+(12)", line.settled, line.early + line.on_time + line.late),
        ("(13)=(14)+(15)", line.in_progress, line.within + line.overdue),
        ("(3)=(9)+(13)", line.received, line.settled + line.in_progress),
        ("(8)=(13) of the period before", line.carried_over, line.before),
    )
    for equation, left, right in equations:
        if left != right:
            yield f"{equation}: {left}≠{right}"


def _line(period: Amounts, until: Amounts, before: Amounts, after: Amounts) -> Line:
    def told(name: str) -> int:
        return period.get(name, 0)

    carried_over = before.get("open", 0)
    return Line(
        received=told("received") + carried_over,
        full_online=told("received_full_online"),
        partial_online=told("received_partial_online"),
        by_post=told("received_post"),
        counter=told("received_counter"),
        carried_over=carried_over,
        settled=told("settled_d"),
        early=told("early_d"),
        on_time=told("on_time_d") - told("early_d"),
        late=told("late_d"),
        in_progress=after.get("open", 0),
        within=after.get("within_d", 0),
        overdue=after.get("overdue_d", 0),
        before=until.get("received", 0) - until.get("settled_d", 0),
    )
