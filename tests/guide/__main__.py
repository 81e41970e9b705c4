"""`make examples`: plays the guide once and keeps what was said as the examples of the API reference.

The guide stays the one place where calls are written. Secrets and links, which differ each time and open
nothing once the story is over, are kept as stand-ins.
"""

import json
import re
import sys
import tempfile
from http import HTTPStatus
from pathlib import Path
from typing import Any

from tests.guide.alike import JSON
from tests.guide.others import others
from tests.guide.pages import blocks_of
from tests.guide.playing import play
from tests.guide.recording import Exchange
from tests.guide.test_guide import GUIDE, STORIES, route_of

CALLS = Path(__file__).parents[2] / "contracts" / "published" / "calls.json"
LONGEST_TEXT = 600
STAND_INS = {
    "access_token": "eyJ…",
    "token": "kR3v…",
    "url": "http://127.0.0.1:8080/r/kR3v…",
    "client_secret": "…",
    "password": "…",
    "secret": "…",
    "session": "…",
    "next_cursor": "…",
    "signature": "WK5n…",
}
"""What stands for a value that was given out, by the name of its field."""

ON_PAPER = re.compile(r"(?:[0-9A-Z]{4}-){6}[0-9A-Z]{3}")
"""A rating link as a code on a slip: a dossier's code and a problem's are called like it."""


def kept(value: Any, name: str = "") -> Any:
    """A JSON value as it is kept: lists show their first two items."""
    if isinstance(value, dict):
        return {key: kept(one, key) for key, one in value.items()}
    if isinstance(value, list):
        return [kept(one) for one in value[:2]]
    if isinstance(value, str) and name in STAND_INS:
        return STAND_INS[name]
    if isinstance(value, str) and ON_PAPER.fullmatch(value):
        return "0978-YKQ3-…"
    return value


def body_kept(raw: bytes, media_type: str) -> Any:
    """A body as it is kept: JSON as a value, text with its first lines, anything else by its beginning."""
    if media_type in JSON and raw:
        return kept(json.loads(raw))
    if media_type == "application/x-www-form-urlencoded":
        return raw.decode()
    if media_type.startswith("text/") or media_type == "application/x-ndjson":
        return raw.decode("utf-8-sig")[:LONGEST_TEXT]
    return "".join(filter(str.isprintable, raw[:8].decode("latin-1")))


def said(exchange: Exchange) -> dict[str, Any]:
    """One exchange as it is kept."""
    told: dict[str, Any] = {"status": exchange.status}
    if exchange.asked:
        told["query"] = {name: kept(values[0], name) for name, values in exchange.asked.items()}
    if exchange.sent:
        kind = exchange.sent_type
        told["sent"] = {"type": kind, "body": body_kept(exchange.sent, kind)}
    kind = exchange.headers.get("content-type", "").partition(";")[0]
    told["answered"] = {"type": kind, "body": body_kept(exchange.body, kind)}
    return told


def examples(exchanges: list[Exchange]) -> dict[str, dict[str, Any]]:
    """The first answer of each status that each route gave, by route and status.

    `others` are those in which another kind of body was sent or answered.
    """
    found: dict[str, dict[str, Any]] = {}
    for exchange in exchanges:
        now = said(exchange)
        first = found.setdefault(route_of(exchange), {}).setdefault(str(exchange.status), now)
        if exchange.status < HTTPStatus.BAD_REQUEST:
            kept = [first, *first.get("others", [])]
            if kinds(now) not in [kinds(one) for one in kept]:
                first.setdefault("others", []).append(now)
    return found


def kinds(told: dict[str, Any]) -> tuple[str, str]:
    """The media types of what was sent and of what was answered."""
    return told.get("sent", {}).get("type", ""), told["answered"]["type"]


def exchanges_of(pages: tuple[str, ...]) -> list[Exchange]:
    """What was said in a story; in the first one others than partners are heard too."""
    with tempfile.TemporaryDirectory() as folder:
        aside: list[Exchange] = []

        def ask_others(url: str) -> None:
            aside.extend(others(url, Path(folder) / "var" / "try"))

        last = ask_others if pages is GUIDE else None
        played = play("python", blocks_of(*pages), Path(folder), last=last)
    # What the guide shows stands first: of several bodies it is the example.
    return [exchange for one in played for exchange in one.exchanges] + aside


def main() -> None:
    """Play, and write the file."""
    told = [exchange for pages in STORIES for exchange in exchanges_of(pages)]
    text = json.dumps(examples(told), ensure_ascii=False, indent=2, sort_keys=True)
    CALLS.write_text(text + "\n", "utf-8")
    sys.stdout.write(f"{CALLS.name}: {len(examples(told))} routes\n")


if __name__ == "__main__":
    main()
