"""How recorded messages of vnpost-d are made: signed when a test runs, with a key of its own."""

import base64
import json
from dataclasses import replace
from functools import cache

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from contracts.vocabulary import Carrier
from services.postal.carriers.base import Account


@cache
def private_key(name: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public_pem(key) -> str:
    public = key.public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def account(**changed) -> Account:
    own = Account(
        name="city",
        interface=Carrier.VNPOST_D,
        public_key_pem=public_pem(private_key("carrier")),
        base_url="https://post.example/customer-partner/",
        username="one-stop",
        password="correct horse",
        customer_code="C000000001",
    )
    return replace(own, **changed)


def signature(body, key: str) -> str:
    first = body["data"][0]
    signed = f"MYVNP{body['sendDate']}{first['itemCode']}{first['status']}"
    return base64.b64encode(private_key(key).sign(signed.encode(), PKCS1v15(), SHA256())).decode()


def private_pem(key) -> str:
    form = PrivateFormat.PKCS8
    return key.private_bytes(Encoding.PEM, form, NoEncryption()).decode()


def private_base64(key) -> str:
    """As the carrier's paper shows keys: the DER in base64, without the lines of PEM."""
    form = PrivateFormat.PKCS8
    return base64.b64encode(key.private_bytes(Encoding.DER, form, NoEncryption())).decode()


def encrypted(body, key: str, text: str | None = None) -> str:
    """The other variant: what is signed otherwise, encrypted with a public key anybody may have."""
    first = body["data"][0]
    told = text or f"MYVNP{body['sendDate']}{first['itemCode']}{first['status']}"
    return base64.b64encode(
        private_key(key).public_key().encrypt(told.encode(), PKCS1v15())
    ).decode()


def raw_message(message) -> bytes:
    if "base64" in message:
        return base64.b64decode(message["base64"])
    if "nested" in message:
        return b'{"data":' + b"[" * message["nested"] + b"]" * message["nested"] + b"}"
    if "digits" in message:
        return b'{"data":[{"status":' + b"7" * message["digits"] + b"}]}"
    if "text" in message and '"SIGN"' not in message["text"]:
        return message["text"].encode()
    body = json.loads(message["text"]) if "text" in message else dict(message["body"])
    if "repeat_first" in message:
        body["data"] = body["data"][:1] * message["repeat_first"]
    signers = {"SIGN": "carrier", "SIGN_WITH_ANOTHER_KEY": "stranger"}
    hiders = {"ENCRYPT": "receiver", "ENCRYPT_FOR_ANOTHER": "stranger"}
    if str(body.get("signature")) in hiders:
        body["signature"] = encrypted(
            body, hiders[body["signature"]], message.get("encrypted_text")
        )
    if str(body.get("signature")) in signers:
        body["signature"] = signature(body, signers[body["signature"]])
        body["signature"] += message.get("signature_suffix", "")
    body |= message.get("after_signing", {})
    if "after_signing_first" in message:
        body["data"] = [body["data"][0] | message["after_signing_first"], *body["data"][1:]]
    if "after_signing_insert" in message:
        body["data"] = [message["after_signing_insert"], *body["data"]]
    raw = json.dumps(body).encode()
    return raw + b" " * (message.get("pad_to", 0) - len(raw))


def message_account(message) -> Account:
    changed = message.get("account", {})
    if changed.get("public_key_pem") == "ELLIPTIC":
        changed = {"public_key_pem": public_pem(ec.generate_private_key(ec.SECP256R1()))}
    if changed.get("private_key_pem") == "RECEIVER":
        changed = changed | {"private_key_pem": private_pem(private_key("receiver"))}
    if changed.get("private_key_pem") == "RECEIVER_BASE64":
        changed = changed | {"private_key_pem": private_base64(private_key("receiver"))}
    if changed.get("private_key_pem") == "ELLIPTIC":
        elliptic = private_pem(ec.generate_private_key(ec.SECP256R1()))
        changed = changed | {"private_key_pem": elliptic}
    return account(**changed)


def headers_of(message, raw: bytes) -> dict[str, str]:
    return {}
