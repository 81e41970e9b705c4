"""Pages of the board below a plan, from small invented values: shares, points, hidden rows, nothing."""

from datetime import UTC, date, datetime

from contracts.board import BoardTarget, BoardUnit, ClosedFigure, EditionNote
from contracts.exploring import (
    BreakdownRow,
    BreakdownView,
    DistributionView,
    FigureCoverage,
    LevelView,
    ProcedureStanding,
    ProcedureTarget,
    SilentUnit,
    SourceHeard,
    TrendPoint,
    TrendView,
    UnitHeard,
    WatchCriteria,
    WatchedField,
    WatchListView,
)
from contracts.kpi import (
    DefinitionView,
    EntryView,
    FigureView,
    PartView,
    SourceView,
    TargetView,
)
from contracts.periods import following
from contracts.plan_tasks import PlanTasks
from contracts.vocabulary import (
    BreakdownBy,
    FigureKind,
    FigureState,
    Operator,
    RowsOf,
    Verdict,
    WatchReason,
)
from gateway.web.board_frame import Frame
from gateway.web.board_procedure import procedure_page
from gateway.web.board_target import target_page
from gateway.web.board_unit import unit_page
from gateway.web.board_watch import watch_list_page

AS_OF = datetime(2020, 12, 30, 17, 5, tzinfo=UTC)
URL = "https://motcua.example"
OVER_90 = TargetView(operator=Operator.GT, target="0.9", shown="> 90 %")
FIELDS = {
    "dat-dai": "Đất đai",
    "ho-tich": "Hộ tịch",
    "ho-kinh-doanh": "Đăng ký hộ kinh doanh",
    "xay-dung": "Cấp phép xây dựng",
}
UNITS = {
    "000.10.19.H29": "Ủy ban nhân dân quận Bình Thạnh",
    "000.11.19.H29": "Ủy ban nhân dân Quận 1",
    "000.12.19.H29": "Sở Nông nghiệp và Phát triển nông thôn",
}
SHARES = {
    "000.10.19.H29": [(980, 1000), (412, 420), (95, 96), (171, 200)],
    "000.11.19.H29": [(1203, 1250), (690, 700), None, (44, 48)],
    "000.12.19.H29": [(88, 90), None, (3, 3), None],
}
WHOSE = {
    "agency": "H29",
    "agency_name": "Thành phố Hồ Chí Minh",
    "period_from": date(2020, 1, 1),
    "period_to": date(2021, 1, 1),
    "as_of": AS_OF,
    "provisional": True,
    "public": True,
}
DEFINITION = DefinitionView(
    id="k04",
    version=2,
    title_vi="Đơn vị đạt tỷ lệ đúng hạn trong từng lĩnh vực trên 90 %",
    title_en="Units above 90 % on time in every field",
    counts_vi="Số đơn vị đúng hạn trên 90 % trong mọi lĩnh vực / số đơn vị có hồ sơ đã giải quyết",
    counts_en="Units above 90 % on time in every field / units that settled anything",
    choices_vi=["Đơn vị không có hồ sơ đã giải quyết trong kỳ không nằm trong mẫu số."],
    source=SourceView(
        plan_title="Kế hoạch cải cách hành chính năm 2020",
        sentence="100% đơn vị đạt tỷ lệ hồ sơ giải quyết đúng hạn trong từng lĩnh vực từ trên 90%",
        document="39/KH",
    ),
)


def over_90(count, among):
    return Verdict.MET if count * 10 > among * 9 else Verdict.NOT_MET


def row(count, among, verdict=None, **place):
    """A row as kpi tells it; one without a count is hidden."""
    if count is None:
        state, verdict = FigureState.SUPPRESSED, Verdict.UNDECIDED
    else:
        state, verdict = FigureState.OK, verdict or over_90(count, among)
    value = None if count is None else str(round(count / among, 6))
    return BreakdownRow(
        count=count,
        among=among if count is not None else None,
        value=value,
        state=state,
        verdict=verdict,
        **place,
    )


def breakdown(by, rows, total, **told):
    return BreakdownView.model_validate(
        WHOSE
        | {
            "indicator": "k04",
            "by": by,
            "rows_of": RowsOf.DOSSIERS,
            "definition": DEFINITION,
            "test": OVER_90,
            "total": total,
            "rows": rows,
            "hidden": sum(one.state is FigureState.SUPPRESSED for one in rows),
            "minimum": 10,
        }
        | told
    )


