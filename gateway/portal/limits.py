"""Procedures as the portal's dictionary tells them (UPPERCASE keys), read into ours. Values only."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from contracts.intake import ProcedureEntry, ProcedureView, TimeLimit
from contracts.vocabulary import Channel, TimeUnit

UNITS: Mapping[str, TimeUnit] = {
    "ngày làm việc": TimeUnit.WORKING_DAY,
    "ngày": TimeUnit.CALENDAR_DAY,
    "giờ": TimeUnit.WORKING_HOUR,
    "giờ làm việc": TimeUnit.WORKING_HOUR,
    "tháng": TimeUnit.MONTH,
}
"""DONVITINH. That an hour is a working hour is taken for granted."""

CHANNELS: Mapping[str, Channel] = {
    "1": Channel.COUNTER,
    "trực tiếp": Channel.COUNTER,
    "2": Channel.ONLINE,
    "trực tuyến": Channel.ONLINE,
    "3": Channel.POST,
    "dịch vụ bưu chính": Channel.POST,
    "bưu chính công ích": Channel.POST,
}
"""KENH: codes as in KenhThucHien (inferred), or the channel's name."""


class Unreadable(ValueError):
    """The portal's entry says something that cannot be taken over."""


@dataclass(frozen=True)
class Told:
    """A procedure as the portal tells it."""

    code: str
    name: str
    field: str
    field_name: str | None
    limits: Mapping[Channel, TimeLimit]
    """By channel; a channel the portal tells no limit of is left out."""
    fees_due: bool | None = None
    """True where a fee or charge is told; None where none is, which is no word that it costs nothing."""


def read_procedure(row: Mapping[str, Any]) -> Told:
    """An entry of `LayThuTuc`. Raises `Unreadable` with what is wrong."""
    code, name = _text(row, "MATTHC"), _text(row, "TENTTHC")
    fields = row.get("LINHVUCTHUCHIEN")
    if not isinstance(fields, list) or not fields or not isinstance(fields[0], Mapping):
        raise Unreadable("LINHVUCTHUCHIEN tells no field")
    field_code = _text(fields[0], "MALINHVUC")
    field_name = str(fields[0].get("TENLINHVUC") or "").strip() or None
    try:
        limits = _limits(row)
        told = Told(code, name, field_code, field_name, limits, _fees_due(row))
        entry_of(told, None)
    except ValidationError as unfit:
        where = ", ".join(sorted({".".join(map(str, e["loc"])) for e in unfit.errors()}))
        raise Unreadable(f"does not fit: {where}") from unfit
    return told


def differences(told: Told, ours: ProcedureView) -> dict[str, dict[str, Any]]:
    """What the portal says otherwise, each with the old and the new value."""
    found: dict[str, dict[str, Any]] = {}
    for name in ("name", "field", "field_name", "fees_due"):
        old, new = getattr(ours, name), getattr(told, name)
        if new is not None and old != new:
            found[name] = {"old": old, "new": new}
    for channel, limit in told.limits.items():
        known = ours.time_limits.get(channel, ours.time_limit)
        if known != limit:
            old = known.model_dump(mode="json") if known else None
            found[f"time_limits.{channel}"] = {"old": old, "new": limit.model_dump(mode="json")}
    return found


def entry_of(told: Told, ours: ProcedureView | None) -> ProcedureEntry:
    """What our catalogue says once the portal's word stands; what the portal does not tell stays."""
    changes: dict[str, Any] = {"name": told.name, "field": told.field}
    optional = {"field_name": told.field_name, "fees_due": told.fees_due}
    changes |= {name: value for name, value in optional.items() if value is not None}
    if ours is None:
        common = told.limits.get(Channel.COUNTER) or next(iter(told.limits.values()), None)
        limits = {c: limit for c, limit in told.limits.items() if limit != common}
        return ProcedureEntry.model_validate(
            changes | {"time_limit": common, "time_limits": limits}
        )
    kept = ours.model_dump(include=set(ProcedureEntry.model_fields) - {"valid_from"})
    limits = dict(ours.time_limits)
    for channel, limit in told.limits.items():
        if ours.time_limits.get(channel, ours.time_limit) != limit:
            limits[channel] = limit
    return ProcedureEntry.model_validate(kept | changes | {"time_limits": limits})


def _limits(row: Mapping[str, Any]) -> dict[Channel, TimeLimit]:
    found: dict[Channel, TimeLimit] = {}
    for way in row.get("CACHTHUCTHUCHIEN") or []:
        if not isinstance(way, Mapping):
            raise Unreadable("CACHTHUCTHUCHIEN is no list of ways")
        channel = CHANNELS.get(str(way.get("KENH", "")).strip().casefold())
        if channel is None:
            raise Unreadable("KENH is no known channel")
        limits = {_limit(time) for time in way.get("THOIGIAN") or [] if _tells(time)}
        if len(limits) > 1:
            raise Unreadable(f"several limits for one channel ({channel})")
        for amount, unit in limits:
            found[channel] = TimeLimit(amount=amount, unit=unit)
    return found


def _fees_due(row: Mapping[str, Any]) -> bool | None:
    """Whether any amount (SOTIEN) of a fee or charge is told; amounts are written in several ways."""
    times = [t for way in row.get("CACHTHUCTHUCHIEN") or [] for t in way.get("THOIGIAN") or []]
    told = [time.get("PHILEPHI") for time in times if isinstance(time, Mapping)]
    fees = [fee for some in told if isinstance(some, list) for fee in some]
    amounts = (str(fee.get("SOTIEN") or "") for fee in fees if isinstance(fee, Mapping))
    return True if any(re.search(r"[1-9]", amount) for amount in amounts) else None


def _tells(time: Any) -> bool:
    return isinstance(time, Mapping) and str(time.get("THOIGIANGIAIQUYET") or "").strip() != ""


def _limit(time: Mapping[str, Any]) -> tuple[int, TimeUnit]:
    amount = str(time["THOIGIANGIAIQUYET"]).strip()
    unit = UNITS.get(" ".join(str(time.get("DONVITINH", "")).casefold().split()))
    if unit is None:
        raise Unreadable("DONVITINH is no known unit")
    if not re.fullmatch(r"[0-9]{1,4}", amount):
        raise Unreadable("THOIGIANGIAIQUYET is no whole number")
    return int(amount), unit


def _text(row: Mapping[str, Any], name: str) -> str:
    told = " ".join(str(row.get(name) or "").split())
    if not told:
        raise Unreadable(f"{name} is empty")
    return told
