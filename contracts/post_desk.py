"""What the post leaves for an operator to look at, and what a citizen is told of a dossier's items."""

from contracts.lgsp import Month
from contracts.postal import ItemCodeLevel
from contracts.vocabulary import Carrier, DeskState, IncidentKind, Leg, Milestone, ShipmentStatus
from contracts.wire import Day, Instant, View


class DeskCount(View):
    """How many items wait for an operator for one reason."""

    state: DeskState
    count: int
    oldest_at: Instant | None
    """Since when the one that waits longest is known; none when there is none."""


class AccountTruth(View):
    """When a carrier was last heard of through one of our accounts (tin gần nhất)."""

    carrier: Carrier
    account: str
    heard_at: Instant | None
    """The latest of its messages, its lists and its answers. None: no word is known, see `kept_days`."""


class IncidentCount(View):
    """How many incidents of a kind are open (sự cố chưa xử lý xong)."""

    kind: IncidentKind
    count: int
    oldest_at: Instant


class PostageMonth(View):
    """Postage of the items that an account had accepted in a month (đối soát cước); amounts in đồng.

    What is shown is the sum over single items, as last told of each. Money of other purposes is in
    `GET /v1/reconciliations`.
    """

    month: Month
    carrier: Carrier
    account: str
    items: int
    expected: int | None
    """Sum of the estimates; none where there is no estimate."""
    charged: int | None
    """Sum of what was charged for certain; none where nothing was."""
    difference: int | None
    """`charged` less `expected`, over the items of which both are known; none where there is none."""
    disputed: int
    """Items of which trusted sources tell different amounts."""
    unreconciled: int
    """Items nobody has stated an amount for."""


class UnknownCode(View):
    """A code that no table explains (mã chưa rõ nghĩa): it is kept, and moves nothing."""

    carrier: Carrier
    code: str
    count: int
    last_at: Instant


class PostOverview(View):
    """The operator's desk at a glance (tổng hợp việc cần xử lý của bưu chính).

    What there is no data for is left out; of one agency, also what belongs to nobody.
    """

    agency: str | None
    """It and everything below it; none: the whole installation."""
    as_of: Instant
    states: list[DeskCount]
    accounts: list[AccountTruth]
    kept_days: int | None = None
    """Messages are forgotten after so many days: no word of an account means none for so long."""
    unknown_codes: list[UnknownCode] | None = None
    """None for a caller of one agency: codes belong to nobody."""
    incidents: list[IncidentCount] | None = None
    """Open ones by kind."""
    postage: list[PostageMonth] | None = None
    """Of the last month and this one; none where the post took nothing."""
    pools: list[ItemCodeLevel] | None = None
    """Numbers given in advance, for each account that has any."""


class DeskItem(View):
    """One item that waits for an operator; nothing of sender or receiver."""

    state: DeskState
    since: Instant
    """When it was ordered; of an orphan, when it was first heard of; of a stalled item, when its silence was
    found to be too long."""
    carrier: Carrier
    item_code: str | None
    status: ShipmentStatus
    shipment: str | None = None
    dossier: str | None = None
    agency: str | None = None
    leg: Leg | None = None
    attempt: int | None = None
    account: str | None = None
    reason: str | None = None
    """Of an order: the code of the problem that ended it."""


class DeskPage(View):
    """A page of items that wait for an operator, the longest waiting first."""

    items: list[DeskItem]
    next_cursor: str | None = None


class PostStop(View):
    """A place on an item's way, and when it was there first as far as is known."""

    status: ShipmentStatus
    at: Instant


class PostLeg(View):
    """What a citizen is told of one item: no names, no addresses, nothing anybody wrote."""

    leg: Leg
    attempt: int
    carrier: Carrier
    item_code: str | None
    status: ShipmentStatus
    milestone: Milestone
    provisional: bool
    contested: bool
    stops: list[PostStop]
    """In the order of the way, each place once."""
    failed_attempts: int
    held_until: Day | None = None
    """The last day it is kept at the post office, where `MOTCUA_POST_HOLD_DAYS` says how many there are."""
    last_word_at: Instant
    """When something was last heard of it."""


class PostTrackView(View):
    """The items of one dossier, as the tracking page shows them."""

    legs: list[PostLeg]
