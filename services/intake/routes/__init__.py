"""Intake over HTTP. A route reads the request, calls one command, shapes the answer."""

from fastapi import APIRouter

from chassis.edge import StrictRoute
from services.intake.routes import (
    directory,
    dossiers,
    fields,
    imports,
    papers,
    personal,
    procedures,
)

router = APIRouter(route_class=StrictRoute)
# Routes are tried in this order, so those that are called most stand first.
router.include_router(dossiers.router)
router.include_router(personal.router)
router.include_router(directory.router)
router.include_router(procedures.router)
router.include_router(fields.router)
router.include_router(papers.router)
router.include_router(imports.router)
