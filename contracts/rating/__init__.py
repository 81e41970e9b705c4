"""What rating accepts over HTTP and announces on the bus."""

from contracts.rating.anomalies import (
    AnomalyReport,
    AnomalyView,
    Proportion,
)
from contracts.rating.cases import (
    CaseAssignment,
    CaseClosing,
    CaseReply,
    CaseStepView,
    ContactView,
    PetitionHandover,
    PetitionView,
    RatingCasePage,
    RatingCaseView,
)
from contracts.rating.comments import (
    CommentPage,
    CommentView,
    Moderation,
    OriginalView,
)
from contracts.rating.corrective import (
    ActionChange,
    ActionEntry,
    ActionPage,
    ActionStepView,
    ActionView,
    Share,
)
from contracts.rating.criteria import (
    ClassCount,
    CriteriaView,
    CriterionMean,
    RestsOn,
    UnitCriteria,
)
from contracts.rating.events import (
    AlertRaised,
    CaseAnswered,
    CaseClosed,
    CriteriaAnswered,
    RatingSubmitted,
    RatingVoided,
)
from contracts.rating.forms import (
    FormOption,
    FormQuestion,
    RatingFormView,
    RatingGiven,
    RatingReceipt,
    Token,
)
from contracts.rating.imports import (
    RatingImportCounts,
    RatingImportMapping,
    RatingImportReason,
    RatingImportRow,
    RatingImportView,
)
from contracts.rating.invitations import (
    CodeWay,
    InvitationList,
    InvitationView,
    InvitationWanted,
    InvitationWays,
    TokenWay,
)
from contracts.rating.questionnaires import (
    Bilingual,
    ChoiceView,
    OverallLevel,
    QuestionnaireChosen,
    QuestionnaireList,
    QuestionnaireOption,
    QuestionnaireQuestion,
    QuestionnaireView,
)
from contracts.rating.refusals import (
    LiftWanted,
    RatingRefused,
    RatingVoidView,
    RefusalReceipt,
    VoidWanted,
)
from contracts.rating.replies import (
    Contact,
    ReplyJudged,
    ReplyView,
)
from contracts.rating.results import (
    RatingResults,
)
from contracts.rating.standing import (
    RatingStanding,
)
from contracts.rating.summary import (
    RatingFigures,
    RatingRow,
    RatingSummary,
    SummaryBy,
)

__all__ = [
    "ActionChange",
    "ActionEntry",
    "ActionPage",
    "ActionStepView",
    "ActionView",
    "AlertRaised",
    "AnomalyReport",
    "AnomalyView",
    "Bilingual",
    "CaseAnswered",
    "CaseAssignment",
    "CaseClosed",
    "CaseClosing",
    "CaseReply",
    "CaseStepView",
    "ChoiceView",
    "ClassCount",
    "CodeWay",
    "CommentPage",
    "CommentView",
    "Contact",
    "ContactView",
    "CriteriaAnswered",
    "CriteriaView",
    "CriterionMean",
    "FormOption",
    "FormQuestion",
    "InvitationList",
    "InvitationView",
    "InvitationWanted",
    "InvitationWays",
    "LiftWanted",
    "Moderation",
    "OriginalView",
    "OverallLevel",
    "PetitionHandover",
    "PetitionView",
    "Proportion",
    "QuestionnaireChosen",
    "QuestionnaireList",
    "QuestionnaireOption",
    "QuestionnaireQuestion",
    "QuestionnaireView",
    "RatingCasePage",
    "RatingCaseView",
    "RatingFigures",
    "RatingFormView",
    "RatingGiven",
    "RatingImportCounts",
    "RatingImportMapping",
    "RatingImportReason",
    "RatingImportRow",
    "RatingImportView",
    "RatingReceipt",
    "RatingRefused",
    "RatingResults",
    "RatingRow",
    "RatingStanding",
    "RatingSubmitted",
    "RatingSummary",
    "RatingVoidView",
    "RatingVoided",
    "RefusalReceipt",
    "ReplyJudged",
    "ReplyView",
    "RestsOn",
    "Share",
    "SummaryBy",
    "Token",
    "TokenWay",
    "UnitCriteria",
    "VoidWanted",
]
