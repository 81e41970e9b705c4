"""Every row K01 to K47 at its line, just below and just above, counted by hand, on both engines."""

import re

import pytest

from contracts.directory import AgencyRegistered
from services.kpi import commands, service
from services.kpi.indicators import INDICATORS
from tests.kpi.lines import of_dossiers, of_reports, of_the_catalogue
from tests.kpi.lines.telling import CITY
from tests.kpi.reporting import decided, sent, two

WORLDS = [*of_dossiers.WORLDS, *of_the_catalogue.WORLDS, *of_reports.WORLDS]
LISTED = {
    *("k03", "k04", "k05", "k06", "k07", "k08", "k10", "k11", "k12", "k14", "k15", "k16", "k17"),
    *("k20", "k24", "k27", "k33", "k36", "k38", "k41", "k44.district", "k44.ward", "k45", "k47"),
}
"""Rows whose figure is led back to what was counted, one by one."""
COUNTED_ELSEWHERE = {"k35": "the watch list", "k46": "test_plans.py"}
AT_ONCE = 400

_told = {}


@pytest.fixture
async def told(engine, lone):
    """What is answered of every world; each engine is asked once."""
    if engine not in _told:
        async with lone(service) as kpi:
            _told[engine] = await everything(kpi)
    return _told[engine]


async def everything(kpi):
    """The answers by world: its figure, and the lists behind it."""
    events = [CITY]
    for world in WORLDS:
        own = AgencyRegistered(code=world.agency, name=world.agency, kind=world.kind, parent="H29")
        events += [own, *world.events]
    for first in range(0, len(events), AT_ONCE):
        await kpi.hear(*events[first : first + AT_ONCE])
    async with two(kpi) as (one, other):
        for world in WORLDS:
            for series, body in world.reports:
                made = await sent(one, series, body)
                await decided(other, made["id"], "approve")
        found = {world.agency: await answers(one, world) for world in WORLDS}
    assert await commands.verify(kpi.running.database) == []
    return found


async def answers(client, world):
    answer = await client.get(f"/v1/indicators/{world.row}/value?{world.asked}")
    assert answer.status_code == 200, answer.text
    lists = {}
    if world.row in LISTED | {"k09"}:
        for part in ("count", "among"):
            address = f"/v1/indicators/{world.row}/cases?{world.asked}&part={part}&limit=200"
            lists[part] = (await client.get(address)).json()
    return answer.json(), lists


@pytest.mark.parametrize("world", WORLDS, ids=lambda one: one.agency)
def test_a_row_is_what_was_counted_by_hand(told, world):
    figure, _ = told[world.agency]
    names = ("state", "verdict", "count", "among", "unknown", "unplaced", "of")
    found = {name: figure[name] for name in names}
    expected = {name: getattr(world, name) for name in found}
    assert found | {"missing": figure["missing"]} == expected | {"missing": world.missing}
    if world.value is not None or world.state == "no_data":
        assert figure["value"] == world.value


@pytest.mark.parametrize(
    "world", [one for one in WORLDS if one.row in LISTED], ids=lambda one: one.agency
)
def test_the_cases_of_a_row_are_as_many_as_it_counts(told, world):
    _, lists = told[world.agency]
    for part, expected in (("count", world.count), ("among", world.among)):
        items = lists[part]["items"]
        assert len(items) == len(set(items)) == expected, part
        assert all(code.startswith(world.agency) for code in items)
    assert set(lists["count"]["items"]) <= set(lists["among"]["items"])


def test_what_is_among_a_reported_number_has_no_list(told):
    _, lists = told["k09.at"]
    assert len(lists["count"]["items"]) == 4
    assert lists["among"]["code"] == "no-cases"


def test_every_row_has_three_worlds_at_least_and_those_with_a_target_both_verdicts():
    rows = {name for name in INDICATORS if re.fullmatch(r"k\d\d(\.\w+)?", name)}
    for row in rows - COUNTED_ELSEWHERE.keys():
        verdicts = [world.verdict for world in WORLDS if world.row == row]
        assert len(verdicts) >= 3, row
        if INDICATORS[row].target is not None:
            assert {"met", "not_met"} <= set(verdicts), row
