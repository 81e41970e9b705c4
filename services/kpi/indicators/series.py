"""The series that agencies report or take over from elsewhere, read from their file and checked. Values only.

A mistake in the file is told with the file, the line its entry begins at, the entry and what to change;
a service whose file is wrong does not start.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from importlib import resources
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from contracts.vocabulary import AgencyKind, Cadence, FigureSource, SeriesKind

FILE = "series.yaml"
FORMAT = "kpi/1"
Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(\.[a-z0-9_]+)*$", max_length=64)]
LEAST_GRADES = 2


class SeriesInvalid(ValueError):
    """The file of the series says something that cannot be."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Title(_Part):
    """The same in Vietnamese and English."""

    vi: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]


class TaskNamed(Title):
    """A task as its plan writes it down."""

    due_on: date | None = None
    """The last day it is to be done on; the plan's when left out."""


class Series(_Part):
    """One series (chuỗi số liệu báo cáo)."""

    id: Id
    indicators: tuple[Id, ...] = ()
    """Which figures read it; the one of its own id when empty. Points are read by no figure but by
    `services.kpi.quality`."""
    title: Title
    kind: SeriesKind
    owner: Literal["plan", "offices", "nobody"] | tuple[AgencyKind, ...]
    """Who owes it: the plan's own agency, or every agency of these kinds below it; or, whatever the plans,
    every office that had dossiers in the period. What nobody owes any agency may tell of itself and all
    below it."""
    plans: tuple[str, ...] = ()
    """Within whose periods it is owed; none of what no plan asks for."""
    every: Cadence
    before: bool = False
    """Whether it is of the period before the plan's (kỳ trước), to compare with."""
    due_days: Annotated[int, Field(ge=0, le=366)]
    source: FigureSource
    evidence: Literal["required", "optional"]
    scale: tuple[str, ...] = ()
    """The grades of a label, the lowest first."""
    about: Literal["agency", "text"] | None = None
    """What an occurrence is about."""
    manner: bool = False
    """Whether an occurrence tells if it was announced."""
    points_of: Literal["dossiers", "unit"] | None = None
    """Whether a ratio is of points, 2 at most: of each dossier, or of the unit as a whole."""
    from_above: bool = False
    """Whether only who speaks for an agency above may tell and approve it (thẩm định)."""
    tasks: Annotated[int, Field(ge=1)] | None = None
    """How many tasks there are; a task is told by its number."""
    named: tuple[TaskNamed, ...] = ()
    """What each task is, in the order of their numbers, where that is written down."""

    @property
    def read_by(self) -> tuple[str, ...]:
        """The indicators that read it."""
        return self.indicators or (() if self.points_of else (self.id,))

    @property
    def kinds(self) -> tuple[AgencyKind, ...]:
        """The kinds of agencies that owe it; none where the plan's own agency does."""
        return self.owner if isinstance(self.owner, tuple) else ()

    @model_validator(mode="after")
    def _says_what_its_kind_needs(self) -> Self:
        label = self.kind is SeriesKind.LABEL
        if label and len(set(self.scale)) < LEAST_GRADES:
            raise ValueError("a label needs a scale of grades, the lowest first")
        if len(set(self.scale)) != len(self.scale):
            raise ValueError("a grade stands twice in the scale: name each once")
        if self.scale and not label:
            raise ValueError("only a label has a scale: take it out, or make the kind label")
        if (self.about or self.manner) and self.kind is not SeriesKind.OCCURRENCE:
            raise ValueError("only an occurrence has about and manner: take them out")
        if self.points_of and self.kind is not SeriesKind.RATIO:
            raise ValueError(
                "only a ratio is of points: take points_of out, or make the kind ratio"
            )
        if (self.tasks is not None) != (self.kind is SeriesKind.TASK):
            raise ValueError("a task needs tasks, how many there are, and nothing else has it")
        if self.named and len(self.named) != self.tasks:
            raise ValueError("name each of the tasks, in the order of their numbers, or none")
        if bool(self.plans) is (self.owner in {"nobody", "offices"}):
            raise ValueError(
                "name the plans it is owed for, or write owner: nobody or offices and no plans"
            )
        if self.owner == ():
            raise ValueError("nobody owes it: write owner: plan, or the kinds of agencies")
        return self


def read(text: str) -> Mapping[str, Series]:
    """The series of a file by their ids. Raises `SeriesInvalid`."""
    document = _composed(text)
    whole: Any = yaml.safe_load(text)
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        raise SeriesInvalid(f"{FILE}, line 1: write format: {FORMAT}.")
    if set(whole) != {"format", "series"} or not isinstance(whole["series"], list):
        raise SeriesInvalid(f"{FILE}, line 1: beside the format there is a list called series.")
    lines = _lines(document)
    found = [_entry(told, line) for told, line in zip(whole["series"], lines, strict=True)]
    twice = [name for name, times in Counter(one.id for one in found).items() if times > 1]
    for one, line in reversed(list(zip(found, lines, strict=True))):
        if one.id in twice:
            raise SeriesInvalid(
                f"{FILE}, line {line}, entry {one.id}: another entry has this id: take one out."
            )
    return {one.id: one for one in found}


def _composed(text: str) -> yaml.Node | None:
    try:
        node: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as bad:
        line = bad.problem_mark.line + 1 if bad.problem_mark else 1
        raise SeriesInvalid(f"{FILE}, line {line}: {bad.problem}: write YAML.") from bad
    return node


def _lines(document: yaml.Node | None) -> Sequence[int]:
    """The line that each entry begins at."""
    assert isinstance(document, yaml.MappingNode)  # noqa: S101 - read() has looked
    for key, value in document.value:
        if key.value == "series":
            return [entry.start_mark.line + 1 for entry in value.value]
    return []


def _entry(told: Any, line: int) -> Series:
    name = told.get("id", "without an id") if isinstance(told, dict) else "that is no mapping"
    try:
        return Series.model_validate(told)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        said = first["msg"].removeprefix("Value error, ")
        where = f"{place}: " if place else ""
        raise SeriesInvalid(f"{FILE}, line {line}, entry {name}: {where}{said}.") from wrong


SERIES: Mapping[str, Series] = read(
    resources.files("services.kpi.indicators").joinpath(FILE).read_text("utf-8")
)
"""Every series by its id."""
