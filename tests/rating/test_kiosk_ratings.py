"""What citizens tap at a kiosk, at once or days later, in order or not; on both engines."""

import asyncio
from datetime import timedelta

from services.rating import service
from tests.builders import AGENCY
from tests.rating.builders import (
    CODE,
    STRANGER,
    directory,
    filed,
    links,
    published,
    returned,
    rows_of,
)
from tests.rating.kiosk_device import Key, Kiosk
from tests.rating.test_kiosk_proofs import now_of, office, set_clock

OTHER = "000.00.19.H29-200316-0002"


async def pushed(operator, kiosk, code=CODE, **changes):
    answer = await operator.put(f"/v1/kiosks/{kiosk.id}/ticket", json={"dossier": code} | changes)
    assert answer.status_code == 200, answer.text
    return (await kiosk.screen())["ticket"]["id"]


async def counter(rating, operator, browser, *codes):
    """A kiosk at a counter whose citizens have their results."""
    for code in codes or (CODE,):
        await rating.hear(published(), filed(code), returned(code))
    return await Kiosk.enrolled(operator, browser, now_of(rating))


async def test_the_citizen_at_the_counter_rates_in_two_taps_and_once(lone):
    async with office(lone) as (rating, operator, browser):
        kiosk = await counter(rating, operator, browser)
        ticket = await pushed(operator, kiosk)
        [told] = await kiosk.hand_over(kiosk.tapped("4", ticket))
        assert (told["outcome"], told["reason"], told["order"]) == ("taken", None, "in_order")
        [rated] = await rows_of(rating, "rating")
        assert (rated.score, rated.provenance, rated.device) == (4, "kiosk_counter", kiosk.id)
        [news] = await rating.announced("rating.submitted")
        assert (news["provenance"], news["option"]) == ("kiosk_counter", "4")
        assert (await kiosk.screen())["ticket"] is None
        [second] = await kiosk.hand_over(kiosk.tapped("1", ticket))
        assert (second["outcome"], second["reason"]) == ("refused", "already_rated")
        assert len(await rows_of(rating, "rating")) == 1
        again = await operator.put(f"/v1/kiosks/{kiosk.id}/ticket", json={"dossier": CODE})
        assert (again.status_code, again.json()["code"]) == (409, "rating-already-given")


async def test_the_screen_shows_names_and_questions_and_nothing_of_anybody(lone):
    async with office(lone) as (rating, operator, browser):
        kiosk = await counter(rating, operator, browser)
        resting = await kiosk.screen()
        assert resting["ticket"] is None
        assert [form["language"] for form in resting["at_rest"]] == ["vi", "en"]
        assert resting["at_rest"][0]["agency"] == "Sở Nông nghiệp"
        await pushed(operator, kiosk)
        answer = await kiosk.call("GET", "/v1/kiosks/self/ticket")
        assert CODE not in answer.text
        assert answer.headers["cache-control"] == "no-store"
        shown = answer.json()["ticket"]
        [vietnamese, english] = shown["forms"]
        assert vietnamese["procedure"] == "Thành lập hộ kinh doanh"
        assert vietnamese["agency"] == "Sở Nông nghiệp"
        assert english["questions"][0]["options"][0]["label"] == "Very satisfied"
        # The link is one of its own, so that the server can tell a phone from a kiosk.
        token = shown["link"].rsplit("/", 1)[1]
        assert (await browser.get(f"/v1/rating-forms/{token}")).status_code == 200
        given = {"token": token, "answers": {"overall": "5"}}
        assert (await browser.post("/v1/ratings", json=given)).status_code == 201
        [rated] = await rows_of(rating, "rating")
        assert rated.provenance == "self_qr"
        assert shown["qr"].startswith("M0 0h7v1H0z")


async def test_a_kiosk_learns_of_the_next_dossier_while_it_waits(lone):
    async with office(lone, kiosk_wait_seconds=9) as (rating, operator, browser):
        kiosk = await counter(rating, operator, browser)
        waiting = asyncio.create_task(kiosk.screen("?shown="))
        await asyncio.sleep(0)
        await operator.put(f"/v1/kiosks/{kiosk.id}/ticket", json={"dossier": CODE})
        shown = await waiting
        assert shown["ticket"]["forms"]
        gone = asyncio.create_task(kiosk.screen(f"?shown={shown['ticket']['id']}"))
        await asyncio.sleep(0)
        taken = await operator.delete(f"/v1/kiosks/{kiosk.id}/ticket")
        assert taken.status_code == 204
        assert (await gone)["ticket"] is None


