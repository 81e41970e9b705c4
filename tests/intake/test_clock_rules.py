"""One test or more for each clock rule, C1 to C14, by the decree in force on the day of acceptance."""

from dataclasses import replace

import pytest

from contracts.intake import Stage, TimeLimit
from contracts.vocabulary import Channel, ReturnMode, TimeUnit, Turn
from services.intake.clock import RULE_SETS, RULES, Rule, rule_set_named
from services.intake.clock.breaches import RULE_OF
from services.intake.clock.explanation import Explained, answer_by, apologise_by, lines, turn
from services.intake.clock.stages import last_due
from tests.intake.lives import (
    OFFICE,
    at,
    breaches,
    filed,
    life,
    online,
    stage,
    step,
)

# 7 July 2025 is a Monday, under the decree of 2025; 6 July 2020 a Monday under that of 2018.


def explained(standing, as_of: str) -> Explained:
    return Explained(standing.case, standing.position, standing.violations, [], at(as_of))


def rules_told(standing, as_of: str) -> list[str]:
    return [line.rule for line in lines(explained(standing, as_of)) if line.rule]


def test_c1_the_limit_runs_from_acceptance_not_from_submission():
    standing = life(online("2025-07-04 15:00", "2025-07-07 08:30"))
    assert standing.case.reading.runs[0].since == at("2025-07-07 08:30")
    assert standing.case.reading.due_at == at("2025-07-10 17:00")
    waiting = life(online("2025-07-04 15:00"))
    assert waiting.case.reading.runs == ()
    assert waiting.case.reading.due_at is None


def test_c2_an_online_dossier_is_answered_within_eight_working_hours():
    assert breaches(life(online("2025-07-04 15:00", "2025-07-07 15:00"))) == []
    late = life(online("2025-07-04 15:00", "2025-07-07 15:01"))
    assert breaches(late) == ["late_acceptance"]
    assert late.violations[0].allowed_until == at("2025-07-07 15:00")
    refused = life(online("2025-07-04 15:00"), step("refused", "2025-07-08"))
    asked = life(online("2025-07-04 15:00"), step("waiting_supplement", "2025-07-08"))
    assert breaches(refused) == breaches(asked) == ["late_acceptance"]
    at_the_counter = filed("2025-07-08", "2025-07-04 15:00")
    assert breaches(life(at_the_counter)) == []


def test_c2_an_answer_in_time_counts_though_acceptance_comes_later():
    asked = step("waiting_supplement", "2025-07-07 08:00")
    handed_in = step("submitted", "2025-07-11")
    accepted = step("accepted", "2025-07-11 10:00")
    standing = life(online("2025-07-04 15:00"), asked, handed_in, accepted)
    assert breaches(standing) == []
    assert standing.case.reading.due_at == at("2025-07-16 17:00")


def test_c3_a_counter_dossier_is_forwarded_the_same_day_or_in_the_next_first_hour():
    before_three = filed("2025-07-07 14:59")
    assert breaches(life(before_three, step("processing", "2025-07-07 17:00"))) == []
    assert breaches(life(before_three, step("processing", "2025-07-08 07:30"))) == [
        "late_forwarding"
    ]
    after_three = filed("2025-07-07 15:00")
    assert breaches(life(after_three, step("processing", "2025-07-08 08:00"))) == []
    late = life(after_three, step("processing", "2025-07-08 08:01"))
    assert breaches(late) == ["late_forwarding"]
    assert late.violations[0].allowed_until == at("2025-07-08 08:00")
    friday = filed("2025-07-11 16:00")
    assert breaches(life(friday, step("processing", "2025-07-14 07:45"))) == []


def test_c4_papers_are_asked_for_once_and_within_three_working_days():
    case = filed("2025-07-07")
    asked = step("waiting_supplement", "2025-07-10 17:30")
    assert breaches(life(case, asked)) == []
    late = life(case, step("waiting_supplement", "2025-07-11"))
    assert breaches(late) == ["late_supplement_request"]
    assert late.violations[0].allowed_on == at("2025-07-10").date()
    twice = [
        step("waiting_supplement", "2025-07-08"),
        step("processing", "2025-07-14"),
        step("waiting_supplement", "2025-07-15"),
    ]
    assert breaches(life(case, *twice)) == ["second_supplement"]
    assert life(case, *twice).case.reading.supplements == 2


