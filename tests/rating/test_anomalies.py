"""What looks as if somebody had helped is told with its numbers; nothing is taken out of a figure."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest

from contracts.vocabulary import VIETNAM, OptionClass, Provenance
from contracts.vocabulary import AnomalyRule as Rule
from services.rating import service
from services.rating.anomalies.rules import Ground, Tap, flags
from services.rating.anomalies.shares import Share
from services.rating.anomalies.thresholds import thresholds
from tests.builders import AGENCY
from tests.rating.builders import STRANGER, rows_of
from tests.rating.giving import told

MONDAY = datetime(2020, 3, 16, 9, 0, tzinfo=VIETNAM)
GROUND = Ground({"A": "CITY", "B": "CITY", "C": "CITY"}, time(7), time(17))


def tap(seconds=0, agency="A", device="k-1", **changes):
    at = changes.pop("at", MONDAY) + timedelta(seconds=seconds)
    told = {"provenance": Provenance.KIOSK, "answers": f"{seconds}", "submitted_at": at}
    told |= {"option_class": OptionClass.POSITIVE, "ratable_at": at - timedelta(hours=1)}
    return Tap(agency=agency, device=device, **told | changes)


def found(taps, ground=GROUND):
    return flags(sorted(taps, key=lambda one: one.submitted_at), ground, thresholds())


def rules(taps, ground=GROUND):
    return {flag.rule for flag in found(taps, ground)}


def calm(count, **changes):
    """Taps a minute apart, of which every seventh is unhappy."""
    return [
        tap(
            60 * n,
            option_class=OptionClass.NEGATIVE if n % 7 == 0 else OptionClass.POSITIVE,
            **changes,
        )
        for n in range(count)
    ]


def test_nothing_is_told_of_an_ordinary_day():
    assert found(calm(60)) == []
    assert found([]) == []


def test_a_burst_is_more_than_so_many_from_one_device_within_seconds():
    assert found([tap(n * 3) for n in range(3)]) == []
    [flag] = found([*calm(9), *[tap(3600 + n * 3) for n in range(4)]])
    assert (flag.rule, flag.device, flag.found) == (Rule.BURST, "k-1", Share(4, 13))
    assert flag.on == MONDAY.date()
    assert flag.threshold == "more than 3 within 10 s"


def test_a_burst_of_an_agency_needs_no_device():
    taps = [tap(n, device=None, provenance=Provenance.SELF_LINK) for n in range(31)]
    [flag] = found(taps)
    assert (flag.rule, flag.device, flag.found) == (Rule.BURST, None, Share(31, 31))
    assert found(taps[:30]) == []


def test_a_run_is_many_alike_one_after_another():
    alike = [tap(60 * n, answers="5", option_class=OptionClass.NEUTRAL) for n in range(20)]
    [flag] = found(alike)
    assert (flag.rule, flag.found) == (Rule.RUN, Share(20, 20))
    broken = [*alike[:10], tap(60 * 10, answers="4", option_class=OptionClass.NEUTRAL), *alike[11:]]
    assert found(broken) == []


@pytest.mark.parametrize(("helped", "flagged"), [(12, True), (11, True), (10, False)])
def test_helping_far_more_than_the_others_is_told(helped, flagged):
    def office(agency, count):
        assisted = [tap(60 * n, agency, None, provenance=Provenance.ASSISTED) for n in range(count)]
        own = calm(30 - count, agency=agency, device=None, provenance=Provenance.SELF_LINK)
        return assisted + own

    taps = office("A", helped) + office("B", 3) + office("C", 4)
    told_of = [flag for flag in found(taps) if flag.rule is Rule.ASSISTED_SHARE]
    assert [flag.agency for flag in told_of] == (["A"] if flagged else [])
    for flag in told_of:
        assert (flag.found, flag.against) == (Share(helped, 30), Share(7, 60))


def test_helping_at_all_is_told_where_no_other_does_and_not_where_there_is_no_other():
    helped = [tap(60 * n, "A", None, provenance=Provenance.ASSISTED) for n in range(20)]
    other = calm(20, agency="B", device=None, provenance=Provenance.SELF_LINK)
    assert Rule.ASSISTED_SHARE in rules(helped + other)
    assert Rule.ASSISTED_SHARE not in rules(helped)


def test_a_kiosk_happier_than_the_link_is_told_with_the_interval():
    kiosk = [tap(60 * n) for n in range(40)]
    link = [
        tap(
            60 * n + 30,
            device=None,
            provenance=Provenance.SELF_LINK,
            option_class=OptionClass.POSITIVE if n % 2 else OptionClass.NEGATIVE,
        )
        for n in range(40)
    ]
    [flag] = found(kiosk + link)
    assert flag.rule is Rule.KIOSK_AGAINST_LINK
    assert (flag.found, flag.against) == (Share(40, 40), Share(20, 40))
    assert 0 < flag.interval[0] < 0.5 < flag.interval[1]
    assert found(kiosk[:29] + link) == []


def test_a_gap_that_may_be_chance_is_not_told():
    def of(provenance, positive):
        return [
            tap(
                60 * n,
                device=None,
                provenance=provenance,
                option_class=OptionClass.POSITIVE if n < positive else OptionClass.NEGATIVE,
            )
            for n in range(30)
        ]

    assert Rule.KIOSK_AGAINST_LINK not in rules(
        of(Provenance.KIOSK, 20) + of(Provenance.SELF_QR, 14)
    )


@pytest.mark.parametrize(("after", "flagged"), [(0, True), (5, True), (6, False), (-1, False)])
def test_ratings_within_seconds_of_the_hand_over_are_told(after, flagged):
    taps = [tap(60 * n, ratable_at=MONDAY + timedelta(seconds=60 * n - after)) for n in range(3)]
    assert (Rule.TOO_SOON in rules(taps)) is flagged


def test_a_link_opened_at_once_is_nobodys_help():
    taps = [
        tap(n, device=None, provenance=Provenance.SELF_LINK, ratable_at=MONDAY) for n in range(3)
    ]
    assert rules(taps) == set()


@pytest.mark.parametrize(
    ("at", "flagged"),
    [
        (datetime(2020, 3, 16, 6, 25, tzinfo=VIETNAM), True),
        (datetime(2020, 3, 16, 6, 35, tzinfo=VIETNAM), False),
        (datetime(2020, 3, 16, 12, 30, tzinfo=VIETNAM), False),
        (datetime(2020, 3, 16, 17, 20, tzinfo=VIETNAM), False),
        (datetime(2020, 3, 16, 17, 35, tzinfo=VIETNAM), True),
        (datetime(2020, 3, 21, 9, 0, tzinfo=VIETNAM), True),
        (datetime(2020, 3, 17, 9, 0, tzinfo=VIETNAM), True),
        (datetime(2020, 3, 16, 2, 0, tzinfo=UTC), False),
    ],
)
def test_what_is_given_at_a_closed_office_is_told(at, flagged):
    holiday = Ground(GROUND.parents, time(7), time(17), frozenset({MONDAY.date() + timedelta(1)}))
    taps = [tap(60 * n, at=at) for n in range(3)]
    assert (Rule.OUTSIDE_HOURS in rules(taps, holiday)) is flagged
    at_home = [tap(60 * n, at=at, device=None, provenance=Provenance.SELF_WEB) for n in range(3)]
    assert rules(at_home, holiday) == set()


def test_a_device_on_which_nobody_is_unhappy_is_told():
    taps = [tap(60 * n) for n in range(50)]
    assert rules(taps) == {Rule.ONLY_POSITIVE}
    assert found(taps[:49]) == []
    unhappy = tap(60 * 50, option_class=OptionClass.NEUTRAL)
    assert found([*taps, unhappy]) == []


def test_every_rule_can_be_told_and_has_a_threshold():
    text = thresholds().model_dump()
    assert set(Rule) - {Rule(name) for name in text if name != "negative_share"} == set()
    assert thresholds().negative_share.share == Decimal("0.3")


async def anomalies(client, query):
    answer = await client.get(f"/v1/ratings/anomalies?{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_report_tells_of_a_period_and_changes_nothing(lone):
    async with lone(service) as rating, rating.calls() as client:
        for number in range(1, 6):
            await told(rating, number, "5")
        await told(rating, 6, "5", agency=STRANGER)
        engine = rating.running.database.engine
        await engine.execute("UPDATE rating SET device = 'k-1', provenance = 'kiosk'")
        before = await rows_of(rating, "rating")
        day = (datetime.now(UTC) + timedelta(hours=7)).date()
        report = await anomalies(client, f"agency={AGENCY}&from={day}")
        assert (report["ratings"], report["complete"]) == (5, True)
        [burst] = [one for one in report["items"] if one["rule"] == "burst"]
        assert burst["found"] == {"count": 5, "among": 5}
        assert (burst["agency"], burst["device"], burst["on"]) == (AGENCY, "k-1", day.isoformat())
        assert (await anomalies(client, f"from={day}"))["ratings"] == 6
        empty = await anomalies(client, f"from={day - timedelta(2)}&to={day}")
        assert (empty["ratings"], empty["items"]) == (0, [])
        assert await rows_of(rating, "rating") == before
        await engine.execute("UPDATE rating SET voided_at = submitted_at")
        assert (await anomalies(client, f"from={day}"))["ratings"] == 0


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("from=2020-01-01&to=2020-01-01", 422, "anomaly-period-unusable"),
        ("from=2020-01-01&to=2020-04-03", 422, "anomaly-period-unusable"),
        ("from=2020-01-02&to=2020-01-01", 422, "anomaly-period-unusable"),
        ("", 422, None),
        ("from=yesterday", 422, None),
        (f"from=2020-01-01&agency={STRANGER}", 404, "unknown-agency"),
    ],
)
async def test_a_report_is_of_a_period_and_of_ones_own(lone, query, status, code):
    async with lone(service) as rating, rating.calls(AGENCY) as client:
        await told(rating)
        answer = await client.get(f"/v1/ratings/anomalies?{query}")
        assert answer.status_code == status, answer.text
        assert code in (None, answer.json()["code"])
