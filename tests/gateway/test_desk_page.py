"""The operator's page of the post: what it counts and draws, and what it keeps to itself."""

from datetime import timedelta

from contracts.vocabulary import DeskState, Verdict
from gateway.web.desk import PANELS, Desk, desk_page, shortened
from tests.gateway.page_samples import Reading
from tests.gateway.paper_samples import CODE
from tests.gateway.post_desk_samples import ITEM, NOW, a_busy_desk, a_quiet_desk


def panels(desk, language="vi"):
    return {one.id: one for draw in PANELS if (one := draw(desk, language)) is not None}


def test_every_state_that_is_counted_has_its_tile_and_its_table():
    drawn = panels(a_busy_desk())
    others = ["incidents", "postage", "pools", "news", "codes"]
    assert list(drawn) == [*map(str, DeskState), *others]
    assert drawn["provisional"].figure == "1.234"
    assert drawn["provisional"].more == "Và 1.230 bưu gửi khác."
    assert drawn["contested"].note == "lâu nhất: 9 ngày"
    verdicts = {name: one.verdict for name, one in drawn.items()}
    assert verdicts["contested"] is verdicts["orphan"] is Verdict.NOT_MET
    assert verdicts["order_problem"] is Verdict.UNDECIDED
    assert verdicts["stalled"] is Verdict.MET
    page = Reading(bytes(desk_page(a_busy_desk(), "vi").body).decode())
    assert {one["href"] for one in page.all("a")} >= {f"#{name}" for name in drawn}


def test_what_there_is_no_data_for_is_left_out():
    assert list(panels(a_quiet_desk())) == ["contested", "provisional"]
    text = Reading(bytes(desk_page(a_quiet_desk(), "vi", "H29").body).decode()).spoken
    assert "Không có gì cần xử lý." in text
    assert "H29" in text
    assert "Tin từ bưu chính" not in text


def test_the_oldest_news_of_all_accounts_is_the_figure():
    news = panels(a_busy_desk())["news"]
    assert (news.figure, news.verdict) == ("6 ngày", Verdict.NOT_MET)
    assert [row[2].text for row in news.rows] == ["2 giờ", "6 ngày", "chưa có tin"]
    assert [row[2].verdict for row in news.rows] == ["met", "not_met", "no_data"]


def test_an_account_nothing_is_remembered_of_may_have_been_heard_of_before():
    desk = a_busy_desk()
    known = Desk(desk.overview.model_copy(update={"kept_days": 30}), desk.lists)
    row = panels(known)["news"].rows[2]
    assert (row[1], row[2].text) == ("không có tin trong 30 ngày qua",) * 2
    assert panels(known, "en")["news"].rows[2][1] == "nothing in the last 30 days"


def test_open_incidents_are_counted_by_kind_and_the_oldest_is_told():
    drawn = panels(a_busy_desk())["incidents"]
    assert (drawn.figure, drawn.note, drawn.verdict) == ("3", "lâu nhất: 6 ngày", Verdict.NOT_MET)
    assert [row[1] for row in drawn.rows] == ["2", "1"]
    desk = a_quiet_desk()
    none = panels(Desk(desk.overview.model_copy(update={"incidents": []})))["incidents"]
    assert (none.figure, none.note, none.verdict) == ("0", None, Verdict.MET)


def test_postage_tells_what_is_not_reconciled_and_no_amount_where_none_is_known():
    drawn = panels(a_busy_desk())["postage"]
    assert (drawn.figure, drawn.verdict) == ("311", Verdict.NOT_MET)
    assert drawn.note == "chưa đối soát; 2 mâu thuẫn"
    amounts = ("19.866.000", "19.902.500", "36.500")
    assert drawn.rows[0][1:] == ("02/2020", "1.204", *amounts, "2", "0")
    assert drawn.rows[1][3:6] == ("chưa có",) * 3


def test_a_pool_that_runs_low_is_marked_and_its_bar_is_what_is_left():
    drawn = panels(a_busy_desk())["pools"]
    assert (drawn.figure, drawn.verdict) == ("12", Verdict.NOT_MET)
    bars = [row[-1] for row in drawn.rows]
    assert [(bar.length, bar.text) for bar in bars] == [("82.00", "đủ dùng"), ("2.40", "sắp hết")]


def test_the_page_shows_no_dossier_no_whole_number_and_no_shipment():
    for language in ("vi", "en"):
        html = bytes(desk_page(a_busy_desk(), language).body).decode()
        for told in (ITEM, CODE, "5f0c9c1e6d2f4f0f9b1d3a7c8e9f0a1b"):
            assert told not in html
        assert shortened(ITEM) in html
    assert shortened("A" * 40) == "AA…AAAAAA"
    assert shortened("1") == "…1"


def test_the_page_keeps_its_agency_in_the_other_language_and_is_kept_by_nobody():
    page = desk_page(a_busy_desk(), "vi", "H29")
    assert "/post?agency=H29&amp;lang=en" in bytes(page.body).decode()
    assert page.headers["cache-control"] == "no-store"
    assert "noindex" in page.headers["x-robots-tag"]
    assert page.headers["content-security-policy"].startswith("default-src 'none'")


def test_a_clock_that_runs_behind_draws_no_bar_backwards():
    desk = a_busy_desk()
    early = Desk(desk.overview.model_copy(update={"as_of": NOW - timedelta(days=30)}), desk.lists)
    assert panels(early)["contested"].rows[0][-1].length == "0.00"
