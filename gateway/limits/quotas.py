"""Spends quotas: all those a request needs, or none of them."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from gateway.limits.callers import Spends
from gateway.limits.gcra import Gcra
from gateway.limits.policies import Policies

BUSY_FOR = 5.0
"""Seconds after which a caller with too much at once is asked to look again; nobody knows when it ends."""


@dataclass(slots=True)
class Spent:
    """What a request was given, and how its caller stands after it."""

    violated: list[str] = field(default_factory=list)
    """Quotas that refuse it; nothing was taken if there are any."""
    wait: float = 0.0
    standings: list[tuple[str, str]] = field(default_factory=list)
    """Of each quota, what holds and what is left, as the headers say it."""
    held: list[tuple[str, Hashable]] = field(default_factory=list)
    """What is to be given back at the end."""

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """``RateLimit-Policy`` and ``RateLimit``."""
        if not self.standings:
            return []
        policies, standings = zip(*self.standings, strict=True)
        return [
            (b"ratelimit-policy", ", ".join(policies).encode()),
            (b"ratelimit", ", ".join(standings).encode()),
        ]


class Quotas:
    """All quotas of this gateway."""

    def __init__(self, policies: Policies, *, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._rates = {name: Gcra(rate) for name, rate in policies.rates.items()}
        self._at_once = policies.at_once
        self._running: Counter[tuple[str, Hashable]] = Counter()
        self._told = {
            name: f'"{name}";q={rate.quota};w={rate.seconds:.0f}'
            for name, rate in policies.rates.items()
        } | {
            name: f'"{name}";q={most};qu="concurrent-requests"'
            for name, most in policies.at_once.items()
        }

    def exhausted(self, spends: Spends) -> Spent | None:
        """The refusal, if this quota is used up; nothing is taken."""
        counted = self._rates.get(spends.quota)
        if counted is None:
            return None
        standing = counted.peek(spends.key, self._now())
        if standing.allowed:
            return None
        spent = Spent([spends.quota], standing.wait)
        self._tell(spent, [(spends.quota, standing.remaining, standing.full_in)])
        return spent

    def take(self, wanted: list[Spends], cost: int = 1) -> Spent:
        """Spend what a request needs. Whoever takes gives back at the end.

        `cost` is what one that spends a single quota takes of it. What costs more than a whole quota costs
        all of it: it would never be let in otherwise.
        """
        spent = Spent()
        now = self._now()
        if len(wanted) == 1 and wanted[0].quota in self._rates:
            # The common case; taking from one alone needs no look before it.
            quota, key = wanted[0]
            counted = self._rates[quota]
            standing = counted.take(key, now, min(cost, counted.rate.quota))
            if not standing.allowed:
                spent.violated, spent.wait = [quota], standing.wait
            self._tell(spent, [(quota, standing.remaining, standing.full_in)])
            return spent
        standings: list[tuple[str, int, int]] = []
        for quota, key in wanted:
            if quota in self._rates:
                standing = self._rates[quota].peek(key, now)
                standings.append((quota, standing.remaining, standing.full_in))
                wait = standing.wait
            elif quota in self._at_once:
                left = self._at_once[quota] - self._running[quota, key]
                standings.append((quota, max(left, 0), 0 if left else round(BUSY_FOR)))
                wait = 0.0 if left > 0 else BUSY_FOR
            else:
                continue
            if wait:
                spent.violated.append(quota)
                spent.wait = max(spent.wait, wait)
        if not spent.violated:
            standings = self._taken(wanted, now, spent)
        self._tell(spent, standings)
        return spent

    def give_back(self, spent: Spent) -> None:
        """What ran at once has ended."""
        for held in spent.held:
            self._running[held] -= 1
            if not self._running[held]:
                del self._running[held]

    def _taken(self, wanted: list[Spends], now: float, spent: Spent) -> list[tuple[str, int, int]]:
        standings: list[tuple[str, int, int]] = []
        for quota, key in wanted:
            if quota in self._rates:
                standing = self._rates[quota].take(key, now)
                standings.append((quota, standing.remaining, standing.full_in))
            elif quota in self._at_once:
                self._running[quota, key] += 1
                spent.held.append((quota, key))
                standings.append((quota, self._at_once[quota] - self._running[quota, key], 0))
        return standings

    def _tell(self, spent: Spent, standings: list[tuple[str, int, int]]) -> None:
        spent.standings += [
            (self._told[quota], f'"{quota}";r={left};t={full}') for quota, left, full in standings
        ]
