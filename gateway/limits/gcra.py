"""The generic cell rate algorithm: one instant remembered for each key. Values only.

A key may spend its whole quota at once, and gets it back evenly over the window. Nothing is kept but the
instant at which all of it will be back, so a key costs the same memory whatever its quota is.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from math import ceil
from typing import NamedTuple

REMEMBERED = 200_000
"""Keys that are remembered; beyond that the one least recently seen is forgotten, to its advantage."""

CLOSE = 1e-9
"""Seconds that rounding may cost."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So much in so many seconds; all of it may come at once.

    >>> Rate.of("200/4")
    Rate(quota=200, seconds=4.0)
    """

    quota: int
    seconds: float

    @classmethod
    def of(cls, text: str) -> Rate:
        """A rate as settings write it: quota, a slash, seconds."""
        quota, seconds = text.split("/")
        return cls(int(quota), float(seconds))

    @property
    def step(self) -> float:
        """Seconds in which one unit comes back."""
        return self.seconds / self.quota


class Standing(NamedTuple):
    """How a key stands with its quota."""

    allowed: bool
    remaining: int
    """Units left."""
    full_in: int
    """Whole seconds until nothing is missing."""
    wait: float
    """Seconds until what was asked would be allowed; nothing where it is."""


class Gcra:
    """Counts keys against one rate.

    >>> twice = Gcra(Rate(2, 60.0))
    >>> [twice.take("a", now).allowed for now in (0.0, 1.0, 2.0, 31.0, 32.0)]
    [True, True, False, True, False]
    >>> twice.peek("a", 32.0).wait, twice.peek("b", 32.0).remaining
    (28.0, 2)
    """

    def __init__(self, rate: Rate, *, remembered: int = REMEMBERED) -> None:
        self.rate = rate
        self._step = rate.step
        self._remembered = remembered
        self._full_at: OrderedDict[Hashable, float] = OrderedDict()

    def peek(self, key: Hashable, now: float, cost: int = 1) -> Standing:
        """How it stands, and whether `cost` units would be given; nothing is taken."""
        missing = max(self._full_at.get(key, now) - now, 0.0)
        wait = missing + cost * self._step - self.rate.seconds
        if wait <= CLOSE:
            wait = 0.0
        remaining = int((self.rate.seconds - missing) / self._step + CLOSE)
        return Standing(wait == 0.0, remaining, ceil(missing), wait)

    def take(self, key: Hashable, now: float, cost: int = 1) -> Standing:
        """Take `cost` units if they are there; what is refused costs nothing."""
        standing = self.peek(key, now, cost)
        if not standing.allowed:
            return standing
        full_at = max(self._full_at.get(key, now), now) + cost * self._step
        self._full_at[key] = full_at
        self._full_at.move_to_end(key)
        if len(self._full_at) > self._remembered:
            self._full_at.popitem(last=False)
        return Standing(True, standing.remaining - cost, ceil(full_at - now), 0.0)
