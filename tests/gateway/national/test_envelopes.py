"""Every slip of the envelope is answered in the dialect: HTTP 200, a code, and what to change."""

import re

import httpx
import pytest

from chassis.running import opened
from tests.gateway.national.speaking import CODE, dossier, row

UNREADABLE = {
    "empty": b"",
    "text": b"hello",
    "list": b"[]",
    "null": b"null",
    "number": b"7",
    "half": b'{"session":"a"',
    "duplicate": b'{"session":"a","session":"b"}',
    "duplicate in another case": b'{"session":"a","Session":"b"}',
    "nan": b'{"data":NaN}',
    "huge number": b'{"data":' + b"9" * 5000 + b"}",
    "nul": b'{"session":"\\u0000"}',
    "surrogate": b'{"session":"\\ud800"}',
    "deep": b'{"a":' * 3000 + b"1" + b"}" * 3000,
    "wide": b'{"data":[' + b",".join([b"1"] * 30_000) + b"]}",
    "utf-16": '{"session":"a"}'.encode("utf-16"),
    "windows-1258": '{"session":"đ"}'.encode("cp1258"),
    "too large": b'{"data":"' + b"x" * 300_000 + b'"}',
    "form": b"username=a&password=b",
    "xml": b"<soap/>",
}
ENGLISH = re.compile(r"\b(the|body|is|not|than|send|key|number|character|remove)\b", re.IGNORECASE)
ADDRESSES = ("/dvcqg/mapi/login", "/dvcqg/mapi/g", "/dvcqg/nhanhsdvcqg")


@pytest.mark.parametrize("address", ADDRESSES)
async def test_what_cannot_be_read_is_minus_one_and_never_a_failure(city, address):
    async with city.public() as http:
        for name, raw in UNREADABLE.items():
            for kind in ("application/json", "text/plain", "application/x-www-form-urlencoded"):
                answer = await http.post(address, content=raw, headers={"Content-Type": kind})
                assert answer.status_code == 200, (name, answer.text)
                told = answer.json()
                assert told["error_code"] == "-1", (name, told)
                assert told["message"].startswith(("Nội dung ", "Trường "))
                assert not ENGLISH.search(told["message"]), told
                assert "thành công" not in told["message"].lower()
        for method in ("GET", "PUT", "DELETE"):
            assert (await http.request(method, address)).status_code == 405


SLIPS = {
    "no service": ({}, "6"),
    "service is a list": ({"service": ["TraCuuHoSo"]}, "6"),
    "service of the portal alone": ({"service": "TraCuuTechID"}, "6"),
    "madonvi elsewhere": ({"service": "LayDanhSachTTHC", "madonvi": "G22"}, "5"),
    "madonvi with marks": ({"service": "LayDanhSachTTHC", "madonvi": "Sở & Ban"}, "5"),
    "isUpdating unknown": (
        {"service": "DongBoHoSoMC", "isUpdating": "có", "data": [dossier()]},
        "2",
    ),
    "isUpdating a list": ({"service": "DongBoHoSoMC", "isUpdating": [], "data": [dossier()]}, "2"),
    "no data": ({"service": "DongBoHoSoMC", "isUpdating": "False"}, "2"),
    "data empty": ({"service": "DongBoHoSoMC", "data": []}, "2"),
    "data a text": ({"service": "DongBoHoSoMC", "data": "x"}, "2"),
    "data broken json": ({"service": "DongBoHoSoMC", "data": "[{"}, "-1"),
    "data of lists": ({"service": "DongBoHoSoMC", "data": [[[]], 1, True]}, "2"),
    "rows without a moment": ({"service": "CapNhatTienDoHoSoMC", "data": [{"MaHoSo": "A"}]}, "2"),
    "row of nothing": ({"service": "CapNhatTienDoHoSoMC", "data": {"a": "b"}}, "2"),
    "status of nothing": ({"service": "DongBoTrangThaiHoSo"}, "2"),
    "no code": ({"service": "TraCuuHoSo"}, "2"),
    "code a path": ({"service": "TraCuuHoSo", "mahoso": "../agencies/H29"}, "2"),
    "code a text": ({"service": "TraCuuHoSo", "mahoso": "hồ sơ"}, "2"),
    "no procedure": ({"service": "LayThuTuc"}, "2"),
    "unknown procedure": ({"service": "LayThuTuc", "maTTHC": "9.999999"}, "4"),
    "update of what is not there": (
        {"service": "DongBoHoSoMC", "isUpdating": "True", "data": [dossier()]},
        "4",
    ),
    "progress of what is not there": (
        {"service": "CapNhatTienDoHoSoMC", "data": [row("9", "20260318100000")]},
        "4",
    ),
}


async def test_every_slip_of_the_envelope_says_what_to_change(city, spoken):
    async with spoken() as legacy:
        for name, (members, code) in SLIPS.items():
            sent = {"session": legacy.session} | members
            told = await legacy.post("/dvcqg/mapi/g", **sent)
            assert told["error_code"] == code, (name, told)
            assert len(told["message"]) > 10, (name, told)
            assert "thành công" not in told["message"].lower(), name
        assert (await legacy.call("TraCuuHoSo", mahoso=CODE))["error_code"] == "4"


async def test_habits_of_old_systems_are_understood(city, spoken):
    import json

    async with spoken() as legacy:
        envelope = {"Session": legacy.session, "MaDonVi": "", "SERVICE": "dongbohosomc"}
        for updating, code in ((False, "0"), ("TRUE", "0"), ("true", "0"), (1, "0"), ("", "3")):
            # One object for a list, a list as text, a byte order mark, no content type at all.
            data = dossier() if updating is False else json.dumps([dossier()])
            body = json.dumps(envelope | {"isUpdating": updating, "data": data})
            answer = await legacy.http.post(
                "/dvcqg/mapi/g",
                content=b"\xef\xbb\xbf" + body.encode(),
                headers={"Content-Type": ""},
            )
            assert answer.json()["error_code"] == code, answer.text


async def test_while_intake_is_away_the_answer_says_send_again(engine, tmp_path, request):
    from chassis.running import Running
    from chassis.settings import Settings
    from gateway.app import create_gateway
    from gateway.upstream import OverHttp, Upstreams
    from suite.services import BEHIND, SERVICES
    from suite.together import own_verifier
    from tests.gateway.national.speaking import Legacy, account

    told = Settings(data=tmp_path)
    if engine == "postgres":
        databases = request.getfixturevalue("databases")
        databases.make(SERVICES["gateway"])
        told = Settings(data=tmp_path, database_url=databases.url)
    else:
        request.getfixturevalue("embedded").make(SERVICES["gateway"], told.database_for("gateway"))
    running = Running(SERVICES["gateway"], told, own_verifier(told))
    async with opened(running):
        nobody = OverHttp("http://127.0.0.1:9")
        running.keep(Upstreams(dict.fromkeys(BEHIND, nobody)))
        app = create_gateway(running)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
            legacy = Legacy(http)
            await legacy.log_in(*await account({"gateway": running}))
            for members in (
                {"service": "TraCuuHoSo", "mahoso": CODE},
                {"service": "LayDanhSachTTHC"},
                {"service": "DongBoHoSoMC", "data": [dossier()]},
                {"service": "CapNhatTienDoHoSoMC", "data": [row("9", "20260318100000")]},
            ):
                answer = await legacy.call(**members)
                assert answer["error_code"] == "9", answer
