"""The only public door, in both directions: who may come in, where a request goes, what people see."""

from chassis.service import Duty, Job, Service
from gateway.admission import open_admission
from gateway.consumers import on
from gateway.deliveries.posting import open_poster
from gateway.deliveries.signing import open_endpoint_keys
from gateway.deliveries.targets import open_names
from gateway.deliveries.work import deliver, forget_deliveries
from gateway.desk import open_looks
from gateway.followed import FOLLOWED
from gateway.keys import open_signing_key
from gateway.lgsp.job import lgsp_job
from gateway.lgsp.line import open_line
from gateway.limits.lag import open_lag
from gateway.origins.register import open_origins
from gateway.origins.strangers import open_strangers
from gateway.papers.printing import open_press
from gateway.portal.jobs import JOBS as PORTAL_JOBS
from gateway.portal.jobs import open_portal_line
from gateway.routes import router
from gateway.tables import Base
from gateway.tracking import open_guard
from gateway.uses import open_login_guard, open_uses

service = Service(
    name="gateway",
    title="The public door of the suite: tokens, the services behind it, the pages people see.",
    metadata=Base.metadata,
    router=router,
    on=on,
    opens=(
        *(open_signing_key, open_press, open_guard, open_line, open_lag, open_origins),
        *(open_login_guard, open_uses, open_admission),
        *(open_names, open_poster, open_endpoint_keys, open_portal_line, open_looks),
        open_strangers,
    ),
    duties=(Duty(name="webhooks", run=deliver),),
    jobs=(
        lgsp_job,
        *PORTAL_JOBS,
        Job(name="webhook-log", every=lambda _: 60.0, run=forget_deliveries),
    ),
    journal=FOLLOWED,
    package="gateway",
)
