"""How summaries of ratings are shown: what stays hidden is left out here, and nowhere else."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

from chassis.settings import Settings
from contracts.labels import label
from contracts.lgsp import first_day
from contracts.rating.summary import (
    CoverageView,
    DefinitionOfSatisfaction,
    HistogramView,
    OptionFigure,
    RatingFigures,
    RatingRow,
    RatingSummary,
    ScoreView,
    SummaryBy,
)
from contracts.vocabulary import VIETNAM, FigureState, Provenance
from services.rating.domain.satisfaction import Definition, score, share
from services.rating.domain.suppression import state
from services.rating.questionnaires import Question, questionnaires
from services.rating.summaries import WITHOUT_INVITATIONS, Counted, Row, SummaryAsked

TOTAL = ("Tổng số", "Total")


def summary(counted: Counted, asked: SummaryAsked, settings: Settings) -> RatingSummary:
    """A summary with every row that may be shown, and those that may not told as such."""
    by = asked.by
    rows = [
        _row(key, row, counted, asked, hidden=key in counted.hidden)
        for key, row in sorted(counted.rows.items())
    ]
    if by is SummaryBy.QUESTION:
        rows = _questions(counted, settings.rating_publish_minimum)
    grows_until = asked.period.end + timedelta(days=settings.rating_days)
    return RatingSummary(
        agency=asked.agency,
        agency_name=counted.agency_names.get(asked.agency),
        procedure=asked.procedure,
        occasion=asked.occasion,
        period_from=asked.period.first,
        period_to=asked.period.end,
        by=by,
        definition=definition(asked.definition),
        total=RatingRow(
            key="total",
            name_vi=TOTAL[0],
            name_en=TOTAL[1],
            state=state(counted.total.own["rated"], hidden=counted.total_hidden),
            figures=None
            if counted.total_hidden
            else _figures(counted.total, asked.definition, covered=by not in WITHOUT_INVITATIONS),
        ),
        rows=rows,
        minimum=settings.rating_publish_minimum,
        mature_days=settings.rating_maturity_days,
        provisional=grows_until > counted.at.astimezone(VIETNAM).date(),
        as_of=counted.at,
    )


def definition(told: Definition) -> DefinitionOfSatisfaction:
    """How a share is counted, in words."""
    return DefinitionOfSatisfaction(
        id=told.id,
        title_vi=told.title[0],
        title_en=told.title[1],
        counts_vi=told.counts[0],
        counts_en=told.counts[1],
    )


def _row(key: str, row: Row, counted: Counted, asked: SummaryAsked, *, hidden: bool) -> RatingRow:
    name_vi, name_en = _name(key, asked.by, counted)
    if key == Provenance.ASSISTED and asked.by is SummaryBy.PROVENANCE:
        # How many there are is told; what they say is in no figure.
        figures = _figures(row, asked.definition, covered=False)
        stands = FigureState.SUPPRESSED if hidden else FigureState.EMPTY
    else:
        figures = _figures(row, asked.definition, covered=asked.by not in WITHOUT_INVITATIONS)
        stands = state(row.own["rated"], hidden=hidden)
    shown = None if hidden else figures
    return RatingRow(key=key, name_vi=name_vi, name_en=name_en, state=stands, figures=shown)


def _figures(row: Row, counts: Definition, *, covered: bool) -> RatingFigures:
    levels = {f"s{n}": row.own[f"s{n}"] for n in range(1, 6)}
    told = score(counts, levels, row.own["positive"])
    satisfaction = None
    if told is not None:
        satisfaction = ScoreView(
            definition=counts.id,
            count=told.count,
            among=told.among,
            value=told.value,
            low=told.low,
            high=told.high,
        )
    return RatingFigures(
        ratings=row.own["rated"],
        histogram=HistogramView(**levels),
        positive=row.own["positive"],
        neutral=row.own["neutral"],
        negative=row.own["negative"],
        satisfaction=satisfaction,
        coverage=_coverage(row) if covered else None,
        assisted=row.assisted,
        voided=row.asked["voided"],
    )


def _coverage(row: Row) -> CoverageView:
    mature, rated = max(row.asked["invited"] - row.young, 0), row.own["rated"]
    return CoverageView(
        invited=row.asked["invited"],
        mature=mature,
        rated=rated,
        declined=row.asked["declined"],
        ignored=row.asked["ignored"],
        value=share(rated, mature) if mature else None,
    )


def _questions(counted: Counted, minimum: int) -> list[RatingRow]:
    """Every question but the overall one that somebody answered, with its options."""
    rows = []
    for (questionnaire, question), chosen in sorted(counted.answers.items()):
        n = sum(chosen.values())
        hidden = counted.total_hidden or 0 < n < minimum
        asked = _question(questionnaire, question)
        key = f"{questionnaire}#{question}"
        rows.append(
            RatingRow(
                key=key,
                name_vi=asked.label.vi if asked else key,
                name_en=asked.label.en if asked else key,
                state=state(n, hidden=hidden),
                figures=None if hidden else _answers(asked, chosen),
            )
        )
    return rows


def _question(questionnaire: str, question: str) -> Question | None:
    known = questionnaires().get(questionnaire)
    return next((one for one in known.questions if one.id == question), None) if known else None


def _answers(asked: Question | None, chosen: Counter[str]) -> RatingFigures:
    offered = asked.levels if asked else {}
    classes: Counter[str] = Counter()
    options = []
    for option in [*offered, *sorted(chosen.keys() - offered.keys())]:
        known = offered.get(option)
        count = chosen[option]
        if known is not None:
            classes[known.option_class] += count
        options.append(
            OptionFigure(
                option=option,
                label_vi=known.label.vi if known else option,
                label_en=known.label.en if known else option,
                count=count,
            )
        )
    return RatingFigures(
        ratings=sum(chosen.values()),
        histogram=None,
        positive=classes["positive"],
        neutral=classes["neutral"],
        negative=classes["negative"],
        satisfaction=None,
        coverage=None,
        assisted=0,
        options=options,
    )


def _name(key: str, by: SummaryBy, counted: Counted) -> tuple[str, str]:
    """What a row is called, Vietnamese and English; its key where no name was heard."""
    if by is SummaryBy.PROVENANCE:
        source = Provenance(key)
        return label(source), label(source, "en")
    if by in {SummaryBy.MONTH, SummaryBy.OFFICIAL_MONTH}:
        month = first_day(key)
        return f"Tháng {month.month}/{month.year}", f"{month:%B %Y}"
    if by is SummaryBy.QUESTIONNAIRE:
        known = questionnaires().get(key)
        return (known.title.vi, known.title.en) if known else (key, key)
    names: Mapping[str, str] = {}
    if by is SummaryBy.AGENCY:
        names = counted.agency_names
    elif by is SummaryBy.PROCEDURE:
        names = counted.procedure_names
    told = names.get(key, key)
    return told, told
