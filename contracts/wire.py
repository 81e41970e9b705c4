"""The shape of everything that crosses a service's border, and the scalar types it is made of."""

import re
from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
)

from contracts.text import clean_line, clean_text

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)


class Wire(BaseModel):
    """Closed, immutable, and documented by the sentence under each field."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        from_attributes=True,
        use_attribute_docstrings=True,
        hide_input_in_errors=True,
    )


class View(Wire):
    """What is shown. Fields may be added to it; a reader ignores those it does not know."""

    model_config = ConfigDict(extra="ignore")


def _in_range(instant: datetime) -> datetime:
    if not EARLIEST <= instant < LATEST:
        raise ValueError("lies outside the years 1900 to 2200")
    return instant


def _day_in_range(day: date) -> date:
    if not EARLIEST.date() <= day < LATEST.date():
        raise ValueError("lies outside the years 1900 to 2200")
    return day


Instant = Annotated[AwareDatetime, AfterValidator(_in_range)]
"""An instant in RFC 3339 with its offset; between 1900 and 2200."""


def _from_day(told: object) -> object:
    """The beginning of a day in Vietnam, where a day was told; anything else must be an instant."""
    if isinstance(told, str):
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", told):
            return f"{told}T00:00:00+07:00"
        if "T" not in told.upper():
            raise ValueError(
                "write an instant as 2020-03-16T09:00:00+07:00, or a day as 2020-03-16"
            )
    return told


Moment = Annotated[AwareDatetime, AfterValidator(_in_range), BeforeValidator(_from_day)]
"""Where a span of time begins or ends in a query: an instant with its offset, or a day of Vietnam."""

Day = Annotated[date, AfterValidator(_day_in_range)]
"""A day as counted in Vietnam; between 1900 and 2200."""

Line = Annotated[str, StringConstraints(min_length=1, max_length=500), AfterValidator(clean_line)]
"""One line of text, 1 to 500 characters, stored in Unicode NFC."""

Text = Annotated[str, StringConstraints(max_length=4000), AfterValidator(clean_text)]
"""Several lines of text, at most 4,000 characters, stored in Unicode NFC."""

Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]*$", max_length=64)]
"""An identifier: ASCII letters, digits, ``. _ / -``; at most 64 characters."""

Name = Annotated[str, StringConstraints(min_length=1, max_length=300), AfterValidator(clean_line)]
"""What something is called, 1 to 300 characters."""
