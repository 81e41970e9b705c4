"""Figures that agencies report (số liệu tự báo cáo) or take over from elsewhere, and their approval."""

from typing import Annotated

from pydantic import Field, StrictBool, StringConstraints

from contracts.report_words import (
    Cadence,
    DueState,
    FigureSource,
    Manner,
    ReportState,
    SeriesKind,
)
from contracts.wire import Code, Day, Instant, Line, Name, ReckonedDay, Text, View, Wire

LARGEST = 1_000_000_000_000
"""No figure of an office is larger."""

Number = Annotated[int, Field(ge=0, le=LARGEST, strict=True)]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Media = Annotated[str, StringConstraints(pattern=r"^[a-z]+/[a-z0-9.+-]+$", max_length=100)]
Said = Annotated[Text, Field(min_length=1)]
Value = StrictBool | Line


class Signer(Wire):
    """Who signed a document, as the document says."""

    position: Name
    """The role, e.g. ``Phó Giám đốc``."""
    name: Name | None = None


class EvidenceFile(Wire):
    """What the file of a document is; the file itself stays with the agency."""

    name: Line
    sha256: Digest
    """Of the whole file, in small hexadecimal digits: whoever opens it later can tell it is the same."""
    size: Annotated[int, Field(ge=1, le=LARGEST, strict=True)]
    """Bytes."""
    media_type: Media
    """E.g. ``application/pdf``."""


class Evidence(Wire):
    """The document a figure rests on (tài liệu kiểm chứng)."""

    document_no: Line
    """Number and sign, e.g. ``34/BC-SNN``."""
    title: Line
    issued_on: Day
    signer: Signer
    file: EvidenceFile


class FigureReport(Wire):
    """A figure as it is reported. Which of the members are needed is the series' own, see ``/v1/series``."""

    agency: Code
    """Whose figure it is."""
    period_from: Day | None = None
    period_to: Day | None = None
    """Exclusive."""
    count: Number | None = None
    among: Number | None = None
    value: Value | None = None
    """A grade, ``true`` or ``false``, a percentage such as ``"86.25"``, or how a task stands."""
    occurred_on: Day | None = None
    """The day it happened, of an occurrence; it needs no period."""
    about: Line | None = None
    """What an occurrence or a task is about: the agency inspected, the number of the task."""
    manner: Manner | None = None
    """Of inspections."""
    evidence: Evidence | None = None
    note: Text | None = None
    causes: Text | None = None
    """Why a target is missed (nguyên nhân)."""
    remedies: Text | None = None
    """What is done about it (giải pháp)."""


class Rejection(Wire):
    """A report is sent back (không duyệt)."""

    reason: Said
    """What is to be put right."""


class ReportStepView(View):
    """One step on the way of a report."""

    at: Instant
    by: str
    """The client."""
    act: str
    """``submit``, ``approve``, ``reject``, ``withdraw`` or ``supersede``."""
    before: ReportState | None
    after: ReportState
    note: str | None


class ReportView(View):
    """A reported figure and where it stands."""

    id: str
    series: str
    title_vi: str
    title_en: str
    kind: SeriesKind
    agency: str
    period_from: Day | None
    period_to: Day | None
    """Exclusive."""
    count: int | None
    among: int | None
    value: Value | None
    occurred_on: Day | None
    about: str | None
    manner: Manner | None
    source: FigureSource
    badge_vi: str
    """Where it comes from, in words to be shown beside the figure (nguồn số liệu)."""
    badge_en: str
    evidence: Evidence | None
    note: str | None
    causes: str | None
    remedies: str | None
    state: ReportState
    submitted_by: str
    """The client that reported it; another one approves."""
    submitted_at: Instant
    decided_by: str | None
    decided_at: Instant | None
    reason: str | None
    """Why it was rejected."""
    replaces: str | None
    """The approved report that this one took the place of."""
    version: int
    """Of this agency's reports to the series, the how manieth."""
    revision: int
    history: list[ReportStepView] = []
    """Oldest first; told of one report alone."""


class ReportPage(View):
    """Reports, the latest first."""

    items: list[ReportView]
    next_cursor: str | None = None


class OwnerView(View):
    """Who owes the reports of a series."""

    kinds: list[str]
    """Every agency of these kinds; when empty the agency of the plan itself."""
    plans: list[str]
    offices: bool = False
    """Whether every agency owes it that had dossiers in the period, whatever the plans."""


class SeriesView(View):
    """A series that is reported or taken over, and what a report of it must say."""

    id: str
    indicators: list[str]
    """Which figures read it."""
    title_vi: str
    title_en: str
    kind: SeriesKind
    source: FigureSource
    every: Cadence
    due_days: int
    """Days after the period's last in which a report is in time."""
    owner: OwnerView
    evidence_required: bool
    scale: list[str] = []
    """The grades there are, the lowest first."""
    about: str | None = None
    """What ``about`` holds: ``agency``, ``text``, the number of a ``task``, or nothing."""
    manner: bool = False
    """Whether ``manner`` is told."""
    points_of: str | None = None
    """Of points, 2 at most: those of ``dossiers``, or of the ``unit`` as a whole; ``among`` is the most they
    could be."""
    from_above: bool = False
    """Whether only an agency above the one it is about may tell and approve it."""


class SeriesList(View):
    """Every series."""

    items: list[SeriesView]


class DueView(View):
    """A report that is owed (báo cáo phải nộp)."""

    series: str
    title_vi: str
    title_en: str
    plan: str | None
    """None of what offices owe whatever the plans."""
    agency: str
    agency_name: str | None
    period_from: Day
    period_to: Day
    """Exclusive."""
    due_on: ReckonedDay
    """The last day in time."""
    state: DueState
    late_since: ReckonedDay | None
    """The first day it was late."""
    report: str | None
    """The report that answers it."""


class DueCounts(View):
    """Of the reports whose day is over how many were handed in."""

    count: int
    among: int
    agencies: int
    """Agencies that owe nothing any more."""
    among_agencies: int


class DueList(View):
    """What is owed on a day, the longest owed first."""

    on: Day
    items: list[DueView]
    received: DueCounts
