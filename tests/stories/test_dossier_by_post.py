"""A dossier from the citizen's door to the counter: fetched, carried, opened, completed, accepted."""

import io
from contextlib import asynccontextmanager

import pytest
from pypdf import PdfReader

from tests.builders import PROCEDURE, filing, procedure, step
from tests.gateway.page_samples import Reading
from tests.postal.vnpost import ITEM, Post
from tests.stories.test_results_by_post import confirm, dossier, says
from tests.stories.test_the_thread import counted, prepare

SUPPLEMENT, NEVER_TAKEN = "CV000000005VN", "CV000000014VN"
NAME = filing()["applicant"]["name"]
COMPONENTS = [
    {"name": "Giấy đề nghị đăng ký", "originals": 1},
    {"name": "Hợp đồng thuê địa điểm", "copies": 2},
]
PICKUP = {
    "counts": COMPONENTS,
    "seal_number": "NP-000123",
    "collected_at": "2020-03-17T08:30:00+07:00",
    "slip_number": "PHS-77",
}
OPENING = {
    "counts": [COMPONENTS[0], {"name": "Hợp đồng thuê địa điểm", "copies": 1}],
    "seal_intact": True,
    "opened_at": "2020-03-19T10:30:00+07:00",
}


@asynccontextmanager
async def filed_by_post(suite):
    """A dossier of the channel post that the counter has not seen yet."""
    post = Post()
    async with suite.partner() as city, suite.public() as carrier:
        await prepare(city)
        rule = procedure(by_post=True, valid_from="1900-01-01")
        assert (await city.put(f"/v1/procedures/{PROCEDURE}", json=rule)).status_code == 200
        await suite.running["postal"].do(post.open_account)
        yield post, city, carrier, await file(city, 1)


async def file(city, number):
    posted = {"channel": "post", "received_at": None, "submitted_at": "2020-03-16T08:00:00+07:00"}
    told = filing(number, components=COMPONENTS, **posted)
    answer = await city.post("/v1/dossiers", json=told)
    assert answer.status_code == 201, answer.text
    return answer.json()["code"]


