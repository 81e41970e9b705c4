"""Words about questionnaires, criteria reckoned from dossiers, and ratings gathered elsewhere."""

from enum import StrEnum


class PortalLevel(StrEnum):
    """One of the three levels that portals and the provincial bus know (mức độ)."""

    VERY_GOOD = "very_good"
    GOOD = "good"
    BAD = "bad"


class QualityClass(StrEnum):
    """What the criteria of a dossier come to (xếp loại chất lượng giải quyết)."""

    EXCELLENT = "excellent"
    GOOD = "good"
    FAIR = "fair"
    AVERAGE = "average"
    WEAK = "weak"
    UNCLASSIFIED = "unclassified"
    """Too few of its criteria are known."""


class Gathered(StrEnum):
    """How a rating was gathered that is entered afterwards (hình thức lấy ý kiến)."""

    PAPER = "paper"
    """A slip somebody filled in (phiếu giấy)."""
    POSTAL_CARD = "postal_card"
    """The card that came with a result by post."""
    ASSISTED = "assisted"
    """An officer entered it for the citizen, by the phone or at the counter."""
    OTHER_SOFTWARE = "other_software"
    """Another system asked; it is kept as paper is, and told apart in the import alone."""


class RatingImportOutcome(StrEnum):
    """What became of one row of a file of ratings (kết quả từng dòng)."""

    TAKEN = "taken"
    REPEATED = "repeated"
    """The same row came before."""
    ALREADY_RATED = "already-rated"
    """The citizen rated this dossier already; that rating stays."""
    INVALID = "invalid"
