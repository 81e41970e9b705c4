"""The keys of personal data, unwrapped and kept at hand, so that sealing a filing asks the database nothing.

Key-encryption keys (KEK) stand in the file ``intake-kek.key``, a line each, the one in use first. They wrap
the data keys of the table ``data_key``: one per agency and quarter that seals, and one per agency that
makes the digests of the blind index. Both are made when an agency first needs them.
"""

from __future__ import annotations

import asyncio
import hmac
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chassis.database import UnitOfWork
from chassis.running import Running
from chassis.sealing import (
    KEY_BYTES,
    SealBroken,
    blind_digest,
    kek_id,
    place_of,
    seal,
    unseal,
    unwrap,
    wrap,
)
from chassis.secrets import secret_keys
from contracts.problems import Unavailable
from services.intake.domain.personal import KeyPurpose, quarter_of
from services.intake.queries import personal as queries
from services.intake.tables import DataKey

INSTALLATION = ""
"""In place of an agency: the key of what belongs to none."""

KEK_FILE = "intake-kek.key"
FRESH_SECONDS = 60.0
"""How long an agency's key is used before it is looked at again whether an operator has retired it."""


class PersonalDataKeyMissing(Unavailable):
    """Personal data cannot be opened or sealed just now: a key is missing."""

    title_vi = "Tạm thời chưa mở được dữ liệu cá nhân: thiếu khóa"


class SealedValueBroken(Unavailable):
    """Personal data do not open: they were changed or moved where they are stored."""

    title_vi = "Dữ liệu cá nhân không mở được: đã bị sửa hoặc di chuyển"


@dataclass(frozen=True)
class Key:
    """A data key at hand."""

    id: str
    secret: bytes
    cipher: AESGCM

    @classmethod
    def of(cls, key_id: str, secret: bytes) -> Key:
        """A key from its bytes."""
        return cls(key_id, secret, AESGCM(secret))

    def seal(self, plain: bytes, place: bytes) -> str:
        """A value sealed for its place."""
        return seal(self.cipher, self.id, plain, place)

    def open(self, sealed: str, place: bytes) -> bytes:
        """The value again. Raises `SealedValueBroken`, naming the key."""
        try:
            return unseal(self.cipher, sealed, place)
        except SealBroken as broken:
            raise SealedValueBroken(
                f"A value sealed under the data key {self.id} was changed or moved; tell the operator."
            ) from broken

    def digest(self, what: str, value: str) -> str:
        """The digest by which a value is found."""
        return blind_digest(self.secret, what, value)


