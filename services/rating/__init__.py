"""Rating asks citizens how they were served (mức độ hài lòng), once for each result, by a one-use link."""

from chassis.service import Service
from services.rating.consumers import on
from services.rating.links import open_links
from services.rating.routes import router
from services.rating.tables import Base

service = Service(
    name="rating",
    title="Asks citizens how they were served (mức độ hài lòng), once for each result.",
    metadata=Base.metadata,
    router=router,
    on=on,
    opens=(open_links,),
    package="services.rating",
)
