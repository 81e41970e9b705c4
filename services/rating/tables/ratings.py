"""Ratings and comments, apart from each other and from the dossier."""

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from chassis.tables import BigSerial, Json, Words
from contracts.vocabulary import (
    CommentState,
    HiddenReason,
    OptionClass,
    Provenance,
    VoidReason,
)
from services.rating.tables.base import Base

NO_ITEMS = {"server_default": "[]"}
PENDING = {"server_default": "pending"}


class Rating(Base, table=True):
    """A rating as it stands (đánh giá): the answers, and what the server made of them."""

    invitation: str = Field(primary_key=True)
    """Its key, so that an invitation cannot be spent twice; the dossier is not named here."""
    questionnaire: str
    answers: dict[str, str] = Field(sa_type=Json)
    score: int
    option_class: OptionClass = Field(sa_type=Words(OptionClass))
    provenance: Provenance = Field(sa_type=Words(Provenance))
    language: str
    device: str | None = None
    """The kiosk it came from."""
    submitted_at: datetime
    """When the citizen answered."""
    received_at: datetime
    """When it came here; later than the answer where a device had no network."""
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    """How often it was given or changed; what it was before is kept."""
    voided_at: datetime | None = None
    """Since when it does not count."""
    revision: int = Field(default=1, sa_column_kwargs={"server_default": "1"})

    __table_args__ = (Index("rating_by_moment", "submitted_at"),)


class Comment(Base, table=True):
    """What a citizen wrote (ý kiến), kept apart from the rating; it enters no event and no log."""

    invitation: str = Field(primary_key=True)
    id: str | None = None
    """What it is called to those who moderate; nothing leads from it to the invitation but this row."""
    text: str | None = None
    """As an earlier version kept it, until it is sealed."""
    sealed: str | None = None
    """As it was written, sealed; None once its time is over."""
    redacted: str
    """Without what may be somebody's."""
    kinds: list[str] = Field(default_factory=list, sa_type=Json, sa_column_kwargs=NO_ITEMS)
    """What was taken out of it."""
    state: CommentState = Field(
        default=CommentState.PENDING, sa_type=Words(CommentState), sa_column_kwargs=PENDING
    )
    reason: HiddenReason | None = Field(default=None, sa_type=Words(HiddenReason))
    """Why it is hidden."""
    restricted: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})
    """Whether it tells of harassment, and is for the restricted role alone."""
    written_on: date | None = None
    """The Vietnamese day."""
    revision: int = Field(default=1, sa_column_kwargs={"server_default": "1"})

    __table_args__ = (
        UniqueConstraint("id", name="one_name_for_each_comment"),
        Index("comment_by_state", "state", "written_on", "id"),
    )


_COMMENT = Comment.__table__.c
_PLAIN, _SEALED = _COMMENT.text.is_not(None), _COMMENT.sealed.is_not(None)
Index("comment_in_plain_text", _COMMENT.id, postgresql_where=_PLAIN, sqlite_where=_PLAIN)
Index("comment_sealed", _COMMENT.written_on, postgresql_where=_SEALED, sqlite_where=_SEALED)


class EarlierRating(Base, table=True):
    """A rating as it stood before it was changed (phiên bản trước); rows are only ever added."""

    __tablename__ = "earlier_rating"

    invitation: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    questionnaire: str
    answers: dict[str, str] = Field(sa_type=Json)
    score: int
    option_class: OptionClass = Field(sa_type=Words(OptionClass))
    provenance: Provenance = Field(sa_type=Words(Provenance))
    language: str
    device: str | None = None
    submitted_at: datetime
    received_at: datetime
    replaced_at: datetime


class EarlierComment(Base, table=True):
    """What a citizen wrote before they changed it, as others may read it; rows are only ever added."""

    __tablename__ = "earlier_comment"

    invitation: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    """Of the rating it was written with."""
    redacted: str


class RatingVoid(Base, table=True):
    """That a rating does not count (hủy đánh giá), or does again; rows are only ever added."""

    __tablename__ = "rating_void"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigSerial)
    invitation: str = Field(index=True)
    version: int
    """The version of the rating that it was said of."""
    lifts: bool = False
    """Whether the rating counts again."""
    reason: VoidReason | None = Field(default=None, sa_type=Words(VoidReason))
    note: str | None = None
    client: str
    request: str | None = None
    """The id of the request."""
    at: datetime
