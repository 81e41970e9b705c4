"""What a check finds, step by step, and how it is told."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from rich.console import Console


class Verdict(StrEnum):
    """How a step went."""

    WORKS = "works"
    MISSING = "missing"
    """These credentials may not: an operator can change that, and nothing is wrong."""
    LEFT_OUT = "left-out"
    """Not tried, so that no trace is left where it does not belong, or because an earlier step is needed."""
    FAILS = "fails"


MARKS = {
    Verdict.WORKS: ("✓", "green"),
    Verdict.MISSING: ("–", "yellow"),
    Verdict.LEFT_OUT: ("·", "dim"),
    Verdict.FAILS: ("✗", "red"),
}


@dataclass(frozen=True)
class Finding:
    """How one step went, what was seen, and what to do about it."""

    step: str
    verdict: Verdict
    seen: str
    to_do: str = ""

    def told(self) -> dict[str, Any]:
        """The finding for programs."""
        return {**asdict(self), "verdict": str(self.verdict)}


def tell(finding: Finding, screen: Console) -> None:
    """Print a finding: a tick on a terminal, a plain line elsewhere."""
    mark, colour = MARKS[finding.verdict]
    advice = f" {finding.to_do}" if finding.to_do else ""
    if screen.is_terminal:
        screen.print(f"[{colour}]{mark}[/] {finding.step:22} ", end="")
        screen.print(f"{finding.seen}{advice}", markup=False, highlight=False)
        return
    line = f"{finding.verdict:9} {finding.step:22} {finding.seen}{advice}"
    screen.print(line, markup=False, highlight=False, soft_wrap=True)


def summary(findings: list[Finding]) -> str:
    """How many steps went how.

    >>> summary([Finding("a", Verdict.WORKS, ""), Finding("b", Verdict.MISSING, "")])
    '1 works, 1 missing, 0 left-out, 0 fails'
    """
    counts = {verdict: sum(f.verdict is verdict for f in findings) for verdict in Verdict}
    return ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
