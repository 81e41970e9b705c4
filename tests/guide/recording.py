"""A reverse proxy that remembers what was said, and lets a request meet bad weather."""

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.guide.pages import Weather

OWN = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"}
AWAY = {
    "type": "urn:motcua:problem:service-away",
    "title": "Dịch vụ tạm thời không phục vụ",
    "status": 503,
    "detail": "Ask again in a moment.",
    "code": "service-away",
}


@dataclass(frozen=True)
class Exchange:
    """A request and its answer, as they crossed the wire."""

    method: str
    path: str
    asked: dict[str, list[str]]
    """The query."""
    client: str
    """What the client calls itself."""
    sent: bytes
    sent_type: str
    """Its media type."""
    status: int
    headers: dict[str, str]
    """Of the answer; names in small letters."""
    body: bytes

    @property
    def sent_json(self) -> Any:
        """The request's body; None where it has none that is JSON."""
        try:
            return json.loads(self.sent)
        except ValueError:
            return None


class Recorder(ThreadingHTTPServer):
    """Stands before motcua; `exchanges` holds what it answered, oldest first."""

    daemon_threads = True

    def __init__(self, upstream: int) -> None:
        super().__init__(("127.0.0.1", 0), _Listening)
        self.upstream = upstream
        self.exchanges: list[Exchange] = []
        self.weather = Weather.FAIR
        """What the next request meets; the one after it has fair weather again."""

    @property
    def url(self) -> str:
        """Where it is reached."""
        return f"http://127.0.0.1:{self.server_port}"


class _Listening(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Recorder

    def _take(self) -> None:
        weather, self.server.weather = self.server.weather, Weather.FAIR
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if weather is Weather.AWAY:
            self._answer(
                503,
                {"content-type": "application/problem+json", "retry-after": "1"},
                json.dumps(AWAY).encode(),
            )
            return
        line = http.client.HTTPConnection("127.0.0.1", self.server.upstream, timeout=60)
        told = {name: value for name, value in self.headers.items() if name.lower() not in OWN}
        line.request(self.command, self.path, sent or None, told)
        answer = line.getresponse()
        body = answer.read()
        line.close()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        asked = urlsplit(self.path)
        self.server.exchanges.append(
            Exchange(
                method=self.command,
                path=asked.path,
                asked=parse_qs(asked.query, keep_blank_values=True),
                client=self.headers.get("User-Agent", ""),
                sent=sent,
                sent_type=self.headers.get("Content-Type", "").partition(";")[0],
                status=answer.status,
                headers=headers,
                body=body,
            )
        )
        if weather is Weather.LOST:
            self.close_connection = True
            return
        self._answer(answer.status, headers, body)

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            if name not in OWN:
                self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = _take  # noqa: N815 - the library's names

    def log_message(self, *_: object) -> None:
        """Says nothing: the exchanges are remembered."""


@contextmanager
def recording(upstream: int) -> Iterator[Recorder]:
    """A recorder before the motcua on a port, until the block ends."""
    with Recorder(upstream) as recorder:
        thread = threading.Thread(target=recorder.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield recorder
        finally:
            recorder.shutdown()
            thread.join()
