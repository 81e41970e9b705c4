"""Filing a dossier."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.running import running_of
from chassis.tenancy import AgencyTree
from contracts.intake import DossierFiling
from contracts.problems import Conflict, FieldError
from services.intake import domain, queries
from services.intake.catalogue import Catalogue
from services.intake.commands import personal
from services.intake.commands.apart import expect_apart
from services.intake.commands.content import Compared, compared, filing_columns, version_mark
from services.intake.commands.named import by_own_codes, existed
from services.intake.commands.position import kept, reposition, standing, told_of_filing
from services.intake.commands.reach import (
    UnknownAgency,
    UnknownProcedure,
    expect_reachable,
)
from services.intake.commands.watching import watch
from services.intake.tables import Dossier, Step

REISSUES_KEPT = 20
"""Other contents of one code that are remembered; more of them say nothing new."""


POINTERS_TOLD = 20
"""Differing fields that a sentence names; the list of errors has them all."""


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
    `UnknownProcedure`, `SandboxCodeForeign`.
    """
    if uow.attempt > 1:
        # The code was presumed free, and the key said no: look who carries it.
        earlier = await uow.get(Dossier, filing.code)
        if earlier is not None:
            refused = await refusal(earlier, filing, caller, uow)
            return Filing(earlier, repeated=refused is None, refused=refused)
    return Filing(await admit(filing, caller, uow), repeated=False)


async def admit(filing: DossierFiling, caller: Principal, uow: UnitOfWork) -> Dossier:
    """A new dossier, its code presumed free.

    Raises `UnknownAgency`, `UnknownProcedure`, `SandboxCodeForeign`.
    """
    running = running_of(uow)
    filing = await by_own_codes(filing, running.tree)
    await expect_agencies(filing, running.tree)
    await expect_reachable(filing.agency, caller, running.tree)
    await expect_apart(filing, running.tree)
    dossier = await _new_dossier(filing, await pinned(filing, uow), caller, uow)
    await watch(dossier, uow)
    uow.add(dossier)
    told = told_of_filing(dossier, await counted(dossier, filing, uow))
    uow.record(told, subject=dossier.code, agency=dossier.agency)
    return dossier


async def counted(dossier: Dossier, filing: DossierFiling, uow: UnitOfWork) -> dict[str, Any]:
    """What is announced of a filing besides its columns: what scores count, and the service it is of."""
    published = await running_of(uow).own(Catalogue).procedure(dossier.procedure)
    version = published.numbered(dossier.procedure_version) if published else None
    return {
        "flags": domain.counted_flags(filing),
        "online_service": version.online_service if version else None,
    }


async def expect_agencies(filing: DossierFiling, tree: AgencyTree) -> None:
    """Nothing, if every agency with a part in a filing is known. Raises `UnknownAgency`."""
    for agency in {filing.agency, filing.competent_agency, filing.returning_agency} - {None}:
        if not await tree.knows(str(agency)):
            raise UnknownAgency(f"Register the agency {agency} first.")


async def pinned(filing: DossierFiling, uow: UnitOfWork) -> dict[str, Any]:
    """The columns a filing pins: what the catalogue and the directory say on the day that decides.

    Raises `UnknownProcedure`.
    """
    running = running_of(uow)
    published = await running.own(Catalogue).procedure(filing.procedure)
    if published is None:
        raise UnknownProcedure(f"Publish the procedure {filing.procedure} first.")
    day = domain.deciding_day(filing.received_at, filing.submitted_at, uow.now)
    version = published.on(day)
    limit = version.limits[filing.channel]
    return {
        "field": version.field,
        "procedure_version": version.number,
        "same_day": version.same_day,
        "recipient_rule": version.recipient_rule,
        "agency_valid": await existed(filing.agency, day, running.tree),
        "limit_amount": limit.amount if limit else None,
        "limit_unit": limit.unit if limit else None,
    }


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
    found = await compared(earlier, await by_own_codes(filing, tree), uow)
    differing = found.differing
    own = await tree.covers(caller, earlier.agency)
    if own and not differing:
        return None
    if await _remember_reissue(earlier, found, caller, uow):
        known = await queries.steps_of(earlier.code, uow) if steps is None else steps
        await reposition(earlier, known, uow)
    if not own:
        return DossierCodeTaken("Another dossier carries this code.")
    errors = [FieldError(pointer=p, code="differs", detail="Differs.") for p in differing]
    shown = ", ".join(differing[:POINTERS_TOLD])
    more = ", ..." if len(differing) > POINTERS_TOLD else ""
    return DossierCodeTaken(f"It was filed with other content: {shown}{more}.", errors=errors)


async def _remember_reissue(
    earlier: Dossier, found: Compared, caller: Principal, uow: UnitOfWork
) -> bool:
    """Keep that a code was filed with other content; whether that is news."""
    # Under a key of ours: a plain digest of a name and a number could be guessed.
    digest = domain.content_digest(found.now)
    digest = await personal.content_mark(earlier.agency, digest, uow)
    known = {one["content"] for one in earlier.reissues}
    if digest in known or len(known) >= REISSUES_KEPT:
        return False
    if await _stood_before(earlier, found, uow):
        return False
    told = {"at": uow.now.isoformat(), "by": caller.client, "content": digest}
    earlier.reissues = [*earlier.reissues, told | {"fields": found.differing}]
    return True


async def _stood_before(earlier: Dossier, found: Compared, uow: UnitOfWork) -> bool:
    """Whether a content is one that an amendment replaced: an old message come again, not a new dossier."""
    if earlier.amendments == 0:
        return False
    if earlier.purged_at is not None:
        # Of the person nothing is left, so no earlier content can be told from another.
        return True
    mark = await version_mark(earlier, found.now, uow)
    return mark in {one.replaced for one in await queries.amendments_of(earlier.code, uow)}


async def _new_dossier(
    filing: DossierFiling, pins: dict[str, Any], caller: Principal, uow: UnitOfWork
) -> Dossier:
    offices = await running_of(uow).own(Catalogue).offices()
    dossier = Dossier.of(
        **filing_columns(filing),
        **await personal.sealed_filing(filing, uow),
        **pins,
        filed_by=caller.client,
        filed_at=uow.now,
    )
    dossier.change(**kept(standing(dossier, (), offices)))
    return dossier