@pytest.mark.parametrize("year", ["2020", "2022", "2025"])
def test_c4_the_limit_starts_anew_when_the_papers_are_complete(year):
    case = filed(f"{year}-09-07")
    asked = step("waiting_supplement", f"{year}-09-08")
    complete = step("processing", f"{year}-09-17 10:00")
    reading = life(case, asked, complete).case.reading
    assert [run.since for run in reading.runs] == [at(f"{year}-09-07"), at(f"{year}-09-17 10:00")]
    expected = {"2020": "2020-09-22", "2022": "2022-09-21", "2025": "2025-09-22"}
    assert reading.due_at == at(f"{expected[year]} 17:00")


def test_c5_an_unanswered_request_may_be_closed_after_fifteen_days():
    case, asked = filed("2025-07-07"), step("waiting_supplement", "2025-07-08")
    early = life(case, asked, step("stopped", "2025-07-23"))
    assert breaches(early) == ["closed_early"]
    assert early.violations[0].allowed_on == at("2025-07-23").date()
    assert breaches(life(case, asked, step("stopped", "2025-07-24"))) == []
    assert answer_by(explained(life(case, asked), "2025-07-09")) == at("2025-07-23").date()


def test_c5_earlier_decrees_leave_the_time_to_the_law_of_each_sector():
    case, asked = filed("2020-07-06"), step("waiting_supplement", "2020-07-07")
    assert breaches(life(case, asked, step("stopped", "2020-07-08"))) == []
    assert answer_by(explained(life(case, asked), "2020-07-08")) is None


def test_c6_a_dossier_that_is_not_eligible_is_told_so_within_the_limit():
    case = filed("2025-07-07")
    assert breaches(life(case, step("stopped", "2025-07-10 17:30"))) == []
    assert breaches(life(case, step("stopped", "2025-07-11"))) == ["late_refusal"]


def test_c7_a_new_day_is_appointed_once_and_a_working_day_before_the_old_one():
    case = filed("2025-07-07")
    good = step("processing", "2025-07-09 16:00", "2025-07-15 17:00")
    assert breaches(life(case, good)) == ["late_forwarding"]
    forwarded = step("processing", "2025-07-07 10:00")
    assert breaches(life(case, forwarded, good)) == []
    assert life(case, forwarded, good).case.reading.due_at == at("2025-07-15 17:00")
    late = step("processing", "2025-07-10", "2025-07-15 17:00")
    assert breaches(life(case, forwarded, late)) == ["late_apology"]
    again = step("processing", "2025-07-11", "2025-07-18 17:00")
    assert breaches(life(case, forwarded, good, again)) == ["second_reappointment"]
    assert apologise_by(explained(life(case), "2025-07-08")) == at("2025-07-09").date()


def test_c7_repeating_the_promised_day_appoints_nothing():
    case, forwarded = filed("2025-07-07"), step("processing", "2025-07-07 10:00")
    same = step("processing", "2025-07-08", "2025-07-10 23:59")
    reading = life(case, forwarded, same).case.reading
    assert (reading.reappointments, reading.due_at) == (0, at("2025-07-10 17:00"))


def test_c8_each_agency_has_a_limit_of_its_own_one_after_the_other():
    case = filed("2025-07-07", stages=(stage("tax", 2), stage("land", 3, "tax")))
    standing = life(case, limit=None)
    tax, land = standing.case.stages
    assert (tax.started_at, tax.due_at) == (at("2025-07-07"), at("2025-07-09 17:00"))
    # Planned from the stage before, until that is done.
    assert (land.started_at, land.due_at) == (None, at("2025-07-14 17:00"))
    assert last_due(standing.case.stages) == at("2025-07-14 17:00")
    late = step("done", "2025-07-10 10:00", stage="tax")
    moved = life(case, late, limit=None)
    assert breaches(moved) == ["late_stage"]
    assert moved.case.stages[1].started_at == at("2025-07-10 10:00")
    assert moved.case.stages[1].due_at == at("2025-07-15 17:00")


def test_c8_stages_that_wait_for_nothing_run_at_once():
    case = filed("2025-07-07", stages=(stage("tax", 2), stage("land", 5), stage("seal", 1, "tax")))
    standing = life(case, step("done", "2025-07-08", stage="tax"), limit=None)
    tax, land, seal = standing.case.stages
    assert tax.started_at == land.started_at == at("2025-07-07")
    assert seal.started_at == at("2025-07-08")
    assert last_due(standing.case.stages) == at("2025-07-14 17:00")


def test_c9_what_was_received_elsewhere_is_handed_over_within_a_working_day():
    elsewhere = filed("2025-07-07", competent_agency="B", channel=Channel.POST)
    assert breaches(life(elsewhere, step("processing", "2025-07-08 16:00", agency="B"))) == []
    late = life(elsewhere, step("processing", "2025-07-09", agency="B"))
    assert breaches(late) == ["late_handover"]
    at_home = filed("2025-07-07", channel=Channel.POST)
    assert breaches(life(at_home, step("processing", "2025-07-09"))) == []
    before = filed("2020-07-06", competent_agency="B", channel=Channel.POST)
    assert breaches(life(before, step("processing", "2020-07-09", agency="B"))) == []


