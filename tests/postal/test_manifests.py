"""What an office hands to the post: the list of a day, and a signed one as proof of custody; both engines."""

from contextlib import asynccontextmanager

from services.postal import s10
from tests.postal.test_service import DOSSIER, FILED, ITEM, OTHER, order, postal, tell
from tests.postal.test_whose_word import SISTER, THEIRS, two_provinces, view

SIGNED = {"slip_number": "BB-2020-17", "handed_over_at": "2020-03-17T16:00:00+07:00"}


def item(serial):
    """An item's number with its right check digit."""
    written = f"{serial:08d}"
    return f"CV{written}{s10.check_digit(written)}VN"


def filed(number):
    return FILED.model_copy(update={"code": f"000.00.19.H29-200316-{number:04d}"})


@asynccontextmanager
async def dispatch(lone, count=3):
    """Postal with so many results registered for the post, each in an envelope of its own."""
    async with postal(lone) as (one, partner, post):
        await one.hear(*(filed(number) for number in range(2, count + 1)))
        ids = []
        for number in range(1, count + 1):
            told = order(dossier=filed(number).code, item_code=item(number))
            answer = await partner.post("/v1/shipments", json=told)
            assert answer.status_code == 201, answer.text
            ids.append(answer.json()["id"])
        yield one, partner, post, ids


