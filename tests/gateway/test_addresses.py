"""Addresses nobody should send: each gets an answer of ours, never a failure, and none is rewritten."""

import asyncio
from contextlib import asynccontextmanager

from chassis.settings import Settings
from gateway.app import create_gateway
from gateway.upstream import OverHttp, Upstreams
from suite.services import BEHIND
from suite.serving import leave_signals, listening_at, server_of
from suite.together import together

ODD = (
    "%00",
    "%0a",
    "%7f",
    "%80",
    "%20",
    "%3Fx=1",
    "%23x",
    "..",
    "%2e%2e",
    "%25",
    "a%5cb",
    "%E1%BB%87",
)
LONG = "a" * 60_000
GROWS = "/" * 30_000
"""Written anew it is three times as long, and too long for an address."""


@asynccontextmanager
async def served(app):
    """An application on a real socket, as the world reaches it."""
    with listening_at("127.0.0.1", 0) as listening:
        server = server_of(app, "127.0.0.1", 0)
        leave_signals(server)
        task = asyncio.create_task(server.serve([listening]))
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            await task


@asynccontextmanager
async def gateway(way, folder, embedded):
    settings = Settings(data=folder, limits=False)
    embedded.fill(settings)
    async with together(settings, work=False) as at_work:
        if way == "in the same process":
            async with served(at_work.app) as port:
                yield port
            return
        async with served(at_work.app) as inner:
            door = at_work.running["gateway"]
            inside = door.own(Upstreams)
            over_http = {name: OverHttp(f"http://127.0.0.1:{inner}") for name in BEHIND}
            door.keep(Upstreams(over_http))
            async with served(create_gateway(door)) as port:
                yield port
            await inside.aclose()


async def ask(port, target: bytes, method: bytes = b"GET", body: bytes = b""):
    """A request whose target is sent byte for byte; the status, the headers' text, and the body."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = method + b" " + target + b" HTTP/1.1\r\nHost: test\r\nConnection: close\r\n"
    if method == b"POST":
        head += b"Content-Type: application/x-www-form-urlencoded\r\n"
        head += b"Content-Length: %d\r\n" % len(body)
    writer.write(head + b"\r\n" + body)
    answer = await reader.read()
    writer.close()
    before, _, after = answer.partition(b"\r\n\r\n")
    return int(before.split()[1]), before.decode("latin-1").lower(), after


async def test_an_odd_address_of_a_page_is_not_found(way, tmp_path, embedded):
    async with gateway(way, tmp_path, embedded) as port:
        for odd in (*ODD, LONG):
            for path in (f"/board/{odd}", f"/board/{odd}.csv", f"/board/{odd}.json", f"/r/{odd}"):
                status, _, _ = await ask(port, path.encode())
                assert status == 404, path[:40]
            status, _, _ = await ask(port, f"/r/{odd}".encode(), b"POST", b"overall=5")
            assert status == 404, odd[:40]
        for odd in (*ODD, LONG, GROWS):
            status, _, _ = await ask(port, f"/board/hcmc-2020?agency={odd}".encode())
            assert status in {200, 404}, odd[:40]


async def test_an_odd_address_of_the_api_is_refused(way, tmp_path, embedded):
    async with gateway(way, tmp_path, embedded) as port:
        for odd in (*ODD, LONG):
            for path in (
                f"/v1/rating-forms/{odd}",
                f"/v1/rating-forms/x?language={odd}",
                f"/v1/plans{odd}",
            ):
                status, headers, _ = await ask(port, path.encode())
                assert status in {404, 422}, (path[:40], status)
                assert "application/problem+json" in headers
            body = b"{}"
            status, _, _ = await ask(port, f"/v1/carriers/{odd}/events".encode(), b"POST", body)
            assert 400 <= status < 500, odd[:40]


async def test_bytes_that_are_no_address_are_refused(way, tmp_path, embedded):
    async with gateway(way, tmp_path, embedded) as port:
        for raw in (b"/v1/rating-forms/\xff\xfe", b"/r/\xe1\xbb\x87", b"/board/x?agency=\xff"):
            status, _, _ = await ask(port, raw)
            assert 400 <= status < 500, raw


async def test_the_way_over_http_hands_an_address_over_byte_for_byte():
    arrived: list[bytes] = []

    async def record(scope, receive, send):
        arrived.append(scope["raw_path"] + b"?" + scope["query_string"])
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async with served(record) as port:
        upstream = OverHttp(f"http://127.0.0.1:{port}")
        targets = [
            (b"/a%2Fb/%7e%41", b"x=%2B+%20&y=a%2fb"),
            (b"/%2e%2e/%00", b"q=%"),
            (b"/a/../b", b""),
        ]
        for path, query in targets:
            scope = {"type": "http", "method": "GET", "raw_path": path, "query_string": query}
            sent = []

            async def send(message, sent=sent):
                sent.append(message)

            await upstream.forward(scope | {"headers": []}, None, send)
            assert sent[0]["status"] == 204
        await upstream.aclose()
    assert arrived == [path + b"?" + query for path, query in targets]


async def test_a_page_answers_head_as_it_answers_get_but_for_the_body(way, tmp_path, embedded):
    async with gateway(way, tmp_path, embedded) as port:
        pages = ("/", "/board", "/board/hcmc-2020", "/board/hcmc-2020.csv", "/board/hcmc-2020.json")
        for path in (
            *pages,
            "/board/nothing",
            "/r/unknown",
            "/docs",
            "/openapi.json",
            "/v1/rating-forms/x",
        ):
            status, headers, _ = await ask(port, path.encode())
            head_status, head_headers, body = await ask(port, path.encode(), b"HEAD")
            assert (head_status, body) == (status, b""), path
            kind = [line for line in headers.split("\r\n") if line.startswith("content-type")]
            assert kind == [x for x in head_headers.split("\r\n") if x.startswith("content-type")]


async def test_a_board_whose_figures_cannot_be_had_is_not_said_to_be_unknown(tmp_path, embedded):
    settings = Settings(data=tmp_path)
    embedded.fill(settings)
    async with together(settings, work=False) as at_work:
        door = at_work.running["gateway"]
        inside = door.own(Upstreams)
        door.keep(Upstreams({name: OverHttp("http://127.0.0.1:1") for name in BEHIND}))
        async with served(create_gateway(door)) as port:
            for path in ("", ".csv", ".json"):
                status, headers, _ = await ask(port, f"/board/hcmc-2020{path}".encode())
                assert status == 503, path
                assert "retry-after" in headers
        await inside.aclose()
