"""How the portal's answers are shown, and our figures beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from contracts.national_evaluations import (
    AnswerMapping,
    DepartmentView,
    Difference,
    DifferenceRow,
    DifferenceTable,
    EvaluationFullView,
    EvaluationPage,
    EvaluationView,
    NationalFigureView,
    OurSide,
    TheirSide,
)
from contracts.vocabulary import AnswerState
from services.kpi.domain import decimal_text
from services.kpi.indicators import PartRead
from services.kpi.national.commands import figures_of
from services.kpi.national.comparing import Compared, Side
from services.kpi.national.gathering import Gathered
from services.kpi.national.mapping import components, shipped
from services.kpi.national.reading import NationalFigure
from services.kpi.national.tables import NationalDepartment, NationalEvaluation
from services.kpi.reports.views import cursor_of

GUESS_VI = (
    "Tên trường trong câu trả lời của Cổng chưa kiểm chứng: vị trí đọc số liệu là phỏng đoán, "
    "cần đối chiếu với câu trả lời thật."
)
GUESS_EN = (
    "Names within the portal's answer are not verified: the places it is read at are a guess, to be "
    "checked against a real answer."
)
NOTES_VI = (
    "Chênh lệch là số liệu của hệ thống này trừ số liệu của Cổng, cùng kỳ, cùng cơ quan.",
    "Số của Cổng để trống là chưa có số liệu, không tính là 0.",
    "Công thức của hai bên có thể khác nhau: xem phần lựa chọn của từng chỉ số.",
)
NOTES_EN = (
    "A difference is the figure here less the portal's, of the same days and the same agency.",
    "What the portal leaves empty is not told, and is not 0.",
    "The two sides may count differently: see the choices of each indicator.",
)


def evaluation_view(
    row: NationalEvaluation, last: Mapping[str, int], meant: Mapping[str, str]
) -> EvaluationView:
    """An answer, without the answer itself."""
    departments = list(dict.fromkeys(one["department"] for one in row.figures))
    in_force = row.number == last.get(row.question, row.number)
    return EvaluationView(
        id=row.id,
        evaluation=row.evaluation,
        agency=row.agency,
        root_department=row.root_department,
        period_from=row.first,
        period_to=row.end,
        sha256=row.sha256,
        size=row.size,
        stored_at=row.stored_at,
        stored_by=row.stored_by,
        number=row.number,
        state=AnswerState.IN_FORCE if in_force else AnswerState.SUPERSEDED,
        mapping_shipped=row.shipped,
        departments=len(departments),
        unmapped=[one for one in departments if one not in meant],
    )


def full_view(
    row: NationalEvaluation, last: Mapping[str, int], meant: Mapping[str, str]
) -> EvaluationFullView:
    """An answer with all it says."""
    return EvaluationFullView(
        **evaluation_view(row, last, meant).model_dump(),
        asked=row.asked,
        mapping=AnswerMapping.model_validate(row.mapping),
        figures=[figure_view(one, meant) for one in figures_of(row)],
        answer=row.answer,
    )


def evaluation_page(
    rows: Sequence[NationalEvaluation],
    limit: int,
    last: Mapping[str, int],
    meant: Mapping[str, str],
) -> EvaluationPage:
    """A page of answers, of which one more than fits was asked for."""
    shown = rows[:limit]
    more = cursor_of(shown[-1].stored_at, shown[-1].id) if len(rows) > limit else None
    items = [evaluation_view(row, last, meant) for row in shown]
    return EvaluationPage(items=items, next_cursor=more)


def figure_view(one: NationalFigure, meant: Mapping[str, str]) -> NationalFigureView:
    """What the portal told of a department."""
    return NationalFigureView(
        department=one.department,
        code=one.code,
        name=one.name,
        agency=meant.get(one.department),
        component=one.component,
        count=one.count,
        among=one.among,
        points=one.points,
        provisional=one.provisional,
        reported=one.reported,
    )


def department_view(row: NationalDepartment) -> DepartmentView:
    """Whom a department means."""
    return DepartmentView(
        department=row.department, agency=row.agency, by=row.by, at=row.at, revision=row.revision
    )


def difference_table(
    found: Gathered, names: Mapping[str, str], last: Mapping[str, int]
) -> DifferenceTable:
    """Both sides of every agency."""
    asked = found.asked
    indicator = asked.library.find(found.component)
    guessed = any(row.shipped for row in found.answers) and not shipped().verified
    return DifferenceTable(
        component=indicator.id,
        title_vi=indicator.title.vi,
        title_en=indicator.title.en,
        most=decimal_text(components(asked.library)[indicator.id].most),
        agency=asked.agency,
        agency_name=asked.agency_name,
        structure=asked.structure,
        period_from=asked.period.first,
        period_to=asked.period.end,
        counted_at=asked.at,
        answers=[evaluation_view(row, last, found.meant) for row in found.answers],
        rows=[_row(row, found, names) for row in found.rows],
        unmapped=[figure_view(one, found.meant) for one in found.unmapped],
        notes_vi=[*([GUESS_VI] if guessed else []), *NOTES_VI],
        notes_en=[*([GUESS_EN] if guessed else []), *NOTES_EN],
    )


def _row(row: Compared, found: Gathered, names: Mapping[str, str]) -> DifferenceRow:
    read, told = found.reads.get(row.agency), found.told.get(row.agency)
    return DifferenceRow(
        agency=row.agency,
        agency_name=names.get(row.agency),
        state=row.state,
        ours=None if read is None else _ours(read, row.ours),
        theirs=None if told is None else _theirs(told, row.theirs),
        difference=_difference(row.difference) if row.difference.told else None,
    )


def _ours(read: PartRead, side: Side) -> OurSide:
    return OurSide(
        count=side.count,
        among=side.among,
        value=None if side.value is None else decimal_text(side.value),
        points=None if side.points is None else decimal_text(side.points),
        state=read.figure.state,
    )


def _theirs(told: NationalFigure, side: Side) -> TheirSide:
    return TheirSide(
        department=told.department,
        count=side.count,
        among=side.among,
        value=None if side.value is None else decimal_text(side.value),
        points=told.points,
        provisional=told.provisional,
        reported=told.reported,
    )


def _difference(side: Side) -> Difference:
    return Difference(
        count=side.count,
        among=side.among,
        ratio=None if side.value is None else str(side.value),
        value=None if side.value is None else decimal_text(side.value),
        points=None if side.points is None else decimal_text(side.points),
    )
