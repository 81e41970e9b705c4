"""News that rating hears, with what a test cares about changed by name; and what it then holds."""

from datetime import datetime

from sqlalchemy import select

from contracts.directory import AgencyRegistered
from contracts.intake import (
    DossierAmended,
    DossierFiled,
    DossierProgressed,
    DossierReturned,
    ProcedurePublished,
)
from contracts.postal import ShipmentDelivered
from contracts.vocabulary import VIETNAM
from tests.builders import AGENCY, PROCEDURE

CODE = "000.00.19.H29-200316-0001"
STRANGER = "000.00.15.H29"
RETURNED = datetime(2020, 3, 19, 8, 0, tzinfo=VIETNAM)


def agency(code, parent=None, name="Sở Nông nghiệp", **changes):
    return AgencyRegistered(
        **{"code": code, "name": name, "kind": "department", "parent": parent, "revision": 1}
        | changes
    )


def directory():
    """The city and two departments that are strangers to each other."""
    return [
        agency("H29", name="Thành phố Hồ Chí Minh"),
        agency(AGENCY, "H29"),
        agency(STRANGER, "H29", "Sở Y tế"),
    ]


def published(**changes):
    told = {"code": PROCEDURE, "name": "Thành lập hộ kinh doanh", "field": "ho-kinh-doanh"}
    told |= {"online_level": 3, "by_post": True, "on_national_portal": False, "revision": 1}
    return ProcedurePublished(**told | changes)


def filed(code=CODE, **changes):
    told = {"code": code, "procedure": PROCEDURE, "field": "ho-kinh-doanh", "agency": AGENCY}
    told |= {"competent_agency": AGENCY, "returning_agency": AGENCY, "channel": "counter"}
    told |= {"return_mode": "counter", "revision": 1, "status": "accepted"}
    return DossierFiled(**told | changes)


def amended(code=CODE, revision=2, **changes):
    told = {"code": code, "procedure": PROCEDURE, "field": "ho-kinh-doanh", "agency": AGENCY}
    told |= {"competent_agency": AGENCY, "returning_agency": AGENCY, "channel": "counter"}
    return DossierAmended(**told | {"return_mode": "counter", "revision": revision} | changes)


def returned(code=CODE, **changes):
    told = {"code": code, "procedure": PROCEDURE, "agency": AGENCY, "returning_agency": AGENCY}
    told |= {"channel": "counter", "return_mode": "counter", "returned_at": RETURNED}
    return DossierReturned(**told | changes)


def progressed(revision, status="processing", code=CODE):
    return DossierProgressed(code=code, revision=revision, status=status)


def delivered(code=CODE, **changes):
    told = {"shipment": "s-1", "dossier": code, "leg": "outbound_result", "attempt": 1}
    told |= {"carrier": "vnpost-d", "delivered_at": RETURNED, "proof": "evidenced"}
    return ShipmentDelivered(**told | changes)


async def links(client, code=CODE):
    """A dossier's invitations, as a partner sees them."""
    answer = await client.get(f"/v1/dossiers/{code}/rating-invitations")
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def rows_of(rating, table):
    """Everything in a table of the service."""
    database = rating.running.database
    return await database.select(select(database.metadata.tables[table]))
