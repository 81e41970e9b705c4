"""Fields by today's structure: one that another took the place of counts there, a split one stays its own."""

from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.directory import AgencyRegistered
from contracts.intake import FieldEntered
from contracts.vocabulary import AgencyKind, Channel
from services.kpi import service
from services.kpi.structure import Units, as_today, fields_today
from tests.kpi.test_service import AGENCIES, PERIOD, published
from tests.kpi.worlds import NOON, filed, progressed, rated

ENDED = date(2020, 7, 1)
ODD_DAYS = "from=2020-01-03&to=2020-12-28"


def entered(code, *successors, name=None, **told):
    values = {"name": name or f"Lĩnh vực {code}", "successors": list(successors)}
    return FieldEntered(code=code, **values | told)


REGISTER = [
    entered("new", name="Đất đai", name_en="Land"),
    entered("old", "new", abolished_on=ENDED),
    entered("older", "old"),
    entered("split", "new", "other", abolished_on=ENDED),
    entered("later", "new", abolished_on=date(2190, 1, 1)),
]
DOSSIERS = {"new": 8, "old": 4, "older": 2, "split": 3, "later": 5, "other": 1}
TODAY = {"new": 14, "split": 3, "later": 5, "other": 1}


def news():
    """Dossiers of each field, the first half of them late; all of one agency."""
    for field, many in DOSSIERS.items():
        for n in range(many):
            code, late = f"{field}-{n}", n < many // 2
            done = NOON + timedelta(days=20 if late else 1)
            yield filed(code, agency="A", field=field, channel=Channel.ONLINE)
            yield progressed(code, done_at=done, due_at=NOON + timedelta(days=3))


async def get(client, path, structure="today", period=PERIOD, status=200):
    at = "&" if "?" in path else "?"
    answer = await client.get(f"/v1/{path}{at}agency=H29&{period}&structure={structure}")
    assert answer.status_code == status, answer.text
    return answer.json()


async def by_field(client, structure, period=PERIOD):
    told = await get(client, "indicators/k07/breakdown?by=field", structure, period)
    return {row["field"]: row["among"] for row in told["rows"]}


@pytest.mark.parametrize("period", [PERIOD, ODD_DAYS])
async def test_a_field_counts_with_the_one_that_took_its_place_by_todays_structure(lone, period):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES, *REGISTER, *news())
        assert await by_field(client, "then", period) == DOSSIERS
        assert await by_field(client, "today", period) == TODAY
        then, today = [
            await get(client, "indicators/k07/value", structure, period)
            for structure in ("then", "today")
        ]
        assert (then["among"], today["among"]) == (23, 23)
        assert then["cells_digest"] != today["cells_digest"]


