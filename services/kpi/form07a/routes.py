"""Forms 07a and 07b over HTTP: as data, and as files for a spreadsheet."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from chassis.database import UnitOfWork
from chassis.edge import StrictRoute
from chassis.permissions import IndicatorReader
from chassis.running import Running
from chassis.web import Here, Reading, refusals
from contracts.form07a import Form07a, Form07b
from contracts.problems import Invalid
from contracts.vocabulary import VIETNAM, AdministrativeLevel, PeriodKind, Structure
from contracts.wire import Code
from services.kpi import views
from services.kpi.asking import asked_of, units_of
from services.kpi.calendars import period_of
from services.kpi.fields import field_names
from services.kpi.form07a.counting import lines
from services.kpi.form07a.levels import PARTS, by_level
from services.kpi.form07a.queries import counted
from services.kpi.form07a.sheets import form_csv, form_xlsx
from services.kpi.form07a.views import Of, form, form_by_level
from services.kpi.reach import UnknownAgency

router = APIRouter(prefix="/v1/reports", route_class=StrictRoute, tags=["forms"])

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class PeriodUnknown(Invalid):
    """There is no such period of this kind."""

    title_vi = "Không có kỳ báo cáo này"


class PeriodNotBegun(Invalid):
    """A period is told of from its first day on."""

    title_vi = "Kỳ báo cáo này chưa bắt đầu"


@dataclass(frozen=True)
class FormAsked:
    """Whose form is asked for, and of which period."""

    asked: views.Asked
    kind: PeriodKind
    key: str

    @property
    def as_of(self) -> datetime:
        """When the period ended, or now while that is to come."""
        return min(datetime.combine(self.asked.period.end, time.min, VIETNAM), self.asked.at)


async def _asked(  # noqa: PLR0917 - FastAPI passes them by name
    caller: IndicatorReader,
    here: Here,
    uow: Reading,
    kind: Annotated[PeriodKind, Query(description="The kind of period.")],
    key: Annotated[
        str, Query(max_length=20, description="The period, e.g. `2026-Q1` of `report_quarter`.")
    ],
    agency: Annotated[
        Code | None, Query(description="It and everything below it; the caller's own.")
    ] = None,
    by: Annotated[
        Structure,
        Query(alias="structure", description="By the agencies at the time, or by today's."),
    ] = Structure.THEN,
) -> FormAsked:
    try:
        period = period_of(kind, key)
    except ValueError as error:
        raise PeriodUnknown(f"Name the period rightly: {error}.") from error
    asked = await asked_of(agency, period, caller, here, uow, by)
    if asked.today < period.first:
        raise PeriodNotBegun("Ask for this period or an earlier one.")
    return FormAsked(asked, kind, key)


Asked = Annotated[FormAsked, Depends(_asked)]
REFUSED = refusals(UnknownAgency, PeriodUnknown, PeriodNotBegun)
AS_CSV = REFUSED | {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}
AS_XLSX = REFUSED | {200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}}


@router.get("/07a", responses=REFUSED)
async def read_form(_: IndicatorReader, here: Here, uow: Reading, asked: Asked) -> Form07a:
    """Form 07a of an agency and everything below it: received, settled and in progress, by field.

    Every line says whether the equations of the form hold on it, and which do not.
    """
    return await _form(asked, here, uow)


@router.get("/07a.csv", response_class=Response, responses=AS_CSV)
async def form_as_csv(_: IndicatorReader, here: Here, uow: Reading, asked: Asked) -> Response:
    """The same for a spreadsheet, as CSV, with Vietnamese headings and numbered columns."""
    told = await _form(asked, here, uow)
    return _file(form_csv(told), told, "csv", "text/csv; charset=utf-8")


@router.get("/07a.xlsx", response_class=Response, responses=AS_XLSX)
async def form_as_xlsx(_: IndicatorReader, here: Here, uow: Reading, asked: Asked) -> Response:
    """The same as a workbook of one sheet."""
    told = await _form(asked, here, uow)
    return _file(form_xlsx(told), told, "xlsx", XLSX)


@router.get("/07b", responses=REFUSED)
async def read_form_by_level(_: IndicatorReader, here: Here, uow: Reading, asked: Asked) -> Form07b:
    """Form 07b of a province: the columns of form 07a, apart for the province's agencies and its communes.

    Every line of each part, its total and the whole say whether the equations hold, and which do not.
    """
    return await _form_by_level(asked, here, uow)


@router.get("/07b.csv", response_class=Response, responses=AS_CSV)
async def form_by_level_as_csv(
    _: IndicatorReader, here: Here, uow: Reading, asked: Asked
) -> Response:
    """The same for a spreadsheet, as CSV, with Vietnamese headings and numbered columns."""
    told = await _form_by_level(asked, here, uow)
    return _file(form_csv(told), told, "csv", "text/csv; charset=utf-8")


@router.get("/07b.xlsx", response_class=Response, responses=AS_XLSX)
async def form_by_level_as_xlsx(
    _: IndicatorReader, here: Here, uow: Reading, asked: Asked
) -> Response:
    """The same as a workbook of one sheet."""
    told = await _form_by_level(asked, here, uow)
    return _file(form_xlsx(told), told, "xlsx", XLSX)


async def _form(told: FormAsked, here: Running, uow: UnitOfWork) -> Form07a:
    found = await counted(await units_of(told.asked, here, uow), told.asked.period, told.as_of, uow)
    return form(lines(found), (await field_names(uow)).vi, _of(told))


async def _form_by_level(told: FormAsked, here: Running, uow: UnitOfWork) -> Form07b:
    apart = await by_level(await units_of(told.asked, here, uow), here)
    parts = {}
    for part in PARTS:
        found = lines(await counted(apart[part.level], told.asked.period, told.as_of, uow))
        if found or part.level is not AdministrativeLevel.DISTRICT:
            parts[part] = found
    return form_by_level(parts, (await field_names(uow)).vi, _of(told))


def _of(told: FormAsked) -> Of:
    return Of(told.asked, told.kind, told.key, told.as_of)


def _file(content: str | bytes, told: Form07a | Form07b, ending: str, media: str) -> Response:
    form_number = told.form.split("/", maxsplit=1)[0]
    name = f"{form_number}-{told.agency}-{told.kind}-{told.key}.{ending}".replace("/", "_")
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, headers=headers, media_type=media)
