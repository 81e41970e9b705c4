"""What rating remembers. Never the applicant, and of a link only what cannot be turned back into it."""

from services.rating.tables.base import (
    Base,
)
from services.rating.tables.cases import (
    CorrectiveAction,
    RatingAct,
    RatingAlert,
    RatingCase,
)
from services.rating.tables.cells import (
    AnswerCell,
    AnyCell,
    OfficerCell,
    RatingCell,
    RatingCellDay,
)
from services.rating.tables.choices import (
    QuestionnaireChoice,
)
from services.rating.tables.imports import (
    ImportedRating,
)
from services.rating.tables.invitations import (
    Invitation,
    InvitationReading,
    RatingToken,
)
from services.rating.tables.known import (
    KnownDossier,
    KnownProcedure,
    PostedResult,
)
from services.rating.tables.pace import (
    DossierPace,
)
from services.rating.tables.ratings import (
    Comment,
    EarlierComment,
    EarlierRating,
    Rating,
    RatingVoid,
)

__all__ = [
    "AnswerCell",
    "AnyCell",
    "Base",
    "Comment",
    "CorrectiveAction",
    "DossierPace",
    "EarlierComment",
    "EarlierRating",
    "ImportedRating",
    "Invitation",
    "InvitationReading",
    "KnownDossier",
    "KnownProcedure",
    "OfficerCell",
    "PostedResult",
    "QuestionnaireChoice",
    "Rating",
    "RatingAct",
    "RatingAlert",
    "RatingCase",
    "RatingCell",
    "RatingCellDay",
    "RatingToken",
    "RatingVoid",
]
