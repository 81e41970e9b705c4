"""The national portal's catalogue of procedures on its way into ours: asked for, reviewed, applied."""

from enum import StrEnum

from contracts.intake.catalogue import TimeLimit
from contracts.wire import Code, Instant, View, Wire


class CatalogueImportState(StrEnum):
    """How far an import of the catalogue has come (tình trạng đồng bộ danh mục TTHC)."""

    COMPARING = "comparing"
    """The portal is being read, one procedure after another."""
    READY = "ready"
    """It can be reviewed, and applied."""
    APPLYING = "applying"
    """What was reviewed is being written."""
    APPLIED = "applied"
    FAILED = "failed"
    """It ended, and `reason` says why: ask for another one."""


class CatalogueEntryKind(StrEnum):
    """How a procedure there differs from ours."""

    NEW = "new"
    """The portal has it, we do not."""
    CHANGED = "changed"
    """Both have it, and the portal says otherwise."""
    GONE = "gone"
    """We have it, the portal does not list it. It stays: dossiers name it."""
    UNREADABLE = "unreadable"
    """The portal's entry cannot be taken over; ours stays as it is."""


class CatalogueImportOrder(Wire):
    """Which part of the portal's catalogue is compared with ours."""

    agency: Code | None = None
    """Only procedures the portal lists for this agency (`LayDanhSachTTHCDonVi`); all when left out.
    Nothing is told as gone then: which of ours were the agency's is not known."""


class CatalogueChange(View):
    """What one field says here, and what the portal says."""

    old: str | TimeLimit | None
    """What stands here; null where there is nothing yet."""
    new: str | TimeLimit
    """What stands here once the import is applied."""


class CatalogueEntry(View):
    """A procedure that is not the same on both sides."""

    code: str
    kind: CatalogueEntryKind
    name: str | None = None
    fields: dict[str, CatalogueChange] = {}
    """What would change, by field: `name`, `field`, `field_name`, `time_limits.counter`... What the portal
    does not tell stays as it is."""
    reason: str | None = None
    """Why the portal's entry cannot be read."""


class CatalogueImportCounts(View):
    """How many procedures differ in each way."""

    new: int = 0
    changed: int = 0
    gone: int = 0
    unreadable: int = 0


class CatalogueImportView(View):
    """An import of the national portal's catalogue (đồng bộ danh mục thủ tục hành chính)."""

    id: str
    state: CatalogueImportState
    agency: str | None
    """Whose procedures were asked for; null for all."""
    asked_at: Instant
    asked_by: str
    """The client that asked for it; ``motcua`` for the command line."""
    listed: int | None
    """How many procedures the portal lists; null until it has told."""
    compared: int
    """How many of them have been compared."""
    compared_at: Instant | None
    counts: CatalogueImportCounts
    entries: list[CatalogueEntry] = []
    """A page of what differs, by code; empty until everything is compared."""
    next_cursor: str | None = None
    written: int
    """How many procedures have been written here."""
    applied_by: str | None
    applied_at: Instant | None
    """When everything was written."""
    next_try_at: Instant | None
    """When it goes on, while the portal or intake is away."""
    reason: str | None
    """Why it waits or failed, as the code of a problem: ``portal-away``, ``catalogue-import-stale``..."""
    words: str | None
    """The same as a sentence."""
    links: dict[str, str] = {}
