"""A receipt from the counter to the citizen's telephone, in one process and in many."""

import io
import re

import pytest
from pypdf import PdfReader

from gateway.web.papers import qr_svg
from tests.builders import AGENCY, PROCEDURE, filing, procedure, step
from tests.gateway.page_samples import Reading

CODE = filing()["code"]
RECEIPT = f"/v1/dossiers/{CODE}/papers/receipt"
READ = "dossiers:read"


async def prepare(city):
    await city.put("/v1/agencies/H29", json={"name": "Thành phố Hồ Chí Minh", "kind": "city"})
    entry = {"name": "Sở Nông nghiệp", "kind": "department", "parent": "H29"}
    await city.put(f"/v1/agencies/{AGENCY}", json=entry)
    await city.put(f"/v1/procedures/{PROCEDURE}", json=procedure())


async def invitations(city):
    return (await city.get(f"/v1/dossiers/{CODE}/rating-invitations")).json()["items"]


async def test_a_receipt_carries_a_link_that_rates_and_a_pin_that_tracks(suite):
    async with suite.partner() as city, suite.public() as citizen:
        await prepare(city)
        await city.post("/v1/dossiers", json=filing())
        await suite.settle()
        assert await invitations(city) == []
        page = await city.get(f"{RECEIPT}.html")
        assert page.status_code == 200, page.text
        [link] = await invitations(city)
        assert link["occasion"] == "received"
        assert qr_svg(link["ways"]["self_qr"]["url"]) in page.text
        printed = await city.get(f"{RECEIPT}.pdf")
        assert printed.headers["content-type"] == "application/pdf"
        assert f'filename="receipt-{CODE}.pdf"' in printed.headers["content-disposition"]
        text = " ".join(PdfReader(io.BytesIO(printed.content)).pages[0].extract_text().split())
        [pin] = re.findall(r"Mã tra cứu PIN: ([0-9A-Z]{4} [0-9A-Z]{4})", text)
        assert pin in page.text
        tracked = await citizen.post("/track", data={"code": CODE, "pin": pin})
        assert "Được tiếp nhận" in tracked.text
        form = await citizen.get(f"/r/{link['token']}")
        assert "Quý vị vừa nộp hồ sơ thủ tục này" in form.text
        given = {"token": link["token"], "answers": {"overall": "1"}}
        assert (await citizen.post("/v1/ratings", json=given)).status_code == 201
        again = await city.get(f"{RECEIPT}.html")
        assert "<svg" not in again.text
        await suite.settle()
        asked = "/value?agency=H29&from=2020-01-01&to=2021-01-01"
        for figure in ("k36", "k37"):
            counted = (await city.get(f"/v1/indicators/{figure}{asked}")).json()
            # What was said of the reception is no verdict on the result.
            assert counted["state"] == "empty", counted


async def test_a_reader_prints_a_receipt_without_a_link_and_none_is_minted(suite):
    async with suite.partner() as city, suite.partner("H29", READ) as reader:
        await prepare(city)
        await city.post("/v1/dossiers", json=filing())
        page = await reader.get(f"{RECEIPT}.html")
        assert page.status_code == 200
        assert "<svg" not in page.text
        values = await reader.get(f"{RECEIPT}.json")
        assert values.json()["pin"] in page.text
        await suite.settle()
        assert await invitations(city) == []


async def test_papers_are_refused_as_intake_refuses_them(suite):
    async with suite.partner() as city, suite.public() as nobody:
        await prepare(city)
        await city.post("/v1/dossiers", json=filing())
        for ending in ("html", "pdf", "json"):
            here = f"/v1/dossiers/{CODE}/papers"
            refused = await city.get(f"{here}/refusal.{ending}", headers={"Accept-Language": "en"})
            assert (refused.status_code, refused.json()["code"]) == (409, "paper-without-cause")
            assert refused.headers["content-type"] == "application/problem+json"
            assert "not refused" in refused.json()["detail"]
            unknown = await city.get(f"{here}/love-letter.{ending}")
            assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown-paper")
            missing = await city.get(f"/v1/dossiers/HS-1/papers/receipt.{ending}")
            assert (missing.status_code, missing.json()["code"]) == (404, "unknown-dossier")
            bare = await nobody.get(f"{here}/receipt.{ending}")
            assert (bare.status_code, bare.json()["code"]) == (401, "token-missing")
        async with suite.partner("H29", "catalogue:read") as other:
            refused = await other.get(f"{RECEIPT}.pdf")
            assert (refused.status_code, refused.json()["code"]) == (403, "scope-missing")
        # What the gateway asks for itself is not at its door.
        assert (await city.get(RECEIPT)).status_code == 404
        inside = await city.post("/v1/tracking", json={"code": CODE, "pin": "x"})
        assert inside.status_code == 404


