"""The gateway's application: its own routes, the routes it forwards, the pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI

from chassis.running import Running
from chassis.web import create_app
from gateway.door import Forward, openings, published
from gateway.pages import mount_pages
from gateway.upstream import Upstream


def create_gateway(running: Running, upstreams: Mapping[str, Upstream]) -> FastAPI:
    """The public application, with the services it hands requests to."""
    app = create_app(running)
    app.state.upstreams = upstreams
    for opening in openings():
        upstream = upstreams[opening.service]
        app.router.routes.append(Forward(opening, upstream, running.verifier))
    mount_pages(app, public_openapi(app))
    return app


def public_openapi(app: FastAPI) -> dict[str, Any]:
    """One OpenAPI document of everything the public reaches: own routes and forwarded ones."""
    document: dict[str, Any] = app.openapi()
    document["info"]["title"] = "Một Cửa"
    paths: dict[str, Any] = document.setdefault("paths", {})
    components: dict[str, Any] = document.setdefault("components", {})
    schemas: dict[str, Any] = components.setdefault("schemas", {})
    for opening in openings():
        paths.setdefault(opening.path, {})[opening.method.lower()] = dict(opening.operation)
    for service in {opening.service for opening in openings()}:
        schemas.update(published(service).get("components", {}).get("schemas", {}))
    components["securitySchemes"] = {
        "oauth2": {
            "type": "oauth2",
            "flows": {"clientCredentials": {"tokenUrl": "/oauth/token", "scopes": {}}},
        }
    }
    return document
