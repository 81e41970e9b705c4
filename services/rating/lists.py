"""Lists of what agencies work on: whose a question is about, and where the next part begins."""

import base64
import json
from datetime import date

from pydantic import TypeAdapter

from chassis.auth import Principal
from chassis.running import Running
from contracts.problems import Invalid, NotFound

_CURSOR: TypeAdapter[tuple[date, str]] = TypeAdapter(tuple[date, str])


class CursorUnknown(Invalid):
    """This is not where any part of the list begins."""

    title_vi = "Vị trí tiếp theo của danh sách không hợp lệ"


class UnknownAgency(NotFound):
    """No such agency is within your reach."""

    title_vi = "Không tìm thấy cơ quan"


def cursor_after(day: date, key: str) -> str:
    """Where a list by day and key goes on after a line."""
    told = json.dumps([day.isoformat(), key])
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def cursor_read(cursor: str | None) -> tuple[date, str] | None:
    """Day and key of the line before. Raises `CursorUnknown`."""
    if cursor is None:
        return None
    try:
        told = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        return _CURSOR.validate_json(told)
    except ValueError as bad:
        raise CursorUnknown("Send `next_cursor` as it was given.") from bad


async def reached(agency: str | None, caller: Principal, running: Running) -> frozenset[str] | None:
    """An agency with everything below it; the caller's own when None. None: whoever's.

    Raises `UnknownAgency`.
    """
    asked = agency or caller.agency
    if asked is None:
        return None
    if agency is not None:
        if not await running.tree.knows(asked) or not await running.tree.covers(caller, asked):
            raise UnknownAgency("No agency of this code is within your reach.")
        return await running.tree.below(asked)
    return await running.tree.reach(asked)
