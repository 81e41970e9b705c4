"""`motcua national` as an operator types it, on both engines, against the stand-in of the portal."""

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from chassis.bus import Parcel
from chassis.settings import Settings
from chassis.web import create_app
from contracts.vocabulary import Scope
from gateway.keys import SigningKey
from gateway.portal.pushing import push_due
from gateway.upstream import InProcess, Upstreams
from suite.cli import app
from suite.sandbox.faults import Faults
from suite.sandbox.national import NationalAccount, NationalLedger, create_national
from suite.sandbox.national.app import ADAPTER
from suite.sandbox.serving import served
from suite.services import SERVICES
from suite.tasks import at_hand
from tests.builders import AGENCY, filing, procedure
from tests.gateway.portal.offices import filed_on_portal

UNIT = "000.00.04.H29"
"""An agency of the stand-in with a few procedures."""
FIRST, SECOND, NOWHERE = (f"000.00.19.H29-200316-{n:04d}" for n in (1, 2, 9))


@dataclass
class Desk:
    """An installation, the portal it is connected to, and a terminal."""

    settings: Settings
    environment: dict[str, str]
    faults: Faults
    ledger: NationalLedger

    async def types(self, *words: str, code: int = 0, **environment: str) -> SimpleNamespace:
        """What `motcua national` prints; it must end so, and never with an exception."""
        # In a thread: the stand-in of the portal listens in this one.
        given = self.environment | environment
        done = await asyncio.to_thread(CliRunner().invoke, app, ["national", *words], env=given)
        assert done.exit_code == code, (words, done.output, done.exception)
        assert isinstance(done.exception, SystemExit | None), done.exception
        return SimpleNamespace(out=done.stdout, err=done.stderr)

    async def refused(self, *words: str, **environment: str) -> str:
        """The one sentence a command that cannot be done ends with; it says what to do next."""
        told = await self.types(*words, code=1, **environment)
        last = told.err.strip().splitlines()[-1]
        assert last.startswith("motcua: "), told.err
        return last

    @asynccontextmanager
    async def offices(self):
        """Intake as a caller sees it, its database, and the gateway before it."""
        async with at_hand(self.settings, "gateway", "intake") as (gateway, intake):
            behind = InProcess(create_app(intake))
            gateway.keep(Upstreams({"intake": behind}))
            token = SigningKey(self.settings).token("c-test", None, [str(one) for one in Scope])
            behind.client.headers["Authorization"] = f"Bearer {token}"
            yield behind.client, intake.database, gateway

    async def files(self, *filings: dict) -> None:
        """Take dossiers in, and let the gateway hear of them."""
        city = {"name": "TP", "kind": "city"}
        office = {"name": "Sở", "kind": "department", "parent": "H29"}
        async with self.offices() as (client, database, gateway):
            answers = [
                await client.put("/v1/agencies/H29", json=city),
                await client.put(f"/v1/agencies/{AGENCY}", json=office),
                await client.put("/v1/procedures/1.001612", json=procedure()),
                *[await client.post("/v1/dossiers", json=one) for one in filings],
            ]
            assert {one.status_code for one in answers} <= {200, 201}, answers[-1].text
            told = "SELECT event_id, topic, envelope FROM outbox ORDER BY id"
            parcels = [Parcel(*row) for row in await database.engine.execute(told)]
            await gateway.consumer.take(parcels)

    async def push(self) -> None:
        """Tell the portal, as the gateway's worker does."""
        async with self.offices() as (_, _, gateway):
            await push_due(gateway)

    async def procedures(self) -> dict[str, dict]:
        """The catalogue here."""
        async with self.offices() as (client, _, _):
            page = (await client.get("/v1/procedures", params={"limit": 200})).json()
            return {one["code"]: one for one in page["items"]}

    async def enter(self, code: str) -> None:
        async with self.offices() as (client, _, _):
            answer = await client.put(f"/v1/procedures/{code}", json=procedure())
            assert answer.status_code == 200, answer.text


@pytest.fixture
async def desk(engine, tmp_path, request):
    faults, ledger, account = Faults(), NationalLedger(), NationalAccount()
    password = tmp_path / "portal-password"
    password.write_text(account.password)
    async with served(create_national(ledger, faults=faults)) as url:
        told = {
            "data": tmp_path / "var",
            "national_adapter_url": url + ADAPTER,
            "national_username": account.username,
            "national_password_file": password,
            "national_unit": "H29",
            "national_calls_per_second": 0,
            "national_read_seconds": 5,
            "national_attempts": 1,
        }
        if engine == "postgres":
            databases = request.getfixturevalue("databases")
            told["database_url"] = databases.url
        for name in ("gateway", "intake"):
            if engine == "postgres":
                databases.make(SERVICES[name])
            else:
                place = Settings(**told).database_for(name)
                request.getfixturevalue("embedded").make(SERVICES[name], place)
        environment = {f"MOTCUA_{name.upper()}": str(value) for name, value in told.items()}
        yield Desk(Settings(**told), environment, faults, ledger)


