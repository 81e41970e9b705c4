"""Cursors: where the next part of a list begins, in a form that tells callers nothing."""

import base64
import json
from datetime import datetime
from typing import Annotated

from pydantic import Field, TypeAdapter

from contracts.problems import Invalid
from contracts.wire import Instant

_CURSOR: TypeAdapter[tuple[Instant, str, int]] = TypeAdapter(
    tuple[
        Instant,
        Annotated[str, Field(max_length=200)],
        Annotated[int, Field(ge=0, le=10**9)],
    ]
)


class CursorUnknown(Invalid):
    """This is not where any part of the list begins."""

    title_vi = "Vị trí tiếp theo của danh sách không hợp lệ"


def written(at: datetime, key: str, counted: int = 0) -> str:
    """Where a list goes on after a line of this moment and key, the `counted` line."""
    told = json.dumps([at.isoformat(), key, counted])
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def read(cursor: str) -> tuple[datetime, str, int]:
    """Moment and key of the last line, and how many there were. Raises `CursorUnknown`."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        told = base64.b64decode(padded, altchars=b"-_", validate=True)
        return _CURSOR.validate_json(told)
    except ValueError as bad:
        raise CursorUnknown("Send `next_cursor` as it was given.") from bad
