"""Papers as pages and as PDF: what they say, on how many sheets, and what they never do."""

import base64
import csv
import hashlib
import io
import re

import pytest
import segno
from pypdf import PdfReader

from contracts.labels import LABELS
from contracts.vocabulary import PaperKind
from gateway.papers.printing import PRESS, PaperNotPrinted, Press
from gateway.web.papers import paper_page, qr_svg, register_page
from gateway.web.register import register_csv
from gateway.web.wording import LANGUAGES
from tests.gateway.page_samples import Reading
from tests.gateway.paper_samples import CODE, EVIL, NAME, a_paper, a_register

TRACKING = "https://mot-cua.example/track"
LINK = "https://mot-cua.example/r/mX2v0q3nR7cYb1LkTgE5wZsHfUjPaOd8iN6yQxVtB4M"


def shown(kind="receipt", language="vi", link=LINK, **changes):
    return paper_page(a_paper(kind, **changes), language, tracking=TRACKING, rating_link=link)


def every_page():
    for language in LANGUAGES:
        for kind in PaperKind:
            yield f"{kind} {language}", shown(kind, language)
        yield f"register {language}", register_page(a_register(), language)
        yield f"empty {language}", register_page(a_register(0), language)


PAGES = dict(every_page())


async def printed(page) -> PdfReader:
    return PdfReader(io.BytesIO(await Press().pdf(bytes(page.body))))


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("name", PAGES)
def test_a_paper_is_well_formed_and_brings_all_it_needs(name):
    page = PAGES[name]
    html = bytes(page.body).decode()
    reading = Reading(html)
    assert reading.faults == []
    assert reading.all("html")[0]["lang"] == name[-2:]
    assert reading.all("script", "link", "img", "iframe", "object", "form", "a") == []
    for _, attributes in reading.elements:
        assert not {"style", "src", "href", "action"} & set(attributes)
        assert not [each for each in attributes if each.startswith("on")]
    assert len(reading.all("h1")) == 1
    assert page.headers["cache-control"] == "no-store"
    assert "noindex" in page.headers["x-robots-tag"]


@pytest.mark.parametrize("name", PAGES)
def test_a_browser_may_apply_the_papers_own_style_and_nothing_else(name):
    html = bytes(PAGES[name].body).decode()
    [style] = re.findall("<style>(.*?)</style>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = PAGES[name].headers["content-security-policy"]
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}';")
    assert "unsafe" not in policy


@pytest.mark.parametrize("kind", PaperKind)
async def test_a_paper_says_the_same_on_the_page_and_in_print_on_one_sheet(kind):
    page = shown(kind)
    pdf = await printed(page)
    assert len(pdf.pages) == 1
    width, height = (round(float(side)) for side in pdf.pages[0].mediabox[2:])
    assert (width, height) == (595, 842)
    text = words(pdf.pages[0].extract_text())
    said = [NAME, CODE, "Thành lập hộ kinh doanh", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"]
    said += [LABELS[PaperKind][kind][0].upper(), "Nghị định 61/2018/NĐ-CP"]
    for each in said:
        assert each in text, text
        assert each in words(Reading(bytes(page.body).decode()).spoken)


async def test_a_receipt_shows_the_promise_the_papers_the_pin_and_two_addresses():
    text = words((await printed(shown())).pages[0].extract_text())
    for each in (
        "17 giờ 00 phút, ngày 19/03/2020",
        "03 ngày làm việc",
        "Giấy đề nghị đăng ký hộ kinh doanh",
        "*********123",
        "0903 123 456",
        "HGFM TMX5",
        TRACKING,
        "Trần Văn Bình",
        "Nhận qua bưu chính công ích",
    ):
        assert each in text, text


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("supplement", "hết ngày 01/04/2020 (15 ngày kể từ ngày yêu cầu)"),
        ("supplement", "Bổ sung bản sao hợp đồng có chứng thực. Giấy đề nghị thiếu chữ ký."),
        ("refusal", "10 giờ 00 phút, ngày 17/03/2020"),
        ("apology", "17 giờ 00 phút, ngày 25/03/2020"),
        ("apology", "lần thứ 1; quy định cho phép không quá 1 lần"),
        ("control-slip", "Phòng Chuyên môn Lê Thị Hoa"),
        ("control-slip", "đang giữ"),
    ],
)
async def test_a_paper_shows_what_gave_cause_for_it(kind, said):
    assert said in words((await printed(shown(kind))).pages[0].extract_text())


async def test_a_decree_without_a_number_of_days_leaves_the_answer_to_the_sector():
    notice = a_paper("supplement").supplement.model_dump() | {"answer_days": None}
    page = shown("supplement", supplement=notice | {"answer_by": None})
    assert "pháp luật chuyên ngành" in Reading(bytes(page.body).decode()).spoken


@pytest.mark.parametrize("kind", PaperKind)
async def test_a_name_that_is_markup_stays_a_name(kind):
    applicant = a_paper().applicant.model_copy(update={"name": EVIL, "address": EVIL})
    notice = a_paper("refusal").refusal.model_copy(update={"reason": f"</p>{EVIL}"})
    page = shown(kind, applicant=applicant, refusal=notice, procedure_name=f'"{EVIL}')
    html = bytes(page.body).decode()
    assert "<script" not in html
    assert Reading(html).faults == []
    assert EVIL in Reading(html).spoken
    text = (await printed(page)).pages[0].extract_text()
    assert "<script>alert(1)" in text


