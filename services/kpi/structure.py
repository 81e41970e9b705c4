"""Which agencies a figure is counted over, by the structure at the time or by today's. Values only.

By today's structure the dossiers of an agency that others have taken over from are those of its successors,
and of theirs. A predecessor that was split is never divided: its dossiers count only where an agency stands
above all who took over from it, and there they stay a unit of their own.
"""

from collections.abc import Iterable, Mapping, Sequence

Units = Mapping[str, str]
"""The agencies whose dossiers are counted, each with the agency that they count as."""


def as_then(below: Iterable[str]) -> Units:
    """Every agency asked for counts as itself (theo cơ cấu tại thời điểm)."""
    return {agency: agency for agency in below}


def as_today(below: frozenset[str], succeeded: Mapping[str, Sequence[str]]) -> Units:
    """What counts for the agencies asked for by today's structure (theo cơ cấu hiện nay).

    `below` is the agency asked for and everything below it, `succeeded` who took over from whom, as far as
    they have by today.

    >>> sorted(as_today(frozenset({"ward"}), {"a": ["ward"], "b": ["a"], "c": ["ward", "d"]}).items())
    [('a', 'ward'), ('b', 'ward'), ('ward', 'ward')]
    """
    units = {agency: agency for agency in below if not succeeded.get(agency)}
    for agency in succeeded:
        heirs = heirs_today(agency, succeeded)
        if heirs <= below:
            units[agency] = next(iter(heirs)) if len(heirs) == 1 else agency
    return units


def heirs_today(agency: str, succeeded: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """Who has an agency's work today: its successors, theirs, and so on; itself where there are none.

    Agencies that succeed each other in a circle have no heir outside it: each keeps its own work.
    """
    heirs: set[str] = set()
    seen: set[str] = set()
    waiting = [agency]
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        following = succeeded.get(one)
        if following:
            waiting.extend(following)
        else:
            heirs.add(one)
    return frozenset(heirs or {agency})
