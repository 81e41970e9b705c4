"""The last dossier that can be filed is still heard, counted and rated like any other."""

from tests.builders import PROCEDURE, filing, procedure, step
from tests.stories.test_the_thread import prepare

LAST = "2199-12-20T09:00:00+07:00"


async def test_a_promise_beyond_the_years_that_are_accepted_reaches_everybody(suite):
    async with suite.partner() as city, suite.public() as citizen:
        await prepare(city)
        longest = procedure(time_limit={"amount": 3650, "unit": "working_day"})
        assert (await city.put(f"/v1/procedures/{PROCEDURE}", json=longest)).status_code == 200
        filed = await city.post("/v1/dossiers", json=filing(received_at=LAST))
        assert filed.status_code == 201, filed.text
        code = filed.json()["code"]
        assert filed.json()["due_at"][:2] == "22"
        for address in ("", "/clock"):
            shown = await city.get(f"/v1/dossiers/{code}{address}")
            assert shown.status_code == 200, shown.text
        end = "2199-12-30T10:00:00+07:00"
        rows = {"items": [step("done", end), step("returned", end)]}
        answer = await city.post(f"/v1/dossiers/{code}/progress", json=rows)
        assert answer.status_code == 200, answer.text
        for address in ("", "/clock", "/timeline"):
            shown = await city.get(f"/v1/dossiers/{code}{address}")
            assert shown.status_code == 200, shown.text
        await suite.settle()
        for one in suite.running.values():
            assert list(await one.consumer.parked()) == []
        question = "/v1/indicators/k04/value?agency=H29&from=2199-12-01&to=2199-12-31"
        on_time = (await city.get(question)).json()
        assert (on_time["count"], on_time["among"]) == (1, 1)
        [invitation] = (await city.get(f"/v1/dossiers/{code}/rating-invitations")).json()["items"]
        assert invitation["expires_at"] > "2200"
        page = await citizen.get(f"/r/{invitation['token']}")
        assert (page.status_code, page.headers["content-type"][:9]) == (200, "text/html")
