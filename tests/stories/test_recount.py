"""Every figure of the demonstration, counted again from the recorded calls alone, to the last dossier."""

import io
import json
from contextlib import asynccontextmanager
from itertools import cycle
from urllib.parse import urlencode

import httpx
import pytest
from rich.console import Console

from chassis.testing import settle
from contracts.vocabulary import Scope
from gateway.commands import add_partner
from suite.demo.calls import PublicApi
from suite.demo.recording import Recording, recorded_post
from suite.demo.replay import Replay, open_api
from suite.demo.run import CITY, account_at
from suite.demo.show import play_all
from suite.demo.worlds import city_2020, district_2018
from suite.sandbox.ledger import Ledger
from suite.sandbox.post import TrueItem, create_post, witness_item
from suite.sandbox.serving import served
from suite.sandbox.signing import post_key, public_pem
from suite.tasks import open_account
from tests.conftest import open_suite
from tests.recount import periods
from tests.recount.counting import documents, figures, growth, inspected
from tests.recount.reading import lines_of, read

SUPPRESSED_BELOW = 5
ELSEWHERE = {
    # Agencies report these, or what they are counted among.
    *("k03", "k09", "k17", "k20", "k28", "k31", "k39", "k47"),
    # Channels of rating are registered at the gateway, and the watch list is a ranking.
    *("k35", "k38"),
    # Made of other figures and of their targets.
    *("k44", "k46"),
    *("766.transparency", "766.progress_score", "766.online", "766.payment"),
    *("766.satisfaction", "766.digitisation", "766.score"),
    # By the statistical clock, which the record shows the outcome of and not the reckoning.
    *("766.progress", "766.receiving_satisfaction"),
}
AT_ONCE = {"carrier_pull_seconds": 0.5, "carrier_claims_per_minute": 100_000}


async def play(world, dossiers, suite, folder):
    """Play a world against a suite; the record of it, and a partner of the city to ask with."""
    key, ledger = post_key(folder / "post"), Ledger(folder / "post")
    one, other = [
        await suite.running["gateway"].do(add_partner, name, CITY, list(map(str, Scope)))
        for name in ("Một cửa", "Người duyệt")
    ]

    async def tell_post(items):
        for item in items:
            witness_item(ledger, TrueItem.model_validate(item))

    record = folder / "calls.ndjson"
    screen = Console(file=io.StringIO())
    async with served(create_post(ledger)) as post_url:
        account = account_at(post_url, public_pem(key).decode())
        await suite.running["postal"].do(open_account, account)
        with Recording(record, anew=True) as recording:
            api, caller = open_api(
                suite.url,
                {CITY: (one.client_id, one.client_secret)},
                world.city,
                transport=httpx.ASGITransport(suite.app, raise_app_exceptions=False),
                recording=recording,
            )
            replay = Replay(api, tell_post=recorded_post(tell_post, recording))
            steps = world.draw(key, dossiers, world.seed)
            approvers = {CITY: (other.client_id, other.client_secret)}
            approver = PublicApi(caller, approvers, world.city.parents)
            await play_all(replay, world, steps, screen, approver=approver, read_back=True)
            await caller.close()
        await settle(suite.running)
    assert replay.report.surprises == []
    return record