async def test_every_letter_of_vietnamese_is_printed_as_itself():
    letters = "aăâeêioôơuưy"
    every = [
        base + tone
        for base in letters
        for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
    ]
    import unicodedata

    alphabet = unicodedata.normalize("NFC", " ".join(every)) + " đ"
    alphabet = f"{alphabet} {alphabet.upper()}"
    applicant = a_paper().applicant.model_copy(update={"address": alphabet})
    pdf = await printed(shown(applicant=applicant))
    assert words(alphabet) in words(pdf.pages[0].extract_text())
    fonts = {str(f["/BaseFont"]) for f in fonts_of(pdf)}
    assert all("MotcuaSerif" in font for font in fonts), fonts


def fonts_of(pdf):
    return [each.get_object() for each in pdf.pages[0]["/Resources"]["/Font"].values()]


def test_the_qr_code_holds_the_rating_link_and_is_left_out_where_there_is_none():
    html = bytes(shown().body).decode()
    assert qr_svg(LINK) in html
    size = segno.make(LINK, error="m", micro=False).symbol_size(border=4)[0]
    assert f'viewBox="0 0 {size} {size}"' in qr_svg(LINK)
    assert "Đánh giá việc tiếp nhận" in html
    bare = bytes(shown(link=None).body).decode()
    assert "<svg" not in bare
    assert "Đánh giá" not in bare


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_receipt_speaks_both_languages(language):
    spoken = Reading(bytes(shown(language=language).body).decode()).spoken
    assert "Tiếp nhận hồ sơ của" in spoken
    assert "Received from" in spoken
    first = "Received from" if language == "en" else "Tiếp nhận hồ sơ của"
    assert spoken.index(first) == min(map(spoken.index, ("Received from", "Tiếp nhận hồ sơ của")))


async def test_a_receipt_of_a_hundred_papers_goes_on_the_next_sheet_with_its_columns_named():
    many = [{"name": f"Giấy tờ số {number}"} for number in range(1, 101)]
    pdf = await printed(shown(components=many))
    pages = [words(page.extract_text()) for page in pdf.pages]
    assert len(pages) > 2
    assert all("Tên giấy tờ" in page for page in pages if "Giấy tờ số" in page)
    assert sum(page.count("Giấy tờ số 57 ") for page in pages) == 1


async def test_a_register_lies_across_and_counts_its_sheets():
    pdf = await printed(register_page(a_register(60), "vi"))
    width, height = (round(float(side)) for side in pdf.pages[0].mediabox[2:])
    assert (width, height) == (842, 595)
    pages = [words(page.extract_text()) for page in pdf.pages]
    assert len(pages) > 2
    assert all(f"{number} / {len(pages)}" in page for number, page in enumerate(pages, 1))
    assert all("Mã hồ sơ" in page for page in pages)
    assert sum("200316-0060" in page for page in pages) == 1


def test_a_register_says_when_it_is_empty_and_when_it_goes_on():
    assert "Không có hồ sơ nào" in bytes(register_page(a_register(0), "vi").body).decode()
    part = bytes(register_page(a_register(1, next_cursor="x"), "vi").body).decode()
    assert "Sổ còn phần tiếp theo" in part
    assert "16/03/2020 đến hết 16/03/2020" in part


def test_a_registers_file_holds_nothing_a_spreadsheet_would_execute():
    evil = ["=1+1", "+CMD|' /C calc'!A0", "@SUM(1)", "-2+3", "\t=1", "＝HYPERLINK()"]
    for name in evil:
        text = register_csv(a_register(1, applicant=name, address=name))
        assert text.startswith("\ufeff")
        [row] = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
        assert row["applicant"] == row["address"] == f"'{name}"
        assert row["code"] == CODE
        assert row["received_at"] == "2020-03-16T09:00:00+07:00"
        assert (row["status"], row["status_vi"]) == ("processing", "Đang xử lý")


def program(folder, text):
    file = folder / "press.py"
    file.write_text(text)
    return file


@pytest.mark.parametrize(
    "text",
    [
        "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)",
        "raise SystemExit(3)",
        "import sys\nsys.stdin.read()\nprint('no paper')",
        "import os\nos.close(0)\nos._exit(1)",
    ],
)
async def test_a_press_that_breaks_is_a_refusal_and_not_the_end_of_the_gateway(tmp_path, text):
    with pytest.raises(PaperNotPrinted):
        await Press(program(tmp_path, text)).pdf(b"<p>" * 1_000_000)


async def test_a_press_that_hangs_is_stopped(tmp_path):
    pid = tmp_path / "pid"
    hangs = f"import os, time\nopen({str(pid)!r}, 'w').write(str(os.getpid()))\ntime.sleep(600)"
    with pytest.raises(PaperNotPrinted):
        await Press(program(tmp_path, hangs), seconds=2).pdf(b"<p>")
    import os

    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="file:///etc/hostname">',
        '<link rel="stylesheet" href="http://127.0.0.1:9/x.css">',
        '<object data="file:///etc/hostname"></object>',
        "<style>@import url(file:///etc/hostname); @font-face{font-family:x;src:url(file:///x)}</style>",
    ],
)
async def test_the_press_opens_nothing(markup):
    pdf = await Press().pdf(f"<p>trước</p>{markup}<p>sau</p>".encode())
    text = words(PdfReader(io.BytesIO(pdf)).pages[0].extract_text())
    assert text == "trước sau"


def test_the_press_stands_beside_its_fonts():
    assert PRESS.exists()
    fonts = sorted(file.name for file in (PRESS.parent / "fonts").glob("*.ttf"))
    assert fonts == [f"MotcuaSerif-{style}.ttf" for style in ("Bold", "Italic", "Regular")]
    assert "SIL OPEN FONT LICENSE" in (PRESS.parent / "fonts" / "OFL.txt").read_text()
