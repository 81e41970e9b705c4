"""The post is silent for thirty days: everybody who should know is told once, and nothing has ended."""

from datetime import timedelta

import pytest

from contracts.vocabulary import DeskState
from services.postal import jobs
from services.postal.desk.sections import SECTIONS
from tests.postal.vnpost import ITEM
from tests.stories.test_results_by_post import dossier, ordered, result_ready, says, told_of
from tests.stories.test_the_thread import counted

POSITION = ("status", "done_at", "returned_at", "due_at", "result_location", "result_frozen")


async def waiting(city):
    """The items that wait because they are silent, the same in the queue and at the desk."""
    queue = (await city.get("/v1/shipments?queue=stalled")).json()["items"]
    if DeskState.STALLED in SECTIONS:
        listed = (await city.get("/v1/post/items?state=stalled&agency=H29")).json()["items"]
        assert [one["shipment"] for one in listed] == [one["id"] for one in queue]
    return [one["id"] for one in queue]


@pytest.mark.parametrize("lane", ["sqlite"], indirect=True)
async def test_a_silence_is_told_once_and_a_late_word_ends_it(suite, monkeypatch):
    async with result_ready(suite) as (post, city, carrier, code):
        shipment = await ordered(city, code)
        await says(carrier, post, 7, "18/03/2020 15:00:00")
        before = await dossier(suite, city, code)
        assert before["result_location"] == "post"
        assert await waiting(city) == []

        postal = suite.running["postal"]
        today = postal.database.now
        monkeypatch.setattr(postal.database, "now", lambda: today() + timedelta(days=30))
        for _ in range(3):
            await jobs.notice_silence(postal)
        silent = await dossier(suite, city, code)
        assert {name: silent[name] for name in POSITION} == {n: before[n] for n in POSITION}
        [leg] = silent["legs"]
        assert (leg["stalled"], leg["status"], leg["delivered_at"]) == (True, "accepted", None)
        [told] = await told_of(city, "shipment.stalled")
        assert told["subject"] == shipment
        assert (await city.get(f"/v1/dossiers/{code}/clock")).json()["turn"] == "post"
        assert await counted(city, "k16") == (1, 1)
        assert await waiting(city) == [shipment]
        view = (await city.get(f"/v1/shipments/{shipment}")).json()
        assert (view["status"], view["stalled_at"] is None) == ("accepted", False)
        desk = (await carrier.get("/post?agency=H29")).text
        assert ITEM not in desk
        if DeskState.STALLED in SECTIONS:
            assert "CV…0035VN" in desk

        await says(carrier, post, 14, "20/03/2020 09:00:00")
        await jobs.notice_silence(postal)
        late = await dossier(suite, city, code)
        [leg] = late["legs"]
        assert (leg["stalled"], leg["status"], leg["provisional"]) == (False, "delivered", True)
        # Only claimed so far: the word ends the silence, and nothing else.
        assert (late["status"], late["result_location"]) == ("done", "post")
        view = (await city.get(f"/v1/shipments/{shipment}")).json()
        assert (view["status"], view["stalled_at"]) == ("delivered", None)
        assert await waiting(city) == []
        assert len(await told_of(city, "shipment.stalled")) == 1
