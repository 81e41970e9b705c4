"""What leaders wait for: a scoreboard and a figure, against a server that answers a constant."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from benchmarks.filing import CATALOGUE
from benchmarks.load import drive, request
from benchmarks.places import Place, prepared, process
from benchmarks.results import Result
from chassis.settings import Settings
from tests.servers.node import free_port

RAW = """
import sys, uvicorn
BODY = b"x" * int(sys.argv[2])
async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    headers = [(b"content-length", str(len(BODY)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": BODY})
uvicorn.run(app, port=int(sys.argv[1]), log_config=None, access_log=False, lifespan="off")
"""


def measure_board(place: Place, rounds: int) -> list[Result]:
    """The scoreboard of a plan over a demo's city, one request after the other."""
    settings = Settings(data=place.fresh())
    token = prepared(settings)
    ours, limits, cpu = [], [], []
    port = free_port()
    raw = subprocess.Popen([sys.executable, "-c", RAW, str(port), "9000"])
    try:
        with (
            process(settings, "serve", "kpi") as kpi,
            process(settings, "serve", "intake") as intake,
        ):
            del intake
            ask = request("GET", "/v1/plans/hcmc-2020/scoreboard?agency=H29", token)
            time.sleep(1)
            drive(kpi.port, [ask] * 20, 1)
            for _ in range(rounds):
                begun = kpi.cpu_seconds()
                ours.append(drive(kpi.port, [ask] * 200, 1))
                cpu.append((kpi.cpu_seconds() - begun) / 200 * 1e6)
                limits.append(drive(port, [ask] * 2000, 1))
    finally:
        raw.terminate()
        raw.wait()
    rate = statistics.median(one["rate"] for one in ours)
    return [
        Result(
            "scoreboard, 20 targets, SQLite",
            rate,
            statistics.median(one["rate"] for one in limits),
            "raw ASGI app",
            cpu_us=statistics.median(cpu),
            p50=statistics.median(one["p50"] for one in ours),
            p99=statistics.median(one["p99"] for one in ours),
            target="p99 < 50 ms",
            reached=statistics.median(one["p99"] for one in ours) < 50,
        )
    ]


__all__ = ["CATALOGUE", "measure_board"]
