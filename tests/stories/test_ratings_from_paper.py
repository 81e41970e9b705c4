"""Slips of paper through the public door: what is about a dossier reaches the figures, once."""

from tests.builders import AGENCY, filing
from tests.stories.test_the_thread import counted, finish, prepare

HEADER = "dossier,agency,procedure,day,provenance,questionnaire,overall"


async def enter(city, *rows):
    answer = await city.post(
        "/v1/rating-imports",
        content="\n".join((HEADER, *rows)).encode(),
        headers={"content-type": "text/csv"},
    )
    assert answer.status_code == 200, answer.text
    return answer.json()["counts"]


async def test_slips_of_paper_count_once_and_only_of_dossiers_in_the_figures_about_dossiers(suite):
    async with suite.partner() as city:
        await prepare(city)
        rows = [f",{AGENCY},1.001612,2020-03-20,paper,overall-5/1,1"]
        for number in range(1, 7):
            code = (await city.post("/v1/dossiers", json=filing(number))).json()["code"]
            await finish(city, code)
            option = 5 if number <= 4 else 2
            rows.append(f"{code},,,2020-03-20,paper,overall-5/1,{option}")
        await suite.settle()
        assert (await enter(city, *rows))["taken"] == 7
        assert (await enter(city, *rows))["repeated"] == 7
        await suite.settle()
        assert await counted(city, "k37") == (4, 6)
        months = "from=2020-03-01&to=2020-04-01"
        told = await city.get(f"/v1/ratings/criteria?agency=H29&{months}")
        assert told.status_code == 200, told.text
        [time, *_] = told.json()["total"]["criteria"]
        assert (time["criterion"], time["count"]) == (1, 6)