async def test_status_tells_what_waits_and_what_was_put_aside_and_what_to_do(desk):
    assert (await desk.types("status")).out == "0 wait.\n"
    await desk.files(filing(1), filing(2, **filed_on_portal("G22-unknown")))
    assert (await desk.types("status")).out.startswith("2 wait, since 2")
    assert "waiting" in (await desk.types("status", FIRST)).out
    await desk.push()

    told = (await desk.types("status")).out.splitlines()
    assert told[0] == "0 wait."
    assert told[1].startswith(SECOND)
    assert "unclear" in told[1]
    assert told[-1] == "1 put aside. Next: mend them, motcua national resend --parked"
    found = json.loads((await desk.types("status", "--json")).out)
    assert (found["waiting"], found["parked"]) == (0, 1)
    assert found["some_parked"][0]["code"] == SECOND
    one = json.loads((await desk.types("status", FIRST, "--json")).out)
    assert (one["state"], one["progress_rows_sent"]) == ("sent", 1)

    assert "Next: check its code" in await desk.refused("status", NOWHERE)
    off = await desk.types("status", MOTCUA_NATIONAL_ADAPTER_URL="")
    assert off.out.startswith("Off: MOTCUA_NATIONAL_ADAPTER_URL is not set.")


async def test_resend_lets_the_named_and_the_mended_be_told_again(desk):
    await desk.files(filing(1), filing(2, **filed_on_portal("G22-unknown")))
    await desk.push()
    assert (await desk.types("resend", FIRST)).out == "1 will be told again.\n"
    parked = await desk.types("resend", "--parked", "--reason", "refused")
    assert parked.out == "0 will be told again.\n"
    assert (await desk.types("resend", "--parked")).out == "1 will be told again.\n"
    assert (await desk.types("status")).out.startswith("2 wait")

    told = await desk.types("resend", FIRST, NOWHERE, code=1)
    assert told.out == "1 will be told again.\n"
    assert told.err == f"motcua: nothing to tell of {NOWHERE}. Next: motcua national status CODE\n"


@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "give codes, from and to, or parked"),
        ((FIRST, "--parked"), "give codes, or what to choose by, not both"),
        (("--from", "2026-03-02", "--to", "2026-03-02"), "ends before it begins"),
        (("--reason", "refused"), "give parked with a reason"),
    ],
)
async def test_a_clumsy_resend_is_told_what_to_write(desk, words, sentence):
    told = await desk.refused("resend", *words)
    assert told.startswith(f"motcua: {sentence}")
    assert told.endswith("Next: motcua national resend --help")


async def test_reconcile_compares_a_day_now_and_anew(desk):
    await desk.files(filing(1), filing(2))
    await desk.push()
    same = (await desk.types("reconcile", "2020-03-16")).out
    assert same.startswith("2020-03-16: 2 here, 2 there.")
    del desk.ledger.dossiers[SECOND]
    differs = (await desk.types("reconcile", "2020-03-16")).out
    assert differs.startswith("2020-03-16: 2 here, 1 there.")
    assert f"{SECOND:32} missing_there" in differs
    told = json.loads((await desk.types("reconcile", "2020-03-16", "--json")).out)
    assert [one["code"] for one in told["differing"]] == [SECOND]

    assert "write it as 2026-03-16" in await desk.refused("reconcile", "16/03/2020")
    off = await desk.refused("reconcile", "2020-03-16", MOTCUA_NATIONAL_ADAPTER_URL="")
    assert "Set MOTCUA_NATIONAL_ADAPTER_URL" in off
    desk.faults.down = True
    away = await desk.refused("reconcile", "2020-03-16")
    assert "The portal is away" in away
    assert away.endswith("Next: motcua national reconcile 2020-03-16")


async def test_the_catalogue_is_shown_first_and_applied_by_its_number(desk):
    await desk.enter("1.001612")
    shown = (await desk.types("catalogue", "--agency", UNIT)).out.splitlines()
    assert all(line.startswith("new ") for line in shown[:-1])
    number = shown[-1].rpartition("--apply ")[2]
    assert shown[-1] == f"5 differ. Next: motcua national catalogue --apply {number}"
    assert set(await desk.procedures()) == {"1.001612"}, "nothing changes before it is applied"

    assert (await desk.types("catalogue", "--apply", number)).out == "5 procedures written.\n"
    after = await desk.procedures()
    assert len(after) == 6
    assert (await desk.types("catalogue", "--apply", number)).out == "5 procedures written.\n"
    assert await desk.procedures() == after
    again = await desk.types("catalogue", "--agency", UNIT)
    assert again.out == "0 differ, nothing to take over.\n"

    view = json.loads((await desk.types("catalogue", "--json")).out)
    assert (view["state"], view["asked_by"], view["agency"]) == ("ready", "motcua", None)
    assert len(view["entries"]) == view["listed"] - 5


async def test_a_catalogue_that_has_moved_is_not_applied_and_says_what_to_do(desk):
    view = json.loads((await desk.types("catalogue", "--agency", UNIT, "--json")).out)
    moved = view["entries"][0]["code"]
    await desk.enter(moved)
    told = await desk.refused("catalogue", "--apply", view["id"])
    assert moved in told
    assert told.endswith("Next: motcua national catalogue")
    assert set(await desk.procedures()) == {moved}


async def test_a_catalogue_that_cannot_be_had_says_what_to_do(desk):
    following = "Next: motcua national catalogue"
    unknown = await desk.refused("catalogue", "--apply", "none")
    assert unknown == f"motcua: No import of this number is within your reach. {following}"
    off = await desk.refused("catalogue", MOTCUA_NATIONAL_ADAPTER_URL="")
    assert "Set MOTCUA_NATIONAL_ADAPTER_URL" in off
    desk.faults.down = True
    away = await desk.refused("catalogue")
    assert away.endswith(following)
    desk.faults.down = False
    wrong = await desk.refused("catalogue", MOTCUA_NATIONAL_USERNAME="nobody")
    assert "login" in wrong
    both = await desk.refused("catalogue", "--apply", "1", "--agency", UNIT)
    assert both.endswith("Next: give --apply without --agency")
