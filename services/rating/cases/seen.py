"""Whose cases and comments a caller sees."""

from dataclasses import dataclass

from chassis.auth import Principal
from chassis.running import Running
from contracts.vocabulary import Scope
from services.rating.lists import reached


@dataclass(frozen=True)
class Seen:
    """What a caller sees: plain cases, restricted ones, or both, of these agencies (of all when None)."""

    agencies: frozenset[str] | None
    plain: bool
    restricted: bool
    but: str | None
    """The agency whose restricted cases are not shown: the caller's own, unless nothing stands above it."""

    def shows(self, agency: str | None, *, restricted: bool) -> bool:
        """Whether what belongs to an agency is shown.

        >>> seen = Seen(frozenset({"A", "B"}), plain=True, restricted=True, but="A")
        >>> [seen.shows(one, restricted=True) for one in ("A", "B", "C", None)]
        [False, True, False, False]
        """
        if agency is None or (self.agencies is not None and agency not in self.agencies):
            return False
        if restricted:
            return self.restricted and agency != self.but
        return self.plain


async def seen_by(caller: Principal, running: Running, agency: str | None = None) -> Seen:
    """What a caller sees of an agency with everything below it. Raises `UnknownAgency`."""
    but = None
    if caller.agency is not None:
        line = await running.tree.lineage(caller.agency)
        # Where nothing stands above it, somebody of its own must look into it.
        but = line[0] if len(line) > 1 else None
    return Seen(
        agencies=await reached(agency, caller, running),
        plain=Scope.RATINGS_CASES in caller.scopes,
        restricted=Scope.RATINGS_INTEGRITY in caller.scopes,
        but=but,
    )
