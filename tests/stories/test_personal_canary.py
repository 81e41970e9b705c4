"""A person who is easily recognised goes through the whole suite, and is looked for everywhere after."""

import io
import json
import logging
import os
import re
import subprocess
import sys

import httpx
from prometheus_client import generate_latest

from chassis.telemetry import JsonLines
from services.intake.commands import retention
from tests.builders import step
from tests.intake.personal import CANARIES, NOTE, OFFICER, PERSON, every_row, file_of, prepare
from tests.servers.node import free_port
from tests.stories.test_embedded_process import client as partner_of
from tests.stories.test_embedded_process import motcua, partner

CODE = file_of()["code"]
BROKEN = (
    file_of(2, applicant=PERSON | {"phone": "canary 987 654 321"}),
    file_of(3, applicant=PERSON | {"email": "canary.yen"}),
    file_of(4, applicant=PERSON | {"id_number": "079190654321 "}),
    file_of(5, applicant=PERSON | {"kind": "Trần Thị"}),
    file_of(6, applicant=PERSON | {"spouse": PERSON["name"]}),
    file_of(7, received_at="ngày 079190654321"),
    file_of(8, procedure="9.999999"),
    file_of(9, applicant=PERSON["name"]),
    file_of(10, applicant=PERSON | {"name": PERSON["name"] + "\u0000"}),
)
"""Filings that are refused, each with the person in a wrong place."""


def canaries_in(text: str) -> list[str]:
    """Which of them stand in a text, as it is or escaped in JSON or bytes."""
    escaped = [json.dumps(canary)[1:-1] for canary in CANARIES]
    bytes_of = [repr(canary.encode())[2:-1] for canary in CANARIES]
    lowered = text.lower()
    return [word for word in (*CANARIES, *escaped, *bytes_of) if word.lower() in lowered]


async def go_through(client) -> list[httpx.Response]:
    """File, report, look for and refuse the person; returns every refusal."""
    rows = {"items": [step("done", actor=OFFICER, note=NOTE), step("returned", note=NOTE)]}
    refused = [await client.post("/v1/dossiers", json=body) for body in BROKEN]
    key = {"Idempotency-Key": "k-first"}
    assert (await client.post("/v1/dossiers", json=file_of(), headers=key)).status_code == 201
    told = {"abstract": "Canary xin cấp", "note": NOTE, "files": [{"name": "canary.pdf"}]}
    address = f"/v1/dossiers/{CODE}"
    for body in (file_of(particulars=told), file_of()):
        amended = await client.put(address, json=body)
        assert amended.status_code == 200, amended.text
    refused.append(await client.put(address, json=file_of(2, particulars=told)))
    refused.append(await client.put(address, json=file_of(particulars=told | {"fax": ["canary"]})))
    other = file_of(applicant=PERSON | {"name": "Canary khác", "phone": "0987654320"})
    refused.append(await client.post("/v1/dossiers", json=other))
    refused.append(await client.post("/v1/dossiers", json=other, headers=key))
    address = f"/v1/dossiers/{CODE}/progress"
    assert (await client.post(address, json=rows)).status_code == 200
    wrong = {"items": [step(PERSON["name"], actor=OFFICER, note=NOTE)]}
    refused.append(await client.post(address, json=wrong))
    for search in ({"id_number": PERSON["id_number"]}, {"phone": PERSON["phone"]}):
        found = await client.post("/v1/dossiers/search", json=search)
        assert [item["code"] for item in found.json()["items"]] == [CODE]
    both = {"id_number": PERSON["id_number"], "phone": PERSON["phone"]}
    refused.append(await client.post("/v1/dossiers/search", json=both))
    return refused


async def fail(client, intake) -> list[httpx.Response]:
    """The same with tables missing, so that what fails is ours."""
    engine = intake.database.engine
    failed = []
    for table, address, body in (
        ("audit", "/v1/dossiers/search", {"id_number": PERSON["id_number"]}),
        (
            "step",
            f"/v1/dossiers/{CODE}/progress",
            {"items": [step("done", "2020-03-20T10:00:00+07:00", actor=OFFICER, note=NOTE)]},
        ),
    ):
        await engine.execute(f"ALTER TABLE {table} RENAME TO {table}_away")
        try:
            failed.append(await client.post(address, json=body))
        finally:
            await engine.execute(f"ALTER TABLE {table}_away RENAME TO {table}")
    return failed


