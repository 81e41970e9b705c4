"""`motcua up` as people start it: a process of its own, killed, stopped, and started again."""

import json
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.builders import AGENCY, PROCEDURE, filing, procedure, step
from tests.servers.node import free_port

SCOPES = "catalogue:write,catalogue:read,dossiers:write,dossiers:read,ratings:write,indicators:read"


def motcua(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "suite.cli", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@contextmanager
def up(data: Path, port: int):
    """The suite in a process of its own, until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", "suite.cli", "up", "--data", str(data), "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        first = process.stdout.readline()
        assert first.startswith("motcua is up at"), first
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()


def partner(data: Path) -> httpx.Auth:
    added = motcua(
        "partner",
        "add",
        "Sở A",
        "--agency",
        "H29",
        "--scopes",
        SCOPES,
        "--json",
        "--data",
        str(data),
    )
    assert added.returncode == 0, added.stderr
    told = json.loads(added.stdout)
    return httpx.BasicAuth(told["client_id"], told["client_secret"])


@contextmanager
def client(port: int, auth: httpx.Auth):
    """A partner's system with a token."""
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as made:
        answer = made.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=auth)
        assert answer.status_code == 200, answer.text
        made.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield made


def prepare(city: httpx.Client) -> None:
    city.put("/v1/agencies/H29", json={"name": "Thành phố", "kind": "city"}).raise_for_status()
    told = {"name": "Sở Nông nghiệp", "kind": "department", "parent": "H29"}
    city.put(f"/v1/agencies/{AGENCY}", json=told).raise_for_status()
    city.put(f"/v1/procedures/{PROCEDURE}", json=procedure()).raise_for_status()


def test_the_commands_of_the_first_page_work_on_an_empty_folder(tmp_path):
    port = free_port()
    auth = partner(tmp_path)
    with up(tmp_path, port), client(port, auth) as city:
        prepare(city)
        assert city.post("/v1/dossiers", json=filing()).status_code == 201
        second = motcua("up", "--data", str(tmp_path), "--port", str(free_port()))
        assert second.returncode == 1
        assert "Another process works on" in second.stderr
        status = motcua("outbox", "status", "--json", "--data", str(tmp_path))
        assert set(json.loads(status.stdout)) == {"intake", "rating", "postal", "kpi", "gateway"}
        assert motcua("dead", "list", "--data", str(tmp_path)).stdout.startswith("0 parked")
        assert "equals" in motcua("kpi", "verify", "--data", str(tmp_path)).stdout
        assert "equals" in motcua("ratings", "verify", "--data", str(tmp_path)).stdout
        assert motcua("ratings", "rebuild", "--data", str(tmp_path)).stdout.startswith("0 ")
        secrets = tmp_path / "secrets"
        assert {oct(p.stat().st_mode & 0o777) for p in secrets.iterdir()} == {"0o600"}


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_accepted_is_lost_or_counted_twice_when_the_process_ends(tmp_path, number):
    port, auth = free_port(), partner(tmp_path)
    accepted: set[str] = set()
    for round_number in range(3):
        with up(tmp_path, port) as process, client(port, auth) as city:
            prepare(city)
            threads = [
                threading.Thread(
                    target=file_until_refused,
                    args=(city, accepted, round_number * 10_000 + k * 1_000),
                )
                for k in range(4)
            ]
            for thread in threads:
                thread.start()
            time.sleep(0.7)
            process.send_signal(number)
            for thread in threads:
                thread.join()
            process.wait(30)
            if number is signal.SIGTERM:
                assert process.returncode == 0
    assert len(accepted) > 50
    with up(tmp_path, port), client(port, auth) as city:
        until = time.monotonic() + 30
        address = "/v1/indicators/k15/value?agency=H29&from=2020-01-01&to=2021-01-01"
        stored = stored_codes(city)
        assert accepted <= stored
        while city.get(address).json()["among"] != len(stored):
            assert time.monotonic() < until, (city.get(address).json()["among"], len(stored))
            time.sleep(0.1)
        time.sleep(0.5)
        assert city.get(address).json()["among"] == len(stored)
    assert motcua("kpi", "verify", "--data", str(tmp_path)).returncode == 0


