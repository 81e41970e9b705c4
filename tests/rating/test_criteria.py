"""The nine criteria of Thông tư 01/2018: points of facts, classes at their bounds, and what partners see."""

from datetime import UTC, datetime, timedelta

import pytest

from contracts.intake import DossierProgressed
from contracts.vocabulary import VIETNAM, AgencyKind, Breach, QualityClass, Scope, TimeUnit
from services.rating import service
from services.rating.criteria import (
    OneStop,
    OnlineService,
    Petitions,
    attitude_points,
    one_stop_points,
    online_points,
    petition_points,
    stage_points,
    standard,
    time_points,
)
from tests.builders import AGENCY
from tests.rating.builders import STRANGER, directory, filed, links, returned

CAME = datetime(2020, 3, 16, 9, 0, tzinfo=VIETNAM)
DUE = datetime(2020, 3, 19, 17, 0, tzinfo=VIETNAM)
BEST = {"contacts": "none", "agencies": "none", "publication": "both", "attitude": "none"}
MARCH = "from=2020-03-01&to=2020-04-01"


@pytest.mark.parametrize(
    ("done", "unit", "points"),
    [
        (datetime(2020, 3, 18, 23, 59, tzinfo=VIETNAM), None, 2),
        (datetime(2020, 3, 19, 0, 0, tzinfo=VIETNAM), None, 1),
        (datetime(2020, 3, 19, 23, 59, tzinfo=VIETNAM), TimeUnit.WORKING_DAY, 1),
        (datetime(2020, 3, 19, 16, 59, 59, tzinfo=UTC), TimeUnit.CALENDAR_DAY, 1),
        (datetime(2020, 3, 19, 17, 0, tzinfo=UTC), TimeUnit.CALENDAR_DAY, 0),
        (DUE - timedelta(seconds=1), TimeUnit.WORKING_HOUR, 2),
        (DUE, TimeUnit.WORKING_HOUR, 1),
        (DUE + timedelta(seconds=1), TimeUnit.WORKING_HOUR, 0),
        (None, None, None),
        (CAME - timedelta(days=1), None, None),
    ],
)
def test_the_whole_time_is_told_by_vietnamese_day_and_of_hours_by_the_instant(done, unit, points):
    assert time_points(CAME, DUE, unit, done) == points
    assert time_points(CAME, None, unit, done) is None
    assert time_points(None, DUE, unit, done) is None


def test_of_stages_the_news_tell_only_that_one_was_late():
    assert stage_points([Breach.LATE_STAGE, Breach.REOPENED]) == 0
    assert stage_points([Breach.REOPENED]) is None


@pytest.mark.parametrize(
    ("time", "complaint", "points"),
    [(2, False, 2), (1, False, 1), (2, True, 0), (None, True, 0), (0, True, 0)],
)
def test_the_attitude_is_good_where_it_was_early_and_nobody_complains(time, complaint, points):
    assert attitude_points(time, complaint, standard()) == points


@pytest.mark.parametrize(("time", "complaint"), [(2, None), (None, False), (0, False)])
def test_what_the_table_has_no_line_for_is_not_known(time, complaint):
    assert attitude_points(time, complaint, standard()) is None


@pytest.mark.parametrize(
    ("kind", "told", "points"),
    [
        (AgencyKind.DEPARTMENT, OneStop(100, 100, 20), 2),
        (AgencyKind.DEPARTMENT, OneStop(100, 100, 19), 1),
        (AgencyKind.DISTRICT, OneStop(100, 100, 49), 1),
        (AgencyKind.DISTRICT, OneStop(100, 90, 50), 2),
        (AgencyKind.WARD, OneStop(100, 100, 99), 1),
        (AgencyKind.WARD, OneStop(100, 99, 99), 0),
        (AgencyKind.WARD, OneStop(100, 100, 100), 2),
        (AgencyKind.POLICE, OneStop(100, 100, 100), None),
        (AgencyKind.WARD, OneStop(0, 0, 0), None),
        (AgencyKind.WARD, None, None),
    ],
)
def test_how_much_is_decided_at_the_one_stop_is_asked_by_kind_of_agency(kind, told, points):
    assert one_stop_points(told, kind, standard()) == points


