"""What a real process tells while it works and while things go wrong: never whom it is about."""

import json
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import contextmanager

import httpx
import pytest

from chassis.settings import Settings
from contracts.vocabulary import Scope
from gateway.keys import SigningKey
from tests.builders import AGENCY, PROCEDURE, filing, procedure, step
from tests.servers.node import free_port

CANARIES = {
    "name": "Chim Hoàng Yến",
    "id_number": "079099123456",
    "phone": "+84 903 555 777",
    "email": "chim.hoang.yen@vi-du.example",
    "address": "12 ngõ Chim Yến, phường Vàng Anh",
    "note": "chim-yen-ghi-chu",
    "comment": "chim-yen-y-kien",
    "secret": "chim-yen-mat-khau",
    "address_bar": "chim-yen-tren-thanh-dia-chi",
}
APPLICANT = {
    "kind": "citizen",
    "name": CANARIES["name"],
    "id_kind": "citizen_id",
    "id_number": CANARIES["id_number"],
    "phone": CANARIES["phone"],
    "email": CANARIES["email"],
    "address": CANARIES["address"],
}


@contextmanager
def process(data, level):
    """The suite in a process of its own that writes all it says into one file; its ports."""
    ports = {"port": free_port(), "metrics_port": free_port()}
    environment = {
        "PATH": "/usr/bin:/bin",
        "PYTHONUNBUFFERED": "1",
        "PYTHONPATH": ":".join(sys.path),
        "MOTCUA_DATA": str(data),
        "MOTCUA_LOG_LEVEL": level,
        "MOTCUA_PORT": str(ports["port"]),
        "MOTCUA_METRICS_PORT": str(ports["metrics_port"]),
    }
    log = data.with_suffix(".log")
    with log.open("wb") as told:
        command = [sys.executable, "-X", "dev", "-m", "suite.cli", "up"]
        running = subprocess.Popen(command, env=environment, stdout=told, stderr=told)
        try:
            wait_for(ports["port"], running, log)
            yield running, ports, log
        finally:
            if running.poll() is None:
                running.kill()
            running.wait()


