"""From a citizen's form without script to the public results: what was said is what is shown."""

import csv
import io

import pytest

from tests.builders import AGENCY, filing, step
from tests.gateway.page_samples import Reading
from tests.stories.test_papers import prepare

RETURNED = [step("done"), step("returned", "2020-03-19T08:30:00+07:00")]


async def rated(suite, city, anybody, options: str) -> None:
    """As many dossiers are returned as there are options, and each is rated on its page."""
    for number, option in enumerate(options, 1):
        filed = await city.post("/v1/dossiers", json=filing(number))
        code = filed.json()["code"]
        await city.post(f"/v1/dossiers/{code}/progress", json={"items": RETURNED})
        await suite.settle()
        [invited] = (await city.get(f"/v1/dossiers/{code}/rating-invitations")).json()["items"]
        form = {"answer.overall": option, "language": "vi"}
        assert (await anybody.post(f"/r/{invited['token']}", data=form)).status_code == 200


@pytest.mark.parametrize("lane", ["sqlite"])
async def test_what_citizens_say_on_the_form_is_what_everybody_reads_of_the_office(suite):
    async with suite.partner() as city, suite.public() as anybody:
        await prepare(city)
        await rated(suite, city, anybody, "555554444321")
        for period in ("2020", "2020-q1", "2020-03", "official-2020-04"):
            page = await anybody.get(f"/ratings/H29?period={period}")
            text = " ".join(Reading(page.text).spoken.replace("\u00a0", " ").split())
            assert (page.status_code, "75 % khoảng tin cậy 95 %" in text) == (200, True), text
        told = (await anybody.get("/ratings/H29.json?period=2020")).json()
        assert told["total"]["figures"]["histogram"] == {
            "s1": 1,
            "s2": 1,
            "s3": 1,
            "s4": 4,
            "s5": 5,
        }
        sheet = (await anybody.get(f"/ratings/{AGENCY}.csv?period=2020")).text
        rows = list(csv.DictReader(io.StringIO(sheet.lstrip("\ufeff"))))
        assert {row["ratings"] for row in rows if row["by"] == "none"} == {"12"}
        badge = await anybody.get(f"/ratings/{AGENCY}/badge.svg?period=2020")
        assert "75\u00a0% hài lòng" in badge.text
        early = await anybody.get("/ratings/H29?period=official-2020-03")
        assert "chưa có phiếu nào" in Reading(early.text).spoken
        assert (await anybody.get("/ratings/H98")).status_code == 404
