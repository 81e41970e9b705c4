"""Carriers' messages as they came, sealed: what a complaint about a delivery is settled with."""

from chassis.running import Running
from chassis.sealing import Seals, place_of
from chassis.secrets import secret_keys

KEY_FILE = "postal-raw.key"
"""One key a line, the one in use first; older ones still open what they sealed."""


class RawMessages:
    """Seals messages for the row they are kept in, and opens them again."""

    def __init__(self, keys: tuple[bytes, ...]) -> None:
        self._seals = Seals(keys)

    def sealed(self, raw: bytes, digest: str, account: str) -> str:
        """A message sealed for the row of its digest."""
        return self._seals.sealed(raw, _place(digest, account))

    def opened(self, sealed: str, digest: str, account: str) -> bytes:
        """The message again. Raises `SealBroken`, also under a key that is not in the file any more."""
        return self._seals.opened(sealed, _place(digest, account))


async def open_raw_messages(running: Running) -> RawMessages:
    """What seals messages, under the keys of this installation."""
    return RawMessages(secret_keys(running.settings.secrets, KEY_FILE))


def _place(digest: str, account: str) -> bytes:
    return place_of("inbound_batch", "sealed", digest, account)
