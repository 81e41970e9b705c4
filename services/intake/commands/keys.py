"""What an operator does with the keys of personal data: one batch each, so that any of it may be resumed."""

from dataclasses import dataclass
from datetime import timedelta

from chassis.database import UnitOfWork
from chassis.running import Running, running_of
from services.intake.commands import personal
from services.intake.domain.personal import KeyPurpose, quarter_of
from services.intake.keyring import FRESH_SECONDS, Keyring
from services.intake.queries import personal as queries

DAY_OF_GRACE = timedelta(days=1)
"""How long after its quarter a key may still be sealing somewhere: clocks differ."""

MOMENT_OF_GRACE = timedelta(seconds=5 * FRESH_SECONDS)
"""How long after it was retired a key may still be sealing in another process."""


@dataclass(frozen=True)
class KeysStanding:
    """The keys there are, and what they seal."""

    kek_in_use: str
    wrapped_by: dict[str, int]
    """How many data keys each key-encryption key wraps, those at hand first."""
    missing: tuple[str, ...]
    """Key-encryption keys that wrap something and are not in the file."""
    sealing: int
    """Data keys that new values may be sealed with."""
    retired: int
    sealed: int
    """Dossiers with sealed personal data."""
    waiting: int
    """Of those, how many wait to be sealed anew; `motcua keys reseal` does it."""
    plain: int
    """Dossiers of earlier versions in plain text; `motcua keys reseal` seals them."""


async def standing(running: Running) -> KeysStanding:
    """The keys of an installation, and how many dossiers each seals."""
    keyring = running.own(Keyring)
    rows = await queries.keys_at_hand(UnitOfWork(running.database))
    counts = await queries.sealed_counts(running.database)
    wrapped_by = dict.fromkeys(keyring.keks, 0)
    for row in rows:
        wrapped_by[row.kek] = wrapped_by.get(row.kek, 0) + 1
    retired = {row.id for row in rows if row.retired_at is not None}
    return KeysStanding(
        kek_in_use=keyring.kek_in_use,
        wrapped_by=wrapped_by,
        missing=tuple(kek for kek in wrapped_by if kek not in keyring.keks),
        sealing=sum(row.purpose is KeyPurpose.SEAL and row.id not in retired for row in rows),
        retired=len(retired),
        sealed=sum(count for key, count in counts.items() if key is not None),
        waiting=sum(counts.get(key, 0) for key in retired),
        plain=counts.get(None, 0),
    )


async def rewrap(limit: int, uow: UnitOfWork) -> int:
    """Wrap data keys with the key-encryption key in use, one batch; how many, 0 at the end.

    Raises `PersonalDataKeyMissing` where the one that wraps them now is not at hand.
    """
    keyring = running_of(uow).own(Keyring)
    rows = await queries.keys_wrapped_otherwise(keyring.kek_in_use, limit, uow)
    for row in rows:
        row.kek, row.wrapped = keyring.rewrapped(row)
    return len(rows)


async def retire(uow: UnitOfWork, *, unreadable_alone: bool = False) -> int:
    """Let every data key that seals be followed by a new one; how many were retired.

    With `unreadable_alone` only those whose key-encryption key is lost, those of indexes too, so that
    filing can go on: what they sealed stays as it is until their key comes back.
    """
    keyring = running_of(uow).own(Keyring)
    count = 0
    for row in await queries.keys_at_hand(uow):
        wanted = not keyring.opens(row) if unreadable_alone else row.purpose is KeyPurpose.SEAL
        if wanted and row.retired_at is None:
            row.retired_at = uow.now
            count += 1
    return count


async def reseal(
    after: str, limit: int, everything: bool, uow: UnitOfWork
) -> tuple[str, int] | None:
    """Seal personal data anew that stand in plain text or under a retired key, one batch by code.

    Returns the code to go on after and how many dossiers were sealed, or None at the end. With
    `everything` also what is well sealed, so that its digests are made anew.
    """
    keyring = running_of(uow).own(Keyring)
    rows = await queries.dossiers_to_reseal(after, limit, everything=everything, uow=uow)
    if not rows:
        return None
    steps = await queries.steps_of_many([row.code for row in rows], uow)
    for row in rows:
        key = await keyring.sealing(row.agency, uow.now)
        await personal.put_words_under(key, steps[row.code], row, uow)
        await personal.put_under(key, row, uow)
        # A step reported meanwhile was sealed under the key before: the revision makes it look again.
        row.revision += 1
    return rows[-1].code, len(rows)


async def destroy_emptied(uow: UnitOfWork) -> int:
    """Destroy data keys that seal nothing any more (huỷ khoá), so that old copies are lost with them.

    How many were destroyed. A key whose quarter runs may seal the next filing, so it stays.
    """
    rows = await queries.emptied_keys(
        quarter_of(uow.now - DAY_OF_GRACE), uow.now - MOMENT_OF_GRACE, uow
    )
    for row in rows:
        row.wrapped = None
        row.retired_at = row.retired_at or uow.now
        row.destroyed_at = uow.now
    return len(rows)
