"""The portal's catalogue beside ours: what each says of a procedure, and writing down here what it says."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import httpx
from pydantic import TypeAdapter, ValidationError

from chassis.running import Running
from contracts.catalogue import CatalogueEntryKind
from contracts.intake import ProcedurePage, ProcedureView, TimeLimit
from contracts.problems import Conflict, Unavailable
from contracts.vocabulary import Channel, Scope
from contracts.wire import Code
from gateway.keys import GATEWAY, SigningKey
from gateway.portal.answers import Outcome, rows_of_result
from gateway.portal.limits import Told, Unreadable, differences, entry_of, read_procedure
from gateway.portal.line import PortalLine
from gateway.portal.reconciling import IntakeAway, PortalAway
from gateway.upstream import Upstreams

TRIES = 4
"""How often one procedure is asked for before it counts as unreadable."""

SLICE = 50
SLICE_SECONDS = 5.0
"""After so many procedures, or so long, what was read is kept."""

NEW, CHANGED = CatalogueEntryKind.NEW, CatalogueEntryKind.CHANGED
GONE, UNREADABLE = CatalogueEntryKind.GONE, CatalogueEntryKind.UNREADABLE

Ours = Mapping[str, ProcedureView]
"""Our catalogue as it is in force today, by code."""
Entry = dict[str, Any]
"""A procedure that differs, as it is kept: what the portal told, and what of ours that was compared with."""

_CODE: TypeAdapter[str] = TypeAdapter(Code)
_REFUSED = range(400, 500)
_PASSING = frozenset({httpx.codes.REQUEST_TIMEOUT, httpx.codes.TOO_MANY_REQUESTS})


class PortalNotConnected(Conflict):
    """No national portal is connected to this installation."""

    title_vi = "Hệ thống chưa được kết nối với Cổng Dịch vụ công quốc gia"


class CatalogueImportStale(Conflict):
    """What was reviewed is no longer how the two catalogues differ."""

    title_vi = "Danh mục đã thay đổi kể từ khi so sánh"


class CatalogueRefused(Conflict):
    """Intake does not take a procedure as the portal tells it."""

    title_vi = "Dịch vụ tiếp nhận không nhận thủ tục này"


def expect_connected(running: Running) -> None:
    """Raise `PortalNotConnected` where no portal can be asked."""
    if not running.own(PortalLine).open:
        raise PortalNotConnected(
            "Set MOTCUA_NATIONAL_ADAPTER_URL for the gateway and its worker, then ask again."
        )


async def listed(agency: str | None, running: Running) -> list[str]:
    """The codes the portal lists, each once: all, or an agency's. Raises `PortalAway`."""
    service = "LayDanhSachTTHC" if agency is None else "LayDanhSachTTHCDonVi"
    asked = {} if agency is None else {"maDonVi": agency}
    try:
        rows = await _ask(running, service, **asked)
    except Unreadable as unreadable:
        raise PortalAway(f"{unreadable}.", retry_after=60) from unreadable
    if not rows and agency is None:
        # An empty list would make everything of ours look gone.
        raise PortalAway(f"{service} lists no procedure.", retry_after=60)
    return list(dict.fromkeys(str(row.get("MATTHC") or "").strip() for row in rows))


async def compare_some(
    codes: Sequence[str], ours: Ours, running: Running
) -> tuple[int, list[Entry]]:
    """How many of these were compared, from the first on, and how they differ. Raises `PortalAway`."""
    began, entries, count = time.monotonic(), [], 0
    for code in codes[:SLICE]:
        entry = await _entry(code, ours.get(code), running)
        count += 1
        if entry is not None:
            entries.append(entry)
        if time.monotonic() - began > SLICE_SECONDS:
            break
    return count, entries


def gone(codes: Sequence[str], ours: Ours) -> list[Entry]:
    """Procedures of ours that the portal does not list."""
    there = set(codes)
    return [{"code": c, "kind": GONE, "name": ours[c].name} for c in ours if c not in there]


def to_write(entries: Sequence[Entry], ours: Ours) -> list[tuple[Told, ProcedureView | None]]:
    """What is still to be written of a difference. Raises `CatalogueImportStale` if ours moved since."""
    wanted: list[tuple[Told, ProcedureView | None]] = []
    moved: list[str] = []
    for entry in entries:
        if entry["kind"] not in {NEW, CHANGED}:
            continue
        told, known = _told(entry), ours.get(entry["code"])
        if known is not None and not differences(told, known):
            continue
        if _moved(known, entry["ours"]):
            moved.append(entry["code"])
        wanted.append((told, known))
    if moved:
        first = ", ".join(moved[:5])
        raise CatalogueImportStale(
            f"{len(moved)} changed here since, {first} among them: ask for another import and review that."
        )
    return wanted


