"""Reads an answer of the portal by a mapping: what it says of each department, or where it does not fit.

Nothing is presumed of an answer but its envelope, that departments stand in lists within each other, and two
flags. Numbers are read exactly: a count is an integer, points stay the decimal they are written as.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from contracts.national_evaluations import AnswerMapping
from contracts.problems import FieldError, Invalid
from contracts.wire import CODE_PATTERN

PROVISIONAL = "TEMP_NATIONAL_REPORT_DENOMINATOR"
NO_DATA = "NO_NATIONAL_REPORT_DATA"
AT = "/answer"
MOST_DEPARTMENTS = 5_000
MOST_LEVELS = 20
MOST_DIGITS = 15
LONGEST_NAME = 300
_INTEGER = re.compile(r"(\d{1,15})(\.0+)?", re.ASCII)
_DECIMAL = re.compile(r"\d{1,9}(\.\d{1,6})?", re.ASCII)
_CODE = re.compile(CODE_PATTERN)
_MISSING = object()


class AnswerUnfit(Invalid):
    """The portal's answer does not fit the places it is read at."""

    title_vi = "Câu trả lời của Cổng không khớp với ánh xạ"


class AnswerNotOk(Invalid):
    """The portal's answer is a refusal, or no answer at all."""

    title_vi = "Câu trả lời của Cổng không thành công"


@dataclass(frozen=True)
class NationalFigure:
    """What the portal told of one department and component; None is not told."""

    department: str
    code: str | None
    name: str | None
    component: str
    count: int | None
    among: int | None
    points: str | None
    provisional: bool
    reported: bool


def figures(answer: str, mapping: AnswerMapping) -> list[NationalFigure]:
    """What an answer tells, in its order. Raises `AnswerNotOk`, `AnswerUnfit`."""
    whole = _envelope(answer)
    told = _found(whole, mapping.nodes)
    if told is _MISSING or not isinstance(told, dict | list):
        _unfit(mapping.nodes, "departments", "Name where the list of departments stands.")
    around = _flags(whole) | _flags(whole.get("data"))
    found: list[NationalFigure] = []
    places: dict[str, str] = {}
    for node, at in _departments(told, mapping):
        department = _department(node, at, mapping)
        if department in places:
            detail = f"A department stands twice, also at {AT}{places[department]}."
            _unfit(f"{at}{mapping.department}", "twice", detail)
        places[department] = at
        found += _of_department(department, node, at, mapping, around)
    if not found:
        _unfit(mapping.nodes, "empty", "There is no department in the list.")
    return found


def _envelope(answer: str) -> dict[str, Any]:
    """The whole answer, once it says that it is one."""
    try:
        whole = json.loads(
            answer,
            parse_float=str,
            parse_int=_integer,
            parse_constant=_no_number,
            object_pairs_hook=_once,
        )
    except (ValueError, RecursionError) as bad:
        detail = "Send the body of the portal's answer as it came: it is no JSON of single names."
        raise AnswerNotOk(detail, errors=[_error("", "no-json", detail)]) from bad
    if not isinstance(whole, dict) or whole.get("code") != "OK":
        detail = 'An answer has "code": "OK"; ask the portal again.'
        raise AnswerNotOk(detail, errors=[_error("/code", "not-ok", detail)])
    return whole