def cells():
    """Units by fields; one cell is hidden, and one more that would give it away."""
    rows = []
    for unit, told in SHARES.items():
        for (field, name), pair in zip(FIELDS.items(), told, strict=True):
            place = {"agency": unit, "agency_name": UNITS[unit], "field": field, "field_name": name}
            if pair is not None:
                hidden = unit.startswith("000.12")
                rows.append(row(*((None, None) if hidden else pair), **place))
    return breakdown(BreakdownBy.AGENCY_FIELD, rows, row(3686, 3807))


def agencies():
    rows = [
        row(3, 4, Verdict.NOT_MET, agency="000.10.19.H29", agency_name=UNITS["000.10.19.H29"]),
        row(3, 3, Verdict.MET, agency="000.11.19.H29", agency_name=UNITS["000.11.19.H29"]),
        row(2, 2, Verdict.MET, agency="000.12.19.H29", agency_name=UNITS["000.12.19.H29"]),
    ]
    told = {"rows_of": RowsOf.FIELDS, "minimum": 0}
    return breakdown(BreakdownBy.AGENCY, rows, row(2, 3, Verdict.NOT_MET), **told)


def by_field():
    rows = [
        row(2271, 2340, field="dat-dai", field_name=FIELDS["dat-dai"]),
        row(1102, 1120, field="ho-tich", field_name=FIELDS["ho-tich"]),
        row(98, 99, field="ho-kinh-doanh", field_name=FIELDS["ho-kinh-doanh"]),
        row(215, 248, field="xay-dung", field_name=FIELDS["xay-dung"]),
    ]
    return breakdown(BreakdownBy.FIELD, rows, row(3686, 3807))


def procedures():
    rows = [
        row(1, 1, Verdict.MET, procedure="1.001612", procedure_name="Thành lập hộ kinh doanh"),
        row(0, 1, Verdict.NOT_MET, procedure="1.004221", procedure_name="Cấp phép <xây dựng>"),
        row(5, 9, Verdict.NOT_MET),
    ]
    told = {"rows_of": RowsOf.ITSELF, "test": None, "minimum": 0}
    return breakdown(BreakdownBy.PROCEDURE, rows, row(1, 2, Verdict.NOT_MET), **told)


def trend(target=OVER_90, halves=24):
    points, first = [], date(2020, 1, 1)
    for place in range(halves):
        count, among = (179 + place, 200) if place < 20 else (None, None)
        state = FigureState.OK if count else FigureState.SUPPRESSED
        points.append(
            TrendPoint(
                first=first,
                end=following(first),
                count=count,
                among=among,
                value=str(count / among) if count else None,
                state=state,
                verdict=over_90(count, among) if count else Verdict.UNDECIDED,
            )
        )
        first = following(first)
    return TrendView.model_validate(
        WHOSE | {"indicator": "k04", "target": target, "points": points, "minimum": 10}
    )


def distribution(hidden=False):
    counts = [] if hidden else [741, 312, 90, 21, 9]
    return DistributionView.model_validate(
        WHOSE
        | {
            "indicator": "k37",
            "state": FigureState.SUPPRESSED if hidden else FigureState.OK,
            "ratings": None if hidden else sum(counts),
            "minimum": 10,
            "levels": [
                LevelView(level=5 - place, count=count) for place, count in enumerate(counts)
            ],
        }
    )


def heard(silent):
    """Those that told nothing of the period, of which the first never did at all, and one more."""
    days = [(None, None), (date(2020, 11, 2), 58), (date(2020, 12, 30), 0)]
    names = [*(f"S{n}" for n in range(silent)), "000.10.19.H29"]
    return [
        UnitHeard(
            agency=code,
            name=UNITS.get(code, f"Sở thứ {n}"),
            told=n == silent,
            last_on=day,
            quiet_days=since,
        )
        for n, (code, (day, since)) in enumerate(zip(names, days[-len(names) :], strict=True))
    ]


def coverage(silent=2):
    return FigureCoverage.model_validate(
        WHOSE
        | {
            "units": 24,
            "told": 24 - silent,
            "silent": [SilentUnit(agency=f"S{n}", name=f"Sở thứ {n}") for n in range(silent)],
            "agencies": heard(silent),
            "heard_at": AS_OF,
            "sources": [
                SourceHeard(
                    id="dossiers",
                    title_vi="Hồ sơ tiếp nhận mới nhất",
                    title_en="Newest dossier received",
                    newest_at=AS_OF,
                ),
                SourceHeard(
                    id="post", title_vi="Bưu gửi mới nhất", title_en="Newest item", newest_at=None
                ),
            ],
        }
    )


