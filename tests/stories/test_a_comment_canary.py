"""A citizen who tells of themselves in a comment goes through the whole suite, and is looked for after."""

import asyncio
import io
import logging

from prometheus_client import generate_latest

from chassis.telemetry import JsonLines
from tests.builders import AGENCY, PROCEDURE, filing, procedure, step
from tests.intake.personal import every_row

PHONE, EMAIL, IDENTITY = "0987 654 321", "canary.yen@vi-du.vn", "079190654321"
COMMENT = f"Canarybird chờ lâu. Gọi {PHONE}, {EMAIL}, CCCD {IDENTITY}."
SHOWN = "Canarybird chờ lâu. Gọi […], […], CCCD […]."
REPLY = f"Chào chị, đã gọi {PHONE}; magpie."
CANARIES = (PHONE, EMAIL, IDENTITY, "magpie", PHONE.replace(" ", ""), "canary.yen")
CODE = filing()["code"]


def canaries_in(text):
    return [word for word in CANARIES if word.lower() in text.lower()]


async def link_of(client):
    """The citizen's link, once the news of the result has come to rating."""
    async with asyncio.timeout(30):
        while True:
            answer = await client.get(f"/v1/dossiers/{CODE}/rating-invitations")
            if answer.status_code == 200 and answer.json()["items"]:
                return answer.json()["items"][0]["token"]
            await asyncio.sleep(0.05)


async def go_through(suite, client, public):
    """The citizen rates, is answered and judges the answer; whatever can be refused is."""
    city = {"name": "Thành phố", "kind": "city"}
    await client.put("/v1/agencies/H29", json=city)
    unit = {"name": "Sở Nông nghiệp", "kind": "department", "parent": "H29"}
    await client.put(f"/v1/agencies/{AGENCY}", json=unit)
    await client.put(f"/v1/procedures/{PROCEDURE}", json=procedure())
    assert (await client.post("/v1/dossiers", json=filing())).status_code == 201
    rows = {"items": [step("returned", "2020-03-19T08:00:00+07:00")]}
    await client.post(f"/v1/dossiers/{CODE}/progress", json=rows)
    link = await link_of(client)
    given = {"token": link, "answers": {"overall": "1"}, "comment": COMMENT, "petition": True}
    given |= {"contact": {"channel": "email", "value": EMAIL}}
    key = {"Idempotency-Key": "k-1"}
    refused = [
        await public.post("/v1/ratings", json=given | {"answers": {"overall": EMAIL}}),
        await public.post("/v1/ratings", json=given | {"contact": {"channel": EMAIL}}),
        await public.post("/v1/ratings", json=given | {"comment": COMMENT + "\u200b"}),
        await public.post("/v1/ratings", json=given | {"comment": COMMENT * 1000}),
    ]
    assert {answer.status_code for answer in refused} == {422}
    assert (await public.post("/v1/ratings", json=given, headers=key)).status_code == 201
    refused.append(await public.post("/v1/ratings", json=given))
    [comment] = (await client.get("/v1/rating-comments")).json()["items"]
    assert comment["text"] == SHOWN
    [case] = (await client.get("/v1/rating-cases")).json()["items"]
    address = f"/v1/rating-cases/{case['id']}"
    for path, body in (
        (f"{address}/assignments", {"owner": f"Quầy {PHONE}", "note": COMMENT}),
        (f"{address}/replies", {"text": REPLY}),
        (f"/v1/rating-comments/{comment['id']}/moderation", {"state": "shown", "note": EMAIL}),
        (f"{address}/pakn", {"system": "pakn"}),
    ):
        answer = await client.post(path, json=body, headers={"Idempotency-Key": path})
        assert answer.status_code == 200, answer.text
        assert canaries_in(answer.text) == [], path
    read = [await public.get(f"/v1/rating-replies/{link}")]
    read.append(await client.get(f"{address}/contact"))
    read.append(await client.get(f"/v1/rating-comments/{comment['id']}/original"))
    assert [bool(canaries_in(answer.text)) for answer in read] == [True, True, True]
    judged = {"Idempotency-Key": "k-2"}
    answer = await public.post(
        f"/v1/rating-replies/{link}", json={"resolved": True}, headers=judged
    )
    assert answer.status_code == 200, answer.text
    return refused


async def test_what_a_citizen_tells_of_themselves_is_where_it_was_asked_for_and_nowhere_else(
    suite, lane, request
):
    raw, shown = io.StringIO(), io.StringIO()
    handlers = [logging.StreamHandler(raw), logging.StreamHandler(shown)]
    handlers[1].setFormatter(JsonLines())
    root, level = logging.getLogger(), logging.getLogger().level
    root.setLevel(logging.DEBUG)
    for handler in handlers:
        root.addHandler(handler)
    try:
        async with suite.partner() as client, suite.public() as public:
            refused = await go_through(suite, client, public)
            await suite.settle()
            entries = (await client.get("/v1/events?limit=500")).text
    finally:
        root.setLevel(level)
        for handler in handlers:
            root.removeHandler(handler)
    for answer in refused:
        assert canaries_in(answer.text) == [], answer.text
        assert "Canarybird" not in answer.text
    for name, one in suite.running.items():
        told = await every_row(type("Service", (), {"running": one}))
        assert canaries_in(told) == [], name
        assert ("Canarybird" in told) is (name == "rating")
    logs = raw.getvalue() + shown.getvalue()
    if lane == "processes":
        ten = request.getfixturevalue("processes")
        logs += "".join(path.read_text("utf-8") for path in ten.folder.glob("*.log"))
    for text in (logs, entries, generate_latest().decode()):
        assert canaries_in(text) == []
        assert "Canarybird" not in text
    assert "case.answered" in entries
    assert "rating.submitted" not in entries
