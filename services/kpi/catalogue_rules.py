"""Which procedures of the catalogue are an agency's to handle. Values only."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from contracts.vocabulary import AdministrativeLevel, AgencyKind

LEVELS: Mapping[AgencyKind, AdministrativeLevel] = {
    AgencyKind.MINISTRY: AdministrativeLevel.MINISTRY,
    AgencyKind.CITY: AdministrativeLevel.PROVINCE,
    AgencyKind.PROVINCE: AdministrativeLevel.PROVINCE,
    AgencyKind.DEPARTMENT: AdministrativeLevel.PROVINCE,
    AgencyKind.DISTRICT: AdministrativeLevel.DISTRICT,
    AgencyKind.WARD: AdministrativeLevel.COMMUNE,
}
"""The level at which an agency of a kind handles procedures. Units and vertical branches are at any."""


class Handled(Protocol):
    """What an entry of the catalogue tells of who handles it."""

    @property
    def levels(self) -> Sequence[str]:
        """Levels of the administration (cấp thực hiện); empty: not told."""

    @property
    def agencies(self) -> Sequence[str]:
        """Codes of agencies (cơ quan thực hiện); empty: every agency of its levels."""


def handles(entry: Handled, agencies: Collection[str], kinds: Mapping[str, AgencyKind]) -> bool:
    """Whether any of these agencies handles a procedure: those it names, else those of its levels, else all.

    Agencies whose kind is not known, or belongs to no one level, decide nothing beside one that has a
    level; where there is none they may handle what any level does.
    """
    if entry.agencies:
        return not set(entry.agencies).isdisjoint(agencies)
    if not entry.levels:
        return True
    found = {_level(kinds.get(agency)) for agency in agencies}
    levels = {level for level in found if level is not None}
    return not levels or not levels.isdisjoint(entry.levels)


def _level(kind: AgencyKind | None) -> AdministrativeLevel | None:
    return None if kind is None else LEVELS.get(kind)
