"""Filing a dossier."""

from dataclasses import dataclass

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.intake import (
    DossierFiling,
)
from contracts.problems import Conflict, FieldError
from services.intake import domain
from services.intake.catalogue import Catalogue, Published
from services.intake.commands.position import promise, told_of_filing
from services.intake.commands.reach import (
    UnknownAgency,
    UnknownProcedure,
)
from services.intake.tables import Dossier


class DossierCodeTaken(Conflict):
    """Another dossier already carries this code."""

    title_vi = "Mã hồ sơ đã được dùng"


@dataclass(frozen=True)
class Filing:
    """A dossier as it stands after a filing, and whether it stood there before."""

    dossier: Dossier
    repeated: bool


async def file_dossier(filing: DossierFiling, caller: Principal, uow: UnitOfWork) -> Filing:
    """Receive a dossier (tiếp nhận hồ sơ) and promise the citizen a day.

    Filing the same content again gives the dossier that is there. Raises `DossierCodeTaken` naming the
    fields that differ (only to an agency that may see them), `UnknownAgency`, `UnknownProcedure`.
    """
    if uow.attempt > 1:
        # The code was presumed free, and the key said no: look who carries it.
        earlier = await uow.get(Dossier, filing.code)
        if earlier is not None:
            await expect_same(earlier, filing, caller, uow)
            return Filing(earlier, repeated=True)
    return Filing(await admit(filing, caller, uow), repeated=False)


async def admit(filing: DossierFiling, caller: Principal, uow: UnitOfWork) -> Dossier:
    """A new dossier, its code presumed free. Raises `UnknownAgency`, `UnknownProcedure`."""
    running = running_of(uow)
    for agency in {filing.agency, filing.competent_agency, filing.returning_agency} - {None}:
        if not await running.tree.knows(str(agency)):
            raise UnknownAgency(f"Register the agency {agency} first.")
    if not await running.tree.covers(caller, filing.agency):
        raise UnknownAgency(f"Register the agency {filing.agency} first.")
    procedure = await running.own(Catalogue).procedure(filing.procedure)
    if procedure is None:
        raise UnknownProcedure(f"Publish the procedure {filing.procedure} first.")
    dossier = await _new_dossier(filing, procedure, caller, uow)
    uow.add(dossier)
    uow.record(told_of_filing(dossier), subject=dossier.code)
    return dossier


async def expect_same(
    earlier: Dossier, filing: DossierFiling, caller: Principal, uow: UnitOfWork
) -> None:
    """Nothing, if a filing says what the dossier of its code said before.

    Raises `DossierCodeTaken`, naming the fields that differ to a caller who may see them.
    """
    if not await running_of(uow).tree.covers(caller, earlier.agency):
        raise DossierCodeTaken("Another dossier carries this code.")
    differing = domain.differing_fields(_content(earlier), _filing_content(filing))
    if differing:
        errors = [FieldError(pointer=p, code="differs", detail="Differs.") for p in differing]
        detail = f"It was filed with other content: {', '.join(differing)}."
        raise DossierCodeTaken(detail, errors=errors)


async def _new_dossier(
    filing: DossierFiling, procedure: Published, caller: Principal, uow: UnitOfWork
) -> Dossier:
    limit = procedure.limits[filing.channel]
    position = domain.fold([], domain.Filed(filing.submitted_at, filing.received_at))
    return Dossier.of(
        **_filing_content(filing),
        **await promise(position, limit, filing.submitted_at, uow),
        field=procedure.field,
        limit_amount=limit.amount if limit else None,
        limit_unit=limit.unit if limit else None,
        filed_by=caller.client,
        filed_at=uow.now,
        status=position.status,
        received_at=position.received_at,
    )


def _filing_content(filing: DossierFiling) -> dict[str, object]:
    """A filing as it is kept, so that a repeated one can be compared with it."""
    return {
        "code": filing.code,
        "procedure": filing.procedure,
        "agency": filing.agency,
        "competent_agency": filing.competent_agency or filing.agency,
        "returning_agency": filing.returning_agency or filing.agency,
        "channel": filing.channel,
        "return_mode": filing.return_mode,
        "applicant": filing.applicant.model_dump(mode="json", exclude_none=True),
        "flags": filing.flags.model_dump(mode="json"),
        "components": [one.model_dump(mode="json") for one in filing.components] or None,
        "submitted_at": filing.submitted_at,
        "filed_received_at": filing.received_at,
    }


def _content(dossier: Dossier) -> dict[str, object]:
    return {name: getattr(dossier, name) for name in _CONTENT}


_CONTENT = (
    *("code", "procedure", "agency", "competent_agency", "returning_agency", "channel"),
    *("return_mode", "applicant", "flags", "components", "submitted_at", "filed_received_at"),
)
