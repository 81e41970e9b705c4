"""`motcua partner` as an operator types it."""

import json
from datetime import date, datetime, timedelta

import pytest
from typer.testing import CliRunner

from contracts.problems import Problem
from contracts.vocabulary import VIETNAM, Scope
from suite.cli import app

SCOPES = "dossiers:write,dossiers:read"


def motcua(*arguments, data, code=0):
    done = CliRunner().invoke(app, ["partner", *arguments, "--data", str(data)])
    assert done.exit_code == code, (done.output, done.exception)
    return done.stdout


def added(data, *arguments):
    return json.loads(motcua("add", *arguments, "--scopes", SCOPES, "--json", data=data))


def shown(data, client):
    return json.loads(motcua("show", client, "--json", data=data))


def test_the_smallest_forms_work_word_for_word(tmp_path):
    plain = added(tmp_path, "Sở A", "--agency", "H29")
    assert set(plain) == {"client_id", "client_secret"}
    old = json.loads(
        motcua(
            *("add", "Một cửa cũ", "--agency", "000.00.19.H29", "--scopes", "dossiers:write"),
            *("--dialect", "--json"),
            data=tmp_path,
        )
    )
    assert set(old) == {"username", "password"}
    entry = shown(tmp_path, old["username"])
    assert (entry["dialect"], entry["networks"]) == (True, ["127.0.0.0/8", "::1/128"])
    last = date.fromisoformat(entry["expires_at"][:10])
    assert timedelta(360) < last - datetime.now(VIETNAM).date() < timedelta(370)


def test_the_register_tells_who_did_what_and_no_secret(tmp_path):
    made = added(tmp_path, "Sở A", "--agency", "H29", "--network", "10.2.0.0/16")
    client = made["client_id"]
    motcua("disable", client, "--reason", "mất khóa", data=tmp_path)
    [line] = json.loads(motcua("list", "--json", data=tmp_path))
    assert (line["state"], line["last_used_at"]) == ("disabled", None)
    motcua("enable", client, data=tmp_path)
    motcua("change", client, "--network", "any", "--expires", "2999-12-31", data=tmp_path)
    fresh = json.loads(motcua("rotate-secret", client, "--json", data=tmp_path))
    told = motcua("show", client, "--json", data=tmp_path)
    entry = json.loads(told)
    acts = [one["act"] for one in reversed(entry["history"])]
    assert acts == [
        *("added", "disabled", "enabled", "changed", "secret-rotated"),
    ]
    assert all(one["by"] for one in entry["history"])
    assert entry["networks"] == ["0.0.0.0/0", "::/0"]
    for secret in (made["client_secret"], fresh["client_secret"]):
        assert secret not in told
    assert "mất khóa" in motcua("show", client, data=tmp_path)


def test_a_sandbox_is_a_root_of_its_own_and_never_a_real_agency(tmp_path):
    added(tmp_path, "Sở A", "--agency", "H29")
    tried = added(tmp_path, "Thử", "--sandbox")
    root = shown(tmp_path, tried["client_id"])["agency"]
    assert root.startswith("sandbox-")
    for refused in (("--agency", "H29", "--sandbox"), ("--agency", root)):
        done = CliRunner().invoke(
            app, ["partner", "add", "X", *refused, "--scopes", SCOPES, "--data", str(tmp_path)]
        )
        assert isinstance(done.exception, Problem)
    done = CliRunner().invoke(
        app, ["partner", "grant", tried["client_id"], "--agency", "H29", "--data", str(tmp_path)]
    )
    assert isinstance(done.exception, Problem)


def test_agencies_on_one_line_are_not_granted_twice(tmp_path):
    added(tmp_path, "Sở B", "--agency", "H30")
    made = added(tmp_path, "Sở A", "--agency", "H29")
    grant = ["partner", "grant", made["client_id"], "--data", str(tmp_path), "--agency"]
    assert CliRunner().invoke(app, [*grant, "H30"]).exit_code == 0
    entry = shown(tmp_path, made["client_id"])
    assert {one["agency"] for one in entry["grants"]} == {"H29", "H30"}
    unknown = CliRunner().invoke(app, [*grant, "H31"])
    assert isinstance(unknown.exception, Problem)
    today = entry["grants"][-1]["from"]
    ended = CliRunner().invoke(app, [*grant, "H30", "--from", today, "--to", today])
    assert ended.exit_code == 0, ended.output


