"""What can be done to the register of fields."""

from collections.abc import Sequence

from chassis.database import UnitOfWork
from contracts.envelope import EVERYBODY
from contracts.intake import FieldEntered, FieldEntry
from contracts.problems import Conflict, FieldError, Invalid, NotFound
from services.intake.commands.reach import expect_revision
from services.intake.tables import CatalogueField


class FieldNotFound(NotFound):
    """No such field has been entered."""

    title_vi = "Lĩnh vực này chưa có trong danh mục"


class FieldValidityInvalid(Invalid):
    """A field ends after it begins."""

    title_vi = "Lĩnh vực phải kết thúc sau khi bắt đầu"


class UnknownFieldSuccessor(Invalid):
    """A field that takes another's place has not been entered."""

    title_vi = "Lĩnh vực thay thế chưa có trong danh mục"


class FieldSuccessorCycle(Conflict):
    """A field cannot take its own place."""

    title_vi = "Lĩnh vực không thể thay thế chính nó"


async def enter_field(
    code: str, entry: FieldEntry, expected: int | None, uow: UnitOfWork
) -> CatalogueField:
    """Enter a field (danh mục lĩnh vực), or replace its entry; the same again changes nothing.

    Raises `EntryChanged`, `FieldValidityInvalid`, `UnknownFieldSuccessor`, `FieldSuccessorCycle`.
    """
    row = await uow.get(CatalogueField, code)
    expect_revision(expected, row.revision if row else 0)
    _expect_valid(entry)
    await _expect_known(entry.successors, uow)
    await _expect_no_circle(code, entry.successors, uow)
    told = entry.model_dump() | {"successors": list(dict.fromkeys(entry.successors))}
    if row is None:
        row = CatalogueField.of(code=code, **told)
        uow.add(row)
    elif all(getattr(row, name) == value for name, value in told.items()):
        return row
    else:
        for name, value in told.items():
            setattr(row, name, value)
        row.revision += 1
    uow.record(FieldEntered.model_validate(row), subject=code, agency=EVERYBODY)
    return row


async def field_entered(code: str, uow: UnitOfWork) -> CatalogueField:
    """A field of the register. Raises `FieldNotFound`."""
    row = await uow.get(CatalogueField, code)
    if row is None:
        raise FieldNotFound("No field of this code has been entered.")
    return row


def _expect_valid(entry: FieldEntry) -> None:
    begins, ends = entry.valid_from, entry.abolished_on
    if begins is not None and ends is not None and ends <= begins:
        detail = "abolished_on is the first day it is no more, so it is later than valid_from."
        errors = [FieldError(pointer="/abolished_on", code="not-later", detail=detail)]
        raise FieldValidityInvalid(detail, errors=errors)


async def _expect_known(codes: Sequence[str], uow: UnitOfWork) -> None:
    known = await uow.get_many(CatalogueField, [(code,) for code in codes])
    unknown = [place for place, code in enumerate(codes) if (code,) not in known]
    if unknown:
        detail = f"Enter {', '.join(codes[place] for place in unknown)} first."
        errors = [
            FieldError(pointer=f"/successors/{place}", code="unknown", detail="Enter it first.")
            for place in unknown
        ]
        raise UnknownFieldSuccessor(detail, errors=errors)


async def _expect_no_circle(own: str, heirs: Sequence[str], uow: UnitOfWork) -> None:
    seen: set[str] = set()
    waiting = set(heirs)
    while waiting:
        if own in waiting:
            raise FieldSuccessorCycle(f"{own} would take its own place.")
        seen |= waiting
        found = await uow.get_many(CatalogueField, [(code,) for code in waiting])
        waiting = {heir for field in found.values() for heir in field.successors} - seen
