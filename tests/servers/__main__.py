"""Prints the Debian names of what the tests need and this machine lacks, one a line."""

import sys
from collections.abc import Callable

from tests.servers.chromium import find_chromium, find_library_of_playwright
from tests.servers.curl import find_curl
from tests.servers.node import ServerMissing
from tests.servers.openssl import find_openssl
from tests.servers.postgres import find_postgres
from tests.servers.rabbitmq import find_rabbitmq

NEEDED: dict[str, Callable[[], object]] = {
    "postgresql": find_postgres,
    "rabbitmq-server": find_rabbitmq,
    "chromium": find_chromium,
    "libatomic1": find_library_of_playwright,
    "curl": find_curl,
    "openssl": find_openssl,
}


def missing_packages() -> list[str]:
    """Names the packages whose programs are not on this machine."""
    missing = []
    for package, find in NEEDED.items():
        try:
            find()
        except ServerMissing:
            missing.append(package)
    return missing


if __name__ == "__main__":
    sys.stdout.writelines(f"{package}\n" for package in missing_packages())
