"""What a stand-in keeps: contents that took effect, in lines of JSON that survive a restart."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Content = dict[str, Any]


@dataclass
class Kept:
    """A content that took effect, and how often it was sent."""

    number: int
    """Its place among everything that took effect, from 1."""
    content: Content
    times: int = 1


def keep(file: Path | None, lines: Iterable[dict[str, Any]]) -> None:
    """Append lines to a file, all in one write; to no file nothing."""
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    if file is not None:
        with file.open("a", encoding="utf-8") as opened:
            opened.write(text)


def lines_of(file: Path | None) -> Iterator[dict[str, Any]]:
    """The lines of a file; one that a crash cut short is taken away, or the next would continue it."""
    if file is None:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        return
    whole, mark, _ = file.read_text("utf-8", errors="replace").rpartition("\n")
    file.write_text(whole + mark, "utf-8")
    yield from map(json.loads, whole.splitlines())
