"""A device becomes the kiosk of a counter, and goes on with another key."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.channels import ChannelOpened
from contracts.rating.kiosks import EnrolmentWanted, KioskEnrolled, KioskKeyWanted
from services.rating.kiosks import domain, proofs
from services.rating.kiosks.commands.proving import Device, Proved, prove
from services.rating.kiosks.refused import (
    EnrolmentCodeUnknown,
    KioskKeyTaken,
    KioskKeyUnproved,
    UnknownAgency,
)
from services.rating.kiosks.tables import Kiosk, KioskEnrolment, KioskKey, KioskStanding

CODE_GOOD = timedelta(minutes=10)


@dataclass(frozen=True)
class Enrolment:
    """An enrolment, and the code that is shown this once."""

    code: str
    row: KioskEnrolment


async def make_enrolment(wanted: EnrolmentWanted, caller: Principal, uow: UnitOfWork) -> Enrolment:
    """A code by which one device becomes the kiosk of a counter. Raises `UnknownAgency`."""
    tree = running_of(uow).tree
    if not (await tree.knows(wanted.agency) and await tree.covers(caller, wanted.agency)):
        raise UnknownAgency("Name an agency of the directory that is yours.")
    code = domain.code_of(secrets.token_bytes(domain.CODE_LENGTH))
    row = KioskEnrolment.of(
        code_hash=domain.digest(code),
        agency=wanted.agency,
        counter=wanted.counter,
        made_by=caller.client,
        made_at=uow.now,
        expires_at=uow.now + CODE_GOOD,
    )
    uow.add(row)
    return Enrolment(code, row)


async def enrol(wanted: KioskEnrolled, uow: UnitOfWork) -> Device:
    """Make a device the kiosk its code is for.

    Raises `EnrolmentCodeUnknown`, `KioskKeyUnproved`, `KioskKeyTaken`.
    """
    code = domain.plain_code(wanted.code)
    enrolment = await uow.get(KioskEnrolment, domain.digest(code))
    if enrolment is None or enrolment.used_at is not None or enrolment.expires_at <= uow.now:
        raise EnrolmentCodeUnknown("A code is good once, for ten minutes: have another made.")
    kiosk = Kiosk.of(
        id=secrets.token_hex(16),
        agency=enrolment.agency,
        counter=enrolment.counter,
        enrolled_by=enrolment.made_by,
        enrolled_at=uow.now,
    )
    key = await _registered(kiosk.id, wanted.public_key.model_dump(), wanted.proof, code, uow)
    enrolment.used_at = uow.now
    enrolment.revision += 1
    standing = KioskStanding.of(kiosk=kiosk.id)
    uow.add(kiosk)
    uow.add(standing)
    opened = ChannelOpened(channel=kiosk.id, agency=kiosk.agency, opened_at=uow.now)
    uow.record(opened, subject=kiosk.id)
    return Device(kiosk, standing, key)


async def rotate(proved: Proved, wanted: KioskKeyWanted, uow: UnitOfWork) -> Device:
    """Let a kiosk go on with another key; the one before is taken for some days yet.

    Raises `KioskKeyUnproved`, `KioskKeyTaken`, and as `prove` does.
    """
    device = await prove(proved, uow)
    kiosk = device.kiosk
    key = await _registered(kiosk.id, wanted.public_key.model_dump(), wanted.proof, kiosk.id, uow)
    overlap = timedelta(days=running_of(uow).settings.kiosk_key_overlap_days)
    device.key.ends_at = min(device.key.ends_at, uow.now + overlap)
    return Device(kiosk, device.standing, key)


async def _registered(
    kiosk: str, public_key: dict[str, str], proof: str, word: str, uow: UnitOfWork
) -> KioskKey:
    name = domain.thumbprint(public_key)
    try:
        proofs.expect_held(proof, proofs.key_of(public_key), name, word)
    except proofs.UNSOUND as bad:
        raise KioskKeyUnproved(f"Sign with the key you register: {bad}") from bad
    if await uow.get(KioskKey, name) is not None:
        raise KioskKeyTaken("Make a new key for each enrolment.")
    settings = running_of(uow).settings
    rotates_at = uow.now + timedelta(days=settings.kiosk_key_days)
    key = KioskKey.of(
        id=name,
        kiosk=kiosk,
        public_key=public_key,
        registered_at=uow.now,
        rotates_at=rotates_at,
        ends_at=rotates_at + timedelta(days=settings.kiosk_key_overlap_days),
    )
    uow.add(key)
    return key
