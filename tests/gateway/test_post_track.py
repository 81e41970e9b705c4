"""The post on the tracking page: the line, what the citizen can do, and where a number may lead."""

import pytest

from contracts.vocabulary import ShipmentStatus
from gateway.web.post_track import tracking_pages, ways
from gateway.web.track import tracked_page
from gateway.web.wording import LANGUAGES
from tests.gateway.page_samples import Reading, tracked
from tests.gateway.post_desk_samples import ITEM, NOW, a_leg, every_kind_of_leg

ON_THE_WAY = ("registered", "accepted", "in_transit", "at_delivery_office")


def page(*legs, language="vi", pages=None):
    return tracked_page(tracked("done"), language, ways(legs, language, NOW, pages or {}))


def shots():
    legs = [
        a_leg("held_for_pickup", *ON_THE_WAY, "held_for_pickup", failed_attempts=2),
        a_leg("delivered", *ON_THE_WAY, provisional=True, attempt=2),
        a_leg("returned", *ON_THE_WAY, "returned", attempt=3),
        a_leg("pickup_scheduled", "registered", leg="inbound_dossier", item_code=None),
    ]
    return {f"track-{language}": page(*legs, language=language) for language in LANGUAGES}


def spoken(response):
    return " ".join(Reading(bytes(response.body).decode()).spoken.split())


def way_of(leg, language="vi"):
    return ways([leg], language, NOW, {})[0]


def test_the_line_shows_the_places_that_were_reached_with_their_days():
    stops = way_of(a_leg()).stops
    assert [stop.state for stop in stops] == ["was", "was", "now", "ahead", "ahead"]
    assert [stop.day for stop in stops] == ["16/03/2020", "17/03/2020", "18/03/2020", None, None]
    assert [stop.at for stop in stops] == ["10.00", "30.00", "50.00", "70.00", "90.00"]
    assert way_of(a_leg()).picture == "Đã qua 3 trên 5 chặng, đến: Đang vận chuyển"


def test_an_end_that_is_claimed_or_contradicted_is_no_end_on_the_line():
    for changes in ({"provisional": True}, {"contested": True}):
        way = way_of(a_leg("delivered", *ON_THE_WAY, "delivered", **changes))
        assert way.stops[-1].state == "ahead"
        assert way.stops[-1].day is None
        assert way.status != "Đã phát thành công"
        assert "Bộ phận Một cửa" in way.advice
    done = way_of(a_leg("delivered", *ON_THE_WAY, "delivered"))
    assert (done.stops[-1].state, done.status, done.advice) == ("now", "Đã phát thành công", None)


@pytest.mark.parametrize("status", ["returning", "returned", "lost", "destroyed", "cancelled"])
def test_a_bad_end_stands_at_the_end_of_what_was_reached(status):
    way = way_of(a_leg(status, "registered", "accepted"))
    assert [stop.state for stop in way.stops] == ["was", "was", "bad"]
    assert "Bộ phận Một cửa" in way.advice


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_must_act_is_told_how(language):
    for leg in every_kind_of_leg():
        way = way_of(leg, language)
        silent = leg.status in {
            *(ShipmentStatus.ACCEPTED, ShipmentStatus.IN_TRANSIT),
            *(ShipmentStatus.AT_DELIVERY_OFFICE, ShipmentStatus.DELIVERED),
            ShipmentStatus.UNMAPPED,
        }
        to_citizen = leg.leg == "outbound_result" or leg.status not in {
            *(ShipmentStatus.DELIVERY_FAILED, ShipmentStatus.OUT_FOR_DELIVERY),
        }
        settled = not (leg.provisional or leg.contested)
        assert bool(way.advice) == (not settled or (to_citizen and not silent)), leg


def test_a_last_day_at_the_post_office_is_told_only_where_the_carrier_told_it():
    from datetime import date

    known = a_leg("held_for_pickup", held_until=date(2020, 3, 27))
    assert "đến hết ngày 27/03/2020" in way_of(known).advice
    assert "giữ đến" not in way_of(a_leg("held_for_pickup")).advice


def test_a_number_leads_only_where_an_operator_says_so():
    html = bytes(page(a_leg()).body).decode()
    assert ITEM in html
    assert "external" not in html
    told = tracking_pages("vnpost-d=https://carrier.example/t/{item} ems=http://x/{item} ghn=")
    assert told == {"vnpost-d": "https://carrier.example/t/{item}"}
    linked = Reading(bytes(page(a_leg(item_code="A/B C&"), pages=told).body).decode())
    outside = [one for one in linked.all("a") if one.get("rel") == "noreferrer external"]
    assert [one["href"] for one in outside] == ["https://carrier.example/t/A%2FB%20C%26"]


def test_both_languages_stand_beside_each_other_and_the_last_word_has_its_age():
    text = spoken(page(a_leg("delivery_failed", failed_attempts=2)))
    for each in ("Phát không thành công", "Delivery failed", "cách đây dưới 1 giờ", ": 2."):
        assert each in text
    assert spoken(page()) == spoken(tracked_page(tracked("done"), "vi"))


def test_postal_that_is_away_leaves_the_dossier_on_the_page():
    away = spoken(tracked_page(tracked("done"), "vi", post_away=True))
    assert "Tạm thời chưa xem được thông tin bưu chính" in away
    assert "Đã xử lý xong" in away
