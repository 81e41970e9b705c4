"""Invitations, their tokens, and who was given them. Of a token only what cannot be turned back into it."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from chassis.tables import BigSerial, Words
from contracts.vocabulary import Occasion, Provenance
from services.rating.tables.base import Base

_UNANSWERED = text(
    "used_at IS NULL AND declined_at IS NULL AND ignored_at IS NULL AND voided_at IS NULL"
)


class Invitation(Base, table=True):
    """An invitation to rate (lời mời đánh giá), one for each occasion of a dossier."""

    id: str = Field(primary_key=True)
    """128 bits that the rating key makes of the dossier and the occasion; it derives the tokens from them."""
    dossier: str
    """Known before the dossier is, when the post is faster than intake's own news."""
    occasion: Occasion = Field(sa_type=Words(Occasion))
    questionnaire: str
    """The version that is asked, whatever is chosen for later invitations."""
    agency: str | None = None
    """Where it is counted: the agency and the procedure of the dossier, once they were heard."""
    procedure: str | None = None
    minted_at: datetime
    ratable_at: datetime
    """From when the citizen could rate; its Vietnamese day is the day it counts on."""
    expires_at: datetime
    used_at: datetime | None = None
    declined_at: datetime | None = None
    """When the citizen said that they would rather not rate."""
    ignored_at: datetime | None = None
    """When its time was found over without an answer."""
    officer: str | None = None
    """Who handled the dossier, as a digest under the rating key, where the office told it."""
    by_post: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})
    """Whether the post's delivery called for it; the office's own handing over otherwise."""
    voided_at: datetime | None = None
    """Since when it cannot be used: its delivery is doubted, or the dossier was withdrawn."""
    issue: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    """How often its tokens were made anew, the first time included."""
    revision: int = 1

    __table_args__ = (
        UniqueConstraint("dossier", "occasion", name="one_for_each_occasion"),
        Index(
            "invitation_unanswered",
            "expires_at",
            postgresql_where=_UNANSWERED,
            sqlite_where=_UNANSWERED,
        ),
    )


class RatingToken(Base, table=True):
    """A token of an invitation, found by its hash; each way to a citizen has its own."""

    __tablename__ = "rating_token"

    token_hash: str = Field(primary_key=True)
    """SHA-256 of the token; the token itself is stored nowhere."""
    invitation: str
    provenance: Provenance = Field(sa_type=Words(Provenance))
    """Through whose hands a rating by this token comes."""
    issue: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    """Of which issue of its invitation; an earlier one than the invitation's is void."""
    made_at: datetime


class InvitationReading(Base, table=True):
    """Who was given the links of a dossier (nhật ký truy cập); rows are only ever added."""

    __tablename__ = "invitation_reading"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigSerial)
    at: datetime
    client: str
    dossier: str
    request: str | None = None
    """The id of the request."""
    occasion: Occasion | None = Field(default=None, sa_type=Words(Occasion))
    """Of which one alone; of all of them where it is not said."""
    issue: int | None = None
    """Which issue was made by this reading; none where links were only read."""
