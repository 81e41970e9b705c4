"""`make bench`: measure every path, print the table, keep the figures."""

from __future__ import annotations

import argparse
import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from benchmarks.absorbing import measure_absorbing
from benchmarks.edge import measure_edge
from benchmarks.events import measure_latency, measure_relay_and_consumer
from benchmarks.figures import measure_figures
from benchmarks.filing import measure_bulk, measure_embedded, measure_gateway, measure_postgres
from benchmarks.freshness import measure_freshness
from benchmarks.importing import measure_import
from benchmarks.outward import measure_push, measure_webhooks
from benchmarks.places import Place, place
from benchmarks.post import measure_callbacks, measure_mail
from benchmarks.ratings import measure_ratings, measure_summaries
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
    parser.add_argument("--rows", type=int, default=20_000, help="rows of an imported file")
    parser.add_argument("--items", type=int, default=5_000, help="items of the post to fold")
    parser.add_argument(
        "--facts", type=int, default=1_000_000, help="dossiers that figures are counted over"
    )
    parser.add_argument(
        "--rate",
        type=int,
        action="append",
        help="events a second, from which to the figure is timed",
    )
    parser.add_argument("--json", type=Path, default=Path("var/bench/results.json"))
    asked = parser.parse_args()
    logging.disable(logging.WARNING)
    rounds = asked.rounds
    paths: dict[str, Callable[[Place], list[Result]]] = {
        "filing": lambda p: measure_postgres(p, rounds, 3000),
        "embedded": lambda p: measure_embedded(p, rounds, 3000),
        "gateway": lambda p: measure_gateway(p, rounds, 1500),
        "edge": lambda p: measure_edge(p, rounds, 4000),
        "bulk": lambda p: measure_bulk(p, rounds),
        "import": lambda p: measure_import(p, asked.rows),
        "events": lambda p: asyncio.run(measure_relay_and_consumer(p, 8000)),
        "latency": lambda p: asyncio.run(measure_latency(p, 8)),
        "push": lambda p: asyncio.run(measure_push(p, 300)),
        "webhooks": lambda p: asyncio.run(measure_webhooks(p, 30, 1500)),
        "post": lambda p: measure_callbacks(p, rounds),
        "mail": lambda p: measure_mail(p, asked.items),
        "ratings": lambda p: measure_ratings(p, rounds, 3000) + measure_summaries(p, rounds),
        "board": lambda p: measure_board(p, rounds),
        "figures": lambda p: measure_figures(p, asked.facts, 20),
        "absorbing": lambda p: measure_absorbing(p, rounds, 10_000),
        "freshness": lambda p: measure_freshness(p, asked.rate or [1000], 10),
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
