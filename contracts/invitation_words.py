"""Words of an invitation to rate and of a rating's end; read them from `contracts.vocabulary`."""

from enum import StrEnum


class InvitationState(StrEnum):
    """What became of an invitation to rate (kết quả lời mời đánh giá)."""

    OPEN = "open"
    RATED = "rated"
    DECLINED = "declined"
    """The citizen would rather not; a rating is taken all the same while the link is good."""
    IGNORED = "ignored"
    """Its time went by without an answer."""
    VOID = "void"
    """It cannot be used now: the delivery is doubted, or the dossier was withdrawn."""
    EXPIRED = "expired"
    """Its time is over; it will be counted as ignored."""


class VoidReason(StrEnum):
    """Why a rating does not count any more (lý do hủy đánh giá)."""

    TEST = "test"
    """It was entered to try things out."""
    DUPLICATE_PERSON = "duplicate_person"
    """One person rated for several."""
    COURT_ORDER = "court_order"
    """A court or a competent authority ordered it."""
    OTHER = "other"
    """Something else, which the note says."""
