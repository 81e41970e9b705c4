"""What may cross a border: text, instants, codes, labels, envelopes."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from contracts import vocabulary
from contracts.labels import LABELS, label
from contracts.problems import Problem
from contracts.text import clean_line
from contracts.wire import Code, Instant, Line


@given(st.text())
def test_a_clean_line_is_stable_printable_and_nfc_or_refused(text):
    try:
        cleaned = clean_line(text)
    except ValueError:
        return
    assert clean_line(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert "\n" not in cleaned
    cleaned.encode()


@pytest.mark.parametrize(
    "text",
    [
        "a\x00b",
        "a\u200bb",
        "a\u202eb",
        "\ufeffa",
        "a\u00adb",
        "\ud800",
        "\u3164",
        "a" + "\u0301" * 5,
        "a\ue000b",
    ],
)
def test_invisible_and_broken_characters_are_refused(text):
    with pytest.raises(ValueError, match="holds|stacks"):
        clean_line(text)


def test_a_name_typed_in_pieces_is_the_same_name():
    assert clean_line(unicodedata.normalize("NFD", "Nguyễn Thị Ánh")) == "Nguyễn Thị Ánh"


@pytest.mark.parametrize(
    "told",
    [
        '"2020-03-16T09:00:00"',
        "1584324000",
        '"0001-01-01T00:00:00+07:00"',
        '"9999-12-31T23:59:59Z"',
        '"2020-02-30T00:00:00Z"',
        '"20200316090000"',
        "null",
    ],
)
def test_an_instant_has_an_offset_and_lies_within_reason(told):
    with pytest.raises(ValidationError):
        TypeAdapter(Instant).validate_json(told, strict=True)


@pytest.mark.parametrize("told", ["", " ", "a b", "a\n", "é", "-a", "a" * 65, "../../x"])
def test_a_code_is_plain_ascii(told):
    with pytest.raises(ValidationError):
        TypeAdapter(Code).validate_python(told)


def test_a_line_is_trimmed_before_it_may_be_called_empty():
    with pytest.raises(ValidationError):
        TypeAdapter(Line).validate_python("")


def shown_enums():
    from enum import StrEnum

    return [
        kind
        for kind in vars(vocabulary).values()
        if isinstance(kind, type) and issubclass(kind, StrEnum) and kind is not StrEnum
    ]


@pytest.mark.parametrize("kind", shown_enums())
def test_every_word_the_api_shows_has_a_vietnamese_and_an_english_label(kind):
    assert set(LABELS[kind]) == set(kind)
    for word in kind:
        assert label(word, "vi")
        assert label(word, "en")


def every_problem(kind=Problem):
    yield kind
    for inner in kind.__subclasses__():
        yield from every_problem(inner)


def test_every_refusal_has_its_own_code_and_a_vietnamese_title():
    import suite.services  # noqa: F401

    kinds = [k for k in every_problem() if not k.__module__.startswith("tests")]
    named = [
        k
        for k in kinds
        if k.__module__.split(".")[0] in {"contracts", "chassis", "services", "gateway"}
    ]
    assert len(named) > 40
    for kind in named:
        assert kind.title(), kind
        assert kind.title_vi, kind
        assert 400 <= kind.status <= 599
    by_code = {}
    for kind in named:
        by_code.setdefault(kind.code(), set()).add(kind.status)
    assert {code for code, statuses in by_code.items() if len(statuses) > 1} == set()
