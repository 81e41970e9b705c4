"""Rating over HTTP: links for those who hand them out, a form and a rating for whoever holds one.

No route shows a single rating to anybody: totals are shown from enough of them upwards.
"""

from fastapi import APIRouter

from chassis.edge import StrictRoute
from services.rating.anomalies import routes as anomalies
from services.rating.cases import citizens as replies
from services.rating.cases import routes as cases
from services.rating.comments import routes as comments
from services.rating.corrective import routes as corrective
from services.rating.kiosks import device_routes as kiosk_devices
from services.rating.kiosks import routes as kiosks
from services.rating.routes import (
    citizens,
    criteria,
    imports,
    invitations,
    officers,
    questionnaires,
    summaries,
    voids,
)

router = APIRouter(route_class=StrictRoute)
router.include_router(citizens.router)
router.include_router(invitations.router)
router.include_router(voids.router)
router.include_router(summaries.router)
router.include_router(officers.router)
router.include_router(questionnaires.router)
router.include_router(criteria.router)
router.include_router(imports.router)
router.include_router(replies.router)
router.include_router(cases.router)
router.include_router(comments.router)
router.include_router(anomalies.router)
router.include_router(corrective.router)
router.include_router(kiosk_devices.router)
router.include_router(kiosks.router)
