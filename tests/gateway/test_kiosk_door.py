"""How the door counts kiosks: each device for itself, and a question that only waits as no work."""

import pytest

from gateway.door import openings
from gateway.limits.callers import Spends, spends
from gateway.limits.kinds import GATEWAY, Calls

CALLS = Calls(openings())
DEVICE = [(b"motcua-device", b"k-1")]


def scope(path, headers=()):
    return {"type": "http", "path": path, "headers": list(headers), "client": ("10.0.0.7", 1)}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/kiosks/self/ticket"),
        ("POST", "/v1/kiosks/self/ratings"),
        ("POST", "/v1/kiosks/self/heartbeat"),
        ("POST", "/v1/kiosks/self/key"),
    ],
)
def test_a_device_spends_its_own_quota_and_no_link_s(method, path):
    call = CALLS.find(method, path)
    assert call.service == "rating"
    assert spends(call, scope(path, DEVICE), None, b"") == [
        Spends("device", (b"k-1", "10.0.0.7")),
        Spends("network", "10.0.0.7"),
    ]


def test_one_that_does_not_say_which_it_is_is_counted_with_its_network():
    call = CALLS.find("POST", "/v1/kiosks")
    assert spends(call, scope("/v1/kiosks"), None, b"") == [Spends("network", "10.0.0.7")]


def test_an_open_question_for_the_next_dossier_takes_no_room_from_those_who_work():
    assert CALLS.find("GET", "/v1/kiosks/self/ticket").kind.units == 0
    assert CALLS.find("POST", "/v1/kiosks/self/ratings").kind.units == 1


def test_the_page_is_the_gateways_own_and_its_calls_are_not_taken_for_a_kiosk_called_self():
    for path in ("/kiosk", "/kiosk/app.js"):
        assert (CALLS.find("GET", path).service, CALLS.find("GET", path).page) == (GATEWAY, True)
    assert CALLS.find("PUT", "/v1/kiosks/k-1/ticket").opened == "PUT /v1/kiosks/{id}/ticket"
    assert CALLS.find("DELETE", "/v1/kiosks/k-1").opened == "DELETE /v1/kiosks/{id}"
