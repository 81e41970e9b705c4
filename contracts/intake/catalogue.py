"""Procedures and their time limits, as the catalogue is told of them and shows them."""

from typing import Annotated

from pydantic import Field

from contracts.vocabulary import (
    AdministrativeLevel,
    Channel,
    OnlineService,
    RecipientRule,
    TimeUnit,
)
from contracts.wire import EARLIEST, Code, Day, Line, Name, View, Wire

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
    decided_on: Day | None = None
    """The day of that decision (ngày ký quyết định công bố)."""
    updated_on: Day | None = None
    """The day on which it was entered anew where everybody reads it (ngày cập nhật, công khai)."""
    levels: Annotated[list[AdministrativeLevel], Field(max_length=len(AdministrativeLevel))] = []
    """At which levels it is handled (cấp thực hiện); empty: not told."""
    agencies: Annotated[list[Code], Field(max_length=5000)] = []
    """Codes of the agencies that handle it (cơ quan thực hiện), as any of their codes; one that the directory
    does not know is kept as told. Empty: every agency of its `levels`."""
    posted_at_office: bool | None = None
    """Whether it is posted up where dossiers are handed in (niêm yết tại nơi tiếp nhận). Left out, as with
    every question below: not told, which is not no."""
    posted_online: bool | None = None
    """Whether it is posted on the portal or the agency's site (niêm yết, công khai trên cổng)."""
    content_complete: bool | None = None
    """Whether what is posted has all seven parts (đủ 7 nội dung công khai)."""
    iso: bool | None = None
    """Whether it is handled by an ISO process (áp dụng quy trình ISO)."""
    electronic_dossiers: bool | None = None
    """Whether its dossiers are handled as electronic ones (xử lý bằng hồ sơ điện tử)."""
    eligible_online: bool | None = None
    """Whether it could be offered at level 3 or 4 (đủ điều kiện mức độ 3, 4), offered or not."""
    fees_due: bool | None = None
    """Whether it costs a fee or charge (có phí, lệ phí)."""
    online_payment: bool | None = None
    """Whether that can be paid online (thanh toán trực tuyến)."""
    payment_integrated: bool | None = None
    """Whether it can be paid through the National Public Service Portal (tích hợp thanh toán, Cổng DVCQG)."""
    abolished_on: Day | None = None
    """The first day on which it is no more (ngày bãi bỏ): from then on no figure over procedures has it."""
    successors: Annotated[list[Code], Field(max_length=100)] = []
    """Codes of the procedures that take its place (thủ tục thay thế)."""
    valid_from: Day | None = None
    """The first day this version is in force; today in Vietnam when left out. The first version of a
    procedure is then in force from the beginning, which a later one says with ``1900-01-01``."""
    retention: Code | None = None
    """Retention class of its dossiers (thời hạn lưu trữ), e.g. ``years-10``; the operator's when left out."""
    recipient_rule: RecipientRule = RecipientRule.ANYONE
    """To whom the post may hand the result (người được nhận kết quả): a delivery against it is flagged."""


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
    retention: str | None = None
    recipient_rule: RecipientRule = RecipientRule.ANYONE
    decided_on: Day | None = None
    updated_on: Day | None = None
    levels: list[AdministrativeLevel] = []
    agencies: list[str] = []
    posted_at_office: bool | None = None
    posted_online: bool | None = None
    content_complete: bool | None = None
    iso: bool | None = None
    electronic_dossiers: bool | None = None
    eligible_online: bool | None = None
    fees_due: bool | None = None
    online_payment: bool | None = None
    payment_integrated: bool | None = None
    abolished_on: Day | None = None
    successors: list[str] = []


class ProcedurePage(View):
    """A page of procedures in the order of their codes, each as it is in force today."""

    items: list[ProcedureView]
    next_cursor: str | None = None


class ProcedureHistory(View):
    """Every version of a procedure, in the order of their days (lịch sử thủ tục)."""

    code: str
    items: list[ProcedureView]
