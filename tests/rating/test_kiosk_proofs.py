"""Who a kiosk is: enrolment, proofs, keys, and its end; on both engines."""

import json
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from services.rating import service
from services.rating.kiosks import jobs
from tests.builders import AGENCY
from tests.rating.builders import STRANGER, directory, rows_of
from tests.rating.kiosk_device import Key, Kiosk

COUNTER = {"agency": AGENCY, "counter": "Quầy số 3"}
BEAT = "/v1/kiosks/self/heartbeat"


@asynccontextmanager
async def office(lone, **settings):
    """Rating with a directory, an operator, and a device's browser."""
    settings = {"kiosk_wait_seconds": 0.2, "settle_seconds": 0.1} | settings
    async with lone(service, **settings) as rating:
        await rating.hear(*directory())
        async with rating.calls() as operator, rating.anonymous() as browser:
            yield rating, operator, browser


def now_of(rating):
    """The service's clock, also after a test has set it."""
    database = rating.running.database

    def now():
        return database.now()

    return now


def set_clock(rating, at):
    rating.running.database.now = lambda: at


async def test_a_code_enrols_one_device_for_ten_minutes(lone):
    async with office(lone) as (rating, operator, browser):
        now = rating.running.database.now()
        kiosk = await Kiosk.enrolled(operator, browser, now_of(rating))
        assert kiosk.told["counter"] == "Quầy số 3"
        assert kiosk.told["agency"] == "Sở Nông nghiệp"
        assert kiosk.told["key"] == kiosk.key.id
        made = (await operator.post("/v1/kiosks/enrolments", json=COUNTER)).json()
        assert len(made["code"].replace("-", "")) == 8
        stored = str(await rows_of(rating, "kiosk_enrolment"))
        assert made["code"].replace("-", "") not in stored

        async def enrol(code, key):
            proof = key.held(code.replace("-", ""))
            sent = {"code": code.lower(), "public_key": key.public, "proof": proof}
            return await browser.post("/v1/kiosks", json=sent)

        first, again = await enrol(made["code"], Key()), await enrol(made["code"], Key())
        assert (first.status_code, again.status_code) == (201, 404)
        assert again.json()["code"] == "enrolment-code-unknown"
        late = (await operator.post("/v1/kiosks/enrolments", json=COUNTER)).json()["code"]
        set_clock(rating, now + timedelta(minutes=11))
        assert (await enrol(late, Key())).status_code == 404


async def test_a_key_is_registered_by_whoever_holds_it_and_once(lone):
    async with office(lone) as (rating, operator, browser):
        made = (await operator.post("/v1/kiosks/enrolments", json=COUNTER)).json()["code"]
        plain, mine, other = made.replace("-", ""), Key(), Key()
        for proof in (
            other.held(plain),
            mine.held("00000000"),
            mine.sign("kiosk-proof+jwt", {"code": plain}),
            mine.sign("kiosk-key+jwt", {"code": plain}, kid="another"),
            mine.sign("kiosk-key+jwt", {"code": plain}, alg="none"),
        ):
            sent = {"code": made, "public_key": mine.public, "proof": proof}
            refused = await browser.post("/v1/kiosks", json=sent)
            assert refused.json()["code"] == "kiosk-key-unproved", refused.text
        off_curve = mine.public | {"x": "A" * 43}
        sent = {"code": made, "public_key": off_curve, "proof": mine.held(plain)}
        assert (await browser.post("/v1/kiosks", json=sent)).status_code == 422
        kiosk = await Kiosk.enrolled(operator, browser, now_of(rating))
        sent = {"code": made, "public_key": kiosk.key.public, "proof": kiosk.key.held(plain)}
        taken = await browser.post("/v1/kiosks", json=sent)
        assert taken.json()["code"] == "kiosk-key-taken"


