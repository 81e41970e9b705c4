"""What the national portal's answers mean, whichever convention they follow. Values in, values out.

Three conventions of success are found among public one-stop systems: ``error_code`` "0" or "00",
``response_code`` "00", and ``Status`` with ``Message``; some answers hold nothing but the words "thành
công". Codes decide where there are any. Where words alone decided, the answer says so.
"""

import json
import re
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import StrEnum
from math import isnan
from typing import Any

from chassis.telemetry import scrubbed

LONGEST_WORDS = 300
SHORTEST, SHORTEST_ASCII = 2, 4
"""Texts up to this length are codes, or too common to be anybody's."""

LONGEST_REST = 3600.0
"""Seconds that the portal may ask us to wait, at most."""

DONE_CODES = frozenset({"0", "00", "000"})
DONE_STATUSES = frozenset({"0", "00", "200", "ok", "success", "true"})
"""What ``Status`` may say of a success: its values are documented nowhere."""
EXISTS_CODES = frozenset({"3", "-3"})

UNAUTHORISED = frozenset({401, 403})
TOO_MANY, LATE, SERVER_ERROR, CLIENT_ERROR, MOVED, OK = 429, 408, 500, 400, 300, 200

_DONE_WORDS = re.compile(r"(?<!không )(?<!chưa )thành công")
_EXISTS_WORDS = re.compile(r"đã tồn tại|already exists|duplicate")
_ABSENT_WORDS = re.compile(r"(không|chưa) tồn tại|không tìm thấy|not found")
_SESSION_WORDS = re.compile(r"phiên|session")
_OVER_WORDS = re.compile(r"hết hạn|không hợp lệ|không tồn tại|expired|invalid|timeout")

PLAIN = frozenset(
    {"MaHoSo", "MaTTHC", "TenTTHC", "MaLinhVuc", "TenLinhVuc", "TrangThaiHoSo", "TrangThai"}
    | {"KenhThucHien", "LoaiDoiTuong", "HinhThuc", "NoiNopHoSo", "MaHoSoDonVi", "IsDeleted"}
)
"""Fields whose values tell nothing of a person, so that they may stay in the portal's words."""


class Outcome(StrEnum):
    """What became of a call."""

    DONE = "done"
    EXISTS = "exists"
    """An insert of what the portal has already."""
    NOT_FOUND = "not-found"
    """An update of what the portal does not have."""
    SESSION_OVER = "session-over"
    TRY_AGAIN = "try-again"
    """It may or may not have taken effect: nobody can tell, and it is sent again."""
    REFUSED = "refused"
    """The portal names a field that it does not take."""
    UNCLEAR = "unclear"
    """The portal says no, and not why: a fault of its own cannot be told from one of the content."""


@dataclass(frozen=True)
class Answer:
    """What the portal answered, or that it did not."""

    outcome: Outcome
    words: str | None = None
    """What it said, cut, without what was sent to it of persons."""
    alive: bool = True
    """Whether an answer of the portal itself came, whatever it said."""
    by_words: bool = False
    """Whether words decided where no code did."""
    rest: float | None = None
    """Seconds for which it asks to be left alone."""
    result: Any = None


def unanswered(why: str) -> Answer:
    """No answer came."""
    return Answer(Outcome.TRY_AGAIN, why, alive=False)


def read_answer(
    status: int, headers: Mapping[str, str], body: bytes, sent: Mapping[str, Any]
) -> Answer:
    """What an answer means to the one who sent this call.

    >>> read_answer(200, {}, b'{"error_code": "0"}', {}).outcome.value
    'done'
    >>> read_answer(200, {}, b'<html>', {}).alive
    False
    """
    found = _by_status(status, headers.get("retry-after"))
    if found is not None:
        return found
    if body.lstrip()[:1] == b"<" or "text/html" in headers.get("content-type", ""):
        return unanswered("a page of HTML instead of an answer")
    try:
        told, legible = _opened(body)
        if told is None:
            return unanswered("an answer that cannot be read")
        if status >= CLIENT_ERROR and _code(told) is None:
            return Answer(Outcome.UNCLEAR, f"HTTP {status}")
        return _meaning(told, sent, legible=legible)
    except RecursionError:
        return unanswered("an answer that is too deep")


def _by_status(status: int, retry_after: str | None) -> Answer | None:
    """What the status alone says; None where the body is to be read."""
    if status == TOO_MANY:
        return Answer(Outcome.TRY_AGAIN, "429", rest=_rest(retry_after))
    if status >= SERVER_ERROR or status == LATE or MOVED <= status < CLIENT_ERROR:
        words = f"HTTP {status}"
        return Answer(Outcome.TRY_AGAIN, words, alive=False, rest=_rest(retry_after))
    if status in UNAUTHORISED:
        return Answer(Outcome.SESSION_OVER, f"HTTP {status}")
    return None


