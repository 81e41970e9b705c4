"""Questionnaires (phiếu đánh giá) as data: questions, the levels of their scales, and what each counts as.

Each ``*.yaml`` beside this file is one version of one questionnaire; ``choice.yaml`` names the one that
new invitations of each occasion ask where no agency chose another, ``portal-levels.yaml`` how ratings are
told to portals that know three levels. A wrong file stops the start, naming what is wrong with it.
"""

from services.rating.questionnaires.linting import mistakes_in, remarks_on
from services.rating.questionnaires.loading import (
    CHOICE,
    QuestionnaireUnusable,
    choose,
    chosen,
    questionnaires,
    read,
)
from services.rating.questionnaires.outcomes import Derived, Level, Outcome
from services.rating.questionnaires.portal import PortalLevels, portal_levels
from services.rating.questionnaires.shape import (
    HIGHEST_SCORE,
    LANGUAGES,
    OVERALL,
    Known,
    Label,
    Option,
    Question,
    Questionnaire,
    QuestionnaireId,
)

__all__ = [
    "CHOICE",
    "HIGHEST_SCORE",
    "LANGUAGES",
    "OVERALL",
    "Derived",
    "Known",
    "Label",
    "Level",
    "Option",
    "Outcome",
    "PortalLevels",
    "Question",
    "Questionnaire",
    "QuestionnaireId",
    "QuestionnaireUnusable",
    "choose",
    "chosen",
    "mistakes_in",
    "portal_levels",
    "questionnaires",
    "read",
    "remarks_on",
]
