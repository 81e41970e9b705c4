"""An answer of the portal is read by its mapping, exactly, or refused with the place that does not fit."""

import json

import pytest

from contracts.national_evaluations import AnswerMapping
from contracts.vocabulary import Evaluation
from services.kpi.indicators import LIBRARY
from services.kpi.national.mapping import components, shipped
from services.kpi.national.reading import (
    MOST_LEVELS,
    NO_DATA,
    PROVISIONAL,
    AnswerNotOk,
    AnswerUnfit,
    figures,
)
from tests.kpi.national import answer, node

PROGRESS = shipped().evaluations[Evaluation.PROGRESS]


def read(*nodes, mapping=PROGRESS, **more):
    return figures(answer(*nodes, **more), mapping)


def test_every_department_of_a_tree_is_read_those_above_first():
    tree = node("1", 9, 10, 18, "H29", [node("2", 4, 5, 16, "A", [node("3", 1, 1, 20)]), node("4")])
    assert [one.department for one in read(tree)] == ["1", "2", "3", "4"]
    first = read(tree)[0]
    assert (first.code, first.name) == ("H29", "Đơn vị H29")
    assert (first.count, first.among, first.points) == (9, 10, "18")


def test_null_is_not_told_and_zero_is_zero():
    none, nothing = read(node("1"), node("2", 0, 0, 0))
    assert (none.count, none.among, none.points, none.reported) == (None, None, None, True)
    assert (nothing.count, nothing.among, nothing.points) == (0, 0, "0")


def test_numbers_are_read_exactly_whether_they_come_as_numbers_or_as_text():
    text = answer(node("1", "12", 30)).replace('"score": null', '"score": 8.10')
    [told] = figures(text.replace('"denominator": 30', '"denominator": 30.0'), PROGRESS)
    assert (told.count, told.among, told.points) == (12, 30, "8.10")


def test_where_the_portal_says_it_has_no_data_numbers_beside_that_are_none():
    flagged = node("1", 0, 0, 0, status=NO_DATA)
    bare = {"departmentId": "2", "flags": [NO_DATA]}
    switched = node("3", 5, 6, 7, **{NO_DATA: True})
    off = node("4", 5, 6, 7, **{NO_DATA: False})
    told = read(flagged, bare, switched, off)
    assert [(one.count, one.reported) for one in told] == [
        *((None, False), (None, False), (None, False)),
        (5, True),
    ]


def test_a_provisional_denominator_is_marked_and_kept():
    [one] = read(node("1", 5, 6, 7, note=PROVISIONAL))
    assert (one.provisional, one.count, one.among) == (True, 5, 6)
    [all_of_them] = read(node("1", 5, 6, 7), flag=PROVISIONAL)
    assert all_of_them.provisional


def test_members_that_nobody_asks_for_make_no_difference():
    plain, more = read(node("1", 5, 6)), read(node("1", 5, 6, rank=3, trend=[1.5, None], x={}))
    assert plain == more


@pytest.mark.parametrize(
    ("nodes", "pointer", "code"),
    [
        ([node("1") | {"departmentId": None}], "/answer/data/0/departmentId", "missing"),
        ([{"numerator": 1}], "/answer/data/0/departmentId", "missing"),
        ([node("a b")], "/answer/data/0/departmentId", "no-id"),
        ([node("1"), node("1")], "/answer/data/1/departmentId", "twice"),
        ([node("1", -1)], "/answer/data/0/numerator", "no-count"),
        ([node("1", 1.5)], "/answer/data/0/numerator", "no-count"),
        ([node("1", "1e3")], "/answer/data/0/numerator", "no-count"),
        ([node("1", True)], "/answer/data/0/numerator", "no-number"),
        ([node("1", 1, [2])], "/answer/data/0/denominator", "no-number"),
        ([node("1", 1, 2, "tốt")], "/answer/data/0/score", "no-points"),
        ([{"departmentId": "1", "denominator": 3}], "/answer/data/0/numerator", "missing"),
        ([node("1", below=["x"])], "/answer/data/0/children/0", "no-department"),
        ([node("1") | {"children": "x"}], "/answer/data/0/children", "no-list"),
        ([], "/answer/data", "empty"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(nodes, pointer, code):
    with pytest.raises(AnswerUnfit) as refused:
        read(*nodes)
    [error] = refused.value.errors
    assert (error.pointer, error.code) == (pointer, code)
    assert pointer in refused.value.detail


def test_departments_within_each_other_for_ever_are_refused():
    deep = node("0")
    for n in range(1, MOST_LEVELS + 1):
        deep = node(str(n), below=[deep])
    with pytest.raises(AnswerUnfit, match="levels"):
        read(deep)


@pytest.mark.parametrize(
    "text",
    [
        "<html>",
        '{"code": "OK", "code": "OK", "data": []}',
        '{"code": "ERROR", "data": null}',
        "[]",
        '{"code": "OK", "data": NaN}',
        "[" * 100_000,
    ],
)
def test_a_body_that_is_no_answer_is_refused(text):
    with pytest.raises(AnswerNotOk):
        figures(text, PROGRESS)


def test_another_mapping_reads_another_shape():
    mapping = AnswerMapping.model_validate(
        {
            "nodes": "/data/root",
            "department": "/id",
            "components": {"766.progress": {"count": "/kpi/0/a~1b", "among": "/kpi/1"}},
        }
    )
    text = json.dumps({"code": "OK", "data": {"root": {"id": 7, "kpi": [{"a/b": 1}, 2]}}})
    [one] = figures(text, mapping)
    assert (one.department, one.count, one.among, one.points) == ("7", 1, 2, None)


def test_every_component_that_is_shipped_is_one_of_the_national_score_and_none_is_left_out():
    named = [name for one in shipped().evaluations.values() for name in one.components]
    assert sorted(named) == sorted(components(LIBRARY))
    assert set(shipped().evaluations) == set(Evaluation)
    assert shipped().verified is False
