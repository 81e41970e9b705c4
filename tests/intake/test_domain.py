from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.vocabulary import VIETNAM, DossierStatus
from services.intake.domain import (
    LEGAL_MOVES,
    NATIONAL_STATUSES,
    DossierCode,
    Filed,
    Step,
    differing_fields,
    fold,
    holdings,
    in_order,
    move_between,
    national_code,
    national_status,
    parse_dossier_code,
    step_key,
)

MORNING = datetime(2020, 3, 16, 9, 0, tzinfo=VIETNAM)


def step(status: str, hours: float, due_hours: float | None = None) -> Step:
    occurred_at = MORNING + timedelta(hours=hours)
    due_at = None if due_hours is None else MORNING + timedelta(hours=due_hours)
    status = DossierStatus(status)
    return Step(status, occurred_at, due_at, step_key(status, occurred_at, due_at=due_at))


RECEIVED = Filed(received_at=MORNING)
STEPS = st.builds(
    step,
    st.sampled_from(DossierStatus),
    st.integers(-5, 5),  # few hours, so that equal instants and equal steps come up
    st.none() | st.integers(0, 3),
)
FILINGS = st.builds(Filed, received_at=st.none() | st.just(MORNING))


def test_every_status_has_one_national_code_from_1_to_10_in_order():
    assert list(NATIONAL_STATUSES) == list(range(1, 11))
    known = [status for status in DossierStatus if status is not DossierStatus.UNMAPPED]
    assert list(NATIONAL_STATUSES.values()) == known
    assert all(national_status(national_code(status)) is status for status in DossierStatus)


@pytest.mark.parametrize("code", [0, 11, -1])
def test_a_national_code_of_no_known_state_stays_unmapped(code):
    assert national_status(code) is DossierStatus.UNMAPPED
    assert fold([step("unmapped", 1)], RECEIVED) == fold([], RECEIVED)


def test_each_legal_move_stands_once_and_names_its_article():
    pairs = [(move.before, move.after) for move in LEGAL_MOVES]
    events = [(move.before, move.event) for move in LEGAL_MOVES]
    assert len(set(pairs)) == len(set(events)) == len(pairs)
    assert all("Điều" in move.ground for move in LEGAL_MOVES)
    assert all(before is not after for before, after in pairs)


def test_the_table_of_moves_fits_on_one_screen():
    import inspect

    from services.intake.domain import moves

    source = inspect.getsource(moves)
    table = source[source.index("LEGAL_MOVES = (") : source.index("# fmt: on")]
    assert len(table.splitlines()) < 45


def test_a_dossier_settled_at_once_makes_an_ordinary_move():
    assert move_between(DossierStatus.ACCEPTED, DossierStatus.DONE).guard == ()


def test_ended_dossiers_go_on_only_by_a_move_that_is_named():
    ends = {DossierStatus.REFUSED, DossierStatus.WITHDRAWN, DossierStatus.STOPPED}
    on = [move for move in LEGAL_MOVES if move.before in ends]
    assert on
    assert all("reopened" in move.guard for move in on)


def test_every_status_can_be_reached_from_submission():
    reached = {DossierStatus.SUBMITTED}
    for _ in LEGAL_MOVES:
        reached |= {move.after for move in LEGAL_MOVES if move.before in reached}
    assert reached == set(DossierStatus) - {DossierStatus.UNMAPPED}


def test_a_dossier_without_steps_stands_where_its_filing_put_it():
    assert fold([], Filed()).status is DossierStatus.SUBMITTED
    position = fold([], RECEIVED)
    assert position.status is DossierStatus.ACCEPTED
    assert position.received_at == MORNING
    assert (position.done_at, position.returned_at, position.ended_at) == (None, None, None)


def test_a_dossier_filed_without_receipt_is_received_by_its_first_accepted_step():
    steps = [step("accepted", 2), step("accepted", 1), step("processing", 3)]
    position = fold(steps, Filed(submitted_at=MORNING))
    assert position.received_at == MORNING + timedelta(hours=1)
    assert position.status is DossierStatus.PROCESSING


def test_the_filings_receipt_stands_against_an_accepted_step():
    assert fold([step("accepted", -1)], RECEIVED).received_at == MORNING


@pytest.mark.parametrize("status", ["submitted", "refused", "waiting_supplement"])
def test_what_came_before_the_receipt_is_over_with_it(status):
    assert fold([step(status, -1)], RECEIVED).status is DossierStatus.ACCEPTED
    assert fold([step(status, -1)], Filed()).status == status