async def ordered(city, code, leg, item):
    order = {"dossier": code, "leg": leg, "carrier": "vnpost-d", "item_code": item}
    answer = await city.post("/v1/shipments", json=order)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def clock(suite, city, code, as_of=None):
    await suite.settle()
    asked = {"as_of": as_of} if as_of else {}
    answer = await city.get(f"/v1/dossiers/{code}/clock", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def reports(city, code, *rows):
    answer = await city.post(f"/v1/dossiers/{code}/progress", json={"items": list(rows)})
    assert answer.status_code == 200, answer.text


async def beside(city, indicator):
    """How many were registered and never accepted: counted on the day of the order, which is today."""
    ever = "agency=H29&from=2020-01-01&to=2150-01-01"
    told = (await city.get(f"/v1/indicators/{indicator}/value?{ever}")).json()
    return told["beside"][0]["count"]


async def days_of(suite, city, code):
    """Whose days each leg took: agency, post, citizen."""
    legs = (await dossier(suite, city, code))["legs"]
    return [tuple(leg["days"][name] for name in ("agency", "post", "citizen")) for leg in legs]


async def test_a_dossier_is_fetched_opened_completed_and_accepted(suite):
    async with filed_by_post(suite) as (post, city, carrier, code):
        inbound = await ordered(city, code, "inbound_dossier", ITEM)
        await says(carrier, post, 4, "16/03/2020 09:00:00")
        told = await clock(suite, city, code)
        assert (told["turn"], told["started_at"]) == ("citizen", None)
        assert (await counted(city, "k15"), await beside(city, "k15")) == ((0, 0), 1)

        await _fetched(suite, city, inbound)
        await says(carrier, post, 6, "17/03/2020 08:35:00")
        await says(carrier, post, 10, "18/03/2020 15:00:00")
        told = await clock(suite, city, code, "2020-03-18T16:00:00+07:00")
        assert (told["status"], told["turn"], told["due_at"]) == ("submitted", "post", None)

        await says(carrier, post, 14, "19/03/2020 10:00:00")
        view = (await city.get(f"/v1/shipments/{inbound}")).json()
        assert (view["status"], view["provisional"]) == ("delivered", True)
        assert (await clock(suite, city, code))["turn"] == "post"
        await confirm(city, inbound, "delivered", "2020-03-19T10:00:00", slip_number="BB-1")
        assert (await clock(suite, city, code))["turn"] == "agency"
        await _opened(city, inbound)

        await reports(city, code, step("waiting_supplement", "2020-03-19T11:00:00+07:00"))
        assert (await clock(suite, city, code))["turn"] == "citizen"
        assert await days_of(suite, city, code) == [(0, 2, 0)]
        supplement = await ordered(city, code, "inbound_supplement", SUPPLEMENT)
        assert (await clock(suite, city, code))["turn"] == "citizen"
        await says(carrier, post, 6, "23/03/2020 08:35:00", SUPPLEMENT)
        assert (await clock(suite, city, code))["turn"] == "post"
        arrived = {"slip_number": "BB-2"}
        await confirm(city, supplement, "delivered", "2020-03-24T10:00:00", **arrived)
        assert (await clock(suite, city, code))["turn"] == "agency"
        assert await counted(city, "k15") == (0, 0)
        await reports(city, code, step("accepted", "2020-03-25T09:00:00+07:00"))
        await _accepted(suite, city, carrier, code)


async def _fetched(suite, city, inbound):
    """The postman counts, seals, and prints the page that is signed; none of it is custody."""
    address = f"/v1/shipments/{inbound}"
    picked = await city.post(f"{address}/pickup", json=PICKUP)
    assert picked.status_code == 201, picked.text
    assert (picked.json()["status"], picked.json()["accepted_at"]) == ("pickup_scheduled", None)
    async with suite.partner("H29", "shipments:read") as postman:
        printed = await postman.get(f"{address}/checklist.pdf")
    assert printed.headers["content-type"] == "application/pdf"
    pages = PdfReader(io.BytesIO(printed.content)).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert "NP-000123" in text
    assert "Hợp đồng thuê địa điểm" in text
    assert NAME not in text


async def _opened(city, inbound):
    """The counter misses a copy, and says so; what was delivered stays delivered."""
    found = await city.post(f"/v1/shipments/{inbound}/opening", json=OPENING)
    assert found.status_code == 201, found.text
    assert (found.json()["status"], found.json()["provisional"]) == ("delivered", False)
    assert found.json()["opening"]["differences"] == [
        {
            "name": "Hợp đồng thuê địa điểm",
            "originals_picked_up": 0,
            "originals_found": 0,
            "copies_picked_up": 2,
            "copies_found": 1,
        }
    ]


async def _accepted(suite, city, carrier, code):
    told = await clock(suite, city, code, "2020-03-26T09:00:00+07:00")
    assert (told["status"], told["turn"], told["restarts"]) == ("accepted", "agency", 0)
    assert told["started_at"] == "2020-03-25T09:00:00+07:00"
    assert (told["starts_on"], told["due_at"]) == ("2020-03-26", "2020-03-30T17:00:00+07:00")
    [pause] = told["pauses"]
    assert (pause["since"], pause["until"]) == (
        *("2020-03-19T11:00:00+07:00", "2020-03-25T09:00:00+07:00"),
    )
    lines = [line["text"] for line in told["lines"]]
    for said in (
        "The dossier by post, attempt 1: delivered 10:00 19/03/2020, 2 days of the post",
        *_COUNTER_LINES,
        "Supplement by post, attempt 1: accepted by the post at 08:35 23/03/2020, 4 days of the citizen",
        "Supplement by post, attempt 1: delivered 10:00 24/03/2020, 1 day of the post",
    ):
        assert said in lines, lines
    assert await days_of(suite, city, code) == [(0, 2, 0), (1, 1, 4)]
    assert told["violations"] == []
    assert (await counted(city, "k14"), await counted(city, "k15")) == ((1, 1), (1, 1))
    assert (await beside(city, "k14"), await beside(city, "k15")) == (0, 0)
    pin = (await city.get(f"/v1/dossiers/{code}/papers/receipt.json")).json()["pin"]
    tracked = await carrier.post("/track", data={"code": code, "pin": pin})
    text = " ".join(Reading(tracked.text).spoken.split())
    for shown in (ITEM, SUPPLEMENT, "Gửi hồ sơ đến cơ quan", "17/03/2020", "Gửi giấy tờ bổ sung"):
        assert shown in text, text
    for hidden in (NAME, "NP-000123", "PHS-77", "BB-1", "Hợp đồng thuê địa điểm"):
        assert hidden not in tracked.text


_SEEN = "the limit runs from the counter's receipt, not from posting, 0 days of the agency"
_COUNTER_LINES = (
    f"The dossier by post, attempt 1: {_SEEN}",
    "Supplement by post, attempt 1: the counter has looked at the papers, 1 day of the agency",
)


@pytest.mark.parametrize("lane", ["sqlite", "postgres"], indirect=True)
async def test_what_the_post_never_took_is_told_beside_the_figure_and_not_in_it(suite):
    async with filed_by_post(suite) as (post, city, carrier, code):
        idle = await file(city, 2)
        await ordered(city, code, "inbound_dossier", ITEM)
        await ordered(city, idle, "inbound_dossier", NEVER_TAKEN)
        await says(carrier, post, 6, "17/03/2020 08:35:00")
        # Nobody fetched it: the citizen brought it to the counter in the end.
        await says(carrier, post, 4, "17/03/2020 08:00:00", NEVER_TAKEN)
        for each in (code, idle):
            await reports(city, each, step("accepted", "2020-03-19T11:00:00+07:00"))
        # Further news of an item count nothing more.
        await says(carrier, post, 10, "18/03/2020 15:00:00")
        await suite.settle()
        assert (await counted(city, "k14"), await counted(city, "k15")) == ((1, 1), (1, 2))
        assert (await beside(city, "k14"), await beside(city, "k15")) == (1, 1)
        cases = await city.get("/v1/indicators/k15/cases?agency=H29&from=2020-01-01&to=2021-01-01")
        assert cases.json()["items"] == [code], cases.text
