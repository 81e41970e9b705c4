"""Reads the pages of the guide: their blocks in order, and what is shown under them.

========  ==========================================================================================
``bash``  commands of the operator: run in both stories
``sh``    a call in curl, run in the one story; followed at once by the same call in Python
``python``  run in the other story
``console``  a command that stays up in a terminal of its own
========  ==========================================================================================

Directly below a pair may stand, once, what comes of it: ``http`` is what motcua answered to the last call,
``text`` and ``csv`` are what was printed. A comment before a pair names weather: see `Weather`.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

PARTNERS = Path(__file__).parents[2] / "docs" / "partners"
FENCE = re.compile(
    r"^(?:<!-- weather: (?P<weather>[a-z ]+) -->\n)?```(?P<kind>[a-z]+)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
SHOWN = {"http", "text", "csv"}


class Weather(StrEnum):
    """What befalls the first request of a block."""

    FAIR = "fair"
    AWAY = "motcua is away"
    """It is answered 503 and does not reach motcua."""
    LOST = "the answer is lost"
    """It reaches motcua, and the connection breaks before the answer."""


@dataclass
class Block:
    """A block that is run, and what the page shows under it."""

    page: str
    line: int
    kind: str
    text: str
    weather: Weather = Weather.FAIR
    shown: list[tuple[str, str]] = field(default_factory=list)

    @property
    def place(self) -> str:
        """Where it stands, for whoever has to mend it."""
        return f"docs/partners/{self.page}:{self.line}"


def blocks_of(*pages: str) -> list[Block]:
    """Every block that is run, in order; what is shown under a pair stands with both of its blocks."""
    found: list[Block] = []
    for page in pages:
        text = (PARTNERS / page).read_text("utf-8")
        above: list[Block] = []
        for fence in FENCE.finditer(text):
            if text[: fence.start()].rstrip("\n")[-3:] != "```" or fence["kind"] in {"sh", "bash"}:
                above = []
            if fence["kind"] in SHOWN:
                for block in above:
                    block.shown.append((fence["kind"], fence["text"]))
                continue
            line = text.count("\n", 0, fence.start("text")) + 1
            weather = Weather(fence["weather"] or (above[0].weather if above else Weather.FAIR))
            above.append(Block(page, line, fence["kind"], fence["text"], weather))
            found.append(above[-1])
    return found