async def test_one_dossier_is_before_a_kiosk_at_a_time_for_three_minutes(lone):
    async with office(lone) as (rating, operator, browser):
        start = rating.running.database.now()
        set_clock(rating, start)
        kiosk = await counter(rating, operator, browser, CODE, OTHER)
        first = await pushed(operator, kiosk)
        assert await pushed(operator, kiosk) == first
        second = await pushed(operator, kiosk, OTHER)
        assert second != first
        set_clock(rating, start + timedelta(minutes=3))
        assert (await kiosk.screen())["ticket"] is None
        rows = {row.id: row for row in await rows_of(rating, "kiosk_ticket")}
        assert rows[first].ended_at is not None
        assert rows[second].ended_at is None


async def test_only_a_dossier_within_reach_is_put_before_a_kiosk_within_reach(lone):
    async with office(lone) as (rating, operator, browser):
        kiosk = await counter(rating, operator, browser)
        address = f"/v1/kiosks/{kiosk.id}/ticket"
        async with rating.calls(STRANGER, "ratings:write") as stranger:
            refused = await stranger.put(address, json={"dossier": CODE})
            assert refused.json()["code"] == "unknown-kiosk"
            assert (await stranger.delete(address)).status_code == 404
        async with rating.calls(AGENCY, "ratings:read") as reader:
            assert (await reader.put(address, json={"dossier": CODE})).status_code == 403
        async with rating.calls(AGENCY, "ratings:write") as one_stop:
            unknown = await one_stop.put(address, json={"dossier": OTHER})
            assert unknown.json()["code"] == "unknown-dossier"
            await rating.hear(filed(OTHER))
            early = await one_stop.put(address, json={"dossier": OTHER})
            assert early.json()["code"] == "no-invitation-yet"
            received = {"dossier": OTHER, "occasion": "received"}
            assert (await one_stop.put(address, json=received)).status_code == 200
        await operator.delete(f"/v1/kiosks/{kiosk.id}")
        over = await operator.put(address, json={"dossier": CODE})
        assert (over.status_code, over.json()["code"]) == (410, "kiosk-is-revoked")


async def test_a_rating_comes_days_late_with_the_time_it_was_given(lone):
    async with office(lone, rating_days=2) as (rating, operator, browser):
        start = rating.running.database.now().replace(microsecond=0)
        set_clock(rating, start)
        kiosk = await counter(rating, operator, browser)
        kiosk.clock = 3600.0
        ticket = await pushed(operator, kiosk)
        set_clock(rating, start + timedelta(minutes=2))
        late = kiosk.tapped("2", ticket)
        # The ticket is over, the invitation has expired, and the clock stands where it stood.
        set_clock(rating, start + timedelta(days=6))
        [told] = await kiosk.hand_over(late)
        assert told["outcome"] == "taken", told
        [rated] = await rows_of(rating, "rating")
        assert rated.submitted_at - start == timedelta(minutes=2)
        assert rated.received_at - start == timedelta(days=6)
        [item] = await rows_of(rating, "kiosk_item")
        assert item.skew_ms == 3_600_000
        assert item.device_at - item.tapped_at == timedelta(hours=1)


