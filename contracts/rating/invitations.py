"""Invitations to rate, for those who hand them to citizens."""

from pydantic import ValidationInfo, field_validator

from contracts.vocabulary import InvitationState, Occasion
from contracts.wire import Reckoned, View, Wire


class TokenWay(View):
    """A way by which a machine brings the citizen."""

    token: str
    url: str


class CodeWay(View):
    """A way by which the citizen types, or scans, a code in print."""

    code: str
    """26 characters and one that checks them, in groups (Crockford's base 32)."""
    url: str


class InvitationWays(View):
    """Ways to the citizen beside the plain link: each tells where a rating came from."""

    self_qr: TokenWay
    """For a QR code on a screen or a receipt."""
    self_web: TokenWay
    """For a form within a portal."""
    paper: CodeWay
    """For a slip of paper."""
    postal_card: CodeWay
    """For the card in the envelope that brings the result."""


class InvitationView(View):
    """A one-use invitation to rate (lời mời đánh giá), for the receipt, an SMS or Zalo."""

    occasion: Occasion
    token: str
    url: str
    """The page that works without JavaScript."""
    expires_at: Reckoned
    used: bool
    void: bool = False
    """Whether it cannot be used now: its delivery is contested, an incident open, the dossier withdrawn."""
    state: InvitationState = InvitationState.OPEN
    ways: InvitationWays | None = None


class InvitationList(View):
    """The invitations of one dossier."""

    items: list[InvitationView]


class InvitationWanted(Wire):
    """A link is wanted: of a receipt, which no event tells of, or a new one in place of one given out."""

    reissue: bool = False
    """Whether a new link takes the place of all that were given out, which then work no more."""
    occasion: Occasion

    @field_validator("occasion")
    @classmethod
    def _is_minted_on_request(cls, occasion: Occasion, told: ValidationInfo) -> Occasion:
        if occasion is not Occasion.RECEIVED and not told.data.get("reissue"):
            raise ValueError("only `received` is minted on request; others can be issued anew")
        return occasion
