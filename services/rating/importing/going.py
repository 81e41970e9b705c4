"""A whole file of ratings is gone through, batch by batch, for the API and for the command line alike."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from pydantic import ValidationError

from chassis.auth import Principal
from chassis.running import Running
from contracts.problems import FieldError
from contracts.rating import (
    RatingImportCounts,
    RatingImportMapping,
    RatingImportReason,
    RatingImportRow,
    RatingImportView,
)
from contracts.vocabulary import ImportFormat, RatingImportOutcome
from services.rating.importing.columns import MappingUnusable
from services.rating.importing.files import read_table
from services.rating.importing.taking import Entry, batches_of, entries_of, take_rows

Told = Callable[[int, int], None]
"""Told after each batch: rows done, rows in all."""


@dataclass(frozen=True)
class Handed:
    """A file as it was handed over."""

    raw: bytes
    format: ImportFormat
    mapping: RatingImportMapping
    dry_run: bool
    most_rows: int


def read_mapping(text: str | None) -> RatingImportMapping:
    """The mapping a JSON text holds; an empty one where there is none. Raises `MappingUnusable`."""
    if not text:
        return RatingImportMapping()
    try:
        return RatingImportMapping.model_validate_json(text)
    except ValidationError as bad:
        errors = [
            FieldError(
                pointer="".join(f"/{str(step)[:100]}" for step in error["loc"]),
                code=error["type"].replace("_", "-"),
                detail=f"{error['msg']}.",
            )
            for error in bad.errors(include_url=False, include_input=False)
        ]
        raise MappingUnusable("Send columns, values and defaults.", errors=errors) from None


async def go_through(
    handed: Handed, caller: Principal, running: Running, told: Told | None = None
) -> RatingImportView:
    """Enter the ratings of a file; what was entered before a failure stays, and counts once.

    Raises `RatingFileOfAnotherType`, `RatingFileUnusable`, `MappingUnusable`.
    """
    entries, warnings = await asyncio.to_thread(_read, handed, running)
    digest = await asyncio.to_thread(lambda: sha256(handed.raw).hexdigest())
    items: list[RatingImportRow] = []
    async for batch in _batches(digest, entries, handed, caller, running):
        items += batch
        if told is not None:
            told(len(items), len(entries))
    counts = Counter(item.outcome for item in items)
    return RatingImportView(
        digest=digest,
        format=handed.format,
        dry_run=handed.dry_run,
        counts=RatingImportCounts(
            taken=counts[RatingImportOutcome.TAKEN],
            repeated=counts[RatingImportOutcome.REPEATED],
            already_rated=counts[RatingImportOutcome.ALREADY_RATED],
            invalid=counts[RatingImportOutcome.INVALID],
        ),
        warnings=warnings,
        items=items,
    )


def _read(handed: Handed, running: Running) -> tuple[list[Entry], list[RatingImportReason]]:
    table = read_table(handed.raw, handed.format, handed.most_rows)
    return entries_of(table, handed.mapping, running.database.now())


async def _batches(
    digest: str, entries: Sequence[Entry], handed: Handed, caller: Principal, running: Running
) -> AsyncIterator[list[RatingImportRow]]:
    for batch in batches_of(digest, entries, dry_run=handed.dry_run):
        yield await running.do(take_rows, batch, caller)
