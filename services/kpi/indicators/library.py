"""Reads definition files of the format ``kpi/1``; what is wrong is told with its file, line and remedy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any, Literal

import yaml
from pydantic import ValidationError

from services.kpi.indicators.definitions import Indicator, Plan
from services.kpi.indicators.faults import DefinitionInvalid, in_order, refuse_loose_ends
from services.kpi.indicators.nodes import Part
from services.kpi.indicators.series import SERIES, Series
from services.kpi.indicators.versions import Definitions, Kept, Origin, V

SERIES_FILE = "series.yaml"


class _File(Part):
    format: Literal["kpi/1"]
    indicators: tuple[Indicator, ...] = ()
    plans: tuple[Plan, ...] = ()
    series: tuple[Series, ...] = ()


Files = Mapping[str, str]
"""Text by file name."""

KINDS = ("indicators", "plans", "series")
"""What a file may list."""


def read(files: Files, beside: Files | None = None) -> Definitions:
    """The definitions that some files make together, beside those of others that were there before them.

    Raises `DefinitionInvalid`.
    """
    indicators: dict[str, list[Kept[Indicator]]] = {}
    plans: dict[str, list[Kept[Plan]]] = {}
    series: dict[str, Series] = dict(SERIES)
    own: dict[str, Origin] = {}
    for shipped_one, told in ((True, beside or {}), (False, files)):
        for name, text in told.items():
            read_file = _read_file(name, text)
            lines = _Lines(text)
            for n, indicator in enumerate(read_file.indicators):
                origin = Origin(name, lines.of(("indicators", n)), shipped_one)
                _add(indicators, Kept(indicator, origin), f"{indicator.id} is defined twice")
            for n, plan in enumerate(read_file.plans):
                origin = Origin(name, lines.of(("plans", n)), shipped_one)
                _add(plans, Kept(plan, origin), f"two plans are called {plan.id}")
            for n, one in enumerate(read_file.series):
                origin = Origin(name, lines.of(("series", n)), shipped_one)
                _refuse_known_series(one, origin, own)
                series[one.id], own[one.id] = one, origin
    made = Definitions(
        indicators={name: in_order(told) for name, told in sorted(indicators.items(), key=_by_row)},
        plans={name: in_order(told) for name, told in plans.items()},
        series=series,
    )
    refuse_loose_ends(made, own)
    return made


def _add(known: dict[str, list[Kept[V]]], kept: Kept[V], fault: str) -> None:
    versions = known.setdefault(kept.told.id, [])
    for other in versions:
        if other.told.version == kept.told.version:
            raise DefinitionInvalid(
                f"{kept.origin.at}: {fault} in version {kept.told.version}, first in "
                f"{other.origin.at}: take one out, or give this one a version of its own"
            )
    versions.append(kept)


def _refuse_known_series(series: Series, origin: Origin, own: Mapping[str, Origin]) -> None:
    if series.id in SERIES or series.id in own:
        first = own[series.id].at if series.id in own else SERIES_FILE
        raise DefinitionInvalid(
            f"{origin.at}: the series {series.id} is there already, in {first}: choose another id, or "
            "have a plan ask for it (`series` of the plan)"
        )


def _by_row(entry: tuple[str, Any]) -> tuple[bool, str]:
    """The rows of the plans first, then the components of scores, each in the order of their ids."""
    return entry[0][:1].isdigit(), entry[0]


def _read_file(name: str, text: str) -> _File:
    try:
        told = yaml.safe_load(text)
    except yaml.YAMLError as broken:
        raise DefinitionInvalid(f"{name}: {broken}") from None
    if not isinstance(told, dict):
        raise DefinitionInvalid(
            f"{name}, line 1: write `format: kpi/1` and a list of indicators, plans or series"
        )
    try:
        found = _File.model_validate(told)
    except ValidationError as refused:
        raise DefinitionInvalid(_told(refused, name, text)) from None
    if not any(kind in told for kind in KINDS):
        raise DefinitionInvalid(f"{name}, line 1: list indicators, plans or series in it")
    return found


def _told(refused: ValidationError, name: str, text: str) -> str:
    lines = _Lines(text)
    found = []
    for fault in refused.errors(include_url=False, include_input=False):
        where = ".".join(str(step) for step in fault["loc"]) or "the file"
        found.append(f"{name}, line {lines.of(fault['loc'])}: {where}: {fault['msg']}")
    return "\n".join(found)


class _Lines:
    """Where the parts of a file stand."""

    def __init__(self, text: str) -> None:
        self._root: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)

    def of(self, path: Iterable[int | str]) -> int:
        """The line of the deepest part of a path that is written there."""
        node, line = self._root, 1
        for step in path:
            found = _child(node, step)
            if found is None:
                break
            node = found
            line = found.start_mark.line + 1
        return line


def _child(node: yaml.Node | None, step: int | str) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        child: yaml.Node = node.value[step]
        return child
    return None


def shipped() -> Files:
    """The files that come with the suite."""
    folder = resources.files("services.kpi.indicators") / "shipped"
    files = (one for one in folder.iterdir() if one.name.endswith(".yaml"))
    return {one.name: one.read_text("utf-8") for one in sorted(files, key=lambda one: one.name)}


SHIPPED = read({}, beside=shipped())
"""What comes with the suite, checked when the service starts."""

LIBRARY = SHIPPED.newest
"""The last version of each definition that comes with the suite."""

INDICATORS = LIBRARY.indicators
"""Every indicator that comes with the suite by its id."""

PLANS = LIBRARY.plans
"""Every plan that comes with the suite by its id."""
