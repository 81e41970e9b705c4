"""What was measured: printed as a table, kept as JSON."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Result:
    """One path beside its limit. Rates are per second, times in milliseconds."""

    path: str
    ours: float
    limit: float
    limit_is: str
    unit: str = "1/s"
    cpu_us: float | None = None
    """Microseconds of our CPU for one operation."""
    p50: float | None = None
    p99: float | None = None
    target: str = ""
    reached: bool | None = None

    @property
    def ratio(self) -> float:
        return self.ours / self.limit if self.limit else 0.0


def machine() -> str:
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"


def show(results: list[Result]) -> None:
    """Print the table."""
    console = Console(width=None if os.isatty(1) else 150)
    table = Table(title=f"Benchmarks on {machine()}", title_justify="left")
    for name in (
        "path",
        "ours",
        "limit in the same run",
        "ratio",
        "CPU µs",
        "p50/p99 ms",
        "target",
        "",
    ):
        table.add_column(name, justify="left" if name in {"path", "target", ""} else "right")
    for one in results:
        times = "" if one.p50 is None else f"{one.p50:.1f} / {one.p99:.1f}"
        word = {True: "reached", False: "short", None: ""}[one.reached]
        table.add_row(
            one.path,
            f"{one.ours:,.1f} {one.unit}" if one.ours < 100 else f"{one.ours:,.0f} {one.unit}",
            f"{one.limit:,.0f} {one.limit_is}"
            if one.limit >= 100
            else f"{one.limit:,.2f} {one.limit_is}",
            f"{one.ratio:.2f}",
            "" if one.cpu_us is None else f"{one.cpu_us:,.0f}",
            times,
            one.target,
            word,
        )
    console.print(table)


def keep(results: list[Result], path: Path) -> None:
    """Write the results to a JSON file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    told = {
        "machine": machine(),
        "results": [asdict(one) | {"ratio": one.ratio} for one in results],
    }
    path.write_text(json.dumps(told, indent=2) + "\n", "utf-8")
