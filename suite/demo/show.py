"""The whole demonstration against a server that is up: set up, play, wait, print, write."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import httpx
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from rich.console import Console

from suite.demo.calls import Credentials
from suite.demo.city import read_city
from suite.demo.progress import stage
from suite.demo.replay import Replay, Report, TellPost, close_quietly, open_api
from suite.demo.scoreboard import Board, print_scoreboard, write_scoreboards
from suite.demo.stillness import PLANS, still_boards
from suite.demo.stream import DOSSIERS, SEED, demo_stream


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
    dossiers: int = DOSSIERS,
    seed: int = SEED,
    tell_post: TellPost | None = None,
    account: str | None = "city",
    transport: httpx.AsyncBaseTransport | None = None,
) -> Shown:
    """Replay the city's year at an address, print its scoreboards and write them into a folder.

    `key` is the post's, whose public half the carrier account knows; `tell_post` tells the stand-in of the
    post what it will be asked. Raises `Unreachable` when the server stays away for a minute.
    """
    city = read_city()
    steps = demo_stream(city, key=key, dossiers=dossiers, seed=seed)
    api, caller = open_api(base_url, credentials, city, transport=transport)
    try:
        replay = Replay(api, tell_post=tell_post, account=account)
        entries = len(city.agencies) + len(city.procedures)
        with stage("Danh mục (catalogue)", entries, screen) as shown:
            await replay.set_up(city, shown)
        with stage("Một năm của thành phố (the year)", len(steps), screen) as shown:
            await replay.play(steps, shown)
        with stage("Chờ số liệu ổn định (figures settle)", 1, screen) as shown:
            boards = await still_boards(replay, city.agencies[0].code)
            shown.advance()
    finally:
        await close_quietly(caller)
    for board in boards.values():
        print_scoreboard(board, screen)
    _print_report(replay.report, screen)
    return Shown(replay.report, boards, write_scoreboards(boards, folder, PLANS[0]))


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
