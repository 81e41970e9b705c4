"""One OpenAPI document of everything the public reaches, that somebody new can read from top to bottom.

Routes, parameters and problems are the services' own. Added here is what holds at the door for all of them:
scopes in words, the problems every call can meet, and examples. Examples are what the partners' guide was
answered when it was played (``make examples``), so no call is written down a second time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any, Final

from fastapi import FastAPI

from chassis.auth import ScopeMissing, TokenInvalid, TokenMissing
from chassis.edge import BodyInvalid, BodyNotJson, BodyTooLarge, BodyUnreadable
from chassis.refusing import PROBLEM_JSON, RequestInvalid
from contracts.labels import LABELS
from contracts.problems import Problem
from contracts.vocabulary import Scope
from gateway.admission import NetworkNotAdmitted
from gateway.door import OPEN, openings, published
from gateway.limits.kinds import DIALECT, FREE
from gateway.limits.refusal import QuotaExceeded, TemporaryReducedCapacity
from gateway.papers.post_routes import ChecklistWithoutPickup
from gateway.papers.printing import PaperNotPrinted
from gateway.papers.routes import UnknownPaper
from gateway.passing import AnswerTooLarge
from gateway.upstream import ServiceAway
from gateway.web.outline import TOLD_CODE

Node = dict[str, Any]

AT_THE_DOOR: Final = (
    *(
        QuotaExceeded,
        TemporaryReducedCapacity,
        TokenMissing,
        TokenInvalid,
        ScopeMissing,
        NetworkNotAdmitted,
        ServiceAway,
    ),
    *(AnswerTooLarge, RequestInvalid, BodyUnreadable, BodyTooLarge, BodyNotJson, BodyInvalid),
)
BARE_CODE: Final = re.compile(r"`([a-z]+(?:-[a-z]+)+)`(?!:)")
"""A problem code that is told without its title."""

METHODS: Final = ("get", "post", "put", "patch", "delete")
GENERATED: Final = {"Validation Error", ""}
"""Descriptions that say nothing."""

DESCRIPTION: Final = """
Get a token at `POST /oauth/token` and send it as `Authorization: Bearer`; each operation names the scopes of
which it needs one. A token speaks for one agency with everything below it: what belongs to others is 404.

Bodies are JSON in UTF-8 with names in `snake_case`, instants carry their offset, days are Vietnam's. A
refusal is `application/problem+json` (RFC 9457): programs read `code`, people `title`, and `errors` points
at each field to change.

Every write takes an `Idempotency-Key`, but for webhooks and kiosks, whose answers may hold
a secret. Send the same again after a broken connection, 429 or 503, after as long as `Retry-After`
says. `RateLimit-Policy` and `RateLimit` tell how much a caller may ask, and what is left of it.

