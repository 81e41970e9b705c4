"""How recorded messages of carriers that sign nothing are made: a body, and a word beside it or in it."""

import base64
import json
from dataclasses import replace

from contracts.vocabulary import Carrier
from services.postal.carriers.base import ADDRESS_SECRET, Account

WORD = "only-for-tests-0123456789-0123456789-0123456"
NEXT_WORD = "only-for-tests-9876543210-9876543210-9876543"
WORDS = {"WORD": WORD, "NEXT_WORD": NEXT_WORD, "ANOTHER": "another-" + WORD, "BLANK": ""}


def account(interface: Carrier, **changed) -> Account:
    return replace(Account(name="city", interface=interface, secret=WORD), **changed)


def raw_message(message) -> bytes:
    if "base64" in message:
        return base64.b64decode(message["base64"])
    if "nested" in message:
        return b'{"a":' + b"[" * message["nested"] + b"]" * message["nested"] + b"}"
    if "text" in message:
        return message["text"].encode()
    body = {name: WORDS.get(str(value), value) for name, value in message["body"].items()}
    for name, times in message.get("repeat", {}).items():
        body[name] = body[name] * times
    raw = json.dumps(body, ensure_ascii=False).encode()
    return raw + b" " * (message.get("pad_to", 0) - len(raw))


def headers_of(message, raw: bytes) -> dict[str, str]:
    headers = {name: WORDS.get(value, value) for name, value in message.get("headers", {}).items()}
    word = message.get("word", "WORD")
    return headers | ({ADDRESS_SECRET: WORDS[word]} if word else {})


def message_account(interface: Carrier, message) -> Account:
    changed = dict(message.get("account", {}))
    if changed.get("secret"):
        changed["secret"] = " ".join(WORDS.get(one, one) for one in changed["secret"].split())
    return account(interface, **changed)
