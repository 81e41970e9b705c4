"""A city of millions of dossiers in kpi's own tables: 180 agencies, 20 fields, 2,600 procedures, one year."""

from __future__ import annotations

import asyncpg

AGENCIES, FIELDS, PROCEDURES = 180, 20, 2_600
EACH = 7
"""Procedures that an agency handles in a field."""
CITY = "H29"

DIRECTORY = """
INSERT INTO known_agency (code, parent, name, kind, tree, other_codes, successors, revision)
SELECT 'H29', NULL, 'Thành phố', 'city', NULL, '[]', '[]', 1
UNION ALL
SELECT 'a' || a,
 CASE WHEN a <= 44 THEN 'H29' ELSE 'a' || 21 + a % 24 END,
 'Cơ quan ' || a,
 CASE WHEN a <= 20 THEN 'department' WHEN a <= 44 THEN 'district' ELSE 'ward' END,
 NULL, '[]', '[]', 1
FROM generate_series(1, $1::int) a
"""

CATALOGUE = """
INSERT INTO {table} (code, {name} field, online_level, by_post, on_national_portal, online_service,
 published_on_time, updated_on_time, levels, agencies, posted_at_office, posted_online, content_complete,
 eligible_online, fees_due, online_payment, valid_from, revision)
SELECT 'p' || p, {told} 'f' || p / {each}, 2 + p % 3, p % 2 = 0, p % 5 <> 0,
 CASE p % 3 WHEN 0 THEN 'full' WHEN 1 THEN 'partial' ELSE 'none' END, p % 11 <> 0, p % 13 <> 0,
 CASE p % 4 WHEN 0 THEN '["province"]' WHEN 1 THEN '["district"]' WHEN 2 THEN '["commune"]' ELSE '[]' END,
 '[]', true, p % 7 <> 0, true, p % 3 < 2, p % 2 = 0, p % 4 = 0, {first}, {revision}
FROM generate_series(0, $1::int - 1) p
"""

FACTS = """
INSERT INTO dossier_fact (code, procedure, field, agency, competent_agency, channel, return_mode,
 received_at, due_at, due_unit, filing_revision, status, progress_revision, done_at, returned_at, ended_at,
 settled_at, outbound_accepted_at, post, online_service, digitised, reused, fee_due, paid_online,
 national_portal, agency_days, left_at, synchronised_at, rating_option, rating_score, rating_class,
 rated_at, rating_provenance, rating_version, unrated_since, revision)
SELECT 'd' || lpad(n::text, 9, '0'),
 'p' || f * 130 + (a * 7 + (r1 * 7)::int % 7) % 130, 'f' || f, 'a' || a, 'a' || a, channel,
 CASE WHEN r2 < 0.2 THEN 'post' ELSE 'counter' END,
 received, due, 'working_day', 1,
 CASE WHEN ended IS NOT NULL THEN 'withdrawn' WHEN done IS NULL THEN 'processing'
  WHEN returned IS NULL THEN 'done' ELSE 'returned' END,
 2, done, returned, ended, coalesce(done, ended),
 CASE WHEN r2 < 0.2 THEN returned END, '[]',
 CASE WHEN r3 < 0.5 THEN 'full' ELSE 'partial' END, r1 < 0.4, r1 < 0.2, r2 < 0.6, r2 < 0.2, r3 < 0.5,
 CASE WHEN done IS NOT NULL THEN (r3 * 6)::int END, coalesce(done, ended),
 CASE WHEN r1 < 0.7 THEN received END,
 CASE WHEN rated IS NOT NULL THEN score::text END, CASE WHEN rated IS NOT NULL THEN score END,
 CASE WHEN rated IS NOT NULL THEN CASE WHEN score > 3 THEN 'positive' WHEN score = 3 THEN 'neutral'
  ELSE 'negative' END END,
 rated, CASE WHEN rated IS NOT NULL THEN 'self_link' END, CASE WHEN rated IS NOT NULL THEN 1 END,
 CASE WHEN rated IS NULL THEN coalesce(returned, CASE WHEN channel = 'online' THEN done END) END, 2
FROM (
 SELECT *,
  CASE WHEN returned IS NOT NULL AND r3 < 0.4 THEN returned + interval '1 day' END AS rated,
  CASE WHEN r1 < 0.9 THEN 5 ELSE 1 + (r1 * 1000)::int % 4 END AS score
 FROM (
  SELECT *,
   CASE WHEN r2 > 0.1 THEN done + r1 * interval '2 days' END AS returned
  FROM (
   SELECT *,
    CASE WHEN r1 < 0.985 THEN received + r2 * interval '6 days' END AS done,
    CASE WHEN r1 > 0.99 THEN received + r2 * interval '6 days' END AS ended,
    date_trunc('day', received) + interval '5 days 10 hours' AS due,
    CASE WHEN r3 < 0.35 THEN 'online' WHEN r3 < 0.45 THEN 'post' ELSE 'counter' END AS channel
   FROM (
    SELECT n, 1 + n % {agencies} AS a, n / {agencies} % {fields} AS f,
     random() AS r1, random() AS r2, random() AS r3,
     timestamptz '2019-12-31 17:00+00' + random() * interval '365 days' AS received
    FROM generate_series({first}, {last}) n OFFSET 0
   ) a OFFSET 0
  ) b OFFSET 0
 ) c OFFSET 0
) d
"""

AT_ONCE = 500_000


async def fill(dsn: str, count: int) -> None:
    """The directory, the catalogue and the facts; the cells are left to be counted."""
    connection = await asyncpg.connect(dsn, command_timeout=900)
    await connection.execute("SET synchronous_commit = off; SET maintenance_work_mem = '512MB'")
    await connection.execute("SET work_mem = '64MB'")
    await connection.execute(DIRECTORY, AGENCIES)
    each = PROCEDURES // FIELDS
    for table, name, told, first, revision in (
        ("known_procedure", "name,", "'Thủ tục ' || p,", "'2018-01-01'::date", 1),
        ("known_version", "", "", "'2018-01-01'::date", 1),
    ):
        statement = CATALOGUE.format(
            table=table, name=name, told=told, first=first, revision=revision, each=each
        )
        await connection.execute(statement, PROCEDURES)
    indexes = await connection.fetch(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'dossier_fact' "
        "AND indexname NOT LIKE '%pkey' AND indexname NOT LIKE 'pk_%'"
    )
    for one in indexes:
        await connection.execute(f'DROP INDEX "{one["indexname"]}"')
    for first in range(0, count, AT_ONCE):
        last = min(first + AT_ONCE, count) - 1
        told = FACTS.format(agencies=AGENCIES, fields=FIELDS, first=first, last=last)
        await connection.execute(told)
    for one in indexes:
        await connection.execute(one["indexdef"])
    await connection.execute("VACUUM ANALYZE dossier_fact")
    await connection.execute("ANALYZE")
    await connection.close()
