"""What the stand-in of the post remembers: orders, and what truly happened to items.

Lines of JSON, appended; a line cut short by a crash is left out when the file is read again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from services.postal.s10 import check_digit, normalise


@dataclass(frozen=True, order=True)
class ItemEvent:
    """Something that truly happened to an item."""

    at: datetime
    code: int
    office: str


class Ledger:
    """Items by their numbers and orders by the senders' own numbers, in a folder or in memory only."""

    def __init__(self, folder: Path | None = None) -> None:
        self._items: dict[str, set[ItemEvent]] = {}
        self._orders: dict[str, str] = {}
        self._file = folder / "post.jsonl" if folder else None
        if self._file is not None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._remember(self._file)

    def history(self, item_code: str) -> list[ItemEvent]:
        """Everything that happened to an item, oldest first."""
        return sorted(self._items.get(normalise(item_code), ()))

    def witness(self, item_code: str, events: Iterable[ItemEvent]) -> int:
        """Remember what happened to an item; what is known already is not remembered twice."""
        item = normalise(item_code)
        known = self._items.setdefault(item, set())
        new = sorted(set(events) - known)
        known.update(new)
        self._append(
            {"item": item, "code": event.code, "at": event.at.isoformat(), "office": event.office}
            for event in new
        )
        return len(new)

    def ordered(self, number: str) -> str | None:
        """The item that was made for a sender's own order number."""
        return self._orders.get(number)

    def ordered_items(self) -> list[str]:
        """The items that were made for orders."""
        return list(self._orders.values())

    def order(self, number: str) -> str:
        """A new item for a sender's order number; the same number gets the same item."""
        if number not in self._orders:
            serial = f"{90_000_000 + len(self._orders):08d}"
            self._orders[number] = f"CU{serial}{check_digit(serial)}VN"
            self._append([{"order": number, "item": self._orders[number]}])
        return self._orders[number]

    def _append(self, lines: Iterable[dict[str, Any]]) -> None:
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        if self._file is not None and text:
            with self._file.open("a", encoding="utf-8") as file:
                file.write(text)

    def _remember(self, file: Path) -> None:
        if not file.exists():
            return
        whole, mark, _ = file.read_text("utf-8", errors="replace").rpartition("\n")
        # What a crash cut short must not be continued by the next line.
        file.write_text(whole + mark, "utf-8")
        for line in map(json.loads, whole.splitlines()):
            if "order" in line:
                self._orders[line["order"]] = line["item"]
            else:
                event = ItemEvent(datetime.fromisoformat(line["at"]), line["code"], line["office"])
                self._items.setdefault(line["item"], set()).add(event)
