"""Fields of administration, as the catalogue is told of them and shows them."""

from typing import Annotated

from pydantic import Field

from contracts.wire import Code, Day, Name, View, Wire


class FieldEntry(Wire):
    """A field of administration (lĩnh vực) that procedures belong to."""

    name: Name
    name_en: Name | None = None
    valid_from: Day | None = None
    """The first day there was such a field; always when left out."""
    abolished_on: Day | None = None
    """The first day on which it is no more (ngày bãi bỏ); still there when left out."""
    successors: Annotated[list[Code], Field(max_length=100)] = []
    """Codes of the fields that its procedures belong to since (lĩnh vực thay thế): one after a merger,
    several after a split. By today's structure figures count what it had with its one successor."""


class FieldView(View):
    """A field of the catalogue."""

    code: str
    name: str
    name_en: str | None = None
    valid_from: Day | None = None
    abolished_on: Day | None = None
    """Exclusive: the first day on which it is no more."""
    successors: list[str] = []


class FieldPage(View):
    """A page of fields in the order of their codes."""

    items: list[FieldView]
    next_cursor: str | None = None
