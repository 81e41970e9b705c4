"""The whole demonstration against a server that is up: set up, play, wait, print, write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from rich.console import Console

from suite.demo.calls import Credentials, PublicApi
from suite.demo.progress import stage
from suite.demo.recording import Recording, TellPost, recorded_post
from suite.demo.replay import Replay, Report, close_quietly, open_api
from suite.demo.scoreboard import Board, print_scoreboard, write_scoreboards
from suite.demo.steps import Step
from suite.demo.stillness import still_boards
from suite.demo.worlds import World, city_2020


@dataclass(frozen=True)
class Shown:
    """What a demonstration ended with."""

    report: Report
    boards: dict[str, Board]
    files: list[Path]


async def show(
    base_url: str,
    credentials: Credentials,
    *,
    key: RSAPrivateKey,
    folder: Path,
    screen: Console,
    world: World | None = None,
    dossiers: int | None = None,
    seed: int | None = None,
    approvers: Credentials | None = None,
    tell_post: TellPost | None = None,
    account: str | None = "city",
    transport: httpx.AsyncBaseTransport | None = None,
    recording: Recording | None = None,
) -> Shown:
    """Replay a world at an address, print its scoreboards and write them into a folder.

    `key` is the post's, whose public half the carrier account knows; `tell_post` tells the stand-in of the
    post what it will be asked; `approvers` are the clients that approve what others report. Raises
    `Unreachable` when the server stays away for a minute.
    """
    world = world or city_2020()
    steps = world.draw(key, dossiers or world.dossiers, world.seed if seed is None else seed)
    api, caller = open_api(
        base_url, credentials, world.city, transport=transport, recording=recording
    )
    if recording and tell_post:
        tell_post = recorded_post(tell_post, recording)
    try:
        replay = Replay(api, tell_post=tell_post, account=account)
        approver = PublicApi(caller, approvers, world.city.parents) if approvers else None
        boards = await play_all(
            replay, world, steps, screen, approver=approver, read_back=recording is not None
        )
    finally:
        await close_quietly(caller)
    for board in boards.values():
        print_scoreboard(board, screen)
    _print_report(replay.report, screen)
    return Shown(replay.report, boards, write_scoreboards(boards, folder, world.plans[0]))


async def play_all(
    replay: Replay,
    world: World,
    steps: Sequence[Step],
    screen: Console,
    *,
    approver: PublicApi | None = None,
    read_back: bool = False,
) -> dict[str, Board]:
    """Enter a world's catalogue, play it, wait until nothing moves: its scoreboards, by plan.

    What its agencies report themselves is handed in where there is an `approver`. With `read_back` every
    dossier is read once more, for the record.
    """
    entries = len(world.city.agencies) + len(world.city.procedures)
    with stage("Danh mục (catalogue)", entries, screen) as shown:
        await replay.set_up(world.city, shown)
    with stage(world.title, len(steps), screen) as shown:
        await replay.play(steps, shown)
    if approver is not None and world.reports:
        with stage("Báo cáo (reported figures)", len(world.reports), screen) as shown:
            await replay.hand_in(world.reports, approver, shown)
    with stage("Chờ số liệu ổn định (figures settle)", 1, screen) as shown:
        boards = await still_boards(replay, world.agency, plans=world.plans)
        shown.advance()
    if read_back:
        with stage("Đọc lại hồ sơ (read for the record)", len(replay.filed), screen) as shown:
            await replay.read_back(shown)
    return boards


def _print_report(report: Report, screen: Console) -> None:
    calls, outcomes = report.calls, report.outcomes
    told = ", ".join(f"{word} {count}" for word, count in sorted(outcomes.items()))
    screen.print(
        f"{calls['file']} hồ sơ, {calls['progress']} lần cập nhật, {calls['ship']} bưu gửi,"
        f" {calls['callback']} thông báo của bưu điện ({told}), {report.rated} đánh giá"
    )
    if report.unexpected:
        screen.print(f"{report.unexpected} câu trả lời ngoài dự kiến (unexpected answers):")
        for surprise in report.surprises:
            screen.print(f"  {surprise}")
