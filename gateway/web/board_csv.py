"""The board's pages as files for a spreadsheet: a row for each of their rows, standing alone."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from contracts.board import BoardTarget, BoardUnit
from contracts.exploring import (
    ExploredView,
    ProcedureStanding,
    UnitHeard,
    WatchedField,
    WatchListView,
)
from contracts.spreadsheets import BYTE_ORDER_MARK, safe_cell
from gateway.web.csv import scoreboard_row

WHOSE = ("agency", "period_from", "period_to", "structure", "as_of", "provisional")
FIGURE = ("count", "among", "value", "state", "verdict")
HEARD = ("told", "last_on", "quiet_days")
OF_TARGET = (
    *("plan", "indicator", *WHOSE, "part"),
    *("row_agency", "row_agency_name", "field", "field_name", "procedure", "procedure_name"),
    *("first", "end", "level", "minimum", *FIGURE, "test", "definition", *HEARD),
    *("task", "title", "due_on", "overdue", "document_no"),
)
"""`part` says which table of the page a row is of."""

OF_FIELD = (
    *("field", "name", "received", "settled", "on_time", "late", "overdue"),
    *("between_agencies", "reasons"),
)
OF_UNIT = (
    *("plan", *WHOSE, "part", "id", "title", "kind", *FIGURE),
    *("operator", "target", "shown", *OF_FIELD, *HEARD),
)
OF_PROCEDURE = (
    *("plan", *WHOSE, "procedure", "name", "field", "online_level"),
    *("by_post", "on_national_portal", "received", "received_online", "received_by_post"),
    *("settled", "returned_by_post", "id", "title", "rows_of", *FIGURE, "test", "minimum"),
)
OF_TASK = ("state", "due_on", "overdue")
PLACES = ("field", "field_name", "procedure", "procedure_name")
APART = ("agencies", "cells", "fields", "procedures")


def target_csv(found: BoardTarget) -> str:
    """A target's page: the figure, and every row of every table beside it."""
    return _written(OF_TARGET, _target_rows(found))


def unit_csv(found: BoardUnit) -> str:
    """A unit's page: its targets, then its fields."""
    return _written(OF_UNIT, _unit_rows(found))


def watch_list_csv(found: WatchListView) -> str:
    """The watch list; a field that is not on it has no reasons."""
    rows = (
        _whose(found) | _field(one) | {"watched": bool(one.reasons)}
        for one in (*found.items, *found.others)
    )
    return _written((*WHOSE, *OF_FIELD, "watched"), rows)


def procedure_csv(found: ProcedureStanding) -> str:
    """A procedure's page: a row for each target, with what the catalogue says before it."""
    shared = _whose(found) | {"plan": found.plan, "procedure": found.code}
    shared |= {name: getattr(found, name) for name in OF_PROCEDURE if hasattr(found, name)}
    rows = (
        shared
        | _figure(one)
        | {"id": one.id, "title": one.title, "rows_of": one.rows_of}
        | {"test": one.test.shown if one.test else None}
        for one in found.targets
    )
    return _written(OF_PROCEDURE, rows)


def _target_rows(found: BoardTarget) -> Iterator[Mapping[str, Any]]:
    shared = _whose(found.coverage) | {
        "plan": found.plan,
        "indicator": found.target.id,
        "definition": f"{found.figure.definition.id}/{found.figure.definition.version}",
    }
    yield shared | _figure(found.target) | {"part": "figure", "test": found.target.shown}
    for name in APART:
        view = getattr(found, name)
        if view is None:
            continue
        told = {"minimum": view.minimum, "test": view.test.shown if view.test else None}
        yield shared | told | _figure(view.total) | {"part": f"{name} together"}
        for row in view.rows:
            places = {"row_agency": row.agency, "row_agency_name": row.agency_name}
            places |= {key: getattr(row, key) for key in PLACES}
            yield shared | told | places | _figure(row) | {"part": name}
    for task in found.tasks.items if found.tasks else ():
        told = {name: getattr(task, name) for name in OF_TASK}
        told |= {"part": "tasks", "task": task.number, "title": task.title_vi}
        told["document_no"] = task.document.document_no if task.document else None
        yield shared | told
    if found.closed is not None:
        yield shared | _figure(found.closed.figure) | {"part": "closed"}
    for point in found.trend.points if found.trend else ():
        span = {"first": point.first, "end": point.end, "part": "half_months"}
        test = found.trend.target.shown if found.trend and found.trend.target else None
        yield shared | span | _figure(point) | {"test": test}
    if found.distribution is not None:
        told = {"part": "levels", "state": found.distribution.state}
        told["minimum"] = found.distribution.minimum
        levels = [{"level": one.level, "count": one.count} for one in found.distribution.levels]
        yield from (shared | told | one for one in levels or [{}])
    told = {"part": "coverage", "count": found.coverage.told, "among": found.coverage.units}
    yield shared | told
    for one in found.coverage.agencies:
        yield shared | {"row_agency": one.agency, "row_agency_name": one.name} | _heard(one)


def _unit_rows(found: BoardUnit) -> Iterator[Mapping[str, Any]]:
    board = found.scoreboard
    shared = {name: getattr(board, name) for name in ("plan", "agency", "structure", "as_of")}
    shared |= {"period_from": board.period_from, "period_to": board.period_to}
    for target in board.targets:
        yield shared | scoreboard_row(target) | {"part": "targets"}
    for one in (*found.fields.items, *found.fields.others):
        yield shared | _field(one) | {"part": "fields", "provisional": found.fields.provisional}
    for unit in found.coverage.agencies:
        yield shared | {"id": unit.agency, "title": unit.name} | _heard(unit)


def _whose(found: ExploredView) -> dict[str, Any]:
    return {name: getattr(found, name) for name in WHOSE}


def _field(one: WatchedField) -> dict[str, Any]:
    return {name: getattr(one, name) for name in OF_FIELD} | {"reasons": " ".join(one.reasons)}


def _heard(one: UnitHeard) -> dict[str, Any]:
    return {name: getattr(one, name) for name in HEARD} | {"part": "heard"}


def _figure(told: BaseModel) -> dict[str, Any]:
    return {name: getattr(told, name) for name in FIGURE}


def _written(columns: tuple[str, ...], rows: Iterable[Mapping[str, Any]]) -> str:
    """RFC 4180, every cell quoted, with a byte order mark; nothing a spreadsheet would execute."""
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL)
    writer.writerow(columns)
    writer.writerows([safe_cell(_plain(row.get(name))) for name in columns] for row in rows)
    return BYTE_ORDER_MARK + written.getvalue()


def _plain(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if hasattr(value, "isoformat") else value
