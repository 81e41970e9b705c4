"""Agencies, as the directory is told of them and shows them."""

from typing import Annotated

from pydantic import Field

from contracts.vocabulary import (
    AgencyKind,
)
from contracts.wire import Code, Day, Name, View, Wire


class AgencyEntry(Wire):
    """An agency (cơ quan, đơn vị) as the directory is told of it."""

    name: Name
    kind: AgencyKind
    parent: Code | None = None
    """The agency above it; a root of a tree has none."""
    tree: Code | None = None
    """Which hierarchy it belongs to (city, tax, police...); that of its parent when left out."""
    other_codes: Annotated[list[Code], Field(max_length=20)] = []
    """Other identifiers of it (mã định danh khác), e.g. ``H29.19`` for ``000.00.19.H29``: each means this
    agency wherever a code is taken. No other agency may carry one of them."""
    valid_from: Day | None = None
    """The first day it existed; always when left out."""
    valid_to: Day | None = None
    """The first day it was no more, so the last day is the one before; still there when left out."""
    successors: Annotated[list[Code], Field(max_length=500)] = []
    """The agencies that took over from it (cơ quan kế thừa): one after a merger, several after a split."""


class AgencyView(View):
    """An agency of the directory."""

    code: str
    name: str
    kind: AgencyKind
    parent: str | None
    tree: str | None
    other_codes: list[str] = []
    """Other identifiers that mean this agency."""
    valid_from: Day | None = None
    """The first day it existed; always when none is told."""
    valid_to: Day | None = None
    """Exclusive: the first day it was no more."""
    successors: list[str] = []
    """The agencies that took over from it (cơ quan kế thừa)."""


class AgencyPage(View):
    """A page of agencies in the order of their codes."""

    items: list[AgencyView]
    next_cursor: str | None = None
