"""A lean HTTP client in a process of its own: prebuilt requests, as fast or as steadily as asked."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time

import uvloop


def drive(port: int, requests: list[bytes], connections: int) -> dict[str, float]:
    """Send the requests from another process; rates and latencies of what was answered 2xx."""
    told = {
        "port": port,
        "connections": connections,
        "requests": [r.decode("latin-1") for r in requests],
    }
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load"],
        input=json.dumps(told),
        capture_output=True,
        text=True,
        check=True,
    )
    answer: dict[str, float] = json.loads(done.stdout)
    if answer["refused"]:
        raise RuntimeError(f"{answer['refused']} requests were refused: {done.stderr[-500:]}")
    return answer


async def _run(port: int, requests: list[bytes], connections: int, rate: float) -> dict[str, float]:
    waiting = list(reversed(requests))
    times: list[float] = []
    refused = 0
    sent = 0

    async def one() -> None:
        nonlocal refused, sent
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while waiting:
            request = waiting.pop()
            sent, due = sent + 1, started + sent / rate if rate else 0.0
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            # At a steady rate a request that found no connection free has waited since it was due.
            begun = due or time.perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            body = await reader.readexactly(length)
            times.append(time.perf_counter() - begun)
            if head[9:10] != b"2":
                refused += 1
                print(head[:80], body[:300], file=sys.stderr)
        writer.close()

    begun = started = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(connections)))
    took = time.perf_counter() - begun
    times.sort()
    return {
        "rate": len(times) / took,
        "p50": times[len(times) // 2] * 1000,
        "p99": times[int(len(times) * 0.99)] * 1000,
        "refused": refused,
    }


def steady(port: int, requests: list[bytes], connections: int, rate: float) -> dict[str, float]:
    """Send the requests at a rate, whatever the answers: times count from when each was due."""
    told = {
        "port": port,
        "connections": connections,
        "rate": rate,
        "requests": [r.decode("latin-1") for r in requests],
    }
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load"],
        input=json.dumps(told),
        capture_output=True,
        text=True,
        check=True,
    )
    answer: dict[str, float] = json.loads(done.stdout)
    if answer["refused"]:
        raise RuntimeError(f"{answer['refused']} requests were refused: {done.stderr[-500:]}")
    return answer


def request(method: str, path: str, token: str = "", body: bytes = b"") -> bytes:
    """One HTTP/1.1 request, ready to send."""
    head = f"{method} {path} HTTP/1.1\r\nHost: bench\r\nContent-Length: {len(body)}\r\n"
    head += "Content-Type: application/json\r\n"
    head += f"Authorization: Bearer {token}\r\n" if token else ""
    return head.encode() + b"\r\n" + body


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    sent = [text.encode("latin-1") for text in asked["requests"]]
    print(
        json.dumps(
            uvloop.run(_run(asked["port"], sent, asked["connections"], asked.get("rate", 0)))
        )
    )
