"""What the command line says when something is wrong: a sentence, the next step, and a status."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
from urllib.parse import parse_qs, urlsplit

import pytest
from typer.testing import CliRunner

from suite.cli import app
from suite.demo.city import read_city
from suite.demo.steps import File
from suite.demo.stream import demo_stream
from suite.sandbox.signing import post_key, public_pem
from tests.postal.recordings.native import shown_key
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


def secret_in(address):
    [secret] = parse_qs(urlsplit(address).query)["secret"]
    return secret


def test_a_carrier_that_signs_nothing_is_given_an_address_with_a_secret_once(tmp_path):
    add = ("carrier", "add", "ems", "--account", "city", "--data", tmp_path / "data", "--json")
    here = {"MOTCUA_PUBLIC_URL": "https://mot-cua.example"}
    opened = json.loads(motcua(*add, **here).stdout)
    address = opened["address"]
    assert address.startswith("https://mot-cua.example/v1/carriers/ems/city/events?secret=")
    first = secret_in(address)
    assert len(first) >= 43
    # What is completed later does not show it again, nor make another.
    again = json.loads(motcua(*add, **here).stdout)
    assert again["address"] == "https://mot-cua.example/v1/carriers/ems/city/events"
    second = secret_in(json.loads(motcua(*add, "--new-secret", **here).stdout)["address"])
    third = secret_in(json.loads(motcua(*add, "--new-secret", **here).stdout)["address"])
    assert len({first, second, third}) == 3
    with sqlite3.connect(tmp_path / "data" / "postal.db") as postal:
        [(kept,)] = postal.execute("SELECT secret FROM carrier_account")
    assert kept.split() == [third, second]
    told = motcua(*add[:-1], "--new-secret", **here).stdout
    assert "shown this once" in told


def test_a_secret_of_ones_own_is_read_from_a_file(tmp_path):
    data = tmp_path / "data"
    file = tmp_path / "secret"
    file.write_text("only-for-tests-0123456789 only-for-tests-9876543210\n")
    add = ("carrier", "add", "viettelpost", "--account", "city", "--data", data, "--secret-file")
    opened = motcua(*add, file, "--json")
    assert secret_in(json.loads(opened.stdout)["address"]) == "only-for-tests-0123456789"
    for wrong, word in [
        ("short", "16 characters"),
        (" \n", "holds no secret"),
        ("mã bí mật", "ASCII"),
    ]:
        file.write_text(wrong, encoding="utf-8")
        refused(motcua(*add, file), 1, word)
    refused(motcua(*add, tmp_path / "missing"), 2, "--secret-file", "does not exist")


def test_a_carrier_of_our_own_format_is_given_a_secret_unless_it_has_a_key(tmp_path):
    def add(account, *more):
        data = ("--data", tmp_path / "data", "--json")
        return motcua("carrier", "add", "native", "--account", account, *more, *data)

    opened = json.loads(add("city").stdout)
    assert opened["secret"].startswith("whsec_")
    assert "?" not in opened["address"]
    assert "secret" not in json.loads(add("city").stdout)
    key = tmp_path / "key"
    key.write_text(shown_key("carrier") + "\n")
    assert "secret" not in json.loads(add("signs", "--public-key", key).stdout)
    key.write_text("whpk_AAAA")
    refused(add("wrong", "--public-key", key), 1, "no public key")
    secret = tmp_path / "secret"
    secret.write_text("whsec_AAAA")
    refused(add("wrong", "--secret-file", secret), 1, "24 to 64 bytes")


def test_a_key_to_decrypt_with_is_taken_and_nothing_of_it_is_repeated(tmp_path):
    post_key(tmp_path / "post")
    [private] = [f for f in (tmp_path / "post").iterdir() if b"PRIVATE" in f.read_bytes()]
    own = private.read_text()
    add = ("carrier", "add", "vnpost-d", "--account", "city", "--data", tmp_path / "data")
    broken = tmp_path / "broken.pem"
    broken.write_text(own.replace("M", "N", 3))
    failed = motcua(*add, "--private-key", broken)
    refused(failed, 1, str(broken), "no private key")
    done = motcua(*add, "--private-key", private)
    assert done.returncode == 0, done.stderr
    said = failed.stdout + failed.stderr + done.stdout + done.stderr
    assert not any(line in said for line in own.splitlines()[1:-1])
    refused(motcua(*add, "--option", "no value"), 1, "NAME=VALUE")


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
        refused(done, 1, name)


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


MIGRATE = """
import sys
from chassis import migrations, telemetry
telemetry.configure_logs("info")
for revision in sys.argv[2:]:
    migrations.upgrade("services.intake", sys.argv[1], revision)
"""


def test_a_new_database_says_nothing_and_an_older_one_what_was_moved(tmp_path):
    def said(*revisions):
        url = f"sqlite+aiosqlite:///{tmp_path}/intake.db"
        command = [sys.executable, "-c", MIGRATE, url, *revisions]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
        return [json.loads(line)["message"] for line in done.stderr.splitlines()]

    assert said("0001") == []
    [moved] = said("head")
    assert moved.startswith("the database of services.intake was at 0001, and is at ")
    assert said("head") == []
