"""Messages that are one flat object about one item, whichever names its fields have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from services.postal.carriers.base import BadRecord, Record, UnreadableCarrierMessage
from services.postal.carriers.distrust import item_code_of, text_of, written_instant
from services.postal.carriers.shared_word import SharesAWord
from services.postal.domain import TimeQuality
from services.postal.tracks import Sum

CODE_ROOM = 40
TEXT_ROOM = 200

Names = tuple[str, ...]
"""Names of one field, the first one that is told counts: carriers' papers and programs differ."""


@dataclass(frozen=True, kw_only=True)
class FieldNames:
    """Where a carrier tells what."""

    item: Names
    code: Names
    occurred_at: Names
    order_number: Names = ()
    office: Names = ()
    reason: Names = ()
    text: Names = ()


class OneItem(SharesAWord):
    """An interface that tells of one item in each message."""

    names: ClassVar[FieldNames]

    def told(self, message: Any) -> Sequence[object]:
        """The one record there is: by default the body itself."""
        if not isinstance(message, dict):
            raise UnreadableCarrierMessage("The body is not an object.")
        return [message]

    def record(self, told: object) -> Record | BadRecord:
        """The record, with the time the carrier wrote; without an offset it is Vietnam's."""
        if not isinstance(told, dict):
            return BadRecord("The record is not an object.")
        names = self.names
        item = item_code_of(_line(told, names.item, CODE_ROOM * 2))
        if item is None:
            return BadRecord(f"There is no item number under {names.item[0]}.")
        code = _line(told, names.code, CODE_ROOM)
        if code is None:
            return BadRecord(f"There is no status code under {names.code[0]}.")
        meaning = self.meaning(code)
        written = written_instant(_first(told, names.occurred_at))
        own_time = TimeQuality.EVENT if written and written.exact else TimeQuality.BATCH
        record = Record(
            item_code=item,
            code=code,
            status=meaning.status,
            text=meaning.text or _line(told, names.text, TEXT_ROOM),
            time_quality=own_time if written else TimeQuality.RECEIVED,
            occurred_at=written.instant if written else None,
            order_number=_line(told, names.order_number, TEXT_ROOM),
            office=_line(told, names.office, TEXT_ROOM),
            reason=_line(told, names.reason, CODE_ROOM),
            sums=self.sums(code, told),
        )
        return self.considered(record, told)

    def sums(self, code: str, told: Mapping[str, object]) -> tuple[Sum, ...]:  # noqa: ARG002 - for carriers that tell them
        """Amounts that a record tells."""
        return ()

    def considered(self, record: Record, told: Mapping[str, object]) -> Record:  # noqa: ARG002 - see above
        """The record once more, by what else the carrier says in it."""
        return record


def _first(told: Mapping[str, object], names: Names) -> object:
    return next((told[name] for name in names if told.get(name) not in (None, "")), None)


def _line(told: Mapping[str, object], names: Names, room: int) -> str | None:
    return text_of(_first(told, names), room)
