"""Ratings on paper, by phone and of other software come in from a file, each once; on both engines."""

import asyncio
import io
import json
from datetime import timedelta

import openpyxl
import pytest

from contracts.text import folded
from contracts.vocabulary import VIETNAM, Scope
from services.rating import service
from services.rating.importing.columns import OWN
from services.rating.questionnaires import questionnaires
from tests.builders import AGENCY
from tests.rating.builders import CODE, STRANGER, directory, filed, links, returned, rows_of

CSV = {"content-type": "text/csv"}
XLSX = {"content-type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
NDJSON = {"content-type": "application/x-ndjson"}
HEADER = "dossier,day,provenance,questionnaire,overall,comment"
ROW = f"{CODE},19/03/2020,paper,overall-5/1,5,Tốt"


def lines(*rows, header=HEADER):
    return "\n".join((header, *rows)).encode()


async def send(client, content, headers=CSV, **query):
    query = {k: json.dumps(v) if isinstance(v, dict) else v for k, v in query.items()}
    answer = await client.post("/v1/rating-imports", content=content, headers=headers, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def refused(client, content, headers=CSV, **query):
    answer = await client.post("/v1/rating-imports", content=content, headers=headers, params=query)
    assert 400 <= answer.status_code < 500, answer.text
    return answer.status_code, answer.json()["code"], answer.json()["detail"]


def outcomes(view):
    return [item["outcome"] for item in view["items"]]


def reasons(view):
    return [(r["field"], r["code"]) for item in view["items"] for r in item["reasons"]]


async def known(rating, *codes):
    await rating.hear(*directory(), *(filed(code) for code in codes))


async def test_a_paper_slip_becomes_the_rating_of_its_dossier(lone):
    async with lone(service) as rating, rating.calls() as client:
        await known(rating, CODE)
        view = await send(client, lines(ROW))
        assert outcomes(view) == ["taken"]
        assert view["counts"] == {"taken": 1, "repeated": 0, "already_rated": 0, "invalid": 0}
        assert view["items"][0]["row"] == 2
        [told] = await rating.announced("rating.submitted")
        assert (told["dossier"], told["provenance"], told["score"]) == (CODE, "paper", 5)
        assert told["submitted_at"].startswith("2020-03-19T12:00:00+07:00")
        [link] = await links(client)
        assert (link["occasion"], link["used"]) == ("returned", True)
        [comment] = await rows_of(rating, "comment")
        assert comment.redacted == "Tốt"


async def test_a_file_that_comes_twice_or_has_grown_counts_each_row_once(lone):
    async with lone(service) as rating, rating.calls() as client:
        await known(rating, CODE, "A-2")
        slip = "overall-5/1,4"
        header = "dossier,agency,procedure,day,provenance,questionnaire,overall"
        alike = f",{AGENCY},1.001612,2020-03-19,paper,{slip}"
        rows = [f"{CODE},,,2020-03-19,paper,{slip}", alike, alike]
        assert outcomes(await send(client, lines(*rows, header=header))) == ["taken"] * 3
        assert outcomes(await send(client, lines(*rows, header=header))) == ["repeated"] * 3
        grown = [*rows, alike, f"A-2,,,2020-03-20,paper,{slip}"]
        told = await send(client, lines(*grown, header=header))
        assert outcomes(told) == [*["repeated"] * 3, "taken", "taken"]
        assert len(await rows_of(rating, "rating")) == 5
        assert len(await rating.announced("rating.submitted")) == 2
        slips = [r for r in await rows_of(rating, "invitation") if r.dossier.startswith("slip:")]
        assert {(r.agency, r.procedure) for r in slips} == {(AGENCY, "1.001612")}


async def test_a_numbered_slip_counts_once_and_cannot_change_its_mind(lone):
    async with lone(service) as rating, rating.calls() as client:
        await known(rating)
        header = "slip,agency,day,provenance,questionnaire,overall"
        row = f"17,{AGENCY},2020-03-19,paper,overall-5/1,"
        far_apart = [f"{n},nobody,2020-03-19,paper,overall-5/1,5" for n in range(100, 200)]
        tried = lines(row + "5", *far_apart, row + "5", header=header)
        assert outcomes(await send(client, tried, dry_run="true"))[-1] == "repeated"
        first = await send(client, lines(row + "5", row + "5", header=header))
        assert outcomes(first) == ["taken", "repeated"]
        other = await send(client, lines(row + "1", header=header))
        assert (outcomes(other), reasons(other)) == (["invalid"], [("slip", "slip-number-taken")])


async def test_a_citizens_own_rating_stays(lone):
    async with lone(service) as rating, rating.calls() as client, rating.anonymous() as citizen:
        await known(rating, CODE, "A-2")
        await rating.hear(returned(CODE), returned("A-2"))
        token = (await links(client))[0]["token"]
        await citizen.post("/v1/ratings", json={"token": token, "answers": {"overall": "1"}})
        worse = ROW.replace(",5,Tốt", ",1,").replace(CODE, "A-2")
        view = await send(client, lines(ROW, worse, worse.replace(",1,", ",2,")))
        assert outcomes(view) == ["already-rated", "taken", "already-rated"]
        assert sorted(r.score for r in await rows_of(rating, "rating")) == [1, 1]
        link = (await links(client, "A-2"))[0]["token"]
        late = await citizen.post("/v1/ratings", json={"token": link, "answers": {"overall": "5"}})
        assert (late.status_code, late.json()["code"]) == (409, "rating-already-given")


async def test_a_dry_run_tells_the_same_and_writes_nothing(lone):
    async with lone(service) as rating, rating.calls() as client:
        await known(rating, CODE)
        content = lines(ROW, ROW.replace(",5,", ",2,"), ROW.replace(CODE, "B-9"))
        dry = await send(client, content, dry_run="true")
        assert dry["dry_run"] is True
        for table in ("invitation", "rating", "imported_rating", "comment", "rating_token"):
            assert await rows_of(rating, table) == []
        real = await send(client, content)
        assert outcomes(dry) == outcomes(real) == ["taken", "already-rated", "invalid"]


async def test_a_slip_may_ask_another_questionnaire_than_the_link_would_have(lone):
    async with lone(service) as rating, rating.calls() as client:
        await known(rating, CODE)
        await rating.hear(returned())
        header = "Mã hồ sơ;Ngày đánh giá;Hình thức;Mẫu phiếu;Thời gian giải quyết hồ sơ;"
        header += "THU TUC HANH CHINH;attitude"
        row = f"{CODE};2020-03-19T08:30:00+07:00;Phiếu giấy;hcmc-2017/1;dung hen;Clear;IMPOLITE"
        view = await send(client, lines(row, header=header))
        assert (outcomes(view), view["warnings"]) == (["taken"], [])
        [row] = await rows_of(rating, "rating")
        assert row.answers == {"time": "on-time", "clarity": "clear", "attitude": "impolite"}
        assert (row.questionnaire, row.score, row.option_class) == ("hcmc-2017/1", 2, "negative")
        assert row.submitted_at.astimezone(VIETNAM).isoformat() == "2020-03-19T08:30:00+07:00"


async def test_a_mapping_says_what_the_columns_and_words_of_others_mean(lone):
    async with lone(service) as rating, rating.calls() as client:
        await known(rating, CODE)
        mapping = {
            "columns": {"SoBienNhan": "dossier", "NgayDG": "day", "MucDo": "overall"},
            "values": {"overall": {"Tạm được": "3"}},
            "defaults": {"provenance": "other_software", "questionnaire": "overall-5/1"},
        }
        rows = {"SoBienNhan": CODE, "NgayDG": "19/3/2020", "MucDo": "TAM DUOC", "NhanVien": "x"}
        view = await send(client, json.dumps(rows).encode(), NDJSON, mapping=mapping)
        assert outcomes(view) == ["taken"]
        assert [(w["field"], w["code"]) for w in view["warnings"]] == [
            ("NhanVien", "unused-column")
        ]
        [row] = await rows_of(rating, "rating")
        assert (row.score, row.provenance) == (3, "paper")
        [imported] = await rows_of(rating, "imported_rating")
        assert imported.gathered == "other_software"


@pytest.mark.parametrize(
    ("gathered", "provenance"),
    [
        ("paper", "paper"),
        ("Postal Card", "postal_card"),
        ("Công chức nhập hộ", "assisted"),
        ("other software", "paper"),
    ],
)
async def test_what_an_officer_enters_is_told_apart(lone, gathered, provenance):
    async with lone(service) as rating, rating.calls() as client:
        await known(rating, CODE)
        assert outcomes(await send(client, lines(ROW.replace("paper", gathered)))) == ["taken"]
        [told] = await rating.announced("rating.submitted")
        assert told["provenance"] == provenance


async def test_a_workbook_with_real_dates_and_numbers_is_read(lone):
    from datetime import datetime

    book = openpyxl.Workbook()
    book.active.append(HEADER.split(","))
    book.active.append([CODE, datetime(2020, 3, 19), "paper", "overall-5/1", 4, None])  # noqa: DTZ001 - as cells are
    book.active.append([None] * 6)
    book.active.append([CODE, "x", "paper", "overall-5/1", 4.0, '=HYPERLINK("http://x.example")'])
    raw = io.BytesIO()
    book.save(raw)
    async with lone(service) as rating, rating.calls() as client:
        await known(rating, CODE)
        view = await send(client, raw.getvalue(), XLSX)
        assert outcomes(view) == ["taken", "invalid"]
        assert reasons(view) == [("day", "date-unreadable")]
        assert [item["row"] for item in view["items"]] == [2, 4]


def changed(**cells):
    told = dict(zip(HEADER.split(","), ROW.split(","), strict=True)) | cells
    return json.dumps(told).encode()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (changed(comment="x" * 100_000), ("comment", "too-long")),
        (changed(overall="x" * 100_000), ("overall", "too-long")),
        (changed(overall='=HYPERLINK("http://x.example";"5")'), ("overall", "formula")),
        (changed(dossier="=A1"), ("dossier", "formula")),
        (changed(comment="a" + "\u0301" * 9), ("comment", "text-unclean")),
        (changed(comment="ẩn\u200bdấu"), ("comment", "text-unclean")),
        (changed(overall="6"), ("overall", "unknown-option")),
        (changed(overall="0"), ("overall", "unknown-option")),
        (changed(overall="-1"), ("overall", "unknown-option")),
        (changed(overall="5.5"), ("overall", "unknown-option")),
        (changed(overall="hài"), ("overall", "unknown-option")),
        (changed(overall="😀"), ("overall", "unknown-option")),
        (changed(overall=""), ("overall", "missing")),
        (changed(dossier="000.00.19.H29-999999-9999"), ("dossier", "unknown-dossier")),
        (changed(dossier="Nguyễn Văn A"), ("dossier", "no-code")),
        (changed(dossier="slip:0"), ("dossier", "no-code")),
        (changed(dossier=""), ("dossier", "missing")),
        (changed(dossier="", agency="nobody"), ("agency", "unknown-agency")),
        (changed(questionnaire="overall-5/9"), ("questionnaire", "unknown-questionnaire")),
        (changed(questionnaire=""), ("questionnaire", "missing")),
        (changed(provenance="kiosk"), ("provenance", "unknown-word")),
        (changed(provenance="self_link"), ("provenance", "unknown-word")),
        (changed(provenance=""), ("provenance", "missing")),
        (changed(occasion="birthday"), ("occasion", "unknown-word")),
        (
            changed(occasion="received", questionnaire="sipas/1"),
            ("questionnaire", "other-occasion"),
        ),
        (changed(day="31/02/2020"), ("day", "date-unreadable")),
        (changed(day="20200319"), ("day", "date-unreadable")),
        (changed(day="2099-01-01"), ("day", "day-in-future")),
        (changed(day=""), ("day", "missing")),
        (changed(language="fr"), ("language", "unknown-language")),
    ],
)
async def test_a_row_that_is_no_rating_says_why_and_never_what_was_sent(lone, content, told):
    async with lone(service) as rating, rating.calls() as client:
        await known(rating, CODE)
        view = await send(client, content, NDJSON)
        assert outcomes(view) == ["invalid"]
        assert told in reasons(view)
        assert "HYPERLINK" not in json.dumps(view)
        assert await rows_of(rating, "rating") == []


