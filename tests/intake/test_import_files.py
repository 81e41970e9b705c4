"""Files as offices send them: CSV, XLSX, the national dialect, and everything that is wrong with them."""

import io
import unicodedata
import zipfile
from datetime import datetime

import openpyxl
import pytest

from services.intake import service
from tests.builders import AGENCY, PROCEDURE, filing
from tests.intake.imports import (
    CSV,
    NDJSON,
    OWN_HEADER,
    XLSX,
    hand_over,
    imported,
    many,
    ndjson,
    outcomes,
    own_row,
    prepare,
)

NATIONAL = (
    "MaHoSo;MaTTHC;KenhThucHien;LoaiDoiTuong;ChuHoSo;SoGiayToChuHoSo;NgayNopHoSo;NgayTiepNhan;"
    "NgayHenTra;TrangThaiHoSo;NgayKetThucXuLy;NgayTra;NgayTuChoi;HinhThuc;DonViXuLy;"
    "HoSoCoThanhPhanSoHoa;TenTTHC;NoiNopHoSo"
)


def national_row(number: int, **cells: str) -> str:
    row = dict.fromkeys(NATIONAL.split(";"), "") | {
        "MaHoSo": f"{AGENCY}-200316-{number:04d}",
        "MaTTHC": PROCEDURE,
        "LoaiDoiTuong": "1",
        "ChuHoSo": "Nguyễn Văn A",
        "NgayTiepNhan": "20200316090000",
        "HinhThuc": "0",
        "DonViXuLy": "Phòng Kinh tế",
        "TrangThaiHoSo": "2",
    }
    return ";".join((row | cells).values())


def workbook(*rows: list) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def cell_of(*told: int) -> datetime:
    """A date as a spreadsheet has it: of no place on earth."""
    return datetime(*told)  # noqa: DTZ001 - that is the point


def sheet_of(rows: str, *, dimension: str = "", before: str = "") -> bytes:
    """A workbook with a sheet's XML written by hand."""
    kept = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(["x"]))) as good,
        zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for entry in good.infolist():
            content = good.read(entry)
            if entry.filename == "xl/worksheets/sheet1.xml":
                space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
                content = (
                    f'<?xml version="1.0"?>{before}<worksheet xmlns="{space}">{dimension}'
                    f"<sheetData>{rows}</sheetData></worksheet>"
                ).encode()
            made.writestr(entry.filename, content)
    return kept.getvalue()


def cells_of(*texts: str) -> str:
    return "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in texts)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize(("delimiter", "ends"), [(",", "\n"), (";", "\r\n"), ("\t", "\n")])
async def test_a_table_is_read_with_any_delimiter_and_with_or_without_a_mark(
    lone, mark, delimiter, ends
):
    rows = [OWN_HEADER + ",flags.digitised,applicant.address"]
    rows += [own_row(1, flag="true", address='"12 Lê Lợi\nQuận 1"')]
    rows += ["", own_row(2, flag="0", address="")]
    content = mark + ends.join(rows).replace(",", delimiter).encode()
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        view = await imported(intake, client, content, CSV)
        assert (view["state"], view["counts"]["filed"], view["warnings"]) == ("done", 2, []), view
        assert [line for line, *_ in await outcomes(client, view)] == [2, 5]
        again = ndjson(
            filing(
                1,
                flags={"digitised": True},
                applicant=filing()["applicant"] | {"address": "12 Lê Lợi Quận 1"},
            )
        )
        assert (await imported(intake, client, again))["counts"]["repeated"] == 1


async def test_excels_own_separator_line_is_understood(lone):
    content = f"sep=;\n{OWN_HEADER}\n{own_row(1)}\n".replace(",", ";").encode()
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        view = await imported(intake, client, content, CSV)
        assert view["counts"]["filed"] == 1


