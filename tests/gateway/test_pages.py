"""The pages people see: what they say, in both languages, and what they never do."""

import json
import re
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from jinja2 import UndefinedError

from chassis.pages import Pages
from contracts.rating import RatingReceipt
from contracts.vocabulary import (
    DeskState,
    DossierStatus,
    FigureState,
    Occasion,
    PaperKind,
    ReplyChannel,
    Verdict,
)
from gateway.codes import CodeMistake
from gateway.periods import PeriodKind
from gateway.web.home import home_page
from gateway.web.layout import STATIC, asset
from gateway.web.rating import Given, RatingError, posted_answers, rating_page, thanks_page
from gateway.web.reference import reference_page
from gateway.web.refusal import Refusal, refusal_page
from gateway.web.track import TrackError
from gateway.web.wording import LANGUAGES, language_of, wording
from tests.gateway.page_samples import TOKEN, Reading, a_form, every_page

WEB = STATIC.parent
PAGES = [(language, name) for language in LANGUAGES for name in every_page()]


@pytest.fixture(scope="module")
def read() -> dict[tuple[str, str], Reading]:
    return {
        (language, name): Reading(html)
        for language in LANGUAGES
        for name, html in every_page(language).items()
    }


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_well_formed_and_says_its_language(page, read):
    reading = read[page]
    assert reading.faults == []
    assert reading.all("html")[0]["lang"] == page[0]
    ids = [attributes["id"] for _, attributes in reading.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_runs_no_script_and_needs_no_other_server(page, read):
    reading = read[page]
    assert reading.all("script", "style", "iframe", "object") == []
    for tag, attributes in reading.elements:
        assert "style" not in attributes, tag
        assert not [name for name in attributes if name.startswith("on")], tag
        for name in ("href", "src", "action"):
            target = attributes.get(name) or ""
            assert "//" not in target, (tag, target)
            assert not target.startswith(("http:", "https:", "javascript:", "data:")), tag


@pytest.mark.parametrize("page", PAGES)
def test_headings_come_in_order_under_one_title(page, read):
    levels = [int(tag[1]) for tag, _ in read[page].elements if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("page", PAGES)
def test_everything_that_names_another_element_finds_it(page, read):
    reading = read[page]
    ids = {attributes.get("id") for _, attributes in reading.elements}
    for _, attributes in reading.elements:
        for name in ("for", "aria-labelledby", "aria-describedby"):
            assert set((attributes.get(name) or "").split()) <= ids
        inside = attributes.get("href") or ""
        assert not inside.startswith("#") or inside[1:] in ids
    fields = reading.all("input", "textarea", "select")
    inputs = [each for each in fields if each.get("type") != "hidden"]
    assert {each["id"] for each in inputs} == {each["for"] for each in reading.all("label")}
    for drawing in reading.all("svg"):
        hidden = drawing.get("aria-hidden") == "true"
        assert hidden or (drawing.get("role") == "img" and drawing.get("aria-labelledby"))


def test_every_sentence_is_written_in_both_languages_and_used():
    written = "".join(
        path.read_text("utf-8") for path in (WEB / "templates").rglob("*") if path.is_file()
    )
    written += "".join(path.read_text("utf-8") for path in WEB.glob("*.py"))
    written += "".join(path.read_text("utf-8") for path in (WEB / "kiosk").glob("*.js"))
    enums = {
        f"_{value}".replace("-", "_")
        for kind in (
            *(Verdict, FigureState, Occasion, RatingError),
            *(
                DossierStatus,
                PaperKind,
                TrackError,
                DeskState,
                CodeMistake,
                PeriodKind,
                ReplyChannel,
            ),
        )
        for value in kind
    }
    for path in (WEB / "texts").glob("*.json"):
        for key, sentences in json.loads(path.read_text("utf-8")).items():
            assert set(sentences) == set(LANGUAGES), f"{path.name}: {key}"
            assert all(text.strip() for text in sentences.values()), f"{path.name}: {key}"
            blanks = [re.findall(r"\{\w+\}", sentences[language]) for language in LANGUAGES]
            assert sorted(blanks[0]) == sorted(blanks[1]), f"{path.name}: {key}"
            composed = any(key.endswith(value) for value in enums) or path.stem == "refusal"
            composed = composed or key.startswith(("where_", "level_"))
            assert composed or re.search(rf"\b{key}\b", written), f"{path.name}: {key} is not used"


def test_every_verdict_and_state_has_its_words():
    words = wording("board", "vi")
    assert {f"verdict_{verdict}" for verdict in Verdict} <= set(words)
    assert {f"state_{state}" for state in FigureState} <= set(words)


def test_an_unknown_language_is_answered_in_vietnamese():
    assert language_of("fr") == "vi"
    assert language_of("en") == "en"


def test_headers_forbid_what_a_page_does_not_do():
    page = home_page(None, "en")
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self' data:")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'; base-uri 'none'" in policy
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["content-language"] == "en"
    assert page.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("language", LANGUAGES)
def test_rating_pages_are_neither_kept_nor_found(language):
    for page in (
        rating_page(a_form(), TOKEN, language),
        thanks_page(language),
        *(refusal_page(kind, language) for kind in Refusal),
    ):
        assert page.headers["cache-control"] == "no-store"
        assert "noindex" in page.headers["x-robots-tag"]
        assert page.headers["referrer-policy"] == "no-referrer"


def test_a_template_that_asks_for_more_than_it_is_given_fails():
    with pytest.raises(UndefinedError):
        Pages("gateway.web").page("home.html", language="vi")


def test_the_rating_form_favours_no_answer(read):
    reading = read["vi", "rating"]
    radios = [each for each in reading.all("input") if each.get("type") == "radio"]
    overall = [each for each in radios if each["name"] == "answer.overall"]
    assert [each["value"] for each in overall] == ["5", "4", "3", "2", "1"]
    assert not [each for each in radios if "checked" in each or "autofocus" in each]
    assert len(reading.all("fieldset")) == len(reading.all("legend")) == 2
    assert len([each for each in reading.all("svg") if each.get("class") == "face"]) == 5
    assert len({each["href"] for each in reading.all("use")}) == 5
    form = reading.all("form")[0]
    assert (form["method"], form["action"]) == ("post", f"/r/{TOKEN}")
    assert "required" not in reading.all("textarea")[0]


def test_the_rating_form_names_the_procedure_and_the_office_and_no_day(read):
    text = read["vi", "rating"].spoken
    assert "Thành lập hộ kinh doanh" in text
    assert "Ủy ban nhân dân quận Bình Thạnh" in text
    assert "2021" not in text


def test_a_form_sent_empty_comes_back_with_what_was_written():
    page = rating_page(
        a_form(), TOKEN, "vi", "nothing_chosen", given=Given({"explained": "no"}, "<b>chờ lâu")
    )
    assert page.status_code == 422
    reading = Reading(bytes(page.body).decode())
    focused = [each for _, each in reading.elements if "autofocus" in each]
    assert [each["role"] for each in focused] == ["alert"]
    assert "#q1-first" in {each["href"] for each in reading.all("a")}
    radios = [each for each in reading.all("input") if each.get("type") == "radio"]
    assert [each["value"] for each in radios if "checked" in each] == ["no"]
    assert reading.all("fieldset")[0]["aria-describedby"] == "q1-wrong"
    assert "aria-describedby" not in reading.all("fieldset")[1]
    assert "<b>chờ lâu" in reading.spoken


def test_the_form_reads_back_what_it_asked(read):
    names = {each["name"] for each in read["vi", "rating"].all("input")}
    wishes = {"contact", "complaint", "petition"}
    assert names == {"language", "answer.overall", "answer.explained"} | wishes
    posted = {"answer.overall": "5", "answer.explained": "", "comment": "x", "language": "vi"}
    assert posted_answers(posted) == {"overall": "5"}


def test_thanks_tell_when_the_rating_was_recorded_in_vietnam():
    receipt = RatingReceipt(accepted_at=datetime(2020, 3, 16, 18, 0, tzinfo=UTC), message="ok")
    page = bytes(thanks_page("vi", receipt).body).decode()
    assert "01:00, 17/03/2020 (giờ Việt Nam)" in page


@pytest.mark.parametrize(
    ("kind", "status"),
    [("used", 409), ("expired", 410), ("unknown_link", 404), ("unavailable", 503)],
)
def test_a_refusal_answers_with_its_status(kind, status):
    page = refusal_page(kind, "vi")
    assert page.status_code == status
    assert ("retry-after" in page.headers) == (status == 503)


def test_the_reference_shows_shapes_scopes_and_problem_codes(read):
    text = " ".join(read["en", "reference"].spoken.split())
    assert "PUT /v1/dossiers/{code}" in text
    assert "Scope: dossiers:write" in text
    assert "no token needed" in text
    assert "code stands <as it is>" in text
    assert "counter | online" in text
    assert "received_at date-time" in text
    assert "list of object ≤ 9 items (the same structure again)" in text
    assert "unknown-agency No such agency taken It is taken" in text
    assert "dossier-code-taken idempotency-key-reused" in text
    assert '"channel": "counter"' in text


def test_a_reference_that_leads_nowhere_is_not_passed_over():
    broken = {"$ref": "#/components/schemas/Nothing"}
    answers = {"200": {"content": {"application/json": {"schema": broken}}}}
    document = {
        "info": {"title": "x", "version": "1"},
        "paths": {"/": {"get": {"responses": answers}}},
    }
    with pytest.raises(KeyError):
        reference_page(document, "vi")


def test_stylesheets_are_asked_for_by_their_content(read):
    icon, frame, rest = (each["href"] for each in read["vi", "home"].all("link"))
    assert (icon, frame, rest) == tuple(map(asset, ("motcua.svg", "frame.css", "motcua.css")))
    assert re.fullmatch(r"/static/motcua\.css\?v=[0-9a-f]{12}", rest)
    assert read["vi", "rating"].all("link")[2]["href"] == asset("rating.css")


TEXT_ON_GROUND = [
    *[(text, ground) for text in ("ink", "soft", "accent") for ground in ("paper", "card")],
    *[(f"{mood}", f"{mood}-soft") for mood in ("met", "miss", "none", "later", "doubt")],
    *[("ink", ground) for ground in ("miss-soft", "accent-soft", "code")],
    ("on-accent", "accent"),
    ("none", "card"),
]
DRAWN_ON_GROUND = [
    *[(mood, "card") for mood in ("met", "miss", "none", "later", "doubt", "edge", "accent")],
    *[("on-mark", mood) for mood in ("met", "miss")],
    ("edge", "paper"),
    ("met", "track"),
    ("ink", "lamp"),
]


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_every_text_can_be_read_on_its_ground(scheme):
    colours = palette(scheme)
    for pairs, least in ((TEXT_ON_GROUND, 4.5), (DRAWN_ON_GROUND, 3)):
        for front, back in pairs:
            assert contrast(colours[front], colours[back]) >= least, (scheme, front, back)


def palette(scheme: str) -> dict[str, str]:
    """The colours of the stylesheets in a scheme; what a scheme leaves out is as in the light one."""
    css = (STATIC / "frame.css").read_text("utf-8")
    roots = re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    assert len(roots) == 3
    chosen = {"light": [0], "dark": [0, 1], "print": [0, 2]}[scheme]
    found = (re.findall(r"--([\w-]+): (#[0-9a-f]{6});", roots[place]) for place in chosen)
    return {name: colour for pairs in found for name, colour in pairs}


def contrast(front: str, back: str) -> float:
    """Contrast of two colours as WCAG 2.2 defines it."""
    darker, lighter = sorted((luminance(front), luminance(back)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
