"""The only public door, in both directions: who may come in, where a request goes, what people see."""

from chassis.service import Service
from gateway.consumers import on
from gateway.keys import open_signing_key
from gateway.papers.printing import open_press
from gateway.queries import no_directory
from gateway.routes import router
from gateway.tables import Base
from gateway.tracking import open_guard

service = Service(
    name="gateway",
    title="The public door of the suite: tokens, the services behind it, the pages people see.",
    metadata=Base.metadata,
    router=router,
    on=on,
    tree=no_directory,
    opens=(open_signing_key, open_press, open_guard),
    package="gateway",
)
