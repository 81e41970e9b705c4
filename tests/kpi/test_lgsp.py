"""The balance of a month holds, however the news of its dossiers arrives and whatever happens later."""

from datetime import datetime, timedelta
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.intake import DossierProgressed
from contracts.lgsp import following_month
from contracts.vocabulary import VIETNAM, DossierStatus, TimeUnit
from services.kpi import service
from services.kpi.facts import Fact, absorb
from services.kpi.lgsp.counting import Balance, Life, balance, stretch_of
from services.kpi.lgsp.views import statistic
from tests.kpi.test_service import AGENCIES
from tests.kpi.worlds import NOON, filed, lives, progressed, rated

NOW = datetime(2021, 6, 1, tzinfo=VIETNAM)
MONTHS = ["2019-12"]
while MONTHS[-1] != "2021-02":
    MONTHS.append(following_month(MONTHS[-1]))
MARCH = stretch_of("2020-03", NOW)


def at(day, hour=12, minute=0, month=3):
    return datetime(2020, month, day, hour, minute, tzinfo=VIETNAM)


def ended(code="d1", revision=2, status=DossierStatus.STOPPED, on=None, **told):
    return DossierProgressed(
        code=code,
        revision=revision,
        status=status,
        received_at=told.pop("received_at", NOON),
        due_at=told.pop("due_at", NOON + timedelta(days=3)),
        due_unit=TimeUnit.WORKING_DAY,
        ended_at=on or NOON + timedelta(days=1),
        **told,
    )


def life(fact):
    names = Life.__dataclass_fields__
    return Life(**{name: getattr(fact, name) for name in names})


def known(*events):
    return life(reduce(absorb, events, Fact("d1")))


@st.composite
def histories(draw, code):
    """Everything announced of one dossier, with ends without a result and reopenings."""
    events = draw(lives(code))
    received = events[0].received_at
    revision = 20
    for _ in range(draw(st.integers(0, 3))):
        revision += 1
        on = received + timedelta(hours=draw(st.integers(-48, 24 * 200)))
        due = draw(st.none() | st.just(received + timedelta(days=draw(st.integers(1, 90)))))
        if draw(st.booleans()):
            status = draw(
                st.sampled_from(
                    [DossierStatus.STOPPED, DossierStatus.REFUSED, DossierStatus.WITHDRAWN]
                )
            )
            events.append(ended(code, revision, status, on, received_at=received, due_at=due))
        else:
            done = draw(st.none() | st.just(on))
            events.append(progressed(code, revision, done, received_at=received, due_at=due))
    return events


@st.composite
def cities(draw):
    return [draw(histories(f"d{n}")) for n in range(draw(st.integers(1, 6)))]


@given(cities(), st.randoms(use_true_random=False))
def test_every_months_balance_holds_and_carries_over_however_the_news_arrives(city, random):
    straight = [known(*events) for events in city]
    shuffled = []
    for events in city:
        told = events + random.choices(events, k=3)
        random.shuffle(told)
        shuffled.append(known(*told))
    before = None
    for month in MONTHS:
        stretch = stretch_of(month, NOW)
        told = statistic(balance(straight, stretch), month, "A", "Sở A")
        assert told == statistic(balance(shuffled, stretch), month, "A", "Sở A")
        assert told.Total == told.PreExtisting + told.NewReception
        assert told.Total == told.TotalSolved + told.TotalPending
        assert told.TotalSolved == told.SolvedInTime + told.SolvedLate
        assert told.TotalPending == told.Pending + told.PendingLate
        if before is not None:
            assert told.PreExtisting == before.TotalPending
        before = told


@given(histories("d1"), st.sampled_from(MONTHS))
def test_what_happens_after_a_month_changes_nothing_of_who_came_and_went_in_it(events, month):
    dossier = known(*events)
    stretch = stretch_of(month, NOW)
    left = dossier.left_at
    if left is not None and left >= stretch.end:
        unsettled = Life(dossier.received_at, dossier.due_at, dossier.due_unit)
        assert balance([dossier], stretch) == balance([unsettled], stretch)


def test_a_dossier_settled_in_the_first_instant_of_a_month_belongs_to_that_month():
    dossier = known(filed(at=at(20)), progressed(done_at=at(1, 0, month=4), received_at=at(20)))
    april = balance([dossier], stretch_of("2020-04", NOW))
    assert balance([dossier], MARCH).pending + balance([dossier], MARCH).pending_late == 1
    assert (april.carried, april.in_time + april.late) == (1, 1)


@pytest.mark.parametrize(
    "status", [DossierStatus.REFUSED, DossierStatus.STOPPED, DossierStatus.WITHDRAWN]
)
def test_what_ended_without_a_result_is_settled_on_the_day_it_ended(status):
    dossier = known(filed(), ended(status=status))
    assert balance([dossier], MARCH) == Balance(received=1, in_time=1)
    assert balance([dossier], stretch_of("2020-04", NOW)) == Balance()


def test_what_ended_unanswered_is_judged_by_the_request_and_counted_when_it_ended():
    asked, closed = at(12), at(2, month=5)
    dossier = known(filed(), ended(on=closed, settled_at=asked))
    assert balance([dossier], stretch_of("2020-04", NOW)).carried == 1
    assert balance([dossier], stretch_of("2020-05", NOW)) == Balance(carried=1, in_time=1)
    by_its_end = known(filed(), ended(on=closed))
    assert balance([by_its_end], stretch_of("2020-05", NOW)) == Balance(carried=1, late=1)


def test_what_was_reopened_is_pending_again():
    dossier = known(filed(), ended(), progressed(revision=3))
    assert balance([dossier], MARCH) == Balance(received=1, pending_late=1)


