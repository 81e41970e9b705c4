"""The badge of an agency's ratings: a small picture for other sites, with its numbers in words inside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gateway.web.layout import PAGES
from gateway.web.results import Results, period_name, shares_of
from gateway.web.wording import shown_count, wording

LONGEST: Final = 38
"""Characters of the second line that fit at their own width."""


def badge(found: Results, language: str) -> str:
    """The picture as SVG: the share, how many rated, and when; or that too few did."""
    t = wording("results", language)
    top, below = _lines(found, language, t)
    template = PAGES.environment.get_template("badge.svg")
    agency = found.agencies.agency_name or found.agencies.agency
    return template.render(
        language=language,
        title=f"{agency}: {top}",
        top=top,
        below=below,
        squeezed=len(below) > LONGEST,
        reach=_reach(found, language),
    )


def _lines(found: Results, language: str, t: Mapping[str, str]) -> tuple[str, str]:
    period = period_name(found.period, language)
    figures = found.total.figures
    shares = shares_of(figures, language)
    if figures is None or shares is None:
        return t["badge_few"], period
    rated = t["badge_n"].format(count=shown_count(figures.ratings, language), period=period)
    return t["badge_share"].format(share=shares.share), rated


def _reach(found: Results, language: str) -> str | None:
    shares = shares_of(found.total.figures, language)
    return None if shares is None else shares.reach
