"""Items are asked about on their way and after their end: rarely, never more than is due, and it shows."""

from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.postal import accounts, asking, jobs, pull_jobs
from tests.postal.test_service import DOSSIER, FILED, ITEM, OTHER, order, postal, tell

ON_THE_WAY = ("19/03/2020", "10:00:00", "Đang vận chuyển")
OUT = ("20/03/2020", "08:00:00", "Đang giao hàng")
DELIVERED = ("20/03/2020", "09:00:00", "Đã giao hàng")


class Carrier:
    """The carrier's own side: one history for every item, or a status that is no success."""

    def __init__(self, *history):
        self.history = list(history)
        self.down = None
        self.asked = []

    def __call__(self, request):
        if request.url.path.endswith("/GetAccessToken"):
            return httpx.Response(200, json={"token": "t"})
        item = request.url.params["code"]
        self.asked.append(item)
        if self.down:
            return httpx.Response(self.down)
        told = [
            {"createdDate": day, "createHour": hour, "statusName": name}
            for day, hour, name in self.history
        ]
        return httpx.Response(200, json={"data": [{"itemCode": item, "statusHistory": told}]})


@asynccontextmanager
async def on_the_line(lone, *history, **settings):
    carrier = Carrier(*history)
    async with postal(lone, **settings) as (one, partner, post):
        line = one.running.own(jobs.CarrierLine)
        await line.http.aclose()
        line.http = httpx.AsyncClient(transport=httpx.MockTransport(carrier))
        yield one, partner, post, carrier


async def pull(one):
    await pull_jobs.pull_claims(one.running)


class Clock:
    """The service's clock, which a test moves on."""

    def __init__(self, one):
        self.database = one.running.database
        self.real = self.database.now
        self.ahead = timedelta(0)
        self.database.now = lambda: self.real() + self.ahead

    def on(self, **pause):
        self.ahead += timedelta(**pause)


def instant(stored):
    told = stored if isinstance(stored, datetime) else datetime.fromisoformat(str(stored))
    return told if told.tzinfo else told.replace(tzinfo=UTC)


async def row(one, item=ITEM):
    columns = "pull_at, pull_attempts, asked_at, heard_at, revision"
    found = await one.running.database.engine.execute(
        f"SELECT {columns} FROM shipment WHERE item_code = '{item}'"
    )
    [values] = found
    times = [None if value is None else instant(value) for value in (values[0], *values[2:4])]
    return {"pull_at": times[0], "asked_at": times[1], "heard_at": times[2]} | {
        "attempts": values[1],
        "revision": values[4],
    }


def near(pause, **wanted):
    return timedelta(**wanted) * 0.79 <= pause <= timedelta(**wanted) * 1.21 + timedelta(seconds=5)


async def test_an_item_is_asked_about_a_quarter_of_an_hour_after_the_last_word(lone):
    async with on_the_line(lone, ON_THE_WAY) as (one, partner, post, carrier):
        await partner.post("/v1/shipments", json=order())
        clock = Clock(one)
        assert near((await row(one))["pull_at"] - clock.real(), minutes=15)
        await pull(one)
        assert carrier.asked == []
        clock.on(minutes=10)
        assert await tell(partner, post, 7) == ["applied"]
        clock.on(minutes=10)
        await pull(one)
        assert carrier.asked == []
        clock.on(minutes=10)
        await pull(one)
        assert carrier.asked == [ITEM]
        [shown] = (await partner.get(f"/v1/dossiers/{DOSSIER}/shipments")).json()["items"]
        assert shown["status"] == "in_transit"
        assert shown["asked_at"] == shown["heard_at"] is not None
        assert shown["asked_at"].endswith("+07:00")
        assert near((await row(one))["pull_at"] - clock.database.now(), minutes=15)


