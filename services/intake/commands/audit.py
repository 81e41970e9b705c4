"""The trace that opening personal data leaves (nhật ký truy cập): only ever added to."""

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.telemetry import REQUEST_ID

OPERATOR = Principal("operator", None, frozenset(), 0)
"""Whoever works on the installation's command line."""


def leave_trace(
    action: str, told_of: str, caller: Principal, uow: UnitOfWork, *, reason: str | None = None
) -> None:
    """Remember who did what to which dossier; it is stored with the act, or neither is.

    `told_of` is a dossier's code, or what was asked by: never a person, nor a number of one.
    """
    uow.write(
        "audit",
        {
            "at": uow.now,
            "client": caller.client,
            "agency": caller.agency,
            "action": action,
            "object": told_of,
            "reason": reason,
            "request_id": REQUEST_ID.get(),
        },
    )
