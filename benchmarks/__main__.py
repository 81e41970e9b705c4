"""`make bench`: measure every path, print the table, keep the figures."""

from __future__ import annotations

import argparse
import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from benchmarks.events import measure_latency, measure_relay_and_consumer
from benchmarks.filing import measure_bulk, measure_embedded, measure_gateway, measure_postgres
from benchmarks.places import Place, place
from benchmarks.reading import measure_board
from benchmarks.results import Result, keep, show
from benchmarks.sweep import measure_sweep


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument(
        "--rounds", type=int, default=3, help="rounds of each path, in turns with its limit"
    )
    parser.add_argument(
        "--only", action="append", help="only these paths (filing, gateway, bulk, ...)"
    )
    parser.add_argument("--json", type=Path, default=Path("var/bench/results.json"))
    asked = parser.parse_args()
    logging.disable(logging.WARNING)
    rounds = asked.rounds
    paths: dict[str, Callable[[Place], list[Result]]] = {
        "filing": lambda p: measure_postgres(p, rounds, 3000),
        "embedded": lambda p: measure_embedded(p, rounds, 3000),
        "gateway": lambda p: measure_gateway(p, rounds, 1500),
        "bulk": lambda p: measure_bulk(p, rounds),
        "events": lambda p: asyncio.run(measure_relay_and_consumer(p, 8000)),
        "latency": lambda p: asyncio.run(measure_latency(p, 8)),
        "board": lambda p: measure_board(p, rounds),
        "sweep": lambda p: measure_sweep(p, rounds),
    }
    results: list[Result] = []
    with place() as here:
        for name, measure in paths.items():
            if not asked.only or name in asked.only:
                print(f"measuring {name} ...", flush=True)
                results += measure(here)
    show(results)
    keep(results, asked.json)
    print(f"kept in {asked.json}")


if __name__ == "__main__":
    main()
