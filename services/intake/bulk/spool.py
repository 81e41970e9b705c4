"""Files on their way in: received piece by piece, kept until their rows are filed, then taken away.

They hold people's names: the folder is the service's own, and no file outlives its import.
"""

import asyncio
import errno
import os
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from chassis.database import StorageFull
from chassis.settings import Settings
from contracts.problems import Invalid, TooLarge
from contracts.vocabulary import ImportFormat
from services.intake.bulk.files import HEAD_BYTES, expect_kind

PIECE = 1024 * 1024
ORPHAN_SECONDS = 24 * 3600
"""Age from which a file that no import needs is what a broken connection or a crash left behind."""


class FileTooLarge(TooLarge):
    """The file is larger than is taken here."""

    title_vi = "Tệp lớn hơn mức cho phép"


class FileEmpty(Invalid):
    """The file holds nothing."""

    title_vi = "Tệp không có nội dung"


@dataclass(frozen=True)
class Received:
    """A file that is safely on the disk."""

    name: str
    digest: str
    size: int


class Spool:
    """The folder of received files."""

    def __init__(self, settings: Settings) -> None:
        self.folder = settings.imports_dir or settings.data / "imports"
        self._max_bytes = settings.import_max_bytes

    def path(self, name: str) -> Path:
        """Where a received file is."""
        return self.folder / name

    async def receive(self, body: AsyncIterator[bytes], kind: ImportFormat) -> Received:
        """Keep a file as it streams in; durable when this returns, nothing of it left when it raises.

        Raises `FileTooLarge`, `FileEmpty`, `FileOfAnotherType`, `StorageFull`.
        """
        name = uuid4().hex
        try:
            await asyncio.to_thread(self.folder.mkdir, 0o700, parents=True, exist_ok=True)
            digest, size = await self._write(name, body, kind)
        except OSError as failed:
            self.drop(name)
            if failed.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise StorageFull("There is no room for the file.", retry_after=60) from failed
            raise
        except BaseException:
            self.drop(name)
            raise
        return Received(name, digest, size)

    async def _write(
        self, name: str, body: AsyncIterator[bytes], kind: ImportFormat
    ) -> tuple[str, int]:
        digest, size, piece, looked = sha256(), 0, bytearray(), False
        descriptor = os.open(self.path(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            async for chunk in body:
                size += len(chunk)
                if size > self._max_bytes:
                    raise FileTooLarge(f"Send at most {self._max_bytes} bytes; split the file.")
                piece += chunk
                if not looked and len(piece) >= HEAD_BYTES:
                    expect_kind(bytes(piece[:HEAD_BYTES]), kind)
                    looked = True
                if len(piece) >= PIECE:
                    digest.update(piece)
                    await asyncio.to_thread(file.write, bytes(piece))
                    piece.clear()
            if not size:
                raise FileEmpty("Send at least one row.")
            if not looked:
                expect_kind(bytes(piece), kind)
            digest.update(piece)
            file.write(piece)
            file.flush()
            await asyncio.to_thread(os.fsync, file.fileno())
        await asyncio.to_thread(self._sync_folder)
        return digest.hexdigest(), size

    def _sync_folder(self) -> None:
        folder = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def drop(self, name: str | None) -> None:
        """Take a file away, if it is there."""
        if name is not None:
            self.path(name).unlink(missing_ok=True)

    def drop_orphans(self, needed: frozenset[str]) -> None:
        """Take away old files that no import needs."""
        if not self.folder.is_dir():
            return
        before = time.time() - ORPHAN_SECONDS
        for path in self.folder.iterdir():
            if path.name not in needed and path.is_file() and path.stat().st_mtime < before:
                path.unlink(missing_ok=True)
