"""Small worlds of dossiers, as events, for trying the figures."""

from datetime import datetime, timedelta

from hypothesis import strategies as st

from contracts.intake import DossierFiled, DossierProgressed
from contracts.postal import ShipmentAccepted, ShipmentDelivered
from contracts.rating import RatingSubmitted
from contracts.vocabulary import (
    VIETNAM,
    Carrier,
    Channel,
    DossierStatus,
    Leg,
    Occasion,
    OptionClass,
    Proof,
    Provenance,
    ReturnMode,
    TimeUnit,
)

NOON = datetime(2020, 3, 10, 12, tzinfo=VIETNAM)


def filed(
    code="d1", agency="A", field="f", procedure="p", channel=Channel.COUNTER, at=NOON, **told
):
    return DossierFiled(
        code=code,
        procedure=procedure,
        field=field,
        agency=agency,
        competent_agency=agency,
        returning_agency=agency,
        channel=channel,
        return_mode=told.pop("return_mode", ReturnMode.COUNTER),
        revision=1,
        status=DossierStatus.ACCEPTED,
        received_at=at,
        due_at=told.pop("due_at", at + timedelta(days=3)),
        due_unit=told.pop("due_unit", TimeUnit.WORKING_DAY),
        **told,
    )


def progressed(code="d1", revision=2, done_at=None, returned_at=None, **told):
    return DossierProgressed(
        code=code,
        revision=revision,
        status=DossierStatus.RETURNED if returned_at else DossierStatus.DONE,
        received_at=told.pop("received_at", NOON),
        due_at=told.pop("due_at", NOON + timedelta(days=3)),
        due_unit=told.pop("due_unit", TimeUnit.WORKING_DAY),
        done_at=done_at,
        returned_at=returned_at,
    )


def accepted(code="d1", leg=Leg.OUTBOUND_RESULT, at=NOON, attempt=1):
    return ShipmentAccepted(
        shipment=f"s-{code}-{attempt}",
        dossier=code,
        leg=leg,
        attempt=attempt,
        carrier=Carrier.VNPOST_D,
        accepted_at=at,
    )


def delivered(code="d1", at=NOON):
    return ShipmentDelivered(
        shipment=f"s-{code}-1",
        dossier=code,
        leg=Leg.OUTBOUND_RESULT,
        attempt=1,
        carrier=Carrier.VNPOST_D,
        delivered_at=at,
        proof=Proof.EVIDENCED,
    )


def rated(code="d1", score=5, at=NOON):
    kind = (
        OptionClass.POSITIVE
        if score >= 4
        else OptionClass.NEUTRAL
        if score == 3
        else OptionClass.NEGATIVE
    )
    return RatingSubmitted(
        dossier=code,
        occasion=Occasion.RETURNED,
        questionnaire="overall-5/1",
        option=str(score),
        score=score,
        option_class=kind,
        provenance=Provenance.SELF_LINK,
        submitted_at=at,
    )


moments = st.integers(0, 24 * 400).map(
    lambda hours: datetime(2019, 12, 1, tzinfo=VIETNAM) + timedelta(hours=hours)
)


@st.composite
def lives(draw, code="d1"):
    """Everything that may be announced of one dossier."""
    at = draw(moments)
    events = [
        filed(
            code,
            agency=draw(st.sampled_from("AB")),
            field=draw(st.sampled_from("fg")),
            procedure=draw(st.sampled_from("pq")),
            channel=draw(st.sampled_from(list(Channel))),
            at=at,
        )
    ]
    for revision in range(2, 2 + draw(st.integers(0, 3))):
        done = draw(st.none() | moments)
        events.append(
            progressed(
                code, revision, done, draw(st.none() | moments) if done else None, received_at=at
            )
        )
    for attempt in range(1, 1 + draw(st.integers(0, 2))):
        leg = draw(
            st.sampled_from([Leg.INBOUND_DOSSIER, Leg.OUTBOUND_RESULT, Leg.OUTBOUND_ORIGINALS])
        )
        events.append(accepted(code, leg, draw(moments), attempt))
    if draw(st.booleans()):
        events.append(delivered(code, draw(moments)))
    if draw(st.booleans()):
        events.append(rated(code, draw(st.integers(1, 5)), draw(moments)))
    return events
