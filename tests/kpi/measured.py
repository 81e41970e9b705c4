"""What was measured, put together by a test, and what figures are read from it."""

from datetime import date, timedelta

from contracts.vocabulary import FigureSource, SeriesKind
from services.kpi.counted import Counted
from services.kpi.domain import Span
from services.kpi.indicators import INDICATORS, LIBRARY, ProcedureRow, Reader
from services.kpi.reports.values import Approved

YEAR = Span(date(2020, 1, 1), date(2021, 1, 1))


def measured(**told):
    """Measures of an agency over 2020."""
    return Counted(**{"agency": "A", "period": YEAR} | told)


def reader(*, over=True, suppress_below=0, library=LIBRARY, **told):
    """Reads figures from what a test says was measured."""
    return Reader(measured(**told), over=over, suppress_below=suppress_below, library=library)


def figure_of(id, **told):
    """The figure of a shipped indicator."""
    return reader(**told).figure(INDICATORS[id])


def verdict_of(id, *, over=True, **told):
    """How a shipped indicator stands against its own target."""
    indicator = INDICATORS[id]
    return reader(over=over, **told).read(indicator, indicator.target).verdict


def cell(agency="A", field="f", **amounts):
    """Measures of one agency and field."""
    return {"by_field": {(agency, field): amounts}}


def row(code, **told):
    """A procedure that is told to be nothing special."""
    values = {"field": "f", "online_level": 2, "by_post": False, "on_national_portal": False}
    return ProcedureRow(code=code, **(values | told))


def rows(*told):
    """A catalogue of procedures, each by what is told of it."""
    return {"at_the_end": [row(f"p{n}", **one) for n, one in enumerate(told)]}


def Told(agency="A", count=None, among=None, **rest):  # noqa: N802 - reads as the report it makes
    """An approved report of the whole year, or of a happening on a day of it."""
    values = {"series": "", "period": YEAR, "kind": SeriesKind.RATIO}
    source = FigureSource.SELF_REPORTED
    if rest.get("occurred_on"):
        values["period"] = Span(rest["occurred_on"], rest["occurred_on"] + timedelta(days=1))
    return Approved(
        **values | {"source": source, "agency": agency, "count": count, "among": among} | rest
    )


def told(series, *reports, owing=("A",), **world):
    """Approved reports of a series."""
    return {"reports": {series: list(reports)}, "owing_by_series": {series: set(owing)}} | world
