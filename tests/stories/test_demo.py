"""The main job: a year of a city, the same figures whatever happens to the server on the way."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

DOSSIERS = "240"


def start(data: Path) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "suite.cli", "demo", "--dossiers", DOSSIERS, "--data", str(data)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def finish(process: subprocess.Popen) -> str:
    told, _ = process.communicate(timeout=150)
    assert process.returncode == 0, told[-3000:]
    return told


def figures(data: Path) -> list[dict]:
    boards = [data / "scoreboard.json", data / "scoreboard-hcmc-2017.json"]
    told = [json.loads(board.read_text("utf-8")) for board in boards]
    return [{key: value for key, value in board.items() if key != "as_of"} for board in told]


def wait_for_line(process: subprocess.Popen, pattern: str) -> None:
    for line in process.stdout:
        if re.search(pattern, line):
            return
    raise AssertionError(f"the demo ended before {pattern}")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> tuple[str, list[dict]]:
    data = tmp_path_factory.mktemp("undisturbed")
    told = finish(start(data))
    return told, figures(data)


def test_the_demo_prints_the_boards_and_counts_every_figure(undisturbed):
    told, [board, board_2017] = undisturbed
    assert board["plan"] == "hcmc-2020"
    assert board_2017["plan"] == "hcmc-2017"
    assert len(board["targets"]) == 20
    computed = [target for target in board["targets"] if target["among"]]
    assert len(computed) >= 9
    for target in computed:
        assert f"{target['count']}/{target['among']}" in told, target["id"]
    assert f"{board['met']}/{board['due']}" in told
    assert "/board/hcmc-2020" in told


def test_a_server_killed_twice_on_the_way_ends_with_the_same_figures(undisturbed, tmp_path):
    process = start(tmp_path)
    for _ in range(2):
        wait_for_line(process, r"the year\)\s+[0-9]+/[0-9]+")
        os.kill(int((tmp_path / "server.pid").read_text()), signal.SIGKILL)
        wait_for_line(process, "The server is started again")
        time.sleep(1)
    finish(process)
    assert figures(tmp_path) == undisturbed[1]


def test_a_demo_killed_whole_is_taken_up_and_ends_with_the_same_figures(undisturbed, tmp_path):
    process = start(tmp_path)
    wait_for_line(process, r"the year\)\s+[0-9]+/[0-9]+")
    os.kill(int((tmp_path / "server.pid").read_text()), signal.SIGKILL)
    process.kill()
    process.wait()
    process.stdout.close()
    finish(start(tmp_path))
    assert figures(tmp_path) == undisturbed[1]


def test_a_folder_with_other_data_is_left_alone(tmp_path):
    (tmp_path / "intake.db").write_text("mine")
    process = start(tmp_path)
    told, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "not a demo's" in told
    assert (tmp_path / "intake.db").read_text() == "mine"
