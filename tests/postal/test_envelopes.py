"""Envelopes counted at the door and at the counter: what is recorded, what differs; nothing moves."""

from hypothesis import given
from hypothesis import strategies as st

from services.postal.envelopes.differences import Count, Difference, differences
from tests.postal.test_service import order, postal
from tests.postal.test_whose_word import two_provinces

PICKUP = {
    "counts": [
        {"name": "Giấy đề nghị đăng ký", "originals": 1},
        {"name": "Hợp đồng thuê địa điểm", "originals": 0, "copies": 2},
    ],
    "seal_number": "NP-000123",
    "collected_at": "2020-03-16T08:30:00+07:00",
    "slip_number": "PHS-77",
    "fee": 100000,
    "fee_receipt": "BL-9",
}
OPENING = {
    "counts": [
        {"name": "giấy  đề nghị đăng ký", "originals": 1},
        {"name": "Hợp đồng thuê địa điểm", "copies": 1},
        {"name": "Ảnh 3x4", "originals": 2},
    ],
    "seal_intact": True,
    "opened_at": "2020-03-17T09:00:00+07:00",
}
counts = st.lists(
    st.builds(
        Count,
        st.sampled_from(["Đơn", "đơn ", "Bản vẽ", "Hợp đồng", "CCCD"]),
        st.integers(0, 3),
        st.integers(0, 3),
    ),
    max_size=6,
)


async def inbound(partner, **changes):
    answer = await partner.post("/v1/shipments", json=order(leg="inbound_dossier", **changes))
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


@given(counts)
def test_what_was_counted_twice_alike_differs_in_nothing(told):
    assert differences(told, told) == ()
    assert differences(told, reversed(told)) == ()


@given(counts, counts)
def test_turned_around_the_same_papers_differ(picked, opened):
    there = differences(picked, opened)
    back = differences(opened, picked)
    key = [one.name.casefold().strip() for one in there]
    assert sorted(key) == sorted(one.name.casefold().strip() for one in back)
    assert all(
        (one.originals_picked_up, one.copies_picked_up) != (one.originals_found, one.copies_found)
        for one in there
    )
    assert sum(one.originals_found - one.originals_picked_up for one in there) == sum(
        one.originals for one in opened
    ) - sum(one.originals for one in picked)


def test_each_paper_is_told_once_however_many_lines_name_it():
    picked = [Count("Đơn", 1), Count("ĐƠN", 1, 1)]
    assert differences(picked, [Count("đơn", 2)]) == (Difference("Đơn", 2, 2, 1, 0),)


async def test_a_pickup_is_recorded_once_and_moves_nothing(lone):
    async with postal(lone) as (one, partner, _):
        shipment = await inbound(partner)
        address = f"/v1/shipments/{shipment}/pickup"
        first = await partner.post(address, json=PICKUP)
        assert first.status_code == 201, first.text
        view = first.json()
        assert (view["status"], view["accepted_at"], view["events"]) == ("registered", None, [])
        assert view["pickup"]["seal_number"] == "NP-000123"
        assert view["pickup"]["collected_at"] == "2020-03-16T08:30:00+07:00"
        assert view["opening"] is None
        again = await partner.post(address, json=PICKUP)
        assert (again.status_code, again.json()) == (200, view)
        other = await partner.post(address, json=PICKUP | {"seal_number": "NP-2", "fee": None})
        assert (other.status_code, other.json()["code"]) == (409, "pickup-taken")
        assert {e["pointer"] for e in other.json()["errors"]} == {"/seal_number", "/fee"}
        read = (await partner.get(f"/v1/shipments/{shipment}")).json()
        assert read == view
        listed = (await partner.get(f"/v1/dossiers/{view['dossier']}/shipments")).json()
        assert listed["items"] == [view]
        repeated = await partner.post("/v1/shipments", json=order(leg="inbound_dossier"))
        assert (repeated.status_code, repeated.json()) == (200, view)
        assert [e["status"] for e in await one.announced()] == ["registered"]


