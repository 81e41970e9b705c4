"""One example of every event: what the guide shows, and what the tests feed to every listener."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from contracts.directory import AgencyRegistered
from contracts.envelope import Event
from contracts.intake import (
    DossierDueSoon,
    DossierFiled,
    DossierOverdue,
    DossierProgressed,
    DossierReturned,
    DossierUnanswered,
    ProcedurePublished,
)
from contracts.postal import (
    ShipmentAccepted,
    ShipmentContested,
    ShipmentDelivered,
    ShipmentMoved,
)
from contracts.rating import RatingSubmitted
from contracts.vocabulary import (
    VIETNAM,
    AgencyKind,
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
    ShipmentStatus,
    TimeUnit,
)

DOSSIER = "000.00.19.H29-200316-0001"
AGENCY = "000.00.19.H29"
PROCEDURE = "1.001612"
SHIPMENT = "5f0c9c1e6d2f4f0f9b1d3a7c8e9f0a1b"
RECEIVED = datetime(2020, 3, 16, 9, tzinfo=VIETNAM)
DUE = datetime(2020, 3, 19, 17, tzinfo=VIETNAM)
DONE = datetime(2020, 3, 18, 10, tzinfo=VIETNAM)
RETURNED = datetime(2020, 3, 19, 8, 30, tzinfo=VIETNAM)


@dataclass(frozen=True)
class Example:
    """An event as it could have happened."""

    event: Event
    subject: str
    time: datetime = datetime(2020, 3, 19, 2, tzinfo=UTC)


def _of_the_catalogue() -> tuple[Example, ...]:
    return (
        Example(
            AgencyRegistered(
                code=AGENCY,
                name="Ban Quản lý An toàn thực phẩm",
                kind=AgencyKind.DEPARTMENT,
                parent="H29",
                tree="city",
                other_codes=["H29.19"],
                valid_from=date(2017, 3, 15),
                valid_to=date(2024, 1, 1),
                successors=["000.00.20.H29"],
            ),
            AGENCY,
        ),
        Example(
            ProcedurePublished(
                code=PROCEDURE,
                name="Đăng ký thành lập hộ kinh doanh",
                field="ho-kinh-doanh",
                field_name="Thành lập và hoạt động của hộ kinh doanh",
                online_level=3,
                by_post=True,
                on_national_portal=True,
                online_service=OnlineService.PARTIAL,
                published_on=date(2019, 12, 20),
                decision="1234/QĐ-UBND",
                version=2,
                valid_from=date(2020, 1, 1),
                revision=2,
            ),
            PROCEDURE,
        ),
    )


def _of_the_dossier() -> tuple[Example, ...]:
    return (
        Example(_filed(), DOSSIER),
        Example(
            DossierProgressed(
                code=DOSSIER,
                revision=3,
                status=DossierStatus.RETURNED,
                received_at=RECEIVED,
                due_at=DUE,
                due_unit=TimeUnit.WORKING_DAY,
                done_at=DONE,
                returned_at=RETURNED,
            ),
            DOSSIER,
        ),
        Example(
            DossierReturned(
                code=DOSSIER,
                procedure=PROCEDURE,
                agency=AGENCY,
                returning_agency=AGENCY,
                channel=Channel.COUNTER,
                return_mode=ReturnMode.COUNTER,
                returned_at=RETURNED,
            ),
            DOSSIER,
        ),
    )


def _of_the_sweep() -> tuple[Example, ...]:
    told = {"code": DOSSIER, "procedure": PROCEDURE, "agency": AGENCY, "competent_agency": AGENCY}
    due = {"due_at": DUE, "due_unit": TimeUnit.WORKING_DAY}
    late = datetime(2020, 3, 20, tzinfo=VIETNAM)
    return (
        Example(DossierDueSoon(**told, **due, revision=2), DOSSIER),
        Example(DossierOverdue(**told, **due, revision=3, late_at=late), DOSSIER),
        Example(DossierUnanswered(**told, revision=3, asked_at=DONE, answer_days=15), DOSSIER),
    )


def _of_the_citizen() -> tuple[Example, ...]:
    return (
        Example(
            RatingSubmitted(
                dossier=DOSSIER,
                occasion=Occasion.RETURNED,
                questionnaire="overall-5/1",
                option="5",
                score=5,
                option_class=OptionClass.POSITIVE,
                provenance=Provenance.SELF_LINK,
                submitted_at=RETURNED,
            ),
            DOSSIER,
        ),
    )


def _of_the_post() -> tuple[Example, ...]:
    leg = {"shipment": SHIPMENT, "dossier": DOSSIER, "leg": Leg.OUTBOUND_RESULT, "attempt": 1}
    return (
        Example(
            ShipmentMoved(
                **leg,
                revision=4,
                status=ShipmentStatus.DELIVERED,
                provisional=False,
                contested=False,
                late=False,
                accepted_at=DONE,
                delivered_at=RETURNED,
            ),
            SHIPMENT,
        ),
        Example(ShipmentAccepted(**leg, carrier=Carrier.VNPOST_D, accepted_at=DONE), SHIPMENT),
        Example(
            ShipmentDelivered(
                **leg, carrier=Carrier.VNPOST_D, delivered_at=RETURNED, proof=Proof.EVIDENCED
            ),
            SHIPMENT,
        ),
        Example(
            ShipmentContested(shipment=SHIPMENT, dossier=DOSSIER, leg=Leg.OUTBOUND_RESULT), SHIPMENT
        ),
    )


def _filed() -> DossierFiled:
    return DossierFiled(
        code=DOSSIER,
        procedure=PROCEDURE,
        field="ho-kinh-doanh",
        agency=AGENCY,
        competent_agency=AGENCY,
        returning_agency=AGENCY,
        channel=Channel.COUNTER,
        return_mode=ReturnMode.COUNTER,
        revision=1,
        status=DossierStatus.ACCEPTED,
        received_at=RECEIVED,
        due_at=DUE,
        due_unit=TimeUnit.WORKING_DAY,
    )


def _every_example() -> tuple[Example, ...]:
    return (
        *_of_the_catalogue(),
        *_of_the_dossier(),
        *_of_the_sweep(),
        *_of_the_post(),
        *_of_the_citizen(),
    )


EXAMPLES = {example.event.topic: example for example in _every_example()}
"""Examples by topic."""