def figure_of(target):
    return FigureView(
        indicator=target.id,
        kind=target.kind,
        count=target.count,
        among=target.among,
        value=target.value,
        state=target.state,
        provisional=target.provisional,
        verdict=target.verdict,
        target=None,
        definition=DEFINITION,
        agency="H29",
        as_of=AS_OF,
        parts=target.parts,
    )


def a_part(id, **changes):
    usual = {
        "id": id,
        "title_vi": "Tỷ lệ thanh toán trực tuyến",
        "title_en": "Paid online",
        "kind": FigureKind.RATIO,
        "count": 30,
        "among": 40,
        "value": "0.75",
        "state": FigureState.OK,
        "verdict": Verdict.UNDECIDED,
    }
    return PartView.model_validate(usual | changes)


def target_of(target, **told):
    return BoardTarget.model_validate(
        {
            "plan": "hcmc-2020",
            "plan_title": "Kế hoạch cải cách hành chính năm 2020",
            "target": target,
            "figure": figure_of(target),
            "coverage": coverage(),
        }
        | told
    )


def k04(halves=24):
    """A figure of every unit and field, missed by one field of one unit."""
    from tests.gateway.page_samples import a_target

    target = a_target(
        "k04",
        2,
        3,
        title=DEFINITION.title_vi,
        title_en=DEFINITION.title_en,
        operator=Operator.GTE,
        target="1",
        shown="≥ 100 %",
        provisional=True,
        source=DEFINITION.source.sentence,
    )
    told = {
        "cells": cells(),
        "agencies": agencies(),
        "fields": by_field(),
        "trend": trend(halves=halves),
    }
    told["closed"] = closed()
    return target_of(target, **told)


def closed():
    """The period was closed at 3 of 3; one dossier was corrected and it was restated."""
    figure = EntryView(
        indicator="k04",
        kind=FigureKind.RATIO,
        count=3,
        among=3,
        value="1",
        state=FigureState.OK,
        verdict=Verdict.MET,
        operator=Operator.GTE,
        target="1",
        definition_version=2,
        definition_digest="0" * 64,
    )
    told = {"shown_vi": "đã chốt 100 %, hiện tại 66,6 % (1 hồ sơ sửa)"}
    told["shown_en"] = "closed 100 %, now 66.6 % (1 dossiers corrected)"
    editions = [
        EditionNote(number=1, cut_at=AS_OF, reason=None, hash="a" * 64),
        EditionNote(number=2, cut_at=AS_OF, reason="Bổ sung hồ sơ nhập muộn", hash="b" * 64),
    ]
    return ClosedFigure(figure=figure, changed=True, corrected=1, editions=editions, **told)


def satisfaction(hidden=False):
    from tests.gateway.page_samples import a_target

    changes = (
        {"state": FigureState.SUPPRESSED, "verdict": Verdict.UNDECIDED}
        if hidden
        else {"verdict": Verdict.MET}
    )
    count, among = (None, None) if hidden else (1053, 1173)
    target = a_target("k37", count, among, title="Hài lòng", title_en="Satisfied", **changes)
    return target_of(target, distribution=distribution(hidden), trend=trend())


def score():
    from tests.gateway.page_samples import a_target

    target = a_target(
        "766.total",
        None,
        None,
        kind=FigureKind.SCORE,
        value="82.25",
        operator=None,
        target=None,
        shown=None,
        verdict=Verdict.UNDECIDED,
        title="Điểm theo Quyết định 766",
        title_en="National score",
        parts=[
            a_part("766.paid", points="7.5", most="10"),
            a_part("766.none", state=FigureState.EMPTY, value=None, left_out=True, most="12"),
            a_part(
                "both", verdict=Verdict.NOT_MET, shown="≥ 80 %", kind=FigureKind.LABEL, value="Khá"
            ),
        ],
    )
    return target_of(target)


def of_procedures():
    from tests.gateway.page_samples import a_target

    target = a_target("k06", 1, 2, of="1.004221", missing=["000.12.19.H29"])
    return target_of(target, procedures=procedures(), coverage=coverage(0))


