"""One dossier from a one-stop system to the city's scoreboard, through the public door alone."""

from tests.builders import AGENCY, PROCEDURE, filing, procedure, step
from tests.postal.vnpost import ITEM, Post

PERIOD = "from=2020-01-01&to=2021-01-01"


async def prepare(city):
    """The directory and the catalogue of the thread."""
    answer = await city.put(
        "/v1/agencies/H29", json={"name": "Thành phố Hồ Chí Minh", "kind": "city"}
    )
    assert answer.status_code == 200, answer.text
    department = {"name": "Sở Nông nghiệp", "kind": "department", "parent": "H29"}
    assert (await city.put(f"/v1/agencies/{AGENCY}", json=department)).status_code == 200
    told = procedure(by_post=True)
    assert (await city.put(f"/v1/procedures/{PROCEDURE}", json=told)).status_code == 200


async def figure(city, indicator):
    answer = await city.get(f"/v1/indicators/{indicator}/value?agency=H29&{PERIOD}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def counted(city, indicator):
    told = await figure(city, indicator)
    return told["count"], told["among"]


async def finish(
    city, code, done="2020-03-18T10:00:00+07:00", returned="2020-03-19T08:00:00+07:00"
):
    rows = {"items": [step("done", done), step("returned", returned)]}
    answer = await city.post(f"/v1/dossiers/{code}/progress", json=rows)
    assert answer.status_code == 200, answer.text


async def test_a_filed_dossier_reaches_the_scoreboard(suite):
    async with suite.partner() as city:
        await prepare(city)
        empty = await figure(city, "k07")
        assert (empty["state"], empty["verdict"], empty["value"]) == ("empty", "no_data", None)
        for number in range(1, 11):
            channel = "online" if number <= 3 else "counter"
            answer = await city.post("/v1/dossiers", json=filing(number, channel=channel))
            assert answer.status_code == 201, answer.text
            late = "2020-03-25T10:00:00+07:00"
            await finish(city, answer.json()["code"], *([late, late] if number == 10 else []))
        await suite.settle()
        assert await counted(city, "k07") == (3, 10)
        online = await figure(city, "k07")
        assert (online["value"], online["verdict"]) == ("0.3", "met")
        board = (await city.get("/v1/plans/hcmc-2020/scoreboard?agency=H29")).json()
        targets = {target["id"]: target for target in board["targets"]}
        assert targets["k07"]["verdict"] == "met"
        assert targets["k04"]["verdict"] == "not_met"  # nine of ten on time is not more than 90 %
        assert board["met"] == sum(t["verdict"] == "met" for t in board["targets"])
        assert targets["k07"]["source"].startswith("Hồ sơ giải quyết trực tuyến")


async def test_a_rating_is_given_once_and_counts_once(suite):
    async with suite.partner() as city, suite.public() as citizen:
        await prepare(city)
        code = (await city.post("/v1/dossiers", json=filing())).json()["code"]
        assert (await city.get(f"/v1/dossiers/{code}/rating-invitations")).json() == {"items": []}
        await finish(city, code)
        await suite.settle()
        invitations = (await city.get(f"/v1/dossiers/{code}/rating-invitations")).json()["items"]
        [invitation] = invitations
        assert invitation["occasion"] == "returned"
        token = invitation["token"]
        assert invitation["url"] == f"http://test/r/{token}"
        for _ in range(3):
            form = await citizen.get(f"/v1/rating-forms/{token}")
            assert form.status_code == 200
        options = [option["id"] for option in form.json()["questions"][0]["options"]]
        assert options == ["5", "4", "3", "2", "1"]
        given = {"token": token, "answers": {"overall": "5"}}
        assert (await citizen.post("/v1/ratings", json=given)).status_code == 201
        again = await citizen.post("/v1/ratings", json=given)
        assert (again.status_code, again.json()["code"]) == (409, "rating-already-given")
        await suite.settle()
        assert await counted(city, "k36") == (1, 1)
        hidden = await figure(city, "k37")
        assert (hidden["state"], hidden["count"], hidden["value"]) == ("suppressed", None, None)


async def test_satisfaction_is_shown_from_enough_ratings(suite):
    async with suite.partner() as city, suite.public() as citizen:
        await prepare(city)
        for number, option in enumerate(["5", "5", "4", "4", "3", "1"], 1):
            code = (await city.post("/v1/dossiers", json=filing(number))).json()["code"]
            await finish(city, code)
            await suite.settle()
            [one] = (await city.get(f"/v1/dossiers/{code}/rating-invitations")).json()["items"]
            given = {"token": one["token"], "answers": {"overall": option}}
            assert (await citizen.post("/v1/ratings", json=given)).status_code == 201
        await suite.settle()
        assert await counted(city, "k37") == (4, 6)
        cases = await city.get(f"/v1/indicators/k37/cases?agency=H29&{PERIOD}")
        assert (cases.status_code, cases.json()["code"]) == (403, "cases-confidential")


async def test_a_result_by_post_counts_from_custody_and_is_rated_after_confirmed_delivery(suite):
    post = Post()
    async with suite.partner() as city, suite.public() as carrier:
        await prepare(city)
        await suite.running["postal"].do(post.open_account)
        code = (await city.post("/v1/dossiers", json=filing(return_mode="post"))).json()["code"]
        order = {
            "dossier": code,
            "leg": "outbound_result",
            "carrier": "vnpost-d",
            "item_code": ITEM,
        }
        ordered = await city.post("/v1/shipments", json=order)
        assert ordered.status_code == 201, ordered.text
        shipment = ordered.json()["id"]
        done = {"items": [step("done")]}
        await city.post(f"/v1/dossiers/{code}/progress", json=done)
        await suite.settle()
        assert await counted(city, "k16") == (0, 0)

        address = "/v1/carriers/vnpost-d/city/events"
        taken = await carrier.post(address, json=post.callback(7))
        assert taken.status_code == 200, taken.text
        assert [item["outcome"] for item in taken.json()["items"]] == ["applied"]
        await suite.settle()
        assert await counted(city, "k16") == (1, 1)
        assert await counted(city, "k14") == (1, 1)

        delivered = post.callback(14, sent="20/03/2020 09:00:00")
        assert (await carrier.post(address, json=delivered)).status_code == 200
        repeated = await carrier.post("/v1/carriers/vnpost-d/events", json=delivered)
        assert repeated.status_code == 200
        await suite.settle()
        view = (await city.get(f"/v1/shipments/{shipment}")).json()
        assert (view["status"], view["provisional"]) == ("delivered", True)
        assert (await city.get(f"/v1/dossiers/{code}/rating-invitations")).json()["items"] == []

        confirm = {
            "status": "delivered",
            "occurred_at": "2020-03-20T09:05:00+07:00",
            "slip_number": "BP-1",
            "receiver_name": "Nguyễn Văn A",
        }
        confirmed = await city.post(f"/v1/shipments/{shipment}/confirm", json=confirm)
        assert confirmed.status_code == 200, confirmed.text
        assert confirmed.json()["provisional"] is False
        await suite.settle()
        invited = (await city.get(f"/v1/dossiers/{code}/rating-invitations")).json()["items"]
        assert [each["occasion"] for each in invited] == ["returned", "delivered"]
        assert await counted(city, "k16") == (1, 1)


async def test_a_dossier_that_came_by_post_counts_once_the_post_had_it(suite):
    post = Post()
    async with suite.partner() as city, suite.public() as carrier:
        await prepare(city)
        await suite.running["postal"].do(post.open_account)
        code = (await city.post("/v1/dossiers", json=filing(channel="post"))).json()["code"]
        order = {
            "dossier": code,
            "leg": "inbound_dossier",
            "carrier": "vnpost-d",
            "item_code": ITEM,
        }
        assert (await city.post("/v1/shipments", json=order)).status_code == 201
        await suite.settle()
        assert await counted(city, "k15") == (0, 1)
        await carrier.post("/v1/carriers/vnpost-d/city/events", json=post.callback(6))
        await suite.settle()
        assert await counted(city, "k15") == (1, 1)


async def test_a_forged_callback_moves_nothing(suite):
    post, forger = Post(), Post()
    async with suite.partner() as city, suite.public() as carrier:
        await prepare(city)
        await suite.running["postal"].do(post.open_account)
        for body in (forger.callback(14), post.callback(14) | {"signature": "é"}, {"data": []}):
            answer = await carrier.post("/v1/carriers/vnpost-d/city/events", json=body)
            assert answer.status_code in {400, 401}, answer.text
            assert answer.headers["content-type"] == "application/problem+json"


async def test_the_board_shows_what_the_scoreboard_counts(suite):
    async with suite.partner() as city, suite.public() as visitor:
        await prepare(city)
        code = (await city.post("/v1/dossiers", json=filing(channel="online"))).json()["code"]
        await finish(city, code)
        await suite.settle()
        page = await visitor.get("/board/hcmc-2020")
        assert page.status_code == 200
        assert 'lang="vi"' in page.text
        told = (await visitor.get("/board/hcmc-2020.json")).json()
        own = (await city.get("/v1/plans/hcmc-2020/scoreboard?agency=H29")).json()
        same = ("plan", "met", "due", "targets")
        assert [told[key] for key in same] == [own[key] for key in same]
        table = await visitor.get("/board/hcmc-2020.csv")
        assert table.text.startswith("\ufeff")
        assert (await visitor.get("/")).status_code == 200
        assert (await visitor.get("/docs")).status_code == 200
        assert (await visitor.get("/board/no-such-plan")).status_code == 404


async def test_a_partner_of_another_agency_sees_nothing(suite):
    async with suite.partner() as city, suite.partner("000.00.15.H29") as stranger:
        await prepare(city)
        other = {"name": "Sở Y tế", "kind": "department", "parent": "H29"}
        await city.put("/v1/agencies/000.00.15.H29", json=other)
        code = (await city.post("/v1/dossiers", json=filing())).json()["code"]
        await finish(city, code)
        await suite.settle()
        for path in ("", "/timeline", "/shipments", "/rating-invitations"):
            foreign = await stranger.get(f"/v1/dossiers/{code}{path}")
            unknown = await stranger.get(f"/v1/dossiers/no-such-code{path}")
            assert foreign.status_code == unknown.status_code == 404, path
            assert foreign.json()["code"] == unknown.json()["code"]
            assert foreign.json()["detail"] == unknown.json()["detail"]
        order = {
            "dossier": code,
            "leg": "outbound_result",
            "carrier": "vnpost-d",
            "item_code": ITEM,
        }
        assert (await stranger.post("/v1/shipments", json=order)).status_code == 404
        value = await stranger.get(f"/v1/indicators/k07/value?agency=H29&{PERIOD}")
        assert value.status_code == 404
