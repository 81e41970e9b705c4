"""Two shares and how far apart they are. Values only."""

from dataclasses import dataclass
from math import sqrt

Z = 1.959964
"""Of the standard normal distribution, for 95 %."""


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    count: int
    among: int

    @property
    def value(self) -> float:
        """As a number; 0 of nothing."""
        return self.count / self.among if self.among else 0.0


def wilson(share: Share) -> tuple[float, float]:
    """The 95 % score interval of a share (Wilson 1927).

    >>> [round(bound, 3) for bound in wilson(Share(8, 10))]
    [0.49, 0.943]
    """
    n, p = share.among, share.value
    if n == 0:
        return 0.0, 1.0
    middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def difference(one: Share, other: Share) -> tuple[float, float]:
    """The 95 % interval of the difference of two shares (Newcombe 1998, method 10).

    >>> [round(bound, 4) for bound in difference(Share(56, 70), Share(48, 80))]
    [0.0524, 0.3339]
    """
    gap = one.value - other.value
    (low, high), (other_low, other_high) = wilson(one), wilson(other)
    below = sqrt((one.value - low) ** 2 + (other_high - other.value) ** 2)
    above = sqrt((high - one.value) ** 2 + (other.value - other_low) ** 2)
    return gap - below, gap + above
