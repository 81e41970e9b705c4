"""Requests no client of good will sends, byte for byte at a real socket: refused, and never passed on."""

import asyncio
import gzip
import json
import time

import pytest

from suite.bounded import LARGEST_HEAD, LARGEST_UNFINISHED, MOST_HEADERS
from tests.gateway.test_addresses import gateway


async def say(port: int, told: bytes, *, seconds: float = 10.0) -> tuple[int, bytes]:
    """Send bytes as they are; the first status that comes back within so many seconds, and all that does."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(told)
        await writer.drain()
    except ConnectionError:
        pass
    heard = b""
    try:
        while True:
            # A second answer would follow the first one at once.
            async with asyncio.timeout(0.2 if heard else seconds):
                chunk = await reader.read(65_536)
            if not chunk:
                break
            heard += chunk
    except (TimeoutError, ConnectionError):
        pass
    writer.close()
    return (int(heard.split(b" ", 2)[1]) if heard else 0), heard


def told(*lines: str, path: str = "/v1/dossiers", method: str = "POST") -> bytes:
    return "\r\n".join((f"{method} {path} HTTP/1.1", "Host: x", *lines, "", "")).encode()


SMUGGLED = b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"

UNREADABLE = {
    "length and chunks": told("Content-Length: 6", "Transfer-Encoding: chunked")
    + b"0\r\n\r\n"
    + SMUGGLED,
    "chunks and length": told("Transfer-Encoding: chunked", "Content-Length: 6")
    + b"0\r\n\r\n"
    + SMUGGLED,
    "two lengths": told("Content-Length: 0", "Content-Length: 38") + SMUGGLED,
    "a length with a sign": told("Content-Length: +5") + b"hello",
    "a length in letters": told("Content-Length: five") + b"hello",
    "a length below nothing": told("Content-Length: -1"),
    "chunks that are none": told("Transfer-Encoding: chunked") + b"zz\r\nhello\r\n0\r\n\r\n",
    "chunks wrapped in something": told("Transfer-Encoding: chunked, identity") + SMUGGLED,
    "a space before the colon": told("Content-Length : 5") + b"hello",
    "a folded header": told("X-A: 1", " Content-Length: 5") + b"hello",
    "a header without a colon": told("nonsense"),
    "a name with a NUL": told("X-\0A: 1"),
    "a value with a bare return": told("X-A: 1\rContent-Length: 5"),
    "no version": b"GET /v1/dossiers\r\n\r\n",
    "another version": b"GET /v1/dossiers HTTP/9.9\r\nHost: x\r\n\r\n",
    "TLS on a plain port": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 200,
    "more headers than anybody needs": told(*(f"X-{n}: 1" for n in range(10_000))),
    "one more header than is taken": told(*(f"X-{n}: 1" for n in range(MOST_HEADERS))),
    "a header of 64 KiB": told("X-A: " + "a" * 65_536),
    "headers of 64 KiB together": told(*(f"X-{n}: {'a' * 1024}" for n in range(64))),
    "a header that does not end": b"GET / HTTP/1.1\r\nX-A: " + b"a" * (2 * LARGEST_UNFINISHED),
}


@pytest.mark.parametrize("kind", UNREADABLE)
async def test_what_can_be_read_in_two_ways_or_has_no_end_is_refused(way, tmp_path, embedded, kind):
    async with gateway(way, tmp_path, embedded) as port:
        begun = time.monotonic()
        status, heard = await say(port, UNREADABLE[kind])
        assert time.monotonic() - begun < 3
        assert status in {400, 401, 0}, heard[:200]
        # What was hidden in it is never answered.
        assert b'"service":"gateway"' not in heard
        assert heard.count(b"HTTP/1.1 ") <= 1, heard
        assert (await say(port, told(method="GET", path="/health/live")))[0] == 200


async def test_as_many_headers_as_are_taken_are_taken(way, tmp_path, embedded):
    async with gateway(way, tmp_path, embedded) as port:
        most = told(*(f"X-{n}: 1" for n in range(MOST_HEADERS - 1)), method="GET")
        assert (await say(port, most))[0] == 401
        long = told("X-A: " + "a" * (LARGEST_HEAD - 10), method="GET")
        assert (await say(port, long))[0] == 401


@pytest.mark.parametrize(
    "header",
    ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"],
)
async def test_a_method_is_the_one_of_the_request_line(way, tmp_path, embedded, header):
    async with gateway(way, tmp_path, embedded) as port:
        asked = told(f"{header}: GET", "Content-Length: 2", path="/v1/plans") + b"{}"
        assert (await say(port, asked))[0] == 405
        body = b"_method=GET"
        form = told(f"Content-Length: {len(body)}", path="/v1/plans?_method=GET") + body
        assert (await say(port, form))[0] == 405


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "get", "G€T"])
async def test_methods_that_nobody_needs_are_refused(way, tmp_path, embedded, method):
    async with gateway(way, tmp_path, embedded) as port:
        status, heard = await say(port, told("X-Secret: 1", method=method))
        assert status in {400, 404, 405}
        assert b"X-Secret" not in heard


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "gzip, gzip", "identity, gzip"])
async def test_a_body_that_grows_when_it_is_unpacked_is_not_unpacked(
    way, tmp_path, embedded, encoding
):
    """A bomb of ten megabytes in ten kilobytes, at the one route of JSON that needs no token."""
    bomb = gzip.compress(b" " * 10_000_000)
    assert len(bomb) < 20_000
    lines = ("Content-Type: application/json", f"Content-Encoding: {encoding}")
    asked = told(*lines, f"Content-Length: {len(bomb)}", "Connection: close", path="/v1/ratings")
    async with gateway(way, tmp_path, embedded) as port:
        status, heard = await say(port, asked + bomb)
        assert status == 415
        assert json.loads(heard.split(b"\r\n\r\n", 1)[1])["code"] == "body-not-json"


@pytest.mark.parametrize(
    "path",
    [
        "/v1/%2e%2e/health/live",
        "/v1/dossiers/..%2f..%2fhealth%2flive",
        "/v1/dossiers/%252e%252e%252fagencies",
        "/v1//dossiers",
        "//v1/dossiers",
        "/v1/dossiers/;/health/live",
        "/V1/DOSSIERS",
        "/v1/dossiers%2fsearch",
        "/v1/dossiers/%c0%ae%c0%ae/",
        "/static/..%2f..%2fapp.py",
        "/static/%2e%2e/%2e%2e/app.py",
    ],
)
async def test_an_address_written_in_a_roundabout_way_leads_nowhere_else(
    way, tmp_path, embedded, path
):
    """Nothing is decoded twice, and nothing above a folder is reached from within."""
    async with gateway(way, tmp_path, embedded) as port:
        status, heard = await say(port, told(path=path, method="GET"))
        assert status in {400, 401, 404, 405}, heard[:200]
        assert b"create_gateway" not in heard
        assert b'"status":"ok"' not in heard
