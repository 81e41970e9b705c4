"""What happens in the demonstration, step by step: what a one-stop system, the post or a citizen does."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any


@dataclass(frozen=True)
class File:
    """A one-stop system files a dossier."""

    at: datetime
    dossier: str
    agency: str
    body: dict[str, Any]
    """What ``POST /v1/dossiers`` takes."""


@dataclass(frozen=True)
class Progress:
    """A one-stop system reports what has happened to a dossier since it last did."""

    at: datetime
    dossier: str
    agency: str
    items: tuple[dict[str, Any], ...]
    """What ``POST /v1/dossiers/{code}/progress`` takes as `items`."""


@dataclass(frozen=True)
class Ship:
    """A one-stop system hands a leg of the post over to the suite."""

    at: datetime
    dossier: str
    agency: str
    body: dict[str, Any]
    """What ``POST /v1/shipments`` takes."""


@dataclass(frozen=True)
class Callback:
    """The post calls back with what its items went through."""

    at: datetime
    raw: bytes
    """The carrier's own body, signed."""
    truth: tuple[dict[str, Any], ...]
    """What truly happened to these items so far, as the stand-in of the post is told it."""
    dossiers: tuple[str, ...]
    """Whose items they are."""
    records: int


@dataclass(frozen=True)
class Rate:
    """A citizen opens the link and rates."""

    at: datetime
    dossier: str
    agency: str
    occasion: str
    option: str
    """The answer to the overall question."""
    comment: str | None


Step = File | Progress | Ship | Callback | Rate


def digest(steps: Iterable[Step]) -> str:
    """SHA-256 over all that the steps say, in hexadecimal: equal digests, equal streams."""
    total = sha256()
    for step in steps:
        said = asdict(step) | {"step": type(step).__name__}
        total.update(json.dumps(said, sort_keys=True, ensure_ascii=False, default=_plain).encode())
        total.update(b"\n")
    return total.hexdigest()


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode()
    raise TypeError(type(value).__name__)
