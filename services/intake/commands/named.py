"""The agencies that filings and rows of progress name."""

from collections.abc import Sequence
from datetime import date

from chassis.tenancy import AgencyTree
from contracts.intake import DossierFiling, ProgressRow
from services.intake import domain

ROLES = ("agency", "competent_agency", "returning_agency")


async def by_own_codes(filing: DossierFiling, tree: AgencyTree) -> DossierFiling:
    """A filing with its agencies named by their own codes, whichever of their codes it was sent with."""
    told = {role: code for role in ROLES if (code := getattr(filing, role)) is not None}
    own = {role: await tree.canonical(code) for role, code in told.items()}
    named = filing if own == told else filing.model_copy(update=own)
    if not filing.stages:
        return named
    stages = [
        stage.model_copy(update={"agency": await tree.canonical(stage.agency)})
        for stage in filing.stages
    ]
    return named.model_copy(update={"stages": stages})


async def rows_by_own_codes(rows: Sequence[ProgressRow], tree: AgencyTree) -> list[ProgressRow]:
    """Rows of progress with the agencies they hand over to named by their own codes."""
    return [
        row
        if row.agency is None
        else row.model_copy(update={"agency": await tree.canonical(row.agency)})
        for row in rows
    ]


async def existed(agency: str, day: date, tree: AgencyTree) -> bool:
    """Whether an agency of the directory existed on a day."""
    listed = await tree.listed(agency)
    if listed is None:
        return False
    return domain.agency_was_valid(listed.valid_from, listed.valid_to, day)
