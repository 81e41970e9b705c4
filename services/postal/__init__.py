"""Postal follows items of the public post (bưu chính công ích), and trusts a carrier as far as it should."""

from chassis.service import Job, Service
from services.postal.accounts import open_accounts
from services.postal.consumers import on
from services.postal.feed_jobs import read_feeds
from services.postal.folding import (
    FOLD_SECONDS,
    FORGET_SECONDS,
    fold_kept,
    forget_old,
    open_folding,
)
from services.postal.http import router
from services.postal.jobs import (
    CODES_SECONDS,
    notice_silence,
    open_line,
    open_watch,
    send_orders,
    watch_codes,
)
from services.postal.pull_jobs import pull_claims
from services.postal.raw import open_raw_messages
from services.postal.tables import Base

service = Service(
    name="postal",
    title="Follows items of the public post (bưu chính công ích), both ways, to their confirmed end.",
    metadata=Base.metadata,
    router=router,
    on=on,
    jobs=(
        Job(
            name="order",
            every=lambda settings: settings.carrier_order_seconds,
            run=send_orders,
        ),
        Job(
            name="fold",
            every=lambda _: FOLD_SECONDS,
            run=fold_kept,
        ),
        Job(
            name="forget",
            every=lambda _: FORGET_SECONDS,
            run=forget_old,
        ),
        Job(
            name="pull",
            every=lambda settings: settings.carrier_pull_seconds,
            run=pull_claims,
        ),
        Job(
            name="feeds",
            every=lambda settings: settings.carrier_pull_seconds,
            run=read_feeds,
        ),
        Job(
            name="silence",
            every=lambda settings: settings.postal_stalled_seconds,
            run=notice_silence,
        ),
        Job(name="codes", every=lambda _: CODES_SECONDS, run=watch_codes),
    ),
    opens=(open_line, open_raw_messages, open_accounts, open_folding, open_watch),
    package="services.postal",
)
