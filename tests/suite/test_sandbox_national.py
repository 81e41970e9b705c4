import httpx
import pytest

from suite.sandbox.faults import Fault, Faults
from suite.sandbox.national import NationalLedger, create_national
from suite.sandbox.national.app import (
    GENERAL,
    INTEGRATE_ADDRESS,
    LOGIN,
    SHARE_ADDRESS,
    create_national_in,
)
from suite.sandbox.national.ledger import Filing
from suite.sandbox.national.sessions import DSTCODE, NationalAccount, Sessions
from tests.suite.national import CODE, Caller, dossier, portal, progress


@pytest.fixture
def ledger():
    return NationalLedger()


@pytest.fixture
async def caller(ledger):
    async with portal(ledger) as made:
        yield made


def refused(answer, ledger, about, code="-1"):
    told = answer.json()
    assert (answer.status_code, told["error_code"]) == (200, code)
    assert about in told["message"]
    assert about in ledger.refusals[-1]["reason"]


async def test_an_inserted_dossier_is_there_with_what_was_sent(caller, ledger):
    assert (await caller.look_up()).json()["result"] == []
    assert (await caller.insert()).json() == {
        "error_code": "0",
        "message": "Đồng bộ hồ sơ thành công",
    }
    assert ledger.dossier(CODE).content == dossier()
    assert (await caller.look_up()).json()["result"] == [{"MaHoSo": CODE, "TrangThaiHoSo": "2"}]


async def test_an_update_replaces_the_content_and_the_old_one_is_remembered(caller, ledger):
    await caller.insert()
    await caller.update(TrangThaiHoSo="4")
    await caller.update(TrangThaiHoSo="4")
    kept = ledger.dossier(CODE)
    assert kept.content == dossier(TrangThaiHoSo="4")
    assert [(one.content["TrangThaiHoSo"], one.times) for one in kept.versions] == [
        ("2", 1),
        ("4", 2),
    ]
    assert [one.effect for one in ledger.arrivals] == [True, True, False]


async def test_an_insert_of_a_dossier_that_exists_is_told_so(caller, ledger):
    await caller.insert()
    told = (await caller.insert(ChuHoSo="Ai khác")).json()
    assert told["error_code"] in {"3", "-3"}
    assert "đã tồn tại" in told["message"]
    assert ledger.dossier(CODE).content == dossier()


async def test_an_update_of_a_dossier_that_does_not_exist_is_refused(caller, ledger):
    refused(await caller.update(), ledger, "không tồn tại")
    assert not ledger.exists(CODE)


async def test_progress_rows_are_kept_in_order_and_repeats_are_counted(caller, ledger):
    await caller.insert()
    second = progress(TrangThai="4", ThoiDiemXuLy="20200317090000")
    await caller.report(progress(), second)
    await caller.report(second)
    rows = ledger.dossier(CODE).progress
    assert [(one.content, one.times) for one in rows] == [(progress(), 1), (second, 2)]


async def test_more_than_ten_progress_rows_a_call_are_refused_whole(caller, ledger):
    await caller.insert()
    rows = [progress(NoiDungXuLy=f"Bước {n}") for n in range(11)]
    refused(await caller.report(*rows), ledger, "10")
    assert ledger.dossier(CODE).progress == []
    assert (await caller.report(*rows[:10])).json()["error_code"] == "0"
    assert len(ledger.dossier(CODE).progress) == 10


async def test_progress_of_an_unknown_dossier_is_refused(caller, ledger):
    refused(await caller.report(progress()), ledger, "không tồn tại")


