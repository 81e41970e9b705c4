"""A secret in an address is told to nobody: in no log, no answer and no figure, whatever goes wrong."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import pytest

from suite.services import BEHIND
from tests.servers.node import free_port

MESSAGE = {"tracking_code": "EJ012345678VN", "status_code": "4", "datetime": "20/03/2020 09:00:00"}
START_SECONDS = 60


def open_account(data):
    command = [sys.executable, "-m", "suite.cli", "carrier", "add", "ems", "--account", "city"]
    command += ["--json", "--data", str(data)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return json.loads(done.stdout)["address"]


def call(url, body=None):
    headers = {"Content-Type": "application/json"} if body is not None else {}
    request = urllib.request.Request(url, body, headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


@contextmanager
def running(data, *commands):
    """Processes that tell all they can; `yield`s each by its name, with its ports, and where they tell it."""
    ports = {command: (free_port(), free_port()) for command in commands}
    log = data.with_suffix(".log")
    started = {}
    behind = ports.get("serve postal", (free_port(),))[0]
    with log.open("wb") as told:
        try:
            for command, (port, internal) in ports.items():
                environment = {
                    "PATH": "/usr/bin:/bin",
                    "PYTHONUNBUFFERED": "1",
                    "PYTHONPATH": ":".join(sys.path),
                    "MOTCUA_DATA": str(data),
                    "MOTCUA_LOG_LEVEL": "debug",
                    "MOTCUA_PORT": str(port),
                    "MOTCUA_METRICS_PORT": str(internal),
                }
                if command == "serve gateway":
                    upstream = ",".join(f"{name}=http://127.0.0.1:{behind}" for name in BEHIND)
                    environment["MOTCUA_UPSTREAM_URL"] = upstream
                line = [sys.executable, "-X", "dev", "-m", "suite.cli", *command.split()]
                started[command] = subprocess.Popen(line, env=environment, stdout=told, stderr=told)
                wait_for(port, started[command], log)
            yield started, ports, log
        finally:
            for process in started.values():
                stop(process)


def stop(process):
    if process.poll() is None:
        process.terminate()
        process.wait(30)


def wait_for(port, process, log):
    until = time.monotonic() + START_SECONDS
    while True:
        assert process.poll() is None, log.read_text("utf-8")
        try:
            if call(f"http://127.0.0.1:{port}/health/live")[0] == 200:
                return
        except OSError:
            pass
        assert time.monotonic() < until, log.read_text("utf-8")
        time.sleep(0.1)


@pytest.mark.parametrize("commands", [("up",), ("serve postal", "serve gateway")], ids=" + ".join)
def test_the_secret_of_an_address_is_in_no_log_no_answer_and_no_figure(tmp_path, commands):
    data = tmp_path / "data"
    query = urlsplit(open_account(data)).query
    [secret] = parse_qs(query)["secret"]
    raw = json.dumps(MESSAGE).encode()
    with running(data, *commands) as (started, ports, log):
        here = f"http://127.0.0.1:{ports[commands[-1]][0]}/v1/carriers"
        ours = f"{here}/ems/city/events?{query}"
        calls = [
            (ours, raw, 200),
            (f"{here}/ems/events?{query}", raw, 200),
            (ours, b"not json", 400),
            (f"{ours}x", raw, 401),
            (f"{ours}%FF%00", raw, 401),
            (f"{here}/ems/nobody/events?{query}", raw, 404),
            (f"{here}/nobody/city/events?{query}", raw, 404),
            (f"{ours}&more=1", raw, 422),
            (ours, b" " * (1024 * 1024 + 1), 413),
            (f"{here}/ems/city/nowhere?{query}", raw, 404),
            (ours, None, 405),
        ]
        told = []
        for url, body, status in calls:
            answered, said = call(url, body)
            assert answered == status, (url, said)
            told.append(said)
        told += [call(f"http://127.0.0.1:{internal}/metrics")[1] for _, internal in ports.values()]
        assert "motcua_" in told[-1]
        if len(commands) > 1:
            stop(started[commands[0]])
            answered, said = call(ours, raw)
            assert answered == 503, said
            told.append(said)
    logged = log.read_text("utf-8")
    # Else there would be nothing that could hold it.
    assert '"logger": "uvicorn.error"' in logged
    told.append(logged)
    assert [said for said in told if secret[:16] in said] == []
