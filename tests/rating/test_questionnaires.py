"""Questionnaires are data, and wrong data does not start."""

from collections.abc import Mapping

import pytest
import yaml
from pydantic import ValidationError

from contracts.vocabulary import Occasion, OptionClass
from services.rating import domain
from services.rating.questionnaires import choose, chosen, questionnaires, read


def several() -> Mapping:
    """A questionnaire with a second question that may be left out, as a later version could have."""
    level = {"label": {"vi": "Mức", "en": "Level"}, "option_class": "neutral"}
    options = [{"id": "yes", "score": 5, **level}, {"id": "no", "score": 1, **level}]
    question = {"label": {"vi": "Câu hỏi", "en": "Question"}, "options": options}
    return {
        "id": "several/1",
        "source": "for the test",
        "title": {"vi": "Phiếu", "en": "Form"},
        "thanks": {"vi": "Cảm ơn", "en": "Thank you"},
        "questions": [
            {"id": "overall", "required": True, **question},
            {"id": "attitude/1", "required": False, **question},
        ],
    }


def test_the_five_levels_stand_from_best_to_worst_with_what_they_count_as():
    [overall] = questionnaires()["overall-5/1"].questions
    assert [(o.id, o.score, o.label.vi) for o in overall.options] == [
        ("5", 5, "Rất hài lòng"),
        ("4", 4, "Hài lòng"),
        ("3", 3, "Bình thường"),
        ("2", 2, "Không hài lòng"),
        ("1", 1, "Rất không hài lòng"),
    ]
    classes = [o.option_class for o in overall.options]
    good, neutral, bad = OptionClass.POSITIVE, OptionClass.NEUTRAL, OptionClass.NEGATIVE
    assert classes == [good, good, neutral, bad, bad]


def test_every_occasion_asks_a_questionnaire():
    assert set(chosen()) == set(Occasion)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("returned: overall-5/1", "for delivered"),
        ("{returned: overall-5/1, delivered: overall-5/9}", "for delivered"),
        ("{returned: overall-5/1, delivered: overall-5/1, birthday: overall-5/1}", "birthday"),
        ("returned", "dict"),
    ],
)
def test_a_choice_that_leaves_an_occasion_without_a_questionnaire_is_refused(text, told):
    with pytest.raises(ValueError, match=told):
        choose(text, questionnaires())


def test_a_question_that_may_be_left_out_may_be_left_out_but_not_answered_wrongly():
    form = read(yaml.safe_dump(several()))
    assert domain.mistakes(form, {"overall": "yes"}) == []
    assert domain.mistakes(form, {"overall": "no", "attitude/1": "yes"}) == []
    [mistake] = domain.mistakes(form, {"overall": "no", "attitude/1": "5"})
    assert (mistake.pointer, mistake.code) == ("/answers/attitude~11", "unknown-option")


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda q: q["questions"].pop(0), "must be asked"),
        (lambda q: q["questions"][0].update(required=False), "be required"),
        (lambda q: q["questions"].append(q["questions"][1]), "asked twice"),
        (lambda q: q["questions"][0]["options"].append(q["questions"][0]["options"][0]), "twice"),
        (lambda q: q["questions"][0]["options"][0].update(score=0), "scored 1 to 5"),
        (lambda q: q["questions"][0]["options"][0].update(score=6), "score"),
        (lambda q: q["questions"][0]["options"][0].update(id=5), "valid string"),
        (lambda q: q["questions"][0]["options"][0].update(option_class="good"), "option_class"),
        (lambda q: q["title"].pop("en"), "title.en"),
        (lambda q: q.update(surprise=1), "surprise"),
        (lambda q: q.update(id="overall"), "id"),
    ],
)
def test_a_questionnaire_that_cannot_be_counted_is_refused(spoil, told):
    questionnaire = yaml.safe_load(yaml.safe_dump(several()))
    spoil(questionnaire)
    with pytest.raises(ValidationError, match=told):
        read(yaml.safe_dump(questionnaire))


@pytest.mark.parametrize(
    ("comment", "kept"),
    [
        ("CMND 023456789.", "CMND […]."),
        ("CCCD 079 123 456 789", "CCCD […]"),
        ("+84 903-123-456 hoặc 0903.123.456", "[…] hoặc […]"),
        ("Thư: nguyen.van.a@example.vn, cảm ơn", "Thư: […] cảm ơn"),
        ("Chờ 12 ngày, hẹn 19/03/2020 lúc 8:30", "Chờ 12 ngày, hẹn 19/03/2020 lúc 8:30"),
        ("1" * 4000, "[…]"),
    ],
)
def test_what_may_be_somebodys_is_taken_out_of_the_copy(comment, kept):
    assert domain.redacted(comment) == kept


def test_a_token_is_long_unguessable_text_that_another_key_does_not_make():
    token = domain.token_of(b"k" * 32, "0" * 32)
    assert len(token) == 43
    assert token.replace("-", "").replace("_", "").isalnum()
    assert token == domain.token_of(b"k" * 32, "0" * 32)
    assert token != domain.token_of(b"l" * 32, "0" * 32)
    assert token != domain.token_of(b"k" * 32, "1" * 32)