async def test_the_national_dialect_is_understood(lone):
    done = {
        "TrangThaiHoSo": "10",
        "NgayHenTra": "20200320",
        "NgayKetThucXuLy": "18/03/2020",
        "NgayTra": "19/03/2020 08:30",
        "KenhThucHien": "2",
        "NgayNopHoSo": "2020-03-15T22:00:00+07:00",
        "HinhThuc": "1",
        "HoSoCoThanhPhanSoHoa": "1",
        "SoGiayToChuHoSo": "079012345678",
    }
    rows = [
        NATIONAL,
        national_row(1, **done),
        national_row(2, TrangThaiHoSo="0", NgayKetThucXuLy="20200318100000"),
        national_row(3, TrangThaiHoSo="3", NgayTiepNhan="", NgayTuChoi="20200317080000"),
        national_row(4, TrangThaiHoSo="8", NgayKetThucXuLy="20200318100000"),
        national_row(5, TrangThaiHoSo="4", LoaiDoiTuong="9"),
        national_row(6, TrangThaiHoSo="9"),
        national_row(7, TrangThaiHoSo="04"),
    ]
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        view = await imported(intake, client, "\n".join(rows).encode(), CSV)
        assert [warning["field"] for warning in view["warnings"]] == ["TenTTHC"]
        assert await outcomes(client, view) == [
            (2, "filed", []),
            (3, "filed", [("unmapped-status", "TrangThaiHoSo")]),
            (4, "filed", []),
            (5, "filed", []),
            (6, "invalid", [("unknown-code", "LoaiDoiTuong")]),
            (7, "invalid", [("missing", "NgayKetThucXuLy")]),
            (8, "filed", []),
        ]
        one, two, three, four, seven = [
            (await client.get(f"/v1/dossiers/{filing(n)['code']}")).json() for n in (1, 2, 3, 4, 7)
        ]
        assert one["agency"] == AGENCY  # told by the code alone
        assert (one["channel"], one["return_mode"], one["status"]) == ("online", "post", "returned")
        assert one["submitted_at"] == "2020-03-15T22:00:00+07:00"
        assert one["due_at"] == "2020-03-20T17:00:00+07:00"
        assert one["done_at"] == "2020-03-18T17:00:00+07:00"
        assert one["returned_at"] == "2020-03-19T08:30:00+07:00"
        assert (two["status"], two["channel"]) == ("done", "counter")
        assert (three["status"], three["received_at"]) == ("refused", None)
        assert (four["status"], four["done_at"]) == ("stopped", None)
        assert seven["status"] == "processing"


async def test_what_the_dialect_tells_besides_is_kept_in_the_record(lone):
    told = {
        "TrichYeuHoSo": "Cấp mới giấy phép",
        "SoBienNhan": "BN-17",
        "MaDoiTuong": "tech-1",
        "Fax": "0283829",
        "GhiChu": "Nộp thay",
        "ThongTinKhac": "Khác",
        "ThongTinTra": "Trả tại nhà",
        "DonViXuLy": "Phòng Kinh tế",
        "DuocThanhToanTrucTuyen": "3",
        "NoiNopHoSo": "1",
    }
    header = ["MaHoSo", "MaTTHC", "ChuHoSo", "LoaiDoiTuong", "NgayTiepNhan", *told]
    first = [filing(1)["code"], PROCEDURE, "Nguyễn Văn A", "1", "20200316090000", *told.values()]
    bare = [filing(2)["code"], *first[1:5], *("" for _ in told)]
    long = [filing(3)["code"], *first[1:5], "x" * 1001, *("" for _ in told)][:-1]
    content = "\n".join(",".join(row) for row in (header, first, bare, long)).encode()
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        view = await imported(intake, client, content, CSV)
        assert await outcomes(client, view) == [
            (2, "filed", []),
            (3, "filed", []),
            (4, "invalid", [("string-too-long", "TrichYeuHoSo")]),
        ]
        assert view["warnings"] == []
        one, two = [
            (await client.get(f"/v1/dossiers/{filing(n)['code']}/record")).json() for n in (1, 2)
        ]
        particulars = {name: value for name, value in one["filing"]["particulars"].items() if value}
        assert particulars == {
            "abstract": "Cấp mới giấy phép",
            "receipt_number": "BN-17",
            "tech_id": "tech-1",
            "fax": "0283829",
            "note": "Nộp thay",
            "other": "Khác",
            "return_note": "Trả tại nhà",
            "paid_through": "other",
        }
        flags = one["filing"]["flags"]
        assert (flags["national_portal"], flags["paid_online"]) == (True, False)
        assert one["steps"][0]["unit"] == "Phòng Kinh tế"
        assert (two["filing"]["particulars"], two["filing"]["flags"]["national_portal"]) == (
            None,
            None,
        )
        again = await imported(intake, client, content + b"\n", CSV)
        assert again["counts"]["repeated"] == 2


