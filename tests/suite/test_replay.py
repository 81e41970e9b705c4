import asyncio
import io
import json

import httpx
import pytest
from aiohttp import web
from rich.console import Console

from suite.demo.calls import NoCredentials, PublicApi, TransportCaller, Unreachable
from suite.demo.city import read_city
from suite.demo.progress import stage
from suite.demo.replay import Replay, open_api
from suite.demo.scoreboard import print_scoreboard, write_scoreboards
from suite.demo.show import show
from suite.demo.steps import Callback, File, Progress, Rate, Ship
from suite.demo.stillness import still_boards
from suite.demo.stream import demo_stream
from suite.sandbox.signing import post_key
from tests.suite.fake_city import BOARD, FakeCity

CREDENTIALS = {"H29": ("client", "se:cret")}
CITY = read_city()


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    return post_key(tmp_path_factory.mktemp("post"))


@pytest.fixture(scope="module")
def steps(key):
    return demo_stream(CITY, key=key, dossiers=120)


def screen():
    return Console(file=io.StringIO(), width=132)


async def played(city, steps, **more):
    api, _ = open_api("http://city", CREDENTIALS, CITY, transport=city)
    replay = Replay(api, **more)
    with stage("set up", 300, screen()) as shown:
        await replay.set_up(CITY, shown)
    with stage("play", len(steps), screen()) as shown:
        await replay.play(steps, shown)
    await replay.rate_the_rest(seconds=0.2)
    return replay


def expected(steps):
    return {
        "dossiers": {step.dossier for step in steps if isinstance(step, File)},
        "items": {step.body["item_code"] for step in steps if isinstance(step, Ship)},
        "used": {f"token-{step.dossier}" for step in steps if isinstance(step, Rate)},
    }


def held(city):
    return {"dossiers": set(city.dossiers), "items": set(city.items), "used": set(city.used)}


async def test_everything_in_the_stream_reaches_the_city(steps):
    city = FakeCity()
    replay = await played(city, steps)
    assert held(city) == expected(steps)
    assert replay.report.surprises == []
    assert replay.report.calls.total() == len(steps)
    records = sum(step.records for step in steps if isinstance(step, Callback))
    assert replay.report.outcomes == {"applied": records}
    assert replay.report.rated == len(city.used) > 10
    assert len(city.catalogue) == len(CITY.agencies) + len(CITY.procedures)


async def test_the_steps_of_one_dossier_keep_their_order(steps):
    city = FakeCity()
    await played(city, steps)
    for dossier in city.dossiers:
        lived = [("file", dossier)]
        for step in steps:
            if isinstance(step, Progress) and step.dossier == dossier:
                lived += [(row["status"], dossier) for row in step.items]
        assert [one for one in city.order if one[1] == dossier] == lived


async def test_a_second_replay_changes_nothing(steps):
    city = FakeCity()
    first = await played(city, steps)
    rows = {dossier: dict(told) for dossier, told in city.rows.items()}
    second = await played(city, steps)
    assert held(city) == expected(steps)
    assert city.rows == rows
    assert second.report.surprises == []
    assert second.report.rated == first.report.rated


async def test_lost_requests_and_lost_answers_are_made_good(steps):
    city = FakeCity(luck=0.97)
    replay = await played(city, steps[:250])
    assert held(city) == expected(steps[:250])
    assert replay.report.surprises == []


async def test_over_tcp_a_server_may_restart_in_the_middle(steps):
    city, port, begun = FakeCity(), 0, asyncio.Event()

    async def serve(request):
        if len(city.dossiers) > 40:
            begun.set()
        asked = httpx.Request(request.method, str(request.url), headers=request.headers)
        status, body = city.answer(asked, await request.read())
        return web.json_response(body, status=status)

    async def up():
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", serve)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        return runner, site._server.sockets[0].getsockname()[1]

    runner, port = await up()
    api, caller = open_api(f"http://127.0.0.1:{port}", CREDENTIALS, CITY)
    replay = Replay(api)
    with stage("play", len(steps), screen()) as shown:
        playing = asyncio.create_task(replay.play(steps, shown))
        await begun.wait()
        await runner.cleanup()
        await asyncio.sleep(0.2)
        runner, _ = await up()
        await playing
    await replay.rate_the_rest(seconds=1)
    await caller.close()
    await runner.cleanup()
    assert held(city) == expected(steps)
    assert replay.report.surprises == []


async def test_a_token_that_has_run_out_is_asked_for_again(steps):
    city = FakeCity(token_calls=100)
    replay = await played(city, steps[:250])
    assert len(city.tokens) > 2
    assert replay.report.surprises == []


