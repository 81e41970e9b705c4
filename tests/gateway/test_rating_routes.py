"""What the gateway makes of what rating says of a link; a stand-in says what takes long to bring about."""

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from gateway.rating_pages import REFUSALS
from gateway.web.refusal import STATUS
from tests.gateway.page_samples import Reading
from tests.gateway.rating_samples import CODE, TOKEN, UNTIL, a_form_of, a_reply, a_standing

RECEIPT = {"accepted_at": UNTIL.isoformat(), "message": ""}


class Rating:
    """Answers as rating does, and remembers what it was told."""

    def __init__(self, questionnaire="overall-5/1") -> None:
        self.questionnaire = questionnaire
        self.refuses: tuple[int, str, list[dict]] | None = None
        self.form_refuses: tuple[int, str, list[dict]] | None = None
        self.version = 0
        self.standing = None
        self.reply = None
        self.told: list[dict] = []

    @property
    def app(self):
        return Starlette(
            routes=[
                Route("/v1/rating-forms/{token}", self.form),
                Route("/v1/ratings", self.rate, methods=["POST"]),
                Route("/v1/rating-refusals", self.decline, methods=["POST"]),
                Route("/v1/rating-standings/{token}", self.stands),
                Route("/v1/rating-replies/{token}", self.replies, methods=["GET", "POST"]),
            ]
        )

    async def form(self, request):
        if self.form_refuses and not request.query_params.get("revises"):
            return problem(*self.form_refuses)
        view = a_form_of(self.questionnaire, request.query_params["language"])
        return JSONResponse(view.model_dump(mode="json"))

    async def stands(self, _):
        if self.standing is None:
            return problem(404, "unknown-rating")
        return JSONResponse(self.standing.model_dump(mode="json"))

    async def replies(self, request):
        if self.reply is None:
            return problem(404, "no-reply-awaited")
        if request.method == "POST":
            self.told.append(await request.json())
            self.reply = a_reply(self.reply.text)
        return JSONResponse(self.reply.model_dump(mode="json"))

    async def rate(self, request):
        self.told.append(await request.json())
        if self.refuses:
            return problem(*self.refuses)
        self.version += 1
        receipt = RECEIPT | {"version": self.version, "revisable_until": UNTIL.isoformat()}
        return JSONResponse(receipt, 201 if self.version == 1 else 200)

    async def decline(self, request):
        self.told.append(await request.json())
        if self.refuses:
            return problem(*self.refuses)
        return JSONResponse({"declined_at": UNTIL.isoformat()})


def problem(status, code, errors=()):
    told = {"type": f"urn:motcua:problem:{code}", "title": "", "status": status, "detail": ""}
    kind = "application/problem+json"
    return JSONResponse(told | {"code": code, "errors": list(errors)}, status, media_type=kind)


def said(answer: httpx.Response) -> str:
    return " ".join(Reading(answer.text).spoken.split())


async def test_each_end_of_a_link_is_told_with_its_status_and_kept_by_nobody(before):
    rating = Rating()
    statuses = {"unknown-rating-link": 404, "rating-code-mistyped": 422}
    async with before(rating) as client:
        pages = set()
        for code, kind in REFUSALS.items():
            conflict = code.endswith(("given", "meanwhile", "early"))
            rating.form_refuses = (statuses.get(code, 409 if conflict else 410), code, [])
            answer = await client.get(f"/r/{TOKEN}")
            assert answer.status_code == STATUS[kind], code
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["referrer-policy"] == "no-referrer"
            assert "noindex" in answer.headers["x-robots-tag"]
            pages.add(said(answer))
        assert len(pages) == len(REFUSALS)
        rating.form_refuses = (410, "something-new", [])
        assert (await client.get(f"/r/{TOKEN}")).status_code == 410


async def test_a_comment_of_a_hundred_thousand_characters_comes_back_whole_and_is_told_to_nobody(
    before,
):
    rating = Rating()
    comment = "😀é<script>" * 10_000
    async with before(rating) as client:
        form = {"answer.overall": "2", "comment": comment, "language": "vi"}
        answer = await client.post(f"/r/{TOKEN}", data=form)
        assert answer.status_code == 422
        reading = Reading(answer.text)
        assert comment in reading.spoken
        assert reading.all("script") == []
        checked = [each["value"] for each in reading.all("input") if "checked" in each]
        assert checked == ["2"]
        assert "dài quá 4.000 ký tự" in said(answer)
        assert rating.told == []
        rating.form_refuses = (409, "rating-already-given", [])
        assert (await client.post(f"/r/{TOKEN}", data=form)).status_code == 409


async def test_a_form_beyond_all_measure_is_answered_with_the_form(before):
    rating = Rating()
    async with before(rating) as client:
        form = {"answer.overall": "2", "comment": "x" * 2_000_000}
        answer = await client.post(f"/r/{TOKEN}", data=form)
        assert answer.status_code == 422
        assert "dài quá 4.000 ký tự" in said(answer)
        assert rating.told == []


