"""Text that a spreadsheet opens: readable, and nothing in it that would be executed."""

import re
import unicodedata

BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel reads Vietnamese as something else."""

EXECUTED_FIRST = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes for the beginning of a formula."""

NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


def safe_cell(value: object) -> str:
    """A cell's text, made harmless where a spreadsheet would compute it; numbers stay numbers.

    >>> safe_cell("=1+1"), safe_cell("-3"), safe_cell("＝HYPERLINK()"), safe_cell(None)
    ("'=1+1", '-3', "'＝HYPERLINK()", '')
    """
    text = "" if value is None else str(value)
    if NUMBER.fullmatch(text):
        return text
    # A spreadsheet folds full-width signs and skips blanks before it looks for a formula.
    seen = unicodedata.normalize("NFKC", text)
    executed = seen.startswith(EXECUTED_FIRST) or seen.lstrip().startswith(EXECUTED_FIRST)
    return f"'{text}" if executed else text