def with_tasks():
    """A plan's own score with a task of every state: done, under way and late, waiting, and untold."""
    from tests.gateway.page_samples import a_target

    document = {
        "document_no": "34/BC-UBND",
        "title": "Báo cáo nhiệm vụ",
        "issued_on": date(2020, 4, 1),
    }
    told = [
        ("done", "approved", False, document),
        ("under_way", "approved", True, document),
        (None, "waiting", True, None),
        (None, "late", True, None),
        (None, "due", True, None),
        (None, None, False, None),
    ]
    items = [
        {
            "series": "k46.tasks",
            "number": str(n),
            "title_vi": f"Nhiệm vụ {n}",
            "title_en": f"Task {n}",
            "state": state,
            "due_on": date(2020, 12, 31),
            "overdue": overdue,
            "report_due_on": date(2021, 1, 15),
            "reported": reported,
            "document": on,
        }
        for n, (state, reported, overdue, on) in enumerate(told, 1)
    ]
    whose = {name: WHOSE[name] for name in ("agency", "agency_name", "as_of")}
    days = {"period_from": date(2020, 1, 1), "period_to": date(2021, 1, 1)}
    tasks = PlanTasks.model_validate(
        whose | days | {"plan": "p", "title": "P", "done": 1, "among": 6, "items": items}
    )
    target = a_target(
        "k46", 7, 8, operator=None, target=None, shown=None, verdict=Verdict.UNDECIDED
    )
    return target_of(target, tasks=tasks)


def watched(field, received, reasons=(), **changes):
    usual = {
        "field": field,
        "name": FIELDS.get(field),
        "received": received,
        "settled": received,
        "on_time": received - 12 if received > 12 else received,
        "late": 12 if received > 12 else 0,
        "overdue": 3,
        "between_agencies": 0,
        "reasons": list(reasons),
    }
    return WatchedField.model_validate(usual | changes)


def watch_list(empty=False):
    items = [
        watched("dat-dai", 2340, [WatchReason.VOLUME, WatchReason.OVERDUE]),
        watched("xay-dung", 248, list(WatchReason), between_agencies=17),
    ]
    others = [watched("ho-tich", 9, overdue=0, settled=0, on_time=0, late=0)]
    return WatchListView.model_validate(
        WHOSE
        | {
            "criteria": WatchCriteria(volume_percent=10, overdue=1, between_agencies=1),
            "received": 2597,
            "items": [] if empty else items,
            "others": [] if empty else others,
        }
    )


def unit():
    from tests.gateway.page_samples import a_scoreboard, every_kind_of_target

    board = a_scoreboard(*every_kind_of_target(), met=1)
    return BoardUnit(scoreboard=board, fields=watch_list(), coverage=coverage())


def procedure(empty=False):
    held = {"rows_of": RowsOf.ITSELF, "test": None, "state": FigureState.OK}
    ratio = {"rows_of": RowsOf.DOSSIERS, "test": OVER_90, "state": FigureState.OK}
    titles = {"title": "Chỉ tiêu", "title_en": "A target"}
    targets = [
        {"id": "k06", "count": 1, "among": 1, "value": "1", "verdict": Verdict.MET, **held},
        {"id": "k07", "count": 9, "among": 20, "value": "0.45", "verdict": "not_met", **ratio},
        {"id": "k16", "count": None, "among": None, "value": None, "verdict": "undecided", **ratio}
        | {"state": FigureState.SUPPRESSED},
    ]
    return ProcedureStanding.model_validate(
        WHOSE
        | {
            "plan": "hcmc-2020",
            "plan_title": "Kế hoạch cải cách hành chính năm 2020",
            "code": "1.001612",
            "name": "Đăng ký thành lập hộ kinh doanh",
            "field": "ho-kinh-doanh",
            "field_name": FIELDS["ho-kinh-doanh"],
            "online_level": 3,
            "online_service": None,
            "by_post": True,
            "on_national_portal": False,
            "received": 1240,
            "received_online": 611,
            "received_by_post": 8,
            "settled": 1198,
            "returned_by_post": 202,
            "minimum": 10,
            "targets": [] if empty else [ProcedureTarget(**(titles | one)) for one in targets],
        }
    )


def frame(language="vi", internal=False, **query):
    from tests.gateway.page_samples import plans

    return Frame(plans().items[0], query, language, internal)


def board_pages(language="vi") -> dict[str, str]:
    """One rendering of every page below a plan, by name."""
    at = frame(language, agency="H29")
    pages = {
        "board target": target_page(k04(), at, URL),
        "board satisfaction": target_page(satisfaction(), at, URL),
        "board satisfaction hidden": target_page(satisfaction(hidden=True), at, URL),
        "board score": target_page(score(), at, URL),
        "board tasks": target_page(with_tasks(), at, URL),
        "board procedures": target_page(of_procedures(), frame(language, internal=True), URL),
        "board unit": unit_page(unit(), at),
        "board watch list": watch_list_page(watch_list(), at),
        "board watch list empty": watch_list_page(watch_list(empty=True), at),
        "board procedure": procedure_page(procedure(), at),
        "board procedure without": procedure_page(procedure(empty=True), at),
    }
    return {name: bytes(page.body).decode() for name, page in pages.items()}
