"""Filing a dossier."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.intake import DossierFiling
from contracts.problems import Conflict, FieldError
from contracts.vocabulary import Breach
from services.intake import domain, queries
from services.intake.catalogue import Catalogue, PublishedVersion
from services.intake.clock.breaches import Violation
from services.intake.commands import personal
from services.intake.commands.named import by_own_codes, existed
from services.intake.commands.position import kept, reposition, stand, told_of_filing
from services.intake.commands.reach import (
    UnknownAgency,
    UnknownProcedure,
)
from services.intake.commands.watching import watch
from services.intake.tables import Dossier, Step

REISSUES_KEPT = 20
"""Other contents of one code that are remembered; more of them say nothing new."""


class DossierCodeTaken(Conflict):
    """Another dossier already carries this code."""

    title_vi = "Mã hồ sơ đã được dùng"


@dataclass(frozen=True)
class Filing:
    """A dossier as it stands after a filing, and whether it stood there before."""

    dossier: Dossier
    repeated: bool
    refused: DossierCodeTaken | None = None
    """Why the filing is refused, where another content was filed under this code before."""


async def file_dossier(filing: DossierFiling, caller: Principal, uow: UnitOfWork) -> Filing:
    """Receive a dossier (tiếp nhận hồ sơ) and promise the citizen a day.

    Filing the same content again gives the dossier that is there. Another content under its code is
    refused, and remembered as a violation of the dossier that is there. Raises `UnknownAgency`,
    `UnknownProcedure`.
    """
    if uow.attempt > 1:
        # The code was presumed free, and the key said no: look who carries it.
        earlier = await uow.get(Dossier, filing.code)
        if earlier is not None:
            refused = await refusal(earlier, filing, caller, uow)
            return Filing(earlier, repeated=refused is None, refused=refused)
    return Filing(await admit(filing, caller, uow), repeated=False)


async def admit(filing: DossierFiling, caller: Principal, uow: UnitOfWork) -> Dossier:
    """A new dossier, its code presumed free. Raises `UnknownAgency`, `UnknownProcedure`."""
    running = running_of(uow)
    filing = await by_own_codes(filing, running.tree)
    for agency in {filing.agency, filing.competent_agency, filing.returning_agency} - {None}:
        if not await running.tree.knows(str(agency)):
            raise UnknownAgency(f"Register the agency {agency} first.")
    if not await running.tree.covers(caller, filing.agency):
        raise UnknownAgency(f"Register the agency {filing.agency} first.")
    published = await running.own(Catalogue).procedure(filing.procedure)
    if published is None:
        raise UnknownProcedure(f"Publish the procedure {filing.procedure} first.")
    day = domain.deciding_day(filing.received_at, filing.submitted_at, uow.now)
    valid = await existed(filing.agency, day, running.tree)
    dossier = await _new_dossier(filing, published.on(day), valid, caller, uow)
    await watch(dossier, uow)
    uow.add(dossier)
    uow.record(told_of_filing(dossier), subject=dossier.code, agency=dossier.agency)
    return dossier


async def refusal(
    earlier: Dossier,
    filing: DossierFiling,
    caller: Principal,
    uow: UnitOfWork,
    steps: Sequence[Step] | None = None,
) -> DossierCodeTaken | None:
    """Why a filing is refused under a code that is taken; None where it says the same as before.

    The refusal names the fields that differ to a caller who may see them. It is remembered on the
    dossier that is there, once for each other content. `steps` are its own, where they are at hand.
    """
    tree = running_of(uow).tree
    filing = await by_own_codes(filing, tree)
    before, now = _content(earlier), _filing_content(filing)
    before["applicant"], now["applicant"] = await _applicants(earlier, filing, uow)
    # What a filing says of its receipt is kept under a name of its own.
    before["received_at"] = before.pop("filed_received_at")
    now["received_at"] = now.pop("filed_received_at")
    differing = domain.differing_fields(before, now)
    own = await tree.covers(caller, earlier.agency)
    if own and not differing:
        return None
    if await _remember_reissue(earlier, now, caller, differing, uow):
        known = await queries.steps_of(earlier.code, uow) if steps is None else steps
        await reposition(earlier, known, uow)
    if not own:
        return DossierCodeTaken("Another dossier carries this code.")
    errors = [FieldError(pointer=p, code="differs", detail="Differs.") for p in differing]
    return DossierCodeTaken(
        f"It was filed with other content: {', '.join(differing)}.", errors=errors
    )


async def _remember_reissue(
    earlier: Dossier,
    told_now: Mapping[str, object],
    caller: Principal,
    differing: list[str],
    uow: UnitOfWork,
) -> bool:
    """Keep that a code was filed with other content; whether that is news."""
    # Under a key of ours: a plain digest of a name and a number could be guessed.
    digest = await personal.content_mark(earlier.agency, domain.content_digest(told_now), uow)
    known = {one["content"] for one in earlier.reissues}
    if digest in known or len(known) >= REISSUES_KEPT:
        return False
    told = {"at": uow.now.isoformat(), "by": caller.client, "content": digest, "fields": differing}
    earlier.reissues = [*earlier.reissues, told]
    return True


async def _applicants(
    earlier: Dossier, filing: DossierFiling, uow: UnitOfWork
) -> tuple[object, object]:
    """What is known of both applicants; of one that was purged only the kind is left to compare."""
    told = filing.applicant.model_dump(mode="json", exclude_none=True)
    if earlier.purged_at is not None:
        return earlier.applicant_kind, told["kind"] if earlier.applicant_kind else None
    return await personal.applicant_of(earlier, uow), told


async def _new_dossier(
    filing: DossierFiling,
    procedure: PublishedVersion,
    agency_valid: bool,
    caller: Principal,
    uow: UnitOfWork,
) -> Dossier:
    limit = procedure.limits[filing.channel]
    offices = await running_of(uow).own(Catalogue).offices()
    at = filing.received_at or filing.submitted_at or uow.now
    others = [] if agency_valid else [Violation(Breach.AGENCY_NOT_VALID, at)]
    return Dossier.of(
        **_filing_content(filing),
        **await personal.sealed_applicant(filing.code, filing.agency, filing.applicant, uow),
        **kept(stand((), _filed(filing, procedure, uow), limit, offices, others)),
        field=procedure.field,
        procedure_version=procedure.number,
        same_day=procedure.same_day,
        agency_valid=agency_valid,
        limit_amount=limit.amount if limit else None,
        limit_unit=limit.unit if limit else None,
        filed_by=caller.client,
        filed_at=uow.now,
    )


def _filed(filing: DossierFiling, procedure: PublishedVersion, uow: UnitOfWork) -> domain.Filed:
    return domain.Filed(
        submitted_at=filing.submitted_at,
        received_at=filing.received_at,
        filed_at=uow.now,
        channel=filing.channel,
        return_mode=filing.return_mode,
        agency=filing.agency,
        competent_agency=filing.competent_agency or filing.agency,
        same_day=procedure.same_day,
        national_portal=filing.flags.national_portal,
        stages=tuple(filing.stages),
    )


def _filing_content(filing: DossierFiling) -> dict[str, object]:
    """A filing as it is kept besides the applicant, so that a repeated one can be compared with it."""
    return {
        "code": filing.code,
        "procedure": filing.procedure,
        "agency": filing.agency,
        "competent_agency": filing.competent_agency or filing.agency,
        "returning_agency": filing.returning_agency or filing.agency,
        "channel": filing.channel,
        "return_mode": filing.return_mode,
        "flags": filing.flags.model_dump(mode="json"),
        "components": [one.model_dump(mode="json") for one in filing.components] or None,
        "submitted_at": filing.submitted_at,
        "filed_received_at": filing.received_at,
        "stages": [stage.model_dump(mode="json") for stage in filing.stages],
    }


def _content(dossier: Dossier) -> dict[str, object]:
    return {name: getattr(dossier, name) for name in _CONTENT}


_CONTENT = (
    *("code", "procedure", "agency", "competent_agency", "returning_agency", "channel"),
    *("return_mode", "flags", "components", "submitted_at", "filed_received_at", "stages"),
)
