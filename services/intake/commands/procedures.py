"""What can be done to the catalogue of procedures."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.envelope import EVERYBODY
from contracts.intake import BEGINNING, ProcedureEntry, ProcedurePublished
from contracts.problems import Invalid, NotFound
from contracts.vocabulary import VIETNAM
from services.intake import domain
from services.intake.catalogue import Catalogue
from services.intake.clock import Allowed, in_time
from services.intake.commands.agency_codes import agencies_meant
from services.intake.commands.reach import expect_revision
from services.intake.queries.directory import earlier_versions, procedures
from services.intake.retention import retention_classes
from services.intake.tables import EarlierVersion, Procedure, Version

CONTENT = tuple(name for name in ProcedureEntry.model_fields if name != "valid_from")
"""What a version says of its procedure."""


class ProcedureNotFound(NotFound):
    """No such procedure is in the catalogue."""

    title_vi = "Không có thủ tục này trong danh mục"


class UnknownRetentionClass(Invalid):
    """No such retention class is in the schedule."""

    title_vi = "Không có thời hạn lưu trữ này trong bảng"


async def publish_procedure(
    code: str, entry: ProcedureEntry, expected: int | None, uow: UnitOfWork
) -> tuple[Procedure, Version]:
    """Publish a procedure (công bố thủ tục): a new version from the entry's day on, if it says anything new.

    An entry of a day on which a version begins already replaces that version. Returns the procedure and
    the version that the entry describes. Raises `EntryChanged`, `UnknownRetentionClass`.
    """
    classes = retention_classes(running_of(uow).settings.retention_classes_file)
    if entry.retention is not None and entry.retention not in classes:
        raise UnknownRetentionClass(f"Name one of these classes: {', '.join(classes)}.")
    newest = await uow.get(Procedure, code)
    expect_revision(expected, newest.revision if newest else 0)
    told = _told(entry) | {"agencies": await agencies_meant(entry.agencies, uow)}
    if newest is None:
        began = entry.valid_from or BEGINNING
        newest = Procedure.of(code=code, version=1, valid_from=began, **told)
        uow.add(newest)
        await _announce(newest, newest, uow)
        return newest, newest
    day = entry.valid_from or _today(uow)
    versions = [*await earlier_versions([code], uow), newest]
    standing = next((one for one in versions if one.valid_from == day), None)
    before = standing or domain.in_force(versions, day)
    if before.valid_from <= day and content(before) == told:
        return newest, before
    if standing is None:
        standing = _next_version(newest, versions, day, told, uow)
    for name, value in told.items():
        setattr(standing, name, value)
    newest.revision += 1
    await _announce(newest, standing, uow)
    return newest, standing


async def versions_of(code: str, uow: UnitOfWork) -> tuple[Procedure, Sequence[Version]]:
    """A procedure and all its versions, oldest first. Raises `ProcedureNotFound`."""
    newest = await uow.get(Procedure, code)
    if newest is None:
        raise ProcedureNotFound("No procedure of this code is in the catalogue.")
    return newest, [*await earlier_versions([code], uow), newest]


async def version_on(code: str, day: date | None, uow: UnitOfWork) -> tuple[Procedure, Version]:
    """A procedure, and its version of a day, or of today. Raises `ProcedureNotFound`."""
    newest, versions = await versions_of(code, uow)
    return newest, domain.in_force(versions, day or _today(uow))


async def catalogue_page(
    field: str | None, after: str | None, limit: int, uow: UnitOfWork
) -> list[tuple[Procedure, Version]]:
    """The first procedures in the order of their codes, each with the version in force today.

    `field` asks for those whose version of today is of it.
    """
    found: list[tuple[Procedure, Version]] = []
    today = _today(uow)
    while len(found) < limit:
        heads = await procedures(field, after, limit, uow)
        earlier = await earlier_versions([head.code for head in heads], uow)
        for head in heads:
            theirs = [one for one in earlier if one.code == head.code]
            version = domain.in_force([*theirs, head], today)
            if field is None or version.field == field:
                found.append((head, version))
        if len(heads) < limit:
            break
        after = heads[-1].code
    return found[:limit]


def content(version: Version) -> dict[str, Any]:
    """What a version says of its procedure, with how far it can be done online always told."""
    told = {name: getattr(version, name) for name in CONTENT}
    derived = domain.service_at_level(version.online_level)
    return told | {"online_service": version.online_service or derived}


def _told(entry: ProcedureEntry) -> dict[str, Any]:
    told = {name: getattr(entry, name) for name in CONTENT}
    limits = entry.model_dump(mode="json", include={"time_limit", "time_limits"})
    derived = domain.service_at_level(entry.online_level)
    return told | limits | {"online_service": entry.online_service or derived}


def _next_version(
    newest: Procedure, versions: Sequence[Version], day: date, told: dict[str, Any], uow: UnitOfWork
) -> Version:
    """A version from a day on: the newest itself, once what it said is kept as an earlier one."""
    number = max(one.version for one in versions) + 1
    if day < newest.valid_from:
        earlier = EarlierVersion.of(code=newest.code, version=number, valid_from=day, **told)
        uow.add(earlier)
        return earlier
    kept = content(newest) | {"version": newest.version, "valid_from": newest.valid_from}
    uow.add(EarlierVersion.of(code=newest.code, **kept))
    newest.version, newest.valid_from = number, day
    return newest


async def _announce(newest: Procedure, version: Version, uow: UnitOfWork) -> None:
    told = content(version) | {
        "code": newest.code,
        "version": version.version,
        "valid_from": version.valid_from,
        "revision": newest.revision,
    }
    told |= await _judged(version, uow)
    uow.record(ProcedurePublished.model_validate(told), subject=newest.code, agency=EVERYBODY)


async def _judged(version: Version, uow: UnitOfWork) -> dict[str, bool | None]:
    """Whether it was announced and updated on time, by the working calendar as it is known now."""
    running = running_of(uow)
    settings = running.settings
    calendar = (await running.own(Catalogue).office()).calendar
    announced = Allowed(settings.publication_days_ministry, settings.publication_days)
    updated = Allowed(settings.publication_update_days_ministry, settings.publication_update_days)
    judged = {
        "published_on_time": (version.published_on, announced),
        "updated_on_time": (version.updated_on, updated),
    }
    return {
        name: in_time(version.decided_on, day, allowed.for_levels(version.levels), calendar)
        for name, (day, allowed) in judged.items()
    }


def _today(uow: UnitOfWork) -> date:
    return uow.now.astimezone(VIETNAM).date()
