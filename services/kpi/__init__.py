"""Kpi listens to everything and answers one question: whether the targets are met."""

from chassis.service import Service
from services.kpi.consumers import on
from services.kpi.jobs import JOBS
from services.kpi.opening import open_definitions
from services.kpi.routes import router
from services.kpi.tables import Base

service = Service(
    name="kpi",
    title="Counts the reform targets (chỉ tiêu cải cách hành chính) from the events themselves.",
    metadata=Base.metadata,
    router=router,
    on=on,
    jobs=JOBS,
    opens=(open_definitions,),
    package="services.kpi",
)
