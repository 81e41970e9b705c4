"""The register of web sites that may show the rating widget."""

from datetime import datetime

from sqlmodel import Field

from gateway.tables.base import Base


class WidgetOrigin(Base, table=True):
    """A web site that may show the rating widget (trang nhúng phiếu đánh giá)."""

    __tablename__ = "widget_origin"

    origin: str = Field(primary_key=True)
    """Exactly as browsers send it."""
    agency: str
    """The agency whose site it is."""
    added_by: str
    added_at: datetime
    revision: int = 1


class StrangerOrigin(Base, table=True):
    """A web site that asked without being registered (trang chưa đăng ký); the most frequent are kept."""

    __tablename__ = "stranger_origin"

    origin: str = Field(primary_key=True)
    """As its browsers send it; ``null`` and ``unreadable`` stand for those that send none of use."""
    times: int
    first_at: datetime
    last_at: datetime
    revision: int = 1
