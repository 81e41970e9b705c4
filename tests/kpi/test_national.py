"""The portal's answers on both engines: kept as they came, mapped to agencies, beside our own figures."""

import asyncio
import csv
import hashlib
import io
import json
from datetime import timedelta

from contracts.directory import AgencyRegistered
from contracts.vocabulary import AgencyKind
from services.kpi import service
from services.kpi.national.reading import NO_DATA, PROVISIONAL
from tests.kpi.national import DAYS, answer, differences, handed_in, node, upload
from tests.kpi.reporting import client as speaking
from tests.kpi.worlds import NOON, filed, progressed, rated

AGENCIES = [
    AgencyRegistered(code="H29", name="Thành phố", kind=AgencyKind.CITY),
    AgencyRegistered(
        code="A", name="Sở A", kind=AgencyKind.DEPARTMENT, parent="H29", other_codes=["H29.01"]
    ),
    AgencyRegistered(code="B", name="Quận B", kind=AgencyKind.DISTRICT, parent="H29"),
    AgencyRegistered(code="W", name="Phường W", kind=AgencyKind.WARD, parent="B"),
    AgencyRegistered(code="X", name="Thành phố khác", kind=AgencyKind.CITY),
]


def settled(code, agency, days):
    """A dossier due after three days, with its result after so many."""
    yield filed(code, agency=agency)
    done = NOON + timedelta(days=days)
    yield progressed(code, 2, done_at=done, returned_at=done)


def world():
    """A: 2 of 3 on time; B: 1 of 1; W, below B: 0 of 1."""
    for code, agency, days in [("a1", "A", 1), ("a2", "A", 3), ("a3", "A", 9)]:
        yield from settled(code, agency, days)
    yield from settled("b1", "B", 2)
    yield from settled("w1", "W", 5)


def city(*below):
    """An answer about the whole city: 4 of 5."""
    return answer(node("root", 4, 5, 16, "H29", below))


async def test_an_agencys_figure_stands_beside_the_portals_and_the_furthest_apart_first(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES, *world())
        told = city(
            node("d-a", 2, 3, 13.33, "H29.01"),
            node("d-b", 2, 2, 20, "B", [node("d-w", 1, 1, 20, "W")]),
        )
        await handed_in(client, told)
        table = await differences(client)
        assert [row["agency"] for row in table["rows"]] == ["W", "B", "H29", "A"]
        w, b, h, a = table["rows"]
        # Ours 0/1, theirs 1/1.
        assert (w["ours"]["count"], w["ours"]["among"], w["ours"]["points"]) == (0, 1, "0")
        assert (w["theirs"]["count"], w["theirs"]["value"]) == (1, "1")
        assert w["difference"] == {
            "count": -1,
            "among": 0,
            "ratio": "-1",
            "value": "-1",
            "points": "-20",
        }
        # B with W below it: ours 1/2, theirs 2/2.
        assert (b["ours"]["count"], b["ours"]["among"]) == (1, 2)
        assert (b["difference"]["ratio"], b["difference"]["count"]) == ("-1/2", -1)
        # The whole city: ours 3/5, theirs 4/5.
        assert (h["ours"]["count"], h["ours"]["among"], h["ours"]["points"]) == (3, 5, "12")
        assert (h["difference"]["ratio"], h["difference"]["points"]) == ("-1/5", "-4")
        # A: 2/3 both; ours has 13 1/3 points.
        assert (a["difference"]["ratio"], a["difference"]["count"]) == ("0", 0)
        assert a["difference"]["points"] == "0.003333333333"
        assert {row["state"] for row in table["rows"]} == {"compared"}
        assert table["most"] == "20"
        assert "chưa kiểm chứng" in table["notes_vi"][0]


async def test_what_one_side_does_not_tell_is_told_as_such(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES, *world())
        told = city(node("d-a", None, None, None, "A"), node("d-b", 0, 0, 0, "B", flag=NO_DATA))
        await handed_in(client, told)
        rows = {row["agency"]: row for row in (await differences(client))["rows"]}
        assert rows["A"]["state"] == rows["B"]["state"] == "not_reported_nationally"
        assert rows["A"]["theirs"]["count"] is None
        assert rows["A"]["difference"] is None
        assert (rows["A"]["theirs"]["reported"], rows["B"]["theirs"]["reported"]) == (True, False)
        # The ward has a dossier here, and the portal does not know it.
        assert (rows["W"]["state"], rows["W"]["theirs"]) == ("not_reported_nationally", None)
        # Nothing is reported here about petitions, and the portal tells 3 of 4.
        places = {"count": "/n", "among": "/d"}
        mapping = {
            "nodes": "/data",
            "department": "/id",
            "code": "/ma",
            "components": {"766.petition_on_time": places},
        }
        text = json.dumps({"code": "OK", "data": [{"id": "9", "ma": "A", "n": 3, "d": 4}]})
        await handed_in(client, text, evaluation="handling-satisfaction", mapping=mapping)
        table = await differences(client, "766.petition_on_time")
        rows = {row["agency"]: row for row in table["rows"]}
        assert (rows["A"]["state"], rows["A"]["ours"]["state"]) == ("no_data", "no_data")
        assert rows["H29"]["state"] == "neither"
        # These places are the operator's own.
        assert "chưa kiểm chứng" not in " ".join(table["notes_vi"])


