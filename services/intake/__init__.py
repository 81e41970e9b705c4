"""Intake receives dossiers (hồ sơ TTHC), promises a date, and follows them to their result."""

from chassis.service import Job, Service
from services.intake.bulk.work import import_job, open_sweeping
from services.intake.catalogue import open_catalogue
from services.intake.consumers import on
from services.intake.keyring import open_keyring
from services.intake.queries import agency_tree
from services.intake.routes import router
from services.intake.sweep import sweep
from services.intake.tables import Base
from services.intake.tracking import open_tracking

service = Service(
    name="intake",
    title="Receives dossiers (hồ sơ TTHC), promises a date, follows them to their result.",
    metadata=Base.metadata,
    router=router,
    on=on,
    tree=agency_tree,
    jobs=(
        Job(name="sweep", every=lambda settings: settings.sweep_seconds, run=sweep),
        import_job,
    ),
    opens=(open_catalogue, open_keyring, open_tracking, open_sweeping),
    package="services.intake",
)
