"""The button as a picture: its words are in it, and what a page says instead of it stands in the snippet."""

from enum import StrEnum
from html import escape

from gateway.web.wording import wording

WIDTH = {"vi": 300, "en": 250}
"""Enough for the words in any usual typeface."""


class Look(StrEnum):
    """Whether it stands on a light or on a dark page."""

    LIGHT = "light"
    DARK = "dark"


GROUND = {Look.LIGHT: ("#0b5d5e", "#ffffff"), Look.DARK: ("#74cbc5", "#0d2423")}
"""Of the button and of the words on it; 7:1 or more."""


def button_svg(language: str, look: Look) -> str:
    """The picture in a language, 56 pixels high so that a finger finds it."""
    words = escape(wording("widget", language)["button"])
    width, (ground, ink) = WIDTH[language], GROUND[look]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="t" lang="{language}" '
        f'width="{width}" height="56" viewBox="0 0 {width} 56"><title id="t">{words}</title>'
        f'<rect width="{width}" height="56" rx="8" fill="{ground}"/>'
        f'<path d="M14 12h36v24H30l-9 8v-8h-7z" fill="{ink}"/><g fill="{ground}">'
        '<circle cx="24" cy="24" r="3"/><circle cx="32" cy="24" r="3"/><circle cx="40" cy="24" r="3"/></g>'
        f'<text x="64" y="34" font-family="system-ui,sans-serif" font-size="18" font-weight="600" '
        f'fill="{ink}">{words}</text></svg>'
    )