def file_until_refused(city: httpx.Client, accepted: set[str], number: int) -> None:
    while True:
        number += 1
        body = filing(number)
        try:
            answer = city.post("/v1/dossiers", json=body)
        except httpx.HTTPError:
            return
        if answer.status_code not in {200, 201}:
            return
        accepted.add(body["code"])


def stored_codes(city: httpx.Client) -> set[str]:
    found: set[str] = set()
    cursor = ""
    while True:
        page = city.get(f"/v1/dossiers?limit=200{f'&cursor={cursor}' if cursor else ''}").json()
        found |= {item["code"] for item in page["items"]}
        cursor = page["next_cursor"]
        if not cursor:
            return found


async def test_citizens_rate_and_leaders_read_in_a_real_browser(tmp_path, chromium):
    port, auth = free_port(), partner(tmp_path)
    with up(tmp_path, port), client(port, auth) as city:
        prepare(city)
        city.post("/v1/dossiers", json=filing()).raise_for_status()
        rows = {"items": [step("done"), step("returned", "2020-03-19T08:00:00+07:00")]}
        city.post(f"/v1/dossiers/{filing()['code']}/progress", json=rows).raise_for_status()
        invitation = wait_for(
            lambda: city.get(f"/v1/dossiers/{filing()['code']}/rating-invitations").json()["items"]
        )[0]
        context = await chromium.new_context(java_script_enabled=False, locale="vi-VN")
        page = await context.new_page()
        problems: list[str] = []
        page.on("console", lambda message: problems.append(message.text))
        await page.goto(invitation["url"])
        assert await page.locator("html").get_attribute("lang") == "vi"
        assert await page.locator("input[type=radio]").count() == 5
        assert await page.locator("input[type=radio]:checked").count() == 0
        await page.get_by_role("button", name="Gửi đánh giá").click()
        assert await page.get_by_role("alert").is_visible()
        await page.get_by_text("Rất hài lòng", exact=True).click()
        await page.get_by_role("button", name="Gửi đánh giá").click()
        await page.wait_for_load_state()
        assert "Cảm ơn" in (await page.locator("h1").inner_text())
        await page.goto(invitation["url"])
        assert "đã" in (await page.locator("h1").inner_text()).lower()

        wait_for(
            lambda: city.get(
                "/v1/indicators/k36/value?agency=H29&from=2020-01-01&to=2021-01-01"
            ).json()["count"]
        )
        await page.goto(f"http://127.0.0.1:{port}/board/hcmc-2017")
        board = city.get("/v1/plans/hcmc-2017/scoreboard?agency=H29").json()
        assert f"{board['met']}/{board['due']}" in (await page.locator("body").inner_text())
        await page.goto(f"http://127.0.0.1:{port}/board/hcmc-2020?lang=en")
        assert await page.locator("html").get_attribute("lang") == "en"
        assert await page.locator("svg[role=img]").count() > 0
        assert await page.locator("table tbody tr").count() == 20
        await page.goto(f"http://127.0.0.1:{port}/docs")
        assert "/v1/dossiers" in (await page.locator("body").inner_text())
        assert not [text for text in problems if re.search("Content Security|Refused", text)]
        await context.close()


def wait_for(look, seconds: float = 15):
    until = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < until
        time.sleep(0.05)
    return found


def test_the_command_line_says_what_to_do_when_something_is_wrong(tmp_path):
    for arguments in (
        ("serve", "nothing"),
        (
            "partner",
            "add",
            "A",
            "--agency",
            "H29",
            "--scopes",
            "dossiers:eat",
            "--data",
            str(tmp_path),
        ),
        ("outbox", "replay", "intake", "--since", "yesterday", "--data", str(tmp_path)),
        ("work", "intake", "--data", str(tmp_path)),
    ):
        failed = motcua(*arguments)
        assert failed.returncode != 0, arguments
        assert "Traceback" not in failed.stderr, failed.stderr
        assert failed.stderr.strip()


def test_help_is_quick_and_complete():
    told = motcua("--help").stdout
    for command in (
        "up",
        "demo",
        "serve",
        "work",
        "migrate",
        "partner",
        "kpi",
        "outbox",
        "dead",
        "keys",
        "retention",
        "sandbox",
    ):
        assert re.search(rf"\b{command}\b", told), command