def test_a_new_password_of_the_dialect_is_called_one(tmp_path):
    made = json.loads(
        motcua(
            *("add", "Cũ", "--agency", "H29", "--scopes", SCOPES, "--dialect", "--json"),
            data=tmp_path,
        )
    )
    fresh = json.loads(motcua("rotate-secret", made["username"], "--json", data=tmp_path))
    assert fresh["username"] == made["username"]
    assert fresh["password"] != made["password"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("add", "X", "--scopes", SCOPES),
        ("add", "X", "--agency", "H29", "--scopes", SCOPES, "--expires", "tomorrow"),
        ("change", "c-1"),
        ("grant", "c-1", "--agency", "H29", "--to", "31/12/2027"),
        ("rotate-secret", "c-1", "--overlap-hours", "-1"),
    ],
)
def test_a_clumsy_line_is_told_how_it_is_written(tmp_path, arguments):
    motcua(*arguments, data=tmp_path, code=2)


@pytest.mark.parametrize("act", ["show", "disable", "enable", "rotate-secret"])
def test_a_client_that_is_not_there_is_said_not_to_be(tmp_path, act):
    done = CliRunner().invoke(app, ["partner", act, "c-nobody", "--data", str(tmp_path)])
    assert isinstance(done.exception, Problem)
    assert "motcua partner list" in done.exception.detail


def test_an_operator_puts_an_agency_under_another(tmp_path):
    added(tmp_path, "Sở A", "--agency", "H29")
    added(tmp_path, "Sở B", "--agency", "so-b")
    place = ["agency", "place", "so-b", "--data", str(tmp_path), "--parent"]
    done = CliRunner().invoke(app, [*place, "H29"])
    assert (done.exit_code, "so-b stands below H29" in done.output) == (0, True), done.exception
    unknown = CliRunner().invoke(app, [*place, "H31"])
    assert isinstance(unknown.exception, Problem)


NO_CODES = ("H 29", "", "Sở A", ".H29", "H29\n", "H/29", "H" * 65)


@pytest.mark.parametrize(
    "arguments",
    [
        ("partner", "add", "X", "--scopes", SCOPES, "--agency"),
        ("partner", "add", "X", "--scopes", SCOPES, "--agency", "H29", "--agency"),
        ("partner", "grant", "c-1", "--agency"),
        ("carrier", "add", "vnpost-d", "--account", "city", "--agency"),
        ("origin", "add", "https://motcua.example.vn", "--agency"),
        ("agency", "place", "H29", "--parent"),
        ("agency", "place", "--parent", "H29"),
        ("import", __file__, "--agency"),
    ],
)
def test_a_code_that_no_agency_can_have_is_refused_before_anything_is_stored(tmp_path, arguments):
    for code in NO_CODES:
        data = tmp_path / "data"
        done = CliRunner().invoke(app, [*arguments, code, "--data", str(data)])
        assert done.exit_code == 2, (code, done.output, done.exception)
        assert "no code of an agency" in " ".join(done.output.replace("│", " ").split()), code
        assert not data.exists()


def test_a_new_installation_is_told_of_with_its_folder(tmp_path):
    add = ["partner", "add", "X", "--agency", "H29", "--scopes", SCOPES, "--json", "--data"]
    first, again = (CliRunner().invoke(app, [*add, str(tmp_path / "data")]) for _ in range(2))
    assert f"a new installation was made in {tmp_path / 'data'}" in first.stderr
    assert set(json.loads(first.stdout)) == {"client_id", "client_secret"}
    assert again.stderr == ""


def test_a_scope_that_there_is_not_is_told_with_those_there_are(tmp_path):
    add = ["partner", "add", "X", "--agency", "H29", "--data", str(tmp_path), "--scopes"]
    for scopes, said in (("dossier:write", "no scope dossier:write"), (",", "at least one")):
        done = CliRunner().invoke(app, [*add, scopes])
        assert isinstance(done.exception, Problem)
        assert said in done.exception.detail
        assert all(str(scope) in done.exception.detail for scope in Scope)
