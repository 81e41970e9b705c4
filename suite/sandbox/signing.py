"""The post's key, and its callbacks in the wire format of MyVNPost since 2022 (interface ``vnpost-d``).

What is signed is ``MYVNP``, the sending time, and item number and status of the first record, by RSA-SHA256
with PKCS#1 v1.5 padding: the rest of the message is unsigned in the carrier's format too.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from contracts.vocabulary import VIETNAM

PREFIX = "MYVNP"
"""What the signed text begins with."""

STAMP = "%d/%m/%Y %H:%M:%S"
"""How the carrier writes an instant: Vietnam's time, without saying so."""

PRIVATE, PUBLIC = "post-private.pem", "post-public.pem"


def post_key(folder: Path) -> rsa.RSAPrivateKey:
    """The post's key pair of a folder, made at first use; the public half lies beside it.

    Hand ``post-public.pem`` to ``motcua carrier add vnpost-d --public-key``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    private = folder / PRIVATE
    if not private.exists():
        _write(private, rsa.generate_private_key(public_exponent=65537, key_size=2048))
    key = serialization.load_pem_private_key(private.read_bytes(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError(f"{private} holds no RSA key")
    (folder / PUBLIC).write_bytes(public_pem(key))
    return key


def public_pem(key: rsa.RSAPrivateKey) -> bytes:
    """The public half of a key, in PEM."""
    return key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def signed_callback(
    records: Sequence[dict[str, Any]], sent_at: datetime, key: rsa.RSAPrivateKey
) -> bytes:
    """The body of a callback about one or more records, signed as the post signs it."""
    sent = sent_at.astimezone(VIETNAM).strftime(STAMP)
    signed = f"{PREFIX}{sent}{records[0]['itemCode']}{records[0]['status']}"
    signature = key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    body = {
        "data": list(records),
        "sendDate": sent,
        "signature": base64.b64encode(signature).decode(),
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _write(file: Path, key: rsa.RSAPrivateKey) -> None:
    # Renamed into place, so that a crash between the two leaves no half of a key behind.
    part = file.with_suffix(".part")
    part.touch(mode=0o600)
    part.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    part.replace(file)