async def test_what_does_not_count_is_kept_with_the_reason(lone):
    async with office(lone) as (rating, operator, browser):
        start = rating.running.database.now()
        set_clock(rating, start)
        kiosk = await counter(rating, operator, browser, CODE, OTHER)
        first = await pushed(operator, kiosk)
        early = kiosk.tapped("5", first)
        second = await pushed(operator, kiosk, OTHER)
        set_clock(rating, start + timedelta(minutes=5))
        other = await Kiosk.enrolled(operator, browser, now_of(rating))
        by_another = await pushed(operator, other)
        items = [
            kiosk.tapped("5", second),
            kiosk.tapped("5", "no-ticket"),
            kiosk.tapped("5", by_another),
        ]
        told = await kiosk.hand_over(*items)
        assert [one["reason"] for one in told] == [
            "ticket_over",
            "ticket_unknown",
            "ticket_unknown",
        ]
        set_clock(rating, start + timedelta(days=7, minutes=1))
        [old] = await kiosk.hand_over(early)
        assert old["reason"] == "too_old"
        [wrong] = await kiosk.hand_over(kiosk.tapped("9"))
        assert wrong["reason"] == "answers_invalid"
        kept = await rows_of(rating, "kiosk_item")
        assert len(kept) == 5
        assert {row.outcome for row in kept} == {"refused"}
        assert {early, *items} <= {row.signed for row in kept}
        assert await rows_of(rating, "rating") == []


async def test_an_item_counts_once_however_often_it_is_sent(lone):
    async with office(lone) as (rating, operator, browser):
        kiosk = await counter(rating, operator, browser)
        ticket = await pushed(operator, kiosk)
        item, beside = kiosk.tapped("3", ticket), kiosk.tapped("5")
        first = await kiosk.hand_over(item, beside, item)
        assert [one["repeated"] for one in first] == [False, False, True]
        answers = await asyncio.gather(*(kiosk.hand_over(item, beside) for _ in range(10)))
        for told in answers:
            assert [(one["outcome"], one["repeated"]) for one in told] == [("taken", True)] * 2
        assert len(await rows_of(rating, "rating")) == 1
        assert len(await rows_of(rating, "walk_up_rating")) == 1


async def test_gaps_repeated_numbers_and_broken_chains_are_seen_and_counted_all_the_same(lone):
    async with office(lone) as (rating, operator, browser):
        start = rating.running.database.now()
        kiosk = await counter(rating, operator, browser)
        made = []
        for minute in range(6):
            set_clock(rating, start + timedelta(minutes=minute))
            made.append(kiosk.tapped("5", seq=5, prev="x") if minute == 5 else kiosk.tapped())
        [one, two, three, four, five, same] = made
        told = await kiosk.hand_over(one, three, two, four, five, same)
        assert [each["order"] for each in told] == [
            *("in_order", "gap", "late", "in_order", "in_order", "number_reused")
        ]
        [broken] = await kiosk.hand_over(kiosk.tapped("5", seq=6, prev="x"))
        assert broken["order"] == "chain_broken"
        assert {each["outcome"] for each in [*told, broken]} == {"taken"}
        [listed] = (await operator.get("/v1/kiosks")).json()["items"]
        assert listed["gaps"] == 4


async def test_what_no_key_of_the_kiosk_signed_is_refused_and_nothing_beside_it(lone):
    async with office(lone) as (rating, operator, browser):
        kiosk = await counter(rating, operator, browser)
        other = await Kiosk.enrolled(operator, browser, now_of(rating))
        claims = {"seq": 1, "prev": "", "at": kiosk.device_ms(), "ticket": None, "language": "vi"}
        answered = claims | {"answers": {"overall": "5"}}
        bad = [
            other.tapped(),
            Key().sign("kiosk-item+jwt", answered, kid=kiosk.key.id),
            kiosk.key.sign("kiosk-item+jwt", claims),
            kiosk.key.sign("kiosk-item+jwt", answered | {"at": -1}),
            kiosk.key.sign("kiosk-item+jwt", answered | {"answers": {"overall": 5}}),
            kiosk.key.sign("kiosk-item+jwt", answered | {"language": "fr"}),
            kiosk.key.sign("kiosk-item+jwt", answered | {"seq": 2**60}),
            "x" * 30,
        ]
        told = await kiosk.hand_over(*bad, kiosk.tapped())
        assert [one["reason"] for one in told] == ["not_signed"] * len(bad) + [None]
        assert len(await rows_of(rating, "kiosk_item")) == 1