async def asked(client, name, agency, first, end):
    told = urlencode({"agency": agency, "from": first, "to": end})
    answer = await client.get(f"/v1/indicators/{name}/value?{told}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def computed(client):
    """Every figure that is counted from calls; those of `ELSEWHERE` are counted from something else."""
    told = (await client.get("/v1/indicators")).json()["items"]
    found = {one["definition"]["id"] for one in told if one["computed"]}
    assert found >= ELSEWHERE
    return sorted(found - ELSEWHERE)


async def differences(client, counted, questions):
    """Where the engine's figure is another than the recount's, as (id, agency, first, end, theirs, ours)."""
    found = []
    for names, agency, first, end in questions:
        ours = figures(counted, agency, first, end)
        ours["k42"] = growth(counted, agency, first, end)
        for name in names:
            theirs = await asked(client, name, agency, first, end)
            count, among = ours[name]
            told = (theirs["count"], theirs["among"])
            if theirs["kind"] == "delta":
                told = (theirs["count"], int(theirs["value"]))
            if theirs["state"] == "suppressed" and 0 < among < SUPPRESSED_BELOW:
                continue
            if told != (count, among):
                found.append((name, agency, str(first), str(end), told, (count, among)))
    return found


def every_question(names, counted, root, spans):
    """The root in every span; every agency below it in the whole period, and of a third in another.

    Of agencies that received nothing a third is asked: there it is nothing among nothing.
    """
    questions = [(names, root, first, end) for first, end in spans]
    others, busy = cycle(spans[1:]), {one.agency for one in counted.dossiers}
    for place, agency in enumerate(sorted(counted.below(root) - {root})):
        third = names[place % 3 :: 3]
        questions.append((names if agency in busy else third, agency, *spans[0]))
        if agency in busy:
            questions.append((third, agency, *next(others)))
    return questions


@asynccontextmanager
async def played(world, dossiers, lane, folder, request):
    """A world played on a suite of its own: its record, a client of the city, the figures it computes."""
    async with open_suite(lane, folder, request, **AT_ONCE) as suite:
        record = await play(world, dossiers, suite, folder)
        async with suite.partner(CITY) as client:
            yield record, client, await computed(client)


@pytest.mark.timeout(400)
@pytest.mark.parametrize(("engine", "dossiers"), [("sqlite", 300), ("postgres", 120)])
async def test_a_recount_of_the_calls_agrees_with_every_figure_of_the_year_2020(
    engine, dossiers, tmp_path, request
):
    async with played(city_2020(), dossiers, engine, tmp_path, request) as (record, client, names):
        counted = read(lines_of(record))
        assert len(counted.dossiers) == dossiers * 11 // 10
        questions = every_question(names, counted, CITY, periods.CITY)
        assert await differences(client, counted, questions) == []
        of_the_year = figures(counted, CITY, *periods.CITY[0])
        assert len([name for name, (count, _) in of_the_year.items() if count]) >= 12
        await sees_what_is_tampered_with(record, client, names)


async def sees_what_is_tampered_with(record, client, names):
    """One result of the record is ready a year later than it was: the recount disagrees on what counts it."""
    calls = list(lines_of(record))
    row, agency = next(
        (row, call["path"].split("/")[3][:13])
        for call in calls
        if call["path"].endswith("/progress") and call["path"].startswith("/v1/dossiers/000.00.3")
        for row in call["body"]["items"]
        if row["status"] == "done" and "2020-03" <= row["occurred_at"] < "2020-10"
    )
    row["occurred_at"] = row["occurred_at"].replace("2020-", "2021-")
    found = await differences(client, read(calls), [(names, agency, *periods.CITY[0])])
    settled = {"k04", "k05", "k07", "k11", "k12", "k23", "k41"}
    settled |= {"766.original_result", "766.certified_copy"}
    assert {"k07"} <= {name for name, *_ in found} <= settled


@pytest.mark.timeout(400)
async def test_a_recount_of_the_calls_agrees_with_every_figure_of_the_district(tmp_path, request):
    world, nine_months = district_2018(), periods.DISTRICT[0]
    async with played(world, 1000, "sqlite", tmp_path, request) as (record, client, names):
        counted = read(lines_of(record))
        questions = every_question(names, counted, world.agency, periods.DISTRICT)
        assert await differences(client, counted, questions) == []
        path = f"/v1/plans/binh-thanh-2018/scoreboard?agency={world.agency}"
        board = (await client.get(path)).json()
    ours = figures(counted, world.agency, *nine_months)
    satisfied, rated = ours["k40"]
    assert satisfied * 100 == rated * 92
    assert rated > 300
    assert {one["id"]: (one["count"], one["among"]) for one in board["targets"]} == {
        "k40": (satisfied, rated),
        "k41": (999, 1000),
        "k42": (41, None),
        "k43": documents(counted, world.agency, *nine_months),
        "k44.district": ours["k44.district"],
        "k44.ward": ours["k44.ward"],
        "k45": ours["k45"],
        "k47": inspected(counted, world.agency, *nine_months),
    }
    assert ours["k41"] == (999, 1000)
    assert growth(counted, world.agency, *nine_months) == (41, 28)
    assert inspected(counted, world.agency, *nine_months) == (12, 20)
    not_met = [one["id"] for one in board["targets"] if one["verdict"] != "met"]
    assert (board["shown"], not_met) == ("7/8", ["k47"])


def test_the_record_holds_no_secret_of_a_partner(tmp_path):
    with Recording(tmp_path / "calls.ndjson", anew=True) as recording:
        recording.note("POST", "/oauth/token", b"grant_type=client_credentials", None)
        recording.note("PUT", "/v1/agencies/H29", b'{"name": "H"}', None)
    [line] = lines_of(tmp_path / "calls.ndjson")
    assert line["path"] == "/v1/agencies/H29"
    assert json.dumps(line).count("token") == 0
