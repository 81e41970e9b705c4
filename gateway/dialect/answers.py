"""What the dialect answers: an `error_code`, a Vietnamese sentence, and what became of each entry."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from fastapi.responses import JSONResponse

from contracts.national import Remark


class Verdict(StrEnum):
    """The `error_code` of an answer. 0 and 3 are known from the field, the others are ours."""

    DONE = "0"
    SESSION = "1"
    INVALID = "2"
    EXISTS = "3"
    NOT_FOUND = "4"
    OUT_OF_REACH = "5"
    NO_SERVICE = "6"
    LOGIN = "7"
    AWAY = "9"
    UNREADABLE = "-1"


class PortalVerdict(StrEnum):
    """The `error_code` of `/nhanhsdvcqg`, which has codes of its own."""

    TAKEN = "0"
    DUPLICATE = "1"
    REFUSED = "-1"


class DialectRefusal(Exception):
    """A message, or one entry of it, is refused: the code, and what to change."""

    def __init__(self, verdict: Verdict, message: str) -> None:
        super().__init__(message)
        self.verdict, self.message = verdict, message


@dataclass(frozen=True)
class Outcome:
    """What became of one entry of a message."""

    verdict: Verdict
    message: str
    dossier: str = ""
    warnings: Sequence[Remark] = ()

    def shown(self) -> dict[str, Any]:
        """As it stands in `result`."""
        return {
            "MaHoSo": self.dossier,
            "error_code": self.verdict.value,
            "message": self.message,
            "CanhBao": [
                {"Truong": one.field, "Ma": one.kind.value, "NoiDung": one.detail}
                for one in self.warnings
            ],
        }


def answered(verdict: Verdict | PortalVerdict, message: str, **more: Any) -> JSONResponse:
    """An answer of the dialect. It is HTTP 200 whatever it says."""
    told = {"error_code": verdict.value, "message": message} | more
    return JSONResponse(told, headers={"Cache-Control": "no-store"})


def answered_each(outcomes: Sequence[Outcome], what: str) -> JSONResponse:
    """The answer to a message of many entries: done when every entry is, else the weightiest refusal.

    A refusal other than "exists" outweighs it: systems that send an existing dossier again as an update
    must not take an entry that failed for one that is there. Only success says "thành công".
    """
    failed = [one for one in outcomes if one.verdict is not Verdict.DONE]
    result = [one.shown() for one in outcomes]
    if not failed:
        warned = sum(bool(one.warnings) for one in outcomes)
        more = f", {warned} {what} có cảnh báo (xem CanhBao)" if warned else ""
        return answered(Verdict.DONE, f"Thành công: {len(outcomes)} {what}{more}", result=result)
    weightiest = next((one for one in failed if one.verdict is not Verdict.EXISTS), failed[0])
    if len(outcomes) == 1:
        return answered(weightiest.verdict, weightiest.message, result=result)
    told = "; ".join(f"{one.dossier or '?'}: {one.message.rstrip('.')}" for one in failed[:5])
    more = "; ..." if len(failed) > 5 else ""  # noqa: PLR2004 - a sentence, not a list
    message = f"{len(failed)} trong {len(outcomes)} {what} không được nhận: {told}{more}"
    return answered(weightiest.verdict, message, result=result)


def fields_told(remarks: Iterable[Remark]) -> str:
    """Fields and what is wrong with each, in one sentence."""
    return "; ".join(f"{one.field}: {one.detail}" for one in remarks)
