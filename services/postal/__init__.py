"""Postal follows items of the public post (bưu chính công ích), and trusts a carrier as far as it should."""

from chassis.service import Job, Service
from services.postal.consumers import on
from services.postal.jobs import open_line, pull_claims, send_orders
from services.postal.routes import router
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
            name="pull",
            every=lambda settings: settings.carrier_pull_seconds,
            run=pull_claims,
        ),
    ),
    opens=(open_line,),
    package="services.postal",
)