@pytest.mark.parametrize(
    "comment", ["Tốt lắm 😀", "=1+1", "Cảm ơn <script>alert(1)</script>", "@sum", "Hồ sơ" * 800]
)
async def test_a_comment_is_text_whatever_it_looks_like(lone, comment):
    async with lone(service) as rating, rating.calls() as client:
        await known(rating, CODE)
        assert outcomes(await send(client, changed(comment=comment), NDJSON)) == ["taken"]
        [row] = await rows_of(rating, "comment")
        assert row.redacted == comment


async def test_accents_typed_apart_are_the_same_text(lone):
    from unicodedata import normalize

    async with lone(service) as rating, rating.calls() as client:
        await known(rating, CODE)
        apart = normalize("NFD", ROW.replace(",5,", ",Rất hài lòng,"))
        assert outcomes(await send(client, lines(apart))) == ["taken"]
        again = normalize("NFC", ROW.replace(",5,", ",RẤT HÀI LÒNG,"))
        assert outcomes(await send(client, lines(again))) == ["repeated"]


VIETNAMESE = f"{HEADER}\n{ROW}"


@pytest.mark.parametrize(
    ("content", "headers", "status", "code", "says"),
    [
        (VIETNAMESE.encode("utf-16"), CSV, 415, "rating-file-of-another-type", "UTF-16"),
        (
            f"{HEADER}\n{ROW.replace('Tốt', 'Đẹp')}".replace("ẹ", "ê").encode("cp1258"),
            CSV,
            422,
            "rating-file-unusable",
            "Line 2 is not UTF-8",
        ),
        (VIETNAMESE.encode(), XLSX, 415, "rating-file-of-another-type", "not xlsx"),
        (b"PK\x03\x04rubbish", XLSX, 422, "rating-file-unusable", "damaged"),
        (b"PK\x03\x04rubbish", CSV, 415, "rating-file-of-another-type", "not csv"),
        (b"%PDF-1.7", CSV, 415, "rating-file-of-another-type", "PDF"),
        (b"a\x00b", CSV, 415, "rating-file-of-another-type", "no text"),
        (
            VIETNAMESE.encode(),
            {"content-type": "text/plain"},
            415,
            "rating-file-of-another-type",
            "",
        ),
        (b"", CSV, 422, "rating-file-unusable", "nothing"),
        (b"[1]", NDJSON, 422, "rating-file-unusable", "Line 1"),
        (b'{"day":1,"day":2}', NDJSON, 422, "rating-file-unusable", "names a key twice"),
        (b"[" * 100_000, NDJSON, 422, "rating-file-unusable", "Line 1"),
        (lines(ROW, header=HEADER + ",overall"), CSV, 422, "rating-file-unusable", "Columns 5, 7"),
        (
            lines(ROW, header=HEADER.replace("comment", "MÃ HỒ SƠ")),
            CSV,
            422,
            "rating-file-unusable",
            "mean dossier",
        ),
        (lines(ROW + ",more"), CSV, 422, "rating-file-unusable", "Row 2 has more cells"),
        (lines('"never closed'), CSV, 422, "rating-file-unusable", "begins in line 2"),
        (lines("x" * 200_000), CSV, 422, "rating-file-unusable", "begins in line 2"),
        (lines(*["x"] * 2_001), CSV, 422, "rating-file-unusable", "2,000 rows"),
        (b"x" * 2_100_000, CSV, 413, "body-too-large", "2097152"),
        (",".join(f"c{n}" for n in range(101)).encode(), CSV, 422, "rating-file-unusable", "100"),
    ],
)
async def test_a_file_that_cannot_be_read_is_refused_as_a_whole(
    lone, content, headers, status, code, says
):
    async with lone(service) as rating, rating.calls() as client:
        await known(rating, CODE)
        told = await refused(client, content, headers)
        assert told[:2] == (status, code)
        assert says in told[2]
        assert await rows_of(rating, "rating") == []


