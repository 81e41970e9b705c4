"""The scripts as they are served: packed once, told apart by what is in them."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from functools import cache

from gateway.widget.building import SERVED, VERSIONS, integrity


@dataclass(frozen=True)
class Script:
    """One version of a script."""

    name: str
    """Of its file; it carries the digest of the content."""
    content: bytes
    packed: bytes
    """The same, compressed by gzip."""
    integrity: str
    """For the attribute of that name (SRI)."""


@cache
def scripts() -> dict[str, Script]:
    """Every script that is served, by its own name and, where it is the current version, by its short one."""
    found: dict[str, Script] = {}
    for short, versions in json.loads(VERSIONS.read_text("utf-8")).items():
        for name in (versions["current"], *versions["kept"]):
            content = (SERVED / name).read_bytes()
            packed = gzip.compress(content, 9, mtime=0)
            found[name] = Script(name, content, packed, integrity(content))
        found[short] = found[versions["current"]]
    return found


def current(short: str) -> Script:
    """The version of a script that new pages load. Raises `KeyError` where there is no such script."""
    return scripts()[short]


@cache
def versions() -> dict[str, dict[str, object]]:
    """The current version of each script and those kept, with what pages write into ``integrity``."""
    told: dict[str, dict[str, object]] = {}
    for short, names in json.loads(VERSIONS.read_text("utf-8")).items():
        told[short] = {
            "current": _told(names["current"]),
            "kept": [_told(name) for name in names["kept"]],
        }
    return told


def _told(name: str) -> dict[str, object]:
    script = scripts()[name]
    return {
        "url": f"/widget/v1/{name}",
        "integrity": script.integrity,
        "bytes": len(script.content),
        "bytes_gzip": len(script.packed),
    }
