"""The nine criteria of TT 01/2018: scored by the unit, verified from above, and counted from dossiers."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from contracts.directory import AgencyRegistered
from contracts.intake import ProcedurePublished
from contracts.periods import Span
from contracts.rating import CriteriaAnswered
from contracts.vocabulary import (
    AgencyKind,
    Channel,
    FigureSource,
    Provenance,
    QualityClass,
    SeriesKind,
    TimeUnit,
)
from services.kpi import service
from services.kpi.indicators.series import SERIES
from services.kpi.quality.scoring import Score, scores, total
from services.kpi.quality.standard import standard
from services.kpi.reports.values import Approved
from tests.kpi.reporting import client, decided, ratio, sent
from tests.kpi.worlds import NOON, filed, progressed, rated, voided

AGENCIES = [
    AgencyRegistered(code="H29", name="Thành phố", kind=AgencyKind.CITY),
    AgencyRegistered(code="B", name="Quận B", kind=AgencyKind.DISTRICT, parent="H29"),
    AgencyRegistered(code="W", name="Phường W", kind=AgencyKind.WARD, parent="B"),
]
UNIT = {5, 8, 9}
QUARTER = Span(date(2020, 1, 1), date(2020, 4, 1))


def nine(**told):
    """Every criterion of one dossier at 2 points, but for those told as `c1=...`."""
    return {n: Score(told.get(f"c{n}", 2), 1) for n in range(1, 10)}


@pytest.mark.parametrize(
    ("hundredths", "expected"),
    [
        (1800, QualityClass.EXCELLENT),
        (1500, QualityClass.EXCELLENT),
        (1499, QualityClass.GOOD),
        (1200, QualityClass.GOOD),
        (1199, QualityClass.FAIR),
        (900, QualityClass.FAIR),
        (899, QualityClass.AVERAGE),
        (600, QualityClass.AVERAGE),
        (599, QualityClass.WEAK),
        (0, QualityClass.WEAK),
    ],
)
def test_a_bound_belongs_to_the_class_above_it(hundredths, expected):
    # A hundred dossiers in each of nine criteria: so many points in all of them together.
    points = {n: min(200, max(0, hundredths - 200 * (n - 1))) for n in range(1, 10)}
    assert sum(points.values()) == hundredths
    found = total({n: Score(one, 100) for n, one in points.items()}, standard())
    assert (found.total, found.quality_class) == (Fraction(hundredths, 100), expected)


def test_exactly_fifteen_of_thirds_is_excellent_and_a_hair_less_is_not():
    thirds = {n: Score(5, 3) for n in range(1, 10)}
    assert total(thirds, standard()).quality_class is QualityClass.EXCELLENT
    less = thirds | {9: Score(4_999_999, 3_000_000)}
    assert total(less, standard()).quality_class is QualityClass.GOOD


def test_what_is_not_told_is_not_zero():
    eight = {n: one for n, one in nine().items() if n != 4}
    found = total(eight, standard())
    assert (found.told, found.partial) == (8, 16)
    assert (found.total, found.quality_class) == (None, None)
    # Nor is a criterion of no dossier; one of 0 points is told.
    assert total(eight | {4: Score(0, 0)}, standard()).total is None
    assert total(eight | {4: Score(0, 7)}, standard()).total == 16


def test_only_what_an_agency_told_of_just_this_quarter_is_its_score():
    def told(agency="B", period=QUARTER):
        return Approved(
            series="tt01.1.self",
            agency=agency,
            period=period,
            count=3,
            among=8,
            kind=SeriesKind.RATIO,
            source=FigureSource.SELF_REPORTED,
            report=f"{agency}{period.first}",
        )

    other = Span(date(2019, 12, 15), date(2020, 3, 15))
    reports = {"tt01.1.self": [told("W"), told(period=other), told()]}
    assert scores(reports, "B", QUARTER, "self") == {1: Score(3, 4, "B2020-01-01")}
    assert scores(reports, "B", QUARTER, "verified") == {}


def test_each_criterion_has_two_series_of_points():
    for n in range(1, 10):
        by_itself, verified = SERIES[f"tt01.{n}.self"], SERIES[f"tt01.{n}.verified"]
        whose = "unit" if n in UNIT else "dossiers"
        assert by_itself.points_of == verified.points_of == whose
        assert (by_itself.from_above, verified.from_above) == (False, True)
        assert {one.number for one in standard().criteria if one.whole_unit} == UNIT


def points(n, count, agency="B"):
    """A score of four dossiers, or of the unit."""
    return ratio(agency, count=count, among=2 if n in UNIT else 8)


async def scored(http, quarter="2020-Q1", status=200, agency="B", **told):
    asked = {"agency": agency, "quarter": quarter, **told}
    answer = await http.get("/v1/quality-scores", params=asked)
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_a_unit_scores_itself_and_is_verified_from_above(lone):
    async with lone(service) as kpi:
        await kpi.hear(*AGENCIES)
        async with (
            client(kpi, "c-b", "B") as b,
            client(kpi, "c-b-two", "B") as b_two,
            client(kpi, "c-city") as city,
            client(kpi, "c-city-two") as city_two,
        ):
            # Six criteria at 7 of 8, three units at 2 of 2: 6 x 1.75 + 6.
            for n in range(1, 10):
                made = await sent(b, f"tt01.{n}.self", points(n, 2 if n in UNIT else 7))
                if n == 9:
                    before = await scored(b)
                await decided(b_two, made["id"], "approve")
            assert (before["self_scored"]["state"], before["self_scored"]["told"]) == ("no_data", 8)
            assert (before["self_scored"]["total"], before["self_scored"]["partial"]) == (
                None,
                "14.5",
            )
            found = await scored(b)
            assert found["self_scored"] == {
                "state": "ok",
                "total": "16.5",
                "quality_class": "excellent",
                "told": 9,
                "partial": "16.5",
            }
            assert found["verified"]["state"] == "no_data"
            assert (found["verified"]["told"], found["verified"]["partial"]) == (0, None)
            first = found["criteria"][0]
            assert (first["self_scored"]["sum"], first["self_scored"]["n"]) == (7, 4)
            assert (first["self_scored"]["mean"], first["verified"]["state"]) == ("1.75", "no_data")
            # Nobody verifies themselves, nor approves being verified.
            refused = await sent(b, "tt01.1.verified", points(1, 8), 403)
            assert refused["code"] == "not-from-above"
            made = await sent(city, "tt01.1.verified", points(1, 4))
            assert (await decided(b, made["id"], "approve", 403))["code"] == "not-from-above"
            again = await decided(b, made["id"], "reject", 403, reason="Chưa đúng")
            assert again["code"] == "not-from-above"
            assert (await decided(city, made["id"], "approve", 403))["code"] == "same-person"
            await decided(city_two, made["id"], "approve")
            for n in range(2, 10):
                made = await sent(city, f"tt01.{n}.verified", points(n, 1 if n in UNIT else 4))
                await decided(city_two, made["id"], "approve")
            found = await scored(b)
            assert (found["verified"]["total"], found["verified"]["quality_class"]) == ("9", "fair")
            assert found["self_scored"]["total"] == "16.5"


async def owed(http, on, **told):
    answer = await http.get("/v1/reports/due", params={"on": on, **told})
    assert answer.status_code == 200, answer.text
    return answer.json()


def told_of(found, *names):
    return [tuple(one[name] for name in names) for one in found["items"]]


async def test_offices_with_dossiers_are_reminded_of_the_scores_they_owe(lone):
    first = {"quality_scores_from": date(2020, 1, 1), "quality_scores_to": date(2020, 10, 1)}
    async with lone(service, **first) as kpi:
        await kpi.hear(*AGENCIES)
        # B has dossiers in the first quarter, its ward in the third, nobody after the last day asked for.
        for code, agency, month in [("d1", "B", 3), ("d2", "W", 9), ("d3", "B", 11)]:
            at = NOON.replace(month=month)
            await kpi.hear(filed(code, agency=agency, at=at))
        async with client(kpi, "c-b", "B") as b, client(kpi, "c-b-two", "B") as b_two:
            one = {"series": "tt01.1.self"}
            assert (await owed(b, "2020-03-31", **one))["items"] == []
            names = ("agency", "plan", "period_from", "state", "due_on", "late_since")
            assert told_of(await owed(b, "2020-04-15", **one), *names) == [
                ("B", None, "2020-01-01", "due", "2020-04-15", None)
            ]
            late = await owed(b, "2020-04-16", **one)
            assert told_of(late, "state", "late_since") == [("late", "2020-04-16")]
            assert (late["received"]["count"], late["received"]["among"]) == (0, 1)
            # All nine are owed by the unit itself; what is verified from above is asked of nobody here.
            every = {
                item["series"]
                for item in (await owed(b, "2020-04-16"))["items"]
                if item["plan"] is None
            }
            assert every == {f"tt01.{n}.self" for n in range(1, 10)}
            made = await sent(b, "tt01.1.self", points(1, 7))
            assert told_of(await owed(b, "2020-04-16", **one), "state") == [("waiting",)]
            await decided(b_two, made["id"], "approve")
            assert (await owed(b, "2020-04-16", **one))["items"] == []
            assert told_of(await owed(b, "2021-02-01", **one), "agency", "period_from") == [
                ("W", "2020-07-01")
            ]
            shown = {item["id"]: item for item in (await b.get("/v1/series")).json()["items"]}
            assert shown["tt01.1.self"]["owner"] == {"kinds": [], "plans": [], "offices": True}
            assert shown["tt01.1.verified"]["owner"]["offices"] is False


async def test_nobody_is_reminded_of_scores_where_the_installation_does_not_ask_for_them(lone):
    async with lone(service) as kpi, client(kpi, "c-b", "B") as b:
        await kpi.hear(*AGENCIES, filed("d1", agency="B"))
        assert (await owed(b, "2021-02-01", series="tt01.1.self"))["items"] == []


async def test_an_agency_that_is_gone_by_the_end_of_a_quarter_owes_no_scores_for_it(lone):
    async with lone(service, quality_scores_from=date(2020, 1, 1)) as kpi:
        gone = AGENCIES[1].model_copy(update={"valid_to": date(2020, 6, 30), "revision": 2})
        await kpi.hear(AGENCIES[0], gone)
        for code, month in [("d1", 3), ("d2", 5)]:
            await kpi.hear(filed(code, agency="B", at=NOON.replace(month=month)))
        async with client(kpi, "c-city") as city:
            found = await owed(city, "2020-12-31", series="tt01.1.self")
            assert told_of(found, "agency", "period_to") == [("B", "2020-04-01")]


async def test_points_are_at_most_two_of_each_dossier_or_of_the_unit(lone):
    async with lone(service) as kpi, client(kpi, "c-city") as city:
        await kpi.hear(*AGENCIES)
        for series, count, among in [("tt01.1.self", 3, 7), ("tt01.5.self", 2, 4)]:
            refused = await sent(city, series, ratio("B", count=count, among=among), 422)
            assert refused["code"] == "figure-unsuited"
            assert refused["errors"][0]["pointer"] == "/among"
        over = await sent(city, "tt01.5.self", ratio("B", count=3, among=2), 422)
        assert over["errors"][0]["pointer"] == "/count"
        shown = (await city.get("/v1/series")).json()["items"]
        [fifth] = [one for one in shown if one["id"] == "tt01.5.verified"]
        assert (fifth["points_of"], fifth["from_above"]) == ("unit", True)


def eligible(code, level):
    told = {"name": code, "field": "f", "by_post": False, "on_national_portal": False}
    return ProcedurePublished(code=code, online_level=level, eligible_online=True, **told)


def dossier(code, days, agency="B", channel=Channel.COUNTER, **told):
    """Due after three days, with its result after so many."""
    yield filed(code, agency=agency, channel=channel, **told)
    yield progressed(code, 2, done_at=NOON + timedelta(days=days), **told)


async def test_what_dossiers_give_is_told_beside_with_how_many_it_rests_on(lone):
    async with lone(service) as kpi, client(kpi, "c-city") as city:
        await kpi.hear(*AGENCIES, eligible("p", 4), eligible("q", 2))
        empty = (await scored(city))["criteria"][0]["computed"]
        assert (empty["state"], empty["n"]) == ("empty", 0)
        await kpi.hear(
            *dossier("d1", 1, channel=Channel.ONLINE),
            *dossier("d2", 2),
            *dossier("d3", 3),
            *dossier("d4", 9),
            # Without a limit nothing is known of it; of the ward it is not the district's own.
            *dossier("d5", 9, due_at=None),
            *dossier("w1", 1, agency="W"),
        )
        told = {one["criterion"]: one["computed"] for one in (await scored(city))["criteria"]}
        # Two early, one on the day, one late.
        assert (told[1]["sum"], told[1]["n"], told[1]["mean"]) == (5, 4, "1.25")
        # One of two procedures, one of five dossiers online, none of them late.
        assert (told[9]["state"], told[9]["sum"], told[9]["n"]) == ("ok", 1, 1)
        assert {n for n, one in told.items() if one["state"] == "not_computed"} == {2, 5, 8}
        await kpi.hear(*dossier("d6", 1, channel=Channel.ONLINE))
        told = (await scored(city))["criteria"][8]["computed"]
        # Two of six are 33 %.
        assert (told["sum"], told["n"]) == (2, 1)
        # One that nobody settled within its limit is late.
        await kpi.hear(filed("d7", agency="B", channel=Channel.ONLINE))
        told = (await scored(city))["criteria"][8]["computed"]
        assert (told["sum"], told["n"]) == (0, 1)


def said(contacts=2, agencies=2, publication=2, complaint=False):
    return CriteriaAnswered(
        contacts=contacts, agencies=agencies, publication=publication, complaint=complaint
    )


async def test_what_citizens_answered_gives_four_criteria_more(lone):
    async with lone(service, suppress_below=3) as kpi, client(kpi, "c-city") as city:

        async def told():
            found = (await scored(city))["criteria"]
            return {
                one["criterion"]: (one["computed"]["sum"], one["computed"]["n"])
                for one in found
                if one["criterion"] in {3, 4, 6, 7}
            }

        await kpi.hear(*AGENCIES)
        assert await told() == {3: (0, 0), 4: (0, 0), 6: (0, 0), 7: (0, 0)}
        # Early, on the day, late without a complaint, late with one; the last answered some of it.
        lives = [("d1", 1), ("d2", 3), ("d3", 9), ("d4", 9), ("d5", 1)]
        await kpi.hear(*(event for code, days in lives for event in dossier(code, days)))
        await kpi.hear(
            rated("d1", criteria=said()),
            rated("d2", criteria=said(contacts=1, publication=0)),
        )
        shown = (await scored(city))["criteria"][2]["computed"]
        assert (shown["state"], shown["sum"], shown["n"]) == ("suppressed", None, None)
        await kpi.hear(
            rated("d3", criteria=said(agencies=1)),
            rated("d4", criteria=said(contacts=0, complaint=True)),
            rated("d5", criteria=CriteriaAnswered(contacts=2)),
        )
        # Criterion 7: 2 for the early one, 1 on the day, unknown of the late one, 0 with a complaint.
        whole = {3: (7, 5), 4: (7, 4), 6: (6, 4), 7: (3, 3)}
        assert await told() == whole
        # An officer's entry, a void rating, a questionnaire without them, another unit and quarter: none.
        april = NOON.replace(month=4)
        dates = {"received_at": april, "due_at": april, "done_at": april}
        await kpi.hear(
            *dossier("x1", 1),
            *dossier("x2", 1),
            *dossier("x3", 1),
            *dossier("x4", 1, agency="W"),
            filed("x5", agency="B", at=april),
            progressed("x5", **dates),
            rated("x1", criteria=said(), provenance=Provenance.ASSISTED),
            rated("x2", criteria=said()),
            voided("x2"),
            rated("x3"),
            rated("x4", criteria=said()),
            rated("x5", criteria=said()),
        )
        assert await told() == whole


async def test_a_limit_in_hours_is_kept_or_broken_by_the_minute(lone):
    async with lone(service) as kpi, client(kpi, "c-city") as city:
        await kpi.hear(*AGENCIES)
        hours = {"due_unit": TimeUnit.WORKING_HOUR, "due_at": NOON + timedelta(hours=4)}
        for code, taken in [("d1", 3), ("d2", 4), ("d3", 5)]:
            await kpi.hear(filed(code, agency="B", **hours))
            done = NOON + timedelta(hours=taken)
            await kpi.hear(progressed(code, 2, done_at=done, **hours))
        told = (await scored(city))["criteria"][0]["computed"]
        assert (told["sum"], told["n"], told["mean"]) == (3, 3, "1")


async def test_a_quarter_is_named_as_it_is_called(lone):
    async with lone(service) as kpi, client(kpi, "c-city") as city:
        await kpi.hear(*AGENCIES)
        assert (await scored(city, "2020", status=422))["code"] == "quarter-unknown"
        assert (await scored(city, agency="Z", status=404))["code"] == "unknown-agency"
        found = await scored(city, kind="report_quarter")
        assert (found["period_from"], found["period_to"]) == ("2019-12-15", "2020-03-15")