def test_c8_a_stage_in_hours_is_kept_to_the_minute_and_begins_when_its_agency_says():
    hours = Stage(id="tax", agency="TAX", time_limit={"amount": 2, "unit": "working_hour"})
    case = filed("2025-07-07", stages=(hours,))
    late = life(case, step("done", "2025-07-07 16:50", stage="tax"), limit=None)
    assert breaches(late) == ["late_stage"]
    begun = step("processing", "2025-07-07 15:00", stage="tax")
    kept = life(case, begun, step("done", "2025-07-07 16:50", stage="tax"), limit=None)
    assert breaches(kept) == []


def test_c9_the_row_that_names_the_competent_agency_decides():
    elsewhere = filed("2025-07-07", competent_agency="B", channel=Channel.POST)
    own_work = step("processing", "2025-07-07 10:00")
    late = life(elsewhere, own_work, step("processing", "2025-07-15", agency="B"))
    assert breaches(late) == ["late_handover"]
    in_time = life(elsewhere, own_work, step("processing", "2025-07-08", agency="B"))
    assert breaches(in_time) == []
    silent = life(elsewhere, step("processing", "2025-07-10"))
    assert breaches(silent) == ["late_handover"]


@pytest.mark.parametrize(
    ("year", "expected"),
    [("2020", []), ("2022", ["second_reappointment"]), ("2025", ["second_reappointment"])],
)
def test_c7_only_later_decrees_allow_a_single_new_day(year, expected):
    days = [f"{year}-08-10", f"{year}-08-12", f"{year}-08-17"]
    steps = [
        step("processing", f"{year}-08-10 10:00"),
        step("processing", f"{year}-08-11", f"{year}-08-20 17:00"),
        step("processing", f"{year}-08-12", f"{year}-08-27 17:00"),
    ]
    limit = TimeLimit(amount=5, unit=TimeUnit.WORKING_DAY)
    assert breaches(life(filed(days[0]), *steps, limit=limit)) == expected


def test_c4_only_the_decree_of_2025_asks_once():
    twice = [
        step("waiting_supplement", "2020-07-07"),
        step("processing", "2020-07-08"),
        step("waiting_supplement", "2020-07-09"),
    ]
    assert breaches(life(filed("2020-07-06"), *twice)) == []


def test_c10_the_applicant_may_stop_before_the_decision_not_after():
    case = filed("2025-07-07")
    assert breaches(life(case, step("withdrawn", "2025-07-08"))) == []
    decided = life(case, step("done", "2025-07-08"), step("withdrawn", "2025-07-09"))
    assert breaches(decided) == ["withdrawn_after_decision"]


def test_c11_an_early_result_is_announced_first():
    early = life(filed("2025-07-07"), step("done", "2025-07-08"))
    assert Rule.EARLY_RETURN in rules_told(early, "2025-07-08")
    on_the_day = life(filed("2025-07-07"), step("done", "2025-07-10"))
    assert Rule.EARLY_RETURN not in rules_told(on_the_day, "2025-07-10")


def test_c12_a_fee_paid_online_reaches_the_budget_within_eight_working_hours():
    case = filed("2025-07-07")
    paid = [step("waiting_payment", "2025-07-08"), step("processing", "2025-07-09 15:00")]
    told = lines(explained(life(case, *paid), "2025-07-10"))
    [fee] = [line for line in told if line.rule is Rule.FEES]
    assert fee.at == at("2025-07-10 15:00")
    before = life(
        filed("2020-07-06"), step("waiting_payment", "2020-07-07"), step("processing", "2020-07-08")
    )
    assert Rule.FEES not in rules_told(before, "2020-07-09")


def test_c13_an_error_in_a_result_is_corrected_within_three_working_days():
    result = [step("done", "2025-07-08"), step("returned", "2025-07-09")]
    found = step("processing", "2025-07-11")
    case = filed("2025-07-07")
    in_time = life(case, *result, found, step("done", "2025-07-16"))
    assert breaches(in_time) == []
    assert in_time.position.done_at == at("2025-07-08")
    late = life(case, *result, found, step("done", "2025-07-17"))
    assert breaches(late) == ["late_correction"]
    assert late.violations[0].allowed_on == at("2025-07-16").date()


