"""Money that the post handles with an item: cash on delivery, the agency's fee, postage. Values only.

Each amount is a function of the set of events, as the position is. What an untrusted source says was paid is
a claim; an estimate never shows that anything was paid; an operator's latest statement settles a dispute.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts.vocabulary import MoneyPurpose, MoneyStep, Reconciliation
from services.postal.domain import CarrierEvent, Strength, standing
from services.postal.tracks import Sum

PAID = frozenset({MoneyStep.COLLECTED, MoneyStep.REMITTED, MoneyStep.CHARGED})
"""Steps at which money has changed hands."""

EXPECTED = {
    MoneyPurpose.COD: MoneyStep.DUE,
    MoneyPurpose.AGENCY_FEE: MoneyStep.DUE,
    MoneyPurpose.POSTAGE: MoneyStep.ESTIMATED,
}
"""What each purpose's end is held against (số dự kiến)."""

SETTLING = {
    MoneyPurpose.COD: MoneyStep.REMITTED,
    MoneyPurpose.AGENCY_FEE: MoneyStep.REMITTED,
    MoneyPurpose.POSTAGE: MoneyStep.CHARGED,
}
"""What an office states when it reconciles: what it received, or what it was charged (số thực tế)."""

Telling = tuple[Sum, CarrierEvent]


@dataclass(frozen=True)
class Reached:
    """How far one step is known."""

    amount: int | None = None
    at: datetime | None = None
    receipt: str | None = None
    claimed: bool = False
    """Whether only sources say so that must still be confirmed."""
    disputed: bool = False
    """Whether trusted sources tell different amounts."""


@dataclass(frozen=True)
class Money:
    """What is known of the money of one purpose (khoản tiền), in đồng."""

    purpose: MoneyPurpose
    estimated: int | None = None
    due: int | None = None
    collected: int | None = None
    collected_at: datetime | None = None
    remitted: int | None = None
    remitted_at: datetime | None = None
    charged: int | None = None
    charged_at: datetime | None = None
    receipt: str | None = None
    claimed: tuple[MoneyStep, ...] = ()
    disputed: bool = False
    reconciliation: Reconciliation = Reconciliation.OPEN
    reference: str | None = None
    """Number of the paper the office's statement rests on."""

    @property
    def expected(self) -> int | None:
        """What the end is held against."""
        return self.due if EXPECTED[self.purpose] is MoneyStep.DUE else self.estimated

    @property
    def actual(self) -> int | None:
        """What was charged or received for certain."""
        return self.charged if SETTLING[self.purpose] is MoneyStep.CHARGED else self.remitted


def money_of(events: Iterable[CarrierEvent]) -> tuple[Money, ...]:
    """What the standing events tell of money, by purpose; a purpose nobody spoke of is left out."""
    every = list(events)
    if not any(event.sums for event in every):
        # Most items carry papers and no money: their events need not be gone through again.
        return ()
    told = [(sum_, event) for event in standing(every) for sum_ in event.sums]
    found = []
    for purpose in MoneyPurpose:
        of_purpose = [one for one in told if one[0].purpose is purpose]
        if of_purpose:
            found.append(_money(purpose, of_purpose))
    return tuple(found)


def _money(purpose: MoneyPurpose, told: Sequence[Telling]) -> Money:
    steps = {step: _reached([one for one in told if one[0].step is step]) for step in MoneyStep}
    sure = {step: one for step, one in steps.items() if step not in PAID or not one.claimed}
    blank = Reached()
    statement = _latest_statement([one for one in told if one[0].step is SETTLING[purpose]])
    receipts = [steps[step].receipt for step in MoneyStep]
    return Money(
        purpose=purpose,
        estimated=steps[MoneyStep.ESTIMATED].amount,
        due=steps[MoneyStep.DUE].amount,
        collected=sure.get(MoneyStep.COLLECTED, blank).amount,
        collected_at=sure.get(MoneyStep.COLLECTED, blank).at,
        remitted=sure.get(MoneyStep.REMITTED, blank).amount,
        remitted_at=sure.get(MoneyStep.REMITTED, blank).at,
        charged=sure.get(MoneyStep.CHARGED, blank).amount,
        charged_at=sure.get(MoneyStep.CHARGED, blank).at,
        receipt=next((receipt for receipt in reversed(receipts) if receipt), None),
        claimed=tuple(step for step in MoneyStep if steps[step].claimed),
        disputed=any(one.disputed for one in steps.values()),
        reconciliation=_reconciliation(purpose, told, steps, statement),
        reference=statement[1].slip if statement else None,
    )


def _reached(told: Sequence[Telling]) -> Reached:
    """One step; among sources of one kind the latest amount stands."""
    if not told:
        return Reached()
    statement = _latest_statement(told)
    trusted = [one for one in told if one[1].trusted]
    heard = [statement] if statement else sorted(trusted or told, key=_when)
    amounts = {sum_.amount for sum_, _ in trusted if sum_.amount is not None}
    # Estimates change as the item is weighed again: two of them contradict nothing.
    final = told[0][0].step is not MoneyStep.ESTIMATED
    return Reached(
        amount=next((s.amount for s, _ in reversed(heard) if s.amount is not None), None),
        at=min(event.moment for _, event in heard),
        receipt=next((s.receipt for s, _ in reversed(heard) if s.receipt), None),
        claimed=not trusted,
        disputed=final and statement is None and len(amounts) > 1,
    )


def _latest_statement(told: Sequence[Telling]) -> Telling | None:
    """What an operator of ours said last: a statement is corrected by a later one."""
    stated = [one for one in told if one[1].strength is Strength.OPERATOR]
    return max(stated, key=_said, default=None)


def _reconciliation(
    purpose: MoneyPurpose,
    told: Sequence[Telling],
    steps: dict[MoneyStep, Reached],
    statement: Telling | None,
) -> Reconciliation:
    if any(one.disputed for one in steps.values()):
        return Reconciliation.DISPUTED
    if statement is None:
        return Reconciliation.OPEN
    settling = SETTLING[purpose]
    carriers = _reached(
        [
            one
            for one in told
            if one[0].step is settling
            and one[1].trusted
            and one[1].strength is not Strength.OPERATOR
        ]
    )
    expected = steps[EXPECTED[purpose]].amount if carriers.amount is None else carriers.amount
    agrees = expected is None or expected == statement[0].amount
    return Reconciliation.AGREED if agrees else Reconciliation.DIFFERS


def _when(told: Telling) -> tuple[datetime, str, str]:
    return told[1].moment, told[1].event_key, repr(told[0])


def _said(told: Telling) -> tuple[datetime, str, str]:
    return told[1].recorded_at, told[1].event_key, repr(told[0])
