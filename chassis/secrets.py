"""Keys kept in files: made once with the owner's rights only, never printed, never in the environment."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from joserfc.jwk import ECKey


def secret_bytes(folder: Path, name: str, *, size: int = 32) -> bytes:
    """The secret of this name, as bytes; made on first use where the folder can be written."""
    return secret_keys(folder, name, size=size)[0]


def secret_keys(folder: Path, name: str, *, size: int = 32) -> tuple[bytes, ...]:
    """The keys of this file, a line each, the one in use first; made on first use where that is possible."""
    path = folder / name
    if not path.exists():
        _write_once(path, secrets.token_hex(size).encode())
    lines = path.read_text().split()
    return tuple(bytes.fromhex(line) for line in lines)


def put_in_front(folder: Path, name: str, *, size: int = 32) -> None:
    """Make a new key and write it in front of the others of its file, which stay readable.

    The file is replaced as a whole, so whoever reads meanwhile sees all of the old one or all of the new.
    """
    path = folder / name
    partial = _written_aside(path, f"{secrets.token_hex(size)}\n{path.read_text()}".encode())
    partial.rename(path)


def signing_key(folder: Path, name: str) -> ECKey:
    """The P-256 signing key of this name; made on first use where the folder can be written."""
    path = folder / name
    if not path.exists():
        fresh = ECKey.generate_key("P-256", private=True)
        _write_once(path, fresh.as_pem(private=True))
    key = ECKey.import_key(path.read_bytes())
    key.ensure_kid()
    return key


def _write_once(path: Path, content: bytes) -> None:
    """Write a new file for the owner alone; whoever comes second keeps the first one's."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = _written_aside(path, content)
    try:
        os.link(partial, path)
    except FileExistsError:
        pass
    finally:
        partial.unlink()


def _written_aside(path: Path, content: bytes) -> Path:
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return partial
