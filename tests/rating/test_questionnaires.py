"""Questionnaires are data, and wrong data does not start."""

from collections.abc import Mapping
from hashlib import sha256
from itertools import product
from pathlib import Path

import pytest
import yaml

from contracts.vocabulary import Occasion, OptionClass
from services.kpi.lgsp.counting import votes
from services.rating import domain
from services.rating import questionnaires as package
from services.rating.questionnaires import (
    Outcome,
    QuestionnaireUnusable,
    choose,
    chosen,
    portal_levels,
    questionnaires,
    read,
)

FOLDER = Path(package.__file__).parent


def several() -> Mapping:
    """A questionnaire with a second question that may be left out, as a later version could have."""
    good = {"label": {"vi": "Tốt", "en": "Good"}, "option_class": "positive"}
    bad = {"label": {"vi": "Kém", "en": "Bad"}, "option_class": "negative"}
    ends = [{"id": "yes", "score": 5, **good}, {"id": "no", "score": 1, **bad}]
    near = [{"id": "yes", "score": 1, **good}, {"id": "no", "score": 0, **bad}]
    question = {"label": {"vi": "Câu hỏi", "en": "Question"}}
    return {
        "id": "several/1",
        "source": "for the test",
        "title": {"vi": "Phiếu", "en": "Form"},
        "thanks": {"vi": "Cảm ơn", "en": "Thank you"},
        "questions": [
            {"id": "overall", "required": True, "options": ends, **question},
            {"id": "attitude/1", "required": False, "options": near, **question},
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


SPOILT = [
    (
        lambda q: q["questions"].pop(0),
        "form.yaml: the question overall must be asked, or 'derived'",
    ),
    (
        lambda q: q["questions"][0].update(required=False),
        "question overall: must be asked, and be r",
    ),
    (
        lambda q: q["questions"].append(q["questions"][1]),
        "question attitude/1 is asked twice: rename",
    ),
    (
        lambda q: q["questions"][0]["options"].append(q["questions"][0]["options"][0]),
        "question overall: offers option yes twice: rename one",
    ),
    (
        lambda q: q["questions"][0]["options"][1].update(score=0),
        "question overall: is scored 1 to 5",
    ),
    (
        lambda q: q["questions"][0]["options"][0].update(score=6),
        "question overall: questions.0.opt",
    ),
    (lambda q: q["questions"][0]["options"][0].update(id=5), "valid string"),
    (lambda q: q["questions"][1]["options"][0].update(option_class="good"), "option_class: Input"),
    (lambda q: q["questions"][1]["options"][0].pop("option_class"), "option_class: add it"),
    (
        lambda q: q["questions"][1]["options"][0].update(score=3),
        "no option scores 1, 2: close the gap",
    ),
    (
        lambda q: (
            q["questions"][1]["options"][0].update(option_class="negative", score=0)
            or q["questions"][1]["options"][1].update(option_class="positive", score=0)
            or q["questions"][1]["options"][0].update(score=1)
        ),
        "counts as worse: exchange their classes",
    ),
    (
        lambda q: q["questions"][1]["options"][0]["label"].update(vi="Kèm"),
        "two options read alike but for accents",
    ),
    (
        lambda q: q["questions"][0].update(criterion=1) or q["questions"][1].update(criterion=1),
        "twice",
    ),
    (
        lambda q: q["questions"][1].update(known_from="unit", required=True),
        "question attitude/1: is known without asking, so it cannot be required",
    ),
    (lambda q: q["title"].pop("en"), "title.en: add it"),
    (lambda q: q.update(surprise=1), "surprise: take it away"),
    (lambda q: q.update(id="overall"), "id: String should match"),
    (lambda q: q.update(derived=DERIVED), "derived: leave it out, the question overall is asked"),
]

DERIVED = {
    "because": "for the test",
    "levels": [
        {"id": "1", "score": 1, "option_class": "negative", "when": {"negative": 1}},
        {"id": "5", "score": 5, "option_class": "positive"},
    ],
}


@pytest.mark.parametrize(("spoil", "told"), SPOILT)
def test_a_questionnaire_that_cannot_be_counted_is_refused_with_file_question_and_remedy(
    spoil, told
):
    questionnaire = yaml.safe_load(yaml.safe_dump(several()))
    spoil(questionnaire)
    with pytest.raises(QuestionnaireUnusable) as refused:
        read(yaml.safe_dump(questionnaire), "form.yaml")
    assert told in str(refused.value)
    assert all(line.startswith("form.yaml: ") for line in str(refused.value).splitlines())


def derived(**changes):
    """A questionnaire without an overall question."""
    form = yaml.safe_load(yaml.safe_dump(several()))
    form["questions"].pop(0)
    form["questions"][0]["required"] = True
    return {**form, "derived": yaml.safe_load(yaml.safe_dump(DERIVED)), **changes}


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda q: q["questions"][0].update(required=False), "make one question required"),
        (lambda q: q["derived"]["levels"][1].update(when={"negative": 2}), "leave out its 'when'"),
        (lambda q: q["derived"]["levels"][0].pop("when"), "those after it are never reached"),
        (lambda q: q["derived"]["levels"][0].update(id="5"), "level 5 stands twice"),
        (lambda q: q["derived"]["levels"][0].update(score=5), None),
        (lambda q: q["derived"]["levels"][1].update(score=0), "score"),
        (lambda q: q["derived"]["levels"][1].update(score=1, option_class="negative"), None),
        (
            lambda q: (
                q["derived"]["levels"][0].update(score=5)
                or q["derived"]["levels"][1].update(score=1)
            ),
            "a level scores more than another but counts as worse",
        ),
    ],
)
def test_rules_that_leave_an_answer_without_an_outcome_are_refused(spoil, told):
    form = derived()
    assert read(yaml.safe_dump(form)).outcome({"attitude/1": "yes"}).score == 5
    spoil(form)
    if told is None:
        read(yaml.safe_dump(form))
        return
    with pytest.raises(QuestionnaireUnusable, match=told):
        read(yaml.safe_dump(form))


