"""One walk through the calls: what it has learnt so far, and how it asks."""

from __future__ import annotations

import asyncio
import base64
import json
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from contracts.vocabulary import VIETNAM
from suite.checking.access import Access
from suite.checking.findings import Finding, Verdict

PATIENCE = 20.0
"""Seconds for which something that follows from a call is waited for."""
PAUSE = 0.25


class NoAnswer(Exception):
    """The server did not answer, or not in JSON; the message says how."""


class StepFailed(Exception):
    """A step was answered otherwise than it should be; the message says how, `to_do` what now."""

    def __init__(self, seen: str, to_do: str = "") -> None:
        super().__init__(seen)
        self.seen = seen
        self.to_do = to_do


class StepMissing(StepFailed):
    """These credentials may not do it; the message says how they were told."""


class StepLeftOut(Exception):
    """A step is not for these credentials; the message says why."""


@dataclass
class Visit:
    """What a walk knows."""

    http: httpx.AsyncClient
    access: Access
    agency: str | None = None
    """Whom the token speaks for."""
    files: bool = False
    """Whether a test dossier may be left in a real agency."""
    procedure: str | None = None
    scopes: frozenset[str] = frozenset()
    sandbox: bool = False
    filing: dict[str, Any] = field(default_factory=dict)
    """The test dossier that was filed."""
    cursor: str | None = None
    """Where the journal ended before anything was filed."""
    patience: float = PATIENCE

    async def ask(self, method: str, path: str, **told: Any) -> httpx.Response:
        """One call, with the token; what says "not now" is asked again. Raises `NoAnswer`."""
        until = time.monotonic() + self.patience
        while True:
            try:
                answer = await self.http.request(method, path, **told)
            except httpx.HTTPError as away:
                raise NoAnswer(f"{type(away).__name__} at {method} {path}") from away
            if answer.status_code not in {429, 503} or time.monotonic() > until:
                return answer
            await asyncio.sleep(min(float(answer.headers.get("Retry-After", 1)), self.patience))

    async def expect(self, status: int, method: str, path: str, **told: Any) -> Any:
        """What a call is answered with this status. Raises `StepFailed`, `NoAnswer`."""
        answer = await self.ask(method, path, **told)
        value = json_of(answer)
        if answer.status_code != status:
            raise StepFailed(f"{method} {path}: {answer.status_code} {words_of(value)}")
        return value

    async def until(self, look: Callable[[], Awaitable[Any]]) -> Any:
        """What a look finds, as soon as it finds something. Raises `StepFailed`."""
        end = time.monotonic() + self.patience
        while not (found := await look()):
            if time.monotonic() > end:
                raise StepFailed(
                    f"Nothing within {self.patience:.0f} s.",
                    "Ask the operator whether the workers run.",
                )
            await asyncio.sleep(PAUSE)
        return found

    def test_dossier(self) -> dict[str, Any]:
        """A dossier nobody filed, of an applicant who does not exist, received just now."""
        now = datetime.now(UTC).astimezone(VIETNAM).replace(microsecond=0)
        day, number = f"{now:%y%m%d}", secrets.randbelow(10**6)
        return {
            "code": f"{self.agency}-{day}-{number:06}",
            "procedure": self.procedure,
            "agency": self.agency,
            "channel": "counter",
            "return_mode": "counter",
            "received_at": (now - timedelta(minutes=3)).isoformat(),
            "applicant": {
                "kind": "citizen",
                "name": "Hồ sơ thử nghiệm",
                # No telephone number begins with four zeros.
                "phone": f"0000{number:06}",
            },
        }


def json_of(answer: httpx.Response) -> Any:
    """The body as JSON. Raises `NoAnswer` for anything else."""
    try:
        return answer.json()
    except ValueError:
        kind = answer.headers.get("content-type", "no content type")
        raise NoAnswer(f"{answer.status_code} with {kind} instead of JSON") from None


def words_of(value: Any) -> str:
    """What a refusal says, problem or OAuth error."""
    told = value if isinstance(value, dict) else {}
    parts = (
        told.get("code") or told.get("error"),
        told.get("detail") or told.get("error_description"),
    )
    return ": ".join(str(part) for part in parts if part)[:300]


def claims_of(token: str) -> dict[str, Any]:
    """What a token of our own says of us, unverified: only the walk goes by it."""
    try:
        part = token.split(".")[1]
        told = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (IndexError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


async def tried(step: str, go: Callable[[], Awaitable[str]]) -> Finding:
    """The finding of one step, however it ends."""
    try:
        return Finding(step, Verdict.WORKS, await go())
    except StepLeftOut as out:
        return Finding(step, Verdict.LEFT_OUT, str(out))
    except StepMissing as refused:
        return Finding(step, Verdict.MISSING, refused.seen, refused.to_do)
    except StepFailed as failed:
        return Finding(step, Verdict.FAILS, failed.seen, failed.to_do)
    except NoAnswer as away:
        to_do = "Check the address, the proxy and the network."
        return Finding(step, Verdict.FAILS, str(away), to_do)
    except (KeyError, TypeError, IndexError, AttributeError) as odd:
        return Finding(
            step, Verdict.FAILS, f"An answer of another shape ({type(odd).__name__} {odd})."
        )
