"""An old one-stop system works with only the address changed, and never for another's agency."""

import asyncio

import pytest

from contracts.intake import DossierRecord
from gateway.dialect.sessions import open_session
from gateway.national import dossier_fields, progress_fields
from gateway.tables import DialectSession
from tests.gateway.national.speaking import (
    AGENCY,
    BELOW,
    CODE,
    HEADERS,
    OTHER,
    PROCEDURE,
    Legacy,
    account,
    dossier,
    record_of,
    row,
)

COUNT = 23


def codes(answer) -> list[str]:
    return [one["error_code"] for one in answer["result"]]


async def seen(city, code=CODE):
    """A dossier as its agency sees it."""
    async with city.partner() as partner:
        view = (await partner.get(f"/v1/dossiers/{code}")).json()
        return view, (await partner.get(f"/v1/dossiers/{code}/timeline")).json()["items"]


@pytest.mark.parametrize("base", ["/dvcqg/mapi", "/dvcqg/XrdAdapter/RestService/forward/mapi"])
async def test_a_system_that_knows_the_adapter_alone_changes_only_the_address(city, base):
    username, password = await account(city.running)
    async with city.public() as http:
        legacy = Legacy(http, base)
        assert (await legacy.log_in(username, password))["error_code"] == "0"
        assert (await legacy.call("TraCuuHoSo", mahoso=CODE))["result"] == []
        first = await legacy.call("DongBoHoSoMC", isUpdating="False", data=[dossier()])
        assert (first["error_code"], codes(first)) == ("0", ["0"])
        assert "thành công" in first["message"].lower()
        again = await legacy.call("DongBoHoSoMC", isUpdating="False", data=[dossier()])
        assert again["error_code"] == "3"
        assert "đã tồn tại" in again["message"]
        assert "thành công" not in again["message"].lower()
        found = await legacy.call("TraCuuHoSo", mahoso=CODE)
        assert (found["error_code"], found["result"][0]["TrangThaiHoSo"]) == ("0", "2")
        done = dossier(
            TrangThaiHoSo="10",
            NgayKetThucXuLy="20260318150000",
            NgayTra="20260319080000",
            DanhSachGiayToKetQua=[{"TenGiayTo": "Giấy chứng nhận", "MaGiayToKetQua": "KQ.G13.1"}],
        )
        update = await legacy.call("DongBoHoSoMC", isUpdating="True", data=[done])
        assert (update["error_code"], codes(update)) == ("0", ["0"]), update
        rows = [row("4", f"2026031710{minute:02d}00") for minute in range(COUNT)]
        for start in range(0, COUNT, 10):
            chunk = await legacy.call("CapNhatTienDoHoSoMC", data=rows[start : start + 10])
            assert set(codes(chunk)) == {"0"}
    view, steps = await seen(city)
    assert view["status"] == "returned"
    assert view["received_at"] == "2026-03-16T09:00:00+07:00"
    assert view["due_at"] == "2026-03-19T17:00:00+07:00"
    assert view["done_at"] == "2026-03-18T15:00:00+07:00"
    assert view["returned_at"] == "2026-03-19T08:00:00+07:00"
    processing = [step for step in steps if step["status"] == "processing"]
    assert len(processing) == COUNT
    assert {step["actor"] for step in processing} == {"Trần Thị B"}
    assert {step["title"] for step in processing} == {"Chuyên viên"}


async def test_the_same_call_twice_changes_nothing(city, spoken):
    calls = [
        ("DongBoHoSoMC", {"isUpdating": "False", "data": [dossier()]}),
        ("DongBoHoSoMC", {"isUpdating": "True", "data": [dossier(TrangThaiHoSo="4")]}),
        ("CapNhatTienDoHoSoMC", {"data": [row("5", "20260317100000"), row("4", "20260318100000")]}),
        ("DongBoHoSoMC", {"isUpdating": "True", "data": [dossier(NgayHenTra="20260324170000")]}),
        ("DongBoHoSoMC", {"isUpdating": "True", "data": [dossier(TrangThaiHoSo="0")]}),
    ]
    async with spoken() as legacy:
        for service, members in calls:
            assert (await legacy.call(service, **members))["error_code"] == "0"
        before = await seen(city)
        for service, members in calls:
            told = await legacy.call(service, **members)
            assert told["error_code"] in {"0", "3"}
    assert await seen(city) == before


