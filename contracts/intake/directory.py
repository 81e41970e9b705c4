"""Agencies, as the directory is told of them and shows them."""

from contracts.vocabulary import (
    AgencyKind,
)
from contracts.wire import Code, Name, View, Wire


class AgencyEntry(Wire):
    """An agency (cơ quan, đơn vị) as the directory is told of it."""

    name: Name
    kind: AgencyKind
    parent: Code | None = None
    """The agency above it; a root of a tree has none."""
    tree: Code | None = None
    """Which hierarchy it belongs to (city, tax, police...); that of its parent when left out."""


class AgencyView(View):
    """An agency of the directory."""

    code: str
    name: str
    kind: AgencyKind
    parent: str | None
    tree: str | None
