"""What of a person is found in a comment, however it is written, and what is left alone."""

import pytest

from contracts.rating_words import PersonalKind as Kind
from services.rating.domain import REMOVED, screened, tells_of

ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
FULL = str.maketrans("0123456789", "０１２３４５６７８９")

PEOPLE = [
    ("CCCD 079123456789", Kind.NATIONAL_ID, "CCCD […]"),
    ("cccd: 079 123 456 789.", Kind.NATIONAL_ID, "cccd: […]."),
    ("CMND 024123456", Kind.OLD_ID, "CMND […]"),
    ("gọi 0903123456 nhé", Kind.PHONE, "gọi […] nhé"),
    ("gọi 0903.123.456", Kind.PHONE, "gọi […]"),
    ("gọi 090-312-3456", Kind.PHONE, "gọi […]"),
    ("gọi 090\u2013312\u20133456", Kind.PHONE, "gọi […]"),
    ("gọi +84 903 123 456", Kind.PHONE, "gọi […]"),
    ("gọi +84 (0)903 123 456", Kind.PHONE, "gọi […]"),
    ("gọi 84903123456", Kind.PHONE, "gọi […]"),
    ("gọi 0 9 0 3 1 2 3 4 5 6", Kind.PHONE, "gọi […]"),
    ("thư a.b@vi-du.vn.", Kind.EMAIL, "thư […]."),
    ("thư a.b＠vi-du.vn", Kind.EMAIL, "thư […]"),
    ("thư lan(at)vi-du.vn", Kind.EMAIL, "thư […]"),
    ("MST 0312345678", Kind.TAX_CODE, "MST […]"),
    ("MST 0112345678-001", Kind.TAX_CODE, "MST […]"),
    ("mã BHXH 7912345678", Kind.SOCIAL_INSURANCE, "mã BHXH […]"),
    ("STK 12345678", Kind.BANK_ACCOUNT, "STK […]"),
    ("số tài khoản ở VCB: 0071 0001 2345", Kind.BANK_ACCOUNT, "số tài khoản ở VCB: […]"),
    ("so tai khoan 1903567890123456", Kind.BANK_ACCOUNT, "so tai khoan […]"),
    ("xe 51F-123.45 đỗ", Kind.PLATE, "xe […] đỗ"),
    ("xe 59-X1 123.45", Kind.PLATE, "xe […]"),
    ("xe 29A1234", Kind.PLATE, "xe […]"),
    ("hồ sơ 000.00.19.H29-200316-0001 chậm", Kind.DOSSIER_CODE, "hồ sơ […] chậm"),
    ("hồ sơ H29.19-200316-0001", Kind.DOSSIER_CODE, "hồ sơ […]"),
    ("xem https://vi-du.vn/a?b=c", Kind.LINK, "xem […]"),
    ("xem facebook.com/nguyen.van.a", Kind.LINK, "xem […]"),
    ("số 12345678901234567", Kind.NUMBER, "số […]"),
]


@pytest.mark.parametrize(("written", "kind", "shown"), PEOPLE)
def test_what_may_be_somebodys_is_taken_out_and_named(written, kind, shown):
    found = screened(written)
    assert found.redacted == shown
    assert found.kinds == (kind,)


@pytest.mark.parametrize("digits", [ARABIC, FULL])
@pytest.mark.parametrize(("written", "kind", "_"), PEOPLE)
def test_digits_of_another_script_are_digits(written, kind, _, digits):
    found = screened(written.translate(digits))
    assert found.kinds == (kind,)
    assert not any(character.isdigit() for character in found.redacted)


@pytest.mark.parametrize(
    "hidden", ["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u202e", "\u0301"]
)
def test_what_has_no_width_hides_no_number(hidden):
    found = screened(hidden.join("gọi 0903123456 nhé"))
    assert found.kinds == (Kind.PHONE,)
    assert "".join(c for c in found.redacted if c.isdigit()) == ""


@pytest.mark.parametrize(
    "written",
    [
        "Cán bộ thân thiện, chờ 3 ngày, nộp 2 lần.",
        "Hẹn 8 giờ 30 ngày 19/03/2020.",
        "Theo Nghị định 118/2025/NĐ-CP, Điều 33.",
        "Lệ phí 150.000 đồng",
        "👨‍👩‍👧 cảm ơn 🙏🏽",
        "Nguye\u0302\u0303n",
        "<script>alert(1)</script>",
        "",
    ],
)
def test_what_is_nobodys_is_left_as_it_was_written(written):
    found = screened(written)
    assert (found.redacted, found.kinds) == (written, ())


def test_several_people_in_one_comment_are_all_taken_out():
    text = "Anh A 0903123456, chị B 079123456789, thư c@d.vn"
    found = screened(text)
    assert found.redacted == f"Anh A {REMOVED}, chị B {REMOVED}, thư {REMOVED}"
    assert found.kinds == (Kind.NATIONAL_ID, Kind.PHONE, Kind.EMAIL)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("Bị VÒI VĨNH tiền", True),
        ("bi voi   vinh tien", True),
        ("Đòi tiền", True),
        ("với Vinh thì nhanh", False),
        ("không đòi hỏi tiền bạc", False),
        ("vòi\u200b vĩnh", True),
        ("", False),
    ],
)
def test_words_of_harassment_are_found_whole_with_and_without_diacritics(written, told):
    assert tells_of(written, ["vòi vĩnh", "đòi tiền"]) is told
