"""The same citizens, counted twice: in rating's summaries, and in kpi's figures of satisfaction."""

import subprocess
import sys

import pytest

from chassis.settings import Settings
from suite.together import together
from tests.conftest import Suite

YEARS = {"from": "2019-12-01", "to": "2022-01-01"}
"""All that the demo lives through: where a result goes by post, the two count it on days of their own."""


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """A year of a city."""
    data = tmp_path_factory.mktemp("lived")
    subprocess.run(
        [sys.executable, "-m", "suite.cli", "demo", "--dossiers", "240", "--data", str(data)],
        check=True,
        capture_output=True,
        timeout=300,
    )
    return data


async def test_summaries_and_figures_of_satisfaction_agree_for_a_year_of_a_city(lived):
    settings = Settings(data=lived, settle_seconds=0.05, limits=False)
    async with together(settings) as at_work:
        city = Suite(at_work.running, at_work.app)
        async with city.partner("H29", "ratings:read indicators:read") as partner:
            asked = YEARS | {"occasion": "returned", "by": "agency"}
            answer = await partner.get("/v1/ratings/summary", params=asked)
            assert answer.status_code == 200, answer.text
            summary = answer.json()
            shown = {"H29": summary["total"]} | {
                row["key"]: row for row in summary["rows"] if row["state"] == "ok"
            }
            assert summary["total"]["figures"]["ratings"] > 50
            for agency, row in shown.items():
                figure = await partner.get(
                    "/v1/indicators/k37/value", params=YEARS | {"agency": agency}
                )
                score = row["figures"]["satisfaction"]
                told = figure.json()
                assert (told["count"], told["among"]) == (score["count"], score["among"]), agency
