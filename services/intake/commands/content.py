"""What a filing says, beside what is kept of the dossier that is there under its code."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chassis.database import UnitOfWork
from contracts.intake import DossierFiling, DossierFlags
from services.intake import domain
from services.intake.commands import personal
from services.intake.tables import Dossier

Content = Mapping[str, Any]


@dataclass(frozen=True)
class Compared:
    """Two contents under one code, and where they differ."""

    before: Content
    now: Content
    differing: list[str]
    """JSON Pointers into the filing, sorted."""


async def compared(dossier: Dossier, filing: DossierFiling, uow: UnitOfWork) -> Compared:
    """A filing, its agencies named by their own codes, beside what is kept.

    Raises `PersonalDataKeyMissing`, `SealedValueBroken`.
    """
    before = {name: getattr(dossier, name) for name in _COLUMNS}
    now = filing_columns(filing)
    before["applicant"], now["applicant"] = await _applicants(dossier, filing, uow)
    # What a filing says of its receipt is kept under a name of its own.
    before["received_at"] = before.pop("filed_received_at")
    now["received_at"] = now.pop("filed_received_at")
    theirs, ours = await _particulars(dossier, filing, uow)
    differing = domain.differing_fields(
        before | {"particulars": theirs}, now | {"particulars": ours}
    )
    # Where nothing is told the digest is that of versions which knew no particulars.
    before |= {"particulars": theirs} if theirs else {}
    now |= {"particulars": ours} if ours else {}
    return Compared(before, now, differing)


def filing_columns(filing: DossierFiling) -> dict[str, Any]:
    """A filing as it is kept besides what is sealed, so that a repeated one can be compared with it."""
    return {
        "code": filing.code,
        "procedure": filing.procedure,
        "agency": filing.agency,
        "competent_agency": filing.competent_agency or filing.agency,
        "returning_agency": filing.returning_agency or filing.agency,
        "channel": filing.channel,
        "return_mode": filing.return_mode,
        "flags": _flags(filing.flags),
        "components": [one.model_dump(mode="json") for one in filing.components] or None,
        "submitted_at": filing.submitted_at,
        "filed_received_at": filing.received_at,
        "stages": [stage.model_dump(mode="json") for stage in filing.stages],
    }


def _flags(flags: DossierFlags) -> dict[str, Any]:
    """Flags as they are kept: what was not told of these three leaves the digest of older versions."""
    told = flags.model_dump(mode="json")
    return {name: one for name, one in told.items() if one is not None or name not in _LATER_FLAGS}


async def version_mark(dossier: Dossier, content: Content, uow: UnitOfWork) -> str:
    """The keyed digest by which a version of what was filed is recognised; a null is as good as nothing."""
    digest = domain.content_digest(domain.without_nulls(content))
    return await personal.content_mark(dossier.agency, digest, uow)


async def _applicants(
    earlier: Dossier, filing: DossierFiling, uow: UnitOfWork
) -> tuple[object, object]:
    """What is known of both applicants; of one that was purged only the kind is left to compare."""
    told = filing.applicant.model_dump(mode="json", exclude_none=True)
    if earlier.purged_at is not None:
        return earlier.applicant_kind, told["kind"] if earlier.applicant_kind else None
    return await personal.applicant_of(earlier, uow), told


async def _particulars(
    earlier: Dossier, filing: DossierFiling, uow: UnitOfWork
) -> tuple[Content, Content]:
    """The particulars of both; of a purged dossier nothing is left to compare."""
    if earlier.purged_at is not None:
        return {}, {}
    kept = await personal.particulars_of(earlier, uow)
    both = (kept, filing.particulars)
    # What is left at its default says nothing, and instants are compared as such.
    theirs, ours = (one.model_dump(exclude_defaults=True) if one else {} for one in both)
    return theirs, ours


_LATER_FLAGS = frozenset({"fee_due", "electronic_result", "certified_copy"})
_COLUMNS = (
    *("code", "procedure", "agency", "competent_agency", "returning_agency", "channel"),
    *("return_mode", "flags", "components", "submitted_at", "filed_received_at", "stages"),
)
