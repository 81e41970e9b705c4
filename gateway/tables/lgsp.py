"""What was pushed to the provincial bus."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from chassis.tables import Json, Words
from contracts.lgsp import LgspKind, PushState
from gateway.tables.base import Base


class LgspPush(Base, table=True):
    """One aggregate of one agency and month, on its way to the bus or there (số liệu gửi LGSP)."""

    __tablename__ = "lgsp_push"

    id: str = Field(primary_key=True)
    kind: LgspKind = Field(sa_type=Words(LgspKind))
    agency: str
    month: str
    state: PushState = Field(sa_type=Words(PushState))
    content: dict[str, Any] | None = Field(default=None, sa_type=Json)
    """What is sent, the same on every attempt; counted when it is first tried."""
    attempts: int = 0
    resends: int = 0
    try_at: datetime | None = None
    """When it is sent next; none once nothing is to be sent."""
    sent_at: datetime | None = None
    """When the bus last said that it has it."""
    problem: str | None = None
    """Why the last attempt failed."""
    revision: int = 1

    __table_args__ = (
        UniqueConstraint("kind", "agency", "month", name="one_for_each_month"),
        Index("lgsp_push_by_turn", "try_at"),
        Index("lgsp_push_by_month", "month"),
    )
