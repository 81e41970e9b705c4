"""The public page of an agency's ratings: how satisfied citizens are, how sure that is, who was asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final, Literal

from starlette.responses import HTMLResponse

from contracts.labels import label
from contracts.rating import RatingFigures, RatingRow, RatingSummary
from contracts.vocabulary import FigureState, Occasion, Operator
from gateway.periods import Period, offered
from gateway.web.figures import bar_length, shown_share
from gateway.web.layout import address, show
from gateway.web.wording import ENGLISH, last_day, shown_count, shown_day, shown_instant, wording

LEVELS: Final = (5, 4, 3, 2, 1)
"""The best stands first, as on the form."""


@dataclass(frozen=True, kw_only=True)
class Results:
    """What was found for a page: one summary told apart by agency, one by procedure."""

    agencies: RatingSummary
    procedures: RatingSummary
    period: Period
    occasion: Occasion

    @property
    def total(self) -> RatingRow:
        """Everything together."""
        return self.agencies.total

    @property
    def query(self) -> dict[str, str]:
        """What an address says to lead here again."""
        return {"period": self.period.key, "occasion": self.occasion.value}


@dataclass(frozen=True, kw_only=True)
class Level:
    """One of five levels, as it is drawn and written."""

    number: int
    name: str
    count: str
    share: str
    start: str
    """Where its part of the bar begins, of 100."""
    length: str


@dataclass(frozen=True, kw_only=True)
class Shares:
    """A share with how sure it is, as it is drawn and written."""

    share: str
    interval: str | None
    reach: str
    low: str | None
    high: str | None


@dataclass(frozen=True, kw_only=True)
class Line:
    """A row of a table: an agency or a procedure."""

    name: str
    key: str
    link: str | None
    ratings: str | None
    """None where too few rated."""
    shares: Shares | None
    coverage: str | None


def results_page(found: Results, language: str, today: date, public_url: str) -> HTMLResponse:
    """Show the ratings of an agency and everything below it at ``/ratings/{agency}``."""
    t = wording("results", language)
    agency = found.agencies.agency
    path = f"/ratings/{agency}"
    figures = found.total.figures
    return show(
        "results.html",
        language,
        path=path,
        query=found.query,
        t=t,
        summary=found.agencies,
        agency=found.agencies.agency_name or agency,
        state=found.total.state,
        figures=figures,
        shares=shares_of(figures, language),
        levels=levels_of(figures, language),
        facts=_facts(figures, found, language),
        period=period_name(found.period, language),
        days=_days(found.agencies, t),
        definition=_definition(found.agencies, language),
        as_of=shown_instant(found.agencies.as_of),
        few=t["few"].format(minimum=found.agencies.minimum),
        few_note=t["few_note"].format(minimum=found.agencies.minimum),
        tables=_tables(found, language, t),
        choices=_choices(found.period, language, today),
        occasions=[(one, label(one, _vi_or_en(language))) for one in Occasion],
        occasion=found.occasion,
        csv=address(f"{path}.csv", "vi", found.query),
        json=address(f"{path}.json", "vi", found.query),
        badge=address(f"{path}/badge.svg", language, found.query),
        snippet=snippet(found, language, public_url),
    )


def snippet(found: Results, language: str, public_url: str) -> str:
    """The HTML that shows the badge on another site.

    Its alternative text names what the picture shows and where that is read: numbers in it would go stale.
    """
    t = wording("results", language)
    path = f"{public_url.rstrip('/')}/ratings/{found.agencies.agency}"
    alt = t["badge_alt"].format(agency=found.agencies.agency_name or found.agencies.agency)
    quoted = alt.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return (
        f'<a href="{address(path, language)}"><img src="{address(path + "/badge.svg", language)}"'
        f' width="280" height="68" alt="{quoted}"></a>'
    )


def period_name(period: Period, language: str) -> str:
    """What a period is called.

    >>> from gateway.periods import PeriodKind
    >>> period_name(Period(PeriodKind.QUARTER, 2020, 3), "en")
    'quarter 3, 2020'
    """
    told = wording("results", language)[f"period_{period.kind}"]
    return told.format(number=period.number, year=period.year)


def shares_of(figures: RatingFigures | None, language: str) -> Shares | None:
    """The share of a row as it is written and drawn; None where there is none."""
    told = figures.satisfaction if figures else None
    if told is None or not told.among:
        return None
    share = Fraction(told.count, told.among)
    low = high = interval = None
    if told.low is not None and told.high is not None:
        low, high = Fraction(told.low), Fraction(told.high)
        # Outwards, so that what is told holds at least as surely.
        ends = (
            shown_share(low, None, None, language),
            shown_share(high, Operator.LTE, None, language),
        )
        interval = wording("results", language)["interval"].format(low=ends[0], high=ends[1])
    return Shares(
        share=shown_share(share, None, None, language),
        interval=interval,
        reach=bar_length(share * 100),
        low=None if low is None else bar_length(low * 100),
        high=None if high is None else bar_length(high * 100),
    )


def levels_of(figures: RatingFigures | None, language: str) -> list[Level]:
    """The five levels, the best first; none of them where there is no rating."""
    if figures is None or figures.histogram is None or not figures.ratings:
        return []
    counts = {n: getattr(figures.histogram, f"s{n}") for n in LEVELS}
    among = sum(counts.values())
    if not among:
        return []
    t = wording("results", language)
    drawn, so_far = [], 0
    for number, count in counts.items():
        start, end = Fraction(100 * so_far, among), Fraction(100 * (so_far + count), among)
        drawn.append(
            Level(
                number=number,
                name=t[f"level_{number}"],
                count=shown_count(count, language),
                share=shown_share(Fraction(count, among), None, None, language),
                start=bar_length(start),
                length=bar_length(end - start) if count else "",
            )
        )
        so_far += count
    return drawn


def _facts(
    figures: RatingFigures | None, found: Results, language: str
) -> list[tuple[str, str, str]]:
    """Name, value and what it means, of all that stands beside the share."""
    if figures is None:
        return []
    t = wording("results", language)
    facts = [(t["ratings"], shown_count(figures.ratings, language), t["ratings_note"])]
    told = figures.coverage
    if told is not None:
        days = t["coverage_note"].format(days=found.agencies.mature_days)
        facts += [
            (t["coverage"], _coverage(figures, language) or t["none_yet"], days),
            (t["declined"], shown_count(told.declined, language), t["declined_note"]),
            (t["ignored"], shown_count(told.ignored, language), t["ignored_note"]),
        ]
    both = figures.ratings + figures.assisted
    share = shown_share(Fraction(figures.assisted, both), None, None, language) if both else "–"
    value = f"{shown_count(figures.assisted, language)} ({share})"
    facts.append((t["assisted"], value, t["assisted_note"]))
    if figures.voided:
        facts.append((t["voided"], shown_count(figures.voided, language), t["voided_note"]))
    return facts


def _coverage(figures: RatingFigures, language: str) -> str | None:
    told = figures.coverage
    if told is None or not told.mature:
        return None
    return wording("results", language)["coverage_of"].format(
        share=shown_share(Fraction(told.rated, told.mature), None, None, language),
        rated=shown_count(told.rated, language),
        mature=shown_count(told.mature, language),
    )


def _tables(
    found: Results, language: str, t: Mapping[str, str]
) -> list[tuple[str, str, str, str, list[Line]]]:
    """Where each stands, its heading, its caption, the name of its first column, its rows."""
    agencies = _lines(found.agencies, found, language)
    procedures = _lines(found.procedures, found, language)
    return [
        ("agencies", t["agencies"], t["agencies_caption"], t["agencies_column"], agencies),
        (
            "procedures",
            t["procedures"],
            t["procedures_caption"],
            t["procedures_column"],
            procedures,
        ),
    ]


def _lines(summary: RatingSummary, found: Results, language: str) -> list[Line]:
    """Rows with the most ratings first; those that may not be shown come last."""
    by_agency = summary is found.agencies
    rows = sorted(summary.rows, key=lambda row: -(row.figures.ratings if row.figures else -1))
    return [
        Line(
            name=row.name_en if language == ENGLISH else row.name_vi,
            key=row.key,
            link=address(f"/ratings/{row.key}", language, found.query)
            if by_agency and row.key != summary.agency
            else None,
            ratings=None if row.figures is None else shown_count(row.figures.ratings, language),
            shares=shares_of(row.figures, language),
            coverage=None if row.figures is None else _coverage(row.figures, language),
        )
        for row in rows
        if row.state is not FigureState.EMPTY or row.figures is not None
    ]


def _choices(
    chosen: Period, language: str, today: date
) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """The periods to choose among, grouped; the one that is shown is always among them."""
    t = wording("results", language)
    groups = offered(today)
    if chosen not in groups[chosen.kind]:
        groups[chosen.kind].append(chosen)
    return [
        (
            t[f"group_{kind}"],
            [(one.key, period_name(one, language), one == chosen) for one in periods],
        )
        for kind, periods in groups.items()
    ]


def _days(summary: RatingSummary, t: Mapping[str, str]) -> str:
    return t["days"].format(first=shown_day(summary.period_from), last=last_day(summary.period_to))


def _definition(summary: RatingSummary, language: str) -> tuple[str, str, str]:
    told = summary.definition
    if language == ENGLISH:
        return told.id, told.title_en, told.counts_en
    return told.id, told.title_vi, told.counts_vi


def _vi_or_en(language: str) -> Literal["vi", "en"]:
    return "en" if language == ENGLISH else "vi"