async def test_pauses_double_to_six_hours_while_nothing_is_new(lone):
    async with on_the_line(lone, ON_THE_WAY) as (one, partner, _post, carrier):
        await partner.post("/v1/shipments", json=order())
        clock = Clock(one)
        pauses = []
        for _ in range(8):
            clock.on(hours=8)
            await pull(one)
            pauses.append((await row(one))["pull_at"] - clock.database.now())
        for pause, minutes in zip(pauses, (15, 30, 60, 120, 240, 360, 360, 360), strict=True):
            assert near(pause, minutes=minutes), (pause, minutes)
        assert len(carrier.asked) == 8
        carrier.history.append(OUT)
        clock.on(hours=8)
        await pull(one)
        assert near((await row(one))["pull_at"] - clock.database.now(), minutes=15)


async def test_a_carrier_that_is_away_leaves_the_age_of_what_is_known(lone):
    async with on_the_line(lone, ON_THE_WAY) as (one, partner, _post, carrier):
        await partner.post("/v1/shipments", json=order())
        clock = Clock(one)
        clock.on(minutes=30)
        await pull(one)
        heard = (await row(one))["heard_at"]
        carrier.down = 503
        clock.on(hours=1)
        await pull(one)
        now = await row(one)
        assert now["heard_at"] == heard < now["asked_at"]
        assert near(now["pull_at"] - clock.database.now(), minutes=30)


async def test_an_item_is_followed_for_thirty_days_after_its_end(lone):
    async with on_the_line(lone, ON_THE_WAY, DELIVERED) as (one, partner, _post, carrier):
        await partner.post("/v1/shipments", json=order())
        clock = Clock(one)
        clock.on(minutes=30)
        await pull(one)
        [shown] = (await partner.get(f"/v1/dossiers/{DOSSIER}/shipments")).json()["items"]
        assert (shown["status"], shown["provisional"]) == ("delivered", False)
        days = 0
        while (await row(one))["pull_at"] is not None:
            clock.on(hours=31)
            before = len(carrier.asked)
            await pull(one)
            assert len(carrier.asked) == before + 1
            days += 1
            assert days <= 40
        assert days == 30
        assert len(await one.announced("shipment.delivered")) == 1


async def test_what_is_not_due_is_not_touched(lone):
    async with on_the_line(lone, ON_THE_WAY) as (one, partner, _post, carrier):
        await partner.post("/v1/shipments", json=order())
        before = await row(one)
        for _ in range(3):
            await pull(one)
        assert await row(one) == before
        assert carrier.asked == []


async def test_an_account_that_lacks_something_is_not_asked_with_and_catches_up(lone):
    async with on_the_line(lone, ON_THE_WAY) as (one, partner, _post, carrier):
        await partner.post("/v1/shipments", json=order())
        clock = Clock(one)
        clock.on(hours=1)
        await one.running.database.engine.execute("UPDATE carrier_account SET password = NULL")
        before = await row(one)
        await pull(one)
        assert (carrier.asked, await row(one)) == ([], before)

        async def complete(uow):
            nothing = {"public_key_pem": None, "secret": None, "base_url": None}
            told = nothing | {"username": None, "customer_code": None, "password": "p"}
            await accounts.open_account("vnpost-d", "city", uow=uow, **told)

        await one.running.do(complete)
        await pull(one)
        assert carrier.asked == [ITEM]


async def test_no_more_is_asked_in_a_minute_than_an_account_may_and_claims_go_first(lone):
    async with on_the_line(lone, ON_THE_WAY, carrier_polls_per_minute=3) as on:
        one, partner, post, carrier = on
        codes = [f"{DOSSIER[:-2]}{n:02d}" for n in range(50, 58)]
        await one.hear(*(FILED.model_copy(update={"code": code}) for code in codes))
        items = [f"ITEM{n:04d}" for n in range(8)]
        for code, item in zip(codes, items, strict=True):
            made = await partner.post("/v1/shipments", json=order(dossier=code, item_code=item))
            assert made.status_code == 201, made.text
        body = post.callback(14, item=items[7])
        await partner.post("/v1/carriers/vnpost-d/city/events", json=body)
        clock = Clock(one)
        clock.on(hours=1)
        await pull(one)
        assert carrier.asked[0] == items[7]
        assert len(carrier.asked) == 4
        clock.on(seconds=5)
        await pull(one)
        # The claim alone may be asked about again so soon.
        assert set(carrier.asked[4:]) <= {items[7]}
        clock.on(seconds=61)
        await pull(one)
        assert len({*carrier.asked}) == 7
        clock.on(seconds=61)
        await pull(one)
        assert {*carrier.asked} == {*items}


