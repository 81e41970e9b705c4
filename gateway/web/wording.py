"""What the pages say, in Vietnamese and in English, and how they write numbers, days and times."""

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from contracts.vocabulary import VIETNAM

VIETNAMESE: Final = "vi"
ENGLISH: Final = "en"
LANGUAGES: Final = {VIETNAMESE: "Tiếng Việt", ENGLISH: "English"}
"""Every language the pages speak, and what it calls itself."""


def language_of(asked: str | None) -> str:
    """The language a page is shown in: the one asked for by ``?lang=``, else Vietnamese.

    >>> language_of("en"), language_of("fr"), language_of(None)
    ('en', 'vi', 'vi')
    """
    return asked if asked in LANGUAGES else VIETNAMESE


def other_language(language: str) -> str:
    """The language a page offers beside its own."""
    return VIETNAMESE if language == ENGLISH else ENGLISH


@cache
def wording(page: str, language: str) -> Mapping[str, str]:
    """The sentences of one page in one language, by key, from ``texts/<page>.json``.

    Raises `FileNotFoundError` for a page without texts and `KeyError` for a language they lack.
    """
    sentences = json.loads((files("gateway.web") / "texts" / f"{page}.json").read_text("utf-8"))
    return MappingProxyType({key: by_language[language] for key, by_language in sentences.items()})


def shown_count(number: int, language: str) -> str:
    """A whole number with its thousands grouped as the language groups them.

    >>> shown_count(12345, "vi"), shown_count(12345, "en")
    ('12.345', '12,345')
    """
    grouped = f"{number:,}"
    return grouped if language == ENGLISH else grouped.replace(",", ".")


def shown_day(day: date) -> str:
    """A day as Vietnam writes it: day, month, year.

    >>> shown_day(date(2020, 3, 6))
    '06/03/2020'
    """
    return f"{day:%d/%m/%Y}"


def last_day(exclusive_end: date) -> str:
    """The last day of a half-open period, which people count as part of it.

    >>> last_day(date(2021, 1, 1))
    '31/12/2020'
    """
    return shown_day(exclusive_end - timedelta(days=1))


def shown_instant(instant: datetime) -> str:
    """An instant by the clock in Vietnam, wherever the server or the reader stands.

    >>> shown_instant(datetime.fromisoformat("2020-03-15T17:30:00+00:00"))
    '00:30, 16/03/2020'
    """
    return f"{instant.astimezone(VIETNAM):%H:%M, %d/%m/%Y}"
