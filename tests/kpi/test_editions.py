"""Periods are closed once, read beside today's figures, restated with a reason, and chained."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from contracts.periods import Span, bucket_of
from contracts.vocabulary import Channel, EditionKind
from services.kpi import commands, service
from services.kpi.editions import commands as editions
from services.kpi.editions.calendars import example_of, span_of_key
from services.kpi.editions.domain import (
    BEGINNING,
    Entry,
    Link,
    Walk,
    corrected_for,
    hash_of,
    shown,
    walked,
)
from services.kpi.indicators import INDICATORS, PLANS
from tests.kpi.test_service import AGENCIES, published
from tests.kpi.worlds import NOON, filed, progressed

MARCH = "/v1/periods/month/2020-03"
DONE = NOON + timedelta(days=1)


async def some(kpi):
    """Ten dossiers of A, all settled in March 2020, five of them filed online."""
    await kpi.hear(*AGENCIES, published("p"))
    for n in range(10):
        channel = Channel.ONLINE if n % 2 else Channel.COUNTER
        await kpi.hear(
            filed(f"d{n}", agency="A", channel=channel), progressed(f"d{n}", done_at=DONE)
        )


def figure(period, indicator):
    return next(one for one in period["figures"] if one["indicator"] == indicator)


async def test_a_closed_period_stands_beside_what_is_corrected_later_and_is_restated_with_a_reason(
    lone,
):
    async with lone(service) as kpi, kpi.calls() as client:
        await some(kpi)
        closed = await client.post(f"{MARCH}/close?agency=H29")
        assert closed.status_code == 201, closed.text
        first = closed.json()
        assert (first["place"], first["number"], first["previous"]) == (1, 1, BEGINNING)
        assert (first["period_from"], first["period_to"]) == ("2020-03-01", "2020-04-01")
        assert first["counted"] == {"received": 10, "settled": 10, "returned": 0}
        assert (first["closed_by"], first["reason"]) == ("c-test", None)
        k07 = next(one for one in first["figures"] if one["indicator"] == "k07")
        assert (k07["count"], k07["among"], k07["value"]) == (5, 10, "0.5")
        assert "k17" in first["missing"]
        assert {one["indicator"] for one in first["figures"]} == set(INDICATORS)

        read = (await client.get(f"{MARCH}?agency=H29")).json()
        assert (read["changed"], read["corrected"], read["over"]) == (False, 0, True)
        again = await client.post(f"{MARCH}/close?agency=H29")
        assert (again.status_code, again.json()) == (200, first)
        nothing = await client.post(f"{MARCH}/restatements?agency=H29", json={"reason": "Rà soát"})
        assert (nothing.status_code, nothing.json()["code"]) == (409, "nothing-to-restate")

        # Two dossiers turn out to have been settled in April.
        later = NOON + timedelta(days=30)
        await kpi.hear(progressed("d1", 3, done_at=later), progressed("d2", 3, done_at=later))
        read = (await client.get(f"{MARCH}?agency=H29")).json()
        assert (read["changed"], read["corrected"]) == (True, 2)
        told = figure(read, "k07")
        assert (told["closed"]["count"], told["closed"]["among"]) == (5, 10)
        assert (told["now"]["count"], told["now"]["among"]) == (4, 8)
        assert told["shown_vi"] == "đã chốt 50,0 %, hiện tại 50,0 % (2 hồ sơ sửa)"
        assert (told["changed"], told["corrected"]) == (True, 2)
        unmoved = figure(read, "k15")
        assert (unmoved["changed"], unmoved["corrected"], unmoved["shown_vi"]) == (False, 0, None)

        refused = await client.post(f"{MARCH}/close?agency=H29")
        assert (refused.status_code, refused.json()["code"]) == (409, "period-closed")
        wordless = await client.post(f"{MARCH}/restatements?agency=H29", json={"reason": " "})
        assert wordless.status_code == 422
        restated = await client.post(
            f"{MARCH}/restatements?agency=H29", json={"reason": "Biên bản rà soát số 12"}
        )
        assert restated.status_code == 201, restated.text
        second = restated.json()
        assert (second["place"], second["number"], second["previous"]) == (2, 2, first["hash"])
        assert second["reason"] == "Biên bản rà soát số 12"
        read = (await client.get(f"{MARCH}?agency=H29")).json()
        assert (read["changed"], len(read["editions"]), read["corrected"]) == (False, 2, 0)
        old = (await client.get(f"{MARCH}?agency=H29&edition=1")).json()
        assert figure(old, "k07")["closed"]["among"] == 10
        assert (await client.get(f"{MARCH}/editions/1?agency=H29")).json() == first
        assert (await client.get(f"{MARCH}/editions/3?agency=H29")).status_code == 404
        chain = (await client.get(f"{MARCH}/verify?agency=H29")).json()
        assert (chain["holds"], chain["editions"], chain["head"]) == (True, 2, second["hash"])
        assert chain["places"] == [1, 2]
        page = (await client.get("/v1/periods?agency=H29&limit=1")).json()
        assert ([one["place"] for one in page["items"]], page["next_cursor"]) == ([1], "1")
        page = (await client.get("/v1/periods?agency=H29&limit=1&cursor=1")).json()
        assert ([one["place"] for one in page["items"]], page["next_cursor"]) == ([2], None)
        assert (await client.get("/v1/periods?agency=A")).json()["items"] == []


async def test_a_figure_is_read_as_of_an_instant_at_which_an_edition_was_in_force(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await some(kpi)
        days = {"agency": "H29", "from": "2020-03-01", "to": "2020-04-01"}
        value = "/v1/indicators/k07/value"
        refused = await client.get(value, params=days | {"as_of": "2021-01-01T00:00:00+07:00"})
        assert (refused.status_code, refused.json()["code"]) == (422, "past-not-kept")
        assert "No period of H29 is closed" in refused.json()["detail"]
        closed = (await client.post(f"{MARCH}/close?agency=H29")).json()
        await kpi.hear(progressed("d1", 3, done_at=NOON + timedelta(days=30)))
        now = (await client.get(value, params=days)).json()
        then = (await client.get(value, params=days | {"as_of": closed["cut_at"]})).json()
        assert (now["count"], now["among"], now["edition"]) == (4, 9, None)
        assert (then["count"], then["among"], then["as_of"]) == (5, 10, closed["cut_at"])
        assert (then["edition"]["hash"], then["edition"]["number"]) == (closed["hash"], 1)
        longer = days | {"from": "2020-01-01", "as_of": closed["cut_at"]}
        other = await client.get(value, params=longer)
        assert (other.status_code, "month 2020-03" in other.json()["detail"]) == (422, True)


async def test_a_period_that_cannot_be_closed_is_refused_with_a_sentence(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await some(kpi)

        async def code(kind, key, agency="H29"):
            answer = await client.post(f"/v1/periods/{kind}/{key}/close?agency={agency}")
            assert answer.status_code in {201, 404, 409, 422}, answer.text
            return answer.json().get("code") or answer.status_code

        next_year = kpi.running.database.now().year + 1
        assert await code("year", next_year) == "period-not-over"
        assert await code("month", "2020-13") == "unknown-period"
        assert await code("plan", "nowhere") == "unknown-period"
        assert await code("week", "2020-01") == "request-invalid"
        assert await code("month", "2020-03", "X") == "unknown-agency"
        assert await code("days", "2020-01-01_2020-03-10") == 201
        assert await code("days", "2020-03-09_2020-04-01") == "period-overlaps"
        overlapping = "/v1/periods/days/2020-03-09_2020-04-01/close?agency=H29"
        assert (await client.post(overlapping)).json()["detail"] == (
            "days 2020-01-01_2020-03-10 is closed and has days from 2020-01-01 to before 2020-03-10: "
            "choose days beside it."
        )
        assert await code("days", "2020-03-10_2020-04-01") == 201
        # Another agency's days, and the same days of another kind, are closed for themselves.
        assert await code("days", "2020-03-09_2020-04-01", "A") == 201
        assert await code("report_month", "2020-03") == 201
        restated = await client.post(f"{MARCH}/restatements?agency=H29", json={"reason": "x"})
        assert restated.json()["code"] == "period-not-closed"


async def test_a_plan_is_closed_with_its_targets_and_its_score(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await some(kpi)
        closed = (await client.post("/v1/periods/plan/hcmc-2020/close?agency=H29")).json()
        board = (await client.get("/v1/plans/hcmc-2020/scoreboard?agency=H29")).json()
        assert [one["indicator"] for one in closed["figures"]] == [
            one.indicator for one in PLANS["hcmc-2020"].targets
        ]
        assert (closed["met"], closed["due"]) == (board["met"], board["due"])
        assert {one["indicator"]: one["verdict"] for one in closed["figures"]} == {
            one["id"]: one["verdict"] for one in board["targets"]
        }


async def test_nobody_closes_a_period_while_figures_are_under_check(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await some(kpi)
        await kpi.running.database.engine.execute("UPDATE cell SET received = 7")
        await commands.verify(kpi.running.database)
        refused = await client.post(f"{MARCH}/close?agency=H29")
        assert (refused.status_code, refused.json()["code"]) == (409, "figures-under-check")


async def test_closing_needs_a_scope_of_its_own(lone):
    async with lone(service) as kpi:
        await some(kpi)
        async with kpi.calls("H29", "indicators:read") as reader:
            assert (await reader.post(f"{MARCH}/close")).status_code == 403
        async with kpi.calls("H29", "indicators:approve") as approver:
            assert (await approver.post(f"{MARCH}/close")).status_code == 201


async def test_the_database_itself_refuses_to_change_or_remove_an_edition(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await some(kpi)
        await client.post(f"{MARCH}/close?agency=H29")
        engine = kpi.running.database.engine
        for sql in ("UPDATE edition SET body = '{}'", "DELETE FROM edition"):
            with pytest.raises(Exception, match="CONSTRAINT_TRIGGER|never changed"):
                await engine.execute(sql)
        assert (await client.get(f"{MARCH}/verify?agency=H29")).json()["holds"] is True


async def test_an_edition_changed_behind_the_databases_back_is_named(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await some(kpi)
        for key in ("2020-03", "2020-04", "2020-05"):
            assert (
                await client.post(f"/v1/periods/month/{key}/close?agency=H29")
            ).status_code == 201
        database = kpi.running.database
        on = " ON edition" if database.is_postgres else ""
        names = ("edition_stays",) if on else ("edition_stays", "edition_stays_as_it_is")
        for name in names:
            await database.engine.execute(f"DROP TRIGGER {name}{on}")
        await database.engine.execute(
            "UPDATE edition SET body = replace(body, '\"count\":5', '\"count\":9') WHERE place = 1"
        )
        chain = (await client.get(f"{MARCH}/verify?agency=H29")).json()
        assert (chain["holds"], chain["broken_at"]) == (False, 1)
        assert chain["why"] == "what it says is not what was hashed"


def chain(*bodies):
    links, previous = [], BEGINNING
    for place, body in enumerate(bodies, 1):
        links.append(Link(place, previous, hash_of(previous, body), body, {}))
        previous = links[-1].hash
    return links


def test_a_chain_is_walked_to_its_first_broken_link():
    whole = chain('{"a":1}', '{"a":2}', '{"a":3}')
    assert walked(whole, Walk()) == Walk(3, whole[2].hash)
    gone = walked([whole[0], whole[2]], Walk())
    assert (gone.place, gone.broken_at, gone.why) == (1, 2, "an edition is gone")
    forged = Link(2, whole[0].hash, whole[1].hash, '{"a":9}', {})
    assert walked([whole[0], forged, whole[2]], Walk()).broken_at == 2
    # Hashed anew, it breaks the link after it.
    again = Link(2, whole[0].hash, hash_of(whole[0].hash, '{"a":9}'), '{"a":9}', {})
    assert walked([whole[0], again, whole[2]], Walk()).broken_at == 3
    found_wrongly = Link(1, BEGINNING, whole[0].hash, '{"a":1}', {"a": "2"})
    assert walked([found_wrongly], Walk()).why == "what it is found by is not what it says"


@pytest.mark.parametrize(
    ("kind", "key", "first", "end"),
    [
        ("year", "2020", "2020-01-01", "2021-01-01"),
        ("half", "2020-H2", "2020-07-01", "2021-01-01"),
        ("quarter", "2020-Q1", "2020-01-01", "2020-04-01"),
        ("month", "2020-12", "2020-12-01", "2021-01-01"),
        ("report_year", "2018", "2017-12-15", "2018-12-15"),
        ("report_half", "2020-H1", "2019-12-15", "2020-06-15"),
        ("report_quarter", "2020-Q3", "2020-06-15", "2020-09-15"),
        ("report_month", "2020-01", "2019-12-15", "2020-01-15"),
        ("days", "2017-12-15_2018-09-15", "2017-12-15", "2018-09-15"),
    ],
)
def test_a_key_names_the_days_of_a_period(kind, key, first, end):
    span = Span(date.fromisoformat(first), date.fromisoformat(end))
    assert span_of_key(EditionKind(kind), key) == span


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("year", "20"),
        ("half", "2020-H3"),
        ("quarter", "2020-Q0"),
        ("month", "2020-3"),
        ("month", "2020-00"),
        ("report_month", "2020-13"),
        ("days", "2020-02-01_2020-02-01"),
        ("days", "20200101_20200201"),
        ("days", "2020-02-30_2020-03-01"),
        ("plan", "hcmc-2020"),
    ],
)
def test_a_key_that_names_no_days_is_told(kind, key):
    assert span_of_key(EditionKind(kind), key) is None


def test_every_calendar_and_report_period_is_made_of_whole_half_months_and_has_an_example():
    for kind in EditionKind:
        span = span_of_key(kind, example_of(kind))
        if kind is EditionKind.PLAN:
            assert example_of(kind) in PLANS
        else:
            assert bucket_of(span.first) == span.first
            assert bucket_of(span.end) == span.end


def entry(count, among, operator="gte"):
    return Entry(
        indicator="k",
        count=count,
        among=among,
        value=None,
        state="ok",
        verdict="met",
        operator=operator,
        target="0.95",
        kind="ratio",
        unknown=0,
        missing=(),
        of=None,
        definition_version=1,
        definition_digest="",
    )


def test_what_has_changed_is_said_with_one_place_rounded_towards_failure():
    assert shown(entry(953, 1000), entry(19_029, 20_000), 2) == (
        "đã chốt 95,3 %, hiện tại 95,1 % (2 hồ sơ sửa)",
        "closed 95.3 %, now 95.1 % (2 dossiers corrected)",
    )
    assert shown(entry(1, 3, "lt"), entry(0, 0), None)[0] == "đã chốt 33,4 %, hiện tại ok"


def test_a_dossier_is_corrected_once_and_only_where_it_adds_something_else():
    told = [
        ("d1", "f", {"settled": -1, "on_time": -1}),
        ("d1", "f", {"settled": 1}),
        ("d2", "f", {"settled": -1}),
        ("d2", "f", {"settled": 1}),
        ("d3", "g", {"settled": 1}),
        ("d4", "f", {"received": 1}),
    ]
    measures = frozenset({"settled", "on_time"})
    assert corrected_for(told, measures, ()) == 2
    assert corrected_for(told, measures, ("f",)) == 1


async def test_two_who_close_at_once_leave_one_chain(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await some(kpi)
        keys = [f"2020-{month:02}" for month in range(1, 7)] * 2
        answers = await asyncio.gather(
            *(client.post(f"/v1/periods/month/{key}/close?agency=H29") for key in keys)
        )
        assert sorted(one.status_code for one in answers) == [200] * 6 + [201] * 6
        chain = (await client.get(f"{MARCH}/verify?agency=H29")).json()
        assert (chain["holds"], chain["editions"], chain["why"]) == (True, 6, None)


async def test_figures_that_change_while_they_are_read_are_closed_as_of_one_instant(
    lone, monkeypatch
):
    """A dossier is corrected just after the first look: the edition tells it as both looks after it."""
    look, moves = editions.measured, [progressed("d1", 3, done_at=NOON + timedelta(days=30))]
    async with lone(service) as kpi, kpi.calls() as client:
        await some(kpi)

        async def measured(*asked):
            counted = await look(*asked)
            if moves:
                await kpi.hear(moves.pop())
            return counted

        monkeypatch.setattr(editions, "measured", measured)
        closed = (await client.post(f"{MARCH}/close?agency=H29")).json()
        k07 = figure(closed, "k07")
        assert (k07["count"], k07["among"], closed["counted"]["settled"]) == (4, 9, 9)
        assert (await client.get(f"{MARCH}?agency=H29")).json()["changed"] is False


async def test_figures_that_never_come_to_rest_are_not_closed(lone, monkeypatch):
    look, revisions = editions.measured, iter(range(3, 100))
    async with lone(service) as kpi, kpi.calls() as client:
        await some(kpi)

        async def measured(*asked):
            counted = await look(*asked)
            revision = next(revisions)
            done = NOON + timedelta(days=30 if revision % 2 else 1)
            await kpi.hear(progressed("d1", revision, done_at=done))
            return counted

        monkeypatch.setattr(editions, "measured", measured)
        refused = await client.post(f"{MARCH}/close?agency=H29")
        assert (refused.status_code, refused.json()["code"]) == (409, "figures-moving")
        assert (await client.get(f"{MARCH}?agency=H29")).json()["closed"] is None


async def test_what_is_heard_before_a_period_is_closed_is_no_correction(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await some(kpi)
        await client.post("/v1/periods/month/2020-02/close?agency=H29")
        await kpi.hear(filed("e1", agency="A"))
        assert (await client.get(f"{MARCH}?agency=H29")).json()["closed"] is None
        assert await kpi.running.database.engine.execute("SELECT * FROM correction") == []
        assert kpi.running.database.now() > datetime(2020, 4, 1, tzinfo=UTC)
