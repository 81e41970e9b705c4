"""What the counter found in an envelope against what the postman had counted into it. Values only."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Count:
    """How many sheets of one paper there are (thành phần hồ sơ)."""

    name: str
    originals: int = 0
    copies: int = 0


@dataclass(frozen=True)
class Difference:
    """A paper that was counted otherwise on opening than on pickup (chênh lệch)."""

    name: str
    originals_picked_up: int
    originals_found: int
    copies_picked_up: int
    copies_found: int


def differences(picked: Iterable[Count], opened: Iterable[Count]) -> tuple[Difference, ...]:
    """Every paper whose two counts differ: those picked up in their order, then those found besides.

    Case, blanks and Unicode form of a name make no difference; lines of one name are counted together.

    >>> differences([Count("Đơn", 1)], [Count("đơn ", 1), Count("Bản vẽ", 0, 2)])
    (Difference(name='Bản vẽ', originals_picked_up=0, originals_found=0, copies_picked_up=0, copies_found=2),)
    """
    before, after = _sums(picked), _sums(opened)
    names = dict.fromkeys((*before, *after))
    found = []
    for key in names:
        one, other = before.get(key), after.get(key)
        told = (one or other or Count("")).name
        was, now = one or Count(told), other or Count(told)
        if (was.originals, was.copies) != (now.originals, now.copies):
            found.append(Difference(told, was.originals, now.originals, was.copies, now.copies))
    return tuple(found)


def _sums(counts: Iterable[Count]) -> dict[str, Count]:
    sums: dict[str, Count] = {}
    for one in counts:
        key = " ".join(unicodedata.normalize("NFC", one.name).casefold().split())
        earlier = sums.get(key, Count(one.name))
        sums[key] = Count(
            earlier.name, earlier.originals + one.originals, earlier.copies + one.copies
        )
    return sums
