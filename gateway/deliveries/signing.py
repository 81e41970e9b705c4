"""Signatures of deliveries by Standard Webhooks 1.0.0: Ed25519 (`v1a`) and HMAC-SHA256 (`v1`)."""

from __future__ import annotations

import hmac
import os
from base64 import b64encode

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from chassis.running import Running
from chassis.sealing import SealBroken, kek_id, key_named_in, place_of, seal, unseal
from chassis.secrets import secret_keys
from contracts.problems import Unavailable
from contracts.webhooks import Signing

KEY_FILE = "gateway-webhooks.key"
SECRET_BYTES = 32


class WebhookKeyMissing(Unavailable):
    """What a webhook signs with cannot be opened: its key file is missing a key."""

    title_vi = "Tạm thời chưa mở được khóa ký webhook"


class EndpointKeys:
    """Seals what endpoints sign with, and opens it again; the key file has a key a line, in use first."""

    def __init__(self, keys: tuple[bytes, ...]) -> None:
        self._ciphers = {kek_id(key): AESGCM(key) for key in keys}
        self._first = kek_id(keys[0])

    def sealed(self, plain: bytes, webhook: str, agency: str) -> str:
        """A key as it is kept."""
        return seal(self._ciphers[self._first], self._first, plain, _place(webhook, agency))

    def opened(self, sealed: str, webhook: str, agency: str) -> bytes:
        """A key as it signs. Raises `WebhookKeyMissing`."""
        try:
            cipher = self._ciphers[key_named_in(sealed)]
            return unseal(cipher, sealed, _place(webhook, agency))
        except (SealBroken, KeyError) as broken:
            raise WebhookKeyMissing(f"Restore {KEY_FILE}, or rotate the key.") from broken


async def open_endpoint_keys(running: Running) -> EndpointKeys:
    """The keys of a gateway that opens."""
    return EndpointKeys(secret_keys(running.settings.secrets, KEY_FILE, size=SECRET_BYTES))


def new_key() -> bytes:
    """What a new subscription signs with: the seed of an Ed25519 key, or an HMAC secret."""
    return os.urandom(SECRET_BYTES)


def public_key(key: bytes) -> str:
    """The public half of an Ed25519 key, as ``whpk_`` and base64."""
    public = Ed25519PrivateKey.from_private_bytes(key).public_key()
    return "whpk_" + b64encode(public.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def shown_secret(key: bytes) -> str:
    """An HMAC secret, as ``whsec_`` and base64."""
    return "whsec_" + b64encode(key).decode()


def signature(signing: Signing, key: bytes, content: bytes) -> str:
    """One entry of ``webhook-signature``."""
    if signing is Signing.HMAC:
        told = hmac.digest(key, content, "sha256")
    else:
        told = Ed25519PrivateKey.from_private_bytes(key).sign(content)
    return f"{signing.value},{b64encode(told).decode()}"


def signed_headers(
    signing: Signing, keys: list[bytes], event: str, timestamp: int, body: bytes
) -> dict[str, str]:
    """The three headers of one attempt; a signature of each key, while two of them overlap."""
    content = f"{event}.{timestamp}.".encode() + body
    return {
        "webhook-id": event,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(signing, key, content) for key in keys),
    }


def _place(webhook: str, agency: str) -> bytes:
    return place_of("webhook", "key", webhook, agency)
