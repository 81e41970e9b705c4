"""With kpi or rating away, killed or hanging, filing goes on and every answer says what is missing."""

import asyncio
import os
import signal
import time

import httpx
import pytest

from tests.conftest import open_suite

AGENCY = "000.00.19.H29"
PROCEDURE = "1.001612"
FILING = {
    "procedure": PROCEDURE,
    "agency": AGENCY,
    "channel": "counter",
    "return_mode": "counter",
    "received_at": "2020-03-16T09:00:00+07:00",
    "applicant": {"kind": "citizen", "name": "Nguyễn Văn A"},
}


@pytest.fixture
async def city(processes, tmp_path, request):
    async with open_suite("processes", tmp_path, request) as suite, suite.partner() as partner:
        for path, told in (
            ("/v1/agencies/H29", {"name": "Thành phố", "kind": "city"}),
            (f"/v1/agencies/{AGENCY}", {"name": "Sở", "kind": "department", "parent": "H29"}),
            (
                f"/v1/procedures/{PROCEDURE}",
                {
                    "name": "Thành lập hộ kinh doanh",
                    "field": "ho-kinh-doanh",
                    "time_limit": {"amount": 3, "unit": "working_day"},
                },
            ),
        ):
            assert (await partner.put(path, json=told)).status_code == 200
        yield suite, partner, processes


@pytest.fixture(params=["killed", "hanging"])
def away(request):
    """`with away(processes, "kpi"): ...`: the service's API does not answer until the block ends."""
    from contextlib import contextmanager

    @contextmanager
    def gone(processes, *services):
        commands = [f"serve {service}" for service in services]
        for command in commands:
            process = processes.started[command]
            if request.param == "killed":
                process.kill()
                process.wait()
            else:
                os.kill(process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for command in commands:
                if request.param == "killed":
                    processes.spawn(command)
                    processes.wait(command)
                else:
                    os.kill(processes.started[command].pid, signal.SIGCONT)

    return gone


async def health(suite) -> dict:
    async with suite.public() as client:
        answer = await client.get("/health/ready")
    assert answer.status_code == 200
    return answer.json()


async def becomes(suite, status: str) -> dict:
    until = time.monotonic() + 10
    while True:
        told = await health(suite)
        if told["status"] == status or time.monotonic() > until:
            return told
        await asyncio.sleep(0.2)


async def file(partner, number: int) -> httpx.Response:
    return await partner.post(
        "/v1/dossiers", json=FILING | {"code": f"{AGENCY}-200316-{number:04d}"}
    )


async def test_filing_goes_on_and_health_names_what_is_away(city, away):
    suite, partner, processes = city
    assert (await becomes(suite, "ok"))["status"] == "ok"
    with away(processes, "kpi", "rating"):
        told = await becomes(suite, "degraded")
        assert told["status"] == "degraded"
        assert told["checks"]["kpi"] == told["checks"]["rating"] == "no answer"
        assert told["checks"]["intake"] == told["checks"]["postal"] == "ok"
        # Whoever looks at boards meanwhile takes nothing that filing needs.
        async with suite.public() as citizen:
            looking = [asyncio.create_task(citizen.get("/board")) for _ in range(40)]
            await asyncio.sleep(0.1)
            begun = time.monotonic()
            for number in range(1, 21):
                assert (await file(partner, number)).status_code == 201
            assert time.monotonic() - begun < 5
            seen = await asyncio.gather(*looking)
        assert {page.status_code for page in seen} == {503}
        assert all(int(page.headers["retry-after"]) > 0 for page in seen)
        assert all("text/html" in page.headers["content-type"] for page in seen)
    assert (await becomes(suite, "ok"))["checks"]["kpi"] == "ok"
    async with suite.public() as citizen:
        assert (await citizen.get("/board")).status_code == 200


async def test_a_receipt_is_printed_without_the_rating_link_and_says_so(city, away):
    _, partner, processes = city
    code = f"{AGENCY}-200316-0001"
    assert (await file(partner, 1)).status_code == 201
    with away(processes, "rating"):
        begun = time.monotonic()
        page = await partner.get(f"/v1/dossiers/{code}/papers/receipt.html?lang=en")
        assert time.monotonic() - begun < 4
        assert (page.status_code, page.headers["motcua-missing"]) == (200, "rating-link")
        assert "Print it again later to have the code" in page.text
        assert 'class="qr"' not in page.text
        printed = await partner.get(f"/v1/dossiers/{code}/papers/receipt.pdf")
        assert (printed.status_code, printed.headers["motcua-missing"]) == (200, "rating-link")
        asked = await partner.get(f"/v1/dossiers/{code}/rating-invitations")
        assert (asked.status_code, asked.json()["code"]) == (503, "service-away")
        assert int(asked.headers["retry-after"]) > 0
    page = await partner.get(f"/v1/dossiers/{code}/papers/receipt.html?lang=en")
    assert page.status_code == 200
    assert "motcua-missing" not in page.headers
    assert 'class="qr"' in page.text


async def test_the_home_page_says_that_boards_cannot_be_read(city, away):
    suite, _, processes = city
    with away(processes, "kpi"):
        async with suite.public() as citizen:
            page = await citizen.get("/?lang=en")
            assert (page.status_code, "cannot be read just now" in page.text) == (200, True)
            figures = await citizen.get("/board/hcmc-2020.json")
            assert (figures.status_code, figures.json()["code"]) == (503, "service-away")
