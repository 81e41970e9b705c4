"""The portal's account and its sessions."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

SESSION_SECONDS = 1800.0
"""How long a session is good for; the portal's own time is not documented."""

DSTCODE = "VN:GOV:000.00.00.G22:vpcpdvcprovider"
"""The portal's name on the data exchange platform: a header or a query parameter of the login."""


@dataclass(frozen=True)
class NationalAccount:
    """The one account the stand-in knows."""

    username: str = "motcua"
    password: str = field(default="sandbox", repr=False)
    dstcode: str = DSTCODE

    def is_of(self, username: object, password: object) -> bool:
        """Whether somebody told this name and password."""
        return secrets.compare_digest(
            f"{username}\n{password}".encode("utf-8", "replace"),
            f"{self.username}\n{self.password}".encode(),
        )


class Sessions:
    """The sessions given out; a restart forgets them, as clients must expect."""

    def __init__(
        self, seconds: float = SESSION_SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds = seconds
        self._clock = clock
        self._until: dict[str, float] = {}

    def open(self) -> str:
        """A new session."""
        session = secrets.token_hex(16)
        self._until[session] = self._clock() + self._seconds
        return session

    def end(self, session: object) -> None:
        """Forget a session before its time."""
        self._until.pop(str(session), None)

    def is_open(self, session: object) -> bool:
        """Whether a session was given out and is not too old."""
        return self._until.get(str(session), float("-inf")) > self._clock()