async def test_a_status_without_a_time_is_taken_at_the_time_it_was_first_told(city, spoken):
    async with spoken() as legacy:
        await legacy.call("DongBoHoSoMC", isUpdating="False", data=[dossier()])
        told = await legacy.call(
            "DongBoHoSoMC", isUpdating="True", data=[dossier(TrangThaiHoSo="5")]
        )
        [warning] = told["result"][0]["CanhBao"]
        assert (warning["Truong"], warning["Ma"]) == ("TrangThaiHoSo", "assumed")
        view, steps = await seen(city)
        assert view["status"] == "waiting_supplement"
        now = city.running["gateway"].database.now().year
        assert steps[-1]["occurred_at"].startswith(str(now))


async def test_another_day_is_a_new_appointment_once(city, spoken):
    async with spoken() as legacy:
        await legacy.call("DongBoHoSoMC", isUpdating="False", data=[dossier()])
        later = dossier(NgayHenTra="20260401170000")
        for _ in range(3):
            await legacy.call("DongBoHoSoMC", isUpdating="True", data=[later])
    _, steps = await seen(city)
    due = [step["due_at"] for step in steps if step["due_at"]]
    assert due == ["2026-03-19T17:00:00+07:00", "2026-04-01T17:00:00+07:00"]


async def test_one_bad_dossier_never_fails_its_neighbours(city, spoken):
    good = [dossier(MaHoSo=f"{AGENCY}-260316-{number:04d}") for number in (11, 12, 13)]
    data = [
        good[0],
        dossier(MaHoSo="hồ sơ"),
        good[1],
        dossier(MaHoSo=f"{AGENCY}-260316-0014", MaTTHC="9.999999"),
        "không phải hồ sơ",
        None,
        good[2],
        dossier(MaHoSo="A/1"),
    ]
    async with spoken() as legacy:
        told = await legacy.call("DongBoHoSoMC", isUpdating="False", data=data)
        assert codes(told) == ["0", "2", "0", "4", "2", "2", "0", "2"]
        assert told["error_code"] == "2"
        assert "thành công" not in told["message"].lower()
        for one in good:
            assert (await seen(city, one["MaHoSo"]))[0]["status"] == "accepted"
        mixed = await legacy.call(
            "DongBoHoSoMC", isUpdating="False", data=[good[0], dossier(MaHoSo="x y")]
        )
        # What failed outweighs what exists: nobody sends the failed one again as an update.
        assert (mixed["error_code"], codes(mixed)) == ("2", ["3", "2"])


async def test_rows_of_many_dossiers_are_told_apart(city, spoken):
    async with spoken() as legacy:
        await legacy.call("DongBoHoSoMC", isUpdating="False", data=[dossier()])
        told = await legacy.call(
            "CapNhatTienDoHoSoMC",
            data=[
                row("4", "20260317100000"),
                row("4", "20260317100000", MaHoSo="khong-co"),
                row("0", "20260317110000"),
                row("9", "hôm qua"),
                row("9", "20260318100000"),
            ],
        )
        assert codes(told) == ["0", "4", "0", "2", "0"]
        assert told["result"][2]["CanhBao"][0]["Ma"] == "unmapped-status"
    view, steps = await seen(city)
    assert view["status"] == "done"
    assert [step["status"] for step in steps].count("unmapped") == 1


