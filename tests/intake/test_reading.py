"""From the same pauses the law's reading and the statistical one, and four definitions of "on time"."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.intake import TimeLimit
from contracts.vocabulary import Channel, DossierStatus, TimeUnit
from services.intake.clock.explanation import Explained, lines, projected_due, spent
from services.intake.clock.on_time import Judged, judgements
from services.intake.commands.position import kept
from services.intake.domain import Step, step_key
from tests.intake.lives import (
    THREE_DAYS,
    at,
    breaches,
    filed,
    life,
    on_time,
    stage,
    step,
)

CASE = filed("2020-07-06")
PAPERS = [step("waiting_supplement", "2020-07-07"), step("processing", "2020-07-13")]


def explained(standing, as_of: str) -> Explained:
    judged = Judged(standing.position, standing.case.reading, standing.case.office, at(as_of))
    return Explained(
        standing.case, standing.position, standing.violations, judgements(judged), at(as_of)
    )


def test_the_law_restarts_and_statistics_subtract_from_the_same_pause():
    reading = life(CASE, *PAPERS).case.reading
    assert reading.due_at == at("2020-07-16 17:00")  # three working days from the 13th
    # 6 July + 3 days + the 4 working days of 8 to 13 July
    assert reading.statistical_due_at == at("2020-07-15 17:00")


def test_a_payment_pauses_both_readings_alike():
    steps = [step("waiting_payment", "2020-07-07"), step("processing", "2020-07-09")]
    reading = life(CASE, *steps).case.reading
    assert reading.due_at == reading.statistical_due_at == at("2020-07-13 17:00")


def test_what_was_asked_before_acceptance_pauses_nothing():
    steps = [
        step("waiting_supplement", "2020-07-03"),
        step("accepted", "2020-07-06"),
        step("processing", "2020-07-06 10:00"),
    ]
    reading = life(filed(submitted="2020-07-02"), *steps).case.reading
    assert [pause.at_intake for pause in reading.pauses] == [True]
    assert reading.due_at == reading.statistical_due_at == at("2020-07-09 17:00")
    told = life(filed("2020-07-06", "2020-07-02"), steps[0])
    assert told.position.status is DossierStatus.ACCEPTED
    assert told.case.reading.due_at == at("2020-07-09 17:00")


def test_a_promise_in_words_on_the_receipt_stands_and_is_no_second_appointment():
    accepted = step("accepted", "2020-07-06", "2020-07-08 17:00")
    reading = life(filed(), accepted).case.reading
    assert (reading.due_at, reading.reappointments) == (at("2020-07-08 17:00"), 0)
    paid = [step("waiting_payment", "2020-07-07"), step("processing", "2020-07-09")]
    later = life(filed(), accepted, *paid).case.reading
    assert later.due_at == later.statistical_due_at == at("2020-07-10 17:00")


def test_a_day_told_with_the_complete_papers_is_the_new_promise():
    complete = step("processing", "2020-07-13", "2020-07-20 17:00")
    reading = life(CASE, PAPERS[0], complete).case.reading
    assert (reading.due_at, reading.reappointments) == (at("2020-07-20 17:00"), 0)


def test_an_appointment_of_a_run_that_is_over_is_over_too():
    moved = step("processing", "2020-07-06 10:00", "2020-07-30 17:00")
    assert life(CASE, moved, *PAPERS).case.reading.due_at == at("2020-07-16 17:00")


def test_while_the_applicant_is_waited_for_the_last_promise_is_shown_and_a_new_one_projected():
    standing = life(CASE, PAPERS[0])
    assert standing.case.reading.due_at == at("2020-07-09 17:00")
    assert projected_due(explained(standing, "2020-07-10")) == at("2020-07-15 17:00")
    assert kept(standing)["paused_since"] == at("2020-07-07")
    owing = life(CASE, step("waiting_payment", "2020-07-07"))
    assert projected_due(explained(owing, "2020-07-10")) == at("2020-07-14 17:00")
    unreceived = life(filed(submitted="2020-07-06"))
    assert projected_due(explained(unreceived, "2020-07-08")) == at("2020-07-13 17:00")


def test_what_is_used_up_leaves_out_the_applicants_time():
    assert spent(explained(life(CASE), "2020-07-08")) == (2, 3, TimeUnit.WORKING_DAY)
    paid = [step("waiting_payment", "2020-07-07"), step("processing", "2020-07-09")]
    assert spent(explained(life(CASE, *paid), "2020-07-10")) == (2, 3, TimeUnit.WORKING_DAY)
    assert spent(explained(life(CASE, PAPERS[0]), "2020-07-30")) == (1, 3, TimeUnit.WORKING_DAY)
    done = life(CASE, step("done", "2020-07-08"))
    assert spent(explained(done, "2020-07-30")) == (2, 3, TimeUnit.WORKING_DAY)
    hours = TimeLimit(amount=8, unit=TimeUnit.WORKING_HOUR)
    assert spent(explained(life(CASE, limit=hours), "2020-07-06 15:30")) == (
        4,
        8,
        TimeUnit.WORKING_HOUR,
    )
    month = TimeLimit(amount=1, unit=TimeUnit.MONTH)
    assert spent(explained(life(CASE, limit=month), "2020-07-16")) == (
        10,
        None,
        TimeUnit.CALENDAR_DAY,
    )


@pytest.mark.parametrize(
    ("steps", "a", "b", "c", "d"),
    [
        ([], "not_counted", "overdue", "overdue", "overdue"),
        ([step("done", "2020-07-08")], "early", "on_time", "on_time", "early"),
        ([step("done", "2020-07-09 16:00")], "on_time", "on_time", "on_time", "on_time"),
        # The same evening: late to the second, on time by the day.
        ([step("done", "2020-07-09 18:00")], "late", "on_time", "on_time", "on_time"),
        ([step("done", "2020-07-10")], "late", "late", "late", "late"),
        # After papers the law's day is the 16th, the statistical one the 15th.
        ([*PAPERS, step("done", "2020-07-16")], "on_time", "on_time", "late", "on_time"),
        ([PAPERS[0]], "not_counted", "paused", "on_time", "within"),
        ([step("withdrawn", "2020-07-10")], "not_counted", "late", "late", "late"),
        ([step("stopped", "2020-07-08")], "not_counted", "paused", "on_time", "early"),
        ([step("returned", "2020-07-08")], "early", "on_time", "on_time", "early"),
    ],
)
def test_four_definitions_judge_one_dossier_each_in_its_way(steps, a, b, c, d):
    told = on_time(life(CASE, *steps), as_of="2020-08-01")
    assert told == {"OT-A": a, "OT-B": b, "OT-C": c, "OT-D": d}


def test_a_second_request_for_papers_makes_it_late_for_the_national_score_alone():
    steps = [
        *PAPERS,
        step("waiting_supplement", "2020-07-14"),
        step("processing", "2020-07-15"),
        step("done", "2020-07-15 10:00"),
    ]
    told = on_time(life(CASE, *steps))
    assert (told["OT-C"], told["OT-D"]) == ("late", "early")


def test_without_a_promise_the_definitions_part_again():
    told = on_time(life(CASE, step("done", "2020-07-20"), limit=None))
    assert told == {
        "OT-A": "not_counted",
        "OT-B": "on_time",
        "OT-C": "on_time",
        "OT-D": "on_time",
    }


def test_a_limit_in_hours_is_judged_by_the_minute():
    hours = TimeLimit(amount=4, unit=TimeUnit.WORKING_HOUR)
    late = on_time(life(CASE, step("done", "2020-07-06 15:01"), limit=hours))
    kept_ = on_time(life(CASE, step("done", "2020-07-06 15:00"), limit=hours))
    assert (late["OT-D"], kept_["OT-D"]) == ("late", "on_time")
    assert (late["OT-C"], kept_["OT-C"]) == ("late", "on_time")


def test_what_was_never_accepted_is_counted_by_none_but_the_oldest():
    told = on_time(life(filed(submitted="2020-07-06"), step("refused", "2020-07-07")))
    assert (told["OT-A"], told["OT-C"], told["OT-D"]) == ("not_counted",) * 3


def test_the_explanation_tells_it_in_order_in_two_languages():
    steps = [*PAPERS, step("processing", "2020-07-14", "2020-07-21 17:00")]
    told = lines(explained(life(CASE, *steps), "2020-07-15"))
    vietnamese = [line.vi for line in told]
    assert vietnamese[0].startswith("Áp dụng Nghị định 61/2018/NĐ-CP")
    text = "\n".join(vietnamese)
    assert "Tiếp nhận lúc 09:00 06/07/2020: tính từ ngày 07/07/2020, hạn 17:00 09/07/2020" in text
    assert "Yêu cầu bổ sung hồ sơ từ 09:00 07/07/2020 đến 09:00 13/07/2020: 4 ngày làm việc" in text
    assert "Hồ sơ đủ lúc 09:00 13/07/2020: tính lại từ đầu" in text
    assert "Xin lỗi và hẹn lại từ 17:00 16/07/2020 sang 17:00 21/07/2020" in text
    assert "Hạn trả kết quả: 17:00 21/07/2020" in text
    assert all(line.en for line in told)
    assert len(told) == len({(line.vi, line.at) for line in told})


STATUSES = st.sampled_from(DossierStatus)


def row(status, hours, due_hours, agency, of_stage) -> Step:
    occurred_at = at("2025-07-07") + timedelta(hours=hours)
    due_at = None if due_hours is None else occurred_at + timedelta(hours=due_hours)
    told = {"agency": agency, "stage": of_stage}
    key = step_key(status, occurred_at, due_at=due_at, **told)
    return Step(status, occurred_at, due_at, key, **told)


ROWS = st.builds(
    row,
    STATUSES,
    st.integers(-30, 500),
    st.none() | st.integers(1, 300),
    st.sampled_from([None, None, "A", "B"]),
    st.sampled_from([None, None, None, "tax", "land"]),
)
FILINGS = st.sampled_from(
    [
        filed("2025-07-07"),
        filed(submitted="2025-07-04"),
        filed("2025-07-07", "2025-07-04", channel=Channel.ONLINE, competent_agency="B"),
        filed("2025-07-07", stages=(stage("tax", 2), stage("land", 3, "tax"))),
    ]
)
LIMITS = st.sampled_from(
    [
        None,
        THREE_DAYS,
        TimeLimit(amount=8, unit=TimeUnit.WORKING_HOUR),
        TimeLimit(amount=15, unit=TimeUnit.CALENDAR_DAY),
        TimeLimit(amount=1, unit=TimeUnit.MONTH),
        TimeLimit(amount=0, unit=TimeUnit.WORKING_DAY),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(ROWS, max_size=14), FILINGS, LIMITS, st.randoms(use_true_random=False))
def test_whatever_order_rows_come_in_the_position_the_clock_and_the_violations_are_the_same(
    rows, filing, limit, chance
):
    once = life(filing, *rows, limit=limit)
    again = rows + chance.choices(rows, k=4) if rows else []
    chance.shuffle(again)
    other = life(filing, *again, limit=limit)
    assert kept(other) == kept(once)
    assert other.violations == once.violations
    explanation = explained(other, "2025-08-01")
    assert lines(explanation) == lines(explained(once, "2025-08-01"))


@settings(max_examples=200, deadline=None)
@given(st.lists(ROWS, max_size=14), FILINGS, LIMITS)
def test_no_life_is_too_strange_to_be_explained(rows, filing, limit):
    standing = life(filing, *rows, limit=limit)
    told = explained(standing, "2025-07-20")
    assert lines(told)
    assert len(told.judgements) == 4
    used = spent(told)
    assert used is None or used[0] >= 0
    reading = standing.case.reading
    assert reading.supplements >= breaches(standing).count("second_supplement")
    if reading.limit is None and not reading.appointments and not filing.stages:
        assert kept(standing)["due_at"] is None


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 20), st.integers(0, 15), st.integers(0, 25))
def test_the_law_never_promises_earlier_than_statistics_after_papers(amount, asked, waited):
    limit = TimeLimit(amount=amount, unit=TimeUnit.WORKING_DAY)
    since = at("2025-07-07") + timedelta(days=asked)
    until = since + timedelta(days=waited, hours=1)
    papers = [
        replace(step("waiting_supplement", "2025-07-07"), occurred_at=since, key="a"),
        replace(step("processing", "2025-07-07"), occurred_at=until, key="b"),
    ]
    reading = life(filed("2025-07-07"), *papers, limit=limit).case.reading
    assert reading.due_at >= reading.statistical_due_at


def test_the_applicants_silence_makes_no_agency_late():
    case = filed("2025-07-07")
    asked = step("waiting_supplement", "2025-07-08")
    closed = life(case, asked, step("stopped", "2025-07-28"))
    assert breaches(closed) == []
    assert on_time(closed)["OT-D"] == on_time(life(case, step("stopped", "2025-07-08")))["OT-D"]
    assert on_time(closed)["OT-C"] == "on_time"
    withdrawn = on_time(life(case, asked, step("withdrawn", "2025-07-28")))
    assert (withdrawn["OT-B"], withdrawn["OT-C"], withdrawn["OT-D"]) == (
        "on_time",
        "on_time",
        "early",
    )
    late_asked = step("waiting_supplement", "2025-07-15")
    assert on_time(life(case, late_asked, step("withdrawn", "2025-07-28")))["OT-D"] == "late"
    assert on_time(life(case, late_asked))["OT-D"] == "overdue"


def test_a_promise_that_is_past_cannot_be_mended():
    done = step("done", "2020-07-30", "2020-07-30 17:00")
    standing = life(CASE, done)
    reading = standing.case.reading
    assert (reading.due_at, reading.reappointments) == (at("2020-07-09 17:00"), 1)
    assert reading.statistical_due_at == at("2020-07-09 17:00")
    assert breaches(standing) == ["late_apology"]
    assert set(on_time(standing).values()) == {"late"}
    told = [line.vi for line in lines(explained(standing, "2020-08-01"))]
    assert any("hạn không đổi" in line for line in told)
    # On the due day itself it is late for an apology, and still a promise in force.
    same_day = life(CASE, step("processing", "2020-07-09", "2020-07-15 17:00"))
    assert same_day.case.reading.due_at == at("2020-07-15 17:00")


def test_an_offices_own_earlier_day_moves_no_promise():
    own = [
        step("processing", "2020-07-06 10:00", "2020-07-07 17:00"),
        step("processing", "2020-07-07 10:00", "2020-07-08 17:00"),
    ]
    reading = life(CASE, *own).case.reading
    assert (reading.due_at, reading.reappointments) == (at("2020-07-09 17:00"), 0)


def test_a_day_told_with_the_request_is_the_promise_for_when_the_papers_have_come():
    asked = step("waiting_supplement", "2020-07-07", "2020-07-20 17:00")
    reading = life(CASE, asked, step("processing", "2020-07-13")).case.reading
    assert (reading.due_at, reading.reappointments) == (at("2020-07-20 17:00"), 0)
    # For statistics it replaces nothing: the first promise, later by the four days of waiting.
    assert reading.statistical_due_at == at("2020-07-15 17:00")


def test_pauses_after_a_reappointment_put_it_off_for_statistics_too():
    steps = [
        step("processing", "2020-07-07", "2020-07-14 17:00"),
        step("waiting_payment", "2020-07-08"),
        step("processing", "2020-07-10"),
    ]
    reading = life(CASE, *steps).case.reading
    assert reading.due_at == reading.statistical_due_at == at("2020-07-16 17:00")


def test_what_is_dated_before_it_began_has_no_length():
    slip = life(CASE, step("processing", "2020-07-06 10:00"), step("done", "2006-07-08"))
    assert breaches(slip) == ["impossible_date"]
    assert set(on_time(slip).values()) == {"not_counted"}
    told_early = replace(step("done", "2031-01-01"), recorded_at=at("2020-07-08"))
    assert breaches(life(CASE, told_early)) == ["impossible_date"]


def test_a_request_at_intake_is_none_of_the_handlers():
    steps = [
        step("waiting_supplement", "2020-07-01"),
        step("accepted", "2020-07-06"),
        step("processing", "2020-07-06 10:00"),
        step("waiting_supplement", "2020-07-07"),
        step("processing", "2020-07-08"),
        step("done", "2020-07-08 10:00"),
    ]
    standing = life(filed(submitted="2020-06-20"), *steps)
    assert on_time(standing)["OT-C"] == "on_time"
    assert breaches(standing) == []
    waiting = life(filed(submitted="2020-06-20"), steps[0])
    assert projected_due(explained(waiting, "2020-07-02")) is None


def test_a_dossier_ended_twice_tells_the_second_end():
    steps = [
        step("stopped", "2020-07-07"),
        step("processing", "2020-07-08"),
        step("stopped", "2020-07-09"),
    ]
    assert life(CASE, *steps).position.ended_at == at("2020-07-09")


def test_a_dossier_without_a_limit_is_judged_by_its_last_stage():
    case = filed("2025-07-07", stages=(stage("tax", 2), stage("land", 3, "tax")))
    done = [
        step("done", "2025-07-09", stage="tax"),
        step("done", "2025-07-14", stage="land"),
        step("done", "2025-08-20"),
    ]
    standing = life(case, *done, limit=None)
    assert kept(standing)["due_at"] == at("2025-07-14 17:00")
    assert (on_time(standing)["OT-B"], on_time(standing)["OT-D"]) == ("late", "late")
    assert any(line.vi.startswith("Hạn trả") for line in lines(explained(standing, "2025-09-01")))
