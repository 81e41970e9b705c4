"""`motcua partner check` on a whole suite: what works, what is missing, and what is left behind."""

import json
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
import pytest
from joserfc.jwk import ECKey, OKPKey, RSAKey
from typer.testing import CliRunner

from contracts.gateway import ClientKind
from contracts.intake import AgencyEntry
from contracts.vocabulary import AgencyKind, Scope
from gateway.commands import PartnerEntry, add_key, enter_partner
from gateway.keyfiles import public_jwk
from services.intake.commands.directory import found_root
from suite.checking import dialect
from suite.checking.access import Access, AccessUnusable, read_access
from suite.checking.steps import STEPS
from suite.checking.visit import Visit
from suite.checking.walk import walk
from suite.cli import app
from tests.builders import PROCEDURE, procedure
from tests.stories.test_sandbox import SCOPES
from tests.stories.test_the_thread import prepare

ROOT = "sandbox-77aa00"
WIDE = [str(scope) for scope in Scope]


@pytest.fixture(params=["sqlite", "postgres"])
def lane(request):
    return request.param


async def entered(suite, **told):
    given = {"name": "Thử", "agencies": ["H29"], "scopes": WIDE} | told
    return await suite.running["gateway"].do(enter_partner, PartnerEntry(**given), "an.operator")


async def in_sandbox(suite, **told):
    entry = AgencyEntry(name="Thử nghiệm", kind=AgencyKind.SANDBOX)
    await suite.running["intake"].do(found_root, ROOT, entry)
    mine = {"agencies": [ROOT], "scopes": SCOPES, "kind": ClientKind.SANDBOX}
    return await entered(suite, **(mine | told))


async def found(suite, access, **told):
    async with suite.public() as http:
        return [finding async for finding in walk(Visit(http, access, **told))]


def verdicts(findings):
    return {finding.step: str(finding.verdict) for finding in findings}


async def count(suite):
    [[number]] = await suite.running["intake"].database.engine.execute(
        "SELECT count(*) FROM dossier"
    )
    return number


async def test_everything_is_tried_in_a_sandbox_and_works(suite):
    async with suite.partner() as city:
        await prepare(city)
    made = await in_sandbox(suite)
    findings = await found(suite, Access(made.client_id, made.client_secret))
    assert set(verdicts(findings)) == {"reach it", "token", *(step.name for step in STEPS)}
    assert not [f.told() for f in findings if f.verdict != "works"]
    assert await count(suite) == 1


@pytest.mark.parametrize("lane", ["sqlite"])
async def test_a_key_of_each_kind_opens_the_walk(suite):
    async with suite.partner() as city:
        await prepare(city)
    for key in (
        ECKey.generate_key("P-256"),
        OKPKey.generate_key("Ed25519"),
        RSAKey.generate_key(3072),
    ):
        made = await in_sandbox(suite, signs=True)
        jwk = public_jwk(key.as_pem(private=False))
        await suite.running["gateway"].do(add_key, made.client_id, jwk, False, "an.operator")
        findings = await found(suite, Access(made.client_id, key=key, kid=jwk["kid"]))
        assert not [f.told() for f in findings if f.verdict != "works"]


async def test_a_real_agency_is_left_without_a_trace_unless_told_otherwise(suite):
    async with suite.partner() as city:
        await prepare(city)
    made = await entered(suite)
    access = Access(made.client_id, made.client_secret)
    findings = await found(suite, access)
    told = verdicts(findings)
    assert "fails" not in told.values()
    assert [step for step, verdict in told.items() if verdict == "left-out"] == ["file a dossier"]
    [why] = [f.seen for f in findings if f.step == "file a dossier"]
    assert all(step.name in why for step in STEPS if step.filed)
    assert await count(suite) == 0
    told = verdicts(await found(suite, access, files=True))
    assert told["file a dossier"] == told["report progress"] == "works"
    assert told["register a shipment"] == "left-out"
    assert await count(suite) == 1


