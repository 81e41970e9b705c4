"""When a citizen is asked to rate, until when, and by which secret. Values only."""

import hmac
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from hashlib import sha256

from contracts.vocabulary import InvitationState, Leg, Occasion, Provenance, ReturnMode


def occasion_of_return(return_mode: ReturnMode) -> Occasion | None:
    """What a returned result invites to rate; nothing yet where the post still has to bring it.

    >>> occasion_of_return(ReturnMode.ONLINE)
    <Occasion.RETURNED: 'returned'>
    >>> occasion_of_return(ReturnMode.POST) is None
    True
    """
    return None if return_mode is ReturnMode.POST else Occasion.RETURNED


def occasion_of_delivery(leg: Leg) -> Occasion | None:
    """What a confirmed delivery invites to rate: the result that is in the citizen's hand now.

    >>> occasion_of_delivery(Leg.OUTBOUND_RESULT)
    <Occasion.RETURNED: 'returned'>
    >>> occasion_of_delivery(Leg.INBOUND_DOSSIER) is None
    True
    """
    return Occasion.RETURNED if leg is Leg.OUTBOUND_RESULT else None


def expiry(handed_over_at: datetime, minted_at: datetime, days: int) -> datetime:
    """Until when a link is good: so many days from the moment the citizen could first use it.

    News may come late, so a link is never born old.

    >>> from datetime import UTC
    >>> expiry(datetime(2020, 3, 19, tzinfo=UTC), datetime(2020, 3, 25, tzinfo=UTC), 30)
    datetime.datetime(2020, 4, 24, 0, 0, tzinfo=datetime.timezone.utc)
    """
    return max(handed_over_at, minted_at) + timedelta(days=days)


def invitation_of(key: bytes, dossier: str, occasion: Occasion) -> str:
    """The id of the invitation of an occasion: the same however often it is minted, and told by nothing else.

    >>> invitation_of(bytes(32), "000.00.19.H29-200316-0001", Occasion.RETURNED)
    '0c7a7b45109c96a2b36deb7ed384750b'
    """
    return hmac.digest(key, f"invitation|{dossier}|{occasion}".encode(), "sha256")[:16].hex()


def token_of(key: bytes, invitation: str) -> str:
    """The secret of an invitation: HMAC-SHA256 of its id, as 43 characters of base64url.

    It is derived again whenever the link is asked for, so it is stored nowhere.

    >>> token_of(bytes(32), "an invitation")
    'GJr4VFRZ38VaTA2UwAYvIyzNbhpV-P2UdW6JICMqrCA'
    """
    digest = hmac.digest(key, invitation.encode(), "sha256")
    return urlsafe_b64encode(digest).decode().rstrip("=")


def token_text(invitation: str, way: Provenance, issue: int) -> str:
    """What a token is derived from: the invitation, the way to the citizen, and the issue.

    >>> token_text("an invitation", Provenance.SELF_LINK, 1)
    'an invitation'
    >>> token_text("an invitation", Provenance.SELF_QR, 2)
    'an invitation|self_qr|2'
    """
    if way is Provenance.SELF_LINK and issue == 1:
        # As the first links were made, which are still out.
        return invitation
    return f"{invitation}|{way}|{issue}"


TOKEN_WAYS = (Provenance.SELF_LINK, Provenance.SELF_QR, Provenance.SELF_WEB)
"""Ways of a secret that a machine brings."""

CODE_WAYS = (Provenance.PAPER, Provenance.POSTAL_CARD)
"""Ways of a secret that a person reads."""

WAYS = (*TOKEN_WAYS, *CODE_WAYS)
"""How a secret reaches a citizen; each has one of its own, so that it tells where a rating came from."""


def state_of(
    *,
    used_at: datetime | None,
    voided_at: datetime | None,
    declined_at: datetime | None,
    ignored_at: datetime | None,
    expires_at: datetime,
    now: datetime,
) -> InvitationState:
    """What became of an invitation, the most telling first.

    >>> from datetime import UTC
    >>> then, now = datetime(2020, 3, 1, tzinfo=UTC), datetime(2020, 3, 9, tzinfo=UTC)
    >>> ends = dict.fromkeys(("used_at", "voided_at", "declined_at", "ignored_at"))
    >>> state_of(**ends | {"declined_at": then}, expires_at=then, now=now)
    <InvitationState.DECLINED: 'declined'>
    >>> state_of(**ends, expires_at=then, now=now)
    <InvitationState.EXPIRED: 'expired'>
    """
    if used_at is not None:
        return InvitationState.RATED
    if voided_at is not None:
        return InvitationState.VOID
    if declined_at is not None:
        return InvitationState.DECLINED
    if ignored_at is not None:
        return InvitationState.IGNORED
    return InvitationState.EXPIRED if expires_at <= now else InvitationState.OPEN


def token_hash(token: str) -> str:
    """What is stored of a token: its SHA-256 in hexadecimal, from which nobody finds the token.

    >>> token_hash("")[:16]
    'e3b0c44298fc1c14'
    """
    return sha256(token.encode("utf-8", "replace")).hexdigest()


SLIP = "slip:"
"""What stands for the dossier where none is named; no code of a dossier has a colon."""


def slip_code(key: str) -> str:
    """What stands for the dossier of a slip that names none.

    >>> slip_code("ab" * 32)
    'slip:abababababababababababababababab'
    """
    return f"{SLIP}{key[:32]}"


def names_dossier(about: str) -> bool:
    """Whether an invitation is about a dossier that is known elsewhere.

    >>> names_dossier("000.00.19.H29-200316-0001"), names_dossier(slip_code("ab" * 32))
    (True, False)
    """
    return not about.startswith(SLIP)
