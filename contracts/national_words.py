"""Words about the national portal's evaluation, as an installation takes it over."""

from enum import StrEnum


class Evaluation(StrEnum):
    """One of the portal's reports (báo cáo đánh giá của Cổng DVCQG), by the last part of its address."""

    TRANSPARENCY = "transparency"
    PROGRESS = "dvc-progress-tree"
    ONLINE = "provide-online-tree"
    PAYMENT = "formality-online-payment-tree"
    SATISFACTION = "handling-satisfaction"
    DIGITISATION = "dossier-digitized"


class AnswerState(StrEnum):
    """Whether an answer of the portal is the one that counts."""

    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    """A later answer to the same question was handed in."""


class ComparisonState(StrEnum):
    """Whether an agency's figure can be set beside the portal's."""

    COMPARED = "compared"
    NO_DATA = "no_data"
    """There is none here."""
    NOT_REPORTED_NATIONALLY = "not_reported_nationally"
    """The portal tells none."""
    NEITHER = "neither"


class ComputedState(StrEnum):
    """Whether a criterion's points can be computed from dossiers."""

    OK = "ok"
    EMPTY = "empty"
    """There was nothing to compute them from."""
    SUPPRESSED = "suppressed"
    """They rest on too few citizens' answers to be told."""
    NOT_COMPUTED = "not_computed"
    """What they rest on is not known to the figures."""