async def test_who_prints_receipts_of_their_own_gets_the_link_that_ours_carry(suite):
    async with suite.partner() as city:
        await prepare(city)
        await city.post("/v1/dossiers", json=filing())
        await suite.settle()
        asked = f"/v1/dossiers/{CODE}/rating-invitations", {"occasion": "received"}
        minted = await city.post(asked[0], json=asked[1])
        assert minted.status_code == 201, minted.text
        assert (await city.post(asked[0], json=asked[1])).status_code == 200
        page = await city.get(f"{RECEIPT}.html")
        assert qr_svg(minted.json()["ways"]["self_qr"]["url"]) in page.text


async def test_a_register_is_read_as_page_print_and_file_part_by_part(suite):
    evil = {"kind": "citizen", "name": "=HYPERLINK(1)<script>"}
    async with suite.partner() as city:
        await prepare(city)
        for number in (1, 2, 3):
            await city.post("/v1/dossiers", json=filing(number, applicant=evil))
        asked = "?from=2020-03-16&to=2020-03-17&limit=2"
        page = await city.get(f"/v1/registers/dossiers.html{asked}")
        assert page.status_code == 200, page.text
        assert "=HYPERLINK(1)<script>" in Reading(page.text).spoken
        assert "<script" not in page.text
        pdf = await city.get(f"/v1/registers/dossiers.pdf{asked}")
        assert "200316-0002" in PdfReader(io.BytesIO(pdf.content)).pages[0].extract_text()
        lines = []
        address = f"/v1/registers/dossiers.csv{asked}"
        while address:
            part = await city.get(address)
            assert part.status_code == 200, part.text
            lines += part.text.removeprefix("\ufeff").splitlines()[1:]
            link = re.search('<(.+)>; rel="next"', part.headers.get("link", ""))
            address = link and link[1]
        assert [line.split(",")[0] for line in lines] == ['"1"', '"2"', '"3"']
        assert all('"\'=HYPERLINK(1)<script>"' in line for line in lines)
        wrong = await city.get("/v1/registers/dossiers.csv?from=16/03/2020")
        assert wrong.status_code == 422
        backwards = await city.get("/v1/registers/dossiers.html?from=2020-03-16&to=2020-03-16")
        assert (backwards.status_code, backwards.json()["code"]) == (422, "period-empty")


async def test_each_paper_of_a_long_life_can_be_printed(suite):
    rows = [
        step("waiting_supplement", "2020-03-17T09:00:00+07:00", note="Thiếu chữ ký"),
        step("processing", "2020-03-18T09:00:00+07:00"),
        step("processing", "2020-03-20T09:00:00+07:00", due_at="2020-03-25T17:00:00+07:00"),
    ]
    async with suite.partner() as city:
        await prepare(city)
        await city.post("/v1/dossiers", json=filing())
        await city.post(f"/v1/dossiers/{CODE}/progress", json={"items": rows})
        for kind in ("receipt", "supplement", "apology", "control-slip"):
            pdf = await city.get(f"/v1/dossiers/{CODE}/papers/{kind}.pdf")
            assert pdf.status_code == 200, pdf.text
            assert len(PdfReader(io.BytesIO(pdf.content)).pages) == 1
        await city.post(
            f"/v1/dossiers/{CODE}/progress",
            json={"items": [step("refused", "2020-03-23T09:00:00+07:00", note="Sai thẩm quyền")]},
        )
        refusal = await city.get(f"/v1/dossiers/{CODE}/papers/refusal.html?lang=en")
        assert "Sai thẩm quyền" in refusal.text
        assert refusal.headers["content-language"] == "en"


@pytest.mark.parametrize("lane", ["sqlite"])
async def test_the_tracking_page_works_by_keyboard_in_a_browser_without_script(suite, chromium):
    """Drawn by a browser from what the gateway serves; the forms of a page need no script."""
    context = await chromium.new_context(java_script_enabled=False)
    page = await context.new_page()
    async with suite.partner() as city, suite.public() as citizen:
        await prepare(city)
        await city.post("/v1/dossiers", json=filing())
        pin = (await city.get(f"{RECEIPT}.json")).json()["pin"]

        async def serve(route):
            request = route.request
            sent = await citizen.request(
                request.method,
                request.url,
                content=request.post_data_buffer,
                headers={"content-type": (await request.all_headers()).get("content-type", "")},
            )
            await route.fulfill(
                status=sent.status_code, headers=dict(sent.headers), body=sent.content
            )

        await page.route("**/*", serve)
        await page.goto("http://test/track")
        await page.get_by_label("Mã hồ sơ").fill(CODE)
        await page.keyboard.press("Tab")
        await page.keyboard.type(pin)
        await page.keyboard.press("Enter")
        await page.get_by_text("Được tiếp nhận").wait_for()
        assert await page.get_by_text("17:00, 19/03/2020").is_visible()
    await context.close()
