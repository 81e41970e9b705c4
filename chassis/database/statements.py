"""What PostgreSQL is told: one statement that stores rows of some shapes, one that reads rows by keys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy.dialects.postgresql.asyncpg import dialect as postgres_dialect

from chassis.database.shapes import CONTENDED, GUARD, Shape, Verb

DIALECT = postgres_dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped


def in_order(shapes: Iterable[Shape]) -> tuple[Shape, ...]:
    """Shapes as one statement names them, so that rows which many want at once are taken last.

    Always in one order, as keys are within a table: two groups that change the same rows then wait for each
    other instead of each for the other, and one statement serves every group of the same shapes.
    """
    # PostgreSQL runs first what the last line counts, then the other expressions from the last to the first.
    # No result rests on that, only how long rows are kept from others.
    return tuple(sorted(shapes, key=_place, reverse=True))


def _place(shape: Shape) -> tuple[Any, ...]:
    adds, contended = shape.verb is Verb.INCREASE, bool(shape.table.info.get(CONTENDED))
    return adds, contended, shape.verb not in _FIRST, shape.table.name, shape.verb, shape.columns


_FIRST = (Verb.REMOVE, Verb.UPDATE, Verb.EXPECT)


@lru_cache(maxsize=512)
def statement_for(shapes: tuple[Shape, ...]) -> str:
    """The one statement that stores rows of these shapes.

    Every shape is a common table expression over arrays. Where a row must still be as it was read, the
    last line divides by zero when one is not: an error that undoes the whole statement, without the two
    further round trips of BEGIN and COMMIT.
    """
    parts: list[str] = []
    guards: list[str] = []
    position = 1
    for number, shape in enumerate(shapes):
        name = f"w{number}"
        parts.append(f"{name} AS ({_part(shape, position)})")
        position += len(shape.parameters)
        if shape.counted:
            guards.append(f"(SELECT count(*) FROM {name})")
    last = "SELECT 1"
    if guards:
        last = f"SELECT 1 / (({' + '.join(guards)}) = ${position}::bigint)::int"
    return f"WITH {', '.join(parts)} {last}"


def _part(shape: Shape, position: int) -> str:
    table = _quoted(shape.table.name)
    arrays = ", ".join(
        f"${position + i}::{_type(shape, name)}[]" for i, name in enumerate(shape.parameters)
    )
    columns = ", ".join(map(_quoted, shape.columns))
    everything = ", ".join(map(_quoted, shape.keys + shape.columns))
    keys = ", ".join(map(_quoted, shape.keys))
    if shape.verb in {Verb.INSERT, Verb.KEEP}:
        conflict = " ON CONFLICT DO NOTHING" if shape.verb is Verb.KEEP else ""
        return f"INSERT INTO {table} ({columns}) SELECT * FROM unnest({arrays}){conflict}"
    if shape.verb is Verb.PUT:
        guard = f" WHERE {table}.{GUARD} <= excluded.{GUARD}" if GUARD in shape.columns else ""
        return (
            f"INSERT INTO {table} ({everything}) SELECT * FROM unnest({arrays}) "
            f"ON CONFLICT ({keys}) DO UPDATE SET {_from('excluded', shape.columns)}{guard}"
        )
    if shape.verb is Verb.INCREASE:
        sums = ", ".join(f"coalesce(sum(u.{_quoted(c)}), 0)" for c in shape.columns)
        grown = ", ".join(
            f"{_quoted(c)} = {table}.{_quoted(c)} + excluded.{_quoted(c)}" for c in shape.columns
        )
        return (
            f"INSERT INTO {table} ({everything}) SELECT {keys}, {sums} "
            f"FROM unnest({arrays}) AS u({everything}) GROUP BY {keys} ORDER BY {keys} "
            f"ON CONFLICT ({keys}) DO UPDATE SET {grown}"
        )
    same = " AND ".join(f"{table}.{_quoted(k)} = u.{_quoted(k)}" for k in shape.keys)
    if shape.verb is Verb.REMOVE:
        return f"DELETE FROM {table} USING unnest({arrays}) AS u({keys}) WHERE {same}"
    if shape.verb is Verb.EXPECT:
        return _as_read(shape, f"unnest({arrays}) AS u({everything})")
    return _update(shape, table, arrays, same)


def _update(shape: Shape, table: str, arrays: str, same: str) -> str:
    names = ", ".join(
        [_quoted(k) for k in shape.keys]
        + (["was"] if shape.guarded else [])
        + [_quoted(c) for c in shape.columns]
    )
    guard = f" AND {table}.{GUARD} = u.was" if shape.guarded else ""
    return (
        f"UPDATE {table} SET {_from('u', shape.columns)} "
        f"FROM unnest({arrays}) AS u({names}) WHERE {same}{guard} RETURNING 1"
    )


def _as_read(shape: Shape, rows: str) -> str:
    """Rows that are as they were read. Locked until the commit: who would change one waits for it."""
    table = _quoted(shape.table.name)
    same = [f"{table}.{_quoted(key)} = u.{_quoted(key)}" for key in shape.keys]
    same += [f"{table}.{_quoted(c)} IS NOT DISTINCT FROM u.{_quoted(c)}" for c in shape.columns]
    return f"SELECT 1 FROM {table} JOIN {rows} ON {' AND '.join(same)} FOR SHARE OF {table}"


def _from(source: str, columns: Sequence[str]) -> str:
    return ", ".join(f"{_quoted(c)} = {source}.{_quoted(c)}" for c in columns)


@lru_cache(maxsize=128)
def select_by_keys(table: Any, keys: tuple[str, ...], columns: tuple[str, ...]) -> str:
    """The statement that reads rows by their keys, given as one array for each key column."""
    wanted = ", ".join(f"t.{_quoted(c)}" for c in columns)
    arrays = ", ".join(
        f"${i}::{table.c[k].type.compile(dialect=DIALECT)}[]" for i, k in enumerate(keys, 1)
    )
    names = ", ".join(map(_quoted, keys))
    same = " AND ".join(f"t.{_quoted(k)} = u.{_quoted(k)}" for k in keys)
    return (
        f"SELECT {wanted} FROM unnest({arrays}) AS u({names}) "
        f"JOIN {_quoted(table.name)} AS t ON {same}"
    )


def _type(shape: Shape, name: str) -> str:
    compiled: str = shape.table.c[name].type.compile(dialect=DIALECT)
    return {"BIGSERIAL": "BIGINT", "SERIAL": "INTEGER"}.get(compiled, compiled)


def _quoted(name: str) -> str:
    return f'"{name}"'
