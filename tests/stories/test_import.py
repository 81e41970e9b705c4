"""A city's backlog through the public door, in one process and in ten, up to the figure."""

import asyncio
import time

from tests.builders import filing
from tests.intake.imports import many, ndjson
from tests.stories.test_the_thread import counted, prepare


async def test_a_backlog_in_one_file_reaches_the_figures(suite):
    since = {
        "status": "returned",
        "done_at": "2020-03-18T10:00:00+07:00",
        "returned_at": "2020-03-19T08:00:00+07:00",
    }
    rows = [filing(n, channel="online" if n <= 30 else "counter", **since) for n in range(1, 301)]
    content = ndjson(*rows, filing(400, channel="pigeon"))

    async def pieces():
        for first in range(0, len(content), 10_000):
            yield content[first : first + 10_000]

    async with suite.partner() as city:
        await prepare(city)
        answer = await city.post(
            "/v1/dossiers/import",
            content=pieces(),
            headers={"content-type": "application/x-ndjson"},
        )
        assert answer.status_code == 202, answer.text
        links = answer.json()["links"]
        until = time.monotonic() + 60
        while (view := (await city.get(links["self"])).json())["state"] not in {"done", "failed"}:
            assert time.monotonic() < until, view
            await asyncio.sleep(0.1)
        assert (view["state"], view["counts"]["filed"], view["counts"]["invalid"]) == (
            "done",
            300,
            1,
        )
        told = (await city.get(links["results"])).text.splitlines()
        assert len(told) == 302
        await suite.settle()
        assert await counted(city, "k07") == (30, 300)
        wrong = await city.post(
            "/v1/dossiers/import",
            content=many(1),
            headers={"content-type": "application/json"},
        )
        assert (wrong.status_code, wrong.json()["code"]) == (415, "file-of-another-type")


async def test_a_large_file_that_is_refused_is_refused_with_its_reason(suite):
    """Also where the refusal comes while the file is still on its way through the door."""

    async def pieces(first: bytes, count: int):
        yield first
        for _ in range(count):
            yield b"x" * 65536

    async with suite.partner() as city:
        await prepare(city)
        for _ in range(3):
            answer = await city.post(
                "/v1/dossiers/import",
                content=pieces(b"%PDF-1.7" + b" " * 600, 160),
                headers={"content-type": "text/csv"},
            )
            assert (answer.status_code, answer.json()["code"]) == (415, "file-of-another-type")
            answer = await city.post(
                "/v1/dossiers/import",
                content=b"x" * 10_000_000,
                headers={"content-type": "application/json"},
            )
            assert (answer.status_code, answer.json()["code"]) == (415, "file-of-another-type")
            answer = await city.post("/v1/imports/nothing")
            assert answer.status_code == 405
