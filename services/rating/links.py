"""The links citizens rate by: derived from an invitation and the rating key, stored nowhere."""

from chassis.running import Running
from chassis.secrets import secret_bytes
from contracts.vocabulary import Occasion, Provenance
from services.rating import domain
from services.rating.domain.officers import pseudonym
from services.rating.tables import Invitation

KEY = "rating.key"


class Links:
    """Makes the link of an invitation, the same one whenever it is asked."""

    def __init__(self, key: bytes, public_url: str) -> None:
        self._key = key
        self._public_url = public_url.rstrip("/")

    def invitation(self, dossier: str, occasion: Occasion) -> str:
        """The id of the invitation of an occasion."""
        return domain.invitation_of(self._key, dossier, occasion)

    def token(self, invitation: Invitation, way: Provenance = Provenance.SELF_LINK) -> str:
        """The secret of an invitation as it goes to the citizen this way."""
        return domain.token_of(self._key, domain.token_text(invitation.id, way, invitation.issue))

    def code(self, invitation: Invitation, way: Provenance) -> str:
        """The secret of an invitation as it is printed for a person, without groups."""
        return domain.code_of(self._key, domain.token_text(invitation.id, way, invitation.issue))

    def secret(self, invitation: Invitation, way: Provenance) -> str:
        """The secret of an invitation in the form of this way."""
        by_hand = way in domain.CODE_WAYS
        return self.code(invitation, way) if by_hand else self.token(invitation, way)

    def officer(self, agency: str, named: str) -> str:
        """What an officer of an agency is called in results."""
        return pseudonym(self._key, agency, named)

    def url(self, token: str) -> str:
        """The page at which a token, or a code, is spent."""
        return f"{self._public_url}/r/{token}"


async def open_links(running: Running) -> Links:
    """The links of a service that opens."""
    settings = running.settings
    return Links(secret_bytes(settings.secrets, KEY), settings.public_url)
