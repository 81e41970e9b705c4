"""Pages rendered from small invented values, and a reader that notes what a page may not hold."""

from datetime import UTC, date, datetime
from html.parser import HTMLParser

from contracts.intake import TrackView
from contracts.kpi import PlanList, PlanView, RowView, Scoreboard, ScoreboardTarget
from contracts.rating import FormOption, FormQuestion, RatingFormView
from contracts.vocabulary import DossierStatus, FigureKind, FigureState, Occasion, Operator, Verdict
from gateway.web.board import board_page, boards_page
from gateway.web.desk import desk_page
from gateway.web.home import home_page
from gateway.web.post_track import ways
from gateway.web.rating import RatingError, rating_page, thanks_page
from gateway.web.reference import reference_page
from gateway.web.refusal import Refusal, refusal_page
from gateway.web.track import TrackError, track_page, tracked_page
from tests.gateway.board_samples import board_pages
from tests.gateway.post_desk_samples import (
    NOW,
    a_busy_desk,
    a_leg,
    a_quiet_desk,
    every_kind_of_leg,
)
from tests.gateway.rating_samples import rating_pages
from tests.gateway.result_samples import result_pages

TOKEN = "mX2v0q3nR7cYb1LkTgE5wZsHfUjPaOd8iN6yQxVtB4M"
VOID = {"input", "br", "meta", "link", "hr", "img", "col"}
LEVELS = ["Rất hài lòng", "Hài lòng", "Bình thường", "Không hài lòng", "Rất không hài lòng"]


def a_target(id="k07", count=1699, among=2000, **changes) -> ScoreboardTarget:
    """A target of 85 % or more, just missed, with the `changes` a test is about."""
    usual = {
        "id": id,
        "title": "Hồ sơ giải quyết trực tuyến trên tổng số hồ sơ",
        "title_en": "Dossiers settled online",
        "kind": FigureKind.RATIO,
        "count": count,
        "among": among,
        "value": None,
        "operator": Operator.GTE,
        "target": "0.85",
        "shown": "≥ 85 %",
        "state": FigureState.OK,
        "provisional": False,
        "verdict": Verdict.NOT_MET,
        "source": "mức độ hài lòng từ 85% trở lên",
    }
    return ScoreboardTarget.model_validate(usual | changes)


def without_figure(id="k17", **changes) -> ScoreboardTarget:
    """A target nobody has reported on."""
    return a_target(
        id,
        None,
        None,
        **({"state": FigureState.NO_DATA, "verdict": Verdict.NO_DATA} | changes),
    )


def a_scoreboard(*targets: ScoreboardTarget, met=0) -> Scoreboard:
    return Scoreboard(
        plan="hcmc-2020",
        title="Kế hoạch cải cách hành chính năm 2020",
        agency="H29",
        agency_name="Thành phố Hồ Chí Minh",
        period_from=date(2020, 1, 1),
        period_to=date(2021, 1, 1),
        as_of=datetime(2020, 12, 30, 17, 5, tzinfo=UTC),
        met=met,
        due=len(targets),
        shown=f"{met}/{len(targets)}",
        targets=list(targets),
    )


def tracked(status: DossierStatus) -> TrackView:
    return TrackView(
        code="000.00.19.H29-200316-0001",
        status=status,
        unit="Sở Nông nghiệp",
        submitted_at=None,
        received_at=datetime(2020, 3, 16, 2, 0, tzinfo=UTC),
        due_at=datetime(2020, 3, 19, 10, 0, tzinfo=UTC),
        done_at=None,
        returned_at=None,
    )


def every_kind_of_target() -> list[ScoreboardTarget]:
    return [
        a_target("k01"),
        a_target("k02", 1900, 2000, verdict=Verdict.MET, provisional=True),
        a_target("k03", 3, 3, state=FigureState.SUPPRESSED, verdict=Verdict.UNDECIDED),
        a_target("k04", 0, 0, state=FigureState.EMPTY, verdict=Verdict.NO_DATA),
        without_figure("k17", note="Số liệu do đơn vị báo cáo, chưa có báo cáo nào."),
        a_target("k28", 2, None, kind=FigureKind.COUNT, shown="≥ 2", target="2"),
        a_target(
            "k29", None, None, kind=FigureKind.LABEL, value="Khá", shown="≥ Tốt", target="Tốt"
        ),
        a_target("k34", None, None, kind=FigureKind.BOOL, value="true", target="true", shown="có"),
        a_target("k42", None, None, kind=FigureKind.DELTA, value="28", shown="> 0", target="0"),
        a_target("k40", 92, 100, operator=None, target=None, shown=None, verdict=Verdict.NOT_DUE),
    ]


