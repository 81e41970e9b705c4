"""What a caller may reach, and how it is told that it may not."""

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.running import running_of
from chassis.tenancy import AgencyTree
from contracts.problems import Invalid, NotFound, PreconditionFailed
from services.intake.tables import Dossier


class UnknownProcedure(Invalid):
    """No such procedure is in the catalogue."""

    title_vi = "Không có thủ tục này trong danh mục"


class UnknownAgency(NotFound):
    """No such agency is within your reach."""

    title_vi = "Không tìm thấy cơ quan này"


def beyond_reach(agency: str) -> UnknownAgency:
    """The refusal of an agency that the directory, which is no secret, has, and the caller does not."""
    return UnknownAgency(
        f"{agency} is in the directory, but not within your reach. Whoever operates the installation "
        "grants agencies (motcua partner grant), and moves them (motcua agency place)."
    )


async def expect_reachable(agency: str, caller: Principal, tree: AgencyTree) -> None:
    """Nothing, if a caller speaks for an agency of the directory. Raises `UnknownAgency`."""
    if not await tree.knows(agency):
        raise UnknownAgency(f"Register the agency {agency} first.")
    if not await tree.covers(caller, agency):
        raise beyond_reach(agency)


class UnknownDossier(NotFound):
    """No such dossier is within your reach."""

    title_vi = "Không tìm thấy hồ sơ"


class EntryChanged(PreconditionFailed):
    """The entry has changed since you read it."""


def expect_revision(expected: int | None, revision: int) -> None:
    """Nothing, if an entry is at the revision a caller expects. Raises `EntryChanged`."""
    if expected is not None and expected != revision:
        raise EntryChanged("Read it again, and send If-Match with its new ETag.")


async def reachable_dossier(code: str, caller: Principal, uow: UnitOfWork) -> Dossier:
    """The dossier of this code, if the caller may see it; otherwise it is unknown to them.

    Every agency that has a part in it may: it received it, decides it, hands the result over, or has a
    stage of it. Lists, searches and figures are the receiving agency's.
    """
    dossier = await uow.get(Dossier, code)
    if dossier is not None:
        tree = running_of(uow).tree
        stages = [stage["agency"] for stage in dossier.stages]
        parts = (dossier.agency, dossier.competent_agency, dossier.returning_agency, *stages)
        for agency in dict.fromkeys(parts):
            if await tree.covers(caller, agency):
                return dossier
    raise UnknownDossier("No dossier of this code is within your reach.")
