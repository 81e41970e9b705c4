"""Codes on slips and cards as people type them, made into what they stand for. Values only.

Whether a code is one that was given out is for rating to say; here it is told what cannot be one.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U, so that nothing is read as something else."""

CODE_LENGTH: Final = 27
"""26 characters and one that checks them."""

READ_AS: Final = str.maketrans("OIL", "011")
"""What is typed for a character of the alphabet that looks like it."""

LONGEST_TYPED: Final = 500
"""Characters that are looked at; a code with its address in front is far shorter."""


class CodeMistake(StrEnum):
    """Why what was typed can be no code."""

    EMPTY = "empty"
    LETTERS = "letters"
    SHORT = "short"
    LONG = "long"


@dataclass(frozen=True)
class TypedCode:
    """What somebody typed, as it is read."""

    code: str
    mistake: CodeMistake | None = None
    strangers: tuple[str, ...] = ()
    """Characters that stand in no code, each once, in the order they were typed."""


def typed_code(typed: str) -> TypedCode:
    """Read a code however it is grouped and written, and say what is wrong with it.

    An address that ends in a code is read as the code: telephones copy all of it.

    >>> typed_code("abcd-efgh jkmn-pqrs tvwx-yz01 2oi").code
    'ABCDEFGHJKMNPQRSTVWXYZ01201'
    >>> typed_code("abcd-u*").mistake, typed_code("abcd-u*").strangers
    (<CodeMistake.LETTERS: 'letters'>, ('U', '*'))
    >>> typed_code(" - ").mistake
    <CodeMistake.EMPTY: 'empty'>
    """
    looked_at = unicodedata.normalize("NFKC", typed[:LONGEST_TYPED])
    last = looked_at.rpartition("/r/")[2].partition("?")[0]
    code = "".join(c for c in last.upper() if not _between_groups(c)).translate(READ_AS)
    strangers = tuple(dict.fromkeys(c for c in code if c not in ALPHABET))
    return TypedCode(code, _mistake(code, strangers), strangers)


def _mistake(code: str, strangers: tuple[str, ...]) -> CodeMistake | None:
    if not code:
        return CodeMistake.EMPTY
    if strangers:
        return CodeMistake.LETTERS
    if len(code) == CODE_LENGTH:
        return None
    return CodeMistake.SHORT if len(code) < CODE_LENGTH else CodeMistake.LONG


def _between_groups(character: str) -> bool:
    r"""Whether a character only stands between groups: a blank, a hyphen or dash, a full stop.

    >>> [_between_groups(c) for c in (" ", "\u00ad", "\u2013", ".", "0")]
    [True, True, True, True, False]
    """
    return unicodedata.category(character) in {"Zs", "Cc", "Cf", "Pd"} or character in "._"
