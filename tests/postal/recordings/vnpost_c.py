"""How recorded messages of vnpost-c are made: `Data` is written as text, then signed with its date."""

import base64
import json
from dataclasses import replace
from functools import cache

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from contracts.vocabulary import Carrier
from services.postal.carriers.base import ADDRESS_SECRET, Account

SECRET = "zsfhdalb-ward-7"


@cache
def private_key(name: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public_xml(key: rsa.RSAPrivateKey) -> str:
    """The public key as .NET writes it, which is how this interface hands it out."""
    numbers = key.public_key().public_numbers()

    def written(number: int) -> str:
        return base64.b64encode(number.to_bytes((number.bit_length() + 7) // 8)).decode()

    modulus, exponent = written(numbers.n), written(numbers.e)
    return f"<RSAKeyValue><Modulus>{modulus}</Modulus><Exponent>{exponent}</Exponent></RSAKeyValue>"


def account(**changed) -> Account:
    own = Account(
        name="city",
        interface=Carrier.VNPOST_C,
        public_key_pem=public_xml(private_key("carrier")),
        secret=SECRET,
    )
    return replace(own, **changed)


def signature(told: str, sent: str, key: str = "carrier") -> str:
    mark = private_key(key).sign((told + sent).encode(), PKCS1v15(), SHA256())
    return base64.b64encode(mark).decode()


def raw_message(message) -> bytes:
    if "text" in message:
        return message["text"].encode()
    data = message["data"]
    told = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    if "repeat" in message:
        told = json.dumps([data] * message["repeat"])
    sent = message["sent"]
    body = {"Data": told, "SendDate": sent}
    body["SignData"] = signature(told, sent, message.get("signed_by", "carrier"))
    body |= message.get("after_signing", {})
    if message.get("boundary_moved"):
        body["Data"], body["SendDate"] = told + sent[0], sent[1:]
    for name in message.get("without", ()):
        del body[name]
    return json.dumps(body).encode()


def message_account(message) -> Account:
    return account(**message.get("account", {}))


def headers_of(message, raw: bytes) -> dict[str, str]:
    return {ADDRESS_SECRET: message.get("key", SECRET)}