@pytest.mark.parametrize(
    ("told", "points"),
    [
        (Petitions(0, 0, 0), 2),
        (Petitions(10, 10, 0), 2),
        (Petitions(10, 9, 0), 1),
        (Petitions(100, 89, 0), 0),
        (Petitions(10, 10, 1), 0),
        (None, None),
    ],
)
def test_petitions_count_when_they_are_in_time_and_none_is_protracted(told, points):
    assert petition_points(told, standard()) == points


@pytest.mark.parametrize(
    ("told", "points"),
    [
        (OnlineService(10, 2, 100, 30, 0), 2),
        (OnlineService(10, 1, 100, 30, 0), 1),
        (OnlineService(10, 2, 100, 29, 0), 1),
        (OnlineService(10, 2, 100, 15, 0), 1),
        (OnlineService(10, 2, 100, 14, 0), 0),
        (OnlineService(10, 2, 100, 30, 1), 0),
        (OnlineService(0, 0, 100, 30, 0), None),
        (OnlineService(10, 2, 0, 0, 0), None),
    ],
)
def test_online_service_counts_procedures_dossiers_and_that_none_is_late(told, points):
    assert online_points(told, standard()) == points


def spread(total, known=9):
    """Points of so many criteria that come to a total."""
    points = dict.fromkeys(range(1, known + 1), 0)
    for step in range(total):
        points[step % known + 1] += 1
    return points


@pytest.mark.parametrize(
    ("total", "kind"),
    [
        *((18, "excellent"), (15, "excellent"), (14, "good"), (12, "good"), (11, "fair")),
        *((9, "fair"), (8, "average"), (6, "average"), (5, "weak"), (0, "weak")),
    ],
)
def test_fifteen_points_are_excellent_and_each_class_begins_at_its_bound(total, kind):
    assert standard().classify(spread(total)) == kind


@pytest.mark.parametrize(
    ("total", "known", "kind"),
    [
        (10, 5, "excellent"),
        (9, 5, "excellent"),
        (8, 5, "good"),
        (5, 6, "average"),
        (10, 6, "excellent"),
        (3, 3, "fair"),
        (4, 2, "unclassified"),
        (0, 0, "unclassified"),
    ],
)
def test_what_is_not_known_counts_neither_for_nor_against(total, known, kind):
    assert standard().classify(spread(total, known)) == QualityClass(kind)


def progressed(code, done_at=None, revision=2, due_at=DUE, **changes):
    told = {"code": code, "revision": revision, "status": "done" if done_at else "processing"}
    told |= {"received_at": CAME, "due_at": due_at, "done_at": done_at}
    return DossierProgressed(**told | changes)


async def lived(rating, *codes, agency=AGENCY, done_at=DUE - timedelta(days=1), **changes):
    """Dossiers that were filed, done, and returned: their citizens may be asked."""
    for code in codes:
        await rating.hear(
            filed(code, agency=agency), progressed(code, done_at, **changes), returned(code)
        )


async def answer(rating, code, answers):
    async with rating.calls() as client, rating.anonymous() as citizen:
        token = (await links(client, code))[0]["token"]
        told = await citizen.post("/v1/ratings", json={"token": token, "answers": answers})
        assert told.status_code == 201, told.text


async def nine_are_asked(rating):
    await rating.hear(*directory())
    async with rating.calls() as client:
        chosen = await client.put(
            "/v1/rating-questionnaires/choices/H29/returned", json={"questionnaire": "tt01-2018/1"}
        )
        assert chosen.status_code == 200, chosen.text


