"""Procedures and their time limits, as the catalogue is told of them and shows them."""

from typing import Annotated

from pydantic import Field

from contracts.vocabulary import (
    Channel,
    OnlineService,
    TimeUnit,
)
from contracts.wire import EARLIEST, Day, Line, Name, View, Wire

BEGINNING = EARLIEST.date()
"""Valid from this day means valid from the beginning: no stored day is earlier."""

FieldCode = Annotated[str, Field(min_length=1, max_length=200)]
"""A field of administration (lĩnh vực): its code where the catalogue has one, else its name."""


class TimeLimit(Wire):
    """How long the law allows (thời hạn giải quyết)."""

    amount: Annotated[int, Field(ge=0, le=3650)]
    unit: TimeUnit


class ProcedureEntry(Wire):
    """A published administrative procedure (thủ tục hành chính, TTHC)."""

    name: Annotated[str, Field(min_length=1, max_length=2000)]
    field: FieldCode
    field_name: Name | None = None
    """The field's Vietnamese name, where `field` is a code."""
    time_limit: TimeLimit | None = None
    """The limit for every channel that has none of its own; none where the law states none."""
    time_limits: dict[Channel, TimeLimit] = {}
    """Limits of single channels: the online limit may be shorter than the counter's."""
    online_level: Annotated[int, Field(ge=1, le=4)] = 2
    """Online service level of 2017-2022 (mức độ 1 to 4)."""
    by_post: bool = False
    """Whether it has been opened to the public post (đã triển khai qua BCCI)."""
    on_national_portal: bool = False
    """Whether it is integrated on the National Public Service Portal (Cổng DVCQG)."""
    online_service: OnlineService | None = None
    """How far it can be done online, as counted from 15 August 2022; told by `online_level` when left out
    (4 is full, 3 partial, 1 and 2 none)."""
    same_day: bool = False
    """Whether its result is given on the day of receipt (thủ tục trả kết quả trong ngày)."""
    published_on: Day | None = None
    """The day it was announced (ngày công bố)."""
    decision: Line | None = None
    """The decision that announced it (quyết định công bố), e.g. ``1234/QĐ-UBND``."""
    valid_from: Day | None = None
    """The first day this version is in force; today in Vietnam when left out. The first version of a
    procedure is then in force from the beginning, which a later one says with ``1900-01-01``."""


class ProcedureView(View):
    """A procedure of the catalogue."""

    code: str
    name: str
    field: str
    field_name: str | None
    time_limit: TimeLimit | None
    time_limits: dict[Channel, TimeLimit]
    online_level: int
    by_post: bool
    on_national_portal: bool
    online_service: OnlineService
    same_day: bool
    published_on: Day | None
    decision: str | None
    version: int
    """Which version of the procedure this is; dossiers name it."""
    valid_from: Day
    """The first day this version is in force; ``1900-01-01`` is the beginning."""


class ProcedurePage(View):
    """A page of procedures in the order of their codes, each as it is in force today."""

    items: list[ProcedureView]
    next_cursor: str | None = None


class ProcedureHistory(View):
    """Every version of a procedure, in the order of their days (lịch sử thủ tục)."""

    code: str
    items: list[ProcedureView]
