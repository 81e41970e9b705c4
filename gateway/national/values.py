"""Single values of the dialect: texts, codes, moments and sums, read with warnings and never refused."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from contracts.moments import read_moment
from contracts.national import YES, Kind, Remark
from contracts.text import FILLERS, FORBIDDEN, MARKS_PER_LETTER, clean_line, clean_text
from contracts.vocabulary import VIETNAM
from contracts.wire import Code
from gateway.national.fields import SENTENCES

T = TypeVar("T")
_CODE: TypeAdapter[str] = TypeAdapter(Code)
LONGEST_NAME_OF_FIELD = 80
LONGEST_SUM = 10**15
_GROUPED = re.compile(r"[0-9]{1,3}([.,][0-9]{3})+([.,]0{1,2})?")
_WITH_ZEROS = re.compile(r"([0-9]+)[.,]0{1,2}")
_WORDS_APART = re.compile(r"(?<=[^\W\d_])\u200b+(?=[^\W\d_])")
"""Blanks without width that are all there is between two letters: they stand where one word ends."""

_UNIT = re.compile(r"\s*(vnđ|vnd|đồng|đ)\.?$", re.IGNORECASE)


@dataclass(frozen=True)
class Hours:
    """The hours of what is told as a day: opening for a receipt, closing for everything else."""

    opens: time = time(7, 0)
    closes: time = time(17, 0)


@dataclass
class Notes:
    """What is worth telling of something that is being read."""

    told: list[Remark] = field(default_factory=list)

    def add(self, name: str, kind: Kind, detail: str = "") -> None:
        """Tell one thing of a field; never what the field holds."""
        self.told.append(remark(name, kind, detail))


def remark(name: str, kind: Kind, detail: str = "") -> Remark:
    """A remark with its Vietnamese sentence."""
    return Remark(name, kind, detail or SENTENCES[kind])


def scalar(value: object, name: str, notes: Notes) -> str:
    """A value as the text it should have been."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, int | float):
        return str(value)
    notes.add(name, Kind.NOT_A_TEXT)
    return ""


def line(value: object, name: str, notes: Notes, longest: int = 500) -> str | None:
    """One line of text, cut to its longest; None when there is none."""
    return _cut(_tidy(scalar(value, name, notes), clean_line, name, notes), longest, name, notes)


def text(value: object, name: str, notes: Notes, longest: int = 4000) -> str | None:
    """Several lines of text, cut to their longest; None when there is none."""
    return _cut(_tidy(scalar(value, name, notes), clean_text, name, notes), longest, name, notes)


def token(value: object, name: str, notes: Notes) -> str | None:
    """A code of another system."""
    return line(value, name, notes, 200)


def long_name(value: object, name: str, notes: Notes) -> str | None:
    """A name or an address of up to 4,000 characters."""
    return line(value, name, notes, 4000)


def word(value: object, name: str, notes: Notes, words: Mapping[str, T]) -> T | None:
    """What a code of a short list stands for; None for none and for one that is not in the list."""
    told = scalar(value, name, notes).strip().lower()
    if not told:
        return None
    if told not in words:
        notes.add(name, Kind.UNKNOWN_CODE)
        return None
    return words[told]


def flag(value: object, name: str, notes: Notes) -> bool | None:
    """Yes, no, or not told."""
    return word(value, name, notes, YES)


def count(value: object, name: str, notes: Notes) -> int | None:
    """How many, up to 100,000."""
    return _number(value, name, notes, 100_000)


def amount(value: object, name: str, notes: Notes) -> int | None:
    """A sum in dong; grouped digits, ``.00`` and a unit are understood and told."""
    told = scalar(value, name, notes).strip()
    plain = _UNIT.sub("", told)
    if _GROUPED.fullmatch(plain):
        plain = re.sub(r"[.,]0{1,2}$", "", plain).replace(".", "").replace(",", "")
    elif found := _WITH_ZEROS.fullmatch(plain):
        plain = found[1]
    read = _number(plain, name, notes, LONGEST_SUM)
    if read is not None and plain != told:
        notes.add(name, Kind.MONEY_GROUPED)
    return read


def moment(value: object, name: str, notes: Notes, hour: time) -> datetime | None:
    """An instant; of a day that has none, its `hour`."""
    told = scalar(value, name, notes).strip()
    if not told:
        return None
    try:
        return at_hour(read_moment(told, bare_day=True), name, notes, hour)
    except ValueError:
        notes.add(name, Kind.DATE_UNREADABLE)
        return None


def at_hour(told: date, name: str, notes: Notes, hour: time) -> datetime:
    """An instant as it is; of a day, its `hour`, which is told."""
    if isinstance(told, datetime):
        return told
    notes.add(name, Kind.DAY_ONLY)
    return datetime.combine(told, hour, VIETNAM)


def named(
    sent: Mapping[Any, object], known: frozenset[str], notes: Notes, of: str = ""
) -> dict[str, object]:
    """What was sent, by the names that are known; other names are told, in any case of letters."""
    names = {name.casefold(): name for name in known}
    found: dict[str, object] = {}
    for key, value in sent.items():
        name = names.get(str(key).casefold())
        if name is None:
            if value not in (None, "", [], {}):
                shown = _tidy(str(key), clean_line, "?", Notes())[:LONGEST_NAME_OF_FIELD]
                notes.add(of + (shown or "?"), Kind.UNKNOWN_FIELD)
        elif name not in found or found[name] in (None, ""):
            found[name] = value
        elif value not in (None, "", found[name]):
            notes.add(of + name, Kind.CONTRADICTORY)
    return found


def is_code(told: str) -> bool:
    """Whether a text can be a code of ours."""
    try:
        return bool(_CODE.validate_python(told))
    except ValidationError:
        return False


def written(at: datetime | None) -> str:
    """An instant as the dialect writes it, in Vietnam's time; nothing for none."""
    return at.astimezone(VIETNAM).strftime("%Y%m%d%H%M%S") if at is not None else ""


def yes_no(told: bool | None) -> str:
    """0 or 1; nothing where it is not told."""
    return "" if told is None else str(int(told))


def _number(value: object, name: str, notes: Notes, most: int) -> int | None:
    told = scalar(value, name, notes).strip()
    if not told:
        return None
    if not (
        told.isascii() and told.isdigit() and len(told) <= len(str(most)) and int(told) <= most
    ):
        notes.add(name, Kind.UNFIT)
        return None
    return int(told)


def _tidy(told: str, clean: Callable[[str], str], name: str, notes: Notes) -> str:
    try:
        return clean(told)
    except ValueError:
        notes.add(name, Kind.CLEANED)
    kept: list[str] = []
    marks = 0
    apart = _WORDS_APART.sub(" ", unicodedata.normalize("NFC", told))
    for character in unicodedata.normalize("NFC", "".join(filter(_shown, apart))):
        marks = marks + 1 if unicodedata.category(character) == "Mn" else 0
        if marks <= MARKS_PER_LETTER:
            kept.append(character)
    try:
        return clean("".join(kept))
    except ValueError:
        return ""


def _shown(character: str) -> bool:
    if character.isspace():
        return True
    return unicodedata.category(character) not in FORBIDDEN and character not in FILLERS


def _cut(told: str, longest: int, name: str, notes: Notes) -> str | None:
    if len(told) > longest:
        notes.add(name, Kind.CUT)
        told = told[:longest].rstrip()
    return told or None
