"""The record of a demonstration: every call as it was made and answered, one JSON object a line.

Whoever doubts a figure counts it again from this file alone; ``docs/introduction/checking-a-figure.md`` tells
how. Headers are left out, and what is said at the token endpoint: no secret of a partner is written.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from suite.demo.calls import Answer, Caller

TOKENS = "/oauth/token"
POST_TOLD = "/sandbox/items"
"""The path under which the record keeps what the stand-in of the post was told, and answers when asked."""


class Recording:
    """A file of calls; one that is there already is written on, unless a new one is asked for."""

    def __init__(self, path: Path, *, anew: bool) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("wb" if anew else "ab")
        if self._file.tell():
            # What was cut short in the middle of a line must not take the next one with it.
            self._file.write(b"\n")

    def note(self, method: str, path: str, body: bytes | None, answer: Answer | None) -> None:
        """Write down a call; without an answer nobody knows whether it arrived."""
        if path.startswith(TOKENS):
            return
        self._write(
            {
                "method": method,
                "path": path,
                "body": _readable(body),
                "status": answer.status if answer else None,
                "answer": answer.json() if answer else None,
            }
        )

    def note_truth(self, items: Sequence[Mapping[str, Any]]) -> None:
        """Write down what the stand-in of the post was told of its items."""
        told = {"method": "POST", "path": POST_TOLD, "body": list(items)}
        self._write(told | {"status": 200, "answer": None})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._file.close()

    def _write(self, told: Mapping[str, Any]) -> None:
        line = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
        self._file.write(line.encode() + b"\n")
        self._file.flush()


class RecordedCaller:
    """Calls of another caller, each written down."""

    def __init__(self, caller: Caller, recording: Recording) -> None:
        self._caller = caller
        self._recording = recording

    async def call(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        """Make one call."""
        try:
            answer = await self._caller.call(method, path, headers, body)
        except ConnectionError:
            self._recording.note(method, path, body, None)
            raise
        self._recording.note(method, path, body, answer)
        return answer

    async def close(self) -> None:
        """Let go of the connections."""
        await self._caller.close()


TellPost = Callable[[Sequence[Mapping[str, Any]]], Awaitable[None]]
"""Tells the stand-in of the post what truly happened: ``[{itemCode, events: [{code, at, office}]}]``."""


def recorded_post(tell_post: TellPost, recording: Recording) -> TellPost:
    """The same telling, written down."""

    async def tell(items: Sequence[Mapping[str, Any]]) -> None:
        recording.note_truth(items)
        await tell_post(items)

    return tell


def _readable(body: bytes | None) -> Any:
    if body is None:
        return None
    with suppress(ValueError):
        return json.loads(body)
    return body.decode("utf-8", "replace")
