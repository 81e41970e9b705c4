import json
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.problems import Problem
from contracts.vocabulary import VIETNAM, Leg
from services.postal.carriers import INTERFACES, interface_of
from services.postal.carriers.base import BadRecord, CarrierUnavailable, HasFeed, as_event
from services.postal.domain import Strength, fold
from tests.postal.recordings import recording_of
from tests.postal.test_recorded_messages import shown

PAGES = sorted((Path(__file__).parent / "feeds").glob("*/*.json"))
FEEDS = sorted(name for name, one in INTERFACES.items() if isinstance(one, HasFeed))
RECEIVED_AT = datetime(2020, 3, 20, 9, 0, tzinfo=VIETNAM)


async def read(interface, story, page):
    recording = recording_of(interface.name)
    account = recording.account(**story.get("account", {}))

    def answered(request):
        return recording.answer(request, story["feed"], page)

    async with httpx.AsyncClient(transport=httpx.MockTransport(answered)) as http:
        return await interface.read_page(story["feed"], page["cursor"], account, http)


def assert_read_as(page, expected) -> None:
    assert page.cursor == expected["cursor"]
    assert page.more is expected.get("more", False)
    for record, awaited in zip(page.records, expected.get("records", []), strict=True):
        assert isinstance(record, BadRecord) is (awaited is None)
        for name, value in (awaited or {}).items():
            assert shown(getattr(record, name)) == value, name


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}-{path.stem}")
async def test_a_recorded_page_is_read_as_it_was_meant(path: Path):
    story = json.loads(path.read_text(encoding="utf-8"))
    interface = interface_of(path.parent.name)
    events = []
    for page in story["pages"]:
        if "problem" in page["expect"]:
            with pytest.raises(Problem) as refusal:
                await read(interface, story, page)
            assert refusal.value.code() == page["expect"]["problem"], story["tells"]
            assert "battery-staple" not in str(refusal.value.detail)
            continue
        told = await read(interface, story, page)
        assert_read_as(told, page["expect"])
        events += [
            as_event(one, carrier=interface.name, strength=Strength.PULL, recorded_at=RECEIVED_AT)
            for one in told.records
            if not isinstance(one, BadRecord)
        ]
    if "position" in story:
        position = fold(events, Leg(story["leg"]))
        for name, value in story["position"].items():
            assert shown(getattr(position, name)) == value, (story["tells"], name)


@pytest.mark.parametrize("carrier", FEEDS)
async def test_every_code_of_a_table_and_every_feed_has_a_recorded_page(carrier):
    interface, codes, feeds = INTERFACES[carrier], set(), set()
    for path in PAGES:
        story = json.loads(path.read_text(encoding="utf-8"))
        assert story["tells"].endswith("."), path.name
        if path.parent.name != carrier:
            continue
        feeds.add(story["feed"])
        for page in story["pages"]:
            if "problem" not in page["expect"]:
                told = (await read(interface, story, page)).records
                codes |= {one.code for one in told if not isinstance(one, BadRecord)}
    assert set(interface.meanings) <= codes
    assert feeds == set(interface.feeds)


NAMES = [
    "_id",
    "$oid",
    "_embedded",
    "rh:doc",
    "_returned",
    "ItemCode",
    "StatusCode",
    "EventTime",
    "$date",
    "Deliverys",
    "TotalRecord",
    "IsDeliverable",
    "IsReturn",
    "DeliveryTimes",
    "SendingTime",
    "CodAmount",
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner),
    max_leaves=12,
)


@pytest.mark.parametrize(("carrier", "feed"), [(c, f) for c in FEEDS for f in INTERFACES[c].feeds])
@settings(deadline=None)
@given(answer=JSON)
async def test_whatever_the_answer_a_page_goes_on_or_is_none(carrier, feed, answer):
    interface = INTERFACES[carrier]
    start = interface.feeds[feed]
    try:
        page = await read(interface, {"feed": feed}, {"cursor": start, "answer": answer})
    except CarrierUnavailable:
        return
    assert (page.cursor != start) is bool(page.records)
    assert not page.more
