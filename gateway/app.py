"""The gateway's application: its own routes, the routes it forwards, the pages."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.middleware import Middleware

from chassis.revocation import Revocations
from chassis.running import Running
from chassis.web import create_app
from gateway.admission import Admission
from gateway.door import Forward, openings, published
from gateway.limits.gate import Gate, Limited
from gateway.limits.kinds import Calls
from gateway.limits.lag import Lag
from gateway.origins.cors import WidgetCors
from gateway.origins.frames import Framed
from gateway.origins.register import Origins
from gateway.origins.strangers import Strangers
from gateway.pages import mount_pages
from gateway.upstream import Upstreams
from gateway.watching import Watch


def create_gateway(running: Running) -> FastAPI:
    """The public application; the services it hands requests to are what `running` owns as `Upstreams`."""
    app = create_app(running)
    app.state.upstreams = upstreams = running.own(Upstreams)
    admission = running.own(Admission)
    app.state.admission = admission.check
    running.verifier.revocations = Revocations(admission.revoked, fresh_seconds=1.0)
    running.watched = {name: Watch(upstream) for name, upstream in upstreams.items()}
    doors = [
        Forward(opening, upstreams[opening.service], running.verifier) for opening in openings()
    ]
    app.router.routes.extend(doors)
    # An address that is nearly one of ours is none: a redirect would lead where the Host header says.
    app.router.redirect_slashes = False
    # The published one: writing it anew would take a third of a second of every start.
    mount_pages(app, published("gateway"))
    # Within the edge, which gives a refusal its request id and counts it. A site reads refusals too.
    origins, strangers = running.own(Origins), running.own(Strangers)
    app.user_middleware.append(Middleware(WidgetCors, origins=origins, strangers=strangers))
    app.user_middleware.append(Middleware(Framed, origins=origins, strangers=strangers))
    app.state.gate = gate = Gate(running.settings, running.own(Lag), upstreams)
    app.user_middleware.append(
        Middleware(
            Limited,
            gate=gate,
            calls=Calls(openings()),
            verifier=running.verifier,
            doors=doors,
        )
    )
    return app
