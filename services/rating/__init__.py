"""Rating asks citizens how they were served (mức độ hài lòng), once for each result, by a one-use link."""

from chassis.service import Service
from services.rating.cases.office import open_office
from services.rating.consumers import on
from services.rating.jobs import JOBS
from services.rating.links import open_links
from services.rating.opening import open_questionnaires
from services.rating.routes import router
from services.rating.sealed import open_sealed_words
from services.rating.tables import Base

service = Service(
    name="rating",
    title="Asks citizens how they were served (mức độ hài lòng), once for each result.",
    metadata=Base.metadata,
    router=router,
    on=on,
    opens=(open_links, open_questionnaires, open_sealed_words, open_office),
    jobs=JOBS,
    package="services.rating",
)
