"""The portal's own calls: a dossier filed on it is handed to a partner's ``/nhanhsdvcqg``.

The partner answers ``error_code`` 0, 1 for a refId it has already ("duplicate refId"), or -1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from suite.sandbox.faults import HAND_OVERS, Fault, Faults
from suite.sandbox.national.ledger import Filing, NationalLedger
from suite.sandbox.national.rules import DOSSIER, wrong_in

RECEIVING = "/nhanhsdvcqg"


@dataclass(frozen=True)
class PartnersWord:
    """What a partner answered to one hand-over."""

    status: int
    answer: Any
    """Its JSON, or the text of what is none."""


async def hand_over(
    filing: Filing,
    partner: str,
    ledger: NationalLedger,
    faults: Faults,
    client: httpx.AsyncClient,
) -> list[PartnersWord]:
    """File a dossier on the portal and hand it to a partner; twice where the plan says so.

    ``partner`` is the address before ``/nhanhsdvcqg``. Raises `ValueError` for a dossier that the portal
    itself would not take, and httpx's errors when the partner cannot be reached: it may be handed over
    again then.
    """
    wrong = list(wrong_in(filing.dossier, DOSSIER))
    if wrong:
        raise ValueError("; ".join(wrong))
    known = ledger.filed.get(filing.code)
    if known is not None and known.ref_id != filing.ref_id:
        raise ValueError(f"{filing.code} was filed on the portal as {known.ref_id}")
    if known is None:
        ledger.file(filing)
    fault = faults.draw("nhanhsdvcqg", filing.ref_id, HAND_OVERS)
    body = {"refId": filing.ref_id, "data": [filing.dossier]}
    address = partner.rstrip("/") + RECEIVING
    words = []
    for _ in range(2 if fault is Fault.DUPLICATE_REF else 1):
        answer = await client.post(address, json=body)
        words.append(PartnersWord(answer.status_code, _read(answer)))
    return words


def _read(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return answer.text
