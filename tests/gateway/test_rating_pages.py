"""The pages of a rating link: how heavy they are, what they say, and what is never lost on them."""

import pytest

from contracts.rating import RatingReceipt
from gateway.codes import CodeMistake, typed_code
from gateway.web.layout import STATIC, asset
from gateway.web.rating import Given, RatingError, rating_page, thanks_page
from gateway.web.refusal import Refusal
from services.rating.questionnaires import questionnaires
from tests.gateway.page_samples import Reading
from tests.gateway.rating_samples import CODE, TOKEN, UNTIL, a_form_of, half_filled, rating_pages

HEAVIEST = 30 * 1024
LOADED = ("frame.css", "rating.css", "motcua.svg")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_page_of_a_rating_link_weighs_at_most_30_kb_with_all_it_loads(language):
    style = sum((STATIC / name).stat().st_size for name in LOADED)
    weights = {}
    for name, html in rating_pages(language).items():
        links = {each["href"] for each in Reading(html).all("link")}
        if links <= set(map(asset, LOADED)):
            weights[name] = len(html.encode()) + style
    assert {f"form {named}" for named in questionnaires()} <= weights.keys()
    assert {name: weight for name, weight in weights.items() if weight > HEAVIEST} == {}


@pytest.mark.parametrize("named", questionnaires())
def test_every_questionnaire_is_asked_whole_and_in_its_order(named):
    view = a_form_of(named)
    reading = Reading(bytes(rating_page(view, TOKEN, "vi").body).decode())
    radios = [each for each in reading.all("input") if each.get("type") == "radio"]
    asked = [(each["name"], each["value"]) for each in radios if each["value"]]
    assert asked == [(f"answer.{q.id}", o.id) for q in view.questions for o in q.options]
    left_out = [each["name"] for each in radios if not each["value"]]
    assert left_out == [f"answer.{q.id}" for q in view.questions if not q.required]
    assert not [each for each in radios if "checked" in each]
    assert len(reading.all("fieldset")) == len(view.questions)
    said = " ".join(reading.spoken.split())
    for question in view.questions:
        for text in (question.label, question.help or "", question.section or ""):
            assert text in said


def test_every_question_that_is_not_answered_is_marked_and_led_to():
    view = a_form_of("tt01-2018/1")
    given = half_filled(view)
    page = rating_page(view, TOKEN, "vi", RatingError.NOT_ACCEPTED, given=given)
    reading = Reading(bytes(page.body).decode())
    missing = [f"q{n}" for n, q in enumerate(view.questions, 1) if q.required][1:]
    assert missing
    marked = {each.get("aria-describedby", "") for each in reading.all("fieldset")}
    assert all(any(f"{anchor}-wrong" in each.split() for each in marked) for anchor in missing)
    jumps = {each["href"] for each in reading.all("a")}
    assert {f"#{anchor}-first" for anchor in missing} <= jumps
    assert "#q1-first" not in jumps
    assert given.comment in reading.spoken
    assert [each["value"] for each in reading.all("input") if "checked" in each] == [
        given.answers[view.questions[0].id]
    ]


def test_an_answer_that_is_not_taken_is_the_one_that_is_marked():
    view = a_form_of("sipas/1")
    wrong = view.questions[1].id
    given = Given({q.id: q.options[0].id for q in view.questions})
    page = rating_page(
        view, TOKEN, "vi", RatingError.NOT_ACCEPTED, given=given, wrong=frozenset({wrong})
    )
    reading = Reading(bytes(page.body).decode())
    assert [each.get("class") for each in reading.all("fieldset")].index("wrong") == 1
    assert [each["href"] for each in reading.all("a")].count("#q2-first") == 1


def test_thanks_carry_what_was_given_to_be_changed_while_it_can_be():
    receipt = RatingReceipt(accepted_at=UNTIL, message="", version=2, revisable_until=UNTIL)
    given = Given({"overall": "1"}, 'Chậm</textarea><script>alert("x")</script>')
    reading = Reading(bytes(thanks_page("vi", receipt, TOKEN, given).body).decode())
    assert reading.faults == []
    assert reading.all("script") == []
    assert reading.all("form")[0]["action"] == f"/r/{TOKEN}/revise"
    held = {each["name"]: each["value"] for each in reading.all("input")}
    told = {"language": "vi", "revises": "2", "answer.overall": "1", "comment": given.comment}
    assert held == told
    assert "Sửa được đến 01:10, 17/03/2020" in reading.spoken
    over = receipt.model_copy(update={"revisable_until": None})
    assert "form" not in dict(
        Reading(bytes(thanks_page("vi", over, TOKEN, given).body).decode()).elements
    )


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (f"{CODE}", CODE),
        ("0978-ykq3-fv4n-90vz-etv3-x32d-z9f", CODE),
        ("o978 YKQ3 FV4N 9ovz etv3 x32d z9f", CODE),
        ("0978\u00a0YKQ3\u2013FV4N\u201490VZ\tETV3.X32D\u200bZ9F\r\n", CODE),
        ("\uff10\uff19\uff17\uff18YKQ3FV4N90VZETV3X32DZ9F", CODE),
        ("https://motcua.example.vn/r/0978-YKQ3-FV4N-90VZ-ETV3-X32D-Z9F?lang=en", CODE),
    ],
)
def test_a_code_is_read_however_it_is_typed(typed, read):
    assert (typed_code(typed).code, typed_code(typed).mistake) == (read, None)


@pytest.mark.parametrize(
    ("typed", "mistake"),
    [
        ("", CodeMistake.EMPTY),
        (" -- \n", CodeMistake.EMPTY),
        (CODE[:-1], CodeMistake.SHORT),
        (CODE + "0", CodeMistake.LONG),
        ("Z" * 100_000, CodeMistake.LONG),
        ("U" + CODE[1:], CodeMistake.LETTERS),
        ("Đ" + CODE[1:], CodeMistake.LETTERS),
        ("\u0e51" + CODE[1:], CodeMistake.LETTERS),
        ("😀", CodeMistake.LETTERS),
    ],
)
def test_what_can_be_no_code_is_told_by_what_is_wrong_with_it(typed, mistake):
    assert typed_code(typed).mistake is mistake


def test_every_end_of_a_link_has_words_of_its_own():
    pages = rating_pages("vi")
    said = {Reading(pages[f"link {kind}"]).spoken for kind in Refusal}
    assert len(said) == len(Refusal)