async def read(client, query=MARCH):
    told = await client.get(f"/v1/ratings/criteria?{query}")
    assert told.status_code == 200, told.text
    return told.json()


def fractions(unit):
    return {one["criterion"]: (one["sum"], one["count"]) for one in unit["criteria"]}


async def test_means_are_exact_fractions_and_what_is_not_known_is_no_zero(lone):
    async with lone(service, suppress_below=2) as rating, rating.calls() as client:
        await nine_are_asked(rating)
        await lived(rating, "A-1", "A-2")
        await lived(rating, "A-3", done_at=DUE)
        await lived(rating, "A-4", done_at=DUE + timedelta(days=1), breaches=[Breach.LATE_STAGE])
        await answer(rating, "A-1", BEST)
        await answer(rating, "A-3", BEST | {"contacts": "once", "attitude": "complaint"})
        told = await read(client)
        assert told["standard"] == "tt01-2018/1"
        total = told["total"]
        assert (total["dossiers"], total["rated"], total["state"]) == (4, 2, "ok")
        assert fractions(total) == {
            1: (5, 4),
            2: (0, 1),
            3: (3, 2),
            4: (4, 2),
            5: (None, 0),
            6: (4, 2),
            7: (2, 2),
            8: (None, 0),
            9: (None, 0),
        }
        assert [one["state"] for one in total["criteria"] if one["criterion"] in {5, 8, 9}] == [
            *("no_data", "no_data", "no_data"),
        ]
        assert total["classes"] == [
            {"quality_class": "excellent", "dossiers": 1},
            {"quality_class": "fair", "dossiers": 1},
            {"quality_class": "unclassified", "dossiers": 2},
        ]
        assert total["rests_on"] == [
            {"known": 1, "dossiers": 1},
            {"known": 2, "dossiers": 1},
            {"known": 5, "dossiers": 2},
        ]
        assert told["units"][0]["agency"] == AGENCY


async def test_the_news_of_a_rating_tells_what_was_answered_to_the_criteria(lone):
    async with lone(service) as rating:
        await rating.hear(*directory())
        await lived(rating, "A-1")
        await answer(rating, "A-1", {"overall": "4"})
        await nine_are_asked(rating)
        await lived(rating, "A-2")
        await answer(rating, "A-2", BEST | {"contacts": "once", "attitude": "complaint"})
        plain, nine = await rating.announced("rating.submitted")
        assert plain["criteria"] is None
        told = {"contacts": 1, "agencies": 2, "publication": 2, "complaint": True}
        assert nine["criteria"] == told


async def test_too_few_ratings_are_not_told_nor_worked_out_from_the_total(lone):
    async with lone(service, suppress_below=2) as rating, rating.calls() as client:
        await nine_are_asked(rating)
        await lived(rating, "A-1", "A-2")
        await lived(rating, "B-1", agency=STRANGER)
        await answer(rating, "A-1", BEST)
        alone = (await read(client))["total"]
        assert (alone["rated"], alone["classes"], alone["state"]) == (None, [], "suppressed")
        assert fractions(alone)[3] == (None, None)
        assert fractions(alone)[1] == (6, 3)
        await answer(rating, "A-2", BEST)
        await answer(rating, "B-1", BEST)
        told = await read(client)
        assert told["total"]["rated"] == 3
        assert [unit["state"] for unit in told["units"]] == ["suppressed", "suppressed"]


async def test_the_order_of_the_news_does_not_matter(lone):
    async with lone(service) as rating, rating.calls() as client:
        await rating.hear(*directory())
        early, late = DUE - timedelta(days=1), DUE + timedelta(days=1)
        await rating.hear(progressed("A-1", late, revision=5), filed("A-1"))
        await rating.hear(progressed("A-1", early, revision=3))
        await rating.hear(filed("A-2", received_at=CAME, due_at=DUE))
        assert fractions((await read(client))["total"])[1] == (0, 1)