async def test_custody_needs_a_confirmation_with_the_slip(lone):
    async with postal(lone) as (one, partner, _):
        shipment = await inbound(partner)
        await partner.post(f"/v1/shipments/{shipment}/pickup", json=PICKUP)
        said = {
            "status": "accepted",
            "occurred_at": PICKUP["collected_at"],
            "slip_number": "PHS-77",
        }
        confirmed = await partner.post(f"/v1/shipments/{shipment}/confirm", json=said)
        assert confirmed.json()["accepted_at"] == "2020-03-16T08:30:00+07:00"
        assert confirmed.json()["pickup"]["slip_number"] == "PHS-77"
        assert len(await one.announced("shipment.accepted")) == 1


async def test_the_counter_tells_what_it_found_and_the_difference_is_shown(lone):
    async with postal(lone) as (_, partner, _post):
        shipment = await inbound(partner)
        address = f"/v1/shipments/{shipment}/opening"
        found = await partner.post(address, json=OPENING)
        assert found.status_code == 201, found.text
        assert found.json()["opening"]["differences"] is None
        await partner.post(f"/v1/shipments/{shipment}/pickup", json=PICKUP)
        view = (await partner.get(f"/v1/shipments/{shipment}")).json()
        assert view["status"] == "registered"
        assert view["opening"]["seal_intact"] is True
        assert view["opening"]["differences"] == [
            {
                "name": "Hợp đồng thuê địa điểm",
                "originals_picked_up": 0,
                "originals_found": 0,
                "copies_picked_up": 2,
                "copies_found": 1,
            },
            {
                "name": "Ảnh 3x4",
                "originals_picked_up": 0,
                "originals_found": 2,
                "copies_picked_up": 0,
                "copies_found": 0,
            },
        ]
        assert (await partner.post(address, json=OPENING)).status_code == 200
        undated = {key: OPENING[key] for key in ("counts", "seal_intact")}
        assert (await partner.post(address, json=undated)).status_code == 200
        broken = await partner.post(address, json=OPENING | {"seal_intact": False})
        assert (broken.status_code, broken.json()["code"]) == (409, "opening-taken")


async def test_what_cannot_be_is_refused(lone):
    async with two_provinces(lone) as (_, ours, theirs, _post):
        shipment = await inbound(ours)
        outbound = (await ours.post("/v1/shipments", json=order(item_code="CV000000005VN"))).json()
        for part, body in (("pickup", PICKUP), ("opening", OPENING)):
            foreign = await theirs.post(f"/v1/shipments/{shipment}/{part}", json=body)
            assert (foreign.status_code, foreign.json()["code"]) == (404, "unknown-shipment")
            wrong = await ours.post(f"/v1/shipments/{outbound['id']}/{part}", json=body)
            assert (wrong.status_code, wrong.json()["code"]) == (409, "leg-not-inbound")
            empty = await ours.post(f"/v1/shipments/{shipment}/{part}", json=body | {"counts": []})
            assert empty.status_code == 422
        late = await ours.post(
            f"/v1/shipments/{shipment}/pickup",
            json=PICKUP | {"collected_at": "2199-01-01T00:00:00+07:00"},
        )
        assert (late.status_code, late.json()["code"]) == (422, "not-yet-happened")
        assert [e["pointer"] for e in late.json()["errors"]] == ["/collected_at"]


async def test_a_key_gives_the_first_answer_again(lone):
    async with postal(lone) as (_, partner, _post):
        shipment = await inbound(partner)
        address, key = f"/v1/shipments/{shipment}/pickup", {"Idempotency-Key": "k-1"}
        first = await partner.post(address, json=PICKUP, headers=key)
        again = await partner.post(address, json=PICKUP, headers=key)
        assert (first.status_code, again.status_code) == (201, 201)
        assert first.json() == again.json()