async def test_an_item_of_two_dossiers_is_asked_about_once(lone):
    second = FILED.model_copy(update={"code": "000.00.19.H29-200316-0002"})
    async with on_the_line(lone, ON_THE_WAY, OUT) as (one, partner, _post, carrier):
        await one.hear(second)
        for dossier in (DOSSIER, second.code):
            await partner.post("/v1/shipments", json=order(dossier=dossier))
        clock = Clock(one)
        clock.on(hours=1)
        await pull(one)
        assert carrier.asked == [ITEM]
        for dossier in (DOSSIER, second.code):
            [shown] = (await partner.get(f"/v1/dossiers/{dossier}/shipments")).json()["items"]
            assert shown["status"] == "out_for_delivery"
            assert shown["heard_at"] is not None


async def test_items_of_a_carrier_that_cannot_be_asked_are_not_planned_for(lone):
    async with on_the_line(lone) as (one, partner, _post, carrier):
        told = order(carrier="vnpost-c", item_code=OTHER, attempt=2)
        assert (await partner.post("/v1/shipments", json=told)).status_code == 201
        assert (await row(one, OTHER))["pull_at"] is None
        clock = Clock(one)
        clock.on(days=2)
        await pull(one)
        assert carrier.asked == []


async def test_shipments_of_before_are_asked_about_after_the_update(lone):
    from services.postal import service

    told = "id, dossier, agency, leg, attempt, carrier, account, item_code, ordered_at, ordered_by"
    told += ", status, milestone, provisional, contested, proof, pull_attempts, revision"
    statements = []
    for number, (carrier, item, milestone) in enumerate(
        [
            ("vnpost-d", "'AA1234'", "transit"),
            ("vnpost-d", "'AA1235'", "end"),
            ("vnpost-d", "NULL", "pre"),
            ("vnpost-d", "'SANDBOX1'", "transit"),
            ("ghn", "'AA1236'", "transit"),
        ]
    ):
        values = (
            f"'{number}', 'd', 'H29', 'outbound_result', {number + 1}, '{carrier}', 'city', {item}"
        )
        values += ", '2026-01-01 00:00:00+00:00', 'c', 'accepted', "
        values += f"'{milestone}', false, false, 'none', 0, 1"
        statements.append(f"INSERT INTO shipment ({told}) VALUES ({values})")
    async with lone(service, earlier=("0006", statements)) as one:
        found = await one.running.database.engine.execute(
            "SELECT item_code FROM shipment WHERE pull_at IS NOT NULL"
        )
        assert [item for [item] in found] == ["AA1234"]
        # A worker of the version before would ask about it without end, so it is left time to be replaced.
        pause = (await row(one, "AA1234"))["pull_at"] - one.running.database.now()
        assert timedelta(hours=23) < pause <= timedelta(hours=24)


@given(st.integers(0, 2000), st.booleans())
def test_pauses_never_shrink_and_questions_end(asked, after_end):
    one = asking.next_question(asked, after_end=after_end)
    following = asking.next_question(asked + 1, after_end=after_end)
    assert one is not None or following is None
    assert following is None or following >= one >= asking.FIRST_QUESTION
    assert asking.next_question(2000, after_end=after_end) is None


@pytest.mark.parametrize("per_minute", [0, 1, 5])
def test_a_pace_lets_through_so_many_in_any_minute(per_minute):
    pace, now = asking.Pace(), datetime(2020, 3, 16, tzinfo=UTC)
    let_through = []
    for second in range(0, 300, 7):
        at = now + timedelta(seconds=second)
        left = pace.left("city", per_minute, at)
        pace.spend("city", min(left, 2), at)
        let_through += [at] * min(left, 2)
    for at in let_through:
        assert sum(at <= other < at + timedelta(minutes=1) for other in let_through) <= per_minute
    assert bool(let_through) is (per_minute > 0)
