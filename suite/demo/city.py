"""The city of the demonstration: its agencies, its procedures, and which agency handles which field.

Read from the three tables in ``catalogue``, whose README tells what in them is real and what is set.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from typing import Any

from contracts.vocabulary import Channel, TimeUnit

ONLINE_FROM_LEVEL = 3
"""From this level on a procedure is filed online (dịch vụ công trực tuyến mức độ 3, 4)."""


@dataclass(frozen=True)
class Agency:
    """A row of ``agencies.csv``."""

    code: str
    parent: str | None
    body: dict[str, Any]
    """What ``PUT /v1/agencies/{code}`` takes."""


@dataclass(frozen=True)
class Procedure:
    """A row of ``procedures.csv``."""

    code: str
    field: str
    limits: dict[Channel, tuple[int, TimeUnit]]
    """The time limit of each channel it is open to (thời hạn giải quyết)."""
    body: dict[str, Any]
    """What ``PUT /v1/procedures/{code}`` takes."""
    later: tuple[dict[str, Any], ...] = ()
    """The same for versions that followed, each from its own `valid_from` on."""


@dataclass(frozen=True)
class Handled:
    """A row of ``fields.csv``: one agency at work in one field, as the made-up year has it."""

    agency: str
    field: str
    share: float
    """Part of the city's dossiers; the shares are relative to each other."""
    on_time: float
    """Part of its dossiers that this agency finishes in time."""
    online: float
    """Part filed online; what is neither online nor by post comes to the counter."""
    post: float
    """Part filed through the public post."""
    rated: float
    """Part of its citizens that rate the agency."""


@dataclass(frozen=True)
class City:
    """The three tables of the catalogue."""

    agencies: tuple[Agency, ...]
    """Parents before children."""
    procedures: tuple[Procedure, ...]
    handled: tuple[Handled, ...]

    @cached_property
    def by_field(self) -> dict[str, tuple[Procedure, ...]]:
        """The procedures of each field, in the order of the table: the most used first."""
        found: dict[str, list[Procedure]] = {}
        for procedure in self.procedures:
            found.setdefault(procedure.field, []).append(procedure)
        return {field: tuple(procedures) for field, procedures in found.items()}

    @cached_property
    def parents(self) -> dict[str, str | None]:
        """The agency above each agency."""
        return {agency.code: agency.parent for agency in self.agencies}


def read_city() -> City:
    """The city as the tables beside this module have it."""
    return City(
        agencies=tuple(agency_of(row) for row in rows("agencies.csv")),
        procedures=tuple(procedure_of(row) for row in rows("procedures.csv")),
        handled=tuple(_handled(row) for row in rows("fields.csv")),
    )


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of a table of the catalogue."""
    text = (resources.files("suite.demo") / "catalogue" / name).read_text("utf-8")
    yield from csv.DictReader(text.splitlines())


def agency_of(row: dict[str, str]) -> Agency:
    """An agency as a row of a table of agencies tells of it."""
    body = {name: row[name] for name in ("name", "kind", "parent", "tree") if row[name]}
    return Agency(row["code"], row["parent"] or None, body)


def procedure_of(row: dict[str, str]) -> Procedure:
    """A procedure as a row of ``procedures.csv`` tells of it. Raises `ValueError` without a limit."""
    counter = _limit(row, Channel.COUNTER)
    if counter is None:
        raise ValueError(f"procedures.csv states no limit at the counter for {row['code']}")
    level, by_post = int(row["online_level"]), row["by_post"] == "yes"
    open_to = {
        Channel.COUNTER: True,
        Channel.ONLINE: level >= ONLINE_FROM_LEVEL,
        Channel.POST: by_post,
    }
    own = {channel: _limit(row, channel) for channel, opened in open_to.items() if opened}
    body = {
        "name": row["name"],
        "field": row["field"],
        "field_name": row["field_name"],
        "time_limit": _told(counter),
        "time_limits": {
            channel.value: _told(limit)
            for channel, limit in own.items()
            if limit is not None and limit != counter
        },
        "online_level": level,
        "by_post": by_post,
        "on_national_portal": row["on_national_portal"] == "yes",
    }
    limits = {channel: limit or counter for channel, limit in own.items()}
    return Procedure(row["code"], row["field"], limits, body)


def _limit(row: dict[str, str], channel: Channel) -> tuple[int, TimeUnit] | None:
    amount = row[f"{channel.value}_amount"]
    return (int(amount), TimeUnit(row[f"{channel.value}_unit"])) if amount else None


def _told(limit: tuple[int, TimeUnit]) -> dict[str, Any]:
    return {"amount": limit[0], "unit": limit[1].value}


def _handled(row: dict[str, str]) -> Handled:
    shares = {name: float(row[name]) for name in ("share", "on_time", "online", "post", "rated")}
    return Handled(agency=row["agency"], field=row["field"], **shares)