@pytest.mark.parametrize(
    ("changes", "about"),
    [
        ({"MaHoSo": ""}, "MaHoSo"),
        ({"TenTTHC": "  "}, "TenTTHC"),
        ({"DonViXuLy": ""}, "DonViXuLy"),
        ({"TrangThaiHoSo": 2}, "TrangThaiHoSo"),
        ({"TrangThaiHoSo": "11"}, "TrangThaiHoSo"),
        ({"TrangThaiHoSo": "02"}, "TrangThaiHoSo"),
        ({"HinhThuc": "2"}, "HinhThuc"),
        ({"LoaiDoiTuong": None}, "LoaiDoiTuong"),
        ({"NgayTiepNhan": "2020-03-16T09:00:00+07:00"}, "NgayTiepNhan"),
        ({"NgayHenTra": "20200231090000"}, "NgayHenTra"),
        ({"NgayHenTra": "20200319"}, "NgayHenTra"),
        ({"NgayTra": "２０２００３１９０９００００"}, "NgayTra"),
        ({"HoSoCoThanhPhanSoHoa": True}, "HoSoCoThanhPhanSoHoa"),
        ({"DuocThanhToanTrucTuyen": "true"}, "DuocThanhToanTrucTuyen"),
        ({"TrichYeuHoSo": "x" * 1001}, "TrichYeuHoSo"),
        ({"MaHoso": CODE}, "MaHoso"),
        ({"TaiLieuNop": {}}, "TaiLieuNop"),
        ({"TaiLieuNop": [{"IsDeleted": "true"}]}, "TaiLieuNop[0].IsDeleted"),
        ({"DinhDanhCHS": [{"LoaiDinhDanh": "1", "SoDinhDanh": "12"}]}, "SoDinhDanh"),
        ({"DanhSachLePhi": [{"Gia": 50000}]}, "DanhSachLePhi[0].Gia"),
        (
            {"DanhSachHoSoBoSung": [{"DanhSachLePhiBoSung": [{"Gia": 1}]}]},
            "DanhSachHoSoBoSung[0].DanhSachLePhiBoSung[0].Gia",
        ),
        ({"DanhSachGiayToKetQua": [{"TenGiayTo": "x" * 2001}]}, "TenGiayTo"),
    ],
)
async def test_a_dossier_that_is_rubbish_is_refused_by_the_name_of_its_field(
    caller, ledger, changes, about
):
    refused(await caller.insert(**changes), ledger, about)
    assert not ledger.exists(CODE)


async def test_one_bad_dossier_refuses_the_whole_call(caller, ledger):
    rows = [dossier(), dossier(MaHoSo="B", HinhThuc="9")]
    refused(
        await caller.call("DongBoHoSoMC", isUpdating="False", data=rows),
        ledger,
        "data[1].HinhThuc",
    )
    assert not ledger.dossiers


@pytest.mark.parametrize(
    ("changes", "about"),
    [
        ({"NguoiXuLy": "x" * 51}, "NguoiXuLy"),
        ({"TrangThai": "0"}, "TrangThai"),
        ({"ThoiDiemXuLy": ""}, "ThoiDiemXuLy"),
        ({"NoiDungXuLy": ""}, "NoiDungXuLy"),
    ],
)
async def test_a_row_that_is_rubbish_is_refused(caller, ledger, changes, about):
    await caller.insert()
    refused(await caller.report(progress(**changes)), ledger, about)


@pytest.mark.parametrize(
    ("call", "about"),
    [
        ({"service": "DongBoHoSoMC", "data": [dossier()]}, "isUpdating"),
        ({"service": "DongBoHoSoMC", "isUpdating": True, "data": [dossier()]}, "isUpdating"),
        ({"service": "DongBoHoSoMC", "isUpdating": "False", "data": []}, "data"),
        ({"service": "DongBoHoSoMC", "isUpdating": "False"}, "data"),
        ({"service": "DongBoHoSoMC", "isUpdating": "False", "data": ["x"]}, "đối tượng"),
        ({"service": "TraCuuHoSo"}, "mahoso"),
        ({"service": "LayKetQuaThuTuc"}, "LayKetQuaThuTuc"),
        ({"service": "LayThuTuc", "maTTHC": "1.001612", "madonvi": ""}, "madonvi"),
    ],
)
async def test_an_envelope_that_is_rubbish_is_refused(caller, ledger, call, about):
    refused(await caller.call(**call), ledger, about)


async def test_what_is_no_json_object_is_refused(caller):
    for body in (b"{", b"[]", '"đ"'.encode("utf-16")):
        assert (await caller.client.post(GENERAL, content=body)).status_code == 400


