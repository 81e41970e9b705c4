"""What kind of call a request is: whose quota it spends, how urgent it is, whose work it makes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from contracts.vocabulary import Scope
from gateway.door import Opening, pattern_of

GATEWAY: Final = "gateway"
"""Whose work a call makes that no service is asked for."""


class Rank(IntEnum):
    """What goes first when not everything can be done."""

    STATUS = 0
    """News of what has happened already: steps, the post, tokens to tell them with."""
    INTAKE = 1
    """What citizens hand in."""
    READ = 2
    EXPORT = 3
    """Whole files, in and out: they take long and can wait."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of call."""

    name: str
    quota: str
    """The name of the quota that it spends, see `gateway.limits.policies`."""
    rank: Rank
    units: int = 1
    """How much work it is, beside a plain write."""


TOKEN: Final = Kind("token", "token", Rank.STATUS)
LOGIN: Final = Kind("login", "dialect", Rank.STATUS)
MESSAGE: Final = Kind("message", "write", Rank.INTAKE)
"""Of the national dialect: what is in it, and whose it is, is known when it is read."""
STATUS: Final = Kind("status", "write", Rank.STATUS)
CARRIER: Final = Kind("carrier", "carrier", Rank.STATUS)
WRITE: Final = Kind("write", "write", Rank.INTAKE)
RATING: Final = Kind("rating", "rating", Rank.INTAKE)
KIOSK: Final = Kind("kiosk", "device", Rank.INTAKE)
KIOSK_WAITS: Final = Kind("kiosk", "device", Rank.INTAKE, units=0)
"""An open question for the next dossier: it waits, and is no work."""
ADMIN: Final = Kind("admin", "admin", Rank.INTAKE)
READ: Final = Kind("read", "read", Rank.READ)
EXPORT: Final = Kind("export", "export", Rank.EXPORT, units=4)
BULK: Final = Kind("bulk", "bulk", Rank.EXPORT, units=4)


@dataclass(frozen=True, slots=True)
class Call:
    """A request, as far as limits see it."""

    kind: Kind
    service: str
    """Whose work it makes."""
    page: bool = False
    """Whether a person looks at the answer."""
    dialect: bool = False
    """Whether the answer is read by a system that knows the national adapter alone."""
    opened: str = ""
    """Method and path of the route that the door opens for it; nothing for the gateway's own."""


DIALECT: Final = "/dvcqg/"
"""What the addresses of the national dialect begin with."""

MAPI: Final = ("/dvcqg/mapi", "/dvcqg/XrdAdapter/RestService/forward/mapi")
"""The dialect's adapter, by its short address and by the one of systems that cannot change theirs."""

SPECIAL: Final = {
    "POST /oauth/token": TOKEN,
    **dict.fromkeys((f"POST {mapi}/login" for mapi in MAPI), LOGIN),
    **dict.fromkeys((f"POST {mapi}/g" for mapi in MAPI), MESSAGE),
    "POST /dvcqg/nhanhsdvcqg": MESSAGE,
    "POST /v1/dossiers/{code}/progress": STATUS,
    "POST /v1/shipments/{id}/confirm": STATUS,
    "POST /v1/shipments/{id}/corrections": STATUS,
    "POST /v1/shipments/{id}/pickup": STATUS,
    "POST /v1/shipments/{id}/opening": STATUS,
    "POST /v1/manifests": STATUS,
    "GET /v1/manifests/outbound.html": EXPORT,
    "GET /v1/manifests/outbound.pdf": EXPORT,
    "GET /v1/manifests/outbound.csv": EXPORT,
    "GET /v1/manifests/outbound.json": EXPORT,
    "POST /v1/carriers/{interface}/events": CARRIER,
    "POST /v1/carriers/{interface}/{account}/events": CARRIER,
    "POST /v1/dossiers/import": BULK,
    "POST /v1/rating-imports": BULK,
    "POST /v1/dossiers/search": READ,
    "GET /v1/imports/{id}/results": EXPORT,
    "GET /v1/registers/dossiers.html": EXPORT,
    "GET /v1/registers/dossiers.pdf": EXPORT,
    "GET /v1/registers/dossiers.csv": EXPORT,
    "GET /v1/reconciliations.csv": EXPORT,
    "GET /v1/national-evaluations/differences.csv": EXPORT,
    "GET /v1/reports/07a.csv": EXPORT,
    "GET /v1/reports/07a.xlsx": EXPORT,
    "GET /v1/ratings/summary.csv": EXPORT,
    "GET /v1/indicators/{id}/evidence": EXPORT,
    "GET /v1/ratings/summary.xlsx": EXPORT,
    "GET /v1/rating-forms/{token}": RATING,
    "POST /v1/ratings": RATING,
    "POST /v1/rating-refusals": RATING,
    "GET /v1/rating-replies/{token}": RATING,
    "POST /v1/rating-replies/{token}": RATING,
    "GET /v1/corrective-actions.csv": EXPORT,
    "POST /v1/kiosks": KIOSK,
    "GET /v1/kiosks/self/ticket": KIOSK_WAITS,
    "POST /v1/kiosks/self/ratings": KIOSK,
    "POST /v1/kiosks/self/heartbeat": KIOSK,
    "POST /v1/kiosks/self/key": KIOSK,
    "PUT /v1/kiosks/{id}/ticket": STATUS,
    "GET /r/{token}": RATING,
    "POST /r/{token}": RATING,
    "POST /r/{token}/revise": RATING,
    "POST /r/{token}/decline": RATING,
    "POST /r/{token}/resolved": RATING,
    "POST /r": READ,
    "GET /embed/{token}": RATING,
    "POST /embed/{token}": RATING,
    "POST /track": READ,
    "POST /v1/lgsp/pushes/{id}/resend": ADMIN,
}
"""Routes whose kind their method and scopes do not tell."""