async def test_a_workbook_is_read_with_its_own_dates_and_numbers(lone):
    header = [*OWN_HEADER.split(","), "applicant.phone", "done_at", "note of ours"]
    row = own_row(1).split(",")
    row[4] = cell_of(2020, 3, 16, 9)
    day = [*own_row(2).split(","), 900000001, cell_of(2020, 3, 18), "x"]
    day[4] = cell_of(2020, 3, 16)
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        content = workbook(header, [*row, 900000000, cell_of(2020, 3, 18, 10)], [], day)
        view = await imported(intake, client, content, XLSX)
        assert (view["state"], view["counts"]["filed"]) == ("done", 2), view
        assert [line for line, *_ in await outcomes(client, view)] == [2, 4]
        assert [warning["field"] for warning in view["warnings"]] == ["note of ours"]
        one, two = [(await client.get(f"/v1/dossiers/{filing(n)['code']}")).json() for n in (1, 2)]
        assert one["received_at"] == "2020-03-16T09:00:00+07:00"
        assert one["done_at"] == "2020-03-18T10:00:00+07:00"
        assert two["received_at"] == "2020-03-16T07:00:00+07:00"
        assert two["done_at"] == "2020-03-18T17:00:00+07:00"


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ("2020-03-16T09:00:00+07:00", "2020-03-16T09:00:00+07:00"),
        ("2020-03-16T02:00:00Z", "2020-03-16T09:00:00+07:00"),
        ("2020-03-16 09:00", "2020-03-16T09:00:00+07:00"),
        ("2020-03-16", "2020-03-16T07:00:00+07:00"),
        ("20200316090000", "2020-03-16T09:00:00+07:00"),
        ("16/03/2020", "2020-03-16T07:00:00+07:00"),
        ("16/3/2020 9:00", "2020-03-16T09:00:00+07:00"),
        ("16/03/2020 09:00:01", "2020-03-16T09:00:01+07:00"),
        ("20200316", None),
        ("16032020", None),
        ("03/16/2020", None),
        ("30/02/2020", None),
        ("01/01/0001", None),
        ("31/12/9999", None),
        ("0001-01-01T00:00:00+07:00", None),
        ("9999-12-31T23:59:59+07:00", None),
        ("20200316250000", None),
        ("43906", None),
        ("hôm qua", None),
        ("٢٠٢٠-٠٣-١٦", None),
    ],
)
async def test_a_date_is_read_as_it_was_meant_or_refused(lone, told, read):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        content = f"{OWN_HEADER}\n{own_row(1, told)}\n{own_row(2)}\n".encode()
        view = await imported(intake, client, content, CSV)
        first, second = await outcomes(client, view)
        assert second == (3, "filed", [])
        if read is None:
            assert first == (2, "invalid", [("date-unreadable", "received_at")])
            return
        assert first == (2, "filed", [])
        shown = (await client.get(f"/v1/dossiers/{filing(1)['code']}")).json()
        assert shown["received_at"] == read


async def test_our_own_contract_keeps_its_own_dates(lone):
    told = ["2020-03-16T09:00:00", "16/03/2020", 20200316, "0001-01-01T00:00:00+07:00"]
    told.append("9999-12-31T23:59:59+07:00")
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        rows = [filing(number, received_at=at) for number, at in enumerate(told, 1)]
        view = await imported(intake, client, ndjson(*rows))
        assert [
            (outcome, reasons[0][1]) for _, outcome, reasons in await outcomes(client, view)
        ] == [("invalid", "/received_at")] * 5


async def test_a_name_typed_in_pieces_is_the_same_name_also_in_a_header(lone):
    header = unicodedata.normalize("NFD", f"{OWN_HEADER},Ghi chú")
    rows = [
        unicodedata.normalize(form, own_row(1, **{"applicant.name": "Nguyễn Thị Ánh"}))
        for form in ("NFC", "NFD")
    ]
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        view = await imported(intake, client, "\n".join([header, *rows]).encode(), CSV)
        assert [o for _, o, _ in await outcomes(client, view)] == ["filed", "repeated"]
        assert view["warnings"][0]["field"] == "Ghi chú"


