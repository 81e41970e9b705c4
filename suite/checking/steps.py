"""The steps of a walk with a token, in the order of the guide."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts.vocabulary import Scope
from suite.checking import beside
from suite.checking.visit import StepFailed, StepLeftOut, Visit, json_of, words_of

TRIAL_ITEM = "SANDBOX"
FILING = "file a dossier"


@dataclass(frozen=True)
class Step:
    """A step, the scope it needs, and what it does; it returns what was seen."""

    name: str
    scope: Scope
    go: Callable[[Visit], Awaitable[str]]
    filed: bool = False
    """Whether it needs the test dossier."""


async def read_directory(visit: Visit) -> str:
    """Whom we speak for."""
    told = await visit.expect(200, "GET", f"/v1/agencies/{visit.agency}")
    visit.sandbox = told["kind"] == "sandbox"
    kind = "a sandbox" if visit.sandbox else "a real agency"
    return f"{told['code']} {told['name']}, {kind}"


async def read_catalogue(visit: Visit) -> str:
    """The procedure that a test dossier is of."""
    if visit.procedure is not None:
        told = await visit.expect(200, "GET", f"/v1/procedures/{visit.procedure}")
        return f"{told['code']} {told['name']}"
    page = await visit.expect(200, "GET", "/v1/procedures", params={"limit": 1})
    if not page["items"]:
        raise StepFailed("The catalogue is empty.", "Ask the operator to publish procedures.")
    visit.procedure = page["items"][0]["code"]
    return f"{visit.procedure} {page['items'][0]['name']}"


async def walk_journal(visit: Visit) -> str:
    """The end of the journal as it is now."""
    while True:
        asked = {"limit": 500} | ({"after": visit.cursor} if visit.cursor else {})
        page = await visit.expect(200, "GET", "/v1/events", params=asked)
        if page["next_cursor"] == visit.cursor:
            return "the journal is followed to its end"
        visit.cursor = page["next_cursor"]


async def file_dossier(visit: Visit) -> str:
    """File the test dossier."""
    if not visit.sandbox and not visit.files:
        raise StepLeftOut(
            "No test dossier is left in a real agency: use a sandbox, or say --files."
        )
    if visit.procedure is None:
        raise StepLeftOut("No procedure is known: name one with --procedure.")
    filing = visit.test_dossier()
    view = await visit.expect(201, "POST", "/v1/dossiers", json=filing)
    visit.filing = filing
    return f"{view['code']} is {view['status']}, due {view['due_at']}"


async def repeat_filing(visit: Visit) -> str:
    """The same again is the same."""
    await visit.expect(200, "POST", "/v1/dossiers", json=visit.filing)
    return "the same filing again: 200"


async def file_otherwise(visit: Visit) -> str:
    """Another content under the same code is refused."""
    other = visit.filing | {"channel": "post"}
    answer = await visit.ask("POST", "/v1/dossiers", json=other)
    told = json_of(answer)
    if (answer.status_code, told.get("code")) != (409, "dossier-code-taken"):
        raise StepFailed(f"{answer.status_code} {words_of(told)} instead of 409 dossier-code-taken")
    return "another content under its code: 409 dossier-code-taken"


async def report_progress(visit: Visit) -> str:
    """Report the result and its return, then the same again."""
    received = datetime.fromisoformat(visit.filing["received_at"])
    rows = [
        {"status": status, "occurred_at": (received + timedelta(minutes=n)).isoformat()}
        for n, status in enumerate(("done", "returned"), start=1)
    ]
    path = f"/v1/dossiers/{visit.filing['code']}/progress"
    outcomes = []
    for _ in range(2):
        told = await visit.expect(200, "POST", path, json={"items": rows})
        outcomes.append([row["outcome"] for row in told["items"]])
    if outcomes != [["applied"] * 2, ["duplicate"] * 2]:
        raise StepFailed(f"{outcomes} instead of applied, then duplicate")
    return "done and returned are applied, and duplicates when sent again"


async def read_dossier(visit: Visit) -> str:
    """The dossier as it stands."""
    view = await visit.expect(200, "GET", f"/v1/dossiers/{visit.filing['code']}")
    return f"{view['status']}, revision {view['revision']}"


async def read_timeline(visit: Visit) -> str:
    """Its history, and the clock explained."""
    code = visit.filing["code"]
    told = await visit.expect(200, "GET", f"/v1/dossiers/{code}/timeline")
    await visit.expect(200, "GET", f"/v1/dossiers/{code}/clock")
    return f"{len(told['items'])} entries, and the clock"


async def hear_of_it(visit: Visit) -> str:
    """The journal tells of what was filed."""

    async def look() -> bool:
        asked = {"limit": 500} | ({"after": visit.cursor} if visit.cursor else {})
        page = await visit.expect(200, "GET", "/v1/events", params=asked)
        visit.cursor = page["next_cursor"]
        return any(entry["subject"] == visit.filing["code"] for entry in page["items"])

    await visit.until(look)
    return "the journal tells of the test dossier"


async def register_shipment(visit: Visit) -> str:
    """Register an item of the post that exists nowhere."""
    if not visit.sandbox:
        raise StepLeftOut("No item is registered for a real agency.")
    number = visit.filing["code"].rsplit("-", 1)[-1]
    order = {"dossier": visit.filing["code"], "leg": "outbound_result", "carrier": "vnpost-d"}
    body = order | {"item_code": f"{TRIAL_ITEM}{number}"}
    made = await visit.expect(201, "POST", "/v1/shipments", json=body)
    await visit.expect(200, "POST", "/v1/shipments", json=body)
    return f"{made['id']}, and the same when sent again"


async def read_shipments(visit: Visit) -> str:
    """The items of the dossier."""
    told = await visit.expect(200, "GET", f"/v1/dossiers/{visit.filing['code']}/shipments")
    return f"{len(told['items'])} for the test dossier"


async def ask_for_rating_link(visit: Visit) -> str:
    """The citizen's link to rate."""
    path = f"/v1/dossiers/{visit.filing['code']}/rating-invitations"

    async def look() -> list[object]:
        answer = await visit.ask("GET", path)
        told = json_of(answer)
        # The news of a dossier may still be on its way to where links are made.
        if answer.status_code not in {200, 404}:
            raise StepFailed(f"GET {path}: {answer.status_code} {words_of(told)}")
        return list(told.get("items", []))

    found = await visit.until(look)
    return f"{len(found)} link(s) to hand to the citizen"