async def listed(partner, **asked):
    answer = await partner.get("/v1/manifests/outbound", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def sign(partner, *items, **changes):
    answer = await partner.post("/v1/manifests", json=SIGNED | changes | {"items": list(items)})
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def test_what_waits_for_the_post_is_listed_until_it_has_it(lone):
    async with dispatch(lone) as (_, partner, post, ids):
        waiting = await listed(partner)
        assert [one["shipment"] for one in waiting["items"]] == ids
        assert [one["number"] for one in waiting["items"]] == [1, 2, 3]
        assert waiting["agency"] == {"code": "H29", "name": "TP"}
        assert waiting["totals"] == [
            {"carrier": "vnpost-d", "account": "city", "items": 3, "dossiers": 3}
        ]
        told = post.signed([{"itemCode": item(1), "status": 7}], "19/03/2020 08:00:00")
        await partner.post("/v1/carriers/vnpost-d/city/events", json=told)
        assert [one["shipment"] for one in (await listed(partner))["items"]] == ids[1:]
        over = await listed(partner, date="2020-03-19", state="handed_over")
        assert [one["shipment"] for one in over["items"]] == ids[:1]
        assert over["items"][0]["slip_number"] is None
        assert (await listed(partner, date="2020-03-18", state="handed_over"))["items"] == []
        # What was ordered later is not on an earlier day's list.
        assert (await listed(partner, date="2020-03-18"))["items"] == []


async def test_inbound_items_are_on_no_manifest_and_papers_in_one_envelope_count_once(lone):
    async with dispatch(lone, 2) as (_, partner, _post, _ids):
        inbound = order(leg="inbound_supplement", item_code=OTHER)
        assert (await partner.post("/v1/shipments", json=inbound)).status_code == 201
        shared = order(leg="outbound_originals", item_code=item(2))
        await partner.post("/v1/shipments", json=shared)
        made = await listed(partner, account="city")
        assert len(made["items"]) == 3
        assert made["totals"][0] == {
            "carrier": "vnpost-d",
            "account": "city",
            "items": 2,
            "dossiers": 3,
        }
        assert (await listed(partner, account="none"))["items"] == []


async def test_parts_go_on_where_the_last_one_ended(lone):
    async with dispatch(lone, 5) as (_, partner, _post, ids):
        seen, cursor = [], None
        while True:
            part = await listed(partner, limit=2, **({"cursor": cursor} if cursor else {}))
            assert part["totals"][0]["items"] == 5
            seen += [(one["number"], one["shipment"]) for one in part["items"]]
            cursor = part["next_cursor"]
            if cursor is None:
                break
        assert seen == list(enumerate(ids, 1))
        bad = await partner.get("/v1/manifests/outbound?cursor=x")
        assert (bad.status_code, bad.json()["code"]) == (422, "cursor-unknown")


async def test_a_signed_manifest_is_custody_of_each_item_once(lone):
    async with dispatch(lone) as (one, partner, _post, ids):
        items = [{"shipment": ids[0]}, {"carrier": "vnpost-d", "item_code": item(2).lower()}]
        told = await sign(partner, *items)
        assert [(each["outcome"], each["shipment"]) for each in told] == [
            ("applied", ids[0]),
            ("applied", ids[1]),
        ]
        for shipment in ids[:2]:
            now = await view(partner, shipment)
            assert (now["status"], now["accepted_at"]) == ("accepted", SIGNED["handed_over_at"])
            assert [event["code"] for event in now["events"]] == ["operator:accepted"]
        assert len(await one.announced("shipment.accepted")) == 2
        again = await sign(partner, *items)
        assert [each["outcome"] for each in again] == ["duplicate", "duplicate"]
        assert len(await one.announced("shipment.accepted")) == 2
        over = await listed(partner, date="2020-03-17", state="handed_over")
        assert {row["slip_number"] for row in over["items"]} == {SIGNED["slip_number"]}
        # The same word by another way is the same word.
        word = {
            "status": "accepted",
            "occurred_at": SIGNED["handed_over_at"],
            "slip_number": SIGNED["slip_number"],
        }
        await partner.post(f"/v1/shipments/{ids[0]}/confirm", json=word)
        assert len((await view(partner, ids[0]))["events"]) == 1


async def test_one_bad_item_leaves_the_others(lone):
    async with two_provinces(lone) as (one, ours, theirs, _post):
        await one.hear(filed(2))
        mine = (await ours.post("/v1/shipments", json=order())).json()["id"]
        foreign = order(dossier=THEIRS.code, item_code=OTHER)
        theirs_id = (await theirs.post("/v1/shipments", json=foreign)).json()["id"]
        coming = order(leg="inbound_dossier", item_code=item(22))
        inbound = (await ours.post("/v1/shipments", json=coming)).json()["id"]
        unnumbered = order(dossier=filed(2).code, item_code=item(36))
        bare = (await ours.post("/v1/shipments", json=unnumbered)).json()["id"]
        await one.running.database.engine.execute(
            f"UPDATE shipment SET item_code = NULL WHERE id = '{bare}'"
        )
        told = await sign(
            ours,
            {"shipment": theirs_id},
            {"shipment": "nobody's"},
            {"carrier": "vnpost-d", "item_code": OTHER},
            {"carrier": "vnpost-d", "item_code": "CV497960036VN"},
            {"item_code": ITEM},
            {"shipment": inbound},
            {"shipment": bare},
            {"shipment": mine},
        )
        assert [each["code"] for each in told] == [
            *("unknown-shipment", "unknown-shipment", "unknown-shipment", "item-code-invalid"),
            *("item-unnamed", "unknown-shipment", "item-without-code", None),
        ]
        assert told[-1]["outcome"] == "applied"
        assert (await view(theirs, theirs_id))["status"] == "registered"
        assert "H30" not in str(told)


async def test_an_envelope_of_several_dossiers_is_handed_over_for_all_of_them(lone):
    async with two_provinces(lone) as (one, ours, _theirs, _post):
        first = (await ours.post("/v1/shipments", json=order())).json()["id"]
        second = (await ours.post("/v1/shipments", json=order(dossier=SISTER.code))).json()["id"]
        told = await sign(ours, {"shipment": first}, {"shipment": second})
        assert [each["outcome"] for each in told] == ["applied", "applied"]
        assert [each["shipment"] for each in told] == [first, second]
        for shipment in (first, second):
            assert (await view(ours, shipment))["status"] == "accepted"
        assert len(await one.announced("shipment.accepted")) == 2


async def test_a_manifest_of_tomorrow_and_a_list_out_of_reach_are_refused(lone):
    async with two_provinces(lone) as (_, ours, theirs, _post):
        shipment = (await ours.post("/v1/shipments", json=order())).json()["id"]
        late = SIGNED | {"handed_over_at": "2199-01-01T00:00:00+07:00"}
        answer = await ours.post("/v1/manifests", json=late | {"items": [{"shipment": shipment}]})
        assert (answer.status_code, answer.json()["code"]) == (422, "not-yet-happened")
        assert (await listed(theirs))["items"] == []
        refused = await theirs.get("/v1/manifests/outbound?agency=H29")
        assert (refused.status_code, refused.json()["code"]) == (404, "unknown-agency")
        narrower = await listed(ours, agency=SISTER.agency)
        assert narrower["items"] == []
        assert (await listed(ours, agency=FILED.agency))["items"][0]["dossier"] == DOSSIER


async def test_what_the_carrier_says_later_agrees_with_the_slip(lone):
    async with dispatch(lone, 1) as (_, partner, post, ids):
        await sign(partner, {"shipment": ids[0]})
        assert await tell(partner, post, 10, sent="18/03/2020 08:00:00") == ["orphan"]
        told = post.signed([{"itemCode": item(1), "status": 10}], "18/03/2020 08:00:00")
        await partner.post("/v1/carriers/vnpost-d/city/events", json=told)
        now = await view(partner, ids[0])
        assert (now["status"], now["contested"]) == ("in_transit", False)
        assert now["accepted_at"] == SIGNED["handed_over_at"]
