"""Procedures and their time limits, as the catalogue is told of them and shows them."""

from typing import Annotated

from pydantic import Field

from contracts.vocabulary import (
    Channel,
    TimeUnit,
)
from contracts.wire import Code, Name, View, Wire

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
    retention: Code | None = None
    """Retention class of its dossiers (thời hạn lưu trữ), e.g. ``years-10``; the operator's when left out."""


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
    retention: str | None = None
