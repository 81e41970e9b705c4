"""A real gateway before a real intake, on both engines, and an old one-stop system logged in."""

from contextlib import asynccontextmanager

import pytest

from tests.conftest import open_suite
from tests.gateway.national.speaking import AGENCY, Legacy, account, founded


@pytest.fixture
async def city(engine, tmp_path, request):
    """The whole suite in one process, with a directory and a catalogue."""
    async with open_suite(engine, tmp_path, request) as suite:
        async with suite.partner() as partner:
            await founded(partner)
        yield suite


@pytest.fixture
def spoken(city):
    """`async with spoken() as legacy`: a system that is logged in."""

    @asynccontextmanager
    async def log_in(agency: str = AGENCY, **told):
        async with city.public() as http:
            legacy = Legacy(http, madonvi=agency)
            answer = await legacy.log_in(*await account(city.running, agency=agency, **told))
            assert answer["error_code"] == "0", answer
            yield legacy

    return log_in
