"""Replacing what was filed of a dossier."""

from collections.abc import Iterable
from dataclasses import dataclass

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.intake import DossierAmended, DossierFiling
from contracts.problems import Conflict, FieldError, Forbidden, Gone, Invalid
from services.intake import queries
from services.intake.commands import personal
from services.intake.commands.apart import expect_apart
from services.intake.commands.content import Compared, compared, filing_columns, version_mark
from services.intake.commands.filing import counted, expect_agencies, pinned
from services.intake.commands.named import by_own_codes
from services.intake.commands.position import reposition
from services.intake.commands.reach import expect_revision, reachable_dossier
from services.intake.tables import Amendment, Dossier, LegalHold, Step

PINNING = frozenset({"/procedure", "/channel", "/received_at", "/submitted_at"})
"""What limit and version are pinned by: where one of them differs, the promise is made anew."""


class CodeDiffers(Invalid):
    """The body names another dossier than the address."""

    title_vi = "Mã hồ sơ trong nội dung khác với địa chỉ"


class PersonalDataPurged(Gone):
    """The dossier's personal data were removed, their retention being over."""

    title_vi = "Dữ liệu cá nhân của hồ sơ đã tiêu hủy do hết thời hạn lưu trữ"


class DossierHeld(Conflict):
    """The dossier is held back by law: what was filed stays as it is."""

    title_vi = "Hồ sơ đang được giữ lại theo yêu cầu pháp lý"


class ReceivingAgencyFixed(Conflict):
    """The agency that received a dossier stays the one that received it."""

    title_vi = "Không đổi được cơ quan tiếp nhận của hồ sơ"


class StageReported(Conflict):
    """Progress was reported of a stage that the new list leaves out."""

    title_vi = "Bước liên thông đã có tiến độ"


class ReceivingAgencyAlone(Forbidden):
    """What was filed is amended by the agency that received the dossier."""

    title_vi = "Chỉ cơ quan tiếp nhận được cập nhật nội dung hồ sơ"


@dataclass(frozen=True)
class Amended:
    """A dossier as it stands after an amendment, and whether anything differed."""

    dossier: Dossier
    changed: bool


async def amend_dossier(
    code: str, filing: DossierFiling, expected: int | None, caller: Principal, uow: UnitOfWork
) -> Amended:
    """Replace what was filed of a dossier (cập nhật hồ sơ); the same content again changes nothing.

    Another procedure, channel or day of receipt or submission pins limit and version anew, as a filing
    of this moment would, and so restarts the promise. Raises `CodeDiffers`, `UnknownDossier`,
    `EntryChanged`, `PersonalDataPurged`, `DossierHeld`, `ReceivingAgencyFixed`, `StageReported`,
    `UnknownAgency`, `UnknownProcedure`.
    """
    if filing.code != code:
        raise _pointed(CodeDiffers, "/code", "Send the code of the address.")
    dossier = await receivers_dossier(code, caller, uow)
    expect_not_purged(dossier)
    tree = running_of(uow).tree
    filing = await by_own_codes(filing, tree)
    if filing.agency != dossier.agency:
        told = f"Name {dossier.agency}, which received it; hand it over by a row of progress."
        raise _pointed(ReceivingAgencyFixed, "/agency", told)
    found = await compared(dossier, filing, uow)
    if not found.differing:
        return Amended(dossier, changed=False)
    # After the comparison: an amendment whose answer was lost may be sent again (RFC 9110, 13.1.1).
    expect_revision(expected, dossier.revision)
    if await uow.get(LegalHold, code) is not None:
        raise DossierHeld("Amend it once the operator has lifted the hold.")
    await expect_agencies(filing, tree)
    await expect_apart(filing, tree)
    steps = await queries.steps_of(code, uow)
    _expect_stages_kept(filing, steps)
    await _replace(dossier, filing, found, uow)
    await _remember(dossier, found, caller, uow)
    scored = await counted(dossier, filing, uow)
    amended = dossier.__dict__ | scored | {"revision": dossier.revision + 1}
    uow.record(DossierAmended.model_validate(amended), subject=code, agency=dossier.agency)
    await reposition(dossier, steps, uow)
    return Amended(dossier, changed=True)


async def receivers_dossier(code: str, caller: Principal, uow: UnitOfWork) -> Dossier:
    """The dossier of this code, for a caller who speaks for the agency that received it.

    Raises `UnknownDossier`, and `ReceivingAgencyAlone` for an agency that has another part in it.
    """
    dossier = await reachable_dossier(code, caller, uow)
    if not await running_of(uow).tree.covers(caller, dossier.agency):
        raise ReceivingAgencyAlone("Ask the agency that received the dossier to amend it.")
    return dossier


def expect_not_purged(dossier: Dossier) -> None:
    """Nothing, if a dossier's personal data are still there. Raises `PersonalDataPurged`."""
    if dossier.purged_at is not None:
        raise PersonalDataPurged("Its figures stay; of the person nothing is left.")


async def _replace(
    dossier: Dossier, filing: DossierFiling, found: Compared, uow: UnitOfWork
) -> None:
    if not PINNING.isdisjoint(found.differing):
        dossier.change(**await pinned(filing, uow), pinned_at=uow.now)
    sealed = await personal.sealed_filing(filing, uow, dossier)
    dossier.change(**filing_columns(filing), **sealed)


async def _remember(dossier: Dossier, found: Compared, caller: Principal, uow: UnitOfWork) -> None:
    dossier.amendments += 1
    uow.add(
        Amendment.of(
            dossier=dossier.code,
            number=dossier.amendments,
            revision=dossier.revision + 1,
            at=uow.now,
            by=caller.client,
            fields=found.differing,
            replaced=await version_mark(dossier, found.before, uow),
            content=await version_mark(dossier, found.now, uow),
        )
    )


def _expect_stages_kept(filing: DossierFiling, steps: Iterable[Step]) -> None:
    named = {stage.id for stage in filing.stages}
    gone = sorted({step.stage for step in steps if step.stage is not None} - named)
    if gone:
        told = f"Keep {', '.join(gone)}: progress was reported of it."
        raise _pointed(StageReported, "/stages", told)


def _pointed(kind: type[Conflict] | type[Invalid], pointer: str, told: str) -> Conflict | Invalid:
    return kind(told, errors=[FieldError(pointer=pointer, code="differs", detail=told)])
