"""One message and its answer for each service and convention, as a partner may read them, against real parts.

The files are played in the order of their numbers in one world. ``$session``, ``$username`` and ``$password``
stand for what differs each time, ``raw`` for a message that is no JSON; with ``away`` the services behind do
not answer just then.
"""

import json
from contextlib import contextmanager
from pathlib import Path

import pytest

from gateway.dialect.answers import Verdict
from gateway.dialect.routes import NOT_HERE, SERVICES
from gateway.upstream import OverHttp, Upstreams
from suite.services import BEHIND
from tests.gateway.national.speaking import account

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.json"))


def read(path: Path) -> dict:
    return json.loads(path.read_text("utf-8"))


def filled(told, names: dict):
    """What is sent, with what differs each time put in."""
    if isinstance(told, dict):
        return {key: filled(value, names) for key, value in told.items()}
    if isinstance(told, list):
        return [filled(value, names) for value in told]
    return names.get(told, told) if isinstance(told, str) else told


def message(pair: dict, names: dict) -> bytes:
    told = pair["raw"] if "raw" in pair else json.dumps(filled(pair["sent"], names))
    return told.encode()


@contextmanager
def no_services(city, *, away: bool):
    """While it lasts, nothing behind the gateway answers."""
    upstreams = city.running["gateway"].own(Upstreams)
    usual = dict(upstreams)
    if away:
        upstreams.update(dict.fromkeys(BEHIND, OverHttp("http://127.0.0.1:9")))
    yield
    upstreams.update(usual)


async def test_every_message_is_answered_as_its_file_says(city):
    username, password = await account(city.running)
    names = {"$username": username, "$password": password}
    async with city.public() as http:
        for path in GOLDEN:
            pair = read(path)
            with no_services(city, away=pair.get("away", False)):
                answer = await http.post(pair["address"], content=message(pair, names))
            assert answer.status_code == 200, path.name
            told = answer.json()
            if told.get("session"):
                names["$session"] = told["session"]
                told["session"] = "$session"
            assert told == pair["answered"], path.name


def test_every_service_has_its_file():
    played = {read(path).get("sent", {}).get("service") for path in GOLDEN}
    assert set(SERVICES) <= played
    assert played & NOT_HERE
    addresses = {read(path)["address"] for path in GOLDEN}
    assert addresses == {"/dvcqg/mapi/login", "/dvcqg/mapi/g", "/dvcqg/nhanhsdvcqg"}


def test_every_code_has_its_file():
    shown = {read(path)["answered"].get("error_code") for path in GOLDEN}
    assert set(Verdict) <= shown


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_every_scalar_is_a_text(path):
    def scalars(told):
        if isinstance(told, dict):
            for value in told.values():
                yield from scalars(value)
        elif isinstance(told, list):
            for value in told:
                yield from scalars(value)
        else:
            yield told

    assert {type(one) for one in scalars(read(path)["answered"])} == {str}
