"""Reads definition files of the format ``kpi/1``; what is wrong is told with its file, line and remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib import resources
from typing import Any, Literal, TypeVar

import yaml
from pydantic import ValidationError

from services.kpi.indicators.definitions import Indicator, Library, Plan, plan_of
from services.kpi.indicators.nodes import Part


class DefinitionInvalid(ValueError):
    """A definition file does not keep the format; the message has a line for each fault."""


class _IndicatorFile(Part):
    format: Literal["kpi/1"]
    indicators: tuple[Indicator, ...]


class _PlanFile(Part):
    format: Literal["kpi/1"]
    plans: tuple[dict[str, Any], ...]


T = TypeVar("T")
Files = Mapping[str, str]
"""Text by file name."""

Place = tuple[str, str, tuple[int | str, ...]]
"""The file's name and text, and where in it an entry stands."""


def read(files: Files) -> Library:
    """The library that some files make together. Raises `DefinitionInvalid`."""
    indicators: dict[str, Indicator] = {}
    plan_files = {}
    places: dict[str, Place] = {}
    for name, text in files.items():
        told = _loaded(name, text)
        if "plans" in told:
            plan_files[name] = (text, told)
            continue
        checked = _checked(_IndicatorFile.model_validate, told, name, text)
        for indicator in checked.indicators:
            if indicator.id in indicators:
                line = _line(text, ("indicators", _place(told, indicator.id)))
                raise DefinitionInvalid(f"{name}, line {line}: {indicator.id} is defined twice")
            indicators[indicator.id] = indicator
            places[indicator.id] = (name, text, ("indicators", _place(told, indicator.id)))
    plans: dict[str, Plan] = {}
    for name, (text, told) in plan_files.items():
        plans |= _plans(name, text, told, indicators)
    library = Library(dict(sorted(indicators.items(), key=_by_row)), plans)
    _refuse_loose_ends(library, places)
    return library


def _by_row(entry: tuple[str, Indicator]) -> tuple[bool, str]:
    """The rows of the plans first, then the components of scores, each in the order of their ids."""
    return entry[0][:1].isdigit(), entry[0]


def _loaded(name: str, text: str) -> dict[str, Any]:
    try:
        told = yaml.safe_load(text)
    except yaml.YAMLError as broken:
        raise DefinitionInvalid(f"{name}: {broken}") from None
    if not isinstance(told, dict):
        raise DefinitionInvalid(f"{name}, line 1: write `format: kpi/1` and a list of indicators")
    return told


def _plans(
    name: str, text: str, told: dict[str, Any], indicators: Mapping[str, Indicator]
) -> dict[str, Plan]:
    found: dict[str, Plan] = {}
    for place, entry in enumerate(_checked(_PlanFile.model_validate, told, name, text).plans):
        line = _line(text, ("plans", place))
        try:
            plan = plan_of(entry, indicators)
        except ValidationError as refused:
            raise DefinitionInvalid(_told(refused, name, text, ("plans", place))) from None
        except ValueError as refused:
            raise DefinitionInvalid(
                f"{name}, line {line}: {refused}; see the ids of the indicators"
            ) from None
        if plan.id in found:
            raise DefinitionInvalid(f"{name}, line {line}: two plans are called {plan.id}")
        found[plan.id] = plan
    return found


def _refuse_loose_ends(library: Library, places: Mapping[str, Place]) -> None:
    def at(id: str) -> str:
        name, text, path = places[id]
        return f"{name}, line {_line(text, path)}"

    known = library.indicators.keys() | {f"plan {plan}" for plan in library.plans}
    for indicator in library.indicators.values():
        for name in sorted(indicator.names - known):
            raise DefinitionInvalid(
                f"{at(indicator.id)}: {indicator.id} is made from {name}, which is not defined; "
                "define it, or name another"
            )
    circle = library.circle()
    if circle:
        place = at(next(one for one in circle if one in places))
        told = " from ".join(circle)
        raise DefinitionInvalid(
            f"{place}: {told}: a figure cannot be made from itself; break the circle"
        )


def _checked(check: Callable[[Any], T], told: Any, name: str, text: str) -> T:
    try:
        return check(told)
    except ValidationError as refused:
        raise DefinitionInvalid(_told(refused, name, text, ())) from None


def _told(refused: ValidationError, name: str, text: str, at: tuple[int | str, ...]) -> str:
    lines = []
    for fault in refused.errors(include_url=False, include_input=False):
        path = (*at, *fault["loc"])
        where = ".".join(str(step) for step in path) or "the file"
        lines.append(f"{name}, line {_line(text, path)}: {where}: {fault['msg']}")
    return "\n".join(lines)


def _line(text: str, path: Iterable[int | str]) -> int:
    """The line of the deepest part of a path that is written there."""
    node: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    line = 1
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


def _place(told: Mapping[str, Any], id: str) -> int:
    """Where the last entry of an id stands."""
    return max(n for n, entry in enumerate(told["indicators"]) if entry.get("id") == id)


def shipped() -> Files:
    """The files that come with the suite."""
    folder = resources.files("services.kpi.indicators") / "shipped"
    files = (one for one in folder.iterdir() if one.name.endswith(".yaml"))
    return {one.name: one.read_text("utf-8") for one in sorted(files, key=lambda one: one.name)}


LIBRARY = read(shipped())
"""What comes with the suite, checked when the service starts."""

INDICATORS = LIBRARY.indicators
"""Every indicator by its id."""

PLANS = LIBRARY.plans
"""Every plan by its id."""
