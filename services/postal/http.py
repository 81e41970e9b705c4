"""Postal over HTTP, part by part."""

from fastapi import APIRouter

from chassis.edge import StrictRoute
from services.postal import following, incident_routes, routes
from services.postal.desk import routes as desk
from services.postal.envelopes import routes as envelopes
from services.postal.manifests import routes as manifests

router = APIRouter(route_class=StrictRoute)
# Routes are tried in this order, so those that are called most stand first.
router.include_router(routes.router)
router.include_router(incident_routes.router)
router.include_router(envelopes.router)
router.include_router(manifests.router)
router.include_router(desk.router)
router.include_router(following.router)
