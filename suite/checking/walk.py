"""The walk itself: credentials first, then every step they allow."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from typing import Any

from contracts.vocabulary import Scope
from suite.checking import dialect
from suite.checking.findings import Finding, Verdict
from suite.checking.steps import FILING, STEPS, Step
from suite.checking.visit import StepFailed, Visit, claims_of, json_of, tried, words_of

ADVICE = {
    "invalid_client": "Check the id, the secret or key, the networks and the last day in the register "
    "(motcua partner show).",
    "invalid_request": "Name the agency to speak for: --agency.",
    "invalid_target": "Name one of its agencies: --agency.",
    "unauthorized_client": "Have the operator grant it an agency (motcua partner grant).",
}


async def walk(visit: Visit) -> AsyncIterator[Finding]:
    """Every finding as it is made. Without a token, or a login, nothing else is tried."""
    first = await tried("reach it", lambda: _reach(visit))
    yield first
    if first.verdict is Verdict.FAILS:
        return
    if visit.access.dialect:
        async for finding in _walk_dialect(visit):
            yield finding
        return
    opened = await tried("token", lambda: _open(visit))
    yield opened
    if opened.verdict is not Verdict.WORKS:
        return
    async for finding in _walk_steps(visit):
        yield finding


async def _walk_steps(visit: Visit) -> AsyncIterator[Finding]:
    """Every step; what needs a test dossier that is not filed is told with why it is not."""
    for step in STEPS:
        held = _held(step.scope, visit)
        if step.filed and held and not visit.filing:
            continue
        found = await _step(step, visit)
        if step.name == FILING and not visit.filing:
            found = _with(
                found, [one.name for one in STEPS if one.filed and _held(one.scope, visit)]
            )
        yield found


def _with(finding: Finding, left_out: list[str]) -> Finding:
    """A finding, with the steps that are left out for it."""
    more = f" Left out with it: {', '.join(left_out)}." if left_out else ""
    return replace(finding, seen=finding.seen + more)


async def _step(step: Step, visit: Visit) -> Finding:
    if not _held(step.scope, visit):
        return Finding(
            *(step.name, Verdict.MISSING, f"The scope {step.scope} is not held."),
            "Ask the operator for it if your system needs it.",
        )
    return await tried(step.name, lambda: step.go(visit))


def _held(scope: Scope, visit: Visit) -> bool:
    if scope in visit.scopes:
        return True
    return scope is Scope.CATALOGUE_READ and Scope.CATALOGUE_WRITE in visit.scopes


async def _reach(visit: Visit) -> str:
    told = await visit.expect(200, "GET", "/health/live")
    return f"{visit.http.base_url} is there ({told['status']})"


async def _open(visit: Visit) -> str:
    metadata = await visit.expect(200, "GET", "/.well-known/oauth-authorization-server")
    form = {"grant_type": "client_credentials"} | visit.access.form(metadata["issuer"])
    form |= {"agency": visit.agency} if visit.agency else {}
    answer = await visit.ask("POST", "/oauth/token", data=form)
    told: Any = json_of(answer)
    if answer.status_code != 200:  # noqa: PLR2004 - OK
        raise StepFailed(
            f"{answer.status_code} {words_of(told)}", ADVICE.get(str(told.get("error")), "")
        )
    visit.http.headers["Authorization"] = f"Bearer {told['access_token']}"
    visit.scopes = frozenset(told["scope"].split())
    visit.agency = claims_of(told["access_token"])["agency"]
    how = "by a key" if visit.access.key is not None else "by a secret"
    return f"{how}, for {visit.agency}, with {told['scope']}"


async def _walk_dialect(visit: Visit) -> AsyncIterator[Finding]:
    speaker = dialect.Speaker(visit)
    opened = await tried("log in", speaker.log_in)
    yield opened
    if opened.verdict is not Verdict.WORKS:
        return
    for name, go in dialect.LOOKS:
        yield await tried(name, partial(go, speaker))
    filed = await tried(dialect.FILING, speaker.file)
    if not speaker.entry:
        yield _with(filed, [name for name, _ in dialect.FILED])
        return
    yield filed
    for name, go in dialect.FILED:
        yield await tried(name, partial(go, speaker))
