"""The register of corrective actions (biện pháp khắc phục): what agencies do about weak criteria."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from contracts.rating.anomalies import Proportion
from contracts.vocabulary import ActionState
from contracts.wire import Code, Day, Line, ReckonedDay, Text, View, Wire

CaseIds = Annotated[list[Code], Field(max_length=100)]
Said = Annotated[Text, Field(min_length=1)]


class Share(Wire):
    """Of how many answers how many were good."""

    count: Annotated[int, Field(ge=0, strict=True)]
    among: Annotated[int, Field(ge=1, strict=True)]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.count > self.among:
            raise ValueError("count is more than among")
        return self


class ActionEntry(Wire):
    """A corrective action as it is entered."""

    agency: Code
    period: Line
    """Whose results call for it, e.g. ``2026-Q4``."""
    plan: Code | None = None
    """The plan that asks for it, e.g. ``hanoi-dard-2020``."""
    criterion: Code
    """The question whose answers were weak, by its id."""
    share: Share | None = None
    cause: Said
    measure: Said
    deadline: Day
    cases: CaseIds = []
    """Cases of ratings it answers to."""


class ActionChange(Wire):
    """What became of a corrective action; what is left out stays."""

    state: ActionState | None = None
    deadline: Day | None = None
    result: Text | None = None
    evidence: Text | None = None
    """Where it can be seen, e.g. the number of a report."""
    cases: CaseIds | None = None
    note: Text | None = None
    """Why; kept in its history."""

    @model_validator(mode="after")
    def _changes(self) -> Self:
        if not self.model_fields_set - {"note"}:
            raise ValueError("says nothing that changes")
        if self.state is ActionState.DONE and not self.result:
            raise ValueError("what is done has a result")
        return self


class ActionStepView(View):
    """One entry in the history of a corrective action."""

    on: ReckonedDay
    by: str
    before: ActionState | None
    after: ActionState | None
    note: str | None


class ActionView(View):
    """A corrective action (biện pháp khắc phục)."""

    id: str
    agency: str
    period: str
    plan: str | None
    criterion: str
    share: Proportion | None
    cause: str
    measure: str
    deadline: ReckonedDay
    state: ActionState
    overdue: bool
    result: str | None
    evidence: str | None
    cases: list[str]
    entered_on: ReckonedDay
    history: list[ActionStepView] = []
    """Oldest first; told of one action alone."""
    revision: int


class ActionPage(View):
    """A page of the register, by deadline."""

    items: list[ActionView]
    next_cursor: str | None = None
