"""The line to the national portal: its session, its pace, its circuit, and one call after another."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

import httpx

from chassis.settings import Settings
from gateway.portal import telling
from gateway.portal.answers import Answer, Outcome, read_answer, unanswered
from gateway.portal.circuit import Circuit, CircuitState

log = logging.getLogger("motcua.national")

CONNECT_SECONDS = 5.0
SPARE_SECONDS = 15.0
"""What a whole call may take beyond one silence of the portal."""

LARGEST_ANSWER = 2 * 1024 * 1024
LARGEST_LIST = 64 * 1024 * 1024
"""Bytes of an answer that is read: of a write or a question, and of a whole dictionary."""

DICTIONARIES = frozenset({"LayDanhSachTTHC", "LayDanhSachTTHCDonVi"})
WRITES = frozenset({"DongBoHoSoMC", "CapNhatTienDoHoSoMC", "DongBoTrangThaiHoSo"})

LOGIN = "login"


class PortalLine:
    """Calls the portal, with one session for all: no redirects, no proxies of the environment.

    One installation has one account. An answer is never an exception: whatever happens to a call, it comes
    back as an `Answer`.
    """

    def __init__(
        self,
        settings: Settings,
        now: Callable[[], datetime],
        waiting_since: Callable[[], Awaitable[datetime | None]] | None = None,
    ) -> None:
        self._settings = settings
        self._now = now
        self._waiting_since = waiting_since
        self._adapter = settings.national_adapter_url.rstrip("/")
        self.circuit = Circuit()
        self.trouble: str | None = None
        """Why the circuit opened last."""
        self.calls = 0
        """Calls made so far, logins included."""
        self._session: str | None = None
        self._renewing = asyncio.Lock()
        self._turns = asyncio.Lock()
        self._next_at = 0.0
        self._http = httpx.AsyncClient(
            timeout=httpx.Timeout(settings.national_read_seconds, connect=CONNECT_SECONDS),
            limits=httpx.Limits(max_connections=settings.national_at_once + 4),
            follow_redirects=False,
            trust_env=False,
        )

    @property
    def open(self) -> bool:
        """Whether there is a portal to tell: without an address this is off."""
        return bool(self._adapter)

    async def aclose(self) -> None:
        """Let connections go."""
        await self._http.aclose()

    async def checks(self) -> dict[str, str]:
        """Whether the portal is told in time; nothing where it is told nothing."""
        if not self.open or self._waiting_since is None:
            return {}
        oldest = await self._waiting_since()
        late = (self._now() - oldest).total_seconds() if oldest is not None else 0.0
        if late > self._settings.national_behind_seconds:
            return {"national": f"behind: the oldest change waits for {late / 60:.0f} min"}
        return {"national": "ok"}

    def admits(self) -> int:
        """The circuit's admission to begin work now, 0 for none. Whoever ends without a call releases it."""
        return self.circuit.admits(self._now())

    async def call(self, service: str, **fields: Any) -> Answer:
        """One call of a service; a session that is over is renewed once, for everybody."""
        try:
            return await self._answer(service, fields)
        except asyncio.CancelledError:
            # It tells nothing of the portal, but if it was the try of an open circuit, that is over.
            if self.circuit.state is CircuitState.HALF_OPEN:
                self.circuit.broke(self._now())
            raise
        except Exception as failed:
            log.exception("call broken off", extra={"kind": type(failed).__name__})
            # The session may be what cannot be sent.
            self._session = None
            answer = unanswered(type(failed).__name__)
            self._note(answer)
            return answer

    async def _answer(self, service: str, fields: Mapping[str, Any]) -> Answer:
        answer = unanswered("no session")
        for _ in range(2):
            session, refused = await self._open_session()
            if session is None:
                return refused or answer
            answer = await self._call(service, session, fields)
            if answer.outcome is not Outcome.SESSION_OVER:
                break
            self._forget(session)
        if answer.outcome in {Outcome.SESSION_OVER, Outcome.UNCLEAR}:
            # Nobody knows every sentence that says a session is over: the next call begins with a new one.
            self._session = None
        if answer.outcome is Outcome.SESSION_OVER:
            return Answer(Outcome.TRY_AGAIN, answer.words, by_words=answer.by_words)
        return answer

    async def _call(self, service: str, session: str, fields: Mapping[str, Any]) -> Answer:
        told = {"session": session, "madonvi": self._settings.national_unit, "service": service}
        given = self._settings
        url = given.national_integrate_url if service in WRITES else given.national_share_url
        limit = LARGEST_LIST if service in DICTIONARIES else LARGEST_ANSWER
        answer = await self._post(service, url or f"{self._adapter}/g", {**told, **fields}, limit)
        self._note(answer)
        return answer

    async def _open_session(self) -> tuple[str | None, Answer | None]:
        """The session at hand, or a new one; the answer that stood in its way where there is none."""
        if self._session is not None:
            return self._session, None
        async with self._renewing:
            if self._session is not None:
                return self._session, None
            try:
                account = {
                    "username": self._settings.national_username,
                    "password": self._password(),
                }
            except (OSError, ValueError) as unread:
                why = getattr(unread, "strerror", None) or type(unread).__name__
                return None, self._no_session(unanswered(f"password: {why}"))
            answer = await self._post(
                LOGIN, f"{self._adapter}/login", account, LARGEST_ANSWER, whole=True
            )
            session = answer.result.get("session") if isinstance(answer.result, dict) else None
            if answer.outcome is Outcome.DONE and isinstance(session, str) and session:
                self._session = session
                return session, None
            if answer.rest is not None:
                self._note(answer)
                return None, answer
            return None, self._no_session(answer)

    def _no_session(self, answer: Answer) -> Answer:
        """Without a session nothing can be told of any dossier, so none of them is to blame."""
        self.trouble = f"login: {answer.words or answer.outcome}"
        self.circuit.broke(self._now())
        return Answer(Outcome.TRY_AGAIN, self.trouble, alive=False)

    def _password(self) -> str:
        file = self._settings.national_password_file
        return file.read_text("utf-8").strip() if file is not None else ""

    def _forget(self, session: str) -> None:
        # Another call may have renewed it meanwhile: that one stays.
        if self._session == session:
            self._session = None

    def _note(self, answer: Answer) -> None:
        now = self._now()
        if answer.alive:
            self.circuit.answered()
        else:
            self.trouble = answer.words
            self.circuit.failed(now)
        if answer.rest is not None:
            self.circuit.rest(now, answer.rest)
        telling.CIRCUIT.set(telling.CIRCUIT_VALUES[self.circuit.state])

    async def _post(
        self, name: str, url: str, told: Mapping[str, Any], limit: int, *, whole: bool = False
    ) -> Answer:
        await self._wait_for_turn()
        self.calls += 1
        answer = await self._exchange(name, url, told, limit, whole=whole)
        telling.CALLS.labels(name, str(answer.outcome)).inc()
        return answer

    async def _exchange(
        self, name: str, url: str, told: Mapping[str, Any], limit: int, *, whole: bool
    ) -> Answer:
        headers = {"content-type": "application/json", "charset": "utf-8"}
        headers |= {"accept": "application/json", "accept-encoding": "identity"}
        if name == LOGIN:
            headers["dstcode"] = self._settings.national_dstcode
        body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
        bound = self._settings.national_read_seconds + SPARE_SECONDS
        try:
            async with (
                asyncio.timeout(bound if limit == LARGEST_ANSWER else bound * 10),
                self._http.stream("POST", url, content=body, headers=headers) as answer,
            ):
                read = bytearray()
                async for chunk in answer.aiter_bytes():
                    read += chunk
                    if len(read) > limit:
                        return unanswered("an answer that is too large")
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as failed:
            return unanswered(type(failed).__name__)
        found = read_answer(answer.status_code, answer.headers, bytes(read), told)
        if whole and found.outcome is Outcome.DONE:
            with suppress(ValueError):
                return Answer(Outcome.DONE, result=json.loads(bytes(read)))
        return found

    async def _wait_for_turn(self) -> None:
        pace = self._settings.national_calls_per_second
        if not pace:
            return
        async with self._turns:
            at = max(self._next_at, time.monotonic())
            self._next_at = at + 1 / pace
        await asyncio.sleep(at - time.monotonic())
