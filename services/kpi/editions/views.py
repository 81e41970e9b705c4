"""How kpi shows editions, periods and their chain."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from contracts.kpi import (
    ChangedFigure,
    EditionMark,
    EditionView,
    EntryView,
    FigureView,
    PeriodView,
)
from contracts.vocabulary import FigureKind, FigureState, Verdict
from services.kpi import views
from services.kpi.editions.domain import Entry, corrected_for, entries_of, shown, unlike
from services.kpi.editions.periods import Period
from services.kpi.editions.tables import Edition
from services.kpi.indicators import Indicator, Library
from services.kpi.indicators.nodes import Reported
from services.kpi.structure import Units


@dataclass(frozen=True)
class Corrections:
    """What was corrected since an edition, and what figures count of it."""

    library: Library
    units: Units
    told: Sequence[tuple[str, str, Mapping[str, int]]] = ()
    """Dossier, field, and amounts by measure."""

    def of(self, name: str) -> int | None:
        """How many dossiers behind a figure were corrected; none where it is not counted over dossiers."""
        indicator = self.library.indicators.get(name)
        counts = measures_of(indicator) if indicator else None
        if counts is None:
            return None
        measures, fields = counts
        return corrected_for(self.told, measures, sorted(self.units.filed_under(fields)))


def entry_view(entry: Entry) -> EntryView:
    """One figure of an edition."""
    return EntryView.model_validate(asdict(entry))


def edition_view(row: Edition, *, figures: bool = True) -> EditionView:
    """An edition, with or without its figures."""
    told: dict[str, Any] = json.loads(row.body)
    return EditionView(
        place=row.place,
        kind=row.kind,
        key=row.key,
        agency=row.agency,
        structure=row.structure,
        period_from=row.first,
        period_to=row.end,
        number=row.number,
        cut_at=row.cut_at,
        closed_by=told["closed_by"],
        reason=told["reason"],
        met=told["met"],
        due=told["due"],
        counted=told["counted"],
        missing=told["missing"],
        cells_digest=told["cells_digest"],
        previous=row.previous,
        hash=row.hash,
        figures=[entry_view(one) for one in entries_of(told)] if figures else [],
    )


def period_view(  # noqa: PLR0917 - the parts of an answer, all named by their types
    period: Period,
    asked: views.Asked,
    now: Sequence[Entry],
    editions: Sequence[Edition],
    chosen: Edition | None,
    corrections: Corrections,
) -> PeriodView:
    """A period, its editions, and what changed since the one that was chosen."""
    closed = entries_of(json.loads(chosen.body)) if chosen else ()
    changed = set(unlike(closed, now)) if chosen else set()
    return PeriodView(
        kind=period.kind,
        key=period.key,
        agency=asked.agency,
        structure=asked.structure,
        period_from=period.span.first,
        period_to=period.span.end,
        over=asked.over,
        closed=edition_view(chosen, figures=False) if chosen else None,
        editions=[edition_view(one, figures=False) for one in editions],
        changed=bool(changed),
        corrected=len({code for code, _, _ in corrections.told}),
        figures=_figures(closed, now, changed, corrections),
        under_check=asked.under_check,
    )


def _figures(
    closed: Sequence[Entry], now: Sequence[Entry], changed: set[str], corrections: Corrections
) -> list[ChangedFigure]:
    before = {one.indicator: one for one in closed}
    after = {one.indicator: one for one in now}
    return [
        _figure(name, before.get(name), after.get(name), corrections, changed=name in changed)
        for name in dict.fromkeys((*before, *after))
    ]


def _figure(
    name: str, was: Entry | None, now: Entry | None, told: Corrections, *, changed: bool
) -> ChangedFigure:
    corrected = told.of(name) if was else None
    vi, en = shown(was, now, corrected) if was and now and changed else (None, None)
    return ChangedFigure(
        indicator=name,
        closed=entry_view(was) if was else None,
        now=entry_view(now) if now else None,
        changed=changed,
        corrected=corrected,
        shown_vi=vi,
        shown_en=en,
    )


def figure_of(indicator: Indicator, entry: Entry, row: Edition, library: Library) -> FigureView:
    """A figure as it stands in an edition, with the definition it was closed by."""
    kept = library.written.indicators.get((entry.indicator, entry.definition_version))
    known = kept.told if kept else indicator
    definition = views.definition(known, library)
    if known.digest != entry.definition_digest:
        # What it was counted by is written nowhere any more: only its version and digest are known.
        by = {"version": entry.definition_version, "digest": entry.definition_digest, "file": None}
        definition = definition.model_copy(update=by)
    told: dict[str, Any] = json.loads(row.body)
    return FigureView(
        indicator=indicator.id,
        kind=FigureKind(entry.kind),
        count=entry.count,
        among=entry.among,
        value=entry.value,
        state=FigureState(entry.state),
        provisional=False,
        verdict=Verdict(entry.verdict),
        target=views.target_view(indicator.target),
        definition=definition,
        agency=row.agency,
        period_from=row.first,
        period_to=row.end,
        as_of=row.cut_at,
        structure=row.structure,
        cells_digest=told["cells_digest"],
        unknown=entry.unknown,
        unplaced=entry.unplaced,
        missing=list(entry.missing),
        of=entry.of,
        edition=mark(row),
    )


def mark(row: Edition) -> EditionMark:
    """Which edition it is."""
    return EditionMark(
        place=row.place, kind=row.kind, key=row.key, number=row.number, hash=row.hash
    )


def measures_of(indicator: Indicator) -> tuple[frozenset[str], Sequence[str]] | None:
    """What the dossiers behind a figure count in, and of which fields; none if it counts something else."""
    ratio, count = indicator.value.ratio, indicator.value.count
    if count is not None:
        return frozenset(count.of), count.fields
    if ratio is None:
        return None
    among = () if isinstance(ratio.among, Reported) else ratio.among
    return frozenset((*ratio.of, *among)), ratio.fields