async def read_figures(visit: Visit) -> str:
    """The indicators that are counted."""
    told = await visit.expect(200, "GET", "/v1/indicators")
    return f"{len(told['items'])} indicators"


STEPS = (
    Step("directory", Scope.CATALOGUE_READ, read_directory),
    Step("catalogue", Scope.CATALOGUE_READ, read_catalogue),
    Step("webhooks", Scope.WEBHOOKS_MANAGE, beside.try_webhooks),
    Step("journal", Scope.EVENTS_READ, walk_journal),
    Step(FILING, Scope.DOSSIERS_WRITE, file_dossier),
    Step("file it again", Scope.DOSSIERS_WRITE, repeat_filing, filed=True),
    Step("file it otherwise", Scope.DOSSIERS_WRITE, file_otherwise, filed=True),
    Step("amend it", Scope.DOSSIERS_WRITE, beside.amend_dossier, filed=True),
    Step("import a file", Scope.DOSSIERS_WRITE, beside.try_import, filed=True),
    Step("tracking PIN", Scope.DOSSIERS_WRITE, beside.replace_pin, filed=True),
    Step("report progress", Scope.DOSSIERS_WRITE, report_progress, filed=True),
    Step("read it", Scope.DOSSIERS_READ, read_dossier, filed=True),
    Step("timeline and clock", Scope.DOSSIERS_READ, read_timeline, filed=True),
    Step("papers", Scope.DOSSIERS_READ, beside.show_receipt, filed=True),
    Step("search", Scope.DOSSIERS_READ, beside.search_person, filed=True),
    Step("national portal", Scope.DOSSIERS_READ, beside.ask_of_the_portal, filed=True),
    Step("follow changes", Scope.EVENTS_READ, hear_of_it, filed=True),
    Step("register a shipment", Scope.SHIPMENTS_WRITE, register_shipment, filed=True),
    Step("read shipments", Scope.SHIPMENTS_READ, read_shipments, filed=True),
    Step("rating link", Scope.RATINGS_WRITE, ask_for_rating_link, filed=True),
    Step("figures", Scope.INDICATORS_READ, read_figures),
)
"""In the order of the guide."""