async def test_satisfaction_over_few_ratings_stays_hidden_beside_the_portals(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES, *world(), rated("a1", 1))
        places = {"count": "/numerator", "among": "/denominator", "points": "/score"}
        mapping = {
            "nodes": "/data",
            "department": "/departmentId",
            "code": "/departmentCode",
            "components": {"766.receiving_satisfaction": places},
        }
        told = answer(node("d-a", 2, 3, 4, "A"))
        await handed_in(client, told, evaluation="handling-satisfaction", mapping=mapping)
        table = await differences(client, "766.receiving_satisfaction", agency="A")
        [row] = table["rows"]
        assert (row["state"], row["ours"]["state"]) == ("no_data", "suppressed")
        assert (row["ours"]["points"], row["difference"]) == (None, None)


async def test_departments_that_mean_nobody_are_listed_until_an_operator_says_whom_they_mean(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES, *world())
        made = await handed_in(client, city(node("d-9", 1, 2, 10), node("d-a", 1, 1, 20, "A")))
        assert (made["departments"], made["unmapped"]) == (3, ["d-9"])
        [lost] = (await differences(client))["unmapped"]
        assert (lost["department"], lost["count"], lost["among"], lost["agency"]) == (
            *("d-9", 1, 2),
            None,
        )
        said = await client.put("/v1/national-departments/d-9", json={"agency": "W"})
        assert (said.status_code, said.json()["agency"], said.json()["revision"]) == (200, "W", 1)
        again = await client.put("/v1/national-departments/d-9", json={"agency": "W"})
        assert again.json() == said.json()
        table = await differences(client)
        assert table["unmapped"] == []
        assert {row["agency"] for row in table["rows"]} == {"H29", "A", "W", "B"}
        # Another one may be meant; of two that mean the same the second is not dropped.
        await client.put("/v1/national-departments/d-9", json={"agency": "A"})
        [second] = (await differences(client))["unmapped"]
        assert (second["department"], second["agency"]) == ("d-a", "A")


async def test_nobody_maps_a_department_to_or_away_from_an_agency_beyond_their_reach(lone):
    async with lone(service) as kpi:
        await kpi.hear(*AGENCIES)
        async with speaking(kpi, "c-b", "B") as b, speaking(kpi, "c-city") as whole:
            refused = await b.put("/v1/national-departments/d-1", json={"agency": "A"})
            assert (refused.status_code, refused.json()["code"]) == (404, "unknown-agency")
            unknown = await whole.put("/v1/national-departments/d-1", json={"agency": "Z"})
            assert unknown.status_code == 404
            await whole.put("/v1/national-departments/d-1", json={"agency": "A"})
            taken = await b.put("/v1/national-departments/d-1", json={"agency": "W"})
            assert (taken.status_code, taken.json()["code"]) == (409, "department-mapped-elsewhere")
            # A code of the directory goes before what was said.
            await b.put("/v1/national-departments/A", json={"agency": "W"})
            await handed_in(whole, city(node("A", 1, 1, 20)))
            rows = (await differences(whole))["rows"]
            assert {row["agency"] for row in rows} == {"H29", "A"}


async def test_the_same_answer_again_changes_nothing_and_a_later_one_takes_its_place(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES, *world())
        first = await handed_in(client, city())
        digest = hashlib.sha256(city().encode()).hexdigest()
        assert (first["number"], first["state"], first["sha256"]) == (1, "in_force", digest)
        assert await handed_in(client, city(), 200) == first
        later = await handed_in(client, answer(node("root", 5, 5, 20, "H29")))
        assert (later["number"], later["state"]) == (2, "in_force")
        listed = (await client.get("/v1/national-evaluations?agency=H29")).json()["items"]
        assert {(one["id"], one["state"]) for one in listed} == {
            (first["id"], "superseded"),
            (later["id"], "in_force"),
        }
        # The earlier one can be read as it came.
        shown = (await client.get(f"/v1/national-evaluations/{first['id']}")).json()
        assert (shown["answer"], shown["state"]) == (city(), "superseded")
        assert shown["asked"] == {
            "time_type": "quarter",
            "year": 2020,
            "quarter": 1,
            "root_department": "root",
        }
        assert shown["figures"][0]["count"] == 4
        [row] = [one for one in (await differences(client))["rows"] if one["agency"] == "H29"]
        assert row["theirs"]["count"] == 5
        # What the portal said first it may say again.
        assert (await handed_in(client, city()))["number"] == 3
        # Another question has its own answers.
        assert (await handed_in(client, city(), quarter=2))["number"] == 1


async def test_of_the_same_answer_handed_in_many_times_at_once_one_is_kept(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES)
        body = upload(city())
        sent = [client.post("/v1/national-evaluations", json=body) for _ in range(5)]
        told = await asyncio.gather(*sent)
        assert sorted(one.status_code for one in told) == [200] * 4 + [201]
        assert len((await client.get("/v1/national-evaluations?agency=H29")).json()["items"]) == 1


