"""HTTP as uvicorn reads it, with an end: so many headers, so many bytes of them, and no more."""

from __future__ import annotations

from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HEADERS: Final = 100
LARGEST_HEAD: Final = 48 * 1024
"""Bytes of all headers together: a long token and a long cookie, and room."""

LARGEST_UNFINISHED: Final = 512 * 1024
"""Bytes that may arrive before a head is complete. More than a head may have, because the end of the
request before it can arrive together with its beginning."""


class HeadTooLarge(ValueError):
    """A request has more headers than anybody needs."""


class BoundedHttp(HttpToolsProtocol):
    """Refuses a head that has no end with 400: uvicorn itself would keep all of it."""

    _in_head = True
    _arrived = 0
    _head = 0

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._in_head = True
        self._arrived = self._head = 0

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count a header. Raises `HeadTooLarge`, which the parser takes for a request it cannot read."""
        super().on_header(name, value)
        self._head += len(name) + len(value)
        if self._head > LARGEST_HEAD or len(self.headers) > MOST_HEADERS:
            raise HeadTooLarge

    def on_headers_complete(self) -> None:
        """The head is read."""
        self._in_head = False
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        """Read on, unless the head does not end."""
        super().data_received(data)
        if not self._in_head or self.transport.is_closing():
            return
        self._arrived += len(data)
        if self._arrived > LARGEST_UNFINISHED:
            self.send_400_response("The head of the request does not end.")