@pytest.mark.parametrize(
    ("due", "unit", "late"),
    [
        (at(31, 17), TimeUnit.WORKING_DAY, 0),
        (at(30, 17), TimeUnit.WORKING_DAY, 1),
        (at(31, 17), TimeUnit.WORKING_HOUR, 1),
        (at(1, 8, month=4), TimeUnit.WORKING_HOUR, 0),
        (None, None, 0),
    ],
)
def test_pending_is_late_by_the_promise_as_of_the_months_end(due, unit, late):
    dossier = known(filed(due_at=due, due_unit=unit))
    assert balance([dossier], MARCH) == Balance(received=1, pending=1 - late, pending_late=late)


def test_while_the_applicant_is_waited_for_no_time_passes():
    waiting = {"status": DossierStatus.WAITING_SUPPLEMENT, "received_at": NOON}
    due = {"due_at": at(20, 17), "due_unit": TimeUnit.WORKING_DAY}
    for since, late in ((at(20, 16), 0), (at(21, 8), 1)):
        event = DossierProgressed(code="d1", revision=2, paused_since=since, **waiting, **due)
        dossier = known(filed(**due), event)
        assert balance([dossier], MARCH).pending_late == late


def test_a_dossier_that_ended_before_anybody_kept_when_is_in_no_balance():
    forgotten = Life(NOON, status=DossierStatus.STOPPED)
    for month in MONTHS:
        assert balance([forgotten], stretch_of(month, NOW)) == Balance()


def test_percentages_are_rounded_towards_failure_and_add_up():
    told = statistic(
        Balance(received=6, in_time=2, late=1, pending=2, pending_late=1), "2020-03", "A", ""
    )
    assert (told.SolvedInTimePercent, told.SolvedLatePercent) == (66.6, 33.4)
    assert (told.PendingPercent, told.PendingLatePercent) == (66.6, 33.4)
    nothing = statistic(Balance(), "2020-03", "A", "")
    assert nothing.SolvedInTimePercent is nothing.PendingLatePercent is None


async def ask(client, kind, agency="H29", month="2020-03"):
    answer = await client.get(f"/v1/lgsp/{kind}?agency={agency}&month={month}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_months_balance_is_told_in_the_words_of_the_bus(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES)
        await kpi.hear(
            filed("old", at=at(20, month=2)),
            filed("d1", agency="B"),
            progressed("d1", done_at=NOON + timedelta(days=1)),
            filed("d2"),
            progressed("d2", done_at=NOON + timedelta(days=9)),
            filed("d3"),
            ended("d3"),
            filed("later", at=at(2, month=4)),
            filed("elsewhere", agency="X"),
            filed("never accepted").model_copy(update={"received_at": None}),
        )
        assert await ask(client, "statistic") == {
            "Month": 3,
            "Year": 2020,
            "IsMonthStatistic": True,
            "NewReception": 3,
            "PreExtisting": 1,
            "Total": 4,
            "TotalSolved": 3,
            "SolvedInTime": 2,
            "SolvedInTimePercent": 66.6,
            "SolvedLate": 1,
            "SolvedLatePercent": 33.4,
            "TotalPending": 1,
            "Pending": 0,
            "PendingPercent": 0.0,
            "PendingLate": 1,
            "PendingLatePercent": 100.0,
            "Note": "",
            "OrganizationInchargeIdlevel1": "H29",
            "OrganizationInchargeName": "Thành phố",
        }
        assert (await ask(client, "statistic", "B"))["Total"] == 1
        assert (await ask(client, "statistic", month="2020-04"))["PreExtisting"] == 1


async def test_a_months_ratings_are_told_in_three_levels_and_few_are_hidden(lone):
    async with lone(service) as kpi, kpi.calls() as client:
        await kpi.hear(*AGENCIES)
        for n, score in enumerate([5, 5, 4, 3, 2, 1, 5]):
            await kpi.hear(filed(f"d{n}"), rated(f"d{n}", score, NOON + timedelta(days=n)))
        for n in range(3):
            await kpi.hear(filed(f"b{n}", agency="B"), rated(f"b{n}"))
        vote = await ask(client, "vote", "A")
        assert [
            vote[k] for k in ("TotalVoted", "PercentVeryGood", "PercentGood", "PercentBad")
        ] == [*(7, 42.8, 14.2, 43.0)]
        assert vote["Questions"] == [
            {
                "DocTypeCode": "",
                "Content": "Đánh giá chung về việc giải quyết thủ tục",
                "PercentVeryGood": 42.8,
                "PercentGood": 14.2,
                "PercentBad": 43.0,
            }
        ]
        few = await ask(client, "vote", "B")
        assert (few["TotalVoted"], few["PercentBad"], few["Questions"]) == (None, None, [])
        none = await ask(client, "vote", "B", "2020-04")
        assert (none["TotalVoted"], none["PercentBad"], none["Questions"]) == (0, None, [])


@pytest.mark.parametrize("kind", ["statistic", "vote"])
async def test_whose_and_which_month_must_be_within_reach(lone, kind):
    async with lone(service) as kpi, kpi.calls("A") as client:
        await kpi.hear(*AGENCIES)

        async def status(query):
            return (await client.get(f"/v1/lgsp/{kind}?{query}")).status_code

        assert await status("month=2020-03") == 200
        assert await status("month=2020-03&agency=B") == 404
        assert await status("month=2020-03&agency=H29") == 404
        for wrong in ("2020-13", "2020-3", "0000-01", "9999-12", "2189-12", "", "20２0-03"):
            assert await status(f"month={wrong}") == 422, wrong
        async with kpi.calls("A", "dossiers:read") as stranger:
            assert (await stranger.get(f"/v1/lgsp/{kind}?month=2020-03")).status_code == 403
