"""How recorded pages of vnpost-b are answered: a token first, then the documents behind an id."""

import base64
import json
from dataclasses import replace

import httpx

from contracts.vocabulary import Carrier
from services.postal.carriers.base import Account


def account(**changed) -> Account:
    own = Account(
        name="city",
        interface=Carrier.VNPOST_B,
        base_url="https://ngsp.example/apiVNPostNGSP/p1.0",
        username="consumer-key",
        password="correct horse",
        customer_code="KH-1",
    )
    return replace(own, **changed)


def token_for(request: httpx.Request) -> httpx.Response:
    assert request.method == "POST"
    known = base64.b64encode(b"consumer-key:correct horse").decode()
    assert request.headers["authorization"] == f"Basic {known}"
    assert request.content == b"grant_type=client_credentials"
    return httpx.Response(200, json={"access_token": "token-one", "token_type": "Bearer"})


def answer(request: httpx.Request, feed: str, page) -> httpx.Response:
    if request.url.path == "/token":
        return token_for(request)
    assert request.headers["authorization"] == "Bearer token-one"
    asked = dict(request.url.params)
    if asked.pop("service", None) is not None:
        assert request.headers["access_token"] == "token-one"
    else:
        assert request.url.path == "/apiVNPostNGSP/p1.0/order/tracking"
        assert "access_token" not in request.headers
    assert asked == {"pagesize": "500", "lastId": page["cursor"]}
    content = page["text"] if "text" in page else json.dumps(page["answer"])
    return httpx.Response(page.get("status", 200), content=content.encode())
