"""What makes two reports the same report."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from contracts.vocabulary import DossierStatus


def step_key(
    status: DossierStatus,
    occurred_at: datetime,
    *,
    actor: str | None = None,
    unit: str | None = None,
    note: str | None = None,
    due_at: datetime | None = None,
    agency: str | None = None,
    stage: str | None = None,
    title: str | None = None,
    begun_at: datetime | None = None,
    expected_by: datetime | None = None,
) -> str:
    """The key of a step by its content, 32 hexadecimal digits: an equal key is the same row again.

    The same instant written with another offset, and an empty text for none, make no difference.
    Raises `ValueError` for a naive instant.
    """
    content: list[Any] = [
        status.value,
        _instant_text(occurred_at),
        actor or None,
        unit or None,
        note or None,
        _instant_text(due_at) if due_at else None,
        *((agency, stage) if agency or stage else ()),
    ]
    told_besides = {
        "title": title,
        "begun_at": _instant_text(begun_at) if begun_at else None,
        "expected_by": _instant_text(expected_by) if expected_by else None,
    }
    # By name, and only what is told: a row that tells none of it keeps the key it always had.
    if besides := {name: value for name, value in told_besides.items() if value}:
        content.append(besides)
    told = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return sha256(told.encode()).hexdigest()[:32]


def content_digest(content: Mapping[str, Any]) -> str:
    """A digest that tells one content from another, 16 hexadecimal digits; offsets make no difference."""
    told = json.dumps(content, sort_keys=True, ensure_ascii=False, default=_plain)
    return sha256(told.encode()).hexdigest()[:16]


def differing_fields(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[str]:
    """Where two contents differ, as sorted JSON Pointers (RFC 6901).

    An absent field equals a null one. Lists of unequal length differ as a whole. Values compare
    with ``==``: hand over instants as datetimes, so that their offsets make no difference.

    >>> differing_fields({"code": "A", "flags": {"digitised": True}}, {"code": "A"})
    ['/flags']
    >>> differing_fields({"applicant": {"name": "A"}}, {"applicant": {"name": "B", "phone": None}})
    ['/applicant/name']
    """
    return sorted(_differences(a, b, ""))


def without_nulls(value: Any) -> Any:
    """A content in which a null was left out wherever one stood, as `differing_fields` reads it.

    >>> without_nulls({"flags": {"digitised": True, "national_portal": None}, "components": None})
    {'flags': {'digitised': True}}
    """
    if isinstance(value, Mapping):
        return {name: without_nulls(one) for name, one in value.items() if one is not None}
    return [without_nulls(one) for one in value] if isinstance(value, list) else value


def _plain(value: object) -> str:
    return _instant_text(value) if isinstance(value, datetime) else str(value)


def _instant_text(instant: datetime) -> str:
    if instant.tzinfo is None:
        raise ValueError("an instant without an offset is not a moment")
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def _differences(a: object, b: object, pointer: str) -> Iterable[str]:
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        for name in a.keys() | b.keys():
            step = str(name).replace("~", "~0").replace("/", "~1")
            yield from _differences(a.get(name), b.get(name), f"{pointer}/{step}")
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for place, (mine, theirs) in enumerate(zip(a, b, strict=True)):
            yield from _differences(mine, theirs, f"{pointer}/{place}")
    elif a != b or isinstance(a, bool) is not isinstance(b, bool):
        yield pointer
