"""Steps beside filing and reporting: amending, files, search, papers, the portal, webhooks."""

from __future__ import annotations

import json

from suite.checking.visit import StepFailed, Visit, json_of, words_of

NDJSON = "application/x-ndjson"


async def amend_dossier(visit: Visit) -> str:
    """Replace what was filed: the same content changes nothing, another counts up."""
    path = f"/v1/dossiers/{visit.filing['code']}"
    same = await visit.expect(200, "PUT", path, json=visit.filing)
    changed = visit.filing | {"flags": {"digitised": True}}
    amended = await visit.expect(200, "PUT", path, json=changed)
    visit.filing = changed
    if amended["revision"] <= same["revision"]:
        raise StepFailed(f"revision {amended['revision']} after {same['revision']}")
    return f"revision {same['revision']} with the same content, {amended['revision']} with another"


async def try_import(visit: Visit) -> str:
    """A file of one dossier is checked, and nothing of it filed."""
    row = visit.test_dossier()
    opened = await visit.expect(
        *(202, "POST", "/v1/dossiers/import"),
        params={"dry_run": "true"},
        content=json.dumps(row).encode(),
        headers={"Content-Type": NDJSON},
    )

    async def look() -> object:
        told = await visit.expect(200, "GET", f"/v1/imports/{opened['id']}")
        return told if told["state"] in {"done", "failed"} else None

    told = await visit.until(look)
    results = await visit.ask("GET", f"/v1/imports/{opened['id']}/results")
    outcome = f"{told['state']}, {told['counts']['filed']} of {told['rows_done']} would be filed"
    if (told["state"], told["counts"]["filed"], results.status_code) != ("done", 1, 200):
        raise StepFailed(f"{outcome}; results {results.status_code}")
    return outcome


async def replace_pin(visit: Visit) -> str:
    """Another PIN to track the dossier by; the receipt shows it."""
    path = f"/v1/dossiers/{visit.filing['code']}/tracking-pin"
    told = await visit.expect(200, "POST", path)
    return f"the PIN was replaced ({told['epoch']}); the receipt, printed anew, shows it"


async def show_receipt(visit: Visit) -> str:
    """The receipt, as values and as a page."""
    path = f"/v1/dossiers/{visit.filing['code']}/papers/receipt"
    await visit.expect(200, "GET", f"{path}.json")
    page = await visit.ask("GET", f"{path}.html")
    kind = page.headers.get("content-type", "")
    if page.status_code != 200 or not kind.startswith("text/html"):  # noqa: PLR2004 - OK
        raise StepFailed(f"GET {path}.html: {page.status_code} with {kind}")
    return "a receipt as values and as a page"


async def search_person(visit: Visit) -> str:
    """The test dossier is found by its applicant's telephone number, and shown masked."""
    phone = visit.filing["applicant"]["phone"]
    page = await visit.expect(
        200, "POST", "/v1/dossiers/search", json={"phone": phone, "agency": visit.agency}
    )
    if visit.filing["code"] not in {one["code"] for one in page["items"]}:
        raise StepFailed("The test dossier is not found by its applicant's number.")
    return "the test dossier is found by its applicant's number"


async def ask_of_the_portal(visit: Visit) -> str:
    """How far the national portal has been told."""
    path = f"/v1/dossiers/{visit.filing['code']}/national-sync"

    async def look() -> object:
        answer = await visit.ask("GET", path)
        told = json_of(answer)
        # The gateway hears of a dossier a moment later.
        if answer.status_code not in {200, 404}:
            raise StepFailed(f"GET {path}: {answer.status_code} {words_of(told)}")
        return told.get("state")

    state = await visit.until(look)
    return f"{state}: the portal is never told of a trial" if visit.sandbox else str(state)


async def try_webhooks(visit: Visit) -> str:
    """One's webhooks are read, and an address nobody may have called is refused: no trace is left."""
    told = await visit.expect(200, "GET", "/v1/webhooks")
    order = {"url": "https://127.0.0.1/", "types": ["dossier.filed"]}
    answer = await visit.ask("POST", "/v1/webhooks", json=order)
    refused = json_of(answer)
    if (answer.status_code, refused.get("code")) != (422, "webhook-url-refused"):
        raise StepFailed(
            f"{answer.status_code} {words_of(refused)} instead of 422 webhook-url-refused"
        )
    return f"{len(told['items'])} registered; a private address: 422 webhook-url-refused"
