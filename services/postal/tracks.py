"""What is told of an item beside where it is: proof and money. Values only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.vocabulary import MoneyPurpose, MoneyStep


@dataclass(frozen=True, order=True)
class Evidence:
    """One document that shows a delivery (tài liệu chứng minh việc phát)."""

    kind: str
    """What it is, in the carrier's own word, e.g. ``signature``, ``photo``, ``slip_scan``."""
    sha256: str
    """Digest of its bytes, 64 hexadecimal digits."""
    uri: str | None = None
    """Where the carrier keeps it."""


@dataclass(frozen=True, order=True)
class Sum:
    """An amount told of an item (khoản tiền), or that one has come further on its way."""

    purpose: MoneyPurpose
    step: MoneyStep
    amount: int | None = None
    """In đồng; none where the carrier only tells that it happened."""
    receipt: str | None = None
    """Number of the receipt the payer was given (số biên lai)."""


def evidence_of(told: Sequence[Mapping[str, Any]]) -> tuple[Evidence, ...]:
    """Evidence as it is stored, as values."""
    return tuple(Evidence(**one) for one in told)


def sums_of(told: Sequence[Mapping[str, Any]]) -> tuple[Sum, ...]:
    """Amounts as they are stored, as values."""
    return tuple(
        Sum(
            **(
                dict(one)
                | {"purpose": MoneyPurpose(one["purpose"]), "step": MoneyStep(one["step"])}
            )
        )
        for one in told
    )
