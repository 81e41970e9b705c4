"""From a citizen's door to the counter and back to the post, with papers that are signed on the way."""

import io

from pypdf import PdfReader

from tests.builders import filing
from tests.gateway.page_samples import Reading
from tests.postal.test_envelopes import OPENING, PICKUP
from tests.stories.test_papers import CODE, prepare

NAME = filing()["applicant"]["name"]
READ = "shipments:read"
COMPONENTS = [
    {"name": "Giấy đề nghị đăng ký", "originals": 1},
    {"name": "Hợp đồng thuê địa điểm", "copies": 2},
]
ITEMS = ("CV497960035VN", "CV000000005VN")


def order(leg, item):
    return {"dossier": CODE, "leg": leg, "carrier": "vnpost-d", "item_code": item}


def text_of(pdf):
    return " ".join(" ".join(page.extract_text() for page in PdfReader(pdf).pages).split())


async def test_an_envelope_is_counted_twice_and_a_result_is_handed_over_with_a_slip(suite):
    async with suite.partner() as city, suite.partner("H29", READ) as postman:
        await prepare(city)
        await city.post("/v1/dossiers", json=filing(components=COMPONENTS))
        await suite.settle()
        there = await city.post("/v1/shipments", json=order("inbound_dossier", ITEMS[0]))
        back = await city.post("/v1/shipments", json=order("outbound_result", ITEMS[1]))
        inbound, outbound = there.json()["id"], back.json()["id"]
        checklist = f"/v1/shipments/{inbound}/checklist"
        blank = await postman.get(f"{checklist}.html")
        assert blank.status_code == 200, blank.text
        assert "Hợp đồng thuê địa điểm" in blank.text
        assert "NP-000123" not in blank.text
        assert (await city.post(f"/v1/shipments/{inbound}/pickup", json=PICKUP)).is_success
        assert (await city.post(f"/v1/shipments/{inbound}/opening", json=OPENING)).is_success
        filled = await postman.get(f"{checklist}.pdf")
        assert filled.headers["content-type"] == "application/pdf"
        assert f'"checklist-{CODE}-1.pdf"' in filled.headers["content-disposition"]
        told = text_of(io.BytesIO(filled.content))
        for each in ("NP-000123", "100.000 đ", "bản sao 2 → 1", "Thành lập hộ kinh doanh"):
            assert each in told, told
        values = (await postman.get(f"{checklist}.json")).json()
        assert [one["name"] for one in values["opening"]["differences"]] == [
            *("Hợp đồng thuê địa điểm", "Ảnh 3x4"),
        ]
        # Whoever carries it learns what it holds, and not whose it is.
        assert NAME not in blank.text + told + str(values)
        wrong = await postman.get(f"/v1/shipments/{outbound}/checklist.html")
        assert (wrong.status_code, wrong.json()["code"]) == (409, "checklist-without-pickup")
        await _hand_over(city, postman, outbound)


async def _hand_over(city, postman, outbound):
    page = await postman.get("/v1/manifests/outbound.html")
    assert ITEMS[1] in Reading(page.text).spoken
    assert ITEMS[0] not in page.text
    assert NAME not in page.text
    printed = await postman.get("/v1/manifests/outbound.pdf?lang=en")
    assert "HANDOVER MANIFEST" in text_of(io.BytesIO(printed.content))
    file = await postman.get("/v1/manifests/outbound.csv")
    assert ITEMS[1] in file.text
    signed = {
        "slip_number": "BB-17",
        "handed_over_at": "2020-03-17T16:00:00+07:00",
        "items": [{"carrier": "vnpost-d", "item_code": ITEMS[1]}, {"shipment": "x"}],
    }
    assert (await postman.post("/v1/manifests", json=signed)).status_code == 403
    told = (await city.post("/v1/manifests", json=signed)).json()
    assert [one["outcome"] for one in told["items"]] == ["applied", "refused"]
    view = (await city.get(f"/v1/shipments/{outbound}")).json()
    assert (view["status"], view["accepted_at"]) == ("accepted", signed["handed_over_at"])
    assert (await postman.get("/v1/manifests/outbound.json")).json()["items"] == []
    asked = "/v1/manifests/outbound.json?date=2020-03-17&state=handed_over"
    [row] = (await postman.get(asked)).json()["items"]
    assert (row["shipment"], row["slip_number"]) == (outbound, "BB-17")


async def test_papers_of_the_post_are_refused_as_postal_refuses_them(suite):
    async with suite.partner() as city, suite.public() as nobody:
        await prepare(city)
        for ending in ("html", "pdf", "json"):
            missing = await city.get(f"/v1/shipments/none/checklist.{ending}")
            assert (missing.status_code, missing.json()["code"]) == (404, "unknown-shipment")
            bare = await nobody.get(f"/v1/shipments/none/checklist.{ending}")
            assert (bare.status_code, bare.json()["code"]) == (401, "token-missing")
        for ending in ("html", "pdf", "json", "csv"):
            foreign = await city.get(f"/v1/manifests/outbound.{ending}?agency=H99")
            assert (foreign.status_code, foreign.json()["code"]) == (404, "unknown-agency")
            wrong = await city.get(f"/v1/manifests/outbound.{ending}?date=17/03/2020")
            assert wrong.status_code == 422
        # What the gateway asks for itself is not at its door.
        assert (await city.get("/v1/manifests/outbound")).status_code == 404
        assert (await city.get(f"/v1/dossiers/{CODE}/post")).status_code == 404
        assert (await city.get(f"/v1/dossiers/{CODE}/contents")).status_code == 404