def test_no_yaml_at_all_is_refused_with_its_file():
    with pytest.raises(QuestionnaireUnusable, match=r"form\.yaml is no YAML"):
        read("a: b: c", "form.yaml")


SHIPPED = {
    "delivered-5-1.yaml": "48d4802873f64ad24893066cbda893ad297112840ac7ff385042d241ac2c045f",
    "hcmc-2017-1.yaml": "2f54b37e1134724c855f68ab1af6687b04bb16094eebc3efa07cff42dccc475e",
    "nd118-2025-1.yaml": "a1b096164b106bc2b6387bf7a4e0f5aae24514d8c21becd53b51cd6b1597cfc7",
    "overall-3-1.yaml": "7a8b2318e0d02a997c199ab875691921c51abdaa1cc7caf12da8f8c1ec6c2884",
    "overall-5-1.yaml": "39ca47e6f200a61e1aa8918b82c36c92915902cf3a05adce1ae0b37450907f30",
    "portal-levels.yaml": "26501c285efb09402226d1aa4600c62e467daa87d253c981ddd48505503099ac",
    "received-5-1.yaml": "1f7d0f91acacad9c00b0d5419c864269beeda7bdb5dd3c9eb000ef4a4fd15e73",
    "sipas-1.yaml": "2d1c24f1b4d4499cd90a9ce957e5eec4fbf2daaada7075616da97c12b3cec08d",
    "tt01-2018-1.yaml": "0b47157370a07af754787314f1e1cf09c88b267530f8ab4db60b6740ec1d5725",
    "tt01-2018-local-1.yaml": "bb435103bfc2086863a6122b13a8ad8fcb89cdd96eaa327c6dd91cac6152a095",
}
"""SHA-256 of every file that was shipped. A line is added for a new version; none is ever changed."""


def test_a_questionnaire_that_was_ever_asked_is_never_changed():
    found = {
        file.name: sha256(file.read_bytes()).hexdigest()
        for file in FOLDER.glob("*.yaml")
        if file.name != "choice.yaml"
    }
    assert found == SHIPPED


