"""The board below a plan, with kpi behind it: numbers, twins, links, what the public does not see, badges."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest

from chassis.bus import Parcel
from chassis.settings import Settings
from chassis.web import create_app
from contracts.directory import AgencyRegistered
from contracts.envelope import Envelope
from contracts.vocabulary import VIETNAM, AgencyKind, Channel, Scope
from gateway.keys import SigningKey
from suite.together import together
from tests.conftest import Lone
from tests.gateway.page_samples import Reading
from tests.kpi.reporting import EVIDENCE, decided, sent, two
from tests.kpi.test_exploring import more_agencies
from tests.kpi.test_service import AGENCIES, published
from tests.kpi.worlds import filed, progressed, rated

SPRING = datetime(2020, 3, 10, 12, tzinfo=VIETNAM)
SVG = "{http://www.w3.org/2000/svg}"


class World:
    """A suite whose kpi has heard what a test tells, and a client of its gateway."""

    def __init__(self, at_work, client):
        self.kpi = at_work.running["kpi"]
        self.key = at_work.running["gateway"].own(SigningKey)
        self.client = client

    async def hear(self, *events):
        parcels = []
        for event in events:
            told = Envelope.around(event, id=uuid4().hex, subject="t", time=self.kpi.database.now())
            parcels.append(Parcel(told.id, told.topic, told.model_dump_json()))
        await self.kpi.consumer.take(parcels)

    def partner(self, agency="H29", *scopes):
        token = self.key.token("c-test", agency, scopes or [Scope.INDICATORS_READ])
        return {"Authorization": f"Bearer {token}"}

    async def get(self, path, status=200, **told):
        answer = await self.client.get(path, **told)
        assert answer.status_code == status, answer.text
        return answer


@pytest.fixture
def world(tmp_path, embedded):
    @asynccontextmanager
    async def opened(**told):
        settings = Settings(data=tmp_path, limits=False, **told)
        embedded.fill(settings)
        async with together(settings, work=False) as at_work:
            transport = httpx.ASGITransport(at_work.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                yield World(at_work, client)

    return opened


def dossier(code, agency="A", field="f", late=False, channel=Channel.COUNTER, score=None):
    done = SPRING + timedelta(days=9 if late else 1)
    told = {"received_at": SPRING, "due_at": SPRING + timedelta(days=3), "done_at": done}
    events = [
        filed(code, agency=agency, field=field, at=SPRING, channel=channel),
        progressed(code, returned_at=done, **told),
    ]
    return [*events, rated(code, score, at=done)] if score else events


async def a_city(world):
    """A: f 29 of 30 on time, g 12 of 12 online; B: f 10 of 20, and one dossier in g. B has 3 ratings."""
    await world.hear(
        *AGENCIES, *more_agencies("C"), published("p", field="f", field_name="Đất đai")
    )
    events = []
    for n in range(30):
        events += dossier(f"af{n}", late=n == 0, score=5 if n < 20 else None)
    for n in range(12):
        events += dossier(f"ag{n}", field="g", channel=Channel.ONLINE)
    for n in range(20):
        score = 2 if n < 3 else None
        events += dossier(f"bf{n}", agency="B", late=n < 10, score=score)
    events += dossier("bg", agency="B", field="g")
    events += [one for n in range(15) for one in dossier(f"cf{n}", agency="C", score=4)]
    await world.hear(*events)


def rows_of(answer):
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def spoken(answer):
    reading = Reading(answer.text)
    assert reading.faults == []
    return " ".join(reading.spoken.split()), reading


async def test_pages_tell_since_when_nothing_was_heard_from_each_unit(world):
    async with world() as at:
        clock = at.kpi.database
        clock.now = lambda: datetime(2020, 5, 4, 9, tzinfo=VIETNAM)
        await a_city(at)
        clock.now = lambda: datetime(2020, 5, 14, 9, tzinfo=VIETNAM)
        await at.hear(*more_agencies("D"), *dossier("later"))
        text, _ = spoken(await at.get("/board/hcmc-2020/k04"))
        assert "1 đơn vị chưa từng báo hồ sơ nào. Im lặng lâu nhất, theo tin gần nhất: Sở B" in text
        tagged = await at.get("/board/hcmc-2020/k04")
        told = (await at.get("/board/hcmc-2020/k04.json")).json()["coverage"]["agencies"]
        days = {one["agency"]: (one["told"], one["last_on"], one["quiet_days"]) for one in told}
        assert days == {
            "A": (True, "2020-05-14", 0),
            "B": (True, "2020-05-04", 10),
            "C": (True, "2020-05-04", 10),
            "D": (False, None, None),
        }
        rows = rows_of(await at.get("/board/hcmc-2020/k04.csv"))
        heard = {row["row_agency"]: row["quiet_days"] for row in rows if row["part"] == "heard"}
        assert heard == {"A": "0", "B": "10", "C": "10", "D": ""}
        text, _ = spoken(await at.get("/board/hcmc-2020/units/B?lang=en"))
        assert "Sở B told something 04/05/2020 10 days ago" in text
        rows = rows_of(await at.get("/board/hcmc-2020/units/B.csv"))
        assert [row["last_on"] for row in rows if row["part"] == "heard"] == ["2020-05-04"]
        # A page that was kept is out of date by the next day, though no figure changed.
        kept = {"If-None-Match": tagged.headers["etag"]}
        await at.get("/board/hcmc-2020/k04", 304, headers=kept)
        clock.now = lambda: datetime(2020, 5, 15, 9, tzinfo=VIETNAM)
        await at.get("/board/hcmc-2020/k04", headers=kept)


async def test_a_target_page_and_its_twins_hold_the_same_numbers(world):
    async with world() as at:
        await a_city(at)
        told = (await at.get("/board/hcmc-2020/k04.json")).json()
        assert (told["target"]["count"], told["target"]["among"]) == (2, 3)
        text, _ = spoken(await at.get("/board/hcmc-2020/k04"))
        assert "2 trên 3" in text
        assert "Sở A" in text
        assert "15/15" in text
        assert "Đất đai" in text
        assert "3 trên 3 đơn vị có số liệu trong kỳ" in text
        rows = rows_of(await at.get("/board/hcmc-2020/k04.csv"))
        [figure] = [row for row in rows if row["part"] == "figure"]
        assert (figure["count"], figure["among"], figure["verdict"]) == ("2", "3", "not_met")
        for name in ("agencies", "cells", "fields"):
            shown = [(str(r["count"] or ""), str(r["among"] or "")) for r in told[name]["rows"]]
            assert [(r["count"], r["among"]) for r in rows if r["part"] == name] == [
                ("0" if count == "" and state == "ok" else count, among)
                for (count, among), state in zip(
                    shown, [r["state"] for r in told[name]["rows"]], strict=True
                )
            ]
        halves = [row for row in rows if row["part"] == "half_months" and row["among"] != "0"]
        assert [(row["first"], row["count"], row["among"]) for row in halves] == [
            ("2020-03-01", "3", "3"),
            ("2020-03-15", "0", "2"),
        ]


async def test_what_is_hidden_from_the_public_is_in_no_twin_and_a_partner_sees_it(world):
    async with world() as at:
        await a_city(at)
        public = (await at.get("/board/hcmc-2020/k04.json")).json()
        states = {(r["agency"], r["field"]): r["state"] for r in public["cells"]["rows"]}
        # One dossier of B in g; with it B's only other field, and of g the other.
        assert states == {
            ("A", "f"): "suppressed",
            ("A", "g"): "suppressed",
            ("B", "f"): "suppressed",
            ("B", "g"): "suppressed",
            ("C", "f"): "ok",
        }
        text, _ = spoken(await at.get("/board/hcmc-2020/k04"))
        assert "ít hơn 10" in text
        sheet = rows_of(await at.get("/board/hcmc-2020/k04.csv"))
        hidden = [row for row in sheet if row["state"] == "suppressed"]
        assert len(hidden) == 4
        assert {row["count"] + row["among"] + row["value"] for row in hidden} == {""}
        seen = await at.get("/board/hcmc-2020/k04.json", headers=at.partner())
        cells = {(r["agency"], r["field"]): r["among"] for r in seen.json()["cells"]["rows"]}
        assert cells["B", "g"] == 1
        assert seen.headers["cache-control"] == "no-store"
        page = await at.get("/board/hcmc-2020/k04", headers=at.partner())
        assert "nội bộ" in spoken(page)[0]
        assert (page.headers["cache-control"], "etag" in page.headers) == ("no-store", False)


async def test_few_ratings_of_a_unit_are_on_no_page_of_the_public(world):
    async with world() as at:
        await a_city(at)
        city = (await at.get("/board/hcmc-2020/k01.json")).json()
        assert city["target"]["state"] == "empty"
        board = await at.get("/board/binh-thanh-2018.json?agency=H29&from=2020-01-01&to=2021-01-01")
        # The days of another plan: B's three ratings, and A's and C's with which they could be worked out.
        row = next(one for one in board.json()["targets"] if one["id"] == "k40")
        assert (row["count"], row["among"]) == (35, 38)
        days = "from=2020-01-01&to=2021-01-01"
        for twin in (".json", ".csv", ""):
            answer = await at.get(f"/board/binh-thanh-2018/k40{twin}?agency=B&{days}")
            assert "suppressed" in answer.text or "Không công bố vì quá ít" in answer.text
            assert not re.search(r'"(count|among|ratings)":\s*3\b', answer.text)
        one = (await at.get(f"/board/binh-thanh-2018/k40.json?agency=H29&{days}")).json()
        states = {r["agency"]: r["state"] for r in one["agencies"]["rows"]}
        assert states == {"A": "ok", "B": "suppressed", "C": "suppressed"}
        assert [(level["level"], level["count"]) for level in one["distribution"]["levels"]] == [
            (5, 20),
            (4, 15),
            (3, 0),
            (2, 3),
            (1, 0),
        ]
        assert one["closed"] is None


def kind_of(href):
    """What kind of page an address is of: one of each is enough."""
    path = urlsplit(href).path
    twin = path[path.rfind(".") :] if path.endswith((".csv", ".json")) else ""
    parts = path.removesuffix(twin).split("/")[3:]
    if not parts:
        return f"plan{twin}"
    known = {"units": "unit", "procedures": "procedure"}.get(parts[0])
    if known is None:
        # A target over units (k04), one over procedures (k06), and any other lead to different pages.
        known = parts[0] if parts[0] in {"watch-list", "badge.svg", "k04", "k06"} else "target"
    return f"{known}{twin}"


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_every_link_of_every_page_leads_on_and_keeps_what_was_asked(world, language):
    async with world() as at:
        await a_city(at)
        asked = "agency=H29&structure=today&from=2020-01-01&to=2020-07-01"
        waiting = [f"/board/hcmc-2020?{asked}" + ("&lang=en" if language == "en" else "")]
        seen = set()
        while waiting:
            path = waiting.pop()
            seen.add(path)
            answer = await at.get(path)
            if "html" not in answer.headers["content-type"]:
                continue
            for each in Reading(answer.text).all("a", "img"):
                href = each.get("href") or each.get("src")
                inside = urlsplit(href).path.startswith("/board/")
                assert not inside or "structure=today" in href, (path, href)
                assert not inside or "from=2020-01-01&to=2020-07-01" in href, (path, href)
                if inside and href not in seen and kind_of(href) not in map(kind_of, waiting):
                    waiting += [href] * (kind_of(href) not in map(kind_of, seen))
        kinds = {"unit", "procedure", "watch-list", "target", "badge.svg"}
        kinds |= {f"{kind}.{end}" for kind in kinds - {"badge.svg"} for end in ("csv", "json")}
        assert set(map(kind_of, seen)) >= kinds


async def test_a_unit_page_shows_every_target_and_its_own_fields(world):
    async with world() as at:
        await a_city(at)
        text, reading = spoken(await at.get("/board/hcmc-2020/units/B"))
        assert "Sở B" in text
        links = {each["href"] for each in reading.all("a")}
        assert "/board/hcmc-2020/k04?agency=B" in links
        told = (await at.get("/board/hcmc-2020/units/B.json")).json()
        assert [(f["field"], f["received"], f["on_time"]) for f in told["fields"]["items"]] == [
            ("f", 20, 10)
        ] or told["fields"]["items"][0]["field"] == "f"
        rows = rows_of(await at.get("/board/hcmc-2020/units/B.csv"))
        fields = [row for row in rows if row["part"] == "fields"]
        assert {row["field"]: (row["received"], row["late"]) for row in fields} == {
            "f": ("20", "10"),
            "g": ("1", "0"),
        }
        assert len([row for row in rows if row["part"] == "targets"]) == len(
            told["scoreboard"]["targets"]
        )


async def test_a_procedure_page_tells_what_it_holds(world):
    async with world() as at:
        await a_city(at)
        text, _ = spoken(await at.get("/board/hcmc-2020/procedures/p"))
        assert "Đất đai" in text
        told = (await at.get("/board/hcmc-2020/procedures/p.json")).json()
        assert (told["received"], told["settled"]) == (78, 78)
        rows = rows_of(await at.get("/board/hcmc-2020/procedures/p.csv"))
        assert {row["id"]: row["count"] for row in rows}["k07"] == "12"
        assert (await at.client.get("/board/hcmc-2020/procedures/none")).status_code == 404


async def test_the_watch_list_page_says_why(world):
    async with world() as at:
        await a_city(at)
        text, _ = spoken(await at.get("/board/hcmc-2020/watch-list"))
        assert "2 trên 2 lĩnh vực cần đối thoại" in text
        assert "Có hồ sơ quá hạn" in text
        rows = rows_of(await at.get("/board/hcmc-2020/watch-list.csv"))
        assert [(row["field"], row["reasons"]) for row in rows] == [
            ("f", "volume overdue"),
            ("g", "volume"),
        ]
        told = (await at.get("/board/hcmc-2020/watch-list.json")).json()
        assert [one["field"] for one in told["items"]] == ["f", "g"]


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_a_badge_tells_the_figure_and_its_verdict_in_words_and_may_stand_anywhere(
    world, language
):
    async with world() as at:
        await a_city(at)
        answer = await at.get(f"/board/hcmc-2020/badge.svg?target=k04&lang={language}")
        root = ET.fromstring(answer.text)
        said = root.find(f"{SVG}title").text
        assert ("Chưa đạt" if language == "vi" else "Not met") in said
        assert ("66,6" if language == "vi" else "66.6") in said
        assert "≥ 100 %" in root.find(f"{SVG}desc").text
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
        assert answer.headers["cache-control"] == "public, max-age=300"
        again = {"If-None-Match": answer.headers["etag"]}
        url = f"/board/hcmc-2020/badge.svg?target=k04&lang={language}"
        assert (await at.client.get(url, headers=again)).status_code == 304
        plan = await at.get("/board/hcmc-2020/badge.svg")
        assert re.search(r"Đạt \d+/\d+ chỉ tiêu", plan.text)
        assert (await at.client.get("/board/hcmc-2020/badge.svg?target=x")).status_code == 404


async def test_who_has_the_same_figures_is_not_sent_them_again_until_they_change(world):
    async with world() as at:
        await a_city(at)
        paths = ["", "/k04", "/units/A", "/watch-list", "/procedures/p"]
        for path in [f"/board/hcmc-2020{each}{twin}" for each in paths for twin in ("", ".csv")]:
            tag = (await at.get(path)).headers["etag"]
            same = await at.client.get(path, headers={"If-None-Match": tag})
            assert (same.status_code, same.content) == (304, b""), path
        tag = (await at.get("/board/hcmc-2020/k04")).headers["etag"]
        await at.hear(*dossier("new", agency="C", late=True))
        changed = await at.client.get("/board/hcmc-2020/k04", headers={"If-None-Match": tag})
        assert changed.status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/board/nowhere",
        "/board/nowhere/k04",
        "/board/hcmc-2020/k99",
        "/board/hcmc-2020/k04?from=2020-02-30",
        "/board/hcmc-2020/k04?from=2020-01-02&to=2020-01-03",
        "/board/hcmc-2020/k04?structure=maybe",
        "/board/hcmc-2020/units/nobody%20here",
        "/board/hcmc-2020/procedures/%3Cb%3E",
        "/board/nowhere/watch-list",
        "/board/hcmc-2020?agency=%00",
    ],
)
async def test_what_is_no_page_of_the_board_says_so(world, path):
    async with world() as at:
        await at.hear(*AGENCIES)
        answer = await at.client.get(path)
        assert answer.status_code == 404
        assert "Không tìm thấy trang" in answer.text


async def test_a_partner_sees_its_own_agencies_and_needs_the_scope(world):
    async with world() as at:
        await a_city(at)
        await at.get("/board/hcmc-2020.json?agency=A", headers=at.partner("A"))
        await at.get("/board/hcmc-2020.json?agency=B", 404, headers=at.partner("A"))
        refused = await at.get(
            "/board/hcmc-2020.json", 403, headers=at.partner("H29", Scope.DOSSIERS_READ)
        )
        assert json.loads(refused.text)["code"] == "scope-missing"
        bad = await at.get("/board/hcmc-2020.json", 401, headers={"Authorization": "Bearer no"})
        assert json.loads(bad.text)["code"] == "token-invalid"


async def test_a_closed_period_stands_beside_todays_figure(world):
    async with world() as at:
        await a_city(at)
        closing = at.partner(
            "H29", Scope.INDICATORS_READ, Scope.INDICATORS_APPROVE, Scope.PLANS_WRITE
        )
        open_page = (await at.get("/board/hcmc-2020/k07.json")).json()
        assert open_page["closed"] is None
        closed = await at.client.post(
            "/v1/periods/plan/hcmc-2020/close?agency=H29", headers=closing
        )
        assert closed.status_code == 201, closed.text
        text, _ = spoken(await at.get("/board/hcmc-2020/k07"))
        assert "Hiện tại vẫn như khi chốt." in text
        await at.hear(*dossier("late", channel=Channel.ONLINE))
        text, _ = spoken(await at.get("/board/hcmc-2020/k07"))
        assert "Đã chốt 15,3 %, hiện tại 16,4 %" in text
        told = (await at.get("/board/hcmc-2020/k07.json")).json()["closed"]
        assert (told["figure"]["count"], told["figure"]["among"]) == (12, 78)
        assert (await at.get("/board/hcmc-2020/k01.json")).json()["closed"] is None


async def test_a_page_is_of_the_definitions_in_force_on_its_last_day(world, tmp_path):
    own = {
        "id": "k07",
        "version": 2,
        "effective_from": "2020-07-01",
        "title": {"vi": "Đơn vị có hồ sơ trực tuyến", "en": "Units with anything online"},
        "counts": {"vi": "Số đơn vị", "en": "Units"},
        "value": {"tally": {"over": "agency", "holds": {"any_of": ["received_online"]}}},
        "target": {"operator": "gte", "value": 9, "plain": True},
        "choices": ["Chín đơn vị."],
        "source": {"plan_title": "Kế hoạch", "sentence": "chín đơn vị"},
    }
    later = own | {"id": "m01", "version": 1, "value": {"count": {"of": "received"}}}
    plan = {
        "id": "own",
        "title": "Kế hoạch riêng",
        "title_en": "A plan of one's own",
        "agency": "H29",
        "period_from": "2020-01-01",
        "period_to": "2021-01-01",
        "targets": ["k07", "m01"],
    }
    folder = tmp_path / "own"
    folder.mkdir()
    files = {"a.yaml": {"indicators": [own, later]}, "b.yaml": {"plans": [plan]}}
    for name, told in files.items():
        text = json.dumps({"format": "kpi/1", **told}, ensure_ascii=False)
        (folder / name).write_text(text, "utf-8")
    async with world(definitions=folder) as at:
        await a_city(at)
        told, _ = spoken(await at.get("/board/own/k07?lang=en"))
        assert "Units with anything online" in told
        assert "k07, version 2, a.yaml; in force from 01/07/2020" in told
        spring = "from=2020-01-01&to=2020-07-01"
        told, _ = spoken(await at.get(f"/board/own/k07?lang=en&{spring}"))
        assert "k07, version 1, hcmc-2020.yaml; in force up to and with 30/06/2020" in told
        assert "By half-month" in told
        board = await at.get(f"/board/own?lang=en&{spring}")
        told, _ = spoken(board)
        assert "không có định nghĩa nào của chỉ số có hiệu lực vào ngày 30/06/2020" in told
        assert f"/board/own/k07?{spring}" in board.text.replace("&amp;", "&").replace(
            "lang=en&", ""
        )
        assert "/board/own/m01?" not in board.text
        await at.get(f"/board/own/m01?{spring}", 404)
        # After its last day a plan asks for nothing.
        after = (await at.get("/board/own.json?from=2021-01-01&to=2021-02-01")).json()
        assert (after["shown"], {row["verdict"] for row in after["targets"]}) == (
            "0/0",
            {"not_due"},
        )


DISTRICT = "000.00.44.H29"
NINE_MONTHS = {"period_from": "2018-01-01", "period_to": "2018-10-01"}


async def reported_task(at, number, value, *, approved=True):
    """A task reported to kpi by one client and, where it is approved, by another."""
    told = {"agency": DISTRICT, "about": number, "value": value, "evidence": EVIDENCE}
    kpi = Lone(at.kpi, at.key, create_app(at.kpi))
    async with two(kpi) as (one, other):
        made = await sent(one, "k46.tasks", told | NINE_MONTHS)
        if approved:
            await decided(other, made["id"], "approve")


async def test_the_page_of_a_plans_own_score_lists_its_tasks(world):
    district = AgencyRegistered(
        code=DISTRICT, name="Quận Bình Thạnh", kind=AgencyKind.DISTRICT, parent="H29"
    )
    async with world() as at:
        await at.hear(*AGENCIES, district)
        await reported_task(at, "1", "done")
        await reported_task(at, "2", "under_way")
        await reported_task(at, "3", "done", approved=False)
        board = await at.get(f"/board/binh-thanh-2018?lang=en&agency={DISTRICT}")
        assert "/board/binh-thanh-2018/k46?" in board.text
        told, _ = spoken(await at.get(f"/board/binh-thanh-2018/k46?lang=en&agency={DISTRICT}"))
        assert "1 of 8 tasks are done." in told
        assert "1. Task 1 Done 30/09/2018 Báo cáo kết quả quý I (34/BC-SNN, 10/04/2020)" in told
        assert "2. Task 2 Under way 30/09/2018 overdue" in told
        assert "3. Task 3 No approved report report overdue: it was due by 15/10/2018" in told
        twin = (await at.get(f"/board/binh-thanh-2018/k46.json?agency={DISTRICT}")).json()
        assert (twin["tasks"]["done"], twin["tasks"]["among"]) == (1, 8)
        assert twin["tasks"]["items"][0]["report"] is None
        rows = rows_of(await at.get(f"/board/binh-thanh-2018/k46.csv?agency={DISTRICT}"))
        tasks = [row for row in rows if row["part"] == "tasks"]
        assert [row["state"] for row in tasks] == ["done", "under_way", *[""] * 6]
        await at.get(f"/board/binh-thanh-2018/badge.svg?target=k46&agency={DISTRICT}")
        # Whoever may read reports sees which one it rests on, and what waits.
        inside = await at.get(
            f"/board/binh-thanh-2018/k46.json?agency={DISTRICT}", headers=at.partner()
        )
        items = inside.json()["tasks"]["items"]
        assert items[0]["report"]
        assert items[2]["reported"] == "waiting"
