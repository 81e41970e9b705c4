"""How kpi shows scoreboards, and says why there is no figure."""

from collections.abc import Sequence

from contracts.kpi import RowView, Scoreboard, ScoreboardTarget
from contracts.vocabulary import FigureKind, FigureState
from services.kpi.domain import score
from services.kpi.indicators import Indicator, Plan, Test
from services.kpi.indicators.versions import A_DAY
from services.kpi.views import Asked, Reading, shown, version


def scoreboard(
    plan: Plan, readings: Sequence[tuple[Indicator, Test | None, Reading]], asked: Asked
) -> Scoreboard:
    """How a plan stands."""
    total = score(reading.verdict for _, _, reading in readings)
    return Scoreboard(
        plan=plan.id,
        title=plan.title,
        agency=asked.agency,
        agency_name=asked.agency_name,
        structure=asked.structure,
        period_from=asked.period.first,
        period_to=asked.period.end,
        as_of=asked.at,
        met=total.met,
        due=total.due,
        shown=total.shown,
        public=asked.public,
        targets=[_row(plan, *told, asked) for told in readings],
        others=[
            RowView(id=one.id, title=one.title.vi, title_en=one.title.en)
            for one in asked.library.others_of(plan)
        ],
        definition=version(plan, asked.library),
        under_check=asked.under_check,
    )


def _row(
    plan: Plan, indicator: Indicator, target: Test | None, reading: Reading, asked: Asked
) -> ScoreboardTarget:
    note = _not_asked(plan, asked) or _not_in_force(indicator, asked)
    return ScoreboardTarget(
        id=indicator.id,
        title=indicator.title.vi,
        title_en=indicator.title.en,
        operator=target.operator if target else None,
        target=target.target if target else None,
        shown=target.shown if target else None,
        provisional=not asked.over,
        source=indicator.source.sentence,
        note=_note(reading) if note is None else note,
        definition=version(indicator, asked.library),
        **shown(reading),
    )


def _not_asked(plan: Plan, asked: Asked) -> str | None:
    """That a plan does not ask for a period, which ends before it begins or after it is over."""
    if plan.asks_on(asked.period.end - A_DAY):
        return None
    last = plan.period_to - A_DAY
    return (
        f"Kế hoạch tính từ {plan.period_from:%d/%m/%Y} đến {last:%d/%m/%Y}: kỳ này kết thúc ngoài thời gian "
        "đó nên chỉ tiêu chưa đến hạn."
    )


def _not_in_force(indicator: Indicator, asked: Asked) -> str | None:
    if indicator.id not in asked.library.lapsed:
        return None
    return (
        "Chưa có số liệu: không có định nghĩa nào của chỉ số có hiệu lực vào ngày "
        f"{asked.period.end - A_DAY:%d/%m/%Y}."
    )


def _note(reading: Reading) -> str | None:
    figure = reading.figure
    if figure.state is FigureState.SUPPRESSED:
        return "Số phiếu còn ít nên chưa công bố."
    if figure.state is FigureState.EMPTY:
        return "Trong kỳ chưa phát sinh hồ sơ thuộc chỉ tiêu này."
    if figure.missing:
        return f"Chưa có số liệu: còn {len(figure.missing)} cơ quan chưa có báo cáo được duyệt."
    if figure.state is FigureState.NO_DATA:
        if figure.kind is FigureKind.RATIO and (figure.unknown or figure.unplaced):
            return "Chưa có số liệu: chưa có thông tin về các đối tượng được đếm."
        return "Chưa có số liệu: chưa có báo cáo được duyệt cho kỳ này."
    told = []
    if figure.unknown:
        told.append(f"Chưa có thông tin về {figure.unknown} trong số {figure.among}.")
    if figure.unplaced:
        told.append(f"Chưa rõ {figure.unplaced} đối tượng khác có thuộc chỉ tiêu này không.")
    return " ".join(told) or None