async def test_a_session_of_one_agency_never_speaks_for_another(city, spoken):
    async with spoken(OTHER) as other:
        assert codes(
            await other.call("DongBoHoSoMC", isUpdating="False", data=[dossier(MaHoSo="X-1")])
        ) == ["0"]
    before = await seen(city, "X-1")
    async with spoken() as legacy:
        for service in ("DongBoHoSoMC", "CapNhatTienDoHoSoMC", "TraCuuHoSo", "LayDanhSachTTHC"):
            told = await legacy.call(
                service, madonvi=OTHER, mahoso="X-1", data=[dossier(MaHoSo="X-2")]
            )
            assert told["error_code"] == "5", service
            assert OTHER in told["message"]
        assert (await legacy.call("TraCuuHoSo", mahoso="X-1"))["error_code"] == "4"
        mine = dossier(MaHoSo="X-2", MaDonVi=OTHER)
        for updating, data, code in (
            ("False", mine, "5"),
            ("False", dossier(MaHoSo="X-1"), "2"),
            ("True", dossier(MaHoSo="X-1"), "4"),
        ):
            told = await legacy.call("DongBoHoSoMC", isUpdating=updating, data=[data])
            assert codes(told) == [code], told
            assert OTHER not in str(told["result"])
        told = await legacy.call(
            "CapNhatTienDoHoSoMC", data=[row("9", "20260318100000", MaHoSo="X-1")]
        )
        assert codes(told) == ["4"]
        told = await legacy.call(
            "DongBoTrangThaiHoSo",
            data={"MaHoSoDonVi": "X-1", "TrangThai": "9", "NgayXuLy": "20260318100000"},
        )
        assert codes(told) == ["4"]
        below = await legacy.call(
            "DongBoHoSoMC", isUpdating="False", madonvi=BELOW, data=[dossier(MaHoSo="X-3")]
        )
        assert codes(below) == ["0"]
    assert (await seen(city, "X-3"))[0]["agency"] == BELOW
    after, _ = await seen(city, "X-1")
    # A code that others tried to use is remembered of it; where it stands is untouched.
    assert (after["status"], after["done_at"]) == (before[0]["status"], None)


async def test_without_the_scope_nothing_is_filed(city, spoken):
    async with spoken(scopes="ratings:read") as legacy:
        told = await legacy.call("DongBoHoSoMC", isUpdating="False", data=[dossier()])
        assert told["error_code"] == "5"
        assert "dossiers:write" in told["message"]
        assert (await legacy.call("LayThuTuc", maTTHC="1.001612"))["error_code"] == "0"


async def test_the_message_names_the_agency_where_the_dossier_does_not(city, spoken):
    async with spoken() as legacy:
        legacy.madonvi = ""
        assert codes(await legacy.call("DongBoHoSoMC", data=[dossier()])) == ["0"]
        assert codes(
            await legacy.call("DongBoHoSoMC", data=[dossier(MaHoSo="A-2", MaDonVi=BELOW)])
        ) == ["0"]
    assert (await seen(city))[0]["agency"] == AGENCY
    assert (await seen(city, "A-2"))[0]["agency"] == BELOW


async def test_a_session_is_good_in_every_gateway_and_kept_as_a_digest(city):
    username, password = await account(city.running)
    gateway = city.running["gateway"]
    session = await gateway.do(open_session, username, password, "127.0.0.1")
    async with city.public() as http:
        assert (await Legacy(http, session=session).call("LayDanhMucLinhVuc"))["error_code"] == "0"
    rows = await gateway.database.engine.execute("SELECT * FROM dialect_session")
    assert len(rows) == 1
    assert session not in str([tuple(one) for one in rows])


