"""What the command line says when something is wrong: a sentence, the next step, and a status."""

import json
import os
import socket
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from suite.cli import app
from suite.demo.city import read_city
from suite.demo.steps import File
from suite.demo.stream import demo_stream
from suite.sandbox.signing import post_key, public_pem
from tests.servers.node import free_port


def motcua(*arguments, **environment) -> subprocess.CompletedProcess:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("MOTCUA_")}
    return subprocess.run(
        [sys.executable, "-m", "suite.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        env=kept | environment,
    )


def refused(done, status, *words):
    assert done.returncode == status, (done.returncode, done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    told = " ".join(done.stderr.replace("│", " ").split())
    for word in words:
        assert word in told, told


@pytest.mark.parametrize(
    ("content", "word"),
    [("no key at all", "no public key"), ("-----BEGIN PUBLIC KEY-----\nAAAA\n", "no public key")],
)
def test_a_file_that_is_no_key_is_named(tmp_path, content, word):
    file = tmp_path / "carrier.pem"
    file.write_text(content)
    add = ("carrier", "add", "vnpost-d", "--account", "city", "--data", tmp_path / "data")
    refused(motcua(*add, "--public-key", file), 1, str(file), word, "-----BEGIN PUBLIC KEY-----")
    assert not (tmp_path / "data" / "postal.db").exists()


def test_a_private_key_is_not_taken_for_a_public_one(tmp_path):
    key = post_key(tmp_path / "post")
    [private] = [f for f in (tmp_path / "post").iterdir() if b"PRIVATE" in f.read_bytes()]
    add = ("carrier", "add", "vnpost-d", "--account", "city", "--data", tmp_path / "data")
    refused(motcua(*add, "--public-key", private), 1, "no public key")
    public = tmp_path / "public.pem"
    public.write_bytes(public_pem(key))
    done = motcua(*add, "--public-key", public, MOTCUA_PUBLIC_URL="https://mot-cua.example")
    assert done.returncode == 0, done.stderr
    assert "https://mot-cua.example/v1/carriers/vnpost-d/city/events" in done.stdout
    assert "MOTCUA_PUBLIC_URL" in done.stdout


def test_files_that_are_missing_or_hold_something_else_are_named(tmp_path):
    add = ("carrier", "add", "vnpost-d", "--account", "city", "--data", tmp_path / "data")
    missing = tmp_path / "missing.pem"
    refused(motcua(*add, "--public-key", missing), 2, "--public-key", "does not exist")
    refused(motcua(*add, "--credentials", missing), 2, "--credentials", "does not exist")
    for content in ("not json", "[1]", '{"username": 1}'):
        wrong = tmp_path / "credentials.json"
        wrong.write_text(content)
        refused(motcua(*add, "--credentials", wrong), 1, "JSON object of texts")


@pytest.mark.parametrize("since", ["yesterday", "2026-11-23", "2026-11-23T08:00:00", ""])
def test_an_instant_that_is_none_is_refused_with_an_example(tmp_path, since):
    done = motcua("outbox", "replay", "intake", "--since", since, "--data", tmp_path)
    refused(done, 2, "2026-11-23T08:00:00+07:00")


def test_a_day_that_is_none_is_refused_with_an_example(tmp_path):
    done = motcua("calendar", "set", "tomorrow", "--off", "--reason", "x", "--data", tmp_path)
    refused(done, 2, "2026-11-24")


def test_numbers_beyond_their_bounds_are_refused(tmp_path):
    for arguments in (
        ("up", "--port", 99999),
        ("up", "--port", 0),
        ("serve", "intake", "--port", 99999),
        ("sandbox", "--port", 99999),
        ("demo", "--port", 99999),
        ("demo", "--dossiers", 0),
        ("demo", "--dossiers", -5),
    ):
        refused(motcua(*arguments, "--data", tmp_path), 2, "Input should be")
    for name in ("MOTCUA_PORT", "MOTCUA_METRICS_PORT"):
        done = motcua("settings", **{name: "99999"})
        refused(done, 1, name.removeprefix("MOTCUA_").lower())


@pytest.mark.parametrize("variable", ["MOTCUA_PORT", "MOTCUA_METRICS_PORT"])
def test_a_port_that_is_taken_is_named_with_the_next_step(tmp_path, variable):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        told = {"MOTCUA_PORT": str(free_port())} | {variable: port}
        done = motcua("up", "--data", tmp_path, **told)
        refused(done, 1, f"port {port}", "another port")
        assert "is up at" not in done.stdout
        refused(motcua("serve", "intake", "--data", tmp_path, **told), 1, f"port {port}")
    again = motcua("outbox", "status", "--json", "--data", tmp_path)
    assert set(json.loads(again.stdout).values()) == {0}


def test_an_event_that_is_not_parked_is_not_said_to_be_replayed(tmp_path):
    done = motcua("dead", "replay", "intake", "nosuchid", "--data", tmp_path)
    refused(done, 1, "no event nosuchid")
    assert done.stdout.startswith("0 went well")
    assert motcua("dead", "replay", "intake", "--data", tmp_path).returncode == 0


@pytest.mark.parametrize("dossiers", [1, 7, 40])
def test_the_demo_has_as_many_dossiers_as_it_says(tmp_path, dossiers):
    steps = demo_stream(read_city(), key=post_key(tmp_path), dossiers=dossiers)
    filed = [step for step in steps if isinstance(step, File)]
    years = [step.at.year for step in filed]
    assert years.count(2020) == dossiers
    assert years.count(2017) == max(dossiers // 10, 1)


def test_help_says_whom_the_catalogue_is_for_and_how_many_dossiers_a_demo_has():
    told = {
        command: " ".join(
            CliRunner().invoke(app, [*command.split(), "--help"]).output.replace("│", " ").split()
        )
        for command in ("partner add", "demo")
    }
    assert "catalogue:write changes the one national catalogue" in told["partner add"]
    assert "a tenth as many" in told["demo"]
