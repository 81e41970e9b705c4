"""What rating remembers. Never the applicant, and of a link only what cannot be turned back into it."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import registry
from sqlmodel import Field

from chassis.tables import BigSerial, Json, Stored, Words
from contracts.vocabulary import Channel, Occasion, OptionClass, Provenance, ReturnMode


class Base(Stored, registry=registry()):
    """Rating's tables live in rating's own database."""


class KnownDossier(Base, table=True):
    """A dossier as heard from intake; none of this changes after the filing."""

    __tablename__ = "known_dossier"

    code: str = Field(primary_key=True)
    agency: str
    procedure: str
    channel: Channel = Field(sa_type=Words(Channel))
    return_mode: ReturnMode = Field(sa_type=Words(ReturnMode))


class KnownProcedure(Base, table=True):
    """The name of a procedure as heard from the catalogue."""

    __tablename__ = "known_procedure"

    code: str = Field(primary_key=True)
    name: str
    revision: int


class Invitation(Base, table=True):
    """A one-use invitation to rate (lời mời đánh giá), found by the hash of its token."""

    token_hash: str = Field(primary_key=True)
    """SHA-256 of the token; the token itself is stored nowhere."""
    id: str = Field(unique=True)
    """128 random bits, from which the rating key alone derives the token."""
    dossier: str
    """Known before the dossier is, when the post is faster than intake's own news."""
    occasion: Occasion = Field(sa_type=Words(Occasion))
    questionnaire: str
    """The version that is asked, whatever is chosen for later invitations."""
    minted_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    revision: int = 1

    __table_args__ = (UniqueConstraint("dossier", "occasion", name="one_for_each_occasion"),)


class Rating(Base, table=True):
    """A rating that was given (đánh giá): the answers, and what the server made of them."""

    invitation: str = Field(primary_key=True)
    """Its key, so that an invitation cannot be spent twice; the dossier is not named here."""
    questionnaire: str
    answers: dict[str, str] = Field(sa_type=Json)
    score: int
    option_class: OptionClass = Field(sa_type=Words(OptionClass))
    provenance: Provenance = Field(sa_type=Words(Provenance))
    language: str
    submitted_at: datetime


class Comment(Base, table=True):
    """What a citizen wrote (ý kiến), kept apart from the rating; it enters no event and no log."""

    invitation: str = Field(primary_key=True)
    text: str
    redacted: str
    """The text without e-mail addresses and long numbers."""


class InvitationReading(Base, table=True):
    """Who was given the links of a dossier (nhật ký truy cập); rows are only ever added."""

    __tablename__ = "invitation_reading"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigSerial)
    at: datetime
    client: str
    dossier: str
    request: str | None = None
    """The id of the request."""
