"""Evidence packs over HTTP."""

from collections.abc import AsyncIterator
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from chassis.edge import StrictRoute
from chassis.permissions import IndicatorReader
from chassis.running import Running
from chassis.web import Here, Reading, Works, refusals
from contracts.periods import Span
from contracts.problems import Forbidden, NotFound
from contracts.vocabulary import Structure
from contracts.wire import Code, Day
from services.kpi import views
from services.kpi.asking import (
    DefinitionNotInForce,
    PeriodInvalid,
    asked_of,
    indicator_of,
    measured,
    span_of,
    units_of,
)
from services.kpi.counted import Counted
from services.kpi.evidence import files
from services.kpi.evidence.audit import leave_trace
from services.kpi.evidence.gathering import (
    Case,
    counted_over_dossiers,
    dossiers,
    entities,
    is_listed,
)
from services.kpi.indicators import Indicator
from services.kpi.opening import definitions_of
from services.kpi.reach import UnknownAgency

router = APIRouter(prefix="/v1", route_class=StrictRoute)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Pack(StrEnum):
    """What an evidence pack comes as."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    ZIP = "zip"


MEDIA = {
    Pack.JSON: "application/json",
    Pack.CSV: "text/csv; charset=utf-8",
    Pack.XLSX: XLSX,
    Pack.ZIP: "application/zip",
}


class NoIndicator(NotFound):
    """There is no such indicator."""

    title_vi = "Không có chỉ số này"


class EvidenceConfidential(Forbidden):
    """What is behind a satisfaction figure is never listed."""

    title_vi = "Không liệt kê hồ sơ của chỉ số hài lòng"


class NoEvidence(NotFound):
    """This figure counts nothing that could be listed."""

    title_vi = "Chỉ số này không đếm theo hồ sơ hay danh mục"


@router.get(
    "/indicators/{id}/evidence",
    tags=["indicators"],
    response_class=StreamingResponse,
    responses=refusals(
        NoIndicator,
        DefinitionNotInForce,
        UnknownAgency,
        PeriodInvalid,
        EvidenceConfidential,
        NoEvidence,
    )
    | {
        200: {
            "content": {
                "application/json": {"schema": {"type": "object"}},
                "text/csv": {"schema": {"type": "string"}},
                XLSX: {"schema": {"type": "string", "format": "binary"}},
                "application/zip": {"schema": {"type": "string", "format": "binary"}},
            }
        }
    },
)
async def read_evidence(  # noqa: PLR0917 - FastAPI passes them by name
    id: Code,
    caller: IndicatorReader,
    here: Here,
    uow: Reading,
    works: Works,
    first: Annotated[Day, Query(alias="from", description="First day, in Vietnam.")],
    end: Annotated[Day, Query(alias="to", description="The day after the last.")],
    agency: Annotated[
        Code | None, Query(description="It and everything below it; the caller's own.")
    ] = None,
    by: Annotated[
        Structure,
        Query(alias="structure", description="By the agencies at the time, or by today's."),
    ] = Structure.THEN,
    pack: Annotated[Pack, Query(alias="format", description="What it comes as.")] = Pack.JSON,
) -> StreamingResponse:
    """A figure with everything behind it, to take away: its definition, digests, and every case.

    A row for each dossier, or each agency, field or procedure where those are counted; `counts` tells those
    that count from those they are counted among. Asking for it is recorded.
    """
    period = span_of(first, end, here)
    indicator = _listed(id, period, here)
    asked = await asked_of(agency, period, caller, here, uow, by)
    counted = await measured(asked, [indicator], here, uow, alone=True)
    told_of = f"{indicator.id} {asked.agency} {asked.period.first} {asked.period.end}"
    await works(leave_trace, "evidence", f"{told_of} {pack}", caller)
    if counted_over_dossiers(indicator):
        cases = dossiers(indicator, asked, await units_of(asked, here, uow), counted, uow)
    else:
        cases = _each(entities(indicator, counted))
    name = told_of.replace(" ", "-").replace("/", "_")
    disposition = f'attachment; filename="evidence-{name}.{pack}"'
    return StreamingResponse(
        _written(pack, _head(indicator, asked, counted), cases),
        media_type=MEDIA[pack],
        headers={"Content-Disposition": disposition, "Cache-Control": "no-store"},
    )


def _listed(id: str, period: Span, here: Running) -> Indicator:
    if id not in definitions_of(here).indicators:
        raise NoIndicator("See /v1/indicators for those there are.")
    indicator = indicator_of(id, period, here)
    if indicator.confidential:
        raise EvidenceConfidential("Who was satisfied is nobody's business; coverage is k36.")
    if not is_listed(indicator):
        raise NoEvidence("Ask for a figure counted over dossiers, agencies, fields or procedures.")
    return indicator


def _head(indicator: Indicator, asked: views.Asked, counted: Counted) -> dict[str, Any]:
    reading = views.read(indicator, indicator.target, counted, asked)
    figure = views.figure_view(indicator, reading, asked, counted.digest)
    told: dict[str, Any] = figure.model_dump(mode="json")
    return {
        "indicator": indicator.id,
        "agency": asked.agency,
        "from": str(asked.period.first),
        "to": str(asked.period.end),
        "structure": str(asked.structure),
        "figure": told,
        "definition_digest": indicator.digest,
        "cells_digest": figure.cells_digest,
    }


async def _each(cases: list[Case]) -> AsyncIterator[Case]:
    for case in cases:
        yield case


def _written(pack: Pack, head: dict[str, Any], cases: AsyncIterator[Case]) -> AsyncIterator[bytes]:
    match pack:
        case Pack.CSV:
            return files.as_csv(cases)
        case Pack.XLSX:
            return files.as_xlsx(head, cases)
        case Pack.ZIP:
            return files.as_zip(head, cases)
        case Pack.JSON:
            return files.as_json(head, cases)
