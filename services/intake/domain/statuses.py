"""The national statuses of a dossier and their codes."""

from collections.abc import Mapping

from contracts.vocabulary import DossierStatus

SUBMITTED = DossierStatus.SUBMITTED
ACCEPTED = DossierStatus.ACCEPTED
REFUSED = DossierStatus.REFUSED
PROCESSING = DossierStatus.PROCESSING
WAITING_SUPPLEMENT = DossierStatus.WAITING_SUPPLEMENT
WAITING_PAYMENT = DossierStatus.WAITING_PAYMENT
WITHDRAWN = DossierStatus.WITHDRAWN
STOPPED = DossierStatus.STOPPED
DONE = DossierStatus.DONE
RETURNED = DossierStatus.RETURNED
UNMAPPED = DossierStatus.UNMAPPED

NATIONAL_STATUSES: Mapping[int, DossierStatus] = {
    1: SUBMITTED,
    2: ACCEPTED,
    3: REFUSED,
    4: PROCESSING,
    5: WAITING_SUPPLEMENT,
    6: WAITING_PAYMENT,
    7: WITHDRAWN,
    8: STOPPED,
    9: DONE,
    10: RETURNED,
}
"""Statuses by their code on the national portal (TrangThaiHoSo của Cổng DVCQG)."""

WAITING = frozenset({WAITING_SUPPLEMENT, WAITING_PAYMENT})
"""Statuses in which the time is the applicant's."""

ENDED = frozenset({REFUSED, WITHDRAWN, STOPPED})
"""Statuses that end a dossier without a result."""

_CODES = {status: code for code, status in NATIONAL_STATUSES.items()} | {UNMAPPED: 0}


def national_code(status: DossierStatus) -> int:
    """The national code of a status, 1 to 10, 0 for none; it also ranks steps that share an instant.

    >>> national_code(DossierStatus.DONE)
    9
    """
    return _CODES[status]


def national_status(code: int) -> DossierStatus:
    """The status a national code stands for; `unmapped` for codes of no known state, such as 0 and 11."""
    return NATIONAL_STATUSES.get(code, UNMAPPED)
