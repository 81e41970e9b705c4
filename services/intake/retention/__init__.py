"""How long dossiers are kept (thời hạn lưu trữ): classes as data, counted from the year the work ended.

The classes stand in ``classes.csv``, or in a file of the operator's with the same columns. A class without
years is kept for ever (vĩnh viễn).
"""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path


@dataclass(frozen=True)
class RetentionClass:
    """One class of the retention schedule (bảng thời hạn lưu trữ)."""

    code: str
    years: int | None
    """None for ever."""
    name_vi: str
    name_en: str
    source: str

    def over_before(self, today: date) -> date | None:
        """The day before which a dossier must have ended for its time to be over today.

        Years are whole calendar years after the year of the end, as the law counts them. None: never.

        >>> RetentionClass("copy", 2, "", "", "").over_before(date(2026, 11, 25))
        datetime.date(2024, 1, 1)
        """
        if self.years is None or today.year - self.years < 1:
            return None
        return date(today.year - self.years, 1, 1)


@cache
def retention_classes(file: Path | None = None) -> dict[str, RetentionClass]:
    """The classes by code, as shipped or from the operator's file. Raises `ValueError` naming the line."""
    text = file.read_text("utf-8-sig") if file else _shipped()
    found: dict[str, RetentionClass] = {}
    for number, row in enumerate(csv.DictReader(text.splitlines()), 2):
        try:
            years = int(row["years"]) if row["years"].strip() else None
            told = (row["name_vi"], row["name_en"], row["source"])
            entry = RetentionClass(row["code"].strip(), years, *told)
        except (KeyError, TypeError, ValueError, AttributeError) as bad:
            raise ValueError(
                f"Line {number} of the retention classes: code, years, names, source."
            ) from bad
        if not entry.code or entry.code in found or (years is not None and years < 0):
            raise ValueError(f"Line {number} of the retention classes: a code of its own, years.")
        found[entry.code] = entry
    return found


def _shipped() -> str:
    return files(__package__).joinpath("classes.csv").read_text(encoding="utf-8")
