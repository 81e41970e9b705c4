"""The page of every row of the plans, written from the definitions (danh mục chỉ tiêu). Values only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from contracts.vocabulary import FigureSource
from services.kpi.indicators.definitions import Indicator, Plan
from services.kpi.indicators.needs import Need, needs_of, series_of, values_of
from services.kpi.indicators.nodes import Test, Value
from services.kpi.indicators.versions import Library

ROWS = "k"
"""What the ids of rows of plans begin with; the national score has a table of its own."""

_HEAD = """# Danh mục chỉ tiêu của các kế hoạch

*Targets of the plans: what each figure counts, where it comes from, what is asked for.*

Sinh từ định nghĩa bằng `motcua kpi definitions --markdown`; sửa ở `services/kpi/indicators/shipped/`.
Nguồn (*source*): **đếm** từ hồ sơ đi qua hệ thống (*counted*), **danh mục** thủ tục (*catalogue*),
**kênh** đánh giá (*channels*), **báo cáo** của cơ quan có người thứ hai duyệt (*reported*), **nhập** từ
nơi khác (*imported*), **tính** từ chỉ tiêu khác (*derived*). “>” là *trên*: đúng bằng thì chưa đạt."""


def definitions_page(library: Library) -> str:
    """The page in Markdown, by plan, in the order of the rows."""
    lines = [_HEAD]
    for plan in sorted(library.plans.values(), key=lambda plan: _rows(plan, library)[0].id):
        lines += ["", *_plan(plan, _rows(plan, library), library)]
    return "\n".join(lines) + "\n"


def _rows(plan: Plan, library: Library) -> list[Indicator]:
    """Every row that rests on a plan, also those for which it sets no target."""
    found = (one for one in library.indicators.values() if one.source.plan_title == plan.title)
    return sorted((one for one in found if one.id.startswith(ROWS)), key=lambda one: one.id)


def _plan(plan: Plan, rows: list[Indicator], library: Library) -> Iterator[str]:
    last = plan.period_to - timedelta(days=1)
    yield f"## {plan.title}"
    yield ""
    yield f"*{plan.title_en}.* `{plan.id}`, {plan.period_from:%d/%m/%Y} - {last:%d/%m/%Y}."
    yield ""
    yield "| mã | chỉ tiêu | tính gì | nguồn | yêu cầu |"
    yield "|---|---|---|---|---|"
    asked = {target.indicator: target.target for target in plan.targets}
    for row in rows:
        target = asked.get(row.id, row.target)
        cells = (
            f"{row.id.upper()}, bản {row.version}",
            f"{row.title.vi}<br>*{row.title.en}*",
            row.counts.vi,
            ", ".join(sources(row, library)),
            _asked(row, target),
        )
        yield f"| {' | '.join(_cell(one) for one in cells)} |"
    chosen = [(row, choice) for row in rows for choice in row.choices]
    if chosen:
        yield ""
        yield "Cách hiểu đã chọn (*choices*):"
        yield ""
        yield from (f"- **{row.id.upper()}**: {choice}" for row, choice in chosen)


def sources(indicator: Indicator, library: Library) -> list[str]:
    """Where a figure comes from, each once."""
    value = indicator.value
    if value.plan_score is not None or value.score is not None:
        return ["tính"]
    needs = needs_of([indicator], library)
    asked = series_of([indicator], library)
    told = {library.series[name].source for name in asked if name in library.series}
    found = {
        "đếm": any(_counts_dossiers(one) for one in values_of(value)),
        "danh mục": Need.PROCEDURES in needs,
        "kênh": Need.CHANNELS in needs,
        "báo cáo": FigureSource.SELF_REPORTED in told,
        "nhập": FigureSource.IMPORTED in told,
    }
    return [name for name, so in found.items() if so]


def _counts_dossiers(value: Value) -> bool:
    if value.count or value.ratio or value.lowest or value.watched:
        return True
    node = value.share or value.tally
    return node is not None and any(one.passes or one.any_of for one in node.holds.each())


def _asked(indicator: Indicator, target: Test | None) -> str:
    """What is asked for; of several things together, each."""
    if indicator.value.whole is not None:
        parts = (f"{one.title.vi}: {one.target.shown}" for one in indicator.value.whole.parts)
        return "; ".join(parts)
    return target.shown if target else "không đặt"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