def test_c14_since_march_2026_online_means_the_national_portal():
    before = online("2026-02-27", "2026-02-27 10:00", national_portal=False)
    assert breaches(life(before)) == []
    after = online("2026-03-02", "2026-03-02 10:00", national_portal=False)
    assert breaches(life(after)) == ["other_portal"]
    assert breaches(life(replace(after, national_portal=True))) == []
    assert breaches(life(replace(after, national_portal=None))) == []


def test_same_day_procedures_need_no_receipt():
    done = step("done", "2025-07-07 10:00")
    case = filed(submitted="2025-07-07", same_day=True)
    assert breaches(life(case, done)) == []
    assert breaches(life(replace(case, same_day=False), done)) == ["unexpected_move"]


def test_an_ended_dossier_that_goes_on_is_named_and_its_limit_goes_on_too():
    steps = [
        step("processing", "2025-07-07 10:00"),
        step("stopped", "2025-07-08"),
        step("processing", "2025-07-15"),
    ]
    standing = life(filed("2025-07-07"), *steps)
    assert breaches(standing) == ["reopened"]
    # The five working days in which it was ended are not the agency's.
    assert standing.case.reading.due_at == at("2025-07-17 17:00")


def test_closed_for_want_of_papers_and_reopened_starts_anew():
    steps = [
        step("waiting_supplement", "2025-07-08"),
        step("stopped", "2025-07-25"),
        step("processing", "2025-07-28"),
    ]
    standing = life(filed("2025-07-07"), *steps)
    assert breaches(standing) == ["reopened"]
    assert standing.case.reading.due_at == at("2025-07-31 17:00")


def test_a_move_the_law_does_not_know_is_named_with_its_two_ends():
    [violation] = life(filed("2025-07-07"), step("returned", "2025-07-08")).violations
    assert violation.breach == "unexpected_move"
    assert (violation.before, violation.after) == ("accepted", "returned")
    assert violation.rule is None


def test_an_ordinary_journey_breaks_nothing():
    journey = [
        step("submitted", "2025-07-04 15:00"),
        step("accepted", "2025-07-07 08:00"),
        step("processing", "2025-07-07 09:00"),
        step("waiting_payment", "2025-07-08"),
        step("processing", "2025-07-08 14:00"),
        step("done", "2025-07-10"),
        step("returned", "2025-07-10 15:00"),
    ]
    assert breaches(life(online("2025-07-04 15:00"), *journey)) == []


def test_every_rule_says_what_it_is_and_every_breach_of_one_names_it():
    assert list(RULES) == list(Rule)
    assert [str(rule) for rule in Rule] == [f"C{n}" for n in range(1, 15)]
    assert set(RULE_OF.values()) <= set(Rule)
    assert set(rule_set_named("R2025").grounds) == set(Rule)
    assert [one.name for one in RULE_SETS] == ["R2018", "R2021", "R2025"]


@pytest.mark.parametrize(
    ("steps", "whose"),
    [
        ([], Turn.AGENCY),
        ([step("waiting_supplement", "2025-07-08")], Turn.CITIZEN),
        ([step("waiting_payment", "2025-07-08")], Turn.CITIZEN),
        ([step("done", "2025-07-08")], Turn.CITIZEN),
        ([step("done", "2025-07-08"), step("returned", "2025-07-09")], Turn.NOBODY),
        ([step("withdrawn", "2025-07-08")], Turn.NOBODY),
    ],
)
def test_the_clock_says_whose_time_it_is(steps, whose):
    assert turn(explained(life(filed("2025-07-07"), *steps), "2025-07-09")) is whose


def test_the_posts_time_is_told_from_the_agencys():
    by_post = filed(submitted="2025-07-07", channel=Channel.POST)
    assert turn(explained(life(by_post), "2025-07-08")) is Turn.POST
    to_post = filed("2025-07-07", return_mode=ReturnMode.POST)
    ready = life(to_post, step("done", "2025-07-08"))
    assert turn(explained(ready, "2025-07-09")) is Turn.POST


def test_a_limit_in_hours_is_paused_by_the_minute():
    limit = TimeLimit(amount=8, unit=TimeUnit.WORKING_HOUR)
    steps = [step("waiting_payment", "2025-07-07 10:00"), step("processing", "2025-07-07 14:30")]
    reading = life(filed("2025-07-07"), *steps, limit=limit).case.reading
    # 8 h from 9:00 end at 9:00 next day; 1.5 h before lunch and 1 h after it were the applicant's.
    assert reading.due_at == at("2025-07-08 11:30")
    assert OFFICE.hours.elapsed(at("2025-07-07 10:00"), at("2025-07-07 14:30"), OFFICE.calendar)
