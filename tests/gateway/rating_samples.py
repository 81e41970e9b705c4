"""What the holder of a rating link is shown: every questionnaire there is, every state of a link."""

from datetime import UTC, datetime
from types import SimpleNamespace

from contracts.rating import RatingFormView, RatingReceipt, RatingStanding, ReplyView
from contracts.vocabulary import CaseState, Occasion, ReplyChannel
from gateway.codes import typed_code
from gateway.web.codes import code_page
from gateway.web.rating import (
    Given,
    RatingError,
    Wanted,
    declined_page,
    rating_page,
    thanks_page,
)
from gateway.web.refusal import Refusal, refusal_page
from services.rating.commands import Form
from services.rating.questionnaires import questionnaires
from services.rating.views import form

TOKEN = "mX2v0q3nR7cYb1LkTgE5wZsHfUjPaOd8iN6yQxVtB4M"
CODE = "0978YKQ3FV4N90VZETV3X32DZ9F"
PROCEDURE = "Đăng ký thay đổi, bổ sung nội dung đăng ký hộ kinh doanh của cá nhân, hộ gia đình"
UNTIL = datetime(2020, 3, 16, 18, 10, tzinfo=UTC)
TYPED = ("", "ABCD EFGH", "ABCD-USER-!", CODE + "00")
"""What is no code: nothing, too short, with letters of none, too long."""


def a_form_of(questionnaire: str, language="vi", occasion=Occasion.RETURNED) -> RatingFormView:
    """A form as rating shows it."""
    invitation = SimpleNamespace(occasion=occasion, expires_at=UNTIL)
    shown = Form(
        questionnaires()[questionnaire], invitation, PROCEDURE, "Ủy ban nhân dân quận Bình Thạnh"
    )
    return form(shown, language)


def a_standing(*, revisable: bool) -> RatingStanding:
    return RatingStanding(accepted_at=UNTIL, version=2, revisable=revisable, revisable_until=UNTIL)


def a_reply(text: str | None = None, *, asked: bool = False) -> ReplyView:
    state = CaseState.ANSWERED if text else CaseState.OPENED
    due_on = None if text else UNTIL.date()
    return ReplyView(state=state, due_on=due_on, text=text, channel=ReplyChannel.PAGE, asked=asked)


def half_filled(view: RatingFormView) -> Given:
    """The first question answered, something written."""
    first = view.questions[0]
    return Given({first.id: first.options[-1].id}, "Chờ <b>lâu</b> quá 😀 & mệt")


def rating_pages(language="vi") -> dict[str, str]:
    """Every page of a rating link, by name."""
    receipt = RatingReceipt(accepted_at=UNTIL, message="", version=2, revisable_until=UNTIL)
    pages = {}
    for named in questionnaires():
        view = a_form_of(named, language)
        given = half_filled(view)
        pages[f"form {named}"] = rating_page(view, TOKEN, language)
        pages[f"form {named} unfinished"] = rating_page(
            view, TOKEN, language, RatingError.INCOMPLETE, given=given
        )
    pages["form to be changed"] = rating_page(
        view, TOKEN, language, given=Given(given.answers, given.comment, 1)
    )
    wanted = Wanted("phone", "", complaint=True, petition=True)
    pages["form without the number for a reply"] = rating_page(
        a_form_of("overall-5/1", language),
        TOKEN,
        language,
        RatingError.CONTACT_MISSING,
        given=Given({"overall": "1"}, "Chờ lâu", None, wanted),
    )
    pages["thanks, a reply is owed"] = thanks_page(
        language, receipt, TOKEN, Given({"overall": "1"}, "Chờ lâu", None, wanted)
    )
    pages |= {
        f"link used, reply {word}": refusal_page(
            Refusal.USED, language, f"/r/{TOKEN}", a_standing(revisable=False), reply
        )
        for word, reply in (
            ("owed", a_reply()),
            ("there", a_reply("Chúng tôi đã <b>kiểm tra</b>.", asked=True)),
            ("judged", a_reply("Chúng tôi đã kiểm tra.")),
        )
    }
    pages["thanks to be changed"] = thanks_page(language, receipt, TOKEN, given)
    pages |= {
        f"form on {occasion}": rating_page(
            a_form_of("overall-5/1", language, occasion), TOKEN, language
        )
        for occasion in Occasion
    }
    pages |= {
        f"declined {kept}": declined_page(language, TOKEN, open_still=kept) for kept in (0, 1)
    }
    pages["code"] = code_page(language)
    pages |= {f"code {typed}": code_page(language, typed, typed_code(typed)) for typed in TYPED}
    pages |= {f"link {kind}": refusal_page(kind, language, f"/r/{TOKEN}") for kind in Refusal}
    pages |= {
        f"link used, {word}": refusal_page(
            Refusal.USED, language, f"/r/{TOKEN}", a_standing(revisable=open_still)
        )
        for word, open_still in (("to be changed", True), ("too late", False))
    }
    return {name: bytes(page.body).decode() for name, page in pages.items()}
