"""Text as people write it: one Unicode form, no invisible characters, names left as they are."""

import unicodedata

FORBIDDEN = frozenset({"Cc", "Cs", "Co", "Cf", "Cn"})
"""Unicode categories no stored line may hold: controls, surrogates, private use, formatting."""

FILLERS = frozenset("\u115f\u1160\u3164\uffa0")
"""Letters without a shape, used to pass an empty name off as a name."""

MARKS_PER_LETTER = 3
"""Vietnamese needs two combining marks on a letter (``ế``); more than three is noise."""


def clean_line(text: str) -> str:
    r"""One line of text in the form it is stored: NFC, blanks folded to single spaces, trimmed.

    Never NFKC, which would change names. Raises `ValueError` naming what to remove.

    >>> clean_line("  Nguye\u0302\u0303n \u00a0 Va\u0306n A ")
    'Nguyễn Văn A'
    """
    try:
        text.encode()
    except UnicodeEncodeError as broken:
        raise ValueError("holds half of a character (a lone surrogate)") from broken
    folded = " ".join(unicodedata.normalize("NFC", text).split())
    _refuse_invisible(folded)
    return folded


def clean_text(text: str) -> str:
    r"""Several lines of text, each cleaned as `clean_line` does; line breaks are kept as ``\n``."""
    lines = (clean_line(line) for line in text.replace("\r\n", "\n").split("\n"))
    return "\n".join(lines).strip()


def _refuse_invisible(text: str) -> None:
    if text.isascii():
        if not text.isprintable():
            raise ValueError("holds a control character")
        return
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        if category in FORBIDDEN or character in FILLERS:
            raise ValueError(f"holds an invisible or control character (U+{ord(character):04X})")
        marks = marks + 1 if category == "Mn" else 0
        if marks > MARKS_PER_LETTER:
            raise ValueError("stacks more marks on one letter than any language does")


def folded(text: str) -> str:
    """A text as it is compared where people type it differently: without case, accents and punctuation.

    >>> folded("  Rất  HÀI LÒNG! "), folded("Đúng hẹn")
    ('rat hai long', 'dung hen')
    """
    # The bar of đ is no mark that comes off.
    plain = text.casefold().replace("đ", "d")
    letters = "".join(
        c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c)
    )
    return " ".join("".join(c if c.isalnum() else " " for c in letters).split())