def test_work_outranks_the_receipt_even_when_its_clock_ran_behind():
    assert fold([step("done", -9)], RECEIVED).status is DossierStatus.DONE


def test_a_supplement_asked_after_the_receipt_counts():
    assert fold([step("waiting_supplement", 1)], RECEIVED).status == "waiting_supplement"
    assert fold([step("waiting_supplement", 0)], RECEIVED).status == "waiting_supplement"


def test_a_returned_dossier_stays_returned_when_an_earlier_step_comes_late():
    steps = [step("returned", 5), step("processing", 2), step("done", 4)]
    position = fold(steps, RECEIVED)
    assert position.status is DossierStatus.RETURNED
    assert position.done_at == MORNING + timedelta(hours=4)
    assert position.returned_at == MORNING + timedelta(hours=5)


def test_a_correction_leaves_the_first_result_and_the_first_return_standing():
    steps = [step("done", 1), step("returned", 2), step("processing", 3), step("done", 4)]
    position = fold(steps, RECEIVED)
    assert position.status is DossierStatus.DONE
    assert position.done_at == MORNING + timedelta(hours=1)
    assert position.returned_at == MORNING + timedelta(hours=2)


def test_a_result_nobody_called_ready_was_ready_when_returned():
    position = fold([step("returned", 5), step("returned", 6)], RECEIVED)
    assert position.done_at == position.returned_at == MORNING + timedelta(hours=5)


def test_an_ended_dossier_tells_since_when_and_a_reopened_one_no_more():
    stopped = [step("processing", 1), step("stopped", 2)]
    assert fold(stopped, RECEIVED).ended_at == MORNING + timedelta(hours=2)
    assert fold([*stopped, step("processing", 3)], RECEIVED).ended_at is None


def test_who_has_a_dossier_is_told_from_hand_to_hand():
    filed = Filed(received_at=MORNING, agency="A", competent_agency="B")
    assert [one.agency for one in holdings([], filed)] == ["A"]
    handed = [
        replace(step("processing", 1), agency="B"),
        replace(step("processing", 2), agency="B"),
        replace(step("processing", 3), agency="C"),
    ]
    told = holdings(reversed(handed), filed)
    assert [(one.agency, one.until) for one in told] == [
        ("A", MORNING + timedelta(hours=1)),
        ("B", MORNING + timedelta(hours=3)),
        ("C", None),
    ]
    assert fold(handed, filed).holder == "C"
    assert fold([], filed).holder == "A"


def test_a_stage_that_is_done_leaves_the_whole_in_processing():
    done = replace(step("done", 1), stage="tax")
    assert fold([done], RECEIVED).status is DossierStatus.PROCESSING
    assert fold([done], RECEIVED).done_at is None
    waiting = replace(step("waiting_supplement", 2), stage="tax")
    assert fold([done, waiting], RECEIVED).status is DossierStatus.WAITING_SUPPLEMENT
    over = [step("done", 1), replace(step("processing", 2), stage="tax")]
    assert fold(over, RECEIVED).status is DossierStatus.DONE


def test_steps_of_one_instant_end_where_the_dossier_got_furthest():
    steps = [step("returned", 1), step("accepted", 1), step("done", 1)]
    assert [one.status for one in in_order(steps)] == ["accepted", "done", "returned"]
    assert fold(steps, RECEIVED).status is DossierStatus.RETURNED


@settings(max_examples=150, deadline=None)
@given(st.lists(STEPS, max_size=12), FILINGS, st.randoms(use_true_random=False))
def test_late_shuffled_and_repeated_steps_give_the_same_position(steps, filed, chance):
    again = steps + chance.choices(steps, k=5) if steps else []
    chance.shuffle(again)
    assert fold(again, filed) == fold(steps, filed)
    assert holdings(again, filed) == holdings(steps, filed)


@settings(max_examples=100, deadline=None)
@given(st.lists(STEPS, max_size=12), FILINGS)
def test_the_status_is_one_that_was_told(steps, filed):
    position = fold(iter(steps), filed)
    told = {one.status for one in steps} | {DossierStatus.SUBMITTED, DossierStatus.ACCEPTED}
    assert position.status in told - {DossierStatus.UNMAPPED}
    if position.returned_at:
        assert position.done_at is not None
    if filed.received_at:
        assert position.status is not DossierStatus.SUBMITTED or any(
            one.status is DossierStatus.SUBMITTED and one.occurred_at > filed.received_at
            for one in steps
        )


