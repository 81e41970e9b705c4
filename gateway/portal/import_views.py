"""How an import of the catalogue is shown, to its reviewer."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracts.catalogue import (
    CatalogueEntry,
    CatalogueEntryKind,
    CatalogueImportCounts,
    CatalogueImportState,
    CatalogueImportView,
)
from gateway.tables import CatalogueImport


@dataclass(frozen=True, kw_only=True)
class EntryQuestion:
    """Which of an import's entries are shown."""

    kind: CatalogueEntryKind | None = None
    after: str | None = None
    limit: int | None = 50
    """None for all."""


def import_view(row: CatalogueImport, asked: EntryQuestion) -> CatalogueImportView:
    """An import, with a page of what differs."""
    whole = row.compared_at is not None or row.state is CatalogueImportState.READY
    answering = [
        entry
        for entry in sorted(row.entries if whole else [], key=lambda entry: str(entry["code"]))
        if asked.kind in {None, entry["kind"]}
        and (asked.after is None or entry["code"] > asked.after)
    ]
    page = answering[: asked.limit]
    at = f"/v1/procedures/import/{row.id}"
    links = {"self": at}
    if row.state is CatalogueImportState.READY:
        links["apply"] = f"{at}/apply"
    return CatalogueImportView(
        id=row.id,
        state=row.state,
        agency=row.agency,
        asked_at=row.made_at,
        asked_by=row.asked_by,
        listed=len(row.codes) if row.codes is not None else None,
        compared=row.compared,
        compared_at=row.compared_at,
        counts=CatalogueImportCounts(**Counter(str(entry["kind"]) for entry in row.entries)),
        entries=[entry_view(entry) for entry in page],
        next_cursor=page[-1]["code"] if page and len(page) < len(answering) else None,
        written=row.written,
        applied_by=row.applied_by,
        applied_at=row.applied_at,
        next_try_at=row.try_at if row.reason is not None else None,
        reason=row.reason,
        words=row.words,
        links=links,
    )


def entry_view(entry: Mapping[str, Any]) -> CatalogueEntry:
    """One procedure that differs; of a new one every field changes, from nothing."""
    fields = entry.get("fields", {})
    if entry["kind"] == CatalogueEntryKind.NEW:
        told = entry["told"]
        new = {name: told.get(name) for name in ("name", "field", "field_name", "fees_due")}
        new |= {f"time_limits.{channel}": limit for channel, limit in told["limits"].items()}
        fields = {n: {"old": None, "new": value} for n, value in new.items() if value is not None}
    return CatalogueEntry.model_validate(
        {
            "code": entry["code"],
            "kind": CatalogueEntryKind(entry["kind"]),
            "name": entry.get("name"),
            "fields": fields,
            "reason": entry.get("reason"),
        }
    )