async def test_pages_of_answers_have_each_of_them_once(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES)
        for month in range(1, 6):
            await handed_in(client, city(), time_type="month", quarter=None, month=month)
        found, cursor = [], ""
        while cursor is not None:
            more = f"&cursor={cursor}" if cursor else ""
            asked = f"/v1/national-evaluations?agency=H29&limit=2{more}"
            page = (await client.get(asked)).json()
            found += [one["period_from"] for one in page["items"]]
            cursor = page["next_cursor"]
        assert sorted(found) == [f"2020-0{month}-01" for month in range(1, 6)]


async def test_only_exactly_the_days_of_an_answer_are_compared(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES)
        refused = await differences(client, status=404)
        assert refused["code"] == "no-answer-of-period"
        by_days = {"time_type": None, "year": None, "quarter": None}
        made = await handed_in(
            client, city(), from_date="2020-01-01", to_date="2020-03-31", **by_days
        )
        assert (made["period_from"], made["period_to"]) == ("2020-01-01", "2020-04-01")
        refused = await differences(client, status=404, to="2020-03-31")
        assert "2020-01-01 to 2020-04-01" in refused["detail"]
        assert (await differences(client))["answers"][0]["id"] == made["id"]
        unknown = await differences(client, "766.score", status=404)
        assert unknown["code"] == "unknown-component"


async def test_a_question_names_one_period(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES)
        for told, at in [
            ({"quarter": None}, "/quarter"),
            ({"month": 3}, "/month"),
            ({"from_date": "2020-01-01"}, "/from_date"),
            ({"time_type": None}, "/year"),
            (
                {"time_type": None, "year": None, "quarter": None, "from_date": "2020-01-01"},
                "/to_date",
            ),
        ]:
            refused = await handed_in(client, city(), 422, **told)
            assert refused["code"] == "question-unsuited"
            assert [error["pointer"] for error in refused["errors"]] == [at]


async def test_what_does_not_fit_is_refused_with_its_place_and_nothing_is_kept(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES)
        refused = await handed_in(client, answer({"id": 1}), 422)
        assert refused["code"] == "answer-unfit"
        assert refused["errors"][0]["pointer"] == "/answer/data/0/departmentId"
        refused = await handed_in(client, answer(code="ERROR"), 422)
        assert refused["code"] == "answer-not-ok"
        places = {"count": "/numerator", "among": "/denominator"}
        mapping = {"nodes": "/data", "department": "/departmentId", "components": {"k07": places}}
        refused = await handed_in(client, city(), 422, mapping=mapping)
        assert refused["code"] == "component-unknown"
        assert (await client.get("/v1/national-evaluations?agency=H29")).json()["items"] == []


async def test_an_answer_is_read_by_those_whose_it_is_and_its_figures_by_those_below(lone):
    async with lone(service) as kpi:
        await kpi.hear(*AGENCIES, *world())
        async with speaking(kpi, "c-city") as whole, speaking(kpi, "c-b", "B") as b:
            made = await handed_in(whole, city(node("d-b", 2, 2, 20, "B")))
            assert (await b.get("/v1/national-evaluations")).json()["items"] == []
            hidden = await b.get(f"/v1/national-evaluations/{made['id']}")
            assert (hidden.status_code, hidden.json()["code"]) == (404, "unknown-evaluation")
            table = await differences(b, agency="B")
            assert [row["agency"] for row in table["rows"]] == ["B", "W"]
            async with speaking(kpi, "c-x", "X") as other:
                assert (await differences(other, agency="B", status=404))["code"] == (
                    "unknown-agency"
                )
                assert (await differences(other, agency="X", status=404))["code"] == (
                    "no-answer-of-period"
                )
        async with speaking(kpi, "c-reader", "H29", "indicators:read") as reader:
            refused = await reader.post("/v1/national-evaluations", json=upload(city()))
            assert (refused.status_code, refused.json()["code"]) == (403, "scope-missing")


async def test_the_file_has_the_same_rows_and_what_is_not_mapped(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES, *world())
        told = city(node("d-9", 1, 2, 10, flag=PROVISIONAL), node("d-a", 1, 1, 20, "A"))
        await handed_in(client, told)
        asked = {"component": "766.progress", "agency": "H29", **DAYS}
        found = await client.get("/v1/national-evaluations/differences.csv", params=asked)
        assert found.headers["content-type"] == "text/csv; charset=utf-8"
        lines = list(csv.reader(io.StringIO(found.text.removeprefix("\ufeff"))))
        heading = next(n for n, line in enumerate(lines) if line[:1] == ["Mã cơ quan"])
        rows = lines[heading + 1 : heading + 6]
        assert {len(row) for row in rows} == {16}
        a = next(row for row in rows if row[0] == "A")
        assert a[3:5] == ["2", "3"]
        assert a[7:10] == ["d-a", "1", "1"]
        assert a[12:15] == ["1", "2", "-0.333333333334"]
        lost = next(row for row in rows if row[2] == "Chưa ánh xạ tới cơ quan")
        assert lost[7:10] == ["d-9", "1", "2"]