def _departments(told: Any, mapping: AnswerMapping) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Every department with its place, those above before those below them."""
    waiting: list[tuple[Any, str, int]] = [(told, mapping.nodes, 1)]
    seen = 0
    while waiting:
        one, at, level = waiting.pop()
        if isinstance(one, list):
            waiting += [(each, f"{at}/{n}", level) for n, each in enumerate(one)][::-1]
            continue
        seen += 1
        if seen > MOST_DEPARTMENTS or level > MOST_LEVELS:
            detail = f"At most {MOST_DEPARTMENTS} departments in {MOST_LEVELS} levels are read."
            _unfit(at, "too-many", detail)
        if not isinstance(one, dict):
            _unfit(at, "no-department", "A department is an object.")
        yield one, at
        if mapping.children is None:
            continue
        below = _found(one, mapping.children)
        if below is _MISSING or below is None:
            continue
        if not isinstance(below, list):
            _unfit(f"{at}{mapping.children}", "no-list", "Departments below it stand in a list.")
        waiting.append((below, f"{at}{mapping.children}", level + 1))


def _department(node: Mapping[str, Any], at: str, mapping: AnswerMapping) -> str:
    told = _found(node, mapping.department)
    place = f"{at}{mapping.department}"
    if told is _MISSING or told is None:
        _unfit(place, "missing", "Every department has an id there.")
    text = str(told)
    if isinstance(told, bool | dict | list) or len(text) > 64 or not _CODE.fullmatch(text):  # noqa: PLR2004 - of a Code
        _unfit(place, "no-id", "An id is 1 to 64 letters, digits or . _ / -")
    return text


def _of_department(
    department: str,
    node: Mapping[str, Any],
    at: str,
    mapping: AnswerMapping,
    around: frozenset[str],
) -> Iterator[NationalFigure]:
    code, name = (_text(node, at, pointer) for pointer in (mapping.code, mapping.name))
    for component, places in mapping.components.items():
        flags = around | _flags(node) | _flags(_found(node, _above(places.count)))
        reported = NO_DATA not in flags
        read = [
            _number(node, at, places.count, needed=reported),
            _number(node, at, places.among, needed=reported),
            _points(node, at, places.points, needed=reported),
        ]
        # A number beside the word that there is none is no number; the answer itself is kept.
        count, among, points = read if reported else (None, None, None)
        yield NationalFigure(
            department=department,
            code=code,
            name=name,
            component=component,
            count=None if count is None else int(count),
            among=None if among is None else int(among),
            points=points,
            provisional=PROVISIONAL in flags,
            reported=reported,
        )


def _number(node: Any, at: str, pointer: str, *, needed: bool) -> str | None:
    """A count as its digits; None where the portal says null, which is not 0."""
    told = _scalar(node, at, pointer, needed=needed)
    if told is None:
        return None
    found = _INTEGER.fullmatch(str(told))
    if found is None:
        _unfit(f"{at}{pointer}", "no-count", "A count is an integer from 0 on, or null.")
    return found[1]


def _points(node: Any, at: str, pointer: str | None, *, needed: bool) -> str | None:
    told = None if pointer is None else _scalar(node, at, pointer, needed=needed)
    if told is None:
        return None
    text = str(told)
    if not _DECIMAL.fullmatch(text):
        detail = "Points are a decimal from 0 on with at most 6 places, or null."
        _unfit(f"{at}{pointer}", "no-points", detail)
    return text


def _scalar(node: Any, at: str, pointer: str, *, needed: bool) -> Any:
    told = _found(node, pointer)
    if told is _MISSING:
        if not needed:
            return None
        _unfit(f"{at}{pointer}", "missing", "A number or null stands there.")
    if isinstance(told, bool | dict | list):
        _unfit(f"{at}{pointer}", "no-number", "A number or null stands there.")
    return told


def _text(node: Any, at: str, pointer: str | None) -> str | None:
    told = None if pointer is None else _found(node, pointer)
    if told is None or told is _MISSING or told == "":
        return None
    # What cannot be shown is left out of a name; the answer itself is kept as it is.
    text = "".join(filter(str.isprintable, " ".join(str(told).split())))
    if isinstance(told, bool | dict | list) or len(text) > LONGEST_NAME:
        _unfit(f"{at}{pointer}", "no-text", f"One line of at most {LONGEST_NAME} characters.")
    return text


def _flags(node: Any) -> frozenset[str]:
    """The flags an object carries: as a member set to true, as a value, or in a list of values."""
    if not isinstance(node, dict):
        return frozenset()
    told = {name for name, value in node.items() if value is True}
    for value in node.values():
        each = value if isinstance(value, list) else [value]
        told.update(one for one in each if isinstance(one, str))
    return frozenset(told & {PROVISIONAL, NO_DATA})


def _found(value: Any, pointer: str) -> Any:
    """What stands at a JSON Pointer, or `_MISSING`."""
    for step in _steps(pointer):
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return _MISSING
    return value


def _steps(pointer: str) -> Sequence[str]:
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def _above(pointer: str) -> str:
    return pointer.rpartition("/")[0]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a name stands twice")
    return value


def _integer(digits: str) -> Any:
    # Whatever else is in an answer is none of ours: a long id stays the text it is.
    return int(digits) if len(digits) <= MOST_DIGITS else digits


def _no_number(_: str) -> NoReturn:
    raise ValueError("NaN and Infinity are not JSON")


def _error(pointer: str, code: str, detail: str) -> FieldError:
    return FieldError(pointer=f"{AT}{pointer}", code=code, detail=detail)


def _unfit(pointer: str, code: str, detail: str) -> NoReturn:
    error = _error(pointer, code, detail)
    raise AnswerUnfit(f"Correct the mapping of {error.pointer}: {detail}", errors=[error])