class Keyring:
    """Data keys by id, by agency and quarter, and the key-encryption keys they are wrapped with."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._folder = running.settings.secrets
        self._keks: dict[str, bytes] = {}
        self._current: dict[tuple[str, str], tuple[float, Key]] = {}
        self._named: dict[str, Key] = {}
        self._making = asyncio.Lock()
        self.read_keks()

    def read_keks(self) -> None:
        """Read the file of key-encryption keys anew; it is made where there is none."""
        self._keks = {kek_id(key): key for key in secret_keys(self._folder, KEK_FILE)}

    @property
    def kek_in_use(self) -> str:
        """The id of the key-encryption key that wraps new data keys."""
        return next(iter(self._keks))

    @property
    def keks(self) -> tuple[str, ...]:
        """The ids of the key-encryption keys at hand, the one in use first."""
        return tuple(self._keks)

    async def sealing(self, agency: str, now: datetime) -> Key:
        """The key an agency's data are sealed with in this quarter; made when there is none.

        Raises `PersonalDataKeyMissing`.
        """
        return await self._in_use(agency, quarter_of(now))

    async def indexing(self, agency: str) -> Key:
        """The key of an agency's blind index; made when there is none. Raises `PersonalDataKeyMissing`."""
        return await self._in_use(agency, "")

    async def indexes(self, agencies: Iterable[str]) -> list[Key]:
        """The keys of the blind indexes of those agencies that have one."""
        ids = await queries.index_key_ids(self._running.database)
        wanted = [ids[agency] for agency in agencies if agency in ids]
        unknown = [(key_id,) for key_id in wanted if key_id not in self._named]
        for row in await queries.data_keys(unknown, self._running.database):
            self._unwrapped(row)
        return [self._named[key_id] for key_id in wanted]

    async def named(self, key_id: str) -> Key:
        """The data key of this id. Raises `PersonalDataKeyMissing`, naming what is missing."""
        known = self._named.get(key_id)
        if known is not None:
            return known
        for row in await queries.data_keys([(key_id,)], self._running.database):
            return self._unwrapped(row)
        raise PersonalDataKeyMissing(
            f"The data key {key_id} is not in the database: restore the table data_key."
        )

    async def fingerprint(self, request: bytes) -> str:
        """The keyed digest of a request. Raises `PersonalDataKeyMissing`."""
        key = await self.indexing(INSTALLATION)
        return hmac.new(key.secret, request, "sha256").hexdigest()

    def forget(self) -> None:
        """Look at every key anew: an operator has just changed some here."""
        self._current.clear()
        self._named.clear()
        self.read_keks()

    def opens(self, row: DataKey) -> bool:
        """Whether a data key can be unwrapped with the key-encryption keys at hand."""
        try:
            self._unwrap(row)
        except PersonalDataKeyMissing:
            return False
        return True

    def rewrapped(self, row: DataKey) -> tuple[str, str]:
        """A data key under the key-encryption key in use: the id of that one, and the wrapped key."""
        kek = self.kek_in_use
        return kek, wrap(self._keks[kek], self._unwrap(row).secret, _place(row))

    def wrapped_anew(self, row: DataKey) -> DataKey:
        """A row of a new random key, wrapped."""
        kek = self.kek_in_use
        row.kek, row.wrapped = kek, wrap(self._keks[kek], os.urandom(KEY_BYTES), _place(row))
        return row

    async def _in_use(self, agency: str, quarter: str) -> Key:
        kept = self._current.get((agency, quarter))
        if kept is not None and time.monotonic() - kept[0] < FRESH_SECONDS:
            return kept[1]
        async with self._making:
            kept = self._current.get((agency, quarter))
            if kept is None or time.monotonic() - kept[0] >= FRESH_SECONDS:
                row = await self._running.do(_key_in_use, agency, quarter, self)
                kept = (time.monotonic(), self._unwrapped(row))
                self._current[agency, quarter] = kept
        return kept[1]

    def _unwrapped(self, row: DataKey) -> Key:
        known = self._named.get(row.id)
        if known is None:
            known = self._named[row.id] = self._unwrap(row)
        return known

    def _unwrap(self, row: DataKey) -> Key:
        if row.wrapped is None:
            raise PersonalDataKeyMissing(
                f"The data key {row.id} was destroyed together with what it sealed."
            )
        if row.kek not in self._keks:
            self.read_keks()
        kek = self._keks.get(row.kek)
        if kek is None:
            raise PersonalDataKeyMissing(
                f"The key-encryption key {row.kek}, which wraps the data key {row.id}, is missing:"
                f" put its line back into {KEK_FILE}."
            )
        try:
            return Key.of(row.id, unwrap(kek, row.wrapped, _place(row)))
        except SealBroken as broken:
            raise PersonalDataKeyMissing(
                f"The data key {row.id} does not open under {row.kek}: restore the table data_key."
            ) from broken


async def _key_in_use(agency: str, quarter: str, keyring: Keyring, uow: UnitOfWork) -> DataKey:
    """The agency's key of this quarter, or of its index; made when there is none in use.

    Two that make it at once contend for its generation: one wins, the other finds it on its second run.
    """
    purpose = KeyPurpose.SEAL if quarter else KeyPurpose.INDEX
    rows = await queries.keys_of(agency, purpose, quarter, uow)
    if rows and rows[-1].retired_at is None:
        return rows[-1]
    made = keyring.wrapped_anew(
        DataKey.of(
            id=os.urandom(6).hex(),
            agency=agency,
            purpose=purpose,
            quarter=quarter,
            generation=rows[-1].generation + 1 if rows else 1,
            created_at=uow.now,
        )
    )
    uow.add(made)
    return made


def _place(row: DataKey) -> bytes:
    return place_of("data_key", "wrapped", row.id, row.agency)


async def open_keyring(running: Running) -> Keyring:
    """The keyring of a service that opens; requests, which hold people's numbers, are recognised with it."""
    keyring = Keyring(running)
    running.fingerprint = keyring.fingerprint
    return keyring
