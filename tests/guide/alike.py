"""Whether an answer is the one the page shows.

``…`` stands for what differs each time, or is left out to keep the page short:

- within a text, for any characters of that line; alone on a line, for any lines
- as the last item of a list, for any further items
- as the member ``"…": "…"`` of an object, for any further members

Everything else must be equal, and nothing else may be there.
"""

import json
import re
from typing import Any

from tests.guide.recording import Exchange

REST = "…"
JSON = {"application/json", "application/problem+json"}


def texts_alike(shown: str, real: str) -> bool:
    """Whether a text is the one shown, blank lines around it aside."""
    lines = [
        r"(?s:.*)" if line.strip() == REST else re.escape(line.rstrip()).replace(REST, ".*")
        for line in shown.strip("\n").splitlines()
    ]
    told = "\n".join(line.rstrip() for line in real.strip("\n").splitlines())
    return re.fullmatch("\n".join(lines), told) is not None


def differences(shown: Any, real: Any, at: str = "") -> list[str]:
    """Where a JSON value is not the one shown, by JSON Pointer; empty when it is."""
    if isinstance(shown, str) and REST in shown and not isinstance(real, dict | list):
        pattern = re.escape(shown).replace(REST, ".*")
        told = real if isinstance(real, str) else json.dumps(real)
        return [] if re.fullmatch(pattern, told, re.DOTALL) else [_differs(at, shown, real)]
    if type(shown) is not type(real):
        return [_differs(at, shown, real)]
    if isinstance(shown, dict):
        more = shown.get(REST) == REST
        named = {key for key in shown if not (more and key == REST)}
        missing = [f"{at}/{key} is not there" for key in sorted(named - real.keys())]
        untold = [f"{at}/{key} is not shown" for key in sorted(real.keys() - named) if not more]
        both = sorted(named & real.keys())
        inner = [
            found for key in both for found in differences(shown[key], real[key], f"{at}/{key}")
        ]
        return [*missing, *untold, *inner]
    if isinstance(shown, list):
        more = shown[-1:] == [REST]
        items = shown[:-1] if more else shown
        if len(items) > len(real) or (not more and len(items) != len(real)):
            return [f"{at} has {len(real)} items, not {len(items)}"]
        pairs = enumerate(zip(items, real, strict=False))
        return [
            found for n, (one, other) in pairs for found in differences(one, other, f"{at}/{n}")
        ]
    return [] if shown == real else [_differs(at, shown, real)]


def _differs(at: str, shown: object, real: object) -> str:
    return f"{at or '/'}: shown {shown!r}, is {real!r}"


def answer_differs(shown: str, real: Exchange) -> list[str]:
    """Where an answer is not the ``http`` block shown. A body that is not shown may be anything."""
    head, _, body = shown.partition("\n\n")
    first, *lines = head.splitlines()
    found = []
    if not first.startswith(f"HTTP/1.1 {real.status} "):
        found.append(f"status: shown {first}, is {real.status}")
    for line in lines:
        name, _, value = line.partition(": ")
        told = real.headers.get(name.lower())
        if told is None or not texts_alike(value, told):
            found.append(f"header {name}: shown {value}, is {told}")
    if body.strip():
        text = real.body.decode("utf-8-sig")
        if real.headers.get("content-type", "").partition(";")[0] in JSON:
            found += differences(json.loads(body), json.loads(text))
        elif not texts_alike(body, text):
            found.append("the body is another one")
    if found:
        found.append(real.body.decode("utf-8", "replace")[:3000])
    return found
