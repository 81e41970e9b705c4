"""The key of the PINs that receipts carry (mã tra cứu)."""

from chassis.running import Running
from chassis.secrets import secret_bytes
from services.intake import domain

KEY = "tracking.key"


class Tracking:
    """Makes and checks PINs with the installation's key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def pin(self, code: str, epoch: int) -> str:
        """The PIN of a dossier as it is printed."""
        return domain.grouped(domain.pin_of(self._key, code, epoch))

    def accepts(self, typed: str, code: str, epoch: int) -> bool:
        """Whether what somebody typed is the PIN of a dossier."""
        return domain.is_pin(typed, self._key, code, epoch)


async def open_tracking(running: Running) -> Tracking:
    """The PINs of a service that opens."""
    return Tracking(secret_bytes(running.settings.secrets, KEY))
