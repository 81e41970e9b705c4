"""What definitions cannot say together: names of nothing, circles, versions that overlap. Values only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from services.kpi.indicators.definitions import Indicator
from services.kpi.indicators.needs import measures_named
from services.kpi.indicators.versions import Definitions, Kept, Origin, V

SECRET = frozenset({"satisfied", "satisfied_online", "s1", "s2", "s3", "s4", "s5"})
"""Measures that tell how satisfied citizens were: what counts them is confidential."""


class DefinitionInvalid(ValueError):
    """A definition file does not keep the format; the message has a line for each fault."""


def in_order(versions: Sequence[Kept[V]]) -> tuple[Kept[V], ...]:
    """Versions of one thing in the order in which they are in force, each with its end.

    One that tells no end is in force until the next begins. Raises `DefinitionInvalid` where two are in
    force on one day.
    """
    told = sorted(versions, key=lambda one: (_begins(one), one.told.version))
    found = []
    for place, kept in enumerate(told):
        following = told[place + 1] if place + 1 < len(told) else None
        if following is not None:
            _refuse_overlap(kept, following)
        begins = following.told.effective_from if following else None
        found.append(replace(kept, until=kept.told.effective_to or begins))
    return tuple(found)


def _begins(kept: Kept[V]) -> date:
    return kept.told.effective_from or date.min


def _refuse_overlap(kept: Kept[V], following: Kept[V]) -> None:
    one, other = kept.told, following.told
    first, later = f"version {one.version} ({kept.origin.at})", f"version {other.version}"
    if _begins(kept) == _begins(following):
        since = f"on {other.effective_from}" if other.effective_from else "from the beginning"
        raise DefinitionInvalid(
            f"{following.origin.at}: {other.id}: {later} and {first} are both in force {since}: write "
            "in `effective_from` the first day on which this one takes the other's place"
        )
    if one.effective_to is not None and one.effective_to > _begins(following):
        raise DefinitionInvalid(
            f"{following.origin.at}: {other.id}: {later} is in force from {other.effective_from}, and "
            f"{first} until the day before {one.effective_to}: end that one by then, or begin this one "
            "later"
        )


def refuse_loose_ends(told: Definitions, own: Mapping[str, Origin]) -> None:
    """Raise `DefinitionInvalid` for what names nothing, is made from itself, or tells too much.

    `own` are the series that are no shipped ones, and where they are written.
    """
    for plans in told.plans.values():
        for plan in plans:
            _refuse_strangers(plan.origin, told, [one.indicator for one in plan.told.targets])
            _refuse_unknown_series(plan.origin, told, plan.told.series)
    for name, origin in own.items():
        for plan_named in told.series[name].plans:
            if plan_named not in told.plans:
                raise DefinitionInvalid(
                    f"{origin.at}: there is no plan {plan_named}; see the ids of the plans"
                )
    known = told.indicators.keys() | {f"plan {plan}" for plan in told.plans}
    for versions in told.indicators.values():
        for kept in versions:
            for name in sorted(kept.told.names - known):
                raise DefinitionInvalid(
                    f"{kept.origin.at}: {kept.told.id} is made from {name}, which is not defined; "
                    "define it, or name another"
                )
            _refuse_told_satisfaction(kept)
    _refuse_circles(told)


def _refuse_strangers(origin: Origin, told: Definitions, names: Sequence[str]) -> None:
    for name in names:
        if name not in told.indicators:
            raise DefinitionInvalid(
                f"{origin.at}: there is no indicator {name}; see the ids of the indicators"
            )


def _refuse_unknown_series(origin: Origin, told: Definitions, names: Sequence[str]) -> None:
    for name in names:
        if name not in told.series:
            raise DefinitionInvalid(
                f"{origin.at}: there is no series {name}; list it under `series`, with its owner"
            )
        if told.series[name].owner == "nobody":
            raise DefinitionInvalid(
                f"{origin.at}: nobody owes {name}, so no plan asks for it; leave it out"
            )


def _refuse_told_satisfaction(kept: Kept[Indicator]) -> None:
    counted = sorted(measures_named(kept.told.value) & SECRET)
    if counted and not kept.told.confidential:
        raise DefinitionInvalid(
            f"{kept.origin.at}: {kept.told.id} counts {', '.join(counted)}, how satisfied citizens "
            "were, and would tell it of a few: write `confidential: true`"
        )


def _refuse_circles(told: Definitions) -> None:
    for library in told.each_time():
        circle = library.circle()
        if circle:
            name = next(one for one in circle if one in library.indicators)
            at = library.kept_of(library.indicators[name]).origin.at
            raise DefinitionInvalid(
                f"{at}: {' from '.join(circle)}: a figure cannot be made from itself; break the circle"
            )