async def test_every_field_of_a_unit_is_asked_for_as_it_is_today(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        good = [filed(f"g{n}", agency="A", field="new") for n in range(19)]
        done = [progressed(f"g{n}", done_at=NOON + timedelta(days=1)) for n in range(19)]
        late = progressed("l", done_at=NOON + timedelta(days=20))
        await kpi.hear(
            *AGENCIES, *REGISTER, *good, *done, filed("l", agency="A", field="old"), late
        )
        # Apart the old field has nothing on time; together 19 of 20 are, above 90 %.
        for structure, count in (("then", 0), ("today", 1)):
            figure = await get(client, "indicators/k04/value", structure)
            assert (figure["count"], figure["among"]) == (count, 1)


async def test_everything_told_by_field_is_told_alike(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES, *REGISTER, *news())
        watch = await get(client, "watch-list")
        rows = {one["field"]: one for one in [*watch["items"], *watch["others"]]}
        assert {code: one["received"] for code, one in rows.items()} == TODAY
        assert (rows["new"]["late"], rows["new"]["settled"]) == (7, 14)
        spans = await get(client, "durations?by=field")
        assert {row["key"] for row in spans["rows"]} == set(TODAY)
        form = await client.get("/v1/reports/07a?kind=year&key=2020&agency=H29&structure=today")
        lines = {row["field"]: row for row in form.json()["rows"]}
        assert {code: row["received"] for code, row in lines.items()} == TODAY
        assert lines["new"]["field_name"] == "Đất đai"
        assert all(row["balanced"] for row in lines.values())


async def test_a_definition_that_names_a_field_counts_what_took_its_place(lone):
    # K12 asks for household businesses of districts, whose field another takes the place of.
    district = AgencyRegistered(code="D", name="Quận D", kind=AgencyKind.DISTRICT, parent="H29")
    fields = [
        entered("ho-kinh-doanh", "dang-ky", abolished_on=ENDED),
        entered("dang-ky", name="Đăng ký kinh doanh"),
    ]
    async with lone(service) as kpi, kpi.calls() as client:
        told = [
            (filed(f"{field}{n}", agency="D", field=field, channel=Channel.ONLINE), f"{field}{n}")
            for field, many in (("ho-kinh-doanh", 2), ("dang-ky", 3), ("f", 4))
            for n in range(many)
        ]
        ends = [progressed(code, done_at=NOON + timedelta(days=1)) for _, code in told]
        await kpi.hear(*AGENCIES, district, *fields, *(one for one, _ in told), *ends)
        for structure, among in (("then", 2), ("today", 5)):
            figure = await get(client, "indicators/k12/value", structure)
            cases = await get(client, "indicators/k12/cases?part=among", structure)
            trend = await get(client, "indicators/k12/trend", structure)
            pack = await get(client, "indicators/k12/evidence", structure)
            apart = await get(client, "indicators/k12/breakdown?by=agency", structure)
            assert figure["among"] == among
            assert len(cases["items"]) == len(pack["items"]) == among
            assert sum(point["among"] or 0 for point in trend["points"]) == among
            assert sum(row["among"] for row in apart["rows"]) == among


async def test_ratings_of_a_field_go_with_it(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        fields = [entered("giao-duc", "gd", abolished_on=ENDED), entered("gd")]
        events = [
            filed(f"d{n}", agency="A", field="giao-duc" if n < 6 else "gd") for n in range(12)
        ]
        events += [progressed(f"d{n}", returned_at=NOON, done_at=NOON) for n in range(12)]
        await kpi.hear(*AGENCIES, *fields, *events, *(rated(f"d{n}", 5) for n in range(12)))
        for structure, ratings in (("then", 6), ("today", 12)):
            assert (await get(client, "indicators/k01/value", structure))["among"] == ratings
            levels = await get(client, "indicators/k01/distribution", structure)
            assert levels["ratings"] == ratings


async def test_a_field_is_called_as_it_was_entered_else_as_its_procedures_say(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(
            *AGENCIES,
            published("p", field="new", field_name="Tên cũ"),
            published("q", field="other", field_name="Khác"),
            *REGISTER,
            *news(),
        )
        told = await get(client, "indicators/k07/breakdown?by=field", "then")
        names = {row["field"]: (row["field_name"], row["field_name_en"]) for row in told["rows"]}
        assert names["new"] == ("Đất đai", "Land")
        assert names["other"] == ("Khác", None)
        assert names["old"] == ("Lĩnh vực old", None)


async def test_news_of_a_field_counts_by_its_revision_whatever_order_it_comes_in(lone):
    told = [entered("old", name=f"Tên {n}", revision=n) for n in (1, 2, 3)]
    for order in permutations(told):
        async with lone(service) as kpi:
            for event in order:
                await kpi.hear(event)
            rows = await kpi.running.database.engine.execute("SELECT name FROM known_field")
            assert [tuple(row) for row in rows] == [("Tên 3",)]


CODES = st.sampled_from("abcdef")


@given(st.dictionaries(CODES, st.lists(CODES, max_size=2), max_size=6))
def test_what_counts_as_a_field_is_what_is_filed_under_it(succeeded):
    units = Units({"A": "A"}, fields_today(succeeded))
    for code in "abcdef":
        # What a field counts as counts as itself.
        assert units.field(units.field(code)) == units.field(code)
        under = units.filed_under([code])
        assert code in under or units.field(code) != code
        assert {units.field(one) for one in under} == {units.field(code)}
    assert units.filed_under([]) == frozenset()
    assert as_today(frozenset({"A"}), {}, succeeded).fields == units.fields
