"""What tests of the gateway may ask for."""

from contextlib import asynccontextmanager

import httpx
import pytest

from chassis.settings import Settings
from gateway.app import create_gateway
from gateway.upstream import InProcess, Upstreams
from suite.together import together


@pytest.fixture(params=["in the same process", "over HTTP"])
def way(request):
    """How the gateway reaches the services behind it."""
    return request.param


@pytest.fixture
def before(tmp_path, embedded):
    """`async with before(rating) as client`: the gateway, and behind it one that answers as rating does."""

    @asynccontextmanager
    async def opened(rating):
        settings = Settings(data=tmp_path, limits=False)
        embedded.fill(settings)
        async with together(settings, work=False) as at_work:
            door = at_work.running["gateway"]
            behind = dict(door.own(Upstreams))
            door.keep(Upstreams(behind | {"rating": InProcess(rating.app, "rating")}))
            app = create_gateway(door)
            transport = httpx.ASGITransport(app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                client.app = app
                yield client
            door.keep(Upstreams(behind))

    return opened