async def test_text_is_counted_and_told_as_it_will_be_kept(before):
    """A browser sends two characters for a line break, and some keyboards two for a letter with a mark."""
    rating = Rating()
    async with before(rating) as client:
        written = "e\u0302\u0301\r\n" * 2000
        form = {"answer.overall": "5", "comment": written, "language": "vi"}
        assert (await client.post(f"/r/{TOKEN}", data=form)).status_code == 200
        assert rating.told[0]["comment"] == "ế\n" * 2000
        assert "revises" not in rating.told[0]


@pytest.mark.parametrize(
    ("errors", "shown", "wrong"),
    [
        ([{"pointer": "/comment", "code": "value_error", "detail": "…"}], "ký tự ẩn", 0),
        ([{"pointer": "/answers/unit", "code": "unknown-option", "detail": "…"}], "chưa hợp lệ", 1),
        ([{"pointer": "/answers/overall", "code": "missing", "detail": "…"}], "Còn câu chưa", 1),
        ([], "chưa hợp lệ", 1),
    ],
)
async def test_what_rating_does_not_take_is_shown_where_it_stands(before, errors, shown, wrong):
    rating = Rating()
    rating.refuses = (422, "answers-invalid", errors)
    async with before(rating) as client:
        form = {"answer.overall": "2", "comment": "Chờ lâu", "language": "vi"}
        answer = await client.post(f"/r/{TOKEN}", data=form)
        assert (answer.status_code, shown in said(answer)) == (422, True)
        reading = Reading(answer.text)
        marked = [each for each in reading.all("fieldset") if each.get("class") == "wrong"]
        assert len(marked) == wrong
        assert "Chờ lâu" in reading.spoken


async def test_a_rating_is_changed_from_the_page_that_thanked_for_it(before):
    rating = Rating("sipas/1")
    view = a_form_of("sipas/1")
    async with before(rating) as client:
        answers = {f"answer.{q.id}": q.options[0].id for q in view.questions}
        thanks = await client.post(
            f"/r/{TOKEN}", data=answers | {"comment": "Hai\ndòng", "language": "vi"}
        )
        form = Reading(thanks.text)
        held = {each["name"]: each["value"] for each in form.all("input")}
        again = await client.post(form.all("form")[0]["action"], data=held)
        assert again.status_code == 200
        filled = Reading(again.text)
        assert "Hai\ndòng" in filled.spoken
        assert len(rating.told) == 1
        chosen = {each["name"]: each["value"] for each in filled.all("input") if "checked" in each}
        assert chosen == answers
        hidden = {e["name"]: e["value"] for e in filled.all("input") if e["type"] == "hidden"}
        assert hidden == {"language": "vi", "revises": "1"}
        first = next(iter(answers))
        changed = answers | {first: view.questions[0].options[1].id}
        second = await client.post(f"/r/{TOKEN}", data=changed | hidden)
        assert "Đánh giá đã sửa được ghi nhận" in said(second)
        assert rating.told[1]["revises"] == 1
        assert "comment" not in rating.told[1]
        rating.refuses = (409, "rating-revised-meanwhile", [])
        late = await client.post(f"/r/{TOKEN}", data=changed | hidden)
        assert (late.status_code, "sửa ở nơi khác" in said(late)) == (409, True)


async def test_a_used_link_tells_until_when_its_rating_can_be_changed_and_leads_there(before):
    rating = Rating()
    rating.form_refuses = (409, "rating-already-given", [])
    async with before(rating) as client:
        assert "form" not in dict(Reading((await client.get(f"/r/{TOKEN}")).text).elements)
        rating.standing = a_standing(revisable=True)
        used = await client.get(f"/r/{TOKEN}")
        assert (used.status_code, "Còn sửa được đến 01:10, 17/03/2020" in said(used)) == (409, True)
        held = {each["name"]: each["value"] for each in Reading(used.text).all("input")}
        assert held == {"language": "vi", "revises": "2"}
        form = await client.post(Reading(used.text).all("form")[0]["action"], data=held)
        assert (form.status_code, "Quý vị đang sửa đánh giá" in said(form)) == (200, True)
        rating.standing = a_standing(revisable=False)
        late = await client.get(f"/r/{TOKEN}")
        assert "sửa được đến 01:10, 17/03/2020" in said(late)
        assert "form" not in dict(Reading(late.text).elements)


@pytest.mark.parametrize("revises", ["x", "-1", "0", "1" * 5000, "١"])
async def test_a_version_that_is_none_is_left_out(before, revises):
    rating = Rating()
    async with before(rating) as client:
        await client.post(f"/r/{TOKEN}", data={"answer.overall": "5", "revises": revises})
        assert "revises" not in rating.told[0]