async def test_a_conflict_names_the_columns_of_the_file(lone):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        await client.post("/v1/dossiers", json=filing(1))
        other = national_row(1, NgayTiepNhan="20200317090000", ChuHoSo="Trần Thị B")
        view = await imported(intake, client, f"{NATIONAL}\n{other}".encode(), CSV)
        assert await outcomes(client, view) == [
            (2, "conflict", [("differs", "ChuHoSo"), ("differs", "NgayTiepNhan")])
        ]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b'x,y,"never closed', "quotes"),
        (b'"a"b,c', "quotes"),
        (b"x" * 300_000, "row-too-long"),
        (b'"' + b"x\n" * 250, "row-too-long"),
        ("a,Nguyễn".encode("utf-16-le").replace(b"\x00", b"\xff"), "not-utf-8"),
        (b",,,,,,,,,,too many", "too-many-cells"),
        (b"only-one-cell", "missing"),
        (own_row(9, **{"applicant.name": "A\u200bB"}).encode(), "value-error"),
        (own_row(9, **{"applicant.name": "A\x01B"}).encode(), "value-error"),
        (own_row(9, code="0" * 65).encode(), "string-too-long"),
    ],
)
async def test_a_broken_row_of_a_table_costs_itself_alone(lone, bad, reason):
    content = b"\n".join([OWN_HEADER.encode(), own_row(1).encode(), bad, own_row(2).encode()])
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        view = await imported(intake, client, content, CSV)
        found = await outcomes(client, view)
        assert found[0] == (2, "filed", [])
        assert found[1][:2] == (3, "invalid")
        assert reason in [code for code, _ in found[1][2]]
        assert found[-1][1] == "filed"
        assert view["counts"]["filed"] == 2
        assert view["state"] == "done"


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b'{"code":"a","code":"b"}', "row-unreadable"),
        (b'{"code":NaN}', "row-unreadable"),
        (b"\xff\xfe", "row-unreadable"),
        (b'{"code":"\\ud800"}', "row-invalid"),
        (b"[" * 5000, "row-unreadable"),
        (b'{"a":"' + b"x" * 300_000 + b'"}', "row-too-long"),
        (b"null", "row-unreadable"),
    ],
)
async def test_a_broken_line_of_ndjson_costs_itself_alone(lone, bad, reason):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        view = await imported(intake, client, b"\n".join([many(1).strip(), bad, many(1, 2)]))
        assert await outcomes(client, view) == [
            (1, "filed", []),
            (2, "invalid", [(reason, "")]),
            (3, "filed", []),
        ]


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (",".join(f"column{n}" for n in range(1000)), "too-many-columns"),
        (OWN_HEADER + ",code", "duplicate-column"),
        (OWN_HEADER + ",MaHoSo", "duplicate-column"),
        ("procedure,channel,applicant.name", "missing-column"),
        ('"never closed', "header-unreadable"),
        ("x" * 300_000, "row-too-long"),
        ("\n" + OWN_HEADER, "missing-column"),
    ],
)
async def test_a_header_that_cannot_be_worked_with_fails_the_file_before_its_first_row(
    lone, header, code
):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        view = await imported(intake, client, f"{header}\n{own_row(1)}\n".encode(), CSV)
        assert (view["state"], view["reason"]["code"], view["rows_done"]) == ("failed", code, 0)
        assert await intake.announced("dossier.filed") == []
        assert await outcomes(client, view) == []


def _bomb() -> bytes:
    return sheet_of(f"<row>{cells_of('0' * 50_000_000)}</row>")


def _nested() -> bytes:
    kept = io.BytesIO(workbook(["x"]))
    with zipfile.ZipFile(kept, "a") as made:
        made.writestr("inner.bin", workbook(["y"]))
    return kept.getvalue()


def _crowded() -> bytes:
    kept = io.BytesIO(workbook(["x"]))
    with zipfile.ZipFile(kept, "a") as made:
        for number in range(200):
            made.writestr(f"part{number}", b"")
    return kept.getvalue()


def _entities() -> bytes:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    declared = f'<!DOCTYPE w [<!ENTITY l0 "ha">{laughs}]>'
    return sheet_of(f"<row>{cells_of('&l9;')}</row>", before=declared)


