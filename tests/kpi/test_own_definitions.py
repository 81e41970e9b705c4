"""Kpi counts by the definition files of its operator beside those of the suite, each in its time."""

import logging
from datetime import datetime
from pathlib import Path

import pytest
import yaml

from chassis.running import Running, opened
from chassis.web import create_app
from contracts.vocabulary import VIETNAM, Channel
from services.kpi import service
from services.kpi.indicators import SHIPPED, DefinitionInvalid
from services.kpi.indicators.library import read, shipped
from services.kpi.indicators.linter import findings
from tests.conftest import Lone
from tests.kpi.reporting import EVIDENCE, decided, sent, two
from tests.kpi.test_service import AGENCIES, PERIOD, published, value
from tests.kpi.worlds import NOON, filed, progressed

IN_2021 = "from=2021-01-01&to=2022-01-01"
SHIPPED_K07 = SHIPPED.newest.indicators["k07"]
LATER = datetime(2021, 3, 10, 12, tzinfo=VIETNAM)


def indicator(**told):
    return {
        "id": "m01",
        "title": {"vi": "Hồ sơ trả kết quả", "en": "Results handed over"},
        "counts": {"vi": "Số hồ sơ đã trả", "en": "Results handed over"},
        "value": {"ratio": {"of": "settled", "among": "received"}},
        "target": {"operator": "gte", "value": "90 %"},
        "source": {"plan_title": "Kế hoạch riêng", "sentence": "đạt từ 90% trở lên"},
    } | told


K07_SINCE_2021 = indicator(
    id="k07",
    version=2,
    effective_from="2021-01-01",
    value={"ratio": {"of": "settled_online", "among": "settled", "fields": ["f"]}},
    target={"operator": "gte", "value": "60 %"},
    source={"plan_title": "Kế hoạch riêng", "sentence": "đạt từ 60% trở lên"},
)
PLAN = {
    "id": "mine-2021",
    "title": "Kế hoạch riêng",
    "title_en": "A plan of one's own",
    "agency": "H29",
    "period_from": "2021-01-01",
    "period_to": "2022-01-01",
    "targets": ["k07", "m01", "m02"],
    "series": ["k18"],
}
SERIES = {
    "id": "m02",
    "title": {"vi": "Hội nghị", "en": "A conference"},
    "kind": "bool",
    "owner": "plan",
    "plans": ["mine-2021"],
    "every": "year",
    "due_days": 15,
    "source": "self_reported",
    "evidence": "required",
}
HELD = indicator(
    id="m02",
    value={"reported": {"series": "m02", "kind": "bool"}},
    target={"operator": "eq", "holds": True},
)
OWN_REST = [indicator(effective_from="2021-01-01"), HELD]
OWN = {
    "indicators": [K07_SINCE_2021, *OWN_REST],
    "plans": [PLAN],
    "series": [SERIES],
}


@pytest.fixture
def folder(tmp_path):
    """A folder of definition files, and what is written into it."""
    place = tmp_path / "definitions"
    place.mkdir()

    def write(name="mine.yaml", **told):
        text = yaml.safe_dump({"format": "kpi/1"} | told, sort_keys=False, allow_unicode=True)
        (place / name).write_text(text, "utf-8")
        return place

    return write


async def some(kpi):
    """Of 2020 four settled dossiers, one of them online; the same of 2021."""
    await kpi.hear(*AGENCIES, published("p"))
    for n in range(8):
        at = NOON if n < 4 else LATER
        channel = Channel.ONLINE if n % 4 == 3 else Channel.COUNTER
        kinds = {"agency": "A", "channel": channel, "at": at}
        await kpi.hear(filed(f"d{n}", **kinds), progressed(f"d{n}", done_at=at, received_at=at))


async def get(client, path, status=200):
    answer = await client.get(f"/v1/{path}")
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_a_figure_is_counted_by_the_version_in_force_on_its_last_day_and_says_so(
    lone, folder
):
    async with lone(service, definitions=folder(**OWN)) as kpi, kpi.calls() as client:
        await some(kpi)
        first, second = await value(client, "k07"), await value(client, "k07", period=IN_2021)
        assert (first["count"], first["among"], first["verdict"]) == (1, 4, "met")
        assert (second["count"], second["among"], second["verdict"]) == (1, 4, "not_met")
        told = [one["definition"] for one in (first, second)]
        assert [(one["version"], one["file"], one["shipped"]) for one in told] == [
            (1, "hcmc-2020.yaml", True),
            (2, "mine.yaml", False),
        ]
        assert [(one["effective_from"], one["effective_to"]) for one in told] == [
            (None, "2021-01-01"),
            ("2021-01-01", None),
        ]
        assert told[0]["digest"] == SHIPPED_K07.digest != told[1]["digest"]
        # A period over the turn is told by the version of its last day.
        over = await value(client, "k07", period="from=2020-01-01&to=2021-01-02")
        assert (over["definition"]["version"], over["among"]) == (2, 4)
        for path in ("breakdown?by=agency&", "cases?", "trend?"):
            await get(client, f"indicators/k07/{path}agency=H29&{IN_2021}")
        pack = await get(client, f"indicators/k07/evidence?agency=H29&{IN_2021}")
        assert pack["definition_digest"] == told[1]["digest"]
        assert pack["figure"]["definition"]["file"] == "mine.yaml"
        apart = await get(client, f"indicators/k07/breakdown?by=agency&agency=H29&{PERIOD}")
        assert apart["definition"]["version"] == 1