async def test_a_call_without_a_good_session_has_no_effect(ledger):
    now = [0.0]
    sessions = Sessions(60, lambda: now[0])
    async with portal(ledger, sessions=sessions) as caller:
        now[0] = 61
        told = (await caller.insert()).json()
        assert (told["error_code"], ledger.dossiers) == ("-1", {})
        assert "Phiên làm việc" in told["message"]
        await caller.login()
        assert (await caller.insert()).json()["error_code"] == "0"


async def test_a_stranger_gets_no_session(caller):
    for wrong in ({"username": "x"}, {"password": "x"}, {"password": None}):
        assert "session" not in (await caller.login(**wrong)).json()
    account = NationalAccount()
    known = {"username": account.username, "password": account.password}
    assert (await caller.client.post(LOGIN, json=known)).json()["error_code"] == "-1"
    asked = {"dstcode": DSTCODE}
    assert "session" in (await caller.client.post(LOGIN, json=known, params=asked)).json()


async def test_reading_and_writing_have_addresses_of_their_own(caller, ledger):
    told = {"isUpdating": "False", "data": [dossier()]}
    refused(await caller.call("DongBoHoSoMC", SHARE_ADDRESS, **told), ledger, "địa chỉ")
    answer = await caller.call("DongBoHoSoMC", INTEGRATE_ADDRESS, **told)
    assert answer.json()["error_code"] == "0"
    answer = await caller.call("TraCuuHoSo", SHARE_ADDRESS, mahoso=CODE)
    assert answer.json()["result"][0]["MaHoSo"] == CODE


async def test_dictionaries_have_uppercase_keys_and_the_limit_of_each_channel(caller):
    one = (await caller.call("LayThuTuc", maTTHC="1.001612")).json()["result"][0]
    assert one["TENTTHC"] == "Đăng ký thành lập hộ kinh doanh"
    assert one["CACHTHUCTHUCHIEN"][0]["THOIGIAN"][0]["THOIGIANGIAIQUYET"] == "3"
    assert one["CACHTHUCTHUCHIEN"][0]["THOIGIAN"][0]["DONVITINH"] == "Ngày làm việc"
    every = (await caller.call("LayDanhSachTTHC")).json()["result"]
    some = (await caller.call("LayDanhSachTTHCDonVi", maDonVi="000.00.02.H29")).json()["result"]
    assert 0 < len(some) < len(every) == 258
    for service in ("LayDanhMucCoQuan", "LayDanhMucLinhVuc"):
        rows = (await caller.call(service)).json()["result"]
        assert rows
        assert all(key.isupper() for row in rows for key in row)
    assert (await caller.call("LayThuTuc", maTTHC="9")).json()["result"] == []


def portal_status(**changes):
    return {
        "MaHoSo": "G22.99-200316-0001",
        "MaHoSoDonVi": CODE,
        "TrangThai": "2",
        "NgayXuLy": "20200316100000",
    } | changes


async def test_the_portal_hears_of_its_own_dossiers_and_a_refusal_is_11(caller, ledger):
    ledger.file(Filing("r1", dossier(MaHoSo="G22.99-200316-0001")))

    async def tell(**changes):
        return await caller.call("DongBoTrangThaiHoSo", type="2", data=[portal_status(**changes)])

    refused(await tell(TrangThai="3"), ledger, "TrangThai")
    refused(await tell(MaHoSo=CODE), ledger, "không được nộp trên Cổng")
    for status in ("2", "11", "11"):
        assert (await tell(TrangThai=status)).json()["error_code"] == "0"
    told = ledger.filed["G22.99-200316-0001"].statuses
    assert [(one.content["TrangThai"], one.times) for one in told] == [("2", 1), ("11", 2)]
    answer = await caller.call("DongBoTrangThaiHoSo", data=[portal_status()])
    refused(answer, ledger, "type")


