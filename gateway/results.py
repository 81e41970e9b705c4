"""The public results of an agency: a page, its twins for programs and spreadsheets, a badge."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Annotated, Final

import httpx
from fastapi import APIRouter, Depends, Query, Request, Response

from chassis.auth import public_access
from chassis.pages import page_headers
from chassis.running import Running
from chassis.web import Here
from contracts.problems import NotFound
from contracts.rating import RatingResults, RatingSummary, SummaryBy
from contracts.vocabulary import VIETNAM, FigureState, Occasion, Scope
from gateway.keys import GATEWAY, SigningKey
from gateway.periods import Period, PeriodKind, period_at, period_of
from gateway.upstream import ServiceAway, ask
from gateway.web.badge import badge
from gateway.web.refusal import Refusal, refusal_page
from gateway.web.results import Results, results_page
from gateway.web.results_csv import results_csv
from gateway.web.segments import SEGMENT
from gateway.web.wording import language_of

router = APIRouter(
    dependencies=[public_access("counts of enough citizens; nobody's rating")],
    include_in_schema=False,
)
page = partial(router.api_route, methods=["GET", "HEAD"])

Language = Annotated[str | None, Query(alias="lang")]

SECONDS: Final = 5.0
"""How long somebody who looks at a page waits for the figures on it."""

KEPT: Final = "public, max-age=300"
"""How long a site that shows the picture may keep it."""


@dataclass(frozen=True)
class ResultsAsked:
    """What an address names."""

    agency: str
    period: str | None = None
    occasion: str | None = None


async def _asked(
    agency: str, period: str | None = None, occasion: str | None = None
) -> ResultsAsked:
    return ResultsAsked(agency, period, occasion)


Asked = Annotated[ResultsAsked, Depends(_asked)]


class NoSuchResults(NotFound):
    """There are no such results."""

    title_vi = "Không có kết quả đánh giá này"


@page("/ratings/{agency}.json")
async def results_json(asked: Asked, request: Request, here: Here) -> Response:
    """The results for programs."""
    found = await _found(asked, request, here)
    shared = found.agencies.model_dump(exclude={"rows", "occasion", "by", "procedure"})
    told = RatingResults(
        **shared,
        occasion=found.occasion,
        period=found.period.key,
        agencies=found.agencies.rows,
        procedures=found.procedures.rows,
    )
    answer = Response(told.model_dump_json(), media_type="application/json")
    return _unless_known(answer, found, "json", request)


@page("/ratings/{agency}.csv")
async def results_for_a_spreadsheet(asked: Asked, request: Request, here: Here) -> Response:
    """The results for a spreadsheet."""
    found = await _found(asked, request, here)
    name = f"ratings-{found.agencies.agency}-{found.period.key}.csv"
    answer = Response(results_csv(found), media_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return _unless_known(answer, found, "csv", request)


@page("/ratings/{agency}/badge.svg")
async def results_badge(
    asked: Asked, request: Request, here: Here, lang: Language = None
) -> Response:
    """The results as a picture that other sites show (huy hiệu kết quả)."""
    language = language_of(lang)
    found = await _found(asked, request, here)
    headers = page_headers(language, private=False) | {
        "Cache-Control": KEPT,
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    answer = Response(badge(found, language), headers=headers, media_type="image/svg+xml")
    return _unless_known(answer, found, f"badge {language}", request)


@page("/ratings/{agency}")
async def results(asked: Asked, request: Request, here: Here, lang: Language = None) -> Response:
    """How satisfied citizens are with an agency (kết quả đánh giá)."""
    language = language_of(lang)
    try:
        found = await _found(asked, request, here)
    except NoSuchResults:
        return refusal_page(Refusal.UNKNOWN_PAGE, language, request.url.path)
    except ServiceAway:
        return refusal_page(Refusal.UNAVAILABLE, language, request.url.path)
    answer = results_page(found, language, _today(here), here.settings.public_url)
    return _unless_known(answer, found, f"page {language} {_today(here)}", request)


async def _found(asked: ResultsAsked, request: Request, here: Running) -> Results:
    """What the page shows. Raises `NoSuchResults` and `ServiceAway`."""
    period = _period(asked.period, _today(here))
    occasion = _occasion(asked.occasion)
    if SEGMENT.fullmatch(asked.agency) is None or period is None or occasion is None:
        raise NoSuchResults("Ask for an agency, a period as 2020, 2020-q1 or 2020-03, an occasion.")
    told = {
        "agency": asked.agency,
        "from": period.first.isoformat(),
        "to": period.end.isoformat(),
        "occasion": occasion.value,
        "public": "true",
    }
    apart = (SummaryBy.AGENCY, SummaryBy.PROCEDURE)
    agencies, procedures = await asyncio.gather(
        *(_summary(told | {"by": by.value}, request, here) for by in apart)
    )
    if agencies.agency_name is None and agencies.total.state is FigureState.EMPTY:
        # The gateway reaches everything, so of what nobody has entered it is told that there is nothing.
        raise NoSuchResults("No agency of this code is known.")
    return Results(agencies=agencies, procedures=procedures, period=period, occasion=occasion)


async def _summary(told: dict[str, str], request: Request, here: Running) -> RatingSummary:
    token = here.own(SigningKey).token(GATEWAY, None, [Scope.RATINGS_READ])
    answer = await ask(
        request,
        "rating",
        "GET",
        "/v1/ratings/summary",
        seconds=SECONDS,
        headers={"Authorization": f"Bearer {token}"},
        params=told,
    )
    if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise ServiceAway("The figures cannot be asked for just now.", retry_after=2)
    if answer.status_code != httpx.codes.OK:
        raise NoSuchResults("No agency of this code is known.")
    return RatingSummary.model_validate_json(answer.content)


def _unless_known(answer: Response, found: Results, kind: str, request: Request) -> Response:
    """The answer, or 304 where the reader has the same figures; the moment they were counted is none."""
    told = hashlib.sha256(kind.encode())
    for summary in (found.agencies, found.procedures):
        told.update(summary.model_dump_json(exclude={"as_of"}).encode())
    answer.headers["ETag"] = tag = f'W/"{told.hexdigest()[:32]}"'
    known = request.headers.get("if-none-match", "")
    if known.strip() == "*" or tag in {each.strip() for each in known.split(",")}:
        kept = ("etag", "cache-control", "content-language", "cross-origin-resource-policy")
        headers = {name: answer.headers[name] for name in kept if name in answer.headers}
        return Response(status_code=304, headers=headers)
    return answer


def _period(key: str | None, today: date) -> Period | None:
    return period_at(PeriodKind.YEAR, today) if key is None else period_of(key)


def _occasion(about: str | None) -> Occasion | None:
    if about is None:
        return Occasion.RETURNED
    return Occasion(about) if about in set(Occasion) else None


def _today(here: Running) -> date:
    return here.database.now().astimezone(VIETNAM).date()