async def test_of_days_on_which_no_version_is_in_force_nothing_is_counted(lone, folder):
    async with lone(service, definitions=folder(**OWN)) as kpi, kpi.calls() as client:
        await some(kpi)
        assert (await value(client, "m01", period=IN_2021))["among"] == 4
        asked = f"agency=H29&{PERIOD}"
        for path in ("value?", "breakdown?by=agency&", "trend?", "cases?", "evidence?"):
            refused = await get(client, f"indicators/m01/{path}{asked}", 422)
            assert refused["code"] == "definition-not-in-force"
            assert refused["detail"] == (
                "m01 is not in force on 2020-12-31: version 1 from 2021-01-01 on. Ask for a period whose "
                "last day is one of these."
            )
        # The plan asks for the period, and of an indicator not in force yet there is no figure.
        board = await get(client, f"plans/mine-2021/scoreboard?{asked}")
        rows = {row["id"]: row for row in board["targets"]}
        assert (rows["m01"]["state"], rows["m01"]["count"]) == ("no_data", None)
        assert {row["verdict"] for row in rows.values()} == {"not_due"}
        assert (board["met"], board["due"], board["shown"]) == (0, 0, "0/0")
        assert "Kế hoạch tính từ 01/01/2021 đến 31/12/2021" in rows["k07"]["note"]
        assert (await get(client, "indicators/m77/value?agency=H29&" + PERIOD, 404))["code"] == (
            "unknown-indicator"
        )


async def test_a_plan_of_ones_own_has_a_scoreboard_reports_and_editions(lone, folder):
    async with lone(service, definitions=folder(**OWN)) as kpi, two(kpi) as (one, other):
        await some(kpi)
        assert "mine-2021" in [plan["id"] for plan in (await get(one, "plans"))["items"]]
        period = {"period_from": "2021-01-01", "period_to": "2022-01-01"}
        told = {"agency": "H29", "value": True, "evidence": EVIDENCE, **period}
        await decided(other, (await sent(one, "m02", told))["id"], "approve")
        board = await get(one, "plans/mine-2021/scoreboard?agency=H29")
        verdicts = {row["id"]: row["verdict"] for row in board["targets"]}
        assert verdicts == {"k07": "not_met", "m01": "met", "m02": "met"}
        assert board["shown"] == "2/3"
        assert (board["definition"]["file"], board["definition"]["shipped"]) == ("mine.yaml", False)
        assert board["targets"][0]["definition"]["version"] == 2
        due = await get(one, "reports/due?on=2022-01-16&series=k18&agency=A")
        assert {(row["plan"], row["period_from"]) for row in due["items"]} >= {
            ("mine-2021", "2021-10-01"),
            ("hcmc-2020", "2020-10-01"),
        }
        series = {row["id"]: row for row in (await get(one, "series"))["items"]}
        assert series["k18"]["owner"]["plans"] == ["hcmc-2020", "mine-2021"]
        assert series["m02"]["title_en"] == "A conference"
        closed = (await one.post("/v1/periods/plan/mine-2021/close?agency=H29")).json()
        entries = {row["indicator"]: row for row in closed["figures"]}
        assert (entries["k07"]["definition_version"], closed["met"], closed["due"]) == (2, 2, 3)
        month = (await one.post("/v1/periods/month/2020-03/close?agency=H29")).json()
        told = {row["indicator"]: row["definition_version"] for row in month["figures"]}
        assert (told["k07"], "m01" in told) == (1, False)


