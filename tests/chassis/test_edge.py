"""A body that may be left out is left out, and read as strictly as any when it is sent."""

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Response

from chassis.edge import StrictRoute
from chassis.refusing import add_refusals
from contracts.wire import Wire


class Order(Wire):
    """What may be ordered."""

    count: int


@pytest.fixture
async def client():
    router = APIRouter(route_class=StrictRoute)

    @router.post("/orders")
    async def order(told: Order | None = None) -> Response:
        return Response("nothing" if told is None else str(told.count))

    app = FastAPI()
    app.router.routes.extend(router.routes)
    add_refusals(app)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as one:
        yield one


JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("sent", "headers", "found"),
    [
        (b"", {}, "nothing"),
        (b"", JSON, "nothing"),
        (b"null", JSON, "nothing"),
        (b'{"count": 3}', JSON, "3"),
    ],
)
async def test_an_optional_body_may_be_left_out(client, sent, headers, found):
    answer = await client.post("/orders", content=sent, headers=headers)
    assert (answer.status_code, answer.text) == (200, found)


@pytest.mark.parametrize(
    ("sent", "headers", "status"),
    [
        (b'{"count": 3}', {"Content-Type": "text/plain"}, 415),
        (b'{"count": "3"}', JSON, 422),
        (b'{"count": 3, "count": 4}', JSON, 400),
        (b"{", JSON, 400),
        (b"{}", JSON, 422),
        (b" " * 300_000, JSON, 413),
    ],
)
async def test_one_that_is_sent_is_read_strictly(client, sent, headers, status):
    answer = await client.post("/orders", content=sent, headers=headers)
    assert answer.status_code == status, answer.text