async def test_only_an_operator_above_the_counter_enrols_lists_releases_and_revokes(lone):
    async with office(lone) as (rating, operator, browser):
        kiosk = await Kiosk.enrolled(operator, browser, now_of(rating))
        async with rating.calls(STRANGER) as stranger:
            assert (await stranger.post("/v1/kiosks/enrolments", json=COUNTER)).status_code == 404
            assert (await stranger.get("/v1/kiosks")).json()["items"] == []
            assert (await stranger.get(f"/v1/kiosks?agency={AGENCY}")).status_code == 404
            assert (await stranger.delete(f"/v1/kiosks/{kiosk.id}")).status_code == 404
            released = await stranger.post(f"/v1/kiosks/{kiosk.id}/release", json={"reason": "Thử"})
            assert released.status_code == 404
        async with rating.calls("H29", "ratings:write") as one_stop:
            assert (await one_stop.get("/v1/kiosks")).status_code == 403
        nowhere = await operator.post(
            "/v1/kiosks/enrolments", json={"agency": "H98", "counter": "1"}
        )
        assert nowhere.json()["code"] == "unknown-agency"
        [listed] = (await operator.get(f"/v1/kiosks?agency={AGENCY}")).json()["items"]
        assert (listed["id"], listed["state"], listed["heard_at"]) == (kiosk.id, "ready", None)


async def test_a_list_of_kiosks_is_read_in_parts(lone):
    async with office(lone) as (rating, operator, browser):
        made = {(await Kiosk.enrolled(operator, browser, now_of(rating))).id for _ in range(3)}
        first = (await operator.get("/v1/kiosks?limit=2")).json()
        rest = (await operator.get(f"/v1/kiosks?cursor={first['next_cursor']}")).json()
        assert rest["next_cursor"] is None
        found = [one["id"] for one in first["items"] + rest["items"]]
        assert found == sorted(made)


async def test_a_proof_is_of_one_request_and_good_once(lone):
    async with office(lone) as (rating, operator, browser):
        kiosk = await Kiosk.enrolled(operator, browser, now_of(rating))
        other = await Kiosk.enrolled(operator, browser, now_of(rating))
        screen = "/v1/kiosks/self/ticket"
        proof = kiosk.proof("GET", screen)
        assert (await kiosk.call("GET", screen, proof=proof)).status_code == 200
        replayed = await kiosk.call("GET", screen, proof=proof)
        assert (replayed.status_code, replayed.json()["code"]) == (401, "kiosk-proof-reused")
        for wrong in (
            kiosk.proof("POST", screen),
            kiosk.proof("GET", BEAT),
            kiosk.proof("GET", screen, b"{}"),
            kiosk.proof("GET", screen, seq=0),
            kiosk.proof("GET", screen, seq="1"),
            kiosk.proof("GET", screen, jti=""),
            kiosk.proof("GET", screen, iat="now"),
            Key().sign("kiosk-proof+jwt", {"htm": "GET"}),
            other.key.sign("kiosk-proof+jwt", {"htm": "GET", "htu": screen}, kid=kiosk.key.id),
            kiosk.key.held("x"),
            "nothing",
            "",
        ):
            refused = await browser.get(screen, headers={"Motcua-Proof": wrong})
            assert refused.status_code == 401, (wrong, refused.text)
            assert refused.json()["code"] == "kiosk-proof-invalid"


async def test_a_request_out_of_turn_is_recorded_and_answered(lone):
    async with office(lone) as (rating, operator, browser):
        kiosk = await Kiosk.enrolled(operator, browser, now_of(rating))
        assert (await kiosk.beat()).status_code == 200
        kiosk.seq = 40
        assert (await kiosk.beat()).status_code == 200
        kiosk.seq = 10
        assert (await kiosk.beat()).status_code == 200
        [standing] = await rows_of(rating, "kiosk_standing")
        assert (standing.last_seq, standing.disorders) == (41, 2)