OWN: Final = {
    "POST /oauth/token": GATEWAY,
    **{f"POST {mapi}/{step}": GATEWAY for mapi in MAPI for step in ("login", "g")},
    "POST /dvcqg/nhanhsdvcqg": GATEWAY,
    "GET /v1/dossiers/{code}/papers/{kind}": "intake",
    "GET /v1/registers/dossiers.html": "intake",
    "GET /v1/registers/dossiers.pdf": "intake",
    "GET /v1/registers/dossiers.csv": "intake",
    **{
        f"GET /v1/shipments/{{id}}/checklist.{ending}": "postal"
        for ending in ("html", "pdf", "json")
    },
    "GET /v1/manifests/outbound.html": "postal",
    "GET /v1/manifests/outbound.pdf": "postal",
    "GET /v1/manifests/outbound.csv": "postal",
    "GET /v1/manifests/outbound.json": "postal",
    "GET /post": "postal",
    "GET /": "kpi",
    "GET /board": "kpi",
    "GET /board/{plan}": "kpi",
    "GET /board/{plan}/{target}": "kpi",
    "GET /board/{plan}/units/{agency}": "kpi",
    "GET /board/{plan}/procedures/{code}": "kpi",
    "GET /r/{token}": "rating",
    "POST /r/{token}": "rating",
    "POST /r/{token}/revise": "rating",
    "POST /r/{token}/decline": "rating",
    "POST /r/{token}/resolved": "rating",
    "GET /r": GATEWAY,
    "GET /ratings/{agency}": "rating",
    "GET /ratings/{agency}/badge.svg": "rating",
    "POST /r": GATEWAY,
    "GET /embed/{token}": "rating",
    "POST /embed/{token}": "rating",
    "GET /widget": GATEWAY,
    "GET /kiosk": GATEWAY,
    "GET /kiosk/{file}": GATEWAY,
    "GET /track": GATEWAY,
    "POST /track": "intake",
    "GET /docs": GATEWAY,
    "GET /v1/lgsp/pushes": GATEWAY,
    "POST /v1/lgsp/pushes/{id}/resend": GATEWAY,
}
"""The gateway's own routes, and whose work they make."""

FREE: Final = ("/health/", "/.well-known/", "/static/", "/widget/v1/")
"""What begins so is never counted and never refused."""

OPERATORS: Final = frozenset({Scope.PARTNERS_ADMIN, Scope.AUDIT_READ})
OF_THE_BODY: Final = frozenset({TOKEN, LOGIN, MESSAGE})
"""Whose these are stands in their body: their routes spend the quota, see `gateway.limits.passage`."""

OF_PAGES: Final = ("/board", "/r", "/embed/", "/widget", "/kiosk", "/track", "/post", "/docs")
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class Calls:
    """Finds the kind of a request by its method and address."""

    def __init__(self, openings: Iterable[Opening]) -> None:
        self._routes: dict[tuple[int, str, str], list[tuple[re.Pattern[str], str, Call]]] = {}
        for opening in openings:
            route = f"{opening.method} {opening.path}"
            kind = SPECIAL.get(route) or _by_scopes(opening)
            self._enter(route, Call(kind, opening.service, opened=route))
        for route, service in OWN.items():
            path = route.split()[1]
            page = path == "/" or path.startswith(OF_PAGES)
            told = path.startswith(DIALECT)
            self._enter(route, Call(SPECIAL.get(route, READ), service, page=page, dialect=told))
        self._others = {True: Call(READ, GATEWAY), False: Call(WRITE, GATEWAY)}

    def find(self, method: str, path: str) -> Call:
        """The kind of a request; what is no route at all is a read or a write of the gateway's own."""
        asked = "GET" if method in SAFE else method
        for pattern, taken, call in self._routes.get(_place(path), ()):
            if taken == asked and pattern.fullmatch(path):
                return call
        return self._others[method in SAFE]

    def _enter(self, route: str, call: Call) -> None:
        method, path = route.split()
        entry = (pattern_of(path), method, call)
        place = self._routes.setdefault(_place(path), [])
        # What is written out goes before what a parameter would take as well.
        place.insert(0, entry) if "{" not in path else place.append(entry)


def _by_scopes(opening: Opening) -> Kind:
    if opening.scopes is not None and OPERATORS.issuperset(opening.scopes):
        return ADMIN
    return READ if opening.method in SAFE else WRITE


def _place(path: str) -> tuple[int, str, str]:
    parts = path.split("/", 8)
    second = parts[2] if len(parts) > 2 and parts[1] == "v1" else ""  # noqa: PLR2004 - of a path's parts
    return len(parts), parts[1] if len(parts) > 1 else "", second