@pytest.mark.parametrize("form", questionnaires().values(), ids=lambda form: form.id)
def test_every_answer_to_every_questionnaire_comes_to_a_class_and_a_score(form):
    """Every combination of the questions that must be answered, and each question that may be."""
    required = [question for question in form.questions if question.required]
    for chosen_options in product(*(question.levels for question in required)):
        answers = dict(zip((q.id for q in required), chosen_options, strict=True))
        outcome = form.outcome(answers)
        assert 1 <= outcome.score <= 5
        assert outcome.option_class in OptionClass
    best = {q.id: max(q.options, key=lambda o: o.score).id for q in form.questions}
    worst = {q.id: min(q.options, key=lambda o: o.score).id for q in form.questions}
    best_of, worst_of = form.outcome(best), form.outcome(worst)
    assert (best_of.score, best_of.option_class) == (5, OptionClass.POSITIVE)
    assert (worst_of.score, worst_of.option_class) == (1, OptionClass.NEGATIVE)


@pytest.mark.parametrize(
    ("form", "answers", "score", "counts_as"),
    [
        ("hcmc-2017/1", ("on-time", "clear", "friendly"), 5, "positive"),
        ("hcmc-2017/1", ("on-time", "clear", "hard-to-follow"), 2, "negative"),
        ("hcmc-2017/1", ("late", "unclear", "friendly"), 1, "negative"),
        ("sipas/1", ("5", "5", "5", "5", "2"), 4, "positive"),
        ("sipas/1", ("5", "5", "5", "4", "4"), 5, "positive"),
        ("sipas/1", ("4", "4", "3", "3", "3"), 3, "neutral"),
        ("sipas/1", ("1", "2", "1", "2", "1"), 1, "negative"),
        ("sipas/1", ("2", "2", "1", "2", "1"), 2, "negative"),
        ("tt01-2018/1", ("none", "one", "both", "none"), 5, "positive"),
        ("tt01-2018/1", ("once", "none", "both", "none"), 4, "positive"),
        ("tt01-2018/1", ("once", "one", "one", "none"), 3, "neutral"),
        ("tt01-2018/1", ("none", "none", "both", "complaint"), 2, "negative"),
        ("tt01-2018/1", ("more", "none", "both", "complaint"), 1, "negative"),
    ],
)
def test_an_overall_that_is_not_asked_follows_from_the_answers(form, answers, score, counts_as):
    told = questionnaires()[form]
    given = dict(zip(told.asked, answers, strict=True))
    assert domain.mistakes(told, given) == []
    outcome = told.outcome(given)
    assert (outcome.score, outcome.option_class) == (score, counts_as)


def test_what_is_known_without_asking_is_asked_of_nobody():
    nine = questionnaires()["tt01-2018/1"]
    told = {q.criterion: q.known_from for q in nine.criteria if q.known_from}
    assert told == {1: "pace", 2: "stages", 5: "unit", 8: "unit", 9: "unit"}
    given = {"contacts": "none", "agencies": "none", "publication": "both", "attitude": "none"}
    [mistake] = domain.mistakes(nine, given | {"total-time": "shorter"})
    assert (mistake.pointer, mistake.code) == ("/answers/total-time", "unknown-question")


@pytest.mark.parametrize("kind", OptionClass)
@pytest.mark.parametrize("score", range(1, 6))
def test_portals_are_told_the_same_three_levels_that_the_bus_is(kind, score):
    level = portal_levels().level(Outcome("x", score, kind))
    counted = votes([(score, kind, 1)])
    assert getattr(counted, level) == 1


@pytest.mark.parametrize(
    ("comment", "kept"),
    [
        ("CMND 023456789.", "CMND […]."),
        ("CCCD 079 123 456 789", "CCCD […]"),
        ("+84 903-123-456 hoặc 0903.123.456", "[…] hoặc […]"),
        ("Thư: nguyen.van.a@example.vn, cảm ơn", "Thư: […], cảm ơn"),
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
