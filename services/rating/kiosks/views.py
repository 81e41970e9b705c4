"""How kiosks, and what they show, are told."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import segno

from contracts.rating import FormOption, FormQuestion
from contracts.rating.kiosks import (
    EnrolmentView,
    ItemOutcome,
    ItemReceipt,
    KioskForm,
    KioskList,
    KioskOutcome,
    KioskReason,
    KioskScreen,
    KioskSelf,
    KioskState,
    KioskView,
    ReleaseView,
    ShownTicket,
    TicketView,
)
from contracts.vocabulary import VIETNAM, Provenance
from services.rating.kiosks.commands import Device, Handled, Listed, Screen
from services.rating.kiosks.commands.counting import asked_at_rest
from services.rating.kiosks.commands.enrolling import Enrolment
from services.rating.kiosks.tables import Kiosk, KioskTicket
from services.rating.links import Links
from services.rating.questionnaires import LANGUAGES, Question, Questionnaire, questionnaires


def enrolment(made: Enrolment) -> EnrolmentView:
    """An enrolment with its code, in two groups of four."""
    return EnrolmentView(
        code=f"{made.code[:4]}-{made.code[4:]}",
        agency=made.row.agency,
        counter=made.row.counter,
        expires_at=made.row.expires_at.astimezone(VIETNAM),
    )


def itself(device: Device, agency: str | None) -> KioskSelf:
    """What a kiosk is told of itself."""
    return KioskSelf(
        id=device.kiosk.id,
        key=device.key.id,
        agency=agency,
        counter=device.kiosk.counter,
        rotates_at=device.key.rotates_at.astimezone(VIETNAM),
        ends_at=device.key.ends_at.astimezone(VIETNAM),
    )


def kiosks(found: Sequence[Listed], limit: int) -> KioskList:
    """A part of the list, and where the next begins."""
    shown = [kiosk(one) for one in found[:limit]]
    return KioskList(items=shown, next_cursor=shown[-1].id if len(found) > limit else None)


def kiosk(listed: Listed) -> KioskView:
    """A kiosk as an operator sees it."""
    row, standing = listed.kiosk, listed.standing
    silent = standing.silent_since is not None
    state = KioskState.SILENT if silent else KioskState.READY
    return KioskView(
        id=row.id,
        agency=row.agency,
        counter=row.counter,
        state=KioskState.REVOKED if row.revoked_at else state,
        enrolled_at=row.enrolled_at.astimezone(VIETNAM),
        revoked_at=_local(row.revoked_at),
        heard_at=_local(standing.heard_at),
        silent_since=_local(standing.silent_since),
        waiting=standing.waiting,
        skew_seconds=round(standing.skew_ms / 1000),
        held=listed.held,
        refused=listed.refused,
        gaps=standing.gaps,
        keys_end_at=_local(listed.keys_end_at),
    )


def ticket(row: KioskTicket) -> TicketView:
    """A ticket as whoever pushed it sees it."""
    good_until = row.good_until.astimezone(VIETNAM)
    return TicketView(kiosk=row.kiosk, occasion=row.occasion, good_until=good_until)


def screen(shown: Screen, links: Links, now: datetime) -> KioskScreen:
    """What a kiosk shows: names and questions, nothing of anybody."""
    return KioskScreen(
        ticket=_ticket(shown, links),
        at_rest=_forms(asked_at_rest(), shown.kiosk, None, shown.agency),
        server_time=now,
    )


def receipt(handled: Sequence[Handled], now: datetime) -> ItemReceipt:
    """What became of each item."""
    return ItemReceipt(items=[_outcome(one) for one in handled], server_time=now)


def released(became: Counter[KioskOutcome]) -> ReleaseView:
    """What became of held items."""
    return ReleaseView(taken=became[KioskOutcome.TAKEN], refused=became[KioskOutcome.REFUSED])


def _ticket(shown: Screen, links: Links) -> ShownTicket | None:
    if shown.ticket is None or shown.invitation is None:
        return None
    questionnaire = questionnaires()[shown.invitation.questionnaire]
    link = links.url(links.token(shown.invitation, Provenance.SELF_QR))
    code = segno.make(link, error="m", micro=False)
    return ShownTicket(
        id=shown.ticket.id,
        good_until=shown.ticket.good_until,
        forms=_forms(
            questionnaire, shown.kiosk, shown.procedure, shown.dossier_agency or shown.agency
        ),
        link=link,
        qr=_drawn(code),
        qr_size=len(code.matrix),
    )


def _drawn(code: segno.QRCode) -> str:
    """The dark modules as the path of a drawing, without the quiet zone."""
    strokes = []
    for y, row in enumerate(code.matrix):
        x = 0
        while x < len(row):
            start = x
            while x < len(row) and row[x]:
                x += 1
            if x > start:
                strokes.append(f"M{start} {y}h{x - start}v1H{start}z")
            x += 1
    return "".join(strokes)


def _forms(
    asked: Questionnaire, kiosk: Kiosk, procedure: str | None, agency: str | None
) -> list[KioskForm]:
    return [
        KioskForm(
            language=language,
            questionnaire=asked.id,
            title=asked.title.said(language),
            thanks=asked.thanks.said(language),
            procedure=procedure,
            agency=agency,
            counter=kiosk.counter,
            questions=[_question(one, language) for one in asked.questions if one.required],
        )
        for language in LANGUAGES
    ]


def _question(question: Question, language: str) -> FormQuestion:
    options = [FormOption(id=o.id, label=o.label.said(language)) for o in question.options]
    return FormQuestion(
        id=question.id, label=question.label.said(language), required=True, options=options
    )


def _outcome(one: Handled) -> ItemOutcome:
    if one.row is None:
        outcome, reason = KioskOutcome.REFUSED, KioskReason.NOT_SIGNED
        return ItemOutcome(item=one.id, outcome=outcome, repeated=False, reason=reason)
    return ItemOutcome(
        item=one.id,
        outcome=one.row.outcome,
        repeated=one.repeated,
        reason=one.row.reason,
        order=one.row.item_order,
    )


def _local(instant: datetime | None) -> datetime | None:
    return instant.astimezone(VIETNAM) if instant else None