async def write(told: Told, ours: ProcedureView | None, client: str, running: Running) -> None:
    """Publish a procedure as the portal tells it, in a client's name, from today on.

    Raises `CatalogueImportStale`, `CatalogueRefused`, `IntakeAway`.
    """
    path = f"/v1/procedures/{quote(told.code, safe='')}"
    headers = {}
    if ours is not None:
        now = await _intake(running, client, "GET", path)
        if _kept(ProcedureView.model_validate_json(now.content)) != _kept(ours):
            raise CatalogueImportStale(f"{told.code} changed in this moment: ask for another.")
        headers["If-Match"] = now.headers["etag"]
    body = entry_of(told, ours).model_dump(mode="json", exclude_none=True)
    await _intake(running, client, "PUT", path, headers, json=body)


async def ours_today(running: Running) -> dict[str, ProcedureView]:
    """Our catalogue. Raises `IntakeAway`."""
    found: dict[str, ProcedureView] = {}
    cursor: str | None = None
    while True:
        asked = {"limit": "200"} | ({"cursor": cursor} if cursor else {})
        answer = await _intake(running, GATEWAY, "GET", "/v1/procedures", params=asked)
        page = ProcedurePage.model_validate_json(answer.content)
        found |= {one.code: one for one in page.items}
        cursor = page.next_cursor
        if cursor is None:
            return found


async def _entry(code: str, ours: ProcedureView | None, running: Running) -> Entry | None:
    """How one procedure differs; None when it does not."""
    try:
        told = await _read(code, running)
    except Unreadable as unreadable:
        name = ours.name if ours is not None else None
        return {"code": code, "kind": UNREADABLE, "name": name, "reason": str(unreadable)}
    kept = {"code": code, "told": _shown(told), "ours": _kept(ours)}
    if ours is None:
        return kept | {"kind": NEW, "name": told.name}
    fields = differences(told, ours)
    return kept | {"kind": CHANGED, "name": ours.name, "fields": fields} if fields else None


async def _read(code: str, running: Running) -> Told:
    """A procedure as the portal tells it. Raises `Unreadable`."""
    try:
        _CODE.validate_python(code)
    except ValidationError as unfit:
        raise Unreadable("MATTHC is no code") from unfit
    rows = await _ask(running, "LayThuTuc", maTTHC=code)
    if not rows:
        raise Unreadable("LayThuTuc tells nothing of it")
    told = read_procedure(rows[0])
    if told.code != code:
        raise Unreadable("LayThuTuc tells of another one")
    return told


def _shown(told: Told) -> dict[str, Any]:
    limits = {str(c): limit.model_dump(mode="json") for c, limit in told.limits.items()}
    shown = {"name": told.name, "field": told.field, "field_name": told.field_name}
    return shown | {"limits": limits, "fees_due": told.fees_due}


def _told(entry: Mapping[str, Any]) -> Told:
    told = entry["told"]
    limits = {Channel(c): TimeLimit.model_validate(limit) for c, limit in told["limits"].items()}
    fees_due = told.get("fees_due")
    return Told(entry["code"], told["name"], told["field"], told["field_name"], limits, fees_due)


def _kept(ours: ProcedureView | None) -> dict[str, Any] | None:
    """What of ours a difference rests on."""
    if ours is None:
        return None
    kept: dict[str, Any] = ours.model_dump(
        mode="json",
        include={"name", "field", "field_name", "time_limit", "time_limits", "fees_due"},
    )
    return kept


def _moved(known: ProcedureView | None, compared: Mapping[str, Any] | None) -> bool:
    """Whether ours is not what was compared; a comparison of an earlier release rested on less."""
    kept = _kept(known)
    if kept is None or compared is None:
        return kept is not compared
    return any(kept[name] != value for name, value in compared.items())


async def _ask(running: Running, service: str, **fields: str) -> Sequence[Mapping[str, Any]]:
    """Rows of a dictionary. Raises `PortalAway`, and `Unreadable` for what is answered and no list."""
    line = running.own(PortalLine)
    for _ in range(TRIES):
        if not line.admits():
            raise PortalAway(f"The portal is away: {line.trouble}.", retry_after=60)
        answer = await line.call(service, **fields)
        if answer.outcome is Outcome.DONE:
            rows = rows_of_result(answer.result)
            if rows is None:
                raise Unreadable(f"{service} answers no list")
            return rows
    raise Unreadable(f"{service}: {answer.words or answer.outcome}")


async def _intake(
    running: Running,
    client: str,
    method: str,
    path: str,
    headers: Mapping[str, str] | None = None,
    **told: Any,
) -> httpx.Response:
    scopes = [Scope.CATALOGUE_READ, Scope.CATALOGUE_WRITE]
    token = running.own(SigningKey).token(client, None, scopes)
    intake = running.own(Upstreams)["intake"].client
    sent = {"Authorization": f"Bearer {token}", **(headers or {})}
    try:
        answer = await intake.request(method, path, headers=sent, **told)
    except (httpx.HTTPError, Unavailable) as away:
        raise IntakeAway("Intake does not answer.", retry_after=5) from away
    status = answer.status_code
    if status == httpx.codes.PRECONDITION_FAILED:
        raise CatalogueImportStale(f"{path} changed in this moment: ask for another.")
    if status in _REFUSED and status not in _PASSING:
        raise CatalogueRefused(f"Intake answers {status} to {method} {path}.")
    if not answer.is_success:
        raise IntakeAway(f"Intake answers {status} to {method} {path}.", retry_after=5)
    return answer