def a_form(language="vi") -> RatingFormView:
    return RatingFormView(
        language=language,
        languages=["vi", "en"],
        questionnaire="overall-5/1",
        title="Quý vị hài lòng đến mức nào?",
        procedure="Thành lập hộ kinh doanh",
        agency="Ủy ban nhân dân quận Bình Thạnh",
        occasion=Occasion.RETURNED,
        questions=[
            FormQuestion(
                id="overall",
                label="Mức độ hài lòng chung",
                required=True,
                options=[
                    FormOption(id=str(5 - place), label=label) for place, label in enumerate(LEVELS)
                ],
            ),
            FormQuestion(
                id="explained",
                label="Được hướng dẫn rõ ràng",
                required=False,
                options=[FormOption(id="yes", label="Có"), FormOption(id="no", label="Không")],
            ),
        ],
        expires_at=datetime(2021, 1, 15, tzinfo=UTC),
    )


def plans() -> PlanList:
    return PlanList(
        items=[
            PlanView(
                id="hcmc-2020",
                title="Kế hoạch cải cách hành chính năm 2020",
                title_en="Administrative-reform plan 2020",
                agency="H29",
                period_from=date(2020, 1, 1),
                period_to=date(2021, 1, 1),
                targets=20,
            )
        ]
    )


OPENAPI = {
    "openapi": "3.1.0",
    "info": {"title": "motcua", "version": "0.1.0", "description": "One door.\n\nBoth ways."},
    "tags": [{"name": "dossiers", "description": "Dossiers (hồ sơ)."}],
    "paths": {
        "/v1/dossiers/{code}": {
            "parameters": [
                {"name": "code", "in": "path", "required": True, "schema": {"type": "string"}}
            ],
            "put": {
                "tags": ["dossiers"],
                "summary": "File a dossier; `code` stands <as it is>",
                "security": [{"partner": ["dossiers:write"]}],
                "requestBody": {
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Filing"}}
                    }
                },
                "responses": {
                    "201": {
                        "description": "Filed.",
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Filing"}}
                        },
                    },
                    "409": {
                        "description": "`unknown-agency`: No such agency; `taken`: It is taken",
                        "x-problem-codes": ["dossier-code-taken"],
                        "content": {
                            "application/problem+json": {
                                "examples": {"other": {"value": {"code": "idempotency-key-reused"}}}
                            }
                        },
                    },
                },
            },
        },
        "/health/live": {"get": {"security": [], "responses": {"200": {"description": "Alive."}}}},
    },
    "components": {
        "schemas": {
            "Filing": {
                "title": "Filing",
                "type": "object",
                "required": ["channel"],
                "properties": {
                    "channel": {
                        "allOf": [{"$ref": "#/components/schemas/Channel"}],
                        "description": "How it came.",
                    },
                    "received_at": {
                        "anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]
                    },
                    "parts": {
                        "type": "array",
                        "maxItems": 9,
                        "items": {"$ref": "#/components/schemas/Filing"},
                    },
                },
            },
            "Channel": {"title": "Channel", "type": "string", "enum": ["counter", "online"]},
        }
    },
}


def every_page(language="vi") -> dict[str, str]:
    """One rendering of every page there is, by name."""
    pages = {
        "board": board_page(a_scoreboard(*every_kind_of_target(), met=1), language),
        "board with others": board_page(
            a_scoreboard(*every_kind_of_target()).model_copy(
                update={"others": [RowView(id="k46", title="Số chỉ tiêu", title_en="Targets met")]}
            ),
            language,
        ),
        "empty board": board_page(a_scoreboard(), language),
        "boards": boards_page(plans(), language),
        "no boards": boards_page(PlanList(items=[]), language),
        "home": home_page(plans(), language),
        "home alone": home_page(None, language),
        "rating": rating_page(a_form(), TOKEN, language),
        "thanks": thanks_page(language),
        "reference": reference_page(OPENAPI, language),
    }
    pages |= {
        f"rating {error}": rating_page(a_form(), TOKEN, language, error) for error in RatingError
    }
    pages |= {f"track {error}": track_page(language, error, 7) for error in (None, *TrackError)}
    pages |= {
        f"tracked {status}": tracked_page(tracked(status), language)
        for status in DossierStatus
        if status is not DossierStatus.UNMAPPED
    }
    pages |= {
        f"desk {name}": desk_page(desk, language)
        for name, desk in (("busy", a_busy_desk()), ("quiet", a_quiet_desk()))
    }
    pages["post away"] = tracked_page(tracked("accepted"), language, post_away=True)
    for number, leg in enumerate(every_kind_of_leg()):
        items = ways([leg, a_leg(attempt=2)], language, NOW, {})
        pages[f"post {number}"] = tracked_page(tracked("accepted"), language, items)
    pages |= {f"refusal {kind}": refusal_page(kind, language) for kind in Refusal}
    rendered = {name: bytes(page.body).decode() for name, page in pages.items()}
    return rendered | rating_pages(language) | result_pages(language) | board_pages(language)


class Reading(HTMLParser):
    """Reads a page as a browser would, and notes what it may not hold."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.spoken = ""
        self.feed(html)
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag in self.open]

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes something else")
        if tag in {"td", "th"}:
            self.spoken += " "

    def handle_data(self, text):
        self.spoken += text

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag in tags]
