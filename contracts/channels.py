"""The ways an agency can be rated (kênh đánh giá), as those who open them announce it.

Each beginning and each end has an id of its own, so they may be heard in any order.
"""

from enum import StrEnum

from contracts.envelope import Event
from contracts.wire import Instant


class ChannelKind(StrEnum):
    """What kind of way it is (loại kênh đánh giá)."""

    KIOSK = "kiosk"
    """A device at a counter (thiết bị đánh giá)."""
    SITE = "site"
    """A web site that shows the form (trang thông tin nhúng phiếu đánh giá)."""


class ChannelOpened(Event):
    """A device became the kiosk of a counter (đã lắp thiết bị đánh giá)."""

    topic = "channel.opened"
    publisher = "rating"
    followed = False

    channel: str
    agency: str
    opened_at: Instant


class ChannelClosed(Event):
    """A kiosk was taken out of use (đã ngừng thiết bị đánh giá)."""

    topic = "channel.closed"
    publisher = "rating"
    followed = False

    channel: str
    agency: str
    closed_at: Instant


class SiteRegistered(Event):
    """A web site of an agency may show the form (đã đăng ký trang nhúng phiếu đánh giá)."""

    topic = "site.registered"
    publisher = "gateway"
    followed = False

    channel: str
    """Of this registration: the same site registered again has another."""
    agency: str
    opened_at: Instant


class SiteRemoved(Event):
    """A web site was taken out of the register (đã gỡ trang nhúng phiếu đánh giá)."""

    topic = "site.removed"
    publisher = "gateway"
    followed = False

    channel: str
    agency: str
    closed_at: Instant
