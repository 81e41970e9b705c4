"""Two gateways before one database: a system that knows the national adapter is at home at both."""

from contextlib import asynccontextmanager

import httpx
import pytest

from gateway.commands import disable, enable
from tests.conftest import open_suite
from tests.gateway.national.speaking import CODE, Legacy, account, dossier, founded

pytestmark = pytest.mark.servers


@asynccontextmanager
async def two_gateways(processes, tmp_path, request):
    """The suite with a second gateway, and a system that was let in at the first of them."""
    async with open_suite("processes", tmp_path, request) as suite, suite.partner() as partner:
        await founded(partner)
        with processes.another("serve gateway 2"):
            second = f"http://127.0.0.1:{processes.ports['serve gateway 2']}"
            async with suite.public() as http, httpx.AsyncClient(base_url=second) as other:
                here, there = Legacy(http), Legacy(other)
                username, password = await account(suite.running)
                assert (await here.log_in(username, password))["error_code"] == "0"
                there.session = here.session
                yield suite.running["gateway"], (here, there), (username, password)


GOOD, OVER = "4", "1"
"""There is no such dossier; the session is over."""


async def verdicts(both):
    told = [await one.call("TraCuuHoSo", mahoso="khong-co") for one in both]
    return [one["error_code"] for one in told]


async def test_a_session_opened_at_one_is_good_at_the_other_and_over_at_both(
    processes, tmp_path, request
):
    async with two_gateways(processes, tmp_path, request) as (gateway, both, credentials):
        here, there = both
        assert await verdicts(both) == [GOOD, GOOD]
        sent = await there.call("DongBoHoSoMC", isUpdating="False", data=[dossier()])
        assert sent["error_code"] == "0", sent
        found = await here.call("TraCuuHoSo", mahoso=CODE)
        assert (found["error_code"], found["result"][0]["MaHoSo"]) == ("0", CODE), found
        await gateway.database.engine.execute("UPDATE dialect_session SET expires_at = now()")
        assert await verdicts(both) == [OVER, OVER]
        assert (await there.log_in(*credentials))["error_code"] == "0"
        here.session = there.session
        assert await verdicts(both) == [GOOD, GOOD]


async def test_an_account_that_is_shut_out_is_out_at_both_and_its_sessions_stay_over(
    processes, tmp_path, request
):
    async with two_gateways(processes, tmp_path, request) as (gateway, both, credentials):
        here, there = both
        username, password = credentials
        await gateway.do(disable, username, "", "an.operator")
        assert await verdicts(both) == [OVER, OVER]
        refused = [await Legacy(one.http).log_in(username, password) for one in both]
        assert {one["session"] for one in refused} == {""}
        await gateway.do(enable, username, "an.operator")
        assert await verdicts(both) == [OVER, OVER]
        assert (await there.log_in(username, password))["error_code"] == "0"
        here.session = there.session
        assert await verdicts(both) == [GOOD, GOOD]
