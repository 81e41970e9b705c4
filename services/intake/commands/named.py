"""The agencies a filing names."""

from datetime import date

from chassis.tenancy import AgencyTree
from contracts.intake import DossierFiling
from services.intake import domain

ROLES = ("agency", "competent_agency", "returning_agency")


async def by_own_codes(filing: DossierFiling, tree: AgencyTree) -> DossierFiling:
    """A filing with its agencies named by their own codes, whichever of their codes it was sent with."""
    told = {role: code for role in ROLES if (code := getattr(filing, role)) is not None}
    own = {role: await tree.canonical(code) for role, code in told.items()}
    return filing if own == told else filing.model_copy(update=own)


async def existed(agency: str, day: date, tree: AgencyTree) -> bool:
    """Whether an agency of the directory existed on a day."""
    listed = await tree.listed(agency)
    if listed is None:
        return False
    return domain.agency_was_valid(listed.valid_from, listed.valid_to, day)
