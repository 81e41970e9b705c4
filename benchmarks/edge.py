"""What the door costs: mounted in one process and in front of another, beside the service and a bare app."""

from __future__ import annotations

import socket
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager

from benchmarks.filing import CONNECTIONS, Numbers, catalogue
from benchmarks.load import drive, request
from benchmarks.places import BEHIND, Place, Process, prepared, process
from benchmarks.reading import RAW
from benchmarks.results import Result
from chassis.settings import Settings
from tests.servers.node import free_port

WIDE = "100000000/1"
"""Limits count every request and refuse none."""

ASK = "/v1/agencies/000.00.19.H29"
ANSWER_BYTES = 230


def measure_edge(place: Place, rounds: int, count: int) -> list[Result]:
    """A question and a filing, each directly, through the mounted and through the split gateway, in turns."""
    settings = Settings(data=place.fresh(), limit_read=WIDE, limit_write=WIDE, limit_network=WIDE)
    token = prepared(settings)
    ask = request("GET", ASK, token)
    numbers = Numbers()
    runs: dict[str, Runs] = {}
    with process(settings, "serve", "intake") as intake:
        catalogue(intake, token)
        upstream = ",".join(f"{name}=http://127.0.0.1:{intake.port}" for name in BEHIND)
        split = settings.model_copy(update={"upstream_url": upstream})
        split.model_fields_set.add("upstream_url")
        mounted = settings.model_copy(update={"data": place.fresh()})
        mounted_token = prepared(mounted)
        with (
            process(split, "serve", "gateway") as front,
            process(mounted, "up") as whole,
            _raw() as raw,
        ):
            catalogue(whole, mounted_token)
            servers = {
                "raw": (raw, token, None),
                "direct": (intake.port, token, intake),
                "split": (front.port, token, front),
                "mounted": (whole.port, mounted_token, whole),
            }
            runs = {name: Runs() for name in servers}
            for _ in range(rounds + 1):
                for name, (port, held, server) in servers.items():
                    asking = request("GET", ASK, held) if server else ask
                    runs[name].ask(port, asking, count, server)
                    if server is not None:
                        runs[name].file(port, numbers.filings(count // 2, held), server)
    return _results(runs)


class Runs:
    """What was measured of one way; the first round only warms up."""

    def __init__(self) -> None:
        self.asked: list[dict[str, float]] = []
        self.alone: list[dict[str, float]] = []
        self.filed: list[dict[str, float]] = []
        self.cpu: list[float] = []
        self.filing_cpu: list[float] = []

    def ask(self, port: int, asking: bytes, count: int, server: Process | None) -> None:
        begun = server.cpu_seconds() if server else 0.0
        self.asked.append(drive(port, [asking] * count, CONNECTIONS))
        if server:
            self.cpu.append((server.cpu_seconds() - begun) / count * 1e6)
        self.alone.append(drive(port, [asking] * (count // 4), 1))

    def file(self, port: int, filings: list[bytes], server: Process) -> None:
        begun = server.cpu_seconds()
        self.filed.append(drive(port, filings, CONNECTIONS))
        self.filing_cpu.append((server.cpu_seconds() - begun) / len(filings) * 1e6)


def middle(runs: list[dict[str, float]], name: str) -> float:
    """The median of all rounds but the first."""
    return statistics.median(one[name] for one in runs[1:])


def _results(runs: dict[str, Runs]) -> list[Result]:
    direct = runs["direct"]
    rate = middle(direct.asked, "rate")
    results = [
        Result(
            "question at the service",
            rate,
            middle(runs["raw"].asked, "rate"),
            "bare ASGI app",
            cpu_us=statistics.median(direct.cpu[1:]),
            p50=middle(direct.asked, "p50"),
            p99=middle(direct.asked, "p99"),
        )
    ]
    for name, least, most in (("mounted", 0.70, 0.05), ("split", 0.40, 0.50)):
        way = runs[name]
        ratio = middle(way.asked, "rate") / rate
        added = middle(way.alone, "p50") - middle(direct.alone, "p50")
        # The mounted gateway shares the service's process: what it adds is the difference.
        cpu = statistics.median(way.cpu[1:])
        cpu -= statistics.median(direct.cpu[1:]) if name == "mounted" else 0
        results.append(
            Result(
                f"question through the gateway, {name}: {added:+.3f} ms",
                middle(way.asked, "rate"),
                rate,
                "the service directly",
                cpu_us=cpu,
                p50=middle(way.asked, "p50"),
                p99=middle(way.asked, "p99"),
                target=f"≥ {least:.2f}, {most:+.2f} ms",
                reached=ratio >= least and added <= most,
            )
        )
    return results + [_filing(name, runs[name], direct) for name in ("mounted", "split")]


def _filing(name: str, way: Runs, direct: Runs) -> Result:
    return Result(
        f"filing through the gateway, {name}",
        middle(way.filed, "rate"),
        middle(direct.filed, "rate"),
        "the service directly",
        cpu_us=statistics.median(way.filing_cpu[1:]),
        p50=middle(way.filed, "p50"),
        p99=middle(way.filed, "p99"),
    )


@contextmanager
def _raw():
    """A bare ASGI app with an answer of the same size."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-c", RAW, str(port), str(ANSWER_BYTES)])
    try:
        _until_open(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _until_open(port: int) -> None:
    for _ in range(200):
        with socket.socket() as line:
            if line.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("the bare app does not start")
