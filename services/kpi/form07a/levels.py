"""Within whose competence the dossiers of an agency are: the parts of form 07b (phạm vi thẩm quyền)."""

from collections.abc import Mapping
from dataclasses import dataclass

from chassis.running import Running
from contracts.vocabulary import AdministrativeLevel, AgencyKind
from services.kpi.structure import Units

LEVELS = {
    AgencyKind.WARD: AdministrativeLevel.COMMUNE,
    AgencyKind.DISTRICT: AdministrativeLevel.DISTRICT,
}
"""The levels below the province; what stands below one of these agencies is of its level."""


@dataclass(frozen=True)
class Part:
    """A part of the form."""

    level: AdministrativeLevel
    number: str
    vi: str
    en: str


PARTS = (
    Part(
        AdministrativeLevel.PROVINCE,
        "I",
        "Tình hình, kết quả giải quyết TTHC thuộc phạm vi thẩm quyền của UBND cấp tỉnh",
        "Procedures within the competence of the province",
    ),
    Part(
        AdministrativeLevel.COMMUNE,
        "II",
        "Tổng hợp tình hình, kết quả giải quyết TTHC thuộc phạm vi thẩm quyền của UBND cấp xã",
        "Procedures within the competence of communes, together",
    ),
    Part(
        AdministrativeLevel.DISTRICT,
        "III",
        "Cấp huyện, trước ngày 01/7/2025 (biểu không có mục này)",
        "Districts, before 1 July 2025 (not a part of the form)",
    ),
)
"""The parts in their order; the last is shown only where it has anything to tell."""


async def by_level(units: Units, here: Running) -> Mapping[AdministrativeLevel, Units]:
    """The agencies of a form, apart by the level that the agency they count as is of."""
    found = {part.level: Units({}, units.fields) for part in PARTS}
    level_of = {unit: await _level(unit, here) for unit in set(units.values())}
    for agency, unit in units.items():
        found[level_of[unit]][agency] = unit
    return found


async def _level(unit: str, here: Running) -> AdministrativeLevel:
    for code in await here.tree.lineage(unit):
        listed = await here.tree.listed(code)
        kind = listed.kind if listed else ""
        if kind in set(LEVELS):
            return LEVELS[AgencyKind(kind)]
    return AdministrativeLevel.PROVINCE