def wait_for(port, running, log):
    until = time.monotonic() + 60
    while True:
        assert running.poll() is None, log.read_text("utf-8")
        try:
            if httpx.get(f"http://127.0.0.1:{port}/health/ready", timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        assert time.monotonic() < until
        time.sleep(0.1)


@contextmanager
def city(data, port):
    key = SigningKey(Settings(data=data))
    token = key.token("c-canary", "H29", [str(scope) for scope in Scope])
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
        client.headers["Authorization"] = f"Bearer {token}"
        client.put("/v1/agencies/H29", json={"name": "Thành phố", "kind": "city"})
        told = {"name": "Sở Nông nghiệp", "kind": "department", "parent": "H29"}
        client.put(f"/v1/agencies/{AGENCY}", json=told).raise_for_status()
        client.put(f"/v1/procedures/{PROCEDURE}", json=procedure()).raise_for_status()
        yield client, token


def live(client):
    """A dossier's whole life, its citizen's rating, and everything that is refused on the way."""
    filed = client.post("/v1/dossiers", json=filing(applicant=APPLICANT))
    assert filed.status_code == 201, filed.text
    code = filed.json()["code"]
    end = "2020-03-18T10:00:00+07:00"
    rows = [step("done", end, note=CANARIES["note"]), step("returned", end, actor=CANARIES["name"])]
    client.post(f"/v1/dossiers/{code}/progress", json={"items": rows}).raise_for_status()
    until = time.monotonic() + 15
    while not (found := client.get(f"/v1/dossiers/{code}/rating-invitations").json()["items"]):
        assert time.monotonic() < until
        time.sleep(0.1)
    answers = {"overall": "5", "comment": CANARIES["comment"], "language": "vi"}
    assert client.get(f"/r/{found[0]['token']}").status_code == 200
    given = {
        "token": found[0]["token"],
        "answers": {"overall": "5"},
        "comment": CANARIES["comment"],
    }
    assert client.post("/v1/ratings", json=given).status_code == 201
    assert client.post("/v1/ratings", json=given).status_code == 409
    client.post(f"/r/{found[0]['token']}", data=answers)
    return found[0]["token"]


def misbehave(client):
    """Requests that are refused, each with something personal in an unexpected place."""
    wrong = [
        filing(2, applicant=APPLICANT | {"kind": CANARIES["id_number"]}),
        filing(2, applicant=APPLICANT | {"phone": CANARIES["email"]}),
        filing(2, received_at=CANARIES["name"]),
        filing(2, applicant=APPLICANT | {"name": CANARIES["name"] + "\u200b"}),
        filing(2, applicant=APPLICANT) | {CANARIES["note"]: CANARIES["phone"]},
        filing(1, applicant=APPLICANT, channel="online"),
    ]
    for body in wrong:
        assert client.post("/v1/dossiers", json=body).status_code in {409, 422}
    broken = json.dumps(filing(2, applicant=APPLICANT), ensure_ascii=False).encode()[:-2]
    headers = {"Content-Type": "application/json"}
    assert client.post("/v1/dossiers", content=broken, headers=headers).status_code == 400
    client.get(f"/r/{CANARIES['address_bar']}")
    client.get(f"/board/hcmc-2020?agency={CANARIES['address_bar']}")
    client.get(f"/{CANARIES['address_bar']}?q={CANARIES['phone']}")
    client.get(f"/v1/dossiers/{CANARIES['id_number']}")
    client.post(
        "/oauth/token", data={"grant_type": "client_credentials"}, auth=("x", CANARIES["secret"])
    )
    client.get("/v1/dossiers", headers={"Authorization": f"Bearer {CANARIES['secret']}"})
    message = {"signature": CANARIES["secret"], "data": [{"receiver": CANARIES["name"]}]}
    client.post("/v1/carriers/vnpost-d/city/events", json=message)
    with socket.create_connection(("127.0.0.1", client.base_url.port)) as raw:
        raw.sendall(f"{CANARIES['secret']} {CANARIES['phone']}\r\n\r\n".encode())
        raw.recv(1000)


def break_under(client, data):
    """Take the tables away: what then fails on our side fails with the values in hand."""
    for service, table in (("intake", "dossier"), ("rating", "invitation"), ("kpi", "fact")):
        with sqlite3.connect(data / f"{service}.db", timeout=10) as connection:
            names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master")]
            found = [
                name for name in names if table in name and not name.startswith(("ix", "sqlite"))
            ]
            for name in found:
                try:
                    connection.execute(f'ALTER TABLE "{name}" RENAME TO "gone_{name}"')
                except sqlite3.OperationalError:
                    continue
        connection.close()
    answer = client.post("/v1/dossiers", json=filing(3, applicant=APPLICANT))
    assert answer.status_code == 500, answer.text
    assert answer.json()["code"] == "internal-failure"
    listed = client.get(f"/v1/dossiers?agency={AGENCY}")
    assert listed.status_code == 500, listed.text
    time.sleep(1)
    return answer.headers["x-request-id"]


@pytest.mark.parametrize("level", ["info", "debug"])
def test_logs_and_metrics_name_nobody_whatever_goes_wrong(tmp_path, level):
    data = tmp_path / "data"
    with process(data, level) as (running, ports, log):
        with city(data, ports["port"]) as (client, token):
            rating = live(client)
            misbehave(client)
            request_id = break_under(client, data)
        metrics = httpx.get(f"http://127.0.0.1:{ports['metrics_port']}/metrics", timeout=20).text
        running.send_signal(signal.SIGTERM)
        running.wait(30)
        told = log.read_text("utf-8")
    assert 'motcua_requests_total{route="/v1/dossiers"' in metrics
    assert request_id in told  # what failed was logged
    assert "where" in told
    for where, text in (("logs", told), ("metrics", metrics)):
        for canary in (*CANARIES.values(), token, rating):
            for form in {canary, json.dumps(canary)[1:-1], canary.replace(" ", "%20")}:
                assert form not in text, (where, canary)


def test_the_metrics_of_a_process_are_not_behind_its_public_port(tmp_path):
    with process(tmp_path / "data", "info") as (_, ports, _log):
        told = httpx.get(f"http://127.0.0.1:{ports['metrics_port']}/metrics", timeout=20)
        assert told.headers["content-type"].startswith("text/plain")
        assert "motcua_outbox_waiting" in told.text
        public = httpx.get(f"http://127.0.0.1:{ports['port']}/metrics", timeout=20)
        assert public.status_code == 404


def test_a_request_under_way_is_finished_before_the_process_ends(tmp_path):
    data = tmp_path / "data"
    with process(data, "info") as (running, ports, log), city(data, ports["port"]) as (_, token):
        body = json.dumps(filing(), ensure_ascii=False).encode()
        head = (
            "POST /v1/dossiers HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", ports["port"]), timeout=20) as caller:
            caller.sendall(head.encode() + body[:50])
            time.sleep(0.5)
            running.send_signal(signal.SIGTERM)
            time.sleep(1.5)
            assert running.poll() is None
            with pytest.raises(ConnectionRefusedError):  # nobody new is let in
                socket.create_connection(("127.0.0.1", ports["port"]), timeout=2).close()
            caller.sendall(body[50:])
            answer = caller.recv(65536)
        assert answer.startswith(b"HTTP/1.1 201"), answer
        assert running.wait(30) == 0, log.read_text("utf-8")
    with sqlite3.connect(data / "intake.db") as connection:
        assert connection.execute("SELECT code FROM dossier").fetchall() == [(filing()["code"],)]
    connection.close()


def test_the_files_of_an_embedded_installation_are_for_their_owner_alone(tmp_path):
    data = tmp_path / "data"
    with process(data, "info"):
        files = [file for file in data.iterdir() if ".db" in file.name and file.suffix != ".lock"]
        assert {file.name.split("-")[-1] for file in files} >= {"wal", "shm", "intake.db"}
        assert {oct(file.stat().st_mode & 0o777) for file in files} == {"0o600"}
