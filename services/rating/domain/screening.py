"""What may be somebody's is taken out of a comment before anybody reads it. Values only.

Matching sees a comment folded: without diacritics, in small letters, every script's digits as ours, every
dash as one, nothing that has no width. What is removed is removed from the comment as it was written.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from contracts.rating_words import PersonalKind

REMOVED = "[…]"
"""What stands in a redacted comment where something personal stood."""

JOINER = "\u200d"
"""Joins emoji; of what has no width it alone stays in the text that is shown."""

BEFORE = 40
"""Characters before a number in which a word may say what it is."""

_LINK = re.compile(
    r"\b(?:[a-z][a-z0-9+]{1,10}://|www\.)\S+"
    r"|\b(?:[a-z0-9-]{1,63}\.){1,6}(?:vn|com|net|org|info|edu|gov|io|me|ly|link|top|xyz|shop)\b(?:[/:?#]\S*)?"
)
_EMAIL = re.compile(
    r"[^\s@]{1,64}@[^\s@]{0,189}[^\s@.,;:!?)\]]"
    r"|[a-z0-9._%+-]{1,64} ?(?:\(at\)|\[at\]) ?[a-z0-9-]+(?:\.[a-z]{2,10}){1,3}"
)
_DOSSIER = re.compile(
    r"(?<![\w.])(?:\d{3}\.\d{2}\.\d{2}\.)?[a-z]\d{2}(?:\.\d{1,3}){0,4}-\d{6}-\d{3,8}"
)
_GAP = r"[ .,_/()-]{0,2}"
_ACCOUNT = re.compile(
    rf"\b(?:stk|(?:so )?tk|(?:so )?tai khoan|so the)\b[^\d\n]{{0,{BEFORE}}}?(\d(?:{_GAP}\d){{7,15}})(?!\d)"
)
_PHONE = re.compile(rf"(?<!\d)(?:\+?84{_GAP}(?:0{_GAP})?|0{_GAP})[35789](?:{_GAP}\d){{8}}(?!\d)")
_PLATE = re.compile(
    r"(?<![\w.])\d{2}[ .-]{0,2}[a-z]{1,2}\d?[ .-]{0,2}(?:\d{3}[ .]?\d{2}|\d{4})(?![\w])"
)
_NUMBER = re.compile(r"\+?\d(?:[ ._()-]{0,2}\d){8,}")
"""Nine digits or more. Too much may go, as a sum of money; too little must not."""

_BY_LENGTH = {
    12: PersonalKind.NATIONAL_ID,
    9: PersonalKind.OLD_ID,
    10: PersonalKind.TAX_CODE,
    13: PersonalKind.TAX_CODE,
}
_SAID = re.compile(
    r"\b(?:(?P<social_insurance>bhxh|bhyt|bao hiem)|(?P<tax_code>mst|ma so thue)"
    r"|(?P<phone>sdt|dien thoai|goi))\b"
)
"""Words that say what a number of ten digits is; the last one before it counts."""


@dataclass(frozen=True)
class Screened:
    """A comment as it may be read, and what was taken out of it."""

    redacted: str
    kinds: tuple[PersonalKind, ...]
    """In the order of `PersonalKind`, each once."""


@dataclass(frozen=True)
class _Folded:
    text: str
    places: tuple[int, ...]
    """Where each character of the text stands in what was written."""


@dataclass(frozen=True)
class _Found:
    kind: PersonalKind
    start: int
    end: int


def screened(written: str) -> Screened:
    """A comment without what may be somebody's.

    >>> screened("Gọi tôi: 0903 123 456, CCCD 079123456789, a@b.vn nhé. Chờ 3 ngày.").redacted
    'Gọi tôi: […], CCCD […], […] nhé. Chờ 3 ngày.'
    >>> [str(kind) for kind in screened("Số tài khoản của tôi ở ngân hàng: 1903 5678").kinds]
    ['bank_account']
    """
    folded = _folded(written)
    found = list(_found(folded.text))
    kinds = {one.kind for one in found}
    told = tuple(kind for kind in PersonalKind if kind in kinds)
    return Screened(_without(written, _spans(found, folded)), told)


def redacted(text: str) -> str:
    """A text of an officer's, screened alike: reasons and notes are no place for people's numbers."""
    return screened(text).redacted


def folded_words(text: str) -> str:
    """A text in small letters without diacritics, as words of lists are looked for in it.

    >>> folded_words("Vòi vĩnh, ĐÒI TIỀN")
    'voi vinh, doi tien'
    """
    return _folded(text).text


def tells_of(text: str, words: Iterable[str]) -> bool:
    r"""Whether a text holds one of these words, whole. Who writes without diacritics is understood too.

    With diacritics they must be right: ``với Vinh`` is nobody's harassment.

    >>> tells_of("bi voi vinh", ["vòi vĩnh"]), tells_of("tôi đi với Vinh", ["vòi vĩnh"])
    (True, False)
    """
    plain = "".join(c for c in unicodedata.normalize("NFC", text) if not _has_no_width(c)).lower()
    # Blanks of any kind and number stand for one.
    told = " ".join(plain.split())
    bare = " ".join(folded_words(text).split())
    marked = bare != told
    for word in words:
        looked_for = word.lower() if marked else " ".join(folded_words(word).split())
        if re.search(rf"(?<!\w){re.escape(looked_for)}(?!\w)", told if marked else bare):
            return True
    return False


def _found(text: str) -> Iterator[_Found]:
    taken: list[tuple[int, int]] = []
    for kind, pattern in (
        (PersonalKind.EMAIL, _EMAIL),
        (PersonalKind.LINK, _LINK),
        (PersonalKind.DOSSIER_CODE, _DOSSIER),
        (PersonalKind.BANK_ACCOUNT, _ACCOUNT),
        (PersonalKind.PHONE, _PHONE),
        (PersonalKind.PLATE, _PLATE),
        (PersonalKind.NUMBER, _NUMBER),
    ):
        for match in pattern.finditer(text):
            start, end = match.span(1 if pattern.groups else 0)
            if any(start < before[1] and before[0] < end for before in taken):
                if not any(before[0] <= start and end <= before[1] for before in taken):
                    # What begins in something known and goes on beyond it is taken as well.
                    yield _Found(kind, start, end)
                continue
            taken.append((start, end))
            yield _Found(_named(kind, text, start, end), start, end)


def _named(kind: PersonalKind, text: str, start: int, end: int) -> PersonalKind:
    if kind not in {PersonalKind.NUMBER, PersonalKind.PHONE}:
        return kind
    digits = sum(character.isdigit() for character in text[start:end])
    before = text[max(0, start - BEFORE) : start]
    if digits == 10:  # noqa: PLR2004 - digits of a tax code, an insurance number and a telephone number
        said = [each.lastgroup or "" for each in _SAID.finditer(before)]
        if said:
            return PersonalKind(said[-1])
    return kind if kind is PersonalKind.PHONE else _BY_LENGTH.get(digits, kind)


def _spans(found: Iterable[_Found], folded: _Folded) -> list[tuple[int, int]]:
    """Where in what was written it goes, in order, what touches taken together."""
    ends: list[tuple[int, int]] = []
    for one in sorted(found, key=lambda each: each.start):
        start, end = folded.places[one.start], folded.places[one.end - 1] + 1
        if ends and start <= ends[-1][1]:
            ends[-1] = (ends[-1][0], max(end, ends[-1][1]))
        else:
            ends.append((start, end))
    return ends


def _without(written: str, spans: list[tuple[int, int]]) -> str:
    told, at = [], 0
    for start, end in spans:
        told += [written[at:start], REMOVED]
        at = end
    told.append(written[at:])
    return "".join(c for c in "".join(told) if c == JOINER or not _has_no_width(c))


def _folded(written: str) -> _Folded:
    text: list[str] = []
    places: list[int] = []
    for place, character in enumerate(written):
        for one in _fold(character):
            text.append(one)
            places.append(place)
    return _Folded("".join(text), tuple(places))


def _fold(character: str) -> str:
    if character.isascii():
        return character.lower()
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    if character in "đĐ":
        return "d"
    if unicodedata.category(character) == "Pd":
        return "-"
    apart = unicodedata.normalize("NFKD", character).lower()
    return "".join(one for one in apart if not (_has_no_width(one) or unicodedata.combining(one)))


def _has_no_width(character: str) -> bool:
    return unicodedata.category(character) == "Cf"
