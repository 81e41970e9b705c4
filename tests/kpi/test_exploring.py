"""Figures told apart, by half-month and by level: they add up, each row is held against the same test."""

from datetime import date, datetime, timedelta

import pytest

from chassis.settings import Settings
from contracts.directory import AgencyRegistered
from contracts.vocabulary import VIETNAM, AgencyKind, Channel
from services.kpi import service
from tests.kpi.test_service import AGENCIES, PERIOD, published, value
from tests.kpi.worlds import NOON, accepted, filed, progressed, rated

SPRING = "from=2020-03-01&to=2020-04-01"


async def get(client, path, status=200):
    answer = await client.get(f"/v1/{path}")
    assert answer.status_code == status, answer.text
    return answer.json()


async def settle(kpi, code, agency="A", field="f", *, late=False, at=NOON, channel=Channel.COUNTER):
    """A dossier with a result, a day after it came or after its promise."""
    done = at + timedelta(days=9 if late else 1)
    await kpi.hear(
        filed(code, agency=agency, field=field, at=at, channel=channel),
        progressed(code, received_at=at, due_at=at + timedelta(days=3), done_at=done),
    )


async def settled_world(kpi):
    """A: f 19 of 20, g 10 of 10; B: f 5 of 10."""
    await kpi.hear(*AGENCIES)
    for n in range(20):
        await settle(kpi, f"af{n}", late=n == 0)
    for n in range(10):
        await settle(kpi, f"ag{n}", field="g", channel=Channel.ONLINE)
        await settle(kpi, f"bf{n}", agency="B", late=n < 5)


def told(row):
    return row["count"], row["among"], row["verdict"]


