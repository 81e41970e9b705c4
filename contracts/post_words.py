"""Words of the public post; everybody reads them from `contracts.vocabulary`."""

from enum import StrEnum


class Leg(StrEnum):
    """Which way an item of the public post (bưu chính công ích) travels."""

    INBOUND_DOSSIER = "inbound_dossier"
    INBOUND_SUPPLEMENT = "inbound_supplement"
    OUTBOUND_RESULT = "outbound_result"
    OUTBOUND_ORIGINALS = "outbound_originals"
    BETWEEN_AGENCIES = "between_agencies"


class Carrier(StrEnum):
    """Which interface of which carrier speaks; a status code means nothing without it."""

    VNPOST_A = "vnpost-a"
    VNPOST_B = "vnpost-b"
    VNPOST_C = "vnpost-c"
    VNPOST_D = "vnpost-d"
    EMS = "ems"
    VIETTELPOST = "viettelpost"
    GHN = "ghn"
    GHTK = "ghtk"
    UPU = "upu"
    NATIVE = "native"


class ShipmentStatus(StrEnum):
    """Where an item stands, in the suite's own words whatever the carrier's (trạng thái bưu gửi)."""

    REGISTERED = "registered"
    ORDER_CREATED = "order_created"
    PICKUP_SCHEDULED = "pickup_scheduled"
    PICKUP_FAILED = "pickup_failed"
    ACCEPTED = "accepted"
    IN_TRANSIT = "in_transit"
    AT_DELIVERY_OFFICE = "at_delivery_office"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERY_FAILED = "delivery_failed"
    HELD_FOR_PICKUP = "held_for_pickup"
    DELIVERED = "delivered"
    RETURN_PROPOSED = "return_proposed"
    RETURNING = "returning"
    RETURNED = "returned"
    CANCELLED = "cancelled"
    LOST = "lost"
    DESTROYED = "destroyed"
    UNMAPPED = "unmapped"


class Milestone(StrEnum):
    """The stretch of an item's way that its status belongs to (chặng đường của bưu gửi)."""

    NONE = "none"
    PRE = "pre"
    TRANSIT = "transit"
    DELIVERY = "delivery"
    RETURN = "return"
    END = "end"


class Proof(StrEnum):
    """How well a delivery is evidenced (bằng chứng phát)."""

    NONE = "none"
    CLAIMED = "claimed"
    EVIDENCED = "evidenced"
    VALIDATED = "validated"


class CarrierOutcome(StrEnum):
    """What became of one record of a carrier's message (kết quả ghi nhận)."""

    APPLIED = "applied"
    DUPLICATE = "duplicate"
    LATE = "late"
    ORPHAN = "orphan"
    QUARANTINED = "quarantined"
    INVALID = "invalid"
    STORED = "stored"
    """Kept for good, and worked out after the answer: there is more than can be told at once."""


class DeskState(StrEnum):
    """Why an item of the post waits for an operator (việc cần xử lý)."""

    ORPHAN = "orphan"
    """The carrier speaks of it, and nobody has registered it."""
    CONTESTED = "contested"
    """Two trusted sources contradict each other about its end."""
    PROVISIONAL = "provisional"
    """The carrier claims its end and does not confirm it when asked: an operator must."""
    STALLED = "stalled"
    """Nothing has been heard of it for too long."""
    DISPUTED = "disputed"
    """Trusted sources tell different amounts of its money."""
    WITHOUT_PROOF = "without_proof"
    """It was delivered, and nothing evidences it."""
    ORDER_PROBLEM = "order_problem"
    """Its order was refused by the carrier, or given up."""


class MoneyPurpose(StrEnum):
    """What an amount the post handles is for; each purpose is counted apart."""

    COD = "cod"
    """Cash on delivery for the sender (tiền thu hộ)."""
    AGENCY_FEE = "agency_fee"
    """The agency's own fee or charge, paid to the postman (phí, lệ phí; Decision 45/2016, Art. 11)."""
    POSTAGE = "postage"
    """What the post takes for carrying (cước bưu chính)."""


class MoneyStep(StrEnum):
    """How far an amount is on its way; an estimate never shows that anything was paid."""

    ESTIMATED = "estimated"
    """What it is expected to be (tạm tính)."""
    DUE = "due"
    """What the receiver, or the citizen, has to pay (phải thu)."""
    COLLECTED = "collected"
    """The postman has it (đã thu)."""
    REMITTED = "remitted"
    """Whom it is for has it (đã chuyển trả)."""
    CHARGED = "charged"
    """What was billed in the end (thực tế)."""


class Reconciliation(StrEnum):
    """Whether what the office counted agrees with what it was told of an amount (kết quả đối soát)."""

    OPEN = "open"
    """Nobody of ours has stated what was charged or received."""
    AGREED = "agreed"
    """What was stated is what was expected, or nothing was expected."""
    DIFFERS = "differs"
    """What was stated is another amount than was expected."""
    DISPUTED = "disputed"
    """Trusted sources tell different amounts; a statement settles it."""


class ShipmentQueue(StrEnum):
    """Why a person should look at an item (hàng chờ xử lý của cán bộ)."""

    WITHOUT_PROOF = "without_proof"
    """Delivered for certain, and nothing shows it yet (đã phát, chưa có bằng chứng)."""
    UNCONFIRMED = "unconfirmed"
    """Its end is claimed, and the carrier could not be brought to confirm it."""
    CONTESTED = "contested"
    STALLED = "stalled"
    DISPUTED = "disputed"
    """Trusted sources tell different amounts of money."""


class CodeState(StrEnum):
    """What has become of an item's number that the carrier gave in advance (mã bưu gửi cấp trước)."""

    FREE = "free"
    TAKEN = "taken"
    VOID = "void"
    """It is not given out any more: its order was cancelled, or the carrier has used it otherwise."""
