"""The links citizens rate by: derived from an invitation and the rating key, stored nowhere."""

from chassis.running import Running
from chassis.secrets import secret_bytes
from services.rating import domain

KEY = "rating.key"


class Links:
    """Makes the link of an invitation, the same one whenever it is asked."""

    def __init__(self, key: bytes, public_url: str) -> None:
        self._key = key
        self._public_url = public_url.rstrip("/")

    def token(self, invitation: str) -> str:
        """The secret of the invitation of this id."""
        return domain.token_of(self._key, invitation)

    def url(self, token: str) -> str:
        """The page at which a token is spent."""
        return f"{self._public_url}/r/{token}"


async def open_links(running: Running) -> Links:
    """The links of a service that opens."""
    settings = running.settings
    return Links(secret_bytes(settings.secrets, KEY), settings.public_url)