async def test_more_than_people_give_within_seconds_is_held_until_an_operator_releases_it(lone):
    async with office(lone) as (rating, operator, browser):
        kiosk = await counter(rating, operator, browser)
        ticket = await pushed(operator, kiosk)
        burst = [kiosk.tapped() for _ in range(5)] + [kiosk.tapped("5", ticket)]
        told = await kiosk.hand_over(*burst)
        assert [one["outcome"] for one in told] == ["taken"] * 3 + ["held"] * 3
        assert {one["reason"] for one in told[3:]} == {"burst"}
        assert await rows_of(rating, "rating") == []
        [listed] = (await operator.get("/v1/kiosks")).json()["items"]
        assert listed["held"] == 3
        wanted = {"reason": "Đoàn khách 6 người, cán bộ xác nhận"}
        answer = await operator.post(f"/v1/kiosks/{kiosk.id}/release", json=wanted)
        assert answer.json() == {"taken": 3, "refused": 0}
        assert len(await rows_of(rating, "walk_up_rating")) == 5
        [rated] = await rows_of(rating, "rating")
        assert rated.provenance == "kiosk_counter"
        again = await operator.post(f"/v1/kiosks/{kiosk.id}/release", json=wanted)
        assert again.json() == {"taken": 0, "refused": 0}
        row = next(r for r in await rows_of(rating, "kiosk_item") if r.released_at)
        assert (row.released_by, row.release_reason) == ("c-test", wanted["reason"])


async def test_a_held_rating_of_a_dossier_that_was_rated_meanwhile_does_not_count(lone):
    async with office(lone) as (rating, operator, browser):
        kiosk = await counter(rating, operator, browser)
        ticket = await pushed(operator, kiosk)
        for _ in range(3):
            await kiosk.hand_over(kiosk.tapped())
        [held] = await kiosk.hand_over(kiosk.tapped("1", ticket))
        assert held["outcome"] == "held"
        token = (await links(operator))[0]["token"]
        given = {"token": token, "answers": {"overall": "5"}}
        assert (await browser.post("/v1/ratings", json=given)).status_code == 201
        answer = await operator.post(f"/v1/kiosks/{kiosk.id}/release", json={"reason": "Đủ"})
        assert answer.json() == {"taken": 0, "refused": 1}
        [rated] = await rows_of(rating, "rating")
        assert rated.score == 5


async def test_a_kiosk_without_a_dossier_rates_the_counter_and_no_dossier(lone):
    async with office(lone) as (rating, operator, browser):
        kiosk = await counter(rating, operator, browser)
        [told] = await kiosk.hand_over(kiosk.tapped("1"))
        assert told["outcome"] == "taken"
        [row] = await rows_of(rating, "walk_up_rating")
        assert (row.agency, row.counter, row.score) == (AGENCY, "Quầy số 3", 1)
        assert await rows_of(rating, "rating") == []
        assert await rating.announced("rating.submitted") == []


async def test_who_would_rather_not_rate_is_not_asked_on_and_may_still(lone):
    async with office(lone) as (rating, operator, browser):
        kiosk = await counter(rating, operator, browser)
        ticket = await pushed(operator, kiosk)
        declined = kiosk.tapped(ticket=ticket, declined=True, answers={})
        [told] = await kiosk.hand_over(declined)
        assert told["outcome"] == "taken"
        [invitation] = await rows_of(rating, "invitation")
        assert invitation.declined_at is not None
        assert invitation.used_at is None
        assert (await kiosk.screen())["ticket"] is None
        token = (await links(operator))[0]["token"]
        given = {"token": token, "answers": {"overall": "3"}}
        assert (await browser.post("/v1/ratings", json=given)).status_code == 201


async def test_a_kiosk_and_a_phone_that_rate_at_once_make_one_rating(lone):
    async with lone(service, settle_seconds=0.1, kiosk_wait_seconds=0) as rating:
        await rating.hear(*directory())
        async with rating.calls() as operator, rating.anonymous() as browser:
            kiosk = await counter(rating, operator, browser)
            ticket = await pushed(operator, kiosk)
            token = (await links(operator))[0]["token"]
            given = {"token": token, "answers": {"overall": "5"}}
            by_kiosk, by_phone = await asyncio.gather(
                kiosk.hand_over(kiosk.tapped("1", ticket)),
                browser.post("/v1/ratings", json=given),
            )
            assert (by_kiosk[0]["outcome"] == "taken") != (by_phone.status_code == 201)
            assert len(await rows_of(rating, "rating")) == 1
