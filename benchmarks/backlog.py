"""A million dossiers, made by the database itself."""

from __future__ import annotations

import asyncpg

from chassis.running import Running

AGENCIES = 700
"""Agencies of a city with its wards and departments."""


async def fill(intake: Running, count: int, *, near: int = 0, open_share: int = 100) -> None:
    """`count` dossiers over a city's agencies, of which the first `near` are past their moment.

    Of each hundred `open_share` are being processed, the others are returned.
    """
    database = intake.database
    number = (
        f"generate_series(1, {count}) AS g(n)"
        if database.is_postgres
        else f"(WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < {count}) "
        "SELECT n FROM g) AS g"
    )
    text = "lpad(n::text, 8, '0')" if database.is_postgres else "printf('%08d', n)"
    soon = _instant(intake, "(n % 3600)", past=True)
    later = _instant(intake, "(86400 * (7 + n % 30))", past=False)
    moment = f"CASE WHEN n <= {near} THEN {soon} ELSE {later} END"
    opened = f"(n * 37) % 100 < {open_share}"
    columns = {
        "code": f"'bench-' || {text}",
        "procedure": "'1.001612'",
        "field": "'f'",
        **dict.fromkeys(
            ("agency", "competent_agency", "returning_agency"), f"'A' || (n % {AGENCIES})"
        ),
        "channel": "'counter'",
        "return_mode": "'counter'",
        "applicant": """'{"kind":"citizen","name":"Nguyễn Văn A"}'""",
        "flags": "'{}'",
        "limit_amount": "3",
        "limit_unit": "'working_day'",
        "filed_by": "'bench'",
        **dict.fromkeys(("filed_at", "received_at"), _instant(intake, "(86400 * 30)", past=True)),
        "status": f"CASE WHEN {opened} THEN 'processing' ELSE 'returned' END",
        "rule_set": "'R2025'",
        "calendar": "'bench'",
        "revision": "1",
        "due_at": moment,
        **dict.fromkeys(("late_at", "watch_at"), f"CASE WHEN {opened} THEN {moment} END"),
        "told": "'[]'",
    }
    await _aside(
        intake,
        f"INSERT INTO agency (code, name, kind, parent, revision) SELECT 'A' || n, 'A', 'ward', 'H29', 1 "
        f"FROM {number.replace(str(count), str(AGENCIES - 1))}",
        "INSERT INTO agency (code, name, kind, parent, revision) "
        "VALUES ('A0', 'A', 'ward', 'H29', 1), ('H29', 'H', 'city', NULL, 1), ('T', 'T', 'tax', NULL, 1)",
        f"INSERT INTO dossier ({', '.join(columns)}) SELECT {', '.join(columns.values())} FROM {number}",
        # A server gathers statistics by itself; of an embedded database nobody does.
        *(["ANALYZE"] if database.is_postgres else []),
    )


def _instant(intake: Running, seconds: str, *, past: bool) -> str:
    """So many seconds from now, as the engine keeps instants."""
    sign = "-" if past else "+"
    if intake.database.is_postgres:
        return f"now() {sign} {seconds} * interval '1 second'"
    return f"strftime('%Y-%m-%d %H:%M:%f', 'now', '{sign}' || {seconds} || ' seconds') || '000'"


async def _aside(intake: Running, *statements: str) -> None:
    """Run statements outside the pool, whose timeouts are made for requests."""
    database = intake.database
    if not database.is_postgres:
        for statement in statements:
            await database.engine.execute(statement)
        return
    dsn = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(dsn)
    for statement in statements:
        await connection.execute(statement)
    await connection.execute("VACUUM ANALYZE dossier")
    await connection.close()