Every call in curl and in Python, in the order a partner makes them, stands in the guide
(`docs/partners/guide.md`); the examples here are its answers.
"""

TAGS: Final = {
    "tokens": "Access tokens, and the keys they are checked with (mã truy cập).",
    "directory": "Agencies and what stands above and below them (cơ cấu tổ chức).",
    "catalogue": "Administrative procedures and their versions (thủ tục hành chính).",
    "dossiers": "Dossiers from filing to result, and what their clock says (hồ sơ).",
    "imports": "Many dossiers from one file (nhập hàng loạt).",
    "events": "The journal of changes, in one order (nhật ký thay đổi).",
    "webhooks": "Changes delivered as they happen, signed (gửi thay đổi tới đối tác).",
    "national dialect": "For systems that know the national adapter alone (Cổng DVCQG, chiều vào).",
    "national portal": "What the national portal was told of dossiers (Cổng DVCQG, chiều ra).",
    "papers": "Papers of a dossier and the register, to show and to print (biểu mẫu, sổ theo dõi).",
    "shipments": "What travels by post, leg by leg (bưu gửi).",
    "incidents": "What went wrong on the way, until its agency has settled it (sự cố bưu gửi).",
    "post": "What of the post waits for an operator (bàn điều hành bưu chính).",
    "carriers": "Where the post reports (bưu chính).",
    "ratings": "Links, forms and answers of citizens (đánh giá mức độ hài lòng).",
    "rating cases": "What an agency owes unhappy citizens, and comments (việc cần xử lý, ý kiến).",
    "corrective actions": "What agencies do about weak criteria (biện pháp khắc phục).",
    "kiosks": "Devices at counters, and the dossier before each (thiết bị đánh giá tại quầy).",
    "indicators": "Figures, and the dossiers behind them (chỉ số).",
    "periods": "Closed periods, their editions and restatements (chốt số liệu, công bố điều chỉnh).",
    "reports": "Figures agencies report, and their approval (số liệu tự báo cáo).",
    "national evaluations": "The national portal's figures beside ours (đối chiếu với Cổng DVCQG).",
    "quality": "The nine criteria of TT 01/2018 (đánh giá chất lượng giải quyết TTHC).",
    "plans": "Plans, and how they stand (kế hoạch, bảng chỉ tiêu).",
    "forms": "Forms of official reports, counted and checked (biểu báo cáo).",
    "lgsp": "Aggregates for the provincial bus, month by month (trục liên thông LGSP).",
    "health": "For operators' probes.",
}

SUMMARIES: Final = {
    "GET /health/live": "See whether the gateway answers",
    "GET /health/ready": "See what works and what is missing",
    "GET /.well-known/jwks.json": "Read the keys tokens are signed with",
    "POST /oauth/token": "Get an access token",
    "POST /v1/carriers/{interface}/events": "Report as a carrier",
    "POST /v1/carriers/{interface}/{account}/events": "Report as a carrier, to one account",
    "POST /v1/dossiers/search": "Find a person's dossiers",
    "POST /v1/dossiers/{code}/legal-hold": "Hold a dossier back from purging, or release it",
    "POST /v1/dossiers/{code}/tracking-pin": "Give a dossier a new tracking PIN",
    "GET /v1/dossiers/{code}/papers/{kind}.html": "Show a paper",
    "GET /v1/dossiers/{code}/papers/{kind}.json": "Read what stands on a paper",
    "GET /v1/dossiers/{code}/papers/{kind}.pdf": "Print a paper",
    "GET /v1/registers/dossiers.csv": "Fetch the register for a spreadsheet",
    "GET /v1/registers/dossiers.html": "Show the register",
    "GET /v1/registers/dossiers.pdf": "Print the register",
    "GET /v1/reconciliations.csv": "Fetch a month's reconciliation for a spreadsheet",
    "GET /v1/shipments/{id}/checklist.html": "Show the checklist of an envelope",
    "GET /v1/shipments/{id}/checklist.json": "Read what stands on a checklist",
    "GET /v1/shipments/{id}/checklist.pdf": "Print the checklist of an envelope",
    "GET /v1/manifests/outbound.csv": "Fetch a manifest for a spreadsheet",
    "GET /v1/manifests/outbound.html": "Show a handover manifest",
    "GET /v1/manifests/outbound.json": "Read what stands on a manifest",
    "GET /v1/manifests/outbound.pdf": "Print a handover manifest",
    "POST /v1/manifests": "Report a signed manifest",
    "GET /v1/post/overview": "See what waits for an operator",
    "GET /v1/rating-forms/{token}": "Read a rating form",
    "GET /v1/ratings/summary": "Read a summary of ratings",
    "GET /v1/ratings/summary.csv": "Fetch a summary of ratings for a spreadsheet",
    "GET /v1/ratings/summary.xlsx": "Fetch a summary of ratings as a workbook",
    "GET /v1/ratings/officers": "Read results by officer",
    "GET /v1/indicators/{id}/breakdown": "Read a figure told apart",
    "GET /v1/indicators/{id}/trend": "Read a figure by half-month",
    "GET /v1/indicators/{id}/distribution": "Read ratings by level",
    "GET /v1/watch-list": "Read which fields need a dialogue",
    "GET /v1/coverage": "Read how much was heard",
    "GET /v1/plans/{id}/procedures/{code}": "Read how a procedure stands in a plan",
    "GET /v1/indicators/{id}/evidence": "Fetch a figure with everything behind it",
    "GET /v1/periods": "List closed periods",
    "GET /v1/periods/{kind}/{key}": "Read a period as closed and as it stands now",
    "GET /v1/periods/{kind}/{key}/editions/{number}": "Read one edition of a period",
    "GET /v1/periods/{kind}/{key}/verify": "Verify the chain of editions",
    "POST /v1/periods/{kind}/{key}/close": "Close a period",
    "POST /v1/periods/{kind}/{key}/restatements": "Publish a restatement",
    "GET /v1/durations": "Read how long dossiers took",
    "POST /v1/national-evaluations": "Hand in an answer of the national portal",
    "GET /v1/national-evaluations": "List the national portal's answers",
    "GET /v1/national-evaluations/{id}": "Read an answer of the national portal",
    "GET /v1/national-evaluations/differences": "Compare our figures with the national portal's",
    "GET /v1/national-evaluations/differences.csv": "Fetch the comparison for a spreadsheet",
    "PUT /v1/national-departments/{id}": "Say which agency a department means",
    "GET /v1/quality-scores": "Read the nine criteria of a unit",
    "GET /v1/reports/07a": "Read form 07a",
    "GET /v1/reports/07a.csv": "Fetch form 07a for a spreadsheet",
    "GET /v1/reports/07a.xlsx": "Fetch form 07a as a workbook",
    "GET /v1/reports/07b": "Read form 07b, by level",
    "GET /v1/reports/07b.csv": "Fetch form 07b for a spreadsheet",
    "GET /v1/reports/07b.xlsx": "Fetch form 07b as a workbook",
    "PUT /v1/dossiers/{code}/rating-invitations/{occasion}/officer": "Say who handled a dossier",
    "GET /v1/rating-questionnaires": "See every questionnaire, and what is chosen",
    "GET /v1/ratings/criteria": "Read the nine criteria of an agency",
    "POST /v1/rating-cases/{id}/pakn": "Hand a case over as a petition",
    "GET /v1/ratings/anomalies": "Read the anomaly report",
    "GET /v1/rating-comments/{id}/original": "Open a comment as it was written",
    "GET /v1/rating-cases/{id}/contact": "Read how to reach a citizen",
    "GET /v1/corrective-actions.csv": "Fetch the register of corrective actions",
    "GET /v1/series": "See every series that is reported",
    "GET /v1/reports": "See reports of figures",
    "GET /v1/reports/due": "See which reports are due",
    "POST /v1/reports/{id}/reject": "Send a report back",
}
"""Summaries of routes whose function's name does not read as one."""


