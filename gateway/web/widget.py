"""The snippet page: how a portal puts the rating form into its own pages, and how that looks."""

import json
from collections.abc import Mapping
from typing import Final

from starlette.responses import HTMLResponse

from gateway.web.button import WIDTH
from gateway.web.layout import show
from gateway.web.wording import wording
from gateway.widget.files import current

SCRIPTS_OF_OURS: Final = (
    "; script-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'"
)
"""What a page with our own scripts adds to the policy of all pages."""

SAMPLE_LEVELS: Final = ("sample_5", "sample_4", "sample_3", "sample_2", "sample_1")


def with_our_scripts(page: HTMLResponse) -> HTMLResponse:
    """A page that may run our own scripts besides, and no others."""
    page.headers["Content-Security-Policy"] += SCRIPTS_OF_OURS
    return page


def widget_page(base: str, language: str) -> HTMLResponse:
    """Show ``/widget``; `base` is the address of this installation, as it stands in the snippets."""
    t = wording("widget", language)
    element, frame = current("motcua-rating.js"), current("motcua-embed.js")
    page = show(
        "widget.html",
        language,
        path="/widget",
        t=t,
        base=base,
        element=element,
        frame=frame,
        page_script=current("widget-page.js"),
        button_width=WIDTH[language],
        sample=json.dumps(sample_form(language, t), ensure_ascii=False),
    )
    return with_our_scripts(page)


def sample_form(language: str, t: Mapping[str, str]) -> dict[str, object]:
    """A form as `GET /v1/rating-forms/{token}` tells it, of questions that nobody is asked."""
    levels = [{"id": name.removeprefix("sample_"), "label": t[name]} for name in SAMPLE_LEVELS]
    choice = [{"id": "yes", "label": t["sample_yes"]}, {"id": "no", "label": t["sample_no"]}]
    return {
        "language": language,
        "title": t["sample_title"],
        "procedure": t["sample_procedure"],
        "agency": t["sample_agency"],
        "questions": [
            {
                "id": "overall",
                "label": t["sample_overall"],
                "required": True,
                "options": levels,
            },
            {"id": "clear", "label": t["sample_clear"], "required": False, "options": choice},
        ],
    }
