"""One example of every event: what the guide shows, and what the tests feed to every listener."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from contracts.channels import ChannelClosed, ChannelOpened, SiteRegistered, SiteRemoved
from contracts.directory import AgencyRegistered
from contracts.envelope import EVERYBODY, Event
from contracts.incidents import IncidentClosed, IncidentOpened
from contracts.intake import (
    CountedFlags,
    DossierAmended,
    DossierDueSoon,
    DossierFiled,
    DossierMisreceived,
    DossierOverdue,
    DossierProgressed,
    DossierPurged,
    DossierResultBack,
    DossierResultHeld,
    DossierReturned,
    DossierUnanswered,
    FieldEntered,
    ProcedurePublished,
)
from contracts.postal import (
    ShipmentAccepted,
    ShipmentContested,
    ShipmentDelivered,
    ShipmentMoved,
    ShipmentStalled,
)
from contracts.rating import (
    AlertRaised,
    CaseAnswered,
    CaseClosed,
    RatingSubmitted,
    RatingVoided,
)
from contracts.syncing import DossierMissed, DossierSynchronised
from contracts.vocabulary import (
    VIETNAM,
    AdministrativeLevel,
    AgencyKind,
    AlertRule,
    Carrier,
    CaseKind,
    CaseOutcome,
    Channel,
    DossierStatus,
    IncidentKind,
    IncidentOutcome,
    Leg,
    Occasion,
    OnlineService,
    OptionClass,
    Proof,
    Provenance,
    RecipientRule,
    ReturnMode,
    ShipmentStatus,
    TimeUnit,
)

DOSSIER = "000.00.19.H29-200316-0001"
AGENCY = "000.00.19.H29"
PROCEDURE = "1.001612"
CASE = "8d1c5f0e7a3b4c2d9e6f1a0b5c4d3e2f"
ALERT = "1f6e2d3c4b5a69788796a5b4c3d2e1f0"
KIOSK = "3c1f7a9e5b2d4860a1c3e5f708192a3b"
SITE = "9b0e4d2c6a8f1357902b4c6d8e0f1a2b"
SHIPMENT = "5f0c9c1e6d2f4f0f9b1d3a7c8e9f0a1b"
RECEIVED = datetime(2020, 3, 16, 9, tzinfo=VIETNAM)
DUE = datetime(2020, 3, 19, 17, tzinfo=VIETNAM)
DONE = datetime(2020, 3, 18, 10, tzinfo=VIETNAM)
RETURNED = datetime(2020, 3, 19, 8, 30, tzinfo=VIETNAM)
PURGED = datetime(2026, 1, 5, 7, tzinfo=VIETNAM)


@dataclass(frozen=True)
class Example:
    """An event as it could have happened."""

    event: Event
    subject: str
    time: datetime = datetime(2020, 3, 19, 2, tzinfo=UTC)
    agency: str | None = AGENCY
    """Whose change it is; None for what nobody may follow."""


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
            _published(),
            PROCEDURE,
            agency=EVERYBODY,
        ),
        Example(
            FieldEntered(
                code="ho-kinh-doanh",
                name="Thành lập và hoạt động của hộ kinh doanh",
                name_en="Household businesses",
                valid_from=date(2018, 1, 1),
                abolished_on=date(2025, 7, 1),
                successors=["dang-ky-doanh-nghiep"],
                revision=2,
            ),
            "ho-kinh-doanh",
            agency=EVERYBODY,
        ),
    )


def _published() -> ProcedurePublished:
    return ProcedurePublished(
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
        decided_on=date(2019, 12, 18),
        updated_on=date(2019, 12, 26),
        published_on_time=True,
        updated_on_time=False,
        levels=[AdministrativeLevel.DISTRICT],
        posted_at_office=True,
        posted_online=True,
        content_complete=True,
        iso=True,
        electronic_dossiers=True,
        eligible_online=True,
        fees_due=True,
        online_payment=False,
    )


def _of_the_dossier() -> tuple[Example, ...]:
    return (
        Example(_filed(), DOSSIER),
        Example(_amended(), DOSSIER),
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
                settled_at=DONE,
                agency_days=2,
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
        Example(DossierPurged(code=DOSSIER, agency=AGENCY, revision=4, purged_at=PURGED), DOSSIER),
    )


def _of_the_sweep() -> tuple[Example, ...]:
    told: dict[str, Any] = {
        "code": DOSSIER,
        "procedure": PROCEDURE,
        "agency": AGENCY,
        "competent_agency": AGENCY,
    }
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
            agency=None,
        ),
        Example(
            RatingVoided(
                dossier=DOSSIER, occasion=Occasion.RETURNED, version=2, voided_at=RETURNED
            ),
            DOSSIER,
            agency=None,
        ),
    )


def _of_its_answer() -> tuple[Example, ...]:
    """What followers hear of an unhappy citizen: neither text nor dossier."""
    case = {"case": CASE, "agency": AGENCY, "kind": CaseKind.LOW_SCORE, "due_on": date(2020, 3, 26)}
    days = {"since": date(2020, 3, 19), "until": date(2020, 3, 19)}
    return (
        Example(
            AlertRaised(alert=ALERT, agency=AGENCY, rule=AlertRule.CASES_OPENED, count=3, **days),
            ALERT,
        ),
        Example(CaseAnswered(**case, answered_on=date(2020, 3, 23), revision=3), CASE),
        Example(
            CaseClosed(
                **case, outcome=CaseOutcome.RESOLVED, closed_on=date(2020, 3, 24), revision=4
            ),
            CASE,
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
                ordered_at=DONE,
                status_at=RETURNED,
            ),
            SHIPMENT,
        ),
        Example(ShipmentAccepted(**leg, carrier=Carrier.VNPOST_D, accepted_at=DONE), SHIPMENT),
        Example(
            ShipmentDelivered(
                **leg,
                carrier=Carrier.VNPOST_D,
                delivered_at=RETURNED,
                proof=Proof.EVIDENCED,
                revision=4,
                item_code="CV497960035VN",
                slip_number="B1",
                receiver="N*** V** A",
                receiver_relation="self",
            ),
            SHIPMENT,
        ),
        Example(
            ShipmentStalled(**leg, carrier=Carrier.VNPOST_D, last_heard_at=DONE, working_days=5),
            SHIPMENT,
        ),
        Example(ShipmentContested(**leg, revision=5), SHIPMENT),
        *_of_incidents(leg),
    )


def _of_incidents(leg: dict[str, Any]) -> tuple[Example, ...]:
    incident = leg | {"incident": "9a1f0e6b7c2d4e5f8a9b0c1d2e3f4a5b", "opened_at": RETURNED}
    incident |= {"kind": IncidentKind.MISDELIVERED}
    closed = {"outcome": IncidentOutcome.NO_HARM, "closed_at": RETURNED + timedelta(days=2)}
    told: dict[str, Any] = {"code": DOSSIER, "procedure": PROCEDURE, "agency": AGENCY}
    told |= {"returning_agency": AGENCY, "revision": 4, "attempt": 1}
    return (
        Example(IncidentOpened(**incident), SHIPMENT),
        Example(IncidentClosed(**incident, **closed), SHIPMENT),
        Example(DossierResultHeld(**told, held_since=RETURNED), DOSSIER),
        Example(DossierResultBack(**told, back_at=RETURNED), DOSSIER),
        Example(
            DossierMisreceived(
                code=DOSSIER,
                agency=AGENCY,
                leg=Leg.OUTBOUND_RESULT,
                attempt=1,
                shipment=SHIPMENT,
                rule=RecipientRule.IN_PERSON,
                delivered_at=RETURNED,
            ),
            DOSSIER,
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
        flags=CountedFlags(digitised=True, fee_due=True, paid_online=True),
        online_service=OnlineService.PARTIAL,
    )


def _amended() -> DossierAmended:
    return DossierAmended(
        code=DOSSIER,
        procedure=PROCEDURE,
        field="ho-kinh-doanh",
        agency=AGENCY,
        competent_agency=AGENCY,
        returning_agency=AGENCY,
        channel=Channel.COUNTER,
        return_mode=ReturnMode.COUNTER,
        revision=2,
        flags=CountedFlags(digitised=True, fee_due=True, paid_online=True, electronic_result=True),
        online_service=OnlineService.PARTIAL,
    )


def _of_the_portal() -> tuple[Example, ...]:
    told = DossierSynchronised(
        code=DOSSIER, agency=AGENCY, synchronised_at=RECEIVED + timedelta(seconds=3), revision=1
    )
    missed = DossierMissed(code=DOSSIER, agency=AGENCY, missed_at=RECEIVED + timedelta(hours=18))
    return (Example(told, DOSSIER), Example(missed, DOSSIER))


def _of_channels() -> tuple[Example, ...]:
    kiosk = {"channel": KIOSK, "agency": AGENCY}
    site = {"channel": SITE, "agency": AGENCY}
    later = RECEIVED + timedelta(days=30)
    return (
        Example(ChannelOpened(**kiosk, opened_at=RECEIVED), KIOSK, agency=None),
        Example(ChannelClosed(**kiosk, closed_at=later), KIOSK, agency=None),
        Example(SiteRegistered(**site, opened_at=RECEIVED), SITE, agency=None),
        Example(SiteRemoved(**site, closed_at=later), SITE, agency=None),
    )


def _every_example() -> tuple[Example, ...]:
    return (
        *_of_the_catalogue(),
        *_of_the_dossier(),
        *_of_the_sweep(),
        *_of_the_post(),
        *_of_the_citizen(),
        *_of_its_answer(),
        *_of_the_portal(),
        *_of_channels(),
    )


EXAMPLES = {example.event.topic: example for example in _every_example()}
"""Examples by topic."""
