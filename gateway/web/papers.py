"""The papers of a dossier and the register as pages of A4: the same page is shown and printed."""

import hashlib
from base64 import b64encode
from datetime import datetime
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, Final

import segno
from markupsafe import Markup
from starlette.responses import HTMLResponse

from chassis.pages import page_headers
from contracts.intake import PaperView, RegisterView, TimeLimit
from contracts.labels import LABELS, label
from contracts.vocabulary import VIETNAM, TimeUnit
from gateway.web.layout import PAGES
from gateway.web.wording import (
    ENGLISH,
    last_day,
    other_language,
    shown_day,
    shown_instant,
    wording,
)

ONE: Final = 1
QR_ERROR_LEVEL: Final = "m"
"""Fifteen of a hundred: paper is folded, stamped and copied."""


class Said:
    """What a paper says, first in one language and small beneath it in the other."""

    def __init__(self, language: str, texts: tuple[str, ...] = ("papers",)) -> None:
        self.language = language
        self.other = other_language(language)
        self._first = {k: v for each in texts for k, v in wording(each, self.language).items()}
        self._second = {k: v for each in texts for k, v in wording(each, self.other).items()}

    def first(self, key: str) -> str:
        """A sentence in the language that goes first."""
        return self._first[key]

    def second(self, key: str) -> str:
        """The same sentence in the other language."""
        return self._second[key]

    def word(self, word: StrEnum, language: str | None = None) -> str:
        """What people read for a word of the API, by default in the language that goes first."""
        return label(word, "en" if (language or self.language) == ENGLISH else "vi")

    def instant(self, moment: datetime) -> str:
        """A moment as forms write it."""
        return form_instant(moment, self.language)

    def limit(self, limit: TimeLimit) -> str:
        """A time limit in words."""
        return shown_limit(limit, self.language)


def paper_page(
    paper: PaperView,
    language: str,
    *,
    tracking: str,
    rating_link: str | None = None,
    rating_away: bool = False,
) -> HTMLResponse:
    """Show a paper as one page that brings its style along.

    `tracking` is where a dossier is tracked; `rating_link` goes onto the receipt as a QR code. Where it is
    lacking because nobody could say it (`rating_away`), the receipt says so.
    """
    return sheet_page(
        f"papers/{paper.kind.replace('-', '_')}.html",
        language,
        paper=paper,
        sheet="upright",
        heading=f"title_{paper.kind.replace('-', '_')}",
        issued_at=paper.issued_at,
        tracking=tracking,
        rating_away=rating_away,
        qr=Markup(qr_svg(rating_link)) if rating_link else None,  # noqa: S704 - a drawing of ours
    )


def register_page(register: RegisterView, language: str) -> HTMLResponse:
    """Show a part of the register as one page that brings its style along."""
    return sheet_page(
        "papers/register.html",
        language,
        register=register,
        sheet="lying",
        heading="title_register",
        issued_at=register.issued_at,
        rows=register.items,
        last_day=last_day(register.period_to),
    )


def shown_limit(limit: TimeLimit, language: str) -> str:
    """A time limit in words, as forms write it.

    >>> shown_limit(TimeLimit(amount=3, unit=TimeUnit.WORKING_DAY), "vi")
    '03 ngày làm việc'
    >>> shown_limit(TimeLimit(amount=1, unit=TimeUnit.MONTH), "en")
    '1 month'
    """
    vietnamese, english = LABELS[TimeUnit][limit.unit]
    if language == ENGLISH:
        return f"{limit.amount} {english.lower()}{'' if limit.amount == ONE else 's'}"
    return f"{limit.amount:02d} {vietnamese.lower()}"


def form_instant(moment: datetime, language: str) -> str:
    """A moment by the clock in Vietnam, as forms write it.

    >>> form_instant(datetime.fromisoformat("2020-03-16T02:05:00+00:00"), "vi")
    '09 giờ 05 phút, ngày 16/03/2020'
    """
    if language == ENGLISH:
        return shown_instant(moment)
    here = moment.astimezone(VIETNAM)
    return f"{here:%H} giờ {here:%M} phút, ngày {here:%d/%m/%Y}"


def qr_svg(address: str) -> str:
    """An address as a QR code, drawn as SVG with the quiet edge a reader needs."""
    drawing: str = segno.make(address, error=QR_ERROR_LEVEL, micro=False).svg_inline(
        border=4, omitsize=True, svgclass="qr", lineclass=None
    )
    return drawing.replace("<svg ", '<svg aria-hidden="true" ', 1)


def sheet_page(
    template: str,
    language: str,
    *,
    sheet: str,
    texts: tuple[str, ...] = ("papers",),
    **values: Any,
) -> HTMLResponse:
    """Show one page of A4 that brings its style along; `texts` are the files its sentences stand in."""
    style, policy = _style(sheet)
    response = PAGES.page(
        template,
        language=language,
        private=True,
        style=Markup(style),  # noqa: S704 - a file of ours
        say=Said(language, texts),
        day=shown_day,
        short=shown_instant,
        **values,
    )
    response.headers.update(page_headers(language, private=True))
    response.headers["Content-Security-Policy"] = policy
    return response


@cache
def _style(sheet: str) -> tuple[str, str]:
    """The style of a sheet, and the words that let a browser apply it and nothing else."""
    folder = files("gateway.web") / "templates" / "papers"
    style = "".join((folder / name).read_text("utf-8") for name in ("paper.css", f"{sheet}.css"))
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; "
        "form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
    )
    return style, policy
