"""A partner tries everything out in a sandbox, and no office, no figure and no carrier notices."""

from contextlib import asynccontextmanager

import pytest

from contracts.gateway import ClientKind
from contracts.intake import AgencyEntry
from contracts.vocabulary import AgencyKind, Scope
from gateway.commands import PartnerEntry, PartnerInvalid, enter_partner
from services.intake.commands.directory import found_root
from tests.builders import AGENCY, PROCEDURE, filing, step
from tests.stories.test_the_thread import counted, finish, prepare

ROOT = "sandbox-1a2b3c"
NOT_FOR_TRIALS = {"catalogue:write", "plans:write", "partners:admin", "audit:read"}
SCOPES = [str(scope) for scope in Scope if str(scope) not in NOT_FOR_TRIALS]


@asynccontextmanager
async def trial(suite, scopes=SCOPES):
    entry = AgencyEntry(name="Thử nghiệm", kind=AgencyKind.SANDBOX)
    told = PartnerEntry(name="Thử", agencies=[ROOT], scopes=scopes, kind=ClientKind.SANDBOX)
    made = await suite.running["gateway"].do(enter_partner, told, "an.operator")
    await suite.running["intake"].do(found_root, ROOT, entry)
    async with suite.public() as client:
        answer = await client.post(
            "/oauth/token",
            data={"grant_type": "client_credentials"},
            auth=(made.client_id, made.client_secret),
        )
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield client


def tried(number=1, **changes):
    return filing(number, **({"code": f"{ROOT}-200316-{number:04d}", "agency": ROOT} | changes))


async def test_what_is_tried_out_counts_in_no_figure_of_the_city(suite):
    async with suite.partner() as city, trial(suite) as sandbox:
        await prepare(city)
        assert (await sandbox.get(f"/v1/procedures/{PROCEDURE}")).status_code == 200
        assert (await city.post("/v1/dossiers", json=filing())).status_code == 201
        await finish(city, filing()["code"])
        for number in (1, 2):
            code = tried(number)["code"]
            answer = await sandbox.post("/v1/dossiers", json=tried(number))
            assert answer.status_code == 201, answer.text
            await finish(sandbox, code)
        await suite.settle()
        assert (await counted(city, "k07"))[1] == 1
        own = f"/v1/indicators/k07/value?agency={ROOT}&from=2020-01-01&to=2021-01-01"
        assert (await sandbox.get(own)).json()["among"] == 2
        assert (await city.get(own)).status_code == 404
        assert (await city.get(f"/v1/dossiers/{tried()['code']}")).status_code == 404
        assert (await sandbox.get(f"/v1/dossiers/{filing()['code']}")).status_code == 404
        for service in ("intake", "kpi", "postal", "rating"):
            tree = suite.running[service].tree
            assert await tree.in_sandbox(ROOT), service
            assert not await tree.in_sandbox(AGENCY), service


async def test_a_trial_takes_no_code_no_office_and_no_item_from_anybody(suite):
    async with suite.partner() as city, trial(suite) as sandbox:
        await prepare(city)
        foreign = await sandbox.post("/v1/dossiers", json=tried(code=filing()["code"]))
        assert (foreign.status_code, foreign.json()["code"]) == (422, "sandbox-code-foreign")
        assert foreign.json()["errors"][0]["pointer"] == "/code"
        for role in ("competent_agency", "returning_agency"):
            other = await sandbox.post("/v1/dossiers", json=tried(**{role: AGENCY}))
            assert (other.status_code, other.json()["code"]) == (404, "unknown-agency")
            back = await city.post("/v1/dossiers", json=filing(**{role: ROOT}))
            assert (back.status_code, back.json()["code"]) == (404, "unknown-agency")
        assert (await sandbox.post("/v1/dossiers", json=tried())).status_code == 201
        done = {"items": [step("done")]}
        progress = f"/v1/dossiers/{tried()['code']}/progress"
        assert (await sandbox.post(progress, json=done)).status_code == 200
        await suite.settle()
        order = {"dossier": tried()["code"], "leg": "outbound_result", "carrier": "vnpost-d"}
        for told, refused in (
            (order | {"item_code": "CV497960035VN"}, "item-code-invalid"),
            (order, "item-code-needed"),
        ):
            answer = await sandbox.post("/v1/shipments", json=told)
            assert answer.json()["code"] == refused, answer.text
        made = await sandbox.post("/v1/shipments", json=order | {"item_code": "SANDBOX1"})
        assert made.status_code == 201, made.text


@pytest.mark.parametrize("scope", sorted(NOT_FOR_TRIALS))
async def test_a_trial_is_given_no_scope_that_reaches_everybody(scope):
    told = PartnerEntry(name="Thử", agencies=[ROOT], scopes=[scope], kind=ClientKind.SANDBOX)
    with pytest.raises(PartnerInvalid, match=scope):
        await enter_partner(told, "an.operator", None)