async def test_a_closed_figure_tells_the_definition_it_was_closed_by(lone, folder):
    asked = "indicators/k07/value?agency=H29&from=2021-03-01&to=2021-04-01"
    async with lone(service, definitions=folder(**OWN)) as kpi, kpi.calls() as client:
        await some(kpi)
        now = (await client.post("/v1/periods/month/2021-03/close?agency=H29")).json()["cut_at"]
        told = (await get(client, f"{asked}&as_of={now}"))["definition"]
        assert (told["version"], told["file"]) == (2, "mine.yaml")
        # The file is changed, and kpi starts again.
        folder(
            **OWN | {"indicators": [K07_SINCE_2021 | {"effective_from": "2020-12-01"}, *OWN_REST]}
        )
        first = kpi.running
        async with opened(Running(service, first.settings, first.verifier)) as second:
            async with Lone(second, kpi.key, create_app(second)).calls() as again:
                closed = (await get(again, f"{asked}&as_of={now}"))["definition"]
                assert (closed["digest"], closed["file"]) == (told["digest"], None)
                assert (await value(again, "k07", period=IN_2021))["definition"]["digest"] != (
                    told["digest"]
                )


async def test_the_indicators_are_listed_as_of_a_day_with_all_their_versions(lone, folder):
    async with lone(service, definitions=folder(**OWN)) as kpi, kpi.calls() as client:
        for day, version in (("2020-06-01", 1), ("2021-06-01", 2)):
            listed = (await get(client, f"indicators?on={day}"))["items"]
            k07 = next(one for one in listed if one["definition"]["id"] == "k07")
            assert k07["definition"]["version"] == version
            assert [one["version"] for one in k07["versions"]] == [1, 2]
            assert k07["plans"] == ["hcmc-2020", "mine-2021"]
        assert len(listed) == len(SHIPPED.indicators) + 2
        today = (await get(client, "indicators"))["items"]
        assert {one["definition"]["id"]: one for one in today}["k07"]["definition"]["version"] == 2


async def test_a_plan_that_is_replaced_is_scored_by_its_version_of_the_day(lone, folder):
    amended = {
        "id": "hcmc-2020",
        "version": 2,
        "effective_from": "2020-07-01",
        "title": "Kế hoạch sửa đổi",
        "title_en": "Amended plan",
        "agency": "H29",
        "period_from": "2020-01-01",
        "period_to": "2021-01-01",
        "targets": [{"indicator": "k07", "target": {"operator": "gt", "value": "25 %"}}],
    }
    async with lone(service, definitions=folder(plans=[amended])) as kpi, kpi.calls() as client:
        await some(kpi)
        board = await get(client, "plans/hcmc-2020/scoreboard?agency=H29")
        assert (board["title"], board["definition"]["version"], board["shown"]) == (
            "Kế hoạch sửa đổi",
            2,
            "0/1",
        )
        june = "from=2020-01-01&to=2020-07-01"
        before = await get(client, f"plans/hcmc-2020/scoreboard?agency=H29&{june}")
        assert (before["definition"]["version"], len(before["targets"])) == (1, 20)
        k07 = next(row for row in before["targets"] if row["id"] == "k07")
        assert (k07["verdict"], k07["shown"]) == ("met", "≥ 20 %")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            "a.yaml",
            "format: kpi/1\nindicators: [{id: m1}]\n",
            "line 2: indicators.0.title: Field req",
        ),
        ("b.yaml", "a: [\n", "while parsing a flow node"),
        ("c.yaml", b"\xff", "it is no text in UTF-8; save it so"),
        ("d.yaml", "format: kpi/1\n", "line 1: list indicators, plans or series in it"),
    ],
)
async def test_a_faulty_file_stops_the_start_with_its_place_and_remedy(
    lone, tmp_path, name, text, said
):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(DefinitionInvalid) as refused:
        async with lone(service, definitions=tmp_path):
            pass
    assert f"{path}" in str(refused.value)
    assert said in str(refused.value)


async def test_a_folder_that_is_not_there_stops_the_start(lone, tmp_path):
    with pytest.raises(
        DefinitionInvalid, match="there is no such folder; make it, or leave MOTCUA_"
    ):
        async with lone(service, definitions=tmp_path / "none"):
            pass


async def test_what_should_be_looked_at_is_logged_and_stops_nothing(lone, folder, caplog):
    told = indicator(target={"operator": "gt", "value": "90 %"})
    with caplog.at_level(logging.WARNING, "motcua.kpi"):
        async with (
            lone(service, definitions=folder(indicators=[told])) as kpi,
            kpi.calls() as client,
        ):
            assert (await client.get("/v1/indicators")).status_code == 200
    assert [one.getMessage() for one in caplog.records if one.name == "motcua.kpi"] == [
        "definitions: m01 compares with gt, its sentence says gte: “trên” is gt, “từ … trở lên” is gte"
    ]


def test_the_example_of_the_page_for_operators_is_one_that_starts():
    page = Path("docs/operations/definitions.md").read_text("utf-8")
    text = page.split("```yaml\n")[1].split("```")[0]
    told = read({"plan-2027.yaml": text}, beside=shipped())
    assert list(findings(told)) == []
    assert len(told.indicators) == len(SHIPPED.indicators) + 1
    assert told.newest.indicators["k07"].version == 2
