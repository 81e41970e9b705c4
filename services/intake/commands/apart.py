"""What is tried out in a sandbox stays apart from the offices: no dossier has a part in both."""

from chassis.tenancy import AgencyTree
from contracts.intake import DossierFiling
from contracts.problems import FieldError, Invalid
from services.intake.commands.reach import UnknownAgency


class SandboxCodeForeign(Invalid):
    """The codes of dossiers of a sandbox begin with the code of the sandbox."""

    title_vi = "Mã hồ sơ thử nghiệm phải bắt đầu bằng mã môi trường thử nghiệm"


async def expect_apart(filing: DossierFiling, tree: AgencyTree) -> None:
    """Nothing, if every agency of a filing stands on one side, and a trial's code takes no office's.

    Raises `UnknownAgency` and `SandboxCodeForeign`.
    """
    stages = [stage.agency for stage in filing.stages]
    named = {filing.agency, filing.competent_agency, filing.returning_agency, *stages} - {None}
    trial = await tree.in_sandbox(filing.agency)
    for agency in named:
        if await tree.in_sandbox(str(agency)) != trial:
            raise UnknownAgency(f"Register the agency {agency} first.")
    if trial:
        root = (await tree.lineage(filing.agency))[-1]
        if not filing.code.startswith(f"{root}-"):
            detail = f"Begin the code with {root}-, e.g. {root}-261125-0001."
            pointer = FieldError(pointer="/code", code="foreign", detail=detail)
            raise SandboxCodeForeign(detail, errors=[pointer])
