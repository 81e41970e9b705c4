"""The criteria that dossiers and catalogue give: what they come to, and what the others would need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chassis.database import UnitOfWork
from services.kpi import queries as kpi
from services.kpi import structure, views
from services.kpi.indicators.entities import PARTLY_ONLINE
from services.kpi.indicators.needs import Need
from services.kpi.quality import queries
from services.kpi.quality.scoring import (
    OnlineService,
    Score,
    answer_scores,
    mean_of,
    online_score,
)
from services.kpi.quality.standard import standard

TIME, ONLINE = 1, 9


@dataclass(frozen=True)
class Why:
    """What a criterion is computed from, or why it is not."""

    vi: str
    en: str


_ANSWERED = Why(
    "Tính từ câu trả lời của người dân về hồ sơ có kết quả trong kỳ, không kể phiếu cán bộ nhập hộ.",
    "From citizens' answers on dossiers with a result in the period, without what officers entered.",
)

WHY: Mapping[int, Why] = {
    1: Why(
        "Tính từ hồ sơ có kết quả trong kỳ và có thời hạn: sớm hạn 2, đúng hạn 1, quá hạn 0 điểm.",
        "From dossiers with a result in the period and a limit: early 2, on the day 1, late 0.",
    ),
    2: Why(
        "Sự kiện chỉ báo bước nào trễ, không báo bước nào sớm hay đúng hạn: trung bình sẽ luôn là 0.",
        "Events tell only which stage was late, none that was early or on the day: a mean would always be 0.",
    ),
    3: _ANSWERED,
    4: _ANSWERED,
    5: Why(
        "Danh mục chưa cho biết thủ tục nào giải quyết ngay tại Bộ phận Một cửa.",
        "The catalogue does not tell which procedures are decided at the one-stop.",
    ),
    6: _ANSWERED,
    7: Why(
        "Tính từ câu trả lời về phản ánh thái độ và thời gian như tiêu chí 1; trễ hạn mà không có phản ánh "
        "thì chưa rõ điểm.",
        "From answers about a complaint and the time of criterion 1; late without a complaint is not known.",
    ),
    8: Why(
        "Phản ánh, kiến nghị không có trong sự kiện của bộ phận một cửa.",
        "No event of the one-stop tells of petitions.",
    ),
    9: Why(
        "Tính từ danh mục cuối kỳ (thủ tục đủ điều kiện, mức độ 3, 4) và hồ sơ tiếp nhận trong kỳ.",
        "From the catalogue at the end (eligible, level 3 and 4) and dossiers received in the period.",
    ),
}


async def computed(asked: views.Asked, uow: UnitOfWork) -> Mapping[int, Score]:
    """The criteria that can be computed of the agency itself, without those below it, by number."""
    agency, period = asked.agency, asked.period
    units = structure.as_then({agency})
    counted = await kpi.measure(agency, units, period, frozenset({Need.PROCEDURES}), uow)
    cells = counted.cells().values()

    def summed(name: str) -> int:
        return sum(amounts.get(name, 0) for amounts in cells)

    eligible = [one for one in counted.procedures() if one.eligible_online]
    online = OnlineService(
        eligible=len(eligible),
        offered=sum(one.online_level >= PARTLY_ONLINE for one in eligible),
        received=summed("received"),
        online=summed("received_online"),
        late=await queries.late_online(agency, period, uow),
    )
    return {
        **answer_scores(await queries.answers(agency, period, uow)),
        TIME: mean_of(await queries.time_points(agency, period, uow)),
        ONLINE: online_score(online, standard()),
    }
