"""`motcua sandbox` as people start it: what it says, what a kill leaves, what a seed lets go wrong again."""

import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress

import httpx
import pytest

from suite.sandbox.national.app import GENERAL, LOGIN
from suite.sandbox.national.sessions import DSTCODE
from tests.servers.node import free_port
from tests.suite.national import dossier


@contextmanager
def sandbox(data, *arguments):
    """The stand-ins in a process of their own; killed at the end, as a power cut would."""
    port = free_port()
    command = [sys.executable, "-m", "suite.cli", "sandbox", "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--data", str(data), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        said = [process.stdout.readline() for _ in range(9)]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=0.5) as client:
            until = time.monotonic() + 60
            while True:
                try:
                    client.get("/sandbox/national/faults")
                    break
                except httpx.TransportError:
                    assert time.monotonic() < until, said
                    time.sleep(0.05)
            yield client, "".join(said)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()


def login(client):
    known = {"username": "motcua", "password": "sandbox"}
    answer = client.post(LOGIN, json=known, headers={"dstcode": DSTCODE})
    return answer.json()["session"]


def insert(client, session, code):
    call = {"session": session, "madonvi": "H29", "service": "DongBoHoSoMC"}
    call |= {"isUpdating": "False", "data": [dossier(MaHoSo=code)]}
    return client.post(GENERAL, json=call)


def test_it_says_how_to_connect_and_keeps_what_it_was_sent_through_a_kill(tmp_path):
    with sandbox(tmp_path) as (client, said):
        for told in ("post-public.pem", LOGIN, DSTCODE, "/lgsp", "0%", "seed 0"):
            assert told in said, said
        assert insert(client, login(client), "D1").json()["error_code"] == "0"
        account = {"username": "motcua", "password": "sandbox", "customerCode": "C000000001"}
        assert client.post("/GetAccessToken", json=account).status_code == 200
    with sandbox(tmp_path) as (client, _):
        kept = client.get("/sandbox/national/dossiers/D1").json()
        assert kept["content"] == dossier(MaHoSo="D1")


def test_the_same_seed_lets_the_same_calls_go_wrong(tmp_path):
    def fates(folder):
        with sandbox(tmp_path / folder, "--national-faults", "0.5", "--seed", "7") as (
            client,
            said,
        ):
            assert "50%" in said, said
            assert "seed 7" in said, said
            for n in range(12):
                with suppress(httpx.TransportError):
                    insert(client, "none", f"D{n}")
            return client.get("/sandbox/national/faults").json()["happened"]

    first = fates("a")
    assert first == fates("b")
    assert sum(first.values()) > 2


def test_the_post_has_faults_of_its_own(tmp_path):
    with sandbox(tmp_path, "--post-faults", "0.25") as (client, said):
        assert "0% of calls to the portal and the bus, 25% of calls to the post" in said, said
        assert client.get("/sandbox/post/faults").json()["share"] == 0.25
        assert client.get("/sandbox/national/faults").json()["share"] == 0


@pytest.mark.parametrize("option", ["--national-faults", "--post-faults"])
def test_a_share_that_cannot_be_is_refused(option):
    command = [sys.executable, "-m", "suite.cli", "sandbox", option, "1.5"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "less than or equal to" in done.stderr, done.stderr
