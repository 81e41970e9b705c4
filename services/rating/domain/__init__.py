"""What a rating is: when a citizen is asked, by which secret, and which answers count. Values only."""

from services.rating.domain.answers import (
    mistakes,
)
from services.rating.domain.codes import (
    code_in,
    code_of,
    grouped,
    holds,
)
from services.rating.domain.invitations import (
    CODE_WAYS,
    TOKEN_WAYS,
    WAYS,
    expiry,
    invitation_of,
    names_dossier,
    occasion_of_delivery,
    occasion_of_return,
    slip_code,
    state_of,
    token_hash,
    token_of,
    token_text,
)
from services.rating.domain.screening import (
    REMOVED,
    Screened,
    redacted,
    screened,
    tells_of,
)

__all__ = [
    "CODE_WAYS",
    "REMOVED",
    "TOKEN_WAYS",
    "WAYS",
    "Screened",
    "code_in",
    "code_of",
    "expiry",
    "grouped",
    "holds",
    "invitation_of",
    "mistakes",
    "names_dossier",
    "occasion_of_delivery",
    "occasion_of_return",
    "redacted",
    "screened",
    "slip_code",
    "state_of",
    "tells_of",
    "token_hash",
    "token_of",
    "token_text",
]
