"""How recorded messages of our own format are made: signed when a test runs, with keys of its own."""

import base64
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from contracts.vocabulary import Carrier
from services.postal.carriers.base import Account


def secret(name: str) -> bytes:
    return sha256(name.encode()).digest()


def shown_secret(name: str) -> str:
    return "whsec_" + base64.b64encode(secret(name)).decode()


def private_key(name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(secret(name))


def shown_key(name: str) -> str:
    public = private_key(name).public_key()
    return "whpk_" + base64.b64encode(public.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def pem(key) -> str:
    public = key.public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def account(**changed) -> Account:
    own = Account(name="city", interface=Carrier.NATIVE, secret=shown_secret("carrier"))
    return replace(own, **changed)


def signature(scheme: str, key: str, content: bytes) -> str:
    hashed = scheme == "v1"
    mark = hmac.digest(secret(key), content, "sha256") if hashed else private_key(key).sign(content)
    return f"{scheme},{base64.b64encode(mark).decode()}"


def signed_headers(raw: bytes, *, number="msg_1", seconds=None, signers=(("v1", "carrier"),)):
    seconds = int(datetime.now(UTC).timestamp()) if seconds is None else seconds
    content = f"{number}.{seconds}.".encode() + raw
    return {
        "webhook-id": number,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(signature(*signer, content) for signer in signers),
    }


def raw_message(message) -> bytes:
    if "base64" in message:
        return base64.b64decode(message["base64"])
    if "nested" in message:
        return b'{"data":' + b"[" * message["nested"] + b"]" * message["nested"] + b"}"
    if "text" in message:
        return message["text"].encode()
    body = message["body"] | message.get("after_signing", {})
    if "repeat" in message:
        body |= {"data": {"events": body["data"]["events"] * message["repeat"]}}
    raw = json.dumps(body, ensure_ascii=False).encode()
    return raw + b" " * (message.get("pad_to", 0) - len(raw))


def headers_of(message, raw: bytes) -> dict[str, str]:
    before = {name: value for name, value in message.items() if name != "after_signing"}
    now = int(datetime.now(UTC).timestamp())
    headers = signed_headers(
        raw_message(before),
        number=message.get("number", "msg_1"),
        seconds=now + message.get("sent_seconds", 0),
        signers=message.get("signers", [("v1", "carrier")]),
    )
    for name, value in message.get("headers", {}).items():
        headers[name] = str(value).replace("SIGNATURE", headers["webhook-signature"])
    return {
        name: value for name, value in headers.items() if name not in message.get("without", [])
    }


def message_account(message) -> Account:
    changed = dict(message.get("account", {}))
    if changed.get("secret"):
        words = changed["secret"].split()
        changed["secret"] = " ".join(w if "_" in w else shown_secret(w) for w in words)
    named = changed.get("public_key_pem")
    if named == "ELLIPTIC":
        changed["public_key_pem"] = pem(ec.generate_private_key(ec.SECP256R1()))
    elif named and named.startswith("PEM "):
        changed["public_key_pem"] = "\n".join(pem(private_key(n)) for n in named.split()[1:])
    elif named:
        changed["public_key_pem"] = " ".join(shown_key(n) for n in named.split())
    return account(**changed)
