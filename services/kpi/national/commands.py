"""Taking the portal's answers over, and saying whom its departments mean."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.running import Running
from contracts.national_evaluations import AnswerMapping, EvaluationUpload
from contracts.periods import Span
from contracts.problems import Conflict, FieldError, Invalid, NotFound
from services.kpi.indicators.versions import A_DAY
from services.kpi.national import queries
from services.kpi.national.asked import ASKED, span_asked
from services.kpi.national.mapping import components, shipped
from services.kpi.national.reading import NationalFigure, figures
from services.kpi.national.tables import NationalDepartment, NationalEvaluation
from services.kpi.opening import definitions_of
from services.kpi.reach import UnknownAgency, within_reach


class UnknownEvaluation(NotFound):
    """No such answer of the portal is within your reach."""

    title_vi = "Không tìm thấy câu trả lời này của Cổng"


class ComponentUnknown(Invalid):
    """The mapping names a component that the national score does not have."""

    title_vi = "Thành phần không thuộc Bộ chỉ số 766"


class DepartmentMappedElsewhere(Conflict):
    """The department means an agency beyond your reach."""

    title_vi = "Đơn vị trên Cổng đã được ánh xạ tới cơ quan khác"


@dataclass(frozen=True)
class Taken:
    """An answer that was taken over, and whether it had come before."""

    row: NationalEvaluation
    repeated: bool


async def take_over(
    told: EvaluationUpload, caller: Principal, here: Running, uow: UnitOfWork
) -> Taken:
    """Keep an answer of the portal (nhập số liệu của Cổng) as it came, with what is read in it.

    The same answer again, read at the same places, is the one in force; another one takes its place and
    the earlier stays. Raises `UnknownAgency`, `QuestionUnsuited`, `ComponentUnknown`, `AnswerNotOk`,
    `AnswerUnfit`.
    """
    agency = await within_reach(told.agency, caller, here)
    span = span_asked(told)
    mapping = told.mapping or shipped().evaluations[told.evaluation]
    _expect_components(mapping, span, here)
    read = [asdict(one) for one in figures(told.answer, mapping)]
    asked = told.model_dump(mode="json", include=set(ASKED))
    question = _digest([agency, told.evaluation, span.first, span.end, told.root_department])
    raw = told.answer.encode()
    row = NationalEvaluation.of(
        question=question,
        agency=agency,
        evaluation=told.evaluation,
        first=span.first,
        end=span.end,
        root_department=told.root_department,
        asked={name: value for name, value in asked.items() if value is not None},
        answer=told.answer,
        sha256=hashlib.sha256(raw).hexdigest(),
        size=len(raw),
        mapping=mapping.model_dump(mode="json"),
        shipped=told.mapping is None,
        figures=read,
        stored_at=uow.now,
        stored_by=caller.client,
    )
    last = await queries.last_answer(question, uow)
    if last is not None and (last.sha256, last.mapping) == (row.sha256, row.mapping):
        return Taken(last, repeated=True)
    row.number = 1 if last is None else last.number + 1
    row.id = _digest([question, row.number])[:32]
    uow.add(row)
    return Taken(row, repeated=False)


async def expect_answer(
    id: str, caller: Principal, here: Running, uow: UnitOfWork
) -> NationalEvaluation:
    """An answer within the caller's reach. Raises `UnknownEvaluation`."""
    row = await queries.answer(id, uow)
    if row is None or not await here.tree.covers(caller, row.agency):
        raise UnknownEvaluation("No answer of this id is within your reach.")
    return row


async def map_department(
    department: str, agency: str, caller: Principal, here: Running, uow: UnitOfWork
) -> NationalDepartment:
    """Say which agency a department of the portal means (ánh xạ đơn vị); said again nothing changes.

    Raises `UnknownAgency`, `DepartmentMappedElsewhere`.
    """
    if not await here.tree.knows(agency):
        raise UnknownAgency("Name an agency of the directory within your reach.")
    whose = await within_reach(agency, caller, here)
    row = await uow.get(NationalDepartment, department)
    if row is None:
        row = NationalDepartment.of(
            department=department, agency=whose, by=caller.client, at=uow.now
        )
        uow.add(row)
        return row
    if not await here.tree.covers(caller, row.agency):
        raise DepartmentMappedElsewhere("Have it mapped by whoever speaks for both agencies.")
    if row.agency != whose:
        row.change(agency=whose, by=caller.client, at=uow.now, revision=row.revision + 1)
    return row


async def agencies_of(
    told: Sequence[NationalFigure], here: Running, uow: UnitOfWork
) -> Mapping[str, str]:
    """The agencies that departments mean, by the portal's ids: by any code they carry, or as was said.

    A code of the directory goes first, so that nobody's department is said to be another's.
    """
    found = {}
    for one in told:
        code = one.code or one.department
        if one.department not in found and await here.tree.knows(code):
            found[one.department] = await here.tree.canonical(code)
    others = {one.department for one in told} - found.keys()
    return found | dict(await queries.said_departments(others, uow))


def figures_of(row: NationalEvaluation) -> list[NationalFigure]:
    """What was read in an answer."""
    return [NationalFigure(**one) for one in row.figures]


def _expect_components(mapping: AnswerMapping, span: Span, here: Running) -> None:
    known = components(definitions_of(here).in_force(span.end - A_DAY))
    for name in mapping.components:
        if name not in known:
            detail = f"Name components of the national score: {', '.join(known)}."
            error = FieldError(
                pointer="/mapping/components", code="unknown-component", detail=detail
            )
            raise ComponentUnknown(detail, errors=[error])


def _digest(told: Any) -> str:
    text = json.dumps(told, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
