"""The quotas as data: how much each kind of caller may ask, told by the settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from chassis.settings import Settings
from gateway.limits.gcra import Rate

RATES: Final = (
    "token",
    "dialect",
    "write",
    "read",
    "carrier",
    "rating",
    "device",
    "admin",
    "network",
)
"""Quotas of so much in so many seconds; each is a setting of that name."""

AT_ONCE: Final = ("bulk", "export")
"""Quotas of so many at the same time."""

OFF: Final = "off"


@dataclass(frozen=True)
class Policies:
    """What holds in this installation. A quota that is not here does not limit."""

    rates: dict[str, Rate]
    at_once: dict[str, int]

    @classmethod
    def of(cls, settings: Settings) -> Policies:
        """The quotas that the settings ask for."""
        if not settings.limits:
            return cls({}, {})
        told = {name: str(getattr(settings, f"limit_{name}")) for name in (*RATES, *AT_ONCE)}
        return cls(
            {name: Rate.of(told[name]) for name in RATES if told[name] != OFF},
            {name: int(told[name]) for name in AT_ONCE if told[name] != OFF},
        )