async def test_a_server_that_stays_away_ends_the_replay(steps):
    caller = TransportCaller("http://city", FakeCity(luck=0))
    api = PublicApi(caller, CREDENTIALS, CITY.parents, patience=0.2)
    with stage("play", 1, screen()) as shown, pytest.raises(Unreachable):
        await Replay(api).play(steps, shown)


async def test_an_answer_nobody_expected_is_told(steps):
    city = FakeCity()
    progress = next(step for step in steps if isinstance(step, Progress))
    api, _ = open_api("http://city", CREDENTIALS, CITY, transport=city)
    replay = Replay(api)
    with stage("play", 1, screen()) as shown:
        await replay.play([progress], shown)
    assert replay.report.unexpected == 1
    assert replay.report.surprises == [f"progress of {progress.dossier}: 404 dossier-not-found"]


async def test_a_citizen_who_was_never_invited_is_told(steps):
    missing = next(step.dossier for step in steps if isinstance(step, Rate))
    replay = await played(FakeCity(uninvited=[missing]), steps)
    assert replay.report.unexpected == 1
    assert missing in replay.report.surprises[0]


async def test_the_post_knows_the_truth_before_the_suite_hears_of_it(steps):
    city, known = FakeCity(), {}

    async def tell(items):
        known.update({item["itemCode"]: item["events"] for item in items})

    answer = city.answer

    def watched(request, raw):
        if "carriers" in request.url.path:
            told = {one["itemCode"] for one in json.loads(raw)["data"]}
            assert told & set(city.items) <= set(known)
        return answer(request, raw)

    city.answer = watched
    replay = await played(city, steps, tell_post=tell)
    assert replay.report.surprises == []
    assert known


async def test_an_agency_speaks_through_the_client_of_the_one_above_it():
    credentials = {"H29": ("a", "b"), "000.00.02.H29": ("c", "d")}
    api, caller = open_api("http://city", credentials, CITY, transport=FakeCity())
    assert api.speaker("000.00.02.H29") == "000.00.02.H29"
    assert api.speaker("000.00.03.H29") == "H29"
    with pytest.raises(NoCredentials):
        api.speaker("H26")
    await caller.close()


async def test_the_boards_are_read_when_they_stand_still(steps):
    city = FakeCity()
    replay = await played(city, steps)
    asked = city.calls["GET", "plans"]
    boards = await still_boards(replay, "H29", seconds=5)
    assert city.calls["GET", "plans"] - asked == 4
    assert boards["hcmc-2020"]["targets"][0]["among"] == len(city.dossiers)
    assert replay.report.surprises == []


async def test_ratings_that_are_not_counted_yet_are_told_when_the_waiting_ends(steps):
    replay = await played(FakeCity(), steps)
    replay.report.rated += 1
    await still_boards(replay, "H29", seconds=0.1)
    assert "k37 counts" in replay.report.surprises[0]


def test_a_scoreboard_can_be_read_without_a_terminal():
    told = screen()
    board = BOARD | {"targets": FakeCity()._get_plans(["v1", "plans", "x"], None)[1]["targets"]}
    print_scoreboard(board, told)
    text = told.file.getvalue()
    for word in (
        "đạt 1/2",
        "K04",
        "89,99 %",
        "-1/0",
        "= 100 %",
        "Chưa đạt",
        "Chưa có số liệu",
        "…",
    ):
        assert word in text
    assert "\x1b" not in text


async def test_the_whole_demonstration_ends_with_the_boards_on_screen_and_in_files(key, tmp_path):
    city, told = FakeCity(), screen()
    shown = await show(
        "http://city",
        CREDENTIALS,
        key=key,
        folder=tmp_path,
        screen=told,
        dossiers=30,
        transport=city,
    )
    main = json.loads((tmp_path / "scoreboard.json").read_text("utf-8"))
    assert main == shown.boards["hcmc-2020"]
    assert main["targets"][0]["among"] == len(city.dossiers) == 33
    assert [file.name for file in shown.files] == ["scoreboard.json", "scoreboard-hcmc-2017.json"]
    text = told.file.getvalue()
    assert "33 hồ sơ" in text
    assert text.count("Chỉ tiêu") == 2


def test_files_hold_exactly_what_was_answered(tmp_path):
    write_scoreboards({"hcmc-2020": BOARD}, tmp_path / "new", "hcmc-2020")
    assert json.loads((tmp_path / "new" / "scoreboard.json").read_text("utf-8")) == BOARD