def public_openapi(app: FastAPI) -> Node:
    """The document, without what a running gateway could change in it."""
    document: Node = json.loads(json.dumps(app.openapi()))
    document["info"] |= {"title": "Một Cửa", "description": DESCRIPTION.strip()}
    paths: Node = document.setdefault("paths", {})
    components: Node = document.setdefault("components", {})
    schemas: Node = components.setdefault("schemas", {})
    for opening in openings():
        told = json.loads(json.dumps(opening.operation))
        paths.setdefault(opening.path, {})[opening.method.lower()] = told
    for service in {opening.service for opening in openings()}:
        schemas.update(published(service).get("components", {}).get("schemas", {}))
    used: set[str] = set()
    titles = _titles(document)
    for route, operation in operations(document):
        used.update(operation.get("tags", ()))
        _complete(route, operation, titles)
    document["tags"] = [
        {"name": name, "description": text} for name, text in TAGS.items() if name in used
    ]
    scopes = {str(scope): " · ".join(pair) for scope, pair in LABELS[Scope].items()}
    components["securitySchemes"] = {
        "oauth2": {
            "type": "oauth2",
            "description": "Client credentials; `private_key_jwt` or HTTP Basic.",
            "flows": {"clientCredentials": {"tokenUrl": "/oauth/token", "scopes": scopes}},
        }
    }
    return document


