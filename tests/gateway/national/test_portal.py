"""Dossiers that were filed on the national portal: handed to us once, and told of by their own service."""

import asyncio

from tests.gateway.national.speaking import AGENCY, OTHER, account, dossier, record_of

PORTAL_CODE = "G22.99.H29-260316-000123"


def filed_there(**changes):
    told = dossier(
        MaHoSo=PORTAL_CODE,
        TrangThaiHoSo="",
        KenhThucHien="",
        NoiNopHoSo="",
        NgayTiepNhan="",
        NgayHenTra="",
        MaDoiTuong="TECH-1",
    )
    return told | changes


async def test_a_dossier_of_the_portal_is_taken_in_once_for_each_reference(city, spoken):
    async with spoken() as legacy:
        told = {
            "session": legacy.session,
            "madonvi": AGENCY,
            "refId": "R-1",
            "data": [filed_there()],
        }
        first = await legacy.post("/dvcqg/nhanhsdvcqg", **told)
        assert (first["error_code"], first["result"][0]["MaHoSo"]) == ("0", PORTAL_CODE), first
        again = await legacy.post("/dvcqg/nhanhsdvcqg", **told)
        assert again == {"error_code": "1", "message": "duplicate refId"}
        # The same dossier under another reference is there already: nothing changes.
        other = await legacy.post("/dvcqg/nhanhsdvcqg", **(told | {"refId": "R-2"}))
        assert other["error_code"] == "-1"
        assert "đã tồn tại" in other["message"]
    async with city.partner() as partner:
        view = (await partner.get(f"/v1/dossiers/{PORTAL_CODE}")).json()
        assert (view["status"], view["channel"]) == ("submitted", "online")
        assert view["received_at"] is None
        assert view["violations"] == []
        assert view["submitted_at"] == "2026-03-16T08:30:00+07:00"
        record = await record_of(city, PORTAL_CODE)
    assert record["filing"]["flags"]["national_portal"] is True
    assert record["filing"]["particulars"]["portal_code"] == PORTAL_CODE
    assert record["filing"]["particulars"]["portal_reference"] == "R-1"
    assert record["filing"]["particulars"]["tech_id"] == "TECH-1"


async def test_the_portal_shows_its_account_by_http_basic_too(city):
    username, password = await account(city.running)
    body = {"refId": "R-9", "data": filed_there()}
    async with city.public() as http:
        wrong = await http.post("/dvcqg/nhanhsdvcqg", json=body, auth=(username, "sai"))
        assert (wrong.status_code, wrong.json()["error_code"]) == (200, "-1")
        right = await http.post("/dvcqg/nhanhsdvcqg", json=body, auth=(username, password))
        assert right.json()["error_code"] == "0", right.text
        beside = {"refId": "R-10", **filed_there(MaHoSo="G22.99.H29-260316-000124")}
        flat = await http.post("/dvcqg/nhanhsdvcqg", json=beside, auth=(username, password))
        assert flat.json()["error_code"] == "0", flat.text


async def test_ten_at_once_of_one_reference_are_one(city, spoken):
    async with spoken() as legacy:
        told = {"session": legacy.session, "refId": "R-1", "data": [filed_there()]}
        answers = await asyncio.gather(
            *(legacy.post("/dvcqg/nhanhsdvcqg", **told) for _ in range(10))
        )
        assert sorted(one["error_code"] for one in answers) == ["0"] + ["1"] * 9


async def test_what_the_portal_cannot_hand_over_is_minus_one_with_a_reason(city, spoken):
    async with spoken() as legacy:
        good = {
            "session": legacy.session,
            "madonvi": AGENCY,
            "refId": "R-1",
            "data": [filed_there()],
        }
        for change, said in (
            ({"session": "x"}, "Phiên"),
            ({"refId": ""}, "refId"),
            ({"refId": None}, "refId"),
            ({"madonvi": OTHER}, "madonvi"),
            ({"data": []}, "data"),
            ({"data": [filed_there(), filed_there()]}, "data"),
            ({"data": [filed_there(MaHoSo="")]}, "MaHoSo"),
            ({"data": [filed_there(MaTTHC="9.9")]}, "MaTTHC"),
        ):
            told = await legacy.post("/dvcqg/nhanhsdvcqg", **(good | change))
            assert told["error_code"] == "-1", change
            assert said in told["message"], told
        # A reference is spent by what was taken alone.
        assert (await legacy.post("/dvcqg/nhanhsdvcqg", **good))["error_code"] == "0"


async def test_where_it_stands_is_told_by_the_portals_own_service(city, spoken):
    async with spoken() as legacy:
        told = {"session": legacy.session, "refId": "R-1", "data": [filed_there(MaDoiTuong="")]}
        await legacy.post("/dvcqg/nhanhsdvcqg", **told)
        status = {
            "TrangThai": "11",
            "MaHoSo": PORTAL_CODE,
            "MaHoSoDonVi": PORTAL_CODE,
            "MaDoiTuong": "TECH-2",
            "NoiDung": "Không đủ điều kiện",
            "NgayXuLy": "20260317100000",
            "TaiLieuXuLy": [{"TenTepDinhKem": "Phiếu từ chối", "DuongDanTaiTepTin": "https://x/1"}],
        }
        for members in ({"data": [status]}, {"type": "2", **status}):
            answer = await legacy.call("DongBoTrangThaiHoSo", **members)
            assert answer["error_code"] == "0", answer
    async with city.partner() as partner:
        view = (await partner.get(f"/v1/dossiers/{PORTAL_CODE}")).json()
        assert (view["status"], view["ended_at"]) == ("refused", "2026-03-17T10:00:00+07:00")
    record = await record_of(city, PORTAL_CODE)
    kept = record["filing"]["particulars"]
    assert (kept["tech_id"], kept["portal_reference"]) == ("TECH-2", "R-1")
    assert [one["name"] for one in kept["results"]] == ["Phiếu từ chối"]
    assert [step["note"] for step in record["steps"]] == ["Không đủ điều kiện"]
