"""What may cross a border: text, instants, codes, labels, envelopes."""

import json
import unicodedata
from datetime import UTC, date, datetime
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from contracts import vocabulary
from contracts.labels import LABELS, label
from contracts.problems import Problem
from contracts.text import clean_line
from contracts.wire import Code, Day, Instant, Line, Reckoned


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
        '"1584324000"',
        '"-1"',
        '"1584324000.5"',
        '"1584324000000"',
        '"2020-03-16"',
        '"2020-03-16 09:00:00+07:00"',
        '"2020-03-16T09:00+07:00"',
        '"2020-03-16T09:00:00+0700"',
        '"2020-03-16T09:00:00+07"',
        '"2020-03-16T09:00:00,5+07:00"',
        '"2020-03-16T09:00:00.+07:00"',
        '"2020-03-16T09:00:00 +07:00"',
        '"2020-W12-1T09:00:00Z"',
        '"2200-01-01T00:00:00Z"',
        '"1899-12-31T23:59:59Z"',
        '"Z"',
        '""',
        "true",
        "null",
    ],
)
def test_an_instant_is_rfc_3339_text_with_an_offset_within_reason(told):
    read = TypeAdapter(Instant)
    as_in_a_body = partial(read.validate_json, told, strict=True)
    as_in_an_address = partial(read.validate_python, json.loads(told))
    for attempt in (as_in_a_body, as_in_an_address):
        with pytest.raises(ValidationError) as refused:
            attempt()
        [error] = refused.value.errors()
        assert error["type"] in {"instant_unreadable", "offset_missing", "out_of_range"}
        assert error["msg"].endswith(".")


@pytest.mark.parametrize(
    ("told", "instant"),
    [
        ("2020-03-16T09:00:00+07:00", datetime(2020, 3, 16, 2, tzinfo=UTC)),
        ("2020-03-16t02:00:00z", datetime(2020, 3, 16, 2, tzinfo=UTC)),
        ("2020-03-15T21:00:00.5-05:00", datetime(2020, 3, 16, 2, 0, 0, 500_000, tzinfo=UTC)),
        ("1900-01-01T00:00:00Z", datetime(1900, 1, 1, tzinfo=UTC)),
        ("2199-12-31T23:59:59Z", datetime(2199, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_an_instant_is_read_as_it_is_written(told, instant):
    assert TypeAdapter(Instant).validate_json(json.dumps(told), strict=True) == instant
    assert TypeAdapter(Instant).validate_python(told) == instant
    assert TypeAdapter(Instant).validate_python(instant) == instant


@given(st.datetimes(datetime(1900, 1, 2), datetime(2199, 12, 30), timezones=st.timezones()))  # noqa: DTZ001 - zones are drawn
def test_an_instant_survives_being_written_and_read(instant):
    instant = instant.astimezone(UTC)
    written = TypeAdapter(Instant).dump_json(instant)
    assert TypeAdapter(Instant).validate_json(written, strict=True) == instant
    assert TypeAdapter(Reckoned).validate_json(written, strict=True) == instant


def test_what_we_work_out_reaches_further_than_what_we_are_told():
    told = "2214-08-01T17:00:00+07:00"
    assert TypeAdapter(Reckoned).validate_python(told).year == 2214
    with pytest.raises(ValidationError, match="1900 to 2199"):
        TypeAdapter(Instant).validate_python(told)
    with pytest.raises(ValidationError):
        TypeAdapter(Reckoned).validate_python("1584324000")


@pytest.mark.parametrize(
    "told", ["1584316800", "2020-3-16", "2020-03-16T00:00:00", "-1", "2200-01-01", ""]
)
def test_a_day_is_written_as_year_month_and_day(told):
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(Day).validate_python(told)
    assert refused.value.errors()[0]["type"] in {"day_unreadable", "out_of_range"}
    assert TypeAdapter(Day).validate_python("2020-03-16") == date(2020, 3, 16)


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


def test_the_code_of_a_refusal_has_a_hyphen_between_any_two_words():
    from gateway.forms import NotAForm

    assert NotAForm.code() == "not-a-form"
    for kind in every_problem():
        assert kind.code().replace("-", "") == kind.__name__.lower()
        assert all(kind.code().split("-")), kind
