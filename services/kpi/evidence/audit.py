"""The trace that asking for dossiers leaves (nhật ký truy cập): only ever added to."""

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.telemetry import REQUEST_ID
from services.kpi.evidence.tables import Audit


async def leave_trace(action: str, told_of: str, caller: Principal, uow: UnitOfWork) -> None:
    """Remember who asked for which dossiers; it is stored before they are told."""
    uow.write(
        Audit.__table__.name,
        {
            "at": uow.now,
            "client": caller.client,
            "agency": caller.agency,
            "action": action,
            "object": told_of,
            "reason": None,
            "request_id": REQUEST_ID.get(),
        },
    )