def _macros() -> bytes:
    kept = io.BytesIO(workbook(["x"]))
    with zipfile.ZipFile(kept, "a") as made:
        made.writestr("xl/vbaProject.bin", b"macro")
    return kept.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (_bomb, "workbook-suspicious"),
        (_nested, "workbook-suspicious"),
        (_crowded, "workbook-suspicious"),
        (_entities, "workbook-suspicious"),
        (_macros, "workbook-suspicious"),
        (lambda: workbook(["x"])[:-200], "workbook-unreadable"),
        (lambda: b"PK\x03\x04" + b"x" * 1000, "workbook-unreadable"),
        (lambda: sheet_of("<row><c"), "workbook-unreadable"),
        (lambda: sheet_of('<row r="x"><c><v>1</v></c></row>'), "workbook-unreadable"),
        (workbook, "missing-column"),
        (lambda: workbook([f"c{n}" for n in range(1000)]), "too-many-columns"),
    ],
)
async def test_a_workbook_that_cannot_be_trusted_is_not_opened(lone, content, code):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        view = await imported(intake, client, content(), XLSX)
        assert (view["state"], view["reason"]["code"]) == ("failed", code), view
        assert await intake.announced("dossier.filed") == []


async def test_a_sheet_that_claims_to_be_vast_is_read_as_it_is(lone):
    rows = f"<row>{cells_of(*OWN_HEADER.split(','))}</row><row>{cells_of(*own_row(1).split(','))}</row>"
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        content = sheet_of(rows + far, dimension='<dimension ref="A1:XFD1048576"/>')
        view = await imported(intake, client, content, XLSX)
        assert (view["state"], view["counts"]["filed"]) == ("done", 1)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"{}", "application/json"),
        (b"%PDF-1.7 ....", CSV),
        (b"\xd0\xcf\x11\xe0" + b"x" * 600, CSV),
        (b"\x1f\x8b\x08", NDJSON),
        (b"PK\x03\x04" + b"x" * 600, CSV),
        (b"PK\x03\x04" + b"x" * 600, NDJSON),
        (OWN_HEADER.encode(), XLSX),
        (OWN_HEADER.encode("utf-16"), CSV),
        (OWN_HEADER.encode(), NDJSON),
        (b"a\x00b", CSV),
    ],
)
async def test_a_file_that_is_not_what_it_says_is_not_taken(lone, content, kind):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        answer = await hand_over(client, content, kind)
        assert (answer.status_code, answer.json()["code"]) == (415, "file-of-another-type")
        folder = intake.running.settings.data / "imports"
        assert not folder.exists() or list(folder.iterdir()) == []


async def test_a_file_that_is_too_large_or_empty_leaves_nothing_behind(lone):
    async with (
        lone(service, import_max_bytes=2_000_000) as intake,
        intake.calls() as client,
    ):
        await prepare(client)
        large = await hand_over(client, many(1) + b" " * 3_000_000)
        assert (large.status_code, large.json()["code"]) == (413, "file-too-large")
        empty = await hand_over(client, b"")
        assert (empty.status_code, empty.json()["code"]) == (422, "file-empty")
        unknown = await hand_over(client, many(1), agency="000.00.99.H29")
        assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown-agency")
        squeezed = await client.post(
            "/v1/dossiers/import",
            content=many(1),
            headers={"content-type": NDJSON, "content-encoding": "gzip"},
        )
        assert squeezed.status_code == 415
        assert list((intake.running.settings.data / "imports").iterdir()) == []
        async with intake.calls("H29", "dossiers:read") as reader:
            assert (await hand_over(reader, many(1))).status_code == 403


async def test_rows_that_name_no_agency_have_the_one_that_was_named(lone):
    bare = [filing(1), filing(2, code="HS-17"), filing(3, code="H99-200316-0001")]
    for row in bare:
        del row["agency"]
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        view = await imported(intake, client, ndjson(*bare))
        assert [o for _, o, _ in await outcomes(client, view)] == ["filed", "invalid", "invalid"]
        assert (await outcomes(client, view))[1][2] == [("missing", "/agency")]
        view = await imported(intake, client, ndjson(*bare), agency=AGENCY)
        assert [o for _, o, _ in await outcomes(client, view)] == ["repeated", "filed", "filed"]
