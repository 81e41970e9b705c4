"""What a message of the dialect asks of intake, known once it is read: how much, and how urgently."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil

from fastapi import Request

from gateway.dialect.answers import DialectRefusal, Verdict
from gateway.dialect.dossiers import ROWS
from gateway.dialect.envelope import Envelope
from gateway.limits.callers import Spends
from gateway.limits.kinds import READ, STATUS, WRITE, Kind
from gateway.limits.passage import passage_of
from gateway.tables import Client

MOST_DOSSIERS = 100
"""Dossiers in one message: each takes up to three requests to intake, one after the other, and systems of
this kind wait no longer than a minute for the answer to all of them."""


@dataclass(frozen=True)
class Weight:
    """How a message counts for its client."""

    kind: Kind
    cost: int = 1


Weighing = Callable[[Envelope], Weight]


def a_lookup(_: Envelope) -> Weight:
    """A message that changes nothing."""
    return Weight(READ)


def each_dossier(envelope: Envelope) -> Weight:
    """A write for each dossier. Raises `DialectRefusal` for too many."""
    return Weight(WRITE, _expect_few(len(envelope.entries)))


def each_status(envelope: Envelope) -> Weight:
    """News of a dossier for each entry, or of the one beside the envelope's own members."""
    count = len(envelope.entries) if "data" in envelope.members else 1
    return Weight(STATUS, _expect_few(count))


def each_dossier_told_of(envelope: Envelope) -> Weight:
    """News for each dossier that rows of progress are of: its rows travel to intake together."""
    rows = Counter(_dossier_of(entry) for entry in envelope.entries)
    _expect_few(len(rows))
    return Weight(STATUS, sum(ceil(count / ROWS) for count in rows.values()))


async def begin(request: Request, client: Client, weight: Weight) -> None:
    """Count a message for its client, and its work as intake's. Raises `Overspent`, `NoRoom`."""
    passage = passage_of(request)
    passage.spend(Spends(weight.kind.quota, client.id), weight.cost)
    await passage.move("intake", weight.kind.rank)


def _expect_few(dossiers: int) -> int:
    if dossiers > MOST_DOSSIERS:
        message = (
            f"data: tối đa {MOST_DOSSIERS} hồ sơ mỗi lần gửi, lần này có {dossiers}; chưa có gì được ghi "
            "nhận, hãy chia thành nhiều lần gửi."
        )
        raise DialectRefusal(Verdict.INVALID, message)
    return dossiers


def _dossier_of(row: object) -> str:
    if not isinstance(row, Mapping):
        return ""
    return next((str(told) for name, told in row.items() if str(name).lower() == "mahoso"), "")
