"""What is wrong with a field is told in the caller's language, and what a code is where one is not."""

import pytest
from pydantic import BaseModel, ValidationError

from chassis.field_words import WORDS, words_of
from services.intake import service
from tests.builders import filing

WRONG = filing(
    agency="H 29",
    channel="phone",
    received_at="2020-03-16 09:00",
    adress="Đường số 1",
    applicant={"kind": "citizen"},
    flags={"digitised": "yes"},
)
TOLD = {
    "/agency": ("Mã chỉ gồm chữ cái không dấu", "A code has letters A to Z"),
    "/channel": ("'online' hoặc 'post'", "'online' or 'post'"),
    "/received_at": ("Viết thời điểm kèm múi giờ", "Write the instant with its offset"),
    "/adress": ("Không có trường này", "There is no such field"),
    "/applicant/name": ("Bắt buộc phải có", "is required"),
    "/flags/digitised": ("Phải là true hoặc false", "Give true or false"),
}


@pytest.mark.parametrize(("language", "place"), [("", 0), ("vi, en;q=0.5", 0), ("en", 1)])
@pytest.mark.parametrize("engine", ["sqlite"])
async def test_a_field_is_told_of_in_the_callers_language(lone, language, place):
    async with lone(service) as intake, intake.calls() as client:
        headers = {"Accept-Language": language}
        answer = await client.post("/v1/dossiers", json=WRONG, headers=headers)
    assert answer.status_code == 422
    told = {error["pointer"]: error["detail"] for error in answer.json()["errors"]}
    assert set(told) == set(TOLD)
    for pointer, words in TOLD.items():
        assert words[place] in told[pointer]
    assert ("to change" in answer.json()["detail"]) == bool(place)


class Every(BaseModel):
    """A model with a rule for each kind of mistake that has values of its own."""


def test_every_text_can_be_told_with_what_pydantic_gives_it():
    values = dict.fromkeys(("min_length", "max_length", "ge", "gt", "le", "lt"), 3)
    values |= {
        "pattern": "^x{2}$",
        "expected": "'a' or 'b'",
        "what": "a day",
        "first": 1,
        "last": 2,
    }
    for kind in WORDS:
        for english in (False, True):
            text = words_of({"type": kind, "msg": "", "ctx": values}, english=english)
            assert text.endswith("."), kind
            assert "{min" not in text
            assert "}}" not in text


def test_a_rare_mistake_is_told_as_it_comes():
    with pytest.raises(ValidationError) as raised:
        Every.model_validate_json("{")
    [mistake] = raised.value.errors()
    assert words_of(mistake, english=False) == mistake["msg"]