async def test_a_figure_of_every_agency_and_field_is_told_by_what_it_asks_of_each(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await settled_world(kpi)
        whole = await value(client, "k04")
        assert (whole["count"], whole["among"]) == (1, 2)
        cells = await get(client, f"indicators/k04/breakdown?by=agency,field&agency=H29&{PERIOD}")
        assert [(r["agency"], r["field"], *told(r)) for r in cells["rows"]] == [
            ("A", "f", 19, 20, "met"),
            ("A", "g", 10, 10, "met"),
            ("B", "f", 5, 10, "not_met"),
        ]
        assert (cells["rows_of"], cells["test"]["shown"], cells["hidden"]) == (
            "dossiers",
            "> 90 %",
            0,
        )
        agencies = await get(client, f"indicators/k04/breakdown?by=agency&agency=H29&{PERIOD}")
        assert [(r["agency"], r["agency_name"], *told(r)) for r in agencies["rows"]] == [
            ("A", "Sở A", 2, 2, "met"),
            ("B", "Sở B", 0, 1, "not_met"),
        ]
        met = [row for row in agencies["rows"] if row["verdict"] == "met"]
        assert (len(met), len(agencies["rows"])) == (whole["count"], whole["among"])
        assert told(agencies["total"])[:2] == (1, 2)
        fields = await get(client, f"indicators/k04/breakdown?by=field&agency=H29&{PERIOD}")
        assert [(r["field"], *told(r)) for r in fields["rows"]] == [
            ("f", 24, 30, "not_met"),
            ("g", 10, 10, "met"),
        ]


@pytest.mark.parametrize("by", ["agency", "field", "agency,field", "procedure"])
async def test_rows_add_up_to_the_figure(lone, by):
    async with lone(service) as kpi, kpi.calls() as client:
        await settled_world(kpi)
        await kpi.hear(published("p"))
        # Of a procedure that no catalogue knows.
        await kpi.hear(filed("x", procedure="q"), progressed("x", done_at=NOON))
        figure = await value(client, "k07")
        assert (figure["count"], figure["among"]) == (10, 41)
        found = await get(client, f"indicators/k07/breakdown?by={by}&agency=H29&{PERIOD}")
        assert sum(row["count"] for row in found["rows"]) == figure["count"]
        assert sum(row["among"] for row in found["rows"]) == figure["among"]
        assert told(found["total"]) == (10, 41, figure["verdict"])
        if by == "procedure":
            assert [(r["procedure"], r["count"], r["among"]) for r in found["rows"]] == [
                ("p", 10, 40),
                (None, 0, 1),
            ]


async def test_half_months_add_up_to_the_figure_whatever_days_it_begins_and_ends_on(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES)
        for n in range(40):
            day = datetime(2020, 3, 1, 12, tzinfo=VIETNAM) + timedelta(days=n)
            channel = Channel.ONLINE if n % 3 == 0 else Channel.COUNTER
            await settle(kpi, f"d{n:02}", at=day, channel=channel, agency="A" if n % 2 else "B")
        period = "from=2020-03-05&to=2020-04-08"
        figure = await value(client, "k07", period=period)
        trend = await get(client, f"indicators/k07/trend?agency=H29&{period}")
        assert [(p["first"], p["end"]) for p in trend["points"]] == [
            ("2020-03-05", "2020-03-15"),
            ("2020-03-15", "2020-04-01"),
            ("2020-04-01", "2020-04-08"),
        ]
        # Settled the day after it came, so 4 March to 6 April came.
        assert [p["among"] for p in trend["points"]] == [10, 17, 7]
        assert sum(p["count"] for p in trend["points"]) == figure["count"]
        assert sum(p["among"] for p in trend["points"]) == figure["among"] == 34
        assert trend["points"][0]["verdict"] == "met"


async def test_a_figure_over_units_is_counted_anew_in_every_half_month(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES)
        for n in range(4):
            await settle(kpi, f"a{n}")
            await settle(kpi, f"b{n}", agency="B", late=True)
        trend = await get(client, f"indicators/k04/trend?agency=H29&{SPRING}")
        # Those of B are settled on the 19th, nine days after they came.
        assert [told(p) for p in trend["points"]] == [(1, 1, "met"), (0, 1, "not_met")]


async def test_ratings_are_told_by_level_and_by_half_month(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES)
        scores = [5] * 6 + [4] * 3 + [3] * 2 + [1]
        for n, score in enumerate(scores):
            await settle(kpi, f"d{n}")
            await kpi.hear(
                progressed(f"d{n}", 3, done_at=NOON, returned_at=NOON), rated(f"d{n}", score)
            )
        found = await get(client, f"indicators/k37/distribution?agency=H29&{PERIOD}")
        assert [(one["level"], one["count"]) for one in found["levels"]] == [
            (5, 6),
            (4, 3),
            (3, 2),
            (2, 0),
            (1, 1),
        ]
        assert found["ratings"] == (await value(client, "k37"))["among"] == 12
        trend = await get(client, f"indicators/k37/trend?agency=H29&{SPRING}")
        assert [(p["count"], p["among"], p["state"]) for p in trend["points"]] == [
            (9, 12, "ok"),
            (0, 0, "empty"),
        ]


async def ratings(kpi, agency, scores, field="f", at=NOON):
    for n, score in enumerate(scores):
        code = f"{agency}-{field}-{at:%m%d}-{n}"
        await kpi.hear(
            filed(code, agency=agency, field=field, at=at),
            progressed(code, received_at=at, done_at=at, returned_at=at),
            rated(code, score, at=at),
        )


async def test_few_ratings_are_hidden_with_one_more_row_that_would_give_them_away(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES, *more_agencies("C"))
        await ratings(kpi, "A", [5] * 3)
        await ratings(kpi, "B", [5] * 8)
        await ratings(kpi, "C", [5] * 30)
        found = await get(client, f"indicators/k37/breakdown?by=agency&agency=H29&{PERIOD}")
        assert [(r["agency"], r["state"], r["count"]) for r in found["rows"]] == [
            ("A", "suppressed", None),
            ("B", "suppressed", None),
            ("C", "ok", 30),
        ]
        assert (found["hidden"], found["minimum"], found["cells_digest"]) == (2, 5, None)
        # A table of agencies and fields keeps them, too.
        cells = await get(client, f"indicators/k37/breakdown?by=agency,field&agency=H29&{PERIOD}")
        assert [r["state"] for r in cells["rows"]] == ["suppressed", "suppressed", "ok"]


def more_agencies(*codes, parent="H29"):
    return [
        AgencyRegistered(code=code, name=f"Sở {code}", kind=AgencyKind.DEPARTMENT, parent=parent)
        for code in codes
    ]


async def test_the_public_is_told_nothing_that_gives_away_an_agency_beside_the_one_asked(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES, *more_agencies("C"))
        await ratings(kpi, "A", [5] * 3)
        await ratings(kpi, "B", [5] * 12)
        await ratings(kpi, "C", [5] * 30)
        public = f"{PERIOD}&public=true"
        city = await value(client, "k37", period=public)
        assert (city["count"], city["among"], city["cells_digest"]) == (45, 45, None)
        assert (await value(client, "k37", "C", public))["count"] == 30
        # 45 less 30 less 12 would be A's.
        assert (await value(client, "k37", "B", public))["state"] == "suppressed"
        assert (await value(client, "k37", "B"))["count"] == 12
        board = await get(client, "plans/hcmc-2017/scoreboard?agency=B&public=true")
        assert board["public"] is True
        for path in ("trend", "distribution"):
            text = await client.get(f"/v1/indicators/k37/{path}?agency=B&{public}")
            assert '"suppressed"' in text.text
            assert not {'"count":12', '"among":12', '"ratings":12'} & set(
                text.text.replace("{", ",").split(",")
            )


async def test_the_public_is_told_satisfaction_of_the_periods_of_plans_alone(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES)
        await ratings(kpi, "A", [5] * 30)
        assert (await value(client, "k37", period=f"{PERIOD}&public=true"))["count"] == 30
        spring = await value(client, "k37", period=f"{SPRING}&public=true")
        assert (spring["state"], spring["verdict"]) == ("suppressed", "undecided")
        assert (await value(client, "k37", period=SPRING))["count"] == 30


async def test_the_public_is_told_of_no_single_days(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES)
        days = "agency=H29&from=2020-03-10&to=2020-03-11&public=true"
        for path in ("value?", "trend?", "breakdown?by=field&"):
            refused = await get(client, f"indicators/k07/{path}{days}", 422)
            assert refused["code"] == "period-not-whole"
        assert (await client.get(f"/v1/watch-list?{days}")).status_code == 422
        board = await client.get("/v1/plans/hcmc-2017/scoreboard?agency=H29&public=true")
        # The plan began on a 21st, and that is told.
        assert board.status_code == 200, board.text


async def test_the_public_sees_no_field_of_a_few_dossiers(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await settled_world(kpi)
        await settle(kpi, "bg", agency="B", field="g")
        asked = f"agency=H29&{PERIOD}&public=true"
        cells = await get(client, f"indicators/k07/breakdown?by=agency,field&{asked}")
        assert {(r["agency"], r["field"]): r["state"] for r in cells["rows"]} == {
            ("A", "f"): "suppressed",
            ("A", "g"): "suppressed",
            ("B", "f"): "suppressed",
            ("B", "g"): "suppressed",
        }
        agencies = await get(client, f"indicators/k07/breakdown?by=agency&{asked}")
        assert [r["among"] for r in agencies["rows"]] == [30, 11]
        assert cells["minimum"] == Settings().rating_publish_minimum


async def test_what_cannot_be_told_apart_says_what_can(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES)
        asked = f"agency=H29&{PERIOD}"
        refused = await get(client, f"indicators/k06/breakdown?by=field&{asked}", 422)
        assert (refused["code"], refused["detail"]) == (
            "not-told-apart",
            "It can be told apart by procedure.",
        )
        refused = await get(client, f"indicators/k02/breakdown?by=field&{asked}", 422)
        assert "told as a whole" in refused["detail"]
        assert (await get(client, f"indicators/k06/trend?{asked}", 404))["code"] == "no-trend"
        assert (await get(client, f"indicators/k22/distribution?{asked}", 404))["code"] == (
            "no-levels"
        )
        known = {i["definition"]["id"]: i for i in (await get(client, "indicators"))["items"]}
        assert known["k06"]["told_apart_by"] == ["procedure"]
        assert known["k04"]["told_apart_by"] == [
            "agency",
            "field",
            "agency,field",
            "procedure",
        ]
        assert [known[one]["by_half_month"] for one in ("k04", "k06", "k37")] == [True, False, True]
        assert {one for one in known if known[one]["by_level"]} == {"k01", "k21", "k37", "k40"}


async def test_procedures_hold_or_do_not_and_as_many_as_the_figure_counts(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES)
        await kpi.hear(published("p", online_level=4), published("q", online_level=2))
        await settle(kpi, "d1")
        figure = await value(client, "k06")
        found = await get(client, f"indicators/k06/breakdown?by=procedure&agency=H29&{PERIOD}")
        assert [(r["procedure"], *told(r)) for r in found["rows"]] == [
            ("p", 1, 1, "met"),
            ("q", 0, 1, "not_met"),
        ]
        assert told(found["total"])[:2] == (figure["count"], figure["among"]) == (1, 2)
        page = await get(client, "plans/hcmc-2020/procedures/p?agency=H29")
        assert (page["online_level"], page["received"], page["settled"]) == (4, 1, 1)
        targets = {
            one["id"]: (one["count"], one["among"], one["verdict"]) for one in page["targets"]
        }
        assert targets["k06"] == (1, 1, "met")
        assert targets["k07"] == (0, 1, "not_met")
        assert targets["k14"] == (0, 1, "not_met")
        hidden = await get(client, "plans/hcmc-2020/procedures/p?agency=H29&public=true")
        states = {one["id"]: one["state"] for one in hidden["targets"]}
        assert (states["k07"], states["k06"]) == ("suppressed", "ok")
        missing = await get(client, "plans/hcmc-2020/procedures/nowhere?agency=H29", 404)
        assert missing["code"] == "procedure-not-listed"


async def test_the_watch_list_says_why_each_field_is_on_it(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES)
        for n in range(95):
            await settle(kpi, f"big{n}", field="big")
        await settle(kpi, "quiet1", field="quiet")
        await settle(kpi, "late", field="late", late=True)
        await kpi.hear(filed("open", field="open"))
        await kpi.hear(filed("away", field="away").model_copy(update={"competent_agency": "B"}))
        await kpi.hear(progressed("away", done_at=NOON))
        found = await get(client, f"watch-list?agency=H29&{PERIOD}")
        assert [(one["field"], one["received"], one["reasons"]) for one in found["items"]] == [
            ("big", 95, ["volume"]),
            ("late", 1, ["overdue"]),
            ("open", 1, ["overdue"]),
            ("away", 1, ["between_agencies"]),
        ]
        assert [one["field"] for one in found["others"]] == ["quiet"]
        assert [(one["late"], one["overdue"]) for one in found["items"]] == [
            (0, 0),
            (1, 0),
            (0, 1),
            (0, 0),
        ]
        assert found["received"] == 99
        figure = await value(client, "k35")
        assert (figure["kind"], figure["count"]) == ("count", 4)
        # Before anything was late.
        early = await get(client, "watch-list?agency=H29&from=2020-03-01&to=2020-03-12")
        assert [one["field"] for one in early["items"]] == ["big", "away"]


async def test_who_told_nothing_is_named_and_how_fresh_the_news_is(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES)
        nothing = await get(client, f"coverage?agency=H29&{PERIOD}")
        assert (nothing["told"], nothing["units"]) == (0, 2)
        await settle(kpi, "d1")
        found = await get(client, f"coverage?agency=H29&{PERIOD}")
        assert (found["told"], found["units"]) == (1, 2)
        assert found["silent"] == [{"agency": "B", "name": "Sở B"}]
        newest = {one["id"]: one["newest_at"] for one in found["sources"]}
        assert newest["dossiers"].startswith("2020-03-10T05:00")
        assert newest["ratings"] is None
        assert found["heard_at"] is not None
        later = await get(client, "coverage?agency=H29&from=2020-06-01&to=2020-06-20")
        assert later["told"] == 0


async def heard_from(client, **told):
    asked = "&".join(f"{name}={value}" for name, value in told.items())
    found = await get(client, f"coverage?agency=H29&{PERIOD}&{asked}")
    return [(one["agency"], one["last_on"], one["quiet_days"]) for one in found["agencies"]]


async def test_each_agency_tells_since_when_nothing_was_heard_from_it(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        clock = kpi.running.database
        clock.now = lambda: datetime(2020, 4, 1, 23, 30, tzinfo=VIETNAM)
        await kpi.hear(*AGENCIES)
        assert await heard_from(client) == [("A", None, None), ("B", None, None)]
        # Of dossiers of other periods too; the day is Vietnam's, whose midnight is UTC's afternoon.
        await settle(kpi, "old", at=datetime(2019, 5, 6, tzinfo=VIETNAM))
        clock.now = lambda: datetime(2020, 4, 2, 0, 30, tzinfo=VIETNAM)
        assert await heard_from(client) == [("A", "2020-04-01", 1), ("B", None, None)]
        # What citizens and the post tell is no word of the office, nor what it never filed.
        await kpi.hear(rated("old", 4), accepted("old"), progressed("nobody's"))
        assert (await heard_from(client))[0] == ("A", "2020-04-01", 1)
        # Said again, a word changes no figure: it was heard all the same.
        await settle(kpi, "old", at=datetime(2019, 5, 6, tzinfo=VIETNAM))
        await settle(kpi, "b", agency="B")
        assert await heard_from(client) == [("A", "2020-04-02", 0), ("B", "2020-04-02", 0)]
        clock.now = lambda: datetime(2020, 4, 12, 8, tzinfo=VIETNAM)
        assert await heard_from(client, public="true") == [
            ("A", "2020-04-02", 10),
            ("B", "2020-04-02", 10),
        ]


async def test_who_took_over_is_heard_from_where_its_predecessor_was(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        clock = kpi.running.database
        clock.now = lambda: datetime(2020, 4, 1, 8, tzinfo=VIETNAM)
        await kpi.hear(*AGENCIES)
        await settle(kpi, "b", agency="B")
        gone = {"valid_to": date(2020, 4, 2), "successors": ["A"], "revision": 2}
        [before] = [one for one in AGENCIES if one.code == "B"]
        await kpi.hear(before.model_copy(update=gone))
        clock.now = lambda: datetime(2020, 4, 5, 8, tzinfo=VIETNAM)
        assert ("A", None, None) in await heard_from(client)
        assert await heard_from(client, structure="today") == [("A", "2020-04-01", 4)]


OF_BEFORE = [
    "INSERT INTO dossier_fact (code, agency, received_at, done_at, revision, post) VALUES "
    f"('{code}', '{agency}', '{received}', {done}, 1, '[]')"
    for code, agency, received, done in (
        ("d1", "A", "2020-03-10 05:00:00.000000", "'2020-03-12 18:00:00.000000'"),
        ("d2", "A", "2020-03-11 05:00:00.000000", "NULL"),
        ("d3", "B", "2999-03-11 05:00:00.000000", "NULL"),
    )
]


async def test_before_days_were_kept_an_agency_was_heard_from_when_its_newest_dossier_tells(lone):
    async with lone(service, earlier=("0015", OF_BEFORE)) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES)
        assert [(agency, day) for agency, day, _ in await heard_from(client)] == [
            ("A", "2020-03-13"),
            ("B", None),
        ]


async def test_a_procedure_that_may_not_belong_stands_beside_the_figure_and_in_its_table(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(
            *AGENCIES,
            published("d", levels=["district"], agencies=["A"], iso=True),
            published("w", levels=["commune"], agencies=["A"], iso=True),
            published("u", agencies=["A"], iso=False),
        )
        asked = f"agency=A&{PERIOD}"
        found = await get(client, f"indicators/k44.district/breakdown?by=procedure&{asked}")
        rows = {
            row["procedure"]: (row["count"], row["among"], row["state"]) for row in found["rows"]
        }
        assert rows == {"d": (1, 1, "ok"), "u": (0, 0, "no_data")}
        assert told(found["total"]) == (1, 1, "no_data")
        figure = await value(client, "k44.district", "A")
        assert (figure["count"], figure["among"], figure["unplaced"]) == (1, 1, 1)
        listed = await get(client, f"indicators/k44.district/cases?{asked}&part=among")
        assert listed["items"] == ["d"]
