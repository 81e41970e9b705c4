import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import pytest

from contracts.problems import Problem
from contracts.vocabulary import VIETNAM, Leg
from services.postal.carriers import INTERFACES, messages_through
from services.postal.carriers.base import BadRecord, Batch, SendsMessages, as_event
from services.postal.domain import fold
from tests.postal.recordings import recording_of

PAYLOADS = sorted((Path(__file__).parent / "carriers").glob("*/*.json"))
RECEIVED_AT = datetime(2020, 3, 20, 9, 0, tzinfo=VIETNAM)


def shown(value):
    if isinstance(value, tuple):
        return [asdict(one) for one in value]
    return value.isoformat() if isinstance(value, datetime) else value


def assert_read_as(batch: Batch, expected) -> None:
    if "sent_at" in expected:
        assert shown(batch.sent_at) == expected["sent_at"]
    if "strength" in expected:
        assert batch.strength == expected["strength"]
    if "count" in expected:
        assert len(batch.records) == expected["count"]
    if "records" not in expected:
        return
    for record, awaited in zip(batch.records, expected["records"], strict=True):
        assert isinstance(record, BadRecord) is (awaited is None)
        for name, value in (awaited or {}).items():
            assert shown(getattr(record, name)) == value, name


@pytest.mark.parametrize("path", PAYLOADS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_recorded_message_is_read_as_it_was_meant(path: Path):
    story = json.loads(path.read_text(encoding="utf-8"))
    interface = messages_through(path.parent.name)
    recording = recording_of(path.parent.name)
    events = {}
    for message in story["messages"]:
        raw = recording.raw_message(message)
        sent = (raw, recording.headers_of(message, raw), recording.message_account(message))
        expected = message["expect"]
        if "problem" in expected:
            with pytest.raises(Problem) as refusal:
                interface.read(*sent)
            assert refusal.value.code() == expected["problem"], story["tells"]
            continue
        batch = interface.read(*sent)
        assert_read_as(batch, expected)
        before = len(events)
        for record in batch.records:
            if not isinstance(record, BadRecord):
                told = {"strength": batch.strength, "recorded_at": RECEIVED_AT}
                event = as_event(record, carrier=interface.name, **told)
                events.setdefault(event.event_key, event)
        if "new_events" in expected:
            assert len(events) - before == expected["new_events"]
    if "position" in story:
        position = fold(events.values(), Leg(story["leg"]))
        for name, value in story["position"].items():
            assert shown(getattr(position, name)) == value, (story["tells"], name)


def test_every_interface_has_recorded_messages_of_its_own():
    recorded = {path.parent.name for path in PAYLOADS}
    sending = {name.value for name, one in INTERFACES.items() if isinstance(one, SendsMessages)}
    assert recorded == sending


def test_every_recorded_message_says_what_it_tells():
    for path in PAYLOADS:
        assert json.loads(path.read_text(encoding="utf-8"))["tells"].endswith("."), path.name


# The registry and the port


@pytest.mark.parametrize("carrier", sorted(INTERFACES))
def test_every_code_of_a_table_has_a_recorded_message(carrier):
    interface = INTERFACES[carrier]
    if not isinstance(interface, SendsMessages):
        return
    read = set()
    for path in PAYLOADS:
        if path.parent.name != carrier:
            continue
        recording = recording_of(carrier)
        for message in json.loads(path.read_text(encoding="utf-8"))["messages"]:
            if "problem" in message["expect"]:
                continue
            raw = recording.raw_message(message)
            sent = (raw, recording.headers_of(message, raw), recording.message_account(message))
            told = [one for one in interface.read(*sent).records if not isinstance(one, BadRecord)]
            read |= {one.code for one in told}
    assert set(interface.meanings) <= read