def operations(document: Node) -> Iterator[tuple[str, Node]]:
    """Every operation, by its method and path."""
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                yield f"{method.upper()} {path}", methods[method]


def _titles(document: Node) -> dict[str, str]:
    """What each problem code means, from wherever a document says it, also of routes that stay shut."""
    return {
        found["code"]: found["title"]
        for each in (document, *map(published, OPEN))
        for _, operation in operations(each)
        for answer in operation["responses"].values()
        for found in TOLD_CODE.finditer(answer.get("description", ""))
    } | {
        kind.code(): kind.title()
        for kind in (UnknownPaper, ChecklistWithoutPickup, PaperNotPrinted, *AT_THE_DOOR)
    }


def _complete(route: str, operation: Node, titles: dict[str, str]) -> None:
    operation["summary"] = SUMMARIES.get(route) or operation["summary"].capitalize()
    for kind in _met_at_the_door(route, operation):
        _tell(operation["responses"], kind)
    for answer in operation["responses"].values():
        told = answer.get("description", "")
        answer["description"] = (
            ""
            if told == "Successful Response"
            else BARE_CODE.sub(lambda m: f"`{m[1]}`: {titles.get(m[1], '')}", told)
        )
    for status, told in sorted(calls().get(route, {}).items()):
        for one in (*told.get("others", ()), told):
            _show(operation, status, one)


def _met_at_the_door(route: str, operation: Node) -> Iterator[type[Problem]]:
    """The problems a call can meet before, or beside, those of its own."""
    method, path = route.split()
    if path.startswith((*FREE, DIALECT)):
        # The dialect says everything with 200.
        return
    yield QuotaExceeded
    yield TemporaryReducedCapacity
    if operation.get("security"):
        yield from (TokenMissing, TokenInvalid, ScopeMissing, NetworkNotAdmitted)
    if path != "/oauth/token":
        yield from (ServiceAway, AnswerTooLarge)
    if operation.get("parameters"):
        yield RequestInvalid
    if method in {"POST", "PUT", "PATCH"} and "application/json" in operation.get(
        "requestBody", {}
    ).get("content", {}):
        yield from (BodyUnreadable, BodyTooLarge, BodyNotJson, BodyInvalid)


def _tell(responses: Node, kind: type[Problem]) -> None:
    answer = responses.setdefault(str(kind.status), {"description": ""})
    told = answer["description"]
    if f"`{kind.code()}`" in told:
        return
    kept = "" if told in GENERATED else f"{told}; "
    answer["description"] = f"{kept}`{kind.code()}`: {kind.title()}"
    answer.setdefault("content", {})[PROBLEM_JSON] = {
        "schema": {"$ref": "#/components/schemas/ProblemView"}
    }


def _show(operation: Node, status: str, told: Node) -> None:
    """Put a call of the guide into the document as an example."""
    answers = operation["responses"]
    answer = answers.setdefault(status, {"description": ""})
    if told["answered"]["body"] == "":
        return
    kind = told["answered"]["type"]
    media = answer.setdefault("content", {}).setdefault(kind, {})
    if "schema" not in media and status.startswith("2"):
        # What was done already is answered like what is done now.
        alike = (one.get("content", {}).get(kind) for s, one in answers.items() if s[0] == "2")
        media |= next(({"schema": one["schema"]} for one in alike if one and "schema" in one), {})
    media["example"] = told["answered"]["body"]
    if not status.startswith("2"):
        return
    sent = told.get("sent")
    if sent and "requestBody" in operation:
        body = operation["requestBody"]["content"].setdefault(sent["type"], {})
        body["example"] = sent["body"]
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "query" and parameter["name"] in told.get("query", {}):
            parameter["example"] = told["query"][parameter["name"]]


@cache
def calls() -> dict[str, dict[str, Node]]:
    """What the guide was answered, by route and status."""
    file = resources.files("contracts") / "published" / "calls.json"
    found: dict[str, dict[str, Node]] = json.loads(file.read_text("utf-8"))
    return found