async def test_a_session_ends_with_its_time_its_account_and_its_network(city, spoken):
    from datetime import timedelta

    from gateway.commands import admit_from, disable, enable

    gateway = city.running["gateway"]

    async def age(uow, by):
        for one in await uow.all(DialectSession):
            one.change(expires_at=one.expires_at - timedelta(seconds=by))

    async def answers(legacy):
        return (await legacy.call("LayDanhMucLinhVuc"))["error_code"]

    async with spoken() as legacy:
        client = (await gateway.database.engine.execute("SELECT client FROM dialect_session"))[0][0]
        await gateway.do(admit_from, client, ["203.0.113.0/24"], None, "test")
        assert await answers(legacy) == "1"
        await gateway.do(admit_from, client, ["127.0.0.1"], None, "test")
        assert await answers(legacy) == "0"
        await gateway.do(disable, client, "thử", "test")
        assert await answers(legacy) == "1"
        await gateway.do(enable, client, "test")
        # What was shut out logs in anew.
        assert await answers(legacy) == "1"
    async with spoken() as legacy:
        assert await answers(legacy) == "0"
        await gateway.do(lambda uow: age(uow, 1790))
        assert await answers(legacy) == "0"
        await gateway.do(lambda uow: age(uow, 20))
        assert await answers(legacy) == "1"
        for session in (
            "",
            None,
            "x" * 5000,
            legacy.session[:-1],
            {"a": 1},
            legacy.session.upper(),
        ):
            legacy.session = session
            assert await answers(legacy) == "1"
        # Sessions that are over are swept by the next login.
    async with spoken():
        rows = await gateway.database.engine.execute("SELECT count(*) FROM dialect_session")
        assert rows[0][0] <= 2


async def test_a_wrong_password_opens_nothing_and_too_many_wait(city):
    username, password = await account(city.running)
    async with city.public() as http:
        legacy = Legacy(http)
        for told in ({}, {"username": username}, {"username": username, "password": password[:-1]}):
            answer = await http.post("/dvcqg/mapi/login", json=told, headers=HEADERS)
            assert answer.json()["error_code"] == "7"
            assert answer.json()["session"] == ""
        for _ in range(10):
            answer = await legacy.log_in(username, "sai")
        assert "hãy chờ" in answer["message"]
        assert (await legacy.log_in(username, password))["error_code"] == "7"


async def test_where_to_send_may_stand_in_the_address(city):
    username, password = await account(city.running)
    async with city.public() as http:
        answer = await http.post(
            "/dvcqg/mapi/login?dstcode=VN:GOV:000.00.00.G22:vpcpdvcprovider",
            json={"username": username, "password": password},
        )
        assert answer.json()["error_code"] == "0"


async def test_many_at_once_file_a_dossier_once(city, spoken):
    async with spoken() as legacy:
        told = await asyncio.gather(
            *(legacy.call("DongBoHoSoMC", isUpdating="False", data=[dossier()]) for _ in range(6))
        )
        found = sorted(one["error_code"] for one in told)
        assert found.count("0") == 1, told
        assert set(found) == {"0", "3"}
    view, steps = await seen(city)
    assert [step["status"] for step in steps] == ["accepted"]
    assert view["violations"] == []


