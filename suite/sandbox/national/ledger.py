"""What the stand-in of the national portal accepted with effect: the latest of each dossier, and how it came.

Lines of JSON, appended; a line cut short by a crash is left out when the file is read again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from suite.sandbox.kept import Content, Kept, keep, lines_of


@dataclass
class KeptDossier:
    """A dossier as the portal has it."""

    code: str
    versions: list[Kept] = field(default_factory=list)
    """Every content it had, oldest first; the one sent again is counted, not kept twice."""
    progress: list[Kept] = field(default_factory=list)
    """Every progress row, in the order of arrival; a row sent again is counted, not appended."""

    @property
    def content(self) -> Content | None:
        """Its latest content; none where the portal only knows that it exists."""
        return self.versions[-1].content if self.versions else None


@dataclass(frozen=True)
class Arrival:
    """An accepted call, or one row of it."""

    number: int
    service: str
    code: str
    content: Content
    effect: bool
    """Whether it changed anything."""


@dataclass
class Filing:
    """A dossier that was filed on the portal."""

    ref_id: str
    dossier: Content
    statuses: list[Kept] = field(default_factory=list)
    """What DongBoTrangThaiHoSo told of it, as progress rows are kept."""

    @property
    def code(self) -> str:
        """The portal's own code of it."""
        return str(self.dossier.get("MaHoSo", ""))


DOSSIER, PROGRESS, STATUS = "DongBoHoSoMC", "CapNhatTienDoHoSoMC", "DongBoTrangThaiHoSo"
KNOWN, FILED = "known", "filed"


class NationalLedger:
    """Dossiers by their codes, what arrived, and what was refused; in a folder or in memory only."""

    def __init__(self, folder: Path | None = None) -> None:
        self.dossiers: dict[str, KeptDossier] = {}
        self.arrivals: list[Arrival] = []
        self.refusals: list[dict[str, Any]] = []
        """Calls that were refused for what they said, with why; faults are not among them."""
        self.filed: dict[str, Filing] = {}
        """What was filed on the portal, by the portal's code."""
        self._file = folder / "national.jsonl" if folder else None
        for line in lines_of(self._file):
            self._place(**line)

    def exists(self, code: str) -> bool:
        """Whether the portal has a dossier of that code."""
        return code in self.dossiers

    def dossier(self, code: str) -> KeptDossier:
        """What the portal has of a dossier. Raises `KeyError` when it has none."""
        return self.dossiers[code]

    def know(self, code: str) -> None:
        """Let a dossier exist that came by another way, without content."""
        self._take([{"service": KNOWN, "code": code, "content": {}}])

    def file(self, filing: Filing) -> None:
        """Remember what was filed on the portal."""
        told = {"refId": filing.ref_id, "dossier": filing.dossier}
        self._take([{"service": FILED, "code": filing.code, "content": told}])

    def keep(self, service: str, rows: Iterable[Content]) -> None:
        """Let accepted rows of a service take effect, all of them or none."""
        self._take([{"service": service, "code": row["MaHoSo"], "content": row} for row in rows])

    def refuse(self, service: str, reason: str, sent: Mapping[str, Any]) -> None:
        """Remember a refusal and what was sent, without the session."""
        kept = {name: value for name, value in sent.items() if name != "session"}
        self.refusals.append({"service": service, "reason": reason, "sent": kept})

    def _take(self, lines: list[dict[str, Any]]) -> None:
        keep(self._file, lines)
        for line in lines:
            self._place(**line)

    def _place(self, service: str, code: str, content: Content) -> None:
        if service == FILED:
            self.filed[code] = Filing(content["refId"], content["dossier"])
            return
        if service == KNOWN:
            self.dossiers.setdefault(code, KeptDossier(code))
            return
        number = len(self.arrivals) + 1
        rows = self._rows_of(service, code)
        # A dossier may return to an earlier content; a row of progress is the same row for ever.
        same = rows[-1:] if service == DOSSIER else rows
        again = next((one for one in same if one.content == content), None)
        if again is None:
            rows.append(Kept(number, content))
        else:
            again.times += 1
        self.arrivals.append(Arrival(number, service, code, content, again is None))

    def _rows_of(self, service: str, code: str) -> list[Kept]:
        if service == STATUS:
            return self.filed[code].statuses
        kept = self.dossiers.setdefault(code, KeptDossier(code))
        return kept.versions if service == DOSSIER else kept.progress