@pytest.mark.parametrize("lane", ["sqlite"])
async def test_what_is_missing_is_named_and_is_no_failure(suite):
    made = await in_sandbox(suite, scopes=["catalogue:read"])
    findings = await found(suite, Access(made.client_id, made.client_secret))
    told = verdicts(findings)
    assert told["directory"] == "works"
    assert told["catalogue"] == "fails"  # nothing is published here
    assert told["file a dossier"] == told["rating link"] == told["webhooks"] == "missing"
    [missing] = [f for f in findings if f.step == "rating link"]
    assert "ratings:write" in missing.seen
    assert "operator" in missing.to_do


@pytest.mark.parametrize("lane", ["sqlite"])
async def test_wrong_credentials_end_the_walk_with_what_to_look_at(suite):
    made = await in_sandbox(suite)
    several = await entered(suite, agencies=["H29", "H30"])
    for access in (
        Access(made.client_id, "wrong"),
        Access("c-nobody", "x"),
        Access(made.client_id, key=ECKey.generate_key("P-256"), kid="unknown"),
        Access(several.client_id, "x"),
    ):
        findings = await found(suite, access)
        assert [f.step for f in findings] == ["reach it", "token"]
        assert str(findings[-1].verdict) == "fails"
        assert "register" in findings[-1].to_do


@asynccontextmanager
async def stand_in(answer):
    transport = httpx.MockTransport(answer)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
        yield http


SPOKEN = {"reach it", "log in", *(name for name, _ in (*dialect.LOOKS, *dialect.FILED))}


async def test_a_speaker_of_the_dialect_files_updates_and_reports_in_a_sandbox(suite):
    async with suite.partner() as city:
        await prepare(city)
        # Another's trial stands first in the directory.
        entry = AgencyEntry(name="Thử", kind=AgencyKind.SANDBOX)
        await suite.running["intake"].do(found_root, "sandbox-000000", entry)
    made = await in_sandbox(suite, dialect=True, networks=["127.0.0.1"], scopes=["dossiers:write"])
    access = Access(made.client_id, made.client_secret, dialect=True)
    findings = await found(suite, access)
    assert set(verdicts(findings)) == {*SPOKEN, dialect.FILING}
    assert not [f.told() for f in findings if f.verdict != "works"]
    assert await count(suite) == 1
    [wrong] = [f for f in await found(suite, replace(access, secret="wrong")) if f.step == "log in"]
    assert (str(wrong.verdict), "motcua partner show" in wrong.to_do) == ("fails", True)


@pytest.mark.parametrize("lane", ["sqlite"])
async def test_a_dialect_account_that_may_not_file_is_told_so(suite):
    async with suite.partner() as city:
        await prepare(city)
    made = await in_sandbox(suite, dialect=True, networks=["127.0.0.1"], scopes=["ratings:read"])
    findings = await found(suite, Access(made.client_id, made.client_secret, dialect=True))
    told = verdicts(findings)
    assert told["catalogue"] == "works"
    assert told["look a dossier up"] == told["file a dossier"] == "missing"
    assert "dossiers:write" in findings[-1].to_do
    assert "report progress" in findings[-1].seen


@pytest.mark.parametrize("lane", ["sqlite"])
async def test_a_speaker_of_the_dialect_leaves_nothing_in_a_real_agency(suite):
    async with suite.partner() as city:
        await prepare(city)
    made = await entered(suite, dialect=True, networks=["127.0.0.1"], scopes=["dossiers:write"])
    access = Access(made.client_id, made.client_secret, dialect=True)
    for told in ({}, {"agency": "H29"}, {"files": True}):
        findings = await found(suite, access, **told)
        assert verdicts(findings)["file a dossier"] == "left-out"
        assert await count(suite) == 0
    findings = await found(suite, access, files=True, agency="H29")
    assert not [f.told() for f in findings if f.verdict != "works"]


async def test_a_dialect_that_answers_otherwise_fails_and_does_not_crash():
    def answer(request):
        if request.url.path == "/health/live":
            return httpx.Response(200, json={"status": "ok"})
        told = {"session": "s-1"} if request.url.path.endswith("login") else {"error_code": "9"}
        return httpx.Response(200, json=told)

    async with stand_in(answer) as http:
        findings = [f async for f in walk(Visit(http, Access("c-1", "right", dialect=True)))]
    told = verdicts(findings)
    assert told["log in"] == "works"
    assert {told[name] for name, _ in dialect.LOOKS} == {"fails"}