@pytest.mark.parametrize(
    ("mapping", "code"),
    [
        ("{", "mapping-unusable"),
        ('{"colums": {}}', "mapping-unusable"),
        ('{"columns": {"a": "nowhere"}}', "mapping-unusable"),
        ('{"values": {"nowhere": {}}}', "mapping-unusable"),
        ('{"columns": {"a": 5}}', "mapping-unusable"),
        ("x" * 16_001, "request-invalid"),
    ],
)
async def test_a_mapping_that_leads_nowhere_is_refused(lone, mapping, code):
    async with lone(service) as rating, rating.calls() as client:
        assert (await refused(client, lines(ROW), mapping=mapping))[:2] == (422, code)


async def test_reckoned_criteria_of_a_slip_are_left_out_and_told(lone):
    async with lone(service) as rating, rating.calls() as client:
        await known(rating, CODE)
        row = {"dossier": CODE, "day": "2020-03-19", "provenance": "paper"}
        row |= {"questionnaire": "tt01-2018/1", "total-time": "shorter", "contacts": "none"}
        answers = {"agencies": "none", "publication": "both", "attitude": "none"}
        view = await send(client, json.dumps(row | {"answers": answers}).encode(), NDJSON)
        assert outcomes(view) == ["taken"]
        assert [(w["field"], w["code"]) for w in view["warnings"]] == [("total-time", "reckoned")]
        [kept] = await rows_of(rating, "rating")
        assert kept.answers == answers | {"contacts": "none"}


