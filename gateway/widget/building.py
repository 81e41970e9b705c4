"""How the scripts are made from their sources: comments and indents go, nothing else is touched.

It runs when a source is changed (``python .ci/widget.py``), never where the suite is installed.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
SOURCE: Final = HERE / "source"
SERVED: Final = HERE / "served"
VERSIONS: Final = SERVED / "versions.json"
"""Which file of each script is the current one, and which are kept for those who pinned them."""

DIGITS: Final = 12
"""Of the digest, in a file's name."""


WORDS: Final = re.compile(r'("[^"\n]*"|`[^`]*`)')
"""What stands in quotes; sources use no others, and none within a template."""

ROOM: Final = re.compile(r" ?(=>|[=<>!]==|&&|\|\||\?\?=?|[{}()\[\],;:?=<>|]) ?")
"""Signs that need no room around them. Not plus and minus: two of them mean something else."""


ENDS: Final = re.compile(r"(?<=[{,;(\[])\n|\n(?=[})\]])|;\n?(?=})")
"""Ends of lines, and semicolons before a closing brace, that say nothing."""


def tightened(source: str) -> str:
    r"""A script without lines that are comments, indents, empty lines, and room around signs.

    >>> tightened('// why\nconst a = { b: "c : d" };\n\n  a();\n')
    'const a={b:"c : d"};a();'
    """
    lines = (line.strip() for line in source.splitlines())
    kept = "\n".join(line for line in lines if line and not line.startswith("//")) + "\n"
    parts = WORDS.split(kept)
    return "".join(
        part if place % 2 else ENDS.sub("", ROOM.sub(r"\1", part))
        for place, part in enumerate(parts)
    )


def hashed_name(name: str, content: bytes) -> str:
    """The name of a version of a script.

    >>> hashed_name("motcua-rating.js", b"")
    'motcua-rating.e3b0c44298fc.js'
    """
    digest = hashlib.sha256(content).hexdigest()[:DIGITS]
    return f"{name.removesuffix('.js')}.{digest}.js"


def integrity(content: bytes) -> str:
    """What a page writes into ``integrity`` so that its browser runs this content alone (SRI)."""
    return f"sha384-{base64.b64encode(hashlib.sha384(content).digest()).decode()}"


def built(source: Path = SOURCE) -> dict[str, bytes]:
    """Every script by name, as its source would be served."""
    return {
        path.name: tightened(path.read_text("utf-8")).encode()
        for path in sorted(source.glob("*.js"))
    }


def build(source: Path = SOURCE, served: Path = SERVED, *, keep: bool) -> list[str]:
    """Write what is served; with `keep` the versions before stay beside it. The names of current ones."""
    versions = served / VERSIONS.name
    before = json.loads(versions.read_text("utf-8")) if versions.exists() else {}
    found: dict[str, dict[str, object]] = {}
    names = []
    for name, content in built(source).items():
        current = hashed_name(name, content)
        was = before.get(name, {"current": None, "kept": []})
        kept = [each for each in was["kept"] if each != current]
        if was["current"] not in {None, current}:
            if keep:
                kept.append(was["current"])
            else:
                (served / was["current"]).unlink(missing_ok=True)
        (served / current).write_bytes(content)
        found[name] = {"current": current, "kept": kept}
        names.append(current)
    versions.write_text(json.dumps(found, indent=2) + "\n", "utf-8")
    return names
