"""How a citizen proves to hold a receipt, and what is told to whoever does (tra cứu hồ sơ)."""

from typing import Annotated

from pydantic import StringConstraints

from contracts.vocabulary import DossierStatus
from contracts.wire import Code, Instant, Reckoned, View, Wire


class TrackQuestion(Wire):
    """A dossier code and the PIN of its receipt, as somebody typed them."""

    code: Code
    pin: Annotated[str, StringConstraints(max_length=64)]
    """Eight characters; case, blanks, hyphens, and O, I, L for 0, 1, 1 make no difference."""


class TrackView(View):
    """Where a dossier stands, for whoever holds its receipt; nothing of anybody."""

    code: str
    status: DossierStatus
    unit: str
    """The agency that has it, or where the result is handed over."""
    submitted_at: Instant | None
    received_at: Instant | None
    due_at: Reckoned | None
    done_at: Instant | None
    returned_at: Instant | None


class TrackingPinView(View):
    """A dossier has another PIN (mã tra cứu); its receipt, printed anew, shows it."""

    code: str
    epoch: int
    """How often it has been replaced."""
