"""How the desk is shown."""

from datetime import datetime
from typing import Any

from contracts.post_desk import (
    AccountTruth,
    DeskCount,
    DeskItem,
    DeskPage,
    IncidentCount,
    PostageMonth,
    PostOverview,
    UnknownCode,
)
from contracts.vocabulary import VIETNAM, DeskState, ShipmentStatus
from services.postal.desk.asking import Glance, Listed


def overview(told: Glance) -> PostOverview:
    """The desk at a glance."""
    codes = told.unknown_codes
    return PostOverview(
        agency=told.agency,
        as_of=told.as_of.astimezone(VIETNAM),
        states=[
            DeskCount(state=state, count=count, oldest_at=_here(oldest))
            for state, (count, oldest) in told.states
        ],
        accounts=[
            AccountTruth(carrier=carrier, account=account, heard_at=_here(heard_at))
            for carrier, account, heard_at in told.accounts
        ],
        kept_days=told.kept_days,
        incidents=[
            IncidentCount(kind=kind, count=count, oldest_at=oldest.astimezone(VIETNAM))
            for kind, count, oldest in told.incidents
        ],
        postage=[PostageMonth.model_validate(one.__dict__) for one in told.postage] or None,
        pools=list(told.pools) or None,
        unknown_codes=None
        if codes is None
        else [
            UnknownCode(
                carrier=carrier, code=code, count=count, last_at=last_at.astimezone(VIETNAM)
            )
            for carrier, code, count, last_at in codes
        ],
    )


def page(told: Listed) -> DeskPage:
    """A page of items."""
    return DeskPage(
        items=[_item(told.state, row) for row in told.lines], next_cursor=told.next_cursor
    )


def _item(state: DeskState, row: Any) -> DeskItem:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    here = {"state": state, "since": values["since"].astimezone(VIETNAM)}
    if state is DeskState.ORPHAN:
        return DeskItem.model_validate(values | here | {"status": ShipmentStatus.UNMAPPED})
    own = {"shipment": values["key"], "reason": values.get("problem")}
    return DeskItem.model_validate(values | here | own)


def _here(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(VIETNAM)
