"""What a citizen may ask with a rating, and how the reply reaches them."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from contracts.vocabulary import CaseState, ReplyChannel
from contracts.wire import Line, ReckonedDay, Text, View, Wire

ContactValue = Annotated[Line, StringConstraints(max_length=200)]
"""A number or an address, as the citizen writes it."""


class Contact(Wire):
    """Where a citizen wants the reply (kênh nhận phản hồi); that it is there asks for one."""

    channel: ReplyChannel = ReplyChannel.PAGE
    value: ContactValue | None = None
    """The number or address; sealed, and opened for the reply alone. None for `page`."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.channel is ReplyChannel.PAGE) is not (self.value is None):
            raise ValueError(
                "leave the value out"
                if self.channel is ReplyChannel.PAGE
                else "say the number or the address"
            )
        return self


class ReplyView(View):
    """What the holder of a rating link is told about their matter (phản hồi)."""

    state: CaseState
    due_on: ReckonedDay | None
    """By when a reply is owed; None once there is one."""
    text: Text | None
    """The reply, once there is one."""
    channel: ReplyChannel
    """Where it is sent besides."""
    asked: bool
    """Whether the citizen is asked now if the matter is settled; that is asked once."""


class ReplyJudged(Wire):
    """Whether the citizen's matter is settled (đã được giải quyết hay chưa)."""

    resolved: Annotated[bool, Field(strict=True)]
    """No opens the matter again, once."""
