"""The checklist and the manifest as pages and as PDF: what they say, and what they leave to be written in."""

import csv
import io
import re

import pytest

from gateway.web.papers import qr_svg
from gateway.web.post_papers import (
    BLANK_LINES,
    checklist_lines,
    checklist_page,
    manifest_csv,
    manifest_page,
)
from gateway.web.wording import LANGUAGES
from tests.gateway.page_samples import Reading
from tests.gateway.paper_samples import CODE, EVIL
from tests.gateway.post_paper_samples import ITEM, OPENING, PICKUP, a_checklist, a_manifest
from tests.gateway.test_papers import printed, words

HANDED = {"accepted_at": "2020-03-17T16:00:00+07:00", "slip_number": "BB-17"}


def every_page():
    for language in LANGUAGES:
        yield f"blank {language}", checklist_page(a_checklist(components=[]), language)
        yield f"listed {language}", checklist_page(a_checklist(), language)
        yield f"picked {language}", checklist_page(a_checklist(pickup=PICKUP), language)
        filled = a_checklist(pickup=PICKUP, opening=OPENING)
        yield f"opened {language}", checklist_page(filled, language)
        yield f"manifest {language}", manifest_page(a_manifest(), language)
        over = a_manifest(state="handed_over", row=HANDED)
        yield f"handed {language}", manifest_page(over, language)
        yield f"empty {language}", manifest_page(a_manifest(0, totals=[]), language)


PAGES = dict(every_page())


@pytest.mark.parametrize("name", PAGES)
def test_a_paper_of_the_post_is_well_formed_and_brings_all_it_needs(name):
    page = PAGES[name]
    reading = Reading(bytes(page.body).decode())
    assert reading.faults == []
    assert reading.all("html")[0]["lang"] == name[-2:]
    assert reading.all("script", "link", "img", "iframe", "object", "form", "a") == []
    for _, attributes in reading.elements:
        assert not {"style", "src", "href", "action"} & set(attributes)
    assert len(reading.all("h1")) == 1
    assert page.headers["cache-control"] == "no-store"
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy


@pytest.mark.parametrize("name", [name for name in PAGES if name.endswith("vi")])
async def test_a_paper_of_the_post_says_in_print_what_the_page_says_on_one_sheet(name):
    pdf = await printed(PAGES[name])
    assert len(pdf.pages) == 1
    assert [round(float(side)) for side in pdf.pages[0].mediabox[2:]] == [595, 842]
    text = words(pdf.pages[0].extract_text())
    spoken = words(Reading(bytes(PAGES[name].body).decode()).spoken)
    for each in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "1 / 1"):
        assert each in text
    said = (
        [CODE, "Thành lập hộ kinh doanh", ITEM, "NGƯỜI NỘP HỒ SƠ", "NHÂN VIÊN BƯU CHÍNH"]
        if name.startswith(("blank", "listed", "picked", "opened"))
        else ["BÊN GIAO", "BÊN NHẬN (BƯU CHÍNH)", "17/03/2020"]
    )
    for each in said:
        assert each in text, text
        assert each.lower() in spoken.lower()


async def test_a_recorded_pickup_and_opening_fill_the_checklist_in():
    text = words((await printed(PAGES["opened vi"])).pages[0].extract_text())
    for each in (
        *("NP-000123", "PHS-77", "BL-9", "100.000 đ", "08 giờ 30 phút, ngày 16/03/2020"),
        *("09 giờ 05 phút, ngày 17/03/2020", "Ảnh 3x4: bản chính 0 → 2, bản sao 0 → 0"),
        "Bản sao giấy tờ chứng thực của chủ hộ: bản chính 0 → 0, bản sao 2 → 1",
    ):
        assert each in text, text
    same = OPENING.model_copy(update={"differences": []})
    agreed = checklist_page(a_checklist(pickup=PICKUP, opening=same), "vi")
    assert "đúng như khi niêm phong" in Reading(bytes(agreed.body).decode()).spoken
    assert "đúng như khi niêm phong" not in Reading(bytes(PAGES["picked vi"].body).decode()).spoken


def test_papers_are_counted_beside_each_other_and_differences_stand_out():
    rows = {one.name: one for one in checklist_lines(a_checklist(pickup=PICKUP, opening=OPENING))}
    assert rows["Giấy đề nghị đăng ký hộ kinh doanh"].listed == (1, 0)
    assert [name for name, one in rows.items() if one.differs] == [
        *("Bản sao giấy tờ chứng thực của chủ hộ", "Ảnh 3x4"),
    ]
    assert rows["Ảnh 3x4"].picked == (0, 0)
    assert rows["Ảnh 3x4"].listed == (None, None)
    html = bytes(PAGES["opened vi"].body).decode()
    assert len(re.findall(r'class="figure count differs"', html)) == 4


def test_lines_are_left_to_write_on_until_the_postman_has_counted():
    assert [one.name for one in checklist_lines(a_checklist(components=[]))] == [""] * BLANK_LINES
    assert [one.name for one in checklist_lines(a_checklist())][-2:] == ["", ""]
    assert "" not in [one.name for one in checklist_lines(a_checklist(pickup=PICKUP))]


def test_the_checklist_carries_the_dossiers_code_for_a_reader():
    assert qr_svg(CODE) in bytes(PAGES["blank vi"].body).decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_markup_stays_text(language):
    counts = [{"name": EVIL, "originals": 1}]
    pickup = PICKUP.model_copy(update={"seal_number": EVIL, "slip_number": EVIL})
    page = checklist_page(
        a_checklist(components=counts, procedure_name=EVIL, item_code=EVIL, pickup=pickup), language
    )
    over = manifest_page(
        a_manifest(state="handed_over", row=HANDED | {"slip_number": EVIL, "account": EVIL}),
        language,
    )
    for each in (page, over):
        html = bytes(each.body).decode()
        assert "<script" not in html
        assert Reading(html).faults == []
        assert EVIL in Reading(html).spoken


async def test_a_long_manifest_counts_its_sheets_and_names_its_columns_on_each():
    pdf = await printed(manifest_page(a_manifest(90), "vi"))
    pages = [words(page.extract_text()) for page in pdf.pages]
    assert len(pages) > 2
    assert all(f"{number} / {len(pages)}" in page for number, page in enumerate(pages, 1))
    assert all("Mã hồ sơ" in page for page in pages if "200316-" in page)
    assert sum(page.count("200316-0057 ") for page in pages) == 1
    assert "BÊN GIAO" in pages[-1]
    assert "Cộng 92 93" in pages[0]


def test_a_manifests_file_holds_nothing_a_spreadsheet_would_execute():
    text = manifest_csv(a_manifest(1, row={"account": "=1+1", "slip_number": "@SUM(1)"}))
    assert text.startswith("\ufeff")
    [row] = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert (row["account"], row["slip_number"]) == ("'=1+1", "'@SUM(1)")
    assert (row["leg"], row["leg_vi"]) == ("outbound_result", "Trả kết quả")
    assert row["ordered_at"] == "2020-03-16T09:00:00+07:00"
