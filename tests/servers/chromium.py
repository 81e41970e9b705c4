"""The browser of the tests: Debian's Chromium, driven by Playwright, with nothing downloaded."""

import ctypes
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.servers.node import ServerMissing

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")

# Without these a headless Chromium calls home at every start; on a closed machine each call is an error.
LAUNCH_ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@dataclass(frozen=True)
class Chromium:
    """Where the browser is and how it is started: ``playwright.chromium.launch(**browser.launch)``.

    Playwright gives every launch a new, empty ``--user-data-dir`` and takes it away afterwards.
    """

    path: Path

    @property
    def arguments(self) -> list[str]:
        """Lists the command-line switches; root needs ``--no-sandbox``, nobody else gets it."""
        return [*(["--no-sandbox"] if os.geteuid() == 0 else []), *LAUNCH_ARGUMENTS]

    @property
    def launch(self) -> dict[str, Any]:
        """Gives the keyword arguments of Playwright's ``launch``."""
        return {"executable_path": str(self.path), "headless": True, "args": self.arguments}


def find_chromium() -> Chromium:
    """Finds Chromium at ``MOTCUA_TEST_CHROMIUM`` or on the search path, or raises ``ServerMissing``."""
    for program in (os.environ.get("MOTCUA_TEST_CHROMIUM", ""), *PROGRAMS):
        path = shutil.which(program) if program else None
        if path:
            return Chromium(Path(path))
    raise ServerMissing("Install chromium, or set MOTCUA_TEST_CHROMIUM to the path of one.")


def find_library_of_playwright() -> None:
    """Raises ``ServerMissing`` where Playwright's own program would not start: Linux without libatomic."""
    if sys.platform != "linux":
        return
    try:
        ctypes.CDLL("libatomic.so.1")
    except OSError as absent:
        raise ServerMissing(
            "Install libatomic (on Debian: apt-get install libatomic1)."
        ) from absent