def _opened(body: bytes) -> tuple[dict[str, Any] | None, bool]:
    """An answer's object, and whether its words can be trusted: codes are ASCII in every charset."""
    for charset, legible in ((None, True), ("latin-1", False)):
        try:
            told = json.loads(body if charset is None else body.decode(charset))
        except ValueError:
            continue
        return (told, legible) if isinstance(told, dict) else (None, False)
    return None, False


def _meaning(told: dict[str, Any], sent: Mapping[str, Any], *, legible: bool) -> Answer:
    code = _code(told)
    result = told.get("result", told.get("response_data", told.get("data")))
    status = str(told.get("Status", told.get("status", ""))).strip().lower()
    if code in DONE_CODES or (code is None and status in DONE_STATUSES):
        return Answer(Outcome.DONE, result=result)
    if not legible:
        return unanswered("an answer in letters that cannot be read")
    words = _words(told)
    plain = words.casefold()
    if code is None and _DONE_WORDS.search(plain):
        return Answer(Outcome.DONE, result=result, by_words=True)
    shown = words_without(words, sent)
    shown = shown or words_without(f"error_code {code}", {})
    return Answer(_refusal(code, plain, words, sent), shown, by_words=True)


def _refusal(code: str | None, plain: str, words: str, sent: Mapping[str, Any]) -> Outcome:
    if _SESSION_WORDS.search(plain) and _OVER_WORDS.search(plain):
        return Outcome.SESSION_OVER
    named = _named_fields(words, sent)
    if named - {"MaHoSo"}:
        return Outcome.REFUSED
    if code in EXISTS_CODES or _EXISTS_WORDS.search(plain):
        return Outcome.EXISTS
    if _ABSENT_WORDS.search(plain):
        return Outcome.NOT_FOUND
    return Outcome.REFUSED if named else Outcome.UNCLEAR


def _code(told: Mapping[str, Any]) -> str | None:
    for name in ("error_code", "response_code"):
        if told.get(name) is not None:
            return str(told[name]).strip()
    return None


def _words(told: Mapping[str, Any]) -> str:
    for name in ("message", "Message", "error_message", "response_data"):
        if isinstance(told.get(name), str) and told[name].strip():
            return str(told[name]).strip()
    return ""


def _named_fields(words: str, sent: Mapping[str, Any]) -> set[str]:
    """Fields of what was sent that the portal's words name."""
    mentioned = set(re.findall(r"[A-Za-z]{4,}", words))
    return {name for name, _ in _told(sent.get("data"))} & mentioned


def words_without(words: str, sent: Mapping[str, Any]) -> str:
    """The portal's words without the values they repeat of what was sent, and without numbers of anybody.

    >>> words_without("ChuHoSo: Nguyễn Văn A sai", {"data": [{"ChuHoSo": "Nguyễn Văn A"}]})
    'ChuHoSo: […] sai'
    """
    told = {value for name, value in _told(sent.get("data")) if name not in PLAIN}
    for value in sorted(told, key=len, reverse=True):
        if len(value) > (SHORTEST_ASCII if value.isascii() else SHORTEST):
            words = re.sub(re.escape(value), "[…]", words, flags=re.IGNORECASE)
    return scrubbed(plain_text(words))[:LONGEST_WORDS]


def plain_text(words: str) -> str:
    r"""Words on one line, without what no database keeps: zeros and halves of letters.

    >>> plain_text("Lỗi \x00 hệ\n thống\ud800")
    'Lỗi hệ thống'
    """
    kept = "".join(letter for letter in words if letter.isprintable() or letter.isspace())
    return " ".join(kept.split())


def _told(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text that was sent, with the field it stands in; a list's own name too."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _told(inner, str(key))
    elif isinstance(value, list):
        if name:
            yield name, ""
        for inner in value:
            yield from _told(inner, name)
    elif isinstance(value, str):
        yield name, value


def rows_of_result(result: Any) -> list[dict[str, Any]] | None:
    """The rows of an answer to a question; None where it holds no list."""
    if isinstance(result, Mapping):
        return [dict(result)]
    if not isinstance(result, Collection) or isinstance(result, str):
        return [] if result in (None, "") else None
    return [dict(row) for row in result if isinstance(row, Mapping)]


def _rest(told: str | None) -> float | None:
    if told is None:
        return None
    try:
        seconds = float(told)
    except ValueError:
        try:
            at = parsedate_to_datetime(told)
        except (ValueError, OverflowError):
            return None
        seconds = at.timestamp() - time.time()
    return None if isnan(seconds) else min(LONGEST_REST, max(0.0, seconds))
