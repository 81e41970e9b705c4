"""`motcua report due` as an operator types it."""

import json

import pytest
from typer.testing import CliRunner

from contracts.directory import AgencyRegistered
from contracts.vocabulary import AgencyKind
from suite.cli import app
from suite.tasks import at_hand
from tests.conftest import Lone


@pytest.fixture
async def data(tmp_path):
    from chassis.settings import Settings

    agencies = [
        AgencyRegistered(code="H29", name="Thành phố", kind=AgencyKind.CITY),
        AgencyRegistered(code="H29.1", name="Sở A", kind=AgencyKind.DEPARTMENT, parent="H29"),
        AgencyRegistered(code="H29.2", name="Quận B", kind=AgencyKind.DISTRICT, parent="H29"),
    ]
    async with at_hand(Settings(data=tmp_path), "kpi") as (kpi,):
        await Lone(kpi, None, None).hear(*agencies)
    return tmp_path


def motcua(data, *arguments):
    return CliRunner().invoke(app, ["report", "due", *arguments, "--data", str(data)])


def test_what_is_owed_is_shown_with_since_when(data):
    shown = motcua(data, "--agency", "H29.1", "--on", "2020-04-16")
    assert shown.exit_code == 0, shown.output
    lines = [line for line in shown.stdout.splitlines() if " H29.1 " in line]
    assert [line.split(" H29.1 ")[1].split(",")[0] for line in lines] == [
        "k39.report",
        "k09.register",
        "k18",
    ]
    assert lines[2].startswith("late since 2020-04-16 (Quá hạn) H29.1 k18, 2020-01-01 to ")
    assert "H29.2" not in shown.stdout
    assert "0 of 3 reports" in shown.stdout


def test_for_programs_it_is_json(data):
    shown = motcua(data, "--on", "2020-04-15", "--json")
    items = json.loads(shown.stdout)["items"]
    owed = {(item["series"], item["agency"], item["state"]) for item in items}
    assert ("k18", "H29.2", "due") in owed
    assert ("k39.report", "H29.2", "late") in owed


def test_a_day_that_is_none_is_refused(data):
    shown = motcua(data, "--on", "soon")
    assert shown.exit_code == 2
