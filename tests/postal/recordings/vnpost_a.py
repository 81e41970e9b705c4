"""How recorded pages of vnpost-a are answered: by the path of the list that is asked for."""

import json
from dataclasses import replace

import httpx

from contracts.vocabulary import Carrier
from services.postal.carriers.base import Account

PATHS = {"acceptance": "/serviceApi/v1/getAcceptance", "delivery": "/serviceApi/v1/getDelivery"}


def account(**changed) -> Account:
    own = Account(
        name="city",
        interface=Carrier.VNPOST_A,
        base_url="https://hcc.example/serviceApi/v1/",
        secret="battery-staple",
        customer_code="KH-1",
    )
    return replace(own, **changed)


def answer(request: httpx.Request, feed: str, page) -> httpx.Response:
    assert request.url.path == PATHS[feed]
    asked = dict(request.url.params)
    assert asked.pop("token") == "battery-staple"
    first = int(page["cursor"])
    assert asked == {"fromRecord": str(first), "toRecord": str(first + 500)}
    content = page["text"] if "text" in page else json.dumps(page["answer"])
    return httpx.Response(page.get("status", 200), content=content.encode())
