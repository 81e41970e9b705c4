"""The board: how figures are written, drawn and handed to a spreadsheet."""

import csv
import io
from fractions import Fraction

import pytest

from contracts.kpi import BesideView
from contracts.spreadsheets import safe_cell
from contracts.vocabulary import FigureState, Operator, Verdict
from gateway.web import figures
from gateway.web.board import board_page, board_row
from gateway.web.csv import COLUMNS, scoreboard_csv
from gateway.web.figures import shown_percent
from tests.gateway.page_samples import Reading, a_scoreboard, a_target, every_kind_of_target


@pytest.mark.parametrize(
    ("count", "among", "operator", "target", "shown"),
    [
        (9, 10, Operator.GTE, "0.9", "90"),
        (8499, 10000, Operator.GTE, "0.85", "84,9"),
        (84999, 100000, Operator.GTE, "0.85", "84,9"),
        (90001, 100000, Operator.GT, "0.9", "90,001"),
        (2, 3, Operator.GTE, "0.5", "66,6"),
        (2, 3, Operator.LT, "0.9", "66,7"),
        (10001, 100000, Operator.LTE, "0.1", "10,1"),
        (9999, 10000, Operator.LT, "1", "99,99"),
        (99999, 100000, Operator.EQ, "1", "99,9"),
        (50001, 100000, Operator.EQ, "0.5", "50,1"),
        (1, 3, None, None, "33,3"),
        (0, 7, Operator.GTE, "0.1", "0"),
    ],
)
def test_a_share_is_rounded_towards_failure(count, among, operator, target, shown):
    assert shown_percent(count, among, operator, target) == f"{shown}\N{NO-BREAK SPACE}%"


@pytest.mark.parametrize("operator", Operator)
def test_what_is_shown_never_contradicts_the_verdict(operator):
    target = Fraction(17, 20)
    for among in (7, 20, 999, 10_000):
        nearest = target * among
        for count in {0, among, int(nearest) - 1, int(nearest), int(nearest) + 1}:
            written = shown_percent(count, among, operator, "0.85", "en")
            shown = Fraction(written.removesuffix("\N{NO-BREAK SPACE}%")) / 100
            exact = Fraction(count, among)
            assert figures._holds(shown, operator, target) == figures._holds(
                exact, operator, target
            )


def test_nothing_counted_is_no_percentage():
    assert shown_percent(0, 0, Operator.GTE, "0.85") is None
    row = board_row(a_target("k04", 0, 0, state=FigureState.EMPTY, verdict=Verdict.NO_DATA), "vi")
    assert row.figure is None
    assert row.bar is not None
    assert row.bar.reach is None


def test_each_kind_of_figure_is_written_as_people_write_it():
    rows = {target.id: board_row(target, "vi") for target in every_kind_of_target()}
    assert rows["k01"].figure == "84,9\N{NO-BREAK SPACE}%"
    assert rows["k01"].base == "1.699 trên 2.000"
    assert (rows["k01"].bar.reach, rows["k01"].bar.goal) == ("84.95", "85.00")
    assert rows["k03"].figure is rows["k03"].base is rows["k03"].bar.reach is None
    assert [rows[code].figure for code in ("k28", "k29", "k34", "k42")] == ["2", "Khá", "Có", "+28"]
    assert [rows[code].bar for code in ("k29", "k34", "k42")] == [None] * 3
    # A count is drawn against the larger of the two.
    assert (rows["k28"].bar.reach, rows["k28"].bar.goal) == ("100.00", "100.00")
    assert rows["k40"].bar.goal is None


def test_a_goal_of_yes_or_no_is_told_in_the_readers_language():
    rows = {target.id: target for target in every_kind_of_target()}
    told = [board_row(rows["k34"], language).goal for language in ("vi", "en")]
    assert told == ["có", "yes"]
    assert board_row(rows["k29"], "en").goal == rows["k29"].shown == "≥ Tốt"


def test_a_figure_handed_in_as_a_decimal_is_shown_like_a_counted_one():
    row = board_row(a_target(count=None, among=None, value="0.8612"), "en")
    assert row.figure == "86.1\N{NO-BREAK SPACE}%"
    assert row.base is None


def test_the_board_tells_what_is_missed_and_what_is_not_known():
    page = board_page(a_scoreboard(*every_kind_of_target(), met=1), "vi")
    text = " ".join(Reading(bytes(page.body).decode()).spoken.split())
    assert "Đạt 1/10 chỉ tiêu" in text
    assert "01/01/2020 đến hết 31/12/2020" in text
    assert "00:05, 31/12/2020 (giờ Việt Nam)" in text
    assert "Không công bố vì quá ít" in text
    assert "Chưa phát sinh để tính" in text
    assert "chưa có báo cáo nào" in text
    assert "mức độ hài lòng từ 85% trở lên" in text
    assert "≥ 85 %" in text
    assert "3 trên 3" not in text


def test_the_board_offers_its_twins_and_keeps_what_it_was_asked_with():
    page = board_page(a_scoreboard(a_target()), "en", {"agency": "H29"})
    links = {each["href"] for each in Reading(bytes(page.body).decode()).all("a")}
    assert {"/board/hcmc-2020.csv?agency=H29", "/board/hcmc-2020.json?agency=H29"} <= links
    assert "/board/hcmc-2020?agency=H29" in links


@pytest.mark.parametrize(("language", "words"), [("vi", "Chưa chấp nhận: 1.234"), ("en", "Never")])
def test_a_number_beside_a_figure_stands_there_with_its_name(language, words):
    beside = BesideView(
        id="outbound_not_accepted", title_vi="Chưa chấp nhận", title_en="Never", count=1234
    )
    page = board_page(a_scoreboard(a_target(beside=[beside])), language)
    assert words in " ".join(Reading(bytes(page.body).decode()).spoken.split())


def test_what_a_plan_says_is_text_and_never_markup():
    page = board_page(a_scoreboard(a_target(title="<script>alert(1)</script>")), "vi")
    reading = Reading(bytes(page.body).decode())
    assert reading.all("script") == []
    assert "<script>alert(1)</script>" in reading.spoken


def test_the_csv_holds_every_target_and_opens_in_a_spreadsheet():
    written = scoreboard_csv(a_scoreboard(*every_kind_of_target()))
    assert written.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(written.removeprefix("\ufeff"))))
    assert list(rows[0]) == list(COLUMNS)
    assert [row["id"] for row in rows] == [target.id for target in every_kind_of_target()]
    first = rows[0]
    assert (first["count"], first["among"], first["operator"]) == ("1699", "2000", "gte")
    assert (first["verdict"], first["verdict_vi"]) == ("not_met", "Chưa đạt")
    assert (first["provisional"], first["as_of"]) == ("false", "2020-12-30T17:05:00+00:00")


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", " ="])
def test_no_cell_of_the_csv_is_a_formula(begin):
    text = f"{begin}HYPERLINK(1)"
    assert safe_cell(text) == f"'{text}"
    row = scoreboard_csv(a_scoreboard(a_target(source=text)))
    assert f'"\'{text}"' in row
