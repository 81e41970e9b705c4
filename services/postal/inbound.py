"""A carrier's message: verified first, then kept for good, then answered; worked out beside the answer."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from pydantic import TypeAdapter

from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.postal import CarrierRecordOutcome
from contracts.problems import NotFound
from contracts.vocabulary import Carrier, CarrierOutcome
from services.postal import queries, replays
from services.postal.accounts import AccountsAtHand, account_of
from services.postal.carriers import messages_through
from services.postal.carriers.base import (
    Account,
    BadRecord,
    Batch,
    CarrierSignatureInvalid,
    Record,
    SendsMessages,
)
from services.postal.domain import Strength
from services.postal.messages import Telling, absorb_all
from services.postal.raw import RawMessages
from services.postal.sending import pause_after
from services.postal.tables import CarrierAccount, InboundBatch

log = logging.getLogger("motcua.postal")

LEFT_FOR = timedelta(seconds=2)
"""How long a message is left to the process that took it, before the worker sees to it."""

_RECORDS = TypeAdapter(list[Record | BadRecord])
_OUTCOMES = TypeAdapter(list[CarrierRecordOutcome])


class UnknownCarrierAccount(NotFound):
    """There is no such account with the carrier."""

    title_vi = "Chưa có tài khoản kết nối này với bưu điện"


@dataclass(frozen=True)
class Kept:
    """A message that is kept, and what became of its records as far as that is known."""

    digest: str
    count: int
    """How many records it holds."""
    outcomes: list[CarrierRecordOutcome] | None
    """None until they are worked out."""

    def stored(self) -> list[CarrierRecordOutcome]:
        """What is said of the records when only that they are kept is known."""
        return [CarrierRecordOutcome(outcome=CarrierOutcome.STORED)] * self.count


async def keep_message(
    interface_name: str,
    account_name: str | None,
    raw: bytes,
    headers: Mapping[str, str],
    uow: UnitOfWork,
) -> Kept:
    """Keep a carrier's message once it is shown to be the carrier's.

    The same bytes again are not kept twice. Raises what reading raises (nothing is kept of a message that
    is not the carrier's), what the interface raises of a message without use, `UnknownCarrierAccount` and
    `CarrierMessageIdReused`.
    """
    interface = messages_through(interface_name)
    account, batch = await _verified(interface, account_name, raw, headers, uow)
    interface.expect_usable(batch)
    digest = sha256(f"{interface_name}|{account.name}|".encode() + raw).hexdigest()
    await replays.remember(interface.name, account.name, batch.message_id, digest, uow)
    if uow.attempt > 1:
        earlier = await uow.get(InboundBatch, digest)
        if earlier is not None:
            return Kept(digest, len(batch.records), outcomes_of(earlier))
    uow.add(
        InboundBatch.of(
            digest=digest,
            interface=interface.name,
            account=account.name,
            received_at=uow.now,
            strength=batch.strength_on(uow.now),
            sealed=running_of(uow).own(RawMessages).sealed(raw, digest, account.name),
            records=_RECORDS.dump_python(list(batch.records), mode="json"),
            work_at=uow.now + LEFT_FOR,
        )
    )
    return Kept(digest, len(batch.records), None)


async def work_out(
    digests: Sequence[str], uow: UnitOfWork
) -> dict[str, list[CarrierRecordOutcome]]:
    """Fold kept messages into positions; what became of their records, by digest.

    One that is worked out already tells what became of it then.
    """
    kept = (await uow.get_many(InboundBatch, [(digest,) for digest in digests])).values()
    found = {batch.digest: outcomes_of(batch) for batch in kept}
    for carrier in sorted({batch.interface for batch in kept}):
        fresh = [one for one in kept if one.interface is carrier and found[one.digest] is None]
        for batch, outcomes in zip(fresh, await _absorbed(fresh, carrier, uow), strict=True):
            batch.outcomes = _OUTCOMES.dump_python(outcomes, mode="json")
            batch.records = batch.work_at = batch.problem = None
            batch.revision += 1
            found[batch.digest] = outcomes
    return {digest: outcomes for digest, outcomes in found.items() if outcomes is not None}


async def put_off(digest: str, reason: str, uow: UnitOfWork) -> None:
    """Have a message that could not be worked out tried again, later each time: it is never given up."""
    batch = await uow.get(InboundBatch, digest)
    if batch is None or batch.work_at is None:
        return
    batch.attempts += 1
    batch.problem = reason
    batch.work_at = uow.now + pause_after(batch.attempts)
    batch.revision += 1


async def forget_messages(before: timedelta, limit: int, uow: UnitOfWork) -> int:
    """Erase messages that were worked out and came longer ago than that; returns how many.

    What they told stays, record by record, and knows itself again when it is repeated.
    """
    old = await queries.messages_before(uow.now - before, limit, uow)
    for batch in old:
        uow.remove(batch)
    return len(old)


def outcomes_of(batch: InboundBatch) -> list[CarrierRecordOutcome] | None:
    """What became of a message's records; none until it is worked out."""
    return None if batch.outcomes is None else _OUTCOMES.validate_python(batch.outcomes)


async def _absorbed(
    batches: Sequence[InboundBatch], carrier: Carrier, uow: UnitOfWork
) -> list[list[CarrierRecordOutcome]]:
    tellings = [
        Telling(
            _RECORDS.validate_python(one.records),
            one.strength or Strength.UNPROVEN,
            one.account,
            one.received_at,
        )
        for one in batches
    ]
    return await absorb_all(tellings, carrier, uow)


async def _verified(
    interface: SendsMessages,
    account_name: str | None,
    raw: bytes,
    headers: Mapping[str, str],
    uow: UnitOfWork,
) -> tuple[Account, Batch]:
    """The account a message is for and what it says; without a name, the one whose key it is signed with."""
    at_hand = running_of(uow).own(AccountsAtHand)
    rows = await at_hand.with_carrier(interface.name, uow)
    try:
        return _signed_for(rows, interface, account_name, raw, headers)
    except (CarrierSignatureInvalid, UnknownCarrierAccount):
        # The account may have been opened, or its key changed, since they were read.
        rows = await at_hand.with_carrier(interface.name, uow, fresh=True)
        return _signed_for(rows, interface, account_name, raw, headers)


def _signed_for(
    rows: Sequence[CarrierAccount],
    interface: SendsMessages,
    account_name: str | None,
    raw: bytes,
    headers: Mapping[str, str],
) -> tuple[Account, Batch]:
    wanted = [row for row in rows if account_name in {None, row.name}]
    if not wanted:
        raise UnknownCarrierAccount("Open the account with `motcua carrier add` first.")
    for row in wanted[:-1]:
        try:
            return account_of(row), interface.read(raw, headers, account_of(row))
        except CarrierSignatureInvalid:
            continue
    last = account_of(wanted[-1])
    return last, interface.read(raw, headers, last)