async def test_the_person_is_nowhere_but_in_the_answers_to_those_who_may_ask(suite, lane, request):
    raw, shown = io.StringIO(), io.StringIO()
    handlers = [logging.StreamHandler(raw), logging.StreamHandler(shown)]
    handlers[1].setFormatter(JsonLines())
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.DEBUG)
    for handler in handlers:
        root.addHandler(handler)
    try:
        async with suite.partner() as client:
            await prepare(client)
            refused = await go_through(client)
            failed = await fail(client, suite.running["intake"])
            await suite.settle()
            timeline = (await client.get(f"/v1/dossiers/{CODE}/timeline")).text
    finally:
        root.setLevel(level)
        for handler in handlers:
            root.removeHandler(handler)
    assert OFFICER in timeline
    assert [answer.status_code for answer in failed] == [500, 500]
    assert {answer.status_code for answer in refused} == {409, 422}
    for answer in (*refused, *failed):
        assert answer.headers["content-type"] == "application/problem+json"
        assert canaries_in(answer.text) == [], answer.text
    for name, one in suite.running.items():
        told = await every_row(type("Service", (), {"running": one}))
        assert canaries_in(told) == [], name
    assert "079190654321" not in generate_latest().decode()
    assert canaries_in(generate_latest().decode()) == []
    logs = raw.getvalue() + shown.getvalue()
    if lane == "processes":
        ten = request.getfixturevalue("processes")
        logs += "".join(path.read_text("utf-8") for path in ten.folder.glob("*.log"))
    assert "request failed" in logs
    assert canaries_in(logs) == []
    await suite.running["intake"].do(retention.purge, "", 200)
    async with suite.partner() as client:
        assert canaries_in((await client.get(f"/v1/dossiers/{CODE}/timeline")).text) == []


async def test_the_person_is_in_no_file_and_no_line_of_a_process_on_its_own(tmp_path):
    port, internal = free_port(), free_port()
    auth = partner(tmp_path)
    told = {"MOTCUA_LOG_LEVEL": "debug", "MOTCUA_METRICS_PORT": str(internal)}
    command = [
        sys.executable,
        "-m",
        "suite.cli",
        "up",
        "--data",
        str(tmp_path),
        "--port",
        str(port),
    ]
    process = subprocess.Popen(
        command, env=os.environ | told, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout.readline().startswith("motcua is up at")
        with partner_of(port, auth) as city:
            headers = dict(city.headers)
        address = f"http://127.0.0.1:{port}"
        async with httpx.AsyncClient(base_url=address, headers=headers, timeout=20) as client:
            await prepare(client)
            for answer in await go_through(client):
                assert canaries_in(answer.text) == []
            metrics = (await client.get(f"http://127.0.0.1:{internal}/metrics")).text
            files = everything_in(tmp_path)
    finally:
        process.terminate()
        out, err = process.communicate(timeout=60)
    assert "motcua_requests_total" in metrics
    assert "/v1/dossiers/search" in metrics
    assert canaries_in(metrics) == []
    assert len(err.splitlines()) > 3  # libraries are held at info: their debug lines hold values
    assert canaries_in(out + err) == []
    held = files + everything_in(tmp_path)
    assert CODE.encode() in held
    for canary in (*CANARIES, PERSON["name"], OFFICER, NOTE):
        for form in (canary.encode(), canary.lower().encode(), canary.encode("utf-16-le")):
            assert form not in held, canary
    status = motcua("keys", "status", "--json", "--data", str(tmp_path))
    assert json.loads(status.stdout)["sealed"] == 1
    purged = motcua("retention", "purge", "--execute", "--data", str(tmp_path))
    assert re.search(r"^1 dossiers purged", purged.stdout, re.MULTILINE), purged.stderr


def everything_in(folder) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