async def test_what_the_portal_kept_survives_its_restart_and_a_line_cut_short(tmp_path):
    def client():
        app = create_national_in(tmp_path)
        return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://portal")

    async with client() as first:
        caller = Caller(first)
        await caller.login()
        await caller.insert()
        await caller.report(progress())
    with (tmp_path / "national.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"service": "DongBo')
    async with client() as second:
        caller = Caller(second)
        await caller.login()
        await caller.report(progress())
    kept = NationalLedger(tmp_path).dossier(CODE)
    assert kept.content == dossier()
    assert [one.times for one in kept.progress] == [2]


async def test_the_ledger_can_be_read_over_http(caller):
    await caller.insert()
    await caller.report(progress())
    await caller.insert(HinhThuc="x", MaHoSo="B")
    get = caller.client.get
    listed = (await get("/sandbox/national/dossiers")).json()
    assert (listed["count"], listed["items"][0]["content"]) == (1, dossier())
    one = (await get(f"/sandbox/national/dossiers/{CODE}")).json()
    assert one["progress"] == [{"number": 2, "content": progress(), "times": 1}]
    assert (await get("/sandbox/national/dossiers/none")).status_code == 404
    arrivals = (await get("/sandbox/national/arrivals?after=1")).json()
    assert [one["service"] for one in arrivals["items"]] == ["CapNhatTienDoHoSoMC"]
    refusals = (await get("/sandbox/national/refusals")).json()
    assert "HinhThuc" in refusals["items"][0]["reason"]
    assert "session" not in refusals["items"][0]["sent"]


async def test_while_it_is_down_every_connection_ends_without_an_answer(ledger):
    faults = Faults()
    async with portal(ledger, faults) as caller:
        told = await caller.client.post("/sandbox/national/down", json={"down": True})
        assert told.json() == {"down": True}
        for call in (caller.login, caller.insert, caller.look_up):
            with pytest.raises(httpx.TransportError):
                await call()
        assert not ledger.dossiers
        faults.down = False
        assert (await caller.insert()).json()["error_code"] == "0"


@pytest.mark.parametrize("duplicate", [False, True])
async def test_a_dossier_filed_on_the_portal_is_handed_over_under_one_ref_id(ledger, duplicate):
    from fastapi import FastAPI

    from suite.sandbox.serving import served

    heard = []
    partner = FastAPI(openapi_url=None)

    @partner.post("/dvcqg/nhanhsdvcqg")
    async def receive(body: dict):
        again = body["refId"] in [one["refId"] for one in heard]
        heard.append(body)
        return {"error_code": "1", "message": "duplicate refId"} if again else {"error_code": "0"}

    faults = Faults()
    if duplicate:
        faults.ask(Fault.DUPLICATE_REF)
    async with served(partner) as url, portal(ledger, faults) as caller:
        filing = {"partner": f"{url}/dvcqg", "dossier": dossier(MaHoSo="G22-1"), "refId": "r1"}
        told = (await caller.client.post("/sandbox/national/filings", json=filing)).json()
        codes = [one["answer"]["error_code"] for one in told["answers"]]
        wrong = filing | {"dossier": {"MaHoSo": "G22-2"}}
        answer = await caller.client.post("/sandbox/national/filings", json=wrong)
    assert codes == (["0", "1"] if duplicate else ["0"])
    assert heard == [{"refId": "r1", "data": [dossier(MaHoSo="G22-1")]}] * len(codes)
    assert ledger.filed["G22-1"].ref_id == "r1"
    assert answer.status_code == 422
    assert list(ledger.filed) == ["G22-1"]


async def test_a_partner_that_cannot_be_reached_is_told_and_can_be_tried_again(caller, ledger):
    filing = {"partner": "http://127.0.0.1:9", "dossier": dossier(MaHoSo="G22-1"), "refId": "r1"}
    for _ in range(2):
        answer = await caller.client.post("/sandbox/national/filings", json=filing)
        assert answer.status_code == 502
    assert list(ledger.filed) == ["G22-1"]


async def test_without_a_socket_the_same_failures_are_raised_at_once():
    faults = Faults()
    app = create_national(NationalLedger(), faults=faults)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://portal") as client:
        caller = Caller(client)
        faults.ask(Fault.TIMEOUT, service="login")
        with pytest.raises(httpx.ReadTimeout):
            await caller.login()
        await caller.login()
        faults.ask(Fault.RESET_AFTER)
        with pytest.raises(httpx.RemoteProtocolError):
            await caller.insert()
        assert "đã tồn tại" in (await caller.insert()).json()["message"]
