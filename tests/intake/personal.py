"""What the tests of personal data share: a city, a person who is easily found again, and the raw tables."""

from contextlib import asynccontextmanager
from datetime import UTC, datetime

from services.intake import service
from tests.builders import AGENCY, PROCEDURE, filing, procedure

PERSON = {
    "kind": "citizen",
    "name": "Trần Thị Hoàng Yến Canary",
    "id_kind": "citizen_id",
    "id_number": "079190654321",
    "phone": "+84 987 654 321",
    "email": "canary.yen@example.vn",
    "address": "17 Ngõ Canary, Phường Bến Nghé",
}
OFFICER = "Lê Văn Cán Bộ Canary"
NOTE = "Gọi bà Yến Canary số 0987654321 trước 9 giờ"
CANARIES = ("canary", "079190654321", "987 654 321", "0987654321", "Bến Nghé", "Trần Thị")


def file_of(number: int = 1, **changes) -> dict:
    """A dossier of that person."""
    return filing(number, applicant=PERSON) | changes


async def prepare(client) -> None:
    city = {"name": "Thành phố Hồ Chí Minh", "kind": "city"}
    department = {"name": "Sở Nông nghiệp", "kind": "department", "parent": "H29"}
    other = {"name": "Sở Y tế", "kind": "department", "parent": "H29"}
    for path, body in (
        ("/v1/agencies/H29", city),
        (f"/v1/agencies/{AGENCY}", department),
        ("/v1/agencies/000.00.15.H29", other),
        (f"/v1/procedures/{PROCEDURE}", procedure()),
    ):
        answer = await client.put(path, json=body)
        assert answer.status_code == 200, answer.text


@asynccontextmanager
async def city_of(lone, **settings):
    """Intake with its catalogue, and a partner of the whole city."""
    async with lone(service, **settings) as intake, intake.calls() as client:
        await prepare(client)
        yield intake, client


async def every_row(intake) -> str:
    """Everything the database holds, as text."""
    told = []
    for table in intake.running.database.metadata.sorted_tables:
        rows = await intake.running.database.engine.execute(f'SELECT * FROM "{table.name}"')
        told += [repr(tuple(row)) for row in rows]
    return "\n".join(told)


async def ask(intake, sql: str) -> list[tuple]:
    return [tuple(row) for row in await intake.running.database.engine.execute(sql)]


def at(intake, *moment: int) -> None:
    """Turn the service's clock to a moment."""
    instant = datetime(*moment, tzinfo=UTC)
    intake.running.database.now = lambda: instant
