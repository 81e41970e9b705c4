"""Small worlds of dossiers, as events, for trying the figures."""

from datetime import datetime, timedelta

from hypothesis import strategies as st

from contracts.intake import CountedFlags, DossierAmended, DossierFiled, DossierProgressed
from contracts.postal import ShipmentAccepted, ShipmentDelivered
from contracts.rating import CriteriaAnswered, RatingSubmitted, RatingVoided
from contracts.syncing import DossierMissed, DossierSynchronised
from contracts.vocabulary import (
    VIETNAM,
    Carrier,
    Channel,
    DossierStatus,
    Leg,
    Occasion,
    OnlineService,
    OptionClass,
    Proof,
    Provenance,
    ReturnMode,
    TimeUnit,
)
from services.kpi.facts import Fact, Tally

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
        due_at=told.pop("due_at", at and at + timedelta(days=3)),
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
        **told,
    )


def ended(code="d1", revision=2, status=DossierStatus.STOPPED, at=NOON, **told):
    return DossierProgressed(
        code=code,
        revision=revision,
        status=status,
        received_at=told.pop("received_at", NOON),
        due_at=told.pop("due_at", NOON + timedelta(days=3)),
        due_unit=told.pop("due_unit", TimeUnit.WORKING_DAY),
        ended_at=at,
        settled_at=told.pop("settled_at", at),
        **told,
    )


def amended(code="d1", revision=2, agency="A", field="f", procedure="p", **told):
    return DossierAmended(
        code=code,
        procedure=procedure,
        field=field,
        agency=agency,
        competent_agency=told.pop("competent_agency", agency),
        returning_agency=agency,
        channel=told.pop("channel", Channel.COUNTER),
        return_mode=told.pop("return_mode", ReturnMode.COUNTER),
        revision=revision,
        **told,
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


def rated(code="d1", score=5, at=NOON, version=1, provenance=Provenance.SELF_LINK, criteria=None):
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
        version=version,
        provenance=provenance,
        submitted_at=at,
        criteria=criteria,
    )


def voided(code="d1", version=1, occasion=Occasion.RETURNED):
    return RatingVoided(dossier=code, occasion=occasion, version=version, voided_at=NOON)


def synchronised(code="d1", at=NOON, revision=1):
    return DossierSynchronised(code=code, synchronised_at=at, revision=revision)


def missed(code="d1", at=NOON):
    return DossierMissed(code=code, missed_at=at)


moments = st.integers(0, 24 * 400).map(
    lambda hours: datetime(2019, 12, 1, tzinfo=VIETNAM) + timedelta(hours=hours)
)


points = st.none() | st.integers(0, 2)
answered = st.none() | st.builds(
    CriteriaAnswered,
    contacts=points,
    agencies=points,
    publication=points,
    complaint=st.none() | st.booleans(),
)
provenances = st.sampled_from([Provenance.SELF_LINK, Provenance.KIOSK, Provenance.ASSISTED])


flags = st.builds(
    CountedFlags,
    **{name: st.booleans() for name in CountedFlags.model_fields if name != "national_portal"},
    national_portal=st.none() | st.booleans(),
)
REQUESTS = ("supplement_requested_at", "supplement_waited_until", "supplement_again_at")
ends = st.sampled_from([DossierStatus.REFUSED, DossierStatus.WITHDRAWN, DossierStatus.STOPPED])


def _position(draw, code, revision, at):
    """Where a dossier stands: with a result, ended without one, or in progress."""
    asked = sorted(draw(st.lists(moments, max_size=3)))
    told = {
        "received_at": at,
        "due_at": draw(st.none() | moments),
        "due_unit": draw(st.sampled_from([TimeUnit.WORKING_DAY, TimeUnit.WORKING_HOUR])),
        "statistical_due_at": draw(st.none() | moments),
        **dict(zip(REQUESTS, asked, strict=False)),
    }
    if draw(st.integers(0, 3)) == 0:
        return ended(code, revision, draw(ends), draw(moments), **told)
    done = draw(st.none() | moments)
    told["agency_days"] = draw(st.none() | st.integers(0, 40)) if done else None
    return progressed(code, revision, done, draw(st.none() | moments) if done else None, **told)


@st.composite
def lives(draw, code="d1"):
    """Everything that may be announced of one dossier."""
    at = draw(moments)
    agency = draw(st.sampled_from("AB"))

    def content():
        return {
            "field": draw(st.sampled_from("fg")),
            "procedure": draw(st.sampled_from("pq")),
            "channel": draw(st.sampled_from(list(Channel))),
            "online_service": draw(st.none() | st.sampled_from(list(OnlineService))),
            "flags": draw(st.none() | flags),
        }

    events = [filed(code, agency=agency, at=at, **content())]
    for revision in range(2, 2 + draw(st.integers(0, 3))):
        if draw(st.booleans()):
            at = draw(st.just(at) | moments)
            events.append(amended(code, revision, agency, **content()))
        events.append(_position(draw, code, revision, at))
    events += [
        synchronised(code, draw(moments), revision)
        for revision in range(1, 1 + draw(st.integers(0, 2)))
    ]
    events += [missed(code, draw(moments)) for _ in range(draw(st.integers(0, 2)))]
    for attempt in range(1, 1 + draw(st.integers(0, 2))):
        leg = draw(
            st.sampled_from([Leg.INBOUND_DOSSIER, Leg.OUTBOUND_RESULT, Leg.OUTBOUND_ORIGINALS])
        )
        events.append(accepted(code, leg, draw(moments), attempt))
    if draw(st.booleans()):
        events.append(delivered(code, draw(moments)))
    events += [
        rated(
            *(code, draw(st.integers(1, 5)), draw(moments), version, draw(provenances)),
            criteria=draw(answered),
        )
        for version in draw(st.lists(st.integers(1, 3), max_size=4))
    ]
    events += [voided(code, version) for version in draw(st.sets(st.integers(1, 3), max_size=2))]
    return events


def tallied(*facts):
    """What dossiers add to the cells."""
    tally = Tally()
    for fact in facts:
        tally.move(Fact(fact.code), fact)
    return tally