@pytest.mark.parametrize("lane", ["processes"])
async def test_the_command_walks_the_dialect_of_a_gateway_at_work(suite, processes, tmp_path):
    told = ("partner", "add", "Một cửa cũ", "--agency", "H29", "--dialect", "--json")
    told = (*told, "--network", "127.0.0.1")
    made = json.loads(processes.run(*told, "--scopes", "dossiers:write"))
    async with suite.partner() as operator:
        entry = {"name": "Thành phố", "kind": "city"}
        assert (await operator.put("/v1/agencies/H29", json=entry)).is_success
        assert (await operator.put(f"/v1/procedures/{PROCEDURE}", json=procedure())).is_success
    file = tmp_path / "dialect.json"
    file.write_text(json.dumps(made))
    check = ("partner", "check", suite.url, "--credentials", str(file))
    found = json.loads(processes.run(*check, "--json"))
    assert found["works"] is True
    assert [(s["step"], s["verdict"]) for s in found["steps"]] == [
        ("reach it", "works"),
        ("log in", "works"),
        ("directory", "works"),
        ("catalogue", "works"),
        ("look a dossier up", "works"),
        ("file a dossier", "left-out"),
    ]
    # No such dossier here, said by its own code.
    assert found["steps"][-2]["seen"].endswith(": 4")
    for wrong in ({"password": "sai"}, {"username": "c-nobody"}):
        file.write_text(json.dumps(made | wrong))
        said = processes.run(*check, code=1)
        assert "fails     log in" in said
        assert made["password"] not in said
    processes.run("partner", "disable", made["username"], "--reason", "thử")
    file.write_text(json.dumps(made))
    assert "fails     log in" in processes.run(*check, code=1)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, text="<html>Bảo trì</html>", headers={"content-type": "text/html"}),
        httpx.Response(502, text="Bad gateway"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={}),
        httpx.Response(302, headers={"location": "http://elsewhere.example/"}),
    ],
)
async def test_whatever_answers_instead_is_a_failure_and_no_crash(answer):
    async with stand_in(lambda _: answer) as http:
        findings = [f async for f in walk(Visit(http, Access("c-1", "x")))]
    assert str(findings[-1].verdict) == "fails"
    assert findings[-1].seen


def test_the_command_fails_and_says_why_where_nobody_answers(tmp_path):
    file = tmp_path / "partner.json"
    file.write_text('{"client_id": "c-1", "client_secret": "geheim"}')
    arguments = ["partner", "check", "http://127.0.0.1:9", "--credentials", str(file)]
    plain = CliRunner().invoke(app, arguments)
    assert plain.exit_code == 1
    assert "fails     reach it" in plain.output
    assert "geheim" not in plain.output
    told = CliRunner().invoke(app, [*arguments, "--json"])
    assert told.exit_code == 1
    assert json.loads(told.output)["works"] is False
    assert CliRunner().invoke(app, ["partner", "check", "motcua", *arguments[3:]]).exit_code == 2


NO_CREDENTIALS = ["", "[]", "{", '{"name": "x"}', '{"client_id": 7}', '{"client_id": "c"}']


@pytest.mark.parametrize("content", NO_CREDENTIALS)
def test_a_file_that_holds_no_credentials_is_told_apart(tmp_path, content):
    file = tmp_path / "partner.json"
    file.write_text(content)
    with pytest.raises(AccessUnusable):
        read_access(file, None, None)


def test_a_public_key_does_not_sign(tmp_path):
    file, key = tmp_path / "partner.json", tmp_path / "key.pem"
    file.write_text('{"client_id": "c"}')
    pair = ECKey.generate_key("P-256")
    key.write_bytes(pair.as_pem(private=False))
    with pytest.raises(AccessUnusable):
        read_access(file, key, None)
    key.write_bytes(pair.as_pem(private=True))
    access = read_access(file, key, None)
    assert access.kid == pair.thumbprint()
