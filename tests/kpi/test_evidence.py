"""Every figure drills to what is behind it, to take away, and asking for it leaves a trace."""

import csv
import io
import json
import zipfile
from datetime import timedelta
from hashlib import sha256

import openpyxl
import pytest

from contracts.vocabulary import AgencyKind, Channel
from services.kpi import jobs, service
from services.kpi.evidence.gathering import is_listed
from services.kpi.indicators import INDICATORS
from tests.kpi.test_service import AGENCIES, PERIOD, published
from tests.kpi.worlds import NOON, accepted, filed, progressed

DONE = NOON + timedelta(days=1)
LATE = NOON + timedelta(days=20)


async def some(kpi):
    """Seven dossiers of A and three of B, one of them late; two procedures, one of them used by post."""
    await kpi.hear(*AGENCIES, published("p"), published("q", online_level=4))
    for n in range(10):
        channel = Channel.ONLINE if n % 2 else Channel.COUNTER
        await kpi.hear(
            filed(f"d{n}", agency="A" if n < 7 else "B", channel=channel),
            progressed(f"d{n}", done_at=LATE if n == 8 else DONE),
        )
    await kpi.hear(accepted("d3"))


async def figure_and_pack(client, indicator, agency="H29"):
    asked = f"agency={agency}&{PERIOD}"
    figure = await client.get(f"/v1/indicators/{indicator}/value?{asked}")
    pack = await client.get(f"/v1/indicators/{indicator}/evidence?{asked}")
    assert (figure.status_code, pack.status_code) == (200, 200), pack.text
    return figure.json(), pack.json()


async def test_a_pack_holds_as_many_cases_as_its_figure_whatever_is_counted(lone):
    listed = [one for one in INDICATORS.values() if is_listed(one) and not one.confidential]
    assert {"k04", "k06", "k07", "k08", "k14", "k15"} <= {one.id for one in listed}
    async with lone(service) as kpi, kpi.calls() as client:
        await some(kpi)
        for indicator in listed:
            figure, pack = await figure_and_pack(client, indicator.id)
            counts = [case["counts"] for case in pack["items"]]
            told = (figure["count"], figure["among"] or figure["count"])
            among = len(counts) if indicator.value.tally is None else sum(counts)
            assert (sum(counts), among) == told, indicator.id
            assert pack["figure"]["count"] == figure["count"]
            assert pack["cells_digest"] == figure["cells_digest"]


