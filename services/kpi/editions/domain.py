"""What an edition holds, how editions are chained, and what changed since. Values only."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Any

from contracts.vocabulary import FigureState, Operator, Verdict

FORMAT = "edition/1"
BEGINNING = "0" * 64
"""What the first edition of a chain follows."""

UNREADABLE = "what it says cannot be read"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One figure as it was closed."""

    indicator: str
    kind: str
    count: int | None
    among: int | None
    value: str | None
    state: str
    verdict: str
    operator: str | None
    target: str | None
    unknown: int
    """Among how many nothing was told."""
    unplaced: int = 0
    """Of how many beside them it was not told whether they were counted among."""
    missing: tuple[str, ...]
    """Agencies that owed a report."""
    of: str | None
    definition_version: int
    definition_digest: str
    """SHA-256 of how it was counted: a definition that changes its text changes this."""

    def same_figure(self, other: "Entry") -> bool:
        """Whether both tell the same, by the same definition."""
        return asdict(self) == asdict(other)


@dataclass(frozen=True)
class Link:
    """An edition as a link of the chain."""

    place: int
    previous: str
    hash: str
    body: str
    columns: Mapping[str, str]
    """What is kept beside the body to find it by, which the body must say too."""


def canonical(told: Any) -> str:
    """JSON with one way to write it.

    >>> canonical({"b": 1, "a": "ă"})
    '{"a":"ă","b":1}'
    """
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def digest_of(told: Any) -> str:
    """SHA-256 of something as canonical JSON."""
    return hashlib.sha256(canonical(told).encode()).hexdigest()


def hash_of(previous: str, body: str) -> str:
    """The hash of an edition: of the one before it and of all it says."""
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


@dataclass(frozen=True)
class Walk:
    """How far a chain was walked, and where it broke, if it did."""

    place: int = 0
    head: str = BEGINNING
    broken_at: int | None = None
    why: str | None = None


def walked(links: Iterable[Link], so_far: Walk) -> Walk:
    """A chain walked on, link after link, until one is broken."""
    at = so_far
    for link in links:
        if at.broken_at is not None:
            return at
        why = broken(link, at)
        at = (
            Walk(link.place, link.hash)
            if why is None
            else Walk(at.place, at.head, at.place + 1, why)
        )
    return at


def broken(link: Link, after: Walk) -> str | None:
    """What is wrong with a link that should follow what was walked so far; none if nothing is."""
    if link.place != after.place + 1:
        return "an edition is gone"
    if link.previous != after.head:
        return "it does not follow the edition before it"
    if link.hash != hash_of(link.previous, link.body):
        return "what it says is not what was hashed"
    try:
        told = json.loads(link.body)
    except ValueError:
        return UNREADABLE
    if any(str(told.get(name)) != value for name, value in link.columns.items()):
        return "what it is found by is not what it says"
    return None


def entries_of(body: Mapping[str, Any]) -> tuple[Entry, ...]:
    """The figures of an edition."""
    return tuple(Entry(**told | {"missing": tuple(told["missing"])}) for told in body["entries"])


def unlike(closed: Sequence[Entry], now: Sequence[Entry]) -> list[str]:
    """The indicators whose figure is no longer as it was closed."""
    before = {one.indicator: one for one in closed}
    after = {one.indicator: one for one in now}
    return [
        name
        for name in dict.fromkeys((*before, *after))
        if name not in before or name not in after or not before[name].same_figure(after[name])
    ]


def percent(entry: Entry) -> str:
    """A figure as people read it: per cent with one place, rounded towards failure.

    A figure without a share is told by its value, or by why it has none.
    """
    if entry.count is None or not entry.among:
        return entry.value or entry.state
    downward = entry.operator not in {Operator.LT, Operator.LTE}
    thousandths = Fraction(entry.count, entry.among) * 1000
    rounded = floor(thousandths) if downward else ceil(thousandths)
    return f"{rounded // 10},{rounded % 10} %"


def shown(closed: Entry, now: Entry, corrected: int | None) -> tuple[str, str]:
    """What is said where a closed figure has changed, in Vietnamese and English."""
    was, stands = percent(closed), percent(now)
    vi = f"đã chốt {was}, hiện tại {stands}"
    en = f"closed {was.replace(',', '.')}, now {stands.replace(',', '.')}"
    if corrected is None:
        return vi, en
    return f"{vi} ({corrected} hồ sơ sửa)", f"{en} ({corrected} dossiers corrected)"


def corrected_for(
    corrections: Iterable[tuple[str, str, Mapping[str, int]]],
    measures: frozenset[str],
    fields: Sequence[str],
) -> int:
    """How many dossiers now add something else to these measures of these fields (all when empty).

    Each correction is of a dossier and a field, with what it added to each measure; what a dossier took
    from one half-month and gave to another of the same period changed nothing.
    """
    sums: dict[str, dict[str, int]] = {}
    for code, field, amounts in corrections:
        if fields and field not in fields:
            continue
        told = sums.setdefault(code, {})
        for name in measures & amounts.keys():
            told[name] = told.get(name, 0) + amounts[name]
    return sum(any(told.values()) for told in sums.values())


def missing_of(entries: Iterable[Entry]) -> list[str]:
    """The indicators that had no data when the period was closed."""
    return [one.indicator for one in entries if one.state == FigureState.NO_DATA]


def score_of(entries: Iterable[Entry]) -> tuple[int, int]:
    """How many targets were met, of how many that were due."""
    due = [one for one in entries if one.target and one.verdict != Verdict.NOT_DUE]
    return sum(one.verdict == Verdict.MET for one in due), len(due)
