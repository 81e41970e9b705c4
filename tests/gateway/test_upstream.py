"""How requests reach a service, in the same process and over HTTP: one suite, both ways, real sockets."""

import asyncio
import json
from collections import Counter
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import pytest

from chassis.refusing import Edge
from gateway import passing
from gateway.passing import WHOLE_FILE, WRITING, Patience
from gateway.upstream import InProcess, OverHttp
from tests.gateway.test_addresses import served
from tests.servers.node import free_port
from tests.servers.proxy import Network, TcpProxy


class Service:
    """A service that does what its address says, and remembers what it was told."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[bytes, bytes], bytes]] = []
        self.finished = Counter()

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        self.heard.append((scope["path"], dict(scope["headers"]), body))
        place = scope["path"]
        if place.startswith("/slow"):
            await asyncio.sleep(0.6)
        size = int(place.rsplit("/", 1)[-1]) if place.startswith("/large") else 2
        headers = [(b"content-type", b"text/plain"), (b"connection", b"x-private")]
        headers += [(b"x-private", b"1"), (b"keep-alive", b"timeout=9"), (b"x-mine", b"2")]
        if place.startswith("/large/told"):
            headers.append((b"content-length", str(size).encode()))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        while size > 0:
            part = min(size, 65_536)
            size -= part
            await send({"type": "http.response.body", "body": b"x" * part, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
        self.finished[place] += 1


def front(reached, patience):
    async def app(scope, receive, send):
        await reached.forward(scope, receive, send, patience=patience)

    return Edge(app, service="front")


@pytest.fixture(params=["in the same process", "over HTTP"])
def way(request):
    return request.param


@pytest.fixture
def service():
    return Service()


@pytest.fixture
def reach(way, service):
    """`async with reach() as client`: a client of a gateway that hands everything to the service."""

    @asynccontextmanager
    async def opened(patience=WRITING):
        async with AsyncExitStack() as stack:
            if way == "over HTTP":
                port = await stack.enter_async_context(served(service))
                reached = OverHttp(f"http://127.0.0.1:{port}", "stand-in")
            else:
                reached = InProcess(service, "stand-in")
            stack.push_async_callback(reached.aclose)
            port = await stack.enter_async_context(served(front(reached, patience)))
            client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10)
            yield await stack.enter_async_context(client)

    return opened


async def test_a_trace_and_an_id_go_through_and_what_could_be_forged_does_not(reach, service):
    told = {
        "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "tracestate": "city=1",
        "x-request-id": "my-id-1",
        "x-forwarded-for": "203.0.113.9",
        "x-forwarded-proto": "https",
        "forwarded": "for=203.0.113.9",
        "x-real-ip": "203.0.113.9",
        "connection": "keep-alive, x-secret-hop",
        "x-secret-hop": "1",
        "te": "trailers",
        "upgrade": "h2c",
        "proxy-authorization": "Basic x",
        "idempotency-key": "k-1",
    }
    async with reach() as client:
        answer = await client.post("/echo", content=b"{}", headers=told)
    [(_, heard, body)] = service.heard
    assert body == b"{}"
    assert heard[b"traceparent"].decode() == told["traceparent"]
    assert heard[b"tracestate"] == b"city=1"
    assert heard[b"x-request-id"] == b"my-id-1"
    assert heard[b"idempotency-key"] == b"k-1"
    gone = {b"x-forwarded-for", b"x-forwarded-proto", b"forwarded", b"x-real-ip", b"x-secret-hop"}
    gone |= {b"te", b"upgrade", b"proxy-authorization"}
    assert gone & heard.keys() == set()
    assert answer.headers["x-request-id"] == "my-id-1"


async def test_what_a_service_says_to_one_hop_ends_there(reach, way):
    async with reach() as client:
        answer = await client.get("/echo")
    assert answer.headers["x-mine"] == "2"
    assert answer.headers.get("keep-alive") is None
    assert answer.headers.get("x-private") is None


async def test_a_connection_header_cannot_take_the_length_of_a_body_away(reach, service):
    async with reach() as client:
        told = {"connection": "content-length, content-type", "content-type": "application/json"}
        await client.post("/echo", content=b'{"a": 1}', headers=told)
    [(_, heard, body)] = service.heard
    assert (heard[b"content-length"], body) == (b"8", b'{"a": 1}')
    assert heard[b"content-type"] == b"application/json"


async def test_an_answer_that_takes_too_long_is_a_problem_that_says_so(reach, service):
    async with reach(Patience(0.2)) as client:
        for method in ("GET", "POST"):
            answer = await client.request(method, "/slow")
            assert (answer.status_code, answer.json()["code"]) == (503, "service-away")
            assert "not known" in answer.json()["detail"]
            assert answer.headers["retry-after"] == "5"
        await asyncio.sleep(1.0)
        # Given up is not sent again, and what was begun is brought to its end.
        assert len(service.heard) == 2
        assert (await client.get("/echo")).status_code == 200


async def test_an_answer_that_is_too_large_is_refused_before_it_begins(reach):
    async with reach() as client:
        most = passing.LARGEST_ANSWER
        whole = await client.get(f"/large/told/{most}")
        assert (whole.status_code, len(whole.content)) == (200, most)
        answer = await client.get(f"/large/told/{most + 1}")
        assert (answer.status_code, answer.json()["code"]) == (502, "answer-too-large")


async def test_an_answer_of_untold_size_is_cut_so_that_nobody_takes_it_for_whole(reach):
    async with reach() as client:
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get(f"/large/untold/{passing.LARGEST_ANSWER + 1}")
        assert (await client.get("/echo")).status_code == 200


async def test_a_file_may_be_larger(reach):
    async with reach(WHOLE_FILE) as client:
        size = passing.LARGEST_ANSWER + 1
        answer = await client.get(f"/large/told/{size}")
        assert (answer.status_code, len(answer.content)) == (200, size)


# What only a network can do.


class Breaks:
    """A server that resets the first connections after it has read a request, then answers."""

    def __init__(self, breaks: int) -> None:
        self.breaks = breaks
        self.requests: list[bytes] = []

    async def take(self, reader, writer):
        while True:
            try:
                head = await reader.readuntil(b"\r\n\r\n")
            except (asyncio.IncompleteReadError, ConnectionError):
                writer.close()
                return
            lower = head.lower()
            if b"content-length: " in lower:
                length = int(lower.split(b"content-length: ")[1].split(b"\r\n")[0])
                head += await reader.readexactly(length)
            elif b"chunked" in lower:
                head += await reader.readuntil(b"0\r\n\r\n")
            self.requests.append(head)
            if len(self.requests) <= self.breaks:
                writer.transport.abort()
                return
            body = b"" if head.startswith(b"HEAD") else b"ok"
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n" + body)
            await writer.drain()


@asynccontextmanager
async def before(breaks: Breaks):
    server = await asyncio.start_server(breaks.take, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    reached = OverHttp(f"http://127.0.0.1:{port}", "breaks")
    try:
        async with served(front(reached, WRITING)) as front_port:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{front_port}") as client:
                yield client
    finally:
        await reached.aclose()
        server.close()


KEYED = {"idempotency-key": "k-1", "content-type": "application/json"}


@pytest.mark.parametrize(
    ("method", "told", "repeated"),
    [
        ("GET", {}, True),
        ("HEAD", {}, True),
        ("PUT", {"content": b'{"a": 1}'}, False),
        ("POST", {"content": b'{"a": 1}'}, False),
        ("POST", {}, False),
        ("PUT", {"content": b'{"a": 1}', "headers": KEYED}, True),
        ("POST", {"content": b'{"a": 1}', "headers": KEYED}, True),
        ("POST", {"content": b" " * 300_000, "headers": KEYED}, False),
    ],
)
async def test_what_can_safely_be_sent_twice_is_sent_twice_and_never_a_third_time(
    method, told, repeated
):
    once = Breaks(1)
    async with before(once) as client:
        answer = await client.request(method, "/x", **told)
        assert answer.status_code == (200 if repeated else 503), answer.text
        assert len(once.requests) == (2 if repeated else 1)
        if repeated:
            assert once.requests[0] == once.requests[1]
        else:
            assert "not known" in answer.json()["detail"]
    for_ever = Breaks(99)
    async with before(for_ever) as client:
        assert (await client.request(method, "/x", **told)).status_code == 503
        assert len(for_ever.requests) == (2 if repeated else 1)


async def test_a_kept_connection_that_breaks_is_no_second_chance_beside_the_one(service):
    breaks = Breaks(0)
    async with before(breaks) as client:
        assert (await client.get("/x")).status_code == 200
        breaks.breaks = 99
        for method in ("PUT", "GET"):
            breaks.requests.clear()
            assert (await client.request(method, "/x")).status_code == 503
            assert len(breaks.requests) == {"PUT": 1, "GET": 2}[method]


async def test_a_write_that_found_no_connection_is_tried_once_more(service):
    """A service that is just being restarted: nothing was sent, so nothing can happen twice."""
    port = free_port()
    reached = OverHttp(f"http://127.0.0.1:{port}", "away")
    async with served(front(reached, WRITING)) as front_port:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{front_port}") as client:
            answer = await client.post("/x", content=b"{}")
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
            assert answer.json()["detail"] == "The service does not answer."
    await reached.aclose()


async def test_a_network_that_swallows_everything_ends_in_a_refusal(service):
    async with AsyncExitStack() as stack:
        port = await stack.enter_async_context(served(service))
        proxy = await stack.enter_async_context(TcpProxy(port))
        reached = OverHttp(f"http://127.0.0.1:{proxy.port}", "behind")
        stack.push_async_callback(reached.aclose)
        front_port = await stack.enter_async_context(served(front(reached, Patience(0.3))))
        client = await stack.enter_async_context(
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{front_port}")
        )
        assert (await client.get("/echo")).status_code == 200
        await proxy.become(Network.BLACKHOLE)
        answer = await client.get("/echo")
        assert (answer.status_code, json.loads(answer.content)["code"]) == (503, "service-away")
        await proxy.become(Network.PASS)
        assert (await client.get("/echo")).status_code == 200
        await proxy.become(Network.CUT)
        assert (await client.get("/echo")).status_code == 503
        await proxy.become(Network.PASS)
        assert (await client.get("/echo")).status_code == 200