@settings(max_examples=100, deadline=None)
@given(st.lists(STEPS, max_size=12), st.integers(-5, 4), FILINGS)
def test_an_earlier_step_that_comes_late_never_takes_back_a_return(steps, hours, filed):
    steps = [one for one in steps if one.occurred_at < MORNING + timedelta(hours=5)]
    steps.append(step("returned", 5))
    assert fold([*steps, step("processing", hours)], filed).status is DossierStatus.RETURNED


def test_the_same_row_has_the_same_key_whatever_its_offset():
    abroad = MORNING.astimezone(timezone(timedelta(hours=-3)))
    key = step_key(DossierStatus.DONE, MORNING, actor="Nguyễn Văn A", due_at=MORNING)
    assert key == step_key(DossierStatus.DONE, abroad, actor="Nguyễn Văn A", note="", due_at=abroad)
    assert len(key) == 32


def test_any_other_content_has_another_key():
    keys = {
        step_key(DossierStatus.DONE, MORNING),
        step_key(DossierStatus.RETURNED, MORNING),
        step_key(DossierStatus.DONE, MORNING + timedelta(microseconds=1)),
        step_key(DossierStatus.DONE, MORNING, actor="a"),
        step_key(DossierStatus.DONE, MORNING, unit="a"),
        step_key(DossierStatus.DONE, MORNING, note="a"),
        step_key(DossierStatus.DONE, MORNING, due_at=MORNING),
        step_key(DossierStatus.DONE, MORNING, actor='a","b'),
        step_key(DossierStatus.DONE, MORNING, actor="a", unit="b"),
        step_key(DossierStatus.DONE, MORNING, agency="a"),
        step_key(DossierStatus.DONE, MORNING, stage="a"),
    }
    assert len(keys) == 11


def test_a_row_without_an_offset_has_no_key():
    with pytest.raises(ValueError, match="offset"):
        step_key(DossierStatus.DONE, MORNING.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("a", "b", "pointers"),
    [
        ({}, {}, []),
        ({"code": "A", "note": None}, {"code": "A"}, []),
        ({"b": 1, "a": 1}, {"b": 2, "a": 2}, ["/a", "/b"]),
        (
            {"flags": {"paid": True, "signed": 1}},
            {"flags": {"paid": 1, "signed": 1}},
            ["/flags/paid"],
        ),
        ({"a/b": {"c~d": 1}}, {"a/b": {"c~d": 2}}, ["/a~1b/c~0d"]),
        ({"items": [1, {"x": 2}]}, {"items": [1, {"x": 3}]}, ["/items/1/x"]),
        ({"items": [1, 2]}, {"items": [1]}, ["/items"]),
        ({"at": MORNING}, {"at": MORNING.astimezone(UTC)}, []),
        ({"applicant": {"name": "A"}}, {"applicant": "A"}, ["/applicant"]),
    ],
)
def test_differing_fields_are_pointed_at(a, b, pointers):
    assert differing_fields(a, b) == pointers
    assert differing_fields(b, a) == pointers


@pytest.mark.parametrize(
    ("code", "organisation", "day", "sequence"),
    [
        ("000.00.19.H29-200316-0001", "000.00.19.H29", date(2020, 3, 16), 1),
        ("38.98.H29-210519-00031", "38.98.H29", date(2021, 5, 19), 31),
        ("000.00.01.H29-260310-0420", "000.00.01.H29", date(2026, 3, 10), 420),
        (" h29.19.00-200229-012345 ", "H29.19.00", date(2020, 2, 29), 12345),
    ],
)
def test_a_code_written_as_the_decree_asks_is_read(code, organisation, day, sequence):
    assert parse_dossier_code(code) == DossierCode(organisation, day, sequence)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "HS-17",
        "H29-200316-001",
        "H29-201332-0001",
        "H29-210229-0001",
        "-200316-0001",
        "H29-200316-0001-2",
        "H29-٢٠٠٣١٦-0001",
    ],
)
def test_a_code_written_otherwise_is_no_parts_and_no_error(code):
    assert parse_dossier_code(code) is None


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40))
def test_reading_a_code_never_fails(code):
    assert parse_dossier_code(code) is None or "-" in code
