"""Plays the guide as a reader does: a folder, motcua in a terminal of its own, then block after block.

Two things of the page are not taken literally: motcua is reached through a `Recorder`, and the stand-in
of the post listens on a free port instead of 8090.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from tests.guide.pages import Block
from tests.guide.recording import Exchange, Recorder, recording
from tests.servers.node import free_port

ROOT = Path(__file__).parents[2]
MOTCUA = "http://127.0.0.1:8080"
POST = "8090"
LONGEST_BLOCK = 60.0
"""Seconds after which a block that still asks has been told something it does not expect."""
END = "-- the block ends here --"
SH = f"""
while IFS= read -r block; do
    source "$block" </dev/null
    printf '\\n%s\\n' '{END}'
done
"""
PYTHON = f"""
import sys
scope = {{"__name__": "__main__"}}
for path in map(str.strip, sys.stdin):
    with open(path, encoding="utf-8") as block:
        exec(compile(block.read(), path, "exec"), scope)
    print("\\n{END}")
"""
READERS = {
    "sh": ["bash", "-euo", "pipefail", "-c", SH],
    "python": [sys.executable, "-uc", PYTHON],
}
"""One interpreter for a whole story: it is told the file of each block, and says when it is through."""


class BlockFailed(AssertionError):
    """A block of the page does not run."""


@dataclass
class Played:
    """What came of a block."""

    block: Block
    printed: str
    exchanges: list[Exchange] = field(default_factory=list)


def play(
    language: str, blocks: list[Block], folder: Path, last: Callable[[str], None] | None = None
) -> list[Played]:
    """Run a story to its end: the blocks of one language and those of the operator, in order.

    `last` is called with the address of motcua before it is stopped.
    """
    _lay_out(folder)
    ports = {POST: str(free_port())}
    with ExitStack() as stack:
        upstream = free_port()
        recorder = stack.enter_context(recording(upstream))
        environment = {
            **os.environ,
            "MOTCUA_PORT": str(upstream),
            "MOTCUA_WEBHOOK_LOOPBACK": "true",
        }
        stay = [block for block in blocks if block.kind == "console"]
        reading = stack.enter_context(_interpreter(language, folder, environment))
        played = []
        for block in blocks:
            text = block.text.replace(MOTCUA, recorder.url).replace(POST, ports[POST])
            if block in stay:
                stack.enter_context(_staying_up(text, folder, environment))
            elif block.kind == "bash":
                played.append(Played(block, _command(block, text, folder, environment)))
            elif block.kind == language:
                played.append(_read(block, text, reading, recorder, folder))
        if last is not None:
            last(f"http://127.0.0.1:{upstream}")
        return played


def _lay_out(folder: Path) -> None:
    """A checkout as the page finds it, where `make setup` has been run."""
    programs = folder / ".venv" / "bin"
    programs.mkdir(parents=True)
    motcua = programs / "motcua"
    motcua.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m suite.cli "$@"\n')
    motcua.chmod(0o755)


def _read(
    block: Block,
    text: str,
    reading: Callable[[Path, str], str],
    recorder: Recorder,
    folder: Path,
) -> Played:
    path = folder / f"{block.page}-{block.line}.{block.kind}"
    path.write_text("\n" * (block.line - 1) + text, "utf-8")
    before = len(recorder.exchanges)
    recorder.weather = block.weather
    printed = reading(path, block.place)
    return Played(block, printed, recorder.exchanges[before:])


def _command(block: Block, text: str, folder: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", text],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if done.returncode:
        raise BlockFailed(f"{block.place} ends with {done.returncode}\n{done.stderr}")
    return done.stdout


@contextmanager
def _staying_up(text: str, folder: Path, environment: dict[str, str]) -> Iterator[None]:
    """A command in a terminal of its own, until the story ends."""
    with (folder / "terminal.txt").open("a+", encoding="utf-8") as errors:
        process = subprocess.Popen(
            ["bash", "-c", f"exec {text.strip()}"],
            cwd=folder,
            env=environment | {"PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            assert process.stdout is not None
            if not process.stdout.readline():
                errors.seek(0)
                raise BlockFailed(f"{text.strip()} did not stay up\n{errors.read()[-3000:]}")
            yield
        finally:
            process.terminate()
            try:
                process.wait(30)
            finally:
                process.kill()
                process.stdout.close()


@contextmanager
def _interpreter(
    language: str, folder: Path, environment: dict[str, str]
) -> Iterator[Callable[[Path, str], str]]:
    """A function that has a block read, and gives back what it printed."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
        process = subprocess.Popen(
            READERS[language],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        assert process.stdin is not None
        assert process.stdout is not None

        def read(path: Path, place: str) -> str:
            patience = threading.Timer(LONGEST_BLOCK, process.kill)
            patience.start()
            process.stdin.write(f"{path}\n")
            process.stdin.flush()
            try:
                return _until_the_end(process, errors, place)
            finally:
                patience.cancel()

        try:
            yield read
        finally:
            process.stdin.close()
            process.kill()
            process.wait()
            process.stdout.close()


def _until_the_end(process: subprocess.Popen[str], errors: IO[str], place: str) -> str:
    printed: list[str] = []
    since = time.monotonic()
    for line in process.stdout or []:
        if line.strip() == END:
            return "".join(printed)
        printed.append(line)
    errors.seek(0)
    took = time.monotonic() - since
    said = "".join(printed[-30:]) + "\n" + errors.read()[-3000:]
    raise BlockFailed(f"{place} stops after {took:.1f} s\n{said}")
