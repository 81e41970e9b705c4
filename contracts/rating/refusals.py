"""A citizen who would rather not rate, and ratings that do not count any more."""

from typing import Annotated

from pydantic import Field, model_validator

from contracts.rating.forms import Token
from contracts.vocabulary import Occasion, VoidReason
from contracts.wire import Line, Reckoned, View, Wire


class RatingRefused(Wire):
    """A citizen would rather not rate (từ chối đánh giá)."""

    token: Token
    language: Annotated[str, Field(pattern="^(vi|en)$")] = "vi"


class RefusalReceipt(View):
    """That it was heard, and since when."""

    declined_at: Reckoned
    message: str


class VoidWanted(Wire):
    """A rating is not to count (hủy đánh giá), and why."""

    reason: VoidReason
    note: Line | None = None
    """Where it is written down: a decision's number, a ticket. Required for `other`; never who rated."""

    @model_validator(mode="after")
    def _says_why(self) -> "VoidWanted":
        if self.reason is VoidReason.OTHER and self.note is None:
            raise ValueError("say in `note` why")
        return self


class LiftWanted(Wire):
    """A rating is to count again (khôi phục đánh giá), and why."""

    note: Line


class RatingVoidView(View):
    """That a rating does not count, or does again; never the rating."""

    occasion: Occasion
    void: bool
    """Whether it is void now."""
    reason: VoidReason | None = None
    note: str | None = None
    by: str
    """The client that said so."""
    at: Reckoned
