"""A device proves that a request is its own."""

from dataclasses import dataclass

from chassis.database import UnitOfWork
from services.rating.kiosks import domain, proofs
from services.rating.kiosks.refused import (
    KioskKeyOver,
    KioskProofInvalid,
    KioskProofReused,
    KioskRevoked,
)
from services.rating.kiosks.tables import Kiosk, KioskKey, KioskProof, KioskStanding


@dataclass(frozen=True)
class Proved:
    """A request as a device sent it, and its proof."""

    proof: str
    method: str
    path: str
    body_hash: str


@dataclass(frozen=True)
class Device:
    """The kiosk a request comes from."""

    kiosk: Kiosk
    standing: KioskStanding
    key: KioskKey


async def prove(proved: Proved, uow: UnitOfWork) -> Device:
    """The kiosk that signed a request, whose proof is used up now.

    Raises `KioskProofInvalid`, `KioskProofReused`, `KioskRevoked`, `KioskKeyOver`.
    """
    try:
        named = proofs.key_named(proved.proof, proofs.PROOF)
    except proofs.UNSOUND as bad:
        raise KioskProofInvalid("Send the header Motcua-Proof.") from bad
    key = await uow.get(KioskKey, named)
    if key is None:
        raise KioskProofInvalid("No kiosk has this key: enrol the device.")
    proof = _read(proved, key)
    kiosk = await uow.get(Kiosk, key.kiosk)
    standing = await uow.get(KioskStanding, key.kiosk)
    if kiosk is None or standing is None:
        raise KioskProofInvalid("No kiosk has this key: enrol the device.")
    if kiosk.revoked_at is not None:
        raise KioskRevoked("An operator has revoked it; enrol the device anew.")
    if key.ends_at <= uow.now:
        raise KioskKeyOver("Enrol the device anew.")
    behind = proof.seq <= standing.last_seq - domain.WINDOW
    if behind or await uow.get(KioskProof, kiosk.id, proof.jti) is not None:
        raise KioskProofReused("Sign each request anew.")
    uow.add(KioskProof.of(kiosk=kiosk.id, jti=proof.jti, seq=proof.seq, used_at=uow.now))
    if proof.seq != standing.last_seq + 1:
        # Recorded, never refused: requests under way at the same time overtake each other.
        standing.disorders += 1
    standing.last_seq = max(standing.last_seq, proof.seq)
    standing.revision += 1
    return Device(kiosk, standing, key)


def _read(proved: Proved, key: KioskKey) -> proofs.Proof:
    try:
        public = proofs.key_of(key.public_key)
        return proofs.read_proof(proved.proof, public, proved.method, proved.path, proved.body_hash)
    except proofs.UNSOUND as bad:
        raise KioskProofInvalid(f"Sign this very request: {bad}") from bad
