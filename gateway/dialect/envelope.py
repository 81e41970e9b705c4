"""The envelope of the dialect: one JSON object, read whatever its sender's habits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from fastapi import Request

from chassis.edge import MAX_BYTES, BodyInvalid, BodyUnreadable, strict_json
from contracts.national import YES
from gateway.dialect.answers import DialectRefusal, Verdict

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Envelope:
    """A message: its members, by their names in small letters."""

    members: Mapping[str, Any]

    def text(self, name: str) -> str:
        """A member as a text; empty where it is none."""
        value = self.members.get(name.lower())
        if isinstance(value, bool) or not isinstance(value, str | int):
            return ""
        return str(value).strip()

    @property
    def updating(self) -> bool:
        """`isUpdating`: "True" or "False" in any case. Raises `DialectRefusal` for anything else."""
        told = self.members.get("isupdating")
        word = str(told).strip().lower() if told is not None else "false"
        if word not in YES and word != "":
            raise DialectRefusal(Verdict.INVALID, 'isUpdating phải là "True" hoặc "False".')
        return YES.get(word, False)

    @cached_property
    def entries(self) -> list[Any]:
        """`data` as a list; one object alone counts as a list of it. Raises `DialectRefusal`."""
        told = self.members.get("data")
        if isinstance(told, str) and told.strip()[:1] in {"[", "{"}:
            told = _value(told.encode())
        if isinstance(told, Mapping):
            told = [told]
        if not isinstance(told, list) or not told:
            message = "data phải là danh sách có ít nhất một đối tượng."
            raise DialectRefusal(Verdict.INVALID, message)
        return told

    def own(self, *names: str) -> dict[str, Any]:
        """Some members, for services whose fields stand beside the envelope's own."""
        return {name: self.members[name.lower()] for name in names if name.lower() in self.members}


async def read_envelope(request: Request) -> Envelope:
    """The message of a request, whatever its content type says. Raises `DialectRefusal`."""
    taken = bytearray()
    async for chunk in request.stream():
        taken += chunk
        if len(taken) > MAX_BYTES:
            message = f"Nội dung quá lớn: tối đa {MAX_BYTES} byte mỗi lần gửi."
            raise DialectRefusal(Verdict.UNREADABLE, message)
    value = _value(bytes(taken).removeprefix(BYTE_ORDER_MARK))
    if not isinstance(value, Mapping):
        raise DialectRefusal(Verdict.UNREADABLE, "Nội dung phải là một đối tượng JSON.")
    members: dict[str, Any] = {}
    for name, member in value.items():
        if members.setdefault(name.lower(), member) != member:
            raise DialectRefusal(Verdict.UNREADABLE, f"Trường {name[:40]} được ghi hai lần.")
    return Envelope(members)


def _value(raw: bytes) -> Any:
    try:
        return strict_json(raw)
    except BodyUnreadable as bad:
        message = f"Nội dung không phải JSON hợp lệ: {bad.detail_vi}."
        raise DialectRefusal(Verdict.UNREADABLE, message) from None
    except BodyInvalid:
        message = "Nội dung có ký tự không lưu được (ký tự NUL hoặc nửa ký tự)."
        raise DialectRefusal(Verdict.UNREADABLE, message) from None
