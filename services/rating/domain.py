"""What a rating is: when a citizen is asked, by which secret, and which answers count. Values only."""

import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256

from contracts.problems import FieldError
from contracts.vocabulary import Leg, Occasion, ReturnMode
from services.rating.questionnaires import Questionnaire

REMOVED = "[…]"
"""What stands in a redacted comment where something personal stood."""

_EMAIL = re.compile(r"[^\s@]{1,64}@[^\s@]{1,190}")
_LONG_NUMBER = re.compile(r"\+?\d(?:[ .-]?\d){8,}")
"""Nine digits or more: CCCD (12), CMND (9), tax code (10, 13), social insurance (10), phones, accounts."""


def occasion_of_return(return_mode: ReturnMode) -> Occasion | None:
    """What a returned result invites to rate; nothing yet where the post still has to bring it.

    >>> occasion_of_return(ReturnMode.ONLINE)
    <Occasion.RETURNED: 'returned'>
    >>> occasion_of_return(ReturnMode.POST) is None
    True
    """
    return None if return_mode is ReturnMode.POST else Occasion.RETURNED


def occasion_of_delivery(leg: Leg) -> Occasion | None:
    """What a confirmed delivery invites to rate: the result that is in the citizen's hand now.

    >>> occasion_of_delivery(Leg.OUTBOUND_RESULT)
    <Occasion.RETURNED: 'returned'>
    >>> occasion_of_delivery(Leg.INBOUND_DOSSIER) is None
    True
    """
    return Occasion.RETURNED if leg is Leg.OUTBOUND_RESULT else None


def expiry(handed_over_at: datetime, minted_at: datetime, days: int) -> datetime:
    """Until when a link is good: so many days from the moment the citizen could first use it.

    News may come late, so a link is never born old.

    >>> from datetime import UTC
    >>> expiry(datetime(2020, 3, 19, tzinfo=UTC), datetime(2020, 3, 25, tzinfo=UTC), 30)
    datetime.datetime(2020, 4, 24, 0, 0, tzinfo=datetime.timezone.utc)
    """
    return max(handed_over_at, minted_at) + timedelta(days=days)


def token_of(key: bytes, invitation: str) -> str:
    """The secret of an invitation: HMAC-SHA256 of its id, as 43 characters of base64url.

    It is derived again whenever the link is asked for, so it is stored nowhere.

    >>> token_of(bytes(32), "an invitation")
    'GJr4VFRZ38VaTA2UwAYvIyzNbhpV-P2UdW6JICMqrCA'
    """
    digest = hmac.digest(key, invitation.encode(), "sha256")
    return urlsafe_b64encode(digest).decode().rstrip("=")


def token_hash(token: str) -> str:
    """What is stored of a token: its SHA-256 in hexadecimal, from which nobody finds the token.

    >>> token_hash("")[:16]
    'e3b0c44298fc1c14'
    """
    return sha256(token.encode("utf-8", "replace")).hexdigest()


def mistakes(questionnaire: Questionnaire, answers: Mapping[str, str]) -> list[FieldError]:
    """What must be changed in the answers (question id to option id) before they count.

    >>> from services.rating.questionnaires import questionnaires
    >>> form = questionnaires()["overall-5/1"]
    >>> mistakes(form, {"overall": "5"})
    []
    >>> [(m.pointer, m.code) for m in mistakes(form, {"overall": "6", "speed": "1"})]
    [('/answers/overall', 'unknown-option'), ('/answers/speed', 'unknown-question')]
    >>> [(m.pointer, m.code) for m in mistakes(form, {})]
    [('/answers/overall', 'missing')]
    """
    found: list[FieldError] = []
    asked = {question.id: question for question in questionnaire.questions}
    for name, question in asked.items():
        if name not in answers:
            if question.required:
                found.append(_mistake(name, "missing", "Answer this question."))
        elif answers[name] not in question.levels:
            found.append(_mistake(name, "unknown-option", "Choose one of the options offered."))
    unasked = [name for name in answers if name not in asked]
    found += [_mistake(n, "unknown-question", "Leave this out: it is not asked.") for n in unasked]
    return found


def redacted(text: str) -> str:
    """A comment without e-mail addresses and long numbers, which may be somebody's.

    Too much may go (a sum of money, a dossier code), too little must not.

    >>> redacted("Gọi tôi: 0903 123 456, CCCD 079123456789, a@b.vn nhé. Chờ 3 ngày.")
    'Gọi tôi: […], CCCD […], […] nhé. Chờ 3 ngày.'
    """
    return _LONG_NUMBER.sub(REMOVED, _EMAIL.sub(REMOVED, text))


def _mistake(question: str, code: str, detail: str) -> FieldError:
    pointer = f"/answers/{question.replace('~', '~0').replace('/', '~1')}"
    return FieldError(pointer=pointer, code=code, detail=detail)
