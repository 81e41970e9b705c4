"""curl, as the readers of the partners' guide have it."""

import re
import shutil
import subprocess

from tests.servers.node import ServerMissing

RETRIES_EVERYTHING = (7, 71)
"""`--retry-all-errors` came with this version."""


def find_curl() -> str:
    """Finds a curl that is new enough on the search path, or raises ``ServerMissing``."""
    path = shutil.which("curl")
    if path is None:
        raise ServerMissing("Install curl.")
    told = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"curl (\d+)\.(\d+)", told)
    if version is None or tuple(map(int, version.groups())) < RETRIES_EVERYTHING:
        raise ServerMissing("Install curl 7.71 or newer.")
    return path
