"""Finding a person's dossiers by a number, without the number being stored anywhere in plain text."""

from dataclasses import dataclass
from typing import Any

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.intake import DossierSearch
from services.intake.commands.audit import leave_trace
from services.intake.commands.personal import INDEXED, applicant_of
from services.intake.commands.reach import UnknownAgency
from services.intake.keyring import Keyring
from services.intake.queries import personal as queries
from services.intake.tables import Dossier


@dataclass(frozen=True)
class Found:
    """Dossiers of a page with their applicants opened, and whether there are more."""

    items: list[tuple[Dossier, dict[str, Any]]]
    more: bool


async def search_dossiers(search: DossierSearch, caller: Principal, uow: UnitOfWork) -> Found:
    """The dossiers of a person within the caller's reach (tra cứu hồ sơ theo người nộp), by code.

    Leaves a trace of the search and of each applicant it shows. Raises `UnknownAgency`,
    `PersonalDataKeyMissing`, `SealedValueBroken`.
    """
    running = running_of(uow)
    if search.agency is not None and not await running.tree.covers(caller, search.agency):
        raise UnknownAgency("No agency of this code is within your reach.")
    agencies = await running.tree.below(search.agency or caller.agency)
    what = "id_number" if search.id_number is not None else "phone"
    value = INDEXED[what](search.id_number or search.phone or "")
    keys = await running.own(Keyring).indexes(agencies)
    digests = [key.digest(what, value) for key in keys]
    rows = await queries.found_dossiers(
        what, digests, agencies, after=search.cursor, limit=search.limit + 1, uow=uow
    )
    leave_trace("dossiers.search", what, caller, uow)
    items = []
    for row in rows[: search.limit]:
        leave_trace("applicant.read", row.code, caller, uow)
        items.append((row, await applicant_of(row, uow) or {}))
    return Found(items, more=len(rows) > search.limit)