async def test_a_dossier_comes_back_from_intake_as_it_was_sent(city, spoken):
    """Through the contract, the database and back: what we would send on is what we were sent."""
    sent = dossier(
        MaDoiTuong="TECH-1",
        ThongTinKhac="Khác",
        Email="a@b.vn",
        Fax="0912345678",
        ThongTinTra="Trả tại quầy",
        GhiChu="Dòng một\nDòng hai",
        TrangThaiHoSo="10",
        NgayKetThucXuLy="20260318150000",
        NgayTra="20260319080000",
        DuocThanhToanTrucTuyen="1",
        TaiLieuNop=[
            {
                "TepDinhKemId": "T1",
                "TenTepDinhKem": "Giấy đề nghị.pdf",
                "IsDeleted": "True",
                "MaThanhPhanHoSo": "TP1",
                "DuongDanTaiTepTin": "https://mot-cua.example/t1",
                "DuocSoHoa": "1",
                "DuocTaiSuDung": "2",
                "DuocLayTuKhoDMQG": "0",
                "MaKetQuaThayThe": "KQ1",
            }
        ],
        DanhSachLePhi=[
            {
                "TenPhiLePhi": "Lệ phí",
                "MaPhiLePhi": "LP1",
                "HinhThucThu": "1",
                "Gia": "50000",
                "LoaiPhiLePhi": "2",
            }
        ],
        DanhSachTepDinhKemKhac=[{"TenGiayTo": "Bản sao", "SoLuong": "2", "LoaiGiayTo": "1"}],
        DanhSachHoSoBoSung=[
            {
                "HoSoBoSungId": "BS1",
                "NguoiYeuCauBoSung": "Trần Thị B",
                "NoiDungBoSung": "Thiếu giấy tờ",
                "NgayBoSung": "20260317080000",
                "NguoiTiepNhanBoSung": "Lê Văn C",
                "ThongTinTiepNhan": "Đủ",
                "NgayTiepNhanBoSung": "20260317150000",
                "TrangThaiBoSung": "1",
                "DanhSachGiayToBoSung": [
                    {"TenGiayTo": "Giấy tờ", "SoLuong": "1", "LoaiGiayTo": ""}
                ],
                "DanhSachLePhiBoSung": [],
                "NgayHenTraTruoc": "20260319170000",
                "NgayHenTraMoi": "20260320170000",
            }
        ],
        DanhSachGiayToKetQua=[
            {
                "TenGiayTo": "Giấy chứng nhận",
                "MaThanhPhanHoSo": "",
                "GiayToId": "K1",
                "DuongDanTepTinKetQua": "https://mot-cua.example/k1",
                "MaGiayToKetQua": "KQ.G13.000001",
            }
        ],
    )
    rows = [
        row("2", "20260316090000"),
        row("4", "20260316100000", NgayBatDau="20260316100000"),
        row("5", "20260317080000", NoiDungXuLy="Thiếu giấy tờ"),
        row("4", "20260317150000", NgayKetThucTheoQuyDinh="20260320170000"),
    ]
    async with spoken() as legacy:
        told = await legacy.call("DongBoHoSoMC", isUpdating="False", data=[sent])
        assert told["result"][0]["CanhBao"] == []
        assert (await legacy.call("CapNhatTienDoHoSoMC", data=rows))["error_code"] == "0"
    record = DossierRecord.model_validate(await record_of(city, CODE))
    written = dossier_fields(record)
    # The promise moves on by the time the applicant was waited for.
    assert written.pop("NgayHenTra") >= sent.pop("NgayHenTra")
    assert written == sent
    told = progress_fields(record)
    assert [one for one in told if one in rows] == rows
    assert [one["TrangThai"] for one in told if one not in rows] == ["2", "9", "10"]


async def test_what_the_dialect_has_no_word_for_stays_through_an_update(city, spoken):
    filed = {
        "code": CODE,
        "procedure": PROCEDURE,
        "agency": BELOW,
        "competent_agency": AGENCY,
        "returning_agency": AGENCY,
        "channel": "counter",
        "received_at": "2026-03-16T09:00:00+07:00",
        "applicant": {"kind": "citizen", "name": "Nguyễn Văn A", "address": "Số 1, đường Hai"},
        "flags": {"national_portal": False},
        "components": [{"name": "Giấy đề nghị", "originals": 1}],
        "particulars": {"portal_code": "G22-1", "portal_reference": "R-1"},
    }
    async with city.partner() as partner:
        assert (await partner.post("/v1/dossiers", json=filed)).status_code == 201
    async with spoken() as legacy:
        # The message is of the agency above; the dossier names none.
        change = dossier(NoiNopHoSo="", ChuHoSo="Nguyễn Văn B", NgayHenTra="")
        told = await legacy.call("DongBoHoSoMC", isUpdating="True", data=[change])
        assert codes(told) == ["0"], told
        foreign = await legacy.call(
            "DongBoHoSoMC", isUpdating="True", data=[dossier(MaDonVi=AGENCY)]
        )
        assert codes(foreign) == ["2"]
        assert "cơ quan" in foreign["message"]
    after = (await record_of(city, CODE))["filing"]
    for name in ("agency", "competent_agency", "returning_agency"):
        assert after[name] == filed[name]
    assert after["applicant"]["address"] == "Số 1, đường Hai"
    assert after["applicant"]["name"] == "Nguyễn Văn B"
    assert [one["name"] for one in after["components"]] == ["Giấy đề nghị"]
    assert after["flags"]["national_portal"] is False
    assert after["particulars"]["portal_code"] == "G22-1"
    assert after["particulars"]["portal_reference"] == "R-1"
    assert after["particulars"]["abstract"] == "Thành lập hộ kinh doanh cá thể"
