"""Results of ratings as the page of an agency shows them: plenty, some hidden, too few, none."""

from datetime import UTC, date, datetime

from contracts.rating import RatingRow, RatingSummary
from contracts.vocabulary import FigureState, Occasion
from gateway.periods import period_of
from gateway.web.results import Results, results_page

AS_OF = datetime(2026, 4, 1, 2, 0, tzinfo=UTC)
TODAY = date(2026, 4, 1)
URL = "https://motcua.example"
AGENCY = "000.00.19.H29"


def figures(*levels: int, assisted=3, mature=0, **changes):
    """Ratings from very satisfied to very dissatisfied; `mature` were asked."""
    n = sum(levels)
    positive = levels[0] + levels[1]
    share = None
    if n:
        share = {"definition": "satisfaction/1", "count": positive, "among": n}
        low, high = wilson(positive, n)
        share |= {"value": f"{positive / n:.6f}", "low": low, "high": high}
    return {
        "ratings": n,
        "histogram": {f"s{5 - place}": count for place, count in enumerate(levels)},
        "positive": positive,
        "neutral": levels[2],
        "negative": levels[3] + levels[4],
        "satisfaction": share,
        "coverage": {
            "invited": (mature or n) + 10,
            "mature": mature or n,
            "rated": n,
            "declined": 4,
            "ignored": 7,
            "value": "0.5",
        },
        "assisted": assisted,
    } | changes


def wilson(count: int, among: int) -> tuple[str, str]:
    """The 95 % interval of a share, near enough for a sample."""
    square = 1.96**2
    middle = count + square / 2
    reach = 1.96 * (count * (among - count) / among + square / 4) ** 0.5
    return (
        f"{(middle - reach) / (among + square):.6f}",
        f"{(middle + reach) / (among + square):.6f}",
    )


def row(key, name, told=None, state=None) -> RatingRow:
    state = state or (FigureState.SUPPRESSED if told is None else FigureState.OK)
    return RatingRow.model_validate(
        {"key": key, "name_vi": name, "name_en": name, "state": state, "figures": told}
    )


def a_summary(by: str, total: RatingRow, rows=(), **changes) -> RatingSummary:
    told = {
        "agency": AGENCY,
        "agency_name": "Ủy ban nhân dân quận Bình Thạnh",
        "procedure": None,
        "occasion": Occasion.RETURNED,
        "period_from": date(2026, 1, 1),
        "period_to": date(2026, 4, 1),
        "by": by,
        "definition": {
            "id": "satisfaction/1",
            "title_vi": "Tỷ lệ hài lòng",
            "title_en": "Share of satisfied citizens",
            "counts_vi": "Số phiếu ở hai mức cao nhất trên tổng số phiếu",
            "counts_en": "Ratings of the upper two levels among all",
        },
        "total": total,
        "rows": list(rows),
        "minimum": 5,
        "mature_days": 15,
        "provisional": True,
        "as_of": AS_OF,
    }
    return RatingSummary.model_validate(told | changes)


def results(total: RatingRow, agencies=(), procedures=(), period="2026-q1", **changes) -> Results:
    return Results(
        agencies=a_summary("agency", total, agencies, **changes),
        procedures=a_summary("procedure", total, procedures, **changes),
        period=period_of(period),
        occasion=Occasion.RETURNED,
    )


def plenty() -> Results:
    """A quarter with enough ratings; two rows of it hidden."""
    total = row(
        "total", "Tổng số", figures(741, 402, 61, 22, 8, assisted=12, mature=2460, voided=2)
    )
    agencies = [
        row(AGENCY, "Ủy ban nhân dân quận Bình Thạnh", figures(141, 102, 21, 12, 3, mature=400)),
        row("000.00.19.H29.P01", "Ủy ban nhân dân Phường 1", figures(600, 300, 40, 10, 5)),
        row("000.00.19.H29.P02", "Ủy ban nhân dân Phường 2"),
        row("000.00.19.H29.P03", "Ủy ban nhân dân Phường 3"),
    ]
    procedures = [
        row("1.001612", "Thành lập hộ kinh doanh", figures(700, 400, 60, 20, 8)),
        row("1.000894", "Đăng ký kết hôn", figures(41, 0, 0, 0, 0)),
        row("2.000635", "Cấp bản sao trích lục hộ tịch"),
        row("1.004222", "Đăng ký thường trú", figures(0, 0, 0, 0, 0), FigureState.EMPTY),
    ]
    return results(total, agencies, procedures)


def too_few() -> Results:
    return results(row("total", "Tổng số"), [row(AGENCY, "Ủy ban nhân dân quận Bình Thạnh")])


def nobody() -> Results:
    return results(row("total", "Tổng số", figures(0, 0, 0, 0, 0, assisted=0), FigureState.EMPTY))


SAMPLES = {
    "plenty": plenty,
    "too few": too_few,
    "nobody": nobody,
    "another period": lambda: results(
        row("total", "Tổng số", figures(6, 0, 0, 0, 1)), period="official-2019-12", agency_name=None
    ),
}


def result_pages(language="vi") -> dict[str, str]:
    """The page of results in every state, by name."""
    return {
        f"results {name}": bytes(results_page(made(), language, TODAY, URL).body).decode()
        for name, made in SAMPLES.items()
    }
