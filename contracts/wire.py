"""The shape of everything that crosses a service's border, and the scalar types it is made of."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from contracts.instants import EARLIEST, LATEST, Day, Instant, Moment, Reckoned, ReckonedDay
from contracts.text import clean_line, clean_text

__all__ = [
    "CODE_PATTERN",
    "EARLIEST",
    "LATEST",
    "Code",
    "Day",
    "Instant",
    "Line",
    "Moment",
    "Name",
    "Reckoned",
    "ReckonedDay",
    "Text",
    "View",
    "Wire",
]


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


Line = Annotated[str, StringConstraints(min_length=1, max_length=500), AfterValidator(clean_line)]
"""One line of text, 1 to 500 characters, stored in Unicode NFC."""

Text = Annotated[str, StringConstraints(max_length=4000), AfterValidator(clean_text)]
"""Several lines of text, at most 4,000 characters, stored in Unicode NFC."""

CODE_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._/-]*$"

Code = Annotated[str, StringConstraints(pattern=CODE_PATTERN, max_length=64)]
"""An identifier: ASCII letters, digits, ``. _ / -``; at most 64 characters."""

Name = Annotated[str, StringConstraints(min_length=1, max_length=300), AfterValidator(clean_line)]
"""What something is called, 1 to 300 characters."""
