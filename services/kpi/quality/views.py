"""How scores of quality are shown."""

from collections.abc import Mapping

from contracts.quality import (
    ComputedView,
    CriterionView,
    QualityScores,
    QualityTotal,
    ScoredView,
)
from contracts.rating.questionnaires import Bilingual
from contracts.vocabulary import ComputedState, FigureState, PeriodKind
from services.kpi.domain import decimal_text
from services.kpi.quality.computing import WHY
from services.kpi.quality.scoring import FROM_ANSWERS, Score, Total, total
from services.kpi.quality.standard import Criterion, standard
from services.kpi.views import Asked

NOTES_VI = (
    "Tiêu chí chưa có báo cáo được duyệt thì chưa có điểm, không tính là 0; đủ chín tiêu chí mới xếp loại.",
    "Điểm tính từ hồ sơ chỉ của chính cơ quan, không gồm cơ quan cấp dưới, và không thay điểm tự chấm.",
    "Chưa đọc nguyên văn Thông tư 01/2018: tiêu chí và ngưỡng lấy từ biểu mẫu của hệ thống một cửa.",
)
NOTES_EN = (
    "A criterion without an approved report has no points, which is not 0; a class needs all nine.",
    "What is computed is of the agency itself, without those below it, and takes no score's place.",
    "The circular was not read: criteria and bounds are those of a one-stop system's form.",
)


def quality_scores(
    asked: Asked,
    period: tuple[PeriodKind, str],
    scored: Mapping[str, Mapping[int, Score]],
    computed: Mapping[int, Score],
) -> QualityScores:
    """The criteria of a unit and a quarter; `scored` is by whose hand, ``self`` or ``verified``."""
    told = standard()
    by_itself, verified = scored["self"], scored["verified"]
    return QualityScores(
        standard=told.id,
        source=told.source,
        agency=asked.agency,
        agency_name=asked.agency_name,
        kind=period[0],
        quarter=period[1],
        period_from=asked.period.first,
        period_to=asked.period.end,
        counted_at=asked.at,
        full=told.full,
        criteria=[
            _criterion(
                one,
                by_itself.get(one.number),
                verified.get(one.number),
                _computed(one.number, computed.get(one.number), asked.suppress_below),
            )
            for one in told.criteria
        ],
        self_scored=_total(total(by_itself, told)),
        verified=_total(total(verified, told)),
        notes_vi=list(NOTES_VI),
        notes_en=list(NOTES_EN),
    )


def _criterion(
    one: Criterion, by_itself: Score | None, verified: Score | None, computed: ComputedView
) -> CriterionView:
    return CriterionView(
        criterion=one.number,
        label=Bilingual(vi=one.vi, en=one.en),
        whole_unit=one.whole_unit,
        self_scored=_scored(by_itself),
        verified=_scored(verified),
        computed=computed,
    )


def _scored(score: Score | None) -> ScoredView:
    if score is None:
        return ScoredView(state=FigureState.NO_DATA, sum=None, n=None, mean=None, report=None)
    return ScoredView(
        state=score.state, sum=score.sum, n=score.n, mean=_mean(score), report=score.report
    )


def _computed(number: int, score: Score | None, suppress_below: int) -> ComputedView:
    state = ComputedState.NOT_COMPUTED
    if score is not None:
        state = ComputedState.OK if score.n else ComputedState.EMPTY
        if number in FROM_ANSWERS and 0 < score.n < suppress_below:
            state, score = ComputedState.SUPPRESSED, None
    return ComputedView(
        state=state,
        sum=None if score is None else score.sum,
        n=None if score is None else score.n,
        mean=None if score is None else _mean(score),
        why_vi=WHY[number].vi,
        why_en=WHY[number].en,
    )


def _mean(score: Score) -> str | None:
    return None if score.mean is None else decimal_text(score.mean)


def _total(found: Total) -> QualityTotal:
    return QualityTotal(
        state=FigureState.NO_DATA if found.total is None else FigureState.OK,
        total=None if found.total is None else decimal_text(found.total),
        quality_class=found.quality_class,
        told=found.told,
        partial=decimal_text(found.partial) if found.told else None,
    )
