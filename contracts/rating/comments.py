"""Comments as they may be read, and what moderation does to them. It hides a text, never a score."""

from typing import Literal, Self

from pydantic import model_validator

from contracts.vocabulary import CommentState, HiddenReason, PersonalKind
from contracts.wire import ReckonedDay, Text, View, Wire


class CommentView(View):
    """A comment without what may be somebody's (ý kiến đã lược bỏ thông tin cá nhân)."""

    id: str
    agency: str | None
    procedure: str | None
    text: str
    personal: list[PersonalKind]
    """What was taken out of it."""
    state: CommentState
    reason: HiddenReason | None
    written_on: ReckonedDay | None
    revision: int


class CommentPage(View):
    """A page of comments, oldest first."""

    items: list[CommentView]
    next_cursor: str | None = None


class Moderation(Wire):
    """Whether a comment may be shown (duyệt ý kiến)."""

    state: Literal[CommentState.SHOWN, CommentState.HIDDEN]
    reason: HiddenReason | None = None
    """Why it is hidden; that it is unwelcome is no reason."""
    note: Text | None = None

    @model_validator(mode="after")
    def _reasoned(self) -> Self:
        if (self.state is CommentState.HIDDEN) is not (self.reason is not None):
            raise ValueError("a hidden comment has a reason, a shown one has none")
        return self


class OriginalView(View):
    """A comment as it was written. Each reading is recorded."""

    id: str
    text: str | None
    """None once its time is over."""
