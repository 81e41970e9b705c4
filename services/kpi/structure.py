"""Which agencies and fields figures are counted over, by the structure at the time or today's. Values only.

By today's structure the dossiers of an agency that others have taken over from are those of its successors,
and of theirs. A predecessor that was split is never divided: its dossiers count only where an agency stands
above all who took over from it, and there they stay a unit of their own. Fields of administration are told
alike: one whose procedures belong to one other field today counts there, one that was split stays its own.
"""

from collections.abc import Iterable, Mapping, Sequence

Succeeded = Mapping[str, Sequence[str]]
"""What takes the place of what, as far as it has by today."""


class Units(dict[str, str]):
    """The agencies whose dossiers are counted, each with the agency that they count as.

    `fields` are those that count as another field; every other one counts as itself.
    """

    def __init__(
        self, agencies: Mapping[str, str], fields: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(agencies)
        self.fields: Mapping[str, str] = fields or {}

    def field(self, code: str) -> str:
        """The field that a field counts as."""
        return self.fields.get(code, code)

    def filed_under(self, fields: Iterable[str]) -> frozenset[str]:
        """The fields of dossiers that count as any of these, or as what took their place."""
        wanted = {self.field(code) for code in fields}
        return frozenset(wanted | {code for code, heir in self.fields.items() if heir in wanted})


def as_then(below: Iterable[str]) -> Units:
    """Every agency asked for counts as itself (theo cơ cấu tại thời điểm)."""
    return Units({agency: agency for agency in below})


def as_today(below: frozenset[str], succeeded: Succeeded, fields: Succeeded | None = None) -> Units:
    """What counts for the agencies asked for by today's structure (theo cơ cấu hiện nay).

    `below` is the agency asked for and everything below it; `succeeded` and `fields` tell which agencies and
    which fields others have taken the place of.

    >>> sorted(as_today(frozenset({"ward"}), {"a": ["ward"], "b": ["a"], "c": ["ward", "d"]}).items())
    [('a', 'ward'), ('b', 'ward'), ('ward', 'ward')]
    """
    units = Units(
        {agency: agency for agency in below if not succeeded.get(agency)},
        fields_today(fields or {}),
    )
    for agency in succeeded:
        heirs = heirs_today(agency, succeeded)
        if heirs <= below:
            units[agency] = next(iter(heirs)) if len(heirs) == 1 else agency
    return units


def fields_today(succeeded: Succeeded) -> Mapping[str, str]:
    """The fields that count as another today, each with that one.

    >>> fields_today({"a": ["b"], "b": ["c"], "split": ["c", "d"]})
    {'a': 'c', 'b': 'c'}
    """
    heirs = {field: heirs_today(field, succeeded) for field in succeeded}
    return {field: next(iter(one)) for field, one in heirs.items() if len(one) == 1}


def heirs_today(agency: str, succeeded: Succeeded) -> frozenset[str]:
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
