"""What the portal's answers mean: every convention, and what is none."""

import json

import pytest

from gateway.portal.answers import Outcome, read_answer, words_without

SENT = {"data": [{"MaHoSo": "H29-1", "ChuHoSo": "Nguyễn Văn A", "MaTTHC": "1.001612"}]}


def said(status: int = 200, /, **body):
    return read_answer(status, {}, json.dumps(body, ensure_ascii=False).encode(), SENT)


@pytest.mark.parametrize(
    "body",
    [
        {"error_code": "0"},
        {"error_code": 0, "message": "x"},
        {"error_code": "00"},
        {"response_code": "00", "response_data": "x"},
        {"Status": "200", "Message": "x"},
        {"Status": 200},
    ],
)
def test_a_success_is_told_by_its_code_whatever_the_words(body):
    answer = said(**body)
    assert (answer.outcome, answer.by_words) == (Outcome.DONE, False)


def test_a_success_told_by_words_alone_says_so():
    answer = said(message="Đồng bộ hồ sơ thành công")
    assert (answer.outcome, answer.by_words) == (Outcome.DONE, True)


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ({"message": "Đồng bộ không thành công"}, Outcome.UNCLEAR),
        ({"error_code": "-1", "message": "Đồng bộ thành công"}, Outcome.UNCLEAR),
        ({"error_code": "3", "message": "Hồ sơ H29-1 đã tồn tại"}, Outcome.EXISTS),
        ({"error_code": "-3", "message": "Mã hồ sơ đã tồn tại"}, Outcome.EXISTS),
        ({"error_code": "3"}, Outcome.EXISTS),
        ({"error_code": "-1", "message": "Hồ sơ H29-1 không tồn tại"}, Outcome.NOT_FOUND),
        ({"error_code": "-1", "message": "Phiên làm việc đã hết hạn"}, Outcome.SESSION_OVER),
        ({"error_code": "-1", "message": "Invalid session"}, Outcome.SESSION_OVER),
        ({"error_code": "-1", "message": "MaTTHC không tồn tại"}, Outcome.REFUSED),
        ({"error_code": "-1", "message": "ChuHoSo: bắt buộc"}, Outcome.REFUSED),
        ({"error_code": "-1", "message": "Lỗi hệ thống"}, Outcome.UNCLEAR),
        ({"error_code": "-1"}, Outcome.UNCLEAR),
        ({}, Outcome.UNCLEAR),
    ],
)
def test_a_refusal_is_read_for_what_can_be_done_about_it(body, outcome):
    assert said(**body).outcome is outcome


@pytest.mark.parametrize(
    ("status", "body", "alive"),
    [
        (500, b"Internal Server Error", False),
        (502, b"", False),
        (302, b"", False),
        (200, b"<html>B\xe1\xba\xa3o tr\xc3\xac</html>", False),
        (200, b'{"error_code": "0', False),
        (200, b"", False),
        (200, b"[]", False),
        (200, b"null", False),
        (200, b"[" * 100_000, False),
        (200, b'{"message":' * 100_000, False),
        (429, b"", True),
    ],
)
def test_what_is_no_answer_is_tried_again(status, body, alive):
    answer = read_answer(status, {}, body, SENT)
    assert (answer.outcome, answer.alive) == (Outcome.TRY_AGAIN, alive)


def test_letters_that_cannot_be_read_leave_the_code_and_no_words():
    lost = "Đồng bộ hồ sơ thành công".encode()[:-1] + b"\xf4"
    done = read_answer(200, {}, b'{"error_code":"0","message":"' + lost + b'"}', SENT)
    assert done.outcome is Outcome.DONE
    only_words = read_answer(200, {}, b'{"message":"\xd0 th\xe0nh c\xf4ng"}', SENT)
    assert only_words.outcome is Outcome.TRY_AGAIN
    assert (
        read_answer(200, {}, '{"error_code":"00"}'.encode("utf-16"), SENT).outcome is Outcome.DONE
    )


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("7", 7),
        ("99999999", 3600),
        ("-1", 0),
        ("soon", None),
        ("nan", None),
        ("1 Jan 999999999999999999999 00:00:00 GMT", None),
    ],
)
def test_the_rest_the_portal_asks_for_is_kept_within_reason(told, seconds):
    assert read_answer(429, {"retry-after": told}, b"", SENT).rest == seconds


def test_a_date_to_come_back_at_is_understood():
    gone = read_answer(429, {"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, b"", SENT)
    assert gone.rest == 0


def test_the_portals_words_repeat_nothing_of_a_person():
    sent = {"data": [{"ChuHoSo": "Trần Thị B", "Email": "b@nha.vn", "SoDienThoai": "0909123456"}]}
    words = "Chủ hồ sơ TRẦN THỊ B (b@nha.vn, 0909 123 456, 079201234123) không hợp lệ"
    shown = words_without(words, sent)
    assert "B (" not in shown
    assert not any(part in shown for part in ("TRẦN", "nha.vn", "0909", "079201234123"))