async def test_nobody_enters_ratings_of_strangers(lone):
    async with lone(service) as rating, rating.calls(STRANGER) as stranger:
        await known(rating, CODE)
        header = "agency,day,provenance,questionnaire,overall"
        of_theirs = f"{AGENCY},2020-03-19,paper,overall-5/1,1"
        assert reasons(await send(stranger, lines(ROW))) == [("dossier", "unknown-dossier")]
        told = await send(stranger, lines(of_theirs, header=header))
        assert reasons(told) == [("agency", "unknown-agency")]
        async with rating.calls("H29", str(Scope.RATINGS_READ)) as reader:
            assert (await refused(reader, lines(ROW)))[0] == 403


async def test_the_same_file_sent_many_times_at_once_counts_each_row_once(lone):
    async with lone(service) as rating, rating.calls() as client:
        await known(rating, *(f"A-{n}" for n in range(120)))
        content = lines(*(ROW.replace(CODE, f"A-{n}") for n in range(120)))
        views = await asyncio.gather(*(send(client, content) for _ in range(4)))
        assert sum(view["counts"]["taken"] for view in views) == 120
        assert len(await rows_of(rating, "rating")) == 120
        assert len(await rating.announced("rating.submitted")) == 120


async def test_a_rating_of_today_was_not_given_after_now(lone):
    async with lone(service) as rating, rating.calls() as client:
        await known(rating, CODE)
        now = rating.running.database.now()
        today = now.astimezone(VIETNAM).date()
        assert outcomes(await send(client, changed(day=str(today)), NDJSON)) == ["taken"]
        [row] = await rows_of(rating, "rating")
        assert row.submitted_at <= row.received_at
        tomorrow = changed(day=str(today + timedelta(days=1)))
        assert reasons(await send(client, tomorrow, NDJSON)) == [("day", "day-in-future")]


def test_no_question_is_called_like_a_column_of_ours():
    for form in questionnaires().values():
        for question in form.criteria:
            names = {folded(n) for n in (question.id, question.label.vi, question.label.en)}
            assert not names & set(OWN), (form.id, question.id)
