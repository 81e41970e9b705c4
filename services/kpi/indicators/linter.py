"""Looks definitions over: whether each compares as its sentence is written, and can be counted at all.

A finding is a sentence that says what to change; the format itself is checked when a file is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from contracts.vocabulary import FigureKind, Operator, SeriesKind
from services.kpi.indicators.definitions import Indicator
from services.kpi.indicators.needs import values_of
from services.kpi.indicators.nodes import Entities, Reported, Test, Value
from services.kpi.indicators.series import Series
from services.kpi.indicators.versions import A_DAY, Definitions, Kept, V

_STRICT = re.compile(r"\btrên $")
_AT_LEAST = re.compile(r"\b(ít nhất|ít nhất có|tối thiểu|là|đạt tỷ lệ từ) $")
_FROM = re.compile(r"\btừ $")
_OR_MORE = re.compile(r"[^,;]*\btrở lên\b")


_TOLD_AS = {
    FigureKind.RATIO: {SeriesKind.RATIO, SeriesKind.PERCENT},
    FigureKind.COUNT: {SeriesKind.COUNT, SeriesKind.OCCURRENCE},
    FigureKind.LABEL: {SeriesKind.LABEL},
    FigureKind.BOOL: {SeriesKind.BOOL},
}
"""Which kinds of series a reported figure of a kind can be read from."""
_SAYS_YES = {SeriesKind.BOOL, SeriesKind.COUNT, SeriesKind.OCCURRENCE}


def wording(sentence: str, percent: str) -> Operator | None:
    """The operator a sentence compares a percentage with; none where its words are not understood.

    >>> wording("đạt trên 90%", "90%"), wording("từ 20% trở lên", "20%"), wording("chừng 5%", "5%")
    (<Operator.GT: 'gt'>, <Operator.GTE: 'gte'>, None)
    """
    before, _, after = sentence.partition(percent)
    if _STRICT.search(before):
        return Operator.GT
    or_more = _FROM.search(before) and _OR_MORE.match(after)
    return Operator.GTE if _AT_LEAST.search(before) or or_more or percent == "100%" else None


def findings(told: Definitions) -> Iterator[str]:
    """Everything that should be looked at in the definitions."""
    for indicator in (kept.told for versions in told.indicators.values() for kept in versions):
        yield from _words(indicator)
        yield from _emptiness(indicator.id, indicator.value)
        for value in values_of(indicator.value):
            yield from _series(indicator.id, value, told.series)
            yield from _attributes(indicator.id, value)
    plans = [kept.told for versions in told.plans.values() for kept in versions]
    for name in sorted({target.indicator for plan in plans for target in plan.targets}):
        if not all(kept.told.source.sentence.strip() for kept in told.indicators[name]):
            yield f"{name} stands in a plan and cites no sentence: write what its target rests on"
    for name, versions in told.indicators.items():
        yield from _gaps(name, versions)
    for name, plan_versions in told.plans.items():
        yield from _gaps(name, plan_versions)
        if not any(kept.in_force(kept.told.period_to - A_DAY) for kept in plan_versions):
            yield f"{name} is not in force on its own last day: let it be, or ask for other days"


def _gaps(id: str, versions: Sequence[Kept[V]]) -> Iterator[str]:
    """Days between two versions on which neither is in force."""
    for one, other in pairwise(versions):
        if one.until is not None and one.until != other.told.effective_from:
            yield (
                f"{id} is not in force from {one.until} to before {other.told.effective_from}, between "
                f"versions {one.told.version} and {other.told.version}: end the first later, or begin "
                "the second earlier"
            )


def _words(indicator: Indicator) -> Iterator[str]:
    sentence = indicator.source.sentence
    for test in tests_of(indicator):
        if test.value is None or test.plain:
            continue
        percent = f"{test.value * 100}%"
        if percent not in sentence:
            if not indicator.choices:
                yield (
                    f"{indicator.id} asks for {test.shown}, which its sentence does not say: "
                    "tell among `choices` why"
                )
            continue
        written = wording(sentence, percent)
        if written is not None and written is not test.operator:
            yield (
                f"{indicator.id} compares with {test.operator}, its sentence says {written}: "
                "“trên” is gt, “từ … trở lên” is gte"
            )


def _emptiness(id: str, value: Value) -> Iterator[str]:
    node = value.share or value.tally
    if node is not None and node.over != "agency" and node.kinds:
        yield f"{id} names kinds of agencies, but counts over {node.over}: leave `kinds` out"
    if node is not None and node.holds.reported and node.over != "agency":
        yield f"{id} asks for reports of a {node.over}: reports are about agencies"
    ratio = value.ratio
    if ratio is not None and ratio.of == ratio.among:
        yield f"{id} counts {', '.join(ratio.of)} among itself, which is always everything"


def _series(id: str, value: Value, known: Mapping[str, Series]) -> Iterator[str]:
    """Reports that nobody could hand in, or that tell something else than is read."""
    for series, kinds in _read(value):
        if series not in known:
            yield (
                f"{id} reads the series {series}, which nobody owes: list it under `series` with its "
                "owner"
            )
        elif known[series].kind not in kinds:
            told = ", ".join(sorted(kinds))
            yield f"{id} reads {series}, a {known[series].kind}, as one of {told}: make them agree"
    node, figure = value.share or value.tally, value.reported
    if figure is not None and figure.series in known:
        scale = known[figure.series].scale
        if figure.scale != scale:
            yield f"{id} has other grades than {figure.series}: write {', '.join(scale)}"
    if node is None or node.over != "agency":
        return
    for series in (one.reported.series for one in node.holds.each() if one.reported):
        owners = set(known[series].kinds) if series in known else set()
        for kind in sorted(set(node.kinds) - owners if owners else ()):
            yield f"{id} counts agencies that are {kind}, who may not report {series}: leave them out"


def _read(value: Value) -> Iterator[tuple[str, set[SeriesKind]]]:
    """The series a value reads, and the kinds each may be of."""
    if value.reported is not None:
        yield value.reported.series, _TOLD_AS.get(value.reported.kind, set())
    if value.reports is not None:
        yield value.reports.series, set(SeriesKind)
    if value.ratio is not None and isinstance(value.ratio.among, Reported):
        yield value.ratio.among.series, {SeriesKind.COUNT}
    node = value.share or value.tally
    for holds in node.holds.each() if node is not None else ():
        if holds.reported is not None:
            yield holds.reported.series, _SAYS_YES


def _attributes(id: str, value: Value) -> Iterator[str]:
    """Things asked of what has no such thing: nothing would ever be told of them."""
    node = value.share or value.tally
    if not isinstance(node, Entities):
        return
    asked = [*node.where, *(one.attribute for one in node.holds.each() if one.attribute)]
    for name in sorted({one.attribute for one in asked}):
        whose = "agency" if name == "rating_channel" else "procedure"
        if node.over != whose:
            yield f"{id} asks for {name} over {node.over}: it is told over {whose}, count over that"


def tests_of(indicator: Indicator) -> Iterator[Test]:
    """Every comparison a definition makes: its target's, its parts', and that of its units."""
    if indicator.target is not None:
        yield indicator.target
    whole, share = indicator.value.whole, indicator.value.share
    yield from (part.target for part in (whole.parts if whole else ()))
    if share is not None and share.holds.passes is not None:
        yield share.holds.passes.test
