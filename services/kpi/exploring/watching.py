"""Which fields a dialogue is to be held about (danh sách lĩnh vực cần đối thoại), and why. Values only."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from contracts.vocabulary import WatchReason

HUNDRED = 100


@dataclass(frozen=True)
class Criteria:
    """From when on a field is watched."""

    volume_percent: int
    overdue: int
    between_agencies: int


@dataclass(frozen=True)
class Field:
    """What happened in a field, and why it is watched."""

    code: str
    received: int
    settled: int
    on_time: int
    late: int
    overdue: int
    between_agencies: int
    reasons: tuple[WatchReason, ...] = ()


def fields(
    cells: Mapping[tuple[str, str], Mapping[str, int]],
    still_open: Mapping[tuple[str, str], Mapping[str, int]],
    criteria: Criteria,
) -> Sequence[Field]:
    """Every field in which anything happened, those with most reasons first."""
    amounts: dict[str, Counter[str]] = {}
    for told in (cells, still_open):
        for (_, field), found in told.items():
            amounts.setdefault(field, Counter()).update(found)
    received = sum(one["received"] for one in amounts.values())
    found_all = (_field(code, one, received, criteria) for code, one in amounts.items())
    return sorted((one for one in found_all if _happened(one)), key=_rank)


def _field(code: str, amounts: Counter[str], received: int, criteria: Criteria) -> Field:
    return Field(
        code=code,
        received=amounts["received"],
        settled=amounts["settled"],
        on_time=amounts["on_time"],
        late=amounts["late"],
        overdue=amounts["overdue_d"],
        between_agencies=amounts["received_elsewhere"],
        reasons=tuple(_reasons(amounts, received, criteria)),
    )


def _reasons(amounts: Counter[str], received: int, criteria: Criteria) -> Iterator[WatchReason]:
    if received and amounts["received"] * HUNDRED >= received * criteria.volume_percent:
        yield WatchReason.VOLUME
    if amounts["overdue_d"] + amounts["late"] >= criteria.overdue:
        yield WatchReason.OVERDUE
    if amounts["received_elsewhere"] >= criteria.between_agencies:
        yield WatchReason.BETWEEN_AGENCIES


def _happened(field: Field) -> bool:
    return bool(field.received or field.settled or field.overdue)


def _rank(field: Field) -> tuple[int, int, int, int, str]:
    overdue = field.overdue + field.late
    return -len(field.reasons), -field.received, -overdue, -field.between_agencies, field.code
