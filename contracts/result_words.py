"""Words of a result on its way and of what goes wrong there; read them from `contracts.vocabulary`."""

from enum import StrEnum


class RecipientRule(StrEnum):
    """To whom the post may hand the result of a procedure (người được nhận kết quả)."""

    ANYONE = "anyone"
    """Whoever is at the address."""
    IN_PERSON = "in_person"
    """The addressee alone (chính chủ)."""
    AUTHORISED = "authorised"
    """The addressee, or somebody with a written authorisation (người được ủy quyền)."""
    IDENTITY_SHOWN = "identity_shown"
    """Whoever it is shows identity papers (xuất trình giấy tờ tùy thân)."""


class ResultLocation(StrEnum):
    """Where the result of a dossier is (nơi đang giữ kết quả)."""

    COUNTER = "counter"
    POST = "post"
    CITIZEN = "citizen"
    UNKNOWN = "unknown"
    """Lost, destroyed, or told in two ways that contradict each other."""


class IncidentKind(StrEnum):
    """What went wrong with an item of the post (sự cố bưu gửi)."""

    MISDELIVERED = "misdelivered"
    """It may have reached somebody else, or reports of its end contradict each other."""
    LOST = "lost"
    DAMAGED = "damaged"
    WRONG_RECEIVER = "wrong_receiver"
    """Who took it is not whom the procedure allows, or is not told."""
    IDENTITY_PAPERS_EXPOSED = "identity_papers_exposed"
    """Identity papers came before the eyes, or into the hands, of a stranger."""


class IncidentState(StrEnum):
    """Whether the issuing agency still has to act on an incident (tình trạng sự cố)."""

    OPEN = "open"
    CLOSED = "closed"


class IncidentOutcome(StrEnum):
    """What the issuing agency did about an incident (kết quả xử lý sự cố)."""

    REVOKED = "revoked"
    """The papers were declared void (thu hồi, hủy giá trị)."""
    REISSUED = "reissued"
    """The papers were issued anew (cấp lại)."""
    FOUND = "found"
    """The item, or the right receiver, was found (đã tìm thấy)."""
    NO_HARM = "no_harm"
    """Nothing had to be done (không gây hậu quả)."""
