"""Who did what about a comment, a case or a corrective action: noted with the change, never taken back."""

from chassis import telemetry
from chassis.database import CALLER, UnitOfWork
from services.rating.domain import redacted
from services.rating.tables import RatingAct


def noted(  # what an entry holds
    uow: UnitOfWork,
    subject: str,
    act: str,
    *,
    agency: str | None = None,
    before: str | None = None,
    after: str | None = None,
    note: str | None = None,
) -> None:
    """Note an act of the caller at hand; what is written about it is screened as comments are."""
    uow.add(
        RatingAct.of(
            at=uow.now,
            client=CALLER.get(),
            subject=subject,
            agency=agency,
            act=act,
            before=before,
            after=after,
            note=redacted(note) if note else None,
            request=telemetry.REQUEST_ID.get(),
        )
    )
