"""Money that travels with items of the post: what is told of it, and how an office reconciles it."""

from typing import Annotated

from pydantic import Field

from contracts.vocabulary import Carrier, MoneyPurpose, MoneyStep, Reconciliation
from contracts.wire import Instant, Line, View, Wire


class SumView(View):
    """An amount that was told of an item (khoản tiền), or that one came further on its way."""

    purpose: MoneyPurpose
    step: MoneyStep
    amount: int | None
    """In đồng; none where only the step is told."""
    receipt: str | None
    """Number of the receipt the payer was given (số biên lai)."""


class MoneyView(View):
    """What is known of the money of one purpose that travels with an item (khoản tiền qua bưu điện), in đồng.

    What was paid stands here only once a trusted source says so; until then the step is in `claimed`. An
    estimate never shows that anything was paid.
    """

    purpose: MoneyPurpose
    estimated: int | None
    """What it is expected to be (tạm tính)."""
    due: int | None
    """What has to be paid on delivery (phải thu)."""
    collected: int | None
    """What the postman was given (đã thu); none where only the step is told. So are the amounts below."""
    collected_at: Instant | None
    remitted: int | None
    """What reached whom it is for (đã chuyển trả)."""
    remitted_at: Instant | None
    charged: int | None
    """What was billed in the end (thực tế)."""
    charged_at: Instant | None
    receipt: str | None
    """Number of the payer's receipt (số biên lai)."""
    claimed: list[MoneyStep]
    """Steps that only sources tell which must still be confirmed."""
    disputed: bool
    """Whether trusted sources tell different amounts."""
    reconciliation: Reconciliation
    """What the office's own statement makes of it (đối soát)."""
    reference: str | None
    """Number of the paper that the office's statement rests on (số chứng từ đối soát)."""


class StatedAmount(Wire):
    """What was charged or received for one purpose (số thực tế)."""

    purpose: MoneyPurpose
    amount: Annotated[int, Field(ge=0, le=10_000_000_000)]
    """In đồng: of postage what was charged, else what the office received."""
    receipt: Annotated[Line, Field(max_length=100)] | None = None
    """Number of the receipt the payer was given (số biên lai)."""


class ShipmentReconciliation(Wire):
    """An office's own statement of what an item's money came to (đối soát); a later one corrects it."""

    amounts: Annotated[list[StatedAmount], Field(min_length=1, max_length=3)]
    """At most one for each purpose."""
    reference: Annotated[Line, Field(max_length=100)]
    """Number of the paper it rests on, e.g. of the carrier's bill (số chứng từ đối soát)."""
    occurred_at: Instant
    """When it was charged or received."""


class ReconciliationRow(View):
    """What an item's money of one purpose should be, and what it came to."""

    carrier: Carrier
    item_code: str
    dossiers: list[str]
    shipments: list[str]
    """Ids of the item's shipments within reach."""
    accepted_at: Instant
    """When the post took custody."""
    purpose: MoneyPurpose
    expected: int | None
    """Due, or of postage the estimate, in đồng (dự kiến)."""
    actual: int | None
    """What was charged or received for certain (thực tế)."""
    difference: int | None
    """`actual` less `expected` (chênh lệch); none where one of them is not known."""
    reconciliation: Reconciliation
    reference: str | None


class ReconciliationTotal(View):
    """The sums of one purpose over the rows shown."""

    purpose: MoneyPurpose
    rows: int
    open: int
    """Rows that nobody has stated an amount for yet."""
    expected: int
    actual: int


class ReconciliationList(View):
    """The money of the items an account had accepted in a month (bảng đối soát)."""

    account: str
    month: str
    items: list[ReconciliationRow]
    totals: list[ReconciliationTotal]
    """Over the rows shown, not over what follows."""
    next_cursor: str | None
    """Where the rest begins; none where this is all."""
