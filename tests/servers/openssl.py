"""openssl, as the readers of the partners' pages have it."""

import shutil

from tests.servers.node import ServerMissing


def find_openssl() -> str:
    """Finds openssl on the search path, or raises ``ServerMissing``."""
    path = shutil.which("openssl")
    if path is None:
        raise ServerMissing("Install openssl.")
    return path