async def test_a_figure_over_units_names_those_that_pass_and_those_that_fail(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await some(kpi)
        figure, pack = await figure_and_pack(client, "k04")
        told = {case["code"]: case["counts"] for case in pack["items"]}
        assert told == {"A": True, "B": False}
        assert (figure["count"], figure["among"]) == (1, 2)
        asked = f"/v1/indicators/k04/cases?agency=H29&{PERIOD}"
        passing = (await client.get(asked)).json()
        among = (await client.get(f"{asked}&part=among&limit=1")).json()
        assert (passing["items"], passing["kind"]) == (["A"], "agency")
        assert (among["items"], among["next_cursor"]) == (["A"], "A")
        rest = (await client.get(f"{asked}&part=among&limit=1&cursor=A")).json()
        assert (rest["items"], rest["next_cursor"]) == (["B"], None)


async def test_a_figure_of_some_kinds_of_agencies_lists_their_dossiers_alone(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        district = AGENCIES[1].model_copy(
            update={"code": "Q", "name": "Quận Q", "kind": AgencyKind.DISTRICT}
        )
        await kpi.hear(*AGENCIES, district)
        for code, agency in (("d1", "Q"), ("d2", "A")):
            filing = filed(code, agency=agency, field="ho-kinh-doanh", channel=Channel.ONLINE)
            await kpi.hear(filing, progressed(code, done_at=DONE))
        figure, pack = await figure_and_pack(client, "k12")
        assert (figure["count"], figure["among"]) == (1, 1)
        assert [case["code"] for case in pack["items"]] == ["d1"]
        cases = await client.get(f"/v1/indicators/k12/cases?agency=H29&{PERIOD}")
        assert cases.json()["items"] == ["d1"]


async def test_a_pack_comes_as_csv_as_a_workbook_and_as_an_archive_with_its_digests(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await some(kpi)
        # A code that a spreadsheet would compute, had it come from elsewhere.
        await kpi.hear(filed("d99", agency="A", procedure="=1+1"), progressed("d99", done_at=DONE))

        async def fetched(form):
            answer = await client.get(
                f"/v1/indicators/k07/evidence?agency=H29&{PERIOD}&format={form}"
            )
            assert answer.status_code == 200
            assert (
                f"evidence-k07-H29-2020-01-01-2021-01-01.{form}"
                in (answer.headers["content-disposition"])
            )
            return answer.content

        table = await fetched("csv")
        rows = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"))))
        assert [row["code"] for row in rows if row["counts"] == "1"] == [
            f"d{n}" for n in (1, 3, 5, 7, 9)
        ]
        assert len(rows) == 11
        assert rows[-1]["procedure"] == "'=1+1"
        book = openpyxl.load_workbook(io.BytesIO(await fetched("xlsx")))
        cells = list(book["cases"].values)
        assert len(cells) == 12
        assert all(not str(cell or "").startswith("=") for row in cells for cell in row)
        assert ("indicator", "k07") in list(book["about"].values)
        with zipfile.ZipFile(io.BytesIO(await fetched("zip"))) as archive:
            assert archive.read("cases.csv") == table
            about = archive.read("evidence.json")
            sums = dict(
                line.split()[::-1]
                for line in archive.read("SHA256SUMS").decode().split("\n")
                if line
            )
        assert sums == {
            "cases.csv": sha256(table).hexdigest(),
            "evidence.json": sha256(about).hexdigest(),
        }
        told = json.loads(about)
        assert (told["figure"]["count"], told["figure"]["among"]) == (5, 11)
        assert len(told["definition_digest"]) == len(told["cells_digest"]) == 64


async def test_asking_for_dossiers_leaves_a_trace_of_who_what_and_when(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await some(kpi)
        await client.get(f"/v1/indicators/k07/cases?agency=A&{PERIOD}")
        await client.get(f"/v1/indicators/k07/evidence?agency=A&{PERIOD}&format=csv")
        await client.get(f"/v1/indicators/k07/value?agency=A&{PERIOD}")
        rows = await kpi.running.database.engine.execute(
            "SELECT client, agency, action, object FROM audit ORDER BY seq"
        )
        assert [tuple(row) for row in rows] == [
            ("c-test", "H29", "cases", "k07 A 2020-01-01 2021-01-01 count"),
            ("c-test", "H29", "evidence", "k07 A 2020-01-01 2021-01-01 csv"),
        ]


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ("k37/evidence?agency=H29", 403, "evidence-confidential"),
        ("k99/evidence?agency=H29", 404, "no-indicator"),
        ("k07/evidence?agency=X", 404, "unknown-agency"),
        ("k17/cases?agency=H29&part=nothing", 422, "unknown-part"),
    ],
)
async def test_what_is_not_listed_is_refused_and_leaves_no_trace(lone, asked, status, code):
    async with lone(service) as kpi, kpi.calls() as client:
        await some(kpi)
        refused = await client.get(f"/v1/indicators/{asked}&{PERIOD}")
        assert (refused.status_code, refused.json()["code"]) == (status, code)
        assert await kpi.running.database.engine.execute("SELECT * FROM audit") == []


async def test_the_cells_are_checked_once_a_night(lone):
    async with lone(service) as kpi:
        await some(kpi)
        database = kpi.running.database
        await jobs.check_figures(kpi.running)
        await database.engine.execute("UPDATE cell SET received = 99")
        await jobs.check_figures(kpi.running)
        [(differing,)] = [
            tuple(row)
            for row in await database.engine.execute("SELECT differing FROM figures_check")
        ]
        assert differing == 0
        now = database.now() + timedelta(days=1)
        database.now = lambda: now
        await jobs.check_figures(kpi.running)
        [(differing,)] = [
            tuple(row)
            for row in await database.engine.execute("SELECT differing FROM figures_check")
        ]
        assert differing > 0