async def test_a_month_ends_at_midnight_in_vietnam(lone):
    async with lone(service) as rating, rating.calls() as client:
        await rating.hear(*directory())
        last = datetime(2020, 3, 31, 16, 59, 59, tzinfo=UTC)
        await rating.hear(filed("A-1"), progressed("A-1", last))
        await rating.hear(filed("A-2"), progressed("A-2", last + timedelta(seconds=1)))
        assert (await read(client))["total"]["dossiers"] == 1
        april = await read(client, "from=2020-04-01&to=2020-05-01")
        assert april["total"]["dossiers"] == 1


async def test_what_an_officer_entered_and_what_is_void_does_not_count(lone):
    async with lone(service, suppress_below=1) as rating, rating.calls() as client:
        await nine_are_asked(rating)
        await lived(rating, "A-1", "A-2")
        await answer(rating, "A-1", BEST)
        await answer(rating, "A-2", BEST)
        engine = rating.running.database.engine
        await engine.execute(
            "UPDATE rating SET provenance = 'assisted' WHERE invitation IN "
            "(SELECT id FROM invitation WHERE dossier = 'A-1')"
        )
        assert (await read(client))["total"]["rated"] == 1


async def test_facts_of_the_unit_count_for_the_agency_that_is_asked_for(lone):
    async with lone(service) as rating, rating.calls() as client:
        await rating.hear(*directory())
        for code in ("A-1", "A-2", "A-3"):
            await rating.hear(filed(code, channel="online" if code != "A-3" else "counter"))
            await rating.hear(progressed(code, DUE))
        facts = "procedures=10&procedures_received=10&procedures_decided=2"
        facts += "&petitions=10&petitions_in_time=9&petitions_protracted=0"
        facts += "&eligible_procedures=10&online_procedures=3"
        told = await read(client, f"{MARCH}&agency={AGENCY}&{facts}")
        assert {n: f for n, f in fractions(told["total"]).items() if n in {5, 8, 9}} == {
            5: (2, 1),
            8: (1, 1),
            9: (2, 1),
        }
        assert told["total"]["rests_on"] == [{"known": 4, "dossiers": 3}]
        assert fractions(told["units"][0])[5] == (None, 0)


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("from=2020-03-02&to=2020-04-01", 422, "period-unusable"),
        ("from=2020-04-01&to=2020-04-01", 422, "period-unusable"),
        (f"{MARCH}&petitions=3", 422, "unit-facts-incomplete"),
        (f"{MARCH}&eligible_procedures=3&online_procedures=4", 422, "unit-facts-incomplete"),
        (f"{MARCH}&petition=3", 422, "query-unknown"),
        (f"{MARCH}&agency=nobody", 404, "unknown-agency"),
        ("from=2020-03-01", 422, "request-invalid"),
    ],
)
async def test_a_question_that_cannot_be_answered_is_refused(lone, query, status, code):
    async with lone(service) as rating, rating.calls() as client:
        await rating.hear(*directory())
        told = await client.get(f"/v1/ratings/criteria?{query}")
        assert (told.status_code, told.json()["code"]) == (status, code)


async def test_a_stranger_sees_no_others_criteria(lone):
    async with lone(service) as rating, rating.calls(STRANGER) as stranger:
        await rating.hear(*directory())
        await rating.hear(filed("A-1"), progressed("A-1", DUE))
        told = await stranger.get(f"/v1/ratings/criteria?{MARCH}&agency={AGENCY}")
        assert (told.status_code, told.json()["code"]) == (404, "unknown-agency")
        own = await read(stranger)
        assert (own["total"]["agency"], own["total"]["dossiers"], own["units"]) == (STRANGER, 0, [])
        assert own["total"]["state"] == "empty"
        async with rating.calls(STRANGER, str(Scope.RATINGS_WRITE)) as writer:
            assert (await writer.get(f"/v1/ratings/criteria?{MARCH}")).status_code == 403
