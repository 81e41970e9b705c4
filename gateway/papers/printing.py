"""How the gateway prints: by the press beside it, few papers at once, none for ever."""

import asyncio
import logging
import sys
from pathlib import Path
from typing import Final

from chassis.running import Running
from contracts.problems import Unavailable

log = logging.getLogger("motcua.papers")

PRESS: Final = Path(__file__).with_name("press.py")
FONTS: Final = Path(__file__).parent / "fonts" / "fonts.conf"
AT_ONCE = 2
SECONDS = 25.0
"""Seconds from the request to the paper, waiting for a free press included."""


class PaperNotPrinted(Unavailable):
    """The paper cannot be printed just now; its page (.html) can be shown."""

    title_vi = "Tạm thời chưa in được biểu mẫu"


class Press:
    """Prints pages as PDF, each in a process of its own."""

    def __init__(self, program: Path = PRESS, *, seconds: float = SECONDS) -> None:
        self._program = program
        self._seconds = seconds
        self._free = asyncio.Semaphore(AT_ONCE)

    async def pdf(self, page: bytes) -> bytes:
        """The PDF of a page. Raises `PaperNotPrinted`."""
        try:
            async with asyncio.timeout(self._seconds), self._free:
                return await self._print(page)
        except TimeoutError as late:
            log.warning("press late")
            raise PaperNotPrinted("The press did not finish.", retry_after=10) from late

    async def _print(self, page: bytes) -> bytes:
        pipe = asyncio.subprocess.PIPE
        press = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", str(self._program)),
            stdin=pipe,
            stdout=pipe,
            # What the engine complains of may hold what stands on the paper.
            stderr=asyncio.subprocess.DEVNULL,
            env={"FONTCONFIG_FILE": str(FONTS)},
        )
        try:
            printed, _ = await press.communicate(page)
        finally:
            if press.returncode is None:
                press.kill()
                await press.wait()
        if press.returncode or not printed.startswith(b"%PDF-"):
            log.warning("press failed", extra={"code": press.returncode})
            raise PaperNotPrinted("The press failed.", retry_after=10)
        return printed


async def open_press(_: Running) -> Press:
    """The press of a gateway that opens."""
    return Press()
