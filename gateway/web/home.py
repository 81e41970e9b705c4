"""The home page: what this is, and where to go from here."""

from starlette.responses import HTMLResponse

from contracts.kpi import PlanList
from gateway.web.layout import address, show
from gateway.web.wording import ENGLISH


def home_page(plans: PlanList | None, language: str) -> HTMLResponse:
    """Show ``/``; `plans` are listed where they are known; where not, the page says that they are missing."""
    return show(
        "home.html",
        language,
        path="/",
        away=plans is None,
        plans=[
            (
                address(f"/board/{plan.id}", language),
                plan.title_en if language == ENGLISH else plan.title,
            )
            for plan in (plans.items if plans else [])
        ],
    )
