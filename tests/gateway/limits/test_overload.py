"""An open load on a real server: what is let in is quick, what is not is told so, and then it is over."""

import asyncio
import time
from contextlib import AsyncExitStack

import aiohttp

from chassis.settings import Settings
from gateway.app import create_gateway
from gateway.limits.lag import Lag
from gateway.upstream import InProcess, OverHttp, Upstreams
from suite.services import BEHIND
from suite.together import together
from tests.gateway.test_addresses import served

WORK = 0.02
"""Seconds a stand-in of a service takes for a request; it does as many at once as are asked."""


class Slow:
    """A service that takes its time, and as long as it is told to; it counts what it does at once."""

    def __init__(self) -> None:
        self.seconds = WORK
        self.running = self.most = self.done = 0

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return
        more = True
        while more:
            more = (await receive()).get("more_body", False)
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            await asyncio.sleep(self.seconds)
        finally:
            self.running -= 1
        self.done += 1
        headers = [(b"content-type", b"application/json"), (b"content-length", b"2")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{}"})


class City:
    """A gateway before slow services, and somebody who asks it."""

    def __init__(self, url: str, token: str, services: dict[str, Slow]) -> None:
        self.url = url
        self.services = services
        self.session: aiohttp.ClientSession
        self._token = {"Authorization": f"Bearer {token}"}

    async def call(self, method: str, path: str) -> tuple[int, float, str]:
        """The status, the seconds it took, and Retry-After."""
        begun = time.monotonic()
        told = {"headers": self._token} | ({"json": {}} if method == "POST" else {})
        async with self.session.request(method, self.url + path, **told) as answer:
            await answer.read()
            after = answer.headers.get("Retry-After", "")
            return answer.status, time.monotonic() - begun, after

    async def open_load(self, method: str, path: str, rate: float, seconds: float):
        """Calls at a fixed rate, whoever is answered or not: people do not wait for one another."""
        tasks = []
        begun = time.monotonic()
        for n in range(int(rate * seconds)):
            await asyncio.sleep(max(0.0, begun + n / rate - time.monotonic()))
            tasks.append(asyncio.create_task(self.call(method, path)))
        return await asyncio.gather(*tasks)


async def city(
    stack: AsyncExitStack,
    folder,
    embedded,
    *,
    over_http: bool = False,
    units: int = 16,
    on_time: bool = False,
) -> City:
    from gateway.keys import SigningKey

    wide = dict.fromkeys(("limit_read", "limit_write", "limit_network"), "1000000/1")
    settings = Settings(data=folder, admission_units=units, **wide)
    embedded.fill(settings)
    at_work = await stack.enter_async_context(together(settings, work=False))
    services = {name: Slow() for name in BEHIND}
    door = at_work.running["gateway"]
    if on_time:
        # Callers, gateway and services share a loop here: a busy machine would make it late for all of them.
        door.own(Lag).start = lambda: None
    upstreams = Upstreams()
    for name, service in services.items():
        if over_http:
            port = await stack.enter_async_context(served(service))
            upstreams[name] = OverHttp(f"http://127.0.0.1:{port}", name)
        else:
            upstreams[name] = InProcess(service, name)
    inside = door.own(Upstreams)
    stack.push_async_callback(inside.aclose)
    door.keep(upstreams)
    port = await stack.enter_async_context(served(create_gateway(door)))
    scopes = ["dossiers:write", "dossiers:read", "indicators:read"]
    token = door.own(SigningKey).token("c-load", "H29", scopes)
    made = City(f"http://127.0.0.1:{port}", token, services)
    connector = aiohttp.TCPConnector(limit=0)
    made.session = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))
    return made


def quantile(times: list[float], part: float) -> float:
    return sorted(times)[min(int(len(times) * part), len(times) - 1)]


async def test_three_times_too_much_is_shed_quickly_and_what_is_let_in_stays_quick(
    tmp_path, embedded
):
    async with AsyncExitStack() as stack:
        here = await city(stack, tmp_path, embedded)
        calm = await here.open_load("POST", "/v1/dossiers", 50, 1.0)
        assert {status for status, _, _ in calm} == {200}
        here.services["intake"].seconds = 0.2
        # Nine tenths of 16 at once, 0.2 s each: about 70 a second is all that can be done.
        busy = await here.open_load("POST", "/v1/dossiers", 210, 2.0)
        let_in = [took for status, took, _ in busy if status == 200]
        shed = [(took, after) for status, took, after in busy if status == 503]
        assert len(let_in) + len(shed) == len(busy)
        assert len(shed) > len(busy) / 3
        assert here.services["intake"].most <= 15
        assert all(1 <= int(after) <= 5 for _, after in shed)
        assert quantile([took for took, _ in shed], 0.5) < 0.1
        assert quantile(let_in, 0.5) < 0.2 * 2
        here.services["intake"].seconds = WORK
        await asyncio.sleep(0.3)
        after = await here.open_load("POST", "/v1/dossiers", 50, 1.0)
        assert {status for status, _, _ in after} == {200}
        assert here.services["intake"].done == len(calm) + len(let_in) + len(after)


async def test_a_slow_service_takes_nothing_that_another_needs(tmp_path, embedded):
    async with AsyncExitStack() as stack:
        here = await city(stack, tmp_path, embedded, over_http=True, on_time=True)
        here.services["kpi"].seconds = 3.0
        board = asyncio.create_task(here.open_load("GET", "/v1/plans", 100, 1.0))
        await asyncio.sleep(0.3)
        filed = await here.open_load("POST", "/v1/dossiers", 50, 0.7)
        assert {status for status, _, _ in filed} == {200}
        assert quantile([took for _, took, _ in filed], 0.5) < 0.3
        asked = await board
        assert {status for status, _, _ in asked} == {200, 503}
        # Seven tenths of 16 are for reading.
        assert here.services["kpi"].most == 11
        assert here.services["intake"].done == len(filed)


async def test_steps_are_taken_when_filings_are_not_and_health_is_never_refused(tmp_path, embedded):
    async with AsyncExitStack() as stack:
        here = await city(stack, tmp_path, embedded, on_time=True)
        here.services["intake"].seconds = 1.5
        filing = asyncio.create_task(here.open_load("POST", "/v1/dossiers", 100, 0.6))
        await asyncio.sleep(0.5)
        status, took, _ = await here.call("GET", "/v1/dossiers")
        assert (status, took < 0.5) == (503, True)
        status, _, _ = await here.call("POST", "/v1/dossiers/x/progress")
        assert status == 200
        for _ in range(20):
            status, took, _ = await here.call("GET", "/health/live")
            assert status == 200
        assert {status for status, _, _ in await filing} == {200, 503}