async def test_who_does_not_wish_to_rate_says_so_and_may_think_again(before):
    rating = Rating()
    async with before(rating) as client:
        form = Reading((await client.get(f"/r/{TOKEN}?lang=en")).text).all("form")[1]
        assert form["action"] == f"/r/{TOKEN}/decline"
        for _ in range(2):
            answer = await client.post(form["action"], data={"language": "en"})
            assert answer.status_code == 200
        assert rating.told == [{"token": TOKEN}] * 2
        links = [each["href"] for each in Reading(answer.text).all("a")]
        assert f"/r/{TOKEN}?lang=en" in links
        rating.form_refuses = rating.refuses = (410, "rating-link-expired", [])
        assert (await client.post(form["action"], data={"language": "vi"})).status_code == 410


async def test_a_code_from_paper_leads_to_its_form_and_a_wrong_one_is_kept_to_be_mended(before):
    async with before(Rating()) as client:
        grouped = "-".join(CODE[place : place + 4] for place in range(0, 27, 4)).lower()
        asked = await client.get("/r?lang=en")
        assert (asked.status_code, asked.headers["referrer-policy"]) == (200, "no-referrer")
        led = await client.post("/r", data={"code": f" {grouped} ", "language": "en"})
        assert (led.status_code, led.headers["location"]) == (303, f"/r/{CODE}?lang=en")
        wrong = await client.post("/r", data={"code": f"{grouped}<b>", "language": "vi"})
        assert wrong.status_code == 422
        field = next(each for each in Reading(wrong.text).all("input") if each["name"] == "code")
        assert field["value"] == f"{grouped}<b>"
        assert "không có ký tự “<”, “>”" in said(wrong)
        for answer in (asked, led, wrong):
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["referrer-policy"] == "no-referrer"
            assert "noindex" in answer.headers["x-robots-tag"]


@pytest.mark.parametrize("token", ["%00", "a%20b", "%E1%BB%87", "x" * 200, "$"])
@pytest.mark.parametrize("step", ["", "/revise", "/decline"])
async def test_what_can_be_no_link_is_none(before, token, step):
    rating = Rating()
    async with before(rating) as client:
        answer = await client.post(f"/r/{token}{step}", data={"answer.overall": "5"})
        assert answer.status_code == 404
        assert rating.told == []


async def test_a_reply_is_asked_for_where_the_citizen_wants_it(before):
    rating = Rating()
    form = {"answer.overall": "1", "comment": "Chờ lâu", "language": "vi"}
    async with before(rating) as client:
        wishes = {"reply": "phone", "contact": "", "complaint": "yes", "petition": "yes"}
        missing = await client.post(f"/r/{TOKEN}", data=form | wishes)
        assert (missing.status_code, "Xin ghi số điện thoại" in said(missing)) == (422, True)
        reading = Reading(missing.text)
        assert "open" in reading.all("details")[0]
        ticked = [each["name"] for each in reading.all("input") if "checked" in each]
        assert ticked == ["answer.overall", "complaint", "petition"]
        assert rating.told == []
        thanks = await client.post(f"/r/{TOKEN}", data=form | wishes | {"contact": "0900 000 001"})
        assert "Quý vị sẽ được trả lời" in said(thanks)
        [told] = rating.told
        assert told["contact"] == {"channel": "phone", "value": "0900 000 001"}
        assert (told["complaint"], told["petition"]) == (True, True)
        here = await client.post(f"/r/{TOKEN}", data=form | {"reply": "page", "contact": "x"})
        assert here.status_code == 200
        assert rating.told[1]["contact"] == {"channel": "page"}
        nothing = await client.post(f"/r/{TOKEN}", data=form | {"reply": "", "contact": "x"})
        assert nothing.status_code == 200
        assert {"contact", "complaint", "petition"} & rating.told[2].keys() == set()


async def test_a_used_link_shows_the_reply_and_asks_once_whether_it_helped(before):
    rating = Rating()
    rating.form_refuses = (409, "rating-already-given", [])
    async with before(rating) as client:
        rating.reply = a_reply()
        assert "chậm nhất ngày 16/03/2020" in said(await client.get(f"/r/{TOKEN}"))
        rating.reply = a_reply("Chúng tôi đã <b>xin lỗi</b>.", asked=True)
        shown = await client.get(f"/r/{TOKEN}")
        reading = Reading(shown.text)
        assert "Chúng tôi đã <b>xin lỗi</b>." in reading.spoken
        [form] = reading.all("form")
        unsaid = await client.post(form["action"], data={"language": "vi"})
        assert (unsaid.status_code, rating.told) == (303, [])
        judged = await client.post(form["action"], data={"language": "vi", "resolved": "no"})
        assert (judged.status_code, judged.headers["location"]) == (303, f"/r/{TOKEN}")
        assert rating.told == [{"resolved": False}]
        assert Reading((await client.get(f"/r/{TOKEN}")).text).all("form") == []