async def test_proofs_are_forgotten_after_a_day_and_codes_with_them(lone):
    async with office(lone) as (rating, operator, browser):
        kiosk = await Kiosk.enrolled(operator, browser, now_of(rating))
        told = {"waiting": 0, "device_time": kiosk.device_time()}
        proof = kiosk.proof("POST", BEAT, json.dumps(told).encode())
        assert (await kiosk.call("POST", BEAT, told, proof=proof)).status_code == 200
        set_clock(rating, rating.running.database.now() + timedelta(hours=25))
        await jobs.forget_proofs(rating.running)
        assert await rows_of(rating, "kiosk_enrolment") == []
        # Of a kiosk that went dead nothing is forgotten that could make it seem alive.
        assert (await kiosk.call("POST", BEAT, told, proof=proof)).status_code == 401
        kiosk.seq = 100
        await kiosk.beat()
        await jobs.forget_proofs(rating.running)
        assert len(await rows_of(rating, "kiosk_proof")) == 1
        refused = await kiosk.call("POST", BEAT, told, proof=proof)
        assert (refused.status_code, refused.json()["code"]) == (401, "kiosk-proof-reused")


async def test_a_revoked_kiosk_is_refused_from_its_next_request_on(lone):
    async with office(lone) as (rating, operator, browser):
        kiosk = await Kiosk.enrolled(operator, browser, now_of(rating))
        for _ in range(2):
            revoked = await operator.delete(f"/v1/kiosks/{kiosk.id}")
            assert (revoked.status_code, revoked.json()["state"]) == (200, "revoked")
        refused = await kiosk.beat()
        assert (refused.status_code, refused.json()["code"]) == (401, "kiosk-revoked")
        # Told once each, however often it is revoked.
        for topic in ("channel.opened", "channel.closed"):
            told = await rating.announced(topic)
            assert [(one["channel"], one["agency"]) for one in told] == [(kiosk.id, AGENCY)]


async def test_a_kiosk_goes_on_with_another_key_and_the_one_before_ends_after_some_days(lone):
    async with office(lone) as (rating, operator, browser):
        kiosk = await Kiosk.enrolled(operator, browser, now_of(rating))
        start = rating.running.database.now()
        assert (await kiosk.beat()).json()["rotate"] is False
        set_clock(rating, start + timedelta(days=91))
        assert (await kiosk.beat()).json()["rotate"] is True
        before, signed_before = kiosk.key, kiosk.tapped()
        after = Key()
        wanted = {"public_key": after.public, "proof": after.held(kiosk.id)}
        answer = await kiosk.call("POST", "/v1/kiosks/self/key", wanted)
        assert (answer.status_code, answer.json()["key"]) == (201, after.id)
        kiosk.key = after
        assert (await kiosk.beat()).json()["rotate"] is False
        [old] = await kiosk.hand_over(signed_before)
        assert old["outcome"] == "taken"
        set_clock(rating, start + timedelta(days=106))
        kiosk.key = before
        over = await kiosk.beat()
        assert (over.status_code, over.json()["code"]) == (401, "kiosk-key-over")
        kiosk.key = after
        assert (await kiosk.beat()).status_code == 200


@pytest.mark.parametrize("hour", [9, 12])
async def test_a_kiosk_that_is_silent_while_the_office_is_open_is_told_once(lone, hour):
    from datetime import datetime

    from contracts.vocabulary import VIETNAM

    monday = datetime(2026, 5, 4, 7, 5, tzinfo=VIETNAM)
    async with office(lone) as (rating, operator, browser):
        set_clock(rating, monday)
        kiosk = await Kiosk.enrolled(operator, browser, now_of(rating))
        await kiosk.beat(waiting=2)
        await jobs.notice_silent_kiosks(rating.running)
        assert (await operator.get("/v1/kiosks")).json()["items"][0]["state"] == "ready"
        set_clock(rating, monday.replace(hour=hour))
        await jobs.notice_silent_kiosks(rating.running)
        [told] = (await operator.get("/v1/kiosks")).json()["items"]
        if hour == 12:
            assert told["silent_since"] is None
            return
        assert (told["state"], told["waiting"]) == ("silent", 2)
        set_clock(rating, monday.replace(hour=10))
        await jobs.notice_silent_kiosks(rating.running)
        [again] = (await operator.get("/v1/kiosks")).json()["items"]
        assert again["silent_since"] == told["silent_since"]
        await kiosk.beat()
        assert (await operator.get("/v1/kiosks")).json()["items"][0]["state"] == "ready"
